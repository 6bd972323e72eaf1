// One pass over JSON text, for the units of wire that read the top level of a message: strict as
// RFC 8259 but for NaN, Infinity and lone surrogates, which Python writes. Pure; reads no byte
// outside the text it was given; needs memory only for what is nested deeper than 64 levels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace wire {

//--- bytes

inline bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

inline int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The four hex digits at `p`; -1 when they are not there.
inline int read_hex4(const char* p, const char* end) {
    if (end - p < 4) return -1;
    int value = 0;
    for (int i = 0; i < 4; ++i) {
        const int digit = hex_value(p[i]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

inline bool is_high_surrogate(int unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
inline bool is_low_surrogate(int unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

//--- the stack of open brackets: a bit each, so that depth costs memory only where it is used

class JsonNesting {
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

struct JsonScanner {
    const char* p;
    const char* end;
    bool strict = true;

    explicit JsonScanner(std::string_view text) : p(text.data()), end(text.data() + text.size()) {}

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
    bool open_container(JsonNesting& open, bool* closed);
    bool next_in_container(JsonNesting& open, bool* more);
};

/// Behind a backslash.
inline bool JsonScanner::escape() {
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
inline void JsonScanner::to_string_stop() {
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
inline bool JsonScanner::string(bool* escaped) {
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

inline bool JsonScanner::digits() {
    if (p == end || !is_digit(*p)) return false;
#ifdef __SSE2__
    while (end - p >= 16) {
        const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        const __m128i value = _mm_sub_epi8(text, _mm_set1_epi8('0')), nine = _mm_set1_epi8(9);
        const int digits = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(value, nine), nine));
        if (digits != 0xffff) {
            p += __builtin_ctz(~static_cast<unsigned>(digits));
            return true;
        }
        p += 16;
    }
#endif
    while (p != end && is_digit(*p)) ++p;
    return true;
}

inline bool JsonScanner::number() {
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
inline bool JsonScanner::scalar() {
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
inline bool JsonScanner::name() {
    bool escaped;
    blanks();
    if (!take('"') || !string(&escaped)) return false;
    blanks();
    return take(':');
}

/// At '{' or '['. `*closed`: it was empty and is behind us.
inline bool JsonScanner::open_container(JsonNesting& open, bool* closed) {
    const bool object = *p++ == '{';
    blanks();
    *closed = take(object ? '}' : ']');
    if (*closed) return true;
    open.push(object);
    return !object || name();
}

/// Behind a value inside a container. `*more`: another value follows; else a bracket was closed.
inline bool JsonScanner::next_in_container(JsonNesting& open, bool* more) {
    const bool object = open.in_object();
    blanks();
    *more = take(',');
    if (*more) return !object || name();
    if (!take(object ? '}' : ']')) return false;
    open.pop();
    return true;
}

/// Any value, to its end.
inline bool JsonScanner::value() {
    if (p == end) return false;
    return *p == '{' || *p == '[' ? container() : scalar();
}

/// An object or a list. A loop with a stack of bits, so that no nesting is too deep.
inline bool JsonScanner::container() {
    JsonNesting open;
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

/// The text of a JSON string given without its quotes. Lone surrogates become U+FFFD each.
std::string json_unescaped(std::string_view raw);

} // namespace wire
