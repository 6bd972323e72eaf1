// The log: filter bar, head, column heads, rows, bar.
//   1. what the keys do     2. filter bar     3. head     4. columns and rows     5. the whole
#include <cstdio>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "ui/field_text.h"
#include "ui/panels.h"
#include "ui/preview.h"

namespace ui {
namespace {

using model::EventId;
using model::Model;
using model::Selection;

constexpr std::int64_t kNoticeable = base::kSecond / 2; ///< a pause that stands out

std::uint64_t newest_first_row(const Model& model, const LogPanel& panel) {
    const std::uint64_t size = model.index.size();
    return size > panel.rows_shown ? size - panel.rows_shown : 0;
}

/// The first row on screen, by position.
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

void select_row(const Model& model, Selection& selection, LogPanel& panel, std::uint64_t row) {
    selection.event = model.index.at(row);
    panel.show_selected = true;
}

//--- 1. what the keys do

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
    const std::uint64_t to = rows < 0 ? at - std::min(at, static_cast<std::uint64_t>(-rows))
                                      : std::min(most, at + static_cast<std::uint64_t>(rows));
    select_row(model, selection, panel, to);
}

void back_to_live(Selection& selection, LogPanel& panel) {
    selection.cursor = 0;
    panel.follow = true;
}

void copy(const Model& model, const Selection& selection, bool payload, model::Actions& actions) {
    if (!model.log.contains(selection.event)) return;
    if (payload) {
        actions.push_back(model::CopyText{std::string(model.log.view(selection.event).payload)});
    } else {
        actions.push_back(model::CopyText{row_text(model.log, selection.event)});
    }
}

} // namespace

model::Filter with_text(const model::Filter& filter, const std::string& text) {
    model::Filter wanted = filter;
    wanted.text = text;
    return wanted;
}

void perform_log(Command command, const Model& model, Selection& selection, LogPanel& panel,
                 model::Actions& actions) {
    const auto page = static_cast<std::int64_t>(panel.rows_shown > 1 ? panel.rows_shown - 1 : 1);
    const std::uint64_t size = model.index.size();
    switch (command) {
    case Command::clear:
        actions.push_back(model::ClearLog{});
        selection.event = 0;
        back_to_live(selection, panel);
        break;
    case Command::filter: panel.focus_filter = true; break;
    case Command::clear_filter:
        panel.filter_text.clear();
        actions.push_back(model::SetFilter{model::Filter()});
        break;
    case Command::time_column:
        panel.time = static_cast<TimeColumn>((static_cast<int>(panel.time) + 1) % 3);
        break;
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
    case Command::copy_row: copy(model, selection, false, actions); break;
    case Command::copy_payload: copy(model, selection, true, actions); break;
    default: break;
    }
}

