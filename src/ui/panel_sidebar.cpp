// The sidebar: what there is in the log, counted; a click shows only that, another one all again; a
// right click offers more. At its foot what the catalogue knows and nobody has sent yet.
//   1. what an entry filters     2. its menu     3. directions, kinds, connections     4. types
//   5. known and not seen     6. the whole
#include "ui/panel_sidebar.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/text.h"
#include "model/filter_help.h"
#include "ui/log_parts.h"
#include "wire/catalogue.h"

namespace ui {
namespace {

using model::EventId;
using model::ListFilter;
using model::Model;
using Is = SidebarEntry::Is;

constexpr float kPad = 12, kHeading = 22, kRow = 20;
constexpr std::size_t kMostTypes = 500; ///< in the list; a server may make up any number
constexpr std::uint64_t kMostLinks = 4; ///< at once; more are reached with the wheel

//--- 1. what an entry filters

constexpr std::uint32_t kAllKinds = (1u << static_cast<unsigned>(wire::Kind::status)) - 1;
constexpr unsigned kAllDirs = 7;

std::string type_term(const std::string& name) { return model::filter_equal("type", name); }

bool type_is_hidden(const ListFilter& filter, const std::string& name) {
    const std::vector<std::string>& hidden = filter.hidden_types;
    return std::find(hidden.begin(), hidden.end(), name) != hidden.end();
}

/// The text of the filter without what a click on a type has put into it.
const std::string& text_before(const ListFilter& filter, const SidebarPanel& panel) {
    const std::string& text = filter.filter.text();
    return text == panel.only_text ? panel.before_text : text;
}

bool is_only(const SidebarEntry& entry, const ListFilter& filter, const SidebarPanel& panel) {
    switch (entry.is) {
    case Is::direction: return filter.dirs == entry.bits;
    case Is::kind: return (filter.kinds & kAllKinds) == entry.bits;
    case Is::connection: return filter.only_link == entry.bits;
    case Is::type: {
        const std::string& text = filter.filter.text();
        const std::string term = type_term(entry.name);
        return text == term ||
               (text == panel.only_text && text == model::filter_and(panel.before_text, term));
    }
    case Is::none: break;
    }
    return false;
}

bool is_hidden(const SidebarEntry& entry, const ListFilter& filter) {
    switch (entry.is) {
    case Is::direction: return (filter.dirs & entry.bits) == 0;
    case Is::kind: return (filter.kinds & entry.bits) == 0;
    case Is::connection: return filter.only_link != 0 && filter.only_link != entry.bits;
    case Is::type: return type_is_hidden(filter, entry.name);
    case Is::none: break;
    }
    return false;
}

void only_type(const SidebarEntry& entry, bool again, ListFilter* filter, SidebarPanel& panel) {
    const bool ours = filter->filter.text() == panel.only_text;
    // What was typed by hand as a single term has nothing before it.
    const std::string before = again && !ours ? std::string() : text_before(*filter, panel);
    const std::string wanted = again ? before : model::filter_and(before, type_term(entry.name));
    panel.before_text = before;
    panel.only_text = again ? std::string() : wanted;
    if (auto made = with_text(*filter, wanted)) *filter = std::move(*made);
    std::erase(filter->hidden_types, entry.name);
}

/// Only this; again: as it was.
void show_only(const SidebarEntry& entry, const Model& model, SidebarPanel& panel,
               model::Actions& actions) {
    ListFilter filter = model.index.filter();
    const bool again = is_only(entry, filter, panel);
    switch (entry.is) {
    case Is::direction:
        filter.dirs = static_cast<std::uint8_t>(again ? kAllDirs : entry.bits);
        break;
    case Is::kind: filter.kinds = again ? ~0u : entry.bits; break;
    case Is::connection: filter.only_link = again ? 0 : entry.bits; break;
    case Is::type: only_type(entry, again, &filter, panel); break;
    case Is::none: return;
    }
    actions.push_back(model::SetFilter{std::move(filter)});
}

/// Out of sight, or back.
void hide_or_show(const SidebarEntry& entry, const Model& model, model::Actions& actions) {
    ListFilter filter = model.index.filter();
    switch (entry.is) {
    case Is::direction: filter.dirs = static_cast<std::uint8_t>(filter.dirs ^ entry.bits); break;
    case Is::kind:
        filter.kinds =
            is_hidden(entry, filter) ? filter.kinds | entry.bits : filter.kinds & ~entry.bits;
        break;
    case Is::type:
        if (std::erase(filter.hidden_types, entry.name) == 0)
            filter.hidden_types.push_back(entry.name);
        break;
    case Is::connection:
    case Is::none: return;
    }
    actions.push_back(model::SetFilter{std::move(filter)});
}

bool is_about(const SidebarEntry& entry, const model::Row& row) {
    switch (entry.is) {
    case Is::direction: return (entry.bits >> static_cast<unsigned>(row.dir) & 1u) != 0;
    case Is::kind: return (entry.bits >> static_cast<unsigned>(row.kind) & 1u) != 0;
    case Is::connection: return row.link == entry.bits;
    case Is::type: return row.type == entry.type;
    case Is::none: break;
    }
    return false;
}

/// The next row that it is about, behind the selected one; at the end, from the beginning on.
void select_next(const SidebarEntry& entry, const Model& model, model::Selection& selection,
                 LogPanel& log) {
    constexpr std::uint64_t kMostLooked = 1'000'000; // some milliseconds
    const std::uint64_t size = model.index.size();
    const std::uint64_t begin =
        selection.event == 0 ? 0 : model.index.position_of(selection.event + 1);
    for (std::uint64_t i = 0; i < std::min(size, kMostLooked); ++i) {
        const EventId id = model.index.at((begin + i) % size);
        if (is_about(entry, model.log.row(id))) return show_event(model, selection, log, id);
    }
}

//--- 2. its menu

void draw_menu(Frame& f, bool open_now, const Model& model, model::Selection& selection,
               SidebarPanel& panel, LogPanel& log, model::Actions& actions) {
    if (!open_now && !ImGui::IsPopupOpen("sidebar menu")) return;
    const SidebarEntry entry = panel.menu;
    const ListFilter& filter = model.index.filter();
    const bool hidden = is_hidden(entry, filter) && entry.is != Is::connection;
    const MenuLine lines[] = {
        {is_only(entry, filter, panel) ? "Show all again" : "Only " + entry.name, ""},
        {(hidden ? "Show " : "Hide ") + entry.name, "", entry.is != Is::connection},
        {"Next " + entry.name, "", !hidden},
    };
    switch (context_menu(f, "sidebar menu", open_now, lines, static_cast<int>(std::size(lines)))) {
    case 0: show_only(entry, model, panel, actions); break;
    case 1: hide_or_show(entry, model, actions); break;
    case 2: select_next(entry, model, selection, log); break;
    default: break;
    }
}

//--- 3. directions, kinds, connections

/// What all sections draw with; `menu_now`: a right click asked for one.
struct Sidebar {
    Frame& f;
    const Model& model;
    SidebarPanel& panel;
    model::Actions& actions;
    bool menu_now = false;

