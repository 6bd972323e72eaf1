#include "capture/csv_writer.h"

#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "wire/envelope.h"

namespace capture {
namespace {

using wire::Kind;

std::string seconds_text(std::int64_t ns) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%s%lld.%09lld", ns < 0 ? "-" : "",
                  static_cast<long long>(std::llabs(ns / base::kSecond)),
                  static_cast<long long>(std::llabs(ns % base::kSecond)));
    return buffer;
}

/// What an event without a payload says.
std::string words_of(const wire::EventView& event) {
    if (event.details == nullptr) return {};
    const wire::Details& details = *event.details;
    switch (event.kind) {
    case Kind::connecting: return details.url;
    case Kind::open: return details.address;
    case Kind::failed: return details.error ? base::one_line(*details.error) : details.phase;
    case Kind::close:
    case Kind::closed: return details.reason;
    case Kind::note: return details.note;
    default: return {};
    }
}

} // namespace

void append_csv(std::string& out, std::string_view field) {
    if (field.find_first_of("\",\r\n") == std::string_view::npos) {
        out.append(field);
        return;
    }
    out += '"';
    for (const char c : field) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

std::string csv_header() { return "n,time,t,conn,dir,kind,type,size,code,data,b64\n"; }

void append_csv_row(std::string& out, const wire::EventView& event) {
    out += std::to_string(event.id) + ',' + base::iso8601_utc_ms(event.wall_ns) + ',' +
           seconds_text(event.mono_ns - event.start_mono_ns) + ',' + std::to_string(event.conn) +
           ',' + wire::word(event.dir) + ',' + wire::word(event.kind) + ',';
    const bool message = wire::is_message(event.kind);
    if (message) {
        const wire::EnvelopeHead head = wire::read_envelope(event.payload);
        if (head.has_type) append_csv(out, head.type());
    }
    out += ',';
    if (wire::is_frame(event.kind)) out += std::to_string(event.payload.size());
    out += ',';
    if (event.details && event.details->code != 0) out += std::to_string(event.details->code);
    out += ',';
    // A Close's payload is its code and reason, which stand there already.
    const bool bytes = event.has_payload && event.kind != Kind::close;
    if (!bytes)
        append_csv(out, words_of(event));
    else if (base::utf8_valid(event.payload))
        append_csv(out, event.payload);
    out += ',';
    if (bytes && !base::utf8_valid(event.payload)) base::append_base64(out, event.payload);
    out += '\n';
}

} // namespace capture
