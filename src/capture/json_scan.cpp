#include "capture/json_scan.h"

#include "capture/json_block.h"
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

namespace capture {
namespace {

constexpr std::size_t kDeepest = 512;

bool digit(char c) { return c >= '0' && c <= '9'; }

//--- strings --------------------------------------------------------------------------------------

constexpr std::array<char, 256> escape_table() {
    std::array<char, 256> table{};
    table['"'] = '"';
    table['\\'] = '\\';
    table['/'] = '/';
    table['b'] = '\b';
    table['f'] = '\f';
    table['n'] = '\n';
    table['r'] = '\r';
    table['t'] = '\t';
    return table;
}
constexpr auto kEscapes = escape_table();

char escaped(char c) { return kEscapes[static_cast<unsigned char>(c)]; }

//--- base64 --------------------------------------------------------------------------------------

constexpr std::array<unsigned char, 256> base64_table() {
    std::array<unsigned char, 256> table{};
    table.fill(0xFF);
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<unsigned char>(i);
    return table;
}
constexpr auto kBase64 = base64_table();

std::uint32_t sextet(char c) { return kBase64[static_cast<unsigned char>(c)]; }

/// The last four characters, which may end in padding. Bytes written, or 0: they are no base64.
std::size_t decode_last(const char* from, char* to) {
    const std::size_t pads = from[3] != '=' ? 0 : from[2] != '=' ? 1 : 2;
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::uint32_t six = i < 4 - pads ? sextet(from[i]) : 0;
        if (six > 63) return 0;
        bits = bits << 6 | six;
    }
    if ((pads == 1 && (bits & 0xFF) != 0) || (pads == 2 && (bits & 0xFFFF) != 0)) return 0;
    const std::size_t size = 3 - pads;
    for (std::size_t i = 0; i < size; ++i) to[i] = static_cast<char>(bits >> (16 - 8 * i) & 0xFF);
    return size;
}

/// In place where `to` is not behind `from`: three bytes come from four.
bool decode_base64(std::string_view from, char* to, std::size_t* size) {
    *size = 0;
    if (from.empty()) return true;
    if (from.size() % 4 != 0) return false;
    char* const begin = to;
    const char* const last = from.data() + from.size() - 4;
    for (const char* at = from.data(); at != last; at += 4, to += 3) {
        const std::uint32_t a = sextet(at[0]), b = sextet(at[1]), c = sextet(at[2]),
                            d = sextet(at[3]);
        if ((a | b | c | d) > 63) return false;
        const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
        to[0] = static_cast<char>(bits >> 16);
        to[1] = static_cast<char>(bits >> 8 & 0xFF);
        to[2] = static_cast<char>(bits & 0xFF);
    }
    const std::size_t end = decode_last(last, to);
    *size = static_cast<std::size_t>(to - begin) + end;
    return end != 0;
}

char* put_utf8(char* out, std::uint32_t point) {
    if (point < 0x80) {
        *out++ = static_cast<char>(point);
        return out;
    }
    if (point < 0x800) {
        *out++ = static_cast<char>(0xC0 | point >> 6);
    } else {
        if (point < 0x10000) {
            *out++ = static_cast<char>(0xE0 | point >> 12);
        } else {
            *out++ = static_cast<char>(0xF0 | point >> 18);
            *out++ = static_cast<char>(0x80 | (point >> 12 & 0x3F));
        }
        *out++ = static_cast<char>(0x80 | (point >> 6 & 0x3F));
    }
    *out++ = static_cast<char>(0x80 | (point & 0x3F));
    return out;
}

} // namespace

//--- signs and words ------------------------------------------------------------------------------

bool JsonScan::fail_for(char wanted) {
    switch (wanted) {
    case ':': return fail("expected a colon");
    case '{': return fail("expected an object");
    case '"': return fail("expected a string");
    default: return fail("expected a comma or the end of what is open");
    }
}

bool JsonScan::at_end() {
    blanks();
    return *at_ == '\n';
}

bool JsonScan::literal(std::string_view word) {
    // The line's end differs from every letter: the comparison stops there.
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (at_[i] == word[i]) continue;
        at_ += i;
        return fail("expected true, false or null");
    }
    at_ += word.size();
    return true;
}

bool JsonScan::boolean(bool* value) {
    blanks();
    *value = *at_ == 't';
    if (*at_ == 't') return literal("true");
    if (*at_ == 'f') return literal("false");
    return fail("expected true or false");
}

