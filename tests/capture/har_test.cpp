// HAR in and out: our own goes through it and comes back; its shape is held against the HAR 1.2
// description (softwareishard's, section by section) and against what Chrome exports and imports.
#include "capture/har_reader.h"
#include "capture/har_writer.h"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/text.h"
#include "capture/folder.h"

namespace {

using nlohmann::json;
using test::Folder;
using wire::Dir;
using wire::Event;
using wire::Kind;

constexpr std::int64_t kStarted = 1'795'395'723'456'000'000;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Events for a HarWriter, with what they refer to.
class Har {
public:
    Har() {
        auto made = capture::HarWriter::create(kStarted, "test 1");
        REQUIRE(made.ok());
        writer_ = std::move(made.value());
    }
    void add(std::uint32_t conn, Kind kind, Dir dir, std::string_view payload = {},
             wire::Details details = {}) {
        wire::EventView event;
        event.id = ++id_;
        event.mono_ns = static_cast<std::int64_t>(id_) * 1'234'567;
        event.wall_ns = kStarted + event.mono_ns;
        event.conn = conn;
        event.dir = dir;
        event.kind = kind;
        event.has_payload = payload.data() != nullptr;
        event.payload = payload;
        event.details = &details;
        if (wire::is_message(kind)) {
            event.frames = 2;
            event.wire_size = payload.size() + 4;
        }
        REQUIRE(writer_->append(event).ok());
    }
    void connect(std::uint32_t conn) {
        wire::Details details;
        details.url = "ws://host:1/chat?room=a%20b&x";
        details.status = 101;
        details.address = "127.0.0.1:1";
        add(conn, Kind::connecting, Dir::none, {}, details);
        add(conn, Kind::request, Dir::none,
            "GET /chat?room=a%20b&x HTTP/1.1\r\nHost: host:1\r\nUpgrade: websocket\r\n");
        add(conn, Kind::response, Dir::none,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n", details);
        add(conn, Kind::open, Dir::none, {}, details);
    }
    std::string text() {
        std::string out;
        REQUIRE(writer_
                    ->finish([&](std::string_view piece) {
                        out += piece;
                        return base::Status();
                    })
                    .ok());
        return out;
    }

private:
    std::unique_ptr<capture::HarWriter> writer_;
    std::uint64_t id_ = 0;
};

std::vector<Event> read(const std::string& path) {
    auto reader = capture::open_any(path);
    REQUIRE_MESSAGE(reader.ok(), base::one_line(reader.error()));
    std::vector<Event> events;
    for (Event event; reader.value().next(&event); event = Event())
        events.push_back(std::move(event));
    CHECK(reader.value().damaged_lines() == 0);
    CHECK(reader.value().warnings().empty());
    return events;
}

std::vector<Event> read_text(const std::string& har) {
    const Folder folder;
    std::ofstream(folder / "a.har", std::ios::binary) << har;
    return read(folder / "a.har");
}

base::Error refused(const std::string& har) {
    const Folder folder;
    std::ofstream(folder / "a.har", std::ios::binary) << har;
    auto reader = capture::open_har(folder / "a.har");
    REQUIRE_FALSE(reader.ok());
    return reader.error();
}

/// As Chrome's DevTools save it: names in its order, messages before the request.
const char* const kChrome = R"({
  "log": {
    "version": "1.2",
    "creator": {"name": "WebInspector", "version": "537.36"},
    "pages": [{"startedDateTime": "2026-11-23T01:02:00.000Z", "id": "page_1", "title": "http://a/",
      "pageTimings": {"onContentLoad": 12.5, "onLoad": 30}}],
    "entries": [
      {"_priority": "High", "_resourceType": "script", "cache": {}, "request": {"method": "GET",
        "url": "http://a/app.js", "httpVersion": "HTTP/1.1", "headers": [], "queryString": [],
        "cookies": [], "headersSize": 1, "bodySize": 0}, "response": {"status": 200,
        "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [], "cookies": [],
        "content": {"size": 3, "mimeType": "text/javascript", "text": "x=1"}, "redirectURL": "",
        "headersSize": 1, "bodySize": 3}, "startedDateTime": "2026-11-23T01:02:00.100Z", "time": 1,
        "timings": {"send": 0, "wait": 1, "receive": 0}},
      {"_initiator": {"type": "script", "stack": {"callFrames": []}}, "_priority": "High",
       "_resourceType": "websocket",
       "_webSocketMessages": [
         {"type": "send", "time": 1795395723.5, "opcode": 1, "data": "{\"type\":\"hello\"}"},
         {"type": "receive", "time": 1795395723.75, "opcode": 2, "data": "AP8="},
         {"type": "receive", "time": 1795395724.25, "opcode": 1, "data": "é\ud83d\ude00"}],
       "cache": {}, "connection": "77", "pageref": "page_1",
       "request": {"method": "GET", "url": "ws://a:8765/chat", "httpVersion": "HTTP/1.1",
         "headers": [{"name": "Host", "value": "a:8765"}], "queryString": [], "cookies": [],
         "headersSize": -1, "bodySize": 0},
       "response": {"status": 101, "statusText": "Switching Protocols", "httpVersion": "HTTP/1.1",
         "headers": [{"name": "Upgrade", "value": "websocket"}], "cookies": [],
         "content": {"size": 0, "mimeType": "x-unknown"}, "redirectURL": "", "headersSize": -1,
         "bodySize": -1, "_transferSize": 0, "_error": null},
       "serverIPAddress": "127.0.0.1", "startedDateTime": "2026-11-23T01:02:03.400Z", "time": 850,
       "timings": {"blocked": 1, "dns": -1, "ssl": -1, "connect": 2, "send": 0, "wait": 3,
         "receive": 844, "_blocked_queueing": -1}},
      {"_resourceType": "websocket",
       "_webSocketMessages": [{"type": "receive", "time": 1795395723.625, "opcode": 1, "data": "second"}],
       "request": {"method": "GET", "url": "ws://b/", "headers": []},
       "response": {"status": 101, "statusText": "", "headers": []},
       "startedDateTime": "2026-11-23T01:02:03.600Z", "time": 1, "timings": {}}
    ]
  }
})";

} // namespace

