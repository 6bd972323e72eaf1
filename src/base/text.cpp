#include "base/text.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace base {
namespace {

//--- UTF-8 ---------------------------------------------------------------------------------------

constexpr std::uint32_t kMalformed = 0xFFFFFFFF;

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// Offset of the first byte at or behind `at` that is not ASCII. Sixty-four bytes at a time where
/// the processor can, then words of eight.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    const char* bytes = text.data();
#ifdef __SSE2__
    const auto sixteen = [bytes](std::size_t from) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + from));
    };
    for (; at + 64 <= text.size(); at += 64)
        if (_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(sixteen(at), sixteen(at + 16)),
                                           _mm_or_si128(sixteen(at + 32), sixteen(at + 48)))) != 0)
            break;
    for (; at + 16 <= text.size(); at += 16)
        if (_mm_movemask_epi8(sixteen(at)) != 0) break;
#endif
    while (at + 32 <= text.size()) {
        std::uint64_t words[4];
        std::memcpy(words, bytes + at, sizeof words);
        if (((words[0] | words[1] | words[2] | words[3]) & kHighBits) != 0) break;
        at += 32;
    }
    while (at + 8 <= text.size()) {
        std::uint64_t word;
        std::memcpy(&word, bytes + at, sizeof word);
        if ((word & kHighBits) != 0) break;
        at += 8;
    }
    while (at < text.size() && byte_at(text, at) < 0x80) ++at;
    return at;
}

bool continues(std::string_view text, std::size_t at, unsigned char low = 0x80,
               unsigned char high = 0xBF) {
    return at < text.size() && byte_at(text, at) >= low && byte_at(text, at) <= high;
}

/// Bytes of the well-formed code point at `at` (RFC 3629 section 4), 0 when there is none. The
/// limits of the second byte shut out longer forms than needed, surrogates, and what is beyond
/// U+10FFFF.
std::size_t code_point_size(std::string_view text, std::size_t at) {
    const unsigned char lead = byte_at(text, at);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    if (lead < 0xE0) return continues(text, at + 1) ? 2 : 0;
    if (lead < 0xF0) {
        const unsigned char low = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned char high = lead == 0xED ? 0x9F : 0xBF;
        return continues(text, at + 1, low, high) && continues(text, at + 2) ? 3 : 0;
    }
    const unsigned char low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(text, at + 1, low, high) && continues(text, at + 2) && continues(text, at + 3)
               ? 4
               : 0;
}

//--- hex and base64 ------------------------------------------------------------------------------

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr char kBase64Digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> base64_values() {
    std::array<std::uint8_t, 256> values{};
    for (auto& value : values) value = kNoDigit;
    for (std::uint8_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(kBase64Digits[i])] = i;
    return values;
}
constexpr auto kBase64Values = base64_values();

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Reads `count` base64 digits at `from` into one number; false when one is none.
bool read_base64(std::string_view from, std::size_t count, std::uint32_t* bits) {
    *bits = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t value = kBase64Values[byte_at(from, i)];
        if (value == kNoDigit) return false;
        *bits = *bits << 6 | value;
    }
    return true;
}

/// The last group, which may be padded. Bits that stand for no byte must be zero.
bool read_last_base64(std::string_view group, std::string* bytes) {
    std::uint32_t bits = 0;
    if (group[3] != '=') {
        if (!read_base64(group, 4, &bits)) return false;
        for (int shift = 16; shift >= 0; shift -= 8)
            *bytes += static_cast<char>(bits >> shift & 0xFF);
        return true;
    }
    if (group[2] != '=') {
        if (!read_base64(group, 3, &bits) || (bits & 0x3) != 0) return false;
        *bytes += static_cast<char>(bits >> 10 & 0xFF);
        *bytes += static_cast<char>(bits >> 2 & 0xFF);
        return true;
    }
    if (!read_base64(group, 2, &bits) || (bits & 0xF) != 0) return false;
    *bytes += static_cast<char>(bits >> 4 & 0xFF);
    return true;
}

