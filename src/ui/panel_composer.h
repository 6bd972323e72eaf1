// The composer: what to send, whether it is right, and whether it can go now. UI thread.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/widgets.h"
#include "wire/json_text.h"

namespace ui {

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

} // namespace ui
