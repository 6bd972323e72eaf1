#include "app/event_pump.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "app/output.h"
#include "base/clock.h"

namespace {

using app::EventPump;
using app::Woke;

constexpr std::int64_t kSoon = 20 * base::kMillisecond;
constexpr std::int64_t kPatience = 10 * base::kSecond; // a failing test ends, too

std::int64_t in(std::int64_t ns) { return base::mono_now_ns() + ns; }

std::unique_ptr<EventPump> new_pump() {
    auto pump = EventPump::create();
    REQUIRE(pump.ok());
    return std::move(pump.value());
}

struct Pipe {
    Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
    ~Pipe() {
        close_reader();
        if (ends[1] >= 0) ::close(ends[1]);
    }
    void close_reader() {
        if (ends[0] >= 0) ::close(ends[0]);
        ends[0] = -1;
    }
    int writer() const { return ends[1]; }
    std::array<int, 2> ends{};
};

wire::Event event() {
    wire::Event made;
    made.kind = wire::Kind::text;
    return made;
}

} // namespace

TEST_CASE("a push from another thread wakes the sleeper") {
    const auto pump = new_pump();
    wire::EventQueue queue;
    queue.set_wake(pump->wake());
    std::thread producer([&queue] {
        wire::Event pushed = event();
        queue.try_push(pushed);
    });
    wire::Event popped;
    bool got = false;
    while (!got && pump->wait(queue, in(kPatience)) == Woke::wake) got = queue.pop(&popped);
    producer.join();
    CHECK(got);
}

TEST_CASE("no event is overslept, however pushes and sleeps fall together") {
    constexpr int kEvents = 20'000;
    const auto pump = new_pump();
    wire::EventQueue queue({64, 1u << 20});
    queue.set_wake(pump->wake());
    std::thread producer([&queue] {
        for (int i = 0; i < kEvents; ++i) {
            wire::Event pushed = event();
            while (!queue.try_push(pushed)) std::this_thread::yield();
        }
    });
    int popped = 0;
    wire::Event next;
    while (popped < kEvents) {
        if (queue.pop(&next)) {
            ++popped;
        } else if (pump->wait(queue, in(kPatience)) == Woke::deadline) {
            break;
        }
    }
    producer.join();
    CHECK(popped == kEvents);
}

TEST_CASE("what is in the queue already is not slept on") {
    const auto pump = new_pump();
    wire::EventQueue queue;
    wire::Event pushed = event();
    REQUIRE(queue.try_push(pushed));
    CHECK(pump->wait(queue, EventPump::kNever) == Woke::wake);
    CHECK(pump->wait(queue, in(-1)) == Woke::deadline); // but the clock is looked at
}

TEST_CASE("a deadline ends the sleep, and not before it has come") {
    const auto pump = new_pump();
    wire::EventQueue queue;
    const std::int64_t deadline = in(kSoon);
    CHECK(pump->wait(queue, deadline) == Woke::deadline);
    CHECK(base::mono_now_ns() >= deadline);
    CHECK(pump->wait(0) == Woke::deadline);
}

TEST_CASE("SIGINT and SIGTERM wake and do not kill, also a job of a shell that ignores SIGINT") {
    struct sigaction old {};
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    REQUIRE(::sigaction(SIGINT, &ignore, &old) == 0);
    {
        const auto pump = new_pump();
        ::raise(SIGINT);
        CHECK(pump->wait(in(kPatience)) == Woke::signal);
        ::raise(SIGTERM);
        CHECK(pump->wait(in(kPatience)) == Woke::signal);
        CHECK(pump->wait(in(0)) == Woke::deadline);
    }
    ::sigaction(SIGINT, &old, nullptr);
}

TEST_CASE("a signal is seen at once while events keep coming") {
    const auto pump = new_pump();
    wire::EventQueue queue;
    wire::Event pushed = event();
    REQUIRE(queue.try_push(pushed));
    ::raise(SIGTERM);
    CHECK(pump->wait(queue, EventPump::kNever) == Woke::signal);
}

TEST_CASE("a reader that goes away is noticed without writing to it") {
    const auto pump = new_pump();
    Pipe pipe;
    pump->watch_hang_up(pipe.writer());
    CHECK(pump->wait(in(0)) == Woke::deadline);
    pipe.close_reader();
    CHECK(pump->wait(in(kPatience)) == Woke::hung_up);
}

TEST_CASE("output reaches a pipe whole, and a closed one is told apart from a fault") {
    const auto pump = new_pump();
    Pipe pipe;
    app::Output output(pipe.writer());
    CHECK_FALSE(output.terminal());
    CHECK_FALSE(output.color());
    output.buffer() = "one\ntwo\n";
    CHECK(output.flush(*pump) == app::Output::Flow::ok);
    CHECK(output.buffer().empty());
    std::array<char, 64> got{};
    CHECK(::read(pipe.ends[0], got.data(), got.size()) == 8);
    CHECK(std::string(got.data(), 8) == "one\ntwo\n");
    pipe.close_reader();
    output.buffer() = "three\n";
    CHECK(output.flush(*pump) == app::Output::Flow::closed);
}

TEST_CASE("a reader that stands still does not make output deaf to signals and deadlines") {
    const auto pump = new_pump();
    Pipe pipe;
    app::Output output(pipe.writer());
    output.buffer().assign(4u << 20, 'x'); // more than a pipe holds
    CHECK(output.flush(*pump, in(kSoon)) == app::Output::Flow::interrupted);
    const std::size_t left = output.buffer().size();
    CHECK(left > 0);
    CHECK(left < 4u << 20);
    ::raise(SIGINT);
    CHECK(output.flush(*pump, in(kPatience)) == app::Output::Flow::interrupted);
    CHECK(output.buffer().size() == left);
}

TEST_CASE("a disk that is full is a fault with its reason") {
    const auto pump = new_pump();
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    REQUIRE(full >= 0);
    app::Output output(full);
    output.buffer() = "lost\n";
    CHECK(output.flush(*pump) == app::Output::Flow::failed);
    CHECK(output.fault().why == "No space left on device");
    ::close(full);
}

TEST_CASE(
    "input wakes the sleeper, its end too, and it is not forgotten while a queue is watched") {
    const auto pump = new_pump();
    Pipe input;
    pump->watch_input(input.ends[0]);
    CHECK(pump->wait(in(kSoon)) == Woke::deadline);
    REQUIRE(::write(input.writer(), "x", 1) == 1);
    CHECK(pump->wait(in(kPatience)) == Woke::ready);
    wire::EventQueue queue;
    CHECK(pump->wait(queue, in(kPatience)) == Woke::ready);
    pump->watch_input(-1);
    CHECK(pump->wait(in(kSoon)) == Woke::deadline);

    Pipe ended;
    pump->watch_input(ended.ends[0]);
    ::close(ended.ends[1]);
    ended.ends[1] = -1;
    CHECK(pump->wait(in(kPatience)) == Woke::ready);
}
