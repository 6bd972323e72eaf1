// The list of notices and the developer panel.
#include <doctest/doctest.h>

#include "gui/person.h"

using gui::Person;
using model::Severity;
using ui::Key;

TEST_CASE("the list of notices keeps what was closed, newest first, with the way to its event") {
    Person person;
    person.add_messages(50);
    person.model.notices.tell(Severity::error, 1, "a", {"the first thing", "because", "do this"}, 1,
                              7);
    person.model.notices.tell(Severity::warning, 1, "b", {"the second thing", "", ""}, 2);
    person.press(ui::alt(Key::n5));
    CHECK(person.sees("time", "The first thing"));
    CHECK(person.sees("time", "Because. Do this."));
    const ui::Probe::Text* first = person.ui.probe.shown("time", "The first thing");
    const ui::Probe::Text* second = person.ui.probe.shown("time", "The second thing");
    REQUIRE(second != nullptr);
    CHECK(second->rect.y < first->rect.y);

    person.click("time/Show event 7");
    CHECK(person.selection.event == 7);
    CHECK(person.has("log/row 7"));

    person.click("time/Close notice 1");
    CHECK(person.model.notices.open_count() == 1);
    CHECK(person.sees("time", "The first thing"));
    CHECK_FALSE(person.has("time/Close notice 1"));
}

TEST_CASE("repeats are one line with their number") {
    Person person;
    for (int i = 0; i < 14; ++i)
        person.model.notices.tell(Severity::warning, 1, "a", {"it happened", "", ""},
                                  person.model.now.mono_ns);
    person.press(ui::alt(Key::n5));
    CHECK(person.sees("time", "×14, last"));
}

TEST_CASE("many notices are gone through with the wheel") {
    Person person;
    for (int i = 0; i < 60; ++i)
        person.model.notices.tell(Severity::info, 0, "topic " + std::to_string(i),
                                  {"notice " + std::to_string(i), "", ""}, i);
    person.press(ui::alt(Key::n5));
    CHECK(person.sees("time", "Notice 59"));
    person.wheel("time/Notice 60", -100);
    CHECK(person.sees("time", "Notice 0"));
    CHECK_FALSE(person.sees("time", "Notice 59"));
}

TEST_CASE("the strip leads to the list") {
    Person person;
    person.model.notices.tell(Severity::error, 1, "a", {"one", "", ""}, 1);
    person.model.notices.tell(Severity::error, 1, "b", {"two", "", ""}, 2);
    person.click("notice/1 more");
    CHECK(person.ui.panels.time.tab == ui::TimeTab::notices);
    CHECK(person.has("time/Notice 1"));
}

TEST_CASE("the developer panel tells the costs, and opens ImGui's own tools") {
    Person person;
    person.add_messages(100);
    person.model.vitals.frame_ms = 1.25;
    person.model.vitals.queue.events_high = 4321;
    person.press(ui::alt(Key::n6));
    CHECK(person.sees("time", "1.25 ms"));
    CHECK(person.sees("time", "4,321"));
    CHECK(person.sees("time", "Log: payloads and rows"));
    person.click("time/ImGui metrics");
    CHECK(person.ui.panels.developer.metrics);
    person.look();
    person.click("time/ImGui metrics");
    CHECK_FALSE(person.ui.panels.developer.metrics);
}

TEST_CASE("a folded time region opens by the key of one of its tabs") {
    Person person;
    person.press(ui::ctrl(Key::j));
    CHECK(person.ui.layout().time.empty());
    person.press(ui::alt(Key::n6));
    CHECK_FALSE(person.ui.layout().time.empty());
    CHECK(person.sees("time", "Queue, highest"));
}
