// Every panel of the window: its own state and its draw function. A panel draws its content only,
// inside the place that the root gives it; it reads the Model, writes its own state and the shared
// selection, and appends Actions. It never touches a socket, a file or a clock. Each has a header
// of its own; the small ones, and those that hold tabs, stand here.
#pragma once

#include "ui/overlays.h"
#include "ui/panel_alarms.h"
#include "ui/panel_check.h"
#include "ui/panel_composer.h"
#include "ui/panel_connection.h"
#include "ui/panel_inspector.h"
#include "ui/panel_links.h"
#include "ui/panel_log.h"
#include "ui/panel_menu.h"
#include "ui/panel_notices.h"
#include "ui/panel_plots.h"
#include "ui/panel_replay.h"
#include "ui/panel_sidebar.h"
#include "ui/panel_state.h"
#include "ui/panel_timeline.h"
#include "ui/panel_turn.h"
#include "ui/transport.h"

namespace ui {

//--- notice strip: without a state of its own; "Show event" scrolls the log
void draw_notice(Frame& f, const model::Model& model, model::Selection& selection, LogPanel& log,
                 model::Actions& actions);

//--- status bar
void draw_status(Frame& f, const model::Model& model, model::Actions& actions);

//--- developer: what this program itself costs
struct DeveloperPanel {
    bool metrics = false; ///< ImGui's own windows
    bool style = false;
    bool stack = false;
};
void draw_developer(Frame& f, const model::Model& model, DeveloperPanel& panel);
/// ImGui's own tools, over everything; outside of all regions.
void draw_imgui_tools(DeveloperPanel& panel);

//--- attempts of the current connection
struct AttemptsPanel {
    std::uint64_t first = 0; ///< the first one on screen
    BarState bar;
};
void draw_attempts(Frame& f, const model::Model& model, model::Selection& selection,
                   AttemptsPanel& panel, LogPanel& log);

//--- the time region: tabs over what is drawn against time, and lists about the connection
enum class TimeTab : std::uint8_t { plots, turn, check, attempts, notices, developer, count };
struct TimePanel {
    TimeTab tab = TimeTab::plots;
    TimeView view;
    Transport transport;
    TimelinePanel timeline;
    PlotsPanel plots;
};

//--- the lower right: what to send, and what is known at a moment
enum class LowerTab : std::uint8_t { compose, state, watches, alarms, replay, count };
struct LowerPanel {
    LowerTab tab = LowerTab::compose;
};

/// The region that the arrow keys go to; F6 goes through them.
enum class Focus : std::uint8_t { sidebar, log, time, inspector, lower, count };

/// All panels' states.
struct Panels {
    Focus focus = Focus::log;
    bool focus_shown = false; ///< it was chosen by key: its region wears a ring
    MenuPanel menu;
    LinksPanel links;
    ConnectionPanel connection;
    SidebarPanel sidebar;
    LogPanel log;
    TimePanel time;
    TurnPanel turn;
    CheckPanel check;
    AttemptsPanel attempts;
    NoticesPanel notices;
    DeveloperPanel developer;
    InspectorPanel inspector;
    LowerPanel lower;
    ComposerPanel composer;
    StatePanel state;
    WatchesPanel watches;
    AlarmsPanel alarms;
    ReplayPanel replay;
    Overlays overlays;
};

/// What keys and buttons ask of transport, timeline and plots. False: the command is another's.
bool perform_time(Command command, const model::Model& model, model::Selection& selection,
                  Panels& panels);
void draw_time(Frame& f, const model::Model& model, model::Selection& selection, Panels& panels,
               model::Actions& actions);
void draw_lower(Frame& f, const model::Model& model, model::Selection& selection, Panels& panels,
                model::Actions& actions);

} // namespace ui
