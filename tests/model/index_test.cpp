// ctest: threads
#include "model/index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
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

/// An index with a loop around it, as the window has one: it sleeps until the worker wakes it.
struct Bench {
    Log log;
    test::EventMaker make;
    std::mutex mutex;
    std::condition_variable changed;
    int rings = 0;
    Index index; // its worker is the first to go

    Bench() {
        index.set_wake([this] {
            const std::lock_guard lock(mutex);
            ++rings;
            changed.notify_one();
        });
    }

    /// Sleeps until the worker has found something, unless it has already.
    void wait_for_worker() {
        std::unique_lock lock(mutex);
        const bool woken =
            changed.wait_for(lock, std::chrono::seconds(30), [this] { return rings > 0; });
        REQUIRE(woken);
        rings = 0;
    }

    /// Until nothing is left to be looked at.
    void settle() {
        index.update(log, kPlenty);
        while (!index.complete()) {
            if (!index.busy()) wait_for_worker();
            index.update(log, kPlenty);
        }
    }

    std::vector<EventId> scan() { return full_scan(log, index.filter()); }
};

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
    Bench bench;
    Index& index = bench.index;
    for (int i = 0; i < 10; ++i) bench.log.append(bench.make.text_in(i % 2 ? "odd" : "even"));
    index.set_filter(word("ODD"), bench.log);
    CHECK_FALSE(index.complete());
    CHECK(index.busy());
    index.update(bench.log, kPlenty);
    CHECK(index.complete());
    CHECK_FALSE(index.busy());
    CHECK(rows_of(index) == std::vector<EventId>{2, 4, 6, 8, 10});
    bench.log.append(bench.make.text_in("odd one"));
    index.update(bench.log, kPlenty);
    CHECK(index.size() == 6);
    CHECK(index.at(5) == 11);
    CHECK(index.position_of(5) == 2);
    CHECK(index.position_of(6) == 2);
    CHECK(index.position_of(12) == 6);
    index.set_filter(ListFilter(), bench.log);
    CHECK(index.size() == 11);
    CHECK(index.complete());
}

TEST_CASE("the same filter again is no new start") {
    Bench bench;
    for (int i = 0; i < 10; ++i) bench.log.append(bench.make.text_in("x"));
    bench.index.set_filter(word("x"), bench.log);
    bench.settle();
    bench.index.set_filter(word("x"), bench.log);
    CHECK(bench.index.complete());
    CHECK(bench.index.size() == 10);
}

