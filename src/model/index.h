// The rows that pass a filter, in order, as the list shows them. Extended by new events only. After
// a change of the filter a worker looks for the rows, newest first, and the rows of the filter
// before stay in view until there is a screenful of the new ones: no frame stalls, and the screen
// is right at once. Owned and used by the UI thread; the worker reads snapshots of the log.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "model/filter.h"
#include "model/index_worker.h"
#include "model/log.h"
#include "model/matcher.h"

namespace model {

class Index {
public:
    /// Starts anew with `filter` when it differs from the one in force.
    void set_filter(const ListFilter& filter, const Log& log);
    /// The newest; `shows_filter` says whether the rows are already its own.
    const ListFilter& filter() const { return filter_; }
    bool shows_filter() const { return !next_; }

    /// Follows the log: new events, a clear, a trim; and takes over what the worker has found, all
    /// in all for about `budget_ns` (at least one piece of each is done, so that none waits for
    /// ever). True when the worker's finds changed what is shown, or how far the look has come.
    bool update(const Log& log, std::int64_t budget_ns);

    /// Rows that are known to pass. With no filter this is the log itself and costs no memory.
    /// While older rows are being looked at, positions move: what must stay put is kept as an
    /// EventId.
    std::uint64_t size() const { return view_.size(); }
    /// The i-th passing row, 0 the oldest known. Precondition: i < size(); update() has seen the
    /// log.
    EventId at(std::uint64_t i) const { return view_.at(i); }
    /// Position of the first passing row with an id of at least `id`; size() when there is none.
    std::uint64_t position_of(EventId id) const { return view_.position_of(id); }

    bool complete() const;   ///< false while rows of the log are still to be looked at
    double progress() const; ///< of the look at older rows, 0 to 1
    /// True when update() has something to do now. While only the worker has, it is false, and
    /// `wake` will be called.
    bool busy() const;
    /// Called on the worker's thread when it has found something: makes the loop call update().
    void set_wake(std::function<void()> wake) { worker_.set_wake(std::move(wake)); }

    std::uint64_t memory_bytes() const; ///< of the rows

private:
    /// The rows of one filter. Rows [back, ahead) of the log have been looked at.
    struct View {
        ListFilter filter;
        Matcher matcher;
        bool identity = true;           ///< everything passes: `rows` stays empty
        EventId first = 1, end = 1;     ///< of the log, as last seen
        EventId base = 1;               ///< `rows` are offsets from here
        EventId back = 1;               ///< rows in [first, back) are still to be looked at
        EventId ahead = 1;              ///< and so are those in [ahead, end)
        EventId began = 1;              ///< where `back` was at the beginning
        EventId split = 1;              ///< rows below are the worker's
        std::deque<std::uint32_t> rows; ///< ascending

        View() = default;
        View(const ListFilter& wanted, const Log& log);
        void follow(const Log& log);
        void look_ahead(const Log& log, std::int64_t until_ns);
        void look_back(const Log& log, std::int64_t until_ns);
        void adopt(const IndexWorker::Found& found);
        bool passes(const Log& log, EventId id, std::uint64_t* bytes) const;

        std::uint64_t size() const { return identity ? end - first : rows.size(); }
        EventId at(std::uint64_t i) const;
        std::uint64_t position_of(EventId id) const;
        bool complete() const { return back <= first && ahead >= end; }
        bool tail_is_done() const { return back <= split; }
    };

    View& newest() { return next_ ? *next_ : view_; }
    const View& newest() const { return next_ ? *next_ : view_; }
    void begin(const Log& log);
    bool show_when_ready();
    bool take_found(std::int64_t until_ns);

    ListFilter filter_;
    View view_;                  ///< what is shown
    std::unique_ptr<View> next_; ///< of `filter_`, while it has no screenful yet
    IndexWorker worker_;         ///< works for `newest()`
};

} // namespace model
