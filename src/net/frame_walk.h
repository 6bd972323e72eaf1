// Walks the frame headers of one direction of a WebSocket (RFC 6455 section 5.2) and holds each
// against the rules before anybody decodes it. Independent of websocketpp; owned by one codec or
// tap on the network thread; keeps 14 bytes and a few numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace net {

/// A rule of the protocol that a peer broke.
struct Fault {
    int close_code = 0;       ///< to be sent (RFC 6455 section 7.4.1)
    std::string rule;         ///< what was wrong, in words: "RSV2 is set"
    std::string section;      ///< "RFC 6455 section 5.2"
    std::uint64_t offset = 0; ///< of the offending byte in the stream behind the handshake
    std::string bytes;        ///< the offending bytes in hex
};

struct FrameHeader {
    bool fin = false;
    std::uint8_t rsv = 0; ///< RSV1 is bit 2, RSV3 bit 0
    std::uint8_t opcode = 0;
    bool masked = false;
    std::uint64_t payload_size = 0;
    std::uint64_t offset = 0; ///< of its first byte in the stream
    unsigned char bytes[14] = {};
    std::size_t size = 0; ///< of the header, 2 to 14

    bool control() const { return (opcode & 0x8) != 0; }
};

/// Whose frames they are: a client masks every one, a server none (RFC 6455 section 5.1).
enum class Side : std::uint8_t { server, client };

/// What is wrong with the body of a Close frame that stands at `offset` of the stream: its length,
/// its code, or its reason (RFC 6455 sections 5.5.1 and 7.4). False: nothing, `fault` is untouched.
bool close_body_fault(std::string_view body, std::uint64_t offset, Fault* fault);

class FrameWalk {
public:
    /// `compression`: permessage-deflate was agreed, so RSV1 may be set on the first frame of a
    /// message (RFC 7692 section 6). `max_message`: bytes of one message at most; a compressed one
    /// may have some more on the wire, since what cannot be compressed grows by it.
    FrameWalk(bool compression, std::uint64_t max_message, Side side = Side::server);

    /// The stream is counted from here: what is walked begins in its midst.
    void begin_at(std::uint64_t offset) { offset_ = offset; }
    /// Neither a frame nor a message is under way.
    bool between_messages() const { return header_done_ && payload_left_ == 0 && !in_message_; }

    enum class Step {
        need_more, ///< the header is not whole yet
        header,    ///< `header()` is whole and legal; its payload follows
        fault,     ///< `fault()` says what is wrong; so it stays
    };

    /// Takes bytes of a header; `*taken` says how many. Only between payloads.
    Step take_header(const char* bytes, std::size_t size, std::size_t* taken);
    /// A frame that is a message by itself and needs nothing undone: text or binary, final, neither
    /// compressed nor masked, legal, and here to its last byte. Most are. `header` 0: `bytes` does
    /// not begin with one, or a message is under way, and take_header() has to look.
    struct Plain {
        std::size_t header = 0, payload = 0;
        bool text = false;
    };
    Plain plain_at(const char* bytes, std::size_t size) const;
    /// It went by.
    void skip_plain(const Plain& plain);

    /// Bytes of the payload that have not come yet.
    std::uint64_t payload_left() const { return payload_left_; }
    /// `size` bytes of the payload went by; at most payload_left().
    void skip_payload(std::uint64_t size);

    const FrameHeader& header() const { return header_; }
    const Fault& fault() const { return fault_; }
    std::uint64_t offset() const { return offset_; } ///< bytes gone by in all

private:
    std::size_t header_size() const;
    bool first_byte_legal();
    bool second_byte_legal();
    bool length_legal();
    bool refuse(int code, std::string rule, const char* section, std::size_t at);

    const bool compression_;
    const std::uint64_t max_message_;
    const Side side_;
    FrameHeader header_;
    Fault fault_;
    std::uint64_t offset_ = 0;
    std::uint64_t payload_left_ = 0;
    std::uint64_t message_size_ = 0;  ///< of the message under way, on the wire
    std::uint64_t message_limit_ = 0; ///< for it
    bool in_message_ = false;         ///< its last frame has not come
    bool header_done_ = true;
};

} // namespace net
