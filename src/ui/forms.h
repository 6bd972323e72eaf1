// The small forms that lie over the window: options of a connection, closing with a code, a
// Ping or Pong, a name, the settings. Each holds what is typed until it is sent off; drawn by
// draw_overlays. UI thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/actions.h"
#include "model/link_form.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/widgets.h"

namespace ui {

struct Panels;

/// Texts here are those of fields (field_text.h).
struct OptionsForm {
    std::uint32_t link = 0; ///< 0: of a connection that is yet to be made
    std::string title;
    model::LinkForm form;
    wire::LinkOptions base;        ///< what the form has no field for
    std::size_t first_header = 0;  ///< first row on screen
    int focus_header = -1;         ///< the row that was just added
    std::size_t first_message = 0; ///< the same of the messages after opening
    int focus_message = -1;
};

struct CloseForm {
    std::uint32_t link = 0;
    std::string code = "1000", reason;
};

/// A Ping or Pong by hand.
struct ControlForm {
    std::uint32_t link = 0;
    bool pong = false, hex = false;
    std::string payload;
};

struct RenameForm {
    std::uint32_t link = 0;
    std::string name, usual;
};

struct SettingsForm {
    std::string budget; ///< as it is typed
    bool budget_edited = false;
};

/// Opening a capture, saving the log, exporting the rows shown.
struct FileForm {
    enum class Is : std::uint8_t { open, save, export_shown };
    Is is = Is::open;
    std::string path;
    std::string looked_at;          ///< the text that was asked about
    bool redact = true;             ///< of an export; unticked for all of the log
    std::uint64_t completed = 0;    ///< of Files::look, the newest completion that was taken
    std::vector<std::string> names; ///< that the path may go on with; empty: none were asked for
    std::size_t first = 0;          ///< first line on the list
    int chosen = -1;                ///< the line that Enter takes; -1: Enter is for the field
    BarState bar;
    bool put = false;        ///< `path` was replaced: the field takes it over
    bool take_focus = false; ///< the caret goes there again
    bool entered = false;    ///< Enter came before it was known what is at the path
};

/// A message of a replay, before it is sent.
struct ReplayEditForm {
    std::size_t send = 0;
    std::string text, title;
    bool binary = false;
};

/// Each draws into `place` and gives true when it is done and goes away.
bool draw_options_form(Frame& f, Rect place, const model::Model& model, OptionsForm& form,
                       bool just_opened, model::Actions& actions);
bool draw_close_form(Frame& f, Rect place, const model::Model& model, CloseForm& form,
                     bool just_opened, model::Actions& actions);
bool draw_control_form(Frame& f, Rect place, const model::Model& model, ControlForm& form,
                       bool just_opened, model::Actions& actions);
bool draw_rename_form(Frame& f, Rect place, RenameForm& form, bool just_opened,
                      model::Actions& actions);
bool draw_settings_form(Frame& f, Rect place, const model::Model& model, Panels& panels,
                        SettingsForm& form, model::Actions& actions);

bool draw_file_form(Frame& f, Rect place, const model::Model& model, FileForm& form,
                    bool just_opened, model::Actions& actions);
bool draw_replay_edit(Frame& f, Rect place, const model::Model& model, ReplayEditForm& form,
                      bool just_opened, model::Actions& actions);

} // namespace ui
