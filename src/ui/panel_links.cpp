// The strip of connections.
//   1. what a tab says     2. one tab     3. the strip     4. commands
#include "ui/panel_links.h"

#include <cmath>
#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "ui/panels.h"

namespace ui {
namespace {

using model::Connection;
using model::Model;
using wire::Phase;

//--- 1. what a tab says

/// "waiting to retry," and "4.2 s": the number is drawn in a face whose figures do not move.
struct TabWords {
    std::string words, number, behind;
    Role role = Role::text2;
    bool warns = false; ///< the mark is a triangle
};

std::string lower_case(std::string word) {
    if (!word.empty()) word[0] = static_cast<char>(word[0] - 'A' + 'a');
    return word;
}

TabWords words_of(Frame& f, const Connection& connection) {
    const wire::LinkState& state = connection.state;
    TabWords said;
    said.role = look_of(state.phase).role;
    if (!connection.file.empty()) {
        said.words = "opened file";
        said.role = Role::text3;
    } else if (state.phase == Phase::idle) {
        said.words = "not connected";
        said.role = Role::text3;
    } else if (state.phase == Phase::waiting) {
        const std::int64_t left = std::max<std::int64_t>(0, state.retry_at_mono_ns - f.now_mono_ns);
        f.wake_at(f.now_mono_ns + base::kSecond / 10);
        char number[32];
        std::snprintf(number, sizeof number, "%.1f s", static_cast<double>(left) / base::kSecond);
        said.words = "waiting to retry,";
        said.number = number;
    } else if (state.phase == Phase::open && state.auth == wire::AuthStage::challenged) {
        const std::int64_t left = seconds_left(state.auth_deadline_mono_ns, f.now_mono_ns);
        if (left > 0) f.wake_at(state.auth_deadline_mono_ns - (left - 1) * base::kSecond);
        said.words = "challenge unanswered,";
        said.number = std::to_string(left) + " s";
        said.behind = "left";
        said.role = Role::warn;
        said.warns = true;
    } else {
        said.words = lower_case(word(state.phase));
    }
    return said;
}

//--- 2. one tab

/// Where the parts of a tab are, from its left edge.
struct TabParts {
    TabWords said;
    std::string number, name;
    bool insecure = false;
    float name_w = 0, words_w = 0, number_w = 0, behind_w = 0, width = 0;
};

TabParts parts_of(Frame& f, const Connection& connection) {
    TabParts tab;
    tab.said = words_of(f, connection);
    tab.number = std::to_string(connection.link);
    tab.name = label_of(connection);
    tab.insecure = any_certificate(connection);
    // As wide as when it is chosen, so that choosing moves nothing.
    tab.name_w = std::min(f.px(190), std::ceil(text_width(f, Face::strong, tab.name)));
    tab.words_w = std::ceil(text_width(f, Face::words, tab.said.words));
    tab.width = f.px(10 + 14 + 6) + f.fonts.c * static_cast<float>(tab.number.size()) + f.px(7) +
                tab.name_w + f.px(10) + tab.words_w + f.px(10);
    if (tab.insecure) tab.width += f.px(16);
    if (!tab.said.number.empty()) {
        tab.number_w = f.fonts.c * static_cast<float>(std::max<std::size_t>(
                                       tab.said.number.size(), tab.said.behind.empty() ? 6 : 4));
        tab.width += f.px(4) + tab.number_w;
    }
    if (!tab.said.behind.empty()) {
        tab.behind_w = std::ceil(text_width(f, Face::words, tab.said.behind));
        tab.width += f.px(5) + tab.behind_w;
    }
    tab.width = std::ceil(tab.width) + f.px(2);
    return tab;
}

void draw_mark(Frame& f, const Rect& mark, const Connection& connection, const TabWords& said) {
    const StateLook look = look_of(connection.state.phase);
    if (!connection.file.empty()) {
        icon(f, Icon::square, mark, Role::accent);
    } else if (said.warns) {
        icon(f, Icon::triangle, mark, said.role);
    } else if (connection.state.phase == Phase::waiting) {
        draw_waiting_ring(f, mark, connection.state);
    } else {
        icon(f, look.icon, mark, look.role);
    }
}

void draw_tab(Frame& f, const Rect& place, const Connection& connection, const TabParts& tab,
              bool chosen, bool hovered) {
    fill(f, place, chosen ? Role::bar : hovered ? Role::hover : Role::panel);
    if (chosen) {
        fill(f, {place.x, place.y, place.w, f.px(2)}, Role::accent);
    } else {
        frame_rect(f, place, Role::line);
    }
    Rect row = place.inset(f.px(10), 0);
    draw_mark(f, row.cut_left(f.px(14)), connection, tab.said);
    row.cut_left(f.px(6));
    const float c = f.fonts.c * static_cast<float>(tab.number.size());
    text(f, row.cut_left(c + 1), Face::mono, chosen ? Role::text : Role::text2, tab.number);
    row.cut_left(f.px(7) - 1);
    if (tab.insecure) {
        icon(f, Icon::cross, row.cut_left(f.px(14)), Role::err);
        row.cut_left(f.px(2));
    }
    text(f, row.cut_left(tab.name_w), chosen ? Face::strong : Face::words,
         chosen ? Role::text : Role::text2, tab.name);
    row.cut_left(f.px(10));
    text(f, row.cut_left(tab.words_w), Face::words, tab.said.role, tab.said.words);
    if (tab.said.number.empty()) return;
    row.cut_left(f.px(4));
    text(f, row.cut_left(tab.number_w), Face::mono, tab.said.role, tab.said.number);
    row.cut_left(f.px(5));
    text(f, row.cut_left(tab.behind_w), Face::words, tab.said.role, tab.said.behind);
}

/// The whole of what the tab has room for only in part.
std::string tab_tooltip(const Connection& connection) {
    if (!connection.file.empty())
        return connection.file +
               (connection.state.url.empty() ? "" : "\nRecorded from " + connection.state.url);
    std::string said = connection.state.url.empty() ? label_of(connection) : connection.state.url;
    said += std::string("\n") + word(connection.state.phase);
    if (any_certificate(connection)) said += "\nAny certificate accepted (--insecure)";
    if (connection.state.last_error) {
        said += "\n" + sentence(base::one_line(*connection.state.last_error));
    }
    return said;
}

//--- 3. the strip

void draw_tab_menu(Frame& f, const Model& model, Panels& panels, bool open_now,
                   model::Actions& actions) {
    const MenuLine lines[] = {{"Rename…", word(info(Command::rename_connection).chord)},
                              {"Duplicate", ""},
                              {"", ""},
                              {"Close", word(info(Command::close_connection).chord)}};
    const int picked =
        context_menu(f, "tab menu", open_now, lines, static_cast<int>(std::size(lines)));
    const std::uint32_t link = panels.links.menu_link;
    if (picked == 0) open_rename(panels.overlays, model, link);
    if (picked == 1) actions.push_back(model::AddConnection{link});
    if (picked == 3) actions.push_back(model::CloseConnection{link});
}

/// How many whole tabs fit from `first` on; at least one.
std::size_t fitting(const std::vector<TabParts>& tabs, std::size_t first, float room, float gap) {
    std::size_t count = 0;
    for (float used = 0; first + count < tabs.size(); ++count) {
        used += tabs[first + count].width + gap;
        if (used > room) break;
    }
    return std::max<std::size_t>(1, count);
}

/// Moves the strip so that the chosen tab is on it, once after each choice.
void bring_into_view(LinksPanel& panel, const std::vector<std::uint32_t>& links,
                     const std::vector<TabParts>& tabs, std::uint32_t current, float room,
                     float gap) {
    panel.first = std::min(panel.first, tabs.size() - 1);
    if (panel.brought == current) return;
    panel.brought = current;
    for (std::size_t i = 0; i < links.size(); ++i) {
        if (links[i] != current) continue;
        panel.first = std::min(panel.first, i);
        while (panel.first + fitting(tabs, panel.first, room, gap) <= i) ++panel.first;
    }
}

bool move_button(Frame& f, const Rect& place, const char* arrow, bool enabled) {
    const Touch area = touch(f, place, arrow);
    if (area.hovered && enabled) fill(f, place, Role::hover, 1, f.px(4));
    text(f, place, Face::strong, enabled ? Role::text2 : Role::line2, arrow, Align::center);
    return area.clicked && enabled;
}

/// ← and → at the right end, while not all tabs fit; the wheel does the same.
void draw_moves(Frame& f, Rect* strip, LinksPanel& panel, std::size_t total) {
    const Rect later = strip->cut_right(f.px(26)).middle(f.px(22));
    const Rect earlier = strip->cut_right(f.px(26)).middle(f.px(22));
    strip->cut_right(f.px(4));
    if (move_button(f, earlier, "←", panel.first > 0)) --panel.first;
    if (move_button(f, later, "→", panel.first + 1 < total)) ++panel.first;
}

} // namespace

void draw_links(Frame& f, const Model& model, Panels& panels, model::Actions& actions) {
    fill(f, f.place, Role::bg);
    line_below(f, f.place);
    LinksPanel& panel = panels.links;
    const std::vector<std::uint32_t> links = model.tabs();
    std::vector<TabParts> tabs;
    float all = 0;
    const float gap = f.px(6);
    for (const std::uint32_t link : links) {
        tabs.push_back(parts_of(f, *model.connection(link)));
        all += tabs.back().width + gap;
    }
    if (tabs.empty()) return;

    Rect strip = f.place.inset(f.px(9), 0);
    const float plus_w = f.px(28);
    if (all + plus_w > strip.w) {
        draw_moves(f, &strip, panel, tabs.size());
        std::uint64_t first = panel.first;
        wheel_scroll(f.place, 1, tabs.size() - 1, &first);
        panel.first = static_cast<std::size_t>(first);
    } else {
        panel.first = 0;
    }
    const float room = strip.w - plus_w;
    bring_into_view(panel, links, tabs, model.current_link, room, gap);

    bool menu_now = false;
    const std::size_t shown = fitting(tabs, panel.first, room, gap);
    for (std::size_t i = panel.first; i < panel.first + shown && i < tabs.size(); ++i) {
        const Connection& connection = *model.connection(links[i]);
        const Rect place = Rect(strip.cut_left(std::min(tabs[i].width, room)));
        const Rect tab{place.x, place.y + f.px(3), place.w, place.h - f.px(3)};
        strip.cut_left(gap);
        const Touch touched = touch(f, tab, "Connection " + tabs[i].number);
        draw_tab(f, tab, connection, tabs[i], links[i] == model.current_link, touched.hovered);
        if (touched.clicked) actions.push_back(model::SelectLink{links[i]});
        if (touched.right_clicked) panel.menu_link = links[i];
        menu_now = menu_now || touched.right_clicked;
        if (touched.hovered) tooltip(f, tab_tooltip(connection));
    }
    const Rect plus = strip.cut_left(f.px(24)).middle(f.px(22));
    const Touch touched = touch(f, plus, "New connection");
    if (touched.hovered) {
        fill(f, plus, Role::hover, 1, f.px(4));
        tooltip(f, "New connection, " + word(info(Command::new_connection).chord));
    }
    text(f, plus, Face::strong, Role::text2, "+", Align::center);
    if (touched.clicked) f.ask(Command::new_connection);
    draw_tab_menu(f, model, panels, menu_now, actions);
}

//--- 4. commands

namespace {

bool is_choice(Command command) { return command >= Command::link_1 && command <= Command::link_9; }

/// The connection of that number, as tab and log show it; when it is gone, the tab at that place.
std::uint32_t link_of(Command command, const Model& model) {
    const auto number = static_cast<std::uint32_t>(1 + static_cast<int>(command) -
                                                   static_cast<int>(Command::link_1));
    const Connection* named = model.connection(number);
    if (named && !named->closed) return number;
    const std::vector<std::uint32_t> links = model.tabs();
    return number <= links.size() ? links[number - 1] : 0;
}

} // namespace

std::optional<bool> links_command_works(Command command, const Model& model) {
    const Connection* connection = model.current();
    if (is_choice(command)) return link_of(command, model) != 0;
    switch (command) {
    case Command::close_with_code:
    case Command::control_frame: return connection && connection->state.phase == Phase::open;
    case Command::duplicate_connection: return connection && connection->file.empty();
    case Command::close_connection:
    case Command::rename_connection: return connection != nullptr;
    case Command::reconnect: return connection && !connection->options.url.empty();
    default: return std::nullopt;
    }
}

bool perform_links(Command command, const Model& model, Panels& panels, model::Actions& actions,
                   bool* hold_typing) {
    const std::uint32_t link = model.current_link;
    if (is_choice(command)) {
        actions.push_back(model::SelectLink{link_of(command, model)});
        return true;
    }
    switch (command) {
    case Command::new_connection:
        actions.push_back(model::AddConnection{});
        panels.connection.focus_next = true;
        *hold_typing = true;
        break;
    case Command::close_connection: actions.push_back(model::CloseConnection{link}); break;
    case Command::duplicate_connection: actions.push_back(model::AddConnection{link}); break;
    case Command::reconnect: actions.push_back(model::Reconnect{link}); break;
    case Command::rename_connection:
        open_rename(panels.overlays, model, link);
        *hold_typing = true;
        break;
    case Command::close_with_code:
        open_close_code(panels.overlays, link);
        *hold_typing = true;
        break;
    case Command::control_frame:
        open_control_frame(panels.overlays, link);
        *hold_typing = true;
        break;
    case Command::connection_options:
        open_options(panels.overlays, model);
        *hold_typing = true;
        break;
    case Command::settings: open_settings(panels.overlays, model); break;
    default: return false;
    }
    return true;
}

} // namespace ui
