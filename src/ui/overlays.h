// What lies over the window for a moment: the palette of commands, the list of keys, and the small
// forms that panels open. At most one is open; Esc, a click beside it or choosing something closes
// it, but for forms with much typed into them, which a stray click leaves open. Nothing here is
// modal: the log goes on behind it. UI thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/model.h"
#include "ui/forms.h"
#include "ui/frame.h"
#include "ui/widgets.h"

namespace ui {

enum class Overlay : std::uint8_t {
    none,
    commands,
    keys,
    options,
    close_code,
    control,
    rename,
    settings,
    file,
    replay_edit
};

struct Overlays {
    Overlay open = Overlay::none;
    bool just_opened = false;

    std::string wanted;      ///< palette: what is typed
    int chosen = 0;          ///< palette: the line that Enter runs
    std::uint64_t first = 0; ///< first line on screen
    std::uint64_t shown = 1; ///< lines on screen, as last drawn
    BarState bar;

    OptionsForm options;
    CloseForm close_code;
    ControlForm control;
    RenameForm rename;
    SettingsForm settings;
    FileForm file;
    ReplayEditForm replay_edit;

    void show(Overlay which) {
        *this = {};
        open = which;
        just_opened = true;
    }
};

//--- each opens its form with what is so now
void open_options(Overlays& overlays, const model::Model& model); ///< of the current connection
void open_close_code(Overlays& overlays, std::uint32_t link);
void open_control_frame(Overlays& overlays, std::uint32_t link);
void open_rename(Overlays& overlays, const model::Model& model, std::uint32_t link);
void open_settings(Overlays& overlays, const model::Model& model);
void open_file_form(Overlays& overlays, const model::Model& model, FileForm::Is is);
void open_replay_edit(Overlays& overlays, const model::Model& model, std::size_t send);

/// Called last in a frame, over all regions.
void draw_overlays(Frame& f, const model::Model& model, const model::Selection& selection,
                   Panels& panels, model::Actions& actions);

} // namespace ui
