#include "base/clock.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <string>

namespace {

constexpr std::int64_t kWall = 1'795'396'181'456'789'123; // 2026-11-23T01:09:41.456789123Z

/// Puts the process into a zone for one test and back.
struct InZone {
    explicit InZone(const char* zone) {
        const char* now = std::getenv("TZ");
        had_ = now != nullptr;
        if (had_) old_ = now;
        ::setenv("TZ", zone, 1);
        ::tzset();
    }
    ~InZone() {
        if (had_)
            ::setenv("TZ", old_.c_str(), 1);
        else
            ::unsetenv("TZ");
        ::tzset();
    }
    bool had_ = false;
    std::string old_;
};

std::int64_t wall_of(std::string_view text) {
    std::int64_t wall_ns = -1;
    REQUIRE(base::wall_ns_from_iso8601(text, &wall_ns));
    return wall_ns;
}

} // namespace

TEST_CASE("the monotonic clock does not go back and the wall clock is of this century") {
    const std::int64_t first = base::mono_now_ns();
    CHECK(base::mono_now_ns() >= first);
    CHECK(base::wall_now_ns() > 1'577'836'800 * base::kSecond); // 2020
    const base::Stamp stamp = base::stamp_now();
    CHECK(stamp.mono_ns >= first);
    CHECK(stamp.wall_ns > 1'577'836'800 * base::kSecond);
}

TEST_CASE("a moment is written in UTC with its milliseconds cut") {
    CHECK(base::iso8601_utc_ms(kWall) == "2026-11-23T01:09:41.456Z");
    CHECK(base::iso8601_utc_ms(999'999) == "1970-01-01T00:00:00.000Z");
    CHECK(base::iso8601_utc_ms(-1) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("local times follow the zone and have as many digits as were asked for") {
    const InZone zone("XST-05:30");
    CHECK(base::local_clock(kWall) == "06:39:41.456");
    CHECK(base::local_clock(kWall, 0) == "06:39:41");
    CHECK(base::local_clock(kWall, 9) == "06:39:41.456789123");
    CHECK(base::local_clock(kWall, 12) == "06:39:41.456789123");
    CHECK(base::local_date_clock(kWall) == "2026-11-23 06:39:41.456");
}

TEST_CASE("ISO 8601 is read with any zone and any fraction") {
    CHECK(wall_of("2026-11-23T01:09:41.456789123Z") == kWall);
    CHECK(wall_of("2026-11-23T01:09:41Z") == kWall / base::kSecond * base::kSecond);
    CHECK(wall_of("2026-11-23 03:39:41.456789123+02:30") == kWall);
    CHECK(wall_of("2026-11-22T23:09:41.4567891230001-02:00") == kWall);
    CHECK(wall_of("1970-01-01T00:00:00Z") == 0);
}

TEST_CASE("a time without a zone is local, and said to be") {
    const InZone zone("XST-05:30");
    std::int64_t wall_ns = 0;
    bool zoned = true;
    CHECK(base::wall_ns_from_iso8601("2026-11-23T06:39:41.456789123", &wall_ns, &zoned));
    CHECK(wall_ns == kWall);
    CHECK_FALSE(zoned);
    CHECK(base::wall_ns_from_iso8601("2026-11-23T01:09:41Z", &wall_ns, &zoned));
    CHECK(zoned);
}

TEST_CASE("what is no ISO 8601 time is refused") {
    std::int64_t wall_ns = 0;
    for (const char* wrong :
         {"", "now", "2026-11-23", "2026-11-23T01:09", "2026-13-23T01:09:41Z",
          "2026-11-32T01:09:41Z", "2026-11-23T24:09:41Z", "2026-11-23T01:60:41Z",
          "2026-11-23T01:09:61Z", "26-11-23T01:09:41Z", "2026-11-23T01:09:41Zx",
          "2026-11-23T01:09:41+0230", "2026-11-23T01:09:41 Z", "2026-02-29T01:09:41Z",
          "2026-11-31T01:09:41Z", "2026-11-23T01:09:41.Z", "9999-12-31T23:59:59Z",
          "1600-01-01T00:00:00Z"})
        CHECK_FALSE_MESSAGE(base::wall_ns_from_iso8601(wrong, &wall_ns), wrong);
}
