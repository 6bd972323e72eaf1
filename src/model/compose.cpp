// From a draft to bytes.
//   1. words     2. memory     3. variables     4. unique member     5. hex and base64
//   6. the message     7. repeating
#include "model/compose.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "wire/envelope.h"

namespace model {

//--- 1. words

namespace {

constexpr const char* kBodyWords[] = {"text", "hex", "base64", "file"};
static_assert(std::size(kBodyWords) == kBodyCount);

struct VariableWords {
    const char* name;
    const char* meaning;
};
constexpr VariableWords kVariables[] = {
    {"{{now}}", "the time of sending, ISO 8601 in UTC"},
    {"{{now_ms}}", "the same in milliseconds since 1970"},
    {"{{uuid}}", "a new random id, the same everywhere in one message"},
    {"{{counter}}", "a number that grows by one with each message that has it"},
};
static_assert(std::size(kVariables) == kVariableCount);

} // namespace

const char* word(Body body) { return kBodyWords[static_cast<std::size_t>(body)]; }

std::optional<Body> body_from_word(std::string_view word) {
    for (int i = 0; i < kBodyCount; ++i)
        if (word == kBodyWords[i]) return static_cast<Body>(i);
    return std::nullopt;
}

const char* word(Variable variable) { return kVariables[static_cast<std::size_t>(variable)].name; }
const char* meaning(Variable variable) {
    return kVariables[static_cast<std::size_t>(variable)].meaning;
}

//--- 2. memory

void ComposerMemory::remember(const Draft& draft) {
    if (draft.text.empty() || draft.text.size() > kMostRemembered) return;
    const auto same = std::find(history.begin(), history.end(), draft);
    if (same != history.end()) history.erase(same);
    history.push_back(draft);
    if (history.size() > kMostHistory) history.erase(history.begin());
}

void ComposerMemory::save(std::string name, Draft draft) {
    const auto at = std::lower_bound(saved.begin(), saved.end(), name,
                                     [](const SavedMessage& message, const std::string& wanted) {
                                         return message.name < wanted;
                                     });
    if (at != saved.end() && at->name == name) {
        at->draft = std::move(draft);
    } else {
        saved.insert(at, {std::move(name), std::move(draft)});
    }
}

void ComposerMemory::remove(std::string_view name) {
    std::erase_if(saved, [&](const SavedMessage& message) { return message.name == name; });
}

const SavedMessage* ComposerMemory::find(std::string_view name) const {
    for (const SavedMessage& message : saved)
        if (message.name == name) return &message;
    return nullptr;
}

//--- 3. variables

std::string uuid_from_random(std::uint64_t high, std::uint64_t low) {
    high = (high & ~0xF000ull) | 0x4000ull;
    low = (low & ~(3ull << 62)) | (1ull << 63);
    char text[40];
    std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%012llx",
                  static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xFFFF),
                  static_cast<unsigned>(high & 0xFFFF), static_cast<unsigned>(low >> 48),
                  static_cast<unsigned long long>(low & 0xFFFF'FFFF'FFFFull));
    return text;
}

std::string text_of(Variable variable, const Values& values) {
    switch (variable) {
    case Variable::now: return base::iso8601_utc_ms(values.wall_ns);
    case Variable::now_ms: return std::to_string(values.wall_ns / base::kMillisecond);
    case Variable::uuid: return values.uuid;
    case Variable::counter: return std::to_string(values.counter);
    }
    return {};
}

bool Expanded::uses(Variable variable) const {
    return std::any_of(pieces.begin(), pieces.end(),
                       [&](const Piece& piece) { return piece.variable == variable; });
}

std::size_t Expanded::source_of(std::size_t at) const {
    std::size_t source = at;
    for (const Piece& piece : pieces) {
        if (at < piece.offset) break;
        if (at < piece.offset + piece.size) return piece.source;
        source = piece.source + piece.source_size + (at - piece.offset - piece.size);
    }
    return source;
}

