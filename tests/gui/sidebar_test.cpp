// The sidebar: a click shows only that, another one all again; a right click offers more.
#include <doctest/doctest.h>

#include "gui/person.h"

using gui::Person;
using ui::Key;

TEST_CASE("a type is put to the filter that is there, and taken out again") {
    Person person;
    person.add_messages(6, "a");
    person.add_messages(4, "b");
    person.press(ui::ctrl_shift(Key::f));
    person.type("data.token_index > 1 or size == 0");
    REQUIRE(person.sees("log", "6 of 10"));
    person.click("sidebar/a");
    CHECK(person.sees("log", "4 of 10"));
    person.click("sidebar/b"); // the other one, not both
    CHECK(person.sees("log", "2 of 10"));
    person.click("sidebar/b");
    CHECK(person.ui.panels.log.filter_text == "data.token_index > 1 or size == 0");
}

TEST_CASE("a right click hides a type, shows it again, and goes to the next one") {
    Person person;
    person.add_messages(300, "a");
    person.add_messages(1, "b");
    person.add_messages(300, "a");
    person.right_click("sidebar/a");
    person.click("list/Hide a");
    CHECK(person.sees("log", "1 of 601"));
    person.right_click("sidebar/a");
    CHECK_FALSE(person.item("list/Next a").enabled);
    person.click("list/Show a");
    CHECK(person.sees("log", "601 of 601"));
    person.right_click("sidebar/b");
    person.click("list/Next b");
    CHECK(person.selection.event == 301);
    CHECK(person.has("log/row 301"));
    person.right_click("sidebar/b");
    person.click("list/Only b");
    CHECK(person.sees("log", "1 of 601"));
}

TEST_CASE("a direction and a kind are hidden and shown by their menu") {
    Person person;
    person.add_messages(3);
    person.add(person.maker.text_out("x"));
    person.right_click("sidebar/Out");
    person.click("list/Hide Out");
    CHECK(person.sees("log", "3 of 4"));
    person.right_click("sidebar/Out");
    person.click("list/Show Out");
    person.click("sidebar/Out");
    CHECK(person.sees("log", "1 of 4"));
    person.click("sidebar/Out");
    person.click("sidebar/text");
    CHECK(person.sees("log", "4 of 4"));
    person.click("sidebar/binary");
    CHECK(person.sees("log", "No event passes"));
}

TEST_CASE("connections stand there with their counts as soon as there are two") {
    Person person;
    person.connect(wire::Phase::open);
    person.add_messages(3);
    person.look();
    CHECK_FALSE(person.sees("sidebar", "1 localhost:8765"));
    person.connect(wire::Phase::open, 2);
    person.maker.link = 2;
    person.add_messages(5);
    person.look();
    CHECK(person.sees("sidebar", "1 localhost:8765"));
    person.click("sidebar/2 localhost:8765");
    CHECK(person.sees("log", "5 of 8"));
    person.click("sidebar/2 localhost:8765");
    CHECK(person.sees("log", "8 of 8"));
}

TEST_CASE("five hundred types scroll, and the foot stays") {
    for (const float height : {720.0f, 900.0f}) {
        Person person(1600, height);
        for (int i = 0; i < 500; ++i) person.add_messages(1, "type_" + std::to_string(i));
        person.look();
        CHECK(person.has("sidebar/type_0"));
        CHECK_FALSE(person.has("sidebar/type_99"));
        person.wheel("sidebar/type_0", -500);
        CHECK(person.has("sidebar/type_99")); // by name the last one
        CHECK(person.sees("sidebar", "Known, not seen"));
    }
}