//--- numbers --------------------------------------------------------------------------------------

bool JsonScan::number(Number* number) {
    blanks();
    const char* const begin = at_;
    const auto digits = [this] {
        const char* const from = at_;
        while (digit(*at_)) ++at_;
        return std::string_view(from, static_cast<std::size_t>(at_ - from));
    };
    if (*at_ == '-') {
        number->negative = true;
        ++at_;
    }
    number->whole = digits();
    if (number->whole.empty()) return fail("expected a number");
    if (number->whole.size() > 1 && number->whole.front() == '0')
        return fail("a number begins with 0");
    if (*at_ == '.') {
        ++at_;
        number->decimals = digits();
        if (number->decimals.empty()) return fail("expected decimals");
    }
    if (*at_ == 'e' || *at_ == 'E') {
        number->exponent = true;
        ++at_;
        if (*at_ == '+' || *at_ == '-') ++at_;
        if (digits().empty()) return fail("expected an exponent");
    }
    number->text = std::string_view(begin, static_cast<std::size_t>(at_ - begin));
    return true;
}

bool JsonScan::real(double* value) {
    Number read;
    if (!number(&read)) return false;
    const char* const end = read.text.data() + read.text.size();
    if (std::from_chars(read.text.data(), end, *value).ec != std::errc() || !std::isfinite(*value))
        return fail("a number is too large");
    return true;
}

bool JsonScan::whole(std::uint64_t* value) {
    const char* const begin = at_;
    Number read;
    if (!number(&read)) return false;
    if (!read.negative && read.decimals.empty() && !read.exponent) {
        const char* const end = read.whole.data() + read.whole.size();
        if (std::from_chars(read.whole.data(), end, *value).ec == std::errc()) return true;
        return fail("a number is too large");
    }
    at_ = begin; // as some tools write it: 1.0, 1e3
    double real_value = 0;
    if (!real(&real_value)) return false;
    if (!(real_value >= 0) || real_value >= 9007199254740992.0 ||
        real_value != std::floor(real_value))
        return fail("expected a whole number from 0");
    *value = static_cast<std::uint64_t>(real_value);
    return true;
}

bool JsonScan::seconds(std::int64_t* ns) {
    constexpr std::size_t kDecimals = 9;
    constexpr double kMostSeconds = 1e8; // three years
    const char* const begin = at_;
    Number read;
    if (!number(&read)) return false;
    if (read.exponent || read.whole.size() > 7) {
        at_ = begin;
        double value = 0;
        if (!real(&value)) return false;
        if (std::fabs(value) > kMostSeconds) return fail("a time is too far away");
        *ns = std::llround(value * 1e9);
        return true;
    }
    std::int64_t sum = 0;
    for (const char c : read.whole) sum = sum * 10 + (c - '0');
    for (std::size_t i = 0; i < kDecimals; ++i)
        sum = sum * 10 + (i < read.decimals.size() ? read.decimals[i] - '0' : 0);
    *ns = read.negative ? -sum : sum;
    return true;
}

//--- strings --------------------------------------------------------------------------------------

bool JsonScan::name(std::string_view* raw) {
    if (!expect('"')) return false;
    const char* const from = at_;
    // Names are short: byte by byte is quickest.
    while (*at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= 0x20) ++at_;
    if (*at_ != '"') {
        at_ = from - 1; // the long way, with its faults
        if (!skip_string()) return false;
        --at_;
    }
    *raw = std::string_view(from, static_cast<std::size_t>(at_ - from));
    ++at_;
    return true;
}

bool JsonScan::hex4(std::uint32_t* unit) {
    *unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
        const char c = *at_;
        const int value = digit(c)               ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (value < 0) return fail("an escape is not whole");
        *unit = *unit << 4 | static_cast<std::uint32_t>(value);
    }
    return true;
}

/// Behind "\u".
bool JsonScan::unicode(char** out) {
    std::uint32_t unit = 0;
    if (!hex4(&unit)) return false;
    std::uint32_t point = unit;
    if (unit >= 0xD800 && unit <= 0xDFFF) {
        point = 0xFFFD;
        const char* const behind = at_;
        std::uint32_t low = 0;
        if (unit <= 0xDBFF && at_[0] == '\\' && at_[1] == 'u') {
            at_ += 2;
            if (!hex4(&low)) return false;
            if (low >= 0xDC00 && low <= 0xDFFF)
                point = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            else
                at_ = behind;
        }
    }
    *out = put_utf8(*out, point);
    return true;
}

