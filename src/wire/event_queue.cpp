#include "wire/event_queue.h"

#include <algorithm>

namespace wire {

EventQueue::EventQueue(Limits limits)
    : limits_(limits), blocks_(limits.slots / kBlockEvents + 2),
      empty_(limits.slots / kBlockEvents + 2) {}

EventQueue::~EventQueue() {
    show();
    while (front()) pop_front();
    delete taking_;
    for (Block* block; empty_.try_dequeue(block);) delete block;
}

//--- producer

/// Reads the consumer's tally: whether an event of `size` bytes may go in.
bool EventQueue::look_for_room(std::size_t size) {
    // Nothing that is popped behind these loads makes less room than they say.
    const std::uint64_t events = pushed_.events.load(std::memory_order_relaxed) -
                                 popped_.events.load(std::memory_order_acquire);
    const std::uint64_t bytes = pushed_.bytes.load(std::memory_order_relaxed) -
                                popped_.bytes.load(std::memory_order_acquire);
    events_room_ = limits_.slots - std::min<std::uint64_t>(limits_.slots, events);
    bytes_room_ = limits_.bytes - std::min<std::uint64_t>(limits_.bytes, bytes);
    return events_room_ > 0 && (size <= bytes_room_ || events == 0);
}

/// The block in hand is full, or there is none.
void EventQueue::next_block_to_fill() {
    show();
    put_ = shown_ = 0;
    if (!empty_.try_dequeue(filling_)) filling_ = new Block;
}

/// Lets the consumer see all that was put into the block in hand.
void EventQueue::show() {
    if (put_ == shown_) return; // a full block that was shown is the consumer's
    filling_->filled.store(put_, std::memory_order_release);
    if (shown_ == 0) blocks_.enqueue(filling_);
    shown_ = put_;
}

void EventQueue::publish() {
    show();
    const QueueStats now = stats();
    if (now.events > now.events_high) events_high_.store(now.events, std::memory_order_relaxed);
    if (now.bytes > now.bytes_high) bytes_high_.store(now.bytes, std::memory_order_relaxed);

    // Both sides exchange the same flag, so one of them sees the other's work: either the consumer
    // finds these events after it armed, or this finds the flag armed.
    if (armed_.exchange(false, std::memory_order_acq_rel) && wake_) wake_();
}

//--- consumer

/// All that was seen of the block in hand is taken: is there more in it, or another one?
bool EventQueue::next_block_to_take() {
    if (taking_ && taken_ == kBlockEvents) {
        taking_->filled.store(0, std::memory_order_relaxed);
        empty_.enqueue(taking_);
        taking_ = nullptr;
        taken_ = seen_ = 0;
    }
    if (!taking_ && !blocks_.try_dequeue(taking_)) return false;
    seen_ = taking_->filled.load(std::memory_order_acquire);
    return taken_ != seen_;
}

bool EventQueue::pop(Event* event) {
    Event* const oldest = front();
    if (oldest == nullptr) return false;
    *event = std::move(*oldest);
    pop_front();
    return true;
}

bool EventQueue::arm() {
    armed_.exchange(true, std::memory_order_acq_rel);
    if (front() == nullptr) return true;
    armed_.exchange(false, std::memory_order_acq_rel);
    return false;
}

//--- either, and others

QueueStats EventQueue::stats() const {
    QueueStats stats;
    // What was popped first: it never overtakes what was pushed.
    const std::uint64_t events = popped_.events.load(std::memory_order_acquire);
    const std::uint64_t bytes = popped_.bytes.load(std::memory_order_acquire);
    stats.pushed = pushed_.events.load(std::memory_order_relaxed);
    stats.events = static_cast<std::size_t>(stats.pushed - events);
    stats.bytes = static_cast<std::size_t>(pushed_.bytes.load(std::memory_order_relaxed) - bytes);
    stats.events_high = events_high_.load(std::memory_order_relaxed);
    stats.bytes_high = bytes_high_.load(std::memory_order_relaxed);
    stats.waits = waits_.load(std::memory_order_relaxed);
    return stats;
}

} // namespace wire
