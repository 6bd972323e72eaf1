// How long to wait before the next attempt: exponential, with full jitter. Owned by one link on the
// network thread; asks no clock.
#pragma once

#include <cstdint>

namespace net {

struct Backoff {
    static constexpr double kStartSeconds = 0.5;
    static constexpr double kFactor = 2.0;
    static constexpr double kCapSeconds = 30.0;
    /// A connection that stood this long makes the next delay begin at the start again.
    static constexpr double kStableSeconds = 10.0;

    int failures = 0; ///< in a row

    /// The upper end of the next delay, in seconds: start × factor^failures, at most the cap.
    double cap_s() const;
    /// The next delay in seconds: uniform in [0, cap_s()) for a `random` uniform in [0, 1); counts
    /// the failure.
    double next_s(double random);
    void reset() { failures = 0; }
};

} // namespace net
