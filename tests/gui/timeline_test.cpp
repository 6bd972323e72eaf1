// Transport and timeline as somebody uses them: pauses, steps, plays, drags.
#include <doctest/doctest.h>

#include <string>

#include "gui/person.h"

using gui::Person;
using ui::Key;

namespace {

constexpr const char* kStrip = "timeline/Timeline";

/// 1 connecting, 2 open, 3 out, 4 … 8 in, 9 an error, 10 … 14 in; a second apart.
void add_session(Person& person) {
    person.maker.step_ns = base::kSecond;
    person.connect(wire::Phase::open);
    person.add(person.maker.life(wire::Kind::connecting));
    person.add(person.maker.life(wire::Kind::open));
    person.add(person.maker.text_out(R"({"type":"text_input","data":{"text":"hello"}})"));
    person.add_messages(5, "llm_token");
    person.add(person.maker.text_in(R"({"type":"tts_error","data":{"message":"quota"}})"));
    person.add_messages(5, "tts_progress");
    person.look();
}

void point_at_event(Person& person, model::EventId event, float y_part) {
    const ui::Rect rect = person.item(kStrip).rect;
    const ui::TimeScale x{rect, person.ui.panels.time.view.session};
    person.ui.input.pointer(x.x_of(person.model.log.mono_ns(event)), rect.y + rect.h * y_part);
    person.look();
}

void press_button(Person& person, int button) {
    person.ui.input.button(button, true);
    person.ui.input.button(button, false);
    person.look();
}

/// Lets `ns` go by, one frame a hundredth of a second.
void pass(Person& person, std::int64_t ns) {
    const std::int64_t until = person.model.now.mono_ns + ns;
    while (person.model.now.mono_ns < until) person.frame();
}

} // namespace

TEST_CASE("Space pauses at the newest event, plays what came since, and is live at its end") {
    Person person;
    add_session(person);
    person.press({Key::space});
    CHECK(person.selection.cursor == 14);
    CHECK(person.sees("transport", "Cursor 13.000 s"));
    person.add_messages(2);
    person.look();
    person.press({Key::space});
    CHECK(person.ui.panels.time.transport.playing);
    pass(person, 1100 * base::kMillisecond);
    CHECK(person.selection.cursor == 15);
    person.press({Key::space});
    CHECK_FALSE(person.ui.panels.time.transport.playing);
    CHECK(person.selection.cursor == 15);
    person.press({Key::space});
    pass(person, 2 * base::kSecond);
    CHECK(person.selection.live());
}

TEST_CASE("playing keeps to the speed") {
    Person person;
    add_session(person);
    person.click("transport/To the oldest event");
    CHECK(person.selection.cursor == 1);
    for (int i = 0; i < 2; ++i) person.press({Key::period}); // ×5
    CHECK(person.sees("transport", "×5"));
    person.press({Key::space});
    pass(person, base::kSecond);
    CHECK(person.selection.cursor >= 6);
    CHECK(person.selection.cursor <= 7);
    person.press({Key::space});
    person.press({Key::comma});
    CHECK(person.sees("transport", "×2"));
}

TEST_CASE("the arrows step by the mode, and the cursor selects what it stands on") {
    Person person;
    add_session(person);
    person.press({Key::left});
    CHECK(person.selection.cursor == 13);
    CHECK(person.selection.event == 13);
    person.press({Key::right});
    CHECK(person.selection.cursor == 14);
    person.press({Key::right});
    CHECK(person.selection.cursor == 14);
    CHECK(person.sees("transport", "No later event"));
    person.press({Key::m});
    CHECK(person.sees("transport", "Step: same type"));
    person.press(ui::Chord{Key::left});
    CHECK(person.selection.cursor == 13);
}

TEST_CASE("each kind of step has its key") {
    Person person;
    add_session(person);
    person.press(ui::shift(Key::e));
    CHECK(person.selection.cursor == 9); // previous error
    person.press({Key::e});
    CHECK(person.sees("transport", "No later event (error)"));
    person.press(ui::alt(Key::left));
    CHECK(person.selection.cursor == 3); // the other direction: what we sent
    person.press(ui::alt(Key::right));
    CHECK(person.selection.cursor == 4);
    person.press(ui::shift(Key::right));
    CHECK(person.selection.cursor == 5); // same type
    person.press(ui::shift(Key::c));
    CHECK(person.selection.cursor == 4); // this connection
    person.press({Key::c});
    CHECK(person.selection.cursor == 5);
    person.press(ui::ctrl(Key::l));
    CHECK(person.selection.live());
}

TEST_CASE("while the cursor stands, events go on arriving and are counted") {
    Person person;
    add_session(person);
    person.press({Key::left});
    person.add_messages(20);
    person.look();
    CHECK(person.selection.cursor == 13);
    CHECK(person.sees("log", "21 newer events, still arriving"));
}

TEST_CASE("the buttons of the transport step, and are off where there is nothing") {
    Person person;
    add_session(person);
    CHECK_FALSE(person.item("transport/Step forward (→)").enabled);
    person.click("transport/Step back (←)");
    CHECK(person.selection.cursor == 13);
    person.click("transport/Step forward (→)");
    CHECK(person.selection.cursor == 14);
    person.click("transport/To the oldest event");
    CHECK_FALSE(person.item("transport/Step back (←)").enabled);
    person.click("transport/To the newest event");
    CHECK(person.selection.cursor == 14);
}

