#include "model/index.h"

#include <algorithm>
#include <cassert>

#include "base/clock.h"

namespace model {
namespace {

/// Rows looked at between two looks at the clock: some ten microseconds, more for long payloads.
constexpr std::uint64_t kPieceRows = 256;
/// The same for payloads: a piece ends early when it has read that much.
constexpr std::uint64_t kPieceBytes = 256 * 1024;

/// Counts the work of one piece.
struct Piece {
    std::uint64_t rows = 0, bytes = 0;
    bool full() const { return rows >= kPieceRows || bytes >= kPieceBytes; }
};

bool passes(const ListFilter& filter, const Log& log, EventId id, Piece* piece) {
    piece->rows += 1;
    const wire::EventView view = log.view(id);
    piece->bytes += view.payload.size();
    return filter.matches(view);
}

} // namespace

void Index::set_filter(const ListFilter& filter, const Log& log) {
    if (filter == filter_) return;
    filter_ = filter;
    identity_ = filter.everything();
    restart(log);
}

void Index::restart(const Log& log) {
    rows_.clear();
    first_ = log.first();
    end_ = log.end();
    ahead_ = end_;
    began_ = end_;
    back_ = identity_ ? first_ : end_;
}

void Index::update(const Log& log, std::int64_t budget_ns) {
    follow(log);
    if (identity_) return;
    const std::int64_t until = base::mono_now_ns() + budget_ns;
    look_ahead(log, until);
    look_back(log, until);
}

/// Takes over where the log begins and ends now.
void Index::follow(const Log& log) {
    first_ = log.first();
    end_ = log.end();
    if (identity_) {
        ahead_ = end_;
        back_ = began_ = first_;
        return;
    }
    if (!rows_.empty() && rows_.back() < first_) rows_.clear();
    while (!rows_.empty() && rows_.front() < first_) rows_.pop_front();
    back_ = std::max(back_, first_);
    began_ = std::max(began_, first_);
    ahead_ = std::max(ahead_, first_);
}

void Index::look_ahead(const Log& log, std::int64_t until_ns) {
    while (ahead_ < end_) {
        for (Piece piece; ahead_ < end_ && !piece.full(); ++ahead_)
            if (passes(filter_, log, ahead_, &piece)) rows_.push_back(ahead_);
        if (base::mono_now_ns() >= until_ns) return;
    }
}

void Index::look_back(const Log& log, std::int64_t until_ns) {
    while (back_ > first_) {
        for (Piece piece; back_ > first_ && !piece.full(); --back_)
            if (passes(filter_, log, back_ - 1, &piece)) rows_.push_front(back_ - 1);
        if (base::mono_now_ns() >= until_ns) return;
    }
}

std::uint64_t Index::size() const { return identity_ ? end_ - first_ : rows_.size(); }

EventId Index::at(std::uint64_t i) const {
    assert(i < size());
    return identity_ ? first_ + i : rows_[static_cast<std::size_t>(i)];
}

std::uint64_t Index::position_of(EventId id) const {
    if (identity_) return std::clamp(id, first_, end_) - first_;
    const auto at = std::lower_bound(rows_.begin(), rows_.end(), id);
    return static_cast<std::uint64_t>(at - rows_.begin());
}

bool Index::complete() const { return back_ <= first_ && ahead_ >= end_; }

double Index::progress() const {
    const EventId all = began_ - first_;
    return all == 0 ? 1.0 : static_cast<double>(began_ - back_) / static_cast<double>(all);
}

} // namespace model
