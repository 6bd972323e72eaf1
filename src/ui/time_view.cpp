#include "ui/time_view.h"

#include <algorithm>
#include <cstdio>

#include "ui/panel_log.h"

namespace ui {
namespace {

/// A window that is not at the newest event any more, moved so that the cursor is in it.
void keep_in_view(TimeSpan* window, std::int64_t cursor_ns) {
    if (window->contains(cursor_ns)) return;
    const std::int64_t length = window->length();
    window->from_ns = cursor_ns - length * 2 / 3;
    window->to_ns = window->from_ns + length;
}

/// The window's end while it follows. In silence it goes on in whole seconds, so that one sees time
/// pass at a redraw a second, until what came last has left it.
std::int64_t live_edge(Frame& f, const model::Model& model, std::int64_t length_ns) {
    const std::int64_t newest = newest_ns(model);
    const std::int64_t silence = model.now.mono_ns - newest;
    if (model.log.size() == 0 || silence < 0 || silence > length_ns) return newest;
    const std::int64_t whole = silence / base::kSecond * base::kSecond;
    f.wake_next_second();
    return newest + whole;
}

} // namespace

std::int64_t newest_ns(const model::Model& model) {
    return model.log.size() == 0 ? model.now.mono_ns : model.log.mono_ns(model.log.end() - 1);
}

std::int64_t wall_ns_at(const model::Model& model, std::int64_t mono_ns) {
    const model::Log& log = model.log;
    if (log.size() == 0) return model.now.wall_ns - (model.now.mono_ns - mono_ns);
    const model::EventId near = std::min(log.first_at(mono_ns), log.end() - 1);
    return log.wall_ns(near) + mono_ns - log.mono_ns(near);
}

std::string since_start_words(const model::Model& model, std::int64_t mono_ns, int decimals) {
    const std::int64_t ns = mono_ns - model.log.start_mono_ns();
    char words[40];
    if (ns < 1000 * base::kSecond) {
        std::snprintf(words, sizeof words, "%.*f s", decimals,
                      static_cast<double>(ns) / base::kSecond);
        return words;
    }
    std::int64_t unit = base::kSecond;
    for (int i = 0; i < decimals; ++i) unit /= 10;
    const long long s = ns / base::kSecond;
    std::snprintf(words, sizeof words, "%lld:%02lld:%02lld.%0*lld", s / 3600, s / 60 % 60, s % 60,
                  decimals, static_cast<long long>(ns % base::kSecond / unit));
    return words;
}

void settle(Frame& f, const model::Model& model, const model::Selection& selection,
            TimeView& view) {
    const std::int64_t newest = newest_ns(model);
    const std::int64_t start = model.log.size() == 0 ? newest : model.log.start_mono_ns();
    const std::int64_t at_least = start + base::kSecond / 10; // an event alone has a place too
    if (view.whole) {
        view.window = {start, std::max(newest, at_least)};
    } else if (view.follows() && (selection.live() || view.window.length() <= 1)) {
        const std::int64_t edge = live_edge(f, model, view.length_ns);
        const std::int64_t from = std::max(start, edge - view.length_ns);
        view.window = {from, from + view.length_ns};
    }
    if (!selection.live() && model.log.contains(selection.cursor)) {
        keep_in_view(&view.window, model.log.mono_ns(selection.cursor));
    }
    if (!view.zoomed) view.session = {start, std::max(newest, at_least)};
}

void hold_window(TimeView& view, const TimeSpan& window) {
    view.window = window;
    view.length_ns = window.length();
    view.whole = false;
    view.held = true;
}

void zoom_window(TimeView& view, double factor, std::int64_t around) {
    if (view.follows()) {
        view.window = zoomed(view.window, factor, view.window.to_ns);
        view.length_ns = view.window.length();
    } else {
        hold_window(view, zoomed(view.window, factor, around));
    }
}

void toggle_hold(TimeView& view) {
    if (view.held) {
        view.held = false;
    } else {
        hold_window(view, view.window);
    }
}

void filter_to(const model::Model& model, const TimeSpan& span, model::Actions& actions) {
    const auto seconds = [&](std::int64_t mono_ns) {
        return static_cast<double>(mono_ns - model.log.start_mono_ns()) / base::kSecond;
    };
    char range[96];
    std::snprintf(range, sizeof range, "t >= %.6f and t <= %.6f",
                  std::max(0.0, seconds(span.from_ns)), std::max(0.0, seconds(span.to_ns)));
    const model::ListFilter& now = model.index.filter();
    const std::string& text = now.filter.text();
    const auto wanted =
        with_text(now, text.empty() ? range : "(" + text + ") and " + std::string(range));
    if (wanted) actions.push_back(model::SetFilter{*wanted});
}

std::string window_words(const TimeView& view) {
    if (view.whole) return "Whole session";
    if (view.follows()) {
        for (const WindowChoice& choice : kWindows)
            if (choice.length_ns == view.length_ns) return choice.words;
    }
    const double seconds = static_cast<double>(view.window.length()) / base::kSecond;
    const std::string length = model::value_text(seconds, model::Unit::seconds);
    return view.follows() ? "Last " + length : length;
}

void choose_window(TimeView& view, const WindowChoice& choice) {
    view.held = false;
    view.whole = choice.length_ns == 0;
    if (!view.whole) view.length_ns = choice.length_ns;
}

} // namespace ui