namespace {

/// The variable that stands at `at`; its size in `*size`.
std::optional<Variable> variable_at(std::string_view text, std::size_t at, std::size_t* size) {
    for (int i = 0; i < kVariableCount; ++i) {
        const std::string_view name = kVariables[i].name;
        if (text.substr(at, name.size()) != name) continue;
        *size = name.size();
        return static_cast<Variable>(i);
    }
    return std::nullopt;
}

/// "{{name}}" when letters, digits and _ stand between the braces; empty for `}}` of nested JSON.
std::string_view word_in_braces(std::string_view text) {
    std::size_t end = 2;
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    while (end < text.size() && letter(text[end])) ++end;
    if (end == 2 || text.substr(end, 2) != "}}") return {};
    return text.substr(0, end + 2);
}

} // namespace

Expanded expand(std::string_view text, const Values& values) {
    Expanded out;
    std::size_t copied = 0;
    for (std::size_t at = text.find("{{"); at != std::string_view::npos;) {
        std::size_t size = 0;
        const std::optional<Variable> variable = variable_at(text, at, &size);
        if (variable) {
            out.text.append(text.substr(copied, at - copied));
            const std::string value = text_of(*variable, values);
            out.pieces.push_back({*variable, at, size, out.text.size(), value.size()});
            out.text += value;
            copied = at + size;
        } else if (out.unknown.empty()) {
            out.unknown = word_in_braces(text.substr(at));
        }
        at = text.find("{{", variable ? at + size : at + 1);
    }
    out.text.append(text.substr(copied));
    return out;
}

//--- 4. unique member

namespace {

constexpr std::string_view kUnique = "unique";

bool is_object(std::string_view value) { return !value.empty() && value.front() == '{'; }

std::size_t offset_in(std::string_view whole, std::string_view part) {
    return static_cast<std::size_t>(part.data() - whole.data());
}

/// `object` with one more member; one of that name is replaced.
std::string with_member(std::string_view object, std::string_view key, const std::string& value) {
    std::string out(object);
    bool any = false;
    wire::JsonMembers members(object);
    for (wire::JsonMember member; members.next(&member); any = true) {
        if (wire::unescaped_json(member.key_raw) != key) continue;
        return out.replace(offset_in(object, member.value_raw), member.value_raw.size(), value);
    }
    std::size_t end = out.rfind('}');
    while (end > 0 && std::string_view(" \t\r\n").find(out[end - 1]) != std::string_view::npos)
        --end; // behind the last member, before the line end
    const std::string member = "\"" + std::string(key) + "\": " + value;
    return out.insert(end, (any ? ", " : "") + member);
}

} // namespace

std::string with_unique_member(std::string_view object, std::string_view value) {
    std::string quoted;
    base::append_json_string(quoted, value);
    wire::JsonMembers members(object);
    for (wire::JsonMember member; members.next(&member);) {
        if (wire::unescaped_json(member.key_raw) != "data") continue;
        if (!is_object(member.value_raw)) return {};
        std::string out(object);
        return out.replace(offset_in(object, member.value_raw), member.value_raw.size(),
                           with_member(member.value_raw, kUnique, quoted));
    }
    return with_member(object, "data", "{\"" + std::string(kUnique) + "\": " + quoted + "}");
}

//--- 5. hex and base64

namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

/// "Line 2, column 7: `x` is no hex digit".
base::Error error_at(std::string_view text, std::size_t offset, std::string_view what) {
    int line = 1;
    std::size_t line_begins = 0;
    for (std::size_t at = 0; at < offset; ++at) {
        if (text[at] != '\n') continue;
        ++line;
        line_begins = at + 1;
    }
    int column = 1;
    for (std::size_t at = line_begins; at < offset; ++column) base::utf8_next(text, &at);
    std::size_t end = offset;
    if (end < text.size()) base::utf8_next(text, &end);
    const std::string shown =
        end > offset ? "“" + std::string(text.substr(offset, end - offset)) + "” " : "";
    return {"Line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + shown +
                std::string(what),
            "", ""};
}

} // namespace

base::Result<std::string> bytes_of_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size();) {
        if (blank(text[at]) || text[at] == ',') {
            ++at;
            continue;
        }
        const bool prefix = text[at] == '0' && at + 1 < text.size() && (text[at + 1] | 32) == 'x';
        if (prefix) at += 2;
        const int high = at < text.size() ? hex_digit(text[at]) : -1;
        if (high < 0) return error_at(text, at, "is no hex digit");
        const bool whole = at + 1 < text.size() && !blank(text[at + 1]) && text[at + 1] != ',';
        if (!whole) return error_at(text, at, "is half a byte: two hex digits each");
        const int low = hex_digit(text[at + 1]);
        if (low < 0) return error_at(text, at + 1, "is no hex digit");
        bytes += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return bytes;
}

