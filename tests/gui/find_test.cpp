// Find, beside the filter: typing counts and marks, F3 goes through the hits, Esc leaves.
#include <doctest/doctest.h>

#include "gui/person.h"

using gui::Person;
using ui::Key;

namespace {

void fill(Person& person) {
    for (int i = 1; i <= 300; ++i) {
        const std::string word = i % 100 == 0 ? "mini" : "other";
        person.add(person.maker.text_in(R"({"type":"a","data":{"t":")" + word + R"("}})"));
    }
}

void find(Person& person, std::string_view text) {
    person.press(ui::ctrl(Key::f));
    person.type(text);
}

} // namespace

TEST_CASE("typing counts the hits and marks them, the nearest above is the current one") {
    Person person;
    fill(person);
    find(person, "MINI");
    CHECK(person.sees("log", "3 of 3"));
    CHECK(person.has("log/current hit"));
    CHECK(person.has("log/row 300")); // the list goes on following
    CHECK(person.ui.panels.log.follow);
}

TEST_CASE("F3 and Shift+F3 go through the hits, around the end") {
    Person person;
    fill(person);
    find(person, "mini");
    person.press({Key::f3});
    CHECK(person.selection.event == 100);
    CHECK(person.has("log/row 100"));
    CHECK(person.sees("log", "1 of 3"));
    person.press({Key::f3});
    CHECK(person.selection.event == 200);
    person.press(ui::shift(Key::f3));
    person.press(ui::shift(Key::f3));
    CHECK(person.selection.event == 300);
    person.click("log/Next hit");
    CHECK(person.selection.event == 100);
    person.click("log/Previous hit");
    CHECK(person.selection.event == 300);
}

TEST_CASE("Enter goes on to the next hit and the field keeps the focus") {
    Person person;
    fill(person);
    find(person, "mini");
    person.press({Key::enter});
    CHECK(person.selection.event == 100);
    person.press({Key::enter});
    CHECK(person.selection.event == 200);
    person.type("x");
    CHECK(person.ui.panels.log.find.text == "x"); // all was selected: typed over
    CHECK(person.sees("log", "no hit"));
}

TEST_CASE("only rows that the filter shows are searched") {
    Person person;
    fill(person);
    person.add(person.maker.text_out(R"({"type":"b","data":{"t":"mini"}})"));
    find(person, "mini");
    CHECK(person.sees("log", "4 of 4"));
    person.click("log/In");
    CHECK(person.sees("log", "1 of 1"));
    person.click("log/In");
    CHECK(person.sees("log", "of 4"));
}

TEST_CASE("new hits are counted as they come") {
    Person person;
    fill(person);
    find(person, "mini");
    fill(person);
    person.look();
    CHECK(person.sees("log", "3 of 6"));
}

TEST_CASE("Esc leaves the field, then closes find, then clears the selection") {
    Person person;
    fill(person);
    person.click("log/row 300");
    find(person, "mini");
    person.press({Key::escape});
    CHECK(person.has("log/Find"));
    CHECK(person.has("log/current hit"));
    person.press({Key::escape});
    CHECK_FALSE(person.has("log/Close find"));
    CHECK_FALSE(person.has("log/current hit"));
    CHECK(person.selection.event == 300);
    person.press({Key::escape});
    CHECK(person.selection.event == 0);
}

TEST_CASE("a current hit that the row does not show has its whole preview framed") {
    Person person;
    person.add(person.maker.text_in("{\"type\":\"a\",\"data\":{\"t\":\"" + std::string(900, 'x') +
                                    "mini\"}}"));
    find(person, "mini");
    CHECK(person.sees("log", "1 of 1"));
    REQUIRE(person.has("log/current hit"));
    CHECK(person.item("log/current hit").rect.w > 200);
}

TEST_CASE("find closed and opened again looks for the same") {
    Person person;
    fill(person);
    find(person, "mini");
    person.click("log/Close find");
    CHECK_FALSE(person.has("log/current hit"));
    person.press(ui::ctrl(Key::f));
    person.look();
    CHECK(person.sees("log", "of 3"));
}
