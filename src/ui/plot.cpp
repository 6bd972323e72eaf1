// Index of this file: time · values · marks · lines · rings.
#include "ui/plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/clock.h"

namespace ui {
namespace {

constexpr std::int64_t kShortest = 10 * base::kMicrosecond;
constexpr std::int64_t kLongest = 366ll * 86'400 * base::kSecond;

/// 1, 2 or 5 times a power of ten that is at least `value`.
double round_step(double value) {
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double digit : {1.0, 2.0, 5.0}) {
        if (digit * power >= value * 0.999999) return digit * power;
    }
    return 10 * power;
}

//--- time ----------------------------------------------------------------------------------------

std::int64_t time_step(std::int64_t least_ns) {
    constexpr std::int64_t kRound[] = {10,   15,   30,   60,    120,   300,   600,
                                       1800, 3600, 7200, 14400, 43200, 86400, 7 * 86400};
    const double seconds = static_cast<double>(least_ns) / base::kSecond;
    if (seconds <= 5) return std::llround(round_step(seconds) * base::kSecond);
    for (const std::int64_t round : kRound)
        if (static_cast<double>(round) >= seconds) return round * base::kSecond;
    return std::llround(std::ceil(seconds / 86400)) * 86400 * base::kSecond;
}

std::string time_words(std::int64_t since_start_ns, std::int64_t step_ns) {
    char text[40];
    const std::int64_t ns = since_start_ns;
    if (step_ns < 10 * base::kSecond || ns < 60 * base::kSecond) {
        int places = 0;
        for (std::int64_t unit = base::kSecond; places < 9 && step_ns % unit != 0; unit /= 10) {
            ++places;
        }
        std::snprintf(text, sizeof text, "%.*f s", places, static_cast<double>(ns) / base::kSecond);
    } else {
        const long long s = ns / base::kSecond;
        if (s < 3600) {
            std::snprintf(text, sizeof text, "%lld:%02lld", s / 60, s % 60);
        } else {
            std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
        }
    }
    return text;
}

} // namespace

TimeSpan zoomed(const TimeSpan& span, double factor, std::int64_t around) {
    const double length = static_cast<double>(std::max<std::int64_t>(1, span.length()));
    const double wanted =
        std::clamp(length * factor, static_cast<double>(kShortest), static_cast<double>(kLongest));
    const double part = static_cast<double>(around - span.from_ns) / length;
    TimeSpan out;
    out.from_ns = around - static_cast<std::int64_t>(part * wanted);
    out.to_ns = out.from_ns + static_cast<std::int64_t>(wanted);
    return out;
}

std::vector<TimeTick> time_ticks(const TimeScale& x, std::int64_t start_ns, float least_px) {
    std::vector<TimeTick> ticks;
    if (x.area.w < 1 || x.span.length() <= 0) return ticks;
    const double least = static_cast<double>(x.span.length()) * least_px / x.area.w;
    const std::int64_t step =
        std::max<std::int64_t>(1, time_step(std::max<std::int64_t>(1, std::llround(least))));
    const std::int64_t from = x.span.from_ns - start_ns;
    std::int64_t at = std::max<std::int64_t>(0, from) / step * step; // nothing was before the start
    if (at < from) at += step;
    for (; at <= x.span.to_ns - start_ns; at += step) {
        ticks.push_back({start_ns + at, time_words(at, step)});
    }
    return ticks;
}

void draw_time_ticks(Frame& f, const TimeScale& x, std::int64_t start_ns, const Rect& lines,
                     const Rect& words) {
    float taken = words.x - f.px(40);
    for (const TimeTick& tick : time_ticks(x, start_ns, f.px(64))) {
        const float at = std::round(x.x_of(tick.mono_ns));
        fill(f, {at, lines.y, f.hairline(), lines.h}, Role::line);
        const float width = text_width(f, Face::mono_small, tick.words);
        // Half of the first one may stand in the gutter; the last one stays inside.
        const float left = std::min(at - std::round(width / 2), words.right() - width);
        if (left < taken + f.px(6)) continue;
        text(f, {left, words.y, width + 1, words.h}, Face::mono_small, Role::text2, tick.words);
        taken = left + width;
    }
}

//--- values --------------------------------------------------------------------------------------

