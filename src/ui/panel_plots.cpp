// The plots: charts that share one window of time and one pointer.
//   1. what is drawn     2. rates     3. one chart     4. the pointer     5. the whole
#include "ui/panel_plots.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "ui/move_cursor.h"
#include "ui/panel_log.h"

namespace ui {
namespace {

using model::EventId;
using model::Model;
using model::Selection;
using model::Series;

//--- 1. what is drawn

/// One of the charts below one another.
struct Block {
    enum class Is : std::uint8_t { lines, arrivals, bytes } is = Is::lines;
    std::uint32_t chart = 0; ///< of the model's
    std::vector<LineShow> lines;
    std::string label; ///< of its area, for tests and ids
    Rect place;        ///< once laid out
    float wanted = 0;  ///< height, logical
};

bool any_point(const Model& model, const model::Chart& chart) {
    return std::any_of(chart.lines.begin(), chart.lines.end(), [&](std::uint32_t line) {
        return model.plots.line(line).points.size() > 0;
    });
}

Block block_of(const Frame& f, const Model& model, std::uint32_t number) {
    const model::Chart& chart = model.plots.charts()[number];
    Block block;
    block.chart = number;
    block.label = "Plot " + chart.title + " " + chart.unit_words;
    for (std::size_t i = 0; i < chart.lines.size(); ++i) {
        const model::PlotLine& line = model.plots.line(chart.lines[i]);
        // An added line stands there from the start; what Coda may send, once it has.
        if (line.points.size() == 0 && !line.added) continue;
        block.lines.push_back({chart.lines[i], look_of(f, line, i)});
    }
    block.wanted = std::max(86.0f, 19.0f * static_cast<float>(block.lines.size() + 1));
    return block;
}

/// The latency first, then what arrives, then the rest; only what has something to show.
std::vector<Block> blocks_of(const Frame& f, const Model& model, bool distribution) {
    std::vector<Block> blocks;
    const auto& charts = model.plots.charts();
    for (std::uint32_t i = 0; i < charts.size(); ++i) {
        const bool added = model.plots.line(charts[i].lines.front()).added;
        if (added || any_point(model, charts[i])) blocks.push_back(block_of(f, model, i));
    }
    if (distribution || model.log.counts().dir[0] == 0) return blocks;
    Block arrivals;
    arrivals.is = Block::Is::arrivals;
    arrivals.label = "Plot Arrivals";
    arrivals.wanted = 56;
    const bool latency = !blocks.empty() && blocks.front().chart == 0;
    blocks.insert(blocks.begin() + (latency ? 1 : 0), arrivals);
    Block bytes = arrivals;
    bytes.is = Block::Is::bytes;
    bytes.label = "Plot Bytes";
    blocks.insert(std::find_if(blocks.begin(), blocks.end(),
                               [&](const Block& block) {
                                   return block.is == Block::Is::lines &&
                                          model.plots.line(block.lines.front().number).added;
                               }),
                  bytes);
    return blocks;
}

//--- 2. rates

/// A round step of time at least that long.
std::int64_t bin_step(std::int64_t least_ns) {
    std::int64_t step = base::kMillisecond;
    for (int i = 0; step < least_ns; ++i) step = step / (i % 3 == 1 ? 2 : 1) * (i % 3 == 1 ? 5 : 2);
    return step;
}

/// The bins of the window, from the counts that the timeline keeps; both charts draw from them.
void update_rates(const Frame& f, const Model& model, const TimeScale& x, PlotsPanel& panel) {
    const double least = static_cast<double>(x.span.length()) * f.px(2) / x.area.w;
    const std::int64_t start = model.log.start_mono_ns();
    const model::TimeGrid grid{start, bin_step(std::max<std::int64_t>(1, std::llround(least)))};
    model::update(panel.rates, grid, std::max(start, x.span.from_ns),
                  std::min(x.span.to_ns, newest_ns(model)), model.log, model.timeline);
}

RateBins bins_of(const PlotsPanel& panel, bool bytes) {
    const model::EventColumns& columns = panel.rates;
    RateBins bins;
    if (columns.size() == 0) return bins;
    bins.step_ns = columns.grid().step_ns;
    bins.from_ns = columns.begin_ns(0);
    const double seconds = static_cast<double>(bins.step_ns) / base::kSecond;
    bins.count.reserve(columns.size());
    bins.rate.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const model::Amount& amount = columns[i].value.amount;
        bins.count.push_back(amount.received);
        const std::uint64_t what = bytes ? amount.received_bytes : amount.received;
        bins.rate.push_back(static_cast<double>(what) / seconds);
    }
    std::vector<double> sorted = bins.rate;
    bins.highest = *std::max_element(sorted.begin(), sorted.end());
    auto behind = sorted.begin(); // each part is larger than the one before
    for (std::size_t i = 0; i < bins.figures.size(); ++i) {
        const std::uint64_t rank = model::rank_of(model::Percentiles::kParts[i], sorted.size());
        const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(rank);
        std::nth_element(behind, place, sorted.end());
        bins.figures[i] = *place;
        behind = place;
    }
    return bins;
}

void draw_bars(Frame& f, const TimeScale& x, const ValueScale& y, const RateBins& bins,
               std::int64_t later_ns) {
    f.list->PushClipRect(x.area.min(), x.area.max(), true);
    const ImU32 now = f.color(Role::f_latency), later = f.color(Role::f_latency, kLater);
    ColumnPen pen(f.list);
    for (std::size_t i = 0; i < bins.rate.size(); ++i) {
        if (bins.rate[i] <= 0) continue;
        const std::int64_t begins = bins.from_ns + static_cast<std::int64_t>(i) * bins.step_ns;
        const float left = std::round(x.x_of(begins));
        float right = std::round(x.x_of(begins + bins.step_ns));
        if (right - left > f.px(3)) right -= f.hairline();
        const float top = std::min(std::round(y.y_of(bins.rate[i])), y.area.bottom() - f.px(1));
        pen.add(left, std::max(left + f.hairline(), right), top, y.area.bottom(),
                begins > later_ns ? later : now);
    }
    pen.flush();
    f.list->PopClipRect();
}

std::string step_words(std::int64_t step_ns) {
    return model::value_text(static_cast<double>(step_ns) / base::kSecond, model::Unit::seconds);
}

//--- 3. one chart

struct Drawing {
    const Model& model;
    Selection& selection;
    TimeView& view;
    PlotsPanel& panel;
    std::int64_t later_ns; ///< the cursor's time, or never
};

/// Title and unit on the ground of the panel, so that lines pass under it.
Rect draw_title(Frame& f, const Rect& area, bool at_top, std::string_view title,
                std::string_view words) {
    const float gap = words.empty() ? 0 : f.px(8);
    const float name = std::ceil(text_width(f, Face::strong, title));
    const float unit = std::ceil(text_width(f, Face::small, words));
    Rect box{area.x + f.px(6), at_top ? area.y : area.bottom() - f.px(21),
             name + gap + unit + f.px(8), f.px(20)};
    if (box.right() > area.right()) return {};
    fill(f, box, Role::panel);
    text(f, {box.x + f.px(4), box.y, name + 1, box.h}, Face::strong, Role::text2, title);
    text(f, {box.x + f.px(4) + name + gap, box.y, unit + 1, box.h}, Face::small, Role::text2,
         words);
    return box;
}

/// What is wrong with the ringed value, beside its ring where there is room.
void draw_ring_words(Frame& f, const Rect& area, const Rect& title, ImVec2 ring, double value) {
    const char* words = value < 0 ? "impossible, below 0" : "impossible, over a day";
    const float width = std::ceil(text_width(f, Face::small, words)) + f.px(8);
    Rect box{ring.x + f.px(12), ring.y - f.px(9), width, f.px(18)};
    if (box.right() > area.right()) box.x = ring.x - f.px(12) - width;
    box.y = std::clamp(box.y, area.y, std::max(area.y, area.bottom() - box.h));
    if (box.overlaps(title)) box.y = title.y - box.h - f.px(2);
    if (!box.inside(area, 1)) return;
    fill(f, box, Role::warnbg, 1, f.px(3));
    text(f, box.inset(f.px(4), 0), Face::small, Role::warn, words);
}

void draw_lines(Frame& f, const Block& block, const TimeScale& x, const Rect& gutter,
                const Drawing& d) {
    const model::Chart& chart = d.model.plots.charts()[block.chart];
    model::Extent extent;
    for (const LineShow& show : block.lines) {
        const Series& series = d.model.plots.line(show.number).points;
        const SeriesView& view = view_of(series, show.number, x.span, d.panel);
        extent.add(view.extent);
        // A line that crosses the window without a point in it is seen too.
        if (view.size() == 0 && view.from > series.first() && view.from < series.end())
            extent.add(series.extent(view.from - 1, view.from + 1));
    }
    const Rect area = x.area.inset(0, f.px(9));
    const ValueScale y =
        value_scale(f, area, extent, {.unit = chart.unit, .logarithmic = d.panel.logarithmic});
    draw_value_ticks(f, y, gutter);
    bool ringed = false;
    ImVec2 ring{};
    double wrong = 0;
    for (std::size_t i = block.lines.size(); i-- > 0;) { // the first one lies on top
        const LineShow& show = block.lines[i];
        const Series& series = d.model.plots.line(show.number).points;
        SeriesView& view = view_of(series, show.number, x.span, d.panel);
        LineLook look = show.look;
        look.style = d.panel.style;
        draw_series(f, x, y, series, view, look, d.later_ns);
        ringed |= draw_rings(f, x, y, series, view, &ring, &wrong);
    }
    const Rect title = draw_title(f, x.area, false, chart.title, chart.unit_words);
    if (ringed) draw_ring_words(f, x.area, title, ring, wrong);
}

void draw_rates(Frame& f, const Block& block, const TimeScale& x, const Rect& gutter,
                const RateBins& bins, const Drawing& d) {
    const bool bytes = block.is == Block::Is::bytes;
    Rect area = x.area;
    area.cut_top(f.px(10));
    area.cut_bottom(f.px(5));
    const ValueScale y = value_scale(f, area, {0, std::max(1.0, bins.highest)},
                                     {.sign = bytes ? "B" : "", .from_zero = true});
    draw_value_ticks(f, y, gutter);
    draw_bars(f, x, y, bins, d.later_ns);
    const std::string step = ", in steps of " + step_words(bins.step_ns);
    draw_title(f, x.area, true, bytes ? "Bytes" : "Arrivals",
               (bytes ? "received a second" : "events a second") + step);
}

//--- 4. the pointer

/// What lies under the pointer: an event, and the words of the tooltip.
struct Under {
    EventId event = 0;
    std::int64_t mono_ns = 0;
    std::string words;
};

std::string moment_words(const Model& model, std::int64_t mono_ns) {
    return since_start_words(model, mono_ns) + "  " +
           base::local_clock(wall_ns_at(model, mono_ns), 3);
}

/// The point of a series nearest to a time; false when it has none.
bool nearest(const Series& series, std::int64_t at_ns, model::Point* point) {
    if (series.size() == 0) return false;
    const Series::At behind = series.first_at(at_ns);
    if (behind == series.end()) {
        *point = series.at(behind - 1);
    } else {
        *point = series.at(behind);
        if (behind > series.first()) {
            const model::Point before = series.at(behind - 1);
            if (at_ns - before.mono_ns < point->mono_ns - at_ns) *point = before;
        }
    }
    return true;
}

Under under_lines(const Frame& f, const Block& block, const TimeScale& x, float pointer,
                  const Model& model) {
    Under under;
    float best = f.px(24);
    for (const LineShow& show : block.lines) {
        model::Point point;
        if (!nearest(model.plots.line(show.number).points, x.at(pointer), &point)) continue;
        const float away = std::fabs(x.x_of(point.mono_ns) - pointer);
        if (away >= best) continue;
        best = away;
        under.event = point.event;
        under.mono_ns = point.mono_ns;
    }
    if (under.event == 0) return under;
    under.words = moment_words(model, under.mono_ns);
    for (const LineShow& show : block.lines) {
        const model::PlotLine& line = model.plots.line(show.number);
        model::Point point;
        if (!nearest(line.points, under.mono_ns, &point)) continue;
        if (point.event != under.event) continue;
        under.words += "\n" + line.name + " " + model::value_text(point.value, line.unit);
        if (line.unit != model::Unit::none && point.value < 0) under.words += ", impossible";
    }
    return under;
}

Under under_bars(const Block& block, const RateBins& bins, const TimeScale& x, float pointer,
                 const Model& model) {
    Under under;
    const std::int64_t bin = (x.at(pointer) - bins.from_ns) / bins.step_ns;
    if (bin < 0 || static_cast<std::size_t>(bin) >= bins.rate.size()) return under;
    const auto i = static_cast<std::size_t>(bin);
    under.mono_ns = bins.from_ns + bin * bins.step_ns;
    const auto rate = static_cast<std::uint64_t>(std::llround(bins.rate[i]));
    under.words = moment_words(model, under.mono_ns) + "\n";
    under.words += block.is == Block::Is::bytes ? base::size_text(rate) + " a second"
                                                : base::count_text(rate) + " events a second";
    under.words += "\n" + base::count_text(bins.count[i]) + " in " + step_words(bins.step_ns);
    if (bins.count[i] > 0)
        under.event = model.timeline.next(model.log.first_at(under.mono_ns) - 1, model::kReceived);
    return under;
}

/// Wheel, drag, click and right click on one chart.
void interact(Frame& f, const Touch& area, const TimeScale& x, const Under& under,
              const Block& block, const Drawing& d, LogPanel& log) {
    const ImGuiIO& io = ImGui::GetIO();
    PlotsPanel& panel = d.panel;
    if (area.hovered && io.MouseWheel != 0) {
        const double factor = std::pow(0.8, static_cast<double>(io.MouseWheel));
        hold_window(d.view, zoomed(d.view.window, factor, x.at(io.MousePos.x)));
    }
    if (area.held && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
        panel.drag_x = io.MousePos.x;
        panel.drag_window = d.view.window;
        panel.dragging = false;
    }
    if (area.held && std::fabs(io.MousePos.x - panel.drag_x) > f.px(3)) panel.dragging = true;
    if (area.held && panel.dragging) {
        ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
        const std::int64_t by = x.at(io.MousePos.x) - x.at(panel.drag_x);
        hold_window(d.view, {panel.drag_window.from_ns - by, panel.drag_window.to_ns - by});
    }
    if (area.clicked && !panel.dragging && under.event != 0) {
        d.selection.only(under.event);
        log.show_selected = true;
    }
    if (area.right_clicked) {
        panel.menu_ns = under.event != 0 ? under.mono_ns : x.at(io.MousePos.x);
        panel.menu_lines.clear();
        for (const LineShow& show : block.lines)
            if (d.model.plots.line(show.number).added) panel.menu_lines.push_back(show.number);
    }
}

void draw_menu(Frame& f, bool open_now, const Drawing& d, LogPanel& log, model::Actions& actions) {
    std::vector<MenuLine> lines{
        {"Set cursor here", ""}, {"Filter to this range", ""}, {"Fit", "0"}};
    std::erase_if(d.panel.menu_lines, [&](std::uint32_t line) { return !d.model.plots.has(line); });
    for (const std::uint32_t line : d.panel.menu_lines) {
        if (line == d.panel.menu_lines.front()) lines.push_back({"", ""});
        lines.push_back({"Remove series " + d.model.plots.line(line).name, ""});
    }
    const int picked =
        context_menu(f, "plot menu", open_now, lines.data(), static_cast<int>(lines.size()));
    if (picked == 0) set_cursor_at(d.model, d.selection, log, d.panel.menu_ns);
    if (picked == 1) filter_to(d.model, d.view.window, actions);
    if (picked == 2) choose_window(d.view, {"", 0});
    if (picked > 3) {
        actions.push_back(
            model::RemoveSeries{d.panel.menu_lines[static_cast<std::size_t>(picked - 4)]});
        d.panel.menu_lines.clear();
    }
}

//--- 5. the whole

/// Which charts have room, from the first one on; their places share the height.
std::vector<Block> laid_out(const Frame& f, std::vector<Block> blocks, Rect place,
                            std::uint64_t first) {
    std::vector<Block> shown;
    float used = 0;
    for (std::size_t i = static_cast<std::size_t>(first); i < blocks.size(); ++i) {
        const float wanted = f.px(blocks[i].wanted + (shown.empty() ? 18 : 0));
        if (!shown.empty() && used + wanted > place.h) break;
        used += wanted;
        shown.push_back(blocks[i]);
    }
    const float extra = std::max(0.0f, place.h - used);
    for (Block& block : shown) {
        const float wanted = f.px(block.wanted + (&block == &shown.front() ? 18 : 0));
        const bool last = &block == &shown.back();
        block.place = place.cut_top(last ? place.h : std::floor(wanted + extra * wanted / used));
    }
    return shown;
}

/// As much of the legend as leaves the charts room.
LegendColumns columns_for(const Frame& f, float width) {
    const float least = f.px(86 + 220);
    for (const LegendColumns columns : {LegendColumns{!f.narrow, true}, LegendColumns{false, true},
                                        LegendColumns{false, false}}) {
        if (width - columns.width(f) >= least) return columns;
    }
    return {false, false};
}

void draw_block(Frame& f, const Block& block, Rect legend, const LegendColumns& columns,
                const TimeScale& x, const Drawing& d, LogPanel& log) {
    const Rect gutter{block.place.x, block.place.y, x.area.x - block.place.x, block.place.h};
    if (d.panel.distribution) { // its axis is no time: nothing to point at, but the lines' names
        draw_distribution(f, x.area, gutter, legend, d.model.plots.charts()[block.chart],
                          block.chart, d.model, d.view, d.panel);
        return;
    }
    const Touch area = touch(f, x.area, block.label);
    const float pointer = ImGui::GetIO().MousePos.x;
    Under under;
    if (block.is == Block::Is::lines) {
        draw_lines(f, block, x, gutter, d);
        draw_legend(f, legend, columns, d.model, d.selection, d.view, block.lines, d.panel);
        if (area.hovered) under = under_lines(f, block, x, pointer, d.model);
    } else {
        const RateBins bins = bins_of(d.panel, block.is == Block::Is::bytes);
        draw_rates(f, block, x, gutter, bins, d);
        const bool at_cursor = !d.selection.live();
        draw_rate_legend(f, legend, columns, block.is == Block::Is::bytes ? "bytes" : "rate", bins,
                         at_cursor ? d.later_ns : newest_ns(d.model), block.is == Block::Is::bytes);
        if (area.hovered) under = under_bars(block, bins, x, pointer, d.model);
    }
    if (under.event != 0) d.selection.hovered = under.event;
    if (!under.words.empty() && !area.held) tooltip(f, under.words, Face::mono);
    interact(f, area, x, under, block, d, log);
}

/// Cursor and pointer go through all charts.
void draw_across(Frame& f, const Rect& charts, const TimeScale& x, const Drawing& d) {
    const ImVec2 pointer = ImGui::GetIO().MousePos;
    if (charts.contains(pointer) && ImGui::IsWindowHovered()) {
        fill(f, {std::floor(pointer.x), charts.y, f.hairline(), charts.h}, Role::text2, 0.7f);
    }
    if (!d.selection.live() && x.span.contains(d.later_ns)) {
        fill(f, {std::round(x.x_of(d.later_ns)) - f.px(1), charts.y, f.px(2), charts.h},
             Role::cursor);
    }
}

/// The highest `first` at which the last chart still has room: none is left out below it.
std::uint64_t last_first(const Frame& f, const std::vector<Block>& blocks, const Rect& place) {
    std::size_t first = blocks.size() - 1;
    float used = f.px(blocks[first].wanted + 18);
    while (first > 0 && used + f.px(blocks[first - 1].wanted) <= place.h)
        used += f.px(blocks[--first].wanted);
    return first;
}

/// An added series comes into sight; a wheel over the legend turns to other charts.
void settle_first(const Model& model, const Rect& legend, std::uint64_t most, PlotsPanel& panel) {
    if (panel.edition != model.plots.edition()) {
        const bool grown = panel.edition != 0;
        panel.edition = model.plots.edition();
        const model::Chart& last = model.plots.charts().back();
        if (grown && model.plots.line(last.lines.back()).added) panel.first = most;
    }
    wheel_scroll(legend, 1, most, &panel.first);
}

} // namespace

