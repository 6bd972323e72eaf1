#include "model/insight.h"

#include <algorithm>

#include "base/clock.h"

namespace model {
namespace {

constexpr EventId kEventsPerClock = 128; ///< looked at between two looks at the clock

} // namespace

bool Insight::follow(const Log& log, const Sequence& sequence, Notices& notices,
                     std::int64_t budget_ns) {
    if (log.first() != first_) {
        first_ = log.first();
        pairs.forget_below(first_);
        turns.forget_below(first_);
        history.forget_below(first_);
        alarms.forget_below(first_);
        seen = std::max(seen, first_);
    }
    if (seen == log.end()) return true;
    const std::int64_t until = base::mono_now_ns() + budget_ns;
    while (seen < log.end()) {
        const EventId from = seen;
        const EventId stop = std::min(seen + kEventsPerClock, log.end());
        for (; seen < stop; ++seen) {
            const TypeId type = log.row(seen).type;
            const wire::EventView event = log.view(seen);
            history.take(seen, type);
            pairs.take(event, type, log.types());
            turns.take(event, type, log.types());
            alarms.take(event, type, log.types(), notices);
        }
        alarms.take_sequence(sequence, log, from, seen, notices);
        if (base::mono_now_ns() >= until) break;
    }
    return seen == log.end();
}

void Insight::clear(const Log& log) {
    first_ = seen = log.first();
    pairs.forget_below(first_);
    turns.forget_below(first_);
    history.clear();
    alarms.forget_below(first_);
}

} // namespace model
