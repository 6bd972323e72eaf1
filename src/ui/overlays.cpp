// The palette of commands and the list of keys.
//   1. which commands match     2. palette     3. keys     4. the whole
#include "ui/overlays.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "ui/ui.h"

namespace ui {
namespace {

using model::Model;
using model::Selection;

constexpr float kLine = 26;

//--- 1. which commands match

/// Every word that is typed must stand in the command's name or menu, in any order.
bool matches(const CommandInfo& entry, std::string_view wanted) {
    const std::string name = base::ascii_lower(std::string(entry.name) + " " + word(entry.group) +
                                               " " + word(entry.menu));
    const std::string words = base::ascii_lower(wanted);
    for (std::size_t at = 0; at < words.size();) {
        const std::size_t end = std::min(words.find(' ', at), words.size());
        if (end > at && name.find(words.substr(at, end - at)) == std::string::npos) return false;
        at = end + 1;
    }
    return true;
}

std::vector<Command> matching(std::string_view wanted) {
    std::vector<Command> found;
    for (int i = 1; i < kCommandCount; ++i) {
        const auto command = static_cast<Command>(i);
        if (command == Command::commands || command == Command::escape) continue;
        if (matches(info(command), wanted)) found.push_back(command);
    }
    return found;
}

//--- 2. palette

void draw_command_line(Frame& f, const Rect& row, Command command, bool works, bool chosen) {
    const CommandInfo& entry = info(command);
    if (chosen) fill(f, row, Role::sel, 1, f.px(3));
    Rect inside = row.inset(f.px(10), 0);
    const std::string key = word(entry.chord);
    text(f, inside.cut_right(f.px(130)), Face::mono_small, Role::text3, key, Align::right);
    text(f, inside.cut_right(f.px(96)), Face::small, Role::text3, word(entry.group), Align::left);
    text(f, inside, Face::words, works ? Role::text : Role::text3, entry.name);
}

/// ↑ and ↓ go on to ImGui's field too, where they do nothing: it has one line.
void move_chosen(Overlays& overlays, int count) {
    if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_DownArrow))) ++overlays.chosen;
    if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_UpArrow))) --overlays.chosen;
    overlays.chosen = std::clamp(overlays.chosen, 0, std::max(0, count - 1));
    const auto chosen = static_cast<std::uint64_t>(overlays.chosen);
    if (chosen < overlays.first) overlays.first = chosen;
    if (chosen >= overlays.first + overlays.shown) overlays.first = chosen - overlays.shown + 1;
}

void draw_palette(Frame& f, Rect place, const Model& model, const Selection& selection,
                  Overlays& overlays) {
    const Rect field = place.cut_top(f.px(30));
    const FieldAnswer answer = text_field(f, field,
                                          {.text = &overlays.wanted,
                                           .label = "Command",
                                           .hint = "Type a command",
                                           .face = Face::words,
                                           .take_focus = overlays.just_opened});
    if (answer.changed) overlays.chosen = 0, overlays.first = 0;
    place.cut_top(f.px(6));
    const std::vector<Command> found = matching(overlays.wanted);
    const int count = static_cast<int>(found.size());
    overlays.shown = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(place.h / f.px(kLine)));
    move_chosen(overlays, count);
    if (found.empty()) {
        text(f, place.cut_top(f.px(kLine)).inset(f.px(10), 0), Face::words, Role::text2,
             "No command has these words");
        return;
    }
    const Rect bar = place.cut_right(f.px(14));
    const auto total = static_cast<std::uint64_t>(count);
    wheel_scroll(place, 3, total > overlays.shown ? total - overlays.shown : 0, &overlays.first);
    int run = answer.entered ? overlays.chosen : -1;
    for (std::uint64_t i = overlays.first; i < overlays.first + overlays.shown && i < total; ++i) {
        const Command command = found[static_cast<std::size_t>(i)];
        const bool works = command_works(command, model, selection);
        const Rect row = place.cut_top(f.px(kLine));
        const Touch area = touch(f, row, info(command).name);
        const bool moved = ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0;
        if (area.hovered && moved) overlays.chosen = static_cast<int>(i);
        if (area.clicked) run = static_cast<int>(i);
        draw_command_line(f, row, command, works, static_cast<int>(i) == overlays.chosen);
    }
    scroll_bar(f, bar, "Commands' scroll bar", &overlays.bar, &overlays.first, overlays.shown,
               total);
    if (run < 0) return;
    const Command command = found[static_cast<std::size_t>(run)];
    if (!command_works(command, model, selection)) return;
    overlays.open = Overlay::none;
    f.ask(command);
}

//--- 3. keys

/// One line of the list: a heading (then without a key), or what a key does.
struct KeyLine {
    std::string key, name;
    bool heading = false;
};

/// Ctrl+1 to Ctrl+9 are one line.
bool folded(Command command) { return command > Command::link_1 && command <= Command::link_9; }

std::vector<KeyLine> key_lines() {
    std::vector<KeyLine> lines;
    for (int i = 0; i < kKeyGroupCount; ++i) {
        lines.push_back({"", word(static_cast<KeyGroup>(i)), true});
        for (int k = 1; k < kCommandCount; ++k) {
            const CommandInfo& entry = info(static_cast<Command>(k));
            if (entry.group != static_cast<KeyGroup>(i) || entry.chord.key == Key::none) continue;
            if (folded(entry.command)) continue;
            if (entry.command == Command::link_1) {
                lines.push_back({"Ctrl+1 … 9", "Connection 1 to 9"});
            } else {
                lines.push_back({word(entry.chord), entry.name});
            }
        }
    }
    return lines;
}

