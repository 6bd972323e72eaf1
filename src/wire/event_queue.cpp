#include "wire/event_queue.h"

namespace wire {

EventQueue::EventQueue(Limits limits) : limits_(limits), queue_(limits.slots) {}

bool EventQueue::try_push(Event& event) {
    const std::size_t size = event.payload.size;
    const std::size_t events = events_.load(std::memory_order_relaxed);
    const std::size_t bytes = bytes_.load(std::memory_order_relaxed);
    if (events >= limits_.slots || (bytes + size > limits_.bytes && events > 0)) return false;

    // Counted before it is visible, so that the consumer can never count below zero.
    const std::size_t events_now = events_.fetch_add(1, std::memory_order_relaxed) + 1;
    const std::size_t bytes_now = bytes_.fetch_add(size, std::memory_order_relaxed) + size;
    if (!queue_.try_enqueue(std::move(event))) {
        events_.fetch_sub(1, std::memory_order_relaxed);
        bytes_.fetch_sub(size, std::memory_order_relaxed);
        return false;
    }
    // The producer alone writes these three: plain stores do.
    pushed_.store(pushed_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    if (events_now > events_high_.load(std::memory_order_relaxed))
        events_high_.store(events_now, std::memory_order_relaxed);
    if (bytes_now > bytes_high_.load(std::memory_order_relaxed))
        bytes_high_.store(bytes_now, std::memory_order_relaxed);

    // Both sides exchange the same flag, so one of them sees the other's work: either the consumer
    // finds this event after it armed, or this finds the flag armed.
    if (armed_.exchange(false, std::memory_order_acq_rel) && wake_) wake_();
    return true;
}

bool EventQueue::pop(Event* event) {
    if (!queue_.try_dequeue(*event)) return false;
    events_.fetch_sub(1, std::memory_order_relaxed);
    bytes_.fetch_sub(event->payload.size, std::memory_order_relaxed);
    return true;
}

bool EventQueue::arm() {
    armed_.exchange(true, std::memory_order_acq_rel);
    if (queue_.peek() == nullptr) return true;
    armed_.exchange(false, std::memory_order_acq_rel);
    return false;
}

QueueStats EventQueue::stats() const {
    QueueStats stats;
    stats.events = events_.load(std::memory_order_relaxed);
    stats.bytes = bytes_.load(std::memory_order_relaxed);
    stats.events_high = events_high_.load(std::memory_order_relaxed);
    stats.bytes_high = bytes_high_.load(std::memory_order_relaxed);
    stats.waits = waits_.load(std::memory_order_relaxed);
    stats.pushed = pushed_.load(std::memory_order_relaxed);
    return stats;
}

} // namespace wire
