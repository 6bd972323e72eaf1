// The inspector's tree: a JSON payload node by node, as it was sent.
//   1. what is on the list     2. search     3. what is known of a node     4. keys     5. rows
//   6. the whole
#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "base/text.h"
#include "model/filter_help.h"
#include "ui/panel_inspector.h"
#include "ui/preview.h"
#include "wire/catalogue.h"
#include "wire/json_text.h"

namespace ui {
namespace {

using model::JsonKind;
using model::JsonNode;
using model::JsonTree;
using model::Model;

constexpr std::uint32_t kManyChildren = 200; ///< a longer list begins closed
constexpr std::size_t kShownBytes = 2000;    ///< of a value, on its row

//--- 1. what is on the list

std::string path_of(const TreeView& view, std::uint32_t node) {
    return model::path_text(view.tree.path(node));
}

bool is_open(const TreeView& view, std::uint32_t node) {
    const JsonNode& of = view.tree.nodes[node];
    if (!of.holds()) return false;
    const bool begins_open = node == 0 || of.children <= kManyChildren;
    if (view.turned.empty() || node == 0) return begins_open;
    return begins_open != (view.turned.count(path_of(view, node)) > 0);
}

void turn(TreeView& view, std::uint32_t node) {
    if (node == 0 || !view.tree.nodes[node].holds()) return;
    const std::string path = path_of(view, node);
    if (view.turned.erase(path) == 0) view.turned.insert(path);
    view.rows_due = true;
}

void open_above(TreeView& view, std::uint32_t node) {
    for (std::uint32_t at = view.tree.nodes[node].parent; at != 0; at = view.tree.nodes[at].parent)
        if (!is_open(view, at)) turn(view, at);
}

void make_rows(TreeView& view) {
    if (!view.rows_due) return;
    view.rows_due = false;
    view.rows.clear();
    const std::vector<JsonNode>& nodes = view.tree.nodes;
    if (nodes.empty()) return;
    if (!nodes[0].holds()) view.rows.push_back(0);
    for (std::uint32_t at = 1; at < nodes.size();) {
        view.rows.push_back(at);
        at = nodes[at].holds() && !is_open(view, at) ? nodes[at].end : at + 1;
    }
}

/// Names that stood in their object before.
std::vector<bool> find_repeated(const JsonTree& tree) {
    std::vector<bool> repeated(tree.nodes.size());
    std::unordered_set<std::string> seen;
    for (std::uint32_t object = 0; object < tree.nodes.size(); ++object) {
        if (tree.nodes[object].kind != JsonKind::object) continue;
        seen.clear();
        for (std::uint32_t at = object + 1; at < tree.nodes[object].end; at = tree.nodes[at].end)
            repeated[at] = !seen.insert(tree.key(tree.nodes[at])).second;
    }
    return repeated;
}

/// The node at a path of another event's tree; 0 when there is none.
std::uint32_t node_at(const JsonTree& tree, const model::JsonPath& steps) {
    std::uint32_t at = 0;
    for (const model::JsonStep& step : steps) {
        if (at >= tree.nodes.size()) return 0;
        std::uint32_t child = at + 1;
        for (const std::uint32_t end = tree.nodes[at].end; child < end;
             child = tree.nodes[child].end) {
            const JsonNode& node = tree.nodes[child];
            if (node.item == step.is_index &&
                (node.item ? node.index == step.index : tree.key(node) == step.name))
                break;
        }
        if (child >= tree.nodes[at].end) return 0;
        at = child;
    }
    return at;
}

/// Why the tree is not all there is, in one line at the foot.
std::string foot_words(const JsonTree& tree, std::size_t size) {
    if (tree.capped) {
        return "Not all is shown: " + base::count_text(tree.nodes.size()) + " fields of " +
               base::size_text(size);
    }
    if (tree.strict) return {};
    const auto fault = wire::find_json_fault(tree.text);
    if (!fault) return {};
    return "Not strict JSON: line " + std::to_string(fault->line) + ", column " +
           std::to_string(fault->column) + ": " + fault->message;
}

void make_tree(TreeView& view, const wire::EventView& event) {
    if (view.made_for == event.id) return;
    view.made_for = event.id;
    view.tree = model::json_tree(event.payload);
    view.repeated = find_repeated(view.tree);
    view.rows_due = true;
    view.made_wanted.clear();
    view.hits.clear();
    view.scroll.first = 0;
    view.foot = foot_words(view.tree, event.payload.size());
    view.chosen =
        node_at(view.tree, view.chosen_steps); // stepping through events keeps to the field
    view.show_chosen = view.chosen != 0;
}

void choose(TreeView& view, std::uint32_t node) {
    view.chosen = node;
    view.chosen_steps = view.tree.path(node);
    view.chosen_path = node == 0 ? std::string() : model::path_text(view.chosen_steps);
    view.show_chosen = true;
}

//--- 2. search

bool holds_text(std::string_view in, std::string_view lower) {
    const auto same = [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    };
    return std::search(in.begin(), in.end(), lower.begin(), lower.end(), same) != in.end();
}

bool is_hit(const JsonTree& tree, const JsonNode& node, const std::string& lower) {
    if (holds_text(tree.key(node), lower)) return true;
    if (node.holds()) return false;
    const std::string_view raw = tree.value_raw(node);
    if (holds_text(raw, lower)) return true;
    return raw.find('\\') != std::string_view::npos && holds_text(wire::unescaped_json(raw), lower);
}

void find_hits(TreeView& view) {
    if (view.wanted == view.made_wanted) return;
    view.made_wanted = view.wanted;
    view.hits.clear();
    const std::string lower = base::ascii_lower(view.wanted);
    for (std::uint32_t at = 0; !lower.empty() && at < view.tree.nodes.size(); ++at)
        if (is_hit(view.tree, view.tree.nodes[at], lower)) view.hits.push_back(at);
    if (view.hits.empty()) return;
    open_above(view, view.hits[0]);
    choose(view, view.hits[0]);
}

/// The hit behind the chosen node, or the first again.
void next_hit(TreeView& view) {
    if (view.hits.empty()) return;
    auto next = std::upper_bound(view.hits.begin(), view.hits.end(), view.chosen);
    if (next == view.hits.end()) next = view.hits.begin();
    open_above(view, *next);
    choose(view, *next);
}

std::string hit_words(const TreeView& view) {
    if (view.made_wanted.empty()) return {};
    const auto at = std::lower_bound(view.hits.begin(), view.hits.end(), view.chosen);
    const bool on = at != view.hits.end() && *at == view.chosen;
    const std::string all = base::count_text(view.hits.size());
    return on ? base::count_text(static_cast<std::uint64_t>(at - view.hits.begin()) + 1) + " of " +
                    all
              : all;
}

//--- 3. what is known of a node

struct NodeNote {
    std::string words;
    Role role = Role::text3;
    std::string more; ///< in the tooltip
};

/// What the catalogue says of a field, held against what stands there.
NodeNote field_note(const wire::Field& field, const JsonNode& node, std::string_view raw) {
    NodeNote note;
    note.words = field.unit;
    note.more = sentence(field.description);
    if (!model::kind_fits(field.kind, node.kind, raw, field.optional)) {
        note.words = std::string(wire::word(field.kind)) + " expected";
        note.role = Role::warn;
    } else if (node.kind == JsonKind::number &&
               model::impossible(field.cls, model::json_number(raw))) {
        note.words = "impossible, below 0";
        note.role = Role::warn;
    }
    return note;
}

NodeNote note_of(const TreeView& view, std::uint32_t at, const wire::MessageType* type,
                 const wire::EventView& event, const std::string& path) {
    const JsonNode& node = view.tree.nodes[at];
    const std::string_view raw = view.tree.value_raw(node);
    if (view.repeated[at])
        return {"name repeated", Role::warn,
                "The name stands in this object before. Most programs "
                "take the last, the filter takes the first."};
    if (node.kind == JsonKind::none) return {"no JSON", Role::warn, ""};
    const wire::Field* field = type ? wire::find_field(*type, path) : nullptr;
    const bool timestamp = path == "timestamp" || (field && field->cls == wire::FieldClass::clock &&
                                                   path.find("timestamp") != std::string::npos);
    if (timestamp && !node.holds()) {
        const std::string clock = model::clock_words(raw, event.wall_ns);
        return {clock, Role::text3, field ? sentence(field->description) : std::string()};
    }
    return field ? field_note(*field, node, raw) : NodeNote();
}

//--- 4. keys

/// The place of the chosen node among the rows; or that of the one above which holds it.
std::size_t chosen_row(const TreeView& view) {
    const auto at = std::lower_bound(view.rows.begin(), view.rows.end(), view.chosen);
    return static_cast<std::size_t>(at - view.rows.begin());
}

void move_chosen(TreeView& view, std::int64_t by) {
    if (view.rows.empty()) return;
    const bool none = view.chosen == 0 && view.rows[0] != 0;
    const auto last = static_cast<std::int64_t>(view.rows.size()) - 1;
    const std::int64_t from =
        none ? (by > 0 ? -1 : 0) : static_cast<std::int64_t>(chosen_row(view));
    choose(view, view.rows[static_cast<std::size_t>(std::clamp<std::int64_t>(from + by, 0, last))]);
}

/// ←: closes what is open, else goes to what holds it. →: opens it, else goes into it.
void fold_chosen(TreeView& view, bool open) {
    if (view.chosen == 0 || view.chosen >= view.tree.nodes.size()) return;
    const JsonNode& node = view.tree.nodes[view.chosen];
    if (node.holds() && is_open(view, view.chosen) != open) {
        turn(view, view.chosen);
    } else if (open && node.children > 0) {
        choose(view, view.chosen + 1);
    } else if (!open && node.parent != 0) {
        choose(view, node.parent);
    }
}

/// A string without its quotes and escapes; anything else as it stands.
std::string plain_value(const JsonTree& tree, const JsonNode& node) {
    std::string_view raw = tree.value_raw(node);
    if (node.kind != JsonKind::string) return std::string(raw);
    raw.remove_prefix(1);
    if (!raw.empty() && raw.back() == '"') raw.remove_suffix(1);
    return wire::unescaped_json(raw);
}

/// The filter's term that this node passes.
std::string filter_term(const NodeAtHand& node) {
    const bool type =
        node.path.size() == 1 && node.path[0].name == "type" && !node.path[0].is_index;
    const std::string path = type ? "type" : model::filter_path(node.path);
    switch (node.kind) {
    case JsonKind::string: return model::filter_equal(path, model::filter_value(node.value));
    case JsonKind::number:
    case JsonKind::boolean:
    case JsonKind::null: return path + " == " + node.value;
    default: return path + "?";
    }
}

void filter_by(const Model& model, const NodeAtHand& node, model::Actions& actions) {
    model::ListFilter filter = model.index.filter();
    const std::string text = model::filter_and(filter.filter.text(), filter_term(node));
    const model::Filter::Parsed parsed = model::Filter::parse(text);
    if (const auto* good = std::get_if<model::Filter>(&parsed)) {
        filter.filter = *good;
        actions.push_back(model::SetFilter{filter});
    }
}

//--- 5. rows

Role value_role(JsonKind kind) {
    switch (kind) {
    case JsonKind::string: return Role::f_tts;
    case JsonKind::number: return Role::f_latency;
    case JsonKind::boolean:
    case JsonKind::null: return Role::f_llm;
    case JsonKind::object:
    case JsonKind::list: return Role::text3;
    case JsonKind::none: break;
    }
    return Role::err;
}

/// "{9}", "[3]", or the value; strings with their escapes resolved.
std::string shown_value(const JsonTree& tree, const JsonNode& node) {
    if (node.kind == JsonKind::object) return "{" + base::count_text(node.children) + "}";
    if (node.kind == JsonKind::list) return "[" + base::count_text(node.children) + "]";
    const std::string_view raw = tree.value_raw(node).substr(0, kShownBytes);
    const bool escaped = node.kind == JsonKind::string && raw.find('\\') != std::string_view::npos;
    return escaped ? wire::unescaped_json(raw) : std::string(raw);
}

struct NodeAction {
    const char* name;
    Command command;
};
/// What can be done with a node beside its row.
constexpr NodeAction kNodeActions[] = {{"Filter", Command::filter_node},
                                       {"Plot", Command::plot_node},
                                       {"Watch", Command::watch_node},
                                       {"Copy", Command::copy_value}};

/// Draws the words at the right of `row` and cuts them off; true when one was clicked.
bool draw_actions(Frame& f, Rect* row, Command* picked) {
    bool any = false;
    for (std::size_t i = std::size(kNodeActions); i-- > 0;) {
        const NodeAction& action = kNodeActions[i];
        const float width = std::ceil(text_width(f, Face::words, action.name));
        const Rect words = row->cut_right(width + f.px(6));
        row->cut_right(f.px(6));
        if (touch(f, words, action.name).clicked) {
            *picked = action.command;
            any = true;
        }
        text(f, words, Face::words, Role::accent, action.name, Align::right);
    }
    return any;
}

struct RowContext {
    const InspectorContent& content;
    TreeView& view;
    const wire::MessageType* type = nullptr;
    float key_width = 0;
    std::uint32_t right_clicked = 0;
};

void draw_key(Frame& f, Rect key, const TreeView& view, std::uint32_t at) {
    const JsonNode& node = view.tree.nodes[at];
    const std::uint32_t level = node.depth > 0 ? std::min(node.depth - 1, 24u) : 0;
    key.cut_left(f.px(18) * static_cast<float>(level));
    const Rect chevron = key.cut_left(f.px(14));
    if (node.holds() && node.children > 0)
        icon(f, is_open(view, at) ? Icon::chevron_down : Icon::chevron_right, chevron, Role::text3);
    key.cut_left(f.px(4));
    const std::string name = node.item ? "[" + std::to_string(node.index) + "]"
                             : at == 0 ? "value"
                                       : view.tree.key(node);
    bool cut = false;
    text(f, key, Face::mono, node.item ? Role::text3 : Role::text2, name, Align::left, &cut);
    if (cut && key.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered()) tooltip(f, name);
}

void draw_hit(Frame& f, const Rect& row, const TreeView& view, std::uint32_t at) {
    if (!std::binary_search(view.hits.begin(), view.hits.end(), at)) return;
    fill(f, row, Role::warn, 0.16f);
    fill(f, {row.x, row.bottom() - f.hairline(), row.w, f.hairline()}, Role::warn);
}

void draw_row(Frame& f, Rect row, std::uint32_t at, RowContext& context) {
    TreeView& view = context.view;
    const JsonNode& node = view.tree.nodes[at];
    const std::string path = path_of(view, at);
    const bool under_pointer = row.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered();
    const bool chosen = at == view.chosen && (at != 0 || !node.holds());
    if (chosen) fill(f, row, Role::sel);
    if (under_pointer && !chosen) fill(f, row, Role::hover);
    draw_hit(f, row, view, at);
    ImGui::PushID(static_cast<int>(at));

    Rect rest = row;
    rest.cut_left(f.px(8));
    rest.cut_right(f.px(10));
    const NodeNote note = note_of(view, at, context.type, context.content.event, path);
    Command picked = Command::none;
    if (under_pointer || (chosen && context.content.panel.focused)) {
        if (draw_actions(f, &rest, &picked)) {
            choose(view, at);
            f.ask(picked);
        }
    } else if (!note.words.empty()) {
        const float most = rest.w * 0.45f;
        const float width = std::ceil(text_width(f, Face::small, note.words)) + f.px(2);
        text(f, rest.cut_right(std::min(most, width)), Face::small, note.role, note.words,
             Align::left);
        rest.cut_right(f.px(8));
    }
    const Touch area = touch(f, rest, "node " + path);
    Rect value = rest;
    draw_key(f, value.cut_left(std::min(context.key_width, rest.w * 0.5f)), view, at);
    value.cut_left(f.px(6));
    const std::string shown = shown_value(view.tree, node);
    bool cut = false;
    text(f, value, Face::mono, value_role(node.kind), shown, Align::left, &cut);
    if (area.hovered && (cut || !note.more.empty()) && value.contains(ImGui::GetIO().MousePos))
        tooltip(f, cut ? shown : note.more, cut ? Face::mono : Face::words);
    // A double click has its second press before its second release, which is a click as well.
    const bool on_chevron =
        ImGui::GetIO().MousePos.x < rest.x + f.px(18) * static_cast<float>(node.depth);
    if (area.clicked) {
        choose(view, at);
        if (on_chevron) turn(view, at);
    }
    if (area.double_clicked && !on_chevron) turn(view, at);
    if (area.right_clicked) {
        choose(view, at);
        context.right_clicked = at;
    }
    ImGui::PopID();
}

void draw_menu(Frame& f, bool open_now) {
    const auto line = [](Command command, const char* name) {
        return MenuLine{name, word(info(command).chord), true};
    };
    const MenuLine lines[] = {
        line(Command::filter_node, "Filter by this"), line(Command::plot_node, "Plot this"),
        line(Command::watch_node, "Watch this"),      MenuLine{},
        line(Command::copy_path, "Copy path"),        line(Command::copy_value, "Copy value")};
    constexpr Command kCommands[] = {Command::filter_node, Command::plot_node, Command::watch_node,
                                     Command::none,        Command::copy_path, Command::copy_value};
    const int picked = context_menu(f, "node menu", open_now, lines, std::size(lines));
    if (picked >= 0) f.ask(kCommands[picked]);
}

/// Wide enough for the names on screen, at most the design's 230.
float key_width(const Frame& f, const TreeView& view, std::uint64_t first, std::uint64_t shown) {
    float width = f.px(120);
    for (std::uint64_t i = first; i < first + shown && i < view.rows.size(); ++i) {
        const JsonNode& node = view.tree.nodes[view.rows[i]];
        const std::uint32_t level = node.depth > 0 ? std::min(node.depth - 1, 24u) : 0;
        const float own =
            f.px(18) * (static_cast<float>(level) + 1) +
            f.fonts.c * static_cast<float>(std::min<std::uint32_t>(node.key_size, 60));
        width = std::max(width, own + f.px(10));
    }
    return std::min(std::ceil(width), f.px(230));
}

void scroll_to_chosen(TreeView& view) {
    if (!view.show_chosen) return;
    view.show_chosen = false;
    const std::uint64_t row = chosen_row(view);
    Scroll& scroll = view.scroll;
    if (row < scroll.first) scroll.first = row;
    if (row >= scroll.first + scroll.shown) scroll.first = row - scroll.shown + 1;
}

} // namespace

//--- 6. the whole

bool shown_as_tree(const wire::EventView& event) {
    if (event.kind != wire::Kind::text && event.kind != wire::Kind::refused) return false;
    if (event.kind == wire::Kind::refused) return false; // the reason stands with it
    const std::size_t first = event.payload.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos &&
           (event.payload[first] == '{' || event.payload[first] == '[');
}

NodeAtHand node_at_hand(const Model& model, const InspectorPanel& panel) {
    NodeAtHand node;
    const TreeView& view = panel.tree;
    if (view.chosen == 0 || view.chosen >= view.tree.nodes.size()) return node;
    if (!model.log.contains(view.made_for) || view.made_for != panel.event) return node;
    const model::Row row = model.log.row(view.made_for);
    if (row.type) node.type = model.log.types()[row.type].name;
    node.path = view.tree.path(view.chosen);
    node.kind = view.tree.nodes[view.chosen].kind;
    node.value = plain_value(view.tree, view.tree.nodes[view.chosen]);
    return node;
}

void draw_tree_search(Frame& f, const Rect& place, InspectorPanel& panel) {
    TreeView& view = panel.tree;
    const std::string words = hit_words(view);
    const float count = words.empty() ? 0 : text_width(f, Face::small, words) + f.px(6);
    const bool room = place.w > count + f.px(56);
    const FieldAnswer answer = text_field(f, place,
                                          {.text = &view.wanted,
                                           .label = "Search",
                                           .hint = "Search",
                                           .inset_left = 22,
                                           .inset_right = room ? count / f.scale + 6 : 6,
                                           .take_focus = view.focus_search});
    view.focus_search = answer.entered; // Enter goes on to the next, and the caret stays
    icon(f, Icon::magnifier, {place.x + f.px(5), place.y, f.px(14), place.h}, Role::text3);
    if (room && !words.empty()) {
        Rect at = place;
        at.cut_right(f.px(6));
        text(f, at.cut_right(count - f.px(4)), Face::small,
             view.hits.empty() ? Role::err : Role::text3, words, Align::right);
    }
    if (answer.entered) next_hit(view);
}

bool perform_tree(Command command, const Model& model, InspectorPanel& panel,
                  model::Actions& actions) {
    TreeView& view = panel.tree;
    make_rows(view);
    const auto page = static_cast<std::int64_t>(std::max<std::uint64_t>(2, view.scroll.shown)) - 1;
    const auto all = static_cast<std::int64_t>(view.rows.size());
    switch (command) {
    case Command::row_up: move_chosen(view, -1); return true;
    case Command::row_down: move_chosen(view, 1); return true;
    case Command::page_up: move_chosen(view, -page); return true;
    case Command::page_down: move_chosen(view, page); return true;
    case Command::first_row: move_chosen(view, -all); return true;
    case Command::last_row: move_chosen(view, all); return true;
    case Command::step_back: fold_chosen(view, false); return true;
    case Command::step_forward: fold_chosen(view, true); return true;
    default: break;
    }
    const NodeAtHand node = node_at_hand(model, panel);
    if (node.path.empty()) return true;
    if (command == Command::copy_path)
        actions.push_back(model::CopyText{model::path_text(node.path)});
    if (command == Command::copy_value) actions.push_back(model::CopyText{node.value});
    if (command == Command::filter_node) filter_by(model, node, actions);
    if (command == Command::plot_node)
        actions.push_back(model::PlotPath{node.type, model::filter_path(node.path)});
    if (command == Command::watch_node)
        actions.push_back(model::WatchPath{node.type, model::filter_path(node.path)});
    return true;
}

void draw_inspector_tree(Frame& f, const InspectorContent& content) {
    TreeView& view = content.panel.tree;
    make_tree(view, content.event);
    find_hits(view);
    make_rows(view);
    Rect rest = content.place;
    if (!view.foot.empty()) {
        Rect row = rest.cut_bottom(f.px(26)).inset(f.px(12), 0);
        icon(f, Icon::triangle, row.cut_left(f.px(14)), Role::warn);
        row.cut_left(f.px(6));
        text(f, row, Face::words, Role::warn, view.foot);
    }
    rest.cut_top(f.px(6));
    rest.cut_bottom(f.px(2));
    view.scroll.shown = static_cast<std::uint64_t>(std::max(1.0f, rest.h / f.px(kInspectorRow)));
    scroll_to_chosen(view);
    rest = scrolled(f, rest, "Inspector scroll bar", view.rows.size(), &view.scroll);
    RowContext context{content, view, known_type(content.model, content.event),
                       key_width(f, view, view.scroll.first, view.scroll.shown), 0};
    for (std::uint64_t i = 0; i < view.scroll.shown; ++i) {
        const std::uint64_t at = view.scroll.first + i;
        if (at >= view.rows.size()) break;
        draw_row(f, rest.cut_top(f.px(kInspectorRow)), view.rows[static_cast<std::size_t>(at)],
                 context);
    }
    draw_menu(f, context.right_clicked != 0);
}

} // namespace ui
