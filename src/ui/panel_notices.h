// The list of notices: all that was told, newest first, each with its remedy, repeats folded.
// UI thread.
#pragma once

#include <cstdint>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/panel_log.h"
#include "ui/widgets.h"

namespace ui {

struct NoticesPanel {
    std::uint64_t first = 0; ///< the first one on screen
    BarState bar;
};
void draw_notices(Frame& f, const model::Model& model, model::Selection& selection,
                  NoticesPanel& panel, LogPanel& log, model::Actions& actions);

} // namespace ui
