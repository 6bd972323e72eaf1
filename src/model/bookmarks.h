// What the user has marked in the log: events, some with a note. Changed by act, on the UI thread;
// read by the panels. Holds ids only, never a row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/log.h"

namespace model {

struct Bookmark {
    EventId event = 0;
    std::string note; ///< empty: a mark alone
};

struct Bookmarks {
    std::vector<Bookmark> list; ///< ascending by event
    std::uint64_t trimmed = 0;  ///< went with their events

    /// Null when the event is not marked.
    const Bookmark* find(EventId event) const;
    /// Marks it, or takes mark and note away.
    void set(EventId event, bool on);
    /// A note marks its event; an empty one leaves the mark.
    void set_note(EventId event, std::string note);

    /// The nearest one behind or before `event`, beyond the end the first or last; 0: none at all.
    EventId next(EventId event) const;
    EventId previous(EventId event) const;
    /// The nearest one behind `event`, and no further; 0: there is none.
    EventId behind(EventId event) const;

    /// Those of events that are no longer in the log go, and are counted.
    void forget_below(EventId first);
};

} // namespace model
