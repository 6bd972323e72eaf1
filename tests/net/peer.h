// What the net tests talk to and look through: a raw TCP (or TLS) server that does exactly what the
// test says, and a watch over an Engine's events. Every wait has a deadline; none sleeps.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/engine.h"

namespace test {

constexpr double kDeadlineSeconds = 20; ///< far above what anything here takes

/// One accepted TCP connection. Blocking calls, each with a deadline; a lost line gives empty
/// reads.
class Conn {
public:
    explicit Conn(int fd) : fd_(fd) {}
    virtual ~Conn();
    Conn(const Conn&) = delete;
    Conn& operator=(const Conn&) = delete;

    /// Bytes as they come, at most `size`; empty: the end, or the deadline.
    virtual std::string read_some(std::size_t size = 65536);
    virtual bool write(std::string_view bytes);

    std::string read_exactly(std::size_t size);
    /// The request's head, its empty line included.
    std::string read_request();
    /// Reads the request and answers 101; `extra` are header lines, each with its line end.
    bool upgrade(std::string_view extra = {});
    /// True when the peer ends TCP (or resets) before the deadline; what comes before is read away.
    bool wait_for_end();

    struct Frame {
        int opcode = -1; ///< -1: none came
        bool fin = false, rsv1 = false, masked = false;
        std::string payload; ///< unmasked
    };
    Frame read_frame();
    /// Sends an unmasked frame.
    bool frame(int opcode, std::string_view payload, bool fin = true, int rsv = 0);
    bool text(std::string_view payload) { return frame(1, payload); }
    bool close_frame(int code, std::string_view reason = {});

    void reset();    ///< ends TCP with RST
    void shutdown(); ///< ends our direction only
    void finish();   ///< closes
    int fd() const { return fd_; }

protected:
    int fd_;
    std::string ahead_; ///< read and not yet asked for
};

/// Listens on loopback, on a port of its own.
class Peer {
public:
    explicit Peer(bool ipv6 = false);
    ~Peer();
    std::uint16_t port() const { return port_; }
    std::string url(std::string_view path = "/") const;
    /// The next connection; null at the deadline.
    std::unique_ptr<Conn> accept(double seconds = kDeadlineSeconds);
    void stop_listening();

private:
    int fd_ = -1;
    bool ipv6_;
    std::uint16_t port_ = 0;
};

/// The accept value for the key in a request's head.
std::string accept_for_request(std::string_view request);
std::string header_of(std::string_view head, std::string_view name);
/// The header of a server's frame in its shortest form; `first` is FIN, RSV and opcode.
std::string header(int first, std::uint64_t size);
std::string frame_bytes(int opcode, std::string_view payload, bool fin = true, int rsv = 0);

/// An Engine and all its events so far.
class Watch {
public:
    Watch();
    explicit Watch(wire::EventQueue::Limits limits, std::string name_servers = {});
    net::Engine& engine() { return *engine_; }

    /// Waits until an event for which `wanted` holds has come; events before it are kept. Null at
    /// the deadline. The pointer stays valid.
    const wire::Event* until(const std::function<bool(const wire::Event&)>& wanted);
    /// The next event (after those already given by next()) of that kind.
    const wire::Event* next(wire::Kind kind);
    const wire::Event* next(wire::Kind kind, wire::Dir dir);
    /// Waits until the state of a link is `phase`.
    bool phase(std::uint32_t link, wire::Phase phase);
    /// Waits until a state holds.
    bool state(const std::function<bool(const wire::LinkState&)>& wanted);

    const std::vector<std::unique_ptr<wire::Event>>& all() const { return events_; }
    /// Drops all events so far, those that were not looked at, too.
    void forget() {
        events_.clear();
        looked_at_ = 0;
    }
    void stop() { engine_.reset(); }
    /// The next wake-up throws, on the network thread.
    void throw_in_next_wake() { throws_ = true; }

private:
    bool pull(); ///< waits for one event; false at the deadline

    std::mutex mutex_;
    std::condition_variable changed_;
    bool woken_ = false;
    std::atomic<bool> throws_{false};
    std::unique_ptr<net::Engine> engine_;
    std::vector<std::unique_ptr<wire::Event>> events_;
    std::size_t looked_at_ = 0;
};

/// Options for a URL: no retries.
wire::LinkOptions options_for(std::string url);
/// Threads and descriptors of this process, to see that none is left.
int open_descriptors();
int threads();

} // namespace test
