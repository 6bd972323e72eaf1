#include "net/backoff.h"

namespace net {

double Backoff::cap_s() const {
    double cap = kStartSeconds;
    for (int i = 0; i < failures && cap < kCapSeconds; ++i) cap *= kFactor;
    return cap < kCapSeconds ? cap : kCapSeconds;
}

double Backoff::next_s(double random) {
    const double delay = cap_s() * random;
    ++failures;
    return delay;
}

} // namespace net
