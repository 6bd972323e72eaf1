#include "replay/json_index.h"

#include <array>
#include <charconv>

#include "base/text.h"
#include "wire/json_text.h"

namespace replay {
namespace {

constexpr std::array<const char*, 6> kKindWords = {"an object", "a list",        "a string",
                                                   "a number",  "true or false", "null"};
static_assert(static_cast<std::size_t>(JsonKind::null) + 1 == kKindWords.size());

bool digit(char c) { return c >= '0' && c <= '9'; }
bool hex_digit(char c) {
    const char lower = static_cast<char>(c | 0x20);
    return digit(c) || (lower >= 'a' && lower <= 'f');
}

/// Reads from left to right with a stack of its own: no nesting exhausts the machine's.
class Indexer {
public:
    Indexer(std::string_view text, std::vector<JsonNode>* nodes) : text_(text), nodes_(*nodes) {}

    bool run() {
        for (;;) {
            blanks();
            bool complete = false;
            if (!begin_value(&complete)) return false;
            while (complete) {
                if (open_.empty()) {
                    blanks();
                    return at_ == text_.size();
                }
                if (!after_value(&complete)) return false;
            }
        }
    }

private:
    bool at_end() const { return at_ >= text_.size(); }
    char here() const { return at_end() ? '\0' : text_[at_]; }
    void blanks() {
        while (!at_end() && (here() == ' ' || here() == '\t' || here() == '\n' || here() == '\r'))
            ++at_;
    }
    bool take(char c) {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    bool take_word(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }

    bool begin_value(bool* complete) {
        if (at_end() || nodes_.size() >= kMostJsonNodes) return false;
        nodes_.push_back(next_);
        next_ = JsonNode();
        JsonNode& node = nodes_.back();
        node.at = static_cast<std::uint32_t>(at_);
        const char c = here();
        if (c == '{' || c == '[') return begin_container(c == '{', complete);
        if (!scalar(&node.kind)) return false;
        node.size = static_cast<std::uint32_t>(at_ - node.at);
        node.end = static_cast<std::uint32_t>(nodes_.size());
        *complete = true;
        return true;
    }

    bool begin_container(bool object, bool* complete) {
        if (open_.size() >= kDeepestJson) return false;
        nodes_.back().kind = object ? JsonKind::object : JsonKind::list;
        open_.push_back(static_cast<std::uint32_t>(nodes_.size() - 1));
        ++at_;
        blanks();
        *complete = here() == (object ? '}' : ']');
        if (*complete) {
            close();
            return true;
        }
        return !object || name();
    }

    void close() {
        ++at_;
        JsonNode& node = nodes_[open_.back()];
        open_.pop_back();
        node.size = static_cast<std::uint32_t>(at_ - node.at);
        node.end = static_cast<std::uint32_t>(nodes_.size());
    }

    /// Behind a value inside a container. `*complete`: a bracket was closed; else a value follows.
    bool after_value(bool* complete) {
        const bool object = nodes_[open_.back()].kind == JsonKind::object;
        blanks();
        *complete = false;
        if (take(',')) {
            blanks();
            return !object || name();
        }
        if (here() != (object ? '}' : ']')) return false;
        close();
        *complete = true;
        return true;
    }

    bool name() {
        const std::size_t start = at_ + 1;
        if (!string()) return false;
        next_.has_key = true;
        next_.key_at = static_cast<std::uint32_t>(start);
        next_.key_size = static_cast<std::uint32_t>(at_ - 1 - start);
        blanks();
        return take(':');
    }

    bool string() {
        if (!take('"')) return false;
        while (!at_end()) {
            const char c = text_[at_++];
            if (c == '"') return true;
            if (static_cast<unsigned char>(c) < 0x20) return false;
            if (c == '\\' && !escape()) return false;
        }
        return false;
    }

    bool escape() {
        if (at_end()) return false;
        const char c = text_[at_++];
        if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
        for (int i = 0; i < 4; ++i)
            if (at_end() || !hex_digit(text_[at_++])) return false;
        return true;
    }

    bool digits() {
        const std::size_t start = at_;
        while (digit(here())) ++at_;
        return at_ > start;
    }

    bool number() {
        take('-');
        if (take_word("Infinity")) return true;
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (here() != 'e' && here() != 'E') return true;
        ++at_;
        if (!take('+')) take('-');
        return digits();
    }

    bool scalar(JsonKind* kind) {
        *kind = JsonKind::number;
        switch (here()) {
        case '"': *kind = JsonKind::string; return string();
        case 't': *kind = JsonKind::boolean; return take_word("true");
        case 'f': *kind = JsonKind::boolean; return take_word("false");
        case 'n': *kind = JsonKind::null; return take_word("null");
        case 'N': return take_word("NaN");
        default: return number();
        }
    }

    std::string_view text_;
    std::vector<JsonNode>& nodes_;
    std::size_t at_ = 0;
    JsonNode next_; ///< what the next value's node begins with: its key
    std::vector<std::uint32_t> open_;
};

} // namespace

const char* word(JsonKind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }

bool index_json(std::string_view text, std::vector<JsonNode>* nodes) {
    nodes->clear();
    return text.size() < 0xFFFFFFFF && Indexer(text, nodes).run() && base::utf8_valid(text);
}

std::string text_of(std::string_view raw_without_quotes) {
    if (raw_without_quotes.find('\\') == std::string_view::npos)
        return std::string(raw_without_quotes);
    return wire::unescaped_json(raw_without_quotes);
}

bool same_text(std::string_view a, std::string_view b) {
    if (a == b) return true;
    const bool escaped = a.find('\\') != a.npos || b.find('\\') != b.npos;
    if (!escaped) return false;
    const std::string text = text_of(a);
    return text == text_of(b) && text.find("\xEF\xBF\xBD") == std::string::npos;
}

std::string canonical_number(std::string_view raw) {
    std::size_t at = 0;
    const bool negative = raw.front() == '-';
    if (negative) ++at;
    if (at < raw.size() && !digit(raw[at])) return std::string(raw); // Infinity, NaN
    std::string digits;
    std::int64_t power = 0;
    bool fraction = false;
    for (; at < raw.size() && (digit(raw[at]) || raw[at] == '.'); ++at) {
        if (raw[at] == '.') {
            fraction = true;
            continue;
        }
        if (fraction) --power;
        if (!digits.empty() || raw[at] != '0') digits += raw[at];
    }
    if (digits.empty()) return "0";
    if (at < raw.size()) { // behind the e
        if (raw[++at] == '+') ++at;
        std::int64_t exponent = 0;
        const auto read = std::from_chars(raw.data() + at, raw.data() + raw.size(), exponent);
        constexpr std::int64_t kFar = std::int64_t{1} << 60;
        if (read.ec != std::errc() || exponent > kFar || exponent < -kFar) return std::string(raw);
        power += exponent;
    }
    while (digits.back() == '0') {
        digits.pop_back();
        ++power;
    }
    return (negative ? "-" : "") + digits + "e" + std::to_string(power);
}

} // namespace replay
