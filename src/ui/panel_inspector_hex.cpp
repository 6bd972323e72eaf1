// The inspector's bytes: offset, hex and text, one selection over both.
#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "ui/panel_inspector.h"

namespace ui {
namespace {

/// Where the columns of a row begin, in pixels from its left.
struct HexGrid {
    Face face = Face::mono;
    float advance = 7;
    std::size_t in_row = 16;
    float hex_x = 0, text_x = 0;

    float x_of_hex(std::size_t column) const {
        const float gap = column >= in_row / 2 ? 1.0f : 0.0f; // a wider gap in the middle
        return hex_x + (static_cast<float>(column) * 3 + gap) * advance;
    }
    float x_of_text(std::size_t column) const {
        return text_x + static_cast<float>(column) * advance;
    }
};

constexpr std::size_t kOffsetDigits = 8;

/// Sixteen bytes a row where they fit, in the small face before it is eight.
HexGrid grid_of(const Frame& f, float width) {
    HexGrid grid;
    const auto chars = [](std::size_t in_row) {
        return static_cast<float>(kOffsetDigits + 2 + in_row * 3 + 1 + 1 + in_row);
    };
    grid.advance = f.fonts.c;
    if (width < chars(16) * grid.advance) {
        grid.face = Face::mono_small;
        grid.advance = text_width(f, Face::mono_small, "0");
    }
    if (width < chars(16) * grid.advance) {
        grid.in_row = 8;
        if (width >= chars(8) * f.fonts.c) {
            grid.face = Face::mono;
            grid.advance = f.fonts.c;
        }
    }
    grid.hex_x = static_cast<float>(kOffsetDigits + 2) * grid.advance;
    grid.text_x = grid.hex_x + static_cast<float>(grid.in_row * 3 + 2) * grid.advance;
    return grid;
}

/// The byte at a place of a row: in the hex column or in the text; past the last: the last.
std::size_t column_at(const HexGrid& grid, float x) {
    if (x >= grid.text_x - grid.advance) {
        const float column = (x - grid.text_x) / grid.advance;
        return std::min(grid.in_row - 1, static_cast<std::size_t>(std::max(0.0f, column)));
    }
    for (std::size_t column = grid.in_row; column-- > 0;)
        if (x >= grid.x_of_hex(column) - grid.advance / 2) return column;
    return 0;
}

struct Span {
    std::size_t first = 0, size = 0;
};
Span selection_of(const HexView& view, std::size_t total) {
    if (!view.selected || total == 0) return {};
    const std::size_t first = std::min(view.anchor, view.caret);
    const std::size_t last = std::min(std::max(view.anchor, view.caret), total - 1);
    return {first, last < first ? 0 : last - first + 1};
}

void draw_row(Frame& f, const Rect& row, const HexGrid& grid, std::string_view bytes,
              std::size_t offset, const Span& chosen) {
    char number[24];
    std::snprintf(number, sizeof number, "%08zx", offset);
    text_at(f, row.x, row, grid.face, Role::text3, number);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::size_t at = offset + i;
        const bool in = at >= chosen.first && at < chosen.first + chosen.size;
        if (!in) continue;
        const float x = row.x + grid.x_of_hex(i);
        const bool last = at + 1 == chosen.first + chosen.size || i + 1 == bytes.size();
        const float end = last ? x + 2 * grid.advance : row.x + grid.x_of_hex(i + 1);
        fill(f, {std::floor(x), row.y, std::ceil(end) - std::floor(x), row.h}, Role::sel);
        fill(f, {std::floor(row.x + grid.x_of_text(i)), row.y, std::ceil(grid.advance), row.h},
             Role::sel);
    }
    // One text a half: the gap in the middle is wider.
    const std::size_t half = grid.in_row / 2;
    for (std::size_t from = 0; from < bytes.size(); from += half) {
        std::string hex;
        for (const char byte : bytes.substr(from, half))
            hex += (hex.empty() ? "" : " ") + base::hex_from_bytes({&byte, 1});
        text_at(f, row.x + grid.x_of_hex(from), row, grid.face, Role::text, hex);
    }
    std::string chars;
    for (const char byte : bytes) chars += byte >= 0x20 && byte < 0x7F ? byte : '.';
    text_at(f, row.x + grid.text_x, row, grid.face, Role::text2, chars);
}

/// Follows a drag over the rows; shift and a click extend what is selected.
void select(Frame& f, const Rect& place, const HexGrid& grid, std::size_t total, HexView& view) {
    const Touch area = touch(f, place, "Bytes");
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    if (!area.held) {
        view.dragging = false;
        return;
    }
    const float line = std::max(0.0f, (pointer.y - place.y) / f.px(kInspectorRow));
    std::uint64_t row = view.scroll.first + static_cast<std::uint64_t>(line);
    if (pointer.y < place.y && view.scroll.first > 0) row = --view.scroll.first;
    if (pointer.y > place.bottom()) ++view.scroll.first;
    const std::size_t at = std::min(total - 1, static_cast<std::size_t>(row) * grid.in_row +
                                                   column_at(grid, pointer.x - place.x));
    if (!view.dragging && !(ImGui::GetIO().KeyShift && view.selected)) view.anchor = at;
    view.dragging = view.selected = true;
    view.caret = at;
}

void draw_foot(Frame& f, Rect row, std::string_view payload, const HexView& view,
               model::Actions& actions) {
    line_above(f, row);
    row = row.inset(f.px(12), 0);
    const Span chosen = selection_of(view, payload.size());
    const std::string_view bytes =
        chosen.size > 0 ? payload.substr(chosen.first, chosen.size) : payload;
    const Rect as_text = row.cut_right(button_width(f, "Copy text")).middle(f.px(22));
    row.cut_right(f.px(6));
    const Rect as_hex = row.cut_right(button_width(f, "Copy hex")).middle(f.px(22));
    row.cut_right(f.px(8));
    if (button(f, as_hex, "Copy hex"))
        actions.push_back(model::CopyText{base::hex_from_bytes(bytes)});
    if (button(f, as_text, "Copy text")) actions.push_back(model::CopyText{std::string(bytes)});
    char words[80];
    if (chosen.size > 0) {
        std::snprintf(words, sizeof words, "%s from 0x%zx", base::size_text(chosen.size).c_str(),
                      chosen.first);
    } else {
        std::snprintf(words, sizeof words, "%s", base::size_text(payload.size()).c_str());
    }
    text(f, row, Face::mono, Role::text2, words);
}

} // namespace

