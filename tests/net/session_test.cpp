// A session against a raw peer on loopback: what opens, what is refused and in which words, and how
// it ends.
#include "net/session.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>

#include "net/certificate.h"
#include "net/peer.h"

using test::options_for;
using test::Peer;
using test::Watch;
using wire::Dir;
using wire::Kind;
using wire::Phase;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// The error of the failed event, in one line, or "" when none came.
std::string failure(Watch& watch) {
    const wire::Event* event = watch.next(Kind::failed);
    return event ? event->details->phase + "| " + base::one_line(*event->details->error) : "";
}

/// Connects to a peer that answers the upgrade request with `answer` and then closes or waits.
std::string failure_for_answer(const std::string& answer, bool then_close = true,
                               wire::LinkOptions options = {}) {
    Peer peer;
    Watch watch;
    options.url = peer.url();
    watch.engine().connect(1, options);
    const auto conn = peer.accept();
    REQUIRE(conn);
    std::string text = answer;
    const std::string request = conn->read_request();
    if (const auto at = text.find("ACCEPT"); at != std::string::npos)
        text.replace(at, 6, test::accept_for_request(request));
    conn->write(text);
    if (then_close) conn->shutdown();
    return failure(watch);
}

struct Opened {
    Peer peer;
    Watch watch;
    std::unique_ptr<test::Conn> conn;

    explicit Opened(wire::LinkOptions options = {}, std::string_view extra = {}) {
        options.url = peer.url();
        watch.engine().connect(1, options);
        conn = peer.accept();
        REQUIRE(conn);
        REQUIRE(conn->upgrade(extra));
        REQUIRE(watch.next(Kind::open));
    }
};

} // namespace

TEST_CASE("a connection opens, and every step is an event in order") {
    Peer peer;
    Watch watch;
    watch.engine().connect(1, options_for(peer.url("/chat?room=1")));
    auto conn = peer.accept();
    REQUIRE(conn);
    const std::string request = conn->read_request();
    CHECK(has(request, "GET /chat?room=1 HTTP/1.1\r\n"));
    CHECK(test::header_of(request, "Host") == "127.0.0.1:" + std::to_string(peer.port()));
    conn->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                "Upgrade\r\nSec-WebSocket-Accept: " +
                test::accept_for_request(request) + "\r\n\r\n" + test::frame_bytes(1, "hello"));
    const wire::Event* text = watch.next(Kind::text);
    REQUIRE(text);
    CHECK(text->payload.view() == "hello"); // it came in one piece with the handshake

    std::vector<Kind> kinds;
    std::uint64_t id = 0;
    for (const auto& event : watch.all()) {
        if (event->kind == Kind::status) continue;
        CHECK(event->id == ++id);
        CHECK(event->conn == 1);
        CHECK(event->link == 1);
        CHECK(event->mono_ns > 0);
        CHECK(event->wall_ns > 0);
        kinds.push_back(event->kind);
    }
    CHECK(kinds == std::vector<Kind>{Kind::connecting, Kind::request, Kind::response, Kind::open,
                                     Kind::text});
    const wire::Event& sent = *watch.all()[0];
    CHECK(sent.details->url == peer.url("/chat?room=1"));
    for (const auto& event : watch.all()) {
        if (event->kind == Kind::request)
            CHECK(std::string(event->payload.view()) + "\r\n" == request);
        if (event->kind == Kind::response) CHECK(event->details->status == 101);
        if (event->kind == Kind::open)
            CHECK(event->details->address == "127.0.0.1:" + std::to_string(peer.port()));
    }
}

TEST_CASE("IPv6 has its brackets in the Host header") {
    Peer peer(true);
    if (peer.port() == 0) return; // a machine without IPv6
    Watch watch;
    watch.engine().connect(1, options_for(peer.url()));
    auto conn = peer.accept();
    REQUIRE(conn);
    CHECK(test::header_of(conn->read_request(), "Host") == "[::1]:" + std::to_string(peer.port()));
}

TEST_CASE("messages go out masked, come back as events, and both keep their bytes") {
    Opened it;
    const std::string binary("\0\xff\x01 bytes", 9);
    it.watch.engine().send(1, net::Opcode::text, "grüße");
    it.watch.engine().send(1, net::Opcode::binary, binary);
    auto first = it.conn->read_frame(), second = it.conn->read_frame();
    CHECK(first.opcode == 1);
    CHECK(first.masked);
    CHECK(first.payload == "grüße");
    CHECK(second.opcode == 2);
    CHECK(second.payload == binary);
    const wire::Event* out = it.watch.next(Kind::text, Dir::out);
    REQUIRE(out);
    CHECK(out->payload.view() == "grüße");
    it.conn->frame(2, binary);
    const wire::Event* in = it.watch.next(Kind::binary, Dir::in);
    REQUIRE(in);
    CHECK(in->payload.view() == binary);
    CHECK(in->wire_size == binary.size() + 2);
}

