// ctest: threads
#include "wire/event_queue.h"

#include <chrono>
#include <condition_variable>
#include <doctest/doctest.h>
#include <mutex>
#include <string>
#include <thread>

using wire::Event;
using wire::EventQueue;

namespace {

Event numbered(std::uint64_t id, wire::SlabWriter* slabs = nullptr, std::string_view bytes = {}) {
    Event event;
    event.id = id;
    if (slabs) event.payload = slabs->append(bytes);
    return event;
}

/// A bell that the producer's thread rings and the consumer waits for.
struct Bell {
    std::mutex mutex;
    std::condition_variable rung;
    int count = 0;

    void ring() {
        const std::lock_guard lock(mutex);
        ++count;
        rung.notify_one();
    }
    bool wait_for(int wanted) {
        std::unique_lock lock(mutex);
        return rung.wait_for(lock, std::chrono::seconds(20), [&] { return count >= wanted; });
    }
    int rings() {
        const std::lock_guard lock(mutex);
        return count;
    }
};

} // namespace

TEST_CASE("a full queue refuses an event and leaves it whole") {
    EventQueue queue({4, 1000});
    wire::SlabWriter slabs;
    for (std::uint64_t id = 1; id <= 4; ++id) {
        Event event = numbered(id);
        CHECK(queue.try_push(event));
    }
    Event fifth = numbered(5, &slabs, "whole");
    fifth.details = std::make_unique<wire::Details>();
    CHECK_FALSE(queue.try_push(fifth));
    CHECK(fifth.id == 5);
    CHECK(fifth.payload.view() == "whole");
    CHECK(fifth.details);

    Event out;
    CHECK(queue.pop(&out));
    CHECK(out.id == 1);
    CHECK(queue.try_push(fifth));
    for (std::uint64_t id = 2; id <= 5; ++id) {
        CHECK(queue.pop(&out));
        CHECK(out.id == id);
    }
    CHECK(out.payload.view() == "whole");
    CHECK_FALSE(queue.pop(&out));
}

TEST_CASE("payload bytes are bounded too, and one that is too large passes alone") {
    EventQueue queue({100, 10});
    wire::SlabWriter slabs;
    Event six = numbered(1, &slabs, "123456"), five = numbered(2, &slabs, "12345");
    Event large = numbered(3, &slabs, std::string(500, 'x')), none = numbered(4);
    CHECK(queue.try_push(six));
    CHECK_FALSE(queue.try_push(five));
    CHECK(queue.try_push(none));
    CHECK_FALSE(queue.try_push(large));
    Event out;
    CHECK(queue.pop(&out));
    CHECK(queue.pop(&out));
    CHECK(queue.try_push(large));
    CHECK_FALSE(queue.try_push(five));
    CHECK(queue.pop(&out));
    CHECK(out.payload.size == 500);
    CHECK(queue.try_push(five));
}

TEST_CASE("the numbers for the status bar are right") {
    EventQueue queue({3, 1000});
    wire::SlabWriter slabs;
    Event a = numbered(1, &slabs, "12345"), b = numbered(2, &slabs, "123"), out;
    CHECK(queue.try_push(a));
    CHECK(queue.try_push(b));
    queue.count_wait();
    CHECK(queue.stats().events == 2);
    CHECK(queue.stats().bytes == 8);
    CHECK(queue.pop(&out));
    CHECK(queue.stats().events == 1);
    CHECK(queue.stats().bytes == 3);
    CHECK(queue.stats().events_high == 2);
    CHECK(queue.stats().bytes_high == 8);
    CHECK(queue.stats().pushed == 2);
    CHECK(queue.stats().waits == 1);
}

TEST_CASE("across threads nothing is lost, doubled or out of order, and the bounds hold") {
    constexpr std::uint64_t kCount = 200'000;
    EventQueue queue({64, 4096});
    std::thread producer([&queue] {
        wire::SlabWriter slabs;
        for (std::uint64_t id = 1; id <= kCount; ++id) {
            Event event = numbered(id, &slabs, std::string(id % 200, static_cast<char>(id)));
            while (!queue.try_push(event)) std::this_thread::yield();
        }
    });
    std::uint64_t expected = 1, wrong = 0;
    while (expected <= kCount) {
        Event event;
        if (!queue.pop(&event)) {
            std::this_thread::yield();
            continue;
        }
        const std::string bytes(expected % 200, static_cast<char>(expected));
        if (event.id != expected || event.payload.view() != bytes) ++wrong;
        ++expected;
    }
    producer.join();
    CHECK(wrong == 0);
    CHECK(queue.stats().events == 0);
    CHECK(queue.stats().bytes == 0);
    CHECK(queue.stats().events_high <= 64);
    CHECK(queue.stats().bytes_high <= 4096);
    CHECK(queue.stats().pushed == kCount);
}

