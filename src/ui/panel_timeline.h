// The timeline: the whole session in one strip, as lanes of columns, with the life of each
// connection, the window of the plots and the cursor. Work a frame goes with its pixels. UI thread.
#pragma once

#include <cstdint>

#include "model/actions.h"
#include "model/model.h"
#include "model/time_columns.h"
#include "ui/panel_log.h"
#include "ui/time_view.h"
#include "ui/widgets.h"

namespace ui {

struct TimelinePanel {
    enum class Drag : std::uint8_t { none, pan, window, from_edge, to_edge, cursor, range };
    Drag drag = Drag::none;
    bool moved = false; ///< since the button went down: not a click any more
    float press_x = 0;
    TimeSpan press_span; ///< what is dragged, as it was then; range: from the press to the pointer
    std::int64_t menu_ns = 0;
    model::EventColumns columns; ///< two pixels wide
};

/// 90 at one connection, more with several; pixels.
float timeline_height(const Frame& f, const model::Model& model);

void draw_timeline(Frame& f, const Rect& place, const model::Model& model,
                   model::Selection& selection, TimeView& view, TimelinePanel& panel, LogPanel& log,
                   model::Actions& actions);

} // namespace ui
