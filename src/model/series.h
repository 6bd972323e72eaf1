// One number over time: points of (time, value, event), append-only, and what is asked of them a
// frame at a time: the smallest and largest between two positions in O(log n), exact percentiles of
// what is in view. Positions count from the first point ever and stay when old points go. Written
// by the drain step, read by draw; UI thread. Knows no JSON and no screen.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <vector>

#include "model/log.h"

namespace model {

struct Point {
    std::int64_t mono_ns = 0;
    double value = 0; ///< finite
    EventId event = 0;
};

/// Smallest and largest; `low` over `high` when there is nothing.
struct Extent {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();

    bool empty() const { return low > high; }
    void add(double value) {
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    void add(const Extent& other) {
        low = other.low < low ? other.low : low;
        high = other.high > high ? other.high : high;
    }
};

class Series {
public:
    using At = std::uint64_t; ///< a position

    /// Points come in the order of their time; one that is older is taken as of the newest's time.
    /// `impossible`: the value cannot be true, and is marked.
    void append(const Point& point, bool impossible = false);
    /// The next point does not follow the newest one: something is missing between them.
    void break_here() { broken_ = true; }
    /// Forgets the points of events below `id`.
    void forget_below(EventId id);

    At first() const { return first_; } ///< points are at first() <= at < end()
    At end() const { return end_; }
    std::uint64_t size() const { return end_ - first_; }
    Point at(At position) const; ///< precondition: first() <= position < end()
    double value(At position) const;
    std::int64_t mono_ns(At position) const;
    /// The first point at or after that time; `from` is known to be no later than it.
    At first_at(std::int64_t mono_ns) const { return first_at(mono_ns, first_); }
    At first_at(std::int64_t mono_ns, At from) const;

    /// Over the points in [from, to), which must be there.
    Extent extent(At from, At to) const;
    /// How many of [from, to) are at most `value`: exact, and cheap for many.
    std::uint64_t count_at_most(At from, At to, double value) const;

    /// Where a line must not be drawn: positions whose point does not follow the one before.
    bool broken_before(At position) const;
    /// Whether a point in (from, to] does not follow its predecessor.
    bool broken_between(At from, At to) const;
    /// Positions of impossible values in [from, to), ascending.
    std::uint64_t impossible_count(At from, At to) const;
    /// The first impossible one at or after `position`; end() when there is none.
    At next_impossible(At position) const;

    std::uint64_t memory_bytes() const;

private:
    friend class Percentiles;
    static constexpr std::size_t kBlock = 4096;
    static constexpr std::size_t kFan = 16; ///< entries under one of the next level
    static constexpr int kLevels = 6;       ///< the coarsest has 16^6 = 16 million points an entry

    struct Block {
        std::int64_t mono_ns[kBlock];
        double value[kBlock];
        EventId event[kBlock];
        double sorted[kBlock]; ///< the values in order; only once the block is full
    };
    /// Extents of runs of 16^(level + 1) points; whole runs only.
    struct Level {
        std::deque<Extent> runs;
        std::uint64_t first = 0; ///< number of runs.front()
        Extent open;             ///< of the run that is being filled
        std::uint32_t filled = 0;
    };

    const Block& block(At position) const {
        return *blocks_[static_cast<std::size_t>(position / kBlock - first_block_)];
    }
    void raise(int level, const Extent& run);

    At first_ = 0, end_ = 0;
    std::deque<std::unique_ptr<Block>> blocks_;
    std::uint64_t first_block_ = 0;
    std::array<Level, kLevels> levels_;
    std::deque<At> breaks_, impossible_;
    bool broken_ = false;
};

/// Exact percentiles of the points in [from, to), found in slices: a range is fixed at the start,
/// its points never change, and work goes on from frame to frame until it is done. When the series
/// has forgotten points of the range, it begins anew with those that are left.
class Percentiles {
public:
    static constexpr std::array<double, 4> kParts = {0.50, 0.90, 0.95, 0.99};

    /// Begins anew; `done()` is false until work has ended.
    void begin(const Series& series, Series::At from, Series::At to);
    /// Goes on for about `budget_ns` (at least one step). True when it is done.
    bool work(const Series& series, std::int64_t budget_ns);

    bool done() const { return done_; }
    Series::At from() const { return from_; }
    Series::At to() const { return to_; }
    /// The nearest rank: the smallest value that at least that part of the values does not exceed.
    double value(std::size_t part) const { return found_[part]; }

private:
    /// What is left of one block's values: candidates for the value that is looked for.
    struct Run {
        const double* first;
        const double* last;
    };
    void begin_part(const Series& series);
    double guess(std::uint64_t left);
    bool step();
    void finish();

    Series::At from_ = 0, to_ = 0;
    std::array<double, 4> found_{};
    std::size_t part_ = 0;           ///< which one is looked for
    std::uint64_t rank_ = 0;         ///< among what is left
    std::vector<double> loose_;      ///< values of the blocks that lie only in part in the range
    std::vector<double> loose_left_; ///< those of them that it may be
    std::vector<Run> runs_;
    std::vector<double> few_; ///< room for a sample
    bool by_sample_ = true;   ///< the next guess
    bool started_ = false, done_ = true;
};

/// The rank, from 0, of a part of `count` values by the nearest-rank rule.
std::uint64_t rank_of(double part, std::uint64_t count);

} // namespace model
