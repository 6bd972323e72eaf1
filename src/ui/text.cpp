#include "ui/text.h"

#include <cstdio>

#include "base/text.h"

namespace ui {
namespace {

constexpr std::uint32_t kBadByte = 0xFFFFFFFF;
constexpr std::string_view kEllipsis = "…";

bool drawable(const ImFont* font, std::uint32_t code_point) {
    return code_point <= 0xFFFF &&
           font->FindGlyphNoFallback(static_cast<ImWchar>(code_point)) != nullptr;
}

/// U+2400 and on are pictures of the control characters; without them, a box.
std::uint32_t picture_of_control(const ImFont* font, std::uint32_t code_point) {
    const std::uint32_t picture = code_point == 0x7F ? 0x2421 : 0x2400 + code_point;
    return code_point <= 0x7F && drawable(font, picture) ? picture : 0x25A1;
}

bool plain_ascii(std::string_view raw) {
    for (const char c : raw) {
        if (c < 0x20 || c == 0x7F) return false; // also what is not ASCII: char is signed here
    }
    return true;
}

float width_of(const ImFont* font, std::string_view text) {
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, text.data(), text.data() + text.size())
        .x;
}

/// Bytes of `text` that fit into `width`.
std::size_t fitting(const ImFont* font, std::string_view text, float width) {
    float used = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t next = at;
        const std::uint32_t code_point = base::utf8_next(text, &next);
        used += font->GetCharAdvance(static_cast<ImWchar>(code_point));
        if (used > width) break;
        at = next;
    }
    return at;
}

} // namespace

ImFont* font_of(const Frame& f, Face face) {
    switch (face) {
    case Face::words: return f.fonts.words;
    case Face::small: return f.fonts.small;
    case Face::strong: return f.fonts.strong;
    case Face::mono: return f.fonts.mono;
    case Face::mono_strong: return f.fonts.mono_strong;
    case Face::mono_small: return f.fonts.mono_small;
    }
    return f.fonts.words;
}

Shown shown_text(const ImFont* font, std::string_view raw, std::size_t most_chars) {
    Shown shown;
    if (raw.size() <= most_chars && plain_ascii(raw)) {
        shown.text = raw;
        shown.used = raw.size();
        return shown;
    }
    std::size_t at = 0;
    for (std::size_t count = 0; at < raw.size() && count < most_chars; ++count) {
        const std::uint32_t code_point = base::utf8_next(raw, &at);
        if (code_point == kBadByte) {
            shown.damaged.push_back(shown.text.size());
            base::utf8_append(shown.text, drawable(font, 0xFFFD) ? 0xFFFD : '?');
        } else if (code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0)) {
            base::utf8_append(shown.text, picture_of_control(font, code_point));
        } else if (drawable(font, code_point)) {
            base::utf8_append(shown.text, code_point);
        } else {
            shown.boxed = true;
            base::utf8_append(shown.text, 0x25A1);
        }
    }
    shown.used = at;
    return shown;
}

std::string boxed_names(const ImFont* font, std::string_view raw) {
    std::string names;
    int count = 0;
    for (std::size_t at = 0; at < raw.size() && count < 6;) {
        const std::uint32_t code_point = base::utf8_next(raw, &at);
        if (code_point == kBadByte || code_point < 0xA0 || drawable(font, code_point)) continue;
        char name[16];
        std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(code_point));
        if (names.find(name) != std::string::npos) continue;
        names += (names.empty() ? "" : ", ");
        names += name;
        ++count;
    }
    return names;
}

float text_width(const Frame& f, Face face, std::string_view shown) {
    return width_of(font_of(f, face), shown);
}

namespace {

/// Draws `shown`, bad bytes in the colour of errors.
void draw_pieces(Frame& f, ImFont* font, ImVec2 at, Role role, const Shown& shown,
                 std::string_view part) {
    const auto draw = [&](std::string_view piece, Role color) {
        if (piece.empty()) return;
        f.list->AddText(font, font->FontSize, at, f.color(color), piece.data(),
                        piece.data() + piece.size());
        at.x += width_of(font, piece);
    };
    std::size_t done = 0;
    for (const std::size_t bad : shown.damaged) {
        if (bad >= part.size()) break;
        draw(part.substr(done, bad - done), role);
        std::size_t end = bad;
        base::utf8_next(part, &end);
        draw(part.substr(bad, end - bad), Role::err);
        done = end;
    }
    draw(part.substr(done), role);
}

Rect clip_of(const Frame& f) {
    const ImVec2 low = f.list->GetClipRectMin();
    const ImVec2 high = f.list->GetClipRectMax();
    return {low.x, low.y, high.x - low.x, high.y - low.y};
}

} // namespace

