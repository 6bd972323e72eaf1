// Name lookup that can be stopped at any moment: c-ares on the network thread's io_context. The
// system's getaddrinfo blocks a thread that nobody can end, for as long as a name server is silent.
// Reads the hosts file and asks the name servers of the system. Network thread only.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace net {

class Lookup {
public:
    using Endpoints = std::vector<asio::ip::tcp::endpoint>;
    using Done = std::function<void(base::Result<Endpoints>)>;

    /// Looks `host` up, both address families; an address literal is taken as it is. `done` is
    /// called once from the io_context, never from inside start(), and not after cancel().
    /// `name_servers`: "address:port,…" asked in the place of the system's; empty: the system's.
    static std::shared_ptr<Lookup> start(asio::io_context& io, const std::string& host,
                                         std::uint16_t port, const std::string& name_servers,
                                         Done done);
    ~Lookup();
    Lookup(const Lookup&) = delete;
    Lookup& operator=(const Lookup&) = delete;

    /// Gives up at once: sockets are closed, `done` is forgotten.
    void cancel();

private:
    struct Impl;
    explicit Lookup(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

} // namespace net
