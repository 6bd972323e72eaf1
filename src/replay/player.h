// Plays a recording to a server: says what is to be sent and when, and how what comes back agrees
// with what was recorded. A state machine without sockets and without a clock: it is told every
// event and the time, in order. Owned by one thread, that of a command or of the window.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "replay/auth_gate.h"
#include "replay/matcher.h"
#include "replay/recording.h"
#include "wire/event.h"
#include "wire/replay_state.h"

namespace replay {

struct PlaySettings {
    wire::ReplayPace pace = wire::ReplayPace::original;
    double speed = 1; ///< of pace `original`; above 0
    bool expect = false;
    bool strict = false;       ///< extra messages are failures, and a silence is waited for
    bool strict_order = false; ///< what is met must come in the recording's order
    double within_s = 10;      ///< the longest wait for what is expected after a message
    Rules rules;
};

/// What is to be done now.
struct Order {
    enum class Is : std::uint8_t { wait, send, end };
    Is is = Is::wait;
    bool binary = false; ///< send
    std::string payload;
};

class Player {
public:
    Player(Recording recording, PlaySettings settings);
    Player(const Player&) = delete; // its parts refer to each other
    Player& operator=(const Player&) = delete;

    /// Something happened on the connection.
    void see(const wire::EventView& event);
    /// What is to be done at `now`, when all that happened before it was told. Ask until it says
    /// wait; `end` comes once, when the connection may be closed.
    Order next(base::Stamp now);
    /// When next() may have something to do though nothing happens.
    std::int64_t due_ns() const { return over_ ? AuthGate::kNever : due_ns_; }
    /// Ends it before its time: what is open is decided, what is not sent is skipped.
    void stop(base::Error why);

    const wire::ReplayState& state() const { return state_; }
    bool over() const { return over_; } ///< done or failed

    //--- transport, for the window
    void pause();
    void resume();
    void step(); ///< sends the next message, whatever the pace and though it is paused
    void set_speed(double speed);
    /// Before it is sent: whether it is, and what.
    void set_enabled(std::size_t send, bool enabled);
    void edit(std::size_t send, std::string payload);

private:
    using Send = wire::ReplaySend;

    //--- segments: 0 is the opening, k + 1 what follows the k-th message
    std::size_t segment_count() const { return state_.sends.size() + 1; }
    std::size_t first_of(std::size_t segment) const;
    std::size_t end_of(std::size_t segment) const;
    std::int64_t silence_of(std::size_t segment) const;

    void begin(std::int64_t now);
    Order next_by_cause(base::Stamp now);
    Order next_by_clock(base::Stamp now);
    bool current_decided(std::int64_t now);
    bool silent(std::int64_t now);
    std::size_t met_count(std::size_t segment) const;
    void decide_segment(std::size_t segment);
    void take_extras(std::size_t segment);
    std::size_t next_enabled();
    std::int64_t repeat_due_ns(std::size_t send) const;
    Order order_send(std::size_t send, base::Stamp now);
    Order finish();
    void fail(base::Error error);
    void wait_until(std::int64_t mono_ns);

    void see_sent(const wire::EventView& event);
    void see_refused(const wire::EventView& event);
    void see_message(const wire::EventView& event);
    void see_end(const wire::EventView& event);

    PlaySettings settings_;
    wire::ReplayState state_;
    Matcher matcher_;
    AuthGate gate_;
    std::vector<std::pair<std::string, std::string>> auth_ids_;
    std::vector<std::int64_t> silences_; ///< by segment, in the recording
    std::vector<std::size_t> open_left_; ///< by segment: expectations that are not decided
    bool matches_ = false;               ///< what comes is held against what is expected
    bool begun_ = false, over_ = false, paused_ = false, opening_decided_ = false;
    std::size_t steps_ = 0;   ///< messages to send though it is paused
    std::size_t current_ = 0; ///< segment
    bool current_open_ = true;
    std::int64_t deadline_ns_ = 0;     ///< of the current segment
    std::int64_t met_ns_ = 0;          ///< when the current segment had all it expects; 0: not yet
    std::int64_t last_message_ns_ = 0; ///< of those that replays look at
    std::int64_t clock_ns_ = 0;        ///< when the last message was due
    std::int64_t paused_ns_ = 0;
    std::int64_t now_ns_ = 0;
    std::int64_t due_ns_ = AuthGate::kNever;
    struct Ordered {
        std::size_t send;
        std::string payload;
    };
    std::deque<Ordered> ordered_; ///< and not yet on the wire
    struct Sent {
        std::int64_t now_ns;
        std::int64_t at_ns; ///< in the recording
    };
    std::unordered_map<std::string, Sent> sent_; ///< by type and data, after an authentication
};

} // namespace replay
