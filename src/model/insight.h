// What is understood of a session by one pass over its events: pairs, turns, the history of types,
// alarms. Pairs are found as events are appended; the rest follows the log in slices, so that a
// flood stalls no frame. UI thread.
#pragma once

#include <cstdint>
#include <vector>

#include "model/alarms.h"
#include "model/log.h"
#include "model/notices.h"
#include "model/pairs.h"
#include "model/sequence.h"
#include "model/turns.h"
#include "model/type_history.h"

namespace model {

struct Insight {
    Pairs pairs;
    Turns turns;
    std::vector<TypeHistory> histories; ///< by link
    Alarms alarms;
    EventId seen = 1; ///< events below it have been looked at

    /// Appends the event to the log together with its `rtt`, which is never changed later and so
    /// must be there before any filter looks at the row. Pairs are found here; the rest follows.
    EventId append(Log& log, wire::Event&& event);

    /// Looks at new events for about `budget_ns`, and forgets what was trimmed. False when events
    /// are left to look at.
    bool follow(const Log& log, const Sequence& sequence, Notices& notices, std::int64_t budget_ns);
    /// Of one connection; empty while nothing has come on it.
    const TypeHistory& history(std::uint32_t link) const;
    /// The log was cleared.
    void clear(const Log& log);

private:
    EventId first_ = 1; ///< of the log, as last seen
};

} // namespace model
