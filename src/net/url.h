// A WebSocket URL (RFC 6455 section 3), taken apart and put in normal form. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace net {

struct Url {
    bool secure = false; ///< wss
    std::string host;    ///< without brackets; lower case; of IPv6 with its zone: "fe80::1%eth0"
    std::uint16_t port = 80;       ///< 1 to 65535
    std::string target = "/";      ///< path and query as given; never empty, begins with '/'
    std::string user_info;         ///< "user:password" as given, percent-decoded; empty: none
    std::vector<std::string> said; ///< what was taken differently than written, in words

    bool ipv6() const { return host.find(':') != std::string::npos; }
    /// RFC 9110 section 7.2: brackets for IPv6 (without its zone, RFC 6874 section 4), the port
    /// unless it is the default.
    std::string host_header() const;
    std::string text() const; ///< normal form, without user_info
};

/// Any text that was meant as a URL, with what stands before an @ as ***: for logs and errors.
std::string url_without_secrets(std::string_view text);

/// Takes `ws`, `wss`; `http(s)` is taken as `ws(s)` and said; a fragment is left out and said;
/// without a scheme it is refused with the URL to write. Errors name "URL" and the part at fault,
/// and no password.
base::Result<Url> url_from_text(std::string_view text);

} // namespace net
