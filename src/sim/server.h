// The Coda simulator: a real WebSocket server on its own thread, in the two dialects of
// PROTOCOL.md. Owned by whoever starts it; any number of clients; loopback by default. Never
// includes net.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "wire/event_queue.h"

namespace sim {

enum class Dialect : std::uint8_t { guide, backend };

struct ServerOptions {
    std::string host = "127.0.0.1"; ///< address to listen on
    std::uint16_t port = 0;         ///< 0: a free one
    Dialect dialect = Dialect::guide;
    double rate = 0;        ///< more events a second in all, the turn's types in rotation; 0: none
    std::uint64_t seed = 1; ///< same seed and same text_input: same types, order and texts
    double auth_timeout_s = 30; ///< backend: until an unanswered challenge is refused
    double heartbeat_s = 0;     ///< system_metrics every so often; 0: the dialect's own (2 s, 5 s)
    double turn_scale = 1;      ///< the pauses inside a turn are multiplied by this; tests use less
    double ping_interval_s = 20;     ///< the server's own pings
    double handshake_timeout_s = 10; ///< for a whole request after TCP was accepted
    double stall_timeout_s = 20;     ///< a client that reads nothing for so long is dropped
    bool record = false;             ///< what crosses comes out of `events()`
    std::function<void()> wake;      ///< see EventQueue::set_wake
};

class Server {
public:
    /// Listens and starts the thread. Errors: the port is taken, the address is not of this
    /// machine.
    static base::Result<std::unique_ptr<Server>> start(ServerOptions options);
    /// As stop().
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Closes every client (1001; in the backend's dialect 1000 without a reason, as the real one),
    /// stops the thread and joins it; under a second, also when the queue is full. `events()` stays
    /// and can be popped until it is empty and top_up() has nothing more for it: the last Close
    /// frames and ends are in it. Again: nothing. The destructor does it too.
    void stop();

    std::uint16_t port() const;
    std::string url() const; ///< "ws://127.0.0.1:PORT"

    /// With `record`: every frame and every connection's life, `dir` seen from the clients, `conn`
    /// numbered from 1 as they come. Popped by one consuming thread, the one that calls stop().
    /// When it is half full, the server reads and says nothing more until there is room: nothing is
    /// lost.
    wire::EventQueue& events();
    /// After stop(): moves into `events()` what it had no room for. True: that was all.
    bool top_up();

private:
    class Thread;
    explicit Server(std::unique_ptr<Thread> thread);
    std::unique_ptr<Thread> thread_;
};

} // namespace sim
