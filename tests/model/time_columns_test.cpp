// Columns that are kept from picture to picture, against columns made anew from every event.
#include "model/time_columns.h"

#include <doctest/doctest.h>

#include "model/make_events.h"

using base::kMillisecond;
using base::kSecond;
using model::EventColumns;
using model::EventId;
using model::TimeGrid;

namespace {

struct Session {
    model::Log log;
    model::Timeline timeline;
    test::EventMaker maker;
    test::Dice dice;

    explicit Session(unsigned seed) : dice(seed) {}
    void add(int count) {
        for (int i = 0; i < count; ++i) {
            maker.mono_ns += static_cast<std::int64_t>(dice.below(3)) * kMillisecond;
            const bool out = dice.below(10) == 0;
            const std::string type = dice.below(40) == 0 ? "tool_error" : "llm_token";
            log.append(out ? maker.text_out(test::envelope_of_size(type, 60))
                           : maker.text_in(test::envelope_of_size(type, 60)));
        }
        timeline.update(log, kSecond);
    }
};

void check(const Session& s, const EventColumns& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto& column = columns[i];
        const std::int64_t begins = columns.begin_ns(i);
        std::uint64_t received = 0, sent = 0;
        bool error = false;
        for (EventId id = s.log.first(); id < s.log.end(); ++id) {
            const std::int64_t at = s.log.mono_ns(id);
            if (at < begins || at >= begins + columns.grid().step_ns) continue;
            const model::Row row = s.log.row(id);
            (row.dir == wire::Dir::out ? sent : received) += 1;
            error =
                error || (row.dir == wire::Dir::in && s.log.types()[row.type].name == "tool_error");
        }
        CAPTURE(i);
        REQUIRE(column.value.amount.received == received);
        REQUIRE(column.value.amount.sent == sent);
        REQUIRE(((column.value.traits & model::kReceivedError) != 0) == error);
    }
}

} // namespace

TEST_CASE("columns that are kept while a session grows, moves and is trimmed hold what came") {
    for (unsigned seed = 1; seed <= 3; ++seed) {
        Session s(seed);
        s.log.set_budget(seed == 3 ? 2u << 20 : 1u << 30);
        s.add(300);
        EventColumns columns;
        std::int64_t from = s.log.start_mono_ns(), length = 200 * kMillisecond;
        TimeGrid grid{from, 5 * kMillisecond};
        for (int picture = 0; picture < 120; ++picture) {
            s.add(static_cast<int>(s.dice.below(seed == 3 ? 400 : 60)));
            switch (s.dice.below(5)) {
            case 0: from += static_cast<std::int64_t>(s.dice.below(80)) * kMillisecond; break;
            case 1: from -= static_cast<std::int64_t>(s.dice.below(80)) * kMillisecond; break;
            case 2: from = s.maker.mono_ns - length; break;
            case 3:
                length = static_cast<std::int64_t>(20 + s.dice.below(400)) * kMillisecond;
                break;
            default: break;
            }
            if (picture % 40 == 39) grid.step_ns = 7 * kMillisecond;
            model::update(columns, grid, from, from + length, s.log, s.timeline);
            CHECK(columns.first() == grid.number_at(from));
            CHECK(columns.first() + static_cast<std::int64_t>(columns.size()) ==
                  grid.number_at(from + length) + 1);
            check(s, columns);
        }
        if (seed == 3) CHECK(s.log.trimmed() > 0);
    }
}

TEST_CASE("columns of a series have the smallest, the largest, and how the line comes to them") {
    test::Dice dice(5);
    model::Series series;
    model::SeriesColumns columns;
    std::int64_t now = 0;
    EventId event = 0;
    for (int picture = 0; picture < 60; ++picture) {
        for (unsigned i = dice.below(200); i > 0; --i) {
            now += static_cast<std::int64_t>(dice.below(4)) * kMillisecond;
            if (dice.below(50) == 0) series.break_here();
            series.append({now, static_cast<double>(dice.below(1000)) - 100, ++event});
        }
        if (dice.below(8) == 0) series.forget_below(event / 3);
        const TimeGrid grid{0, 10 * kMillisecond};
        model::update(columns, grid, now - kSecond, now, series);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            model::Extent plain;
            model::Series::At first = series.end();
            for (auto at = series.first(); at < series.end(); ++at) {
                if (grid.number_at(series.mono_ns(at)) !=
                    columns.first() + static_cast<std::int64_t>(i))
                    continue;
                if (plain.empty()) first = at;
                plain.add(series.value(at));
            }
            REQUIRE((columns[i].from == columns[i].to) == plain.empty());
            if (plain.empty()) continue;
            const model::Stroke& stroke = columns[i].value;
            REQUIRE(stroke.extent.low == plain.low);
            REQUIRE(stroke.extent.high == plain.high);
            REQUIRE(stroke.first == series.value(first));
            if (first > series.first()) REQUIRE(stroke.joined == !series.broken_before(first));
        }
    }
}

TEST_CASE("a step stays while what it must hold grows by less than a fifth") {
    for (std::int64_t least = 1; least < 100'000'000'000; least = least * 21 / 20 + 1) {
        CAPTURE(least);
        const std::int64_t step = model::steady_step(least);
        CHECK(step >= least);
        if (least > 100) CHECK(static_cast<double>(step) < static_cast<double>(least) * 1.2);
    }
    CHECK(model::steady_step(1000) == model::steady_step(1010));
    CHECK(TimeGrid{100, 10}.number_at(99) == -1);
    CHECK(TimeGrid{100, 10}.number_at(100) == 0);
}
