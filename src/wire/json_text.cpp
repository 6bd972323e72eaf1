#include "wire/json_text.h"

#include <vector>

#include "base/clock.h"
#include "base/text.h"

namespace wire {
namespace {

constexpr std::size_t kDeepest = 512;

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

//--- the strict check ----------------------------------------------------------------------------

/// Reads one JSON value from left to right and stops at the first fault.
class Checker {
public:
    explicit Checker(std::string_view text) : text_(text) {}

    bool run() {
        skip_blanks();
        while (step()) {
        }
        return message_.empty();
    }
    std::size_t offset() const { return at_; }
    const std::string& message() const { return message_; }

private:
    /// Where we are in the grammar: what may come next.
    enum class Want { value, value_or_close, name, name_or_close, colon, comma_or_close, end };

    bool fault(std::string message) {
        message_ = std::move(message);
        return false;
    }
    bool at_end() const { return at_ >= text_.size(); }
    char here() const { return text_[at_]; }
    void skip_blanks() {
        while (!at_end() && blank(here())) ++at_;
    }
    void value_done() { want_ = open_.empty() ? Want::end : Want::comma_or_close; }

    bool step();
    bool value();
    bool open(char bracket);
    bool close(char bracket);
    bool string();
    bool escape();
    bool number();
    bool literal();

    std::string_view text_;
    std::size_t at_ = 0;
    Want want_ = Want::value;
    std::vector<char> open_;
    std::string message_;
};

bool Checker::step() {
    if (want_ == Want::end) {
        if (at_end()) return false;
        return fault("expected nothing more behind the value");
    }
    if (at_end()) {
        switch (want_) {
        case Want::value: return fault("expected a value");
        case Want::value_or_close: return fault("expected a value or ]");
        case Want::name: return fault("expected a name in quotes");
        case Want::name_or_close: return fault("expected a name in quotes or }");
        case Want::colon: return fault("expected :");
        default: return fault(open_.back() == '{' ? "expected , or }" : "expected , or ]");
        }
    }
    bool good = false;
    switch (want_) {
    case Want::value: good = value(); break;
    case Want::value_or_close: good = here() == ']' ? close(']') : value(); break;
    case Want::name_or_close:
    case Want::name:
        if (want_ == Want::name_or_close && here() == '}') {
            good = close('}');
        } else if (here() == '"') {
            good = string();
            want_ = Want::colon;
        } else {
            const bool may_close = want_ == Want::name_or_close;
            return fault(may_close ? "expected a name in quotes or }"
                                   : "expected a name in quotes");
        }
        break;
    case Want::colon:
        if (here() != ':') return fault("expected :");
        ++at_;
        want_ = Want::value;
        good = true;
        break;
    case Want::comma_or_close: {
        const bool object = open_.back() == '{';
        if (here() == ',') {
            ++at_;
            want_ = object ? Want::name : Want::value;
            good = true;
        } else if (here() == (object ? '}' : ']')) {
            good = close(here());
        } else {
            return fault(object ? "expected , or }" : "expected , or ]");
        }
        break;
    }
    case Want::end: break;
    }
    if (good) skip_blanks();
    return good;
}

bool Checker::value() {
    const char c = here();
    if (c == '{' || c == '[') return open(c);
    if (c == '"') {
        if (!string()) return false;
        value_done();
        return true;
    }
    if (c == '-' || digit(c)) return number();
    return literal();
}

bool Checker::open(char bracket) {
    if (open_.size() >= kDeepest) return fault("nested more than 512 deep");
    open_.push_back(bracket);
    ++at_;
    want_ = bracket == '{' ? Want::name_or_close : Want::value_or_close;
    return true;
}

bool Checker::close(char) {
    open_.pop_back();
    ++at_;
    value_done();
    return true;
}

bool Checker::string() {
    const std::size_t start = at_++;
    while (!at_end()) {
        const char c = here();
        if (c == '"') {
            ++at_;
            return true;
        }
        if (c == '\\') {
            if (!escape()) return false;
            continue;
        }
        if (c == '\n') break;
        if (static_cast<unsigned char>(c) < 0x20) {
            return fault("a control character must be written as an escape");
        }
        const std::size_t before = at_;
        if (base::utf8_next(text_, &at_) == 0xFFFFFFFF) {
            at_ = before;
            return fault("not UTF-8");
        }
    }
    at_ = start;
    return fault("the string has no closing quote");
}

bool Checker::escape() {
    const std::size_t start = at_++;
    if (!at_end()) {
        const char c = here();
        if (std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos) {
            ++at_;
            return true;
        }
        if (c == 'u') {
            std::string bytes;
            if (text_.size() - at_ > 4 && base::bytes_from_hex(text_.substr(at_ + 1, 4), &bytes) &&
                bytes.size() == 2) {
                at_ += 5;
                return true;
            }
            at_ = start;
            return fault("\\u needs four hex digits");
        }
    }
    at_ = start;
    return fault("not an escape of JSON");
}

bool Checker::number() {
    const std::size_t start = at_;
    if (here() == '-') ++at_;
    const auto digits = [&] {
        const std::size_t first = at_;
        while (!at_end() && digit(here())) ++at_;
        return at_ > first;
    };
    const std::size_t whole = at_;
    if (!digits()) return fault("expected a digit");
    if (text_[whole] == '0' && at_ - whole > 1) {
        at_ = start;
        return fault("a number does not begin with 0");
    }
    if (!at_end() && here() == '.') {
        ++at_;
        if (!digits()) return fault("expected a digit");
    }
    if (!at_end() && (here() == 'e' || here() == 'E')) {
        ++at_;
        if (!at_end() && (here() == '+' || here() == '-')) ++at_;
        if (!digits()) return fault("expected a digit");
    }
    value_done();
    return true;
}

bool Checker::literal() {
    for (const std::string_view word : {"true", "false", "null"}) {
        if (text_.substr(at_, word.size()) == word) {
            at_ += word.size();
            value_done();
            return true;
        }
    }
    for (const std::string_view word : {"NaN", "Infinity"}) {
        if (text_.substr(at_, word.size()) == word) return fault("NaN and Infinity are no JSON");
    }
    if (here() == '\'') return fault("strings stand in double quotes");
    if (want_ == Want::value_or_close) return fault("expected a value or ]");
    return fault("expected a value");
}

void place(std::string_view text, JsonFault* fault) {
    std::size_t line_start = 0;
    for (std::size_t at = 0; at < fault->offset; ++at) {
        if (text[at] != '\n') continue;
        ++fault->line;
        line_start = at + 1;
    }
    for (std::size_t at = line_start; at < fault->offset; ++fault->column) {
        base::utf8_next(text, &at);
    }
}

} // namespace

std::optional<JsonFault> find_json_fault(std::string_view text) {
    Checker checker(text);
    if (checker.run()) return std::nullopt;
    JsonFault fault;
    fault.offset = checker.offset();
    fault.message = checker.message();
    place(text, &fault);
    return fault;
}

//--- tokens --------------------------------------------------------------------------------------

namespace {

std::size_t string_end(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return at + 1;
        }
    }
    return text.size();
}