float text(Frame& f, const Rect& box, Face face, Role role, std::string_view raw, Align align,
           bool* cut) {
    if (cut) *cut = false;
    if (raw.empty() || box.w <= 0) return 0;
    ImFont* font = font_of(f, face);
    Shown shown = shown_text(font, raw, 1024);
    float width = width_of(font, shown.text);
    const bool too_wide = width > box.w + 0.5f || shown.used < raw.size();
    std::size_t kept = shown.text.size();
    if (too_wide) {
        kept = fitting(font, shown.text, box.w - width_of(font, kEllipsis));
        shown.text.resize(kept);
        shown.text += kEllipsis;
        width = width_of(font, shown.text);
        if (cut) *cut = true;
    }
    float x = box.x;
    if (align == Align::right) x = box.right() - width;
    if (align == Align::center) x = box.x + (box.w - width) / 2;
    const ImVec2 at{std::round(x), std::round(box.y + (box.h - font->FontSize) / 2)};
    draw_pieces(f, font, at, role, shown, shown.text);
    f.probe.text(f.region, raw, {at.x, at.y, width, font->FontSize}, clip_of(f), too_wide);
    return width;
}

float text_at(Frame& f, float x, const Rect& row, Face face, Role role, std::string_view raw) {
    return x + text(f, {x, row.y, 1e6f, row.h}, face, role, raw);
}

float text_wrapped(Frame& f, const Rect& box, Face face, Role role, std::string_view raw,
                   float line_height, bool* cut) {
    if (cut) *cut = false;
    ImFont* font = font_of(f, face);
    const Shown shown = shown_text(font, raw, 8192);
    const char* at = shown.text.data();
    const char* const end = at + shown.text.size();
    float y = box.y;
    while (at < end && y + line_height <= box.bottom() + 0.5f) {
        const char* stop = font->CalcWordWrapPositionA(1, at, end, box.w);
        if (stop == at) ++stop;
        const bool last = y + 2 * line_height > box.bottom() + 0.5f;
        if (last && stop < end) { // the rest does not fit: it ends with …
            text(f, {box.x, y, box.w, line_height}, face, role,
                 {at, static_cast<std::size_t>(end - at)}, Align::left, cut);
            return y + line_height - box.y;
        }
        const std::string_view line(at, static_cast<std::size_t>(stop - at));
        const ImVec2 place{box.x, std::round(y + (line_height - font->FontSize) / 2)};
        f.list->AddText(font, font->FontSize, place, f.color(role), at, stop);
        f.probe.text(f.region, line, {box.x, y, width_of(font, line), line_height}, clip_of(f),
                     false);
        y += line_height;
        at = stop;
        while (at < end && *at == ' ') ++at;
    }
    return y - box.y;
}

void tooltip(Frame& f, std::string_view raw, Face face) {
    ImFont* font = font_of(f, face);
    Shown shown = shown_text(font, raw, 1200);
    if (shown.used < raw.size()) shown.text += kEllipsis;
    const std::string names = shown.boxed ? boxed_names(font, raw) : std::string();
    f.probe.text("tooltip", raw, {}, {}, false);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {f.px(8), f.px(6)});
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(f.px(520));
    ImGui::PushFont(font);
    ImGui::TextUnformatted(shown.text.data(), shown.text.data() + shown.text.size());
    ImGui::PopFont();
    if (!names.empty()) {
        f.probe.text("tooltip", names, {}, {}, false);
        ImGui::PushStyleColor(ImGuiCol_Text, f.color(Role::text3));
        const std::string line = "□ stands for " + names;
        ImGui::TextUnformatted(line.data(), line.data() + line.size());
        ImGui::PopStyleColor();
    }
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
    ImGui::PopStyleVar();
}

