// What the path of every message needs to know of it: its type, its number and where its data is.
// Found once, by the thread that received the message and while its bytes are in the cache, and
// carried along in the Event. Pure; any thread; builds no tree and allocates nothing but for names
// that are spelled with escapes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wire {

/// Places are offsets into the payload. Of a name that comes twice the first counts, and escaped
/// names are found, as in EnvelopeHead.
struct MessageHead {
    bool read = false;         ///< false: nobody has looked yet
    bool has_type = false;     ///< there is a `type` and it is a string
    bool type_escaped = false; ///< it has escapes: use `type()`
    bool has_seq = false;      ///< there is a `seq` and it is a whole number
    std::uint32_t type_at = 0; ///< behind its quote
    std::uint32_t type_size = 0;
    std::uint32_t data_at = 0;
    std::uint32_t data_size = 0; ///< of the value of `data` as it stands; 0: none
    std::int64_t seq = 0;
    std::uint64_t data_hash = 0; ///< of that value, where there is a seq; equal bytes, equal hash

    /// As it stands between its quotes.
    std::string_view type_raw(std::string_view payload) const {
        return payload.substr(type_at, type_size);
    }
    std::string_view data_raw(std::string_view payload) const {
        return payload.substr(data_at, data_size);
    }
    std::string type(std::string_view payload) const; ///< with escapes resolved
};

/// Reads as much of the top level as it takes to know all three. What stands before the type is
/// held against the rules of JSON; behind a fault nothing is found (CONTRACT.md, JSON). What stands
/// behind the last of the three is not looked at. Reads no byte outside `payload`.
MessageHead read_message_head(std::string_view payload);

/// The same for the messages of one peer, one after the other: it remembers how the last one was
/// laid out up to its data, and one that is laid out in the same way is read by comparing. The
/// answers are those of read_message_head(). Owned by one thread.
class MessageHeadReader {
public:
    /// `head` as it is made, or as it was left by an earlier call.
    void read(std::string_view payload, MessageHead* head);

private:
    /// A value that differs from message to message.
    enum class Value : std::uint8_t { seq, number, type, string };
    struct Piece {
        std::uint32_t end = 0; ///< of the bytes in `same_` that stand before the value
        Value value = Value::seq;
        std::uint8_t size = 0;    ///< number: of the last one, at most 15; 0: none to go by
        std::uint16_t digits = 0; ///< which of its bytes are digits
        char last[16] = {};       ///< it, and what stood behind it
    };
    friend class HeadWalk;
    friend class NumberForm;

    bool read_alike(std::string_view payload, MessageHead* head);

    std::string same_; ///< all bytes up to the data that are the same each time
    std::vector<Piece> pieces_;
    bool strings_differ_ = false; ///< strings before the data are values too, not part of `same_`
};

} // namespace wire
