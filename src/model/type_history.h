// The last event of every type of one connection at any moment of the log, and how often it had
// come: from snapshots at intervals and a look at the few rows behind one. Fed by drain in the
// order of the log; UI thread. Keeps no payload and no row.
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
    explicit TypeHistory(std::uint32_t link = 0) : link_(link) {}

    /// The next row of its connection.
    void take(EventId id, TypeId type);
    /// All rows of its connection below `id` have been taken: those of others are not looked at.
    void passed(EventId id);

    /// Every type that had come by the event `moment` (included), newest first. What was trimmed is
    /// left out. A snapshot and at most some thousand rows are looked at.
    std::vector<LastOfType> at(const Log& log, EventId moment) const;

    bool empty() const { return snapshots_.empty(); } ///< nothing was taken
    void forget_below(EventId id);
    void clear();
    std::uint64_t memory_bytes() const;

private:
    struct Snapshot {
        EventId id = 0;    ///< what had happened before this event
        EventId until = 0; ///< and nothing up to here
        std::vector<LastOfType> types;
    };
    std::uint64_t interval() const;
    std::vector<LastOfType> from_behind(const Log& log, std::size_t behind, EventId end) const;
    static void note(std::vector<LastOfType>& types, EventId id, TypeId type);
    TypeId type_at(const Log& log, EventId id) const;
    void note_newest(const Log& log, EventId from, EventId end,
                     std::vector<LastOfType>* types) const;

    std::uint32_t link_;
    EventId end_ = 0;             ///< one behind the newest that was taken
    std::vector<LastOfType> now_; ///< by TypeId
    std::deque<Snapshot> snapshots_;
    std::size_t snapshot_types_ = 0; ///< entries of all snapshots
};

} // namespace model