    void answer(const Touch& area, const SidebarEntry& entry) {
        if (area.clicked) show_only(entry, model, panel, actions);
        if (!area.right_clicked) return;
        panel.menu = entry;
        menu_now = true;
    }
};

void draw_heading(Frame& f, Rect* rest, const char* name, const std::string& at_right) {
    rest->cut_top(f.px(8));
    Rect row = rest->cut_top(f.px(kHeading)).inset(f.px(kPad), 0);
    text(f, row.cut_right(text_width(f, Face::small, at_right)), Face::small, Role::text3, at_right,
         Align::right);
    text(f, row, Face::strong, Role::text2, name);
}

/// Ground of a row: the only one shown, under the pointer, or none. True when one was drawn.
bool draw_ground(Frame& f, const Rect& row, bool only, bool hovered) {
    if (only) fill(f, row.inset(f.px(4), 0), Role::sel, 1, f.px(3));
    if (!only && hovered) fill(f, row.inset(f.px(4), 0), Role::hover, 1, f.px(3));
    return only || hovered;
}

void strike(Frame& f, const Rect& at, float width) {
    fill(f, {at.x - f.px(2), std::round(at.mid_y()), width + f.px(4), f.hairline()}, Role::text3);
}

struct EntryLook {
    Face face;
    std::uint64_t count;
    bool with_icon;
    Icon icon;
    Role role;
};

void draw_entry(Sidebar& s, const Rect& row, const SidebarEntry& entry, const EntryLook& look) {
    Frame& f = s.f;
    const ListFilter& filter = s.model.index.filter();
    const Touch area = touch(f, row, entry.name);
    draw_ground(f, row, is_only(entry, filter, s.panel), area.hovered);
    const bool hidden = is_hidden(entry, filter);
    Rect inside = row.inset(f.px(kPad), 0);
    const Rect mark = inside.cut_left(f.px(16));
    if (look.with_icon)
        icon(f, look.icon, {mark.x - f.px(3), mark.y, f.px(14), mark.h},
             hidden ? Role::text3 : look.role);
    const std::string count = base::count_text(look.count);
    const Rect place = inside.cut_right(std::ceil(text_width(f, Face::mono, count)));
    text(f, place, Face::mono, look.count > 0 ? Role::text2 : Role::text3, count, Align::right);
    inside.cut_right(f.px(6));
    const Role words = hidden || look.count == 0 ? Role::text3 : Role::text;
    const float width = text(f, inside, look.face, words, entry.name);
    if (hidden) strike(f, inside, width);
    s.answer(area, entry);
}

void draw_directions(Sidebar& s, Rect* rest) {
    const struct {
        wire::Dir dir;
        const char* name;
        Icon icon;
        Role role;
    } kRows[] = {{wire::Dir::in, "In", Icon::arrow_down, Role::text2},
                 {wire::Dir::out, "Out", Icon::arrow_up, Role::out},
                 {wire::Dir::none, "Connection life", Icon::diamond, Role::text3}};
    draw_heading(s.f, rest, "Direction", "");
    for (const auto& row : kRows) {
        const auto at = static_cast<unsigned>(row.dir);
        draw_entry(s, rest->cut_top(s.f.px(kRow)), {Is::direction, 1u << at, row.name},
                   {Face::words, s.model.log.counts().dir[at], true, row.icon, row.role});
    }
}

unsigned bit_of(wire::Kind kind) { return 1u << static_cast<unsigned>(kind); }

void draw_kinds(Sidebar& s, Rect* rest) {
    const struct {
        const char* name;
        wire::Kind first, second;
    } kRows[] = {{"text", wire::Kind::text, wire::Kind::text},
                 {"binary", wire::Kind::binary, wire::Kind::binary},
                 {"close", wire::Kind::close, wire::Kind::close},
                 {"ping, pong", wire::Kind::ping, wire::Kind::pong}};
    draw_heading(s.f, rest, "Kind", "");
    const auto count = [&](wire::Kind kind) {
        return s.model.log.counts().kind[static_cast<std::size_t>(kind)];
    };
    for (const auto& row : kRows) {
        const std::uint64_t seen =
            count(row.first) + (row.first == row.second ? 0 : count(row.second));
        draw_entry(s, rest->cut_top(s.f.px(kRow)),
                   {Is::kind, bit_of(row.first) | bit_of(row.second), row.name},
                   {Face::mono, seen, false, Icon::ring, Role::text});
    }
}

/// "1 localhost:8765": its number and where it leads.
std::string link_name(const model::Connection& connection) {
    if (!connection.file.empty())
        return std::to_string(connection.link) + " " + label_of(connection);
    return std::to_string(connection.link) + " " + model::host_of(connection.options.url);
}

std::uint64_t events_of(const model::Log& log, std::uint32_t link) {
    for (const model::ConnectionCount& count : log.counts().links)
        if (count.link == link) return count.count;
    return 0;
}

void draw_connections(Sidebar& s, Rect* rest) {
    const std::uint64_t count = s.model.connections.size();
    if (count < 2) return;
    draw_heading(s.f, rest, "Connection", base::count_text(count));
    const std::uint64_t shown = std::min(count, kMostLinks);
    Rect place = rest->cut_top(s.f.px(kRow) * static_cast<float>(shown));
    wheel_scroll(place, 1, count - shown, &s.panel.first_link);
    for (std::uint64_t i = 0; i < shown; ++i) {
        const model::Connection& connection = s.model.connections[s.panel.first_link + i];
        draw_entry(
            s, place.cut_top(s.f.px(kRow)),
            {Is::connection, connection.link, link_name(connection)},
            {Face::mono, events_of(s.model.log, connection.link), false, Icon::ring, Role::text});
    }
}

//--- 4. types

/// Errors first, then by count, then by name. Made anew only when the log has changed: a clear
/// leaves its end where it was, but no texts.
void put_types_in_order(const model::Log& log, SidebarPanel& panel, bool hold) {
    const std::uint64_t texts = log.counts().kind[static_cast<std::size_t>(wire::Kind::text)];
    if (panel.made_end == log.end() && panel.made_texts == texts) return;
    // Under the pointer nothing moves, so that the one that is clicked is the one that is meant.
    const bool grown = texts >= panel.made_texts && panel.made_types == log.types().size();
    if (hold && grown) return;
    panel.made_types = log.types().size();
    panel.made_end = log.end();
    panel.made_texts = texts;
    std::vector<model::TypeId>& order = panel.order;
    const std::vector<model::TypeInfo>& types = log.types();
    order.clear();
    for (std::size_t id = 1; id < types.size(); ++id) {
        if (types[id].count > 0) order.push_back(static_cast<model::TypeId>(id));
    }
    panel.seen = order.size();
    const auto before = [&](model::TypeId left, model::TypeId right) {
        const model::TypeInfo &a = types[left], &b = types[right];
        const bool error_a = model::is_error_type(a.name);
        const bool error_b = model::is_error_type(b.name);
        if (error_a != error_b) return error_a;
        if (a.count != b.count) return a.count > b.count;
        return a.name < b.name;
    };
    const std::size_t shown = std::min(order.size(), kMostTypes);
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown),
                      order.end(), before);
    order.resize(shown);
}

