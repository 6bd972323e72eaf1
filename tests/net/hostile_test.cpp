// Peers that mean harm, or merely do: whatever they send, time and memory stay bounded, the user is
// told, and nothing is left behind.
// ctest: timeout=300 serial
#include <doctest/doctest.h>
#include <malloc.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "net/certificate.h"
#include "net/peer.h"

using test::options_for;
using test::Peer;
using test::Watch;
using wire::Dir;
using wire::Kind;
using wire::Phase;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true; // what they keep for themselves is not what is measured
constexpr int kMany = 100'000;
#else
constexpr bool kSanitized = false;
constexpr int kMany = 1'000'000;
#endif

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::uint64_t resident_bytes() {
    ::malloc_trim(0);
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0, resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
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
        watch.forget();
    }
};

/// Writes `count` times `frame` in large pieces, on a thread of its own: the line may push back.
std::thread flood(test::Conn& conn, std::string frame, int count, std::string last) {
    return std::thread([&conn, frame = std::move(frame), count, last = std::move(last)] {
        std::string burst;
        for (int i = 0; i < 1000; ++i) burst += frame;
        for (int i = 0; i < count; i += 1000)
            if (!conn.write(burst)) return;
        conn.write(last);
    });
}

/// Takes events until one of that kind and payload has come, keeping none; how many came.
std::uint64_t count_until(Watch& watch, Kind kind, std::string_view payload) {
    std::uint64_t count = 0;
    for (bool there = false; !there; watch.forget()) {
        const wire::Event* event = watch.until([](const wire::Event&) { return true; });
        REQUIRE(event);
        ++count;
        there = event->kind == kind && event->dir == Dir::in && event->payload.view() == payload;
    }
    return count;
}

} // namespace

TEST_CASE("endless empty fragments are one message, and take no memory") {
    for (const bool detail : {false, true}) {
        wire::LinkOptions options;
        options.frame_detail = detail;
        Opened it(options);
        const std::uint64_t before = resident_bytes();
        it.conn->write(test::frame_bytes(1, "", false));
        std::thread writer =
            flood(*it.conn, test::frame_bytes(0, "", false), kMany, test::frame_bytes(0, "!"));
        const wire::Event* text = it.watch.next(Kind::text);
        writer.join();
        REQUIRE(text);
        CHECK(text->frames == kMany + 2);
        CHECK(text->payload.view() == "!");
        if (detail) CHECK(text->details->frames->left_out == kMany + 2 - 64);
        if (!kSanitized) CHECK(resident_bytes() < before + (8u << 20));
    }
}

TEST_CASE("a message that never ends is refused as soon as it is too large") {
    wire::LinkOptions options;
    options.max_message = 1 << 20;
    Opened it(options);
    it.conn->write(test::frame_bytes(2, "", false));
    std::thread writer =
        flood(*it.conn, test::frame_bytes(0, std::string(1024, 'x'), false), 2000, "");
    CHECK(it.conn->read_frame().payload == "\x03\xf1");
    writer.join();
    it.conn->finish();
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(has(closed->details->error->what, "more than 1048576 bytes"));
}

TEST_CASE("a million empty messages all arrive") {
    Opened it;
    std::thread writer =
        flood(*it.conn, test::frame_bytes(1, ""), kMany, test::frame_bytes(1, "!"));
    const std::uint64_t count = count_until(it.watch, Kind::text, "!");
    writer.join();
    CHECK(count >= kMany + 1u);
}

TEST_CASE("a million pings of a peer that does not read: no pile of pongs, and each is told") {
    wire::LinkOptions options;
    options.max_send_queue = 1 << 20;
    Opened it(options);
    const std::uint64_t before = resident_bytes();
    std::thread writer = flood(*it.conn, test::frame_bytes(9, std::string(100, 'p')), kMany,
                               test::frame_bytes(1, "!"));
    const std::uint64_t count = count_until(it.watch, Kind::text, "!");
    writer.join();
    CHECK(count >= 2u * kMany); // each ping, and its pong or why there is none
    if (!kSanitized) CHECK(resident_bytes() < before + (64u << 20));
}

TEST_CASE("by default 32 MiB are taken and a byte more is refused with 1009") {
    {
        Opened it;
        const std::string largest(32u << 20, 'l');
        std::thread writer([&] { it.conn->write(test::frame_bytes(2, largest)); });
        const wire::Event* message = it.watch.next(Kind::binary);
        writer.join();
        REQUIRE(message);
        CHECK(message->payload.size == largest.size());
    }
    Opened it;
    it.conn->write(test::header(0x82, (32u << 20) + 1));
    CHECK(it.conn->read_frame().payload == "\x03\xf1");
    it.conn->finish();
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(has(base::one_line(*closed->details->error), "1009"));
}