namespace {

/// A label's number in the unit that suits the whole scale.
std::string axis_words(double value, double step, double most, const ScaleWish& wish) {
    double factor = 1;
    const char* sign = wish.sign;
    if (wish.unit == model::Unit::seconds || wish.unit == model::Unit::milliseconds) {
        const double second = wish.unit == model::Unit::seconds ? 1 : 1e-3;
        most *= second;
        sign = most >= 1 ? "s" : most >= 1e-3 ? "ms" : most >= 1e-6 ? "µs" : "ns";
        factor = second * (most >= 1 ? 1 : most >= 1e-3 ? 1e3 : most >= 1e-6 ? 1e6 : 1e9);
    } else if (wish.unit == model::Unit::megabytes) {
        sign = "MB";
    } else if (wish.unit == model::Unit::percent) {
        sign = "%";
    } else if (most >= (sign[0] == 'B' ? 1e3 : 1e4) && most < 1e16) {
        const double big = most >= 1e9 ? 1e9 : most >= 1e6 ? 1e6 : 1e3;
        char text[48];
        std::snprintf(text, sizeof text, "%.4g%s%s%s", std::fabs(value) / big,
                      sign[0] == '\0' ? "" : " ",
                      big == 1e9   ? "G"
                      : big == 1e6 ? "M"
                                   : "k",
                      sign);
        return value == 0 ? "0" : (value < 0 ? "−" : "") + std::string(text);
    }
    char text[48];
    const double shown = std::fabs(value) * factor;
    const int places =
        std::clamp(static_cast<int>(std::ceil(-std::log10(step * factor) - 1e-9)), 0, 6);
    if (shown >= 1e7) {
        std::snprintf(text, sizeof text, "%.3g", shown);
    } else {
        std::snprintf(text, sizeof text, "%.*f", places, shown);
    }
    std::string words = (value < 0 ? "−" : "") + std::string(text);
    if (sign[0] != '\0') words += std::string(" ") + sign;
    return words;
}

void linear_scale(ValueScale& y, int most, const ScaleWish& wish) {
    double raw = (y.high - y.low) / most;
    if (!(raw > 0)) raw = std::max(std::fabs(y.high), 1e-9) / most;
    double step = round_step(raw);
    double low = 0, high = 0;
    for (int tries = 0; tries < 4; ++tries, step = round_step(step * 1.01)) {
        low = std::floor(y.low / step + 1e-9) * step;
        high = std::ceil(y.high / step - 1e-9) * step;
        if (high <= low) high = low + step;
        if ((high - low) / step < most + 0.5) break;
    }
    y.low = low;
    y.high = high;
    const double largest = std::max(std::fabs(low), std::fabs(high));
    const int count = static_cast<int>(std::llround((high - low) / step));
    for (int i = 0; i <= count; ++i) {
        double value = low + i * step;
        if (std::fabs(value) < step * 1e-6) value = 0;
        y.ticks.push_back({value, axis_words(value, step, largest, wish)});
    }
}

/// Whole powers of ten, at most four of them named. What is not above zero stands at the bottom.
void logarithmic_scale(ValueScale& y, int most, const ScaleWish& wish) {
    const double top = std::max(y.high, 1e-9);
    const int high = static_cast<int>(std::ceil(std::log10(top) - 1e-9));
    const double least = y.low > 0 ? y.low : top / 1e3;
    const int low = std::min(high - 1, static_cast<int>(std::floor(std::log10(least) + 1e-9)));
    y.low = std::pow(10, low);
    y.high = std::pow(10, high);
    y.log_low = std::log(y.low);
    y.log_parts = 1 / (std::log(y.high) - y.log_low);
    const int stride = (high - low + most - 1) / most;
    for (int power = low; power <= high; power += std::max(1, stride)) {
        const double value = std::pow(10, power);
        y.ticks.push_back({value, axis_words(value, value, value, wish)});
    }
}

} // namespace

float ValueScale::y_of(double value) const {
    double part = 0;
    if (logarithmic) {
        part = value <= low ? 0 : (std::log(value) - log_low) * log_parts;
    } else {
        part = (value - low) / (high - low);
    }
    part = std::clamp(part, 0.0, 1.0);
    return area.bottom() - static_cast<float>(part) * area.h;
}

ValueScale value_scale(const Frame& f, const Rect& area, model::Extent extent,
                       const ScaleWish& wish) {
    ValueScale y;
    y.area = area;
    y.logarithmic = wish.logarithmic;
    if (extent.empty()) extent = {0, 1};
    y.low = extent.low;
    y.high = extent.high;
    // Zero belongs to the picture unless all values stand close together far from it.
    const bool near_zero = y.low > 0 && y.low < 0.7 * y.high;
    if (!y.logarithmic && (wish.from_zero || near_zero)) y.low = std::min(0.0, y.low);
    if (!y.logarithmic && y.high < 0) y.high = 0;
    const int most =
        std::clamp(static_cast<int>(area.h / f.px(17)), 1, 3); // stretches between lines
    if (y.logarithmic) {
        logarithmic_scale(y, most, wish);
    } else {
        linear_scale(y, most, wish);
    }
    return y;
}