base::Result<std::string> bytes_of_base64(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    int held = 0; // bits in `bits`
    std::size_t digits = 0, padding = 0, last = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (blank(text[at])) continue;
        last = at;
        if (text[at] == '=') {
            if (++padding > 2 || digits % 4 < 2) return error_at(text, at, "is padding too early");
            continue;
        }
        const int digit = base64_digit(text[at]);
        if (digit < 0) return error_at(text, at, "is no digit of base64");
        if (padding > 0) return error_at(text, at, "stands behind the padding");
        ++digits;
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes += static_cast<char>(bits >> held & 0xFF);
        bits &= (1u << held) - 1;
    }
    if (digits % 4 == 1)
        return error_at(text, last, "is one digit too many, or the end is missing");
    if (padding > 0 && (digits + padding) % 4 != 0)
        return error_at(text, last, "is the wrong number of padding signs");
    if (bits != 0) return error_at(text, last, "leaves bits over: the end is missing");
    return bytes;
}

std::string hex_lines(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 3);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        if (at > 0) out += at % 16 == 0 ? '\n' : ' ';
        constexpr char kDigits[] = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(bytes[at]);
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

//--- 6. the message

namespace {

/// The place of a fault of the expanded text in the text as it was written.
wire::JsonFault place_in_source(std::string_view source, const Expanded& expanded,
                                wire::JsonFault fault) {
    fault.offset = std::min(expanded.source_of(fault.offset), source.size());
    fault.line = 1;
    fault.column = 1;
    std::size_t line_begins = 0;
    for (std::size_t at = 0; at < fault.offset; ++at) {
        if (source[at] != '\n') continue;
        ++fault.line;
        line_begins = at + 1;
    }
    for (std::size_t at = line_begins; at < fault.offset; ++fault.column)
        base::utf8_next(source, &at);
    return fault;
}

std::string fault_text(const wire::JsonFault& fault) {
    return "Line " + std::to_string(fault.line) + ", column " + std::to_string(fault.column) +
           ": " + fault.message;
}

void make_text(const Draft& draft, const Values& values, Made& made) {
    made.expanded = draft.variables ? expand(draft.text, values) : Expanded{draft.text, {}, {}};
    made.uses_counter = made.expanded.uses(Variable::counter);
    made.payload = made.expanded.text;
    const auto fault = wire::find_json_fault(made.payload);
    if (fault) made.fault = place_in_source(draft.text, made.expanded, *fault);
    if (!base::utf8_valid(made.payload)) {
        made.error = {"Text messages are UTF-8, and this is not", "", "send the bytes as hex"};
        return;
    }
    if (!draft.envelope && !draft.unique) return;
    const char* const wish = draft.envelope ? "Envelope" : "Make unique";
    if (made.fault) {
        made.error = {fault_text(*made.fault), "",
                      std::string("correct it, or switch ") + wish +
                          " off to send it as it stands"};
        return;
    }
    const std::size_t first = made.payload.find_first_not_of(" \t\r\n");
    if (first == std::string::npos || made.payload[first] != '{') {
        made.error = {std::string(draft.envelope ? "An envelope" : "A unique message") +
                          " is a JSON object: switch " + wish + " off to send this as it is",
                      "", ""};
        return;
    }
    if (draft.unique) {
        std::string unique = with_unique_member(made.payload, values.uuid.substr(0, 8));
        if (unique.empty()) {
            made.error = {"Make unique puts a member into data, and data is no object here", "",
                          "switch Make unique off"};
            return;
        }
        made.payload = std::move(unique);
    }
    if (draft.envelope) made.payload = wire::with_timestamp(made.payload, values.wall_ns);
}

void take_bytes(base::Result<std::string> bytes, Made& made) {
    made.binary = true;
    if (bytes.ok()) {
        made.payload = std::move(bytes.value());
    } else {
        made.error = bytes.error();
    }
}

} // namespace