TEST_CASE("speed and step mode are chosen from lists") {
    Person person;
    add_session(person);
    person.click("transport/×1");
    person.click("list/×100");
    CHECK(person.sees("transport", "×100"));
    person.click("transport/Step: any event");
    person.click("list/other direction");
    CHECK(person.sees("transport", "Step: other direction"));
}

TEST_CASE("the pointer tells of the event under it, of its lane, and a click selects it") {
    Person person;
    add_session(person);
    point_at_event(person, 9, 0.9f); // the lane of marks
    CHECK(person.sees("tooltip", "#9 tts_error"));
    CHECK(person.selection.hovered == 9);
    press_button(person, 0);
    CHECK(person.selection.event == 9);
    point_at_event(person, 5, 0.45f);
    CHECK(person.sees("tooltip", "#5 llm_token"));
    point_at_event(person, 2, 0.1f);
    CHECK(person.sees("tooltip", "#2 open"));
}

TEST_CASE("the wheel zooms the timeline at the pointer, a drag pans it, Fit shows all again") {
    Person person;
    add_session(person);
    const ui::TimeView& view = person.ui.panels.time.view;
    const ui::TimeSpan whole = view.session;
    point_at_event(person, 5, 0.4f);
    person.ui.input.wheel(0, 4);
    person.look();
    CHECK(view.session.length() < whole.length() / 2);
    CHECK(view.session.contains(person.model.log.mono_ns(5)));
    const ui::TimeSpan near = view.session;
    person.drag(kStrip, 60, 0);
    CHECK(view.session.from_ns < near.from_ns);
    CHECK(view.session.length() == near.length());
    person.point_at(kStrip);
    press_button(person, 1);
    person.click("list/Fit");
    CHECK(view.session == whole);
}

TEST_CASE("a stretch dragged with Shift goes into the filter") {
    Person person;
    add_session(person);
    const ui::TimeSpan before = person.ui.panels.time.view.window;
    person.ui.input.key({Key::left_shift, false, true, false}, true);
    person.drag(kStrip, 60, 0);
    person.ui.input.key({Key::left_shift}, false);
    const auto filter = person.only<model::SetFilter>().filter;
    CHECK(filter.filter.text().find("t >= ") == 0);
    CHECK(filter.filter.text().find(" and t <= ") != std::string::npos);
    CHECK(person.ui.panels.time.view.window == before); // nothing else was dragged
}

TEST_CASE("the edges of the plots' window drag") {
    Person person;
    add_session(person);
    const ui::TimeView& view = person.ui.panels.time.view;
    const ui::TimeSpan before = view.window;
    person.drag("timeline/Window begins", -80, 0);
    CHECK(view.window.from_ns < before.from_ns);
    CHECK(view.window.to_ns == before.to_ns);
    person.drag("timeline/Window ends", -80, 0);
    CHECK(view.window.to_ns < before.to_ns);
}

TEST_CASE("the cursor's handle drags through time, and the menu sets the cursor") {
    Person person;
    add_session(person);
    person.press({Key::left});
    person.drag("timeline/Cursor handle", -300, 0);
    CHECK(person.selection.cursor > 1);
    CHECK(person.selection.cursor < 10);
    point_at_event(person, 12, 0.5f);
    press_button(person, 1);
    person.click("list/Set cursor here");
    CHECK(person.selection.cursor == 12);
}

TEST_CASE("a cursor whose event was trimmed stands at the oldest that is left; a clear goes live") {
    Person person;
    add_session(person);
    person.press({Key::left});
    person.model.log.clear();
    person.add_messages(3);
    person.look();
    CHECK(person.selection.cursor == 15);
    person.model.log.clear();
    person.look();
    CHECK(person.selection.live());
}

TEST_CASE("several connections have a bar each, with their names") {
    Person person;
    add_session(person);
    person.connect(wire::Phase::open, 2).options.url = "wss://coda.lan:8765";
    person.maker.link = 2;
    person.add(person.maker.life(wire::Kind::connecting));
    person.look();
    CHECK(person.sees("timeline", "1 localhost"));
    CHECK(person.sees("timeline", "2 coda.lan"));
}

TEST_CASE("a new connection beside many others has a bar before anything has happened on it") {
    Person person;
    add_session(person);
    for (std::uint32_t link = 2; link <= 6; ++link) {
        person.connect(wire::Phase::open, link).options.url = "ws://user:secret@[::1]:8765/";
        person.maker.link = link;
        if (link < 6) person.add(person.maker.life(wire::Kind::connecting));
    }
    person.model.current_link = 6;
    person.look();
    CHECK(person.sees("timeline", "6 [::1]"));
    CHECK_FALSE(person.sees("sidebar", "secret"));
}

TEST_CASE("whoever moves the cursor while it plays is followed, and it plays on from there") {
    Person person;
    add_session(person);
    person.press({Key::home});
    person.press({Key::space});
    for (int i = 0; i < 11; ++i) person.press({Key::left});
    person.press({Key::space});
    REQUIRE(person.ui.panels.time.transport.playing);
    const model::EventId before = person.selection.cursor;
    person.selection.cursor = before + 5; // as by a drag of its handle
    person.frame();
    CHECK(person.selection.cursor == before + 5);
    pass(person, 1100 * base::kMillisecond);
    CHECK(person.selection.cursor == before + 6);
}
