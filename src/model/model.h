// All that the screen shows, in one plain struct. Only drain and act change it, on the UI thread;
// draw reads it as const.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/renumbering.h"
#include "model/bookmarks.h"
#include "model/compose.h"
#include "model/files.h"
#include "model/find.h"
#include "model/index.h"
#include "model/insight.h"
#include "model/json_path.h"
#include "model/log.h"
#include "model/notices.h"
#include "model/plots.h"
#include "model/replay_board.h"
#include "model/selection.h"
#include "model/sequence.h"
#include "model/tally.h"
#include "model/timeline.h"
#include "wire/check_step.h"
#include "wire/event_queue.h"
#include "wire/link_state.h"

namespace model {

/// Events and bytes in one direction, with the rate over the last few seconds.
struct Flow {
    std::uint64_t messages = 0; ///< text and binary
    std::uint64_t bytes = 0;    ///< their payloads
    void add(std::int64_t mono_ns, std::uint64_t size);
    /// Messages a second over the last 5 s; over the time since the first one (at least 1 s) while
    /// that is less.
    double per_second(std::int64_t now_mono_ns) const;

private:
    static constexpr std::size_t kBuckets = 6;
    std::array<std::uint32_t, kBuckets> bucket_{}; ///< messages in each second
    std::array<std::int64_t, kBuckets> second_{};  ///< which second the bucket is about
    std::int64_t first_mono_ns_ = 0;               ///< of the first message; 0: none yet
};

/// One attempt to connect, and the session that came of it. Kept beside the log, which may be
/// cleared or trimmed.
struct Attempt {
    enum class Result : std::uint8_t { running, open, failed, closed, lost, stopped };
    int number = 0;         ///< in its row of attempts, from 1
    std::uint32_t conn = 0; ///< CONTRACT.md, `conn`
    std::int64_t began_mono_ns = 0, began_wall_ns = 0;
    std::int64_t opened_mono_ns = 0; ///< 0: it never was
    std::int64_t ended_mono_ns = 0;  ///< 0: it lasts
    Result result = Result::running;
    std::string phase;      ///< failed: where
    std::string reason;     ///< failed, lost: what; closed: code and who
    std::string remedy;     ///< failed, lost
    double delay_cap_s = 0; ///< that delay was random, up to this
    double delay_s = -1;    ///< until the next attempt; negative: none followed by itself
    EventId event = 0;      ///< that tells how it stands
};
constexpr std::size_t kMostAttempts = 500;

/// One connection as the user knows it. A closed one stays where it is, since links are places in
/// the vector and its events stay in the log; it is shown nowhere and can no longer be chosen.
struct Connection {
    std::uint32_t link = 0;        ///< from 1
    std::string name;              ///< given by the user; empty: its host
    std::string file;              ///< it was read from this file; empty: it is one of ours
    bool closed = false;           ///< its tab was closed
    bool options_changed = false;  ///< the network still has older options
    bool redial = false;           ///< to be dialled once it has ended
    bool remembered = true;        ///< false: the usual address, tried unasked
    std::vector<Attempt> attempts; ///< oldest first, at most kMostAttempts
    wire::LinkOptions options;
    wire::LinkState state;
    Flow in, out;
    std::int64_t last_in_mono_ns = 0; ///< arrival of the newest frame; 0: none since it opened
    std::uint64_t sent_before_auth =
        0; ///< messages sent in this session while a challenge stood unanswered
    bool ended_by_user =
        false; ///< asked to end: how the session then ends is no news. Until `connecting`
    std::int64_t told_challenge_mono_ns = 0; ///< deadline of the challenge that a notice was about
};

/// A filter that the user has given a name.
struct SavedFilter {
    std::string name, text;
};

/// Filters that were used: offered again, and kept over the program's end.
struct FilterMemory {
    static constexpr std::size_t kMost = 50;
    std::vector<std::string> filter_history; ///< newest first, each once
    std::vector<SavedFilter> saved_filters;  ///< in the order they were saved, each name once

    void used(const std::string& text);
    void save(const std::string& name, const std::string& text);
    void forget(const std::string& name);
};

/// A field of a type that stands in the list of watches.
struct Watch {
    std::string type;
    std::string path_text; ///< as it is written in the filter language: "data.cpu_percent"
    JsonPath path;
};

/// What the status bar shows of the program itself.
struct Vitals {
    wire::QueueStats queue;
    double frame_ms = 0; ///< building and drawing of the last frame
};

/// What is known of the file that the composer names.
struct FileLook {
    std::string path; ///< that was looked at; empty: none
    std::uint64_t size = 0;
    std::optional<base::Error> error; ///< why it cannot be sent
};

struct Model {
    base::Stamp now; ///< set once a frame, before drain; panels have no other clock
    Log log;
    Sequence sequence;
    Index index;
    Insight insight;
    std::vector<Watch> watches;
    Find find;
    Tally tally;
    Bookmarks bookmarks;
    FilterMemory filters;
    Timeline timeline;
    Plots plots;
    std::vector<Connection> connections; ///< by link: connections[link - 1]
    std::uint32_t current_link = 0;      ///< 0: none yet
    Notices notices;
    wire::CheckState check; ///< the newest one of the address bar's connection
    Vitals vitals;
    ComposerMemory composer;
    Values next_message; ///< counter and uuid of the message that is composed next
    Repeat repeat;
    FileLook file_look;
    Files files;
    ReplayBoard replay;
    std::uint64_t recorded_from = 0; ///< the recorder gets rows from this one on from net; 0: none
    base::Renumbering engine_ids;    ///< rows of our own connections to the engine's numbers
    bool merging = false;            ///< the log is being put in the order of time
    std::deque<wire::Event> held;    ///< came while the log is being put in the order of time
    bool demo = false;               ///< the window's own simulator runs
    bool dark_theme = true;
    float text_size = 1;     ///< factor on the content scale
    bool auto_answer = true; ///< of new connections: answer Coda's challenge
    bool quit = false;
    std::string settings_path; ///< where the settings are kept; empty: nowhere

    Connection* connection(std::uint32_t link);
    const Connection* connection(std::uint32_t link) const;
    const Connection* current() const { return connection(current_link); }
    /// The connection of that number when it is one of ours, neither of a file nor closed; else
    /// null.
    const Connection* live_connection(std::uint32_t link) const;
    /// The connections that have a tab, in its order.
    std::vector<std::uint32_t> tabs() const;
};

/// All that follows the log sees its new events, for about `budget_ns`. False when events are left
/// to look at.
bool follow_log(Model& model, std::int64_t budget_ns);

/// Host and port of an address, as it may be shown: without user and password.
std::string host_of(std::string_view url);

/// What a connection is called: its name, or the host and port of its address.
std::string label_of(const Connection& connection);

/// What this program's memory goes to, as far as it is counted.
struct MemoryPart {
    const char* name = "";
    std::uint64_t bytes = 0;
};
std::vector<MemoryPart> memory_parts(const Model& model);

/// True between Coda's challenge and its acceptance: the backend drops commands without a reply.
bool commands_are_ignored(const wire::LinkState& state);

/// Why a message cannot be sent on this connection now, or that it will be ignored. `allowed`
/// false: `what` goes behind "Cannot send: " ("connection 2 is waiting to retry"). `allowed` with a
/// text: a warning, a whole sentence ("Will be ignored: not authenticated yet").
struct SendCheck {
    bool allowed = true;
    std::string what;
};
SendCheck check_send(const Connection* connection, std::int64_t now_mono_ns);

} // namespace model
