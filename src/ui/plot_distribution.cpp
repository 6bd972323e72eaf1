// The distribution of one line in the window: histogram, cumulative curve, and its figures.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "ui/panel_plots.h"

namespace ui {
namespace {

using model::Series;

constexpr Series::At kIntervals = 8192; ///< arrivals that the times between are taken of

constexpr std::int64_t kRenew = base::kSecond / 4; ///< of many points: four times a second
constexpr std::uint64_t kFew = 10'000;

Histogram histogram_of(const Series& series, const SeriesView& view, int count) {
    Histogram h;
    h.low = view.extent.low;
    h.high = view.extent.high > h.low ? view.extent.high
                                      : h.low + std::max(1e-9, std::fabs(h.low) * 0.01);
    h.from = view.from;
    h.to = view.to;
    h.total = view.size();
    std::uint64_t below = 0;
    for (int i = 0; i < count; ++i) {
        const double edge = h.low + (h.high - h.low) * (i + 1) / count;
        const std::uint64_t up_to =
            i + 1 == count ? h.total : series.count_at_most(h.from, h.to, edge);
        h.bins.push_back(up_to - below);
        h.largest = std::max(h.largest, up_to - below);
        below = up_to;
    }
    return h;
}

/// The one that was made before, while it is that of the window or not due yet.
const Histogram& histogram_in(Frame& f, const Series& series, const SeriesView& view, int count,
                              Histogram& kept) {
    const bool fits = kept.bins.size() == static_cast<std::size_t>(count);
    if (fits && kept.from == view.from && kept.to == view.to) return kept;
    const std::int64_t due = kept.made_ns + kRenew;
    if (fits && view.size() > kFew && f.now_mono_ns < due) {
        f.wake_at(due);
        return kept;
    }
    kept = histogram_of(series, view, count);
    kept.made_ns = f.now_mono_ns;
    return kept;
}

/// The time between arrivals: the middle one, and how far they are from their mean on average.
struct Intervals {
    bool any = false;
    double middle_s = 0, jitter_s = 0;
};
Intervals intervals_of(const Series& series, Series::At from, Series::At to) {
    Intervals out;
    if (to - from < 3) return out;
    from = std::max(from, to > kIntervals ? to - kIntervals : 0);
    std::vector<double> gaps;
    double sum = 0;
    for (Series::At at = from + 1; at < to; ++at) {
        if (series.broken_before(at)) continue;
        gaps.push_back(static_cast<double>(series.mono_ns(at) - series.mono_ns(at - 1)) /
                       base::kSecond);
        sum += gaps.back();
    }
    if (gaps.empty()) return out;
    const double mean = sum / static_cast<double>(gaps.size());
    double away = 0;
    for (const double gap : gaps) away += std::fabs(gap - mean);
    const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
    std::nth_element(gaps.begin(), middle, gaps.end());
    out.any = true;
    out.middle_s = *middle;
    out.jitter_s = away / static_cast<double>(gaps.size());
    return out;
}

/// Name and value in two columns.
void draw_figures(Frame& f, Rect place, const model::PlotLine& line, const LineFigures& figures,
                  double highest, const Intervals& intervals) {
    struct Figure {
        const char* name;
        std::string words;
    };
    const auto value = [&](double v) { return model::value_text(v, line.unit); };
    const auto seconds = [&](double v) {
        return intervals.any ? model::value_text(v, model::Unit::seconds) : std::string("·");
    };
    const Figure all[] = {{"p50", value(figures.shown[0])},
                          {"p90", value(figures.shown[1])},
                          {"p95", value(figures.shown[2])},
                          {"p99", value(figures.shown[3])},
                          {"max", value(highest)},
                          {"count", base::count_text(figures.count)},
                          {"every", seconds(intervals.middle_s)},
                          {"jitter", seconds(intervals.jitter_s)}};
    place.cut_right(f.px(12));
    const float width = std::floor(place.w / 2);
    const float height = std::clamp(std::floor(place.h / 4), f.px(15), f.px(19));
    for (std::size_t i = 0; i < std::size(all); ++i) {
        const Rect cell{place.x + (i % 2 == 0 ? 0 : width),
                        place.y + std::floor(static_cast<float>(i / 2)) * height, width - f.px(8),
                        height};
        if (cell.bottom() > place.bottom() + 1) return;
        text(f, cell, Face::small, Role::text2, all[i].name);
        text(f, cell, Face::mono_small, Role::text, all[i].words, Align::right);
    }
}

void draw_bins(Frame& f, const Rect& area, const Histogram& h, Role role) {
    const auto count = static_cast<float>(h.bins.size());
    const auto x_of = [&](std::size_t i) {
        return std::round(area.x + area.w * static_cast<float>(i) / count);
    };
    std::uint64_t sum = 0;
    ImVec2 before{area.x, area.bottom()};
    for (std::size_t i = 0; i < h.bins.size(); ++i) {
        const float share =
            static_cast<float>(static_cast<double>(h.bins[i]) /
                               static_cast<double>(std::max<std::uint64_t>(1, h.largest)));
        const float height = h.bins[i] == 0 ? 0 : std::max(f.px(1), std::round(area.h * share));
        fill(f, {x_of(i), area.bottom() - height, x_of(i + 1) - x_of(i) - f.hairline(), height},
             role, 0.55f);
        sum += h.bins[i];
        const float part =
            static_cast<float>(static_cast<double>(sum) / static_cast<double>(h.total));
        const ImVec2 here{x_of(i + 1), area.bottom() - area.h * part};
        f.list->AddLine(before, here, f.color(Role::text2), 1.5f * f.scale);
        before = here;
    }
}

/// Smallest, middle and largest value under the histogram.
void draw_value_row(Frame& f, const Rect& row, const Histogram& h, model::Unit unit) {
    text(f, row, Face::mono_small, Role::text3, model::value_text(h.low, unit));
    text(f, row, Face::mono_small, Role::text3, model::value_text((h.low + h.high) / 2, unit),
         Align::center);
    text(f, row, Face::mono_small, Role::text3, model::value_text(h.high, unit), Align::right);
}

/// The lines of the chart by name: a click shows that one's distribution.
std::uint32_t choose_line(Frame& f, Rect row, const model::Chart& of, std::uint32_t chart_number,
                          const model::Model& model, PlotsPanel& panel) {
    std::uint32_t& chosen = panel.chosen[chart_number];
    const auto known = std::find(of.lines.begin(), of.lines.end(), chosen);
    if (known == of.lines.end() || model.plots.line(chosen).points.size() == 0) {
        chosen = of.lines.front();
        for (const std::uint32_t line : of.lines) {
            if (model.plots.line(line).points.size() == 0) continue;
            chosen = line;
            break;
        }
    }
    for (std::size_t i = 0; i < of.lines.size(); ++i) {
        const model::PlotLine& line = model.plots.line(of.lines[i]);
        if (line.points.size() == 0 && of.lines.size() > 1) continue;
        const bool now = of.lines[i] == chosen;
        const Face face = now ? Face::strong : Face::words;
        const float width = std::ceil(text_width(f, Face::strong, line.name)) + f.px(22);
        if (width > row.w) break;
        const Rect cell = row.cut_left(width);
        const LineLook look = look_of(f, line, i);
        if (touch(f, cell, "Distribution of " + of.title + " " + line.name).clicked)
            chosen = of.lines[i];
        draw_mark(f, look.mark, {cell.x + f.px(6), cell.mid_y()}, f.px(3), look.role);
        text(f, {cell.x + f.px(14), cell.y, cell.w - f.px(14), cell.h}, face,
             now ? Role::text : Role::text2, line.name);
    }
    return chosen;
}

} // namespace

void draw_distribution(Frame& f, const Rect& chart, const Rect& gutter, Rect legend,
                       const model::Chart& of, std::uint32_t chart_number,
                       const model::Model& model, const TimeView& view, PlotsPanel& panel) {
    Rect area = chart.inset(0, f.px(6));
    Rect head = area.cut_top(f.px(20));
    const float name = std::ceil(text_width(f, Face::strong, of.title)) + f.px(14);
    if (name < head.w) text(f, head.cut_left(name), Face::strong, Role::text2, of.title);
    const std::uint32_t number = choose_line(f, head, of, chart_number, model, panel);
    const model::PlotLine& line = model.plots.line(number);
    const Series& series = line.points;
    const SeriesView& range = view_of(series, number, view.window, panel);
    if (range.size() == 0) {
        text(f, area, Face::words, Role::text2, "No point of it in this window", Align::center);
        return;
    }
    const Rect values = area.cut_bottom(f.px(16));
    const int bins = std::clamp(static_cast<int>(area.w / f.px(9)), 8, 80);
    const Histogram& h = histogram_in(f, series, range, bins, panel.lines[number].histogram);
    const Rect words = gutter.inset(f.px(8), 0);
    text(f, {words.x, area.y - f.px(8), words.w, f.px(16)}, Face::mono_small, Role::text3,
         base::count_text(h.largest), Align::right);
    text(f, {words.x, area.bottom() - f.px(8), words.w, f.px(16)}, Face::mono_small, Role::text3,
         "0", Align::right);
    fill(f, {area.x, area.bottom(), area.w, f.hairline()}, Role::line2);
    std::size_t place = 0;
    while (place + 1 < of.lines.size() && of.lines[place] != number) ++place;
    draw_bins(f, area, h, look_of(f, line, place).role);
    draw_value_row(f, values, h, line.unit);
    legend.cut_top(f.px(6));
    draw_figures(f, legend.inset(f.px(6), 0), line,
                 figures_of(f, series, number, view.window, panel), range.extent.high,
                 intervals_of(series, range.from, range.to));
}

} // namespace ui
