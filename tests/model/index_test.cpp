#include "model/index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "model/make_events.h"

using model::EventId;
using model::Filter;
using model::Index;
using model::ListFilter;
using model::Log;
using wire::Dir;
using wire::Kind;

namespace {

constexpr std::int64_t kPlenty = 60 * base::kSecond;

std::vector<EventId> rows_of(const Index& index) {
    std::vector<EventId> rows;
    for (std::uint64_t i = 0; i < index.size(); ++i) rows.push_back(index.at(i));
    return rows;
}

/// The rows in [from, log.end()) that pass, by asking each.
std::vector<EventId> full_scan(const Log& log, const ListFilter& filter, EventId from = 0) {
    std::vector<EventId> rows;
    for (EventId id = std::max(from, log.first()); id < log.end(); ++id)
        if (filter.matches(log.view(id))) rows.push_back(id);
    return rows;
}

ListFilter word(std::string_view text) {
    ListFilter filter;
    filter.filter = std::get<Filter>(Filter::parse(text));
    return filter;
}

} // namespace

TEST_CASE("without a filter the index is the log itself") {
    Log log;
    Index index;
    test::EventMaker make;
    index.update(log, kPlenty);
    CHECK(index.size() == 0);
    CHECK(index.complete());
    for (int i = 0; i < 100; ++i) log.append(make.text_in("x"));
    CHECK(index.size() == 0); // not seen yet
    index.update(log, 0);
    CHECK(index.size() == 100);
    CHECK(index.at(0) == 1);
    CHECK(index.at(99) == 100);
    CHECK(index.position_of(50) == 49);
    CHECK(index.position_of(0) == 0);
    CHECK(index.position_of(1000) == 100);
    CHECK(index.complete());
    CHECK(index.progress() == 1);
    log.clear();
    index.update(log, 0);
    CHECK(index.size() == 0);
    log.append(make.text_in("x"));
    index.update(log, 0);
    CHECK(index.at(0) == 101);
    CHECK(index.position_of(101) == 0);
}

TEST_CASE("a filter shows what passes, and new events as they come") {
    Log log;
    Index index;
    test::EventMaker make;
    for (int i = 0; i < 10; ++i) log.append(make.text_in(i % 2 ? "odd" : "even"));
    index.set_filter(word("ODD"), log);
    CHECK_FALSE(index.complete());
    index.update(log, kPlenty);
    CHECK(index.complete());
    CHECK(rows_of(index) == std::vector<EventId>{2, 4, 6, 8, 10});
    log.append(make.text_in("odd one"));
    index.update(log, kPlenty);
    CHECK(index.size() == 6);
    CHECK(index.at(5) == 11);
    CHECK(index.position_of(5) == 2);
    CHECK(index.position_of(6) == 2);
    CHECK(index.position_of(12) == 6);
    index.set_filter(ListFilter(), log);
    CHECK(index.size() == 11);
    CHECK(index.complete());
}

TEST_CASE("the same filter again is no new start") {
    Log log;
    Index index;
    test::EventMaker make;
    for (int i = 0; i < 10; ++i) log.append(make.text_in("x"));
    index.set_filter(word("x"), log);
    index.update(log, kPlenty);
    index.set_filter(word("x"), log);
    CHECK(index.complete());
    CHECK(index.size() == 10);
}

