#include "ui/panel_turn.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "ui/preview.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace ui {
namespace {

using model::EventId;
using model::Model;
using model::Selection;
using model::Stage;
using model::Turn;

constexpr float kRow = 21, kNames = 164, kAxis = 22;

int shown_turn(const Model& model, const Selection& selection, const TurnPanel& panel) {
    const auto& turns = model.insight.turns.list();
    const bool stays = selection.cursor == panel.cursor && selection.event == panel.event;
    if (panel.chosen != 0 && stays) {
        const auto at = std::find_if(turns.begin(), turns.end(),
                                     [&](const Turn& turn) { return turn.first == panel.chosen; });
        if (at != turns.end()) return static_cast<int>(at - turns.begin());
    }
    return model.insight.turns.newest_at(selection.live() ? model.log.end() : selection.cursor);
}

std::string named(const Model& model, EventId id) {
    if (!model.log.contains(id)) return "#" + std::to_string(id);
    return std::string(type_or_kind(model.log, model.log.row(id))) + " #" + std::to_string(id);
}

void draw_head(Frame& f, Rect row, const Model& model, const Turn& turn, int position) {
    row = row.inset(f.px(12), 0);
    const std::string which = "Turn " + std::to_string(position + 1) + " of " +
                              std::to_string(model.insight.turns.list().size());
    const float x = text_at(f, row.x, row, Face::strong, Role::text, which) + f.px(18);
    std::string words = named(model, turn.first) + " to " + named(model, turn.last) + ", " +
                        base::duration_text(turn.ended_ns - turn.began_ns);
    if (turn.errors == 1) words += ", one error";
    if (turn.errors > 1) words += ", " + std::to_string(turn.errors) + " errors";
    if (!turn.over) words += ", still running";
    const std::string hint = word(info(Command::previous_turn).chord) + " " +
                             word(info(Command::next_turn).chord) + " previous, next turn";
    if (!f.narrow) {
        text(f, row.cut_right(text_width(f, Face::small, hint) + f.px(2)), Face::small, Role::text3,
             hint, Align::right);
    }
    text(f, {x, row.y, row.right() - x - f.px(12), row.h}, Face::words, Role::text2, words);
}

/// A step of 1, 2 or 5 times a power of ten that gives at most `most` steps.
double axis_step(double whole_ns, int most) {
    double step = 1;
    while (step * 10 * most < whole_ns) step *= 10;
    for (const double times : {1.0, 2.0, 5.0, 10.0})
        if (step * times * most >= whole_ns) return step * times;
    return step * 10;
}

struct Scale {
    Rect bars;
    std::int64_t begin_ns = 0;
    double whole_ns = 1;
    float x(std::int64_t ns) const {
        return bars.x + std::round(bars.w * static_cast<float>(static_cast<double>(ns - begin_ns) /
                                                               whole_ns));
    }
};

void draw_axis(Frame& f, const Rect& axis, const Scale& scale) {
    const double step =
        axis_step(scale.whole_ns, std::max(2, static_cast<int>(scale.bars.w / f.px(110))));
    for (double at = 0; at <= scale.whole_ns * 1.0001; at += step) {
        const float x = scale.x(scale.begin_ns + static_cast<std::int64_t>(at));
        fill(f, {x, scale.bars.y, f.hairline(), scale.bars.h}, Role::line);
        const std::string words =
            at == 0 ? "0" : base::duration_text(static_cast<std::int64_t>(at));
        const Rect label{x - f.px(50), axis.y, f.px(100), axis.h};
        text(f, label, Face::mono, Role::text3, words, Align::center);
    }
}

/// What an error said, behind its bar.
std::string error_text(const Model& model, EventId event) {
    if (!model.log.contains(event)) return {};
    const std::string_view data = wire::read_envelope(model.log.view(event).payload).data_raw;
    return wire::json_string(wire::json_member(data, "message"));
}

void draw_stage(Frame& f, const Rect& row, const Model& model, const Stage& stage,
                const Scale& scale, Selection& selection, LogPanel& log) {
    const EventId shown = stage.to != 0 ? stage.to : stage.from;
    const Touch area = touch(f, row, stage.name + " " + std::to_string(shown));
    const bool lit = area.hovered || (selection.hovered != 0 && (selection.hovered == stage.from ||
                                                                 selection.hovered == stage.to));
    if (lit) fill(f, row, Role::hover);
    if (area.hovered) selection.hovered = shown;
    if (area.clicked) {
        selection.event = shown;
        log.show_selected = true;
    }
    const Role role = stage.error            ? Role::err
                      : stage.name == "echo" ? Role::f_plain
                                             : f.theme.of_type(stage.name, false);
    Rect name{row.x + f.px(stage.sub_step ? 26 : 12), row.y, f.px(kNames) - f.px(30), row.h};
    text(f, name, Face::mono, stage.error ? Role::err : Role::text, stage.name);

    const float x = scale.x(stage.begin_ns);
    const float width = std::max(f.px(3), scale.x(stage.end_ns) - x);
    const Rect bar = Rect{x, row.y, width, row.h}.middle(f.px(14));
    fill(f, bar, role, 0.35f);
    fill(f, {bar.x, bar.bottom() - f.px(2), bar.w, f.px(2)}, role);
    for (const std::int64_t at : stage.strokes)
        fill(f, {scale.x(at), bar.y, f.hairline(), bar.h}, role, 0.8f);

    Rect rest{bar.right() + f.px(8), row.y, row.right() - bar.right() - f.px(8), row.h};
    if (stage.error) {
        icon(f, Icon::cross, rest.cut_left(f.px(14)), Role::err);
        rest.cut_left(f.px(4));
        text(f, rest, Face::mono, Role::err, error_text(model, stage.to));
    } else if (stage.from != 0) {
        const std::string took = base::duration_text(stage.end_ns - stage.begin_ns);
        text(f, rest, Face::mono, Role::text2, stage.to == 0 ? took + " and no result yet" : took);
    }
}

} // namespace

