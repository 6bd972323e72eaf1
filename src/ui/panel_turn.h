// The waterfall of one turn: what took how long. UI thread.
#pragma once

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/panel_log.h"
#include "ui/widgets.h"

namespace ui {

struct TurnPanel {
    /// The first event of the one that was chosen, while cursor and selection stay where they were
    /// then; 0: the newest at the moment.
    model::EventId chosen = 0, cursor = 0, event = 0;
    std::uint64_t first = 0; ///< stage at the top
    BarState bar;
};
void draw_turn(Frame& f, const model::Model& model, model::Selection& selection, TurnPanel& panel,
               LogPanel& log);
/// The turn before or after the one on screen.
void step_turn(const model::Model& model, const model::Selection& selection, TurnPanel& panel,
               int step);

} // namespace ui
