// The sidebar: what there is in the log, counted. UI thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/widgets.h"

namespace ui {

struct SidebarPanel {
    float scroll = 0;                 ///< of the list of types, in rows
    std::vector<model::TypeId> order; ///< the types listed
    std::size_t seen = 0;             ///< types in the log; more than are listed when too many
    model::EventId made_end = 0;      ///< what the log had when `order` was made
    std::uint64_t made_texts = 0;
    BarState bar;
};
void draw_sidebar(Frame& f, const model::Model& model, model::Selection& selection,
                  SidebarPanel& panel, model::Actions& actions);

} // namespace ui
