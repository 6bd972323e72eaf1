#include "capture/line_writer.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/text.h"

namespace {

using nlohmann::json;
using wire::Dir;
using wire::EventView;
using wire::Kind;

constexpr std::int64_t kStarted = 5'000'000'000;

std::string line_of(const EventView& event, std::uint64_t n = 1) {
    std::string line;
    capture::append_line(line, event, n, kStarted);
    REQUIRE(line.back() == '\n');
    REQUIRE(line.find('\n') == line.size() - 1);
    return line;
}

json parsed(const EventView& event, std::uint64_t n = 1) { return json::parse(line_of(event, n)); }

EventView message(std::string_view payload, Kind kind = Kind::text) {
    EventView event;
    event.mono_ns = kStarted + 32'132'000;
    event.conn = 3;
    event.dir = Dir::in;
    event.kind = kind;
    event.has_payload = true;
    event.payload = payload;
    return event;
}

EventView life(Kind kind, const wire::Details* details) {
    EventView event;
    event.mono_ns = kStarted;
    event.conn = 1;
    event.kind = kind;
    event.details = details;
    return event;
}

} // namespace

TEST_CASE("the first line says what the file is") {
    CHECK(capture::first_line(1'795'396'181'456'789'123, "wsdbg 0.1.0") ==
          R"({"capture":"websocket-debugger","version":1,"started":"2026-11-23T01:09:41.456Z",)"
          R"("program":"wsdbg 0.1.0"})"
          "\n");
}

TEST_CASE("a received message is one line with its members in the contract's order") {
    EventView event = message("{\"a\": 1}");
    event.frames = 2;
    event.wire_size = 14;
    CHECK(line_of(event, 17) == R"({"n":17,"t":0.032132,"conn":3,"dir":"in","kind":"text",)"
                                R"("data":"{\"a\": 1}","frames":2,"wire_size":14})"
                                "\n");
}

TEST_CASE("frames and size on the wire are left out where they are not known") {
    const json line = parsed(message("x"));
    CHECK_FALSE(line.contains("frames"));
    CHECK_FALSE(line.contains("wire_size"));
}

