// The menu bar. UI thread.
#pragma once

#include <string>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/panel_inspector.h"

namespace ui {

struct MenuPanel {
    /// Told by the root.
    bool right_shown = true, sidebar_shown = true, time_shown = true, full_screen = false;
};
/// What the menu calls a command now: some say what they would turn to.
std::string menu_name(Command command, const model::Model& model);

void draw_menu(Frame& f, const model::Model& model, model::Selection& selection, MenuPanel& panel,
               const InspectorPanel& inspector, model::Actions& actions);

} // namespace ui