void draw_share(Frame& f, const Rect& row, Role role, std::uint64_t count, std::uint64_t most) {
    const Rect inside = row.inset(f.px(8), 0);
    const double share =
        static_cast<double>(count) / static_cast<double>(std::max<std::uint64_t>(1, most));
    const float width = std::max(f.px(17), std::round(inside.w * static_cast<float>(share)));
    fill(f, {inside.x, row.y + f.px(1), width, row.h - f.px(2)}, role, 0.14f, f.px(2));
}

void draw_type(Sidebar& s, const Rect& row, model::TypeId id, std::uint64_t most) {
    Frame& f = s.f;
    const model::TypeInfo& type = s.model.log.types()[id];
    const SidebarEntry entry{Is::type, 0, type.name, id};
    const ListFilter& filter = s.model.index.filter();
    const bool only = is_only(entry, filter, s.panel);
    const bool hidden = is_hidden(entry, filter);
    const bool error = model::is_error_type(type.name);
    const wire::MessageType* known = wire::find_type(type.name);
    const Role role = f.theme.of_type(type.name, known && known->command);
    const Touch area = touch(f, row, type.name);
    if (!draw_ground(f, row, only, area.hovered) && !hidden)
        draw_share(f, row, role, type.count, most);
    Rect inside = row.inset(f.px(8), 0);
    const Rect mark = inside.cut_left(f.px(20));
    icon(f, error ? Icon::cross : Icon::square, {mark.x, mark.y, f.px(17), mark.h},
         error ? Role::err : role);
    inside.cut_right(f.px(4));
    const std::string count = base::count_text(type.count);
    const Rect place = inside.cut_right(std::ceil(text_width(f, Face::mono, count)));
    text(f, place, Face::mono, Role::text2, count, Align::right);
    inside.cut_right(f.px(4));
    bool cut = false;
    const float width = text(f, inside, Face::mono, hidden ? Role::text3 : Role::text, type.name,
                             Align::left, &cut);
    if (hidden) strike(f, inside, width);
    if (area.hovered) {
        std::string said = cut ? type.name + "\n" : "";
        if (known) said += std::string(known->description) + "\n";
        tooltip(f, said + (only ? "Click shows all again." : "Click shows only these."));
    }
    s.answer(area, entry);
}