TEST_CASE("a HAR saved by Chrome opens: its connections, in the order in which things happened") {
    const std::vector<Event> events = read_text(kChrome);
    std::vector<std::string> order;
    for (const Event& event : events)
        order.push_back(std::to_string(event.conn) + wire::word(event.kind));
    CHECK(order == std::vector<std::string>{"1connecting", "1request", "1response", "1open",
                                            "1text", "2connecting", "2request", "2response",
                                            "2open", "2text", "1binary", "1text"});
    CHECK(events[0].details->url == "ws://a:8765/chat");
    CHECK(events[0].wall_ns == kStarted - 56'000'000);
    CHECK(events[1].payload.view() == "GET /chat HTTP/1.1\r\nHost: a:8765\r\n");
    CHECK(events[2].details->status == 101);
    CHECK(events[4].dir == Dir::out);
    CHECK(events[4].wall_ns == kStarted + 44'000'000);
    CHECK(events[4].payload.view() == R"({"type":"hello"})");
    CHECK(events[10].payload.view() == std::string_view("\0\xFF", 2));
    CHECK(events[10].dir == Dir::in);
    CHECK(events[11].payload.view() == "é😀");
    for (std::size_t i = 1; i < events.size(); ++i)
        CHECK(events[i].mono_ns >= events[i - 1].mono_ns);
}

