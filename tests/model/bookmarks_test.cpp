// Marks on events: in order, with notes, found from any place, gone with the log's beginning.
#include <doctest/doctest.h>

#include "model/bookmarks.h"
#include "model/make_events.h"
#include "model/model.h"

using model::Bookmarks;

TEST_CASE("a mark is put and taken away, once each") {
    Bookmarks marks;
    marks.set(7, true);
    marks.set(7, true);
    CHECK(marks.list.size() == 1);
    REQUIRE(marks.find(7) != nullptr);
    CHECK(marks.find(6) == nullptr);
    marks.set(7, false);
    marks.set(7, false);
    CHECK(marks.list.empty());
}

TEST_CASE("a note marks its event, an empty one leaves the mark, taking the mark takes the note") {
    Bookmarks marks;
    marks.set_note(3, "here it began");
    REQUIRE(marks.find(3) != nullptr);
    CHECK(marks.find(3)->note == "here it began");
    marks.set_note(3, "");
    REQUIRE(marks.find(3) != nullptr);
    CHECK(marks.find(3)->note.empty());
    marks.set_note(3, "again");
    marks.set(3, false);
    marks.set(3, true);
    CHECK(marks.find(3)->note.empty());
}

TEST_CASE("the next one is found from anywhere, and behind the last comes the first") {
    Bookmarks marks;
    CHECK(marks.next(5) == 0);
    CHECK(marks.previous(5) == 0);
    for (const model::EventId id : {30, 10, 20}) marks.set(id, true);
    CHECK(marks.next(0) == 10);
    CHECK(marks.next(10) == 20);
    CHECK(marks.next(15) == 20);
    CHECK(marks.next(30) == 10);
    CHECK(marks.previous(30) == 20);
    CHECK(marks.previous(10) == 30);
    CHECK(marks.previous(99) == 30);
}

TEST_CASE("what is trimmed takes its marks and its part of the selection with it") {
    test::EventMaker make;
    model::Model model;
    model::Selection selection;
    for (int i = 0; i < 10; ++i) model.log.append(make.text_in("{\"type\":\"a\"}"));
    model.bookmarks.set(2, true);
    model.bookmarks.set_note(9, "kept");
    selection.only(3);
    selection.extend(8);
    selection.cursor = 4;
    model::follow_log(model, base::kMillisecond);
    selection.repair(model.log);
    CHECK(model.bookmarks.list.size() == 2);
    CHECK(selection.contains(5));

    model.log.clear();
    model.log.append(make.text_in("{\"type\":\"a\"}"));
    model::follow_log(model, base::kMillisecond);
    selection.repair(model.log);
    CHECK(model.bookmarks.list.empty());
    CHECK(model.bookmarks.trimmed == 2);
    CHECK(selection.event == 0);
    CHECK_FALSE(selection.contains(5));
    CHECK(selection.cursor == 11);
}
