// What the session does that deserves a look, each with its evidence and one action. UI thread.
#pragma once

#include <cstdint>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/panel_log.h"
#include "ui/widgets.h"

namespace ui {

struct AlarmsPanel {
    std::uint64_t first = 0;
    BarState bar;
};
void draw_alarms(Frame& f, const model::Model& model, model::Selection& selection,
                 AlarmsPanel& panel, LogPanel& log, model::Actions& actions);

} // namespace ui
