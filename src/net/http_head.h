// The head of an HTTP/1.1 answer (RFC 9112), read strictly enough to tell a person what is wrong
// with it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace net {

struct HttpHead {
    std::string version; ///< "HTTP/1.1"
    int status = 0;      ///< 100 to 999
    std::string reason;  ///< "Switching Protocols"; may be empty
    std::vector<std::pair<std::string, std::string>> headers; ///< in order, values trimmed

    /// The value of a header, name in any case; several of the name joined by ", " (RFC 9110
    /// section 5.3). Null when there is none.
    const std::string* find(std::string_view name) const;
    std::string joined(std::string_view name) const;
    int count(std::string_view name) const;
    /// True when the comma-separated header has this token, in any case.
    bool has_token(std::string_view name, std::string_view token) const;
};

/// The most bytes a head may have.
constexpr std::size_t kHeadLimit = 64 * 1024;

/// False as soon as `bytes`, the beginning of an answer, cannot be an HTTP answer any more.
bool may_be_http(std::string_view bytes);

/// What bytes that are not HTTP look like, as a next step for a person: TLS, another protocol.
std::string guess_of_not_http(std::string_view bytes);

/// The beginning of a head for an error: secrets of its headers as ***, control characters escaped.
std::string head_excerpt(std::string_view head, std::size_t most = 80);

/// Length of the head with its empty line, or npos while it is not whole. Lines that end with LF
/// alone count too: http_head_from_text() says at once what is wrong with them.
std::size_t head_end(std::string_view bytes);

/// Reads a whole head, empty line included. Errors name the line.
base::Result<HttpHead> http_head_from_text(std::string_view head);

/// The parts between commas that are not inside quotes, without blanks around them.
std::vector<std::string> split_outside_quotes(std::string_view text, char at);

} // namespace net
