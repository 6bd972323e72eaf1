#include "wire/envelope.h"

#include <charconv>

#include "base/clock.h"
#include "base/text.h"
#include "wire/json_scan.h"

namespace wire {
namespace {

std::string_view between(const char* first, const char* last) {
    return {first, static_cast<std::size_t>(last - first)};
}

/// Walks the members of the object at `scanner.p` and hands each whole one to
/// `take(name, name_escaped, value)`. Returns false at a fault.
template <class Take>
bool walk_members(JsonScanner& scanner, Take take) {
    if (!scanner.take('{')) return false;
    scanner.blanks();
    if (scanner.take('}')) return true;
    for (;;) {
        scanner.blanks();
        if (!scanner.take('"')) return false;
        const char* const name = scanner.p;
        bool escaped;
        if (!scanner.string(&escaped)) return false;
        const std::string_view name_raw = between(name, scanner.p - 1);
        scanner.blanks();
        if (!scanner.take(':')) return false;
        scanner.blanks();
        const char* const value = scanner.p;
        if (!scanner.value()) return false;
        take(name_raw, escaped, between(value, scanner.p));
        scanner.blanks();
        if (scanner.take('}')) return true;
        if (!scanner.take(',')) return false;
    }
}

bool whole_number(std::string_view raw, std::int64_t* number) {
    const auto [last, error] = std::from_chars(raw.data(), raw.data() + raw.size(), *number);
    return error == std::errc() && last == raw.data() + raw.size();
}

/// The names that an envelope has, each to be taken once.
struct EnvelopeReader {
    EnvelopeHead head;
    bool seen_type = false, seen_seq = false, seen_timestamp = false, seen_data = false;

    void take(std::string_view name, std::string_view value) {
        if (name == "type") {
            if (!seen_type) take_type(value);
        } else if (name == "data") {
            if (!seen_data) head.data_raw = value;
            seen_data = true;
        } else if (name == "seq") {
            if (!seen_seq) head.has_seq = whole_number(value, &head.seq);
            if (!head.has_seq) head.seq = 0;
            seen_seq = true;
        } else if (name == "timestamp") {
            if (!seen_timestamp) head.timestamp_raw = value;
            seen_timestamp = true;
        }
    }

