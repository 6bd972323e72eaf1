// The log's columns and rows.
//   1. columns     2. what a row shows     3. its parts     4. one row     5. all rows
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "ui/log_lines.h"
#include "ui/log_parts.h"
#include "ui/preview.h"
#include "ui/time_view.h"

namespace ui {

using model::EventId;
using model::Model;
using model::Selection;

//--- 1. columns

namespace {

constexpr float kRow = 22;
constexpr std::int64_t kNoticeable = base::kSecond / 2; ///< a pause that stands out

/// What is left out where there is no room for a preview, the least telling first.
struct Room {
    bool since = true, size = true, con = true, time = true;
};

float fixed_width(const Frame& f, bool with_con, bool long_numbers, const Room& room) {
    const float c = f.fonts.c;
    return f.px(22) + (with_con && room.con ? f.px(14) : 0) + c * (long_numbers ? 8 : 6) +
           f.px(12) + (room.time ? c * 12 + f.px(8) : 0) + (room.since ? c * 11 : 0) + f.px(10) +
           f.px(20) + c * 22 + (room.size ? c * 7 : 0) + f.px(12) + f.px(6);
}

Room room_in(const Frame& f, float width, bool with_con, bool long_numbers) {
    Room room;
    const float preview = f.fonts.c * 12;
    const auto tight = [&] {
        return fixed_width(f, with_con, long_numbers, room) + preview > width;
    };
    if (tight()) room.since = false;
    if (tight()) room.size = false;
    if (tight()) room.time = false;
    return room;
}

} // namespace

Columns columns_of(const Frame& f, Rect row, bool with_con, bool long_numbers) {
    const float c = f.fonts.c;
    const Room room = room_in(f, row.w, with_con, long_numbers);
    Columns at;
    at.mark = row.cut_left(f.px(22));
    if (with_con) at.con = row.cut_left(f.px(14));
    at.number = row.cut_left(c * (long_numbers ? 8 : 6));
    row.cut_left(f.px(12));
    if (room.time) {
        at.time = row.cut_left(c * 12);
        row.cut_left(f.px(8));
    }
    if (room.since) at.since = row.cut_left(c * 11);
    row.cut_left(f.px(10));
    at.dir = row.cut_left(f.px(20));
    at.type = row.cut_left(c * 22);
    if (room.size) at.size = row.cut_left(c * 7);
    row.cut_left(f.px(12));
    row.cut_right(f.px(6));
    at.preview = row;
    at.pair = row.cut_right(c * 10);
    return at;
}

namespace {

const char* time_head(TimeColumn time) {
    switch (time) {
    case TimeColumn::clock: return "Time, clock";
    case TimeColumn::since_start: return "Time, start";
    case TimeColumn::since_previous: return "Time, prev.";
    }
    return "";
}

} // namespace

void draw_column_heads(Frame& f, const Rect& place, const Columns& at, LogPanel& panel) {
    fill(f, place, Role::bar);
    line_below(f, place);
    const auto head = [&](const Rect& column, const char* name, Align align) {
        text(f, {column.x, place.y, column.w, place.h}, Face::small, Role::text2, name, align);
    };
    if (!at.con.empty()) head({at.con.x - f.px(6), 0, f.px(30), 0}, "Con", Align::left);
    head(at.number, "#", Align::right);
    if (!at.time.empty()) {
        const Rect time{at.time.x, place.y, at.time.w + f.px(8), place.h};
        if (touch(f, time, "Time column").clicked) f.ask(Command::time_column);
        head(at.time, time_head(panel.time), Align::left);
        const float width = text_width(f, Face::small, time_head(panel.time));
        icon(f, Icon::chevron_down, {at.time.x + width + f.px(2), place.y, f.px(12), place.h},
             Role::text2);
    }
    head(at.since, "Since prev.", Align::right);
    head(at.type, "Type", Align::left);
    head(at.size, "Size", Align::right);
    const bool both = at.preview.w > f.fonts.c * 18;
    head(at.preview, "Preview", Align::left);
    if (both) head(at.pair, "Pair", Align::right);
}

//--- 2. what a row shows

namespace {

struct RowFacts {
    model::Row row;
    wire::EventView event;
    std::int64_t before_mono_ns = 0; ///< of the row above; 0: there is none
    const model::Bookmark* bookmark = nullptr;
    std::uint64_t folded = 0; ///< repeats of it that are not shown
    bool error = false;
    bool alarm = false;
    bool out = false;
    bool hit = false, current_hit = false;
    Role type_role = Role::f_life;
};

/// An alarm that stands is about this event. The list of notices is short.
bool is_alarm(const Model& model, EventId id) {
    for (const model::Notice& notice : model.notices.list)
        if (notice.event == id && notice.alarm && notice.open) return true;
    return false;
}

RowFacts facts_of(const Frame& f, const Model& model, const LogPanel& panel, const LogLine& line) {
    RowFacts facts;
    const std::uint64_t position = line.position;
    facts.folded = line.folded;
    const EventId id = model.index.at(position);
    facts.row = model.log.row(id);
    facts.event = model.log.view(id);
    if (position > 0) facts.before_mono_ns = model.log.mono_ns(model.index.at(position - 1));
    facts.bookmark = model.bookmarks.find(id);
    facts.error = model::is_error(model.log, facts.row, facts.event.details);
    facts.alarm = is_alarm(model, id);
    facts.out = facts.row.dir == wire::Dir::out;
    if (panel.find.open && model.find.size() > 0) {
        facts.hit = model.find.is_hit(id);
        facts.current_hit = facts.hit && id == panel.find.current;
    }
    if (facts.error) {
        facts.type_role = Role::err;
    } else if (facts.row.type != 0) {
        facts.type_role = f.theme.of_type(type_or_kind(model.log, facts.row), facts.out);
    } else if (facts.out) {
        facts.type_role = Role::out;
    }
    return facts;
}

std::string gap_text(const RowFacts& facts) {
    if (facts.before_mono_ns == 0) return {};
    return "+" + base::duration_text(facts.row.mono_ns - facts.before_mono_ns);
}

std::string time_text(const Model& model, const RowFacts& facts, TimeColumn how) {
    switch (how) {
    case TimeColumn::clock: return base::local_clock(facts.event.wall_ns, 3);
    case TimeColumn::since_start: { // 12 characters fit
        const bool early = facts.row.mono_ns - model.log.start_mono_ns() < 1000 * base::kSecond;
        return since_start_words(model, facts.row.mono_ns, early ? 6 : 4);
    }
    case TimeColumn::since_previous: return gap_text(facts);
    }
    return {};
}

//--- 3. its parts

/// What of a row's text is marked: hits of find, words of the filter.
struct Marks {
    const std::vector<model::TextSearch>* find = nullptr;
    const std::vector<model::TextSearch>* filter = nullptr;
    bool current = false;
    bool drawn = false; ///< a hit of find was on screen
};

/// Calls `draw(begin, end)` for the places of `searches` in `raw`, in x from the left of `box`.
template <class Draw>
void each_place(Frame& f, const Rect& box, Face face, std::string_view raw,
                const std::vector<model::TextSearch>& searches, const Draw& draw) {
    constexpr std::size_t kLookAt = 1024; // text() draws no more
    raw = raw.substr(0, kLookAt);
    const auto x_of = [&](std::size_t at) {
        return box.x + text_width(f, face, shown_text(font_of(f, face), raw.substr(0, at)).text);
    };
    for (const model::TextSearch& search : searches) {
        if (search.empty()) continue;
        std::size_t at = search.find(raw);
        for (int count = 0; at != model::TextSearch::kNotFound && count < 16; ++count) {
            const float begin = x_of(at);
            if (begin >= box.right()) break;
            draw(begin, std::min(x_of(at + search.size()), box.right()));
            at = search.find(raw, at + search.size());
        }
    }
}

/// Text with what is found in it marked: a tint and a line under it, the current hit in a frame,
/// the filter's own words with the line alone.
float marked_text(Frame& f, const Rect& box, Face face, Role role, std::string_view raw,
                  Marks* marks, bool* cut) {
    const float low = std::round(box.mid_y() + f.px(8));
    if (marks->filter) {
        each_place(f, box, face, raw, *marks->filter, [&](float begin, float end) {
            fill(f, {std::round(begin), low, std::round(end - begin), f.hairline()}, Role::warn);
        });
    }
    if (marks->find) {
        each_place(f, box, face, raw, *marks->find, [&](float begin, float end) {
            const Rect hit{std::round(begin) - f.px(1), box.y + f.px(3),
                           std::round(end - begin) + f.px(2), box.h - f.px(6)};
            fill(f, hit, Role::warn, 0.28f, f.px(2));
            if (marks->current) {
                frame_rect(f, hit, Role::warn, f.px(2));
            } else {
                fill(f, {hit.x, hit.bottom() - f.hairline(), hit.w, f.hairline()}, Role::warn);
            }
            f.probe.item(f.region, marks->current ? "current hit" : "hit", hit, f.place, true);
            marks->drawn = true;
        });
    }
    return text(f, box, face, role, raw, Align::left, cut);
}

/// The preview in its place; true when something of it is hidden or shown as a box.
bool draw_preview(Frame& f, const Rect& cell, const wire::EventView& event, Marks* marks) {
    const auto most = static_cast<std::size_t>(cell.w / std::max(1.0f, f.fonts.c)) + 4;
    float x = cell.x;
    for (const PreviewPart& part : preview_of(event, most)) {
        const Rect rest{x, cell.y, cell.right() - x, cell.h};
        if (rest.w < f.fonts.c) return true;
        bool cut = false;
        const bool key = part.is == PreviewPart::Is::key;
        if (part.is == PreviewPart::Is::sentence || part.is == PreviewPart::Is::error) {
            const Role role = part.is == PreviewPart::Is::error ? Role::err : Role::text;
            marked_text(f, rest, Face::words, role, part.text, marks, &cut);
            return cut;
        }
        x += marked_text(f, rest, Face::mono, key ? Role::text3 : Role::text, part.text, marks,
                         &cut);
        if (cut) return true;
        x += f.fonts.c * (key ? 1 : 2);
    }
    return false;
}

void draw_row_ground(Frame& f, const Rect& row, const RowFacts& facts, bool selected, bool last,
                     bool hovered) {
    if (selected) {
        fill(f, row, Role::sel);
        if (last) fill(f, {row.x, row.y, f.px(3), row.h}, Role::accent);
    } else if (hovered) {
        fill(f, row, Role::hover);
    } else if (facts.error) {
        fill(f, row, Role::errbg);
    } else if (facts.out) {
        fill(f, row, Role::outbg);
    }
}

void draw_direction(Frame& f, const Rect& cell, wire::Dir dir) {
    switch (dir) {
    case wire::Dir::in: icon(f, Icon::arrow_down, cell, Role::text2); break;
    case wire::Dir::out: icon(f, Icon::arrow_up, cell, Role::out); break;
    case wire::Dir::none: icon(f, Icon::diamond, cell, Role::text3); break;
    }
}

/// Only the most severe is shown.
void draw_mark(Frame& f, const Rect& cell, const RowFacts& facts) {
    if (facts.error) {
        icon(f, Icon::cross, cell, Role::err);
    } else if (facts.alarm) {
        icon(f, Icon::triangle, cell, Role::warn);
    } else if (facts.bookmark) {
        icon(f, Icon::diamond, cell, Role::accent);
    } else if (facts.folded > 0) {
        const std::uint64_t times = facts.folded + 1;
        text(f, cell, Face::mono_small, Role::text2,
             times < 100 ? "×" + std::to_string(times) : "×++", Align::center);
    }
}

/// The line above a row before which `seq` has a hole or begins anew.
void draw_seam(Frame& f, const Rect& row, const model::SequenceMark& mark) {
    std::string words;
    if (mark.hole) {
        words = "seq " + std::to_string(mark.missing_from);
        if (mark.missing_to != mark.missing_from) words += " to " + std::to_string(mark.missing_to);
        words += " missing, " + base::count_text(mark.missing()) +
                 (mark.missing() == 1 ? " event" : " events");
    } else {
        words = "seq went back from " + std::to_string(mark.seq_before) +
                ": the server began anew, or resent";
    }
    const float dash = f.px(6), y = std::round(row.mid_y());
    const float width = text_width(f, Face::words, words) + f.px(24);
    const float left = std::round(row.mid_x() - width / 2), right = left + width;
    for (float x = row.x; x + dash <= row.right(); x += 2 * dash) {
        if (x + dash <= left || x >= right) fill(f, {x, y, dash, f.hairline()}, Role::warn);
    }
    text(f, {left, row.y, width, row.h}, Face::words, Role::warn, words, Align::center);
}

struct PairWords {
    std::string text;
    Role role = Role::text2;
};

/// A request that nothing has answered in its usual time: how long it has waited.
PairWords waiting_words(Frame& f, const Model& model, const model::OpenRequest& open) {
    PairWords words{{}, open.given_up ? Role::err : Role::warn};
    const bool echo = open.kind == model::PairKind::echo;
    if (echo && !model.insight.pairs.echoes_come()) return {};
    const double usual = open.kind == model::PairKind::stage ? model::Alarms::kResultSeconds
                                                             : model::Alarms::kEchoSeconds;
    const std::int64_t due = open.asked_mono_ns + static_cast<std::int64_t>(usual * base::kSecond);
    if (model.now.mono_ns < due && !open.given_up) {
        f.wake_at(due);
        return {};
    }
    if (echo || open.given_up) {
        words.text = echo ? "no echo" : "no reply";
        return words;
    }
    f.wake_for_duration(open.asked_mono_ns);
    words.text = "no reply " + running_text(model.now.mono_ns - open.asked_mono_ns);
    if (words.text.size() > 14) words.text = "no reply";
    return words;
}

/// The time since what it answers, or that nothing has answered it.
PairWords pair_words(Frame& f, const Model& model, const RowFacts& facts) {
    if (const model::Pair* pair = model.insight.pairs.answered_by(facts.row.id))
        return {base::duration_text(pair->ns)};
    if (const model::OpenRequest* open = model.insight.pairs.waiting(facts.row.id))
        return waiting_words(f, model, *open);
    const std::int64_t rtt = facts.event.details ? facts.event.details->rtt_ns : -1;
    return {rtt < 0 ? std::string() : base::duration_text(rtt)};
}

/// What does not fit, or is shown as a box, is in the tooltip.
void draw_row_tooltip(Frame& f, const Rect& row, const Columns& columns, const Model& model,
                      const RowFacts& facts, bool type_cut, bool preview_cut) {
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    const auto over = [&](const Rect& column) {
        return Rect{column.x, row.y, column.w, row.h}.contains(pointer);
    };
    const bool boxed = facts.event.payload.find('\xF0') != std::string_view::npos;
    if (facts.bookmark && over(columns.mark)) {
        tooltip(f, facts.bookmark->note.empty() ? "Bookmark" : facts.bookmark->note);
    } else if (type_cut && over(columns.type)) {
        tooltip(f, type_or_kind(model.log, facts.row), Face::mono);
    } else if ((preview_cut || boxed) && over(columns.preview)) {
        tooltip(f, preview_text(facts.event, 1200), Face::mono);
    }
}

//--- 4. one row

void draw_row(Frame& f, const Rect& row, const Columns& columns, const Model& model,
              const RowFacts& facts, const LogPanel& panel, bool hovered) {
    const auto in_row = [&](const Rect& column) { return Rect{column.x, row.y, column.w, row.h}; };
    draw_mark(f, in_row(columns.mark), facts);
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

    Marks marks;
    const std::vector<model::TextSearch>& words = model.index.filter().filter.marks();
    if (!words.empty()) marks.filter = &words;
    if (facts.hit) marks.find = &model.find.marks();
    marks.current = facts.current_hit;
    Rect type = in_row(columns.type);
    type.w -= f.fonts.c; // a long name does not touch the size
    bool type_cut = false;
    marked_text(f, type, Face::mono, facts.type_role, type_or_kind(model.log, facts.row), &marks,
                &type_cut);
    if (facts.row.has_payload) {
        text(f, in_row(columns.size), Face::mono, Role::text3, base::size_text(facts.row.size),
             Align::right);
    }
    Rect preview = in_row(columns.preview);
    const Rect whole = preview;
    const PairWords pair = pair_words(f, model, facts);
    Rect pair_cell = in_row(columns.pair);
    if (!pair.text.empty()) {
        const float width = std::max(pair_cell.w, text_width(f, Face::mono, pair.text));
        pair_cell = preview.cut_right(std::min(std::ceil(width), preview.w));
        preview.w -= f.fonts.c;
    }
    const bool preview_cut = draw_preview(f, preview, facts.event, &marks);
    text(f, pair_cell, Face::mono, pair.role, pair.text, Align::right);
    // The current hit lies in a part of the payload that the row does not show.
    if (marks.current && !marks.drawn) {
        const Rect hit{whole.x - f.px(3), row.y + f.px(2), whole.w + f.px(6), row.h - f.px(4)};
        frame_rect(f, hit, Role::warn, f.px(2));
        f.probe.item(f.region, "current hit", hit, f.place, true);
    }
    if (hovered) draw_row_tooltip(f, row, columns, model, facts, type_cut, preview_cut);
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

//--- 5. all rows

std::uint64_t whole_rows(const Frame& f, const Rect& place) {
    const float rows = place.h / f.px(kRow);
    return rows < 1 ? 1 : static_cast<std::uint64_t>(rows);
}

/// Wheel and keys may have moved the list; brings the selected row on screen when asked to.
std::uint64_t settle_scroll(const Rect& place, const Model& model, const Selection& selection,
                            LogPanel& panel) {
    // A row that is not there yet, as while a filter is being cleared, is shown once it is.
    if (panel.show_selected && row_shown(model, selection.event)) {
        const std::uint64_t at = model.index.position_of(selection.event);
        const std::uint64_t first = first_row(model, panel);
        if (at < first) scroll_to(model, selection, panel, at);
        const std::uint64_t least = first_for_last(model, at, panel.rows_shown, panel.fold);
        if (first < least) scroll_to(model, selection, panel, least);
        panel.show_selected = false;
    }
    const std::uint64_t before = first_row(model, panel);
    std::uint64_t first = before;
    wheel_scroll(place, 3, newest_first_row(model, panel), &first);
    if (first != before) scroll_to(model, selection, panel, first);
    return first_row(model, panel);
}

/// The event is the line's row or folded into it.
bool holds_event(const Model& model, const LogLine& line, EventId event) {
    if (event == model.index.at(line.position)) return true;
    if (line.folded == 0 || event == 0) return false;
    const EventId last = model.index.at(line.position + line.folded);
    return event > model.index.at(line.position) && event <= last;
}

/// Shift takes all from the last one on, Ctrl one more or less.
void click_row(Selection& selection, EventId id) {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.KeyShift) {
        selection.extend(id);
    } else if (io.KeyCtrl) {
        selection.toggle(id);
    } else {
        selection.only(id);
    }
}

} // namespace

void draw_rows(Frame& f, const Rect& whole, const Columns& columns, const Model& model,
               Selection& selection, LogPanel& panel, model::Actions& actions) {
    Rect place = whole;
    const Rect bar = place.cut_right(f.px(14));
    panel.rows_shown = whole_rows(f, place);
    const Touch area = touch(f, place, "Rows");
    const std::uint64_t first = settle_scroll(place, model, selection, panel);
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    const EventId hovered_before = std::exchange(selection.hovered, EventId{0});

    f.list->PushClipRect(place.min(), place.max(), true);
    Rect cursor_row;
    Rect rest = place;
    for (const LogLine& line : lines_from(model, first, panel.rows_shown, panel.fold)) {
        const RowFacts facts = facts_of(f, model, panel, line);
        const EventId id = facts.row.id;
        f.alpha = !selection.live() && id > selection.cursor ? 0.62f : 1.0f;
        if (line.seam) draw_seam(f, rest.cut_top(f.px(kRow)), model.sequence.mark_of(id));
        const Rect row = rest.cut_top(f.px(kRow));
        const bool under_pointer = area.hovered && row.contains(pointer);
        if (under_pointer) selection.hovered = id;
        if (under_pointer && area.clicked) click_row(selection, id);
        if (under_pointer && area.right_clicked && !selection.contains(id)) selection.only(id);
        const bool holds = holds_event(model, line, selection.event);
        draw_row_ground(f, row, facts, holds || selection.contains(id), holds,
                        under_pointer || (!area.hovered && id == hovered_before));
        draw_row(f, row, columns, model, facts, panel, under_pointer);
        if (!selection.live() && id <= selection.cursor) cursor_row = row;
        f.probe.item(f.region, "row " + std::to_string(id), row, place, true);
    }
    f.alpha = 1;
    if (!cursor_row.empty()) draw_cursor(f, cursor_row, place);
    f.list->PopClipRect();
    const bool menu = area.right_clicked && selection.hovered != 0;
    draw_log_bar(f, bar, model, selection, panel, first);
    draw_row_menu(f, menu, model, selection, panel, actions);
}

} // namespace ui
