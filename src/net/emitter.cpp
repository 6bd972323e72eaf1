#include "net/emitter.h"

#include <chrono>

namespace net {
namespace {

/// A full queue holds tens of thousands of events: looking again after this long loses no speed.
constexpr std::chrono::milliseconds kLookAgain(2);

} // namespace

Emitter::Emitter(asio::io_context& io, wire::EventQueue& queue) : queue_(queue), timer_(io) {}

wire::Event Emitter::make(std::uint32_t link, std::uint32_t conn, wire::Dir dir, wire::Kind kind) {
    return make_at(base::stamp_now(), link, conn, dir, kind);
}

void Emitter::wait_with(wire::Event&& event) {
    const bool begins = waiting_.empty();
    waiting_.push_back(std::move(event));
    if (!begins) return;
    queue_.count_wait();
    wait_for_room();
}

void Emitter::wait_for_room() {
    if (stopped_) return;
    timer_.expires_after(kLookAgain);
    timer_.async_wait([this](std::error_code error) {
        if (error || stopped_) return;
        while (!waiting_.empty() && queue_.try_push(waiting_.front())) waiting_.pop_front();
        if (!waiting_.empty()) return wait_for_room();
        if (resumed_) resumed_();
    });
}

void Emitter::stop() {
    stopped_ = true;
    timer_.cancel();
}

} // namespace net
