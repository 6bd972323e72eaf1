// The inspector's frame: head, facts, tabs, and the commands about it.
//   1. facts     2. head     3. tabs     4. commands     5. the whole
#include "ui/panel_inspector.h"

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "model/handshake_lines.h"
#include "ui/preview.h"
#include "ui/time_view.h"
#include "wire/catalogue.h"
#include "wire/envelope.h"

namespace ui {

using model::EventId;
using model::Model;

namespace {

constexpr std::size_t kHeadBytes = 256u << 10; ///< of a payload that the facts look at

//--- 1. facts

struct Fact {
    const char* name;
    std::string value;
    std::string more; ///< in the tooltip
};

Fact clock_fact(const wire::EventView& event, const wire::EnvelopeHead& head) {
    Fact fact{"Clock", model::clock_words(head.timestamp_raw, event.wall_ns), ""};
    if (fact.value.empty()) {
        fact.value = "no timestamp";
        return fact;
    }
    std::int64_t wall_ns = 0;
    fact.more =
        wire::wall_ns_of(head.timestamp_raw, event.wall_ns, &wall_ns)
            ? base::local_date_clock(wall_ns, 3) + " local time, against its arrival"
            : "Seconds of the sender's machine since some start: no date can be made of it.";
    return fact;
}

/// "279, no hole": against the message with a seq before it on this connection.
std::string seq_words(const Model& model, const wire::EventView& event) {
    constexpr EventId kLookBack = 500;
    const wire::EnvelopeHead head = wire::read_envelope(event.payload.substr(0, kHeadBytes));
    if (!head.has_seq) return "none";
    const std::string own = std::to_string(head.seq);
    const EventId first = std::max(model.log.first(), event.id - std::min(event.id, kLookBack));
    for (EventId id = event.id; id-- > first;) {
        const model::Row row = model.log.row(id);
        if (row.link != event.link || row.conn != event.conn || row.dir != event.dir) continue;
        const wire::EnvelopeHead before =
            wire::read_envelope(model.log.view(id).payload.substr(0, kHeadBytes));
        if (!before.has_seq) continue;
        // They may be anything that fits.
        const std::uint64_t step =
            static_cast<std::uint64_t>(head.seq) - static_cast<std::uint64_t>(before.seq);
        if (head.seq > before.seq)
            return own + ", " + (step == 1 ? "no hole" : base::count_text(step - 1) + " missing");
        return own +
               (head.seq == before.seq ? ", repeated" : ", behind " + std::to_string(before.seq));
    }
    return own;
}

void draw_fact(Frame& f, Rect row, const Fact& fact) {
    text(f, row.cut_left(f.px(76)), Face::small, Role::text3, fact.name);
    bool cut = false;
    text(f, row, Face::mono, Role::text, fact.value, Align::left, &cut);
    if (cut || !fact.more.empty()) {
        if (touch(f, row, fact.name).hovered)
            tooltip(f, fact.more.empty() ? fact.value : fact.value + "\n" + fact.more);
    }
}

void draw_facts(Frame& f, const Rect& place, const Model& model, const wire::EventView& event,
                const InspectorPanel& panel) {
    line_below(f, place);
    Rect inside = place.inset(f.px(12), f.px(4));
    const float half = std::round(inside.w * 0.5f);
    Fact right[2];
    if (event.kind == wire::Kind::text) {
        const wire::EnvelopeHead head = wire::read_envelope(event.payload.substr(0, kHeadBytes));
        right[0] = {"Seq", panel.seq_words, ""};
        right[1] = clock_fact(event, head);
    } else {
        right[0] = {"Connection", std::to_string(event.link), ""};
        right[1] = {"Attempt", std::to_string(event.conn), ""};
    }
    const char* const when = event.dir == wire::Dir::out ? "Sent"
                             : is_frame(event.kind)      ? "Arrived"
                                                         : "At";
    const Fact left[2] = {
        {when, base::local_clock(event.wall_ns, 6), base::local_date_clock(event.wall_ns, 9)},
        {"Since start", since_start_words(model, event.mono_ns, 6), ""}};
    for (int i = 0; i < 2; ++i) {
        Rect row = inside.cut_top(f.px(20));
        draw_fact(f, row.cut_left(half - f.px(8)), left[i]);
        row.cut_left(f.px(8));
        draw_fact(f, row, right[i]);
    }
}

//--- 2. head

void draw_head(Frame& f, const Rect& place, const Model& model, const wire::EventView& event) {
    const model::Row row = model.log.row(event.id);
    fill(f, place, Role::bar);
    line_below(f, place);
    Rect inside = place.inset(f.px(12), 0);
    const Rect copy = inside.cut_right(f.px(26)).middle(f.px(26));
    if (icon_button(f, copy, Icon::copy, "Copy payload", Look::normal, row.has_payload))
        f.ask(Command::copy_payload);
    inside.cut_right(f.px(6));
    const Rect mark = inside.cut_right(f.px(26)).middle(f.px(26));
    if (icon_button(f, mark, Icon::diamond, "Bookmark")) f.ask(Command::bookmark);
    inside.cut_right(f.px(10));
    const bool out = row.dir == wire::Dir::out;
    const bool error = model::is_error(model.log, row, event.details);
    const std::string_view type = row.type ? type_or_kind(model.log, row) : std::string_view();
    const Role role = error ? Role::err : row.type ? f.theme.of_type(type, out) : Role::f_life;
    icon(f, Icon::square, inside.cut_left(f.px(14)), role);
    inside.cut_left(f.px(5));
    inside.cut_left(text(f, inside, Face::mono_strong, Role::text, type_or_kind(model.log, row)) +
                    f.px(12));
    inside.cut_left(text(f, inside, Face::mono, Role::text3, "#" + std::to_string(row.id)) +
                    f.px(12));
    if (row.dir == wire::Dir::none) {
        text(f, inside, Face::words, Role::text2, "connection " + std::to_string(row.link));
        return;
    }
    icon(f, out ? Icon::arrow_up : Icon::arrow_down, inside.cut_left(f.px(14)),
         out ? Role::out : Role::text2);
    inside.cut_left(f.px(4));
    const std::string size = row.has_payload ? ", " + base::size_text(row.size) : "";
    text(f, inside, Face::words, Role::text2, (out ? "out" : "in") + size);
}

//--- 3. tabs

constexpr TabName kTabs[] = {{"Tree"}, {"Raw"}, {"Hex"}, {"Difference"}, {"Wire"}, {"About"}};
static_assert(std::size(kTabs) == static_cast<std::size_t>(InspectorTab::count));

void draw_tabs(Frame& f, const Rect& place, const wire::EventView& event, InspectorPanel& panel) {
    constexpr int kCount = static_cast<int>(InspectorTab::count);
    panel.tab =
        static_cast<InspectorTab>(tabs(f, place, kTabs, kCount, static_cast<int>(panel.tab)));
    Rect rest = behind_tabs(f, place, kTabs, kCount);
    rest.cut_right(f.px(12));
    if (has_secret(event) && panel.tab != InspectorTab::hex && panel.tab != InspectorTab::about) {
        const char* const words = panel.show_secrets ? "Hide secrets" : "Show secrets";
        const char* const shorter = panel.show_secrets ? "Hide" : "Show";
        const bool fits = button_width(f, words) <= rest.w;
        const float width = button_width(f, fits ? words : shorter);
        if (button(f, rest.cut_right(width).middle(f.px(22)), fits ? words : shorter))
            panel.show_secrets = !panel.show_secrets;
    } else if (panel.tab == InspectorTab::tree && shown_as_tree(event)) {
        rest.cut_left(f.px(8));
        const float width = std::min(rest.w, f.px(170));
        if (width >= f.px(48)) draw_tree_search(f, rest.cut_right(width).middle(f.px(22)), panel);
    }
}

void draw_content(Frame& f, const InspectorContent& content, model::Actions& actions) {
    switch (content.panel.tab) {
    case InspectorTab::tree:
        if (shown_as_tree(content.event)) {
            draw_inspector_tree(f, content);
        } else {
            draw_inspector_text(f, content, false);
        }
        break;
    case InspectorTab::raw: draw_inspector_text(f, content, true); break;
    case InspectorTab::hex: draw_inspector_hex(f, content, actions); break;
    case InspectorTab::difference: draw_inspector_difference(f, content); break;
    case InspectorTab::wire: draw_inspector_wire(f, content); break;
    case InspectorTab::about: draw_inspector_about(f, content); break;
    case InspectorTab::count: break;
    }
}

} // namespace

Rect scrolled(Frame& f, const Rect& place, std::string_view label, std::uint64_t total,
              Scroll* scroll) {
    Rect rest = place;
    const float rows = std::max(1.0f, rest.h / f.px(kInspectorRow));
    scroll->shown = static_cast<std::uint64_t>(rows);
    const std::uint64_t most = total > scroll->shown ? total - scroll->shown : 0;
    wheel_scroll(place, 3, most, &scroll->first);
    const Rect bar = rest.cut_right(f.px(14));
    if (most > 0) scroll_bar(f, bar, label, &scroll->bar, &scroll->first, scroll->shown, total);
    return rest;
}

const wire::MessageType* known_type(const Model& model, const wire::EventView& event) {
    const std::string_view name = type_or_kind(model.log, model.log.row(event.id));
    const bool out = event.dir == wire::Dir::out;
    const wire::MessageType* command = out ? wire::find_command(name) : nullptr;
    return command ? command : wire::find_type(name);
}

bool has_secret(const wire::EventView& event) {
    if (event.kind != wire::Kind::request && event.kind != wire::Kind::response) return false;
    for (const model::HeadLine& line :
         model::head_lines(event.payload, event.kind == wire::Kind::request))
        if (line.secret) return true;
    return false;
}

//--- 4. commands

namespace {

/// The tab of tab_1 … tab_6; count: the command is another.
InspectorTab tab_of(Command command) {
    const int offset = static_cast<int>(command) - static_cast<int>(Command::tab_1);
    return offset >= 0 && offset < static_cast<int>(InspectorTab::count)
               ? static_cast<InspectorTab>(offset)
               : InspectorTab::count;
}

/// Commands that mean the list until the inspector has the focus.
bool moves(Command command) {
    switch (command) {
    case Command::row_up:
    case Command::row_down:
    case Command::page_up:
    case Command::page_down:
    case Command::first_row:
    case Command::last_row:
    case Command::step_back:
    case Command::step_forward: return true;
    default: return false;
    }
}

Scroll* scroll_of(InspectorPanel& panel, const wire::EventView& event) {
    switch (panel.tab) {
    case InspectorTab::tree: return shown_as_tree(event) ? nullptr : &panel.text.scroll;
    case InspectorTab::raw: return &panel.text.scroll;
    case InspectorTab::hex: return &panel.hex.scroll;
    case InspectorTab::difference: return &panel.difference.scroll;
    case InspectorTab::wire: return &panel.wire.scroll;
    case InspectorTab::about: return &panel.about.scroll;
    case InspectorTab::count: break;
    }
    return nullptr;
}

void move_scroll(Command command, Scroll& scroll) {
    const std::uint64_t page = std::max<std::uint64_t>(1, scroll.shown - 1);
    switch (command) {
    case Command::row_up: scroll.first -= std::min<std::uint64_t>(scroll.first, 1); break;
    case Command::row_down: scroll.first += 1; break;
    case Command::page_up: scroll.first -= std::min(scroll.first, page); break;
    case Command::page_down: scroll.first += page; break;
    case Command::first_row: scroll.first = 0; break;
    case Command::last_row: scroll.first = ~0ull / 2; break; // drawing brings it back to the last
    default: break;
    }
}

} // namespace

bool inspector_command_works(Command command, const Model& model, const model::Selection& selection,
                             const InspectorPanel& panel) {
    const bool selected = model.log.contains(selection.event);
    switch (command) {
    case Command::copy_path:
    case Command::copy_value:
    case Command::filter_node: return selected && panel.tree.chosen != 0;
    case Command::plot_node: return node_at_hand(model, panel).plots();
    case Command::watch_node: return !node_at_hand(model, panel).type.empty();
    case Command::pin: return selected;
    default: return tab_of(command) == InspectorTab::count || selected;
    }
}

bool perform_inspector(Command command, const Model& model, model::Selection& selection,
                       InspectorPanel& panel, model::Actions& actions) {
    if (const InspectorTab tab = tab_of(command); tab != InspectorTab::count) {
        panel.tab = tab;
        return true;
    }
    switch (command) {
    case Command::pin:
        panel.pinned = panel.pinned == selection.event ? 0 : selection.event;
        panel.difference.against_pinned = panel.pinned != 0;
        return true;
    case Command::copy_path:
    case Command::copy_value:
    case Command::filter_node:
    case Command::plot_node:
    case Command::watch_node: return perform_tree(command, model, panel, actions);
    default: break;
    }
    if (!panel.focused || !moves(command) || !model.log.contains(selection.event)) return false;
    const wire::EventView event = model.log.view(selection.event);
    if (Scroll* scroll = scroll_of(panel, event)) {
        if (command == Command::step_back || command == Command::step_forward) return false;
        move_scroll(command, *scroll);
        return true;
    }
    return perform_tree(command, model, panel, actions);
}

//--- 5. the whole

void draw_inspector(Frame& f, const Model& model, model::Selection& selection,
                    InspectorPanel& panel, model::Actions& actions) {
    fill(f, f.place, Role::panel);
    if (!model.log.contains(panel.pinned)) panel.pinned = 0;
    if (!model.log.contains(selection.event)) {
        panel.event = 0;
        empty_state(f, f.place, "Nothing selected", "Select an event to see its fields.");
        return;
    }
    const wire::EventView event = model.log.view(selection.event);
    if (panel.event != event.id) {
        panel.event = event.id;
        panel.show_secrets = false;
        panel.seq_words = event.kind == wire::Kind::text ? seq_words(model, event) : "";
    }
    Rect rest = f.place;
    draw_head(f, rest.cut_top(f.px(40)), model, event);
    draw_facts(f, rest.cut_top(f.px(49)), model, event, panel);
    draw_tabs(f, rest.cut_top(f.px(30)), event, panel);
    draw_content(f, {rest, model, event, panel}, actions);
}

} // namespace ui