void draw_inspector_hex(Frame& f, const InspectorContent& content, model::Actions& actions) {
    HexView& view = content.panel.hex;
    const std::string_view payload = content.event.payload;
    if (view.made_for != content.event.id) {
        view = {};
        view.made_for = content.event.id;
    }
    if (payload.empty()) {
        empty_state(f, content.place, "No bytes", "This event has no payload.");
        return;
    }
    if (has_secret(content.event) && !content.panel.show_secrets) {
        empty_state(f, content.place, "Not shown",
                    "The head carries secrets. Show them under Wire, then come back.");
        return;
    }
    Rect rest = content.place;
    draw_foot(f, rest.cut_bottom(f.px(30)), payload, view, actions);
    rest.cut_top(f.px(6));
    const float room = rest.w - f.px(12) - f.px(16);
    const HexGrid grid = grid_of(f, room);
    const std::uint64_t rows = (payload.size() + grid.in_row - 1) / grid.in_row;
    rest = scrolled(f, rest, "Hex scroll bar", rows, &view.scroll);
    rest.cut_left(f.px(12));
    Rect area = rest;
    area.h = std::min(area.h, f.px(kInspectorRow) * static_cast<float>(view.scroll.shown));
    select(f, area, grid, payload.size(), view);
    const Span chosen = selection_of(view, payload.size());
    for (std::uint64_t i = 0; i < view.scroll.shown && view.scroll.first + i < rows; ++i) {
        const std::size_t offset = static_cast<std::size_t>(view.scroll.first + i) * grid.in_row;
        draw_row(f, rest.cut_top(f.px(kInspectorRow)), grid, payload.substr(offset, grid.in_row),
                 offset, chosen);
    }
}

} // namespace ui
