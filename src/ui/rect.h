// A rectangle in pixels, and cutting pieces off it: how every region lays itself out. Plain values.
#pragma once

#include <algorithm>

#include "imgui.h"

namespace ui {

struct Rect {
    float x = 0, y = 0, w = 0, h = 0;

    float right() const { return x + w; }
    float bottom() const { return y + h; }
    float mid_x() const { return x + w / 2; }
    float mid_y() const { return y + h / 2; }
    ImVec2 min() const { return {x, y}; }
    ImVec2 max() const { return {x + w, y + h}; }
    bool empty() const { return w <= 0 || h <= 0; }
    bool contains(ImVec2 p) const {
        return p.x >= x && p.x < right() && p.y >= y && p.y < bottom();
    }
    bool inside(const Rect& outer, float slack = 0) const {
        return x >= outer.x - slack && y >= outer.y - slack && right() <= outer.right() + slack &&
               bottom() <= outer.bottom() + slack;
    }
    bool overlaps(const Rect& other) const {
        return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
    }

    /// Takes a piece off one side and leaves the rest.
    Rect cut_left(float width) {
        const Rect piece{x, y, std::min(width, w), h};
        x += piece.w;
        w -= piece.w;
        return piece;
    }
    Rect cut_right(float width) {
        const float taken = std::min(width, w);
        w -= taken;
        return {x + w, y, taken, h};
    }
    Rect cut_top(float height) {
        const Rect piece{x, y, w, std::min(height, h)};
        y += piece.h;
        h -= piece.h;
        return piece;
    }
    Rect cut_bottom(float height) {
        const float taken = std::min(height, h);
        h -= taken;
        return {x, y + h, w, taken};
    }
    Rect inset(float dx, float dy) const {
        return {x + dx, y + dy, std::max(0.0f, w - 2 * dx), std::max(0.0f, h - 2 * dy)};
    }
    /// A piece of that height in the middle, on whole pixels.
    Rect middle(float height) const {
        return {x, y + static_cast<float>(static_cast<int>((h - height) / 2)), w, height};
    }
};

} // namespace ui
