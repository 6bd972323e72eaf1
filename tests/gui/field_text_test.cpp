// What an editing field cannot hold passes through it whole.
#include "ui/field_text.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "gui/person.h"

using gui::Person;
using ui::field_from_text;
using ui::text_from_field;

namespace {

const std::string kThumb = "\xF0\x9F\x91\x8D";

} // namespace

TEST_CASE("every code point comes out of a field as it went in") {
    for (std::uint32_t c = 1; c <= 0x10FFFF;
         c += c < 0x200 || (c > 0xD700 && c < 0x10400) ? 1 : 97) {
        if (c >= 0xD800 && c < 0xE000) continue;
        std::string text;
        base::utf8_append(text, c);
        const std::string field = field_from_text(text);
        REQUIRE(text_from_field(field) == text);
        for (std::size_t at = 0; at < field.size();) REQUIRE(base::utf8_next(field, &at) <= 0xFFFF);
    }
    CHECK(field_from_text("plain é €") == "plain é €");
}

TEST_CASE("half a pair is found, and left out of the text") {
    const std::string field = field_from_text("a" + kThumb + "b");
    CHECK(ui::lone_half(field) == std::string::npos);
    const std::string first_only = field.substr(0, 4) + "b";
    CHECK(ui::lone_half(first_only) == 1);
    CHECK(text_from_field(first_only) == "ab");
    const std::string second_only = "a" + field.substr(4);
    CHECK(ui::lone_half(second_only) == 1);
    CHECK(text_from_field(second_only) == "ab");
}

TEST_CASE("an emoji that is typed is sent, and one Backspace takes it away whole") {
    Person person;
    person.connect(wire::Phase::open);
    person.click("composer/Editor");
    person.press({ui::Key::a, true, false, false});
    person.type("{\"t\":\"" + kThumb + "\"}");
    person.press(ui::ctrl(ui::Key::enter));
    CHECK(person.only<model::SendComposed>().draft.text == "{\"t\":\"" + kThumb + "\"}");
    person.press({ui::Key::left});
    person.press({ui::Key::left});
    person.press({ui::Key::backspace});
    CHECK(person.ui.panels.composer.text == "{\"t\":\"\"}");
}

TEST_CASE("an emoji can be filtered for") {
    Person person;
    person.add(person.maker.text_in("{\"t\":\"" + kThumb + "\"}"));
    person.add_messages(3);
    person.click("log/Filter");
    person.type(kThumb);
    CHECK(person.model.index.filter().filter.text() == kThumb);
    CHECK(person.sees("log", "1 of 4"));
}
