// The one way out of the network thread: numbers and stamps each Event and pushes it into the queue
// to the screen, and while it is recorded into the recorder's, too. When a queue is full, events
// wait here in order and every session stops reading its socket until there is room: TCP pushes
// back and nothing is lost. Network thread only.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "wire/event_queue.h"

namespace net {

class Emitter {
public:
    Emitter(asio::io_context& io, wire::EventQueue& queue, wire::EventQueue& recording);

    /// Called once the queue has room again after it was full.
    void on_room(std::function<void()> resumed) { resumed_ = std::move(resumed); }

    /// True while a queue is full: read no more.
    bool stalled() const { return !waiting_.empty() || !waiting_records_.empty(); }

    /// From the next event on, or no longer. The screen is told where it begins, the recorder by a
    /// `status` with nothing in it where it ends.
    void record(bool on);

    /// An event stamped now, still without its number: emit() gives one to all but `status` events.
    wire::Event make(std::uint32_t link, std::uint32_t conn, wire::Dir dir, wire::Kind kind);
    /// The same for bytes that came at `at`, which many events may share: reading the clocks costs
    /// as much as all else that is done for a message. Where an event has been stamped later by
    /// now, this one has that stamp: stamps never go back.
    wire::Event make_at(const base::Stamp& at, std::uint32_t link, std::uint32_t conn,
                        wire::Dir dir, wire::Kind kind);
    wire::Payload store(std::string_view payload) { return slabs_.append(payload); }
    void emit(wire::Event&& event);

    /// While one lives, a consumer that sleeps is not woken by each event, but at the end.
    class Batch {
    public:
        explicit Batch(Emitter& emitter) : emitter_(emitter) { ++emitter_.batches_; }
        ~Batch() {
            if (--emitter_.batches_ == 0) emitter_.publish();
        }
        Batch(const Batch&) = delete;
        Batch& operator=(const Batch&) = delete;

    private:
        Emitter& emitter_;
    };

    /// The end: no timer runs any more.
    void stop();

private:
    void push(wire::EventQueue& queue, std::deque<wire::Event>& waiting, wire::Event&& event);
    void wait_with(wire::EventQueue& queue, std::deque<wire::Event>& waiting, wire::Event&& event);
    void publish();
    void wait_for_room();

    wire::EventQueue& queue_;
    wire::EventQueue& recording_queue_;
    bool recording_ = false;
    wire::SlabWriter slabs_;
    std::deque<wire::Event> waiting_;
    std::deque<wire::Event> waiting_records_;
    asio::steady_timer timer_;
    std::function<void()> resumed_;
    std::uint64_t next_id_ = 1;
    base::Stamp newest_; ///< that an event was given
    int batches_ = 0;    ///< that live
    bool stopped_ = false;
};

//--- the path of every event

inline wire::Event Emitter::make_at(const base::Stamp& at, std::uint32_t link, std::uint32_t conn,
                                    wire::Dir dir, wire::Kind kind) {
    if (at.mono_ns > newest_.mono_ns) newest_ = at;
    wire::Event event;
    event.mono_ns = newest_.mono_ns;
    event.wall_ns = newest_.wall_ns;
    event.link = link;
    event.conn = conn;
    event.dir = dir;
    event.kind = kind;
    return event;
}

inline void Emitter::push(wire::EventQueue& queue, std::deque<wire::Event>& waiting,
                          wire::Event&& event) {
    if (waiting.empty() && queue.try_put(event)) {
        if (batches_ == 0) queue.publish();
        return;
    }
    wait_with(queue, waiting, std::move(event));
}

inline void Emitter::emit(wire::Event&& event) {
    if (event.kind != wire::Kind::status) {
        event.id = next_id_++;
        if (recording_) push(recording_queue_, waiting_records_, wire::copy_of(event));
    }
    push(queue_, waiting_, std::move(event));
}

} // namespace net
