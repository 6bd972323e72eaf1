// The lower right: one tab is open of what is to be sent and of what is known at a moment.
#include "ui/panels.h"

namespace ui {

using model::Model;

namespace {

int standing_alarms(const Model& model) {
    int count = 0;
    for (const model::Notice& notice : model.notices.list) count += notice.alarm && notice.open;
    return count;
}

} // namespace

void draw_lower(Frame& f, const Model& model, model::Selection& selection, Panels& panels,
                model::Actions& actions) {
    fill(f, f.place, Role::panel);
    Rect rest = f.place;
    const TabName kTabs[] = {{"Compose"},
                             {"State"},
                             {"Watches"},
                             {"Alarms", standing_alarms(model), Role::err},
                             {"Replay"}};
    static_assert(std::size(kTabs) == static_cast<std::size_t>(LowerTab::count));
    LowerTab& tab = panels.lower.tab;
    tab = static_cast<LowerTab>(tabs(f, rest.cut_top(f.px(30)), kTabs,
                                     static_cast<int>(LowerTab::count), static_cast<int>(tab)));
    f.place = rest;
    switch (tab) {
    case LowerTab::compose:
        f.region = "composer";
        draw_composer(f, model, selection, panels.composer, actions);
        break;
    case LowerTab::state: draw_state(f, model, selection, panels.state, panels.log); break;
    case LowerTab::watches:
        draw_watches(f, model, selection, panels.watches, panels.log, actions);
        break;
    case LowerTab::alarms:
        draw_alarms(f, model, selection, panels.alarms, panels.log, actions);
        break;
    case LowerTab::replay: draw_replay(f, model, selection, panels, actions); break;
    case LowerTab::count: break;
    }
}

} // namespace ui
