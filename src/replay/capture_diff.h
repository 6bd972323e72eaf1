// Two recordings held against each other by the rules of a replay (CONTRACT.md): every message of
// the first is expected in the second, what the second has beside them is extra. Pure.
#pragma once

#include <string>
#include <vector>

#include "replay/recording.h"
#include "replay/rules.h"
#include "wire/replay_state.h"

namespace replay {

/// One direction.
struct DiffSide {
    std::vector<wire::ReplayExpectation> rows; ///< of the first recording
    std::vector<wire::ReplayExtra> extras;     ///< of the second
    std::size_t uncounted_extras = 0;
    wire::ReplayCounts counts;
};

struct CaptureDiff {
    DiffSide sent, received;
    bool same() const;
};

/// Messages sent are held against messages sent; a reply may stand anywhere behind the message that
/// is the counterpart of the one it followed.
CaptureDiff diff(const Recording& a, const Recording& b, const Rules& rules);

/// What differs, a line each, at most `most` messages of each direction.
std::vector<std::string> lines_of(const CaptureDiff& diff, std::size_t most);
/// "of 164 messages 162 agree, 1 different, 1 missing, 2 extra".
std::string counts_line(const CaptureDiff& diff);

} // namespace replay