TEST_CASE("times have up to nine decimals and lose none") {
    EventView event = message("");
    const auto time_text = [&](std::int64_t since) {
        event.mono_ns = kStarted + since;
        const std::string line = line_of(event);
        return line.substr(11, line.find(",\"conn\"") - 11);
    };
    CHECK(time_text(0) == "0.0");
    CHECK(time_text(1) == "0.000000001");
    CHECK(time_text(14'544'385'000) == "14.544385");
    CHECK(time_text(123'456'789'012'345'678) == "123456789.012345678");
    CHECK(time_text(-1'500'000'000) == "-1.5");
}

TEST_CASE("a payload is `data` where it is UTF-8 and `b64` where it is not") {
    CHECK(parsed(message("")).at("data") == "");
    CHECK(parsed(message("é 👍 \x01\"\\")).at("data") == "é 👍 \x01\"\\");
    CHECK(parsed(message(std::string_view("a\0b", 3), Kind::binary)).at("data") ==
          std::string("a\0b", 3));

    const json bad = parsed(message("\xFF\xFE", Kind::binary));
    CHECK_FALSE(bad.contains("data"));
    CHECK(bad.at("b64") == "//4=");
}

TEST_CASE("every payload comes back byte for byte") {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    const std::string payloads[] = {all, "", "\u2028\u2029\u0085\u009b", "\xED\xA0\x80",
                                    std::string(100'000, '\x1b')};
    for (const std::string& payload : payloads) {
        const json line = parsed(message(payload));
        std::string back;
        if (line.contains("data"))
            back = line.at("data").get<std::string>();
        else
            REQUIRE(base::bytes_from_base64(line.at("b64").get<std::string>(), &back));
        CHECK(back == payload);
    }
}

TEST_CASE("a Close frame has its code, its reason and its bytes") {
    wire::Details details;
    details.code = 1000;
    details.reason = "bye";
    EventView event = life(Kind::close, &details);
    event.dir = Dir::out;
    const json line = parsed(event);
    CHECK(line.at("code") == 1000);
    CHECK(line.at("reason") == "bye");
    CHECK(line.at("b64") == base::base64_from_bytes("\x03\xE8"
                                                    "bye"));
}

TEST_CASE("a Close frame without a code has none, and not 1005") {
    const wire::Details details;
    const json line = parsed(life(Kind::close, &details));
    CHECK_FALSE(line.contains("code"));
    CHECK(line.at("reason") == "");
    CHECK(line.at("data") == "");
}

TEST_CASE("the end of a connection says how clean it was and whose it was") {
    wire::Details details;
    details.code = 1001;
    details.clean = true;
    details.by = wire::By::peer;
    json line = parsed(life(Kind::closed, &details));
    CHECK(line.at("dir") == "-");
    CHECK(line.at("code") == 1001);
    CHECK(line.at("clean") == true);
    CHECK(line.at("by") == "peer");
    CHECK_FALSE(line.contains("data"));
    CHECK_FALSE(line.contains("error"));

    details = {};
    details.error = base::Error{"connection lost", "no Close came", ""};
    line = parsed(life(Kind::closed, &details));
    CHECK(line.at("clean") == false);
    CHECK(line.at("by") == "-");
    CHECK(line.at("error") ==
          json({{"what", "connection lost"}, {"why", "no Close came"}, {"fix", ""}}));
}

TEST_CASE("each kind of life event has its own members") {
    wire::Details details;
    details.url = "ws://localhost:8765/";
    details.address = "127.0.0.1:8765";
    details.subprotocol = "chat";
    details.extensions = "permessage-deflate";
    details.status = 403;
    details.attempt = 7;
    details.delay_s = 4.2;

    CHECK(parsed(life(Kind::connecting, &details)).at("url") == "ws://localhost:8765/");
    CHECK_FALSE(parsed(life(Kind::connecting, &details)).contains("status"));

    const json open = parsed(life(Kind::open, &details));
    CHECK(open.at("address") == "127.0.0.1:8765");
    CHECK(open.at("subprotocol") == "chat");
    CHECK(open.at("extensions") == "permessage-deflate");

    const json retry = parsed(life(Kind::retry, &details));
    CHECK(retry.at("attempt") == 7);
    CHECK(retry.at("delay") == 4.2);

    EventView response = life(Kind::response, &details);
    response.dir = Dir::in;
    response.has_payload = true;
    response.payload = "HTTP/1.1 403 Forbidden\r\n\r\n";
    CHECK(parsed(response).at("status") == 403);
    CHECK(parsed(response).at("data") == "HTTP/1.1 403 Forbidden\r\n\r\n");
}

TEST_CASE("a failure and a refused message carry their error; the message what was not sent") {
    wire::Details details;
    details.phase = "TCP connect";
    details.error = base::Error{"nothing listens", "refused", "start it"};
    const json failed = parsed(life(Kind::failed, &details));
    CHECK(failed.at("error").at("why") == "refused");
    CHECK(failed.at("phase") == "TCP connect");

    EventView refused = life(Kind::refused, &details);
    refused.dir = Dir::out;
    refused.has_payload = true;
    refused.payload = "not sent";
    CHECK(parsed(refused).at("dir") == "out");
    CHECK(parsed(refused).at("data") == "not sent");
    CHECK(parsed(refused).at("error").at("fix") == "start it");
}

TEST_CASE("a note has its text, what it is about, and what is missing") {
    wire::Details details;
    details.note = "look here";
    details.of = 12;
    details.gap = 3;
    const json note = parsed(life(Kind::note, &details));
    CHECK(note.at("data") == "look here");
    CHECK(note.at("of") == 12);
    CHECK(note.at("gap") == 3);

    const wire::Details plain;
    EventView written = life(Kind::note, &plain);
    written.has_payload = true;
    written.payload = "in the payload";
    CHECK(parsed(written).at("data") == "in the payload");
    CHECK_FALSE(parsed(written).contains("of"));
}

TEST_CASE("a message whose line would be too long leaves a note that it is missing") {
    capture::LineWriter writer(kStarted, 1000);
    std::string lines;
    writer.append(lines, message("short"));
    writer.append(lines, message(std::string(900, '\x01')));
    writer.append(lines, message(std::string(800, 'x')));
    CHECK(writer.too_long() == 1);
    CHECK(writer.lines() == 3);
    const std::size_t second = lines.find('\n') + 1;
    const json note = json::parse(lines.substr(second, lines.find('\n', second) - second));
    CHECK(note.at("kind") == "note");
    CHECK(note.at("gap") == 1);
    CHECK(note.at("conn") == 3);
    CHECK(note.at("data").get<std::string>().find("900 B") != std::string::npos);
    CHECK(lines.find(std::string(800, 'x')) != std::string::npos);
}

TEST_CASE("words of the peer's that are not UTF-8 do not damage the line") {
    wire::Details details;
    details.code = 1007;
    details.reason = "bad \xFF";
    const json line = parsed(life(Kind::close, &details));
    CHECK(line.at("reason") == "bad \uFFFD");
    CHECK(line.at("b64") == base::base64_from_bytes("\x03\xEF"
                                                    "bad \xFF"));
}
