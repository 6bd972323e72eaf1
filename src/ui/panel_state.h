// What was known at a moment: Coda's state, and the last event of every type. And watches: chosen
// fields of chosen types at that moment. Both stand at the cursor in time when there is one.
// UI thread.
#pragma once

#include <cstdint>
#include <vector>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/panel_log.h"
#include "ui/widgets.h"

namespace ui {

struct StatePanel {
    std::uint64_t first = 0; ///< the first type on screen
    BarState bar;
};
void draw_state(Frame& f, const model::Model& model, model::Selection& selection, StatePanel& panel,
                LogPanel& log);

struct WatchesPanel {
    std::uint64_t first = 0;
    BarState bar;
};
void draw_watches(Frame& f, const model::Model& model, model::Selection& selection,
                  WatchesPanel& panel, LogPanel& log, model::Actions& actions);

} // namespace ui
