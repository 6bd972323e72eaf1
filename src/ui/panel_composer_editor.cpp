// The composer's editor: text with its line numbers and the place of its fault underlined, or the
// path of a file.
#include <utility>

#include "base/text.h"
#include "ui/field_text.h"
#include "ui/panel_composer.h"

#include "imgui_stdlib.h" // wants imgui.h before it

namespace ui {
namespace {

constexpr float kPad = 4; ///< above the first line: six lines fit the usual place

int line_of(std::string_view text, std::size_t offset) {
    int line = 1;
    for (std::size_t i = 0; i < offset && i < text.size(); ++i) line += text[i] == '\n';
    return line;
}

/// Notes where the caret is. Of a character that is written as a pair, deleting one half deletes
/// all.
int note_caret(ImGuiInputTextCallbackData* data) {
    if (data->EventFlag == ImGuiInputTextFlags_CallbackCharFilter) return filter_typed(data);
    for (;;) {
        const std::size_t half = lone_half({data->Buf, static_cast<std::size_t>(data->BufTextLen)});
        if (half == std::string_view::npos) break;
        data->DeleteChars(static_cast<int>(half), 3);
    }
    static_cast<ComposerPanel*>(data->UserData)->caret = data->CursorPos;
    return 0;
}

/// A line under the place where the text stops being JSON.
void underline_fault(Frame& f, const ComposerPanel& panel, ImVec2 text_at_0, float line_height) {
    if (!panel.made.fault || panel.made_text != panel.text) return;
    const std::size_t at = std::min(panel.fault_at, panel.text.size());
    const std::size_t start = at == 0 ? 0 : panel.text.rfind('\n', at - 1) + 1;
    const std::string_view before(panel.text.data() + start, at - start);
    const float x = text_at_0.x + text_width(f, Face::mono, before);
    const float y = text_at_0.y + static_cast<float>(line_of(panel.text, at)) * line_height;
    const Rect mark{std::round(x), y - f.px(1), f.fonts.c * 1.5f, f.px(2)};
    fill(f, mark, Role::err);
    f.probe.item(f.region, "Fault", mark, f.window, true);
}

void draw_line_numbers(Frame& f, const ComposerPanel& panel, const Rect& column, float line_height,
                       int lines) {
    const float top = ImGui::GetWindowPos().y;
    const int first = std::max(0, static_cast<int>((top - column.y) / line_height) - 1);
    for (int line = first + 1; line <= lines; ++line) {
        const Rect row{column.x, column.y + static_cast<float>(line - 1) * line_height, column.w,
                       line_height};
        if (row.bottom() < top) continue;
        if (row.y > top + ImGui::GetWindowHeight()) break;
        const bool wrong = panel.made.fault && panel.made.fault->line == line;
        text(f, row, Face::mono, wrong ? Role::err : Role::text3, std::to_string(line),
             Align::right);
    }
}

/// Sideways Dear ImGui's field scrolls by itself; up and down is ours, since it is as high as its
/// text.
void keep_caret_in_sight(Frame& f, const Rect& place, ComposerPanel& panel, float line_height) {
    const int caret_line = line_of(panel.text, static_cast<std::size_t>(panel.caret));
    if (!panel.editor_has_focus || caret_line == panel.caret_line) return;
    const float pad = f.px(kPad);
    const float top = pad + static_cast<float>(caret_line - 1) * line_height;
    const float scroll = ImGui::GetScrollY();
    if (top < scroll) ImGui::SetScrollY(top - pad);
    if (top + line_height > scroll + place.h) ImGui::SetScrollY(top + line_height + pad - place.h);
    panel.caret_line = caret_line;
}

/// The field is as high as its text and stands in a child that scrolls, so that the numbers beside
/// it scroll too; the caret is kept in sight by us.
void draw_content(Frame& f, const Rect& place, ComposerPanel& panel) {
    const float line_height = f.fonts.mono->FontSize;
    const int lines = line_of(panel.text, panel.text.size());
    const float pad = f.px(kPad);
    const float numbers =
        f.fonts.c * static_cast<float>(std::max<std::size_t>(3, std::to_string(lines).size() + 1));
    const float height = std::max(place.h, static_cast<float>(lines) * line_height + 2 * pad);
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    const bool bar = height > place.h;
    const float left = numbers + f.px(14);
    const float width = place.w - left - (bar ? ImGui::GetStyle().ScrollbarSize : 0);

    if (panel.replaced && panel.editor_has_focus) {
        ImGui::SetWindowFocus(nullptr); // the active field would write its old text back
        panel.focus_editor = true;
    }
    panel.replaced = false;
    ImGui::SetCursorScreenPos({origin.x + left, origin.y});
    if (panel.focus_editor) ImGui::SetKeyboardFocusHere();
    panel.focus_editor = false;
    ImGui::InputTextMultiline("##editor", &panel.text, {width, height},
                              ImGuiInputTextFlags_CallbackAlways |
                                  ImGuiInputTextFlags_CallbackCharFilter,
                              note_caret, &panel);
    panel.editor_has_focus = ImGui::IsItemActive();
    if (panel.text.empty()) {
        const char* const hint = panel.body == model::Body::hex      ? "00 ff 10"
                                 : panel.body == model::Body::base64 ? "AP8Q"
                                                                     : "Write a message";
        text(f, {origin.x + left, origin.y + pad, width, line_height}, Face::mono, Role::text3,
             hint);
    }
    draw_line_numbers(f, panel, {origin.x, origin.y + pad, numbers, 0}, line_height, lines);
    underline_fault(f, panel, {origin.x + left, origin.y + pad}, line_height);
    keep_caret_in_sight(f, place, panel, line_height);
}

void draw_text(Frame& f, const Rect& place, ComposerPanel& panel) {
    f.probe.item(f.region, "Editor", place, f.place, true);
    const Rect inside = place.inset(f.hairline(), f.hairline());
    fill(f, place, Role::field, 1, f.px(4));
    ImGui::SetCursorScreenPos(inside.min());
    ImGui::PushFont(f.fonts.mono);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0, f.px(kPad)});
    ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_ChildBorderSize, 0);
    ImGui::PushStyleColor(ImGuiCol_ChildBg, f.color(Role::field));
    ImGui::PushStyleColor(ImGuiCol_ScrollbarBg, f.color(Role::field));
    ImGui::PushStyleColor(ImGuiCol_FrameBg, f.color(Role::field, 0)); // the underline shows through
    if (ImGui::BeginChild("editor", {inside.w, inside.h})) {
        ImDrawList* list = std::exchange(f.list, ImGui::GetWindowDrawList());
        draw_content(f, inside, panel);
        f.list = list;
    }
    ImGui::EndChild();
    ImGui::PopStyleColor(3);
    ImGui::PopStyleVar(3);
    ImGui::PopFont();
    frame_rect(f, place, panel.editor_has_focus ? Role::accent : Role::line2, f.px(4));
}

void draw_path(Frame& f, Rect place, ComposerPanel& panel) {
    const Rect field = place.cut_top(f.px(28));
    if (panel.replaced && panel.editor_has_focus) ImGui::SetWindowFocus(nullptr); // as above
    const FieldAnswer answer = text_field(f, field,
                                          {.text = &panel.text,
                                           .label = "Path",
                                           .hint = "Path of a file, such as /tmp/audio.raw",
                                           .take_focus = panel.focus_editor || panel.replaced});
    panel.focus_editor = panel.replaced = false;
    panel.editor_has_focus = answer.focused;
    place.cut_top(f.px(6));
    text_wrapped(f, place, Face::small, Role::text3,
                 "Its bytes are read when they are sent, and go as one message of at most " +
                     base::size_text(model::kMostFromFile) + ".",
                 f.px(18));
}

} // namespace

void draw_composer_editor(Frame& f, const Rect& place, ComposerPanel& panel) {
    if (panel.body == model::Body::file) {
        draw_path(f, place, panel);
    } else {
        draw_text(f, place, panel);
    }
}

} // namespace ui
