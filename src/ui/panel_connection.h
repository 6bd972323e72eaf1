// The connection bar: is it connected, is anything arriving, what is wrong. UI thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"

namespace ui {

struct ConnectionPanel {
    std::string address = "ws://localhost:8765";
    std::uint32_t shown_link = 0;     ///< whose address stands in the field
    bool edited = false;              ///< the field was changed by hand since
    bool focus_address = false;       ///< the caret goes there in this frame
    std::vector<std::string> history; ///< addresses dialled, newest first
};
void draw_connection(Frame& f, const model::Model& model, model::Selection& selection,
                     ConnectionPanel& panel, model::Actions& actions);
/// What the main button does now, for its key and its menu entry too.
void perform_main_button(const model::Model& model, ConnectionPanel& panel,
                         model::Actions& actions);
const char* main_button_name(const model::Model& model);

} // namespace ui
