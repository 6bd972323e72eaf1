// Holes and restarts in seq have a line of their own in the list, and repeats fold into one row.
#include <doctest/doctest.h>

#include "app/drain.h"
#include "gui/person.h"
#include "wire/message_head.h"

using gui::Person;
using ui::Key;

namespace {

/// As drain does it: the log, then what is to be said of its seq.
void add(Person& person, int seq, const std::string& token) {
    wire::Event event =
        person.maker.text_in("{\"type\":\"llm_token\",\"seq\":" + std::to_string(seq) +
                             ",\"data\":{\"token\":\"" + token + "\"}}");
    const wire::MessageHead head = wire::read_message_head(event.payload.view());
    const model::EventId id = person.add(std::move(event));
    if (head.has_seq) person.model.sequence.add(person.model.log, id, head);
}

} // namespace

TEST_CASE("a hole and a restart stand between the rows, and the newest row stays in sight") {
    Person person;
    for (int i = 1; i <= 40; ++i) add(person, i, "a" + std::to_string(i));
    add(person, 58, "behind the hole");
    add(person, 1, "begun anew");
    person.look();
    CHECK(person.sees("log", "seq 41 to 57 missing, 17 events"));
    CHECK(person.sees("log", "seq went back from 58"));
    CHECK(person.sees("log", "17 missing in seq"));
    CHECK(person.has("log/row 42"));
    // Two lines more, so two rows fewer; nothing lies over another.
    const ui::Rect last = person.item("log/row 42").rect;
    CHECK(last.inside(person.item("log/Rows").rect));
    CHECK(last.y - person.item("log/row 41").rect.y == doctest::Approx(2 * last.h));
    for (int i = 0; i < 30; ++i) person.press({Key::up});
    CHECK(person.has("log/row " + std::to_string(person.selection.event)));
    for (int i = 0; i < 30; ++i) person.press({Key::down});
    CHECK(person.has("log/row " + std::to_string(person.selection.event)));
}

TEST_CASE("R folds repeats that follow each other into one row with their number") {
    Person person;
    int seq = 1;
    for (int i = 0; i < 10; ++i) add(person, seq++, "same");
    add(person, seq++, "other");
    person.look();
    REQUIRE(person.model.sequence.counts().of[2] == 9);
    CHECK(person.has("log/row 5"));
    person.press({Key::r});
    CHECK_FALSE(person.has("log/row 5"));
    CHECK(person.has("log/row 1"));
    CHECK(person.sees("log", "×10"));
    CHECK(person.sees("log", "repeats folded"));
    person.click("log/row 1");
    person.press({Key::down});
    CHECK(person.selection.event == 11);
    person.press({Key::up});
    CHECK(person.selection.event == 1);
    person.press({Key::r});
    CHECK(person.has("log/row 5"));
}
