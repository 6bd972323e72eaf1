// The timeline strip.
//   1. lanes     2. lives     3. columns and marks     4. window and cursor     5. the pointer
//   6. the whole
#include "ui/panel_timeline.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/text.h"
#include "ui/move_cursor.h"
#include "ui/preview.h"

namespace ui {
namespace {

using model::EventId;
using model::Life;
using model::LifeSpan;
using model::Model;
using model::Selection;
using model::Traits;

constexpr float kGutter = 86, kBarRow = 14;
constexpr std::size_t kMostBars = 4;

//--- 1. lanes

struct Lanes {
    Rect bars, in, out, marks, words, all; ///< right of the gutter; `all` without the words
};
Lanes lanes_of(const Frame& f, Rect place, std::size_t bars) {
    place.cut_left(f.px(kGutter));
    place.cut_right(f.px(8));
    Lanes lanes;
    lanes.all = place;
    place.cut_top(f.px(6));
    lanes.bars = place.cut_top(f.px(kBarRow) * static_cast<float>(bars));
    lanes.in = place.cut_top(f.px(24));
    lanes.in.cut_top(f.px(2));
    lanes.out = place.cut_top(f.px(12));
    lanes.out.cut_top(f.px(2));
    place.cut_top(f.px(2));
    lanes.marks = place.cut_top(f.px(14));
    lanes.words = place;
    lanes.all.h = lanes.marks.bottom() - lanes.all.y;
    return lanes;
}

/// The connections that have a bar: the first few, and always the current one.
std::vector<std::uint32_t> links_shown(const Model& model) {
    std::vector<std::uint32_t> links;
    for (std::uint32_t link = 1; link <= model.timeline.lives().size(); ++link)
        if (!model.timeline.lives()[link - 1].empty()) links.push_back(link);
    if (links.size() <= kMostBars) return links;
    const bool current = std::find(links.begin(), links.begin() + kMostBars, model.current_link) !=
                         links.begin() + kMostBars;
    links.resize(kMostBars);
    if (!current && model.current_link != 0) links.back() = model.current_link;
    return links;
}

void draw_lane_names(Frame& f, const Rect& place, const Lanes& lanes, const Model& model,
                     const std::vector<std::uint32_t>& links) {
    const auto name = [&](const Rect& lane, std::string_view words) {
        text(f, {place.x + f.px(4), lane.mid_y() - f.px(8), f.px(kGutter - 12), f.px(16)},
             Face::small, Role::text2, words, Align::right);
    };
    const float row = f.px(kBarRow);
    for (std::size_t i = 0; i < links.size() || i == 0; ++i) {
        const Rect bar{lanes.bars.x, lanes.bars.y + static_cast<float>(i) * row, 1, row};
        if (links.size() < 2) {
            name(bar, "Connection");
            continue;
        }
        const model::Connection* connection = model.connection(links[i]);
        std::string called;
        if (connection) called = connection->name;
        if (connection && called.empty())
            called = connection->file.empty() ? model::host_of(connection->options.url)
                                              : label_of(*connection);
        name(bar, std::to_string(links[i]) + " " + called);
    }
    name(lanes.in, "↓ In");
    name(lanes.out, "↑ Out");
    name(lanes.marks, "Marks");
}

//--- 2. lives

void draw_hatched(Frame& f, const Rect& bar) {
    f.list->PushClipRect(bar.min(), bar.max(), true);
    fill(f, bar, Role::warnbg);
    const float gap = f.px(5);
    for (float x = std::floor((bar.x - bar.h) / gap) * gap; x < bar.right(); x += gap) {
        f.list->AddLine({x, bar.bottom()}, {x + bar.h, bar.y}, f.color(Role::warn, 0.8f),
                        f.hairline());
    }
    f.list->PopClipRect();
    frame_rect(f, bar, Role::warn, f.px(2));
}

void draw_life(Frame& f, const Rect& bar, Life life) {
    switch (life) {
    case Life::closed: break;
    case Life::connecting: fill(f, bar, Role::accent); break;
    case Life::open: fill(f, bar, Role::ok, 0.55f, f.px(2)); break;
    case Life::unauthenticated:
        fill(f, bar, Role::warnbg);
        frame_rect(f, bar, Role::warn, f.px(2));
        break;
    case Life::waiting: draw_hatched(f, bar); break;
    }
}

void draw_lives(Frame& f, const Rect& row, const TimeScale& x, const std::deque<LifeSpan>& spans) {
    const Rect bar = row.middle(f.px(8));
    auto at =
        std::upper_bound(spans.begin(), spans.end(), x.span.from_ns,
                         [](std::int64_t t, const LifeSpan& span) { return t < span.from_ns; });
    if (at != spans.begin()) --at;
    float drawn = bar.x; // many short ones share a pixel: the first of them is drawn
    for (; at != spans.end() && at->from_ns < x.span.to_ns; ++at) {
        const std::int64_t ends = at + 1 == spans.end() ? x.span.to_ns : (at + 1)->from_ns;
        const float left = std::max(bar.x, std::floor(x.x_of(at->from_ns)));
        // A moment of connecting is seen too.
        const float least = at->life == Life::connecting ? f.px(2) : f.hairline();
        const float right = std::min(bar.right(), std::max(left + least, std::floor(x.x_of(ends))));
        if (right <= drawn) continue;
        draw_life(f, {std::max(left, drawn), bar.y, right - std::max(left, drawn), bar.h},
                  at->life);
        drawn = right;
    }
}

//--- 3. columns and marks

/// The colour of each family, once a frame.
std::vector<ImU32> family_colors(const Frame& f, const Model& model) {
    std::vector<ImU32> colors;
    for (int i = 0; i < model.timeline.family_count(); ++i) {
        const Role role = f.theme.of_type(model.timeline.family_type(i), false);
        // A family that was first met as its error.
        colors.push_back(f.color(role == Role::err ? Role::f_plain : role));
    }
    return colors;
}

/// As high as the events of a column are many: 4 pixels and 5 more for each doubling.
float height_of(const Frame& f, const Rect& lane, std::uint64_t count) {
    return std::min(lane.h, f.px(4 + 5 * std::log2(static_cast<float>(count))));
}

void draw_columns(Frame& f, const Lanes& lanes, const TimeScale& x, const Model& model,
                  const model::EventColumns& columns) {
    const std::vector<ImU32> colors = family_colors(f, model);
    const ImU32 error = f.color(Role::err), out = f.color(Role::out), life = f.color(Role::f_life);
    const auto color_of = [&](Traits traits) {
        if (traits & model::kReceivedError) return error;
        const int family = model.timeline.rarest(traits);
        return family < 0 ? life : colors[static_cast<std::size_t>(family)];
    };
    ColumnPen in(f.list), sent(f.list);
    float right = std::max(lanes.in.x, std::round(x.x_of(columns.begin_ns(0))));
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const float left = right;
        right = std::min(lanes.in.right(),
                         std::round(x.x_of(columns.begin_ns(i) + columns.grid().step_ns)));
        const auto& column = columns[i];
        if (column.from == column.to || right <= left) continue;
        const model::EventSum& sum = column.value;
        if (sum.amount.received > 0)
            in.add(left, right, lanes.in.bottom() - height_of(f, lanes.in, sum.amount.received),
                   lanes.in.bottom(), color_of(sum.traits));
        if (sum.amount.sent > 0)
            sent.add(left, right, lanes.out.bottom() - height_of(f, lanes.out, sum.amount.sent),
                     lanes.out.bottom(), out);
    }
}

void update_columns(const Frame& f, const Lanes& lanes, const TimeScale& x, const Model& model,
                    model::EventColumns& columns) {
    const double least = static_cast<double>(x.span.length()) * f.px(2) / lanes.in.w;
    const model::TimeGrid grid{model.log.start_mono_ns(),
                               model::steady_step(std::llround(std::ceil(least)))};
    model::update(columns, grid, x.span.from_ns, x.span.to_ns, model.log, model.timeline);
}

/// The first event at or after a time, from the columns: to their width.
EventId event_at(const model::EventColumns& columns, std::int64_t mono_ns) {
    if (columns.size() == 0) return 0;
    const std::int64_t number = columns.grid().number_at(mono_ns) - columns.first();
    const auto last = static_cast<std::int64_t>(columns.size()) - 1;
    return columns[static_cast<std::size_t>(std::clamp<std::int64_t>(number, 0, last))].from;
}

/// The marks of one kind, the first of those that would lie on one another. `next`: the first one
/// behind an event, 0: none.
template <class Next, class Draw>
void draw_each_mark(Frame& f, const TimeScale& x, const Model& model,
                    const model::EventColumns& columns, float apart, const Next& next,
                    const Draw& draw) {
    EventId id = next(event_at(columns, x.span.from_ns) - 1);
    while (id != 0 && model.log.contains(id)) {
        const std::int64_t at = model.log.mono_ns(id);
        if (at > x.span.to_ns) break;
        const float middle = std::round(x.x_of(at));
        if (middle >= x.area.x) draw(middle);
        id = next(std::max(id, event_at(columns, x.at(middle + f.px(apart))) - 1));
    }
}

void draw_cross(Frame& f, ImVec2 m) {
    const float r = f.px(3);
    const float thick = 1.25f * f.scale;
    f.list->AddLine({m.x - r, m.y - r}, {m.x + r, m.y + r}, f.color(Role::err), thick);
    f.list->AddLine({m.x + r, m.y - r}, {m.x - r, m.y + r}, f.color(Role::err), thick);
}

/// The place of a hole or a restart in `seq`.
void draw_gap(Frame& f, const Rect& lane, float middle) {
    const float dash = f.px(3);
    for (float y = lane.y; y < lane.bottom(); y += 2 * dash)
        fill(f, {middle, y, f.hairline(), std::min(dash, lane.bottom() - y)}, Role::warn);
}

/// From the least to the most severe, so that this one lies on top: pings, notes, gaps, alarms,
/// errors.
void draw_marks(Frame& f, const Rect& lane, const TimeScale& x, const Model& model,
                const model::EventColumns& columns) {
    const float y = std::round(lane.mid_y());
    const auto each = [&](float apart, const auto& next, const auto& draw) {
        draw_each_mark(f, x, model, columns, apart, next, draw);
    };
    const Rect clip = lane.inset(-f.px(4), 0); // a mark at the very end is seen whole
    f.list->PushClipRect(clip.min(), clip.max(), true);
    each(
        5, [&](EventId id) { return model.timeline.next(id, model::kPing); },
        [&](float middle) {
            f.list->AddCircle({middle, y}, f.px(2), f.color(Role::text3), 8);
        });
    each(
        3, [&](EventId id) { return model.bookmarks.behind(id); },
        [&](float middle) {
            draw_mark(f, Mark::diamond, {middle, lane.mid_y()}, f.px(3), Role::accent);
        });
    for (const auto kind : {model::SequenceKind::hole, model::SequenceKind::restart})
        each(
            3, [&](EventId id) { return model.sequence.next(kind, id); },
            [&](float middle) { draw_gap(f, lane, middle); });
    each(
        5,
        [&](EventId id) { // an error has its cross
            do id = model.insight.alarms.next_mark(id);
            while (id != 0 && (model.timeline.traits(id, id + 1) & model::kError) != 0);
            return id;
        },
        [&](float middle) {
            draw_mark(f, Mark::triangle, {middle, y}, f.px(3), Role::warn);
        });
    each(
        5, [&](EventId id) { return model.timeline.next(id, model::kError); },
        [&](float middle) {
            draw_cross(f, {middle, y});
        });
    f.list->PopClipRect();
}

//--- 4. window and cursor

struct Drawing {
    const Model& model;
    Selection& selection;
    TimeView& view;
    TimelinePanel& panel;
    LogPanel& log;
    model::Actions& actions;
};

void press_begins(const Drawing& d, TimelinePanel::Drag drag, const TimeSpan& span) {
    if (!ImGui::IsMouseClicked(ImGuiMouseButton_Left)) return;
    d.panel.drag = drag;
    d.panel.moved = false;
    d.panel.press_x = ImGui::GetIO().MousePos.x;
    d.panel.press_span = span;
}

/// The tint over what the plots show, and its two edges, which drag.
void draw_window(Frame& f, const Lanes& lanes, const TimeScale& x, const Drawing& d) {
    const TimeSpan window = d.view.window;
    const float left =
        std::clamp(std::round(x.x_of(window.from_ns)), lanes.all.x, lanes.all.right());
    const float right =
        std::clamp(std::round(x.x_of(window.to_ns)), lanes.all.x, lanes.all.right());
    if (right <= left) return;
    fill(f, {left, lanes.all.y, right - left, lanes.all.h}, Role::accent, 0.09f);
    using Drag = TimelinePanel::Drag;
    const struct {
        float at;
        std::int64_t ns;
        Drag drag;
        const char* name;
    } kEdges[] = {{left, window.from_ns, Drag::from_edge, "Window begins"},
                  {right, window.to_ns, Drag::to_edge, "Window ends"}};
    float taken = lanes.all.x - f.px(20);
    for (const auto& edge : kEdges) {
        if (d.view.zoomed && !x.span.contains(edge.ns)) continue;
        fill(f, {edge.at, lanes.all.y, f.hairline(), lanes.all.h}, Role::accent, 0.7f);
        Rect grip{edge.at - f.px(3), lanes.all.y + f.px(14), f.px(7), lanes.all.h - f.px(14)};
        grip.x = std::clamp(grip.x, lanes.all.x, lanes.all.right() - grip.w);
        if (grip.x < taken) continue; // the two would lie on one another
        taken = grip.right();
        const Touch touched = touch(f, grip, edge.name);
        if (touched.hovered || touched.held) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
        if (touched.held) press_begins(d, edge.drag, window);
    }
}

void draw_cursor(Frame& f, const Lanes& lanes, const TimeScale& x, const Drawing& d) {
    if (d.selection.live() || !d.model.log.contains(d.selection.cursor)) return;
    const std::int64_t at = d.model.log.mono_ns(d.selection.cursor);
    if (!x.span.contains(at)) return;
    const float middle = std::round(x.x_of(at));
    fill(f, {middle - f.px(1), lanes.all.y, f.px(2), lanes.all.h + f.px(4)}, Role::cursor);
    const float r = f.px(6);
    f.list->AddTriangleFilled({middle - r, lanes.all.y}, {middle + r, lanes.all.y},
                              {middle, lanes.all.y + f.px(9)}, f.color(Role::cursor));
}

/// Before what lies under it, so that it is hit first.
void touch_handle(Frame& f, const Lanes& lanes, const TimeScale& x, const Drawing& d) {
    if (d.selection.live() || !d.model.log.contains(d.selection.cursor)) return;
    const float middle = std::round(x.x_of(d.model.log.mono_ns(d.selection.cursor)));
    const Rect handle{middle - f.px(8), lanes.all.y, f.px(16), f.px(13)};
    if (!handle.inside(lanes.all)) return;
    const Touch touched = touch(f, handle, "Cursor handle");
    if (touched.hovered || touched.held) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    if (touched.held) press_begins(d, TimelinePanel::Drag::cursor, d.view.window);
}

//--- 5. the pointer

/// The event nearest to the pointer, of the lane that it is in; 0: none within a few pixels.
EventId event_under(const Frame& f, const Lanes& lanes, const TimeScale& x, const Model& model) {
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    Traits wanted = model::kReceived | model::kSent | model::kLife;
    if (pointer.y < lanes.in.y)
        wanted = model::kLife;
    else if (pointer.y < lanes.out.y - f.px(1))
        wanted = model::kReceived;
    else if (pointer.y < lanes.marks.y)
        wanted = model::kSent;
    else
        wanted = model::kError;
    const EventId behind = model.log.first_at(x.at(pointer.x));
    const EventId pair[] = {model.timeline.previous(behind, wanted),
                            model.timeline.next(behind - 1, wanted)};
    float best = f.px(5);
    EventId found = 0;
    for (const EventId id : pair) {
        if (id == 0 || !model.log.contains(id)) continue;
        const float away = std::fabs(x.x_of(model.log.mono_ns(id)) - pointer.x);
        if (away >= best) continue;
        best = away;
        found = id;
    }
    return found;
}

void tell_of(Frame& f, const TimeScale& x, EventId under, const Model& model) {
    const std::int64_t at = under != 0 ? model.log.mono_ns(under) : x.at(ImGui::GetIO().MousePos.x);
    std::string words =
        since_start_words(model, at) + "  " + base::local_clock(wall_ns_at(model, at), 3);
    if (under != 0) {
        words += "\n#" + std::to_string(under) + " " +
                 std::string(type_or_kind(model.log, model.log.row(under)));
    }
    tooltip(f, words, Face::mono);
}

TimeSpan range_of(const TimelinePanel& panel) {
    const TimeSpan& span = panel.press_span;
    return {std::min(span.from_ns, span.to_ns), std::max(span.from_ns, span.to_ns)};
}

void drag_on(Frame& f, const TimeScale& x, const Drawing& d) {
    TimelinePanel& panel = d.panel;
    using Drag = TimelinePanel::Drag;
    if (panel.drag == Drag::none) return;
    const float pointer = ImGui::GetIO().MousePos.x;
    if (std::fabs(pointer - panel.press_x) > f.px(3)) panel.moved = true;
    if (panel.moved) {
        const std::int64_t by = x.at(pointer) - x.at(panel.press_x);
        TimeSpan span = panel.press_span;
        const std::int64_t least =
            std::max<std::int64_t>(1000, x.at(x.area.x + 4) - x.span.from_ns);
        switch (panel.drag) {
        case Drag::pan:
            d.view.zoomed = true;
            d.view.session = {span.from_ns - by, span.to_ns - by};
            // The scale moves along: what is under the pointer stays there.
            panel.press_span = d.view.session;
            panel.press_x = pointer;
            break;
        case Drag::window: hold_window(d.view, {span.from_ns + by, span.to_ns + by}); break;
        case Drag::from_edge:
            span.from_ns = std::min(span.from_ns + by, span.to_ns - least);
            hold_window(d.view, span);
            break;
        case Drag::to_edge:
            span.to_ns = std::max(span.to_ns + by, span.from_ns + least);
            hold_window(d.view, span);
            break;
        case Drag::cursor: set_cursor_at(d.model, d.selection, d.log, x.at(pointer)); break;
        case Drag::range: panel.press_span.to_ns = x.at(pointer); break;
        case Drag::none: break;
        }
    }
    if (ImGui::IsMouseDown(ImGuiMouseButton_Left)) return;
    if (std::exchange(panel.drag, Drag::none) == Drag::range && panel.moved)
        filter_to(d.model, range_of(panel), d.actions);
}

/// The stretch that is dragged into the filter.
void draw_range(Frame& f, const Lanes& lanes, const TimeScale& x, const TimelinePanel& panel) {
    if (panel.drag != TimelinePanel::Drag::range || !panel.moved) return;
    const TimeSpan range = range_of(panel);
    const float left = std::max(lanes.all.x, std::round(x.x_of(range.from_ns)));
    const float right = std::min(lanes.all.right(), std::round(x.x_of(range.to_ns)));
    fill(f, {left, lanes.all.y, right - left, lanes.all.h}, Role::accent, 0.3f);
    tooltip(f, "Filter to " + base::duration_text(range.length()), Face::mono);
}

void draw_menu(Frame& f, bool open_now, const Drawing& d) {
    const MenuLine lines[] = {{"Set cursor here", ""}, {"Filter to this range", ""}, {"Fit", "0"}};
    const int picked = context_menu(f, "timeline menu", open_now, lines, 3);
    if (picked == 0) set_cursor_at(d.model, d.selection, d.log, d.panel.menu_ns);
    if (picked == 1) filter_to(d.model, d.view.window, d.actions);
    if (picked == 2) d.view.zoomed = false;
}

void interact(Frame& f, const Lanes& lanes, const TimeScale& x, const Drawing& d) {
    const Touch area = touch(f, lanes.all, "Timeline");
    const ImGuiIO& io = ImGui::GetIO();
    using Drag = TimelinePanel::Drag;
    const EventId under = area.hovered ? event_under(f, lanes, x, d.model) : 0;
    if (area.hovered && io.MouseWheel != 0) {
        const double factor = std::pow(0.8, static_cast<double>(io.MouseWheel));
        d.view.session = zoomed(x.span, factor, x.at(io.MousePos.x));
        d.view.zoomed = true;
    }
    if (area.held && io.KeyShift) {
        const std::int64_t at = x.at(io.MousePos.x);
        press_begins(d, Drag::range, {at, at});
    } else if (area.held) {
        // With all of the session in sight there is nothing to pan: the plots' window moves then.
        const bool whole = !d.view.zoomed;
        press_begins(d, whole ? Drag::window : Drag::pan, whole ? d.view.window : d.view.session);
    }
    const bool dragging = d.panel.drag != Drag::none && d.panel.moved;
    if (area.clicked && !d.panel.moved && under != 0) {
        d.selection.only(under);
        d.log.show_selected = true;
    }
    if (area.right_clicked)
        d.panel.menu_ns = under != 0 ? d.model.log.mono_ns(under) : x.at(io.MousePos.x);
    if (under != 0) d.selection.hovered = under;
    if (area.hovered && !dragging) {
        fill(f, {std::floor(io.MousePos.x), lanes.all.y, f.hairline(), lanes.all.h}, Role::text2,
             0.7f);
        tell_of(f, x, under, d.model);
    }
    draw_menu(f, area.right_clicked, d);
}

} // namespace

