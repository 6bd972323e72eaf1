// The event log: append-only rows over the slabs that the events came in. One writer (the drain
// step, UI thread); read on the UI thread. It never looks inside a payload beyond its envelope,
// never copies one, never moves rows that are there, and never drops an event without counting it
// in `trimmed()`.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/event.h"

namespace model {

using EventId = std::uint64_t; ///< from 1, in the order of arrival; 0: none
using TypeId = std::uint16_t;  ///< index into Log::types(); 0: no type

/// What a list row needs, without touching the payload.
struct Row {
    EventId id = 0;
    std::int64_t mono_ns = 0;
    std::uint32_t size = 0; ///< payload bytes
    std::uint32_t conn = 0;
    std::uint32_t link = 0;
    TypeId type = 0; ///< of text messages with an envelope
    wire::Kind kind = wire::Kind::note;
    wire::Dir dir = wire::Dir::none;
    bool has_payload = false;
};

/// One type seen: its name and how often it came.
struct TypeInfo {
    std::string name;
    std::uint64_t count = 0;
    EventId last = 0; ///< newest event of the type
};

/// Events of one attempt at a connection, or of one connection with all its attempts (`conn` 0).
struct ConnectionCount {
    std::uint32_t link = 0;
    std::uint32_t conn = 0;
    std::uint64_t count = 0;
};

/// How many events there were since the last clear, trimmed ones included.
struct LogCounts {
    std::array<std::uint64_t, wire::kKindCount> kind{};
    std::array<std::uint64_t, 3> dir{};
    std::vector<ConnectionCount> links; ///< in the order they were first seen; a clear keeps them
    std::vector<ConnectionCount> conns; ///< the same, by attempt
};

class LogSnapshot;

class Log {
public:
    Log();
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Takes the event (never of kind `status`) and gives the row its id: one more than the newest.
    /// The producer numbers its events the same way, so with one producer both ids are equal.
    EventId append(wire::Event&& event);

    /// The time since what the newest event answers. Precondition: id + 1 == end(). Only of the
    /// newest: a snapshot on another thread never holds a row that still changes.
    void set_rtt(EventId id, std::int64_t rtt_ns);

    /// Ids in the log are first() <= id < end(); equal when it is empty.
    EventId first() const;
    EventId end() const;
    std::uint64_t size() const { return end() - first(); }
    bool contains(EventId id) const { return id >= first() && id < end(); }

    /// Precondition: contains(id). A view is valid until the next append, clear or trim.
    Row row(EventId id) const;
    wire::EventView view(EventId id) const;
    std::int64_t mono_ns(EventId id) const;
    /// Exact to a millisecond: the log keeps the distance of the two clocks, and a new one when
    /// that changes by more (somebody set the clock).
    std::int64_t wall_ns(EventId id) const;
    wire::Kind kind(EventId id) const;
    wire::Dir dir(EventId id) const;
    TypeId type(EventId id) const;

    /// The oldest row at or after `mono_ns`; end() when there is none. Rows are in the order of
    /// their clock, as one producer stamps them.
    EventId first_at(std::int64_t mono_ns) const;

    /// Types seen; index 0 is the empty name for "no type". Only ever gets longer: a clear sets the
    /// counts to zero and keeps the names. A name over 256 bytes, and all names after the 65,000th,
    /// share one entry called "(other types)".
    const std::vector<TypeInfo>& types() const;
    /// The entry that such names share; 0 while there is none.
    TypeId other_types() const;
    /// The number of a name seen before; 0 when it was not.
    TypeId type_of(std::string_view name) const;
    const LogCounts& counts() const;
    std::int64_t start_mono_ns() const; ///< of the first event since the last clear; 0: none

    /// Bytes held: slabs, rows and tables, and what is still to be given back (see `reclaim`).
    std::uint64_t memory_bytes() const;
    /// The most it may hold (2 GiB unless said); when it is over, the oldest slabs go with their
    /// rows. The newest event always stays.
    void set_budget(std::uint64_t bytes);
    std::uint64_t budget() const;
    std::uint64_t trimmed() const; ///< events that went since the last clear

    /// Forgets all rows; ids go on. `trimmed`: what trimmed() counts on from.
    void clear(std::uint64_t trimmed = 0);

    /// Memory of trimmed and cleared rows is given back in small pieces, so that no frame stalls
    /// over gigabytes: one by each append, and here as many as fit into `budget_ns`. False when
    /// nothing is left to give back.
    bool reclaim(std::int64_t budget_ns);

    /// All rows, taken out of the log, which is then as after clear(trimmed).
    std::shared_ptr<const LogSnapshot> take_all(std::uint64_t trimmed = 0);

    /// The rows from first() up to the last whole chunk, for another thread. Takes a moment for
    /// each chunk and slab, not for each row.
    std::shared_ptr<const LogSnapshot> snapshot() const;

private:
    struct Impl;
    std::shared_ptr<LogSnapshot> rows_until(EventId end) const;

    std::unique_ptr<Impl> impl_;
};

/// Rows of a log that stay as they were, whatever the log does: it holds their chunks and slabs.
/// Any thread may read it.
class LogSnapshot {
public:
    EventId first() const { return first_; }
    EventId end() const { return end_; }

    /// Precondition: first() <= id < end(). All that a filter may ask for; the wall clock, frames
    /// and wire_size are not filled in. The view is valid as long as the snapshot.
    wire::EventView view(EventId id) const;
    TypeId type(EventId id) const;
    std::int64_t mono_ns(EventId id) const;

    /// Precondition: taken by Log::take_all(). The event as it was appended, but for its id; its
    /// payload is shared.
    wire::Event event(EventId id) const;

    LogSnapshot();
    ~LogSnapshot();

private:
    friend class Log;
    struct Impl;
    EventId first_ = 1, end_ = 1;
    std::unique_ptr<Impl> impl_;
};

} // namespace model
