// All that the screen shows, in one plain struct. Only drain and act change it, on the UI thread;
// draw reads it as const.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/bookmarks.h"
#include "model/find.h"
#include "model/index.h"
#include "model/log.h"
#include "model/notices.h"
#include "model/selection.h"
#include "model/sequence.h"
#include "model/tally.h"
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

/// One connection as the user knows it.
struct Connection {
    std::uint32_t link = 0; ///< from 1
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

/// What the status bar shows of the program itself.
struct Vitals {
    wire::QueueStats queue;
    double frame_ms = 0; ///< building and drawing of the last frame
};

struct Model {
    base::Stamp now; ///< set once a frame, before drain; panels have no other clock
    Log log;
    Sequence sequence;
    Index index;
    Find find;
    Tally tally;
    Bookmarks bookmarks;
    FilterMemory filters;
    std::vector<Connection> connections; ///< by link: connections[link - 1]
    std::uint32_t current_link = 0;      ///< 0: none yet
    Notices notices;
    Vitals vitals;
    bool demo = false; ///< the window's own simulator runs
    bool dark_theme = true;
    float text_size = 1; ///< factor on the content scale
    bool quit = false;

    Connection* connection(std::uint32_t link);
    const Connection* connection(std::uint32_t link) const;
    const Connection* current() const { return connection(current_link); }
};

/// After the log has changed: what was counted and marked follows, and nothing points any longer at
/// what was trimmed or cleared. Once a frame, before drawing.
void follow_log(Model& model, Selection& selection);

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
