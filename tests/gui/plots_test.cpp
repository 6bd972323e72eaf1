// The plots as somebody uses them: looks, points, zooms, pans, holds, adds and removes.
#include <doctest/doctest.h>

#include <string>

#include "gui/person.h"

using gui::Person;
using ui::Key;

namespace {

constexpr const char* kLatency = "plots/Plot latency_trace seconds";

/// Traces a second apart; the fifth cannot be.
void add_traces(Person& person, int count) {
    person.maker.step_ns = base::kSecond;
    for (int i = 0; i < count; ++i) {
        const double total = i == 4 ? -1.2 : 0.8 + 0.001 * i;
        person.add(person.maker.text_in(
            R"({"type":"latency_trace","data":{"stt_seconds":0.3,"llm_seconds":0.35,)"
            R"("tts_seconds":0.15,"total_seconds":)" +
            std::to_string(total) + "}}"));
    }
    person.maker.step_ns = base::kMillisecond;
    person.look();
}

/// Puts the pointer where an event of the plots' window stands in a chart.
void point_at_event(Person& person, const char* chart, model::EventId event) {
    const ui::Rect rect = person.item(chart).rect;
    const ui::TimeScale x{rect, person.ui.panels.time.view.window};
    person.ui.input.pointer(x.x_of(person.model.log.mono_ns(event)), rect.mid_y());
    person.look();
}

void press_button(Person& person, int button) {
    person.ui.input.button(button, true);
    person.ui.input.button(button, false);
    person.look();
}

const ui::TimeSpan& window(const Person& person) { return person.ui.panels.time.view.window; }

} // namespace

TEST_CASE("without numbers the plots say what would fill them") {
    Person person;
    person.look();
    CHECK(person.sees("plots", "No numbers yet"));
    CHECK(person.sees("plots", "latency_trace and system_metrics are drawn as they come"));
}

TEST_CASE("latency is drawn with its legend: last, percentiles, largest, and what cannot be") {
    Person person;
    add_traces(person, 8);
    for (const char* words :
         {"latency_trace", "seconds", "total", "llm", "stt", "tts", "p50", "p95", "807 ms",
          "350 ms", "impossible, below 0", "n 8 in view, 1 below 0 marked"}) {
        CAPTURE(words);
        CHECK(person.sees("plots", words));
    }
    CHECK(person.sees("plots", "Arrivals"));
}

TEST_CASE("the pointer tells the values at its time and lights the event up in the log") {
    Person person;
    add_traces(person, 8);
    point_at_event(person, kLatency, 3);
    CHECK(person.sees("tooltip", "total 802 ms"));
    CHECK(person.sees("tooltip", "llm 350 ms"));
    CHECK(person.selection.hovered == 3);
    point_at_event(person, kLatency, 5);
    CHECK(person.sees("tooltip", "total −1.20 s, impossible"));
}

TEST_CASE("a click on a point selects its event") {
    Person person;
    add_traces(person, 8);
    point_at_event(person, kLatency, 6);
    press_button(person, 0);
    CHECK(person.selection.event == 6);
}

TEST_CASE("the wheel zooms at the pointer, and K lets the window follow again") {
    Person person;
    add_traces(person, 8);
    const ui::TimeSpan before = window(person);
    point_at_event(person, kLatency, 3);
    const std::int64_t under = person.model.log.mono_ns(3);
    person.ui.input.wheel(0, 2);
    person.look();
    CHECK(window(person).length() < before.length());
    const auto part_of = [&](const ui::TimeSpan& span) {
        return static_cast<double>(under - span.from_ns) / static_cast<double>(span.length());
    };
    CHECK(part_of(window(person)) == doctest::Approx(part_of(before)).epsilon(0.02));
    const ui::TimeSpan held = window(person);
    add_traces(person, 5);
    CHECK(window(person) == held);
    person.press({Key::k});
    CHECK(window(person).contains(person.model.log.mono_ns(13)));
}

TEST_CASE("dragging pans, and selects nothing") {
    Person person;
    add_traces(person, 8);
    const ui::TimeSpan before = window(person);
    person.drag(kLatency, -100, 0);
    CHECK(window(person).from_ns > before.from_ns);
    CHECK(window(person).length() == before.length());
    CHECK(person.selection.event == 0);
}

TEST_CASE("plus, minus and 0 zoom, L changes the scale, H shows the distribution") {
    Person person;
    add_traces(person, 30);
    const std::int64_t ten = window(person).length();
    person.press({Key::equal});
    CHECK(window(person).length() == ten / 2);
    person.press({Key::minus});
    CHECK(window(person).length() == ten);
    person.press({Key::n0});
    CHECK(window(person).from_ns == person.model.log.mono_ns(1));
    CHECK(window(person).to_ns >= person.model.log.mono_ns(30));
    CHECK(person.sees("plots", "Whole session"));
    CHECK(person.sees("plots", "Linear"));
    person.press({Key::l});
    CHECK(person.sees("plots", "Log"));
    for (const char* style : {"Lines", "Steps", "Points", "Lines"}) {
        CHECK(person.sees("plots", style));
        person.press({Key::s});
    }
    person.press({Key::h});
    for (const char* words : {"p90", "p99", "jitter", "count", "every"}) {
        CAPTURE(words);
        CHECK(person.sees("plots", words));
    }
    person.click("plots/Distribution of latency_trace llm");
    CHECK(person.sees("plots", "350 ms"));
    person.press({Key::h});
    CHECK(person.has(kLatency));
}

TEST_CASE("a window is chosen from the list") {
    Person person;
    add_traces(person, 8);
    person.click("plots/Last 10 s");
    person.click("list/Last 30 s");
    CHECK(window(person).length() == 30 * base::kSecond);
    CHECK(person.sees("plots", "Last 30 s"));
}

TEST_CASE("a path that is added is drawn with its unit, and its menu takes it away") {
    Person person(1600, 900, 1);
    person.add_messages(50);
    person.look();
    REQUIRE(person.model.plots.add("llm_token", "data.token_index").ok());
    person.look();
    CHECK(person.has("plots/Plot llm_token "));
    CHECK(person.sees("plots", "token_index"));
    person.point_at("plots/Plot llm_token ");
    press_button(person, 1);
    person.click("list/Remove series token_index");
    CHECK(person.count<model::RemoveSeries>() == 1);
    CHECK_FALSE(person.has("plots/Plot llm_token "));
}

TEST_CASE("the menu sets the cursor at the pointer") {
    Person person;
    add_traces(person, 8);
    point_at_event(person, kLatency, 4);
    press_button(person, 1);
    person.click("list/Set cursor here");
    CHECK(person.selection.cursor == 4);
    CHECK(person.sees("plots", "cursor"));
}

TEST_CASE("in silence the window slides a second at a time, and then rests") {
    Person person;
    add_traces(person, 3);
    person.model.now.mono_ns = person.model.log.mono_ns(3) + 2 * base::kSecond;
    person.look();
    CHECK(person.ui.wake_at_ns() >= person.model.now.mono_ns + base::kSecond / 2);
    person.model.now.mono_ns += 20 * base::kSecond;
    person.look();
    CHECK(person.ui.wake_at_ns() == ui::kNever);
}