void draw_value_ticks(Frame& f, const ValueScale& y, const Rect& gutter) {
    for (const ValueScale::Tick& tick : y.ticks) {
        const float at = std::round(y.y_of(tick.value));
        fill(f, {y.area.x, at, y.area.w, f.hairline()}, tick.value == 0 ? Role::line2 : Role::line);
        text(f, {gutter.x, at - f.px(8), gutter.w - f.px(8), f.px(16)}, Face::mono_small,
             Role::text3, tick.words, Align::right);
    }
}

//--- marks ---------------------------------------------------------------------------------------

void draw_mark(Frame& f, Mark mark, ImVec2 middle, float radius, Role role) {
    const ImU32 color = f.color(role);
    const ImVec2 m{std::round(middle.x), std::round(middle.y)};
    const float r = std::round(radius);
    switch (mark) {
    case Mark::disc: f.list->AddCircleFilled(m, r, color, 16); break;
    case Mark::square:
        f.list->AddRectFilled({m.x - r + 0.5f, m.y - r + 0.5f}, {m.x + r - 0.5f, m.y + r - 0.5f},
                              color);
        break;
    case Mark::triangle:
        f.list->AddTriangleFilled({m.x, m.y - r - 1}, {m.x + r + 1, m.y + r},
                                  {m.x - r - 1, m.y + r}, color);
        break;
    case Mark::diamond:
        f.list->AddQuadFilled({m.x, m.y - r - 1}, {m.x + r + 1, m.y}, {m.x, m.y + r + 1},
                              {m.x - r - 1, m.y}, color);
        break;
    }
}

//--- lines ---------------------------------------------------------------------------------------

using model::Series;

void look_at(const Series& series, const TimeSpan& span, SeriesView& view) {
    const bool grown = view.first != series.first() || view.end != series.end();
    if (!grown && view.span == span) return;
    // What has moved on has its beginning behind where it was.
    const bool onwards = span.from_ns >= view.span.from_ns && view.from >= series.first();
    view.from = series.first_at(span.from_ns, onwards ? view.from : series.first());
    const bool ends_later = span.to_ns >= view.span.to_ns && view.to >= view.from;
    view.to = series.first_at(span.to_ns + 1, ends_later ? view.to : view.from);
    view.extent = series.extent(view.from, view.to);
    view.span = span;
    view.first = series.first();
    view.end = series.end();
}

namespace {

struct Pen {
    Frame& f;
    const TimeScale& x;
    const ValueScale& y;
    const Series& series;
    LineLook look;
    std::int64_t later_ns;

    float part(std::int64_t mono_ns) const { return mono_ns > later_ns ? kLater : 1; }
    ImVec2 place(std::int64_t mono_ns, double value) const {
        return {x.x_of(mono_ns), y.y_of(value)};
    }
    ImVec2 place(Series::At at) const {
        const model::Point point = series.at(at);
        return place(point.mono_ns, point.value);
    }

    /// From one point to the next.
    void join(ImVec2 from, ImVec2 to, ImU32 color) const {
        const float thick = 1.5f * f.scale;
        if (look.style == LineStyle::points) return;
        if (look.style == LineStyle::lines) return f.list->AddLine(from, to, color, thick);
        f.list->AddLine(from, {to.x, from.y}, color, thick);
        f.list->AddLine({to.x, from.y}, to, color, thick);
    }

    /// Each point by itself; a mark on each while they are few.
    void points(Series::At from, Series::At to) const {
        ImVec2 before = place(from);
        for (Series::At at = from; at + 1 < to; ++at) {
            const ImVec2 here = place(at + 1);
            if (!series.broken_before(at + 1))
                join(before, here, f.color(look.role, part(series.mono_ns(at + 1))));
            before = here;
        }
        if (to - from >= 200 && look.style == LineStyle::points) return dots(from, to);
        if (to - from >= 200) {
            lone_points(from, to);
            return;
        }
        const float alpha = f.alpha;
        for (Series::At at = from; at < to; ++at) {
            f.alpha = alpha * part(series.mono_ns(at));
            draw_mark(f, look.mark, place(at), f.px(3), look.role);
        }
        f.alpha = alpha;
    }

