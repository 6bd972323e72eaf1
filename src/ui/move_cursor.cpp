#include "ui/move_cursor.h"

namespace ui {

bool set_cursor(const model::Model& model, model::Selection& selection, LogPanel& log,
                model::EventId event) {
    if (!model.log.contains(event)) return false;
    // The row at the top stays there unless the new one would be out of sight.
    if (log.follow) {
        const std::uint64_t size = model.index.size();
        const std::uint64_t top = size > log.rows_shown ? size - log.rows_shown : 0;
        log.top = size == 0 ? 0 : model.index.at(top);
        log.follow = false;
    }
    selection.cursor = selection.event = event;
    log.show_selected = true;
    return true;
}

bool set_cursor_at(const model::Model& model, model::Selection& selection, LogPanel& log,
                   std::int64_t mono_ns) {
    if (model.log.size() == 0) return false;
    const model::EventId behind = model.log.first_at(mono_ns + 1);
    return set_cursor(model, selection, log, std::max(model.log.first(), behind - 1));
}

} // namespace ui
