// The sidebar: what there is in the log, counted, each entry a way to filter by it. UI thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/widgets.h"

namespace ui {

struct LogPanel;

/// One entry: what it filters by.
struct SidebarEntry {
    enum class Is : std::uint8_t { none, direction, kind, connection, type } is = Is::none;
    unsigned bits = 0; ///< direction, kind: those it stands for; connection: its number
    std::string name;  ///< as it is shown; a type: its name
    model::TypeId type = 0;
};

struct SidebarPanel {
    std::vector<model::TypeId> order; ///< the types listed
    std::size_t seen = 0;             ///< types in the log; more than are listed when too many
    model::EventId made_end = 0;      ///< what the log had when `order` was made
    std::uint64_t made_texts = 0;
    std::size_t made_types = 0;
    std::uint64_t first = 0; ///< type at the top of the list
    BarState bar;
    std::uint64_t first_link = 0;

    SidebarEntry menu;       ///< what the open menu is about
    std::string only_text;   ///< the filter that a click on a type has set
    std::string before_text; ///< the one that a second click brings back
};
void draw_sidebar(Frame& f, const model::Model& model, model::Selection& selection,
                  SidebarPanel& panel, LogPanel& log, model::Actions& actions);

} // namespace ui
