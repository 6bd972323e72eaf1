// What the user wants. Panels append them while they draw; app/act performs them after, in order,
// and answers with an order to the network thread, a change of the Model, or a Notice that says why
// not. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "model/filter.h"
#include "wire/link_state.h"

namespace model {

struct Connect { ///< dials `url` with the options of the connection; link 0: a new connection
    std::uint32_t link = 0;
    std::string url;
    bool insist = true; ///< tries again until it is open; retries after a loss come either way
};
struct Disconnect { ///< closes an open one, stops the attempts of one that is not
    std::uint32_t link = 0;
    int code = 1000;
    std::string reason;
};
struct RetryNow {
    std::uint32_t link = 0;
};
struct SendMessage {
    std::uint32_t link = 0;
    bool binary = false;
    std::string payload;
    bool envelope = false; ///< put a fresh timestamp into the object at sending
};
struct PingNow {
    std::uint32_t link = 0;
};
struct SetAutoAuth {
    std::uint32_t link = 0;
    bool on = true;
};
struct AnswerChallenge {
    std::uint32_t link = 0;
};
struct BreakLine {
    std::uint32_t link = 0;
};
struct ClearLog {};
struct SetFilter {
    Filter filter;
};
struct CopyText { ///< to the clipboard; bytes as they are, or as hex when they are no text
    std::string text;
};
struct PlotPath { ///< draws the number at `path` of the messages of `type` against time
    std::string type, path;
};
struct RemoveSeries { ///< a line of the plots that was added (its number in Plots)
    std::uint32_t line = 0;
};
struct CloseNotice {
    std::uint64_t id = 0;
};
struct StartDemo {};
struct SelectLink { ///< the connection that bar, composer and tools speak to
    std::uint32_t link = 0;
};
struct SetTheme {
    bool dark = true;
};
struct SetTextSize { ///< factor on the content scale, 0.7 to 2
    float factor = 1;
};
struct Quit {};

using Action =
    std::variant<Connect, Disconnect, RetryNow, SendMessage, PingNow, SetAutoAuth, AnswerChallenge,
                 BreakLine, ClearLog, SetFilter, CopyText, PlotPath, RemoveSeries, CloseNotice,
                 StartDemo, SelectLink, SetTheme, SetTextSize, Quit>;
using Actions = std::vector<Action>;

} // namespace model
