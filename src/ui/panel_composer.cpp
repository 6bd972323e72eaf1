// The composer: what to send, whether it is right, and whether it can go now.
//   1. the text and its templates     2. may it be sent     3. the editor     4. the whole
#include <utility>

#include "base/text.h"
#include "ui/field_text.h"
#include "ui/panels.h"
#include "wire/catalogue.h"
#include "wire/envelope.h"

#include "imgui_stdlib.h" // wants imgui.h before it

namespace ui {
namespace {

using model::Model;

constexpr std::string_view kFirstTemplate = "text_input";

//--- 1. the text and its templates

/// The message as the editor begins with it: type and data of the catalogue's sample.
std::string template_text(const wire::MessageType& type) {
    const wire::EnvelopeHead head = wire::read_envelope(type.sample);
    std::string data(head.data_raw.empty() ? "{}" : head.data_raw);
    return wire::pretty_json("{\"type\":\"" + std::string(type.name) + "\",\"data\":" + data + "}");
}

void choose(ComposerPanel& panel, const std::string& name) {
    if (!panel.template_name.empty()) panel.drafts[panel.template_name] = panel.text;
    panel.template_name = name;
    const auto draft = panel.drafts.find(name);
    const wire::MessageType* type = wire::find_type(name);
    if (draft != panel.drafts.end()) {
        panel.text = draft->second;
    } else if (type) {
        panel.text = template_text(*type);
    }
    panel.replaced = true;
}

std::vector<std::string> command_names() {
    std::vector<std::string> names;
    for (const wire::MessageType& type : wire::catalogue()) {
        if (type.command) names.emplace_back(type.name);
    }
    return names;
}

void check_text(ComposerPanel& panel) {
    if (panel.checked_once && panel.checked == panel.text) return;
    panel.checked = panel.text;
    panel.checked_once = true;
    panel.fault = wire::find_json_fault(panel.text);
    panel.object = !panel.fault && base::trimmed(panel.text).substr(0, 1) == "{";
}

/// Bytes as they will be sent, with the timestamp that is put in at sending.
std::size_t size_at_sending(const ComposerPanel& panel) {
    const std::string text = text_from_field(panel.text);
    return panel.envelope ? wire::with_timestamp(text, 0).size() : text.size();
}

} // namespace

void format_composed(ComposerPanel& panel) {
    check_text(panel);
    if (panel.fault) return; // the line under the editor says where
    panel.text = wire::pretty_json(panel.text);
    panel.replaced = true;
}

//--- 2. may it be sent

model::SendCheck check_composed(const Model& model, ComposerPanel& panel) {
    check_text(panel);
    if (panel.fault && panel.envelope) {
        return {false, "Line " + std::to_string(panel.fault->line) + ", column " +
                           std::to_string(panel.fault->column) + ": " + panel.fault->message};
    }
    if (panel.text.empty()) return {false, "Nothing to send"};
    if (panel.envelope && !panel.object) {
        return {false, "An envelope is a JSON object: switch Envelope off to send this as it is"};
    }
    const model::SendCheck can = model::check_send(model.current(), model.now.mono_ns);
    if (!can.allowed) return {false, "Cannot send: " + can.what};
    if (!can.what.empty()) return can;
    if (panel.fault) return {true, "No JSON: it is sent as it stands"};
    return {};
}

void send_composed(const Model& model, ComposerPanel& panel, model::Actions& actions) {
    if (!check_composed(model, panel).allowed) return;
    actions.push_back(
        model::SendMessage{model.current_link, false, text_from_field(panel.text), panel.envelope});
}

namespace {

//--- 3. the editor

/// Byte offset of a line's first character.
std::size_t line_start(const std::string& text, int line) {
    std::size_t at = 0;
    for (int i = 1; i < line && at != std::string::npos; ++i) {
        at = text.find('\n', at);
        if (at != std::string::npos) ++at;
    }
    return at == std::string::npos ? text.size() : at;
}

int line_of(const std::string& text, std::size_t offset) {
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
    if (!panel.fault) return;
    const std::size_t start = line_start(panel.text, panel.fault->line);
    const std::size_t offset = std::max(start, panel.fault->offset);
    const std::string_view before(panel.text.data() + start, offset - start);
    const float x = text_at_0.x + text_width(f, Face::mono, before);
    const float y = text_at_0.y + static_cast<float>(panel.fault->line) * line_height;
    fill(f, {std::round(x), y - f.px(1), f.fonts.c * 1.5f, f.px(2)}, Role::err);
}

void draw_line_numbers(Frame& f, const ComposerPanel& panel, const Rect& column, float line_height,
                       int lines) {
    for (int line = 1; line <= lines; ++line) {
        const Rect row{column.x, column.y + static_cast<float>(line - 1) * line_height, column.w,
                       line_height};
        if (row.bottom() < ImGui::GetWindowPos().y) continue;
        if (row.y > ImGui::GetWindowPos().y + ImGui::GetWindowHeight()) break;
        const bool wrong = panel.fault && panel.fault->line == line;
        text(f, row, Face::mono, wrong ? Role::err : Role::text3, std::to_string(line),
             Align::right);
    }
}

/// The field is as high as its text and stands in a child that scrolls, so that the numbers beside
/// it scroll too; the caret is kept in sight by us.
void draw_editor_content(Frame& f, const Rect& place, ComposerPanel& panel) {
    const float line_height = f.fonts.mono->FontSize;
    const int lines = line_of(panel.text, panel.text.size());
    const float pad = f.px(6);
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
    draw_line_numbers(f, panel, {origin.x, origin.y + pad, numbers, 0}, line_height, lines);
    check_text(panel);
    underline_fault(f, panel, {origin.x + left, origin.y + pad}, line_height);

    const int caret_line = line_of(panel.text, static_cast<std::size_t>(panel.caret));
    if (panel.editor_has_focus && caret_line != panel.caret_line) {
        const float top = pad + static_cast<float>(caret_line - 1) * line_height;
        const float scroll = ImGui::GetScrollY();
        if (top < scroll) ImGui::SetScrollY(top - pad);
        if (top + line_height > scroll + place.h)
            ImGui::SetScrollY(top + line_height + pad - place.h);
        panel.caret_line = caret_line;
    }
}

void draw_editor(Frame& f, const Rect& place, ComposerPanel& panel) {
    f.probe.item(f.region, "Editor", place, f.place, true);
    const Rect inside = place.inset(f.hairline(), f.hairline());
    fill(f, place, Role::field, 1, f.px(4));
    ImGui::SetCursorScreenPos(inside.min());
    ImGui::PushFont(f.fonts.mono);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0, f.px(6)});
    ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_ChildBorderSize, 0);
    ImGui::PushStyleColor(ImGuiCol_ChildBg, f.color(Role::field));
    ImGui::PushStyleColor(ImGuiCol_ScrollbarBg, f.color(Role::field));
    ImGui::PushStyleColor(ImGuiCol_FrameBg, f.color(Role::field, 0)); // the underline shows through
    if (ImGui::BeginChild("editor", {inside.w, inside.h})) {
        ImDrawList* list = std::exchange(f.list, ImGui::GetWindowDrawList());
        draw_editor_content(f, inside, panel);
        f.list = list;
    }
    ImGui::EndChild();
    ImGui::PopStyleColor(3);
    ImGui::PopStyleVar(3);
    ImGui::PopFont();
    frame_rect(f, place, panel.editor_has_focus ? Role::accent : Role::line2, f.px(4));
}