void draw_plots(Frame& f, const Model& model, Selection& selection, TimeView& view,
                PlotsPanel& panel, LogPanel& log, model::Actions& actions) {
    f.region = "plots";
    if (f.place.h < f.px(40) || f.place.w < f.px(200)) return;
    const std::vector<Block> blocks = blocks_of(f, model, panel.distribution);
    if (blocks.empty()) {
        empty_state(f, f.place, "No numbers yet",
                    "latency_trace and system_metrics are drawn as they come. Plot in the tree "
                    "adds others.");
        return;
    }
    const std::int64_t cursor_ns =
        model.log.contains(selection.cursor) ? model.log.mono_ns(selection.cursor) : kNever;
    const Drawing d{model, selection, view, panel, cursor_ns};

    //--- places
    Rect rest = f.place;
    const LegendColumns columns = columns_for(f, rest.w);
    Rect legend = rest.cut_right(columns.width(f));
    fill(f, {legend.x, legend.y, f.hairline(), legend.h}, Role::line);
    legend.cut_left(f.px(4));
    const Rect whole = rest;
    if (!panel.distribution) rest.cut_bottom(f.px(18));
    settle_first(model, legend, last_first(f, blocks, rest), panel);
    const std::vector<Block> shown = laid_out(f, blocks, rest, panel.first);
    if (shown.size() < blocks.size()) {
        scroll_bar(f, legend.cut_right(f.px(14)), "Charts", &panel.bar, &panel.first, shown.size(),
                   blocks.size());
    }
    Rect charts = rest;
    charts.cut_left(f.px(86));
    charts.cut_right(f.px(8));

    //--- charts
    TimeScale x{charts, view.window};
    if (!panel.distribution) {
        const Rect words{charts.x, rest.bottom(), charts.w, whole.bottom() - rest.bottom()};
        draw_time_ticks(f, x, model.log.start_mono_ns(), charts, words);
    }
    const bool rates = std::any_of(shown.begin(), shown.end(),
                                   [](const Block& block) { return block.is != Block::Is::lines; });
    if (rates) update_rates(f, model, x, panel);
    panel.unfinished.clear();
    bool menu = false;
    for (const Block& block : shown) {
        Rect beside{legend.x, block.place.y, legend.w, block.place.h};
        if (&block == &shown.front() && !panel.distribution) {
            draw_legend_head(f, beside.cut_top(f.px(20)), columns, !selection.live());
        }
        x.area = {charts.x, block.place.y, charts.w, block.place.h};
        draw_block(f, block, beside, columns, x, d, log);
        menu |= ImGui::IsMouseClicked(ImGuiMouseButton_Right) && ImGui::IsWindowHovered() &&
                x.area.contains(ImGui::GetIO().MousePos);
    }
    work_on_figures(f, model, panel);
    if (!panel.distribution) draw_across(f, charts, x, d);
    draw_menu(f, menu, d, log, actions);
}

