// Input on its way into frames: nothing is lost, nothing changes its order.
#include "ui/input.h"

#include <doctest/doctest.h>

#include "gui/person.h"

using ui::Chord;
using ui::Command;
using ui::Key;

TEST_CASE("chords are written as menus show them") {
    CHECK(ui::word(Chord{Key::k, true, true, false}) == "Ctrl+Shift+K");
    CHECK(ui::word(Chord{Key::f11}) == "F11");
    CHECK(ui::word(Chord{Key::space}) == "Space");
    CHECK(ui::word(Chord{Key::minus, true, false, false}) == "Ctrl+−");
    CHECK(ui::word(Chord{}) == "");
}

TEST_CASE("bare keys work only while no field has the focus, those with Ctrl always") {
    CHECK(ui::command_of({Key::space}, false) == Command::pause);
    CHECK(ui::command_of({Key::space}, true) == Command::none);
    CHECK(ui::command_of({Key::t}, true) == Command::none);
    CHECK(ui::command_of(ui::ctrl(Key::enter), true) == Command::send);
    CHECK(ui::command_of(ui::ctrl(Key::keypad_enter), true) == Command::send);
    CHECK(ui::command_of({Key::f11}, true) == Command::full_screen);
    CHECK(ui::command_of({Key::escape}, true) == Command::escape);
}

TEST_CASE("Ctrl+C, and what a field needs itself, is left to a field") {
    CHECK(ui::command_of(ui::ctrl(Key::c), false) == Command::copy_row);
    CHECK(ui::command_of(ui::ctrl(Key::c), true) == Command::none);
    for (const Key key :
         {Key::a, Key::v, Key::x, Key::y, Key::z, Key::left, Key::right, Key::home, Key::end}) {
        CHECK(ui::command_of(ui::ctrl(key), true) == Command::none);
    }
    for (const Key key : {Key::up, Key::home, Key::end, Key::page_down}) {
        CHECK(ui::command_of({key}, true) == Command::none);
    }
}

TEST_CASE("a key that goes down and up between two frames is seen") {
    gui::Person person;
    person.click("composer/Editor");
    person.press({Key::end, true, false, false}); // the end of the text
    const std::string before = person.ui.panels.composer.text;
    person.ui.input.key({Key::backspace}, true);
    person.ui.input.key({Key::backspace}, false);
    person.ui.input.key({Key::backspace}, true);
    person.ui.input.key({Key::backspace}, false);
    person.look();
    CHECK(person.ui.panels.composer.text == before.substr(0, before.size() - 2));
}

TEST_CASE("what is typed right behind a key that moves the focus arrives there, in its order") {
    gui::Person person;
    person.ui.input.key(ui::ctrl_shift(Key::f), true);
    person.ui.input.key({Key::f}, false);
    for (const char c : std::string("llm"))
        person.ui.input.character(static_cast<unsigned char>(c));
    person.ui.input.key({Key::backspace}, true);
    person.ui.input.key({Key::backspace}, false);
    person.ui.input.character('x');
    person.look();
    CHECK(person.ui.panels.log.filter_text == "llx");
}

TEST_CASE("a letter that is a command is not typed into the field that it opens") {
    gui::Person person;
    person.add_messages(5);
    person.click("log/row 3");
    person.ui.input.key({Key::n}, true);
    person.ui.input.character('n'); // as the system tells it
    person.ui.input.key({Key::n}, false);
    person.look();
    person.type("not now\n");
    CHECK(person.only<model::SetNote>().note == "not now");
}

TEST_CASE("a click with the pointer's way to it in the same frame hits what is under the pointer") {
    gui::Person person;
    person.add_messages(3);
    person.look();
    const ui::Rect row = person.item("log/row 2").rect;
    person.ui.input.pointer(row.mid_x(), row.mid_y());
    person.ui.input.button(0, true);
    person.ui.input.button(0, false);
    person.ui.input.pointer(5, 5);
    person.look();
    CHECK(person.selection.event == 2);
}

TEST_CASE("a modifier is up when its key goes up, whatever X11 says of it then") {
    gui::Person person;
    person.ui.input.key({Key::left_ctrl}, true);
    person.look();
    CHECK(ImGui::GetIO().KeyCtrl);
    person.ui.input.key({Key::left_ctrl, true, false, false}, false);
    person.look();
    CHECK_FALSE(ImGui::GetIO().KeyCtrl);
}

TEST_CASE("when the window loses the focus no key stays down") {
    gui::Person person;
    person.click("composer/Editor");
    person.ui.input.key({Key::right}, true);
    person.frames(2);
    CHECK(person.ui.input.held());
    person.ui.input.focus(false);
    person.look();
    CHECK_FALSE(person.ui.input.held());
}

TEST_CASE("Esc leaves a field and keeps what was typed; the second deselects") {
    gui::Person person;
    person.add_messages(3);
    person.click("log/row 2");
    person.click("composer/Editor");
    person.press({Key::end, true, false, false});
    person.type("x");
    const std::string typed = person.ui.panels.composer.text;
    CHECK(typed.back() == 'x');
    person.press({Key::escape});
    CHECK(person.ui.panels.composer.text == typed);
    CHECK_FALSE(person.ui.panels.composer.editor_has_focus);
    CHECK(person.selection.event == 2);
    person.press({Key::escape});
    CHECK(person.selection.event == 0);
}
