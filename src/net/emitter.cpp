#include "net/emitter.h"

#include <chrono>

namespace net {
namespace {

/// A full queue holds tens of thousands of events: looking again after this long loses no speed.
constexpr std::chrono::milliseconds kLookAgain(2);

/// Moves over what has room now.
void top_up(wire::EventQueue& queue, std::deque<wire::Event>& waiting) {
    while (!waiting.empty() && queue.try_push(waiting.front())) waiting.pop_front();
}

} // namespace

Emitter::Emitter(asio::io_context& io, wire::EventQueue& queue, wire::EventQueue& recording)
    : queue_(queue), recording_queue_(recording), timer_(io) {}

wire::Event Emitter::make(std::uint32_t link, std::uint32_t conn, wire::Dir dir, wire::Kind kind) {
    return make_at(base::stamp_now(), link, conn, dir, kind);
}

void Emitter::wait_with(wire::EventQueue& queue, std::deque<wire::Event>& waiting,
                        wire::Event&& event) {
    const bool begins = !stalled();
    if (waiting.empty()) queue.count_wait();
    waiting.push_back(std::move(event));
    if (begins) wait_for_room();
}

void Emitter::publish() {
    queue_.publish();
    if (recording_) recording_queue_.publish();
}

void Emitter::record(bool on) {
    if (recording_ == on) return;
    recording_ = on;
    wire::Event word = make(0, 0, wire::Dir::none, wire::Kind::status);
    if (!on) return push(recording_queue_, waiting_records_, std::move(word));
    word.details = std::make_unique<wire::Details>();
    word.details->recorded_from = next_id_;
    push(queue_, waiting_, std::move(word));
}

void Emitter::wait_for_room() {
    if (stopped_) return;
    timer_.expires_after(kLookAgain);
    timer_.async_wait([this](std::error_code error) {
        if (error || stopped_) return;
        top_up(queue_, waiting_);
        top_up(recording_queue_, waiting_records_);
        if (stalled()) return wait_for_room();
        if (resumed_) resumed_();
    });
}

void Emitter::stop() {
    stopped_ = true;
    timer_.cancel();
}

} // namespace net
