// The time region: transport and timeline, and below them one tab of what is drawn against time and
// of the lists about the connections.
#include <algorithm>

#include "ui/panels.h"

namespace ui {

using model::Model;

bool perform_time(Command command, const Model& model, model::Selection& selection,
                  Panels& panels) {
    TimePanel& panel = panels.time;
    TimeView& view = panel.view;
    if (perform_transport(command, model, selection, panel.transport, panels.log)) return true;
    const bool paused = model.log.contains(selection.cursor);
    const std::int64_t around = paused ? model.log.mono_ns(selection.cursor)
                                       : view.window.from_ns + view.window.length() / 2;
    switch (command) {
    case Command::zoom_in: zoom_window(view, 0.5, around); break;
    case Command::zoom_out: zoom_window(view, 2, around); break;
    case Command::zoom_fit:
        choose_window(view, {"", 0});
        view.zoomed = false;
        break;
    case Command::log_scale: panel.plots.logarithmic = !panel.plots.logarithmic; break;
    case Command::line_style:
        panel.plots.style = static_cast<LineStyle>((static_cast<int>(panel.plots.style) + 1) % 3);
        break;
    case Command::distribution: panel.plots.distribution = !panel.plots.distribution; break;
    case Command::hold_plots: toggle_hold(view); break;
    default: return false;
    }
    return true;
}

void draw_time(Frame& f, const Model& model, model::Selection& selection, Panels& panels,
               model::Actions& actions) {
    fill(f, f.place, Role::panel);
    Rect rest = f.place;
    TimePanel& panel = panels.time;
    draw_transport(f, rest.cut_top(f.px(30)), model, selection, panel.transport, panels.log);
    const Rect strip = rest.cut_top(std::min(timeline_height(f, model), rest.h - f.px(30)));
    draw_timeline(f, strip, model, selection, panel.view, panel.timeline, panels.log, actions);
    f.region = "time";
    const TabName kTabs[] = {
        {"Plots"},    {"Turn"}, {"Check"}, {"Attempts"}, {"Notices", model.notices.open_count()},
        {"Developer"}};
    static_assert(std::size(kTabs) == static_cast<std::size_t>(TimeTab::count));
    TimeTab& tab = panel.tab;
    const Rect names = rest.cut_top(f.px(30));
    line_above(f, names);
    tab = static_cast<TimeTab>(
        tabs(f, names, kTabs, static_cast<int>(TimeTab::count), static_cast<int>(tab)));
    f.place = rest;
    if (tab == TimeTab::plots) {
        const Rect behind = behind_tabs(f, names, kTabs, static_cast<int>(TimeTab::count));
        draw_plot_controls(f, behind, panel.view, panel.plots);
        draw_plots(f, model, selection, panel.view, panel.plots, panels.log, actions);
        return;
    }
    switch (tab) {
    case TimeTab::plots: break;
    case TimeTab::turn: draw_turn(f, model, selection, panels.turn, panels.log); break;
    case TimeTab::check: draw_check(f, model, panels.check, actions); break;
    case TimeTab::attempts: draw_attempts(f, model, selection, panels.attempts, panels.log); break;
    case TimeTab::notices:
        draw_notices(f, model, selection, panels.notices, panels.log, actions);
        break;
    case TimeTab::developer: draw_developer(f, model, panels.developer); break;
    case TimeTab::count: break;
    }
}

} // namespace ui