    void take_type(std::string_view value) {
        seen_type = true;
        if (value.front() != '"') return;
        head.has_type = true;
        head.type_raw = value.substr(1, value.size() - 2);
        head.type_escaped = head.type_raw.find('\\') != std::string_view::npos;
    }
};

} // namespace

const char* word(ClockKind kind) {
    switch (kind) {
    case ClockKind::none: return "";
    case ClockKind::monotonic: return "monotonic, s";
    case ClockKind::epoch_s: return "epoch, s";
    case ClockKind::epoch_ms: return "epoch, ms";
    case ClockKind::iso_zoned: return "ISO 8601";
    case ClockKind::iso_local: return "ISO 8601, no zone";
    }
    return "";
}

std::string EnvelopeHead::type() const {
    return type_escaped ? json_unescaped(type_raw) : std::string(type_raw);
}

EnvelopeHead read_envelope(std::string_view payload) {
    JsonScanner scanner(payload);
    EnvelopeReader reader;
    scanner.blanks();
    bool sound;
    if (scanner.at('{')) {
        reader.head.object = true;
        sound =
            walk_members(scanner, [&](std::string_view name, bool escaped, std::string_view value) {
                if (escaped)
                    reader.take(json_unescaped(name), value);
                else
                    reader.take(name, value);
            });
    } else {
        sound = scanner.value();
    }
    scanner.blanks();
    reader.head.whole = sound && scanner.p == scanner.end;
    reader.head.strict_json = reader.head.whole && scanner.strict;
    return reader.head;
}

//--- clocks

namespace {

/// A decimal number in units of 1e-9, exact where it has no exponent; false when it is none, or too
/// large to be a moment.
bool nano_units(std::string_view raw, std::int64_t* units) {
    double number = 0;
    const auto [last, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    if (error != std::errc() || last != raw.data() + raw.size()) return false;
    if (!(number > -9e9 && number < 9e9)) return false;
    if (raw.find_first_of("eE") != std::string_view::npos) {
        *units = static_cast<std::int64_t>(number * 1e9);
        return true;
    }
    const bool negative = raw.front() == '-';
    if (negative) raw.remove_prefix(1);
    std::int64_t sum = 0, unit = base::kSecond;
    bool fraction = false;
    for (const char c : raw) {
        if (c == '.') {
            fraction = true;
        } else if (fraction) {
            unit /= 10;
            sum += (c - '0') * unit;
        } else {
            sum = sum * 10 + (c - '0') * base::kSecond;
        }
    }
    *units = negative ? -sum : sum;
    return true;
}

/// The same of a number of milliseconds: its value in nanoseconds.
bool nanos_of_milliseconds(std::string_view raw, std::int64_t* wall_ns) {
    double number = 0;
    const auto [last, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    if (error != std::errc() || last != raw.data() + raw.size()) return false;
    if (!(number > -9e12 && number < 9e12)) return false;
    *wall_ns = static_cast<std::int64_t>(number * 1e3) * 1000;
    return true;
}

bool near_now(std::int64_t wall_ns, std::int64_t now_wall_ns) {
    constexpr std::int64_t kTenYears = std::int64_t{10} * 366 * 24 * 3600 * base::kSecond;
    return wall_ns > now_wall_ns - kTenYears && wall_ns < now_wall_ns + kTenYears;
}

struct Moment {
    ClockKind kind = ClockKind::none;
    std::int64_t wall_ns = 0; ///< for the kinds that have one
};

Moment moment_of_string(std::string_view raw) {
    const std::string text = json_unescaped(raw.substr(1, raw.size() - 2));
    Moment moment;
    bool zoned = false;
    if (base::wall_ns_from_iso8601(text, &moment.wall_ns, &zoned))
        moment.kind = zoned ? ClockKind::iso_zoned : ClockKind::iso_local;
    return moment;
}

Moment moment_of(std::string_view raw, std::int64_t now_wall_ns) {
    if (raw.size() >= 2 && raw.front() == '"' && raw.back() == '"') return moment_of_string(raw);
    if (raw.empty() || !(is_digit(raw.front()) || raw.front() == '-')) return {};
    Moment moment;
    if (nano_units(raw, &moment.wall_ns) && near_now(moment.wall_ns, now_wall_ns)) {
        moment.kind = ClockKind::epoch_s;
    } else if (nanos_of_milliseconds(raw, &moment.wall_ns) &&
               near_now(moment.wall_ns, now_wall_ns)) {
        moment.kind = ClockKind::epoch_ms;
    } else {
        JsonScanner scanner(raw);
        const bool number = scanner.number() && scanner.p == scanner.end && scanner.strict;
        moment.kind = number ? ClockKind::monotonic : ClockKind::none;
    }
    return moment;
}

} // namespace

ClockKind clock_kind_of(std::string_view timestamp_raw, std::int64_t now_wall_ns) {
    return moment_of(timestamp_raw, now_wall_ns).kind;
}

bool wall_ns_of(std::string_view timestamp_raw, std::int64_t now_wall_ns, std::int64_t* wall_ns) {
    const Moment moment = moment_of(timestamp_raw, now_wall_ns);
    if (moment.kind == ClockKind::none || moment.kind == ClockKind::monotonic) return false;
    *wall_ns = moment.wall_ns;
    return true;
}

//--- composing

std::string compose_envelope(std::string_view type, std::string_view data_json,
                             std::int64_t wall_ns) {
    std::string text = "{\"type\":";
    base::append_json_string(text, type);
    text += ",\"data\":";
    text += data_json.empty() ? std::string_view("{}") : data_json;
    text += ",\"timestamp\":\"";
    text += base::iso8601_utc_ms(wall_ns);
    text += "\"}";
    return text;
}

std::string compose_auth_response(std::string_view token) {
    std::string text = "{\"type\":\"auth_response\",\"data\":{\"token\":";
    base::append_json_string(text, token);
    text += "}}";
    return text;
}

//--- authentication

namespace {

/// What auth_challenge and auth_result have in `data`; the first of a repeated name counts.
struct AuthData {
    std::string_view token, client_id, message, success;
};

AuthData read_auth_data(std::string_view data_raw) {
    AuthData data;
    JsonScanner scanner(data_raw);
    walk_members(scanner, [&](std::string_view name, bool escaped, std::string_view value) {
        const std::string plain = escaped ? json_unescaped(name) : std::string(name);
        std::string_view* const field = plain == "token"       ? &data.token
                                        : plain == "client_id" ? &data.client_id
                                        : plain == "message"   ? &data.message
                                        : plain == "success"   ? &data.success
                                                               : nullptr;
        if (field && field->empty()) *field = value;
    });
    return data;
}

bool is_string(std::string_view raw) { return raw.size() >= 2 && raw.front() == '"'; }
std::string string_of(std::string_view raw) {
    return is_string(raw) ? json_unescaped(raw.substr(1, raw.size() - 2)) : std::string();
}

} // namespace

AuthFrame read_auth_frame(std::string_view, const EnvelopeHead& head) {
    // Spelled with escapes it is longer than this; plain, it begins with "auth_".
    if (!head.has_type || (!head.type_escaped && head.type_raw.substr(0, 5) != "auth_")) return {};
    const std::string type = head.type();
    AuthFrame frame;
    if (type == "auth_challenge") {
        const AuthData data = read_auth_data(head.data_raw);
        if (!is_string(data.token)) return {};
        frame.is = AuthFrame::Is::challenge;
        frame.token = string_of(data.token);
        frame.message = string_of(data.message);
    } else if (type == "auth_result") {
        const AuthData data = read_auth_data(head.data_raw);
        if (data.success != "true" && data.success != "false") return {};
        frame.is = data.success == "true" ? AuthFrame::Is::accepted : AuthFrame::Is::refused;
        frame.client_id = string_of(data.client_id);
        frame.message = string_of(data.message);
    }
    return frame;
}

} // namespace wire