void draw_types(Sidebar& s, Rect rest) {
    Frame& f = s.f;
    SidebarPanel& panel = s.panel;
    const bool pointed = rest.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered();
    put_types_in_order(s.model.log, panel, pointed && !panel.order.empty());
    draw_heading(f, &rest, "Type", base::count_text(panel.seen) + " seen");
    rest.cut_bottom(f.px(4));
    const std::vector<model::TypeId>& order = panel.order;
    std::uint64_t most = 0;
    for (const model::TypeId id : order) most = std::max(most, s.model.log.types()[id].count);
    const auto fits = static_cast<std::uint64_t>(std::max(0.0f, rest.h / f.px(kRow)));
    const std::uint64_t shown = std::min<std::uint64_t>(fits, order.size());
    wheel_scroll(rest, 3, order.size() - shown, &panel.first);
    if (order.size() > shown && shown > 0) {
        const Rect bar = rest.cut_right(f.px(9)).inset(f.px(1), 0);
        scroll_bar(f, bar, "Types scroll bar", &panel.bar, &panel.first, shown, order.size());
    }
    for (std::uint64_t i = 0; i < shown; ++i)
        draw_type(s, rest.cut_top(f.px(kRow)), order[panel.first + i], most);
}

//--- 5. known and not seen

std::vector<std::string_view> unseen_types(const model::Log& log) {
    std::vector<std::string_view> unseen;
    const auto seen = [&](std::string_view name) {
        const model::TypeId id = log.type_of(name);
        return id != 0 && log.types()[id].count > 0;
    };
    // What only the guide promises comes first: a real backend never sends it.
    for (const bool guide_only : {true, false}) {
        for (const wire::MessageType& type : wire::catalogue()) {
            const bool guide = type.where == wire::Where::guide;
            if (guide == guide_only && !seen(type.name)) unseen.push_back(type.name);
        }
    }
    return unseen;
}

