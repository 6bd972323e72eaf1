#include "net/emitter.h"

#include <asio/io_context.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace {

using wire::Dir;
using wire::Kind;

constexpr auto kDeadline = std::chrono::seconds(20);

/// An emitter and its two ends, on one thread: it runs only when a test says so.
struct Bench {
    explicit Bench(wire::EventQueue::Limits limits = {}, wire::EventQueue::Limits recorded = {})
        : queue(limits), recording(recorded), emitter(io, queue, recording) {
        emitter.on_room([this] { ++rooms; });
    }

    void emit(Kind kind = Kind::text, std::string_view payload = "x") {
        wire::Event event = emitter.make(1, 2, Dir::in, kind);
        event.payload = emitter.store(payload);
        emitter.emit(std::move(event));
    }
    std::vector<std::uint64_t> pop_all(std::size_t at_most = ~0u) {
        std::vector<std::uint64_t> ids;
        wire::Event event;
        while (ids.size() < at_most && queue.pop(&event)) ids.push_back(event.id);
        return ids;
    }
    bool run_until(const std::function<bool()>& done) {
        const auto end = std::chrono::steady_clock::now() + kDeadline;
        while (!done() && std::chrono::steady_clock::now() < end)
            if (io.run_one_until(end) == 0) return done();
        return done();
    }

    asio::io_context io;
    wire::EventQueue queue;
    wire::EventQueue recording;
    net::Emitter emitter;
    int rooms = 0;
};

std::vector<std::uint64_t> ids(std::uint64_t from, std::uint64_t to) {
    std::vector<std::uint64_t> all;
    for (std::uint64_t id = from; id <= to; ++id) all.push_back(id);
    return all;
}

} // namespace

TEST_CASE("an event is stamped on both clocks and keeps what it was made with") {
    Bench bench;
    const base::Stamp before = base::stamp_now();
    wire::Event event = bench.emitter.make(3, 4, Dir::out, Kind::binary);
    const base::Stamp after = base::stamp_now();
    CHECK(event.mono_ns >= before.mono_ns);
    CHECK(event.mono_ns <= after.mono_ns);
    CHECK(event.wall_ns >= before.wall_ns);
    CHECK(event.wall_ns <= after.wall_ns);
    event.payload = bench.emitter.store(std::string("\0bytes\xff", 7));
    bench.emitter.emit(std::move(event));
    wire::Event got;
    REQUIRE(bench.queue.pop(&got));
    CHECK(got.id == 1);
    CHECK(got.link == 3);
    CHECK(got.conn == 4);
    CHECK(got.dir == Dir::out);
    CHECK(got.kind == Kind::binary);
    CHECK(got.payload.view() == std::string_view("\0bytes\xff", 7));
}

TEST_CASE("events are numbered from 1 without holes; a status has no number") {
    Bench bench;
    bench.emit();
    bench.emit(Kind::status);
    bench.emit();
    bench.emit(Kind::status);
    bench.emit(Kind::note);
    CHECK(bench.pop_all() == std::vector<std::uint64_t>{1, 0, 2, 0, 3});
    CHECK(bench.io.run() == 0); // no timer while there is room
}

TEST_CASE("when the queue is full events wait in order, and reading is to stop") {
    Bench bench({4, 1u << 20});
    for (int i = 0; i < 4; ++i) bench.emit();
    CHECK_FALSE(bench.emitter.stalled());
    for (int i = 0; i < 100; ++i) bench.emit();
    CHECK(bench.emitter.stalled());
    CHECK(bench.queue.stats().waits == 1); // one wait, however many wait
    CHECK(bench.queue.stats().events == 4);

    std::vector<std::uint64_t> got;
    while (got.size() < 104) {
        REQUIRE(bench.run_until([&] { return bench.queue.stats().events > 0; }));
        for (const std::uint64_t id : bench.pop_all(3)) got.push_back(id);
    }
    CHECK(got == ids(1, 104));
    REQUIRE(bench.run_until([&] { return bench.rooms == 1; }));
    CHECK_FALSE(bench.emitter.stalled());
    CHECK(bench.io.run_for(kDeadline) <= 1); // and the timer rests
    CHECK(bench.rooms == 1);
}