Made make_message(const Draft& draft, const Values& values, std::string_view file) {
    Made made;
    switch (draft.body) {
    case Body::text: make_text(draft, values, made); break;
    case Body::hex: take_bytes(bytes_of_hex(draft.text), made); break;
    case Body::base64: take_bytes(bytes_of_base64(draft.text), made); break;
    case Body::file:
        made.binary = !draft.file_text;
        made.payload = file;
        if (draft.file_text && !base::utf8_valid(file)) {
            const std::size_t at = base::utf8_error_offset(file);
            made.error = {"The file is not UTF-8 at byte " + base::count_text(at), "",
                          "send it as binary"};
        }
        break;
    }
    return made;
}

Draft draft_of_message(std::string_view payload, bool binary) {
    Draft draft;
    if (binary || !base::utf8_valid(payload)) {
        draft.body = Body::hex;
        draft.text = hex_lines(payload);
        return draft;
    }
    draft.text = payload;
    const wire::EnvelopeHead head = wire::read_envelope(payload);
    draft.envelope = head.whole && head.strict_json &&
                     wire::clock_kind_of(head.timestamp_raw, 0) == wire::ClockKind::iso_zoned;
    // What crossed the wire stays as it is: braces that look like a variable were not one.
    draft.variables = expand(payload, {}).pieces.empty();
    return draft;
}

namespace {

/// Variables stand where any JSON may, so they go through the formatter as words of their own: a
/// control character stands in no text that is JSON.
std::string formatted_json(std::string_view text, bool variables) {
    if (wire::find_json_fault(text) == std::nullopt || !variables) return wire::pretty_json(text);
    constexpr char kMark = 0x1A;
    const Expanded expanded = expand(text, {});
    std::string marked;
    std::size_t copied = 0;
    for (const Expanded::Piece& piece : expanded.pieces) {
        marked.append(text.substr(copied, piece.source - copied));
        marked += kMark;
        marked += static_cast<char>('0' + static_cast<int>(piece.variable));
        copied = piece.source + piece.source_size;
    }
    marked.append(text.substr(copied));
    std::string out;
    const std::string pretty = wire::pretty_json(marked);
    for (std::size_t at = 0; at < pretty.size(); ++at) {
        if (pretty[at] == kMark && at + 1 < pretty.size()) {
            out += word(static_cast<Variable>(pretty[++at] - '0'));
        } else {
            out += pretty[at];
        }
    }
    return out;
}

} // namespace

std::string formatted(const Draft& draft) {
    switch (draft.body) {
    case Body::text: {
        const bool json = !make_message(draft, {0, 1, "x"}).fault;
        return json ? formatted_json(draft.text, draft.variables) : draft.text;
    }
    case Body::hex: {
        const base::Result<std::string> bytes = bytes_of_hex(draft.text);
        return bytes.ok() ? hex_lines(bytes.value()) : draft.text;
    }
    case Body::base64: {
        const base::Result<std::string> bytes = bytes_of_base64(draft.text);
        if (!bytes.ok()) return draft.text;
        std::string out = base::base64_from_bytes(bytes.value());
        for (std::size_t at = 76; at < out.size(); at += 77) out.insert(at, 1, '\n');
        return out;
    }
    case Body::file: break;
    }
    return draft.text;
}

//--- 7. repeating

bool Repeat::take(std::int64_t now_mono_ns) {
    if (!running || done() || now_mono_ns < due_mono_ns) return false;
    ++sent;
    due_mono_ns = every_ns == 0 ? now_mono_ns : due_mono_ns + every_ns;
    const std::int64_t behind = now_mono_ns - due_mono_ns;
    if (every_ns > 0 && behind / every_ns > kMostAtOnce) due_mono_ns = now_mono_ns;
    return true;
}

bool interval_from_text(std::string_view text, std::int64_t* ns) {
    constexpr double kMostSeconds = 24 * 3600;
    text = base::trimmed(text);
    *ns = 0;
    if (text.empty()) return true;
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || !(number >= 0)) return false;
    const std::string_view unit =
        base::trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
    double scale = 0;
    if (unit.empty() || unit == "ms") scale = 1e-3;
    if (unit == "s") scale = 1;
    if (unit == "min") scale = 60;
    if (scale == 0 || number * scale > kMostSeconds) return false;
    *ns = std::llround(number * scale * 1e9);
    return true;
}

bool times_from_text(std::string_view text, std::uint64_t* times) {
    text = base::trimmed(text);
    *times = 0;
    if (text.empty() || text == "∞") return true;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *times);
    return error == std::errc() && end == text.data() + text.size();
}

} // namespace model
