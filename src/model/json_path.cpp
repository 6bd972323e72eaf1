// Index of this file: bytes · the walk: strings, numbers, values, containers · one step of a path ·
// numbers.
#include "model/json_path.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "wire/json_text.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace model {
namespace {

//--- bytes

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) {
    const char lower = static_cast<char>(c | 0x20);
    return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

std::string_view between(const char* first, const char* last) {
    return {first, static_cast<std::size_t>(last - first)};
}

/// Open brackets, a bit each, so that depth costs memory only where it is used.
class Nesting {
public:
    bool empty() const { return depth_ == 0; }
    bool in_object() const { return (near_ & 1) != 0; }
    void push(bool object) {
        if (depth_ >= 64 && depth_ % 64 == 0) far_.push_back(near_);
        near_ = near_ << 1 | static_cast<std::uint64_t>(object);
        ++depth_;
    }
    void pop() {
        --depth_;
        near_ >>= 1;
        if (depth_ >= 64 && depth_ % 64 == 0) {
            near_ = far_.back();
            far_.pop_back();
        }
    }

private:
    std::size_t depth_ = 0;
    std::uint64_t near_ = 0;         ///< the innermost levels, the last in the lowest bit
    std::vector<std::uint64_t> far_; ///< 64 levels each, further out
};

//--- the walk: each step moves `p` behind what it is named for, and says false at a fault

struct Walk {
    const char* p;
    const char* const end;

    explicit Walk(std::string_view text) : p(text.data()), end(text.data() + text.size()) {}

    void blanks() {
        if (p != end && *p > ' ') return;
        while (p != end && is_blank(*p)) ++p;
    }
    bool at(char c) const { return p != end && *p == c; }
    bool take(char c) {
        if (!at(c)) return false;
        ++p;
        return true;
    }
    bool take_word(const char* word, std::size_t size) {
        if (static_cast<std::size_t>(end - p) < size || std::memcmp(p, word, size) != 0)
            return false;
        p += size;
        return true;
    }
    /// Behind a member's name: its colon.
    bool colon() {
        blanks();
        if (!take(':')) return false;
        blanks();
        return true;
    }

    void to_string_stop();
    bool escape();
    bool string(bool* escaped);
    bool number();
    bool scalar();
    bool value();
    bool container();
    bool name();
    bool open_bracket(Nesting& open, bool* complete);
    bool behind_value(Nesting& open, bool* complete);
};

/// Moves to the next byte that is not plain text of a string: quote, backslash or control.
void Walk::to_string_stop() {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  last_control = _mm_set1_epi8(0x1f);
    for (; end - p >= 16; p += 16) {
        const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        const __m128i control = _mm_cmpeq_epi8(_mm_max_epu8(text, last_control), last_control);
        const __m128i named =
            _mm_or_si128(_mm_cmpeq_epi8(text, quote), _mm_cmpeq_epi8(text, slash));
        const int stops = _mm_movemask_epi8(_mm_or_si128(named, control));
        if (stops != 0) {
            p += __builtin_ctz(static_cast<unsigned>(stops));
            return;
        }
    }
#endif
    while (p != end && *p != '"' && *p != '\\' && static_cast<unsigned char>(*p) >= 0x20) ++p;
}

/// Behind a backslash.
bool Walk::escape() {
    if (p == end) return false;
    const char kind = *p++;
    if (kind != 'u') return kind != '\0' && std::strchr("\"\\/bfnrt", kind) != nullptr;
    if (end - p < 4) return false;
    for (int i = 0; i < 4; ++i)
        if (!is_hex(*p++)) return false;
    return true;
}

/// Behind the opening quote.
bool Walk::string(bool* escaped) {
    *escaped = false;
    for (;;) {
        to_string_stop();
        if (p == end) return false;
        if (*p == '"') {
            ++p;
            return true;
        }
        if (*p != '\\') return false; // control characters must be escaped, RFC 8259 section 7
        ++p;
        *escaped = true;
        if (!escape()) return false;
    }
}

bool Walk::number() {
    take('-');
    if (at('I')) return take_word("Infinity", 8);
    const char* digits = p;
    while (p != end && is_digit(*p)) ++p;
    if (p == digits || (*digits == '0' && p - digits > 1)) return false;
    if (take('.')) {
        digits = p;
        while (p != end && is_digit(*p)) ++p;
        if (p == digits) return false;
    }
    if (p == end || (*p | 0x20) != 'e') return true;
    ++p;
    if (p != end && (*p == '+' || *p == '-')) ++p;
    digits = p;
    while (p != end && is_digit(*p)) ++p;
    return p != digits;
}

/// A value that is neither object nor list. Precondition: p != end.
bool Walk::scalar() {
    switch (*p) {
    case '"': {
        bool escaped;
        ++p;
        return string(&escaped);
    }
    case 't': return take_word("true", 4);
    case 'f': return take_word("false", 5);
    case 'n': return take_word("null", 4);
    case 'N': return take_word("NaN", 3);
    default: return number();
    }
}

bool Walk::name() {
    bool escaped;
    blanks();
    return take('"') && string(&escaped) && colon();
}

/// At '{' or '['. `*complete`: it was empty and is behind us.
bool Walk::open_bracket(Nesting& open, bool* complete) {
    const bool object = *p++ == '{';
    blanks();
    *complete = take(object ? '}' : ']');
    if (*complete) return true;
    open.push(object);
    return !object || name();
}

/// Behind a value in a container. `*complete`: that was the last one, and the bracket is closed.
bool Walk::behind_value(Nesting& open, bool* complete) {
    const bool object = open.in_object();
    blanks();
    *complete = !take(',');
    if (!*complete) return !object || name();
    if (!take(object ? '}' : ']')) return false;
    open.pop();
    return true;
}

bool Walk::container() {
    Nesting open;
    for (;;) {
        blanks();
        if (p == end) return false;
        bool complete = true; // a value has just ended
        if (*p == '{' || *p == '[') {
            if (!open_bracket(open, &complete)) return false;
        } else if (!scalar()) {
            return false;
        }
        while (complete) {
            if (open.empty()) return true;
            if (!behind_value(open, &complete)) return false;
        }
    }
}

bool Walk::value() {
    if (p == end) return false;
    return *p == '{' || *p == '[' ? container() : scalar();
}

//--- one step of a path: from a value to the one inside it

bool same_name(std::string_view raw, bool escaped, const std::string& name) {
    if (!escaped) return raw == name;
    return wire::unescaped_json(raw) == name;
}

bool to_member(Walk& walk, const std::string& name) {
    if (!walk.take('{')) return false;
    for (;;) {
        walk.blanks();
        if (!walk.take('"')) return false;
        const char* const begin = walk.p;
        bool escaped;
        if (!walk.string(&escaped)) return false;
        const std::string_view raw = between(begin, walk.p - 1);
        if (!walk.colon()) return false;
        if (same_name(raw, escaped, name)) return true;
        if (!walk.value()) return false;
        walk.blanks();
        if (!walk.take(',')) return false;
    }
}

bool to_item(Walk& walk, std::uint64_t index) {
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

JsonValue value_at(Walk& walk) {
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
    Walk walk(text);
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