TEST_CASE("bytes fill the queue as slots do, and one large event always passes an empty one") {
    Bench bench({1000, 100});
    bench.emit(Kind::text, std::string(5000, 'a'));
    CHECK_FALSE(bench.emitter.stalled());
    bench.emit(Kind::text, "b");
    CHECK(bench.emitter.stalled());
    CHECK(bench.pop_all() == ids(1, 1));
    REQUIRE(bench.run_until([&] { return bench.rooms == 1; }));
    CHECK(bench.pop_all() == ids(2, 2));
}

TEST_CASE("an event that comes while others wait does not overtake them") {
    Bench bench({2, 1u << 20});
    for (int i = 0; i < 3; ++i) bench.emit();
    CHECK(bench.pop_all() == ids(1, 2)); // room again, but the third still waits
    bench.emit();
    CHECK(bench.pop_all().empty());
    REQUIRE(bench.run_until([&] { return bench.rooms == 1; }));
    CHECK(bench.pop_all() == ids(3, 4));
}

TEST_CASE("it is full again from inside the call that says there is room") {
    Bench bench({1, 1u << 20});
    bench.emitter.on_room([&] {
        if (++bench.rooms < 3) {
            bench.emit();
            bench.emit();
        }
    });
    bench.emit();
    bench.emit();
    std::vector<std::uint64_t> got;
    REQUIRE(bench.run_until([&] {
        for (const std::uint64_t id : bench.pop_all()) got.push_back(id);
        return bench.rooms == 3;
    }));
    for (const std::uint64_t id : bench.pop_all()) got.push_back(id);
    CHECK(got == ids(1, 6));
    CHECK_FALSE(bench.emitter.stalled());
}

TEST_CASE("stopped while full, no timer runs any more and nobody is called") {
    Bench bench({1, 1u << 20});
    bench.emit();
    bench.emit();
    REQUIRE(bench.emitter.stalled());
    bench.emitter.stop();
    bench.pop_all();
    bench.io.poll();
    CHECK(bench.io.stopped()); // at once: nothing is waited for
    CHECK(bench.rooms == 0);
    bench.emit(); // harmless
    bench.emit();
    bench.io.restart();
    CHECK(bench.io.run_for(kDeadline) == 0);
}

TEST_CASE("while it records, both queues get the event, with the same bytes and details") {
    Bench bench;
    bench.emit();
    bench.emitter.record(true);
    wire::Event event = bench.emitter.make(1, 2, Dir::none, Kind::connecting);
    event.details = std::make_unique<wire::Details>();
    event.details->url = "ws://a/";
    bench.emitter.emit(std::move(event));
    bench.emit(Kind::text, "bytes");
    bench.emitter.record(false);
    bench.emit();

    wire::Event got;
    REQUIRE(bench.recording.pop(&got));
    CHECK(got.id == 2);
    CHECK(got.details->url == "ws://a/");
    REQUIRE(bench.recording.pop(&got));
    CHECK(got.id == 3);
    const wire::Payload recorded = got.payload;
    REQUIRE(bench.recording.pop(&got)); // the end, as a word without details
    CHECK(got.kind == Kind::status);
    CHECK(got.details == nullptr);
    CHECK_FALSE(bench.recording.pop(&got));

    std::vector<std::uint64_t> order;
    while (bench.queue.pop(&got)) {
        order.push_back(got.id);
        if (got.kind == Kind::status) CHECK(got.details->recorded_from == 2);
        if (got.id == 3) CHECK(got.payload.slab == recorded.slab); // held once
    }
    CHECK(order == std::vector<std::uint64_t>{1, 0, 2, 3, 4});
}

TEST_CASE("a recorder that does not take its events makes the sessions wait, and loses none") {
    Bench bench({1u << 16, 64u << 20}, {64, 1u << 20});
    bench.emitter.record(true);
    for (int i = 0; i < 100; ++i) bench.emit();
    CHECK(bench.emitter.stalled());
    CHECK(bench.recording.stats().waits == 1);
    wire::Event got;
    std::vector<std::uint64_t> order;
    REQUIRE(bench.run_until([&] {
        while (bench.recording.pop(&got)) order.push_back(got.id);
        return order.size() == 100 && bench.rooms == 1;
    }));
    CHECK(order == ids(1, 100));
    CHECK_FALSE(bench.emitter.stalled());
}
