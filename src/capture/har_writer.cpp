#include "capture/har_writer.h"

#include <algorithm>
#include <charconv>

#include "base/clock.h"
#include "base/text.h"
#include "capture/line_writer.h"

namespace capture {
namespace {

using wire::EventView;
using wire::Kind;

//--- pieces of JSON -------------------------------------------------------------------------------

/// Text of the peer's is UTF-8, but for a fault: then each bad byte becomes U+FFFD.
void append_words(std::string& out, std::string_view text) {
    if (base::utf8_valid(text)) return base::append_json_string(out, text);
    std::string mended;
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t point = base::utf8_next(text, &at);
        base::utf8_append(mended, point == 0xFFFFFFFF ? 0xFFFD : point);
    }
    base::append_json_string(out, mended);
}

std::string json(std::string_view text) {
    std::string out;
    append_words(out, text);
    return out;
}

/// Milliseconds with what they have of a fraction.
std::string ms_text(std::int64_t ns) {
    char buffer[32];
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, static_cast<double>(ns) / 1e6).ptr;
    return {buffer, end};
}

/// Seconds since 1970 to the microsecond, as Chrome writes them: a double holds no more.
std::string seconds_text(std::int64_t wall_ns) {
    std::string text = std::to_string(wall_ns / base::kSecond) + '.';
    const std::string micros =
        std::to_string(1'000'000 + wall_ns % base::kSecond / base::kMicrosecond);
    return text + micros.substr(1);
}

//--- the head of a request or a response ----------------------------------------------------------

struct Head {
    std::string_view first, second, third; ///< "GET" "/" "HTTP/1.1"; "HTTP/1.1" "101" "Switching …"
    std::vector<std::pair<std::string_view, std::string_view>> headers;
};

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

std::string_view take_word(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

Head head_of(std::string_view text) {
    Head head;
    std::string_view line = take_line(text);
    head.first = take_word(line);
    head.second = take_word(line);
    head.third = line;
    while (!text.empty()) {
        line = take_line(text);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        head.headers.emplace_back(line.substr(0, colon), base::trimmed(line.substr(colon + 1)));
    }
    return head;
}

void append_headers(std::string& out, const Head& head) {
    out += "\"headers\":[";
    bool first = true;
    for (const auto& [name, value] : head.headers) {
        out += first ? "" : ",";
        out += "{\"name\":" + json(name) + ",\"value\":" + json(value) + '}';
        first = false;
    }
    out += ']';
}

void append_query(std::string& out, std::string_view url) {
    out += "\"queryString\":[";
    const std::size_t mark = url.find('?');
    bool first = true;
    while (mark != std::string_view::npos && !url.empty()) {
        std::string_view rest = first ? url.substr(mark + 1) : url;
        const std::size_t end = std::min(rest.find_first_of("&#"), rest.size());
        const std::string_view pair = rest.substr(0, end);
        const bool more = end < rest.size() && rest[end] == '&';
        const std::size_t equals = std::min(pair.find('='), pair.size());
        out += first ? "" : ",";
        out += "{\"name\":" + json(pair.substr(0, equals)) +
               ",\"value\":" + json(pair.substr(std::min(equals + 1, pair.size()))) + '}';
        first = false;
        url = more ? rest.substr(end + 1) : std::string_view();
    }
    out += ']';
}

/// The URL of a connection that a capture does not say: from what was asked.
std::string url_of(const std::string& url, const Head& request) {
    if (!url.empty()) return url;
    for (const auto& [name, value] : request.headers)
        if (base::ascii_iequal(name, "host"))
            return "ws://" + std::string(value) + std::string(request.second);
    return "ws://unknown/";
}

void append_message(std::string& out, const EventView& event, std::int64_t t_ns) {
    const bool text = event.kind == Kind::text;
    const bool readable = base::utf8_valid(event.payload);
    out +=
        event.dir == wire::Dir::out ? R"({"type":"send","time":)" : R"({"type":"receive","time":)";
    out += seconds_text(event.wall_ns);
    out += text ? ",\"opcode\":1,\"data\":" : ",\"opcode\":2,\"data\":";
    if (text) {
        append_words(out, event.payload);
    } else {
        out += '"';
        base::append_base64(out, event.payload);
        out += '"';
    }
    if (text && !readable) { // a fault of the peer's: HAR holds text only
        out += ",\"_b64\":\"";
        base::append_base64(out, event.payload);
        out += '"';
    }
    out += ",\"_n\":" + std::to_string(event.id) + ",\"_t_ns\":" + std::to_string(t_ns);
    if (event.wire_size != 0)
        out += ",\"_frames\":" + std::to_string(event.frames) +
               ",\"_wire_size\":" + std::to_string(event.wire_size);
    out += '}';
}

} // namespace

//--- events ---------------------------------------------------------------------------------------

base::Result<std::unique_ptr<HarWriter>> HarWriter::create(std::int64_t started_wall_ns,
                                                           std::string program) {
    auto spool = Spool::create();
    if (!spool) return spool.error();
    std::unique_ptr<HarWriter> writer(new HarWriter(started_wall_ns, std::move(program)));
    writer->spool_ = std::move(spool.value());
    return writer;
}

