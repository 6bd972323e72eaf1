// What the files of the alarms share: words and limits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>

#include "base/clock.h"
#include "model/log.h"

namespace model::alarms {

inline const std::string kHeartbeat = "heartbeat";

inline double seconds(std::int64_t ns) { return static_cast<double>(ns) / base::kSecond; }

inline std::string one_decimal(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

inline std::string number(EventId id) { return "event " + std::to_string(id); }

/// So long after the last heartbeat the next one is missing.
inline std::int64_t late_after(std::int64_t period_ns) {
    return std::max(2 * period_ns, period_ns + 3 * base::kSecond);
}

} // namespace model::alarms
