#include "wire/event_queue.h"

#include <algorithm>

namespace wire {

EventQueue::EventQueue(Limits limits) : limits_(limits), queue_(limits.slots) {}

/// Whether an event of `size` bytes may go in. The consumer's tally is read only when what was free
/// at the last look is used up.
bool EventQueue::has_room(std::size_t size) {
    if (events_room_ > 0 && size <= bytes_room_) return true;
    // Nothing that was popped after these two loads makes less room than they say.
    const std::uint64_t events = pushed_.events.load(std::memory_order_relaxed) -
                                 popped_.events.load(std::memory_order_relaxed);
    const std::uint64_t bytes = pushed_.bytes.load(std::memory_order_relaxed) -
                                popped_.bytes.load(std::memory_order_relaxed);
    events_room_ = limits_.slots - std::min<std::uint64_t>(limits_.slots, events);
    bytes_room_ = limits_.bytes - std::min<std::uint64_t>(limits_.bytes, bytes);
    return events_room_ > 0 && (size <= bytes_room_ || events == 0);
}

bool EventQueue::try_put(Event& event) {
    const std::size_t size = event.payload.size;
    if (!has_room(size)) return false;
    // Counted before it is visible, so that the consumer can never count more than there was.
    pushed_.add(size);
    if (!queue_.try_enqueue(std::move(event))) {
        pushed_.events.store(pushed_.events.load(std::memory_order_relaxed) - 1,
                             std::memory_order_relaxed);
        pushed_.bytes.store(pushed_.bytes.load(std::memory_order_relaxed) - size,
                            std::memory_order_relaxed);
        return false;
    }
    --events_room_;
    bytes_room_ -= std::min<std::uint64_t>(bytes_room_, size);
    return true;
}

void EventQueue::publish() {
    const QueueStats now = stats();
    if (now.events > now.events_high) events_high_.store(now.events, std::memory_order_relaxed);
    if (now.bytes > now.bytes_high) bytes_high_.store(now.bytes, std::memory_order_relaxed);

    // Both sides exchange the same flag, so one of them sees the other's work: either the consumer
    // finds these events after it armed, or this finds the flag armed.
    if (armed_.exchange(false, std::memory_order_acq_rel) && wake_) wake_();
}

bool EventQueue::pop(Event* event) {
    Event* const oldest = front();
    if (oldest == nullptr) return false;
    *event = std::move(*oldest);
    pop_front();
    return true;
}

void EventQueue::pop_front() {
    const std::size_t size = queue_.peek()->payload.size;
    queue_.pop();
    popped_.add(size);
}

bool EventQueue::arm() {
    armed_.exchange(true, std::memory_order_acq_rel);
    if (queue_.peek() == nullptr) return true;
    armed_.exchange(false, std::memory_order_acq_rel);
    return false;
}

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
