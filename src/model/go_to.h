// "Go to": what a person types to reach a row: its number, a time since the start, or a time of
// day. Pure; UI thread.
#pragma once

#include <string>
#include <string_view>

#include "model/log.h"

namespace model {

struct GoTo {
    EventId event = 0;   ///< 0: not found
    std::string problem; ///< why not, as a sentence
};

/// "123" is the number of a row; "12.5 s", "90 ms", "2 min" count from the log's start; "01:09:54"
/// with or without a fraction is the local time of day, on a day that the log has. Of a time, the
/// first row at it or behind it.
GoTo go_to(const Log& log, std::string_view typed);

} // namespace model
