// What crosses the simulator, as Events for `serve -o`: `dir` seen from the clients ("in" is from
// the server to a client), one conn a client. Owned by the server's thread, which alone calls it;
// one other thread pops the queue. Loses nothing: from half full on `full` tells the server to read
// and say nothing more; the other half takes what is under way already and the end of everything.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>

#include "wire/event_queue.h"
#include "wire/slab.h"

namespace sim {

class Recorder {
public:
    Recorder(bool on, std::function<void()> wake);

    /// A frame, or the head of a request or response.
    void payload(std::uint32_t conn, wire::Dir dir, wire::Kind kind, std::string_view bytes,
                 std::uint32_t frames = 1, std::uint64_t wire_size = 0, int status = 0);
    void close(std::uint32_t conn, wire::Dir dir, int code, std::string_view reason);
    void life(std::uint32_t conn, wire::Kind kind, wire::Details details);

    bool full() const;
    void count_wait() { queue_.count_wait(); }
    /// Moves into the queue what did not even fit its other half. True: all of it.
    bool top_up();

    wire::EventQueue& queue() { return queue_; }

private:
    wire::Event stamped(std::uint32_t conn, wire::Dir dir, wire::Kind kind);
    void push(wire::Event event);

    bool on_;
    wire::EventQueue queue_;
    wire::SlabWriter slabs_;
    std::uint64_t last_id_ = 0;
    std::deque<wire::Event> waiting_;
};

} // namespace sim
