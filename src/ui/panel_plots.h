// The plots: charts that share one window of time, their legend, and the distribution that opens in
// their place. UI thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "model/actions.h"
#include "model/model.h"
#include "ui/time_view.h"
#include "ui/widgets.h"

namespace ui {

/// The percentiles of one line in the window, worked out over as many frames as they need.
struct LineFigures {
    model::Percentiles work;
    std::array<double, 4> shown{}; ///< as Percentiles::kParts; of the range last finished
    std::uint64_t count = 0;       ///< how many points that were
    std::int64_t begun_ns = 0;
};

/// How often its values lie where, between the smallest and the largest.
struct Histogram {
    double low = 0, high = 1;
    std::vector<std::uint64_t> bins;
    std::uint64_t total = 0, largest = 0;

    model::Series::At from = 0, to = 0; ///< of these points
    std::int64_t made_ns = 0;
};

/// What is kept of a line from frame to frame.
struct LineKept {
    SeriesView view;
    LineFigures figures;
    Histogram histogram;
};

/// Numbers of a chart of rates: one a bin of the window.
struct RateBins {
    std::int64_t step_ns = 1, from_ns = 0;
    std::vector<double> rate;         ///< a second
    std::vector<std::uint64_t> count; ///< events in the bin
    std::array<double, 4> figures{};  ///< as Percentiles::kParts
    double highest = 0;
};

struct PlotsPanel {
    bool logarithmic = false;
    bool distribution = false;
    LineStyle style = LineStyle::lines;
    bool open_windows = false; ///< the list of windows opens

    std::uint64_t first = 0; ///< the uppermost chart
    BarState bar;
    std::uint64_t edition = 0;                     ///< of the model's plots, as last seen
    std::map<std::uint32_t, LineKept> lines;       ///< by line
    std::map<std::uint32_t, std::uint32_t> chosen; ///< by chart: the line whose distribution shows
    model::EventColumns rates;                     ///< what arrived, in bins of the window
    std::vector<std::uint32_t> unfinished; ///< lines of this frame whose figures need more work

    bool dragging = false;
    float drag_x = 0;
    TimeSpan drag_window;
    std::int64_t menu_ns = 0;              ///< where the menu was opened
    std::vector<std::uint32_t> menu_lines; ///< that can be removed there
};

struct LogPanel;

/// The charts, below the tabs.
void draw_plots(Frame& f, const model::Model& model, model::Selection& selection, TimeView& view,
                PlotsPanel& panel, LogPanel& log, model::Actions& actions);
/// Window, scale and hold, at the right of the tabs.
void draw_plot_controls(Frame& f, Rect row, TimeView& view, PlotsPanel& panel);

//--- parts, each in a file of its own

/// What a legend's column is about.
struct LegendColumns {
    bool last = true, middle = true; ///< last (or cursor); p50 and p95

    /// Of one number: eight characters, "1,204 MB".
    static float cell(const Frame& f) { return std::max(f.px(57), std::ceil(f.fonts.c * 8)); }
    float width(const Frame& f) const {
        return f.px(92) + cell(f) * static_cast<float>(1 + (last ? 1 : 0) + (middle ? 2 : 0));
    }
};
struct LineShow {
    std::uint32_t number = 0; ///< in Plots
    LineLook look;
};
/// The look of a line: its colour by what it measures, its mark by its place in the chart.
LineLook look_of(const Frame& f, const model::PlotLine& line, std::size_t place);

void draw_legend_head(Frame& f, const Rect& row, const LegendColumns& columns, bool at_cursor);
/// The rows of a chart's lines and, where it fits, how many points are in view.
void draw_legend(Frame& f, Rect place, const LegendColumns& columns, const model::Model& model,
                 const model::Selection& selection, const TimeView& view,
                 const std::vector<LineShow>& lines, PlotsPanel& panel);
void draw_rate_legend(Frame& f, Rect place, const LegendColumns& columns, const char* name,
                      const RateBins& bins, std::int64_t at_ns, bool bytes);

/// What of a line is in the window, brought up to it.
SeriesView& view_of(const model::Series& series, std::uint32_t number, const TimeSpan& window,
                    PlotsPanel& panel);
/// A line's figures as far as they are; asks for work on them while they are behind the window.
const LineFigures& figures_of(Frame& f, const model::Series& series, std::uint32_t number,
                              const TimeSpan& window, PlotsPanel& panel);
/// At the end of a frame: goes on with the figures that have waited longest, for a moment, and asks
/// for another frame while some are behind.
void work_on_figures(Frame& f, const model::Model& model, PlotsPanel& panel);

/// Histogram, cumulative curve and figures of one line in the window.
void draw_distribution(Frame& f, const Rect& chart, const Rect& gutter, Rect legend,
                       const model::Chart& of, std::uint32_t chart_number,
                       const model::Model& model, const TimeView& view, PlotsPanel& panel);

} // namespace ui
