// The log as somebody uses it: reads, scrolls, filters, pauses, copies.
#include <doctest/doctest.h>

#include <chrono>

#include "gui/person.h"

using gui::Person;
using ui::Key;

namespace {

const ui::Chord kEnd{Key::end};

} // namespace

TEST_CASE("an empty log says what would fill it, and its buttons do that") {
    Person person;
    person.look();
    CHECK(person.sees("log", "Nothing yet"));
    person.click("log/Connect");
    CHECK(person.only<model::Connect>().url == "ws://localhost:8765");
    person.click("log/Start demo");
    CHECK(person.count<model::StartDemo>() == 1);
}

TEST_CASE("a row shows time, direction, type, size and the fields of its data") {
    Person person;
    person.add(person.maker.text_in(
        R"({"type":"latency_trace","data":{"stt_seconds":0.5},"timestamp":1})"));
    person.add(person.maker.text_out(R"({"type":"text_input","data":{"text":"hello"}})"));
    person.look();
    CHECK(person.sees("log", "latency_trace"));
    CHECK(person.sees("log", "stt_seconds"));
    CHECK(person.sees("log", "0.5"));
    CHECK(person.sees("log", "65 B"));
    CHECK(person.sees("log", "text_input"));
    CHECK(person.sees("log", "\"hello\""));
    CHECK(person.sees("log", "+1.00 ms"));
    CHECK(person.sees("log", "2 of 2"));
}

TEST_CASE("payload text is data: it is never taken as a format") {
    Person person;
    person.add(person.maker.text_in("%n%s%d {nonsense} ###same"));
    person.click("log/row 1");
    CHECK(person.sees("log", "%n%s%d {nonsense} ###same"));
    CHECK(person.sees("inspector", "%n%s%d"));
}

TEST_CASE("the newest row is followed until one scrolls up, and again from End on") {
    Person person;
    person.add_messages(500);
    person.look();
    CHECK(person.has("log/row 500"));
    CHECK(person.sees("log", "following the newest"));

    person.wheel("log/Rows", 5);
    CHECK_FALSE(person.has("log/row 500"));
    const std::string top_before = std::to_string(person.ui.panels.log.top);
    person.add_messages(100);
    person.look();
    CHECK(person.has("log/row " + top_before));
    CHECK(person.sees("log", "newer below, End follows"));

    person.press(kEnd);
    CHECK(person.has("log/row 600"));
    person.add_messages(10);
    person.look();
    CHECK(person.has("log/row 610"));
}

TEST_CASE("scrolling down to the end follows again") {
    Person person;
    person.add_messages(200);
    person.wheel("log/Rows", 3);
    CHECK_FALSE(person.ui.panels.log.follow);
    person.wheel("log/Rows", -10);
    CHECK(person.ui.panels.log.follow);
}

TEST_CASE("keys move the selection, and the list goes with it") {
    Person person;
    person.add_messages(300);
    person.click("log/row 300");
    CHECK(person.selection.event == 300);
    person.press({Key::up});
    CHECK(person.selection.event == 299);
    person.press({Key::page_up});
    CHECK(person.selection.event + person.ui.panels.log.rows_shown == 300);
    person.press({Key::home});
    CHECK(person.selection.event == 1);
    CHECK(person.has("log/row 1"));
    person.press({Key::down});
    CHECK(person.selection.event == 2);
    person.press(kEnd);
    CHECK(person.selection.event == 300);
    CHECK(person.has("log/row 300"));
}

TEST_CASE("keys that move rows do nothing to the log while a field has the focus") {
    Person person;
    person.add_messages(50);
    person.click("log/row 50");
    person.click("log/Filter");
    person.press({Key::up});
    person.press({Key::space});
    CHECK(person.selection.event == 50);
    CHECK(person.selection.live());
}

TEST_CASE("typing a filter shows the rows that hold it, and the cross shows all again") {
    Person person;
    person.add_messages(20, "llm_token");
    person.add_messages(3, "latency_trace");
    person.click("log/Filter");
    person.type("LATENCY");
    CHECK(person.model.index.filter().filter.text() == "LATENCY");
    CHECK(person.sees("log", "3 of 23"));
    CHECK_FALSE(person.has("log/row 1"));
    CHECK(person.has("log/row 23"));
    person.click("log/Clear filter");
    CHECK(person.sees("log", "23 of 23"));
}

TEST_CASE("a filter that hides all says how many, with the way out") {
    Person person;
    person.add_messages(7);
    person.click("log/Filter");
    person.type("no such thing");
    CHECK(person.sees("log", "No event passes this filter"));
    CHECK(person.sees("log", "7 are hidden."));
    person.press({Key::escape});
    person.click("log/Clear filter");
    CHECK(person.sees("log", "7 of 7"));
}

TEST_CASE("direction chips hide and show, with live counts") {
    Person person;
    person.add_messages(5);
    person.add(person.maker.text_out("{\"type\":\"stt_start\",\"data\":{}}"));
    person.add(person.maker.life(wire::Kind::open));
    person.click("log/In");
    CHECK(person.sees("log", "2 of 7"));
    CHECK_FALSE(person.has("log/row 1"));
    person.click("log/In");
    person.click("log/Out");
    person.click("log/Life");
    CHECK(person.sees("log", "5 of 7"));
}