TEST_CASE("a fragmented message is one event that knows its frames") {
    Opened it;
    it.conn->frame(1, "one ", false);
    it.conn->frame(9, "between");
    it.conn->frame(0, "two ", false);
    it.conn->frame(0, "three", true);
    CHECK(it.watch.next(Kind::ping, Dir::in));
    const wire::Event* text = it.watch.next(Kind::text);
    REQUIRE(text);
    CHECK(text->payload.view() == "one two three");
    CHECK(text->frames == 3);
    const auto pong = it.conn->read_frame();
    CHECK(pong.opcode == 10);
    CHECK(pong.payload == "between");
}

TEST_CASE("a ping tells its round trip") {
    Opened it;
    it.watch.engine().ping(1);
    const auto ping = it.conn->read_frame();
    CHECK(ping.opcode == 9);
    CHECK(ping.payload.size() == 8);
    it.conn->frame(10, "somebody else's");
    it.conn->frame(10, ping.payload);
    const wire::Event* stray = it.watch.next(Kind::pong, Dir::in);
    REQUIRE(stray);
    CHECK_FALSE(stray->details);
    const wire::Event* pong = it.watch.next(Kind::pong, Dir::in);
    REQUIRE(pong);
    CHECK(pong->details->rtt_ns > 0);
    CHECK(it.watch.state([](const wire::LinkState& state) { return state.ping_rtt_ns > 0; }));
}

TEST_CASE("closing by us: the code travels, the answer ends it cleanly") {
    Opened it;
    it.watch.engine().disconnect(1, 3001, "enough");
    const auto close = it.conn->read_frame();
    CHECK(close.opcode == 8);
    CHECK(close.payload == std::string("\x0b\xb9") + "enough");
    CHECK(it.watch.phase(1, Phase::closing));
    it.conn->text("a last word"); // still received until its Close (RFC 6455 section 5.5.1)
    it.conn->close_frame(3001);
    it.conn->finish();
    const wire::Event* last = it.watch.next(Kind::text, Dir::in);
    REQUIRE(last);
    CHECK(last->payload.view() == "a last word");
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(closed->details->clean);
    CHECK(closed->details->by == wire::By::us);
    CHECK(closed->details->code == 3001);
    CHECK(it.watch.phase(1, Phase::idle));
}

TEST_CASE("closing by us: a code is told with its own reason, and as it was on the wire") {
    Opened it;
    it.watch.engine().disconnect(1, 3001, "enough");
    CHECK(it.conn->read_frame().payload == std::string("\x0b\xb9") + "enough");
    SUBCASE("it answers with another code") {
        it.conn->close_frame(1008, "no");
        it.conn->finish();
        const wire::Event* answer = it.watch.next(Kind::close, Dir::in);
        REQUIRE(answer);
        CHECK(answer->details->code == 1008);
        const wire::Event* closed = it.watch.next(Kind::closed);
        REQUIRE(closed);
        CHECK(closed->details->clean);
        CHECK(closed->details->by == wire::By::us);
        CHECK(closed->details->code == 1008);
        CHECK(closed->details->reason == "no");
    }
    SUBCASE("it answers with the same code") {
        it.conn->close_frame(3001);
        it.conn->finish();
        const wire::Event* closed = it.watch.next(Kind::closed);
        REQUIRE(closed);
        CHECK(closed->details->code == 3001);
        CHECK(closed->details->reason == "enough");
    }
    SUBCASE("it breaks a rule before it answers") {
        it.conn->frame(1, "x", true, 2);
        CHECK(it.conn->read_frame().opcode == -1); // there is one Close only
        const wire::Event* closed = it.watch.next(Kind::closed);
        REQUIRE(closed);
        CHECK_FALSE(closed->details->clean);
        CHECK(closed->details->code == 3001);
        CHECK(closed->details->reason == "enough");
        const std::string line = base::one_line(*closed->details->error);
        CAPTURE(line);
        CHECK(has(line, "RSV2"));
        CHECK_FALSE(has(line, "closed with code"));
    }
}