TEST_CASE("what was put is seen when it is published, all of it at once") {
    EventQueue queue;
    Bell bell;
    queue.set_wake([&bell] { bell.ring(); });
    Event out;
    CHECK(queue.arm());
    for (std::uint64_t id = 1; id <= 3; ++id) {
        Event event = numbered(id);
        CHECK(queue.try_put(event));
    }
    CHECK(queue.front() == nullptr);
    CHECK(bell.rings() == 0);
    queue.publish();
    CHECK(bell.rings() == 1);
    for (std::uint64_t id = 1; id <= 3; ++id) {
        REQUIRE(queue.front() != nullptr);
        CHECK(queue.front()->id == id);
        queue.pop_front();
    }
    CHECK(queue.front() == nullptr);
    queue.publish(); // nothing new
    CHECK(queue.front() == nullptr);
}

TEST_CASE("a queue that goes away gives back what was in it, published or not") {
    wire::Payload kept;
    {
        EventQueue queue;
        wire::SlabWriter slabs;
        for (std::uint64_t id = 1; id <= 700; ++id) {
            Event event = numbered(id, &slabs, "payload");
            event.details = std::make_unique<wire::Details>();
            if (id == 1) kept = event.payload;
            CHECK(queue.try_put(event));
            if (id == 300) queue.publish();
        }
        for (int i = 0; i < 280; ++i) {
            REQUIRE(queue.front() != nullptr);
            queue.pop_front();
        }
        CHECK(queue.stats().events == 420);
    }
    CHECK(kept.view() == "payload"); // and the address sanitizer finds no leak
}

TEST_CASE("batches of any size arrive whole and in order while the queue runs full and empty") {
    constexpr std::uint64_t kCount = 200'000;
    EventQueue queue({1000, 1u << 20});
    std::thread producer([&queue] {
        wire::SlabWriter slabs;
        for (std::uint64_t id = 1; id <= kCount; ++id) {
            Event event = numbered(id, &slabs, std::string(id % 50, static_cast<char>(id)));
            while (!queue.try_put(event)) {
                queue.publish();
                std::this_thread::yield();
            }
            if (id % 613 < 3 || id % 7 == 0) queue.publish();
        }
        queue.publish();
    });
    std::uint64_t expected = 1, wrong = 0;
    while (expected <= kCount) {
        Event* const event = queue.front();
        if (event == nullptr) {
            std::this_thread::yield();
            continue;
        }
        const std::string bytes(expected % 50, static_cast<char>(expected));
        if (event->id != expected || event->payload.view() != bytes) ++wrong;
        queue.pop_front();
        ++expected;
    }
    producer.join();
    CHECK(wrong == 0);
    CHECK(queue.stats().events == 0);
    CHECK(queue.stats().events_high <= 1000);
}

TEST_CASE("a consumer that went to sleep is woken once") {
    EventQueue queue;
    Bell bell;
    queue.set_wake([&bell] { bell.ring(); });
    Event event = numbered(1), out;
    CHECK(queue.try_push(event));
    CHECK(bell.rings() == 0); // nobody sleeps
    CHECK_FALSE(queue.arm()); // there is something to pop
    CHECK(queue.pop(&out));
    CHECK(queue.arm());
    for (std::uint64_t id = 2; id <= 4; ++id) {
        Event more = numbered(id);
        CHECK(queue.try_push(more));
    }
    CHECK(bell.rings() == 1);
}

TEST_CASE("no event is slept through, however the threads meet") {
    constexpr std::uint64_t kCount = 20'000;
    EventQueue queue({128, 1u << 20});
    Bell bell;
    queue.set_wake([&bell] { bell.ring(); });
    std::thread producer([&queue] {
        for (std::uint64_t id = 1; id <= kCount; ++id) {
            Event event = numbered(id);
            while (!queue.try_push(event)) std::this_thread::yield();
            if (id % 7 == 0) std::this_thread::yield();
        }
    });
    std::uint64_t popped = 0;
    int sleeps = 0;
    bool slept_through = false;
    while (popped < kCount && !slept_through) {
        Event event;
        if (queue.pop(&event)) {
            ++popped;
        } else if (queue.arm()) {
            slept_through = !bell.wait_for(++sleeps);
        }
    }
    CHECK_FALSE(slept_through);
    while (popped < kCount) { // so that the producer can end whatever happened
        Event event;
        if (queue.pop(&event)) ++popped;
    }
    producer.join();
}
