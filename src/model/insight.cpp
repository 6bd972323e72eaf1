#include "model/insight.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"

namespace model {
namespace {

constexpr EventId kEventsPerClock = 128; ///< looked at between two looks at the clock

TypeHistory& history_of(std::vector<TypeHistory>& histories, std::uint32_t link) {
    while (histories.size() <= link)
        histories.emplace_back(static_cast<std::uint32_t>(histories.size()));
    return histories[link];
}

} // namespace

EventId Insight::append(Log& log, wire::Event&& event) {
    const wire::Kind kind = event.kind;
    const wire::Dir dir = event.dir;
    const EventId id = log.append(std::move(event));
    const TypeId type = log.type(id);
    if (!pairs.cares(kind, dir, type, log.types())) return id;
    const std::int64_t ns = pairs.take(log.view(id), type, log.types());
    if (ns >= 0) log.set_rtt(id, ns);
    return id;
}

const TypeHistory& Insight::history(std::uint32_t link) const {
    static const TypeHistory kNone;
    return link < histories.size() ? histories[link] : kNone;
}

bool Insight::follow(const Log& log, const Sequence& sequence, Notices& notices,
                     std::int64_t budget_ns) {
    if (log.first() != first_) {
        first_ = log.first();
        pairs.forget_below(first_);
        turns.forget_below(first_);
        for (TypeHistory& each : histories) each.forget_below(first_);
        alarms.forget_below(first_);
        seen = std::max(seen, first_);
    }
    if (seen == log.end()) return true;
    const std::int64_t until = base::mono_now_ns() + budget_ns;
    while (seen < log.end()) {
        const EventId from = seen;
        const EventId stop = std::min(seen + kEventsPerClock, log.end());
        for (; seen < stop; ++seen) {
            const TypeId type = log.type(seen);
            const wire::EventView event = log.view(seen);
            if (type != 0) history_of(histories, event.link).take(seen, type);
            turns.take(event, type, log.types());
            alarms.take(event, type, log.types(), notices);
        }
        for (TypeHistory& each : histories) each.passed(seen);
        alarms.take_sequence(sequence, log, from, seen, notices);
        if (base::mono_now_ns() >= until) break;
    }
    return seen == log.end();
}

void Insight::clear(const Log& log) {
    first_ = seen = log.first();
    pairs.forget_below(first_);
    turns.forget_below(first_);
    for (TypeHistory& each : histories) each.clear();
    alarms.clear();
}

} // namespace model
