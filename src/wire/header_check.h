// What may stand in a header of a request, and which headers are not the user's to give: the rules
// that the command line and the window's form share. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace wire {

/// A word as headers and subprotocols want it (RFC 9110 section 5.6.2); never empty.
bool is_token(std::string_view text);

/// No control characters but the tab: it stays one line.
bool is_header_value(std::string_view text);

/// Who writes a header of the opening handshake.
enum class HeaderOwner : std::uint8_t {
    user,
    subprotocols, ///< Sec-WebSocket-Protocol: from the list of subprotocols
    deflate,      ///< Sec-WebSocket-Extensions: from the switch
    origin,       ///< Origin: has a place of its own
    handshake,    ///< Connection, Upgrade, Sec-WebSocket-Key, Sec-WebSocket-Version
};
HeaderOwner owner_of_header(std::string_view name);

/// Authorization, Cookie and their like: never written to a file unless asked for (DESIGN.md).
bool is_secret_header(std::string_view name);

} // namespace wire
