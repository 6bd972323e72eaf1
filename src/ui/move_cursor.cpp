#include "ui/move_cursor.h"

namespace ui {
namespace {

/// The row at the top stays there; the list does not follow any more.
void stay(const model::Model& model, LogPanel& log) {
    if (!log.follow) return;
    const std::uint64_t size = model.index.size();
    const std::uint64_t top = size > log.rows_shown ? size - log.rows_shown : 0;
    log.top = size == 0 ? 0 : model.index.at(top);
    log.follow = false;
}

} // namespace

void pause_at_newest(const model::Model& model, model::Selection& selection, LogPanel& log) {
    if (model.log.size() == 0) return;
    selection.cursor = model.log.end() - 1;
    stay(model, log);
}

bool set_cursor(const model::Model& model, model::Selection& selection, LogPanel& log,
                model::EventId event) {
    if (!model.log.contains(event)) return false;
    stay(model, log);
    selection.cursor = event;
    selection.only(event);
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
