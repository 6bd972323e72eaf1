#include "model/filter.h"

#include <cstdio>

#include "base/text.h"

namespace model {
namespace {

constexpr std::uint32_t kAllKinds = (1u << static_cast<unsigned>(wire::Kind::status)) - 1;
constexpr std::uint8_t kAllDirs = 0x7;

void append_escape(std::string& out, std::uint32_t unit) {
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(unit));
    out += text;
}

/// `word` with its non-ASCII code points as JSON escapes; empty when there are none, or when it is
/// not UTF-8 and so has no such form.
std::string json_escaped(std::string_view word) {
    std::string out;
    bool any = false;
    for (std::size_t at = 0; at < word.size();) {
        const std::uint32_t point = base::utf8_next(word, &at);
        if (point == 0xFFFFFFFF) return {};
        any = any || point >= 0x80;
        if (point < 0x80) {
            out += static_cast<char>(point);
        } else if (point < 0x10000) {
            append_escape(out, point);
        } else {
            append_escape(out, 0xD800 + ((point - 0x10000) >> 10));
            append_escape(out, 0xDC00 + ((point - 0x10000) & 0x3FF));
        }
    }
    return any ? out : std::string();
}

} // namespace

bool Filter::everything() const {
    return text.empty() && (kinds & kAllKinds) == kAllKinds && (dirs & kAllDirs) == kAllDirs;
}

bool Filter::matches(const wire::EventView& event) const { return Matcher(*this).matches(event); }

Matcher::Matcher(const Filter& filter)
    : kinds_(filter.kinds), dirs_(filter.dirs), plain_(filter.text),
      escaped_(json_escaped(filter.text)) {}

bool Matcher::matches(const wire::EventView& event) const {
    if (!may_match(event.kind, event.dir)) return false;
    if (needs_no_text()) return true;
    if (event.has_payload) return text_in(event.payload);
    return event.details != nullptr && text_in_details(*event.details);
}

bool Matcher::text_in(std::string_view text) const {
    return plain_.found_in(text) || (!escaped_.empty() && escapes_in(text));
}

/// The search takes `\U` for `\u`, which JSON does not have: such a place is passed over.
bool Matcher::escapes_in(std::string_view text) const {
    for (std::size_t at = escaped_.find(text); at != TextSearch::kNotFound;
         at = escaped_.find(text, at + 1)) {
        if (text.substr(at, escaped_.size()).find("\\U") == std::string_view::npos) return true;
    }
    return false;
}

bool Matcher::text_in_details(const wire::Details& details) const {
    if (text_in(details.url) || text_in(details.reason) || text_in(details.note)) return true;
    if (!details.error) return false;
    return text_in(details.error->what) || text_in(details.error->why) ||
           text_in(details.error->fix);
}

} // namespace model
