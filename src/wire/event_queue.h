// The queue from one producing thread to one consuming thread: lock-free, first in first out,
// bounded by slots and by payload bytes. It never drops: when it is full, `try_push` says so and
// the producer waits (and stops reading its socket, so that TCP pushes back).
//
// Events travel in blocks that both sides work in where they are. A block goes into the queue once,
// with its first event; how far it is filled is one number in it, which the producer publishes for
// many events at a time. Empty blocks go back to the producer.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <utility>

// The queue orders its threads by fences, which the thread sanitizer does not see. For clang it
// says so itself; for g++ these two lines do.
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
namespace wire {
inline char queue_order = 0;
}
#define AE_TSAN_ANNOTATE_RELEASE() __tsan_release(&::wire::queue_order)
#define AE_TSAN_ANNOTATE_ACQUIRE() __tsan_acquire(&::wire::queue_order)
#endif
#include <readerwriterqueue/readerwriterqueue.h>

#include "wire/event.h"

namespace wire {

/// Numbers for the status bar; a snapshot, from any thread.
struct QueueStats {
    std::size_t events = 0;      ///< in the queue now
    std::size_t bytes = 0;       ///< payload bytes in the queue now
    std::size_t events_high = 0; ///< the most there ever were
    std::size_t bytes_high = 0;
    std::uint64_t waits = 0; ///< how often the producer found it full
    std::uint64_t pushed = 0;
};

class EventQueue {
public:
    struct Limits {
        std::size_t slots = 1u << 16;
        std::size_t bytes = 64u << 20;
    };

    EventQueue() : EventQueue(Limits()) {}
    explicit EventQueue(Limits limits);
    ~EventQueue();
    EventQueue(const EventQueue&) = delete;
    EventQueue& operator=(const EventQueue&) = delete;

    /// Producer. Takes the event and returns true, or leaves it untouched and returns false when
    /// the queue is full. A payload larger than the byte limit passes when the queue is empty.
    bool try_push(Event& event) {
        if (!try_put(event)) return false;
        publish();
        return true;
    }

    /// The same in two steps, for many events at once: what was put is seen by the consumer, and
    /// wakes it, with the next `publish()`, or some events before it.
    bool try_put(Event& event);
    void publish();

    /// Producer, once for each time that it begins to wait for room.
    void count_wait() { waits_.fetch_add(1, std::memory_order_relaxed); }

    /// Consumer. False when the queue is empty.
    bool pop(Event* event);

    /// Consumer: the oldest event where it is, null when the queue is empty; and its removal, which
    /// needs one to be there. In between it may be moved from (its payload's size stays).
    Event* front();
    void pop_front();

    /// Called on the producer's thread when something was pushed while the consumer was `armed`.
    /// Set it before the producer starts.
    void set_wake(std::function<void()> wake) { wake_ = std::move(wake); }

    /// Consumer, before it goes to sleep: from now on the next push wakes it once. Returns false
    /// when there is something to pop already, and then nothing is armed.
    bool arm();

    QueueStats stats() const;

private:
    static constexpr std::uint32_t kBlockEvents = 256;
    struct Block {
        std::atomic<std::uint32_t> filled{0}; ///< events that the consumer may take
        alignas(64) alignas(Event) unsigned char memory[kBlockEvents * sizeof(Event)];

        void* place(std::uint32_t i) { return memory + i * sizeof(Event); }
        Event* event(std::uint32_t i) { return std::launder(static_cast<Event*>(place(i))); }
    };

    /// What one side has moved in all. Written by that side only, so that no count is ever fought
    /// over; a cache line of its own.
    struct alignas(64) Tally {
        std::atomic<std::uint64_t> events{0};
        std::atomic<std::uint64_t> bytes{0};

        void add(std::uint64_t size) {
            events.store(events.load(std::memory_order_relaxed) + 1, std::memory_order_release);
            bytes.store(bytes.load(std::memory_order_relaxed) + size, std::memory_order_release);
        }
    };

    bool look_for_room(std::size_t size);
    void next_block_to_fill();
    void show();
    bool next_block_to_take();

    const Limits limits_;
    moodycamel::ReaderWriterQueue<Block*> blocks_;
    moodycamel::ReaderWriterQueue<Block*> empty_; ///< the way back
    std::function<void()> wake_;
    std::atomic<bool> armed_{false};
    Tally pushed_;
    Tally popped_;

    // Producer.
    alignas(64) Block* filling_ = nullptr;
    std::uint32_t put_ = 0;         ///< events in it
    std::uint32_t shown_ = 0;       ///< of them, those that the consumer may see
    std::uint64_t events_room_ = 0; ///< that it may push before it looks again
    std::uint64_t bytes_room_ = 0;
    std::atomic<std::size_t> events_high_{0};
    std::atomic<std::size_t> bytes_high_{0};
    std::atomic<std::uint64_t> waits_{0};

    // Consumer.
    alignas(64) Block* taking_ = nullptr;
    std::uint32_t taken_ = 0; ///< events of it that are gone
    std::uint32_t seen_ = 0;  ///< events of it that may be taken, as last looked up
};

//--- the path of every event

inline bool EventQueue::try_put(Event& event) {
    const std::size_t size = event.payload.size;
    if ((events_room_ == 0 || size > bytes_room_) && !look_for_room(size)) return false;
    if (put_ == kBlockEvents || filling_ == nullptr) next_block_to_fill();
    new (filling_->place(put_)) Event(std::move(event));
    ++put_;
    // Counted before it is visible, so that the consumer can never count more than there was.
    pushed_.add(size);
    --events_room_;
    bytes_room_ -= size < bytes_room_ ? size : bytes_room_;
    return true;
}

inline Event* EventQueue::front() {
    if (taken_ == seen_ && !next_block_to_take()) return nullptr;
    // The type of a message is read next, from bytes that the other thread's core wrote.
    constexpr std::uint32_t kAhead = 4;
    if (seen_ - taken_ > kAhead) {
        const Event& soon = *taking_->event(taken_ + kAhead);
        if (soon.payload.present())
            __builtin_prefetch(soon.payload.view().data() + soon.head.type_at);
    }
    return taking_->event(taken_);
}

inline void EventQueue::pop_front() {
    Event* const event = taking_->event(taken_);
    const std::size_t size = event->payload.size;
    event->~Event();
    ++taken_;
    popped_.add(size);
}

} // namespace wire
