// Every panel of the window: its own state and its draw function. A panel draws its content only,
// inside the place that the root gives it; it reads the Model, writes its own state and the shared
// selection, and appends Actions. It never touches a socket, a file or a clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/text_lines.h"
#include "ui/widgets.h"
#include "wire/json_text.h"

namespace ui {

//--- menu bar
struct MenuPanel {
    bool right_shown = true, sidebar_shown = true, full_screen = false; ///< told by the root
};
void draw_menu(Frame& f, const model::Model& model, model::Selection& selection, MenuPanel& panel,
               model::Actions& actions);

//--- connection bar
struct ConnectionPanel {
    std::string address = "ws://localhost:8765";
    std::uint32_t shown_link = 0;     ///< whose address stands in the field
    bool edited = false;              ///< the field was changed by hand since
    bool focus_address = false;       ///< the caret goes there in this frame
    std::vector<std::string> history; ///< addresses dialled, newest first
};
void draw_connection(Frame& f, const model::Model& model, model::Selection& selection,
                     ConnectionPanel& panel, model::Actions& actions);
/// What the main button does now, for its key and its menu entry too.
void perform_main_button(const model::Model& model, ConnectionPanel& panel,
                         model::Actions& actions);
const char* main_button_name(const model::Model& model);

//--- sidebar
struct SidebarPanel {
    float scroll = 0;                 ///< of the list of types, in rows
    std::vector<model::TypeId> order; ///< the types listed
    std::size_t seen = 0;             ///< types in the log; more than are listed when too many
    model::EventId made_end = 0;      ///< what the log had when `order` was made
    std::uint64_t made_texts = 0;
    BarState bar;
};
void draw_sidebar(Frame& f, const model::Model& model, model::Selection& selection,
                  SidebarPanel& panel, model::Actions& actions);

//--- log
enum class TimeColumn : std::uint8_t { clock, since_start, since_previous };
struct LogPanel {
    std::string filter_text;
    std::string filter_sent; ///< the text of the last SetFilter
    bool focus_filter = false;
    TimeColumn time = TimeColumn::clock;

    bool follow = true;     ///< the newest row is at the bottom
    model::EventId top = 0; ///< not following: the row at the top (ids survive a rebuild)
    bool paused = false;
    model::EventId paused_at = 0; ///< the cursor in time: the newest event when it was paused
    bool show_selected = false;   ///< scroll until the selected row is on screen
    std::uint64_t rows_shown = 1; ///< whole rows on screen, as last drawn
    BarState bar;
};
void draw_log(Frame& f, const model::Model& model, model::Selection& selection, LogPanel& panel,
              model::Actions& actions);
/// Keys and buttons that act on the log.
void perform_log(Command command, const model::Model& model, model::Selection& selection,
                 LogPanel& panel, model::Actions& actions);
/// The filter in force with the text replaced; nothing when the text is no filter.
std::optional<model::ListFilter> with_text(const model::ListFilter& filter,
                                           const std::string& text);

//--- notice strip: without a state of its own; "Show event" scrolls the log
void draw_notice(Frame& f, const model::Model& model, model::Selection& selection, LogPanel& log,
                 model::Actions& actions);

//--- inspector
struct InspectorPanel {
    int tab = 0;
    bool show_secrets = false;   ///< headers that carry one, of the event that is selected now
    model::EventId made_for = 0; ///< what `lines` were made of
    int made_tab = -1;
    bool made_secrets = false;
    float made_width = 0;
    TextLines lines;
    std::uint64_t first_line = 0;
    BarState bar;
};
void draw_inspector(Frame& f, const model::Model& model, model::Selection& selection,
                    InspectorPanel& panel, model::Actions& actions);

//--- composer
struct ComposerPanel {
    std::string text;
    std::string template_name;
    std::map<std::string, std::string> drafts; ///< by template: what was typed is never lost
    bool envelope = true;
    bool focus_editor = false;
    bool open_templates = false;
    bool editor_has_focus = false;
    bool replaced = false; ///< the text was replaced by something else than typing
    int caret = 0;         ///< byte offset, as last drawn
    int caret_line = -1;   ///< the line that was last scrolled to
    std::string checked;   ///< the text that `fault` is about
    bool checked_once = false;
    bool object = false; ///< it is a JSON object
    std::optional<wire::JsonFault> fault;
};
void draw_composer(Frame& f, const model::Model& model, model::Selection& selection,
                   ComposerPanel& panel, model::Actions& actions);
void send_composed(const model::Model& model, ComposerPanel& panel, model::Actions& actions);
void format_composed(ComposerPanel& panel);
/// Whether Send works now, and what is to be said about it either way.
model::SendCheck check_composed(const model::Model& model, ComposerPanel& panel);

//--- status bar
void draw_status(Frame& f, const model::Model& model);

/// All panels' states.
struct Panels {
    MenuPanel menu;
    ConnectionPanel connection;
    SidebarPanel sidebar;
    LogPanel log;
    InspectorPanel inspector;
    ComposerPanel composer;
};

} // namespace ui
