// The strip of connections, there with two or more, and what is asked of connections as a whole:
// new, close, choose, rename, duplicate. UI thread.
#pragma once

#include <cstdint>
#include <optional>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"

namespace ui {

struct Panels;

struct LinksPanel {
    std::size_t first = 0;       ///< the leftmost tab on the strip
    std::uint32_t brought = 0;   ///< the connection that was last brought into view
    std::uint32_t menu_link = 0; ///< whose menu is open
};
void draw_links(Frame& f, const model::Model& model, Panels& panels, model::Actions& actions);

/// Commands of this panel; nothing: the command is another's.
std::optional<bool> links_command_works(Command command, const model::Model& model);
/// False: the command is another's. `*hold_typing`: characters wait until a field has the focus.
bool perform_links(Command command, const model::Model& model, Panels& panels,
                   model::Actions& actions, bool* hold_typing);

} // namespace ui