//--- 6. the whole

float timeline_height(const Frame& f, const Model& model) {
    const std::size_t bars = std::max<std::size_t>(1, links_shown(model).size());
    return f.px(90) + f.px(kBarRow) * static_cast<float>(bars - 1);
}

void draw_timeline(Frame& f, const Rect& place, const Model& model, Selection& selection,
                   TimeView& view, TimelinePanel& panel, LogPanel& log, model::Actions& actions) {
    f.region = "timeline";
    fill(f, place, Role::panel);
    const std::vector<std::uint32_t> links = links_shown(model);
    const Lanes lanes = lanes_of(f, place, std::max<std::size_t>(1, links.size()));
    if (lanes.all.w < f.px(60)) return;
    draw_lane_names(f, place, lanes, model, links);
    if (model.log.size() == 0) {
        for (const Rect& lane : {lanes.bars, lanes.in, lanes.out, lanes.marks}) line_below(f, lane);
        return;
    }
    const TimeScale x{{lanes.all.x, lanes.all.y, lanes.all.w, lanes.all.h}, view.session};
    const Drawing d{model, selection, view, panel, log, actions};
    draw_time_ticks(f, x, model.log.start_mono_ns(), lanes.all, lanes.words);
    touch_handle(f, lanes, x, d);
    draw_window(f, lanes, x, d);
    for (std::size_t i = 0; i < links.size(); ++i) {
        const Rect row{lanes.bars.x, lanes.bars.y + f.px(kBarRow) * static_cast<float>(i),
                       lanes.bars.w, f.px(kBarRow)};
        if (links[i] <= model.timeline.lives().size()) // else it has not begun
            draw_lives(f, row, x, model.timeline.lives()[links[i] - 1]);
    }
    update_columns(f, lanes, x, model, panel.columns);
    draw_columns(f, lanes, x, model, panel.columns);
    draw_marks(f, lanes.marks, x, model, panel.columns);
    drag_on(f, x, d);
    interact(f, lanes, x, d);
    draw_cursor(f, lanes, x, d);
    draw_range(f, lanes, x, panel);
}

} // namespace ui
