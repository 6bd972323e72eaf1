// The log's scroll bar: density as strokes, ticks for hits, errors, bookmarks and the cursor. What
// stands in it is found by looking at a few hundred places of the list, however long that is, and
// only a few times a second while it changes.
#include <algorithm>
#include <cmath>

#include "base/clock.h"
#include "ui/log_parts.h"

namespace ui {

using model::EventId;
using model::Model;

namespace {

constexpr std::int64_t kRemakeNs = 250 * base::kMillisecond;
constexpr std::size_t kOneByOne = 500; ///< as many ids are looked up singly

/// The rows of the list that one line of the bar stands for.
struct Slice {
    std::uint64_t begin = 0, end = 0;
};

Slice slice_of(std::uint64_t rows, std::size_t line, std::size_t lines) {
    // In two parts, so that it stays exact: rows × line may pass 64 bits only beyond 10^16 rows.
    const std::uint64_t begin = rows * line / lines;
    const std::uint64_t end = rows * (line + 1) / lines;
    return {begin, end};
}

std::size_t line_of(std::uint64_t rows, std::uint64_t row, std::size_t lines) {
    return std::min(lines - 1, static_cast<std::size_t>(row * lines / rows));
}

/// 0 to 1 by the logarithm of rows a second: from 1 to a million.
float density_of(const Model& model, const Slice& slice) {
    const std::uint64_t last = model.index.size() - 1;
    const std::int64_t begin = model.log.mono_ns(model.index.at(slice.begin));
    const std::int64_t end = model.log.mono_ns(model.index.at(std::min(slice.end, last)));
    const double seconds = static_cast<double>(std::max(end - begin, base::kMicrosecond)) / 1e9;
    const double rate = static_cast<double>(slice.end - slice.begin) / seconds;
    return static_cast<float>(std::clamp(std::log10(rate + 1) / 6, 0.0, 1.0));
}

void mark(BarMarks& marks, const Model& model, EventId id, BarMarks::Mark what) {
    const std::uint64_t rows = model.index.size();
    const std::uint64_t at = model.index.position_of(id);
    if (at >= rows || model.index.at(at) != id) return; // the filter hides it
    marks.lines[line_of(rows, at, marks.lines.size())].marks |= what;
}

void mark_errors(BarMarks& marks, const Model& model) {
    const std::deque<EventId>& errors = model.tally.errors();
    if (errors.size() <= kOneByOne) {
        for (const EventId id : errors) mark(marks, model, id, BarMarks::error);
        return;
    }
    // Many: one of each line is enough to show it.
    for (std::size_t line = 0; line < marks.lines.size(); ++line) {
        const Slice slice = slice_of(model.index.size(), line, marks.lines.size());
        if (slice.begin == slice.end) continue;
        auto at = std::lower_bound(errors.begin(), errors.end(), model.index.at(slice.begin));
        const EventId last = model.index.at(slice.end - 1);
        for (int tries = 0; tries < 4 && at != errors.end() && *at <= last; ++tries, ++at)
            mark(marks, model, *at, BarMarks::error);
    }
}

void mark_hits(BarMarks& marks, const Model& model) {
    if (model.find.size() == 0) return;
    for (std::size_t line = 0; line < marks.lines.size(); ++line) {
        const Slice slice = slice_of(model.index.size(), line, marks.lines.size());
        if (slice.begin == slice.end) continue;
        const std::uint64_t from = model.find.position_of(model.index.at(slice.begin));
        const std::uint64_t to = model.find.position_of(model.index.at(slice.end - 1) + 1);
        if (from < to) marks.lines[line].marks |= BarMarks::hit;
    }
}

void make_marks(BarMarks& marks, const Model& model, std::size_t lines) {
    marks.lines.assign(lines, {});
    const std::uint64_t rows = model.index.size();
    if (rows == 0 || lines == 0) return;
    for (std::size_t line = 0; line < lines; ++line) {
        const Slice slice = slice_of(rows, line, lines);
        if (slice.begin < slice.end) marks.lines[line].density = density_of(model, slice);
    }
    mark_hits(marks, model);
    mark_errors(marks, model);
    for (const model::Bookmark& bookmark : model.bookmarks.list)
        mark(marks, model, bookmark.event, BarMarks::bookmark);
}

/// Makes them anew when something has changed, but not in every frame while events pour in.
void keep_marks(Frame& f, BarMarks& marks, const Model& model, bool with_hits, std::size_t lines) {
    std::uint64_t notes = model.bookmarks.trimmed;
    for (const model::Bookmark& bookmark : model.bookmarks.list) notes += bookmark.event * 2 + 1;
    const std::uint64_t of[6] = {model.log.end(),
                                 model.index.size(),
                                 with_hits ? model.find.size() + 1 : 0,
                                 model.log.first(),
                                 notes,
                                 lines};
    if (std::equal(std::begin(of), std::end(of), std::begin(marks.made_of))) return;
    const bool small = model.index.size() < 5000;
    const std::int64_t next = marks.made_mono_ns + kRemakeNs;
    if (!small && lines == marks.lines.size() && f.now_mono_ns < next) {
        f.wake_at(next);
        return;
    }
    std::copy(std::begin(of), std::end(of), std::begin(marks.made_of));
    marks.made_mono_ns = f.now_mono_ns;
    make_marks(marks, model, lines);
}

void draw_marks(Frame& f, const Rect& bar, const BarMarks& marks, bool with_hits) {
    const float height = bar.h / static_cast<float>(marks.lines.size());
    for (std::size_t i = 0; i < marks.lines.size(); ++i) {
        const BarMarks::Line& line = marks.lines[i];
        const float y = std::round(bar.y + height * static_cast<float>(i));
        if (line.density > 0)
            fill(f,
                 {bar.x + f.px(2), y, std::round((bar.w - f.px(4)) * line.density), f.hairline()},
                 Role::line2);
    }
    for (std::size_t i = 0; i < marks.lines.size(); ++i) {
        const std::uint8_t what = marks.lines[i].marks;
        const float y = std::round(bar.y + height * static_cast<float>(i));
        const Rect tick{bar.x, y, bar.w, f.px(2)};
        if (with_hits && (what & BarMarks::hit) != 0)
            fill(f, {bar.x + f.px(7), y, bar.w - f.px(7), f.px(2)}, Role::warn);
        if ((what & BarMarks::error) != 0) fill(f, {bar.x, y, f.px(7), f.px(2)}, Role::err);
        if ((what & BarMarks::bookmark) != 0) fill(f, tick, Role::accent);
    }
}

void draw_cursor_tick(Frame& f, const Rect& bar, const Model& model, EventId cursor) {
    const std::uint64_t rows = model.index.size();
    if (cursor == 0 || rows == 0) return;
    const double at = static_cast<double>(model.index.position_of(cursor + 1));
    const float y = std::round(bar.y + static_cast<float>(at / static_cast<double>(rows)) * bar.h);
    fill(f, {bar.x, std::min(y, bar.bottom() - f.px(2)), bar.w, f.px(2)}, Role::cursor);
}

} // namespace

void draw_log_bar(Frame& f, const Rect& bar, const Model& model, const model::Selection& selection,
                  LogPanel& panel, std::uint64_t first) {
    const std::uint64_t size = model.index.size();
    if (scroll_bar(f, bar, "Scroll bar", &panel.bar, &first, panel.rows_shown, size))
        scroll_to(model, selection, panel, first);
    const auto lines = static_cast<std::size_t>(bar.h / f.px(2));
    if (size == 0 || lines == 0) return;
    const bool with_hits = panel.find.open;
    keep_marks(f, panel.bar_marks, model, with_hits, lines);
    draw_marks(f, bar, panel.bar_marks, with_hits);
    draw_cursor_tick(f, bar, model, selection.cursor);
}

} // namespace ui
