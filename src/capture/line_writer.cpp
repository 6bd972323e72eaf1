#include "capture/line_writer.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/clock.h"
#include "base/text.h"
#include "capture/json_block.h"

namespace capture {
namespace {

using wire::Details;
using wire::EventView;
using wire::Kind;

const Details kNoDetails;

void append_number(std::string& out, std::uint64_t value) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
}

/// The shortest decimal that reads back as the same double; JSON has no word for the others.
void append_number(std::string& out, double value) {
    char buffer[32];
    if (!std::isfinite(value)) value = 0;
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
}

/// Nanoseconds as seconds: whole ones, and up to nine decimals without the zeros at their end.
void append_seconds(std::string& out, std::int64_t ns) {
    std::uint64_t magnitude = static_cast<std::uint64_t>(ns);
    if (ns < 0) {
        out += '-';
        magnitude = 0 - magnitude;
    }
    append_number(out, magnitude / 1'000'000'000);
    std::string decimals = std::to_string(1'000'000'000 + magnitude % 1'000'000'000);
    decimals[0] = '.';
    while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
    out += decimals;
}

/// Text of ours or of the peer's that is no payload. It is UTF-8 but for a fault of the peer's,
/// and then the bytes are in the payload too: here each bad byte becomes U+FFFD.
void append_words(std::string& out, std::string_view text) {
    if (base::utf8_valid(text)) return base::append_json_string(out, text);
    std::string mended;
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t code_point = base::utf8_next(text, &at);
        base::utf8_append(mended, code_point == 0xFFFFFFFF ? 0xFFFD : code_point);
    }
    base::append_json_string(out, mended);
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
    out.append(",\"").append(name).append("\":");
    append_words(out, text);
}

template <class Number>
void append_number_member(std::string& out, std::string_view name, Number value) {
    out.append(",\"").append(name).append("\":");
    append_number(out, value);
}

//--- payloads: most of a file, and so 64 bytes at a time

/// Writes what `text[at]` is in JSON; the bytes of `text` that this takes.
std::size_t escape(std::string_view text, std::size_t at, char** to) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    const auto unicode = [to](unsigned value) {
        std::memcpy(*to, "\\u00", 4);
        (*to)[4] = kDigits[value >> 4 & 0xF];
        (*to)[5] = kDigits[value & 0xF];
        *to += 6;
    };
    const auto byte = static_cast<unsigned char>(text[at]);
    const auto short_form = [to](char letter) {
        *(*to)++ = '\\';
        *(*to)++ = letter;
        return std::size_t{1};
    };
    switch (byte) {
    case '"':
    case '\\': return short_form(text[at]);
    case '\b': return short_form('b');
    case '\f': return short_form('f');
    case '\n': return short_form('n');
    case '\r': return short_form('r');
    case '\t': return short_form('t');
    default: break;
    }
    if (byte < 0x20 || byte == 0x7F) {
        unicode(byte);
        return 1;
    }
    // 0xC2: the next byte is the code point, and up to 0x9F that is a control character.
    const auto point = static_cast<unsigned char>(text[at + 1]);
    if (point > 0x9F) {
        *(*to)++ = text[at];
        return 1;
    }
    unicode(point);
    return 2;
}

/// `text` is valid UTF-8.
void append_escaped(std::string& out, std::string_view text) {
    char written[6 * kBlock + 16];
    char padded[kBlock + 16];
    while (!text.empty()) {
        const std::size_t size = std::min(kBlock, text.size());
        const char* from = text.data();
        if (text.size() < kBlock + 16) { // nothing behind the text is read
            std::memcpy(padded, from, size);
            std::memset(padded + size, ' ', sizeof padded - size);
            from = padded;
        }
        std::uint64_t found = specials(from) | drives_terminal(from);
        std::size_t done = 0;
        char* to = written;
        while (found != 0) {
            const auto here = static_cast<std::size_t>(std::countr_zero(found));
            copy_piece(to, from + done, here - done);
            to += here - done;
            done = here + escape(text, here, &to);
            found &= found - 1;
        }
        if (done < size) {
            copy_piece(to, from + done, size - done);
            to += size - done;
            done = size;
        }
        out.append(written, to);
        text.remove_prefix(done);
    }
}

void append_bytes(std::string& out, std::string_view bytes) {
    if (simdjson::validate_utf8(bytes.data(), bytes.size())) {
        out += ",\"data\":\"";
        append_escaped(out, bytes);
        out += '"';
    } else {
        out += ",\"b64\":\"";
        base::append_base64(out, bytes);
        out += '"';
    }
}

/// A Close frame's payload (RFC 6455 section 5.5.1) of an event that brought only its meaning.
std::string close_payload(const Details& details) {
    if (details.code == 0) return {};
    std::string payload;
    payload += static_cast<char>(details.code >> 8 & 0xFF);
    payload += static_cast<char>(details.code & 0xFF);
    return payload + details.reason;
}

