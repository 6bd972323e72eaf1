// The two clocks and how their times are written. Any thread; reads clocks, keeps nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace base {

/// One moment on both clocks, in nanoseconds.
struct Stamp {
    std::int64_t mono_ns = 0; ///< CLOCK_MONOTONIC; only differences mean anything
    std::int64_t wall_ns = 0; ///< since 1970-01-01T00:00:00Z
};

constexpr std::int64_t kMicrosecond = 1'000;
constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

std::int64_t mono_now_ns();
std::int64_t wall_now_ns();
Stamp stamp_now();

/// "2026-11-23T01:02:03.456Z": ISO 8601, UTC, whole milliseconds (cut, not rounded).
std::string iso8601_utc_ms(std::int64_t wall_ns);

/// Reads "2026-11-23T01:02:03[.fraction][Z|±hh:mm]" (also a blank for the T) into nanoseconds since
/// 1970. A time without a zone is taken in the local zone and `*zoned` is set false. False when
/// `text` is anything else, or a year before 1678 or after 2261, which nanoseconds do not reach.
bool wall_ns_from_iso8601(std::string_view text, std::int64_t* wall_ns, bool* zoned = nullptr);

/// Local time of day, "01:09:54.655"; `digits` of the fraction, 0 to 9.
std::string local_clock(std::int64_t wall_ns, int digits = 3);

/// Local date and time of day, "2026-11-23 01:09:54.655".
std::string local_date_clock(std::int64_t wall_ns, int digits = 3);

} // namespace base
