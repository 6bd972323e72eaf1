// Which lines the log shows: a row each, with the repeats that are folded into it, and a line of
// its own above a row before which `seq` has a hole or begins anew. Looks only at the rows on
// screen, so positions in the list stay exact however long it is. Pure; UI thread.
#pragma once

#include <cstdint>
#include <vector>

#include "model/model.h"

namespace ui {

struct LogLine {
    std::uint64_t position = 0; ///< in the index
    std::uint64_t folded = 0;   ///< rows behind it that repeat it and are not shown
    bool seam = false;          ///< a line above it tells of a hole or a restart
};

/// What fits into `room` lines from that row on.
std::vector<LogLine> lines_from(const model::Model& model, std::uint64_t first, std::uint64_t room,
                                bool fold);

/// The first row on screen when `last` is the last one.
std::uint64_t first_for_last(const model::Model& model, std::uint64_t last, std::uint64_t room,
                             bool fold);

/// The row that stands for it on screen: itself, or the one that it is folded into.
std::uint64_t shown_row(const model::Model& model, std::uint64_t position, bool fold);

} // namespace ui
