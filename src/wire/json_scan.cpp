#include "wire/json_scan.h"

#include "base/text.h"

namespace wire {

std::string json_unescaped(std::string_view raw) {
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

} // namespace wire
