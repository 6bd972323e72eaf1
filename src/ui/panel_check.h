// The connection, step by step: what each step of a check found, and beside it what, why and what
// to do. UI thread.
#pragma once

#include <cstdint>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/panel_inspector.h"

namespace ui {

struct CheckPanel {
    int chosen = -1; ///< step whose evidence is shown; -1: the one that failed, or the newest
    std::uint64_t followed = 0; ///< steps that there were when the list was last moved to its end
    bool help = false; ///< the guide's list of troubles is shown in the place of the evidence
    Scroll steps, text;
    std::string text_of; ///< what the text was scrolled in
};
void draw_check(Frame& f, const model::Model& model, CheckPanel& panel, model::Actions& actions);
/// Runs it, or stops the one that runs.
void perform_check(const model::Model& model, const std::string& address, CheckPanel& panel,
                   model::Actions& actions);

} // namespace ui