//--- 4. the whole

void draw_verdict(Frame& f, Rect row, const ComposerPanel& panel, const model::SendCheck& check) {
    const Rect mark = row.cut_left(f.px(14));
    row.cut_left(f.px(5));
    if (panel.fault && !check.allowed) {
        icon(f, Icon::cross, mark, Role::err);
        text(f, row, Face::words, Role::err, check.what);
    } else if (!check.what.empty()) {
        icon(f, Icon::triangle, mark, Role::warn);
        text(f, row, Face::words, Role::warn, check.what);
    } else {
        icon(f, Icon::check, mark, Role::ok);
        row.cut_left(text(f, row, Face::words, Role::ok, "Valid JSON") + f.px(12));
        std::string size = base::size_text(size_at_sending(panel));
        if (panel.envelope) size += " with its envelope";
        if (panel.envelope && !f.narrow) size += ", timestamp set at sending";
        text(f, row, Face::words, Role::text3, size);
    }
}

void draw_top_row(Frame& f, Rect row, ComposerPanel& panel) {
    const std::vector<std::string> names = command_names();
    const int picked =
        choice(f, row.cut_left(f.px(f.narrow ? 198 : 136)), "Template", panel.template_name,
               names.data(), static_cast<int>(names.size()), panel.open_templates);
    panel.open_templates = false;
    if (picked >= 0) choose(panel, names[static_cast<std::size_t>(picked)]);
    row.cut_left(f.px(16));
    check(f, row.cut_left(check_width(f, "Envelope")), "Envelope", &panel.envelope);
    row.cut_left(f.px(16));
    const wire::MessageType* type = wire::find_type(panel.template_name);
    if (!type || f.narrow) return;
    bool cut = false;
    text(f, row, Face::small, Role::text3, type->description, Align::left, &cut);
    if (touch(f, row, "Template's description").hovered && cut) tooltip(f, type->description);
}

} // namespace

void draw_composer(Frame& f, const Model& model, model::Selection&, ComposerPanel& panel,
                   model::Actions&) {
    if (panel.template_name.empty()) choose(panel, std::string(kFirstTemplate));
    fill(f, f.place, Role::panel);
    Rect rest = f.place;
    rest = rest.inset(f.px(12), 0);
    rest.cut_top(f.px(10));
    draw_top_row(f, rest.cut_top(f.px(26)), panel);
    rest.cut_top(f.px(9));

    //--- from below: buttons, verdict; the editor takes the rest
    rest.cut_bottom(f.px(16));
    Rect buttons = rest.cut_bottom(f.px(30));
    rest.cut_bottom(f.px(4));
    const Rect verdict = rest.cut_bottom(f.px(26));
    draw_editor(f, rest, panel);
    const model::SendCheck check = check_composed(model, panel);
    draw_verdict(f, verdict, panel, check);
    const std::string hint = word(info(Command::send).chord);
    const Rect send = buttons.cut_left(button_width(f, "Send", hint));
    if (button(f, send, "Send", Look::primary, check.allowed, hint)) f.ask(Command::send);
    const Rect format = buttons.cut_right(button_width(f, "Format")).middle(f.px(26));
    if (button(f, format, "Format", Look::normal, !panel.fault)) f.ask(Command::format);
}

} // namespace ui
