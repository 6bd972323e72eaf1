// Which message of a session meets which expectation (CONTRACT.md, "How replay and diff compare").
// An incremental fold: messages are told as they come, expectations may be met once they are
// opened, and when the time of some is up they are decided. Owned by the player or a diff; one
// thread; reads no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "replay/compare.h"
#include "replay/renames.h"
#include "replay/rules.h"
#include "wire/replay_state.h"

namespace replay {

/// False for what replays never expect: auth_challenge, auth_result, replay, duplicate_message, and
/// types that come by the clock.
bool expected_at_all(const Body& body);

/// A message of the session.
struct Incoming {
    std::uint64_t event = 0;
    std::int64_t mono_ns = 0;
    std::string_view payload;
    bool binary = false;
};

class Matcher {
public:
    /// `expectations` gets a row for each expect() and the verdicts; it outlives this.
    Matcher(Rules rules, std::vector<wire::ReplayExpectation>* expectations);

    /// One more, to be met in this order. `row.type` is filled in here.
    void expect(wire::ReplayExpectation row, std::string payload, bool binary);
    /// Those before `end` may be met by what comes from now on.
    void open(std::size_t end);

    /// A message that replays look at (expected_at_all). Gives the expectation that it met, or
    /// nothing: then it is kept until a decision needs it.
    std::optional<std::size_t> see(const Incoming& message, const Body& body);

    /// Time is up for [first, end): what is still open becomes different or missing.
    void decide(std::size_t first, std::size_t end);
    /// Of those in [first, end) that are met, the fewest that had to come at another place for the
    /// rest to be in the recording's order become different. Call it once, behind decide().
    void decide_order(std::size_t first, std::size_t end);
    /// [first, end) will not be compared.
    void skip(std::size_t first, std::size_t end);

    /// How many of [first, end) are open.
    std::size_t open_count(std::size_t first, std::size_t end) const;

    /// Takes the messages that came since the last call and that nothing expected. Call it when all
    /// that was opened is decided: no expectation can want them any more.
    std::vector<wire::ReplayExtra> take_extras();
    /// Extras without a row of their own: there were too many.
    std::size_t uncounted_extras() const { return uncounted_extras_; }

    /// A message is held against at most kMostCompared alike that are not met: so many without a
    /// counterpart are no green any more, and the time has a bound.
    std::uint64_t compared() const { return compared_; } ///< pairs of messages, as they came
    static constexpr int kMostCompared = 256;

    Renames& renames() { return renames_; }
    const Renames& renames() const { return renames_; }

    /// Pairs the expectation that holds this id with what came in its place, as far as ids go, so
    /// that its new value is known before the time is up.
    void look_for_id(std::string_view name, const std::string& old_value);
    /// The recording has this value as the id `name` in an expected message.
    bool recorded_id(std::string_view name, const std::string& old_value) const;
    /// Under which name the recording has this value as an id that can be told from other text
    /// (eight bytes or more, no blanks, no piece of a reply); empty: none.
    std::string name_of_recorded_id(const std::string& old_value) const;

private:
    static constexpr std::uint32_t kNone = 0xFFFFFFFF;
    static constexpr std::size_t kMostKept = std::size_t{256}
                                             << 20; ///< bytes of unmatched payloads

    /// What is known of an expectation beside its row.
    struct Expected {
        std::string payload; ///< dropped once decided
        bool binary = false;
        std::uint64_t bucket = 0;
        std::uint32_t before = kNone, after = kNone; ///< in its bucket, while it is open
        std::uint64_t got_order = 0;                 ///< place of what met it in the session
    };
    /// A message that no expectation has taken.
    struct Leftover {
        std::uint64_t event = 0;
        std::int64_t mono_ns = 0;
        std::string payload;
        bool binary = false;
        bool taken = false;
        std::size_t opened = 0; ///< expectations that were open to it
        std::uint64_t order = 0;
    };
    struct Bucket {
        std::uint32_t first = kNone, last = kNone;
    };
    struct Type {
        std::vector<Leftover> leftovers; ///< in order
        std::size_t first = 0;           ///< those before are taken, or too old to be
    };
    struct RecordedId {
        std::uint32_t expectation = 0;
        std::string name;
    };

    void unlink(std::uint32_t index);
    void meet(std::uint32_t index, const Incoming& message, std::uint64_t order);
    const Leftover* leftover_for(std::uint32_t index) const;
    Leftover* take_leftover(std::uint32_t index);
    void decide_one(std::uint32_t index);
    void note_ids(const Body& body, std::uint32_t index);
    void keep(const Incoming& message, const Body& body, std::uint64_t order);

    Rules rules_;
    std::vector<wire::ReplayExpectation>& rows_;
    std::vector<Expected> expected_;
    std::unordered_map<std::uint64_t, Bucket> buckets_;
    std::unordered_map<std::string, Type> types_;
    std::unordered_map<std::string, RecordedId> ids_;           ///< by name, NUL, value
    std::unordered_map<std::string, std::string> names_of_ids_; ///< by value, those worth it
    Renames renames_;
    std::size_t opened_ = 0;
    std::uint64_t order_ = 0, compared_ = 0;
    std::size_t kept_bytes_ = 0;
    std::size_t uncounted_extras_ = 0;
};

} // namespace replay
