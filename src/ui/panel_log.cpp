// The log: where it stands, what the keys do, and its parts put together.
//   1. where the list stands     2. what the keys do     3. words for no rows     4. the whole
#include "ui/panel_log.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "base/text.h"
#include "ui/field_text.h"
#include "ui/log_lines.h"
#include "ui/log_parts.h"
#include "ui/ui.h"

namespace ui {

using model::EventId;
using model::Model;
using model::Selection;

//--- 1. where the list stands

std::uint64_t newest_first_row(const Model& model, const LogPanel& panel) {
    const std::uint64_t size = model.index.size();
    return size == 0 ? 0 : first_for_last(model, size - 1, panel.rows_shown, panel.fold);
}

std::uint64_t first_row(const Model& model, const LogPanel& panel) {
    const std::uint64_t newest = newest_first_row(model, panel);
    if (panel.follow) return newest;
    return std::min(model.index.position_of(panel.top), newest);
}

void scroll_to(const Model& model, const Selection& selection, LogPanel& panel, std::uint64_t row) {
    const std::uint64_t newest = newest_first_row(model, panel);
    panel.follow = row >= newest && selection.live();
    panel.top = model.index.size() == 0 ? 0 : model.index.at(std::min(row, newest));
}

bool row_shown(const Model& model, EventId event) {
    const std::uint64_t at = model.index.position_of(event);
    return at < model.index.size() && model.index.at(at) == event;
}

void show_event(const Model& model, Selection& selection, LogPanel& panel, EventId event) {
    if (!model.log.contains(event)) return;
    selection.only(event); // the inspector has it also when the filter hides its row
    panel.show_selected = row_shown(model, event);
}

//--- 2. what the keys do

namespace {

void select_row(const Model& model, Selection& selection, LogPanel& panel, std::uint64_t row) {
    selection.only(model.index.at(row));
    panel.show_selected = true;
}

/// Moves the selection by `rows`; with none, the newest row on screen is taken first.
void move_selection(const Model& model, Selection& selection, LogPanel& panel, std::int64_t rows) {
    const std::uint64_t size = model.index.size();
    if (size == 0) return;
    if (!model.log.contains(selection.event)) {
        const std::uint64_t last = first_row(model, panel) + panel.rows_shown - 1;
        select_row(model, selection, panel, std::min(last, size - 1));
        return;
    }
    const std::uint64_t at = std::min(model.index.position_of(selection.event), size - 1);
    const std::uint64_t most = size - 1;
    std::uint64_t to = rows < 0 ? at - std::min(at, static_cast<std::uint64_t>(-rows))
                                : std::min(most, at + static_cast<std::uint64_t>(rows));
    // What is folded away is passed over.
    while (rows > 0 && to < most && shown_row(model, to, panel.fold) != to) ++to;
    select_row(model, selection, panel, shown_row(model, to, panel.fold));
}

void back_to_live(Selection& selection, LogPanel& panel) {
    selection.cursor = 0;
    panel.follow = true;
}

void open_find(LogPanel& panel, model::Actions& actions) {
    panel.find.take_focus = true;
    if (std::exchange(panel.find.open, true)) return;
    if (!panel.find.sent.empty()) actions.push_back(model::SetFind{panel.find.sent});
    panel.find.choose = true;
}

void go_to_hit(const Model& model, Selection& selection, LogPanel& panel, bool forward) {
    const EventId from = panel.find.current != 0 ? panel.find.current : selection.event;
    const EventId hit = forward ? model.find.next(from) : model.find.previous(from);
    if (hit == 0) return;
    panel.find.current = hit;
    panel.find.choose = false;
    show_event(model, selection, panel, hit);
}

/// Bookmarks that the filter hides are passed over.
void go_to_bookmark(const Model& model, Selection& selection, LogPanel& panel, bool forward) {
    EventId at = selection.event;
    for (std::size_t i = 0; i < model.bookmarks.list.size(); ++i) {
        at = forward ? model.bookmarks.next(at) : model.bookmarks.previous(at);
        const std::uint64_t row = model.index.position_of(at);
        if (row >= model.index.size() || model.index.at(row) != at) continue;
        return select_row(model, selection, panel, row);
    }
}

void open_note(const Model& model, const Selection& selection, LogPanel& panel) {
    const model::Bookmark* mark = model.bookmarks.find(selection.event);
    panel.note = {};
    panel.note.open_now = panel.note.take_focus = true;
    panel.note.event = selection.event;
    panel.note.text = field_from_text(mark ? mark->note : std::string());
}

void open_go_to(LogPanel& panel) {
    panel.go_to.open_now = panel.go_to.take_focus = true;
    panel.go_to.problem.clear();
}

/// A message as it was, on the connection that is current.
void send_again(const Model& model, const Selection& selection, model::Actions& actions) {
    const wire::EventView event = model.log.view(selection.event);
    actions.push_back(model::SendMessage{model.current_link, event.kind == wire::Kind::binary,
                                         std::string(event.payload)});
}

void clear_filter(LogPanel& panel, model::Actions& actions) {
    panel.filter_text.clear();
    actions.push_back(model::SetFilter{model::ListFilter()});
}

bool move_rows(Command command, const Model& model, Selection& selection, LogPanel& panel) {
    const auto page = static_cast<std::int64_t>(panel.rows_shown > 1 ? panel.rows_shown - 1 : 1);
    const std::uint64_t size = model.index.size();
    switch (command) {
    case Command::row_up: move_selection(model, selection, panel, -1); break;
    case Command::row_down: move_selection(model, selection, panel, 1); break;
    case Command::page_up: move_selection(model, selection, panel, -page); break;
    case Command::page_down: move_selection(model, selection, panel, page); break;
    case Command::first_row:
        if (size > 0) select_row(model, selection, panel, 0);
        break;
    case Command::last_row:
        if (size > 0) select_row(model, selection, panel, size - 1);
        panel.follow = selection.live();
        break;
    case Command::next_hit: go_to_hit(model, selection, panel, true); break;
    case Command::previous_hit: go_to_hit(model, selection, panel, false); break;
    case Command::next_bookmark: go_to_bookmark(model, selection, panel, true); break;
    case Command::previous_bookmark: go_to_bookmark(model, selection, panel, false); break;
    default: return false;
    }
    return true;
}

} // namespace

std::optional<model::ListFilter> with_text(const model::ListFilter& filter,
                                           const std::string& text) {
    model::Filter::Parsed parsed = model::Filter::parse(text);
    auto* compiled = std::get_if<model::Filter>(&parsed);
    if (compiled == nullptr) return std::nullopt;
    model::ListFilter wanted = filter;
    wanted.filter = std::move(*compiled);
    return wanted;
}

void perform_log(Command command, const Model& model, Selection& selection, LogPanel& panel,
                 model::Actions& actions) {
    if (move_rows(command, model, selection, panel)) return;
    switch (command) {
    case Command::clear:
        actions.push_back(model::ClearLog{});
        selection.only(0);
        back_to_live(selection, panel);
        break;
    case Command::filter: panel.focus_filter = true; break;
    case Command::completion:
        panel.focus_filter = !panel.filter.focused;
        if (panel.focus_filter) panel.filter.put_caret = static_cast<int>(panel.filter_text.size());
        panel.filter.completion.open = panel.filter.completion.asked = true;
        panel.filter.completion.history = false;
        panel.filter.completion.chosen = 0;
        break;
    case Command::clear_filter: clear_filter(panel, actions); break;
    case Command::time_column:
        panel.time = static_cast<TimeColumn>((static_cast<int>(panel.time) + 1) % 3);
        break;
    case Command::fold_repeats: panel.fold = !panel.fold; break;
    case Command::find: open_find(panel, actions); break;
    case Command::go_to: open_go_to(panel); break;
    case Command::note: open_note(model, selection, panel); break;
    case Command::bookmark:
        actions.push_back(
            model::SetBookmark{selection.event, model.bookmarks.find(selection.event) == nullptr});
        break;
    case Command::copy_row: copy_selected(model, selection, false, actions); break;
    case Command::copy_payload: copy_selected(model, selection, true, actions); break;
    case Command::copy_shown: copy_shown(model, actions); break;
    case Command::send_again: send_again(model, selection, actions); break;
    default: break;
    }
}

bool escape_log(LogPanel& panel, bool typing, model::Actions& actions, bool* refocus) {
    *refocus = false;
    Completion& completion = panel.filter.completion;
    if (panel.filter.focused && completion.open) {
        completion.open = completion.asked = completion.history = false;
        panel.filter.put_caret = panel.filter.caret;
        panel.focus_filter = *refocus = true;
        return true;
    }
    if (typing || !panel.find.open) return false;
    panel.find.open = false;
    actions.push_back(model::SetFind{});
    return true;
}

//--- 3. words for no rows

namespace {

void draw_nothing_yet(Frame& f, const Rect& place, const Model& model, const Selection& selection) {
    Rect row = empty_state(f, place, "Nothing yet", "Connect, open a capture, or start the demo.");
    const struct {
        Command command;
        const char* name;
        Look look;
    } kButtons[] = {{Command::connect, "Connect", Look::primary},
                    {Command::open_capture, "Open capture", Look::normal},
                    {Command::demo, "Start demo", Look::normal}};
    const float gap = f.px(8);
    float width = -gap;
    for (const auto& entry : kButtons) width += button_width(f, entry.name) + gap;
    row.x += std::max(0.0f, std::round((row.w - width) / 2));
    for (const auto& entry : kButtons) {
        const bool works = command_works(entry.command, model, selection);
        if (button(f, row.cut_left(button_width(f, entry.name)), entry.name, entry.look, works))
            f.ask(entry.command);
        row.cut_left(gap);
    }
}

/// Words for a log without rows: what it is waiting for, and one way on.
void draw_empty(Frame& f, const Rect& place, const Model& model, const Selection& selection) {
    fill(f, place, Role::panel);
    if (model.log.size() > 0 && !model.index.complete()) {
        empty_state(f, place, "Looking", "The older events are still being searched.");
        return;
    }
    if (model.log.size() > 0) {
        const std::string hidden = base::count_text(model.log.size());
        Rect row = empty_state(f, place, "No event passes this filter",
                               hidden + (model.log.size() == 1 ? " is hidden." : " are hidden."));
        const float width = button_width(f, "Clear filter");
        row.x += std::round((row.w - width) / 2);
        if (button(f, row.cut_left(width), "Clear filter")) f.ask(Command::clear_filter);
        return;
    }
    const model::Connection* connection = model.current();
    if (connection && connection->state.phase == wire::Phase::open) {
        empty_state(
            f, place, "Nothing since the log was cleared",
            "New events are shown as they come. Coda sends system_metrics about every 5 s.");
    } else {
        draw_nothing_yet(f, place, model, selection);
    }
}

/// Open, but not one message yet: said under the rows, with the seconds that pass.
void draw_silence(Frame& f, const Rect& place, const Model& model) {
    const model::Connection* connection = model.current();
    if (!connection || connection->state.phase != wire::Phase::open) return;
    if (connection->last_in_mono_ns != 0 || !model.index.filter().everything()) return;
    const std::int64_t since = connection->state.since_mono_ns;
    if (model.now.mono_ns - since < 3 * base::kSecond) {
        f.wake_at(since + 3 * base::kSecond);
        return;
    }
    f.wake_for_duration(since);
    const std::int64_t whole = (model.now.mono_ns - since) / base::kSecond * base::kSecond;
    const std::string line = "Connected for " + base::duration_text(whole) +
                             ", nothing received. Coda sends "
                             "system_metrics about every 5 s.";
    text(f, place, Face::words, Role::text2, line, Align::center);
}

} // namespace

//--- 4. the whole

void draw_log(Frame& f, const Model& model, Selection& selection, LogPanel& panel,
              model::Actions& actions) {
    Rect rest = f.place;
    draw_filter_bar(f, rest.cut_top(filter_bar_height(f, panel)), model, panel, actions);
    draw_log_head(f, rest.cut_top(f.px(26)), model, selection, panel, actions);
    const Rect heads = rest.cut_top(f.px(24));
    const bool long_numbers = model.log.end() > 1'000'000;
    Rect inside = rest;
    inside.cut_right(f.px(14));
    const Columns columns = columns_of(f, inside, model.connections.size() > 1, long_numbers);
    draw_column_heads(f, heads, columns, panel);
    if (model.index.size() == 0) {
        panel.follow = selection.live();
        draw_empty(f, rest, model, selection);
        return;
    }
    fill(f, rest, Role::panel);
    draw_rows(f, rest, columns, model, selection, panel, actions);
    const float used =
        f.px(22) * static_cast<float>(std::min(model.index.size(), panel.rows_shown));
    Rect below = rest;
    below.cut_top(used);
    if (below.h >= f.px(22) * 2) draw_silence(f, below, model);
}

} // namespace ui