TEST_CASE("a changed filter is looked up in slices, newest rows first, and gets done") {
    Log log;
    Index index;
    test::EventMaker make;
    const ListFilter filter = word("odd");
    for (int i = 0; i < 20'000; ++i) log.append(make.text_in(i % 2 ? "odd" : "even"));
    index.set_filter(filter, log);
    double progress = index.progress();
    CHECK(progress == 0);
    int slices = 0;
    while (!index.complete()) {
        index.update(log, 0); // one piece
        ++slices;
        REQUIRE(slices < 1000);
        REQUIRE(index.progress() > progress);
        progress = index.progress();
        // What is known is exactly the newest part.
        const std::vector<EventId> known = rows_of(index);
        REQUIRE_FALSE(known.empty());
        REQUIRE(known == full_scan(log, filter, known.front()));
    }
    CHECK(slices > 10);
    CHECK(progress == 1);
    CHECK(rows_of(index) == full_scan(log, filter));
}

TEST_CASE("with new events coming all the time a rebuild still goes on, and the other way round") {
    Log log;
    Index index;
    test::EventMaker make;
    for (int i = 0; i < 10'000; ++i) log.append(make.text_in("odd"));
    index.set_filter(word("odd"), log);
    for (int i = 0; i < 100; ++i) {
        for (int k = 0; k < 100; ++k) log.append(make.text_in("odd"));
        index.update(log, 0);
        REQUIRE(index.at(index.size() - 1) == log.end() - 1);
    }
    CHECK(index.complete());
    CHECK(index.size() == log.size());
}

TEST_CASE("a trim takes rows out of the index, also of the part not looked at yet") {
    Log log;
    Index index;
    test::EventMaker make;
    const ListFilter filter = word("b");
    const std::string pad(2000, 'x');
    for (int i = 0; i < 5000; ++i) log.append(make.text_in((i % 3 ? "a" : "b") + pad));
    index.set_filter(filter, log);
    index.update(log, 0);
    log.set_budget(3u << 20);
    REQUIRE(log.trimmed() > 0);
    index.update(log, kPlenty);
    CHECK(index.complete());
    CHECK(index.progress() == 1);
    CHECK(rows_of(index) == full_scan(log, filter));
}

TEST_CASE("random appends, trims, clears and filter changes agree with a full look") {
    test::Dice dice(5);
    Log log;
    Index index;
    test::EventMaker make;
    const std::vector<std::string> words = {"",      "alpha", "beta",
                                            "gamma", "a",     "\"nothing has this\""};
    int partial = 0;
    std::uint64_t most_trimmed = 0;
    for (int round = 0; round < 4000; ++round) {
        switch (dice.below(12)) {
        case 0:
            if (dice.below(10) == 0) log.clear();
            break;
        case 1: log.set_budget((2u + dice.below(4)) << 20); break;
        case 2:
        case 3: {
            ListFilter filter = word(words[dice.below(static_cast<unsigned>(words.size()))]);
            if (dice.below(3) == 0) filter.kinds = dice.below(1u << 15);
            if (dice.below(3) == 0) filter.dirs = static_cast<std::uint8_t>(dice.below(8));
            index.set_filter(filter, log);
            break;
        }
        default:
            for (unsigned i = dice.below(300); i > 0; --i) {
                const std::string text = words[dice.below(static_cast<unsigned>(words.size()))] +
                                         std::string(dice.below(900), '-');
                log.append(dice.below(5) == 0   ? make.failed(text)
                           : dice.below(2) == 0 ? make.text_in(text)
                                                : make.text_out(text));
            }
        }
        index.update(log, dice.below(4) == 0 ? kPlenty : 0);
        const std::vector<EventId> rows = rows_of(index);
        most_trimmed = std::max(most_trimmed, log.trimmed());
        REQUIRE(index.progress() >= 0);
        REQUIRE(index.progress() <= 1);
        if (index.complete()) {
            REQUIRE(index.progress() == 1);
            REQUIRE(rows == full_scan(log, index.filter()));
        } else {
            ++partial;
            REQUIRE(std::is_sorted(rows.begin(), rows.end()));
            for (EventId id : rows) {
                REQUIRE(log.contains(id));
                REQUIRE(index.filter().matches(log.view(id)));
            }
        }
        for (int i = 0; i < 5 && log.size() > 0; ++i) {
            const EventId id = log.first() + dice.below(static_cast<unsigned>(log.size()));
            const auto expected = std::lower_bound(rows.begin(), rows.end(), id) - rows.begin();
            REQUIRE(index.position_of(id) == static_cast<std::uint64_t>(expected));
        }
    }
    CHECK(partial > 10);
    CHECK(most_trimmed > 1000);
}
