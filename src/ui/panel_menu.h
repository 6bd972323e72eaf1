// The menu bar. UI thread.
#pragma once

#include <cstdint>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"

namespace ui {

struct MenuPanel {
    /// Told by the root.
    bool right_shown = true, sidebar_shown = true, time_shown = true, full_screen = false;
};
void draw_menu(Frame& f, const model::Model& model, model::Selection& selection, MenuPanel& panel,
               model::Actions& actions);

} // namespace ui
