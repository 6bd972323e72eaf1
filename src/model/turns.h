// Turns of a conversation with Coda, found by one pass over the events: what was asked, when the
// first reply came, when the last, and the stages between (PROTOCOL.md part 2). Fed in the order of
// the log by its one writer; UI thread, or the thread of a command that reads a capture.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "model/log.h"
#include "model/pairs.h"

namespace model {

struct Turn {
    EventId first = 0;       ///< the command, or what began it when it came from elsewhere
    EventId last = 0;        ///< newest event that belongs to it
    EventId first_reply = 0; ///< first event of the turn that is no echo; 0: none yet
    std::uint32_t link = 0;
    std::int64_t began_ns = 0, ended_ns = 0; ///< monotonic, of first and last
    bool over = false; ///< its reply is whole, or failed; what comes soon after still belongs to it
    int errors = 0;
};

class Turns {
public:
    /// Takes the next event; `event.id` is its id in the log, `type` its number among `types`.
    void take(const wire::EventView& event, TypeId type, const std::vector<TypeInfo>& types);

    const std::deque<Turn>& list() const { return turns_; } ///< in the order they began
    /// Position in `list()` of the turn that was the newest at the event `moment`; -1: none yet.
    int newest_at(EventId moment) const;
    void forget_below(EventId id);

private:
    enum class Part : std::uint8_t { none, begins, belongs, ends, drops };
    struct Meaning {
        Part in = Part::none, out = Part::none;
        bool echo = false, error = false;
    };
    static Meaning meaning_of(std::string_view name);

    Turn* running(std::uint32_t link, std::int64_t mono_ns);

    std::deque<Turn> turns_;
    std::vector<Meaning> meanings_; ///< by TypeId
};

/// One bar of the waterfall.
struct Stage {
    std::string name;         ///< "stt", "tool get_weather"
    EventId from = 0, to = 0; ///< `to` 0: it still runs; `from` 0: it came without its start
    std::int64_t begin_ns = 0, end_ns = 0;
    bool error = false;
    bool sub_step = false;             ///< indented: part of the stage above
    std::vector<std::int64_t> strokes; ///< moments inside: each llm_token
};

/// The stages of a turn in the order they began, from its pairs and its other events. Looks at no
/// more than the first 4096 events of the turn.
std::vector<Stage> stages_of(const Turn& turn, const Log& log, const Pairs& pairs);

} // namespace model