std::size_t word_end(std::string_view text, std::size_t at) {
    while (at < text.size() && !blank(text[at]) &&
           std::string_view("{}[]:,\"").find(text[at]) == std::string_view::npos) {
        ++at;
    }
    return at;
}

JsonPart part_of_word(std::string_view word) {
    if (word == "true" || word == "false" || word == "null") return JsonPart::literal;
    if (digit(word[0]) || (word[0] == '-' && word.size() > 1)) return JsonPart::number;
    if (word == "NaN" || word == "Infinity") return JsonPart::number;
    return JsonPart::other;
}

} // namespace

bool JsonTokens::next(JsonToken* token) {
    while (at_ < text_.size() && blank(text_[at_])) ++at_;
    if (at_ >= text_.size()) return false;
    token->offset = at_;
    std::size_t end = at_ + 1;
    switch (text_[at_]) {
    case '{':
    case '[': token->part = JsonPart::open; break;
    case '}':
    case ']': token->part = JsonPart::close; break;
    case ',': token->part = JsonPart::comma; break;
    case ':': token->part = JsonPart::colon; break;
    case '"': {
        end = string_end(text_, at_);
        std::size_t behind = end;
        while (behind < text_.size() && blank(text_[behind])) ++behind;
        const bool key = behind < text_.size() && text_[behind] == ':';
        token->part = key ? JsonPart::key : JsonPart::string;
        break;
    }
    default: end = word_end(text_, at_); token->part = part_of_word(text_.substr(at_, end - at_));
    }
    token->size = end - at_;
    at_ = end;
    return true;
}

std::string pretty_json(std::string_view text, int indent) {
    std::string out;
    out.reserve(text.size() + text.size() / 2);
    std::size_t depth = 0;
    bool line_begins = false; // a line end is due before the next token
    bool word_before = false; // two words side by side keep a blank between them
    JsonPart before = JsonPart::other;
    const auto new_line = [&] {
        out += '\n';
        // What is nested deeper than a screen is wide gains nothing from more blanks, and a hostile
        // text must not blow up: n open brackets would become n² bytes.
        const std::size_t shown = depth < 64 ? depth : 64;
        out.append(shown * static_cast<std::size_t>(indent), ' ');
    };
    JsonTokens tokens(text);
    for (JsonToken token; tokens.next(&token);) {
        const bool close = token.part == JsonPart::close;
        if (close && depth > 0) --depth;
        if (close ? before != JsonPart::open && !out.empty() : line_begins) new_line();
        const bool word = token.part <= JsonPart::literal || token.part == JsonPart::other;
        if (word && word_before && !line_begins) out += ' ';
        line_begins = false;
        out.append(text.substr(token.offset, token.size));
        if (token.part == JsonPart::colon) out += ' ';
        if (token.part == JsonPart::open) {
            ++depth;
            line_begins = true;
        }
        if (token.part == JsonPart::comma) line_begins = true;
        word_before = word;
        before = token.part;
    }
    return out;
}

