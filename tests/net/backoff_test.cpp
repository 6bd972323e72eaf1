#include "net/backoff.h"

#include <doctest/doctest.h>

#include <initializer_list>

TEST_CASE("the delay's upper end starts at half a second, doubles, and stops at thirty") {
    net::Backoff backoff;
    for (const double cap : {0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0}) {
        CHECK(backoff.cap_s() == doctest::Approx(cap));
        backoff.next_s(0.5);
    }
}

TEST_CASE("the jitter is full: from nothing up to the whole") {
    for (const double random : {0.0, 0.25, 0.5, 0.999}) {
        net::Backoff backoff;
        CHECK(backoff.next_s(random) == doctest::Approx(0.5 * random));
        CHECK(backoff.next_s(random) == doctest::Approx(1.0 * random));
        CHECK(backoff.failures == 2);
    }
}

TEST_CASE("after a reset it begins at the start again") {
    net::Backoff backoff;
    for (int i = 0; i < 10; ++i) backoff.next_s(0.5);
    CHECK(backoff.cap_s() == doctest::Approx(30.0));
    backoff.reset();
    CHECK(backoff.cap_s() == doctest::Approx(0.5));
}

TEST_CASE("a server that is away for a year does not make the delay overflow") {
    net::Backoff backoff;
    backoff.failures = 2'000'000;
    CHECK(backoff.cap_s() == doctest::Approx(30.0));
    CHECK(backoff.next_s(0.5) == doctest::Approx(15.0));
}
