// The Replay panel's share of the Model: which messages are played to which connection, and how it
// goes. Written by app/replaying on the UI thread; the panels read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "wire/replay_state.h"

namespace model {

/// How a replay is played; chosen before it begins, but for the speed.
struct ReplayWish {
    wire::ReplayPace pace = wire::ReplayPace::cause;
    double speed = 1; ///< of pace `original`
    bool expect = true;
    bool strict = false;
};

struct ReplayBoard {
    std::uint32_t source =
        0;                ///< a connection of the log (of a file: with all of that file); 0: none
    bool loading = false; ///< its messages are being gathered
    std::uint64_t looked = 0, to_look = 0; ///< events, while loading
    std::vector<std::string> said;         ///< what is to be known of these messages
    std::optional<base::Error> error;      ///< why they cannot be played

    /// What is sent and expected; app/replaying owns it and keeps it until the next act. Null while
    /// there is none.
    const wire::ReplayState* state = nullptr;
    std::uint32_t target = 0; ///< the connection that it is, or was last, played to
    bool running = false;     ///< begun, and not over
    bool paused = false;      ///< while it runs
};

} // namespace model
