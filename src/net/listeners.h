// Which TCP ports of this machine have a listener, without asking any of them: from Linux' own
// table. Elsewhere, or where it cannot be read, there are none. Any thread; reads two small files.
#pragma once

#include <asio/ip/tcp.hpp>

#include <vector>

namespace net {

/// Sorted by port, then by address; an address of zeros means all addresses.
std::vector<asio::ip::tcp::endpoint> local_listeners();

/// True when a connection to `address` would come to this listener.
bool reaches(const asio::ip::tcp::endpoint& listener, const asio::ip::address& address);

} // namespace net