namespace {

const char* style_word(LineStyle style) {
    switch (style) {
    case LineStyle::lines: return "Lines";
    case LineStyle::steps: return "Steps";
    case LineStyle::points: break;
    }
    return "Points";
}

} // namespace

void draw_plot_controls(Frame& f, Rect row, TimeView& view, PlotsPanel& panel) {
    f.region = "plots";
    row.cut_right(f.px(8));
    row = row.middle(f.px(22));
    const std::string words = window_words(view);
    const char* scale = panel.logarithmic ? "Log" : "Linear";
    const char* style = style_word(panel.style);
    const float window_width = std::max(f.px(84), button_width(f, words));
    const float scale_width = std::max(button_width(f, "Linear"), button_width(f, "Log"));
    const float style_width = button_width(f, "Points");
    if (row.w < window_width + scale_width + f.px(44)) return;
    const Rect hold = row.cut_right(f.px(26));
    row.cut_right(f.px(6));
    if (row.w >= window_width + scale_width + style_width + f.px(18)) {
        if (button(f, row.cut_right(style_width), style)) f.ask(Command::line_style);
        row.cut_right(f.px(6));
    }
    const Rect kind = row.cut_right(scale_width);
    row.cut_right(f.px(6));
    const Rect window = row.cut_right(window_width);
    std::string items[std::size(kWindows)];
    for (std::size_t i = 0; i < std::size(kWindows); ++i) items[i] = kWindows[i].words;
    const bool open = button(f, window, words) || panel.open_windows;
    panel.open_windows = false;
    const int picked =
        list_under(f, window, "Window", words, items, static_cast<int>(std::size(kWindows)), open);
    if (picked >= 0) choose_window(view, kWindows[picked]);
    if (button(f, kind, scale)) f.ask(Command::log_scale);
    if (icon_button(f, hold, view.held ? Icon::play : Icon::pause,
                    view.held ? "Let the plots follow (K)" : "Hold the plots (K)", Look::bare))
        f.ask(Command::hold_plots);
}

} // namespace ui
