// What a session does that its developers lost days over (PROTOCOL.md part 3), told as notices that
// are marked as alarms: each with its evidence, the event that shows it, and what to do. Fed by
// drain with every event, and once a frame with the clock. UI thread. Asks for attention on no
// session where all is well; what is worth knowing of such a one too (exact repeats, types that
// never come) only stands in the list.
#pragma once

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/log.h"
#include "model/notices.h"
#include "model/pairs.h"
#include "model/sequence.h"

namespace model {

struct Connection;

/// What the notice of an unanswered challenge is about: its action answers it.
constexpr const char* kChallengeTopic = "challenge";

class Alarms {
public:
    static constexpr double kEchoSeconds = 1;   ///< a command without its echo for so long
    static constexpr double kResultSeconds = 8; ///< a start without its result for so long

    /// Takes the next event of the log.
    void take(const wire::EventView& event, TypeId type, const std::vector<TypeInfo>& types,
              Notices& notices);
    /// What `seq` tells of the events in [from, to), which have been taken.
    void take_sequence(const Sequence& sequence, const Log& log, EventId from, EventId to,
                       Notices& notices);

    /// Looks at what stands while time goes by: a heartbeat that does not come, requests without
    /// an answer. Cheap; once a frame.
    void watch(std::int64_t now_mono_ns, const std::vector<Connection>& connections,
               const Pairs& pairs, const Log& log, Notices& notices);

    /// When something will be said, or said anew, that no event brings about (monotonic); the
    /// greatest number when nothing will.
    std::int64_t next_look_ns() const { return next_look_ns_; }

    /// An alarm is about this event: it has a mark on the timeline. Not for errors and for what
    /// `seq` tells, which have marks of their own.
    void mark(EventId event);
    /// The nearest marked event behind `event`; 0: there is none.
    EventId next_mark(EventId event) const;
    /// The log was cleared: what was counted is gone.
    void clear();
    /// The log has trimmed or cleared what is below `id`.
    void forget_below(EventId id);

private:
    /// What is known of one connection.
    struct Pulse {
        std::int64_t last_ns = 0;   ///< newest system_metrics; 0: none
        std::int64_t period_ns = 0; ///< usual time between two; 0: not known yet
        bool missing = false;       ///< told
        std::int64_t newest_ns = 0; ///< of all its events
        bool echoes = false;        ///< the server echoes commands: it is a real backend
        std::int64_t trace_ns = 0;  ///< newest latency_trace, and what it said in all
        double trace_total = 0;
        EventId trace = 0;
    };
    /// Which types came on one connection, over all its attempts.
    struct Seen {
        std::vector<bool> types; ///< by TypeId
        int known = 0;           ///< how many of them the catalogue has
        bool backend = false;    ///< one is of the real backend alone
        std::vector<std::string> unknown;
        EventId first_unknown = 0;
        bool told_never = false;
    };
    struct Repeats {
        std::vector<std::uint64_t> of_type; ///< by TypeId
        std::uint64_t all = 0;
    };
    struct Late {
        EventId asked = 0;
        std::string topic;
        std::uint32_t link = 0;
    };
    enum class Part : std::uint8_t { none, heartbeat, echo, latency, error, duplicate };
    static Part part_of(std::string_view type);

    Pulse& pulse_of(std::uint32_t link);
    Seen& seen_on(std::uint32_t link);
    void take_heartbeat(const wire::EventView& event, Pulse& pulse, Notices& notices);
    void take_latency(const wire::EventView& event, Pulse& pulse, Notices& notices);
    void take_error(const wire::EventView& event, const std::string& type, Notices& notices);
    void take_duplicate(const wire::EventView& event, Notices& notices);
    void take_new_type(const wire::EventView& event, const std::string& type, Notices& notices);
    void tell_never_seen(const wire::EventView& event, const std::vector<TypeInfo>& types,
                         Notices& notices);
    void tell_repeats(const Log& log, EventId newest, Notices& notices);
    void watch_heartbeat(std::int64_t now, const Connection& connection, Notices& notices);
    void watch_requests(std::int64_t now, const std::vector<Connection>& connections,
                        const Pairs& pairs, const Log& log, Notices& notices);
    void close_answered(const Pairs& pairs, Notices& notices);
    void tell_late(const OpenRequest& open, const std::string& type, std::int64_t now,
                   Notices& notices);
    void look_at(std::int64_t mono_ns);

    std::vector<Part> parts_;   ///< by TypeId
    std::vector<Pulse> pulses_; ///< by link
    std::vector<Late> late_;    ///< told, and not answered yet
    std::vector<Seen> seen_;    ///< by link
    Repeats repeats_;
    std::set<EventId> marks_;
    std::int64_t next_look_ns_ = std::numeric_limits<std::int64_t>::max();
};

} // namespace model
