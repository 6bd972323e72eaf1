#include "ui/log_lines.h"

namespace ui {

using model::EventId;
using model::Model;

namespace {

/// Repeats in one fold; more begin another one, so that a flood of them costs no frame.
constexpr std::uint64_t kMostFolded = 2000;

/// It repeats the row right above it in the list.
bool repeats_above(const Model& model, std::uint64_t position) {
    if (position == 0) return false;
    const model::SequenceMark mark = model.sequence.mark_of(model.index.at(position));
    return mark.repeat && mark.repeat_of == model.index.at(position - 1);
}

bool seam_above(const Model& model, std::uint64_t position) {
    const model::SequenceMark mark = model.sequence.mark_of(model.index.at(position));
    return mark.hole || mark.restart;
}

} // namespace

std::vector<LogLine> lines_from(const Model& model, std::uint64_t first, std::uint64_t room,
                                bool fold) {
    std::vector<LogLine> lines;
    const std::uint64_t size = model.index.size();
    std::uint64_t used = 0;
    for (std::uint64_t at = first; at < size;) {
        LogLine line{at, 0, seam_above(model, at)};
        used += line.seam ? 2 : 1;
        if (used > room) break;
        ++at;
        while (fold && at < size && line.folded < kMostFolded && repeats_above(model, at)) {
            ++line.folded;
            ++at;
        }
        lines.push_back(line);
    }
    return lines;
}

std::uint64_t shown_row(const Model& model, std::uint64_t position, bool fold) {
    for (std::uint64_t i = 0; fold && i < kMostFolded && repeats_above(model, position); ++i)
        --position;
    return position;
}

std::uint64_t first_for_last(const Model& model, std::uint64_t last, std::uint64_t room,
                             bool fold) {
    std::uint64_t first = shown_row(model, last, fold);
    std::uint64_t used = seam_above(model, first) ? 2 : 1;
    while (first > 0) {
        const std::uint64_t above = shown_row(model, first - 1, fold);
        used += seam_above(model, above) ? 2 : 1;
        if (used > room) break;
        first = above;
    }
    return first;
}

} // namespace ui
