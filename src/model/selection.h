// What every panel points at: one event, perhaps more rows with it, and the cursor in time. Draw
// may write it: it is the shared selection, not the Model. UI thread.
#pragma once

#include <vector>

#include "model/log.h"

namespace model {

/// Events first <= id <= last; which of them are shown is the filter's business.
struct IdRange {
    EventId first = 0, last = 0;
};

struct Selection {
    EventId event = 0;   ///< the one that inspector and keys are about; 0: none
    EventId hovered = 0; ///< written this frame, read the next
    EventId cursor = 0;  ///< the cursor in time: the newest event that counts as now; 0: live

    /// More rows, in order and apart from each other. Means something only while `event` is in one
    /// of them: whoever sets `event` alone thereby selects that one alone.
    std::vector<IdRange> ranges;
    EventId anchor = 0; ///< where a range begins that Shift makes longer

    bool live() const { return cursor == 0; }
    bool several() const { return !ranges.empty() && in_ranges(event); }
    bool contains(EventId id) const {
        return id != 0 && (id == event || (several() && in_ranges(id)));
    }

    void only(EventId id);   ///< this one alone (0: none)
    void extend(EventId to); ///< all from the anchor to here
    void toggle(EventId id); ///< this one more, or less

    /// What is no longer in the log is no longer selected; a cursor before its beginning moves
    /// there.
    void repair(const Log& log);

private:
    bool in_ranges(EventId id) const;
};

} // namespace model
