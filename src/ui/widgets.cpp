#include "ui/widgets.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "ui/field_text.h"

#include "imgui_internal.h" // how far a field is scrolled is told nowhere else
#include "imgui_stdlib.h"   // wants imgui.h before it

namespace ui {
namespace {

Rect clip_now() {
    const ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 low = list->GetClipRectMin();
    const ImVec2 high = list->GetClipRectMax();
    return {low.x, low.y, high.x - low.x, high.y - low.y};
}

bool press(Frame& f, const Rect& rect, std::string_view label, bool enabled, bool* hovered,
           bool* held) {
    f.probe.item(f.region, label, rect, clip_now(), enabled);
    *hovered = *held = false;
    if (rect.w < 1 || rect.h < 1) return false;
    ImGui::PushID(label.data(), label.data() + label.size());
    ImGui::SetCursorScreenPos(rect.min());
    const bool clicked = ImGui::InvisibleButton("press", {rect.w, rect.h});
    *hovered = ImGui::IsItemHovered();
    *held = ImGui::IsItemActive();
    ImGui::PopID();
    return clicked && enabled;
}

float rounding(const Frame& f) { return f.px(4); }

struct Ground {
    Role fill, border, words, hint;
};

Ground ground_of(Look look, bool enabled, bool hovered, bool held) {
    if (!enabled) return {Role::panel, Role::line2, Role::text3, Role::text3};
    if (look == Look::primary) {
        return {Role::accentfill, hovered ? Role::onaccent : Role::accentfill, Role::onaccent,
                Role::onaccent};
    }
    const Role fill = held ? Role::sel : hovered ? Role::hover : Role::bar;
    return {fill, Role::line2, Role::text, Role::text3};
}

void draw_ground(Frame& f, const Rect& rect, const Ground& ground, Look look, bool hovered) {
    if (look == Look::bare && !hovered) return;
    fill(f, rect, ground.fill, 1, rounding(f));
    frame_rect(f, rect, ground.border, rounding(f));
}

} // namespace

//--- buttons -------------------------------------------------------------------------------------

float button_width(const Frame& f, std::string_view label, std::string_view hint) {
    float width = text_width(f, Face::words, label) + f.px(10) * 2;
    if (!hint.empty()) width += f.px(11) + text_width(f, Face::small, hint);
    return std::round(width);
}

bool button(Frame& f, const Rect& rect, std::string_view label, Look look, bool enabled,
            std::string_view hint) {
    bool hovered = false;
    bool held = false;
    const bool clicked = press(f, rect, label, enabled, &hovered, &held);
    const Ground ground = ground_of(look, enabled, hovered, held);
    draw_ground(f, rect, ground, look, hovered);
    Rect inside = rect.inset(f.px(10), 0);
    if (hint.empty()) {
        text(f, inside, Face::words, ground.words, label, Align::center);
        return clicked;
    }
    const float x = text_at(f, inside.x, inside, Face::words, ground.words, label);
    text_at(f, x + f.px(11), inside, Face::small, ground.hint, hint);
    return clicked;
}

bool icon_button(Frame& f, const Rect& rect, Icon which, std::string_view label, Look look,
                 bool enabled) {
    bool hovered = false;
    bool held = false;
    const bool clicked = press(f, rect, label, enabled, &hovered, &held);
    const Ground ground = ground_of(look, enabled, hovered, held);
    draw_ground(f, rect, ground, look, hovered);
    const Role drawn = look == Look::primary ? Role::onaccent : Role::text2;
    icon(f, which, rect, enabled ? drawn : Role::text3);
    if (hovered) tooltip(f, label);
    return clicked;
}

float chip_width(const Frame& f, std::string_view label, std::uint64_t count) {
    const std::string number = base::count_text(count);
    return std::round(f.px(8) + f.px(14) + f.px(3) + text_width(f, Face::words, label) + f.px(6) +
                      text_width(f, Face::mono_small, number) + f.px(8));
}

bool chip(Frame& f, const Rect& rect, Icon which, Role icon_role, std::string_view label,
          std::uint64_t count, bool on) {
    bool hovered = false;
    bool held = false;
    const bool clicked = press(f, rect, label, true, &hovered, &held);
    const Role ground = hovered ? Role::hover : on ? Role::bar : Role::panel;
    fill(f, rect, ground, 1, rounding(f));
    frame_rect(f, rect, on ? Role::line2 : Role::line, rounding(f));
    Rect inside = rect.inset(f.px(8), 0);
    icon(f, which, inside.cut_left(f.px(14)), on ? icon_role : Role::text3);
    inside.cut_left(f.px(3));
    const float x = text_at(f, inside.x, inside, Face::words, on ? Role::text : Role::text3, label);
    text_at(f, x + f.px(6), inside, Face::mono_small, Role::text3, base::count_text(count));
    if (!on) {
        const float y = std::round(rect.mid_y());
        fill(f, {inside.x - f.px(2), y, x - inside.x + f.px(4), f.hairline()}, Role::text3);
    }
    return clicked;
}

float check_width(const Frame& f, std::string_view label) {
    return std::round(f.px(16) + f.px(6) + text_width(f, Face::words, label));
}

bool check(Frame& f, const Rect& rect, std::string_view label, bool* on) {
    bool hovered = false;
    bool held = false;
    const bool clicked = press(f, rect, label, true, &hovered, &held);
    Rect row = rect;
    const Rect box = row.cut_left(f.px(14)).middle(f.px(14));
    fill(f, box, *on ? Role::accentfill : hovered ? Role::hover : Role::field, 1, f.px(3));
    frame_rect(f, box, *on ? Role::accentfill : Role::line2, f.px(3));
    if (*on) icon(f, Icon::check, box, Role::onaccent);
    row.cut_left(f.px(7));
    if (row.w > f.px(14)) text(f, row, Face::words, Role::text, label); // else it is a box alone
    if (clicked) *on = !*on;
    return clicked;
}

namespace {

std::string badge_text(const TabName& tab) { return std::to_string(tab.badge); }

/// The place of a tab does not depend on which one is chosen.
float tab_width(const Frame& f, const TabName& tab) {
    const float name = std::ceil(text_width(f, Face::strong, tab.name));
    const float badge =
        tab.badge == 0 ? 0 : std::ceil(text_width(f, Face::mono_small, badge_text(tab))) + f.px(18);
    return std::round(name + badge + 2 * f.px(10));
}

void draw_badge(Frame& f, Rect rest, const TabName& tab) {
    const std::string words = badge_text(tab);
    const Rect ring =
        rest.cut_left(text_width(f, Face::mono_small, words) + f.px(10)).middle(f.px(16));
    frame_rect(f, ring, tab.badge_role, f.px(8));
    text(f, ring, Face::mono_small, tab.badge_role, words, Align::center);
}

} // namespace

int tabs(Frame& f, const Rect& rect, const TabName* names, int count, int chosen) {
    fill(f, rect, Role::bar);
    line_below(f, rect);
    float x = rect.x + f.px(4);
    int now = chosen;
    for (int i = 0; i < count; ++i) {
        const TabName& name = names[i];
        const bool is_chosen = i == chosen;
        const Rect tab{x, rect.y, std::min(tab_width(f, name), rect.right() - x), rect.h};
        bool hovered = false;
        bool held = false;
        if (press(f, tab, name.name, true, &hovered, &held)) now = i;
        if (is_chosen) {
            fill(f, tab, Role::panel);
            fill(f, {tab.x, tab.bottom() - f.px(2), tab.w, f.px(2)}, Role::accent);
        } else if (hovered) {
            fill(f, {tab.x, tab.y, tab.w, tab.h - f.hairline()}, Role::hover);
        }
        Rect inside = tab.inset(f.px(10), 0);
        const Rect words = inside.cut_left(std::ceil(text_width(f, Face::strong, name.name)));
        text(f, words, is_chosen ? Face::strong : Face::words, is_chosen ? Role::text : Role::text2,
             name.name, Align::center);
        inside.cut_left(f.px(6));
        if (name.badge != 0) draw_badge(f, inside, name);
        x = tab.right();
    }
    return now;
}

Rect behind_tabs(const Frame& f, const Rect& rect, const TabName* names, int count) {
    Rect rest = rect;
    rest.cut_left(f.px(4));
    for (int i = 0; i < count; ++i) rest.cut_left(tab_width(f, names[i]));
    return rest;
}

//--- fields --------------------------------------------------------------------------------------

int filter_typed(ImGuiInputTextCallbackData* data) {
    if (data->EventFlag == ImGuiInputTextFlags_CallbackCharFilter) {
        data->EventChar = static_cast<ImWchar>(typed_half(data->EventChar));
    }
    return 0;
}

namespace {

/// What the field's callback needs to know and finds out.
struct Watch {
    const Field* field;
    FieldAnswer* answer;
};

int watch_field(ImGuiInputTextCallbackData* data) {
    const Watch& watch = *static_cast<Watch*>(data->UserData);
    if (data->EventFlag == ImGuiInputTextFlags_CallbackCharFilter) return filter_typed(data);
    if (data->EventFlag == ImGuiInputTextFlags_CallbackCompletion) {
        watch.answer->tab = true;
        watch.answer->caret = data->CursorPos;
        return 0;
    }
    if (watch.field->put_caret >= 0) {
        // A field that has the focus holds a text of its own: it is changed here or not at all.
        if (watch.field->put_text) {
            const std::string& text = *watch.field->put_text;
            data->DeleteChars(0, data->BufTextLen);
            data->InsertChars(0, text.data(), text.data() + text.size());
        }
        data->CursorPos = std::min(watch.field->put_caret, data->BufTextLen);
        data->ClearSelection();
        watch.answer->caret_put = true;
    }
    watch.answer->caret = data->CursorPos;
    return 0;
}

} // namespace

FieldAnswer text_field(Frame& f, const Rect& rect, const Field& field) {
    f.probe.item(f.region, field.label, rect, clip_now(), true);
    fill(f, rect, Role::field, 1, rounding(f));
    ImFont* font = font_of(f, field.text->empty() ? Face::words : field.face);
    const Rect inside{rect.x + f.px(field.inset_left), rect.y,
                      rect.w - f.px(field.inset_left) - f.px(field.inset_right), rect.h};
    ImGui::PushID(field.label.data(), field.label.data() + field.label.size());
    ImGui::SetCursorScreenPos(inside.min());
    ImGui::SetNextItemWidth(inside.w);
    ImGui::PushFont(font);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0, std::floor((rect.h - font->FontSize) / 2)});
    ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 0);
    ImGui::PushStyleColor(ImGuiCol_FrameBg, f.color(Role::field));
    if (field.take_focus) ImGui::SetKeyboardFocusHere();
    const std::string before = *field.text;
    FieldAnswer answer;
    const std::string hint(field.hint);
    Watch watch{&field, &answer};
    answer.entered = ImGui::InputTextWithHint(
        "##field", hint.c_str(), field.text,
        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll |
            ImGuiInputTextFlags_CallbackCharFilter | ImGuiInputTextFlags_CallbackAlways |
            (field.takes_tab ? ImGuiInputTextFlags_CallbackCompletion : 0),
        watch_field, &watch);
    answer.focused = ImGui::IsItemActive();
    const ImGuiInputTextState* state = ImGui::GetInputTextState(ImGui::GetItemID());
    answer.text_x = inside.x - (state && answer.focused ? state->ScrollX : 0);
    answer.inside = inside;
    const bool hovered = ImGui::IsItemHovered();
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(2);
    ImGui::PopFont();
    ImGui::PopID();
    answer.changed = *field.text != before;
    const Role border = answer.focused ? Role::accent : hovered ? Role::text3 : Role::line2;
    frame_rect(f, rect, border, rounding(f));
    f.probe.text(f.region, field.text->empty() ? field.hint : *field.text, inside, clip_now(),
                 false);
    return answer;
}

