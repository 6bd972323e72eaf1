// The inspector's other tabs: raw, hex, difference, wire, about.
#include <doctest/doctest.h>

#include <algorithm>

#include "gui/person.h"

using gui::Person;
using ui::Key;

namespace {

void add_trace(Person& person, int seq, const char* tts, const char* more = "") {
    person.add(person.maker.text_in("{\"seq\":" + std::to_string(seq) +
                                    ",\"timestamp\":3616.5,\"type\":\"latency_trace\",\"data\":{"
                                    "\"stt_seconds\":0.301,\"llm_seconds\":0.5,\"tts_seconds\":" +
                                    tts + more + "}}"));
}

} // namespace

TEST_CASE("the digits choose the tabs") {
    Person person;
    add_trace(person, 1, "0.1");
    person.click("log/row 1");
    using Tab = ui::InspectorTab;
    const Key keys[] = {Key::n1, Key::n2, Key::n3, Key::n4, Key::n5, Key::n6};
    for (int i = 0; i < 6; ++i) {
        person.press({keys[i]});
        CHECK(person.ui.panels.inspector.tab == static_cast<Tab>(i));
    }
}

TEST_CASE("facts say whether a message is missing before it") {
    Person person;
    add_trace(person, 41, "0.1");
    add_trace(person, 42, "0.1");
    add_trace(person, 58, "0.1");
    add_trace(person, 1, "0.1");
    const char* const wanted[] = {"41", "42, no hole", "58, 15 missing", "1, behind 58"};
    for (int i = 0; i < 4; ++i) {
        person.click("log/row " + std::to_string(i + 1));
        CHECK(person.sees("inspector", wanted[i]));
    }
}

//--- raw and hex

TEST_CASE("raw shows invisible characters, line ends too") {
    Person person;
    person.add(person.maker.text_in("a\tb\r\nc"));
    person.click("log/row 1");
    person.press({Key::n2});
    CHECK(person.sees("inspector", "a\tb\r"));
    CHECK(person.sees("inspector", "␊"));
}

TEST_CASE("hex has one selection over both columns, copied as hex or as text") {
    Person person;
    person.add(person.maker.text_in("0123456789abcdefghij"));
    person.click("log/row 1");
    person.press({Key::n3});
    CHECK(person.sees("inspector", "00000010"));
    CHECK(person.sees("inspector", "30 31 32 33"));
    CHECK(person.sees("inspector", "0123456789abcdef"));
    CHECK(person.sees("inspector", "20 B"));
    person.click("inspector/Copy hex");
    CHECK(person.only<model::CopyText>().text == "303132333435363738396162636465666768696a");
    person.forget();

    //--- drag from the first byte to the second row
    const ui::Rect bytes = person.item("inspector/Bytes").rect;
    const ui::Probe::Text* hex = person.ui.probe.shown("inspector", "30 31");
    REQUIRE(hex != nullptr);
    person.ui.input.pointer(hex->rect.x + 2, hex->rect.mid_y());
    person.look();
    person.ui.input.button(0, true);
    person.look();
    person.ui.input.pointer(hex->rect.x + 2, hex->rect.mid_y() + 21);
    person.look();
    person.ui.input.button(0, false);
    person.look();
    CHECK(bytes.contains({hex->rect.x + 2, bytes.mid_y()}));
    CHECK(person.sees("inspector", "17 B from 0x0"));
    person.click("inspector/Copy text");
    CHECK(person.only<model::CopyText>().text == "0123456789abcdefg");
}

TEST_CASE("hex hides a head with secrets until they are shown") {
    Person person;
    person.add(person.maker.frame(wire::Kind::request, wire::Dir::none,
                                  "GET / HTTP/1.1\r\nCookie: id=7\r\n\r\n"));
    person.click("log/row 1");
    person.press({Key::n3});
    CHECK(person.sees("inspector", "Not shown"));
    CHECK_FALSE(person.sees("inspector", "47 45 54"));
    person.press({Key::n5});
    CHECK(person.sees("inspector", "Cookie: ***"));
    person.click("inspector/Show secrets");
    CHECK(person.sees("inspector", "Cookie: id=7"));
    person.press({Key::n3});
    CHECK(person.sees("inspector", "47 45 54"));
}

//--- difference