    void dots(Series::At from, Series::At to) const {
        const float r = f.px(1);
        for (Series::At at = from; at < to; ++at) {
            const ImVec2 here = place(at);
            f.list->AddRectFilled({here.x - r, here.y - r}, {here.x + r, here.y + r},
                                  f.color(look.role, part(series.mono_ns(at))));
        }
    }

    /// What has no neighbour would not be seen without its mark.
    void lone_points(Series::At from, Series::At to) const {
        for (Series::At at = from; at < to; ++at) {
            const bool left = at > from && !series.broken_before(at);
            const bool right = at + 1 < to && !series.broken_before(at + 1);
            if (!left && !right) draw_mark(f, look.mark, place(at), f.px(2), look.role);
        }
    }

    /// A stroke a column of pixels, from its smallest to its largest, joined to the one before.
    void columns(const model::SeriesColumns& columns) const {
        const float least = 1.5f * f.scale;
        const ImU32 now = f.color(look.role), later = f.color(look.role, kLater);
        ColumnPen pen(f.list);
        const model::Stroke* before = nullptr;
        float joint = 0; // where the column before ends
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto& column = columns[i];
            if (column.from == column.to) continue;
            const model::Stroke& stroke = column.value;
            const float left = std::round(x.x_of(columns.begin_ns(i)));
            const float right = std::round(x.x_of(columns.begin_ns(i) + columns.grid().step_ns));
            const ImU32 color = stroke.first_ns > later_ns ? later : now;
            model::Extent extent = stroke.extent;
            const bool joined = stroke.joined && look.style != LineStyle::points;
            if (before && joined && joint == left) {
                extent.add(before->last);
            } else if (joined && column.from > series.first()) {
                join(before ? place(before->last_ns, before->last) : place(column.from - 1),
                     place(stroke.first_ns, stroke.first), color);
            }
            const float top = y.y_of(extent.high), bottom = y.y_of(extent.low);
            const float end = std::max(right, left + f.hairline());
            if (look.style == LineStyle::points && bottom > top + 2 * least) {
                pen.add(left, end, top, top + least, color); // what lies between is not known here
                pen.add(left, end, bottom - least, bottom, color);
            } else {
                pen.add(left, end, top, std::max(top + least, bottom), color);
            }
            before = &stroke;
            joint = right;
        }
    }
};

} // namespace

void draw_series(Frame& f, const TimeScale& x, const ValueScale& y, const Series& series,
                 SeriesView& view, const LineLook& look, std::int64_t later_ns) {
    Series::At from = view.from, to = view.to;
    // One more at each side: a line runs on to the edge.
    if (from > series.first() && !series.broken_before(from)) --from;
    if (to < series.end() && to > from) ++to;
    if (from >= to) return;
    const Pen pen{f, x, y, series, look, later_ns};
    f.list->PushClipRect({x.area.x, y.area.y - f.px(5)},
                         {x.area.right(), y.area.bottom() + f.px(5)}, true);
    const double pixels = static_cast<double>(x.area.w / f.hairline());
    if (static_cast<double>(to - from) <= 1.5 * pixels) {
        pen.points(from, to);
    } else {
        const double least = static_cast<double>(x.span.length()) / std::max(1.0, pixels);
        const model::TimeGrid grid{0, model::steady_step(std::llround(std::ceil(least)))};
        model::update(view.columns, grid, x.span.from_ns, x.span.to_ns, series);
        pen.columns(view.columns);
    }
    f.list->PopClipRect();
}

//--- rings ---------------------------------------------------------------------------------------

bool draw_rings(Frame& f, const TimeScale& x, const ValueScale& y, const Series& series,
                const SeriesView& view, ImVec2* place, double* value) {
    bool any = false;
    for (Series::At at = series.next_impossible(view.from); at < view.to;) {
        const model::Point point = series.at(at);
        const ImVec2 middle{std::round(x.x_of(point.mono_ns)), std::round(y.y_of(point.value))};
        f.list->AddCircle(middle, f.px(7), f.color(Role::warn), 24, 1.5f * f.scale);
        *place = middle;
        *value = point.value;
        any = true;
        // Rings that would lie on one another are one.
        const Series::At apart = series.first_at(x.at(middle.x + f.px(4)), at + 1);
        at = series.next_impossible(std::max(at + 1, apart));
    }
    return any;
}

} // namespace ui
