// Requests and what answered them, found by one pass over the events: a command of Coda's and its
// echo, a start and its result or error, a JSON-RPC call and its response, a Ping and its Pong.
// Fed in the order of the log by its one writer (drain, or a command that reads a capture); never
// looks at a clock, never changes what it has said. UI thread, or the thread of that command.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/log.h"

namespace model {

enum class PairKind : std::uint8_t {
    echo,           ///< a command and Coda's client_message about it (PROTOCOL.md part 2)
    stage,          ///< X_start and X_result, X_error or X_end; tool_call and tool_result
    authentication, ///< auth_challenge and auth_response; auth_response and auth_result
    control,        ///< Ping and Pong (RFC 6455 section 5.5.3)
    rpc,            ///< JSON-RPC 2.0: a call and the response with its id
};

struct Pair {
    EventId asked = 0, answered = 0;
    std::int64_t ns = 0; ///< from one to the other
    PairKind kind = PairKind::echo;
};

/// A request that nothing has answered yet.
struct OpenRequest {
    EventId asked = 0;
    std::int64_t asked_mono_ns = 0;
    std::uint32_t link = 0;
    PairKind kind = PairKind::echo;
    bool given_up = false; ///< its connection has ended, or the same was started again
    std::size_t data = 0;  ///< echo: what the command carried; 0: not known, any will do
};

class Pairs {
public:
    /// The most that may wait for an answer; with one more the oldest is not followed on, and is
    /// counted.
    static constexpr std::size_t kMostOpen = 4096;

    /// False when `take` would do nothing with such an event: it need not be made.
    bool cares(wire::Kind kind, wire::Dir dir, TypeId type, const std::vector<TypeInfo>& types) {
        if (kind != wire::Kind::text) return kind != wire::Kind::binary;
        if (type == 0) return true;
        const Meaning& known = meaning(type, types);
        return (dir == wire::Dir::out ? known.out : known.in) != Part::none;
    }

    /// Takes the next event; `event.id` is its id in the log, `type` its number among `types`.
    /// When it answers an earlier one: the time between them in nanoseconds; else -1.
    std::int64_t take(const wire::EventView& event, TypeId type,
                      const std::vector<TypeInfo>& types);

    /// The pair that this event answers, or began; null when there is none. Until the next `take`.
    const Pair* answered_by(EventId id) const;
    const Pair* asked_by(EventId id) const;
    /// All pairs, in the order of their answers.
    const std::deque<Pair>& list() const { return pairs_; }
    /// Pairs whose answers have ids in [from, to): [first, second).
    std::pair<std::size_t, std::size_t> answered_in(EventId from, EventId to) const;

    /// What still waits for an answer, oldest first.
    std::vector<OpenRequest> open() const;
    /// The same as it was when `at` had just happened: what has been answered since is in it.
    std::vector<OpenRequest> open_at(EventId at) const;
    const OpenRequest* waiting(EventId asked) const; ///< null: answered, or no request
    std::uint64_t not_followed() const { return not_followed_; }
    /// An echo was among the newest pairs: the server sends them. Coda's guide knows none.
    bool echoes_come() const;

    /// The log has trimmed or cleared what is below `id`.
    void forget_below(EventId id);

private:
    enum class Part : std::uint8_t { none, start, end, call, response, command, echo, duplicate };
    /// What a type means, found once for each.
    struct Meaning {
        Part in = Part::none, out = Part::none;
        PairKind kind = PairKind::stage;
        std::string stem; ///< of X_start: "X"
    };
    static Meaning meaning_of(std::string_view name);
    const Meaning& meaning(TypeId type, const std::vector<TypeInfo>& types);

    using Waiting = std::vector<OpenRequest>;
    void ask(const std::string& key, const wire::EventView& event, PairKind kind,
             std::size_t data = 0);
    void forget_oldest();
    std::int64_t answer(const std::string& key, const wire::EventView& event, std::size_t data = 0);
    std::int64_t take_typed(const wire::EventView& event, const Meaning& meaning);
    std::int64_t take_echo(const wire::EventView& event);
    void take_duplicate(const wire::EventView& event);
    std::int64_t take_rpc(const wire::EventView& event);
    std::int64_t take_control(const wire::EventView& event);
    void give_up(std::uint32_t link);

    std::deque<Pair> pairs_;                           ///< by answered
    std::unordered_map<EventId, std::uint64_t> asked_; ///< number of the pair that it began
    std::uint64_t first_pair_ = 0;                     ///< number of pairs_.front()
    std::unordered_map<std::string, Waiting> waiting_; ///< by link and what would answer
    std::map<EventId, std::string> keys_;              ///< of what waits, oldest first
    std::vector<Meaning> meanings_;                    ///< by TypeId
    std::uint64_t not_followed_ = 0;
};

} // namespace model