TEST_CASE("the difference is against the event before of the same type, with units and change") {
    Person person;
    add_trace(person, 161, "0.154");
    person.add_messages(3);
    add_trace(person, 199, "-1.877", ",\"tool_seconds\":0.1");
    person.click("log/row 5");
    person.press({Key::n4});
    CHECK(person.sees("inspector", "#1 → #5"));
    CHECK(person.sees("inspector", "seq"));
    CHECK(person.sees("inspector", "+38"));
    CHECK(person.sees("inspector", "data.tts_seconds"));
    CHECK(person.sees("inspector", "0.154 s"));
    CHECK(person.sees("inspector", "−2.03 s"));
    CHECK(person.sees("inspector", "data.tool_seconds"));
    CHECK(
        person.sees("inspector", "2 changed (~), 1 added (+), 0 removed (−), 4 equal and hidden"));
    CHECK_FALSE(person.sees("inspector", "data.stt_seconds"));
}

TEST_CASE("an event is pinned with P, and others are held against it until it is let go") {
    Person person;
    for (int seq = 1; seq <= 3; ++seq) add_trace(person, seq, "0.1");
    person.click("log/row 1");
    person.press({Key::n4});
    CHECK(person.sees("inspector", "Nothing to compare with"));
    person.press({Key::p});
    CHECK(person.sees("inspector", "This is the pinned event"));
    person.click("log/row 3");
    CHECK(person.sees("inspector", "#1 → #3"));
    CHECK(person.sees("inspector", "+2"));
    person.click("inspector/Previous latency_trace");
    CHECK(person.sees("inspector", "#2 → #3"));
    person.click("inspector/Pinned #1");
    CHECK(person.sees("inspector", "#1 → #3"));
    person.click("log/row 1");
    person.press({Key::p});
    person.click("log/row 3");
    CHECK(person.sees("inspector", "#2 → #3"));
}

TEST_CASE("what is no JSON is compared by its bytes") {
    Person person;
    person.add(person.maker.text_in("hello there"));
    person.add(person.maker.text_in("hello world"));
    person.click("log/row 2");
    person.press({Key::n4});
    CHECK(person.sees("inspector", "from byte 6"));
}

//--- wire

TEST_CASE("of a message the wire tells opcode, frames, mask, sizes and compression") {
    Person person;
    wire::Event event = person.maker.text_in(std::string(1000, 'a'));
    event.wire_size = 120;
    person.add(std::move(event));
    wire::Event plain = person.maker.text_out("hello");
    plain.wire_size = 11;
    person.add(std::move(plain));
    wire::Event cut = person.maker.text_in("hello");
    cut.frames = 3;
    cut.wire_size = 11;
    person.add(std::move(cut));
    person.click("log/row 1");
    person.press({Key::n5});
    CHECK(person.sees("inspector", "0x1, text"));
    CHECK(person.sees("inspector", "to 12 %"));
    CHECK(person.sees("inspector", "permessage-deflate"));
    person.click("log/row 2");
    CHECK(person.sees("inspector", "a client masks every frame"));
    CHECK(person.sees("inspector", "6 B"));
    CHECK(person.sees("inspector", "RSV1 is 0"));
    person.click("log/row 3");
    CHECK(person.sees("inspector", "in fragments"));
}

TEST_CASE(
    "a failed handshake stands with request, answer and the wrong line, wherever one clicks") {
    Person person;
    person.add(person.maker.frame(
        wire::Kind::request, wire::Dir::none,
        "GET / HTTP/1.1\r\nHost: coda.lan:8765\r\nAuthorization: Bearer abc\r\n\r\n"));
    person.add(person.maker.frame(wire::Kind::response, wire::Dir::none,
                                  "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\n\r\n"));
    person.add(person.maker.failed("the server answered 503", "its models are loading", "wait"));
    for (const char* row : {"log/row 1", "log/row 2", "log/row 3"}) {
        person.click(row);
        person.press({Key::n5});
        CHECK(person.sees("inspector", "Request, as sent"));
        CHECK(person.sees("inspector", "Host: coda.lan:8765"));
        CHECK(person.sees("inspector", "Authorization: ***"));
        CHECK_FALSE(person.sees("inspector", "Bearer abc"));
        CHECK(person.sees("inspector", "HTTP/1.1 503 Service Unavailable"));
        CHECK(person.sees("inspector", "status 101 was expected"));
        CHECK(person.sees("inspector", "The server answered 503"));
    }
}

//--- about

TEST_CASE("about tells what this message lacks, and which clock its timestamp is on") {
    Person person;
    person.add(person.maker.text_in(
        R"({"seq":1,"timestamp":12.5,"type":"llm_token","data":{"token":5,"strange":1}})"));
    person.click("log/row 1");
    person.press({Key::n6});
    CHECK(person.sees("inspector", "data.token  a string was expected, this is a number"));
    CHECK(person.sees("inspector", "data.token_index  a whole number is missing"));
    CHECK(person.sees("inspector", "data.strange  not in the catalogue"));
    CHECK(person.sees("inspector", "12.5  monotonic, s"));
}

