#include "ui/layout.h"

#include <cmath>

namespace ui {
namespace {

// Smallest sizes, logical pixels.
constexpr float kSidebarLeast = 180, kRightLeast = 360, kLogLeast = 360;
constexpr float kLogRowsLeast = 40 + 26 + 24 + 5 * 22;
constexpr float kInspectorLeast = 160, kLowerLeast = 200, kTimeLeast = 150;

struct Defaults {
    float sidebar, right, time, lower;
    bool sidebar_shown;
};

Defaults defaults_of(float logical_width) {
    if (logical_width < 1400) return {180, 420, 272, 236, false};
    if (logical_width > 1700) return {240, 560, 420, 270, true};
    return {232, 500, 352, 270, true};
}

float clamp(float value, float least, float most) { return std::max(least, std::min(value, most)); }

float chosen(float fraction, float whole, float by_default) {
    return fraction < 0 ? by_default : fraction * whole;
}

/// Widths of sidebar and right column, logical; the log keeps its least, the sidebar yields first.
struct Columns {
    float sidebar = 0, right = 0;
};
Columns columns_of(const LayoutWish& wish, const Splits& splits) {
    const float width = wish.width / wish.scale;
    const Defaults defaults = defaults_of(width);
    Columns columns;
    if (splits.right_shown) {
        const float most = width - kLogLeast - kSplitter;
        columns.right = chosen(splits.right, width, defaults.right);
        columns.right = clamp(columns.right, kRightLeast, std::max(kRightLeast, most));
    }
    const bool shown =
        splits.sidebar_shown < 0 ? defaults.sidebar_shown : splits.sidebar_shown == 1;
    if (shown) {
        const float taken = columns.right > 0 ? columns.right + kSplitter : 0;
        const float most = width - taken - kLogLeast - kSplitter;
        columns.sidebar = chosen(splits.sidebar, width, defaults.sidebar);
        columns.sidebar = clamp(columns.sidebar, kSidebarLeast, std::max(kSidebarLeast, most));
        if (most < kSidebarLeast) columns.sidebar = 0;
    }
    return columns;
}

} // namespace

Layout layout_of(const LayoutWish& wish, const Splits& splits) {
    const auto px = [&](float logical) { return std::round(logical * wish.scale); };
    const float logical_width = wish.width / wish.scale;
    const Defaults defaults = defaults_of(logical_width);
    Layout layout;
    layout.narrow = logical_width < 1400;

    //--- bars
    Rect rest{0, 0, wish.width, wish.height};
    layout.menu = rest.cut_top(px(26));
    if (wish.tabs) layout.tabs = rest.cut_top(px(30));
    layout.connection = rest.cut_top(px(44));
    if (wish.notice) layout.notice = rest.cut_top(px(30));
    layout.status = rest.cut_bottom(px(24));

    //--- columns
    const Columns columns = columns_of(wish, splits);
    if (columns.sidebar > 0) {
        layout.sidebar = rest.cut_left(px(columns.sidebar));
        layout.split_sidebar = rest.cut_left(px(kSplitter));
    }
    Rect right;
    if (columns.right > 0) {
        right = rest.cut_right(px(columns.right));
        layout.split_right = rest.cut_right(px(kSplitter));
    }

    //--- rows
    const float whole = wish.height / wish.scale;
    if (splits.time_shown) {
        const float most = rest.h / wish.scale - kLogRowsLeast - kSplitter;
        const float height = clamp(chosen(splits.time, whole, defaults.time), kTimeLeast,
                                   std::max(kTimeLeast, most));
        layout.time = rest.cut_bottom(px(height));
        layout.split_time = rest.cut_bottom(px(kSplitter));
    }
    layout.log = rest;
    if (!right.empty()) {
        const float most = right.h / wish.scale - kInspectorLeast - kSplitter;
        const float height = clamp(chosen(splits.lower, whole, defaults.lower), kLowerLeast,
                                   std::max(kLowerLeast, most));
        layout.lower = right.cut_bottom(px(height));
        layout.split_lower = right.cut_bottom(px(kSplitter));
        layout.inspector = right;
    }
    return layout;
}

void drag_sidebar(const LayoutWish& wish, float x, Splits* splits) {
    splits->sidebar = std::max(0.0f, x / wish.width);
}

void drag_right(const LayoutWish& wish, float x, Splits* splits) {
    splits->right = std::max(0.0f, (wish.width - x) / wish.width);
}

void drag_lower(const LayoutWish& wish, const Layout& layout, float y, Splits* splits) {
    splits->lower = std::max(0.0f, (layout.lower.bottom() - y) / wish.height);
}

void drag_time(const LayoutWish& wish, const Layout& layout, float y, Splits* splits) {
    splits->time = std::max(0.0f, (layout.time.bottom() - y) / wish.height);
}

} // namespace ui