TEST_CASE("a changed filter is looked up by the worker, newest rows first, and gets done") {
    Bench bench;
    for (int i = 0; i < 50'000; ++i) bench.log.append(bench.make.text_in(i % 2 ? "odd" : "even"));
    bench.index.set_filter(word("odd"), bench.log);
    CHECK(bench.index.progress() == 0);
    double progress = 0;
    int steps = 0;
    while (!bench.index.complete()) {
        if (!bench.index.busy()) bench.wait_for_worker();
        bench.index.update(bench.log, 0); // one piece
        ++steps;
        REQUIRE(steps < 10'000);
        REQUIRE(bench.index.progress() >= progress);
        progress = bench.index.progress();
        if (!bench.index.shows_filter()) continue;
        // What is known is exactly the newest part.
        const std::vector<EventId> known = rows_of(bench.index);
        REQUIRE_FALSE(known.empty());
        REQUIRE(known == full_scan(bench.log, bench.index.filter(), known.front()));
    }
    CHECK(steps > 10);
    CHECK(progress == 1);
    CHECK(rows_of(bench.index) == bench.scan());
}

TEST_CASE("the old rows stay in view, with what comes anew, until the new ones fill a screen") {
    Bench bench;
    for (int i = 0; i < 20'000; ++i) bench.log.append(bench.make.text_in(i == 3 ? "rare" : "odd"));
    bench.index.set_filter(word("odd"), bench.log);
    bench.settle();
    CHECK(bench.index.size() == 19'999);
    bench.index.set_filter(word("rare"), bench.log);
    CHECK(bench.index.filter() == word("rare"));
    CHECK_FALSE(bench.index.shows_filter());
    CHECK(bench.index.size() == 19'999);
    // One piece of the newest rows, and none of them is rare.
    bench.log.append(bench.make.text_in("odd"));
    bench.index.update(bench.log, 0);
    CHECK_FALSE(bench.index.shows_filter());
    CHECK(bench.index.size() == 20'000);
    bench.settle();
    CHECK(bench.index.shows_filter());
    CHECK(rows_of(bench.index) == std::vector<EventId>{4});
}

TEST_CASE("each letter that is typed begins anew, and only the last one counts") {
    Bench bench;
    for (int i = 0; i < 30'000; ++i)
        bench.log.append(bench.make.text_in(i % 100 == 0 ? "latency" : "lately"));
    const std::string_view typed = "latency";
    for (std::size_t n = 1; n <= typed.size(); ++n) {
        bench.index.set_filter(word(typed.substr(0, n)), bench.log);
        bench.index.update(bench.log, 0);
    }
    bench.settle();
    CHECK(bench.index.size() == 300);
    CHECK(rows_of(bench.index) == bench.scan());
}

TEST_CASE("with new events coming all the time a rebuild still goes on, and the other way round") {
    Bench bench;
    for (int i = 0; i < 10'000; ++i) bench.log.append(bench.make.text_in("odd"));
    bench.index.set_filter(word("odd"), bench.log);
    for (int i = 0; i < 100; ++i) {
        for (int k = 0; k < 100; ++k) bench.log.append(bench.make.text_in("odd"));
        bench.index.update(bench.log, 0);
        REQUIRE(bench.index.at(bench.index.size() - 1) == bench.log.end() - 1);
    }
    bench.settle();
    CHECK(bench.index.size() == bench.log.size());
}

TEST_CASE("a trim takes rows out of the index, also of the part not looked at yet") {
    Bench bench;
    const std::string pad(2000, 'x');
    for (int i = 0; i < 9000; ++i) bench.log.append(bench.make.text_in((i % 3 ? "a" : "b") + pad));
    bench.index.set_filter(word("b"), bench.log);
    bench.index.update(bench.log, 0);
    bench.log.set_budget(5u << 20);
    REQUIRE(bench.log.trimmed() > 0);
    bench.settle();
    CHECK(bench.index.progress() == 1);
    CHECK(rows_of(bench.index) == bench.scan());
}

TEST_CASE("a filter by type is decided without the payload, and says the same as with it") {
    Bench bench;
    const std::string long_name(300, 'n');
    const std::vector<std::string> payloads = {R"({"type":"alpha","data":{"x":1}})",
                                               R"({"t\u0079pe":"b\u0065ta"})",
                                               R"({"type":5})",
                                               R"({"data":{}})",
                                               "not JSON",
                                               R"({"type":")" + long_name + R"("})",
                                               R"j({"type":"(other types)"})j"};
    for (int i = 0; i < 10'000; ++i) {
        const std::string& payload = payloads[static_cast<std::size_t>(i) % payloads.size()];
        bench.log.append(i % 11 == 0 ? bench.make.frame(Kind::binary, Dir::in, payload)
                                     : bench.make.text_in(payload));
    }
    for (const std::string& text :
         {std::string("type == alpha"), std::string("type != alpha"), std::string("type?"),
          std::string("not type?"), std::string("type ~ /^b/"), "type == " + long_name,
          std::string("type == \"(other types)\""), std::string("type == alpha and data.x == 1")}) {
        CAPTURE(text);
        bench.index.set_filter(word(text), bench.log);
        bench.settle();
        CHECK(rows_of(bench.index) == bench.scan());
        CHECK(bench.index.size() > 0);
    }
    ListFilter hidden;
    hidden.hidden_types = {"alpha", long_name};
    bench.index.set_filter(hidden, bench.log);
    bench.settle();
    CHECK(rows_of(bench.index) == bench.scan());
    CHECK(bench.index.size() < bench.log.size());
    // A type that comes only now.
    bench.index.set_filter(word("type == gamma"), bench.log);
    bench.settle();
    CHECK(bench.index.size() == 0);
    bench.log.append(bench.make.text_in(R"({"type":"gamma"})"));
    bench.settle();
    CHECK(bench.index.size() == 1);
}

TEST_CASE("random appends, trims, clears and filter changes agree with a full look") {
    test::Dice dice(5);
    Bench bench;
    Log& log = bench.log;
    Index& index = bench.index;
    const std::vector<std::string> words = {"", "alpha", "beta", "gamma", "a", "nothing"};
    const std::vector<std::string> filters = {
        "",         "alpha",           "beta",           "a",        "nothing", "type == alpha",
        "n > 1000", "size > 400",      "kind == failed", "x.y == 3", "t > 2",   "not type == beta",
        "note?",    "alpha or x.y > 5"};
    int partial = 0, whole = 0;
    std::uint64_t most_trimmed = 0;
    for (int round = 0; round < 3000; ++round) {
        switch (dice.below(12)) {
        case 0:
            if (dice.below(10) == 0) log.clear();
            break;
        case 1: log.set_budget((4u + dice.below(6)) << 20); break;
        case 2: {
            ListFilter filter = word(filters[dice.below(static_cast<unsigned>(filters.size()))]);
            if (dice.below(3) == 0) filter.kinds = dice.below(1u << 15);
            if (dice.below(3) == 0) filter.dirs = static_cast<std::uint8_t>(dice.below(8));
            if (dice.below(3) == 0) filter.hidden_types = {"gamma"};
            index.set_filter(filter, log);
            break;
        }
        default:
            for (unsigned i = dice.below(600); i > 0; --i) {
                const std::string& one = words[dice.below(static_cast<unsigned>(words.size()))];
                const std::string text = R"({"type":")" + one + R"(","x":{"y":)" +
                                         std::to_string(dice.below(9)) + R"(},"pad":")" +
                                         std::string(dice.below(900), '-') + R"("})";
                log.append(dice.below(5) == 0   ? bench.make.failed(text)
                           : dice.below(2) == 0 ? bench.make.text_in(text)
                                                : bench.make.text_out(text));
            }
        }
        if (dice.below(8) == 0)
            bench.settle();
        else
            index.update(log, 0);
        most_trimmed = std::max(most_trimmed, log.trimmed());
        REQUIRE(index.progress() >= 0);
        REQUIRE(index.progress() <= 1);
        const std::vector<EventId> rows = rows_of(index);
        REQUIRE(std::is_sorted(rows.begin(), rows.end()));
        for (std::size_t i = 0; i < rows.size(); i += 50) REQUIRE(log.contains(rows[i]));
        if (index.complete()) {
            ++whole;
            REQUIRE(index.shows_filter());
            REQUIRE(index.progress() == 1);
            REQUIRE(rows == bench.scan());
        } else if (index.shows_filter() && !rows.empty()) {
            ++partial;
            for (std::size_t i = 0; i < rows.size(); i += 50)
                REQUIRE(index.filter().matches(log.view(rows[i])));
        }
        for (int i = 0; i < 5 && log.size() > 0; ++i) {
            const EventId id = log.first() + dice.below(static_cast<unsigned>(log.size()));
            const auto expected = std::lower_bound(rows.begin(), rows.end(), id) - rows.begin();
            REQUIRE(index.position_of(id) == static_cast<std::uint64_t>(expected));
        }
    }
    CHECK(partial > 10);
    CHECK(whole > 100);
    CHECK(most_trimmed > 1000);
}

TEST_CASE("only one connection's rows pass when one is asked for") {
    Bench bench;
    for (int i = 0; i < 3000; ++i) {
        bench.make.link = 1 + static_cast<std::uint32_t>(i % 3);
        bench.log.append(bench.make.text_in("x"));
    }
    ListFilter filter;
    filter.only_link = 2;
    bench.index.set_filter(filter, bench.log);
    bench.settle();
    CHECK(bench.index.size() == 1000);
    CHECK(rows_of(bench.index) == bench.scan());
}
