// The filter bar as somebody types into it: what is wrong is marked and the last good filter stays,
// completion, history, filters with names.
#include <doctest/doctest.h>

#include "gui/person.h"

using gui::Person;
using ui::Key;

namespace {

void type_filter(Person& person, std::string_view text) {
    person.press(ui::ctrl_shift(Key::f));
    person.type(text);
}

std::string in_force(Person& person) { return person.model.index.filter().filter.text(); }

std::string in_field(Person& person) { return person.ui.panels.log.filter_text; }

} // namespace

TEST_CASE("a filter works while it is typed") {
    Person person;
    person.add_messages(5, "llm_token");
    person.add_messages(3, "latency_trace");
    type_filter(person, "type == latency_trace");
    CHECK(in_force(person) == "type == latency_trace");
    CHECK(person.sees("log", "3 of 8"));
}

TEST_CASE("a wrong filter is marked and told, and the last good one stays in force") {
    Person person;
    person.add_messages(5, "llm_token");
    person.add_messages(3, "latency_trace");
    type_filter(person, "size > 5");
    REQUIRE(in_force(person) == "size > 5");
    person.type(" and kind == bogus");
    CHECK(in_force(person) != "size > 5 and kind == bogus");
    CHECK(person.has("log/Wrong part"));
    CHECK(person.sees("log", "bogus"));
    CHECK(person.sees("log", "Still in force"));
    CHECK(person.sees("log", "8 of 8"));
    // The line stands under the word that is wrong.
    const ui::Rect wrong = person.item("log/Wrong part").rect;
    CHECK(wrong.w == doctest::Approx(5 * 7).epsilon(0.1)); // characters of 7
    for (int i = 0; i < 5; ++i) person.press({Key::backspace});
    person.type("text");
    CHECK_FALSE(person.has("log/Wrong part"));
    CHECK(person.sees("log", "8 of 8"));
    CHECK(in_force(person) == "size > 5 and kind == text");
}

TEST_CASE("fields, operators, words, types and paths are offered, and Tab takes the first") {
    Person person;
    person.add_messages(5, "llm_token");
    type_filter(person, "ty");
    CHECK(person.has("list/type"));
    person.press({Key::tab});
    CHECK(in_field(person) == "type ");
    CHECK(person.has("list/=="));
    person.type("== ");
    person.type("llm");
    CHECK(person.has("list/llm_token"));
    person.press({Key::tab});
    CHECK(in_force(person) == "type == llm_token");
    person.type(" data.token_in");
    CHECK(person.has("list/data.token_index"));
    person.press({Key::tab});
    CHECK(in_field(person) == "type == llm_token data.token_index ");
}

TEST_CASE("Ctrl+Space offers at once, arrows choose, Enter takes, Esc closes the list alone") {
    Person person;
    person.add_messages(2);
    person.press(ui::ctrl(Key::space));
    CHECK(person.has("list/dir"));
    person.press({Key::escape});
    CHECK_FALSE(person.has("list/dir"));
    person.type("k");
    CHECK(in_field(person) == "k"); // the field kept the focus
    person.press(ui::ctrl(Key::space));
    person.press({Key::enter});
    CHECK(in_field(person) == "kind ");
    person.type("== p");
    person.press({Key::down});
    person.press({Key::down});
    person.press({Key::enter});
    CHECK(in_force(person) == "kind == pong");
}

TEST_CASE("Enter takes what was typed and not what was only offered") {
    Person person;
    person.add_messages(2);
    type_filter(person, "typ");
    REQUIRE(person.has("list/type"));
    person.press({Key::enter});
    CHECK(in_force(person) == "typ");
    CHECK_FALSE(person.has("list/type"));
}

TEST_CASE("what is offered is taken with the mouse, too") {
    Person person;
    person.add_messages(2);
    type_filter(person, "si");
    person.click("list/size");
    CHECK(in_field(person) == "size ");
    person.type("> 1");
    CHECK(in_force(person) == "size > 1");
}

TEST_CASE("filters that were used are offered again") {
    Person person;
    person.add_messages(2);
    type_filter(person, "size > 1");
    person.press({Key::enter});
    type_filter(person, "size > 2");
    person.press({Key::enter});
    REQUIRE(person.model.filters.filter_history.size() == 2);
    CHECK(person.model.filters.filter_history[0] == "size > 2");
    person.click("log/Filters used before");
    person.click("list/size > 1");
    CHECK(in_force(person) == "size > 1");
    CHECK(person.model.filters.filter_history[0] == "size > 1");
}

TEST_CASE("the arrow down in the empty field opens the history") {
    Person person;
    person.add_messages(2);
    person.model.filters.used("size > 1");
    person.press(ui::ctrl_shift(Key::f));
    person.press({Key::down});
    REQUIRE(person.has("list/size > 1"));
    person.press({Key::down});
    person.press({Key::enter});
    CHECK(in_force(person) == "size > 1");
}

TEST_CASE("a filter gets a name, is found under it, and is forgotten") {
    Person person;
    person.add_messages(2);
    type_filter(person, "size > 1");
    person.press({Key::enter});
    person.click("log/Filters used before");
    person.click("list/Save this filter…");
    person.look(); // the field takes the caret in the frame after it was made
    CAPTURE(person.text_of("list"));
    person.type("big ones");
    CAPTURE(person.text_of("list"));
    person.press({Key::enter});
    REQUIRE(person.model.filters.saved_filters.size() == 1);
    CHECK(person.model.filters.saved_filters[0].name == "big ones");
    person.click("log/Clear filter");
    person.click("log/Filters used before");
    person.click("list/big ones");
    CHECK(in_force(person) == "size > 1");
    person.click("log/Filters used before");
    person.click("list/Forget big ones");
    CHECK(person.model.filters.saved_filters.empty());
}

TEST_CASE("words that the filter looks for are underlined in the rows") {
    Person person;
    person.add_messages(2);
    type_filter(person, "token_index");
    person.look();
    CHECK_FALSE(person.has("log/hit")); // a hit is find's
    CHECK(person.sees("log", "2 of 2"));
}