void draw_key_line(Frame& f, Rect row, const KeyLine& line, float key_width) {
    if (line.heading) {
        text(f, row, Face::strong, Role::text, line.name);
        return;
    }
    text(f, row.cut_left(key_width), Face::mono_small, Role::accent, line.key);
    row.cut_left(f.px(8));
    bool cut = false;
    text(f, row, Face::small, Role::text2, line.name, Align::left, &cut);
    if (cut && row.contains(ImGui::GetIO().MousePos)) tooltip(f, line.name);
}

/// In four columns, each as long as it must be; a heading is never the last line of one.
void draw_keys(Frame& f, Rect place) {
    const Rect head = place.cut_top(f.px(30));
    const float x = text_at(f, head.x, head, Face::strong, Role::text, "Keys") + f.px(14);
    text_at(f, x, head, Face::small, Role::text3,
            "Those without Ctrl or Alt work while no text field has the focus");
    const std::vector<KeyLine> lines = key_lines();
    constexpr int kColumns = 4;
    const float gap = f.px(20);
    const float width = std::floor((place.w - gap * (kColumns - 1)) / kColumns);
    const std::size_t rows = (lines.size() + kColumns - 1) / kColumns + 1;
    const float height = std::floor(std::min(f.px(20), place.h / static_cast<float>(rows)));
    float key_width = 0;
    for (const KeyLine& line : lines)
        key_width = std::max(key_width, std::ceil(text_width(f, Face::mono_small, line.key)));
    std::size_t in_column = 0;
    Rect column{place.x, place.y, width, place.h};
    for (const KeyLine& line : lines) {
        if (in_column >= rows || (line.heading && in_column + 2 >= rows)) {
            column = {column.right() + gap, place.y, width, place.h};
            in_column = 0;
        }
        draw_key_line(f, column.cut_top(height), line, key_width);
        ++in_column;
    }
}

//--- 4. the whole

/// Logical, at most.
ImVec2 size_of(Overlay which) {
    switch (which) {
    case Overlay::keys: return {1400, 720};
    case Overlay::options: return {960, 630};
    case Overlay::close_code: return {620, 186};
    case Overlay::control: return {620, 186};
    case Overlay::rename: return {460, 84};
    case Overlay::settings: return {640, 286};
    case Overlay::file: return {760, 392};
    case Overlay::replay_edit: return {760, 420};
    default: return {620, 420};
    }
}

/// A stray click beside it takes nothing away that was typed.
bool stays_open(Overlay which) {
    return which == Overlay::options || which == Overlay::close_code || which == Overlay::control ||
           which == Overlay::file || which == Overlay::replay_edit;
}

Rect place_of(const Frame& f, Overlay which) {
    const ImVec2 size = size_of(which);
    const float width = std::min(f.px(size.x), f.window.w - f.px(40));
    const float height = std::min(f.px(size.y), f.window.h - f.px(90));
    return {std::round((f.window.w - width) / 2), f.px(40), width, height};
}

} // namespace

void draw_overlays(Frame& f, const Model& model, const Selection& selection, Panels& panels,
                   model::Actions& actions) {
    Overlays& overlays = panels.overlays;
    if (overlays.open == Overlay::none) return;
    const Rect place = place_of(f, overlays.open);
    ImGui::SetNextWindowPos(place.min());
    ImGui::SetNextWindowSize({place.w, place.h});
    if (overlays.just_opened) ImGui::SetNextWindowFocus();
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, f.hairline());
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, f.px(6));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, f.color(Role::panel));
    ImGui::PushStyleColor(ImGuiCol_Border, f.color(Role::line2));
    // Without NoNav, so that Tab goes through its fields.
    const bool drawn =
        ImGui::Begin("over", nullptr,
                     ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                         ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNavFocus);
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar(3);
    bool done = false;
    if (drawn) {
        f.list = ImGui::GetWindowDrawList();
        f.region = "over";
        f.place = place;
        f.alpha = 1;
        const Rect inside = place.inset(f.px(12), f.px(12));
        const bool first = overlays.just_opened;
        switch (overlays.open) {
        case Overlay::options:
            done = draw_options_form(f, inside, model, overlays.options, first, actions);
            break;
        case Overlay::close_code:
            done = draw_close_form(f, inside, model, overlays.close_code, first, actions);
            break;
        case Overlay::control:
            done = draw_control_form(f, inside, model, overlays.control, first, actions);
            break;
        case Overlay::rename:
            done = draw_rename_form(f, inside, overlays.rename, first, actions);
            break;
        case Overlay::settings:
            done = draw_settings_form(f, inside, model, panels, overlays.settings, actions);
            break;
        case Overlay::file:
            done = draw_file_form(f, inside, model, overlays.file, first, actions);
            break;
        case Overlay::replay_edit:
            done = draw_replay_edit(f, inside, model, overlays.replay_edit, first, actions);
            break;
        case Overlay::commands: draw_palette(f, inside, model, selection, overlays); break;
        case Overlay::keys: draw_keys(f, inside); break;
        case Overlay::none: break;
        }
    }
    const bool clicked_beside = ImGui::IsMouseClicked(ImGuiMouseButton_Left) &&
                                !place.contains(ImGui::GetIO().MousePos) &&
                                !stays_open(overlays.open);
    ImGui::End();
    const bool opened_now = std::exchange(overlays.just_opened, false);
    if (done || (!opened_now && (clicked_beside || f.key == Command::escape))) overlays = {};
}

} // namespace ui
