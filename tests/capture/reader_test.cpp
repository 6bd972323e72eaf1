#include "capture/reader.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "capture/folder.h"
#include "capture/line_writer.h"

namespace {

using capture::Reader;
using test::Folder;
using wire::Dir;
using wire::Event;
using wire::Kind;

const std::string kFirst =
    R"({"capture":"websocket-debugger","version":1,"started":"2026-11-23T01:02:03.456Z",)"
    R"("program":"test"})"
    "\n";
constexpr std::int64_t kStartedNs = 1'795'395'723'456'000'000;

std::string text_line(int n, const std::string& data) {
    return R"({"n":)" + std::to_string(n) +
           R"(,"t":0.5,"conn":1,"dir":"in","kind":"text","data":)" + data + "}\n";
}

/// What came out of a text.
struct Read {
    std::vector<Event> events;
    std::vector<std::string> warnings;
    std::vector<capture::Damage> damage;
    std::uint64_t damaged = 0;
};

Read read(Reader& reader) {
    Read all;
    for (Event event; reader.next(&event); event = Event()) all.events.push_back(std::move(event));
    all.warnings = reader.warnings();
    all.damage = reader.damage();
    all.damaged = reader.damaged_lines();
    return all;
}

Read read_text(const std::string& text, capture::ReaderOptions options = {}) {
    auto reader = Reader::over(text, options);
    REQUIRE(reader.ok());
    return read(reader.value());
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// One damaged line between two good ones: what is said of it.
std::string damage_of(const std::string& line) {
    const Read all =
        read_text(kFirst + text_line(1, "\"a\"") + line + "\n" + text_line(3, "\"b\""));
    CHECK_MESSAGE(all.events.size() == 2, line);
    CHECK_MESSAGE(all.damaged == 1, line);
    if (all.damage.empty()) return {};
    CHECK(all.damage[0].line == 3);
    return all.damage[0].what;
}

std::string payload_of(const std::string& data_json) {
    const Read all = read_text(kFirst + text_line(1, data_json));
    REQUIRE(all.events.size() == 1);
    return std::string(all.events[0].payload.view());
}

} // namespace

TEST_CASE("an event has its numbers, its times and its bytes") {
    const Read all = read_text(
        kFirst + R"({"n":1,"t":12.000000001,"conn":3,"dir":"out","kind":"binary","b64":"AP8=",)"
                 R"("frames":2,"wire_size":9})"
                 "\n");
    REQUIRE(all.events.size() == 1);
    const Event& event = all.events[0];
    CHECK(event.id == 1);
    CHECK(event.mono_ns == 12'000'000'001);
    CHECK(event.wall_ns == kStartedNs + 12'000'000'001);
    CHECK(event.conn == 3);
    CHECK(event.link == 1);
    CHECK(event.dir == Dir::out);
    CHECK(event.kind == Kind::binary);
    CHECK(event.frames == 2);
    CHECK(event.wire_size == 9);
    CHECK(event.payload.view() == std::string_view("\0\xFF", 2));
    CHECK(all.warnings.empty());
    CHECK(all.damaged == 0);
}

TEST_CASE("the life of a connection comes back with its details") {
    wire::Details details;
    details.url = "ws://localhost:8765/";
    details.address = "127.0.0.1:8765";
    details.subprotocol = "chat";
    details.extensions = "permessage-deflate";
    details.status = 101;
    details.attempt = 3;
    details.delay_s = 1.25;
    details.code = 1001;
    details.reason = "Going \"away\"";
    details.clean = true;
    details.by = wire::By::peer;
    details.phase = "TCP connect";
    details.error = base::Error{"a", "b", "c"};
    details.of = 1;
    details.gap = 7;
    details.rtt_ns = 1'500'000;
    std::string text = kFirst;
    std::uint64_t n = 0;
    for (const Kind kind : {Kind::connecting, Kind::response, Kind::open, Kind::failed,
                            Kind::closed, Kind::retry, Kind::note, Kind::pong, Kind::close}) {
        wire::EventView event;
        event.conn = event.link = 1;
        event.kind = kind;
        event.details = &details;
        event.has_payload = kind == Kind::pong;
        if (wire::is_frame(kind)) event.dir = Dir::in;
        capture::append_line(text, event, ++n, 0);
    }
    const Read all = read_text(text);
    REQUIRE(all.events.size() == 9);
    for (const Event& event : all.events) REQUIRE(event.details);
    CHECK(all.events[0].details->url == "ws://localhost:8765/");
    CHECK(all.events[1].details->status == 101);
    CHECK(all.events[2].details->address == "127.0.0.1:8765");
    CHECK(all.events[2].details->subprotocol == "chat");
    CHECK(all.events[2].details->extensions == "permessage-deflate");
    CHECK(all.events[3].details->phase == "TCP connect");
    REQUIRE(all.events[3].details->error.has_value());
    CHECK(all.events[3].details->error->fix == "c");
    CHECK(all.events[4].details->code == 1001);
    CHECK(all.events[4].details->reason == "Going \"away\"");
    CHECK(all.events[4].details->clean);
    CHECK(all.events[4].details->by == wire::By::peer);
    CHECK(all.events[5].details->attempt == 3);
    CHECK(all.events[5].details->delay_s == 1.25);
    CHECK(all.events[6].details->of == 1);
    CHECK(all.events[6].details->gap == 7);
    CHECK(all.events[7].details->rtt_ns == 1'500'000);
    CHECK(all.events[8].details->code == 1001);
    CHECK(all.events[8].payload.view() == "\x03\xE9Going \"away\"");
}

TEST_CASE("whatever bytes a payload has, they come back") {
    std::mt19937 random(1);
    std::vector<std::string> payloads = {"",
                                         std::string(1, '\0'),
                                         "\x7F",
                                         "\xC2\x80",
                                         "\\\"/\b\f\n\r\t",
                                         "\xED\xA0\x80 lone surrogate",
                                         "\xFF\xFE",
                                         "\xE2\x82",
                                         "\xF0\x9F\x98\x80 \xE2\x82\xAC é",
                                         "{\"a\": \"\\ud83d\"}"};
    for (int i = 0; i < 400; ++i) {
        std::string payload(random() % 300, '\0');
        // Of all bytes, or of those that JSON escapes.
        const std::string some = "\"\\\n\x01 ab\xC3\xA9";
        for (char& c : payload)
            c = static_cast<char>(i % 2 == 0
                                      ? random() % 256
                                      : static_cast<unsigned char>(some[random() % some.size()]));
        payloads.push_back(payload);
    }
    payloads.push_back(std::string(16u << 20, '\x01'));
    payloads.push_back(std::string(16u << 20, '\xFF'));
    std::string text = kFirst;
    for (const std::string& payload : payloads) {
        wire::EventView event;
        event.conn = 1;
        event.dir = Dir::in;
        event.kind = Kind::binary;
        event.has_payload = true;
        event.payload = payload;
        capture::append_line(text, event, 1, 0);
    }
    const Folder folder; // through a file, so that lines lie across the reader's buffer
    std::ofstream(folder / "a.ndjson", std::ios::binary) << text;
    auto reader = Reader::open(folder / "a.ndjson");
    REQUIRE(reader.ok());
    const Read all = read(reader.value());
    REQUIRE(all.events.size() == payloads.size());
    for (std::size_t i = 0; i < payloads.size(); ++i)
        CHECK_MESSAGE(all.events[i].payload.view() == payloads[i], i);
    CHECK(all.damaged == 0);
}

TEST_CASE("strings may be written in every way that JSON has") {
    CHECK(payload_of(R"("A\u0042\/\u00e9\u20AC\ud83d\ude00")") == "AB/é€😀");
    CHECK(payload_of(R"("\ud83d!")") == "\xEF\xBF\xBD!");
    CHECK(payload_of(R"("\ud83d\u0041")") == "\xEF\xBF\xBD"
                                             "A");
    CHECK(payload_of(R"("\ude00")") == "\xEF\xBF\xBD");
    for (std::size_t size = 50; size < 140; ++size) { // an escape at every place of a block
        const std::string plain(size, 'x');
        CHECK(payload_of("\"" + plain + "\\n" + plain + "\\u0041\"") == plain + "\n" + plain + "A");
    }
}

TEST_CASE("members come in any order, with blanks, and unknown ones are passed over") {
    const Read all = read_text(
        kFirst +
        " { \"data\" : \"x\" , \"new\":[1,{\"a\":[true,null,-1.5e3]},\"\\\"\"], \"kind\":\"text\","
        "\"version\":\"any\",\"dir\":\"in\",\"c\\u006fnn\":2.0,\"t\":1e0,\"address\":null } \r\n");
    REQUIRE(all.events.size() == 1);
    CHECK(all.events[0].conn == 2);
    CHECK(all.events[0].mono_ns == base::kSecond);
    CHECK(all.damaged == 0);
}

TEST_CASE("a name may be spelled with escapes; one that then has a backslash is unknown") {
    const auto payload_with = [](const std::string& name) {
        const Read all =
            read_text(kFirst + R"({"t":1,"conn":1,"dir":"in","kind":"text","data":"y",")" + name +
                      R"(":"x"})" + "\n");
        REQUIRE_MESSAGE(all.events.size() == 1, name);
        return std::string(all.events[0].payload.view());
    };
    CHECK(payload_with(R"(d\u0061ta)") == "x");
    for (const char* other :
         {R"(d\/ata)", R"(\\data)", R"(\\u0064ata)", R"(\u005cu0064ata)", R"(\u005c\u005c\u005cn)"})
        CHECK_MESSAGE(payload_with(other) == "y", other);
}

TEST_CASE("a half-written last line is left out with a warning, wherever it was cut") {
    const std::string whole = kFirst + text_line(1, "\"one\"");
    const std::string last =
        R"({"n":2,"t":0.6,"conn":1,"dir":"in","kind":"text","data":"é\u00e9\n","x":[1]})";
    for (std::size_t cut = 1; cut < last.size(); ++cut) {
        const Read all = read_text(whole + last.substr(0, cut));
        CHECK(all.events.size() == 1);
        CHECK_MESSAGE(all.damaged == 0, cut);
        REQUIRE(all.warnings.size() == 1);
        CHECK(contains(all.warnings[0], "half-written"));
    }
    CHECK(read_text(whole + last).events.size() == 2); // whole, and only without its line end
    CHECK(read_text(whole + last).warnings.empty());
}

TEST_CASE("a damaged line is told with its number and passed over") {
    CHECK(contains(damage_of(R"({"n":2,"t":0.6,"conn")"), "byte 22"));
    CHECK(contains(damage_of("nonsense"), "not JSON"));
    CHECK(contains(damage_of("{}"), "\"kind\" is missing"));
    CHECK(contains(damage_of(R"({"conn":1,"dir":"in","kind":"text","data":""})"),
                   "\"t\" is missing"));
    CHECK(contains(damage_of(R"({"t":0,"dir":"in","kind":"text","data":""})"),
                   "\"conn\" is missing"));
    CHECK(contains(damage_of(R"({"t":0,"conn":1,"kind":"text","data":""})"), "\"dir\" is missing"));
    CHECK(
        contains(damage_of(R"({"t":0,"conn":1,"dir":"in","kind":"text"})"), "\"data\" is missing"));
    CHECK(contains(damage_of(R"({"t":0,"conn":1,"dir":"up","kind":"text","data":""})"), "\"up\""));
    CHECK(contains(damage_of(R"({"t":0,"conn":1,"dir":"in","kind":"status"})"), "\"status\""));
    CHECK(contains(damage_of(R"({"t":0,"conn":1,"dir":"in","kind":"text","data":5})"), "a string"));
    CHECK(contains(damage_of(R"({"t":0,"conn":1,"dir":"in","kind":"text","b64":"A"})"), "base64"));
    CHECK(
        contains(damage_of(R"({"t":0,"conn":1,"dir":"in","kind":"text","b64":"AB=="})"), "base64"));
    CHECK(contains(damage_of(R"({"t":0,"conn":0,"dir":"in","kind":"text","data":""})"), "conn"));
    CHECK(contains(damage_of(R"({"t":0,"conn":1.5,"dir":"in","kind":"text","data":""})"), "whole"));
    CHECK(contains(
        damage_of("{\"t\":0,\"conn\":1,\"dir\":\"in\",\"kind\":\"text\",\"data\":\"\xFF\"}"),
        "UTF-8"));
    CHECK(contains(damage_of(R"({"t":0,"conn":1,"dir":"in","kind":"text","data":""}})"), "behind"));
    CHECK(contains(damage_of(std::string(1000, '[')), "object"));
    CHECK(contains(damage_of("{\"x\":" + std::string(1000, '[')), "deep"));
    CHECK(contains(damage_of("{\"\x1b[31m\":1}"), "control"));
}

TEST_CASE("a file without a first line is read with a warning") {
    const Read all = read_text(text_line(1, "\"a\""));
    CHECK(all.events.size() == 1);
    REQUIRE(all.warnings.size() == 1);
    CHECK(contains(all.warnings[0], "no first line"));
}

TEST_CASE("joined captures are sessions numbered on, each with its own start") {
    std::string second = kFirst;
    second.replace(second.find("01:02:03"), 8, "01:02:13");
    const std::string note = R"({"n":2,"t":1,"conn":1,"dir":"-","kind":"note","data":"x","of":1})"
                             "\n";
    const Read all =
        read_text(kFirst + text_line(1, "\"a\"") + note + second + text_line(1, "\"b\"") + note);
    REQUIRE(all.events.size() == 4);
    CHECK(all.events[1].details->of == 1);
    CHECK(all.events[2].id == 3);
    CHECK(all.events[2].conn == 2);
    CHECK(all.events[2].link == 2);
    CHECK(all.events[2].mono_ns == 10'500'000'000);
    CHECK(all.events[2].wall_ns == kStartedNs + 10'500'000'000);
    CHECK(all.events[3].details->of == 3);
    CHECK(all.warnings.empty());
}

TEST_CASE("a note about a line that is damaged is about none") {
    const std::string note = R"({"n":4,"t":1,"conn":1,"dir":"-","kind":"note","data":"x","of":)";
    const auto of = [&](int n) {
        const Read all = read_text(kFirst + text_line(1, "\"a\"") + "damaged\n" +
                                   text_line(3, "\"c\"") + note + std::to_string(n) + "}\n");
        REQUIRE(all.events.size() == 3);
        return all.events[2].details->of;
    };
    CHECK(of(1) == 1);
    CHECK(of(2) == 0);
    CHECK(of(3) == 2);
    CHECK(of(99) == 0);
}

TEST_CASE("connections that the file tells apart are links of their own") {
    const auto connecting = [](int conn, int link) {
        return R"({"t":0,"conn":)" + std::to_string(conn) +
               R"(,"dir":"-","kind":"connecting","url":"ws://a/","link":)" + std::to_string(link) +
               "}\n";
    };
    const Read all = read_text(kFirst + connecting(1, 1) + connecting(2, 7) +
                               R"({"t":0,"conn":2,"dir":"in","kind":"text","data":""})" + "\n" +
                               text_line(4, "\"a\""));
    REQUIRE(all.events.size() == 4);
    CHECK(all.events[1].link == 2);
    CHECK(all.events[2].link == 2);
    CHECK(all.events[3].link == 1);
}

TEST_CASE("a later version is refused at once, and passed over further down") {
    std::string later = kFirst;
    later.replace(later.find("\"version\":1"), 11, "\"version\":3");
    const auto refused = Reader::over(later + text_line(1, "\"a\""));
    REQUIRE_FALSE(refused.ok());
    CHECK(contains(refused.error().what, "version 3"));
    const Read all = read_text(kFirst + text_line(1, "\"a\"") + later + text_line(1, "\"b\"") +
                               kFirst + text_line(1, "\"c\""));
    CHECK(all.events.size() == 2);
    CHECK(all.damaged == 1);
    CHECK(contains(all.damage[0].what, "version 3"));
}

TEST_CASE("a line that is too long is damage, and what follows is read") {
    const Folder folder;
    capture::ReaderOptions options;
    options.max_line = 600'000;
    const auto file = [&](std::size_t size, const char* name) {
        std::ofstream(folder / name) << kFirst << text_line(1, "\"" + std::string(size, 'x') + "\"")
                                     << text_line(2, "\"b\"");
        auto reader = Reader::open(folder / name, options);
        REQUIRE(reader.ok());
        return read(reader.value());
    };
    CHECK(file(590'000, "fits").events.size() == 2);
    for (const std::size_t size : {600'001u, 3'000'000u}) {
        const Read all = file(size, "long");
        CHECK(all.events.size() == 1);
        REQUIRE(all.damage.size() == 1);
        CHECK(all.damage[0].line == 2);
        CHECK(contains(all.damage[0].what, "longer than"));
    }
}

TEST_CASE("a file that is being written is followed line by line") {
    const Folder folder;
    std::ofstream file(folder / "a.ndjson");
    file << kFirst << text_line(1, "\"a\"") << text_line(2, "\"b\"").substr(0, 20) << std::flush;
    capture::ReaderOptions options;
    options.follow = true;
    auto reader = Reader::open(folder / "a.ndjson", options);
    REQUIRE(reader.ok());
    Event event;
    CHECK(reader.value().next(&event));
    CHECK_FALSE(reader.value().next(&event));
    file << text_line(2, "\"b\"").substr(20) << std::flush;
    CHECK(reader.value().next(&event));
    CHECK(event.payload.view() == "b");
    CHECK_FALSE(reader.value().next(&event));
    CHECK(reader.value().bytes_read() == reader.value().bytes_total());
}

TEST_CASE("opening a file leaves it as it is, and says what cannot be opened") {
    const Folder folder;
    std::ofstream(folder / "a.ndjson") << kFirst << "half";
    const auto before = std::filesystem::last_write_time(folder / "a.ndjson");
    auto reader = Reader::open(folder / "a.ndjson");
    REQUIRE(reader.ok());
    read(reader.value());
    CHECK(std::filesystem::file_size(folder / "a.ndjson") == kFirst.size() + 4);
    CHECK(std::filesystem::last_write_time(folder / "a.ndjson") == before);

    const auto missing = Reader::open(folder / "b.ndjson");
    REQUIRE_FALSE(missing.ok());
    CHECK(contains(missing.error().what, "b.ndjson"));
    CHECK(contains(missing.error().why, "No such file"));
    CHECK(contains(Reader::open(folder / "").error().why, "directory"));
}
