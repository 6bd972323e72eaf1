// Where a command sleeps: until an event came, a signal asked for the end, a deadline passed, or
// whoever read standard output went away. Owned by the command's thread, made before any other
// thread (they inherit its signal mask) and destroyed after them. No handler runs in it: signals
// are read from a descriptor.
#pragma once

#include <csignal>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

#include "base/result.h"
#include "wire/event_queue.h"

namespace app {

enum class Woke : std::uint8_t {
    wake,     ///< wake() was called, or there is something to pop
    signal,   ///< SIGINT, SIGTERM or SIGHUP came
    deadline, ///< it passed
    hung_up,  ///< the watched descriptor's other end was closed
    ready,    ///< the descriptor takes bytes (wait_writable) or has some (watch_input)
};

class EventPump {
public:
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

    /// Blocks the signals for this thread and for those it starts from now on.
    static base::Result<std::unique_ptr<EventPump>> create();
    /// Gives the signals back to whom they had.
    ~EventPump();
    EventPump(const EventPump&) = delete;
    EventPump& operator=(const EventPump&) = delete;

    /// For EngineOptions::wake and its like. Any thread, as long as the pump lives.
    std::function<void()> wake();

    /// A pipe or socket whose closed other end is worth waking for; -1: none.
    void watch_hang_up(int fd) { watched_fd_ = fd; }

    /// A descriptor that is read from, such as standard input; -1: none.
    void watch_input(int fd) { input_fd_ = fd; }

    /// Sleeps until one of the above. `deadline_ns` is on the monotonic clock; one that has passed
    /// asks without sleeping.
    Woke wait(std::int64_t deadline_ns);
    /// The same for a consumer of `queue`: does not sleep while there is something in it.
    Woke wait(wire::EventQueue& queue, std::int64_t deadline_ns);
    /// Sleeps until `fd` takes bytes; wake() does not end it.
    Woke wait_writable(int fd, std::int64_t deadline_ns);

private:
    EventPump() = default;
    Woke sleep(int writable_fd, std::int64_t deadline_ns);

    int wake_fd_ = -1;
    int signal_fd_ = -1;
    int watched_fd_ = -1;
    int input_fd_ = -1;
    sigset_t old_mask_{};
};

} // namespace app
