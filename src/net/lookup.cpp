#include "net/lookup.h"

#include <ares.h>
#include <netdb.h>

#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>

#include "net/opening_errors.h"

namespace net {
namespace {

/// c-ares wants its process-wide set-up done once, by one thread.
void set_up_once() {
    static std::once_flag once;
    std::call_once(once, [] { ares_library_init(ARES_LIB_INIT_ALL); });
}

base::Error lookup_error(const std::string& host, double seconds, int status) {
    if (status == ARES_ETIMEOUT) return lookup_timeout(host, seconds);
    base::Error error;
    error.what = "name lookup of " + host + " failed";
    switch (status) {
    case ARES_ENOTFOUND:
        error.why = "no host of that name is known";
        error.fix = "check the spelling, the hosts file and the name server";
        break;
    case ARES_ENODATA:
        error.why = "the name is known and has no address";
        error.fix = "ask whoever runs the name server";
        break;
    case ARES_ECONNREFUSED:
        error.why = "no name server could be reached";
        error.fix = "check the name servers of this machine";
        break;
    case ARES_EBADNAME:
        error.why = "it is not a host name";
        error.fix = "check the spelling";
        break;
    default:
        error.why = ares_strerror(status);
        error.fix = "check the name servers of this machine";
    }
    return error;
}

} // namespace

struct Lookup::Impl : std::enable_shared_from_this<Lookup::Impl> {
    struct Socket {
        Socket(asio::io_context& io, int fd) : descriptor(io) {
            // Nothing may be thrown through c-ares. What could not be assigned fails in its wait,
            // and the query times out.
            std::error_code ignored;
            descriptor.assign(fd, ignored);
        }
        asio::posix::stream_descriptor descriptor;
        bool wants_read = false, wants_write = false;
        bool reading = false, writing = false;
    };

    Impl(asio::io_context& context, std::string name, std::uint16_t number, Done callback)
        : io(context), timer(context), host(std::move(name)), port(number),
          done(std::move(callback)) {}

    void begin(const std::string& name_servers);
    void fail(int status) { finish(lookup_error(host, seconds_since(begun), status)); }
    void finish(base::Result<Endpoints> result);
    void close();
    void socket_state(int fd, bool readable, bool writable);
    void watch(int fd);
    void process(int read_fd, int write_fd);
    void arm_timer();

    asio::io_context& io;
    asio::steady_timer timer;
    std::string host;
    std::uint16_t port;
    Done done;
    const std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
    ares_channel channel = nullptr;
    std::map<int, std::shared_ptr<Socket>> sockets;
};

void Lookup::Impl::begin(const std::string& name_servers) {
    set_up_once();
    ares_options options{};
    options.timeout = 2000; // a server, in milliseconds; the session's own time-out bounds it all
    options.tries = 3;
    options.sock_state_cb = [](void* self, ares_socket_t fd, int readable, int writable) {
        static_cast<Impl*>(self)->socket_state(fd, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    const int status = ares_init_options(
        &channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (status != ARES_SUCCESS) {
        channel = nullptr;
        return fail(status);
    }
    if (!name_servers.empty())
        if (const int refused = ares_set_servers_ports_csv(channel, name_servers.c_str()))
            return fail(refused);
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(
        channel, host.c_str(), nullptr, &hints,
        [](void* self, int result, int, ares_addrinfo* info) {
            auto& lookup = *static_cast<Impl*>(self);
            if (result == ARES_EDESTRUCTION || result == ARES_ECANCELLED) return;
            if (result != ARES_SUCCESS) return lookup.fail(result);
            Endpoints endpoints;
            for (const ares_addrinfo_node* node = info->nodes; node; node = node->ai_next) {
                asio::ip::tcp::endpoint endpoint;
                if (node->ai_addrlen > endpoint.capacity()) continue;
                std::memcpy(endpoint.data(), node->ai_addr, node->ai_addrlen);
                endpoint.port(lookup.port);
                if (std::find(endpoints.begin(), endpoints.end(), endpoint) == endpoints.end())
                    endpoints.push_back(endpoint);
            }
            ares_freeaddrinfo(info);
            if (endpoints.empty()) return lookup.fail(ARES_ENODATA);
            lookup.finish(std::move(endpoints));
        },
        this);
    arm_timer();
}

/// Posted, because c-ares must not be torn down from inside its own callback.
void Lookup::Impl::finish(base::Result<Endpoints> result) {
    asio::post(io, [self = shared_from_this(), result = std::move(result)]() mutable {
        Done callback = std::move(self->done);
        self->done = nullptr;
        self->close();
        if (callback) callback(std::move(result));
    });
}

void Lookup::Impl::close() {
    timer.cancel();
    if (channel) {
        ares_destroy(channel); // closes its sockets through socket_state()
        channel = nullptr;
    }
    for (auto& [fd, socket] : sockets) socket->descriptor.release();
    sockets.clear();
}

void Lookup::Impl::socket_state(int fd, bool readable, bool writable) {
    auto found = sockets.find(fd);
    if (!readable && !writable) {
        if (found == sockets.end()) return;
        found->second->descriptor.release(); // c-ares closes it
        sockets.erase(found);
        return;
    }
    if (found == sockets.end()) found = sockets.emplace(fd, std::make_shared<Socket>(io, fd)).first;
    found->second->wants_read = readable;
    found->second->wants_write = writable;
    watch(fd);
}

void Lookup::Impl::watch(int fd) {
    const auto found = sockets.find(fd);
    if (found == sockets.end()) return;
    const std::shared_ptr<Socket>& socket = found->second;
    const auto wait = [&](bool Socket::*wants, bool Socket::*waiting, auto kind, bool read) {
        if (!((*socket).*wants) || (*socket).*waiting) return;
        (*socket).*waiting = true;
        socket->descriptor.async_wait(
            kind, [self = shared_from_this(), socket, fd, waiting, read](std::error_code error) {
                (*socket).*waiting = false;
                if (error || !self->channel) return;
                self->process(read ? fd : ARES_SOCKET_BAD, read ? ARES_SOCKET_BAD : fd);
                self->watch(fd);
            });
    };
    using Wait = asio::posix::stream_descriptor;
    wait(&Socket::wants_read, &Socket::reading, Wait::wait_read, true);
    wait(&Socket::wants_write, &Socket::writing, Wait::wait_write, false);
}

void Lookup::Impl::process(int read_fd, int write_fd) {
    if (!channel) return;
    ares_process_fd(channel, read_fd, write_fd);
    arm_timer();
}

void Lookup::Impl::arm_timer() {
    if (!channel) return;
    timeval buffer{};
    timeval* next = ares_timeout(channel, nullptr, &buffer);
    if (!next) return;
    timer.expires_after(std::chrono::seconds(next->tv_sec) +
                        std::chrono::microseconds(next->tv_usec));
    timer.async_wait([self = shared_from_this()](std::error_code error) {
        if (!error) self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
}

std::shared_ptr<Lookup> Lookup::start(asio::io_context& io, const std::string& host,
                                      std::uint16_t port, const std::string& name_servers,
                                      Done done) {
    auto impl = std::make_shared<Impl>(io, host, port, std::move(done));
    std::error_code error;
    const auto literal = asio::ip::make_address(host, error);
    if (!error)
        impl->finish(Endpoints{asio::ip::tcp::endpoint(literal, port)});
    else
        impl->begin(name_servers);
    return std::shared_ptr<Lookup>(new Lookup(std::move(impl)));
}

Lookup::Lookup(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Lookup::~Lookup() { cancel(); }

void Lookup::cancel() {
    impl_->done = nullptr;
    impl_->close();
}

} // namespace net
