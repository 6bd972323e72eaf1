// Drawing one chart: scales, ticks, a line of a series, bars, rings. Work a frame goes with the
// pixels, not with the points. Draws into the frame's list and keeps nothing. UI thread, inside a
// frame.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/plots.h"
#include "model/time_columns.h"
#include "ui/text.h"

namespace ui {

/// A stretch of time, monotonic.
struct TimeSpan {
    std::int64_t from_ns = 0, to_ns = 1;

    std::int64_t length() const { return to_ns - from_ns; }
    bool contains(std::int64_t t) const { return t >= from_ns && t <= to_ns; }
    friend bool operator==(const TimeSpan&, const TimeSpan&) = default;
};

/// Time from left to right over `area`.
struct TimeScale {
    Rect area;
    TimeSpan span;

    float x_of(std::int64_t mono_ns) const {
        const double part = static_cast<double>(mono_ns - span.from_ns) /
                            static_cast<double>(std::max<std::int64_t>(1, span.length()));
        return area.x + static_cast<float>(part * static_cast<double>(area.w));
    }
    std::int64_t at(float x) const {
        const double part = static_cast<double>(x - area.x) / std::max(1.0f, area.w);
        return span.from_ns + static_cast<std::int64_t>(part * static_cast<double>(span.length()));
    }
};

/// `span` made shorter (factor under 1) or longer around `around`; between 10 µs and a year.
TimeSpan zoomed(const TimeSpan& span, double factor, std::int64_t around);

struct TimeTick {
    std::int64_t mono_ns = 0;
    std::string words; ///< since the start: "6 s", "1.25 s", "12:30", "1:02:30"
};
/// Round times at least `least_px` apart.
std::vector<TimeTick> time_ticks(const TimeScale& x, std::int64_t start_ns, float least_px);
/// Faint lines down `lines`, and their times in `words`.
void draw_time_ticks(Frame& f, const TimeScale& x, std::int64_t start_ns, const Rect& lines,
                     const Rect& words);

/// Values from the bottom of `area` to its top, between two round ones.
struct ValueScale {
    Rect area;
    double low = 0, high = 1;
    bool logarithmic = false;
    double log_low = 0, log_parts = 1; ///< logarithmic: of `low`, and parts of the height for 1
    struct Tick {
        double value = 0;
        std::string words;
    };
    std::vector<Tick> ticks; ///< at most four

    /// Rounded to whole pixels where it stands for a line; values off the scale stay at its edges.
    float y_of(double value) const;
};
/// What a scale must show: `from_zero` for amounts, whose height means something.
struct ScaleWish {
    model::Unit unit = model::Unit::none;
    const char* sign = ""; ///< behind labels of numbers without a unit
    bool from_zero = false;
    bool logarithmic = false;
};
ValueScale value_scale(const Frame& f, const Rect& area, model::Extent extent,
                       const ScaleWish& wish);
/// Lines across the area and their words in `gutter` at its left.
void draw_value_ticks(Frame& f, const ValueScale& y, const Rect& gutter);

/// Columns side by side from left to right; neighbours that look the same become one rectangle.
class ColumnPen {
public:
    explicit ColumnPen(ImDrawList* list) : list_(list) {}
    ~ColumnPen() { flush(); }
    ColumnPen(const ColumnPen&) = delete;
    ColumnPen& operator=(const ColumnPen&) = delete;

    void add(float left, float right, float top, float bottom, ImU32 color) {
        if (left == right_ && top == top_ && bottom == bottom_ && color == color_) {
            right_ = right;
            return;
        }
        flush();
        left_ = left;
        right_ = right;
        top_ = top;
        bottom_ = bottom;
        color_ = color;
    }
    void flush() {
        if (right_ > left_) list_->AddRectFilled({left_, top_}, {right_, bottom_}, color_);
        right_ = left_;
    }

private:
    ImDrawList* list_;
    float left_ = 0, right_ = 0, top_ = 0, bottom_ = 0;
    ImU32 color_ = 0;
};

/// The shapes of up to four lines in one chart: colour never speaks alone.
enum class Mark : std::uint8_t { disc, square, triangle, diamond };
void draw_mark(Frame& f, Mark mark, ImVec2 middle, float radius, Role role);

/// How points are joined: straight, by what holds until the next one, or not at all.
enum class LineStyle : std::uint8_t { lines, steps, points };

struct LineLook {
    Role role = Role::text;
    Mark mark = Mark::disc;
    LineStyle style = LineStyle::lines;
};
/// What of a series lies in a stretch of time. Kept from frame to frame: only what is new, or newly
/// in sight, is looked up.
struct SeriesView {
    TimeSpan span;
    model::Series::At first = 0, end = 0; ///< what the series had when it was looked at
    model::Series::At from = 0, to = 0;   ///< its points in the span
    model::Extent extent;                 ///< of these
    model::SeriesColumns columns;         ///< while there are more points than pixels

    std::uint64_t size() const { return to - from; }
};
void look_at(const model::Series& series, const TimeSpan& span, SeriesView& view);

/// The points of a series that are in view, joined as its style says where nothing is missing;
/// those after `later_ns` (the cursor) paler. `view` has been brought up to the scale's span.
void draw_series(Frame& f, const TimeScale& x, const ValueScale& y, const model::Series& series,
                 SeriesView& view, const LineLook& look, std::int64_t later_ns);
/// A ring around each impossible value; gives the place of the last one in view, if there is one.
bool draw_rings(Frame& f, const TimeScale& x, const ValueScale& y, const model::Series& series,
                const SeriesView& view, ImVec2* place, double* value);

/// How much of the cursor's future is seen.
constexpr float kLater = 0.35f;

} // namespace ui
