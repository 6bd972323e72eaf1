// The message envelope {"type", "data", "timestamp"}: strict when it is composed, tolerant when it
// is read (PROTOCOL.md parts 1 and 2). Pure; any thread; builds no tree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wire {

/// What kind of clock a `timestamp` is on. Three can stand in one message (PROTOCOL.md part 2).
enum class ClockKind : std::uint8_t {
    none,      ///< no timestamp, or one of no known kind
    monotonic, ///< seconds of the sender's machine since some start: no date can be made of it
    epoch_s,   ///< seconds since 1970
    epoch_ms,  ///< milliseconds since 1970
    iso_zoned, ///< ISO 8601 with a zone
    iso_local, ///< ISO 8601 without a zone: the sender's local time
};

/// "monotonic, s", "epoch, s", "epoch, ms", "ISO 8601", "ISO 8601, no zone", "".
const char* word(ClockKind kind);

/// What stands at the top level of a message. Views into the payload, valid as long as it is.
struct EnvelopeHead {
    bool object = false;       ///< the payload is a JSON object as far as it was read
    bool has_type = false;     ///< there is a `type` and it is a string
    std::string_view type_raw; ///< between its quotes, escapes as they stand
    bool type_escaped = false; ///< `type_raw` has escapes: use `type()`
    bool has_seq = false;      ///< there is a `seq` and it is a whole number
    std::int64_t seq = 0;
    std::string_view timestamp_raw; ///< the value as it stands, quotes included; empty: none
    std::string_view data_raw;      ///< the value of `data` as it stands; empty: none
    bool whole = false; ///< one JSON value and nothing behind it; NaN and its like count as JSON
    bool strict_json =
        true; ///< false: NaN, Infinity, lone surrogates or a fault were met on the way

    std::string type() const; ///< with escapes resolved
};

/// Reads the top level of `payload` once, from left to right, without building a tree. Of a name
/// that comes twice the first counts; escaped names are found; what stands inside values is
/// skipped. Never fails: a damaged payload gives what stood before the fault. Reads no byte outside
/// `payload`.
EnvelopeHead read_envelope(std::string_view payload);

/// The kind of a timestamp's raw value. `now_wall_ns` tells an epoch number from a monotonic one:
/// a number within ten years of now is epoch (seconds or milliseconds); any other is monotonic.
ClockKind clock_kind_of(std::string_view timestamp_raw, std::int64_t now_wall_ns);

/// The moment that a raw timestamp means, in wall nanoseconds; false for `none` and `monotonic`.
bool wall_ns_of(std::string_view timestamp_raw, std::int64_t now_wall_ns, std::int64_t* wall_ns);

/// A message as the guide wants it, in this order: type, data, timestamp (ISO 8601 UTC, whole
/// milliseconds). `data_json` must be a JSON value and is put in as it stands; empty: {}.
std::string compose_envelope(std::string_view type, std::string_view data_json,
                             std::int64_t wall_ns);

/// {"type":"auth_response","data":{"token":…}} for an auth_challenge with this token.
std::string compose_auth_response(std::string_view token);

/// What a client must know of Coda's authentication frames (PROTOCOL.md part 2).
struct AuthFrame {
    enum class Is : std::uint8_t { nothing, challenge, accepted, refused } is = Is::nothing;
    std::string token;     ///< challenge
    std::string client_id; ///< accepted
    std::string message;   ///< challenge, refused
};
/// Looks whether `payload` is auth_challenge or auth_result. Cheap for everything else.
AuthFrame read_auth_frame(std::string_view payload, const EnvelopeHead& head);

} // namespace wire