void draw_unseen(Frame& f, Rect place, const Model& model) {
    line_above(f, place);
    const std::vector<std::string_view> unseen = unseen_types(model.log);
    draw_heading(f, &place, "Known, not seen", base::count_text(unseen.size()));
    const Rect list = place;
    const std::size_t shown = std::min<std::size_t>(3, unseen.size());
    for (std::size_t i = 0; i < shown; ++i) {
        Rect row = place.cut_top(f.px(kRow)).inset(f.px(kPad), 0);
        icon(f, Icon::small_ring, {row.x - f.px(3), row.y, f.px(14), row.h}, Role::text3);
        row.cut_left(f.px(16));
        text(f, row, Face::mono, Role::text3, unseen[i]);
    }
    if (unseen.size() <= shown) return;
    if (!touch(f, list, "Known, not seen").hovered) return;
    std::string all;
    for (const std::string_view name : unseen) all += (all.empty() ? "" : ", ") + std::string(name);
    tooltip(f, all, Face::mono);
}

} // namespace

//--- 6. the whole

void draw_sidebar(Frame& f, const Model& model, model::Selection& selection, SidebarPanel& panel,
                  LogPanel& log, model::Actions& actions) {
    fill(f, f.place, Role::panel);
    Rect rest = f.place;
    const Rect foot = rest.cut_bottom(f.px(116));
    Sidebar sidebar{f, model, panel, actions};
    draw_directions(sidebar, &rest);
    draw_kinds(sidebar, &rest);
    draw_connections(sidebar, &rest);
    draw_types(sidebar, rest);
    draw_unseen(f, foot, model);
    draw_menu(f, sidebar.menu_now, model, selection, panel, log, actions);
}

} // namespace ui