TEST_CASE("closing by the server: its code is answered and told") {
    Opened it;
    it.conn->close_frame(1012, "restart");
    const auto answer = it.conn->read_frame();
    CHECK(answer.opcode == 8);
    CHECK(answer.payload == "\x03\xf4");
    it.conn->finish();
    const wire::Event* close = it.watch.next(Kind::close, Dir::in);
    REQUIRE(close);
    CHECK(close->details->code == 1012);
    CHECK(close->details->reason == "restart");
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(closed->details->clean);
    CHECK(closed->details->by == wire::By::peer);
}

TEST_CASE("what stands behind a Close in the same segment does not spoil a clean end") {
    Opened it;
    it.conn->write(test::frame_bytes(8, "\x03\xe8") + "\xff\xff garbage");
    CHECK(it.conn->read_frame().opcode == 8);
    it.conn->finish();
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(closed->details->clean);
    CHECK(closed->details->code == 1000);
}

TEST_CASE("a server that does not end TCP after both Close frames is left after a second") {
    Opened it;
    it.watch.engine().disconnect(1);
    it.conn->read_frame();
    it.conn->close_frame(1000);
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(closed->details->clean);
    CHECK(it.conn->wait_for_end());
}

TEST_CASE("a server that never answers our Close: told with the seconds") {
    wire::LinkOptions options;
    options.close_timeout_s = 0.2;
    Opened it(options);
    it.watch.engine().disconnect(1);
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK_FALSE(closed->details->clean);
    CHECK(has(closed->details->error->what, "timed out after 0.2 s"));
    CHECK(has(closed->details->error->what, "closing handshake"));
}

TEST_CASE("TCP that ends without a Close is a lost connection") {
    Opened it;
    it.conn->finish();
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(has(closed->details->error->what, "connection lost"));
    CHECK(has(closed->details->error->what, "closed by the server"));
    CHECK(closed->details->code == 0);
    CHECK_FALSE(closed->details->clean);
    CHECK(it.watch.phase(1, Phase::failed));
}

TEST_CASE("what is thrown while bytes are taken ends the connection, and is told") {
    wire::LinkOptions options;
    options.max_send_queue = 64 << 20;
    Opened it(options);
    it.watch.engine().send(1, net::Opcode::binary, std::string(32u << 20, 'x'));
    it.watch.engine().send(1, net::Opcode::text, "behind it");
    REQUIRE(it.watch.next(Kind::text, Dir::out));
    // Whoever waits for room to send is woken once the session is not open any more: while the
    // Close is being handled.
    REQUIRE(it.watch.engine().arm_send(1, 1 << 20));
    it.watch.throw_in_next_wake();
    it.conn->close_frame(1000);
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK_FALSE(closed->details->clean);
    REQUIRE(closed->details->error);
    CHECK(has(closed->details->error->what, "connection lost"));
    CHECK(closed->details->error->why == "no memory was left");
    CHECK(it.conn->wait_for_end());
    CHECK(it.watch.phase(1, Phase::failed));
}

TEST_CASE("a reset is told as one") {
    Opened it;
    it.conn->reset();
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(has(closed->details->error->what, "connection lost"));
    CHECK(has(closed->details->error->what, "reset"));
}

TEST_CASE("a broken rule names itself, its section and the code sent") {
    struct Case {
        std::string bytes, rule, section;
        int code;
    };
    const Case cases[] = {
        {"\xa1\x01x", "RSV2", "5.2", 1002},
        {"\xc1\x01x", "RSV1", "5.2", 1002},
        {"\x83\x01x", "reserved opcode 3", "5.2", 1002},
        {"\x09\x01x", "control frame is fragmented", "5.5", 1002},
        {std::string("\x89\x7e\x00\x7e", 4), "longer than 125", "5.5", 1002},
        {"\x80\x01x", "continuation frame", "5.4", 1002},
        {"\x01\x01x\x81\x01y", "before the last one ended", "5.4", 1002},
        {"\x81\x81", "masked", "5.1", 1002},
        {std::string("\x81\x7e\x00\x05", 4), "shortest form", "5.2", 1002},
        {"\x81\x01\xff", "not UTF-8", "8.1", 1007},
        {"\x88\x01x", "Close frame", "5.5.1", 1002},
        {"\x88\x02\x03\xed", "1005", "7.4", 1002},
        {"\x88\x03\x03\xe8\xff", "reason", "5.5.1", 1007},
    };
    for (const Case& one : cases) {
        CAPTURE(one.rule);
        Opened it;
        it.conn->write(one.bytes);
        const auto close = it.conn->read_frame();
        CHECK(close.opcode == 8);
        REQUIRE(close.payload.size() == 2);
        CHECK((static_cast<unsigned char>(close.payload[0]) << 8 |
               static_cast<unsigned char>(close.payload[1])) == one.code);
        it.conn->finish();
        const wire::Event* closed = it.watch.next(Kind::closed);
        REQUIRE(closed);
        const std::string line = base::one_line(*closed->details->error);
        CAPTURE(line);
        CHECK(has(line, one.rule));
        CHECK(has(line, "section " + one.section));
        CHECK(has(line, std::to_string(one.code)));
        CHECK_FALSE(closed->details->clean);
    }
}