//--- escapes -------------------------------------------------------------------------------------

/// C1 controls as UTF-8 are C2 80 to C2 9F: some terminals obey them as they do ESC.
bool c1_at(std::string_view text, std::size_t at) {
    return byte_at(text, at) == 0xC2 && continues(text, at + 1, 0x80, 0x9F);
}

void append_json_escape(std::string& out, unsigned char control) {
    switch (control) {
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    out += "\\u00";
    out += kHexDigits[control >> 4];
    out += kHexDigits[control & 0xF];
}

void append_terminal_escape(std::string& out, unsigned char byte) {
    switch (byte) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    out += "\\x";
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 0xF];
}

//--- sizes and durations -------------------------------------------------------------------------

std::string formatted(const char* format, double value, const char* unit) {
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, format, value, unit);
    return buffer;
}

/// Three significant digits: "1.17", "12.4", "390".
std::string three_digits(double value, const char* unit) {
    if (value < 9.995) return formatted("%.2f %s", value, unit);
    if (value < 99.95) return formatted("%.1f %s", value, unit);
    return formatted("%.0f %s", value, unit);
}

std::string two_parts(std::uint64_t large, const char* large_unit, std::uint64_t small,
                      const char* small_unit) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%llu %s %02llu %s",
                  static_cast<unsigned long long>(large), large_unit,
                  static_cast<unsigned long long>(small), small_unit);
    return buffer;
}

