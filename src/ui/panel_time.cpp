// The time region: one tab is open of what is drawn against time and of the lists about the
// connections.
#include "ui/panels.h"

namespace ui {
namespace {

using model::Model;

/// A tab that has nothing to show yet: what would fill it.
struct EmptyTab {
    const char* what;
    const char* then;
};

constexpr EmptyTab kNoPlots = {"No numbers yet",
                               "latency_trace and system_metrics are drawn as they come."};
constexpr EmptyTab kNoCheck = {"Not run", "It takes about 3 s and opens its own connection."};

void draw_empty_tab(Frame& f, const Rect& place, const EmptyTab& tab) {
    empty_state(f, place, tab.what, tab.then);
}

} // namespace

void draw_time(Frame& f, const Model& model, model::Selection& selection, Panels& panels,
               model::Actions& actions) {
    fill(f, f.place, Role::panel);
    Rect rest = f.place;
    const TabName kTabs[] = {
        {"Plots"},    {"Turn"}, {"Check"}, {"Attempts"}, {"Notices", model.notices.open_count()},
        {"Developer"}};
    static_assert(std::size(kTabs) == static_cast<std::size_t>(TimeTab::count));
    TimeTab& tab = panels.time.tab;
    tab = static_cast<TimeTab>(tabs(f, rest.cut_top(f.px(30)), kTabs,
                                    static_cast<int>(TimeTab::count), static_cast<int>(tab)));
    f.place = rest;
    switch (tab) {
    case TimeTab::plots: draw_empty_tab(f, rest, kNoPlots); break;
    case TimeTab::turn: draw_turn(f, model, selection, panels.turn, panels.log); break;
    case TimeTab::check: draw_empty_tab(f, rest, kNoCheck); break;
    case TimeTab::attempts: draw_attempts(f, model, selection, panels.attempts, panels.log); break;
    case TimeTab::notices:
        draw_notices(f, model, selection, panels.notices, panels.log, actions);
        break;
    case TimeTab::developer: draw_developer(f, model, panels.developer); break;
    case TimeTab::count: break;
    }
}

} // namespace ui
