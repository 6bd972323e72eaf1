// The last event of every type at any moment of the log, and how often it had come: from snapshots
// at intervals and a look at the few rows behind one. Fed by drain in the order of the log; UI
// thread. Keeps no payload and no row.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "model/log.h"

namespace model {

/// One type at a moment.
struct LastOfType {
    TypeId type = 0;
    EventId last = 0;        ///< its newest event then
    EventId before = 0;      ///< the one before that; 0: none
    std::uint64_t count = 0; ///< how often it had come since the last clear, trimmed ones included
};

class TypeHistory {
public:
    /// The next row of the log.
    void take(EventId id, TypeId type);

    /// Every type that had come by the event `moment` (included), newest first. What was trimmed is
    /// left out. A snapshot and at most some thousand rows are looked at.
    std::vector<LastOfType> at(const Log& log, EventId moment) const;

    void forget_below(EventId id);
    void clear();
    std::uint64_t memory_bytes() const;

private:
    struct Snapshot {
        EventId id = 0; ///< what had happened before this event
        std::vector<LastOfType> types;
    };
    std::uint64_t interval() const;
    std::vector<LastOfType> from_behind(const Log& log, std::size_t behind, EventId end) const;
    static void note(std::vector<LastOfType>& types, EventId id, TypeId type);

    EventId end_ = 0;             ///< one behind the newest that was taken
    std::vector<LastOfType> now_; ///< by TypeId
    std::deque<Snapshot> snapshots_;
    std::size_t snapshot_types_ = 0; ///< entries of all snapshots
};

} // namespace model
