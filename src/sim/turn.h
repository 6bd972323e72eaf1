// What happens in one turn of the conversation, written down before it is played: which events,
// when, with which data (PROTOCOL.md, "Traffic" and "Our simulator"). For one seed and one text the
// types, their order and all texts are the same each time; only clocks, measured figures, counters
// and ids differ. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace sim {

/// A small random generator that gives the same numbers on every machine (splitmix64).
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    double between(double low, double high); ///< low <= number < high
    std::string hex(int digits);

private:
    std::uint64_t state_;
};

/// Times of one operation so far, for component_stats.
struct OperationTimes {
    double min_s = 0, max_s = 0, total_s = 0;
    std::int64_t count = 0;
    void add(double seconds);
};

/// What goes on from turn to turn.
struct Progress {
    std::int64_t turns = 0;        ///< turns that began
    std::int64_t conversation = 0; ///< conversation_turn events sent
    OperationTimes llm, assistant;
};

struct Step {
    std::int64_t at_ns = 0; ///< after the turn's beginning
    const char* type = "";
    std::string data;  ///< JSON
    bool kept = false; ///< goes into `replay` (backend)
};

/// How the steps of a turn of the backend hang together, for those who cut it short.
struct Turn {
    std::vector<Step> steps;
    std::int64_t heard_ns = 0;  ///< when listening ends: the first step from stt_result on
    std::int64_t speech_ns = 0; ///< when tts_start comes
};

/// Text that stands in for what somebody says into the microphone, or shows in a demonstration.
std::string made_up_sentence(std::uint64_t seed);

/// A turn of the real backend, 1 to 3 s long. Its first steps are stt_start{mode} and stt_interim,
/// `listen_s` long (0: a short while, as for typed text). A text with "time" or "weather" in it
/// calls a tool; one with "fail" in it gets a tool_error.
Turn backend_turn(std::string_view text, std::string_view mode, double listen_s, std::uint64_t seed,
                  base::Stamp now, Progress& progress, Random& figures);

/// A turn as the guide tells it, within 3 s.
std::vector<Step> guide_turn(std::string_view text, std::uint64_t seed, Random& figures);

} // namespace sim
