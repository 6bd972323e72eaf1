#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "model/make_events.h"
#include "model/series.h"

using model::Percentiles;
using model::Point;
using model::Series;

namespace {

/// The same points, kept plainly.
struct Twin {
    Series series;
    std::vector<Point> plain; ///< by position
    test::Dice dice{7};
    std::int64_t now = 1000;

    void add(int count, unsigned values) {
        for (int i = 0; i < count; ++i) {
            now += dice.below(1000);
            const Point point{now, static_cast<double>(dice.below(values)) - 100,
                              static_cast<model::EventId>(plain.size() * 3 + 1)};
            series.append(point);
            plain.push_back(point);
        }
    }
    std::vector<double> values(Series::At from, Series::At to) const {
        std::vector<double> out;
        for (Series::At at = from; at < to; ++at) out.push_back(plain[at].value);
        std::sort(out.begin(), out.end());
        return out;
    }
    /// Two positions among those that are left, in order.
    std::pair<Series::At, Series::At> range() {
        Series::At a = series.first() + dice.below(static_cast<unsigned>(series.size() + 1));
        Series::At b = series.first() + dice.below(static_cast<unsigned>(series.size() + 1));
        return {std::min(a, b), std::max(a, b)};
    }
};

} // namespace

TEST_CASE("smallest and largest of any range are those of a plain look") {
    Twin twin;
    twin.add(70'000, 1'000'000);
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 300; ++i) {
            const auto [from, to] = twin.range();
            const model::Extent extent = twin.series.extent(from, to);
            const std::vector<double> values = twin.values(from, to);
            CHECK(extent.empty() == values.empty());
            if (values.empty()) continue;
            CHECK(extent.low == values.front());
            CHECK(extent.high == values.back());
        }
        twin.series.forget_below(twin.plain[twin.series.first() + 11'111].event);
        twin.add(5'000, 1000);
    }
}

TEST_CASE("percentiles are exact, of few points and of many, also with many equal ones") {
    for (const unsigned values : {1u, 3u, 1000u, 4'000'000u}) {
        Twin twin;
        twin.add(30'000, values);
        twin.series.forget_below(twin.plain[5'000].event);
        for (int i = 0; i < 40; ++i) {
            const auto [from, to] = twin.range();
            Percentiles percentiles;
            percentiles.begin(twin.series, from, to);
            while (!percentiles.work(twin.series, 0)) {
            }
            const std::vector<double> sorted = twin.values(from, to);
            if (sorted.empty()) continue;
            for (std::size_t part = 0; part < Percentiles::kParts.size(); ++part) {
                const auto rank = model::rank_of(Percentiles::kParts[part], sorted.size());
                CHECK(percentiles.value(part) == sorted[rank]);
            }
        }
    }
}

TEST_CASE("percentiles whose points go while they are worked out begin anew with what is left") {
    Twin twin;
    twin.add(20'000, 1'000'000);
    Percentiles percentiles;
    percentiles.begin(twin.series, 0, 20'000);
    percentiles.work(twin.series, 0);
    twin.series.forget_below(twin.plain[9'000].event);
    while (!percentiles.work(twin.series, 0)) {
    }
    CHECK(percentiles.from() == 9'000);
    const std::vector<double> sorted = twin.values(9'000, 20'000);
    CHECK(percentiles.value(0) == sorted[model::rank_of(0.5, sorted.size())]);
}

TEST_CASE("the rank is the nearest: half of four values is the second") {
    CHECK(model::rank_of(0.5, 4) == 1);
    CHECK(model::rank_of(0.5, 5) == 2);
    CHECK(model::rank_of(0.99, 100) == 98);
    CHECK(model::rank_of(0.99, 1) == 0);
}

TEST_CASE("how many values are at most something is counted exactly") {
    Twin twin;
    twin.add(20'000, 5000);
    for (int i = 0; i < 100; ++i) {
        const auto [from, to] = twin.range();
        const double limit = static_cast<double>(twin.dice.below(5200)) - 150;
        const std::vector<double> sorted = twin.values(from, to);
        const auto plain = std::upper_bound(sorted.begin(), sorted.end(), limit) - sorted.begin();
        CHECK(twin.series.count_at_most(from, to, limit) == static_cast<std::uint64_t>(plain));
    }
}

TEST_CASE("a time is found from any earlier place") {
    Twin twin;
    twin.add(10'000, 10);
    for (int i = 0; i < 200; ++i) {
        const std::int64_t wanted = 1000 + twin.dice.below(5'100'000);
        Series::At plain = 0;
        while (plain < 10'000 && twin.plain[plain].mono_ns < wanted) ++plain;
        CHECK(twin.series.first_at(wanted) == plain);
        CHECK(twin.series.first_at(wanted, plain / 2) == plain);
    }
}

TEST_CASE("a break stands before the point that follows it") {
    Series series;
    series.break_here(); // before all: nothing to break
    series.append({10, 1, 1});
    series.append({20, 2, 2});
    series.break_here();
    series.append({30, 3, 3});
    CHECK_FALSE(series.broken_before(0));
    CHECK_FALSE(series.broken_before(1));
    CHECK(series.broken_before(2));
    CHECK(series.broken_between(0, 2));
    CHECK_FALSE(series.broken_between(0, 1));
}

TEST_CASE("impossible values are found in order") {
    Series series;
    for (int i = 0; i < 100; ++i) series.append({i, i % 10 == 3 ? -1.0 : 1.0, 1u + i}, i % 10 == 3);
    CHECK(series.impossible_count(0, 100) == 10);
    CHECK(series.impossible_count(4, 14) == 1);
    CHECK(series.next_impossible(4) == 13);
    CHECK(series.next_impossible(94) == series.end());
    series.forget_below(51);
    CHECK(series.next_impossible(0) == 53);
}