std::string sentence(std::string_view words) {
    std::string out(words);
    std::size_t end = 0;
    while (end < out.size() && ((out[end] >= 'a' && out[end] <= 'z') || out[end] == '\'')) ++end;
    const bool plain = end > 0 && (end == out.size() || out[end] == ' ' || out[end] == ',');
    if (plain) out[0] = static_cast<char>(out[0] - 'a' + 'A');
    return out;
}

std::string running_text(std::int64_t ns) {
    const std::int64_t seconds = std::max<std::int64_t>(0, ns / 1'000'000'000);
    if (seconds < 60) return std::to_string(seconds) + " s";
    if (seconds < 3600) return std::to_string(seconds / 60) + " min";
    char text[48];
    std::snprintf(text, sizeof text, "%lld h %02lld min", static_cast<long long>(seconds / 3600),
                  static_cast<long long>(seconds / 60 % 60));
    return text;
}

//--- shapes --------------------------------------------------------------------------------------

void fill(Frame& f, const Rect& rect, Role role, float alpha, float rounding) {
    f.list->AddRectFilled(rect.min(), rect.max(), f.color(role, alpha), rounding);
}

void frame_rect(Frame& f, const Rect& rect, Role role, float rounding, float thickness) {
    const float t = std::max(1.0f, std::floor(thickness * f.scale));
    f.list->AddRect({rect.x + (t - 1) / 2, rect.y + (t - 1) / 2},
                    {rect.right() - (t - 1) / 2, rect.bottom() - (t - 1) / 2}, f.color(role),
                    rounding, 0, t);
}

void line_below(Frame& f, const Rect& rect, Role role) {
    const float t = f.hairline();
    fill(f, {rect.x, rect.bottom() - t, rect.w, t}, role);
}

void line_above(Frame& f, const Rect& rect, Role role) {
    fill(f, {rect.x, rect.y, rect.w, f.hairline()}, role);
}

namespace {

/// Icons are drawn in a box of 14 by 14 whose middle is 7, 7.
struct Sketch {
    ImDrawList* list;
    ImVec2 origin;
    float scale;
    ImU32 color;
    float thick;

    ImVec2 at(float x, float y) const { return {origin.x + x * scale, origin.y + y * scale}; }
    void line(std::initializer_list<ImVec2> points, bool closed = false) const {
        for (const ImVec2& p : points) list->PathLineTo(at(p.x, p.y));
        list->PathStroke(color, closed ? ImDrawFlags_Closed : 0, thick);
    }
    void fill(std::initializer_list<ImVec2> points) const {
        for (const ImVec2& p : points) list->PathLineTo(at(p.x, p.y));
        list->PathFillConvex(color);
    }
    void circle(float r, bool filled) const {
        if (filled) {
            list->AddCircleFilled(at(7, 7), r * scale, color, 24);
        } else {
            list->AddCircle(at(7, 7), r * scale, color, 24, thick);
        }
    }
};

} // namespace

void icon(Frame& f, Icon which, const Rect& rect, Role role) {
    const ImVec2 origin{std::round(rect.mid_x() - 7 * f.scale),
                        std::round(rect.mid_y() - 7 * f.scale)};
    const Sketch s{f.list, origin, f.scale, f.color(role), 1.25f * f.scale};
    switch (which) {
    case Icon::play: s.fill({{3, 2}, {12, 7}, {3, 12}}); break;
    case Icon::pause:
        s.fill({{3, 2}, {5.5f, 2}, {5.5f, 12}, {3, 12}});
        s.fill({{8.5f, 2}, {11, 2}, {11, 12}, {8.5f, 12}});
        break;
    case Icon::funnel:
        s.line({{1.5f, 2}, {12.5f, 2}, {8.5f, 7}, {8.5f, 12}, {5.5f, 10.5f}, {5.5f, 7}}, true);
        break;
    case Icon::magnifier:
        s.list->AddCircle(s.at(6, 6), 4 * s.scale, s.color, 20, s.thick);
        s.line({{9, 9}, {12.5f, 12.5f}});
        break;
    case Icon::chevron_down: s.line({{3.8f, 5.6f}, {7, 8.8f}, {10.2f, 5.6f}}); break;
    case Icon::chevron_right: s.line({{5.5f, 3.5f}, {9, 7}, {5.5f, 10.5f}}); break;
    case Icon::check: s.line({{2.5f, 7.5f}, {5.5f, 10.5f}, {11.5f, 3.5f}}); break;
    case Icon::cross:
        s.line({{3.5f, 3.5f}, {10.5f, 10.5f}});
        s.line({{10.5f, 3.5f}, {3.5f, 10.5f}});
        break;
    case Icon::triangle:
        s.line({{7, 2}, {12.5f, 11.5f}, {1.5f, 11.5f}}, true);
        s.line({{7, 5.3f}, {7, 8.2f}});
        s.fill({{6.3f, 9.3f}, {7.7f, 9.3f}, {7.7f, 10.5f}, {6.3f, 10.5f}});
        break;
    case Icon::ring: s.list->AddCircle(s.at(7, 7), 4.2f * s.scale, s.color, 24, 2 * s.scale); break;
    case Icon::small_ring:
        s.list->AddCircle(s.at(7, 7), 3.2f * s.scale, s.color, 16, s.scale);
        break;
    case Icon::disc: s.circle(4.5f, true); break;
    case Icon::half_disc:
        s.circle(4.3f, false);
        s.list->PathArcTo(s.at(7, 7), 4.3f * s.scale, 1.5708f, 4.7124f, 16);
        s.list->PathFillConvex(s.color);
        break;
    case Icon::diamond: s.fill({{7, 3.2f}, {10.8f, 7}, {7, 10.8f}, {3.2f, 7}}); break;
    case Icon::copy:
        s.line({{2.5f, 9}, {2.5f, 2.5f}, {9, 2.5f}});
        s.line({{5, 5}, {11.5f, 5}, {11.5f, 11.5f}, {5, 11.5f}}, true);
        break;
    case Icon::line_plot:
        s.line({{2.5f, 2.5f}, {2.5f, 11.5f}, {11.5f, 11.5f}});
        s.line({{4.2f, 9}, {6.5f, 5.8f}, {8.6f, 7.4f}, {11.5f, 3.5f}});
        break;
    case Icon::arrow_down: text(f, rect, Face::words, role, "↓", Align::center); break;
    case Icon::arrow_up: text(f, rect, Face::words, role, "↑", Align::center); break;
    case Icon::to_first:
        s.fill({{1, 2.5f}, {2.6f, 2.5f}, {2.6f, 11.5f}, {1, 11.5f}});
        s.fill({{8, 2.5f}, {8, 11.5f}, {3, 7}});
        s.fill({{13, 2.5f}, {13, 11.5f}, {8, 7}});
        break;
    case Icon::step_back:
        s.fill({{3, 2.5f}, {4.6f, 2.5f}, {4.6f, 11.5f}, {3, 11.5f}});
        s.fill({{11, 2.5f}, {11, 11.5f}, {5, 7}});
        break;
    case Icon::step_forward:
        s.fill({{3, 2.5f}, {9, 7}, {3, 11.5f}});
        s.fill({{9.4f, 2.5f}, {11, 2.5f}, {11, 11.5f}, {9.4f, 11.5f}});
        break;
    case Icon::to_last:
        s.fill({{1, 2.5f}, {6, 7}, {1, 11.5f}});
        s.fill({{6, 2.5f}, {11, 7}, {6, 11.5f}});
        s.fill({{11.4f, 2.5f}, {13, 2.5f}, {13, 11.5f}, {11.4f, 11.5f}});
        break;
    case Icon::square: {
        const float r = 1.5f * s.scale;
        s.list->AddRectFilled(s.at(3, 3), s.at(11, 11), s.color, r);
        break;
    }
    }
}

void ring_countdown(Frame& f, const Rect& rect, Role role, float left) {
    const ImVec2 middle{std::round(rect.mid_x()), std::round(rect.mid_y())};
    const float r = 4.5f * f.scale;
    f.list->AddCircle(middle, r, f.color(Role::line2), 24, 1.8f * f.scale);
    if (left <= 0) return;
    const float top = -1.5708f;
    f.list->PathArcTo(middle, r, top, top + 6.2832f * std::min(left, 1.0f), 24);
    f.list->PathStroke(f.color(role), 0, 1.8f * f.scale);
}

} // namespace ui
