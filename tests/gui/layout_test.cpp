#include "ui/layout.h"

#include <doctest/doctest.h>

#include <vector>

using ui::drag_right;
using ui::drag_sidebar;
using ui::Layout;
using ui::layout_of;
using ui::LayoutWish;
using ui::Rect;
using ui::Splits;

namespace {

std::vector<Rect> regions_of(const Layout& l) {
    std::vector<Rect> all;
    for (const Rect& rect :
         {l.menu, l.tabs, l.connection, l.notice, l.sidebar, l.log, l.time, l.inspector, l.lower,
          l.status, l.split_sidebar, l.split_right, l.split_time, l.split_lower}) {
        if (!rect.empty()) all.push_back(rect);
    }
    return all;
}

/// Nothing overlaps, and together they cover the window.
void check_tiling(const LayoutWish& wish, const Layout& layout) {
    const Rect window{0, 0, wish.width, wish.height};
    double area = 0;
    const std::vector<Rect> regions = regions_of(layout);
    for (std::size_t i = 0; i < regions.size(); ++i) {
        CHECK(regions[i].inside(window));
        CHECK(regions[i].x == static_cast<int>(regions[i].x));
        CHECK(regions[i].y == static_cast<int>(regions[i].y));
        area += static_cast<double>(regions[i].w) * regions[i].h;
        for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(regions[i].overlaps(regions[j]));
    }
    CHECK(area == doctest::Approx(static_cast<double>(wish.width) * wish.height));
}

/// Edges are rounded to whole pixels: one pixel may be missing.
void check_least(const LayoutWish& wish, const Layout& layout) {
    CHECK(layout.log.w >= 360 * wish.scale - 1);
    CHECK(layout.log.h >= (40 + 26 + 24 + 5 * 22) * wish.scale - 1);
    CHECK((layout.sidebar.empty() || layout.sidebar.w >= 180 * wish.scale - 1));
    CHECK(layout.inspector.w >= 360 * wish.scale - 1);
    CHECK(layout.inspector.h >= 160 * wish.scale - 1);
    CHECK(layout.lower.h >= 200 * wish.scale - 1);
}

} // namespace

TEST_CASE("the regions have the sizes of the design") {
    const Layout normal = layout_of({.width = 1600, .height = 900, .notice = true}, {});
    CHECK(normal.menu.h == 26);
    CHECK(normal.connection.h == 44);
    CHECK(normal.notice.h == 30);
    CHECK(normal.status.h == 24);
    CHECK(normal.sidebar.w == 232);
    CHECK(normal.inspector.w == 500);
    CHECK(normal.lower.h == 270);

    const Layout small = layout_of({.width = 1280, .height = 720}, {});
    CHECK(small.narrow);
    CHECK(small.sidebar.empty());
    CHECK(small.inspector.w == 420);
    CHECK(small.lower.h == 236);

    const Layout large = layout_of({.width = 3840, .height = 2160, .scale = 2}, {});
    CHECK(large.sidebar.w == 480);
    CHECK(large.inspector.w == 1120);
    CHECK(large.time.h == 840);
    CHECK(large.menu.h == 52);
}

TEST_CASE("nothing overlaps or is cut off, at any size, scale and place of the splitters") {
    for (const float scale : {1.0f, 1.25f, 1.5f, 2.0f}) {
        for (const auto& [width, height] :
             {std::pair{1280.f, 720.f}, {1600.f, 900.f}, {1920.f, 1080.f}, {900.f, 640.f}}) {
            for (const float part : {-1.0f, 0.0f, 0.3f, 1.0f}) {
                const LayoutWish wish{width * scale, height * scale, scale, true, true};
                const Splits splits{part, part, part, part, 1, true, true};
                const Layout layout = layout_of(wish, splits);
                check_tiling(wish, layout);
                check_least(wish, layout);
            }
        }
    }
}

TEST_CASE("the time region takes its height from the log, which keeps five rows") {
    const LayoutWish wish{.width = 1600, .height = 900};
    const Layout layout = layout_of(wish, {});
    CHECK(layout.time.h == 352);
    check_tiling(wish, layout);
    const Layout pushed = layout_of(wish, {.time = 1.0f});
    CHECK(pushed.log.h == 40 + 26 + 24 + 5 * 22);
}

TEST_CASE("a dragged splitter is remembered as a part of the window") {
    const LayoutWish wish{.width = 1600, .height = 900};
    Splits splits;
    drag_sidebar(wish, 320, &splits);
    drag_right(wish, 1000, &splits);
    CHECK(layout_of(wish, splits).sidebar.w == 320);
    CHECK(layout_of(wish, splits).inspector.w == 600);
    const LayoutWish twice{.width = 3200, .height = 900};
    CHECK(layout_of(twice, splits).sidebar.w == 640);
    drag_sidebar(wish, -50, &splits);
    CHECK(layout_of(wish, splits).sidebar.w == 180);
}

TEST_CASE("the right column can be hidden, and then the log has its room") {
    Splits splits;
    splits.right_shown = false;
    const LayoutWish wish{.width = 1280, .height = 720};
    const Layout layout = layout_of(wish, splits);
    CHECK(layout.log.w == 1280);
    check_tiling(wish, layout);
}