TEST_CASE("a text cut inside a code point is refused although it was fragmented") {
    Opened it;
    it.conn->frame(1, "gr\xc3", false);
    it.conn->frame(0, "", true);
    CHECK(it.conn->read_frame().payload == "\x03\xef"); // 1007
}

TEST_CASE("a message over the limit is refused with 1009 before it is read") {
    wire::LinkOptions options;
    options.max_message = 1000;
    Opened it(options);
    it.conn->write(std::string("\x82\x7f\x40\0\0\0\0\0\0\0", 10)); // 2^62 bytes announced
    CHECK(it.conn->read_frame().payload == "\x03\xf1");
}

//--- before it is open

TEST_CASE("nothing listens: refused, with host and port") {
    Peer peer;
    const std::string url = peer.url();
    peer.stop_listening();
    Watch watch;
    watch.engine().connect(1, options_for(url));
    const std::string line = failure(watch);
    CHECK(has(line, "TCP connect|"));
    CHECK(has(line, "refused"));
    CHECK(has(line, std::to_string(peer.port())));
    CHECK(watch.phase(1, Phase::failed));
}

TEST_CASE("a wrong URL is told with the part at fault") {
    Watch watch;
    watch.engine().connect(1, options_for("localhost:8765"));
    const std::string line = failure(watch);
    CHECK(has(line, "URL"));
    CHECK(has(line, "ws://localhost:8765"));
}

TEST_CASE("a name that is not known") {
    Watch watch;
    watch.engine().connect(1, options_for("ws://no-such-host.invalid/"));
    const std::string line = failure(watch);
    CHECK(has(line, "lookup"));
    CHECK(has(line, "no-such-host.invalid"));
}

TEST_CASE("an HTTP status that is not 101 is told with its number, place and body") {
    CHECK(has(failure_for_answer("HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nno such"),
              "404 Not Found"));
    CHECK(
        has(failure_for_answer("HTTP/1.1 403 Forbidden\r\n\r\nyou may not", false), "you may not"));
    const std::string moved =
        failure_for_answer("HTTP/1.1 302 Found\r\nLocation: https://example.invalid/a?b=c\r\n\r\n");
    CHECK(has(moved, "302"));
    CHECK(has(moved, "https://example.invalid/a?b=c"));
    CHECK(has(failure_for_answer("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\n\r\n"),
              "Retry-After 30"));
}

