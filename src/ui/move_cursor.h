// Moving the cursor in time: the one way that all panels do it. UI thread.
#pragma once

#include "model/model.h"
#include "ui/panel_log.h"

namespace ui {

/// Sets the cursor on an event, selects it and brings its row on screen. False: it is not there.
bool set_cursor(const model::Model& model, model::Selection& selection, LogPanel& log,
                model::EventId event);
/// The same with the newest event at or before a time; before all of them, the oldest.
bool set_cursor_at(const model::Model& model, model::Selection& selection, LogPanel& log,
                   std::int64_t mono_ns);

/// Pauses at the newest event; what is selected stays so.
void pause_at_newest(const model::Model& model, model::Selection& selection, LogPanel& log);

} // namespace ui
