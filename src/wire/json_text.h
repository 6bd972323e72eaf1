// JSON as text: where it is wrong, how it looks indented, what stands in it. Works on the bytes as
// they were sent, so that numbers, escapes and repeated names stay as they are; builds no tree and
// never recurses. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wire {

/// Where a text stops being JSON, told to somebody who is typing it.
struct JsonFault {
    std::size_t offset = 0;
    int line = 1;        ///< from 1
    int column = 1;      ///< from 1, in code points
    std::string message; ///< "expected , or }"
};

/// The first fault of `text` by RFC 8259, strictly: NaN and comments are faults, and so is what is
/// nested more than 512 deep. Nothing when it is one JSON value.
std::optional<JsonFault> find_json_fault(std::string_view text);

/// What a piece of JSON text is.
enum class JsonPart : std::uint8_t {
    key,
    string,
    number,
    literal,
    open,
    close,
    comma,
    colon,
    other
};

struct JsonToken {
    JsonPart part = JsonPart::other;
    std::size_t offset = 0;
    std::size_t size = 0;
};

/// Cuts a text into tokens from left to right. Tolerant: what is no JSON comes as `other`, a string
/// without its end goes on to the end of the text.
class JsonTokens {
public:
    explicit JsonTokens(std::string_view text) : text_(text) {}
    bool next(JsonToken* token);

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

/// `text` with one member or item a line, `indent` blanks a level. Tokens stay byte for byte, also
/// those that are no JSON; only blanks between them change.
std::string pretty_json(std::string_view text, int indent = 2);

/// One member of an object, or one item of a list (then without a key).
struct JsonMember {
    std::string_view key_raw;   ///< between its quotes, escapes as they stand
    std::string_view value_raw; ///< as it stands, quotes and braces included
    bool whole = true;          ///< false: the text ended inside the value
};

/// Goes through the members of one object or list, in the order sent, repeated names included.
class JsonMembers {
public:
    /// `text` begins (behind blanks) with `{` or `[`; with anything else there are no members.
    explicit JsonMembers(std::string_view text);
    bool next(JsonMember* member);

private:
    std::string_view text_;
    JsonTokens tokens_;
    bool inside_ = false;
};

/// True when a name between its quotes, escapes as they stand, means `name`.
bool json_key_is(std::string_view key_raw, std::string_view name);

/// The value of an object's member as it stands; empty when there is none. Of a name that comes
/// twice the first counts; escaped names are found.
std::string_view json_member(std::string_view object, std::string_view name);

/// What a raw value means as text: that of a string with its quotes; empty when it is none.
std::string json_string(std::string_view raw);

/// The text that a raw JSON string (without its quotes) means. A lone surrogate becomes U+FFFD, a
/// wrong escape stays as it stands.
std::string unescaped_json(std::string_view raw);

/// A JSON object with the member "timestamp" as the guide writes it (ISO 8601, UTC, milliseconds):
/// the value of one that stands there is replaced, else it becomes the last member. All else stays
/// byte for byte. Precondition: `object` is a JSON object.
std::string with_timestamp(std::string_view object, std::int64_t wall_ns);

} // namespace wire