Touch touch(Frame& f, const Rect& rect, std::string_view label) {
    Touch answer;
    answer.clicked = press(f, rect, label, true, &answer.hovered, &answer.held);
    answer.double_clicked = answer.hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
    answer.right_clicked = answer.hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Right);
    return answer;
}

namespace {

/// One line of an open list; true when it was picked.
bool list_line(Frame& f, const std::string& item, float width, bool chosen) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Rect row{at.x, at.y, width, f.px(24)};
    bool hovered = false;
    bool held = false;
    const bool picked = press(f, row, item, true, &hovered, &held);
    ImGui::SetCursorScreenPos({at.x, at.y + row.h});
    if (hovered || chosen) fill(f, row, hovered ? Role::hover : Role::sel, 1, f.px(3));
    text(f, row.inset(f.px(8), 0), Face::mono, Role::text, item);
    return picked;
}

} // namespace

bool begin_popup(Frame& f, const char* id, ImVec2 at, bool open_now, PopupScope* scope) {
    if (open_now) ImGui::OpenPopup(id);
    ImGui::SetNextWindowPos(at, ImGuiCond_Appearing);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {f.px(8), f.px(8)});
    const bool open = ImGui::BeginPopup(id);
    ImGui::PopStyleVar();
    if (!open) return false;
    scope->list = std::exchange(f.list, ImGui::GetWindowDrawList());
    scope->region = std::exchange(f.region, "list");
    scope->place = std::exchange(f.place, clip_now());
    return true;
}