std::string positive_duration(std::uint64_t ns) {
    const double value = static_cast<double>(ns);
    if (ns < 1'000) return formatted("%.0f %s", value, "ns");
    if (ns < 999'500) return formatted("%.0f %s", value / 1e3, "µs");
    if (ns < 999'500'000) return three_digits(value / 1e6, "ms");
    if (ns < 59'950'000'000) return three_digits(value / 1e9, "s");
    const std::uint64_t seconds = (ns + 500'000'000) / 1'000'000'000;
    if (seconds < 3600) return two_parts(seconds / 60, "min", seconds % 60, "s");
    const std::uint64_t minutes = (seconds + 30) / 60;
    return two_parts(minutes / 60, "h", minutes % 60, "min");
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

bool utf8_valid(std::string_view text) { return utf8_error_offset(text) == text.size(); }

std::size_t utf8_error_offset(std::string_view text) {
    std::size_t at = 0;
    for (;;) {
        at = skip_ascii(text, at);
        // Text that is not ASCII seldom is so for one code point only.
        while (at < text.size() && byte_at(text, at) >= 0x80) {
            const std::size_t size = code_point_size(text, at);
            if (size == 0) return at;
            at += size;
        }
        if (at == text.size()) return at;
    }
}

std::uint32_t utf8_next(std::string_view text, std::size_t* at) {
    const std::size_t size = code_point_size(text, *at);
    const unsigned char lead = byte_at(text, *at);
    if (size <= 1) {
        ++*at;
        return size == 0 ? kMalformed : lead;
    }
    std::uint32_t code_point = lead & (0x7Fu >> size);
    for (std::size_t i = 1; i < size; ++i)
        code_point = code_point << 6 | (byte_at(text, *at + i) & 0x3Fu);
    *at += size;
    return code_point;
}

void utf8_append(std::string& out, std::uint32_t code_point) {
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    const auto tail = [&](int shift) { put(0x80 | (code_point >> shift & 0x3F)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | code_point >> 6);
        tail(0);
    } else if (code_point < 0x10000) {
        put(0xE0 | code_point >> 12);
        tail(6);
        tail(0);
    } else {
        put(0xF0 | code_point >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

std::string hex_from_bytes(std::string_view bytes) {
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        hex += kHexDigits[byte_at(bytes, i) >> 4];
        hex += kHexDigits[byte_at(bytes, i) & 0xF];
    }
    return hex;
}

bool bytes_from_hex(std::string_view hex, std::string* bytes) {
    bytes->clear();
    for (std::size_t at = 0; at < hex.size();) {
        if (blank(hex[at])) {
            ++at;
            continue;
        }
        const int high = hex_value(hex[at]);
        const int low = at + 1 < hex.size() ? hex_value(hex[at + 1]) : -1;
        if (high < 0 || low < 0) return false;
        *bytes += static_cast<char>(high << 4 | low);
        at += 2;
    }
    return true;
}

std::string base64_from_bytes(std::string_view bytes) {
    std::string base64;
    append_base64(base64, bytes);
    return base64;
}

void append_base64(std::string& out, std::string_view bytes) {
    const std::size_t start = out.size();
    out.resize(start + (bytes.size() + 2) / 3 * 4, '='); // what stays is the padding
    char* to = out.data() + start;
    const auto put = [&to](std::uint32_t bits, int digits) {
        for (int i = 0; i < digits; ++i) *to++ = kBase64Digits[bits >> (18 - 6 * i) & 0x3F];
    };
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(byte_at(bytes, i)); };
    std::size_t at = 0;
    for (; at + 3 <= bytes.size(); at += 3)
        put(byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2), 4);
    if (bytes.size() - at == 2) put(byte(at) << 16 | byte(at + 1) << 8, 3);
    if (bytes.size() - at == 1) put(byte(at) << 16, 2);
}

bool bytes_from_base64(std::string_view base64, std::string* bytes) {
    bytes->clear();
    if (base64.empty()) return true;
    if (base64.size() % 4 != 0) return false;
    bytes->reserve(base64.size() / 4 * 3);
    for (; base64.size() > 4; base64.remove_prefix(4)) {
        std::uint32_t bits = 0;
        if (!read_base64(base64, 4, &bits)) return false;
        for (int shift = 16; shift >= 0; shift -= 8)
            *bytes += static_cast<char>(bits >> shift & 0xFF);
    }
    return read_last_base64(base64, bytes);
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t kept = 0; // what stands before this is in `out` already
    for (std::size_t at = 0; at < text.size(); ++at) {
        const unsigned char byte = byte_at(text, at);
        const bool c1 = c1_at(text, at);
        if (byte >= 0x20 && byte != '"' && byte != '\\' && byte != 0x7F && !c1) continue;
        out.append(text, kept, at - kept);
        if (c1) {
            append_json_escape(out, byte_at(text, ++at));
        } else if (byte == '"' || byte == '\\') {
            out += '\\';
            out += static_cast<char>(byte);
        } else {
            append_json_escape(out, byte);
        }
        kept = at + 1;
    }
    out.append(text, kept);
    out += '"';
}

std::string escape_for_terminal(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const unsigned char byte = byte_at(text, at);
        const std::size_t size = code_point_size(text, at);
        if (c1_at(text, at)) {
            append_terminal_escape(out, byte_at(text, at + 1));
            at += 2;
        } else if (size == 0 || byte < 0x20 || byte == 0x7F) {
            append_terminal_escape(out, byte);
            ++at;
        } else {
            out.append(text, at, size);
            at += size;
        }
    }
    return out;
}

std::string size_text(std::uint64_t bytes) {
    constexpr std::array<const char*, 6> kUnits = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) return std::to_string(bytes) + " B";
    double value = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    return formatted(value < 99.95 ? "%.1f %s" : "%.0f %s", value, kUnits[unit]);
}

std::string duration_text(std::int64_t ns) {
    if (ns >= 0) return positive_duration(static_cast<std::uint64_t>(ns));
    return "−" + positive_duration(0 - static_cast<std::uint64_t>(ns));
}

std::string count_text(std::uint64_t count) {
    std::string text = std::to_string(count);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string ascii_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = lower(c);
    return out;
}

bool ascii_iequal(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

} // namespace base