void step_turn(const Model& model, const Selection& selection, TurnPanel& panel, int step) {
    const int count = static_cast<int>(model.insight.turns.list().size());
    const int now = shown_turn(model, selection, panel);
    if (count == 0 || now < 0) return;
    const int to = std::clamp(now + step, 0, count - 1);
    panel.chosen = model.insight.turns.list()[static_cast<std::size_t>(to)].first;
    panel.cursor = selection.cursor;
    panel.event = selection.event;
    panel.first = 0;
}

void draw_turn(Frame& f, const Model& model, Selection& selection, TurnPanel& panel,
               LogPanel& log) {
    const int position = shown_turn(model, selection, panel);
    if (position < 0) {
        empty_state(f, f.place, "No turn yet", "It begins with text_input or stt_start.");
        return;
    }
    const Turn& turn = model.insight.turns.list()[static_cast<std::size_t>(position)];
    Rect rest = f.place;
    const Rect head = rest.cut_top(f.px(34));
    line_below(f, head);
    draw_head(f, head, model, turn, position);
    const Rect axis = rest.cut_bottom(f.px(kAxis));
    rest.cut_top(f.px(4));
    const std::vector<Stage> stages = model::stages_of(turn, model.log, model.insight.pairs);
    Scale scale;
    scale.bars = rest;
    scale.bars.cut_left(f.px(kNames));
    scale.bars.cut_right(f.px(150)); // durations stand behind the last bar
    scale.begin_ns = turn.began_ns;
    scale.whole_ns = static_cast<double>(std::max<std::int64_t>(1, turn.ended_ns - turn.began_ns));
    draw_axis(f, axis, scale);

    const auto rows = static_cast<std::uint64_t>(std::max(1.0f, rest.h / f.px(kRow)));
    const auto total = static_cast<std::uint64_t>(stages.size());
    wheel_scroll(rest, 1, total > rows ? total - rows : 0, &panel.first);
    if (total > rows)
        scroll_bar(f, rest.cut_right(f.px(14)), "Stages' scroll bar", &panel.bar, &panel.first,
                   rows, total);
    for (std::uint64_t i = panel.first; i < total && i < panel.first + rows; ++i)
        draw_stage(f, rest.cut_top(f.px(kRow)), model, stages[static_cast<std::size_t>(i)], scale,
                   selection, log);
}

} // namespace ui