TEST_CASE("a head that drips is ended by the time-out of the handshake") {
    Peer peer;
    Watch watch;
    wire::LinkOptions options = options_for(peer.url());
    options.connect_timeout_s = 0.4;
    watch.engine().connect(1, options);
    const auto conn = peer.accept();
    REQUIRE(conn);
    conn->read_request();
    const auto begin = std::chrono::steady_clock::now();
    const std::string head = "HTTP/1.1 101 Switching Protocols\r\nX: " + std::string(5000, 'x');
    pollfd end{conn->fd(), POLLIN, 0};
    for (std::size_t at = 0; at < head.size() && ::poll(&end, 1, 10) == 0; ++at)
        if (!conn->write(head.substr(at, 1))) break;
    CHECK(seconds_since(begin) < 10);
    const wire::Event* failed = watch.next(Kind::failed);
    REQUIRE(failed);
    CHECK(has(failed->details->error->what, "timed out after 0.4 s"));
    CHECK(has(failed->details->error->why, "bytes of its head came"));
}

TEST_CASE("garbage in the place of HTTP, a megabyte of it, is told at once") {
    Peer peer;
    Watch watch;
    watch.engine().connect(1, options_for(peer.url()));
    const auto conn = peer.accept();
    REQUIRE(conn);
    conn->read_request();
    conn->write(std::string(1u << 20, '\xa7')); // as much of it as is taken
    const wire::Event* failed = watch.next(Kind::failed);
    REQUIRE(failed);
    CHECK(has(failed->details->error->what, "not an HTTP answer"));
}

TEST_CASE("a thousand connections that are lost leave no descriptor, no thread and no memory") {
    const test::Certificate certificate;
    for (const bool tls : {false, true}) {
        CAPTURE(tls);
        Peer peer;
        Watch watch;
        wire::LinkOptions options = options_for(peer.url());
        if (tls) {
            options.url = "wss://127.0.0.1:" + std::to_string(peer.port());
            options.ca_file = certificate.cert_file();
        }
        const auto lose_one = [&](int i) {
            watch.engine().connect(1, options);
            auto conn = peer.accept();
            REQUIRE(conn);
            if (tls) conn = std::make_unique<test::TlsConn>(std::move(conn), certificate);
            REQUIRE(conn->upgrade());
            conn->text("hello");
            REQUIRE(watch.next(Kind::text));
            if (i % 2 && !tls) conn->reset(); // RST
            conn.reset();                     // the end of TCP, of TLS without close_notify
            REQUIRE(watch.next(Kind::closed));
            REQUIRE(watch.phase(1, Phase::failed));
            watch.forget();
        };
        for (int i = 0; i < 100; ++i) lose_one(i); // what libraries keep for good
        const int descriptors = test::open_descriptors(), threads = test::threads();
        const std::uint64_t before = resident_bytes();
        for (int i = 0; i < 1000; ++i) lose_one(i);
        CHECK(test::open_descriptors() == descriptors);
        CHECK(test::threads() == threads);
        if (!kSanitized) CHECK(resident_bytes() < before + (2u << 20));
    }
}

//--- a line that goes silent

TEST_CASE("a line that goes silent is told as dead by the ping nobody answers") {
    wire::LinkOptions options;
    options.ping_interval_s = 0.1;
    options.ping_timeout_s = 0.3;
    Opened it(options);
    const auto begin = std::chrono::steady_clock::now();
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(seconds_since(begin) > 0.25);
    CHECK(has(closed->details->error->what, "connection lost"));
    CHECK(has(closed->details->error->what, "timed out after 0.3 s"));
    CHECK(has(closed->details->error->what, "Pong"));
    CHECK(closed->details->by == wire::By::nobody);
    CHECK_FALSE(closed->details->clean);
    CHECK(it.conn->wait_for_end());
}

TEST_CASE("a ping that could not be sent is not waited for") {
    wire::LinkOptions options;
    options.ping_interval_s = 0.1;
    options.ping_timeout_s = 0.3;
    options.max_send_queue = 32u << 20; // far above what the kernel keeps for both ends
    options.preamble = {std::string(options.max_send_queue, 'x')};
    Opened it(options); // and the peer reads nothing
    // Each Ping finds the queue full; so many last longer than the wait for a Pong would.
    for (int i = 0; i < 8; ++i) {
        const wire::Event* refused = it.watch.until([](const wire::Event& event) {
            return event.kind == Kind::refused || event.kind == Kind::closed;
        });
        REQUIRE(refused);
        REQUIRE(refused->kind == Kind::refused);
        CHECK(refused->details->phase == "send queue");
    }
    CHECK(it.conn->read_frame().payload.size() == options.max_send_queue);
    CHECK(it.conn->read_frame().opcode == 9);
}

TEST_CASE("a server that answers, or says anything at all, is not dead") {
    wire::LinkOptions options;
    options.ping_interval_s = 0.05;
    options.ping_timeout_s = 0.2;
    Opened it(options);
    const auto begin = std::chrono::steady_clock::now();
    bool answers = true;
    while (seconds_since(begin) < 1.0) { // five time-outs
        const auto frame = it.conn->read_frame();
        REQUIRE(frame.opcode == 9);
        if (seconds_since(begin) > 0.5) answers = false; // it forgets how to answer, and talks
        REQUIRE(answers ? it.conn->frame(10, frame.payload) : it.conn->text("busy"));
    }
    it.conn->close_frame(1000);
    for (auto frame = it.conn->read_frame(); frame.opcode != 8; frame = it.conn->read_frame())
        REQUIRE(frame.opcode == 9);
    it.conn->finish();
    const wire::Event* closed = it.watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(closed->details->clean);
}
