#include "wire/envelope.h"

#include <charconv>
#include <cstring>
#include <vector>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/clock.h"
#include "base/text.h"

namespace wire {
namespace {

//--- bytes

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The four hex digits at `p`; -1 when they are not there.
int read_hex4(const char* p, const char* end) {
    if (end - p < 4) return -1;
    int value = 0;
    for (int i = 0; i < 4; ++i) {
        const int digit = hex_value(p[i]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

bool is_high_surrogate(int unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low_surrogate(int unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

//--- the stack of open brackets: a bit each, so that depth costs memory only where it is used

class Nesting {
public:
    bool empty() const { return depth_ == 0; }
    bool in_object() const {
        const std::size_t top = depth_ - 1;
        return (word_of(top) >> (top % 64)) & 1;
    }
    void push(bool object) {
        const std::size_t word = depth_ / 64;
        if (word > far_.size()) far_.push_back(0);
        std::uint64_t& bits = word == 0 ? near_ : far_[word - 1];
        const std::uint64_t bit = std::uint64_t{1} << (depth_ % 64);
        bits = object ? bits | bit : bits & ~bit;
        ++depth_;
    }
    void pop() { --depth_; }

private:
    std::uint64_t word_of(std::size_t level) const {
        return level < 64 ? near_ : far_[level / 64 - 1];
    }
    std::size_t depth_ = 0;
    std::uint64_t near_ = 0;
    std::vector<std::uint64_t> far_; ///< levels from 64 on
};

//--- the scanner: each step moves `p` and says false at a fault, with `p` at or before it

struct Scanner {
    const char* p;
    const char* end;
    bool strict = true;

    explicit Scanner(std::string_view text) : p(text.data()), end(text.data() + text.size()) {}

    void blanks() {
        while (p != end && is_blank(*p)) ++p;
    }
    bool at(char c) const { return p != end && *p == c; }
    bool take(char c) {
        if (!at(c)) return false;
        ++p;
        return true;
    }
    bool take_word(std::string_view word) {
        if (static_cast<std::size_t>(end - p) < word.size() ||
            std::memcmp(p, word.data(), word.size()) != 0)
            return false;
        p += word.size();
        return true;
    }

    bool escape();
    void to_string_stop();
    bool string(bool* escaped);
    bool digits();
    bool number();
    bool scalar();
    bool value();
    bool container();
    bool name();
    bool open_container(Nesting& open, bool* closed);
    bool next_in_container(Nesting& open, bool* more);
};

/// Behind a backslash.
bool Scanner::escape() {
    if (p == end) return false;
    const char kind = *p++;
    if (kind != 'u') return kind != '\0' && std::strchr("\"\\/bfnrt", kind) != nullptr;
    const int unit = read_hex4(p, end);
    if (unit < 0) return false;
    p += 4;
    if (is_high_surrogate(unit) && end - p >= 2 && p[0] == '\\' && p[1] == 'u' &&
        is_low_surrogate(read_hex4(p + 2, end))) {
        p += 6;
        return true;
    }
    if (is_high_surrogate(unit) || is_low_surrogate(unit)) strict = false;
    return true;
}

/// Moves to the next byte that is not plain text of a string: quote, backslash or control. Sixteen
/// bytes at a time where the processor can; never past `end`.
void Scanner::to_string_stop() {
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  last_control = _mm_set1_epi8(0x1f);
    while (end - p >= 16) {
        const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        const __m128i control = _mm_cmpeq_epi8(_mm_max_epu8(text, last_control), last_control);
        const __m128i named =
            _mm_or_si128(_mm_cmpeq_epi8(text, quote), _mm_cmpeq_epi8(text, slash));
        const int stops = _mm_movemask_epi8(_mm_or_si128(named, control));
        if (stops != 0) {
            p += __builtin_ctz(static_cast<unsigned>(stops));
            return;
        }
        p += 16;
    }
#endif
    while (p != end && *p != '"' && *p != '\\' && static_cast<unsigned char>(*p) >= 0x20) ++p;
}

/// Behind the opening quote; ends behind the closing one.
bool Scanner::string(bool* escaped) {
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

bool Scanner::digits() {
    if (p == end || !is_digit(*p)) return false;
    while (p != end && is_digit(*p)) ++p;
    return true;
}

bool Scanner::number() {
    take('-');
    if (at('I')) {
        strict = false;
        return take_word("Infinity");
    }
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (p != end && (*p | 0x20) == 'e') {
        ++p;
        if (p != end && (*p == '+' || *p == '-')) ++p;
        return digits();
    }
    return true;
}

/// A value that is neither object nor list.
bool Scanner::scalar() {
    switch (*p) {
    case '"': {
        bool escaped;
        ++p;
        return string(&escaped);
    }
    case 't': return take_word("true");
    case 'f': return take_word("false");
    case 'n': return take_word("null");
    case 'N': strict = false; return take_word("NaN");
    default: return number();
    }
}

/// A member's name with its colon.
bool Scanner::name() {
    bool escaped;
    blanks();
    if (!take('"') || !string(&escaped)) return false;
    blanks();
    return take(':');
}

/// At '{' or '['. `*closed`: it was empty and is behind us.
bool Scanner::open_container(Nesting& open, bool* closed) {
    const bool object = *p++ == '{';
    blanks();
    *closed = take(object ? '}' : ']');
    if (*closed) return true;
    open.push(object);
    return !object || name();
}

/// Behind a value inside a container. `*more`: another value follows; else a bracket was closed.
bool Scanner::next_in_container(Nesting& open, bool* more) {
    const bool object = open.in_object();
    blanks();
    *more = take(',');
    if (*more) return !object || name();
    if (!take(object ? '}' : ']')) return false;
    open.pop();
    return true;
}

/// Any value, to its end.
bool Scanner::value() {
    if (p == end) return false;
    return *p == '{' || *p == '[' ? container() : scalar();
}

/// An object or a list. A loop with a stack of bits, so that no nesting is too deep.
bool Scanner::container() {
    Nesting open;
    for (;;) {
        blanks();
        if (p == end) return false;
        bool complete = true; // a value has just ended
        if (*p == '{' || *p == '[') {
            if (!open_container(open, &complete)) return false;
        } else if (!scalar()) {
            return false;
        }
        while (complete) {
            if (open.empty()) return true;
            bool more;
            if (!next_in_container(open, &more)) return false;
            complete = !more;
        }
    }
}

std::string_view between(const char* first, const char* last) {
    return {first, static_cast<std::size_t>(last - first)};
}

/// The text of a JSON string given without its quotes. Lone surrogates become U+FFFD each.
std::string unescaped(std::string_view raw) {
    std::string text;
    text.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\' || i + 1 == raw.size()) {
            text += raw[i];
            continue;
        }
        const char kind = raw[++i];
        static constexpr std::string_view kNames = "bfnrt", kMeant = "\b\f\n\r\t";
        const std::size_t which = kNames.find(kind);
        if (kind != 'u') {
            text += which == kNames.npos ? kind : kMeant[which];
            continue;
        }
        const char* const end = raw.data() + raw.size();
        const char* p = raw.data() + i + 1;
        int unit = read_hex4(p, end);
        i += 4;
        if (is_high_surrogate(unit) && end - p >= 10 && p[4] == '\\' && p[5] == 'u' &&
            is_low_surrogate(read_hex4(p + 6, end))) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (read_hex4(p + 6, end) - 0xDC00);
            i += 6;
        } else if (unit < 0 || is_high_surrogate(unit) || is_low_surrogate(unit)) {
            unit = 0xFFFD;
        }
        base::utf8_append(text, static_cast<std::uint32_t>(unit));
    }
    return text;
}

/// Walks the members of the object at `scanner.p` and hands each whole one to
/// `take(name, name_escaped, value)`. Returns false at a fault.
template <class Take>
bool walk_members(Scanner& scanner, Take take) {
    if (!scanner.take('{')) return false;
    scanner.blanks();
    if (scanner.take('}')) return true;
    for (;;) {
        scanner.blanks();
        if (!scanner.take('"')) return false;
        const char* const name = scanner.p;
        bool escaped;
        if (!scanner.string(&escaped)) return false;
        const std::string_view name_raw = between(name, scanner.p - 1);
        scanner.blanks();
        if (!scanner.take(':')) return false;
        scanner.blanks();
        const char* const value = scanner.p;
        if (!scanner.value()) return false;
        take(name_raw, escaped, between(value, scanner.p));
        scanner.blanks();
        if (scanner.take('}')) return true;
        if (!scanner.take(',')) return false;
    }
}

bool whole_number(std::string_view raw, std::int64_t* number) {
    const auto [last, error] = std::from_chars(raw.data(), raw.data() + raw.size(), *number);
    return error == std::errc() && last == raw.data() + raw.size();
}

/// The names that an envelope has, each to be taken once.
struct EnvelopeReader {
    EnvelopeHead head;
    bool seen_type = false, seen_seq = false, seen_timestamp = false, seen_data = false;

    void take(std::string_view name, std::string_view value) {
        if (name == "type") {
            if (!seen_type) take_type(value);
        } else if (name == "data") {
            if (!seen_data) head.data_raw = value;
            seen_data = true;
        } else if (name == "seq") {
            if (!seen_seq) head.has_seq = whole_number(value, &head.seq);
            if (!head.has_seq) head.seq = 0;
            seen_seq = true;
        } else if (name == "timestamp") {
            if (!seen_timestamp) head.timestamp_raw = value;
            seen_timestamp = true;
        }
    }

    void take_type(std::string_view value) {
        seen_type = true;
        if (value.front() != '"') return;
        head.has_type = true;
        head.type_raw = value.substr(1, value.size() - 2);
        head.type_escaped = head.type_raw.find('\\') != std::string_view::npos;
    }
};

} // namespace

const char* word(ClockKind kind) {
    switch (kind) {
    case ClockKind::none: return "";
    case ClockKind::monotonic: return "monotonic, s";
    case ClockKind::epoch_s: return "epoch, s";
    case ClockKind::epoch_ms: return "epoch, ms";
    case ClockKind::iso_zoned: return "ISO 8601";
    case ClockKind::iso_local: return "ISO 8601, no zone";
    }
    return "";
}

std::string EnvelopeHead::type() const {
    return type_escaped ? unescaped(type_raw) : std::string(type_raw);
}

EnvelopeHead read_envelope(std::string_view payload) {
    Scanner scanner(payload);
    EnvelopeReader reader;
    scanner.blanks();
    bool sound;
    if (scanner.at('{')) {
        reader.head.object = true;
        sound =
            walk_members(scanner, [&](std::string_view name, bool escaped, std::string_view value) {
                if (escaped)
                    reader.take(unescaped(name), value);
                else
                    reader.take(name, value);
            });
    } else {
        sound = scanner.value();
    }
    scanner.blanks();
    reader.head.whole = sound && scanner.p == scanner.end;
    reader.head.strict_json = reader.head.whole && scanner.strict;
    return reader.head;
}

//--- clocks

namespace {

/// A decimal number in units of 1e-9, exact where it has no exponent; false when it is none, or too
/// large to be a moment.
bool nano_units(std::string_view raw, std::int64_t* units) {
    double number = 0;
    const auto [last, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    if (error != std::errc() || last != raw.data() + raw.size()) return false;
    if (!(number > -9e9 && number < 9e9)) return false;
    if (raw.find_first_of("eE") != std::string_view::npos) {
        *units = static_cast<std::int64_t>(number * 1e9);
        return true;
    }
    const bool negative = raw.front() == '-';
    if (negative) raw.remove_prefix(1);
    std::int64_t sum = 0, unit = base::kSecond;
    bool fraction = false;
    for (const char c : raw) {
        if (c == '.') {
            fraction = true;
        } else if (fraction) {
            unit /= 10;
            sum += (c - '0') * unit;
        } else {
            sum = sum * 10 + (c - '0') * base::kSecond;
        }
    }
    *units = negative ? -sum : sum;
    return true;
}

/// The same of a number of milliseconds: its value in nanoseconds.
bool nanos_of_milliseconds(std::string_view raw, std::int64_t* wall_ns) {
    double number = 0;
    const auto [last, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    if (error != std::errc() || last != raw.data() + raw.size()) return false;
    if (!(number > -9e12 && number < 9e12)) return false;
    *wall_ns = static_cast<std::int64_t>(number * 1e3) * 1000;
    return true;
}

bool near_now(std::int64_t wall_ns, std::int64_t now_wall_ns) {
    constexpr std::int64_t kTenYears = std::int64_t{10} * 366 * 24 * 3600 * base::kSecond;
    return wall_ns > now_wall_ns - kTenYears && wall_ns < now_wall_ns + kTenYears;
}

struct Moment {
    ClockKind kind = ClockKind::none;
    std::int64_t wall_ns = 0; ///< for the kinds that have one
};

Moment moment_of_string(std::string_view raw) {
    const std::string text = unescaped(raw.substr(1, raw.size() - 2));
    Moment moment;
    bool zoned = false;
    if (base::wall_ns_from_iso8601(text, &moment.wall_ns, &zoned))
        moment.kind = zoned ? ClockKind::iso_zoned : ClockKind::iso_local;
    return moment;
}

Moment moment_of(std::string_view raw, std::int64_t now_wall_ns) {
    if (raw.size() >= 2 && raw.front() == '"' && raw.back() == '"') return moment_of_string(raw);
    if (raw.empty() || !(is_digit(raw.front()) || raw.front() == '-')) return {};
    Moment moment;
    if (nano_units(raw, &moment.wall_ns) && near_now(moment.wall_ns, now_wall_ns)) {
        moment.kind = ClockKind::epoch_s;
    } else if (nanos_of_milliseconds(raw, &moment.wall_ns) &&
               near_now(moment.wall_ns, now_wall_ns)) {
        moment.kind = ClockKind::epoch_ms;
    } else {
        Scanner scanner(raw);
        const bool number = scanner.number() && scanner.p == scanner.end && scanner.strict;
        moment.kind = number ? ClockKind::monotonic : ClockKind::none;
    }
    return moment;
}

} // namespace

ClockKind clock_kind_of(std::string_view timestamp_raw, std::int64_t now_wall_ns) {
    return moment_of(timestamp_raw, now_wall_ns).kind;
}

bool wall_ns_of(std::string_view timestamp_raw, std::int64_t now_wall_ns, std::int64_t* wall_ns) {
    const Moment moment = moment_of(timestamp_raw, now_wall_ns);
    if (moment.kind == ClockKind::none || moment.kind == ClockKind::monotonic) return false;
    *wall_ns = moment.wall_ns;
    return true;
}

//--- composing

std::string compose_envelope(std::string_view type, std::string_view data_json,
                             std::int64_t wall_ns) {
    std::string text = "{\"type\":";
    base::append_json_string(text, type);
    text += ",\"data\":";
    text += data_json.empty() ? std::string_view("{}") : data_json;
    text += ",\"timestamp\":\"";
    text += base::iso8601_utc_ms(wall_ns);
    text += "\"}";
    return text;
}

std::string compose_auth_response(std::string_view token) {
    std::string text = "{\"type\":\"auth_response\",\"data\":{\"token\":";
    base::append_json_string(text, token);
    text += "}}";
    return text;
}

//--- authentication

namespace {

/// What auth_challenge and auth_result have in `data`; the first of a repeated name counts.
struct AuthData {
    std::string_view token, client_id, message, success;
};

AuthData read_auth_data(std::string_view data_raw) {
    AuthData data;
    Scanner scanner(data_raw);
    walk_members(scanner, [&](std::string_view name, bool escaped, std::string_view value) {
        const std::string plain = escaped ? unescaped(name) : std::string(name);
        std::string_view* const field = plain == "token"       ? &data.token
                                        : plain == "client_id" ? &data.client_id
                                        : plain == "message"   ? &data.message
                                        : plain == "success"   ? &data.success
                                                               : nullptr;
        if (field && field->empty()) *field = value;
    });
    return data;
}

bool is_string(std::string_view raw) { return raw.size() >= 2 && raw.front() == '"'; }
std::string string_of(std::string_view raw) {
    return is_string(raw) ? unescaped(raw.substr(1, raw.size() - 2)) : std::string();
}

} // namespace

AuthFrame read_auth_frame(std::string_view, const EnvelopeHead& head) {
    // Spelled with escapes it is longer than this; plain, it begins with "auth_".
    if (!head.has_type || (!head.type_escaped && head.type_raw.substr(0, 5) != "auth_")) return {};
    const std::string type = head.type();
    AuthFrame frame;
    if (type == "auth_challenge") {
        const AuthData data = read_auth_data(head.data_raw);
        if (!is_string(data.token)) return {};
        frame.is = AuthFrame::Is::challenge;
        frame.token = string_of(data.token);
        frame.message = string_of(data.message);
    } else if (type == "auth_result") {
        const AuthData data = read_auth_data(head.data_raw);
        if (data.success != "true" && data.success != "false") return {};
        frame.is = data.success == "true" ? AuthFrame::Is::accepted : AuthFrame::Is::refused;
        frame.client_id = string_of(data.client_id);
        frame.message = string_of(data.message);
    }
    return frame;
}

} // namespace wire