namespace {

//--- 2. filter bar

void toggle_dir(const Model& model, wire::Dir dir, model::Actions& actions) {
    model::Filter filter = model.index.filter();
    filter.dirs = static_cast<std::uint8_t>(filter.dirs ^ (1u << static_cast<unsigned>(dir)));
    actions.push_back(model::SetFilter{filter});
}

struct DirChip {
    wire::Dir dir;
    const char* name;
    Icon icon;
    Role role;
};
constexpr DirChip kDirChips[] = {
    {wire::Dir::in, "In", Icon::arrow_down, Role::text2},
    {wire::Dir::out, "Out", Icon::arrow_up, Role::out},
    {wire::Dir::none, "Life", Icon::diamond, Role::text3},
};

std::string shown_of_total(const Model& model) {
    const std::uint64_t total = model.log.size();
    const std::string shown = base::count_text(model.index.size());
    if (model.index.complete()) return shown + " of " + base::count_text(total);
    char percent[8];
    std::snprintf(percent, sizeof percent, "%.0f %%", model.index.progress() * 100);
    return "at least " + shown + " of " + base::count_text(total) + ", " + percent;
}

void draw_filter_bar(Frame& f, const Rect& place, const Model& model, LogPanel& panel,
                     model::Actions& actions) {
    fill(f, place, Role::bar);
    line_below(f, place);
    Rect row = place.middle(f.px(26)).inset(f.px(9), 0);

    //--- from the right: the count, then the chips
    const std::string shown = shown_of_total(model);
    const float count_width = std::max(f.fonts.c * 14, text_width(f, Face::mono, shown));
    text(f, row.cut_right(count_width), Face::mono, Role::text2, shown, Align::right);
    row.cut_right(f.px(12));
    const int chips = f.narrow ? 2 : 3;
    for (int i = chips - 1; i >= 0; --i) {
        const DirChip& dir = kDirChips[i];
        const auto bit = static_cast<std::size_t>(dir.dir);
        const std::uint64_t count = model.log.counts().dir[bit];
        const Rect place_of_chip = row.cut_right(chip_width(f, dir.name, count));
        const bool on = (model.index.filter().dirs >> bit & 1) != 0;
        if (chip(f, place_of_chip, dir.icon, dir.role, dir.name, count, on)) {
            toggle_dir(model, dir.dir, actions);
        }
        row.cut_right(f.px(i == 0 ? 9 : 7));
    }

    //--- the text; a filter that somebody else set is taken over
    const std::string& in_force = model.index.filter().text;
    if (in_force != panel.filter_sent)
        panel.filter_text = field_from_text(panel.filter_sent = in_force);
    text_field(f, row,
               {.text = &panel.filter_text,
                .label = "Filter",
                .hint = "Filter: text to find in the payload, e.g. latency_trace",
                .face = Face::mono,
                .inset_left = 28,
                .inset_right = panel.filter_text.empty() ? 6.0f : 26.0f,
                .take_focus = panel.focus_filter});
    panel.focus_filter = false;
    icon(f, Icon::funnel, {row.x + f.px(8), row.y, f.px(14), row.h}, Role::text2);
    if (!panel.filter_text.empty()) {
        const Rect cross{row.right() - f.px(24), row.y + f.px(3), f.px(20), row.h - f.px(6)};
        if (icon_button(f, cross, Icon::cross, "Clear filter", Look::bare)) {
            panel.filter_text.clear();
        }
    }
    const std::string wanted = text_from_field(panel.filter_text);
    if (wanted != panel.filter_sent) {
        panel.filter_sent = wanted;
        actions.push_back(model::SetFilter{with_text(model.index.filter(), wanted)});
    }
}

//--- 3. head

std::string since_start_text(const Model& model, std::int64_t mono_ns, int digits) {
    const double seconds = static_cast<double>(mono_ns - model.log.start_mono_ns()) / base::kSecond;
    char text[40];
    std::snprintf(text, sizeof text, "%.*f s", digits, seconds);
    return text;
}

void draw_paused_head(Frame& f, const Rect& place, const Model& model, EventId cursor) {
    fill(f, place, Role::curbg);
    fill(f, {place.x, place.y, f.px(3), place.h}, Role::cursor);
    Rect row = place.inset(f.px(10), 0);
    icon(f, Icon::pause, row.cut_left(f.px(14)), Role::cursor);
    row.cut_left(f.px(8));
    const std::string hint = f.narrow ? "" : word(info(Command::live).chord);
    const float width = button_width(f, "Back to live", hint);
    const Rect live = row.cut_right(width).middle(f.px(22));
    if (button(f, live, "Back to live", Look::normal, true, hint)) f.ask(Command::live);
    row.cut_right(f.px(8));

    const bool known = model.log.contains(cursor);
    const std::uint64_t end = model.log.end();
    const std::uint64_t newer = end > cursor + 1 ? end - cursor - 1 : 0;
    std::string at = "Paused";
    if (known) at += " at " + since_start_text(model, model.log.mono_ns(cursor), 3);
    float x = text_at(f, row.x, row, Face::strong, Role::cursor, at) + f.px(10);
    x = text_at(f, x, row, Face::words, Role::text,
                "event " + base::count_text(cursor) + " of " + base::count_text(end - 1));
    const std::string more = newer == 0 ? "nothing newer yet"
                                        : base::count_text(newer) +
                                              (newer == 1 ? " newer event" : " newer events") +
                                              ", still arriving";
    text(f, {x + f.px(10), row.y, row.right() - x - f.px(10), row.h}, Face::words, Role::text2,
         more);
}

/// Buttons at the right end of the head; the width that is left for words.
Rect draw_head_buttons(Frame& f, Rect row, const Model& model) {
    const struct {
        Command command;
        const char* name;
    } kButtons[] = {{Command::clear, "Clear"}, {Command::pause, "Pause"}};
    if (model.log.size() == 0) return row;
    for (const auto& entry : kButtons) {
        const std::string hint = f.narrow ? "" : word(info(entry.command).chord);
        const Rect place = row.cut_right(button_width(f, entry.name, hint)).middle(f.px(22));
        if (button(f, place, entry.name, Look::bare, true, hint)) f.ask(entry.command);
    }
    row.cut_right(f.px(8));
    return row;
}

void draw_head(Frame& f, const Rect& place, const Model& model, const Selection& selection,
               LogPanel& panel) {
    fill(f, place, Role::panel);
    if (!selection.live()) {
        draw_paused_head(f, place, model, selection.cursor);
        line_below(f, place);
        return;
    }
    line_below(f, place);
    Rect row = draw_head_buttons(f, place.inset(f.px(9), 0), model);
    const Rect mark = row.cut_left(f.px(14));
    f.list->AddCircleFilled({std::round(mark.mid_x()), std::round(mark.mid_y())}, f.px(3),
                            f.color(Role::text2), 16);
    row.cut_left(f.px(9));
    const float x = text_at(f, row.x, row, Face::strong, Role::text, "Live") + f.px(10);
    std::string how = "following the newest";
    if (!panel.follow) {
        const std::uint64_t below = newest_first_row(model, panel) - first_row(model, panel);
        how = base::count_text(below) + " newer below, End follows";
    }
    text(f, {x, row.y, row.right() - x, row.h}, Face::words, Role::text2, how);
}

//--- 4. columns and rows

struct Columns {
    Rect mark, con, number, time, since, dir, type, size, preview, pair;
};

/// Widths are counted in characters of the mono face, so that nothing moves with the scale.
Columns columns_of(const Frame& f, Rect row, bool with_con, bool long_numbers) {
    const float c = f.fonts.c;
    Columns at;
    at.mark = row.cut_left(f.px(22));
    if (with_con) at.con = row.cut_left(f.px(14));
    at.number = row.cut_left(c * (long_numbers ? 8 : 6));
    row.cut_left(f.px(12));
    at.time = row.cut_left(c * 12);
    at.since = row.cut_left(c * 11);
    row.cut_left(f.px(10));
    at.dir = row.cut_left(f.px(20));
    at.type = row.cut_left(c * 22);
    at.size = row.cut_left(c * 7);
    row.cut_left(f.px(12));
    row.cut_right(f.px(6));
    at.preview = row;
    at.pair = row.cut_right(c * 10);
    return at;
}

const char* time_head(TimeColumn time) {
    switch (time) {
    case TimeColumn::clock: return "Time, clock";
    case TimeColumn::since_start: return "Time, start";
    case TimeColumn::since_previous: return "Time, prev.";
    }
    return "";
}

void draw_column_heads(Frame& f, const Rect& place, const Columns& at, LogPanel& panel) {
    fill(f, place, Role::bar);
    line_below(f, place);
    const auto head = [&](const Rect& column, const char* name, Align align) {
        text(f, {column.x, place.y, column.w, place.h}, Face::small, Role::text2, name, align);
    };
    if (!at.con.empty()) head({at.con.x - f.px(6), 0, f.px(30), 0}, "Con", Align::left);
    head(at.number, "#", Align::right);
    const Rect time{at.time.x, place.y, at.time.w + f.px(8), place.h};
    if (touch(f, time, "Time column").clicked) f.ask(Command::time_column);
    head(at.time, time_head(panel.time), Align::left);
    const float width = text_width(f, Face::small, time_head(panel.time));
    icon(f, Icon::chevron_down, {at.time.x + width + f.px(2), place.y, f.px(12), place.h},
         Role::text2);
    head(at.since, "Since prev.", Align::right);
    head(at.type, "Type", Align::left);
    head(at.size, "Size", Align::right);
    head(at.preview, "Preview", Align::left);
    head(at.pair, "Pair", Align::right);
}

/// What a row shows, besides its preview.
struct RowFacts {
    model::Row row;
    wire::EventView event;
    std::int64_t before_mono_ns = 0; ///< of the row above; 0: there is none
    bool error = false;
    bool out = false;
    Role type_role = Role::f_life;
};

RowFacts facts_of(const Frame& f, const Model& model, std::uint64_t position) {
    RowFacts facts;
    const EventId id = model.index.at(position);
    facts.row = model.log.row(id);
    facts.event = model.log.view(id);
    if (position > 0) facts.before_mono_ns = model.log.mono_ns(model.index.at(position - 1));
    facts.error = is_error(model.log, facts.row, facts.event.details);
    facts.out = facts.row.dir == wire::Dir::out;
    if (facts.error) {
        facts.type_role = Role::err;
    } else if (facts.row.type != 0) {
        facts.type_role = f.theme.of_type(type_or_kind(model.log, facts.row), facts.out);
    } else if (facts.out) {
        facts.type_role = Role::out;
    }
    return facts;
}

void draw_row_ground(Frame& f, const Rect& row, const RowFacts& facts, bool selected,
                     bool hovered) {
    if (selected) {
        fill(f, row, Role::sel);
        fill(f, {row.x, row.y, f.px(3), row.h}, Role::accent);
    } else if (hovered) {
        fill(f, row, Role::hover);
    } else if (facts.error) {
        fill(f, row, Role::errbg);
    } else if (facts.out) {
        fill(f, row, Role::outbg);
    }
}

std::string gap_text(const RowFacts& facts) {
    if (facts.before_mono_ns == 0) return {};
    return "+" + base::duration_text(facts.row.mono_ns - facts.before_mono_ns);
}

std::string time_text(const Model& model, const RowFacts& facts, TimeColumn how) {
    switch (how) {
    case TimeColumn::clock: return base::local_clock(facts.event.wall_ns, 3);
    case TimeColumn::since_start: return since_start_text(model, facts.row.mono_ns, 6);
    case TimeColumn::since_previous: return gap_text(facts);
    }
    return {};
}

void draw_direction(Frame& f, const Rect& cell, wire::Dir dir) {
    switch (dir) {
    case wire::Dir::in: icon(f, Icon::arrow_down, cell, Role::text2); break;
    case wire::Dir::out: icon(f, Icon::arrow_up, cell, Role::out); break;
    case wire::Dir::none: icon(f, Icon::diamond, cell, Role::text3); break;
    }
}

/// The preview in its place; true when something of it is hidden or shown as a box.
bool draw_preview(Frame& f, const Rect& cell, const wire::EventView& event) {
    const auto most = static_cast<std::size_t>(cell.w / std::max(1.0f, f.fonts.c)) + 4;
    float x = cell.x;
    for (const PreviewPart& part : preview_of(event, most)) {
        const Rect rest{x, cell.y, cell.right() - x, cell.h};
        if (rest.w < f.fonts.c) return true;
        bool cut = false;
        const bool key = part.is == PreviewPart::Is::key;
        if (part.is == PreviewPart::Is::sentence || part.is == PreviewPart::Is::error) {
            const Role role = part.is == PreviewPart::Is::error ? Role::err : Role::text;
            text(f, rest, Face::words, role, part.text, Align::left, &cut);
            return cut;
        }
        x +=
            text(f, rest, Face::mono, key ? Role::text3 : Role::text, part.text, Align::left, &cut);
        if (cut) return true;
        x += f.fonts.c * (key ? 1 : 2);
    }
    return false;
}

void draw_pair(Frame& f, const Rect& cell, const RowFacts& facts) {
    if (!facts.event.details || facts.event.details->rtt_ns < 0) return;
    text(f, cell, Face::mono, Role::text2, base::duration_text(facts.event.details->rtt_ns),
         Align::right);
}

void draw_row(Frame& f, const Rect& row, const Columns& columns, const Model& model,
              const RowFacts& facts, const LogPanel& panel, bool hovered) {
    const auto in_row = [&](const Rect& column) { return Rect{column.x, row.y, column.w, row.h}; };
    if (facts.error) icon(f, Icon::cross, in_row(columns.mark), Role::err);
    if (!columns.con.empty()) {
        text(f, in_row(columns.con), Face::mono, Role::text2, std::to_string(facts.row.link));
    }
    text(f, in_row(columns.number), Face::mono, Role::text3, std::to_string(facts.row.id),
         Align::right);
    text(f, in_row(columns.time), Face::mono, Role::text2, time_text(model, facts, panel.time));
    const bool pause =
        facts.before_mono_ns != 0 && facts.row.mono_ns - facts.before_mono_ns > kNoticeable;
    text(f, in_row(columns.since), Face::mono, pause ? Role::text : Role::text3, gap_text(facts),
         Align::right);
    draw_direction(f, {columns.dir.x - f.px(7), row.y, f.px(20), row.h}, facts.row.dir);
    bool type_cut = false;
    text(f, in_row(columns.type), Face::mono, facts.type_role, type_or_kind(model.log, facts.row),
         Align::left, &type_cut);
    if (facts.row.has_payload) {
        text(f, in_row(columns.size), Face::mono, Role::text3, base::size_text(facts.row.size),
             Align::right);
    }
    Rect preview = in_row(columns.preview);
    const bool paired = facts.event.details && facts.event.details->rtt_ns >= 0;
    if (paired) preview.w -= columns.pair.w;
    const bool preview_cut = draw_preview(f, preview, facts.event);
    draw_pair(f, in_row(columns.pair), facts);

    if (!hovered) return;
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    const bool tells = preview_cut || facts.event.payload.find('\xF0') != std::string_view::npos;
    if (type_cut && in_row(columns.type).contains(pointer)) {
        tooltip(f, type_or_kind(model.log, facts.row), Face::mono);
    } else if (tells && preview.contains(pointer)) {
        tooltip(f, preview_text(facts.event, 1200), Face::mono);
    }
}

/// The line of the cursor in time, under its row.
void draw_cursor(Frame& f, const Rect& row, const Rect& place) {
    const float alpha = std::exchange(f.alpha, 1.0f);
    fill(f, {row.x, row.bottom() - f.px(1), row.w, f.px(2)}, Role::cursor);
    Rect tag{row.right() - f.px(46), row.bottom() + f.px(1), f.px(46), f.px(15)};
    if (tag.bottom() > place.bottom()) tag.y = row.bottom() - tag.h - f.px(1);
    fill(f, tag, Role::cursor);
    text(f, tag, Face::small, Role::oncur, "cursor", Align::center);
    f.alpha = alpha;
}

std::uint64_t whole_rows(const Frame& f, const Rect& place) {
    const float rows = place.h / f.px(22);
    return rows < 1 ? 1 : static_cast<std::uint64_t>(rows);
}

/// Wheel and keys may have moved the list; brings the selected row on screen when asked to.
std::uint64_t settle_scroll(const Frame& f, const Model& model, const Selection& selection,
                            LogPanel& panel, bool hovered) {
    if (panel.show_selected && model.log.contains(selection.event)) {
        const std::uint64_t at = model.index.position_of(selection.event);
        const std::uint64_t first = first_row(model, panel);
        if (at < first) scroll_to(model, selection, panel, at);
        if (at >= first + panel.rows_shown)
            scroll_to(model, selection, panel, at - panel.rows_shown + 1);
    }
    panel.show_selected = false;
    const float notches = hovered ? ImGui::GetIO().MouseWheel : 0;
    if (notches != 0) {
        const auto step = static_cast<std::uint64_t>(std::max(1.0f, std::fabs(notches) * 3 + 0.5f));
        const std::uint64_t first = first_row(model, panel);
        scroll_to(model, selection, panel,
                  notches > 0 ? first - std::min(first, step) : first + step);
    }
    (void)f;
    return first_row(model, panel);
}

void draw_rows(Frame& f, Rect place, const Columns& columns, const Model& model,
               Selection& selection, LogPanel& panel) {
    const Rect bar = place.cut_right(f.px(14));
    panel.rows_shown = whole_rows(f, place);
    const Touch area = touch(f, place, "Rows");
    std::uint64_t first = settle_scroll(f, model, selection, panel, area.hovered);
    const std::uint64_t size = model.index.size();
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    const EventId hovered_before = std::exchange(selection.hovered, EventId{0});

    f.list->PushClipRect(place.min(), place.max(), true);
    Rect cursor_row;
    for (std::uint64_t i = 0; i < panel.rows_shown && first + i < size; ++i) {
        const Rect row{place.x, place.y + static_cast<float>(i) * f.px(22), place.w, f.px(22)};
        const RowFacts facts = facts_of(f, model, first + i);
        const bool under_pointer = area.hovered && row.contains(pointer);
        if (under_pointer) selection.hovered = facts.row.id;
        if (under_pointer && area.clicked) selection.event = facts.row.id;
        f.alpha = !selection.live() && facts.row.id > selection.cursor ? 0.62f : 1.0f;
        draw_row_ground(f, row, facts, facts.row.id == selection.event,
                        under_pointer || (!area.hovered && facts.row.id == hovered_before));
        draw_row(f, row, columns, model, facts, panel, under_pointer);
        if (!selection.live() && facts.row.id <= selection.cursor) cursor_row = row;
        f.probe.item(f.region, "row " + std::to_string(facts.row.id), row, place, true);
    }
    f.alpha = 1;
    if (!cursor_row.empty()) draw_cursor(f, cursor_row, place);
    f.list->PopClipRect();

    if (scroll_bar(f, bar, "Scroll bar", &panel.bar, &first, panel.rows_shown, size)) {
        scroll_to(model, selection, panel, first);
    }
}

//--- 5. the whole

void draw_nothing_yet(Frame& f, const Rect& place, const Model& model) {
    Rect row = empty_state(f, place, "Nothing yet", "Connect, or start the demo.");
    const float gap = f.px(8);
    const float one = button_width(f, "Connect");
    const float two = button_width(f, "Start demo");
    row.x += std::round((row.w - one - gap - two) / 2);
    if (button(f, row.cut_left(one), "Connect", Look::primary)) f.ask(Command::connect);
    row.cut_left(gap);
    if (button(f, row.cut_left(two), "Start demo", Look::normal, !model.demo)) f.ask(Command::demo);
}

/// Words for a log without rows: what it is waiting for, and one way on.
void draw_empty(Frame& f, const Rect& place, const Model& model) {
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
        draw_nothing_yet(f, place, model);
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

void draw_log(Frame& f, const Model& model, Selection& selection, LogPanel& panel,
              model::Actions& actions) {
    Rect rest = f.place;
    draw_filter_bar(f, rest.cut_top(f.px(40)), model, panel, actions);
    draw_head(f, rest.cut_top(f.px(26)), model, selection, panel);
    const Rect heads = rest.cut_top(f.px(24));
    const bool long_numbers = model.log.end() > 1'000'000;
    Rect inside = rest;
    inside.cut_right(f.px(14));
    const Columns columns = columns_of(f, inside, model.connections.size() > 1, long_numbers);
    draw_column_heads(f, heads, columns, panel);
    if (model.index.size() == 0) {
        panel.follow = selection.live();
        draw_empty(f, rest, model);
        return;
    }
    fill(f, rest, Role::panel);
    draw_rows(f, rest, columns, model, selection, panel);
    const float used =
        f.px(22) * static_cast<float>(std::min(model.index.size(), panel.rows_shown));
    Rect below = rest;
    below.cut_top(used);
    if (below.h >= f.px(22) * 2) draw_silence(f, below, model);
}

} // namespace ui
