// The rows that pass a filter, in order, as the list shows them. Extended by new events only; after
// a change of the filter it is rebuilt in slices, newest rows first, so that no frame stalls and
// the screen is right at once. Owned and used by the UI thread.
#pragma once

#include <cstdint>
#include <deque>

#include "model/filter.h"
#include "model/log.h"

namespace model {

class Index {
public:
    /// Starts anew with `filter` when it differs from the one in force.
    void set_filter(const ListFilter& filter, const Log& log);
    const ListFilter& filter() const { return filter_; }

    /// Follows the log: new events, a clear, a trim; and goes on with a rebuild, all in all for
    /// about `budget_ns` (at least one piece of either is done, so that neither waits for ever).
    void update(const Log& log, std::int64_t budget_ns);

    /// Rows that are known to pass. With no filter this is the log itself and costs no memory.
    /// While older rows are being looked at, positions move: what must stay put is kept as an
    /// EventId.
    std::uint64_t size() const;
    /// The i-th passing row, 0 the oldest known. Precondition: i < size(); update() has seen the
    /// log.
    EventId at(std::uint64_t i) const;
    /// Position of the first passing row with an id of at least `id`; size() when there is none.
    std::uint64_t position_of(EventId id) const;

    bool complete() const;   ///< false while rows of the log are still to be looked at
    double progress() const; ///< of the look at older rows, 0 to 1

private:
    void restart(const Log& log);
    void follow(const Log& log);
    void look_ahead(const Log& log, std::int64_t until_ns);
    void look_back(const Log& log, std::int64_t until_ns);

    ListFilter filter_;
    bool identity_ = true;        ///< everything passes: `rows_` stays empty
    EventId first_ = 1, end_ = 1; ///< of the log, as last seen
    EventId back_ = 1;            ///< rows in [first_, back_) have not been looked at yet
    EventId ahead_ = 1;           ///< rows in [ahead_, end_) have not been looked at yet
    EventId began_ = 1;           ///< where `back_` was when the rebuild began
    std::deque<EventId> rows_;    ///< ascending; a rebuild adds in front, new events behind
};

} // namespace model
