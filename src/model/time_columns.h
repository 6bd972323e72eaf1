// What lies in each of many equal stretches of time side by side: what a picture draws a column of
// pixels from. The stretches are counted from a fixed moment, so that a picture that goes on with
// new events, or with time, has only its newest columns to work out; the others stay as they were.
// Kept by whoever draws, made from the log's timeline or from a series; UI thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "model/series.h"
#include "model/timeline.h"

namespace model {

/// Equal stretches of time, numbered from the one that begins at `origin_ns`.
struct TimeGrid {
    std::int64_t origin_ns = 0, step_ns = 1;

    std::int64_t begin_of(std::int64_t number) const { return origin_ns + number * step_ns; }
    std::int64_t number_at(std::int64_t mono_ns) const {
        const std::int64_t since = mono_ns - origin_ns;
        return since / step_ns - (since % step_ns < 0 ? 1 : 0);
    }
    friend bool operator==(const TimeGrid&, const TimeGrid&) = default;
};

/// At least `least_ns` and about a fifth more at most. It stays while `least_ns` grows by so much:
/// the columns of a session that gets longer are made anew ever more seldom.
std::int64_t steady_step(std::int64_t least_ns);

/// `Value`: what is known of the things in one stretch, by default of none. Things have ascending
/// numbers (event ids, positions), and come in the order of their time.
template <class Value>
class TimeColumns {
public:
    struct Column {
        std::uint64_t from = 0, to = 0; ///< the things in it: from <= number < to
        Value value;
    };

    /// The columns of `grid` over [from_ns, to_ns]. What there is has numbers first <= n < end, and
    /// never changes but by growing behind and going in front. `find(t, n)` is the first thing at
    /// or after the time t, which is not before thing n; `look(from, to)` the value of a range.
    template <class Find, class Look>
    void update(const TimeGrid& grid, std::int64_t from_ns, std::int64_t to_ns, std::uint64_t first,
                std::uint64_t end, const Find& find, const Look& look) {
        const std::int64_t from = grid.number_at(from_ns);
        const std::int64_t behind = grid.number_at(std::max(from_ns, to_ns)) + 1;
        if (!(grid == grid_) || end < end_ || from >= behind_() || behind <= first_) {
            columns_.clear();
            grid_ = grid;
            first_ = from;
            things_ = first;
        }
        forget_below(first, look);
        // What ended with the things that were known then may have got more.
        if (end != end_)
            while (!columns_.empty() && columns_.back().to >= end_) columns_.pop_back();
        end_ = end;
        while (!columns_.empty() && behind_() > behind) columns_.pop_back();
        for (; !columns_.empty() && first_ < from; ++first_) columns_.pop_front();
        if (columns_.empty()) first_ = from;
        grow_front(from, first, find, look);
        while (behind_() < behind) {
            const std::int64_t number = behind_();
            Column column;
            column.from =
                columns_.empty() ? find(grid_.begin_of(number), first) : columns_.back().to;
            fill(column, find(grid_.begin_of(number + 1), column.from), look);
            columns_.push_back(column);
        }
    }

    std::int64_t first() const { return first_; } ///< number of the first column
    std::size_t size() const { return columns_.size(); }
    const Column& operator[](std::size_t i) const { return columns_[i]; }
    std::int64_t begin_ns(std::size_t i) const {
        return grid_.begin_of(first_ + static_cast<std::int64_t>(i));
    }
    const TimeGrid& grid() const { return grid_; }

private:
    std::int64_t behind_() const { return first_ + static_cast<std::int64_t>(columns_.size()); }

    template <class Look>
    static void fill(Column& column, std::uint64_t to, const Look& look) {
        column.to = std::max(column.from, to);
        column.value = column.to > column.from ? look(column.from, column.to) : Value();
    }

    template <class Find, class Look>
    void grow_front(std::int64_t from, std::uint64_t first, const Find& find, const Look& look) {
        while (!columns_.empty() && first_ > from) {
            Column column;
            column.from = find(grid_.begin_of(--first_), first);
            fill(column, columns_.front().from, look);
            columns_.push_front(column);
        }
    }

    /// The things below `first` are gone: the columns that had them have fewer.
    template <class Look>
    void forget_below(std::uint64_t first, const Look& look) {
        if (first == things_) return;
        things_ = first;
        for (Column& column : columns_) {
            if (column.from >= first) break;
            column.from = first;
            fill(column, column.to, look);
        }
    }

    TimeGrid grid_;
    std::int64_t first_ = 0;
    std::uint64_t things_ = 0, end_ = 0; ///< what there was at the last update
    std::deque<Column> columns_;
};

//--- events

/// The events of one stretch.
struct EventSum {
    Amount amount;
    Traits traits = 0;
};
using EventColumns = TimeColumns<EventSum>;

void update(EventColumns& columns, const TimeGrid& grid, std::int64_t from_ns, std::int64_t to_ns,
            const Log& log, const Timeline& timeline);

//--- points

/// The points of one stretch, and how a line comes to them.
struct Stroke {
    Extent extent;
    std::int64_t first_ns = 0, last_ns = 0;
    double first = 0, last = 0; ///< values at these times
    bool joined = false;        ///< its first point follows the one before
};
using SeriesColumns = TimeColumns<Stroke>;

void update(SeriesColumns& columns, const TimeGrid& grid, std::int64_t from_ns, std::int64_t to_ns,
            const Series& series);

} // namespace model