/// At a backslash.
bool JsonScan::unescape(char** out) {
    ++at_;
    if (*at_ == 'u') {
        ++at_;
        return unicode(out);
    }
    const char meant = escaped(*at_);
    if (meant == 0) return fail("an escape is not known");
    *(*out)++ = meant;
    ++at_;
    return true;
}

bool JsonScan::string(char* out, std::size_t* size) {
    if (!expect('"')) return false;
    char* const begin = out;
    for (;;) {
        std::uint64_t found = specials(at_);
        std::size_t done = 0; // bytes of this block that are in `out`
        while (found != 0) {
            const auto here = static_cast<std::size_t>(std::countr_zero(found));
            copy_piece(out, at_ + done, here - done);
            out += here - done;
            const char meant = at_[here] == '\\' ? escaped(at_[here + 1]) : '\0';
            if (meant != 0) { // the usual case: two bytes become one, and on in the same block
                *out++ = meant;
                done = here + 2;
                found &= here >= kBlock - 2 ? 0 : ~std::uint64_t{0} << done;
                continue;
            }
            at_ += here;
            if (*at_ == '"') {
                ++at_;
                *size = static_cast<std::size_t>(out - begin);
                return true;
            }
            if (*at_ != '\\')
                return fail(*at_ == '\n' ? "a string has no end"
                                         : "a string has a control character in it");
            if (!unescape(&out)) return false;
            done = 0;
            found = specials(at_);
        }
        if (done < kBlock) {
            copy_piece(out, at_ + done, kBlock - done);
            out += kBlock - done;
            done = kBlock;
        }
        at_ += done;
    }
}

bool JsonScan::base64(char* out, std::size_t* size) {
    if (!peek('"')) return expect('"');
    const char* const from = at_ + 1;
    if (!skip_string()) return false;
    const std::string_view raw(from, static_cast<std::size_t>(at_ - 1 - from));
    if (decode_base64(raw, out, size)) return true;
    if (raw.find('\\') == std::string_view::npos) return fail("b64 is not base64");
    at_ = from - 1; // written with escapes, as in "\/"
    std::size_t plain = 0;
    if (!string(out, &plain)) return false;
    return decode_base64(std::string_view(out, plain), out, size) || fail("b64 is not base64");
}

//--- what nobody asked for ------------------------------------------------------------------------

/// At its opening quote.
bool JsonScan::skip_string() {
    char place[8];
    ++at_;
    for (;;) {
        const std::uint64_t found = specials(at_);
        if (found == 0) {
            at_ += kBlock;
            continue;
        }
        at_ += std::countr_zero(found);
        if (*at_ == '"') {
            ++at_;
            return true;
        }
        if (*at_ != '\\')
            return fail(*at_ == '\n' ? "a string has no end"
                                     : "a string has a control character in it");
        char* out = place;
        if (!unescape(&out)) return false;
    }
}

bool JsonScan::skip_scalar() {
    switch (*at_) {
    case '"': return skip_string();
    case 't': return literal("true");
    case 'f': return literal("false");
    case 'n': return literal("null");
    default: break;
    }
    Number ignored;
    if (*at_ == '-' || digit(*at_)) return number(&ignored);
    return fail("expected a value");
}

bool JsonScan::skip() {
    blanks();
    if (*at_ != '{' && *at_ != '[') return skip_scalar();
    std::array<bool, kDeepest> lists; // what is open at each depth: a list, or an object
    std::size_t depth = 0;
    for (;;) {
        blanks();
        if (*at_ == '{' || *at_ == '[') {
            if (depth == kDeepest) return fail("it is nested too deep");
            const bool list = *at_ == '[';
            ++at_;
            lists[depth++] = list;
            if (!take(list ? ']' : '}')) {
                std::string_view ignored;
                if (!list && (!name(&ignored) || !expect(':'))) return false;
                continue;
            }
            --depth;
        } else if (!skip_scalar()) {
            return false;
        }
        // Behind a value: the next one, or the ends of what is open.
        for (;;) {
            if (depth == 0) return true;
            const bool list = lists[depth - 1];
            if (take(',')) {
                std::string_view ignored;
                if (!list && (!name(&ignored) || !expect(':'))) return false;
                break;
            }
            if (!expect(list ? ']' : '}')) return false;
            --depth;
        }
    }
}

} // namespace capture
