// Rows under the hand: several selected, the menu of a right click, bookmarks and notes, go to.
#include <doctest/doctest.h>

#include <algorithm>

#include "gui/person.h"

using gui::Person;
using ui::Key;

namespace {

const ui::Chord kShift{Key::left_shift, false, true, false};
const ui::Chord kCtrl{Key::left_ctrl, true, false, false};

std::size_t lines_in(const std::string& text) {
    return 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

TEST_CASE("Shift and Ctrl select several rows, and all of them are copied") {
    Person person;
    person.add_messages(10);
    person.click("log/row 3");
    person.click_with("log/row 6", kShift);
    CHECK(person.selection.event == 6);
    CHECK(person.selection.contains(4));
    person.click_with("log/row 9", kCtrl);
    person.click_with("log/row 4", kCtrl);
    person.forget();
    person.press(ui::ctrl(Key::c));
    const std::string copied = person.only<model::CopyText>().text;
    CHECK(lines_in(copied) == 4); // 3, 5, 6, 9
    CHECK(copied.substr(0, 2) == "3\t");
    person.click("log/row 2");
    CHECK_FALSE(person.selection.contains(9));
}

TEST_CASE("of a range only the rows that the filter shows are copied") {
    Person person;
    for (int i = 0; i < 5; ++i) {
        person.add_messages(1, "a");
        person.add_messages(1, "b");
    }
    person.click("log/row 1");
    person.click_with("log/row 10", kShift);
    person.click("sidebar/a");
    person.press(ui::ctrl_shift(Key::c));
    CHECK(lines_in(person.only<model::CopyText>().text) == 5);
}

TEST_CASE("copying more than fits says what was left out") {
    Person person;
    person.maker.step_ns = base::kMicrosecond;
    person.add_messages(12'000);
    person.right_click("log/Rows");
    person.click("list/Copy shown rows");
    const model::CopyText copied = person.only<model::CopyText>();
    CHECK(lines_in(copied.text) == 10'000);
    CHECK(copied.said.find("10,000 of 12,000") != std::string::npos);
}

TEST_CASE("a right click on a row selects it and offers what can be done") {
    Person person;
    person.connect(wire::Phase::open);
    person.add_messages(3, "llm_token");
    person.add_messages(2, "tts_error");
    person.right_click("log/row 5");
    CHECK(person.selection.event == 5);
    person.click("list/Filter by type");
    CHECK(person.model.index.filter().filter.text() == "type == tts_error");
    CHECK(person.sees("log", "2 of 5"));
    person.click("log/Clear filter");

    person.right_click("log/row 5");
    person.click("list/Hide type");
    CHECK(person.sees("log", "3 of 5"));
    person.click("log/Clear filter");
    CHECK(person.sees("log", "5 of 5"));

    person.right_click("log/row 2");
    person.click("list/Set cursor here");
    CHECK(person.selection.cursor == 2);
    CHECK(person.sees("log", "event 2 of 5"));
    person.click("log/Back to live");

    person.right_click("log/row 1");
    person.click("list/Send again");
    const model::SendMessage sent = person.only<model::SendMessage>();
    CHECK(sent.payload == person.model.log.view(1).payload);
    CHECK_FALSE(sent.envelope);
}

TEST_CASE("life rows have no type, cannot be sent, and are filtered by their kind") {
    Person person;
    person.add(person.maker.life(wire::Kind::open));
    person.add_messages(1);
    person.right_click("log/row 1");
    CHECK_FALSE(person.item("list/Send again").enabled);
    CHECK_FALSE(person.item("list/Copy payload").enabled);
    person.click("list/Filter by kind");
    CHECK(person.sees("log", "1 of 2"));
}

TEST_CASE("only one connection, and all again") {
    Person person;
    person.connect(wire::Phase::open, 2);
    person.add_messages(3);
    person.maker.link = 2;
    person.add_messages(2);
    person.right_click("log/row 5");
    person.click("list/Only this connection");
    CHECK(person.sees("log", "2 of 5"));
    person.right_click("log/row 5");
    person.click("list/All connections");
    CHECK(person.sees("log", "5 of 5"));
}

TEST_CASE("a message goes into the composer, and what was being written is kept as a draft") {
    Person person;
    person.add_messages(1, "llm_token");
    person.right_click("log/row 1");
    person.click("list/Edit in composer");
    CHECK(person.ui.panels.composer.text.find("\"token_index\"") != std::string::npos);
    CHECK(person.has("composer/Editor"));
}

TEST_CASE("B marks a row and F4 goes from mark to mark") {
    Person person;
    person.add_messages(300);
    person.click("log/row 300");
    person.press({Key::b});
    CHECK(person.only<model::SetBookmark>().event == 300);
    person.press({Key::home});
    person.press({Key::b});
    REQUIRE(person.model.bookmarks.list.size() == 2);
    person.press({Key::f4});
    CHECK(person.selection.event == 300);
    CHECK(person.has("log/row 300"));
    person.press(ui::shift(Key::f4));
    CHECK(person.selection.event == 1);
    person.press({Key::b});
    CHECK(person.model.bookmarks.list.size() == 1);
}

TEST_CASE("a note is written at its row and stands in the tooltip of its mark") {
    Person person;
    person.add_messages(5);
    person.click("log/row 5");
    person.press({Key::n});
    CHECK(person.sees("list", "Note on event 5"));
    person.type("here it began");
    person.press({Key::enter});
    REQUIRE(person.model.bookmarks.find(5) != nullptr);
    CHECK(person.model.bookmarks.find(5)->note == "here it began");
    person.press({Key::n}); // written on
    person.type("!");
    person.press({Key::escape});
    CHECK(person.model.bookmarks.find(5)->note == "here it began");
}

TEST_CASE("go to reaches a row by number and by time, and says when there is none") {
    Person person;
    person.add_messages(5000);
    person.press(ui::ctrl(Key::g));
    person.type("123\n");
    CHECK(person.selection.event == 123);
    CHECK(person.has("log/row 123"));
    person.press(ui::ctrl(Key::g));
    person.type("2.5 s\n");
    CHECK(person.selection.event == 2501);
    person.press(ui::ctrl(Key::g));
    person.type("9999\n");
    CHECK(person.sees("list", "has not come yet"));
    CHECK(person.selection.event == 2501);
}

TEST_CASE("keys that need a selected row do nothing without one") {
    Person person;
    person.add_messages(5);
    person.look();
    for (const ui::Chord& chord : {ui::Chord{Key::b}, ui::Chord{Key::n}, ui::Chord{Key::f4},
                                   ui::Chord{Key::f3}, ui::ctrl(Key::c)})
        person.press(chord);
    CHECK(person.wanted.empty());
}

TEST_CASE("a narrow log leaves out columns before it cuts the preview away") {
    Person person(1280, 720);
    person.ui.splits.sidebar_shown = 1;
    person.ui.splits.right = 0.6f;
    person.add_messages(5);
    person.look();
    CHECK_FALSE(person.sees("log", "Since prev."));
    CHECK(person.sees("log", "token_index"));
}

TEST_CASE("an answer stands with its time, and its partner is one click away") {
    Person person;
    person.connect(wire::Phase::open);
    person.add(person.maker.text_in("{\"type\":\"stt_start\",\"data\":{}}"));
    person.maker.mono_ns += 300 * base::kMillisecond;
    person.add(person.maker.text_in("{\"type\":\"stt_result\",\"data\":{}}"));
    person.look();
    CHECK(person.sees("log", "301 ms"));
    person.right_click("log/row 2");
    person.click("list/Go to partner");
    CHECK(person.selection.event == 1);
    person.add(person.maker.text_in("{\"type\":\"tts_start\",\"data\":{}}"));
    person.look();
    CHECK_FALSE(person.sees("log", "no reply"));
    person.maker.mono_ns += 12 * base::kSecond;
    person.look();
    CHECK(person.sees("log", "no reply 12 s"));
}

TEST_CASE("a partner that the filter hides is selected all the same, and shown on demand") {
    Person person;
    person.connect(wire::Phase::open);
    person.add(person.maker.text_in("{\"type\":\"stt_start\",\"data\":{}}"));
    person.add_messages(100);
    person.add(person.maker.text_in("{\"type\":\"stt_result\",\"data\":{}}"));
    person.look();
    person.press(ui::ctrl_shift(Key::f));
    person.type("type == stt_result\n");
    person.look();
    person.right_click("log/row 102");
    person.click("list/Go to partner");
    CHECK(person.selection.event == 1);
    CHECK(person.sees("log", "#1 is selected, and hidden by the filter"));
    person.click("log/Show it");
    person.look();
    CHECK(person.has("log/row 1"));
    CHECK_FALSE(person.sees("log", "hidden by the filter"));
}
