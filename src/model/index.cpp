#include "model/index.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "base/clock.h"

namespace model {
namespace {

/// Rows looked at between two looks at the clock: some ten microseconds, more for long payloads.
constexpr std::uint64_t kPieceRows = 256;
/// The same for payloads: a piece ends early when it has read that much.
constexpr std::uint64_t kPieceBytes = 256 * 1024;

/// With so many rows the new filter's view takes the place of the old one.
constexpr std::uint64_t kScreenful = 200;

/// What an offset can reach. A log that has gone on for longer is looked through anew.
constexpr EventId kReach = std::numeric_limits<std::uint32_t>::max();

} // namespace

//--- the rows of one filter

Index::View::View(const ListFilter& wanted, const Log& log)
    : filter(wanted), matcher(wanted), identity(wanted.everything()), first(log.first()),
      end(log.end()), base(first), back(identity ? first : end), ahead(end), began(back),
      split(first) {}

/// Takes over where the log begins and ends now.
void Index::View::follow(const Log& log) {
    first = log.first();
    end = log.end();
    if (identity) {
        ahead = end;
        back = began = split = first;
        return;
    }
    const EventId gone = first > base ? first - base : 0;
    if (!rows.empty() && rows.back() < gone) rows.clear();
    while (!rows.empty() && rows.front() < gone) rows.pop_front();
    back = std::max(back, first);
    began = std::max(began, first);
    ahead = std::max(ahead, first);
    split = std::max(split, first);
    matcher.learn(log);
}

bool Index::View::passes(const Log& log, EventId id, std::uint64_t* bytes) const {
    const wire::EventView event = log.view(id);
    *bytes += event.payload.size();
    return matcher.passes(event, log.type(id));
}

void Index::View::look_ahead(const Log& log, std::int64_t until_ns) {
    while (ahead < end) {
        std::uint64_t bytes = 0;
        for (std::uint64_t n = 0; ahead < end && n < kPieceRows && bytes < kPieceBytes; ++n) {
            if (passes(log, ahead, &bytes))
                rows.push_back(static_cast<std::uint32_t>(ahead - base));
            ++ahead;
        }
        if (base::mono_now_ns() >= until_ns) return;
    }
}

/// Down to where the worker began.
void Index::View::look_back(const Log& log, std::int64_t until_ns) {
    while (back > split) {
        std::uint64_t bytes = 0;
        for (std::uint64_t n = 0; back > split && n < kPieceRows && bytes < kPieceBytes; ++n) {
            --back;
            if (passes(log, back, &bytes)) rows.push_front(static_cast<std::uint32_t>(back - base));
        }
        if (base::mono_now_ns() >= until_ns) return;
    }
}

/// Puts in front what is just older than all that is known.
void Index::View::adopt(const IndexWorker::Found& found) {
    if (found.to <= first) return; // trimmed meanwhile
    assert(found.to == back);
    const auto shift = static_cast<std::uint32_t>(found.from - base);
    const EventId gone = first > found.from ? first - found.from : 0;
    const auto begin = std::lower_bound(found.offsets.begin(), found.offsets.end(), gone);
    std::vector<std::uint32_t> added(begin, found.offsets.end());
    for (std::uint32_t& offset : added) offset += shift;
    rows.insert(rows.begin(), added.begin(), added.end());
    back = std::max(found.from, first);
}

EventId Index::View::at(std::uint64_t i) const {
    assert(i < size());
    return identity ? first + i : base + rows[static_cast<std::size_t>(i)];
}

std::uint64_t Index::View::position_of(EventId id) const {
    if (identity) return std::clamp(id, first, end) - first;
    const EventId offset = id > base ? id - base : 0;
    const auto at = std::lower_bound(rows.begin(), rows.end(), offset);
    return static_cast<std::uint64_t>(at - rows.begin());
}

//--- Index

void Index::set_filter(const ListFilter& filter, const Log& log) {
    if (filter == filter_) return;
    filter_ = filter;
    begin(log);
}

void Index::begin(const Log& log) {
    worker_.stop();
    next_ = std::make_unique<View>(filter_, log);
    View& next = *next_;
    next.matcher.learn(log);
    if (next.identity || log.size() == 0) {
        show_when_ready();
        return;
    }
    std::shared_ptr<const LogSnapshot> older = log.snapshot();
    next.split = older->end();
    if (older->first() < older->end())
        worker_.start(std::move(older), std::make_shared<const Matcher>(next.matcher));
}

bool Index::update(const Log& log, std::int64_t budget_ns) {
    const std::int64_t until = base::mono_now_ns() + budget_ns;
    if (log.end() - newest().base > kReach) begin(log);
    worker_.forget_below(log.first());
    if (next_) {
        next_->follow(log);
        next_->look_back(log, until);
        next_->look_ahead(log, until);
    }
    view_.follow(log);
    view_.look_back(log, until);
    view_.look_ahead(log, until);
    const bool took = take_found(until);
    return show_when_ready() || took;
}

bool Index::show_when_ready() {
    if (!next_ || !next_->tail_is_done()) return false;
    if (next_->size() < kScreenful && !next_->complete()) return false;
    view_ = std::move(*next_);
    next_.reset();
    return true;
}

bool Index::take_found(std::int64_t until_ns) {
    View& view = newest();
    IndexWorker::Found found;
    bool took = false;
    while (view.tail_is_done() && worker_.take(&found)) {
        view.adopt(found);
        took = true;
        if (base::mono_now_ns() >= until_ns) break;
    }
    return took;
}

bool Index::complete() const { return newest().complete(); }

double Index::progress() const {
    const View& view = newest();
    const EventId all = view.began - view.first;
    return all == 0 ? 1.0 : static_cast<double>(view.began - view.back) / static_cast<double>(all);
}

bool Index::busy() const {
    const View& view = newest();
    return view.ahead < view.end || !view.tail_is_done() || view_.ahead < view_.end ||
           worker_.has_found();
}

std::uint64_t Index::memory_bytes() const {
    return (view_.rows.size() + (next_ ? next_->rows.size() : 0)) * sizeof(std::uint32_t);
}

} // namespace model
