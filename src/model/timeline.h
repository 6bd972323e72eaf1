// What stands where in the session, for drawing and stepping: a byte an event and a pyramid over
// them, so that a pixel column, a count and the next error are found in O(log n) at ten million
// events; and how each connection lived. Follows the log like the index does. Written by the drain
// step, UI thread; never looks into a payload but those of Coda's authentication.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "model/log.h"

namespace model {

/// What an event is to the timeline: a bit each.
///   0 … 25   received, of that family (the word of the type before the first `_`, by first sight)
///   26       received, without a type     27  sent     28  life of a connection
///   29, 30   an error of any kind; one that was received: beside one of the others
///   31       a Ping or a Pong: beside 26 or 27
using Traits = std::uint32_t;
constexpr int kFamilies = 26; ///< the last of them takes all further ones
constexpr Traits kUntyped = 1u << 26, kSent = 1u << 27, kLife = 1u << 28, kError = 1u << 29,
                 kReceivedError = 1u << 30, kPing = 1u << 31;
constexpr Traits kReceived = (1u << 27) - 1;

/// How many there were, and their payload bytes.
struct Amount {
    std::uint64_t received = 0, sent = 0, received_bytes = 0, sent_bytes = 0;
};

/// A stretch in the life of a connection.
enum class Life : std::uint8_t { closed, connecting, open, unauthenticated, waiting };
struct LifeSpan {
    std::int64_t from_ns = 0; ///< until the next one of its connection
    Life life = Life::closed;
};

class Timeline {
public:
    /// Follows the log for about `budget_ns`. False when events are left to look at.
    bool update(const Log& log, std::int64_t budget_ns);

    /// Events in [first(), end()) have been looked at.
    EventId first() const { return first_; }
    EventId end() const { return end_; }

    /// All traits of the events in [from, to), clamped to what is known.
    Traits traits(EventId from, EventId to) const;
    /// The next event after (before) `id` that has any of `wanted`; 0 when there is none.
    EventId next(EventId id, Traits wanted) const;
    EventId previous(EventId id, Traits wanted) const;
    /// What came and went before `id`, from the first event that is still known on; differences are
    /// what lies between two ids.
    Amount before(const Log& log, EventId id) const;

    /// The family of a type, and a type that stands for its colour.
    int family_count() const { return static_cast<int>(families_.size()); }
    const std::string& family_type(int family) const {
        return families_[static_cast<std::size_t>(family)].type;
    }
    /// Of the families in `traits` the one that came least often; -1 when there is none.
    int rarest(Traits traits) const;
    /// By link, from 1: lives()[link - 1].
    const std::vector<std::deque<LifeSpan>>& lives() const { return lives_; }

    std::uint64_t memory_bytes() const;

private:
    static constexpr int kLevels = 6;

    struct Family {
        std::string word, type;
        std::uint64_t count = 0;
    };
    /// Traits of whole runs of 32 * 16^level events, counted from event 1.
    struct Level {
        std::deque<Traits> runs;
        std::uint64_t first = 0; ///< number of runs.front()
        Traits open = 0;         ///< of the run that is being filled
    };
    /// What is known of a type.
    struct TypeNote {
        std::int8_t family = -1; ///< -1: not looked at yet
        bool error = false;
        bool auth = false; ///< its payload tells of authentication
    };

    void add(const Log& log, EventId id);
    void raise(int level, Traits traits, std::uint64_t ends);
    void begin_at(EventId id);
    void forget_below(EventId id);
    void note_life(const Row& row);
    void note_auth(const Log& log, const Row& row);
    void set_life(std::uint32_t link, std::int64_t mono_ns, Life life);
    std::int8_t family_of(const std::string& type);
    const TypeNote& note_of(const Log& log, TypeId type);
    std::uint8_t code_of(const Log& log, const Row& row);
    Traits traits_at(std::uint64_t ordinal) const;
    Amount amount_of(const Log& log, EventId from, EventId to) const;

    EventId first_ = 1, end_ = 1;
    std::uint64_t base_ = 0;         ///< ordinal (id - 1) of codes_.front(); a run begins there
    std::deque<std::uint8_t> codes_; ///< number of its trait; the top bit: an error
    std::deque<Amount> marks_;       ///< what stood before the first event of each run
    Amount sum_;
    std::array<Level, kLevels> levels_;
    std::vector<Family> families_;
    std::vector<TypeNote> types_; ///< by TypeId
    std::vector<std::deque<LifeSpan>> lives_;
};

} // namespace model
