// The legend beside the plots: last, percentiles and largest of every line in the window.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "ui/panel_plots.h"

namespace ui {
namespace {

using model::Series;

constexpr std::int64_t kRenew = base::kSecond / 4; ///< figures of many points: four times a second
constexpr std::uint64_t kFew = 1000;               ///< points that may be sorted in every frame
constexpr std::int64_t kSlice = base::kMillisecond / 4;

/// The cells of a legend's row, from the right.
struct Cells {
    Rect name, last, p50, p95, max;
};
Cells cells_of(const Frame& f, Rect row, const LegendColumns& columns) {
    Cells cells;
    const float width = LegendColumns::cell(f);
    row.cut_right(f.px(12));
    cells.max = row.cut_right(width);
    if (columns.middle) {
        cells.p95 = row.cut_right(width);
        cells.p50 = row.cut_right(width);
    }
    if (columns.last) cells.last = row.cut_right(width);
    cells.name = row;
    return cells;
}

void number(Frame& f, const Rect& cell, Face face, Role role, const std::string& words) {
    if (!cell.empty()) text(f, cell, face, role, words, Align::right);
}

/// The newest point at or before the cursor; false when there is none.
bool point_at_cursor(const model::Model& model, const Series& series, model::EventId cursor,
                     model::Point* point) {
    if (!model.log.contains(cursor)) return false;
    Series::At at = series.first_at(model.log.mono_ns(cursor) + 1);
    while (at > series.first() && series.at(at - 1).event > cursor) --at;
    if (at == series.first()) return false;
    *point = series.at(at - 1);
    return true;
}

struct InView {
    Series::At from = 0, to = 0;
};
InView in_view(const Series& series, const TimeSpan& window) {
    InView view;
    view.from = series.first_at(window.from_ns);
    view.to = series.first_at(window.to_ns + 1, view.from);
    return view;
}

} // namespace

LineLook look_of(const Frame& f, const model::PlotLine& line, std::size_t place) {
    constexpr Mark kMarks[] = {Mark::disc, Mark::square, Mark::triangle, Mark::diamond};
    LineLook look;
    look.mark = kMarks[place % std::size(kMarks)];
    if (line.name == "total") {
        look.role = Role::text;
    } else if (line.type == "latency_trace") {
        look.role = f.theme.of_type(line.name, false); // llm, stt, tts are families
    } else if (line.type.empty()) {
        look.role = Role::f_latency;
    } else {
        constexpr Role kRoles[] = {Role::text, Role::f_llm, Role::f_stt, Role::f_tts};
        look.role = place == 0 ? f.theme.of_type(line.type, false) : kRoles[place % 4];
    }
    return look;
}

const LineFigures& figures_of(Frame& f, const Series& series, std::uint32_t line,
                              const TimeSpan& window, PlotsPanel& panel) {
    LineFigures& figures = panel.figures[line];
    const InView view = in_view(series, window);
    const bool same = figures.work.from() == view.from && figures.work.to() == view.to;
    if (figures.work.done() && !same) {
        const std::int64_t due = figures.begun_ns + kRenew;
        if (view.to - view.from <= kFew || f.now_mono_ns >= due || figures.begun_ns == 0) {
            figures.work.begin(series, view.from, view.to);
            figures.begun_ns = f.now_mono_ns;
        } else {
            f.wake_at(due);
        }
    }
    if (!figures.work.done() && !figures.work.work(series, kSlice)) f.wake_at(f.now_mono_ns);
    if (figures.work.done()) {
        figures.count = figures.work.to() - figures.work.from();
        for (std::size_t i = 0; i < figures.shown.size(); ++i)
            figures.shown[i] = figures.work.value(i);
    }
    return figures;
}

void draw_legend_head(Frame& f, const Rect& row, const LegendColumns& columns, bool at_cursor) {
    const Cells cells = cells_of(f, row, columns);
    number(f, cells.last, Face::small, at_cursor ? Role::cursor : Role::text2,
           at_cursor ? "cursor" : "last");
    number(f, cells.p50, Face::small, Role::text2, "p50");
    number(f, cells.p95, Face::small, Role::text2, "p95");
    number(f, cells.max, Face::small, Role::text2, "max");
}

namespace {

void draw_line_row(Frame& f, const Rect& row, const LegendColumns& columns,
                   const model::Model& model, const model::Selection& selection,
                   const TimeView& view, const LineShow& show, PlotsPanel& panel) {
    const model::PlotLine& line = model.plots.line(show.number);
    const Series& series = line.points;
    Cells cells = cells_of(f, row, columns);
    const Rect mark = cells.name.cut_left(f.px(16));
    draw_mark(f, show.look.mark, {mark.x + f.px(7), std::round(row.mid_y())}, f.px(3),
              show.look.role);
    bool cut = false;
    text(f, cells.name, Face::words, Role::text, line.name, Align::left, &cut);
    if (cut && cells.name.contains(ImGui::GetIO().MousePos)) tooltip(f, line.name);

    const InView range = in_view(series, view.window);
    model::Point last;
    bool has_last = range.to > range.from;
    if (has_last) last = series.at(range.to - 1);
    if (!selection.live()) has_last = point_at_cursor(model, series, selection.cursor, &last);
    if (has_last) {
        const bool wrong = line.unit != model::Unit::none && last.value < 0;
        number(f, cells.last, Face::mono, wrong ? Role::warn : Role::text,
               model::value_text(last.value, line.unit));
    }
    if (range.to == range.from) return;
    const LineFigures& figures = figures_of(f, series, show.number, view.window, panel);
    number(f, cells.p50, Face::mono, Role::text2, model::value_text(figures.shown[0], line.unit));
    number(f, cells.p95, Face::mono, Role::text2, model::value_text(figures.shown[2], line.unit));
    const double highest = series.extent(range.from, range.to).high;
    number(f, cells.max, Face::mono, Role::text2, model::value_text(highest, line.unit));
}

std::string note_of(const model::Model& model, const TimeView& view,
                    const std::vector<LineShow>& lines) {
    std::uint64_t most = 0, marked = 0;
    bool below = false;
    for (const LineShow& show : lines) {
        const Series& series = model.plots.line(show.number).points;
        const InView range = in_view(series, view.window);
        most = std::max(most, range.to - range.from);
        marked = std::max(marked, series.impossible_count(range.from, range.to));
        below |= series.extent(range.from, range.to).low < 0;
    }
    std::string note = "n " + base::count_text(most) + " in view";
    if (marked > 0)
        note += ", " + base::count_text(marked) + (below ? " below 0" : " over a day") + " marked";
    return note;
}

} // namespace

void draw_legend(Frame& f, Rect place, const LegendColumns& columns, const model::Model& model,
                 const model::Selection& selection, const TimeView& view,
                 const std::vector<LineShow>& lines, PlotsPanel& panel) {
    const auto rows = static_cast<float>(lines.size());
    const float height = std::clamp(std::floor(place.h / (rows + 1)), f.px(16), f.px(20));
    for (const LineShow& show : lines) {
        if (place.h < f.px(14)) return;
        draw_line_row(f, place.cut_top(height), columns, model, selection, view, show, panel);
    }
    if (place.h < f.px(15)) return;
    text(f, place.cut_top(std::min(height, place.h)).inset(f.px(4), 0), Face::small, Role::text2,
         note_of(model, view, lines));
}

void draw_rate_legend(Frame& f, Rect place, const LegendColumns& columns, const char* name,
                      const RateBins& bins, std::int64_t at_ns, bool bytes) {
    const auto words = [&](double rate) {
        const auto whole = static_cast<std::uint64_t>(std::llround(rate));
        if (bytes) return base::size_text(whole);
        if (rate >= 9999.5) {
            char big[24];
            std::snprintf(big, sizeof big, "%.3gk /s", rate / 1000);
            return std::string(big);
        }
        return std::to_string(whole) + " /s";
    };
    const Rect row = place.cut_top(std::min(place.h, f.px(20)));
    Cells cells = cells_of(f, row, columns);
    const Rect mark = cells.name.cut_left(f.px(16));
    draw_mark(f, Mark::square, {mark.x + f.px(7), std::round(row.mid_y())}, f.px(4),
              Role::f_latency);
    text(f, cells.name, Face::words, Role::text, name);
    const std::int64_t bin = (at_ns - bins.from_ns) / bins.step_ns;
    if (bin >= 0 && static_cast<std::size_t>(bin) < bins.rate.size()) {
        number(f, cells.last, Face::mono, Role::text,
               words(bins.rate[static_cast<std::size_t>(bin)]));
    }
    number(f, cells.p50, Face::mono, Role::text2, words(bins.figures[0]));
    number(f, cells.p95, Face::mono, Role::text2, words(bins.figures[2]));
    number(f, cells.max, Face::mono, Role::text2, words(bins.highest));
}

} // namespace ui