HarWriter::Entry& HarWriter::entry_of(const EventView& event) {
    const auto [found, added] = entries_.try_emplace(event.conn);
    Entry& entry = found->second;
    if (added) {
        entry.conn = event.conn;
        entry.first_mono_ns = event.mono_ns;
        entry.first_wall_ns = event.wall_ns;
    }
    entry.last_mono_ns = std::max(entry.last_mono_ns, event.mono_ns);
    return entry;
}

void HarWriter::take_life(Entry& entry, const EventView& event) {
    const wire::Details* const details = event.details;
    switch (event.kind) {
    case Kind::connecting:
        if (details) entry.url = details->url;
        break;
    case Kind::open:
        if (details) entry.address = details->address;
        break;
    case Kind::request:
        entry.request = event.payload;
        entry.request_mono_ns = event.mono_ns;
        break;
    case Kind::response:
        entry.response = event.payload;
        entry.response_mono_ns = event.mono_ns;
        if (details) entry.status = details->status;
        break;
    case Kind::failed:
        if (details && details->error) entry.error = base::one_line(*details->error);
        break;
    default: break;
    }
}

base::Status HarWriter::append(const EventView& event) {
    Entry& entry = entry_of(event);
    piece_.clear();
    Spool::Stream& stream = wire::is_message(event.kind) ? entry.messages : entry.events;
    if (!Spool::empty(stream)) piece_ = ",\n";
    if (wire::is_message(event.kind)) {
        append_message(piece_, event, event.mono_ns);
    } else {
        take_life(entry, event);
        append_line(piece_, event, event.id, 0);
        piece_.pop_back(); // the line end
    }
    return spool_->append(stream, piece_);
}

//--- the HAR --------------------------------------------------------------------------------------

base::Status HarWriter::finish(const Sink& sink) {
    std::string head =
        R"({"log":{"version":"1.2","creator":{"name":"WebSocketDebugger","version":)";
    head += json(program_) + "},\"pages\":[],\"_started\":\"" +
            base::iso8601_utc_ms(started_wall_ns_) +
            "\",\"_started_ns\":" + std::to_string(started_wall_ns_) + ",\"entries\":[\n";
    if (const base::Status put = sink(head); !put) return put;
    bool first = true;
    for (auto& [conn, entry] : entries_) {
        if (!first)
            if (const base::Status put = sink(",\n"); !put) return put;
        first = false;
        if (const base::Status put = write_entry(entry, sink); !put) return put;
    }
    return sink("\n]}}\n");
}

base::Status HarWriter::write_entry(Entry& entry, const Sink& sink) {
    const Head request = head_of(entry.request), response = head_of(entry.response);
    const std::string url = url_of(entry.url, request);
    const std::int64_t asked = std::max(entry.request_mono_ns, entry.first_mono_ns);
    const std::int64_t answered = std::max(entry.response_mono_ns, asked);
    const std::int64_t last = std::max(entry.last_mono_ns, answered);

    std::string out = "{\"startedDateTime\":\"" + base::iso8601_utc_ms(entry.first_wall_ns) +
                      "\",\"time\":" + ms_text(last - entry.first_mono_ns);
    out += ",\"request\":{\"method\":\"GET\",\"url\":" + json(url) +
           ",\"httpVersion\":\"HTTP/1.1\",\"cookies\":[],";
    append_headers(out, request);
    out += ',';
    append_query(out, url);
    out += ",\"headersSize\":" +
           std::to_string(entry.request.empty() ? -1 : static_cast<long>(entry.request.size()) + 2);
    out += ",\"bodySize\":0},\"response\":{\"status\":" + std::to_string(entry.status) +
           ",\"statusText\":" + json(response.third) +
           ",\"httpVersion\":\"HTTP/1.1\",\"cookies\":[],";
    append_headers(out, response);
    out +=
        ",\"content\":{\"size\":0,\"mimeType\":\"x-unknown\"},\"redirectURL\":\"\",\"headersSize\":" +
        std::to_string(entry.response.empty() ? -1 : static_cast<long>(entry.response.size()) + 2) +
        ",\"bodySize\":-1";
    if (!entry.error.empty()) out += ",\"_error\":" + json(entry.error);
    out += "},\"cache\":{},\"timings\":{\"blocked\":-1,\"dns\":-1,\"ssl\":-1,\"connect\":" +
           ms_text(asked - entry.first_mono_ns) +
           ",\"send\":0,\"wait\":" + ms_text(answered - asked) +
           ",\"receive\":" + ms_text(last - answered) + '}';
    if (const std::size_t colon = entry.address.rfind(':'); colon != std::string::npos) {
        std::string ip = entry.address.substr(0, colon);
        ip.erase(std::remove_if(ip.begin(), ip.end(), [](char c) { return c == '[' || c == ']'; }),
                 ip.end());
        out += ",\"serverIPAddress\":" + json(ip);
    }
    out += ",\"connection\":\"" + std::to_string(entry.conn) +
           "\",\"_resourceType\":\"websocket\",\"_priority\":\"High\",\"_webSocketMessages\":[\n";
    if (const base::Status put = sink(out); !put) return put;
    if (const base::Status put = spool_->read(entry.messages, sink); !put) return put;
    if (const base::Status put = sink("],\"_events\":[\n"); !put) return put;
    if (const base::Status put = spool_->read(entry.events, sink); !put) return put;
    return sink("]}");
}

} // namespace capture
