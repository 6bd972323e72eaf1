#include "wire/replay_state.h"

#include <array>

namespace wire {
namespace {

constexpr std::array<const char*, 5> kVerdictWords = {"open", "met", "different", "missing",
                                                      "skipped"};
static_assert(static_cast<std::size_t>(Verdict::skipped) + 1 == kVerdictWords.size());
constexpr std::array<const char*, 3> kIsWords = {"changed", "added", "removed"};
static_assert(static_cast<std::size_t>(ReplayDifference::Is::removed) + 1 == kIsWords.size());
constexpr std::array<const char*, 6> kPhaseWords = {"Connecting", "Authenticating", "Playing",
                                                    "Paused",     "Done",           "Failed"};
static_assert(static_cast<std::size_t>(ReplayPhase::failed) + 1 == kPhaseWords.size());

} // namespace

const char* word(Verdict verdict) { return kVerdictWords[static_cast<std::size_t>(verdict)]; }
const char* word(ReplayDifference::Is is) { return kIsWords[static_cast<std::size_t>(is)]; }
const char* word(ReplayPhase phase) { return kPhaseWords[static_cast<std::size_t>(phase)]; }

bool passed(const ReplayState& state) {
    const ReplayCounts& counts = state.counts;
    return state.phase == ReplayPhase::done && !state.error && counts.different == 0 &&
           counts.missing == 0 && !(state.strict && counts.extra != 0);
}

} // namespace wire
