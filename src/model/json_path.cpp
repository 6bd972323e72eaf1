// Index of this file: one step of a path · numbers.
#include "model/json_path.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "wire/json_scan.h"

namespace model {
namespace {

using wire::is_digit;
using wire::JsonScanner;

std::string_view between(const char* first, const char* last) {
    return {first, static_cast<std::size_t>(last - first)};
}

//--- one step of a path: from a value to the one inside it

bool same_name(std::string_view raw, bool escaped, const std::string& name) {
    if (!escaped) return raw == name;
    return wire::json_unescaped(raw) == name;
}

bool to_member(JsonScanner& walk, const std::string& name) {
    if (!walk.take('{')) return false;
    for (;;) {
        walk.blanks();
        if (!walk.take('"')) return false;
        const char* const begin = walk.p;
        bool escaped;
        if (!walk.string(&escaped)) return false;
        const std::string_view raw = between(begin, walk.p - 1);
        walk.blanks();
        if (!walk.take(':')) return false;
        walk.blanks();
        if (same_name(raw, escaped, name)) return true;
        if (!walk.value()) return false;
        walk.blanks();
        if (!walk.take(',')) return false;
    }
}

bool to_item(JsonScanner& walk, std::uint64_t index) {
    if (!walk.take('[')) return false;
    walk.blanks();
    if (walk.at(']')) return false;
    for (;; --index) {
        if (index == 0) return true;
        if (!walk.value()) return false;
        walk.blanks();
        if (!walk.take(',')) return false;
        walk.blanks();
    }
}

JsonKind kind_at(char c) {
    switch (c) {
    case '{': return JsonKind::object;
    case '[': return JsonKind::list;
    case '"': return JsonKind::string;
    case 't':
    case 'f': return JsonKind::boolean;
    case 'n': return JsonKind::null;
    default: return JsonKind::number;
    }
}

JsonValue value_at(JsonScanner& walk) {
    if (walk.p == walk.end) return {};
    JsonValue value;
    const char* begin = walk.p;
    const JsonKind kind = kind_at(*begin);
    if (kind == JsonKind::object || kind == JsonKind::list) {
        value.kind = kind;
        value.raw = between(begin, begin + 1);
    } else if (kind == JsonKind::string) {
        begin = ++walk.p;
        if (!walk.string(&value.escaped)) return {};
        value.kind = kind;
        value.raw = between(begin, walk.p - 1);
    } else if (walk.scalar()) {
        value.kind = kind;
        value.raw = between(begin, walk.p);
    }
    return value;
}

} // namespace

const char* word(JsonKind kind) {
    switch (kind) {
    case JsonKind::none: return "no JSON";
    case JsonKind::null: return "null";
    case JsonKind::boolean: return "true or false";
    case JsonKind::number: return "number";
    case JsonKind::string: return "string";
    case JsonKind::object: return "object";
    case JsonKind::list: return "list";
    }
    return "";
}

JsonValue find_json(std::string_view text, const JsonPath& path) {
    JsonScanner walk(text);
    walk.blanks();
    for (const JsonStep& step : path) {
        const bool there = step.is_index ? to_item(walk, step.index) : to_member(walk, step.name);
        if (!there) return {};
    }
    return value_at(walk);
}

//--- numbers

namespace {

/// What from_chars does not tell: whether a number is too large or too small for a double.
double beyond_double(std::string_view raw) {
    const bool negative = raw.front() == '-';
    if (negative) raw.remove_prefix(1);
    const std::size_t e = raw.find_first_of("eE");
    const std::string_view digits = raw.substr(0, e);
    std::int64_t exponent = 0;
    if (e != raw.npos) {
        std::string_view text = raw.substr(e + 1);
        const bool minus = text.front() == '-';
        if (minus || text.front() == '+') text.remove_prefix(1);
        for (const char c : text)
            exponent = std::min<std::int64_t>(exponent * 10 + (c - '0'), 1'000'000'000'000);
        if (minus) exponent = -exponent;
    }
    const std::size_t point = std::min(digits.find('.'), digits.size());
    const std::size_t first = digits.find_first_of("123456789");
    if (first == digits.npos) return negative ? -0.0 : 0.0;
    // The power of ten of the first digit that is not zero: 308 and -308 are the ends of double.
    const auto power =
        exponent + static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
    const double value = power > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    return negative ? -value : value;
}

constexpr double kPowers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                              1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// Numbers of at most fifteen digits and no exponent, which most are: both parts are exact in a
/// double, so that one division rounds as it must.
bool short_number(std::string_view raw, double* value) {
    if (raw.size() > 17) return false;
    const char* p = raw.data();
    const char* const end = p + raw.size();
    const bool negative = *p == '-';
    if (negative) ++p;
    std::uint64_t digits = 0;
    std::size_t count = 0, behind_point = 0;
    bool point = false;
    for (; p != end; ++p) {
        if (is_digit(*p)) {
            digits = digits * 10 + static_cast<std::uint64_t>(*p - '0');
            ++count;
            behind_point += point;
        } else if (*p == '.') {
            point = true;
        } else {
            return false;
        }
    }
    if (count > 15) return false;
    const double exact = static_cast<double>(digits) / kPowers[behind_point];
    *value = negative ? -exact : exact;
    return true;
}

} // namespace

double json_number(std::string_view raw) {
    double value = 0;
    if (raw.empty()) return std::numeric_limits<double>::quiet_NaN();
    if (short_number(raw, &value)) return value;
    if (raw == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (raw == "Infinity") return std::numeric_limits<double>::infinity();
    if (raw == "-Infinity") return -std::numeric_limits<double>::infinity();
    const auto [last, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    return error == std::errc::result_out_of_range ? beyond_double(raw) : value;
}

std::size_t json_number_length(std::string_view text) {
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t begin = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        return at - begin;
    };
    if (at < text.size() && text[at] == '-') ++at;
    if (at < text.size() && text[at] == '0') {
        ++at;
    } else if (digits() == 0) {
        return 0;
    }
    std::size_t whole = at;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (digits() == 0) return whole;
        whole = at;
    }
    if (at < text.size() && (text[at] | 0x20) == 'e') {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (digits() > 0) whole = at;
    }
    return whole;
}

} // namespace model
