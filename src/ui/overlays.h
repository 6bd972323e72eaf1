// What lies over the window for a moment: the palette of commands, the list of keys, and the small
// forms that panels open. At most one is open; Esc, a click beside it or choosing something closes
// it. Nothing here is modal: the log goes on behind it. UI thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/model.h"
#include "ui/frame.h"
#include "ui/widgets.h"

namespace ui {

enum class Overlay : std::uint8_t { none, commands, keys };

struct Overlays {
    Overlay open = Overlay::none;
    bool just_opened = false;

    std::string wanted;      ///< palette: what is typed
    int chosen = 0;          ///< palette: the line that Enter runs
    std::uint64_t first = 0; ///< first line on screen
    std::uint64_t shown = 1; ///< lines on screen, as last drawn
    BarState bar;

    void show(Overlay which) {
        *this = {};
        open = which;
        just_opened = true;
    }
};

/// Called last in a frame, over all regions.
void draw_overlays(Frame& f, const model::Model& model, const model::Selection& selection,
                   Overlays& overlays);

} // namespace ui
