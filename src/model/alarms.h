// What a session does that its developers lost days over (PROTOCOL.md part 3), told as notices that
// are marked as alarms: each with its evidence, the event that shows it, and what to do. Fed by
// drain with every event, and once a frame with the clock. UI thread. Says nothing on a session
// where all is well.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "model/log.h"
#include "model/notices.h"
#include "model/pairs.h"

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

    /// Looks at what stands while time goes by: a heartbeat that does not come, requests without
    /// an answer. Cheap; once a frame.
    void watch(std::int64_t now_mono_ns, const std::vector<Connection>& connections,
               const Pairs& pairs, const Log& log, Notices& notices);

    /// When something will be said, or said anew, that no event brings about (monotonic); the
    /// greatest number when nothing will.
    std::int64_t next_look_ns() const { return next_look_ns_; }

private:
    /// What is known of one connection.
    struct Pulse {
        std::int64_t last_ns = 0;   ///< newest system_metrics; 0: none
        std::int64_t period_ns = 0; ///< usual time between two; 0: not known yet
        bool missing = false;       ///< told
        bool echoes = false;        ///< the server echoes commands: it is a real backend
        std::int64_t trace_ns = 0;  ///< newest latency_trace, and what it said in all
        double trace_total = 0;
        EventId trace = 0;
    };
    struct Late {
        EventId asked = 0;
        std::string topic;
        std::uint32_t link = 0;
    };
    enum class Part : std::uint8_t { none, heartbeat, echo, latency, error };

    Pulse& pulse_of(std::uint32_t link);
    void take_heartbeat(const wire::EventView& event, Pulse& pulse, Notices& notices);
    void take_latency(const wire::EventView& event, Pulse& pulse, Notices& notices);
    void take_error(const wire::EventView& event, const std::string& type, Notices& notices);
    void watch_heartbeat(std::int64_t now, const Connection& connection, Notices& notices);
    void watch_requests(std::int64_t now, const std::vector<Connection>& connections,
                        const Pairs& pairs, const Log& log, Notices& notices);
    void look_at(std::int64_t mono_ns);

    std::vector<Part> parts_;   ///< by TypeId
    std::vector<Pulse> pulses_; ///< by link
    std::vector<Late> late_;    ///< told, and not answered yet
    std::int64_t next_look_ns_ = std::numeric_limits<std::int64_t>::max();
};

} // namespace model
