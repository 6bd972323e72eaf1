#include "ui/preview.h"

#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "wire/close_code.h"
#include "wire/json_text.h"

namespace ui {
namespace {

using Is = PreviewPart::Is;
using Parts = std::vector<PreviewPart>;

constexpr std::size_t kLookAt = 4096; ///< bytes of a payload that a preview looks at

/// At most `size` bytes of it, and no code point cut in two.
std::string_view beginning(std::string_view text, std::size_t size) {
    if (text.size() <= size) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return text.substr(0, size);
}

/// The name without its escapes, when it is written with some.
std::string name_of(std::string_view key_raw) {
    return key_raw.find('\\') == std::string_view::npos ? std::string(key_raw)
                                                        : wire::unescaped_json(key_raw);
}

/// "{first, second}": the names in an object, as many as are worth a look.
std::string object_text(std::string_view raw) {
    std::string out = "{";
    wire::JsonMembers members(raw);
    int count = 0;
    for (wire::JsonMember member; members.next(&member) && count < 8; ++count) {
        if (count > 0) out += ", ";
        out += name_of(member.key_raw);
    }
    return out + "}";
}

std::string list_text(std::string_view raw) {
    wire::JsonMembers members(raw);
    std::size_t count = 0;
    bool whole = true;
    for (wire::JsonMember member; members.next(&member); ++count) whole = member.whole;
    return "[" + std::string(whole ? "" : "over ") + base::count_text(count) +
           (count == 1 ? " item]" : " items]");
}

std::string value_text(std::string_view raw) {
    if (raw.empty()) return {};
    if (raw[0] == '{') return object_text(raw);
    if (raw[0] == '[') return list_text(raw);
    if (raw[0] == '"' && raw.find('\\') != std::string_view::npos) {
        return wire::unescaped_json(raw); // its quotes stay
    }
    return std::string(raw);
}

void add_fields(std::string_view raw, std::size_t most_chars, Parts* parts) {
    wire::JsonMembers members(raw);
    std::size_t chars = 0;
    for (wire::JsonMember member; chars < most_chars && members.next(&member);) {
        parts->push_back({Is::key, name_of(member.key_raw)});
        std::string value = value_text(beginning(member.value_raw, most_chars * 2));
        chars += parts->back().text.size() + value.size() + 3;
        parts->push_back({Is::value, std::move(value)});
    }
}

/// The raw value of a member of the top level; empty when it is not there.
std::string_view top_member(std::string_view payload, std::string_view name) {
    wire::JsonMembers members(payload);
    for (wire::JsonMember member; members.next(&member);) {
        if (member.key_raw == name) return member.value_raw;
    }
    return {};
}

Parts message_parts(std::string_view whole, std::size_t most_chars) {
    Parts parts;
    const std::string_view payload = beginning(whole, kLookAt);
    const bool object = base::trimmed(payload).substr(0, 1) == "{";
    if (object) {
        const std::string_view data = top_member(payload, "data");
        if (!data.empty() && data[0] == '{') {
            add_fields(data, most_chars, &parts);
        } else if (!data.empty()) {
            parts.push_back({Is::key, "data"});
            parts.push_back({Is::value, value_text(data)});
        }
        if (!top_member(payload, "type").empty() && data.empty()) {
            // A message of Coda's without data (replay): what else it holds.
            wire::JsonMembers members(payload);
            for (wire::JsonMember member; members.next(&member);) {
                if (member.key_raw == "type") continue;
                parts.push_back({Is::key, name_of(member.key_raw)});
                parts.push_back({Is::value, value_text(member.value_raw)});
            }
        }
        if (!parts.empty() || !data.empty()) return parts;
    }
    parts.push_back({Is::value, std::string(beginning(payload, most_chars * 2))});
    return parts;
}

std::string head_line(std::string_view head) {
    const std::size_t end = head.find_first_of("\r\n");
    return std::string(head.substr(0, end));
}

/// The value of a header in a request or answer as on the wire; empty when it is not there.
std::string header_of(std::string_view head, std::string_view name) {
    std::size_t at = 0;
    while (at < head.size()) {
        const std::size_t end = std::min(head.find('\n', at), head.size());
        const std::string_view line = head.substr(at, end - at);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && base::ascii_iequal(line.substr(0, colon), name)) {
            return std::string(base::trimmed(line.substr(colon + 1)));
        }
        at = end + 1;
    }
    return {};
}

std::string seconds_text(double seconds) {
    return base::duration_text(static_cast<std::int64_t>(seconds * 1e9));
}

std::string closing_text(const wire::Details& d) {
    std::string out;
    if (d.code == 0) {
        out = "no code received";
    } else {
        out = std::to_string(d.code) + " " + wire::close_code_name(d.code);
    }
    if (!d.reason.empty()) out += ", \"" + d.reason + "\"";
    return out;
}

std::string life_text(const wire::EventView& event) {
    static const wire::Details kNone;
    const wire::Details& d = event.details ? *event.details : kNone;
    switch (event.kind) {
    case wire::Kind::connecting:
        return d.attempt > 1 ? d.url + ", attempt " + std::to_string(d.attempt) : d.url;
    case wire::Kind::request: {
        const std::string host = header_of(event.payload, "Host");
        return head_line(event.payload) + (host.empty() ? "" : "  Host " + host);
    }
    case wire::Kind::response: {
        const std::string retry = header_of(event.payload, "Retry-After");
        const std::string location = header_of(event.payload, "Location");
        return head_line(event.payload) + (retry.empty() ? "" : "  Retry-After " + retry) +
               (location.empty() ? "" : "  Location " + location);
    }
    case wire::Kind::open: {
        std::string out = d.address.empty() ? "open" : d.address;
        if (!d.subprotocol.empty()) out += ", subprotocol " + d.subprotocol;
        if (!d.extensions.empty()) out += ", " + d.extensions;
        return out;
    }
    case wire::Kind::failed:
        if (!d.error) return d.phase;
        return with_phase(d.phase, d.error->what) +
               (d.error->why.empty() ? "" : ", " + d.error->why);
    case wire::Kind::closed: {
        if (d.error) return d.error->what + (d.error->why.empty() ? "" : ", " + d.error->why);
        const char* who = d.by == wire::By::us     ? "by us, "
                          : d.by == wire::By::peer ? "by the server, "
                                                   : "";
        return who + closing_text(d);
    }
    case wire::Kind::retry: {
        std::string out = "attempt " + std::to_string(d.attempt) + " in " + seconds_text(d.delay_s);
        if (d.delay_cap_s > 0) out += " (random, up to " + seconds_text(d.delay_cap_s) + ")";
        return out;
    }
    case wire::Kind::refused:
        return d.error ? d.error->what + (d.error->why.empty() ? "" : ": " + d.error->why)
                       : "not sent";
    case wire::Kind::close: return closing_text(d);
    case wire::Kind::note:
        if (d.gap > 0) return base::count_text(d.gap) + " events missing here";
        return d.note.empty() ? std::string(beginning(event.payload, 400)) : d.note;
    default: return {};
    }
}

} // namespace

