#include "app/terminal.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <time.h>

#include <string>

#include "base/text.h"

namespace {

using wire::Dir;
using wire::EventView;
using wire::Kind;

constexpr std::int64_t kWall = 1'795'396'181'456'789'123; // 01:09:41.456 UTC

struct InUtc {
    InUtc() {
        ::setenv("TZ", "UTC0", 1);
        ::tzset();
    }
};
const InUtc kInUtc;

EventView message(std::string_view payload, Dir dir = Dir::in, Kind kind = Kind::text) {
    EventView event;
    event.wall_ns = kWall;
    event.dir = dir;
    event.kind = kind;
    event.has_payload = true;
    event.payload = payload;
    return event;
}

EventView life(Kind kind, const wire::Details* details, std::string_view payload = {}) {
    EventView event = message(payload, Dir::none, kind);
    event.details = details;
    return event;
}

std::string sentence(Kind kind, const wire::Details& details, std::string_view payload = {}) {
    const std::string line = app::row(life(kind, &details, payload), {});
    const std::string start = "01:09:41.456 ◆ ";
    REQUIRE(line.substr(0, start.size()) == start);
    REQUIRE(line.back() == '\n');
    return line.substr(start.size(), line.size() - start.size() - 1);
}

std::string without_colors(const std::string& line) {
    std::string plain;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '\x1b') {
            at = line.find('m', at);
            REQUIRE(at != std::string::npos);
        } else {
            plain += line[at];
        }
    }
    return plain;
}

} // namespace

TEST_CASE("an envelope is one row: time, direction, kind, type, size and its data's fields") {
    const EventView event = message(
        R"({"type": "stt_result", "data": {"text": "h\u00e9 \"you\"", "confidence": 0.970}, "seq": 4})");
    CHECK(
        app::row(event, {}) ==
        "01:09:41.456 ↓ text   stt_result                 90 B  text \"hé \"you\"\"  confidence 0.970\n");
}

TEST_CASE("what is no envelope is shown as it was sent") {
    CHECK(app::row(message("hello"), {}) ==
          "01:09:41.456 ↓ text                               5 B  hello\n");
    CHECK(app::row(message("[1,2,3]", Dir::out), {}) ==
          "01:09:41.456 ↑ text                               7 B  [1,2,3]\n");
    CHECK(app::row(message(R"({"type":"x","data":5})"), {}).find(R"({"type":"x","data":5})") !=
          std::string::npos);
}

TEST_CASE("binary that is no text is shown in hex") {
    CHECK(app::row(message(std::string_view("\x00\xff\x10", 3), Dir::in, Kind::binary), {}) ==
          "01:09:41.456 ↓ binary                             3 B  00ff10\n");
}

TEST_CASE("no payload drives the terminal or breaks its row") {
    for (const char* hostile :
         {"\x1b[2J\x1b]0;owned\x07", "a\nb\rc", "\u009b31m", "\x9b", "\u202egnp.exe", "\u2028x",
          "{\"type\":\"\\u001b[31mx\",\"data\":{\"\\u001b[2J\":\"\\u0007\\u009b\"}}"}) {
        const std::string line = app::row(message(hostile), {});
        REQUIRE(base::utf8_valid(line));
        CHECK(line.find('\n') == line.size() - 1);
        for (std::size_t at = 0; at + 1 < line.size();) {
            const std::uint32_t code_point = base::utf8_next(line, &at);
            CHECK_MESSAGE((code_point >= 0x20 && (code_point < 0x7F || code_point > 0x9F)),
                          hostile);
            CHECK(code_point != 0x202E);
            CHECK(code_point != 0x2028);
        }
    }
    CHECK(app::shown_text("\u202eab") == "\\u{202e}ab");
}

TEST_CASE("hostile words in life events are escaped too") {
    wire::Details details;
    details.code = 1008;
    details.clean = true;
    details.reason = "\x1b[31mred";
    CHECK(sentence(Kind::closed, details).find('\x1b') == std::string::npos);
}

TEST_CASE("widths are those of the screen, not of bytes") {
    CHECK(app::display_width("abc") == 3);
    CHECK(app::display_width("é") == 1);
    CHECK(app::display_width("e\u0301") == 1);
    CHECK(app::display_width("日本") == 4);
    CHECK(app::display_width("👍") == 2);
    CHECK(app::display_width("↓◆…") == 3);
}

TEST_CASE("text is cut by columns and says so") {
    CHECK(app::cut_to_width("abcdef", 6) == "abcdef");
    CHECK(app::cut_to_width("abcdef", 5) == "abcd…");
    CHECK(app::cut_to_width("日本語", 5) == "日本…");
    CHECK(app::cut_to_width("日本語", 4) == "日…");
    CHECK(app::cut_to_width("ab", 0) == "");
    CHECK(app::cut_to_width("ab", 1) == "…");
    CHECK(app::cut_to_width("e\u0301e\u0301x", 3) == "e\u0301e\u0301x");
}

