// Replaces secrets by marks before a capture is given away: the values of Authorization,
// Proxy-Authorization, Cookie and Set-Cookie and of headers that are named like a secret, bearer
// subprotocols, user and password in URLs, query parameters and JSON members whose names say token,
// secret, password, API key, auth or signature, what follows "Bearer", and JWTs wherever they
// stand.
//
// A mark is "redacted-" and twelve hex digits: SipHash-2-4 of the value under a key of 128 random
// bits that is made for each Redactor and never leaves it. So equal values have equal marks within
// one output, and nobody can find a value by trying likely ones, nor compare two outputs.
//
// Owned by one thread. What it cannot know: secrets under other names, and in compressed or
// encrypted payloads.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "wire/event.h"

namespace capture {

class Redactor {
public:
    using Key = std::array<std::uint64_t, 2>;

    Redactor(); ///< with a fresh key
    explicit Redactor(Key key) : key_(key) {}

    /// The event without its secrets, valid until the next call and as long as `event` is.
    wire::EventView redact(const wire::EventView& event);

    /// A text of any kind without its secrets: JSON, the head of a request, a URL, a sentence.
    std::string text(std::string_view text);
    /// A list of subprotocols, as in Sec-WebSocket-Protocol.
    std::string subprotocols(std::string_view list);

    /// Secrets met so far: what was replaced, or would have to be.
    std::uint64_t found() const { return found_; }

private:
    std::string mark(std::string_view value);
    bool json(std::string_view text, std::string* out, int depth);
    std::string any_text(std::string_view text, int depth);
    std::string plain(std::string_view text);
    std::string head_line(std::string_view line, bool* done);
    std::string header_value(std::string_view name, std::string_view value, bool* done);
    std::string cookies(std::string_view list, bool first_only);
    void details(const wire::Details& from);

    Key key_;
    std::uint64_t found_ = 0;
    std::string payload_;
    wire::Details details_;
};

/// True when a header, parameter or member of that name holds a secret. `*number`: also when its
/// value is a number ("token": 12345, but not "max_tokens": 512).
bool says_secret(std::string_view name, bool* number = nullptr);

/// SipHash-2-4 (Aumasson and Bernstein, 2012).
std::uint64_t siphash(const Redactor::Key& key, std::string_view bytes);

} // namespace capture
