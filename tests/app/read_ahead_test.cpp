#include "app/read_ahead.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "capture/bell.h"

namespace {

std::string sample(int messages, std::size_t size) {
    std::string text =
        R"({"capture":"websocket-debugger","version":1,"started":"2026-11-23T01:02:03.456Z"})"
        "\n";
    for (int i = 0; i < messages; ++i)
        text += R"({"t":0,"conn":1,"dir":"in","kind":"text","data":")" + std::to_string(i) +
                std::string(i % 100 == 0 ? size : 1, 'x') + "\"}\n" +
                R"({"t":0,"conn":1,"dir":"-","kind":"connecting","url":"ws://)" +
                std::to_string(i) + "\"}\n";
    return text;
}

/// As a command reads: it sleeps until it is woken. False: that was the last one.
struct Reading {
    explicit Reading(capture::Reader& reader) : ahead(reader, stop, [this] { bell.ring(); }) {}
    bool next(wire::EventView* event) {
        for (;;) {
            const app::ReadAhead::Next next = ahead.next(event);
            if (next != app::ReadAhead::Next::none_yet) return next == app::ReadAhead::Next::event;
            bell.wait(std::chrono::seconds(30));
        }
    }
    capture::StopSign stop;
    capture::Bell bell;
    app::ReadAhead ahead;
};

} // namespace

TEST_CASE("events read ahead are those of the reader, in order, with their bytes and details") {
    for (const std::size_t size : {1u, 100'000u, 1'000'000u}) {
        auto reader = capture::Reader::over(sample(3000, size));
        REQUIRE(reader.ok());
        Reading ahead(reader.value());
        wire::EventView event;
        for (int i = 0; i < 3000; ++i) {
            REQUIRE(ahead.next(&event));
            REQUIRE(event.id == static_cast<std::uint64_t>(i) * 2 + 1);
            REQUIRE(event.payload.substr(0, std::to_string(i).size()) == std::to_string(i));
            REQUIRE(event.payload.back() == 'x');
            REQUIRE(ahead.next(&event));
            REQUIRE(event.details != nullptr);
            REQUIRE(event.details->url == "ws://" + std::to_string(i));
            if (size == 1'000'000 && i > 250) break;
        }
        if (size == 1) CHECK_FALSE(ahead.next(&event));
    }
}

TEST_CASE("a capture that nobody reads on is left at any time, and an empty one has no event") {
    auto reader = capture::Reader::over(sample(20'000, 1));
    REQUIRE(reader.ok());
    {
        Reading ahead(reader.value());
        wire::EventView event;
        CHECK(ahead.next(&event));
    }
    auto empty = capture::Reader::over("");
    REQUIRE(empty.ok());
    Reading none(empty.value());
    wire::EventView event;
    CHECK_FALSE(none.next(&event));
    CHECK_FALSE(none.next(&event));
}
