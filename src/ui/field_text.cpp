#include "ui/field_text.h"

#include "base/text.h"

namespace ui {
namespace {

constexpr std::uint32_t kBadByte = 0xFFFFFFFF;

bool first_half(std::uint32_t c) {
    return (c >= kPairFirst && c < kPairSecond) || (c >= kPairPrivate && c < kPairPrivate + 7);
}
bool second_half(std::uint32_t c) { return c >= kPairSecond && c < kPairPrivate; }

/// Only fields that may hold a pair are worth walking: their bytes begin with 0xEE.
bool may_hold_pair(std::string_view field) { return field.find('\xEE') != std::string_view::npos; }

std::uint32_t meant(std::uint32_t first, std::uint32_t second) {
    const std::uint32_t low = second - kPairSecond;
    if (first >= kPairPrivate) return 0xE000 + ((first - kPairPrivate) << 10) + low;
    return 0x10000 + ((first - kPairFirst) << 10) + low;
}

} // namespace

void append_to_field(std::string& field, std::uint32_t code_point) {
    const bool beyond = code_point > 0xFFFF;
    const bool private_use = code_point >= 0xE000 && code_point <= 0xF8FF;
    if (!beyond && !private_use) {
        base::utf8_append(field, code_point);
        return;
    }
    const std::uint32_t offset = code_point - (beyond ? 0x10000u : 0xE000u);
    base::utf8_append(field, (beyond ? kPairFirst : kPairPrivate) + (offset >> 10));
    base::utf8_append(field, kPairSecond + (offset & 0x3FF));
}

std::string field_from_text(std::string_view text) {
    std::string field;
    field.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = at;
        const std::uint32_t code_point = base::utf8_next(text, &at);
        if (code_point == kBadByte) {
            base::utf8_append(field, 0xFFFD); // a field holds text: there is nothing truer to show
        } else if (code_point < 0xE000) {
            field.append(text.substr(start, at - start));
        } else {
            append_to_field(field, code_point);
        }
    }
    return field;
}

std::string text_from_field(std::string_view field) {
    if (!may_hold_pair(field)) return std::string(field);
    std::string text;
    for (std::size_t at = 0; at < field.size();) {
        const std::size_t start = at;
        const std::uint32_t first = base::utf8_next(field, &at);
        if (first_half(first)) {
            std::size_t behind = at;
            const std::uint32_t second = at < field.size() ? base::utf8_next(field, &behind) : 0;
            if (!second_half(second)) continue;
            base::utf8_append(text, meant(first, second));
            at = behind;
        } else if (!second_half(first)) {
            text.append(field.substr(start, at - start));
        }
    }
    return text;
}

std::size_t lone_half(std::string_view field) {
    if (!may_hold_pair(field)) return std::string_view::npos;
    std::size_t open = std::string_view::npos; // a first half that waits for its second
    for (std::size_t at = 0; at < field.size();) {
        const std::size_t start = at;
        const std::uint32_t c = base::utf8_next(field, &at);
        const bool completes = second_half(c) && open != std::string_view::npos;
        if (!completes && open != std::string_view::npos) return open;
        if (!completes && second_half(c)) return start;
        open = first_half(c) ? start : std::string_view::npos;
    }
    return open;
}

} // namespace ui