TEST_CASE("a wrong handshake names the header, what was expected and what came") {
    const std::string ok = "HTTP/1.1 101 Switching Protocols\r\n";
    std::string line = failure_for_answer(
        ok + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n\r\n");
    CHECK(has(line, "Sec-WebSocket-Accept"));
    CHECK(has(line, "wrong"));
    line = failure_for_answer(
        ok + "Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n\r\n");
    CHECK(has(line, "Upgrade"));
    CHECK(has(line, "h2c"));
    line = failure_for_answer(ok + "Upgrade: websocket\r\nSec-WebSocket-Accept: ACCEPT\r\n\r\n");
    CHECK(has(line, "Connection"));
    CHECK(has(line, "none"));
}

TEST_CASE("a failed negotiation never opens: unasked subprotocols and extensions") {
    const std::string ok = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                           "Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n";
    CHECK(has(failure_for_answer(ok + "Sec-WebSocket-Protocol: chat\r\n\r\n"), "subprotocol"));
    CHECK(has(failure_for_answer(ok + "Sec-WebSocket-Extensions: x-mux\r\n\r\n"), "extension"));
    CHECK(has(failure_for_answer(
                  ok + "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=7\r\n"
                       "\r\n"),
              "server_max_window_bits"));
    wire::LinkOptions off;
    off.deflate = false;
    CHECK(has(
        failure_for_answer(ok + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", true, off),
        "none was offered"));
}

TEST_CASE("what is not HTTP is told at once, not by a time-out") {
    const std::string line = failure_for_answer("SSH-2.0-OpenSSH_9.2\r\n", false);
    CHECK(has(line, "not an HTTP answer"));
    CHECK(has(line, "SSH"));
    CHECK(has(failure_for_answer("\x15\x03\x01\x00\x02\x02\x46", false), "wss://"));
}

TEST_CASE("a header without end meets its limit") {
    const std::string line = failure_for_answer(
        "HTTP/1.1 101 Switching Protocols\r\nX: " + std::string(80000, 'x'), false);
    CHECK(has(line, "header"));
    CHECK(has(line, "limit"));
}

TEST_CASE("a server that ends TCP before or inside its answer") {
    CHECK(has(failure_for_answer(""), "closed by the server after 0 bytes of the answer"));
    CHECK(
        has(failure_for_answer("HTTP/1.1 1"), "closed by the server after 10 bytes of the answer"));
}

TEST_CASE("a server that resets while the request is being written: told as a reset") {
    Peer peer;
    Watch watch;
    wire::LinkOptions options = options_for(peer.url());
    options.headers = {{"X-Long", std::string(32u << 20, 'x')}}; // more than the kernel keeps
    watch.engine().connect(1, options);
    const auto conn = peer.accept();
    REQUIRE(conn);
    REQUIRE(watch.next(Kind::request));
    REQUIRE_FALSE(conn->read_some(1).empty());
    conn->reset();
    const std::string told = failure(watch);
    CAPTURE(told);
    CHECK(has(told, "HTTP answer| reset by the server after 0 bytes"));
}

TEST_CASE("a server that accepts and stays silent: timed out, with seconds and phase") {
    Peer peer;
    Watch watch;
    wire::LinkOptions options = options_for(peer.url());
    options.connect_timeout_s = 0.2;
    watch.engine().connect(1, options);
    auto conn = peer.accept();
    const std::string line = failure(watch);
    CHECK(has(line, "timed out after 0.2 s"));
    CHECK(has(line, "HTTP answer"));
}

TEST_CASE("TLS towards a port that speaks plain text") {
    Peer peer;
    Watch watch;
    watch.engine().connect(1, options_for("wss://127.0.0.1:" + std::to_string(peer.port())));
    auto conn = peer.accept();
    REQUIRE(conn);
    conn->write("HTTP/1.1 400 Bad Request\r\n\r\n");
    const std::string line = failure(watch);
    CHECK(has(line, "TLS"));
    CHECK(has(line, "ws://"));
}

//--- sending what cannot be sent

TEST_CASE("what cannot be sent is refused with the reason, never dropped") {
    Watch idle;
    idle.engine().send(7, net::Opcode::text, "too early");
    const wire::Event* refused = idle.next(Kind::refused);
    REQUIRE(refused);
    CHECK(refused->dir == Dir::out);
    CHECK(refused->payload.view() == "too early");
    CHECK(has(refused->details->error->what, "not open"));

    Opened it;
    it.watch.engine().send(1, net::Opcode::text, "\xff\xfe");
    refused = it.watch.next(Kind::refused);
    REQUIRE(refused);
    CHECK(has(refused->details->error->what, "UTF-8"));
    it.watch.engine().ping(1, std::string(126, 'x'));
    refused = it.watch.next(Kind::refused);
    REQUIRE(refused);
    CHECK(has(refused->details->error->what, "125"));
    it.watch.engine().disconnect(1, 1005);
    refused = it.watch.next(Kind::refused);
    REQUIRE(refused);
    CHECK(has(refused->details->error->what, "1005"));
}

TEST_CASE("a peer that does not read is told of, and memory stays bounded") {
    wire::LinkOptions options;
    options.max_send_queue = 1 << 20;
    Opened it(options);
    const std::string big(256 * 1024, 'x');
    for (int i = 0; i < 100; ++i) it.watch.engine().send(1, net::Opcode::binary, big);
    const wire::Event* refused = it.watch.next(Kind::refused);
    REQUIRE(refused);
    CHECK(has(refused->details->error->what, "does not read"));
    CHECK(refused->payload.size == big.size());
}

TEST_CASE("back-pressure: arm_send wakes when the peer has read") {
    wire::LinkOptions options;
    options.max_send_queue = 64 << 20;
    Opened it(options);
    for (int i = 0; i < 64; ++i)
        it.watch.engine().send(1, net::Opcode::binary, std::string(256 * 1024, 'x'));
    CHECK(it.watch.engine().send_queue_bytes(1) > (1 << 20));
    std::uint64_t got = 0;
    while (got < 64ull * 256 * 1024) {
        const auto frame = it.conn->read_frame();
        if (frame.opcode != 2) break;
        got += frame.payload.size();
    }
    CHECK(got == 64ull * 256 * 1024);
    for (int i = 0; i < 64; ++i) REQUIRE(it.watch.next(Kind::binary, Dir::out));
    CHECK_FALSE(it.watch.engine().arm_send(1, 1 << 20));
}

//--- the edges of the queue to the screen

TEST_CASE("a full queue stops the reading, and nothing is lost or reordered") {
    wire::EventQueue::Limits limits;
    limits.slots = 16;
    Peer peer;
    Watch watch(limits);
    watch.engine().connect(1, options_for(peer.url()));
    auto conn = peer.accept();
    REQUIRE(conn);
    REQUIRE(conn->upgrade());
    constexpr int kMessages = 20000;
    std::string burst;
    for (int i = 0; i < kMessages; ++i) burst += test::frame_bytes(1, std::to_string(i));
    REQUIRE(conn->write(burst));
    for (int i = 0; i < kMessages; ++i) {
        const wire::Event* event = watch.next(Kind::text);
        REQUIRE(event);
        REQUIRE(event->payload.view() == std::to_string(i));
    }
    CHECK(watch.engine().events().stats().waits > 0);
    CHECK(watch.engine().events().stats().events_high <= 16);
}

TEST_CASE("while the queue is full nothing is read: the server's writes come to a stop") {
    wire::EventQueue::Limits limits;
    limits.slots = 16;
    Peer peer;
    Watch watch(limits); // and nobody looks
    watch.engine().connect(1, options_for(peer.url()));
    auto conn = peer.accept();
    REQUIRE(conn);
    REQUIRE(conn->upgrade());
    std::string burst;
    while (burst.size() < (1u << 20)) burst += test::frame_bytes(1, std::string(100, 'x'));
    constexpr std::size_t kMuch = 256u << 20; // far above what the kernel keeps for both ends
    std::size_t written = 0;
    pollfd room{conn->fd(), POLLOUT, 0};
    while (written<kMuch&& ::poll(&room, 1, 500)> 0) {
        const auto put =
            ::send(conn->fd(), burst.data(), burst.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put > 0) written += static_cast<std::size_t>(put);
    }
    CHECK(written < kMuch);
    CHECK(watch.engine().events().stats().events == 16);
}

TEST_CASE("a reset that meets a pending write is told as a reset, and the send queue lets go") {
    wire::LinkOptions options;
    options.max_send_queue = 64 << 20;
    Opened it(options);
    for (int i = 0; i < 32; ++i)
        it.watch.engine().send(1, net::Opcode::binary, std::string(1 << 20, 'x'));
    for (int i = 0; i < 32; ++i) REQUIRE(it.watch.next(Kind::binary, Dir::out));
    REQUIRE(it.watch.engine().send_queue_bytes(1) > (1 << 20));
    it.conn->reset();
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    const std::string line = base::one_line(*closed->details->error);
    CAPTURE(line);
    CHECK(has(line, "reset"));
    CHECK(has(line, "had not been sent"));
    REQUIRE(it.watch.phase(1, Phase::failed));
    CHECK(it.watch.engine().send_queue_bytes(1) == 0);
}

TEST_CASE("no secret of the server's head stands in an error") {
    const std::string head = "HTTP/1.1 101 X\r\nSet-Cookie: sid=SECRET\r\n";
    const std::string cut = failure_for_answer(head + "Upg");
    CHECK(has(cut, "Set-Cookie: ***"));
    CHECK_FALSE(has(cut, "SECRET"));
    CHECK_FALSE(has(failure_for_answer(head + "no colon here\r\n\r\n"), "SECRET"));
}

TEST_CASE("no password of a wrong URL stands in an event") {
    for (const char* url : {"ws://u:hunter2@127.0.0.1:99999/", "ws://u:hun/ter2@h/"}) {
        Watch watch;
        watch.engine().connect(1, options_for(url));
        CHECK_FALSE(has(failure(watch), "hun"));
        for (const auto& event : watch.all())
            if (event->kind == Kind::connecting) CHECK_FALSE(has(event->details->url, "hun"));
    }
}

//--- TLS

TEST_CASE("TLS: a server whose certificate is trusted opens, by name with SNI, in 1.2 and 1.3") {
    const test::Certificate certificate;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        Peer peer;
        Watch watch;
        auto options = options_for("wss://localhost:" + std::to_string(peer.port()));
        options.ca_file = certificate.cert_file();
        watch.engine().connect(1, options);
        test::TlsConn conn(peer.accept(), certificate, version);
        REQUIRE(conn.ok());
        CHECK(conn.server_name() == "localhost");
        REQUIRE(conn.upgrade());
        REQUIRE(watch.next(Kind::open));
        conn.text("over TLS");
        const wire::Event* text = watch.next(Kind::text);
        REQUIRE(text);
        CHECK(text->payload.view() == "over TLS");
        watch.engine().send(1, net::Opcode::text, "and back");
        CHECK(conn.read_frame().payload == "and back");
        watch.engine().disconnect(1);
        CHECK(conn.read_frame().opcode == 8);
        conn.close_frame(1000);
        conn.close_notify();
        const wire::Event* closed = watch.next(Kind::closed);
        REQUIRE(closed);
        CHECK(closed->details->clean);
    }
}

TEST_CASE("TLS: certificates that are not good are refused in words, unless insecure") {
    const test::Certificate unknown;
    const test::Certificate expired({"IP:127.0.0.1", -10, -3});
    const test::Certificate other_name({"DNS:other.example", -1, 1});
    struct Case {
        const test::Certificate& certificate;
        bool trust;
        const char* word;
    };
    for (const Case& one : {Case{unknown, false, "self"}, Case{expired, true, "expired"},
                            Case{other_name, true, "127.0.0.1"}}) {
        CAPTURE(one.word);
        Peer peer;
        Watch watch;
        auto options = options_for("wss://127.0.0.1:" + std::to_string(peer.port()));
        if (one.trust) options.ca_file = one.certificate.cert_file();
        watch.engine().connect(1, options);
        { test::TlsConn conn(peer.accept(), one.certificate); }
        const std::string line = failure(watch);
        CAPTURE(line);
        CHECK(has(line, "TLS"));
        CHECK(has(line, "certificate"));
        CHECK(has(line, one.word));

        options.insecure = true;
        watch.engine().connect(1, options);
        test::TlsConn let_through(peer.accept(), one.certificate);
        REQUIRE(let_through.upgrade());
        const wire::Event* const open = watch.next(Kind::open);
        REQUIRE(open);
        REQUIRE(open->details->tls);
        CHECK(open->details->tls->version == "TLSv1.3");
        CHECK(open->details->tls->chain.size() == 1);
        CHECK_FALSE(open->details->tls->wrong.empty()); // let through, and told all the same
    }
}

TEST_CASE(
    "TLS: an end without close_notify is told at once, and after both Close frames is clean") {
    const test::Certificate certificate;
    for (const bool after_close : {false, true}) {
        Peer peer;
        Watch watch;
        auto options = options_for("wss://127.0.0.1:" + std::to_string(peer.port()));
        options.ca_file = certificate.cert_file();
        watch.engine().connect(1, options);
        auto conn = std::make_unique<test::TlsConn>(peer.accept(), certificate);
        REQUIRE(conn->upgrade());
        REQUIRE(watch.next(Kind::open));
        if (after_close) {
            watch.engine().disconnect(1);
            CHECK(conn->read_frame().opcode == 8);
            conn->close_frame(1000);
        }
        const auto begin = std::chrono::steady_clock::now();
        conn.reset(); // TCP ends, without close_notify
        const wire::Event* closed = watch.next(Kind::closed);
        REQUIRE(closed);
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
        CHECK(closed->details->clean == after_close);
        if (!after_close) CHECK(has(closed->details->error->what, "connection lost"));
    }
}

TEST_CASE("permessage-deflate: compressed both ways, also behind a block with BFINAL") {
    Opened it({}, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    // RFC 7692 section 7.2.3.1 and 7.2.3.4: "Hello", then "Hello" with BFINAL set, then again.
    const std::string plain("\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
    const std::string final("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8);
    for (const std::string* body : {&plain, &final, &plain}) {
        it.conn->frame(1, *body, true, 4);
        const wire::Event* text = it.watch.next(Kind::text, Dir::in);
        REQUIRE(text);
        CHECK(text->payload.view() == "Hello");
        CHECK(text->wire_size == body->size() + 2);
    }
    const std::string message(1000, 'a');
    it.watch.engine().send(1, net::Opcode::text, message);
    const auto frame = it.conn->read_frame();
    CHECK(frame.rsv1);
    CHECK(frame.payload.size() < 100);
    net::Inflater inflater(1 << 20);
    std::string inflated;
    const std::string whole = frame.payload + std::string("\0\0\xff\xff", 4);
    CHECK(inflater.inflate(whole.data(), whole.size(), inflated) == net::Inflater::Outcome::ok);
    CHECK(inflated == message);
    const wire::Event* out = it.watch.next(Kind::text, Dir::out);
    REQUIRE(out);
    CHECK(out->payload.view() == message);
}

TEST_CASE("a message that inflates without end is refused with 1009") {
    wire::LinkOptions options;
    options.max_message = 1 << 20;
    Opened it(options, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    net::DeflateParams params;
    params.agreed = true;
    net::Deflater deflater(params);
    std::string bomb;
    deflater.deflate(std::string(64 << 20, '\0'), bomb);
    CHECK(bomb.size() < (1 << 20));
    it.conn->frame(2, bomb, true, 4);
    CHECK(it.conn->read_frame().payload == "\x03\xf1");
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(has(closed->details->error->what, "over the limit"));
}

//--- frame detail

TEST_CASE("frame detail is kept from the order on, both ways, and no longer when switched off") {
    Opened it;
    const auto frames_of = [](const wire::Event* event) {
        REQUIRE(event);
        return event->details ? event->details->frames.get() : nullptr;
    };
    it.conn->text("before");
    CHECK(frames_of(it.watch.next(Kind::text)) == nullptr);
    it.watch.engine().keep_frame_detail(1, true);
    it.watch.engine().send(1, net::Opcode::text, "out");
    const wire::FrameDetail* out = frames_of(it.watch.next(Kind::text, Dir::out));
    REQUIRE(out);
    CHECK(out->frames.at(0).masked);
    CHECK(out->frames.at(0).offset == 0);
    it.conn->frame(1, "in ", false);
    it.conn->frame(9, "ping");
    it.conn->frame(0, "pieces");
    const wire::FrameDetail* ping = frames_of(it.watch.next(Kind::ping, Dir::in));
    REQUIRE(ping);
    CHECK(ping->frames.size() == 1);
    const wire::FrameDetail* in = frames_of(it.watch.next(Kind::text, Dir::in));
    REQUIRE(in);
    REQUIRE(in->frames.size() == 3);
    CHECK(in->frames[0].offset == 8); // behind "before" and its head
    CHECK(in->size == 9);
    CHECK(in->frames[2].ended_ns >= in->frames[0].began_ns);
    it.watch.engine().keep_frame_detail(1, false);
    it.watch.engine().send(1, net::Opcode::text, "out"); // the order has been taken up
    CHECK(frames_of(it.watch.next(Kind::text, Dir::out)) == nullptr);
    it.conn->text("after");
    CHECK(frames_of(it.watch.next(Kind::text, Dir::in)) == nullptr);
}

TEST_CASE("frame detail of a compressed session has both sizes, also when it begins in its midst") {
    for (const bool from_start : {true, false}) {
        wire::LinkOptions options;
        options.frame_detail = from_start;
        Opened it(options, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        const std::string plain("\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
        if (!from_start) {
            it.conn->frame(1, plain, true, 4);
            REQUIRE(it.watch.next(Kind::text));
            it.watch.engine().keep_frame_detail(1, true);
            it.watch.engine().ping(1);
            REQUIRE(it.watch.next(Kind::ping)); // the order has been taken up
        }
        it.conn->frame(1, plain, true, 4);
        const wire::Event* text = it.watch.next(Kind::text);
        REQUIRE(text);
        REQUIRE(text->details);
        REQUIRE(text->details->frames);
        CHECK(text->details->frames->compressed);
        CHECK(text->details->frames->wire_body == 7);
        CHECK(text->details->frames->size == 5);
        it.watch.engine().send(1, net::Opcode::text, std::string(1000, 'a'));
        const wire::Event* out = it.watch.next(Kind::text, Dir::out);
        REQUIRE(out);
        CHECK(out->details->frames->frames.at(0).rsv(1));
        CHECK(out->details->frames->size == 1000);
        CHECK(out->details->frames->wire_body < 100);
    }
}

//--- echo

TEST_CASE("with echo every message goes back before what comes behind it is answered") {
    wire::LinkOptions options;
    options.echo = true;
    Opened it(options);
    it.conn->write(test::frame_bytes(1, "one") + test::frame_bytes(2, "two") +
                   test::frame_bytes(8, "\x03\xe8"));
    CHECK(it.conn->read_frame().payload == "one");
    CHECK(it.conn->read_frame().opcode == 2);
    CHECK(it.conn->read_frame().opcode == 8);
}