void end_popup(Frame& f, const PopupScope& scope) {
    if (f.key == Command::escape) ImGui::CloseCurrentPopup();
    f.list = scope.list;
    f.region = scope.region;
    f.place = scope.place;
    ImGui::EndPopup();
}

bool menu_line(Frame& f, float width, std::string_view label, std::string_view hint, bool enabled) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Rect row{at.x, at.y, width, f.px(24)};
    bool hovered = false;
    bool held = false;
    const bool picked = press(f, row, label, enabled, &hovered, &held);
    ImGui::SetCursorScreenPos({at.x, at.y + row.h});
    if (hovered && enabled) fill(f, row, Role::hover, 1, f.px(3));
    Rect inside = row.inset(f.px(8), 0);
    if (!hint.empty()) {
        text(f, inside.cut_right(text_width(f, Face::small, hint)), Face::small, Role::text3, hint,
             Align::right);
    }
    text(f, inside, Face::words, enabled ? Role::text : Role::text3, label);
    if (picked) ImGui::CloseCurrentPopup();
    return picked;
}

int context_menu(Frame& f, const char* id, bool open_now, const MenuLine* lines, int count) {
    float width = f.px(120);
    for (int i = 0; i < count; ++i) {
        const float hint =
            lines[i].hint.empty() ? 0 : text_width(f, Face::small, lines[i].hint) + f.px(24);
        width = std::max(width, text_width(f, Face::words, lines[i].label) + hint + f.px(16));
    }
    width = std::ceil(width);
    PopupScope scope;
    if (!begin_popup(f, id, ImGui::GetIO().MousePos, open_now, &scope)) return -1;
    int picked = -1;
    for (int i = 0; i < count; ++i) {
        if (lines[i].label.empty()) {
            const ImVec2 at = ImGui::GetCursorScreenPos();
            fill(f, {at.x, at.y + f.px(4), width, f.hairline()}, Role::line);
            ImGui::SetCursorScreenPos({at.x, at.y + f.px(9)});
        } else if (menu_line(f, width, lines[i].label, lines[i].hint, lines[i].enabled)) {
            picked = i;
        }
    }
    end_popup(f, scope);
    return picked;
}