std::vector<PreviewPart> preview_of(const wire::EventView& event, std::size_t most_chars) {
    switch (event.kind) {
    case wire::Kind::text: return message_parts(event.payload, most_chars);
    case wire::Kind::binary:
        return {{Is::value, base::hex_from_bytes(event.payload.substr(0, most_chars / 2))}};
    case wire::Kind::ping:
    case wire::Kind::pong: {
        const std::string_view bytes = event.payload.substr(0, most_chars);
        if (bytes.empty()) return {};
        return {{Is::value,
                 base::utf8_valid(bytes) ? std::string(bytes) : base::hex_from_bytes(bytes)}};
    }
    case wire::Kind::failed:
    case wire::Kind::refused: return {{Is::error, life_text(event)}};
    case wire::Kind::closed: {
        const bool bad = event.details && event.details->error;
        return {{bad ? Is::error : Is::sentence, life_text(event)}};
    }
    default: return {{Is::sentence, life_text(event)}};
    }
}

std::string preview_text(const wire::EventView& event, std::size_t most_chars) {
    std::string out;
    for (const PreviewPart& part : preview_of(event, most_chars)) {
        if (!out.empty()) out += part.is == Is::key ? "  " : " ";
        out += part.text;
    }
    return out;
}

std::string with_phase(std::string_view phase, std::string_view what) {
    const bool said = base::ascii_iequal(what.substr(0, phase.size()), phase);
    if (phase.empty() || said) return std::string(what);
    return std::string(phase) + ": " + std::string(what);
}

std::string_view type_or_kind(const model::Log& log, const model::Row& row) {
    if (row.type != 0 && row.type < log.types().size()) return log.types()[row.type].name;
    return wire::word(row.kind);
}

std::string row_text(const model::Log& log, model::EventId id) {
    const model::Row row = log.row(id);
    const wire::EventView event = log.view(id);
    std::string out = std::to_string(id) + "\t" + base::local_date_clock(event.wall_ns, 6) + "\t" +
                      wire::word(row.dir) + "\t" + std::string(type_or_kind(log, row)) + "\t";
    if (row.has_payload) out += std::to_string(row.size) + " B";
    out += "\t";
    if (event.kind == wire::Kind::text) {
        out.append(event.payload);
    } else {
        out += preview_text(event, 4000);
    }
    return out;
}

} // namespace ui
