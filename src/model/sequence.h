// What the `seq` of Coda's events tells (PROTOCOL.md part 3, points 3 and 4): holes, restarts and
// exact repeats, each found by the event it is about and countable. A fold over the rows of the
// log, fed once with each by drain, on the UI thread. It keeps a few bytes for each row that has a
// mark, and none for the others; it never keeps a payload.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "model/log.h"
#include "wire/message_head.h"

namespace model {

enum class SequenceKind : std::uint8_t {
    hole,    ///< events are missing right before this one
    restart, ///< `seq` is not above the one before: the server began anew
    repeat,  ///< same type and same bytes of `data` as an event shortly before, with another seq
};
constexpr int kSequenceKinds = 3;

/// What is to be said of one event. A hole or a restart, and a repeat, may be told of the same one.
struct SequenceMark {
    bool hole = false, restart = false, repeat = false;
    std::int64_t missing_from = 0, missing_to = 0; ///< hole: both are missing
    std::int64_t seq_before = 0;                   ///< restart: the seq of the event before
    EventId repeat_of = 0;                         ///< repeat: the newest event that it is like

    bool any() const { return hole || restart || repeat; }
    std::uint64_t missing() const { ///< hole: how many events
        return static_cast<std::uint64_t>(missing_to) - static_cast<std::uint64_t>(missing_from) +
               1;
    }
};

/// What a server broadcast between two attempts at it, while nobody here listened.
struct MissedBetween {
    EventId id = 0; ///< the first numbered event of the later attempt
    std::uint32_t link = 0, conn = 0;
    std::int64_t from = 0, to = 0; ///< numbers, both missed
    std::uint64_t replayed = 0;    ///< how many of them came again in the attempt's `replay`

    std::uint64_t count() const {
        return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from) + 1;
    }
};

/// Since the last clear, trimmed rows included.
struct SequenceCounts {
    std::array<std::uint64_t, kSequenceKinds> of{}; ///< marks of each kind
    std::uint64_t missing = 0;                      ///< events that are missing in all holes
};

class Sequence {
public:
    /// A repeat is looked for among the last 256 numbered events of its connection, and not further
    /// back than a second.
    static constexpr std::size_t kWindowEvents = 256;
    static constexpr std::int64_t kWindowNs = 1'000'000'000;

    Sequence();
    ~Sequence();

    /// Row `id`, the newest of `log`, once and in order. Only messages that came in and have a
    /// whole number as their top-level `seq` count: what stands inside a `replay` does not. The
    /// first number of an attempt opens no hole, since the server's other clients share the
    /// numbers; but it is a restart when the attempt before it on that connection was further.
    void add(const Log& log, EventId id, const wire::MessageHead& head);

    /// An attempt at a connection begins. Another address is another server: its numbers have
    /// nothing to do with those before.
    void connecting(std::uint32_t link, std::string_view url);

    SequenceMark mark_of(EventId id) const;
    /// What was missed before that attempt at that connection; null: nothing that numbers tell of.
    const MissedBetween* missed_before(std::uint32_t link, std::uint32_t conn) const;
    const SequenceCounts& counts() const { return counts_; }
    /// The nearest event with a mark of that kind behind or before `id`; 0: there is none.
    EventId next(SequenceKind kind, EventId id) const;
    EventId previous(SequenceKind kind, EventId id) const;

    /// Rows below `id` were trimmed: their marks go, the counts stay.
    void forget_below(EventId id);
    /// The log was cleared: the counts begin anew. Where each connection stands is kept.
    void clear();
    void reset(); ///< nothing is known any more

private:
    struct Hole {
        EventId id;
        std::int64_t from, to;
    };
    struct Restart {
        EventId id;
        std::int64_t before;
    };
    /// `id`, with the distance to what it repeats in the low 16 bits.
    using Repeat = std::uint64_t;
    struct Link;

    Link& link_of(std::uint32_t link);
    void follow(Link& link, const Log& log, const Row& row, std::int64_t seq);
    void look_for_repeat(Link& link, const Log& log, const Row& row, const wire::MessageHead& head);

    std::vector<std::unique_ptr<Link>> links_; ///< in the order they were first seen
    std::deque<Hole> holes_;
    std::deque<Restart> restarts_;
    std::deque<Repeat> repeats_;
    std::deque<MissedBetween> missed_;
    SequenceCounts counts_;
};

} // namespace model
