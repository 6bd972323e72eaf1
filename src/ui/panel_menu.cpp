// The menu bar: every entry is a command of the one table, and only those that work are lit.
#include <cmath>
#include <utility>

#include "ui/panels.h"
#include "ui/ui.h"

namespace ui {

std::string menu_name(Command command, const model::Model& model) {
    if (command == Command::connect) return main_button_name(model);
    if (command == Command::record) return model.files.recording ? "Stop recording" : "Record";
    if (command == Command::replay_play && model.replay.running)
        return model.replay.paused ? "Go on with the replay" : "Pause the replay";
    if (command == Command::theme) return model.dark_theme ? "Light theme" : "Dark theme";
    return info(command).name;
}

namespace {

bool is_on(Command command, const model::Model& model, const MenuPanel& panel) {
    switch (command) {
    case Command::sidebar: return panel.sidebar_shown;
    case Command::right_column: return panel.right_shown;
    case Command::time_region: return panel.time_shown;
    case Command::full_screen: return panel.full_screen;
    case Command::record: return model.files.recording;
    case Command::auto_answer: {
        const model::Connection* connection = model.current();
        return connection ? connection->options.auto_auth : true;
    }
    case Command::frame_detail: {
        const model::Connection* connection = model.current();
        return connection && connection->options.frame_detail;
    }
    default: return false;
    }
}

Rect last_item() {
    const ImVec2 low = ImGui::GetItemRectMin();
    const ImVec2 high = ImGui::GetItemRectMax();
    return {low.x, low.y, high.x - low.x, high.y - low.y};
}

/// Files of before, under the entry that opens one.
void draw_recent(Frame& f, const model::Model& model, const Rect& clip, model::Actions& actions) {
    if (model.files.recent.empty()) return;
    ImGui::Separator();
    constexpr std::size_t kMost = 8;
    for (std::size_t i = 0; i < model.files.recent.size() && i < kMost; ++i) {
        const std::string& path = model.files.recent[i];
        const std::string name = path.substr(path.rfind('/') + 1);
        ImGui::PushID(static_cast<int>(i));
        // Two hashes would end a name for ImGui.
        const std::string shown = shown_text(f.fonts.words, name, 60).text;
        const std::size_t hashes = shown.find("##");
        if (ImGui::MenuItem((shown.substr(0, hashes)).c_str()))
            actions.push_back(model::OpenCapture{path});
        ImGui::PopID();
        if (ImGui::IsItemHovered()) tooltip(f, path);
        f.probe.item("menu", "File/recent " + name, last_item(), clip, true);
    }
}

void draw_entries(Frame& f, Menu menu, const model::Model& model, const model::Selection& selection,
                  const MenuPanel& panel, const InspectorPanel& inspector,
                  model::Actions& actions) {
    const ImVec2 low = ImGui::GetWindowPos();
    const ImVec2 size = ImGui::GetWindowSize();
    const Rect clip{low.x, low.y, size.x, size.y};
    for (int i = 0; i < kCommandCount; ++i) {
        const CommandInfo& entry = info(static_cast<Command>(i));
        if (entry.menu != menu) continue;
        if (entry.group_begins) ImGui::Separator();
        const std::string name = menu_name(entry.command, model);
        const std::string key = word(entry.chord);
        const bool works = command_works(entry.command, model, selection) &&
                           inspector_command_works(entry.command, model, selection, inspector);
        // ImGui dims by transparency, which would fall below the contrast that is promised.
        if (!works) ImGui::PushStyleColor(ImGuiCol_Text, f.color(Role::text3));
        if (ImGui::MenuItem(name.c_str(), key.empty() ? nullptr : key.c_str(),
                            is_on(entry.command, model, panel), works)) {
            f.ask(entry.command);
        }
        if (!works) ImGui::PopStyleColor();
        f.probe.item("menu", std::string(word(menu)) + "/" + name, last_item(), clip, works);
        if (entry.command == Command::record) draw_recent(f, model, clip, actions);
    }
    if (f.key == Command::escape) ImGui::CloseCurrentPopup();
}

/// The two keys that lead to all others.
void draw_right_end(Frame& f) {
    ImDrawList* const list = std::exchange(f.list, ImGui::GetWindowDrawList());
    Rect row = f.place.inset(f.px(12), 0);
    for (const Command command : {Command::keys, Command::commands}) {
        const std::string name = command == Command::keys ? "Keys" : "Commands";
        const std::string key = word(info(command).chord);
        const float words =
            text_width(f, Face::small, name) + f.px(6) + text_width(f, Face::small, key);
        const Rect place = row.cut_right(std::ceil(words));
        const Touch area = touch(f, place.inset(0, f.px(2)), name);
        const Role role = area.hovered ? Role::text : Role::text3;
        const float x = text_at(f, place.x, place, Face::small, role, name) + f.px(6);
        text_at(f, x, place, Face::small, Role::text3, key);
        if (area.clicked) f.ask(command);
        row.cut_right(f.px(20));
    }
    f.list = list;
}

} // namespace

void draw_menu(Frame& f, const model::Model& model, model::Selection& selection, MenuPanel& panel,
               const InspectorPanel& inspector, model::Actions& actions) {
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {f.px(10), f.px(5)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {f.px(10), f.px(6)});
    if (ImGui::BeginMenuBar()) {
        for (const Menu menu : kMenus) {
            ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {f.px(8), f.px(8)});
            const bool open = ImGui::BeginMenu(word(menu));
            f.probe.item("menu", word(menu), last_item(), f.place, true);
            if (open) {
                draw_entries(f, menu, model, selection, panel, inspector, actions);
                ImGui::EndMenu();
            }
            ImGui::PopStyleVar();
        }
        draw_right_end(f);
        ImGui::EndMenuBar();
    }
    ImGui::PopStyleVar(2);
    // The menu bar has its own clip rectangle; the line below it is drawn outside of that.
    f.list->PushClipRect(f.place.min(), f.place.max());
    line_below(f, f.place);
    f.list->PopClipRect();
}

} // namespace ui
