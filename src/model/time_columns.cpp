#include "model/time_columns.h"

#include <cmath>

namespace model {

std::int64_t steady_step(std::int64_t least_ns) {
    constexpr double kOctave = 4; // steps from one power of two to the next
    if (least_ns <= 1) return 1;
    const double exponent = std::ceil(kOctave * std::log2(static_cast<double>(least_ns)) - 1e-9);
    const double step = std::ceil(std::exp2(exponent / kOctave) - 1e-6);
    return std::max(least_ns, static_cast<std::int64_t>(step));
}

namespace {

/// From `from` in growing strides, then by halving: the next column's begin is near.
EventId first_at(const Log& log, std::int64_t mono_ns, EventId from, EventId end) {
    EventId low = from, high = from, stride = 1;
    while (high < end && log.mono_ns(high) < mono_ns) {
        low = high + 1;
        high += stride;
        stride *= 2;
    }
    high = std::min(high, end);
    while (low < high) {
        const EventId middle = low + (high - low) / 2;
        if (log.mono_ns(middle) < mono_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

Amount between(const Amount& from, const Amount& to) {
    return {to.received - from.received, to.sent - from.sent,
            to.received_bytes - from.received_bytes, to.sent_bytes - from.sent_bytes};
}

} // namespace

void update(EventColumns& columns, const TimeGrid& grid, std::int64_t from_ns, std::int64_t to_ns,
            const Log& log, const Timeline& timeline) {
    // What the timeline has not looked at yet, or what the log has let go since, is not there.
    const EventId first = std::max(timeline.first(), log.first());
    const EventId end = std::max(first, std::min(timeline.end(), log.end()));
    const auto find = [&](std::int64_t mono_ns, EventId from) {
        return first_at(log, mono_ns, from, end);
    };
    const auto look = [&](EventId from, EventId to) {
        EventSum sum;
        sum.amount = between(timeline.before(log, from), timeline.before(log, to));
        sum.traits = timeline.traits(from, to);
        return sum;
    };
    columns.update(grid, from_ns, to_ns, first, end, find, look);
}

void update(SeriesColumns& columns, const TimeGrid& grid, std::int64_t from_ns, std::int64_t to_ns,
            const Series& series) {
    const auto find = [&](std::int64_t mono_ns, Series::At from) {
        return series.first_at(mono_ns, from);
    };
    const auto look = [&](Series::At from, Series::At to) {
        Stroke stroke;
        stroke.extent = series.extent(from, to);
        stroke.first_ns = series.mono_ns(from);
        stroke.first = series.value(from);
        stroke.last_ns = series.mono_ns(to - 1);
        stroke.last = series.value(to - 1);
        stroke.joined = from > series.first() && !series.broken_before(from);
        return stroke;
    };
    columns.update(grid, from_ns, to_ns, series.first(), series.end(), find, look);
}

} // namespace model
