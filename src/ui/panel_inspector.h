// The inspector: the selected event, what is known of it, and its text. UI thread.
#pragma once

#include <cstdint>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/text_lines.h"
#include "ui/widgets.h"

namespace ui {

struct InspectorPanel {
    int tab = 0;
    bool show_secrets = false;   ///< headers that carry one, of the event that is selected now
    model::EventId made_for = 0; ///< what `lines` were made of
    int made_tab = -1;
    bool made_secrets = false;
    float made_width = 0;
    TextLines lines;
    std::uint64_t first_line = 0;
    BarState bar;
};
void draw_inspector(Frame& f, const model::Model& model, model::Selection& selection,
                    InspectorPanel& panel, model::Actions& actions);

} // namespace ui
