// The transport: pausing, playing and stepping through the session, and its row above the
// timeline. UI thread.
#pragma once

#include <cstdint>
#include <string>

#include "model/step.h"
#include "ui/panel_log.h"
#include "ui/time_view.h"
#include "ui/widgets.h"

namespace ui {

constexpr double kSpeeds[] = {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100};

struct Transport {
    model::StepMode mode = model::StepMode::any;
    int speed = 3; ///< of kSpeeds

    bool playing = false;
    std::int64_t session_ns = 0; ///< the moment of the session that is played
    std::int64_t at_ns = 0;      ///< when that was so
    model::EventId played = 0;   ///< where playing has put the cursor

    model::Step step;  ///< a search that goes on
    std::string ended; ///< what was looked for and is not there; until the next command
};

/// What the keys and buttons of the group "Session" ask for. False: the command is another's.
bool perform_transport(Command command, const model::Model& model, model::Selection& selection,
                       Transport& transport, LogPanel& log);
/// Once a frame, before anything is drawn: playing goes on, and a search that takes longer.
void run_transport(Frame& f, const model::Model& model, model::Selection& selection,
                   Transport& transport, LogPanel& log);

void draw_transport(Frame& f, const Rect& row, const model::Model& model,
                    model::Selection& selection, Transport& transport, LogPanel& log);

} // namespace ui