TEST_CASE("what we write has every member that HAR 1.2 asks for, and Chrome's for messages") {
    Har har;
    har.connect(1);
    har.add(1, Kind::text, Dir::out, "hi");
    har.add(1, Kind::binary, Dir::in, std::string_view("\0\xFF", 2));
    har.add(1, Kind::ping, Dir::in, "p");
    const json log = json::parse(har.text()).at("log");
    CHECK(log.at("version") == "1.2");
    CHECK(log.at("creator").at("name") == "WebSocketDebugger");
    CHECK(log.at("creator").at("version").is_string());
    REQUIRE(log.at("entries").size() == 1);
    const json& entry = log.at("entries")[0];
    for (const char* name : {"startedDateTime", "time", "request", "response", "cache", "timings"})
        CHECK_MESSAGE(entry.contains(name), name);
    for (const char* name : {"method", "url", "httpVersion", "cookies", "headers", "queryString",
                             "headersSize", "bodySize"})
        CHECK_MESSAGE(entry.at("request").contains(name), name);
    for (const char* name : {"status", "statusText", "httpVersion", "cookies", "headers", "content",
                             "redirectURL", "headersSize", "bodySize"})
        CHECK_MESSAGE(entry.at("response").contains(name), name);
    CHECK(entry.at("response").at("content").contains("size"));
    CHECK(entry.at("response").at("content").contains("mimeType"));
    double sum = 0;
    for (const char* name : {"blocked", "dns", "connect", "send", "wait", "receive"})
        if (const double part = entry.at("timings").at(name).get<double>(); part >= 0) sum += part;
    CHECK(sum == doctest::Approx(entry.at("time").get<double>()));
    CHECK(entry.at("request").at("url") == "ws://host:1/chat?room=a%20b&x");
    CHECK(entry.at("request").at("queryString") ==
          json::parse(R"([{"name":"room","value":"a%20b"},{"name":"x","value":""}])"));
    CHECK(entry.at("request").at("headers")[0] ==
          json::parse(R"({"name":"Host","value":"host:1"})"));
    CHECK(entry.at("response").at("status") == 101);
    CHECK(entry.at("response").at("statusText") == "Switching Protocols");
    CHECK(entry.at("serverIPAddress") == "127.0.0.1");
    CHECK(entry.at("_resourceType") == "websocket"); // what DevTools' import goes by

    const json& messages = entry.at("_webSocketMessages");
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].at("type") == "send");
    CHECK(messages[0].at("opcode") == 1);
    CHECK(messages[0].at("data") == "hi");
    CHECK(messages[0].at("time").get<double>() ==
          doctest::Approx(1795395723.456 + 5 * 0.001234567).epsilon(1e-12));
    CHECK(messages[1].at("type") == "receive");
    CHECK(messages[1].at("opcode") == 2);
    CHECK(messages[1].at("data") == "AP8=");
    // Nothing but HAR's and Chrome's own names, and ours behind an underscore.
    for (const auto& [name, value] : messages[0].items())
        CHECK((name == "type" || name == "time" || name == "opcode" || name == "data" ||
               name[0] == '_'));
}