int list_under(Frame& f, const Rect& rect, std::string_view label, std::string_view chosen,
               const std::string* items, int count, bool open_now) {
    const std::string id = "list of " + std::string(label);
    int picked = -1;
    float width = rect.w - f.px(16);
    for (int i = 0; i < count; ++i) {
        width = std::max(width, text_width(f, Face::mono, items[i]) + f.px(16));
    }
    PopupScope scope;
    if (!begin_popup(f, id.c_str(), {rect.x, rect.bottom() + f.px(2)}, open_now, &scope)) return -1;
    for (int i = 0; i < count; ++i) {
        ImGui::PushID(i);
        if (list_line(f, items[i], std::round(width), items[i] == chosen)) {
            picked = i;
            ImGui::CloseCurrentPopup();
        }
        ImGui::PopID();
    }
    end_popup(f, scope);
    return picked;
}

int choice(Frame& f, const Rect& rect, std::string_view label, std::string_view shown,
           const std::string* items, int count, bool open_now) {
    bool hovered = false;
    bool held = false;
    const bool clicked = press(f, rect, label, true, &hovered, &held);
    fill(f, rect, hovered ? Role::hover : Role::field, 1, rounding(f));
    frame_rect(f, rect, hovered ? Role::text3 : Role::line2, rounding(f));
    Rect inside = rect.inset(f.px(8), 0);
    icon(f, Icon::chevron_down, inside.cut_right(f.px(14)), Role::text2);
    text(f, inside, Face::mono, Role::text, shown);
    return list_under(f, rect, label, shown, items, count, clicked || open_now);
}