//--- frames that were kept

namespace {

wire::FrameMark mark(int first, std::uint64_t offset, std::uint64_t size, std::int64_t at_ns) {
    wire::FrameMark frame;
    frame.first = static_cast<std::uint8_t>(first);
    frame.offset = offset;
    frame.payload_size = size;
    frame.head_size = 2;
    frame.began_ns = frame.ended_ns = at_ns;
    return frame;
}

} // namespace

TEST_CASE("the wire shows each frame that was kept: bits, mask, sizes and times") {
    Person person;
    wire::Event event = person.maker.text_in(std::string(400, 'a'));
    event.details = std::make_unique<wire::Details>();
    event.details->frames = std::make_unique<wire::FrameDetail>();
    wire::FrameDetail& detail = *event.details->frames;
    detail.frames = {mark(0x41, 1000, 5, 0), mark(0x89, 1007, 4, 2'000'000),
                     mark(0x80, 1013, 7, 5'000'000)};
    detail.frames[2].ended_ns = 9'000'000;
    detail.compressed = true;
    detail.wire_body = 12;
    detail.size = 400;
    detail.left_out = 3;
    person.add(std::move(event));
    wire::Event sent = person.maker.text_out("x");
    sent.details = std::make_unique<wire::Details>();
    sent.details->frames = std::make_unique<wire::FrameDetail>();
    sent.details->frames->frames = {mark(0x81, 0, 1, 0)};
    sent.details->frames->frames[0].masked = true;
    sent.details->frames->frames[0].mask = 0x0102fffe;
    person.add(std::move(sent));

    person.click("log/row 1");
    person.press({Key::n5});
    for (const char* seen :
         {"12 B", "3 % of 400 B", "FIN 0  RSV 100  0x1 text  5 B", "1,007, head 2 B, no mask",
          "took 4.00 ms", "of what came behind the handshake", "FIN 1  RSV 000  0x9 ping",
          "FIN 1  RSV 000  0x0 continuation", "+2.00 ms", "+5.00 ms",
          "3 more frames between were not kept"}) {
        CAPTURE(seen);
        CHECK(person.sees("inspector", seen));
    }
    CHECK_FALSE(person.sees("inspector", "Keep frame detail"));
    person.click("log/row 2");
    CHECK(person.sees("inspector", "mask 0102FFFE"));
}

TEST_CASE("where no frames were kept the wire says how to keep them") {
    Person person;
    person.add(person.maker.text_in("x"));
    person.click("log/row 1");
    person.press({Key::n5});
    CHECK(person.sees("inspector", "Tools > Keep frame detail"));
}

TEST_CASE("About tells what a close code means, who closed, and whether the handshake was whole") {
    Person person;
    wire::Event closed = person.maker.life(wire::Kind::closed);
    closed.details->code = 1009;
    closed.details->reason = "12 MB";
    closed.details->by = wire::By::peer;
    closed.details->clean = true;
    const model::EventId id = person.add(std::move(closed));
    person.selection.event = id;
    person.press({ui::Key::n6});
    CHECK(person.sees("inspector", "1009, Message too big"));
    CHECK(person.sees("inspector", "10 MiB"));
    CHECK(person.sees("inspector", "Reason: 12 MB"));
    CHECK(person.sees("inspector", "Closed by the server"));
}

TEST_CASE("About of an opened connection shows the certificates and what is wrong with them") {
    Person person;
    wire::Event open = person.maker.life(wire::Kind::open);
    open.details->tls = std::make_unique<wire::TlsInfo>();
    open.details->tls->version = "TLSv1.3";
    open.details->tls->cipher = "TLS_AES_256_GCM_SHA384";
    open.details->tls->server_name = "coda.lan";
    open.details->tls->chain = {{"CN=coda.lan", "CN=Home CA", "DNS:coda.lan",
                                 "2026-01-01T00:00:00Z", "2026-11-23T00:00:00Z", "00ff"}};
    open.details->tls->wrong = {"the certificate of CN=coda.lan expired 3 days ago"};
    const model::EventId id = person.add(std::move(open));
    person.selection.event = id;
    person.press({ui::Key::n6});
    for (const char* part : {"TLSv1.3, TLS_AES_256_GCM_SHA384", "coda.lan", "expired 3 days ago",
                             "CN=coda.lan", "--insecure"})
        CHECK_MESSAGE(person.sees("inspector", part), std::string(part));
}