TEST_CASE("a capture goes through HAR and comes back whole, overlapping connections included") {
    Har har;
    har.connect(1);
    har.connect(2);
    const std::vector<std::string> payloads = {"",
                                               "text",
                                               std::string("\0\1\xFF", 3),
                                               "é\"\\\n",
                                               std::string(16u << 20, 'x'),
                                               "\xED\xA0\x80"};
    for (const std::string& payload : payloads) {
        har.add(1, Kind::binary, Dir::in, payload);
        har.add(2, Kind::text, Dir::out, payload);
    }
    har.add(1, Kind::ping, Dir::in, std::string_view("\xFF", 1));
    wire::Details close;
    close.code = 1001;
    close.reason = "away";
    har.add(1, Kind::close, Dir::in,
            "\x03\xE9"
            "away",
            close);
    wire::Details note;
    note.of = 9;
    har.add(2, Kind::note, Dir::none, "look here", note);
    close.clean = true;
    close.by = wire::By::peer;
    har.add(1, Kind::closed, Dir::none, {}, close);

    const std::vector<Event> events = read_text(har.text());
    REQUIRE(events.size() == 8 + 12 + 4);
    for (std::size_t i = 0; i < events.size(); ++i) {
        CHECK(events[i].id == i + 1);
        CHECK(events[i].wall_ns == kStarted + static_cast<std::int64_t>(i + 1) * 1'234'567);
    }
    for (std::size_t i = 0; i < payloads.size(); ++i) {
        const Event& in = events[8 + 2 * i];
        const Event& out = events[9 + 2 * i];
        CHECK(in.kind == Kind::binary);
        CHECK(in.payload.view() == payloads[i]);
        CHECK(out.kind == Kind::text);
        CHECK(out.conn == 2);
        CHECK(out.payload.view() == payloads[i]);
        CHECK(out.frames == 2);
        CHECK(out.wire_size == payloads[i].size() + 4);
    }
    CHECK(events[20].payload.view() == "\xFF");
    CHECK(events[21].details->code == 1001);
    CHECK(events[22].details->of == 9);
    CHECK(events[23].details->clean);
    CHECK(events[23].details->by == wire::By::peer);
}

TEST_CASE("what is no HAR, or holds nothing to show, is refused with the reason") {
    CHECK(contains(refused("{\"log\":{\"entries\":[{\"a\":").what, "not a whole HAR"));
    CHECK(contains(refused("{\"log\":{\"entries\":[{\"a\":").why, "byte"));
    CHECK(contains(refused("[]").what, "is no HAR"));
    CHECK(contains(refused("{\"log\":{\"version\":\"1.2\"}}").what, "is no HAR"));
    CHECK(contains(refused("{\"log\":{\"entries\":[]}}").what, "no WebSocket"));
    CHECK(contains(refused("").what, "not a whole HAR"));
}

TEST_CASE("odd values in a HAR break nothing") {
    const std::vector<Event> events = read_text(
        R"({"log":{"entries":[5,[],null,{"_webSocketMessages":[1,"x",null,[],{},{"type":"error","time":1},)"
        R"({"type":"receive","time":"soon","opcode":1.5,"data":7},)"
        R"({"type":"receive","time":1e300,"opcode":2,"data":"no base64!"}],"_events":[1,{},{"kind":"x"}],)"
        R"("request":5,"response":[],"timings":null,"startedDateTime":"yesterday"}]}})");
    CHECK(events.size() >= 2);
    for (const char* const started : {"9000000000000000000", "-9223372036854775808",
                                      "18446744073709551615", "1e300", "1764000000000000000"}) {
        const std::vector<Event> odd = read_text(
            std::string(R"({"log":{"_started_ns":)") + started +
            R"(,"entries":[{"_resourceType":"websocket","startedDateTime":"2262-04-11T23:47:16Z",)"
            R"("timings":{"blocked":9e8,"dns":9e8},"_webSocketMessages":[)"
            R"({"type":"receive","time":6.9e9,"_t_ns":9223372036854775807,"opcode":1,"data":"a"}],)"
            R"("_events":[{"t":5,"conn":1,"dir":"-","kind":"note","data":"b"}]}]}})");
        CAPTURE(started);
        CHECK(odd.size() == 2);
    }
}

TEST_CASE("a HAR is known by what it holds, whatever it is called") {
    const Folder folder;
    std::ofstream(folder / "a.txt") << "\xEF\xBB\xBF \n{ \"log\": {}}";
    std::ofstream(folder / "b.txt") << R"({"capture":"websocket-debugger","version":1})";
    CHECK(capture::looks_like_har(folder / "a.txt"));
    CHECK_FALSE(capture::looks_like_har(folder / "b.txt"));
    CHECK_FALSE(capture::looks_like_har(folder / "missing"));
    CHECK_FALSE(capture::looks_like_har(folder.path));
}
