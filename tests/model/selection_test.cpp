// Several rows: with Shift all between, with Ctrl one more or less; whoever sets one event alone
// has selected that one alone.
#include <doctest/doctest.h>

#include <set>

#include "model/make_events.h"
#include "model/selection.h"

using model::EventId;
using model::Selection;

TEST_CASE("Shift makes the range longer or shorter from where it began") {
    Selection selection;
    selection.only(10);
    CHECK_FALSE(selection.several());
    selection.extend(14);
    CHECK(selection.several());
    CHECK(selection.contains(12));
    CHECK(selection.event == 14);
    selection.extend(8);
    CHECK(selection.contains(8));
    CHECK(selection.contains(10));
    CHECK_FALSE(selection.contains(12));
    selection.event = 40; // as a notice does that shows its event
    CHECK_FALSE(selection.several());
    CHECK_FALSE(selection.contains(9));
    CHECK(selection.contains(40));
}

TEST_CASE("nothing is selected at first, and id 0 never is") {
    Selection selection;
    CHECK_FALSE(selection.contains(0));
    selection.extend(3);
    CHECK(selection.event == 3);
    selection.only(0);
    selection.toggle(4);
    CHECK(selection.event == 4);
}

TEST_CASE("Ctrl adds and removes single rows, as a set would") {
    test::Dice dice(7);
    Selection selection;
    std::set<EventId> expected;
    for (int i = 0; i < 4000; ++i) {
        const EventId id = 1 + dice.below(40);
        selection.toggle(id);
        if (!expected.erase(id)) expected.insert(id);
        for (EventId at = 0; at <= 41; ++at) {
            CAPTURE(at);
            REQUIRE(selection.contains(at) == (expected.count(at) > 0));
        }
        for (std::size_t k = 1; k < selection.ranges.size(); ++k)
            REQUIRE(selection.ranges[k - 1].last < selection.ranges[k].first);
    }
}