TEST_CASE("while paused events still arrive and are counted, and live brings them") {
    Person person;
    person.add_messages(10);
    person.look();
    person.press({Key::space});
    CHECK(person.sees("log", "Paused at"));
    CHECK(person.sees("log", "event 10 of 10"));
    person.add_messages(85);
    person.look();
    CHECK(person.sees("log", "85 newer events, still arriving"));
    CHECK(person.has("log/row 1"));
    CHECK(person.sees("log", "cursor"));
    person.click("log/Back to live");
    CHECK(person.sees("log", "following the newest"));
    CHECK(person.has("log/row 95"));
}

TEST_CASE("a paused list stays where it is, also when the newest row is selected") {
    Person person;
    person.add_messages(100);
    person.look();
    person.press({Key::space});
    const model::EventId top = person.ui.panels.log.top;
    person.click("log/row 100");
    person.add_messages(50);
    person.look();
    CHECK(person.ui.panels.log.top == top);
    CHECK_FALSE(person.selection.live());
}

TEST_CASE("a paused list that is scrolled to its end does not run on") {
    Person person;
    person.add_messages(100);
    person.look();
    person.press({Key::space});
    person.wheel("log/Rows", 20);
    person.wheel("log/Rows", -50);
    CHECK(person.has("log/row 100"));
    person.add_messages(50);
    person.look();
    CHECK(person.has("log/row 100"));
    CHECK_FALSE(person.has("log/row 150"));
}

TEST_CASE("row and payload are copied as they were sent") {
    Person person;
    const std::string payload = "{\"type\":\"x\",\"data\":{\"t\":\"\xF0\x9F\x91\x8D\"}}";
    person.add(person.maker.text_in(payload));
    person.click("log/row 1");
    person.press(ui::ctrl_shift(Key::c));
    CHECK(person.only<model::CopyText>().text == payload);
    person.forget();
    person.press(ui::ctrl(Key::c));
    const std::string row = person.only<model::CopyText>().text;
    CHECK(row.find(payload) != std::string::npos);
    CHECK(row.substr(0, 2) == "1\t");
}

TEST_CASE("the time column turns from clock to since start to since previous") {
    Person person;
    person.add_messages(3);
    person.look();
    CHECK(person.sees("log", "Time, clock"));
    person.press({Key::t});
    CHECK(person.sees("log", "Time, start"));
    CHECK(person.sees("log", "0.002000 s"));
    person.click("log/Time column");
    CHECK(person.sees("log", "Time, prev."));
}

TEST_CASE("times since the start of a long session are told in hours and minutes") {
    Person person;
    person.maker.step_ns = 2345 * base::kSecond + 678'900'000;
    person.add_messages(3);
    person.look();
    person.press({Key::t});
    CHECK(person.sees("log", "0.000000 s"));
    CHECK(person.sees("log", "0:39:05.6789"));
    CHECK(person.sees("log", "1:18:11.3578"));
    person.click("log/row 2");
    CHECK(person.sees("inspector", "0:39:05.678900"));
    person.press({Key::space});
    person.look();
    CHECK(person.sees("log", "Paused at 1:18:11.357"));
}

TEST_CASE("clearing forgets the rows and what was selected, ids go on") {
    Person person;
    person.add_messages(10);
    person.click("log/row 10");
    person.click("log/Clear");
    CHECK(person.count<model::ClearLog>() == 1);
    CHECK(person.selection.event == 0);
    person.add_messages(1);
    person.look();
    CHECK(person.has("log/row 11"));
}

TEST_CASE("with a million events first and last row are reached, and a frame stays short") {
    Person person;
    person.maker.step_ns = base::kMicrosecond;
    person.add_messages(1'000'000);
    person.look();
    CHECK(person.has("log/row 1000000"));
    person.press({Key::home});
    CHECK(person.has("log/row 1"));
    person.drag("log/Scroll bar", 0, 0); // in the middle of the bar: half way
    const model::EventId half = person.ui.panels.log.top;
    CHECK(half > 400'000);
    CHECK(half < 600'000);

    const auto begin = std::chrono::steady_clock::now();
    person.frames(20);
    const std::chrono::duration<double, std::milli> spent =
        std::chrono::steady_clock::now() - begin;
    CHECK(spent.count() / 20 <
          40); // bench_ui has the figure; this only catches what walks all rows
}

TEST_CASE("two connections have a mark each") {
    Person person;
    person.connect(wire::Phase::open, 2);
    person.add_messages(1);
    person.maker.link = 2;
    person.add_messages(1);
    person.look();
    CHECK(person.sees("log", "Con"));
}

TEST_CASE("an open connection without a message says so, with its seconds") {
    Person person;
    model::Connection& connection = person.connect(wire::Phase::open);
    connection.in.messages = 7; // of a session before this one
    person.add(person.maker.life(wire::Kind::open));
    person.look();
    CHECK_FALSE(person.sees("log", "nothing received"));
    person.maker.mono_ns += 12 * base::kSecond;
    person.look();
    CHECK(person.sees("log", "nothing received"));
    connection.last_in_mono_ns = person.model.now.mono_ns;
    person.look();
    CHECK_FALSE(person.sees("log", "nothing received"));
}