//--- moving --------------------------------------------------------------------------------------

bool splitter(Frame& f, const Rect& rect, std::string_view label, bool vertical, float* position,
              bool* reset) {
    bool hovered = false;
    bool held = false;
    press(f, rect, label, true, &hovered, &held);
    const bool lit = hovered || held;
    if (lit) {
        ImGui::SetMouseCursor(vertical ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    }
    fill(f, rect, lit ? Role::accent : Role::bg);
    *reset = hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    if (held) *position = vertical ? pointer.x : pointer.y;
    return held && !*reset && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 1);
}

bool scroll_bar(Frame& f, const Rect& rect, std::string_view label, BarState* state,
                std::uint64_t* first, std::uint64_t shown, std::uint64_t total) {
    fill(f, rect, Role::bar);
    if (total <= shown || rect.empty()) {
        state->dragging = false;
        return false;
    }
    const double most = static_cast<double>(total - shown);
    const double share = static_cast<double>(shown) / static_cast<double>(total);
    const float least = f.px(24);
    const float height =
        std::min(rect.h, std::max(least, std::round(rect.h * static_cast<float>(share))));
    const float room = rect.h - height;
    const auto y_of = [&](std::uint64_t row) {
        return rect.y + std::round(static_cast<float>(static_cast<double>(row) / most) * room);
    };
    Rect thumb{rect.x + f.px(2), y_of(*first), rect.w - f.px(4), height};
    bool hovered = false;
    bool held = false;
    press(f, rect, label, true, &hovered, &held);
    bool moved = false;
    const float pointer = ImGui::GetIO().MousePos.y;
    if (held && !state->dragging) {
        state->dragging = true;
        const bool on_thumb = pointer >= thumb.y && pointer < thumb.bottom();
        state->grabbed_at = on_thumb ? pointer - thumb.y : height / 2;
    }
    if (!held) state->dragging = false;
    if (state->dragging && room > 0) {
        const double at = (pointer - state->grabbed_at - rect.y) / room;
        const double row = std::min(1.0, std::max(0.0, at)) * most;
        const auto wanted = static_cast<std::uint64_t>(row + 0.5);
        moved = wanted != *first;
        *first = wanted;
        thumb.y = y_of(*first);
    }
    fill(f, thumb, hovered || held ? Role::text3 : Role::line2, hovered || held ? 0.8f : 0.7f,
         f.px(3));
    frame_rect(f, thumb, Role::text2, f.px(3));
    return moved;
}

void wheel_scroll(const Rect& place, std::uint64_t rows, std::uint64_t most, std::uint64_t* first) {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.MouseWheel != 0 && place.contains(io.MousePos) &&
        ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem)) {
        const auto step = static_cast<std::uint64_t>(
            std::max(1.0f, std::fabs(io.MouseWheel) * static_cast<float>(rows) + 0.5f));
        *first = io.MouseWheel > 0 ? *first - std::min(*first, step) : *first + step;
    }
    *first = std::min(*first, most);
}

Rect empty_state(Frame& f, const Rect& rect, std::string_view what, std::string_view then) {
    const float line = f.px(22);
    Rect block = rect.middle(line * 2 + f.px(8) + f.px(28));
    text(f, block.cut_top(line), Face::strong, Role::text, what, Align::center);
    text(f, block.cut_top(line).inset(f.px(12), 0), Face::words, Role::text2, then, Align::center);
    block.cut_top(f.px(8));
    return block.cut_top(f.px(28));
}

} // namespace ui
