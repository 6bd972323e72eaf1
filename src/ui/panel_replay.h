// The Replay panel: what a capture, or a session of the log, sent is sent again, and what comes
// back is held against what came then. Shows wire::ReplayState and appends Actions; app/replaying
// plays. UI thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/widgets.h"

namespace ui {

struct Panels;

/// A line of the list.
struct ReplayLine {
    enum class Is : std::uint8_t { opening, send, expectation, extra };
    Is is = Is::send;
    std::size_t index = 0; ///< into the state's sends, expectations or extras
};

struct ReplayPanel {
    model::ReplayWish wish;
    std::string address;        ///< of the target; empty: not yet chosen
    std::uint32_t offered = 0;  ///< the opened file whose messages were gathered unasked
    std::set<std::size_t> open; ///< messages whose expectations are all listed
    bool opening_open = false;  ///< the same for those before the first message
    std::uint64_t first = 0;    ///< first line on the list
    BarState bar;

    std::vector<ReplayLine> lines; ///< as last made
    std::uint64_t made_of[4] = {};
};
void draw_replay(Frame& f, const model::Model& model, model::Selection& selection, Panels& panels,
                 model::Actions& actions);

/// Commands of this panel; nothing: the command is another's.
std::optional<bool> replay_command_works(Command command, const model::Model& model);
void perform_replay(Command command, const model::Model& model, ReplayPanel& panel,
                    model::Actions& actions);

} // namespace ui
