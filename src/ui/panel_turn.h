// The waterfall of one turn: what took how long. UI thread.
#pragma once

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/panel_log.h"
#include "ui/widgets.h"

namespace ui {

struct TurnPanel {
    int turn = -1; ///< position among the turns; -1: the newest at the moment
};
void draw_turn(Frame& f, const model::Model& model, model::Selection& selection, TurnPanel& panel,
               LogPanel& log);
/// The turn before or after the one on screen.
void step_turn(const model::Model& model, const model::Selection& selection, TurnPanel& panel,
               int step);

} // namespace ui
