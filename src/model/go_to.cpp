#include "model/go_to.h"

#include <algorithm>
#include <charconv>

#include "base/clock.h"
#include "base/text.h"

namespace model {
namespace {

constexpr std::int64_t kDay = 24 * 3600 * base::kSecond;

struct Unit {
    std::string_view name;
    double ns;
};
constexpr Unit kUnits[] = {{"ns", 1},  {"us", 1e3},   {"µs", 1e3},  {"ms", 1e6},
                           {"s", 1e9}, {"min", 60e9}, {"h", 3600e9}};

GoTo problem(std::string text) { return {0, std::move(text)}; }

GoTo to_row(const Log& log, EventId id) {
    if (log.contains(id)) return {id, {}};
    const std::string row = "Row " + base::count_text(id);
    if (id < log.first()) return problem(row + " is no longer in the log.");
    return problem(row + " has not come yet, the newest is " + base::count_text(log.end() - 1) +
                   ".");
}

/// The first row at that moment or behind it; behind the newest, the newest.
GoTo to_moment(const Log& log, std::int64_t mono_ns) {
    return {std::min(log.first_at(mono_ns), log.end() - 1), {}};
}

/// Local time of day: the day is that of the newest row, or the one before when it would lie
/// behind it.
GoTo to_clock(const Log& log, std::string_view typed) {
    const EventId newest = log.end() - 1;
    const std::int64_t end_ns = log.wall_ns(newest);
    std::int64_t wall_ns = 0;
    const std::string day = base::local_date_clock(end_ns, 0).substr(0, 10);
    const std::string padded = (typed.find(':') == 1 ? "0" : "") + std::string(typed);
    const bool short_time = std::count(padded.begin(), padded.end(), ':') == 1;
    if (!base::wall_ns_from_iso8601(day + "T" + padded + (short_time ? ":00" : ""), &wall_ns))
        return problem("A time of day is written 01:09:54.");
    if (wall_ns > end_ns + base::kSecond && wall_ns - kDay >= log.wall_ns(log.first()))
        wall_ns -= kDay;
    return to_moment(log, log.mono_ns(newest) - (end_ns - wall_ns));
}

} // namespace

GoTo go_to(const Log& log, std::string_view typed) {
    typed = base::trimmed(typed);
    if (log.size() == 0) return problem("The log is empty.");
    if (typed.find(':') != std::string_view::npos) return to_clock(log, typed);
    if (!typed.empty() && typed[0] == '#') typed.remove_prefix(1);

    EventId row = 0;
    const char* const end = typed.data() + typed.size();
    if (const auto read = std::from_chars(typed.data(), end, row);
        read.ec == std::errc() && read.ptr == end)
        return to_row(log, row);
    double number = 0;
    const auto read = std::from_chars(typed.data(), end, number);
    if (read.ec == std::errc() && number >= 0 && number < 1e9) {
        const std::string_view unit =
            base::trimmed(typed.substr(static_cast<std::size_t>(read.ptr - typed.data())));
        for (const Unit& known : kUnits) {
            if (unit != known.name) continue;
            const double ns = std::min(number * known.ns, 9e18);
            return to_moment(log, log.start_mono_ns() + static_cast<std::int64_t>(ns));
        }
    }
    return problem("Write a row (123), a time since the start (12.5 s) or of day (01:09:54).");
}

} // namespace model