void append_payload(std::string& out, const EventView& event, const Details& details) {
    const bool frame = wire::is_frame(event.kind);
    if (event.kind == Kind::close && !event.has_payload) {
        append_bytes(out, close_payload(details));
    } else if (event.kind == Kind::note && !event.has_payload) {
        append_bytes(out, details.note);
    } else if (frame || event.kind == Kind::refused || event.kind == Kind::request ||
               event.kind == Kind::response) {
        append_bytes(out, event.payload);
    } else if (event.has_payload) {
        append_bytes(out, event.payload);
    }
}

/// Code 0 is "none was sent or received": it is left out, as it never travelled.
void append_code(std::string& out, const Details& details) {
    if (details.code != 0)
        append_number_member(out, "code", static_cast<std::uint64_t>(details.code));
    append_member(out, "reason", details.reason);
}

void append_life(std::string& out, const EventView& event, const Details& details) {
    switch (event.kind) {
    case Kind::connecting:
        append_member(out, "url", details.url);
        // Beyond the contract: so that attempts of several connections can be told apart.
        if (event.link > 1) append_number_member(out, "link", std::uint64_t{event.link});
        break;
    case Kind::open:
        append_member(out, "address", details.address);
        append_member(out, "subprotocol", details.subprotocol);
        append_member(out, "extensions", details.extensions);
        break;
    case Kind::response:
        append_number_member(out, "status", static_cast<std::uint64_t>(details.status));
        break;
    case Kind::retry:
        append_number_member(out, "attempt", static_cast<std::uint64_t>(details.attempt));
        append_number_member(out, "delay", details.delay_s);
        break;
    case Kind::close: append_code(out, details); break;
    case Kind::pong:
        if (details.rtt_ns < 0) break;
        out += ",\"rtt\":";
        append_seconds(out, details.rtt_ns);
        break;
    case Kind::closed:
        append_code(out, details);
        out += details.clean ? ",\"clean\":true" : ",\"clean\":false";
        append_member(out, "by", wire::word(details.by));
        break;
    case Kind::note:
        if (details.of != 0) append_number_member(out, "of", details.of);
        if (details.gap != 0) append_number_member(out, "gap", details.gap);
        // Beyond the contract: a file that is appended to cannot take a line back.
        if (details.unmarked) out += ",\"unmarked\":true";
        break;
    default: break;
    }
}

void append_error(std::string& out, const base::Error& error) {
    out += ",\"error\":{\"what\":";
    append_words(out, error.what);
    append_member(out, "why", error.why);
    append_member(out, "fix", error.fix);
    out += '}';
}

} // namespace

std::string first_line(std::int64_t started_wall_ns, std::string_view program) {
    std::string line = R"({"capture":"websocket-debugger","version":1,"started":")";
    line += base::iso8601_utc_ms(started_wall_ns);
    line += R"(","program":)";
    append_words(line, program);
    line += "}\n";
    return line;
}

void append_line(std::string& out, const EventView& event, std::uint64_t n,
                 std::int64_t started_mono_ns) {
    const Details& details = event.details ? *event.details : kNoDetails;
    out += "{\"n\":";
    append_number(out, n);
    out += ",\"t\":";
    append_seconds(out, event.mono_ns - started_mono_ns);
    append_number_member(out, "conn", std::uint64_t{event.conn});
    append_member(out, "dir", wire::word(event.dir));
    append_member(out, "kind", wire::word(event.kind));
    append_payload(out, event, details);
    if (wire::is_message(event.kind) && event.wire_size != 0) {
        append_number_member(out, "frames", std::uint64_t{event.frames});
        append_number_member(out, "wire_size", event.wire_size);
    }
    append_life(out, event, details);
    if (!details.phase.empty()) append_member(out, "phase", details.phase);
    if (details.error) append_error(out, *details.error);
    out += "}\n";
}

void LineWriter::append(std::string& out, const EventView& event) {
    const std::size_t before = out.size();
    ++lines_;
    numbers_.add(event.id, lines_);
    put(out, event);
    if (out.size() - before <= most_line_) return;
    out.resize(before);
    out.shrink_to_fit();
    ++too_long_;
    Details details;
    details.gap = 1;
    details.note = std::string("a ") + wire::word(event.kind) + " event of " +
                   base::size_text(event.payload.size()) +
                   " is missing here: its line would be longer than " + base::size_text(most_line_);
    EventView note;
    note.mono_ns = event.mono_ns;
    note.conn = event.conn;
    note.kind = Kind::note;
    note.details = &details;
    append_line(out, note, lines_, started_mono_ns_);
}

void LineWriter::put(std::string& out, const EventView& event) {
    if (event.details == nullptr || event.details->of == 0)
        return append_line(out, event, lines_, started_mono_ns_);
    Details details = *event.details;
    details.of = numbers_.to_of(details.of);
    EventView renumbered = event;
    renumbered.details = &details;
    append_line(out, renumbered, lines_, started_mono_ns_);
}

} // namespace capture