TEST_CASE("rows on a terminal are never wider than it, whatever is in them") {
    const std::string wide(500, 'x');
    const std::string payloads[] = {wide, "{\"type\":\"t\",\"data\":{\"a\":\"" + wide + "\"}}",
                                    "日本語日本語日本語日本語日本語日本語日本語日本語日本語",
                                    "👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍",
                                    "{\"type\":\"" + wide + "\",\"data\":{}}"};
    for (const std::string& payload : payloads)
        for (const int columns : {60, 61, 80, 200}) {
            const std::string line = app::row(message(payload), {true, columns});
            const std::string plain = without_colors(line.substr(0, line.size() - 1));
            CHECK(app::display_width(plain) <= static_cast<std::size_t>(columns));
        }
}

TEST_CASE("a long message costs a row, not its length") {
    const std::string huge(20u << 20, '\x01');
    const std::string line = app::row(message(huge), {false, 80});
    CHECK(line.size() < 200);
    CHECK(line.find("21.0 MB") != std::string::npos);
}

TEST_CASE("colour is there only when it is wanted") {
    const EventView event = message(R"({"type":"llm_token","data":{"token":"a"}})");
    const std::string plain = app::row(event, {false, 0});
    const std::string painted = app::row(event, {true, 0});
    CHECK(plain.find('\x1b') == std::string::npos);
    CHECK(painted.find("\x1b[35m") != std::string::npos);
    CHECK(without_colors(painted) == plain);
    CHECK(app::row(message(R"({"type":"stt_error","data":{}})"), {true, 0}).find("\x1b[1;31m") !=
          std::string::npos);
}

TEST_CASE("life events are sentences") {
    wire::Details details;
    details.url = "ws://localhost:8765/";
    CHECK(sentence(Kind::connecting, details) == "connecting to ws://localhost:8765/");
    details.attempt = 3;
    CHECK(sentence(Kind::connecting, details) == "connecting to ws://localhost:8765/, attempt 3");
    details.address = "127.0.0.1:8765";
    CHECK(sentence(Kind::open, details) == "open, 127.0.0.1:8765");
    details.subprotocol = "chat";
    details.extensions = "permessage-deflate";
    CHECK(sentence(Kind::open, details) ==
          "open, 127.0.0.1:8765, subprotocol chat, permessage-deflate");
    details.delay_s = 4.25;
    CHECK(sentence(Kind::retry, details) == "attempt 3 in 4.2 s");
    CHECK(sentence(Kind::request, details, "GET / HTTP/1.1\r\nCookie: secret\r\n\r\n") ==
          "asked: GET / HTTP/1.1");
    CHECK(sentence(Kind::response, details, "HTTP/1.1 101 Switching Protocols\r\n\r\n") ==
          "answered: HTTP/1.1 101 Switching Protocols");
    details.phase = "TCP connect";
    CHECK(sentence(Kind::failed, details) == "failed: TCP connect");
    details.note = "look";
    CHECK(sentence(Kind::note, details, "from the payload") == "note: from the payload");
}

TEST_CASE("the end of a connection says who ended it, how, and never a code that does not travel") {
    wire::Details details;
    details.clean = true;
    details.by = wire::By::peer;
    details.code = 1001;
    details.reason = "bye";
    CHECK(app::ending_sentence(details) == "closed by the server, 1001 Going away, reason \"bye\"");
    details = {};
    details.clean = true;
    details.by = wire::By::us;
    CHECK(app::ending_sentence(details) == "closed from here, no code");
    details = {};
    CHECK(app::ending_sentence(details) == "connection lost");
    details.error = base::Error{"connection lost", "reset by the server", ""};
    CHECK(app::ending_sentence(details) == "connection lost: reset by the server");
}

TEST_CASE("control frames show what they carry") {
    wire::Details details;
    details.rtt_ns = 1'234'000;
    EventView pong = message("abc", Dir::in, Kind::pong);
    pong.details = &details;
    CHECK(app::row(pong, {}) == "01:09:41.456 ↓ pong   abc  round trip 1.23 ms\n");
    details = {};
    details.code = 1000;
    EventView close = message("\x03\xe8", Dir::out, Kind::close);
    close.details = &details;
    CHECK(app::row(close, {}) == "01:09:41.456 ↑ close  1000 Normal closure\n");
}

TEST_CASE("a message that was not sent says why and which") {
    wire::Details details;
    details.error = base::Error{"not open", "it is waiting to retry", "wait"};
    const std::string line = sentence(Kind::refused, details, "lost words");
    CHECK(line == "not sent: not open: it is waiting to retry. Wait  lost words");
}

TEST_CASE("a status event is no row") { CHECK(app::row(life(Kind::status, nullptr), {}) == ""); }
