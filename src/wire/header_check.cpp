#include "wire/header_check.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace wire {

bool is_token(std::string_view text) {
    const auto allowed = [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c != 0 && std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) !=
                              std::string_view::npos);
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

bool is_header_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

HeaderOwner owner_of_header(std::string_view name) {
    const std::string lower = base::ascii_lower(name);
    if (lower == "sec-websocket-protocol") return HeaderOwner::subprotocols;
    if (lower == "sec-websocket-extensions") return HeaderOwner::deflate;
    if (lower == "origin") return HeaderOwner::origin;
    for (const char* own : {"connection", "upgrade", "sec-websocket-key", "sec-websocket-version"})
        if (lower == own) return HeaderOwner::handshake;
    return HeaderOwner::user;
}

bool is_secret_header(std::string_view name) {
    const std::string lower = base::ascii_lower(name);
    for (const char* secret : {"authorization", "cookie", "set-cookie", "proxy-authorization"})
        if (lower == secret) return true;
    // Names that others gave to the same thing.
    for (const char* part : {"token", "api-key", "apikey", "secret", "password", "session"})
        if (lower.find(part) != std::string::npos) return true;
    return false;
}

} // namespace wire
