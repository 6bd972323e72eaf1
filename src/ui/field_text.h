// Text on its way into an editing field and back. Dear ImGui's fields hold 16 bits a character, so
// a code point beyond them (an emoji) would come out as U+FFFD and be sent so. Inside a field it is
// written as two characters of the private use area instead; what leaves the field is the true text
// again. Pure and without memory; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ui {

// The first characters of a pair, one range for code points over U+FFFF and one for those of the
// private use area itself; then the second characters.
constexpr std::uint32_t kPairFirst = 0xE000, kPairSecond = 0xE400, kPairPrivate = 0xE800;

std::string field_from_text(std::string_view text);
/// A half of a pair that stands alone was half deleted: it is left out.
std::string text_from_field(std::string_view field);

/// Appends what stands for `code_point` in a field.
void append_to_field(std::string& field, std::uint32_t code_point);

/// ImGui lets no typed character of the private use area into a field. Typed ones therefore come as
/// UTF-16 surrogates, which it lets pass, and its character filter gives each back as its half.
inline std::uint32_t typed_half(std::uint32_t c) {
    if (c >= 0xD800 && c < 0xDC00) return kPairFirst + (c - 0xD800);
    if (c >= 0xDC00 && c < 0xE000) return kPairSecond + (c - 0xDC00);
    return c;
}

/// Offset of the first half that stands alone; `npos` when there is none. Each is three bytes.
std::size_t lone_half(std::string_view field);

} // namespace ui
