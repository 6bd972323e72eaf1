// What the user wants. Panels append them while they draw; app/act performs them after, in order,
// and answers with an order to the network thread, a change of the Model, or a Notice that says why
// not. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "model/compose.h"
#include "model/filter.h"
#include "model/replay_board.h"
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
struct Reconnect { ///< ends the session, with a closing handshake when it is open, and dials again
    std::uint32_t link = 0;
};
struct AddConnection {      ///< a new one, shown and not dialled
    std::uint32_t like = 0; ///< takes that one's address and options; 0: none
};
struct CloseConnection { ///< ends it and takes its tab away; its events stay in the log
    std::uint32_t link = 0;
};
struct RenameConnection { ///< an empty name: that of its host again
    std::uint32_t link = 0;
    std::string name;
};
struct SetOptions { ///< for the next attempt; of one that waits, at once. Link 0: a new connection
    std::uint32_t link = 0;
    wire::LinkOptions options;
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
struct SendComposed { ///< makes the message, sends it, and remembers the draft
    std::uint32_t link = 0;
    Draft draft;
};
struct StartRepeat { ///< sends the draft `times` (0: until stopped), one every `every_ns`
    std::uint32_t link = 0;
    Draft draft;
    std::uint64_t times = 0;
    std::int64_t every_ns = 0;
};
struct StopRepeat {};
struct SaveMessage { ///< under a name, in the place of one that has it
    std::string name;
    Draft draft;
};
struct DeleteSaved {
    std::string name;
};
struct ForgetHistory {}; ///< of what was sent; saved messages stay
struct LookAtFile {      ///< its size, or why it cannot be sent, into Model::file_look
    std::string path;
};
struct PingNow {
    std::uint32_t link = 0;
    std::string payload; ///< empty: one that nobody can guess
};
struct PongNow { ///< one that the server did not ask for
    std::uint32_t link = 0;
    std::string payload;
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
struct KeepFrameDetail { ///< how each message crossed the line, from the next one on
    std::uint32_t link = 0;
    bool on = true;
};
struct ClearLog {};
struct SetFilter {
    ListFilter filter;
};
struct SetFind { ///< what is looked for among the rows shown; empty: nothing
    std::string text;
};
struct CopyText { ///< to the clipboard; bytes as they are, or as hex when they are no text
    std::string text;
    std::string said; ///< told as a notice when it is not empty: what was left out
};
struct SetBookmark { ///< off: its note goes too
    std::uint64_t event = 0;
    bool on = true;
};
struct SetNote { ///< marks the event too; an empty note leaves the mark
    std::uint64_t event = 0;
    std::string note;
};
struct UseFilter { ///< into the history of filters
    std::string text;
};
struct SaveFilter { ///< under a name; one of that name is replaced
    std::string name, text;
};
struct ForgetFilter {
    std::string name;
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
struct WatchPath { ///< a field of a type, its path as the filter language writes it
    std::string type, path;
};
struct RemoveWatch {
    std::string type, path;
};
struct RunCheck { ///< tries `url` step by step, with the options of the connection
    std::uint32_t link = 0;
    std::string url;
};
struct StopCheck {};
struct CopyCheckReport {}; ///< of the newest one
struct OpenCapture {       ///< reads it into the log, as connections beside those that are there
    std::string path;
    bool show = true; ///< its first connection becomes the one that is shown
};
struct CancelFile { ///< ends the reading, or the writing, of that file
    std::string file;
};
struct LookAtPath { ///< what is there, into Files::look
    std::string text;
    bool complete = false; ///< and how it may go on
};
struct StartRecording { ///< an empty path: a new file in the usual folder
    std::string path;
};
struct StopRecording {};
struct SaveLog { ///< by the end of its name: a capture, HAR or CSV
    std::string path;
    bool shown_only = false; ///< the rows that pass the filter; else all that the log holds
    bool redact = false;
    bool overwrite = false; ///< the user knows that the file is there
};
struct LoadReplay { ///< gathers what that connection sent, and what came, to play it again
    std::uint32_t source = 0;
};
struct StartReplay {          ///< in a session of its own: what stands on `target` is ended before
    std::uint32_t target = 0; ///< 0: a new connection to `url`
    std::string url;
    ReplayWish wish;
};
struct PauseReplay {
    bool on = true;
};
struct StepReplay {}; ///< sends the next message now
struct StopReplay {};
struct SetReplaySpeed {
    double speed = 1;
};
struct SetReplayEnabled { ///< whether a message is sent; before it is
    std::size_t send = 0; ///< index into ReplayState::sends
    bool on = true;
};
struct EditReplay {
    std::size_t send = 0;
    std::string payload;
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
struct SetAnswerDefault { ///< for new connections
    bool on = true;
};
struct SetLogBudget { ///< bytes, clamped to what is usable
    std::uint64_t bytes = 0;
};
struct Quit {};

// One a line, in the order of the structs above.
// clang-format off
using Action = std::variant<
    Connect,
    Disconnect,
    Reconnect,
    AddConnection,
    CloseConnection,
    RenameConnection,
    SetOptions,
    SetAnswerDefault,
    RetryNow,
    SendMessage,
    SendComposed,
    StartRepeat,
    StopRepeat,
    SaveMessage,
    DeleteSaved,
    ForgetHistory,
    LookAtFile,
    PingNow,
    PongNow,
    SetAutoAuth,
    AnswerChallenge,
    BreakLine,
    KeepFrameDetail,
    SetLogBudget,
    ClearLog,
    SetFilter,
    SetFind,
    CopyText,
    SetBookmark,
    SetNote,
    UseFilter,
    SaveFilter,
    ForgetFilter,
    PlotPath,
    RemoveSeries,
    WatchPath,
    RemoveWatch,
    CloseNotice,
    RunCheck,
    StopCheck,
    CopyCheckReport,
    OpenCapture,
    CancelFile,
    LookAtPath,
    StartRecording,
    StopRecording,
    SaveLog,
    LoadReplay,
    StartReplay,
    PauseReplay,
    StepReplay,
    StopReplay,
    SetReplaySpeed,
    SetReplayEnabled,
    EditReplay,
    StartDemo,
    SelectLink,
    SetTheme,
    SetTextSize,
    Quit>;
// clang-format on
using Actions = std::vector<Action>;

} // namespace model