//--- members -------------------------------------------------------------------------------------

JsonMembers::JsonMembers(std::string_view text) : text_(text), tokens_(text) {
    JsonToken token;
    inside_ = tokens_.next(&token) && token.part == JsonPart::open;
}

bool JsonMembers::next(JsonMember* member) {
    *member = JsonMember();
    JsonToken token;
    while (inside_ && tokens_.next(&token)) {
        const std::string_view piece = text_.substr(token.offset, token.size);
        if (token.part == JsonPart::close) {
            inside_ = false;
        } else if (token.part == JsonPart::key) {
            member->key_raw = piece.substr(1, piece.size() - 2);
        } else if (token.part == JsonPart::open) {
            std::size_t depth = 1;
            std::size_t end = token.offset + 1;
            while (depth > 0 && tokens_.next(&token)) {
                if (token.part == JsonPart::open) ++depth;
                if (token.part == JsonPart::close) --depth;
                end = token.offset + token.size;
            }
            const auto start = static_cast<std::size_t>(piece.data() - text_.data());
            member->whole = depth == 0;
            member->value_raw = text_.substr(start, (member->whole ? end : text_.size()) - start);
            return true;
        } else if (token.part != JsonPart::comma && token.part != JsonPart::colon) {
            member->value_raw = piece;
            const bool at_text_end = token.offset + token.size == text_.size();
            member->whole = !at_text_end;
            return true;
        }
    }
    inside_ = false;
    return false;
}

bool json_key_is(std::string_view key_raw, std::string_view name) {
    if (key_raw.find('\\') == std::string_view::npos) return key_raw == name;
    return unescaped_json(key_raw) == name;
}

std::string_view json_member(std::string_view object, std::string_view name) {
    JsonMembers members(object);
    for (JsonMember at; members.next(&at);) {
        // What stands in an object has a key behind a quote; an item of a list has none.
        const bool keyed = at.key_raw.data() != nullptr;
        if (keyed && json_key_is(at.key_raw, name)) return at.value_raw;
    }
    return {};
}

std::string json_string(std::string_view raw) {
    if (raw.size() < 2 || raw.front() != '"') return {};
    return unescaped_json(raw.substr(1, raw.size() - 2));
}

//--- strings -------------------------------------------------------------------------------------

namespace {

/// The four hex digits behind `\u` at `at`; false when they are not there.
bool unit_at(std::string_view raw, std::size_t at, std::uint32_t* unit) {
    if (raw.size() < at + 6 || raw[at] != '\\' || raw[at + 1] != 'u') return false;
    std::string bytes;
    if (!base::bytes_from_hex(raw.substr(at + 2, 4), &bytes) || bytes.size() != 2) return false;
    *unit = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[0])) << 8 |
            static_cast<unsigned char>(bytes[1]);
    return true;
}

/// Appends what the escape at `at` means and returns its size; 0 when it is none.
std::size_t take_escape(std::string_view raw, std::size_t at, std::string* out) {
    if (at + 1 >= raw.size()) return 0;
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t letter = kLetters.find(raw[at + 1]);
    if (letter != std::string_view::npos) {
        *out += kMeanings[letter];
        return 2;
    }
    std::uint32_t unit = 0;
    if (!unit_at(raw, at, &unit)) return 0;
    std::uint32_t low = 0;
    if (unit >= 0xD800 && unit < 0xDC00 && unit_at(raw, at + 6, &low) && low >= 0xDC00 &&
        low < 0xE000) {
        base::utf8_append(*out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        return 12;
    }
    base::utf8_append(*out, unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit);
    return 6;
}

} // namespace

std::string unescaped_json(std::string_view raw) {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t at = 0; at < raw.size();) {
        const std::size_t taken = raw[at] == '\\' ? take_escape(raw, at, &out) : 0;
        if (taken == 0) out += raw[at];
        at += taken == 0 ? 1 : taken;
    }
    return out;
}

std::string with_timestamp(std::string_view object, std::int64_t wall_ns) {
    const std::string stamp = '"' + base::iso8601_utc_ms(wall_ns) + '"';
    std::string out(object);
    JsonMembers members(object);
    bool any = false;
    for (JsonMember member; members.next(&member); any = true) {
        if (unescaped_json(member.key_raw) != "timestamp") continue;
        const auto offset = static_cast<std::size_t>(member.value_raw.data() - object.data());
        return out.replace(offset, member.value_raw.size(), stamp);
    }
    std::size_t end = out.rfind('}');
    if (end == std::string::npos) return out;
    while (end > 0 && blank(out[end - 1])) --end; // behind the last member, before the line end
    return out.insert(end, (any ? ", \"timestamp\": " : "\"timestamp\": ") + stamp);
}

} // namespace wire
