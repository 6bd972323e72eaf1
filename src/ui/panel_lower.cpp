// The lower right: one tab is open of what is to be sent and of what is known at a moment.
#include "ui/panels.h"

namespace ui {

using model::Model;

void draw_lower(Frame& f, const Model& model, model::Selection& selection, Panels& panels,
                model::Actions& actions) {
    fill(f, f.place, Role::panel);
    Rect rest = f.place;
    const TabName kTabs[] = {{"Compose"}, {"State"}, {"Watches"}, {"Alarms"}, {"Replay"}};
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
    case LowerTab::state:
        empty_state(f, rest, "No state yet", "The last event of every type stands here.");
        break;
    case LowerTab::watches:
        empty_state(f, rest, "No watches", "Choose Watch on any field of the tree.");
        break;
    case LowerTab::alarms:
        empty_state(f, rest, "No alarms", "What goes wrong with a connection is under Notices.");
        break;
    case LowerTab::replay:
        empty_state(f, rest, "Nothing to replay", "Open a capture to replay it.");
        break;
    case LowerTab::count: break;
    }
}

} // namespace ui
