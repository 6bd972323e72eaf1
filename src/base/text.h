// Text and bytes: UTF-8, hex, base64, JSON escapes, and how sizes and durations are written.
// Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

/// True when `text` is well-formed UTF-8 (RFC 3629: shortest forms, no surrogates, at most
/// U+10FFFF). ASCII is skipped eight bytes at a time.
bool utf8_valid(std::string_view text);

/// Offset of the first byte that cannot belong to well-formed UTF-8, or `text.size()` when all is
/// well. A code point that is cut off at the end counts as wrong at its first byte.
std::size_t utf8_error_offset(std::string_view text);

/// Decodes the code point at `*at` and moves `*at` behind it. A byte that is not well-formed gives
/// 0xFFFFFFFF and moves by one.
std::uint32_t utf8_next(std::string_view text, std::size_t* at);

/// Appends `code_point` (up to U+10FFFF, no surrogate) as UTF-8.
void utf8_append(std::string& out, std::uint32_t code_point);

/// Lower-case hex without blanks: "00ff10".
std::string hex_from_bytes(std::string_view bytes);
/// Reads hex digits of either case; blanks between bytes are allowed. False when it is not that.
bool bytes_from_hex(std::string_view hex, std::string* bytes);

/// RFC 4648, with padding.
std::string base64_from_bytes(std::string_view bytes);
void append_base64(std::string& out, std::string_view bytes);
/// Strict RFC 4648 with padding. False when it is not that.
bool bytes_from_base64(std::string_view base64, std::string* bytes);

/// Appends `text` as a JSON string with its quotes; `text` must be valid UTF-8. Escapes only what
/// RFC 8259 asks for (quote, backslash, controls) and DEL and C1, which would drive a terminal;
/// other UTF-8 stays readable.
void append_json_string(std::string& out, std::string_view text);

/// For a terminal: control characters (C0, DEL, C1) become \n, \t, \r or \xNN, bytes that are not
/// UTF-8 become \xNN; everything else stays. No payload can drive the terminal with it.
std::string escape_for_terminal(std::string_view text);

/// "390 B", "51.7 kB", "2.1 MB": decimal units, at most four characters of number.
std::string size_text(std::uint64_t bytes);

/// "+21 µs" style durations without the sign: "850 ns", "21 µs", "49.8 ms", "1.17 s", "12.4 s",
/// "3 min 05 s", "2 h 03 min". Negative values get a leading "−" (U+2212).
std::string duration_text(std::int64_t ns);

/// Whole number with thousands separated by commas: "1,204".
std::string count_text(std::uint64_t count);

/// ASCII only: lower case; equal but for case; text without blanks at both ends.
std::string ascii_lower(std::string_view text);
bool ascii_iequal(std::string_view a, std::string_view b);
std::string_view trimmed(std::string_view text);

} // namespace base
