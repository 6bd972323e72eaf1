// A replay as the screen and the terminal show it: what is sent, what was expected, how each
// expectation ended. Filled by replay::Player on the thread that owns it; others read it there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace wire {

/// How an expectation ended (CONTRACT.md, "How replay and diff compare").
enum class Verdict : std::uint8_t {
    open,      ///< not decided
    met,       ///< a message agrees with it
    different, ///< one of its type came, and does not agree; or it came out of order
    missing,   ///< none of its type was left
    skipped,   ///< what it belongs to was not sent
};
const char* word(Verdict verdict); ///< "open", "met", "different", "missing", "skipped"

/// One place where two messages differ.
struct ReplayDifference {
    enum class Is : std::uint8_t { changed, added, removed };
    Is is = Is::changed;
    std::string path;     ///< from the payload's root, "data.items[0].id"; empty: all of it
    std::string expected; ///< JSON as it was recorded, long values cut; empty when added
    std::string got;      ///< JSON as it came, long values cut; empty when removed
};
const char* word(ReplayDifference::Is is); ///< "changed", "added", "removed"

/// A message of the recording that is to come again.
struct ReplayExpectation {
    std::uint64_t event = 0; ///< its event in the recording
    std::string type;        ///< empty: it has none, or is no JSON
    std::size_t send = 0;    ///< which of `sends` it belongs to; kBeforeFirst: to the opening
    Verdict verdict = Verdict::open;
    std::uint64_t got_event = 0;               ///< the session's event; 0: none
    std::int64_t got_mono_ns = 0;              ///< when that came
    std::vector<ReplayDifference> differences; ///< the first ones
    std::size_t more_differences = 0;          ///< those that are not kept

    static constexpr std::size_t kBeforeFirst = ~std::size_t{0};
};

/// A message of the session that nothing expected.
struct ReplayExtra {
    std::uint64_t event = 0;
    std::string type;
    std::size_t send = 0; ///< as in ReplayExpectation
};

/// A message that is to be sent.
struct ReplaySend {
    enum class Stage : std::uint8_t { waiting, ordered, sent, refused, skipped };

    std::uint64_t event = 0; ///< its event in the recording
    std::string type;        ///< empty: it has none, or is no JSON
    std::string payload;     ///< as recorded, or as edited since
    bool binary = false;
    bool enabled = true;    ///< false: it and its expectations are skipped
    std::int64_t at_ns = 0; ///< in the recording, from its first message that was sent

    /// Its expectations: [first, end) of ReplayState::expectations.
    std::size_t first_expectation = 0;
    std::size_t end_expectation = 0;

    Stage stage = Stage::waiting;
    bool decided = false;         ///< all of its expectations are
    std::uint64_t sent_event = 0; ///< the session's event
    std::int64_t sent_mono_ns = 0;
    std::int64_t last_reply_mono_ns = 0; ///< of the newest message that met one; 0: none
    std::size_t extras = 0;              ///< messages after it that nothing expected
    std::string why_not;                 ///< refused: the sentence
};

enum class ReplayPace : std::uint8_t {
    original, ///< the recording's spacing, divided by the speed
    max,      ///< as fast as possible
    step,     ///< one at a time, when asked
    cause,    ///< the next when all that was expected before it is decided
};

enum class ReplayPhase : std::uint8_t {
    connecting,     ///< the connection is not open
    authenticating, ///< it is, and may or does ask who we are
    playing,
    paused,
    done,   ///< all is sent and decided
    failed, ///< it ended before; `error` says why
};
const char* word(ReplayPhase phase); ///< "Connecting", "Authenticating", "Playing", …

struct ReplayCounts {
    std::size_t sent = 0, met = 0, different = 0, missing = 0, skipped = 0, extra = 0;
};

struct ReplayState {
    ReplayPhase phase = ReplayPhase::connecting;
    ReplayPace pace = ReplayPace::original;
    double speed = 1;
    bool expect = false; ///< verdicts are given
    bool strict = false; ///< an extra message is a failure

    std::vector<ReplaySend> sends; ///< in the order they are sent
    std::size_t next = 0;          ///< of `sends`
    std::size_t opening_end = 0;   ///< [0, opening_end) of `expectations` belong to the opening
    std::size_t opening_extras = 0;
    std::vector<ReplayExpectation> expectations; ///< in the recording's order
    std::vector<ReplayExtra> extras;             ///< the first ones; `counts` has them all
    ReplayCounts counts;
    std::size_t stale_ids = 0; ///< ids sent as recorded, for their new value had not come
    std::optional<base::Error> error;
};

/// All was sent, and all that was expected came (and nothing else, when `strict`).
bool passed(const ReplayState& state);

} // namespace wire
