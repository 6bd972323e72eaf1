// The inspector: the selected event as a tree, as text, as bytes, against another one, as it
// crossed the wire, and what is known of it. UI thread. Each tab has a file of its own and a state
// of its own here; what was made for one event is made anew for the next.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "model/actions.h"
#include "model/field_check.h"
#include "model/json_diff.h"
#include "model/json_tree.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/text_lines.h"
#include "ui/widgets.h"

namespace ui {

enum class InspectorTab : std::uint8_t { tree, raw, hex, difference, wire, about, count };

/// What one event's tab scrolls through.
struct Scroll {
    std::uint64_t first = 0; ///< row at the top
    std::uint64_t shown = 1; ///< rows on screen, as last drawn
    BarState bar;
};

struct TreeView {
    model::EventId made_for = 0;
    model::JsonTree tree;
    std::vector<bool> repeated;      ///< by node: its name stood in its object before
    std::vector<std::uint32_t> rows; ///< nodes that are on the list, in order
    std::vector<std::uint32_t> hits; ///< nodes that the search finds
    std::set<std::string> turned;    ///< objects and lists that are not as they begin, by path;
                                     ///< kept from event to event
    std::uint32_t chosen = 0;        ///< node; 0: none
    std::string chosen_path;         ///< kept from event to event
    model::JsonPath chosen_steps;    ///< the same, in steps
    std::string foot;                ///< why the tree is not all there is
    std::string wanted, made_wanted; ///< the search
    bool focus_search = false;       ///< the caret goes there in this frame
    bool show_chosen = false;        ///< scroll until it is on screen
    bool rows_due = true;
    Scroll scroll;
};

struct TextView {
    model::EventId made_for = 0;
    InspectorTab made_tab = InspectorTab::count;
    bool made_secrets = false;
    float made_width = 0;
    TextLines lines;
    Scroll scroll;
};

struct HexView {
    model::EventId made_for = 0;
    std::size_t anchor = 0, caret = 0; ///< bytes; the selection lies between them, both included
    bool selected = false, dragging = false;
    Scroll scroll;
};

struct DifferenceView {
    model::EventId made_for = 0, made_against = 0;
    model::EventId previous = 0; ///< of the same type, in `previous_of`'s past; 0: none
    model::EventId previous_of = 0;
    bool against_pinned = false;
    bool json = false; ///< both are
    std::size_t differs_at = 0;
    model::JsonDifference difference;
    Scroll scroll;
};

struct WireView {
    model::EventId made_for = 0;
    model::EventId request = 0, response = 0, failed = 0; ///< of the same attempt; 0: not there
    Scroll scroll;
};

struct AboutView {
    model::EventId made_for = 0;
    std::vector<model::MessageFault> faults;
    float made_width = 0;
    TextLines lines;
    Scroll scroll;
};

struct InspectorPanel {
    InspectorTab tab = InspectorTab::tree;
    bool focused = false;      ///< arrows go through the tree; told by the root
    bool show_secrets = false; ///< headers that carry one, of the event that is selected now
    model::EventId pinned = 0; ///< for the difference; 0: none
    model::EventId event = 0;  ///< that is shown
    std::string seq_words;     ///< of `event`: "279, no hole"
    TreeView tree;
    TextView text;
    HexView hex;
    DifferenceView difference;
    WireView wire;
    AboutView about;
};
void draw_inspector(Frame& f, const model::Model& model, model::Selection& selection,
                    InspectorPanel& panel, model::Actions& actions);

/// Commands about the inspector and the node that is chosen in it. False: the command is another's
/// (arrows while the inspector has not the focus).
bool perform_inspector(Command command, const model::Model& model, model::Selection& selection,
                       InspectorPanel& panel, model::Actions& actions);
bool inspector_command_works(Command command, const model::Model& model,
                             const model::Selection& selection, const InspectorPanel& panel);

/// The field that is chosen in the tree: what Filter, Plot and Watch are about. `path` is empty
/// when none is.
struct NodeAtHand {
    std::string type; ///< of the message; empty: it has none
    model::JsonPath path;
    model::JsonKind kind = model::JsonKind::none;
    std::string value; ///< a string without its quotes and escapes; else as it stands

    bool plots() const { return !type.empty() && kind == model::JsonKind::number; }
};
NodeAtHand node_at_hand(const model::Model& model, const InspectorPanel& panel);

//--- between the inspector's own files: one function a tab, each with its content alone
struct InspectorContent {
    Rect place;
    const model::Model& model;
    const wire::EventView& event;
    InspectorPanel& panel;
};
void draw_inspector_tree(Frame& f, const InspectorContent& content);
/// True when the event is shown as a tree: a text message that begins as an object or list.
bool shown_as_tree(const wire::EventView& event);
void draw_inspector_text(Frame& f, const InspectorContent& content, bool raw);
void draw_inspector_hex(Frame& f, const InspectorContent& content, model::Actions& actions);
void draw_inspector_difference(Frame& f, const InspectorContent& content);
void draw_inspector_wire(Frame& f, const InspectorContent& content);
void draw_inspector_about(Frame& f, const InspectorContent& content);
void draw_text_line(Frame& f, const Rect& row, const TextLines& lines, std::uint64_t line);
/// The field of the search in the row of tabs.
void draw_tree_search(Frame& f, const Rect& place, InspectorPanel& panel);
bool perform_tree(Command command, const model::Model& model, InspectorPanel& panel,
                  model::Actions& actions);

/// What the catalogue knows of the event's type; of a name that is both, what its direction says.
const wire::MessageType* known_type(const model::Model& model, const wire::EventView& event);

/// True when a header of a handshake's head carries a secret.
bool has_secret(const wire::EventView& event);

constexpr float kInspectorRow = 21;
/// Rows that fit, the bar, the wheel: gives the place that is left for rows.
Rect scrolled(Frame& f, const Rect& place, std::string_view label, std::uint64_t total,
              Scroll* scroll);

} // namespace ui
