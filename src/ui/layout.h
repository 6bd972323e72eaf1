// Where the regions of the window are. Pure: sizes in, rectangles out, nothing is ever cut off that
// fits at all. Lengths of the design are logical pixels and are multiplied by `scale`.
#pragma once

#include "ui/rect.h"

namespace ui {

constexpr float kSplitter = 5;

/// What the user has moved: fractions of the window, negative while it is still the default.
struct Splits {
    float sidebar = -1;     ///< of the window's width
    float right = -1;       ///< of the window's width
    float time = -1;        ///< of the window's height
    float lower = -1;       ///< height of the lower right, of the window's height
    int sidebar_shown = -1; ///< -1: as the size has it; 0, 1: the user's choice
    bool right_shown = true;
    bool time_shown = true;
};

struct LayoutWish {
    float width = 0, height = 0; ///< pixels
    float scale = 1;
    bool tabs = false;   ///< two connections or more
    bool notice = false; ///< a notice is open
};

struct Layout {
    Rect menu, tabs, connection, notice, sidebar, log, time, inspector, lower, status;
    Rect split_sidebar, split_right, split_time, split_lower; ///< empty while not there
    bool narrow = false; ///< under 1400 logical pixels: hints and names leave the bars
};

Layout layout_of(const LayoutWish& wish, const Splits& splits);

/// The fraction to remember when a splitter is dragged so that its middle is at `x` (or `y`).
void drag_sidebar(const LayoutWish& wish, float x, Splits* splits);
void drag_right(const LayoutWish& wish, float x, Splits* splits);
void drag_lower(const LayoutWish& wish, const Layout& layout, float y, Splits* splits);
void drag_time(const LayoutWish& wish, const Layout& layout, float y, Splits* splits);

} // namespace ui
