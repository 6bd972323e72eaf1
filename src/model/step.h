// Going through the session event by event: which one is the next by a rule. A search is cut into
// pieces, so that ten million rows between two events stall no frame. Reads the Model only; UI
// thread.
#pragma once

#include <cstdint>

#include "model/model.h"

namespace model {

enum class StepMode : std::uint8_t {
    any,
    same_type,
    filter,
    error,
    other_direction,
    connection,
    count
};
const char* word(StepMode mode); ///< "any event", "same type", "matching filter", …

/// A search that may go on over several frames.
struct Step {
    StepMode mode = StepMode::any;
    bool forward = true;
    bool running = false;
    EventId at = 0; ///< looked at up to here
    Row like;       ///< the event that it started from
};

/// A search that starts at `from`, which must be in the log.
Step step_from(const Model& model, StepMode mode, bool forward, EventId from);

/// Goes on over at most `rows` rows that may be it. The event found, or 0: `step.running` tells
/// whether there is more to look at.
EventId go_on(const Model& model, Step& step, std::uint64_t rows);

} // namespace model
