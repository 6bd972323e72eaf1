// What a person types to reach a row.
#include <doctest/doctest.h>

#include "model/go_to.h"
#include "model/make_events.h"

namespace {

struct Bench {
    test::EventMaker make;
    model::Log log;

    Bench() {
        make.step_ns = base::kSecond;
        for (int i = 0; i < 100; ++i) log.append(make.text_in("x")); // row n at n - 1 seconds
    }
    model::EventId to(const std::string& typed) { return model::go_to(log, typed).event; }
    std::string problem(const std::string& typed) { return model::go_to(log, typed).problem; }
};

} // namespace

TEST_CASE("a number is a row, also with its sign") {
    Bench bench;
    CHECK(bench.to("42") == 42);
    CHECK(bench.to(" #42 ") == 42);
    CHECK(bench.to("101") == 0);
    CHECK(bench.problem("101") == "Row 101 has not come yet, the newest is 100.");
    bench.log.clear();
    CHECK(bench.problem("42") == "The log is empty.");
    bench.log.append(bench.make.text_in("x"));
    CHECK(bench.problem("42") == "Row 42 is no longer in the log.");
}

TEST_CASE("a time with its unit counts from the start") {
    Bench bench;
    CHECK(bench.to("12 s") == 13);
    CHECK(bench.to("12.5 s") == 14);
    CHECK(bench.to("12000ms") == 13);
    CHECK(bench.to("1 min") == 61);
    CHECK(bench.to("0 s") == 1);
    CHECK(bench.to("2 h") == 100); // behind the newest: the newest
}

TEST_CASE("a time of day is a time of day") {
    Bench bench;
    const std::string clock = base::local_clock(bench.log.wall_ns(31), 3);
    CHECK(bench.to(clock) == 31);
    CHECK(bench.to(clock.substr(0, 8)) == 31);
    CHECK(bench.to("99:99:99") == 0);
}

TEST_CASE("what is none of these is told how to write it") {
    Bench bench;
    for (const char* typed : {"", "abc", "12 parsecs", "-3 s", "12:", ":", "1e400 s", "nan s"}) {
        CAPTURE(typed);
        CHECK(bench.to(typed) == 0);
        CHECK_FALSE(bench.problem(typed).empty());
    }
}
