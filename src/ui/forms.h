// The small forms that lie over the window: options of a connection, closing with a code, a name,
// the settings. Each holds what is typed until it is sent off; drawn by draw_overlays. UI thread.
#pragma once

#include <cstdint>
#include <string>

#include "model/actions.h"
#include "model/link_form.h"
#include "model/model.h"
#include "ui/frame.h"

namespace ui {

struct Panels;

/// Texts here are those of fields (field_text.h).
struct OptionsForm {
    std::uint32_t link = 0; ///< 0: of a connection that is yet to be made
    std::string title;
    model::LinkForm form;
    wire::LinkOptions base;       ///< what the form has no field for
    std::size_t first_header = 0; ///< first row on screen
    int focus_header = -1;        ///< the row that was just added
};

struct CloseForm {
    std::uint32_t link = 0;
    std::string code = "1000", reason;
};

struct RenameForm {
    std::uint32_t link = 0;
    std::string name, usual;
};

struct SettingsForm {
    std::string budget; ///< as it is typed
    bool budget_edited = false;
};

/// Each draws into `place` and gives true when it is done and goes away.
bool draw_options_form(Frame& f, Rect place, const model::Model& model, OptionsForm& form,
                       bool just_opened, model::Actions& actions);
bool draw_close_form(Frame& f, Rect place, const model::Model& model, CloseForm& form,
                     bool just_opened, model::Actions& actions);
bool draw_rename_form(Frame& f, Rect place, RenameForm& form, bool just_opened,
                      model::Actions& actions);
bool draw_settings_form(Frame& f, Rect place, const model::Model& model, Panels& panels,
                        SettingsForm& form, model::Actions& actions);

} // namespace ui
