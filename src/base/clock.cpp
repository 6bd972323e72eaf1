#include "base/clock.h"

#include <cstdio>
#include <ctime>
#include <limits>

namespace base {
namespace {

std::int64_t now_ns(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::int64_t>(now.tv_sec) * kSecond + now.tv_nsec;
}

struct Split {
    std::time_t seconds;
    std::int64_t fraction_ns; ///< 0 to 999,999,999, also before 1970
};

Split split(std::int64_t wall_ns) {
    std::int64_t seconds = wall_ns / kSecond;
    std::int64_t fraction = wall_ns % kSecond;
    if (fraction < 0) {
        seconds -= 1;
        fraction += kSecond;
    }
    return {static_cast<std::time_t>(seconds), fraction};
}

std::string with_fraction(std::string text, std::int64_t fraction_ns, int digits) {
    if (digits <= 0) return text;
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, ".%09lld", static_cast<long long>(fraction_ns));
    text.append(buffer, static_cast<std::size_t>(digits < 9 ? digits : 9) + 1);
    return text;
}

std::string local(std::int64_t wall_ns, int digits, const char* format) {
    const Split parts = split(wall_ns);
    std::tm when{};
    localtime_r(&parts.seconds, &when);
    char buffer[40];
    const std::size_t size = std::strftime(buffer, sizeof buffer, format, &when);
    return with_fraction(std::string(buffer, size), parts.fraction_ns, digits);
}

/// Reads exactly `count` digits at `*at`; false (and `*at` anywhere) when they are not there.
bool read_digits(std::string_view text, std::size_t* at, int count, int* value) {
    *value = 0;
    for (int i = 0; i < count; ++i, ++*at) {
        if (*at >= text.size() || text[*at] < '0' || text[*at] > '9') return false;
        *value = *value * 10 + (text[*at] - '0');
    }
    return true;
}

bool skip(std::string_view text, std::size_t* at, char wanted) {
    if (*at >= text.size() || text[*at] != wanted) return false;
    ++*at;
    return true;
}

int days_of(int year, int month) {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool read_date_time(std::string_view text, std::size_t* at, std::tm* when) {
    int year = 0, month = 0, day = 0;
    if (!read_digits(text, at, 4, &year) || !skip(text, at, '-') ||
        !read_digits(text, at, 2, &month) || !skip(text, at, '-') ||
        !read_digits(text, at, 2, &day))
        return false;
    if (!skip(text, at, 'T') && !skip(text, at, ' ')) return false;
    if (!read_digits(text, at, 2, &when->tm_hour) || !skip(text, at, ':') ||
        !read_digits(text, at, 2, &when->tm_min) || !skip(text, at, ':') ||
        !read_digits(text, at, 2, &when->tm_sec))
        return false;
    when->tm_year = year - 1900;
    when->tm_mon = month - 1;
    when->tm_mday = day;
    when->tm_isdst = -1;
    return month >= 1 && month <= 12 && day >= 1 && day <= days_of(year, month) &&
           when->tm_hour <= 23 && when->tm_min <= 59 && when->tm_sec <= 60;
}

std::int64_t read_fraction_ns(std::string_view text, std::size_t* at) {
    std::int64_t fraction = 0, unit = kSecond / 10;
    for (; *at < text.size() && text[*at] >= '0' && text[*at] <= '9'; ++*at, unit /= 10)
        fraction += (text[*at] - '0') * unit;
    return fraction;
}

/// The zone's offset from UTC in seconds, when one stands at `at` and ends the text.
bool read_zone(std::string_view text, std::size_t at, std::int64_t* offset_s) {
    *offset_s = 0;
    if (text.substr(at) == "Z") return true;
    const bool behind = at < text.size() && text[at] == '-';
    if (!behind && !(at < text.size() && text[at] == '+')) return false;
    int hours = 0, minutes = 0;
    if (!read_digits(text, &++at, 2, &hours) || !skip(text, &at, ':') ||
        !read_digits(text, &at, 2, &minutes) || at != text.size())
        return false;
    *offset_s = (hours * 3600 + minutes * 60) * (behind ? -1 : 1);
    return true;
}

} // namespace

std::int64_t mono_now_ns() { return now_ns(CLOCK_MONOTONIC); }
std::int64_t wall_now_ns() { return now_ns(CLOCK_REALTIME); }
Stamp stamp_now() { return {mono_now_ns(), wall_now_ns()}; }

std::string iso8601_utc_ms(std::int64_t wall_ns) {
    const Split parts = split(wall_ns);
    std::tm when{};
    gmtime_r(&parts.seconds, &when);
    char buffer[40];
    const std::size_t size = std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%S", &when);
    return with_fraction(std::string(buffer, size), parts.fraction_ns, 3) + "Z";
}

bool wall_ns_from_iso8601(std::string_view text, std::int64_t* wall_ns, bool* zoned) {
    std::size_t at = 0;
    std::tm when{};
    if (!read_date_time(text, &at, &when)) return false;
    std::int64_t fraction = 0;
    if (skip(text, &at, '.')) {
        const std::size_t begin = at;
        fraction = read_fraction_ns(text, &at);
        if (at == begin) return false;
    }
    std::int64_t offset_s = 0;
    const bool has_zone = read_zone(text, at, &offset_s);
    if (!has_zone && at != text.size()) return false;
    if (zoned) *zoned = has_zone;
    const std::time_t seconds = has_zone ? timegm(&when) - offset_s : std::mktime(&when);
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / kSecond;
    if (seconds >= kMost || seconds <= -kMost) return false; // 1677 to 2262
    *wall_ns = static_cast<std::int64_t>(seconds) * kSecond + fraction;
    return true;
}

std::string local_clock(std::int64_t wall_ns, int digits) {
    return local(wall_ns, digits, "%H:%M:%S");
}

std::string local_date_clock(std::int64_t wall_ns, int digits) {
    return local(wall_ns, digits, "%Y-%m-%d %H:%M:%S");
}

} // namespace base
