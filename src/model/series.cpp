// Index of this file: appending and forgetting · looking up · extents · percentiles.
#include "model/series.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/clock.h"

namespace model {

//--- appending and forgetting --------------------------------------------------------------------

void Series::raise(int level, const Extent& run) {
    Level& here = levels_[static_cast<std::size_t>(level)];
    here.open.add(run);
    if (++here.filled < kFan) return;
    here.runs.push_back(here.open);
    if (level + 1 < kLevels) raise(level + 1, here.open);
    here.open = Extent();
    here.filled = 0;
}

void Series::append(const Point& point, bool impossible) {
    assert(std::isfinite(point.value));
    const std::size_t slot = static_cast<std::size_t>(end_ % kBlock);
    if (slot == 0 || blocks_.empty()) blocks_.push_back(std::make_unique<Block>());
    Block& block = *blocks_.back();
    const std::int64_t newest = size() == 0 ? point.mono_ns : mono_ns(end_ - 1);
    block.mono_ns[slot] = std::max(point.mono_ns, newest);
    block.value[slot] = point.value;
    block.event[slot] = point.event;
    if (broken_ && size() > 0) breaks_.push_back(end_);
    broken_ = false;
    if (impossible) impossible_.push_back(end_);
    Extent one;
    one.add(point.value);
    raise(0, one);
    end_ += 1;
    if (slot + 1 == kBlock) {
        std::copy(block.value, block.value + kBlock, block.sorted);
        std::sort(block.sorted, block.sorted + kBlock);
    }
}

void Series::forget_below(EventId id) {
    At low = first_, high = end_;
    while (low < high) {
        const At middle = low + (high - low) / 2;
        if (at(middle).event < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == first_) return;
    first_ = low;
    // The block that is being filled stays, even when all its points are gone: the next one needs
    // it.
    while (blocks_.size() > 1 && (first_block_ + 1) * kBlock <= first_) {
        blocks_.pop_front();
        ++first_block_;
    }
    std::uint64_t run = kFan;
    for (Level& level : levels_) {
        while (!level.runs.empty() && (level.first + 1) * run <= first_) {
            level.runs.pop_front();
            ++level.first;
        }
        run *= kFan;
    }
    while (!breaks_.empty() && breaks_.front() <= first_) breaks_.pop_front();
    while (!impossible_.empty() && impossible_.front() < first_) impossible_.pop_front();
}

//--- looking up ----------------------------------------------------------------------------------

Point Series::at(At position) const {
    const Block& in = block(position);
    const std::size_t slot = static_cast<std::size_t>(position % kBlock);
    return {in.mono_ns[slot], in.value[slot], in.event[slot]};
}

double Series::value(At position) const { return block(position).value[position % kBlock]; }

std::int64_t Series::mono_ns(At position) const {
    return block(position).mono_ns[position % kBlock];
}

/// From `from` in growing strides, then by halving: neighbours of a pixel column are found with a
/// few looks.
Series::At Series::first_at(std::int64_t mono_ns, At from) const {
    At low = std::max(from, first_);
    At stride = 1;
    At high = low;
    while (high < end_ && this->mono_ns(high) < mono_ns) {
        low = high + 1;
        high += stride;
        stride *= 2;
    }
    high = std::min(high, end_);
    while (low < high) {
        const At middle = low + (high - low) / 2;
        if (this->mono_ns(middle) < mono_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool Series::broken_before(At position) const {
    return std::binary_search(breaks_.begin(), breaks_.end(), position);
}

bool Series::broken_between(At from, At to) const {
    const auto next = std::upper_bound(breaks_.begin(), breaks_.end(), from);
    return next != breaks_.end() && *next <= to;
}

std::uint64_t Series::impossible_count(At from, At to) const {
    const auto low = std::lower_bound(impossible_.begin(), impossible_.end(), from);
    const auto high = std::lower_bound(low, impossible_.end(), to);
    return static_cast<std::uint64_t>(high - low);
}

Series::At Series::next_impossible(At position) const {
    const auto next = std::lower_bound(impossible_.begin(), impossible_.end(), position);
    return next == impossible_.end() ? end_ : *next;
}

std::uint64_t Series::memory_bytes() const {
    std::uint64_t bytes = blocks_.size() * sizeof(Block);
    for (const Level& level : levels_) bytes += level.runs.size() * sizeof(Extent);
    return bytes + (breaks_.size() + impossible_.size()) * sizeof(At);
}

//--- extents -------------------------------------------------------------------------------------

/// Points one by one up to the next whole run, then ever coarser runs and back: at most 30 looks a
/// level.
Extent Series::extent(At from, At to) const {
    assert(from >= first_ && to <= end_);
    Extent all;
    while (from < to) {
        int level = -1;
        std::uint64_t run = 1;
        while (level + 1 < kLevels && from % (run * kFan) == 0 && from + run * kFan <= to) {
            run *= kFan;
            ++level;
        }
        if (level < 0) {
            all.add(value(from));
        } else {
            const Level& here = levels_[static_cast<std::size_t>(level)];
            all.add(here.runs[static_cast<std::size_t>(from / run - here.first)]);
        }
        from += run;
    }
    return all;
}

std::uint64_t Series::count_at_most(At from, At to, double limit) const {
    std::uint64_t count = 0;
    while (from < to) {
        const Block& in = block(from);
        const At next = std::min(to, (from / kBlock + 1) * kBlock);
        const auto slot = static_cast<std::size_t>(from % kBlock);
        const auto many = static_cast<std::size_t>(next - from);
        if (many == kBlock) {
            count += static_cast<std::uint64_t>(
                std::upper_bound(in.sorted, in.sorted + kBlock, limit) - in.sorted);
        } else {
            const double* values = in.value + slot;
            count += static_cast<std::uint64_t>(
                std::count_if(values, values + many, [&](double v) { return v <= limit; }));
        }
        from = next;
    }
    return count;
}

//--- percentiles ---------------------------------------------------------------------------------

std::uint64_t rank_of(double part, std::uint64_t count) {
    const auto rank = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count)));
    return rank == 0 ? 0 : std::min(rank, count) - 1;
}

void Percentiles::begin(const Series& series, Series::At from, Series::At to) {
    from_ = from;
    to_ = to;
    part_ = 0;
    started_ = false;
    done_ = false;
    loose_.clear();
    if (from >= to) {
        found_.fill(0);
        done_ = true;
        return;
    }
    // What lies in a block that is not wholly in the range, or not full yet.
    for (Series::At at = from; at < to;) {
        const Series::At next = std::min(to, (at / Series::kBlock + 1) * Series::kBlock);
        if (next - at < Series::kBlock) {
            const double* values = series.block(at).value + at % Series::kBlock;
            loose_.insert(loose_.end(), values, values + (next - at));
        }
        at = next;
    }
}

/// All values, most of them in sorted runs: what is left shrinks until few are left of all.
void Percentiles::begin_part(const Series& series) {
    runs_.clear();
    loose_left_ = loose_;
    for (Series::At at = from_; at < to_;) {
        const Series::At next = std::min(to_, (at / Series::kBlock + 1) * Series::kBlock);
        if (next - at == Series::kBlock) {
            const double* sorted = series.block(at).sorted;
            runs_.push_back({sorted, sorted + Series::kBlock});
        }
        at = next;
    }
    rank_ = rank_of(kParts[part_], to_ - from_);
    by_sample_ = true;
    started_ = true;
}

/// Of each run the value at the place that is looked for in all: the middle of these is near it as
/// long as the runs are alike. Every other time the middle of the longest run, which takes away
/// something of it whatever they are.
double Percentiles::guess(std::uint64_t left) {
    by_sample_ = !by_sample_;
    if (by_sample_) {
        const Run* longest = &runs_.front();
        for (const Run& run : runs_)
            if (run.last - run.first > longest->last - longest->first) longest = &run;
        return longest->first[(longest->last - longest->first) / 2];
    }
    const double part = static_cast<double>(rank_) / static_cast<double>(left);
    few_.clear();
    for (const Run& run : runs_) {
        const auto last = run.last - run.first - 1;
        few_.push_back(run.first[std::llround(part * static_cast<double>(last))]);
    }
    const auto middle = few_.begin() + static_cast<std::ptrdiff_t>(few_.size() / 2);
    std::nth_element(few_.begin(), middle, few_.end());
    return *middle;
}

/// Guesses, and drops the side on which the value is not. True when `found_[part_]` is known.
bool Percentiles::step() {
    constexpr std::uint64_t kFew = 2048;
    std::uint64_t left = loose_left_.size();
    for (const Run& run : runs_) left += static_cast<std::uint64_t>(run.last - run.first);
    if (runs_.empty() || left <= kFew) {
        finish();
        return true;
    }
    const double at = guess(left);
    std::uint64_t below = 0, up_to = 0;
    for (const Run& run : runs_) {
        const double* low = std::lower_bound(run.first, run.last, at);
        below += static_cast<std::uint64_t>(low - run.first);
        up_to += static_cast<std::uint64_t>(std::upper_bound(low, run.last, at) - run.first);
    }
    for (const double value : loose_left_) {
        below += value < at ? 1 : 0;
        up_to += value <= at ? 1 : 0;
    }
    if (rank_ >= below && rank_ < up_to) {
        found_[part_] = at;
        return true;
    }
    const bool smaller = rank_ < below;
    if (!smaller) rank_ -= up_to;
    for (Run& run : runs_) {
        if (smaller) {
            run.last = std::lower_bound(run.first, run.last, at);
        } else {
            run.first = std::upper_bound(run.first, run.last, at);
        }
    }
    std::erase_if(runs_, [](const Run& run) { return run.first == run.last; });
    std::erase_if(loose_left_, [&](double v) { return smaller ? v >= at : v <= at; });
    return false;
}

void Percentiles::finish() {
    for (const Run& run : runs_) loose_left_.insert(loose_left_.end(), run.first, run.last);
    const auto nth = loose_left_.begin() + static_cast<std::ptrdiff_t>(rank_);
    std::nth_element(loose_left_.begin(), nth, loose_left_.end());
    found_[part_] = *nth;
}

bool Percentiles::work(const Series& series, std::int64_t budget_ns) {
    if (series.first() > from_) begin(series, series.first(), std::max(series.first(), to_));
    const std::int64_t until = base::mono_now_ns() + budget_ns;
    while (!done_) {
        if (!started_) begin_part(series);
        if (step()) {
            started_ = false;
            done_ = ++part_ == kParts.size();
        }
        if (base::mono_now_ns() >= until) break;
    }
    return done_;
}

} // namespace model
