// Which stretch of the session is looked at: the window that all plots share, and what of the
// session the timeline shows. Panels read and move it; it belongs to the time region. UI thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "model/actions.h"
#include "model/model.h"
#include "ui/plot.h"

namespace ui {

struct TimeView {
    //--- the plots' window
    std::int64_t length_ns = 10 * base::kSecond; ///< while it follows the newest
    bool whole = false;                          ///< all of the session, however it grows
    bool held = false;                           ///< it stays where it is
    TimeSpan window;                             ///< as it is drawn

    //--- the timeline
    bool zoomed = false; ///< false: all of the session
    TimeSpan session;    ///< as it is drawn

    bool follows() const { return !held && !whole; }
};

/// When the newest event came; the clock's now while there is none.
std::int64_t newest_ns(const model::Model& model);

/// The wall clock at a moment of the session.
std::int64_t wall_ns_at(const model::Model& model, std::int64_t mono_ns);
/// "9.831 s", from 1,000 s on "1:09:54.831": since the session's start, with so many decimals.
std::string since_start_words(const model::Model& model, std::int64_t mono_ns, int decimals = 3);

/// Once a frame, before anything is drawn: lets the window follow, and keeps the cursor in it.
void settle(Frame& f, const model::Model& model, const model::Selection& selection, TimeView& view);

/// Moves and zooms of the plots' window; it then stays where it was put.
void hold_window(TimeView& view, const TimeSpan& window);
/// Zoom by key: a window that follows goes on following, another keeps `around` in its place.
void zoom_window(TimeView& view, double factor, std::int64_t around);

/// Holds the window where it is, or lets it follow again.
void toggle_hold(TimeView& view);

/// Only the events of this stretch, beside what the filter asks already.
void filter_to(const model::Model& model, const TimeSpan& span, model::Actions& actions);

/// "Last 10 s", "Whole session", "4.2 s".
std::string window_words(const TimeView& view);

/// A choice of windows, in the order of the list: words, and the length; 0: the whole session.
struct WindowChoice {
    const char* words;
    std::int64_t length_ns;
};
constexpr WindowChoice kWindows[] = {
    {"Last 1 s", base::kSecond},
    {"Last 10 s", 10 * base::kSecond},
    {"Last 30 s", 30 * base::kSecond},
    {"Last 2 min", 120 * base::kSecond},
    {"Last 10 min", 600 * base::kSecond},
    {"Last hour", 3600 * base::kSecond},
    {"Whole session", 0},
};
void choose_window(TimeView& view, const WindowChoice& choice);

} // namespace ui
