// The palette of commands and the list of keys, by hand.
#include <doctest/doctest.h>

#include "gui/person.h"

using gui::Person;
using ui::Key;

TEST_CASE("the palette runs a command by words of its name") {
    Person person;
    person.press(ui::ctrl(Key::k));
    person.type("light theme");
    CHECK(person.has("over/Light theme"));
    CHECK_FALSE(person.has("over/Quit"));
    person.press({Key::enter});
    CHECK_FALSE(person.only<model::SetTheme>().dark);
    CHECK_FALSE(person.has("over/Command")); // it closes itself
}

TEST_CASE("the words may stand in any order, and one that stands nowhere finds nothing") {
    Person person;
    person.press(ui::ctrl(Key::k));
    person.type("text larger");
    CHECK(person.has("over/Larger text"));
    person.type(" zebra");
    CHECK(person.sees("over", "No command has these words"));
}

TEST_CASE("arrows choose in the palette, and Enter runs what is chosen") {
    Person person;
    person.press(ui::ctrl(Key::k));
    person.type("text size");
    person.press({Key::down});
    person.press({Key::up});
    person.press({Key::enter});
    CHECK(person.count<model::SetTextSize>() == 1);
}

TEST_CASE("a click runs a command, a click beside the palette closes it") {
    Person person;
    person.press(ui::ctrl(Key::k));
    person.type("quit");
    person.click("over/Quit");
    CHECK(person.count<model::Quit>() == 1);

    person.press(ui::ctrl(Key::k));
    CHECK(person.has("over/Command"));
    person.click("lower/Alarms");
    CHECK_FALSE(person.has("over/Command"));
}

TEST_CASE("what would do nothing now is listed, and does not run") {
    Person person;
    person.press(ui::ctrl(Key::k));
    person.type("retry now");
    person.press({Key::enter});
    CHECK(person.count<model::RetryNow>() == 0);
    CHECK(person.has("over/Command"));
    person.press({Key::escape});
    CHECK_FALSE(person.has("over/Command"));
}

TEST_CASE("F1 lists every key with what it does, at every size") {
    for (const auto& [width, height, scale] :
         {std::tuple{1280.f, 720.f, 1.f}, {1600.f, 900.f, 1.f}, {3840.f, 2160.f, 2.f}}) {
        Person person(width, height, scale);
        person.press({Key::f1});
        for (int i = 1; i < ui::kCommandCount; ++i) {
            const ui::CommandInfo& entry = ui::info(static_cast<ui::Command>(i));
            const bool one_line =
                entry.command >= ui::Command::link_1 && entry.command <= ui::Command::link_9;
            if (entry.chord.key == Key::none || one_line) continue;
            CAPTURE(std::string(entry.name));
            const ui::Probe::Text* name = person.ui.probe.shown("over", entry.name);
            REQUIRE(name != nullptr);
            CHECK_FALSE(name->cut);
            CHECK(name->rect.inside(name->clip, 1));
            CHECK(person.sees("over", ui::word(entry.chord)));
        }
        person.press({Key::escape});
        CHECK_FALSE(person.sees("over", "Keys"));
    }
}

TEST_CASE("F6 goes through the regions on screen, and the arrows stay with the log") {
    Person person;
    person.add_messages(5);
    person.press({Key::f6});
    CHECK(person.has("focus/time"));
    person.press(ui::shift(Key::f6));
    CHECK(person.has("focus/log"));
    person.press(ui::ctrl(Key::b)); // no sidebar: it is passed over
    person.press(ui::shift(Key::f6));
    CHECK(person.has("focus/lower"));
    person.click("log/row 3");
    CHECK_FALSE(person.has("focus/lower"));
    CHECK(person.ui.panels.focus == ui::Focus::log);
}
