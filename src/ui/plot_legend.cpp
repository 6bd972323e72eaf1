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
constexpr std::int64_t kSlice = base::kMillisecond / 10;

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

/// Without its commas where it would touch its neighbour.
void number(Frame& f, const Rect& cell, Face face, Role role, std::string words) {
    if (cell.empty()) return;
    if (text_width(f, face, words) > cell.w - f.fonts.c / 2) std::erase(words, ',');
    text(f, cell, face, role, words, Align::right);
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

SeriesView& view_of(const Series& series, std::uint32_t number, const TimeSpan& window,
                    PlotsPanel& panel) {
    SeriesView& view = panel.lines[number].view;
    look_at(series, window, view);
    return view;
}

namespace {

/// Takes over what has been worked out.
void show(LineFigures& figures) {
    figures.count = figures.work.to() - figures.work.from();
    for (std::size_t i = 0; i < figures.shown.size(); ++i) figures.shown[i] = figures.work.value(i);
}

} // namespace

const LineFigures& figures_of(Frame& f, const Series& series, std::uint32_t number,
                              const TimeSpan& window, PlotsPanel& panel) {
    const SeriesView& view = view_of(series, number, window, panel);
    LineFigures& figures = panel.lines[number].figures;
    const bool same = figures.work.from() == view.from && figures.work.to() == view.to;
    if (figures.work.done() && !same) {
        const std::int64_t due = figures.begun_ns + kRenew;
        if (view.size() <= kFew || f.now_mono_ns >= due || figures.begun_ns == 0) {
            figures.work.begin(series, view.from, view.to);
            figures.begun_ns = f.now_mono_ns;
        } else {
            f.wake_at(due);
        }
    }
    if (!figures.work.done() && view.size() <= kFew) {
        while (!figures.work.work(series, kSlice)) {
        }
    }
    if (!figures.work.done()) panel.unfinished.push_back(number);
    if (figures.work.done()) show(figures);
    return figures;
}

void work_on_figures(Frame& f, const model::Model& model, PlotsPanel& panel) {
    if (panel.unfinished.empty()) return;
    const auto older = [&](std::uint32_t a, std::uint32_t b) {
        return panel.lines[a].figures.begun_ns < panel.lines[b].figures.begun_ns;
    };
    const std::uint32_t number =
        *std::min_element(panel.unfinished.begin(), panel.unfinished.end(), older);
    LineFigures& figures = panel.lines[number].figures;
    if (figures.work.work(model.plots.line(number).points, kSlice)) show(figures);
    f.wake_at(f.now_mono_ns);
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

    const SeriesView& range = view_of(series, show.number, view.window, panel);
    model::Point last;
    bool has_last = range.size() > 0;
    if (has_last) last = series.at(range.to - 1);
    if (!selection.live()) has_last = point_at_cursor(model, series, selection.cursor, &last);
    if (has_last) {
        const bool wrong = line.unit != model::Unit::none && last.value < 0;
        number(f, cells.last, Face::mono, wrong ? Role::warn : Role::text,
               model::value_text(last.value, line.unit));
    }
    if (range.size() == 0) return;
    const LineFigures& figures = figures_of(f, series, show.number, view.window, panel);
    number(f, cells.p50, Face::mono, Role::text2, model::value_text(figures.shown[0], line.unit));
    number(f, cells.p95, Face::mono, Role::text2, model::value_text(figures.shown[2], line.unit));
    number(f, cells.max, Face::mono, Role::text2, model::value_text(range.extent.high, line.unit));
}

std::string note_of(const model::Model& model, const TimeView& view,
                    const std::vector<LineShow>& lines, PlotsPanel& panel) {
    std::uint64_t most = 0, marked = 0;
    bool below = false;
    for (const LineShow& show : lines) {
        const Series& series = model.plots.line(show.number).points;
        const SeriesView& range = view_of(series, show.number, view.window, panel);
        most = std::max(most, range.size());
        marked = std::max(marked, series.impossible_count(range.from, range.to));
        below |= range.extent.low < 0;
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
         note_of(model, view, lines, panel));
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
