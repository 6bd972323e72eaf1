// wsdbg echo against a peer that writes its bytes by hand.
// ctest: timeout=300
#include <doctest/doctest.h>
#include <signal.h>

#include "e2e/process.h"
#include "e2e/raw_peer.h"

namespace {

using e2e::contains;
using e2e::frame_bytes;
using e2e::kBinary;
using e2e::kClose;
using e2e::kText;
using e2e::Process;
using e2e::RawConnection;
using e2e::RawPeer;

struct Echoing {
    explicit Echoing(std::vector<std::string> more = {})
        : process(command(peer.url(), std::move(more))), connection(peer.accept()) {
        connection.upgrade();
    }
    static std::vector<std::string> command(const std::string& url, std::vector<std::string> more) {
        more.insert(more.begin(), {"echo", url});
        return e2e::wsdbg_command(std::move(more));
    }
    RawPeer peer;
    Process process;
    RawConnection connection;
};

void check_echo(RawConnection& connection, int opcode, const std::string& payload) {
    const auto frame = connection.frame();
    REQUIRE(frame.has_value());
    CHECK(frame->opcode == opcode);
    CHECK(frame->masked);
    CHECK((frame->payload == payload)); // not written out when it fails: it may be long
}

} // namespace

TEST_CASE("every text and binary message comes back, same opcode and bytes, in order") {
    Echoing echo;
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    const std::pair<int, std::string> messages[] = {
        {kText, "hello"},
        {kText, ""},
        {kBinary, ""},
        {kBinary, all},
        {kText, "é 👍 \u2028"},
        {kText, std::string(125, 'a')},
        {kText, std::string(126, 'b')},
        {kBinary, std::string(65536, '\0')},
        {kText, R"({"type": "auth_challenge", "data": {"token": "t", "message": "m"}})"}};
    for (const auto& [opcode, payload] : messages)
        REQUIRE(echo.connection.send(frame_bytes(opcode, payload)));
    for (const auto& [opcode, payload] : messages) check_echo(echo.connection, opcode, payload);
}

TEST_CASE("a message in pieces comes back whole, with a ping in its midst answered") {
    Echoing echo;
    REQUIRE(echo.connection.send(frame_bytes(kText, "one ", false)));
    REQUIRE(echo.connection.send(frame_bytes(e2e::kPing, "p")));
    REQUIRE(echo.connection.send(frame_bytes(0, "two")));
    check_echo(echo.connection, e2e::kPong, "p");
    check_echo(echo.connection, kText, "one two");
}

TEST_CASE("a large message comes back whole") {
    Echoing echo({"--no-deflate"});
    const std::string payload(20u << 20, 'x');
    REQUIRE(echo.connection.send(frame_bytes(kBinary, payload)));
    check_echo(echo.connection, kBinary, payload);
}

TEST_CASE("the exit code tells how the connection ended") {
    struct End {
        std::string bytes;
        int code;
    };
    const End ends[] = {{e2e::close_bytes(1000, "done"), 0}, {e2e::close_bytes(1001), 0},
                        {frame_bytes(kClose, ""), 0},        {e2e::close_bytes(1011), 1},
                        {e2e::close_bytes(3000), 1},         {"", 1}};
    for (const End& end : ends) {
        CAPTURE(end.bytes);
        Echoing echo;
        REQUIRE(echo.connection.send(frame_bytes(kText, "x")));
        check_echo(echo.connection, kText, "x");
        REQUIRE(echo.connection.send(end.bytes));
        if (!end.bytes.empty()) {
            const auto answer = echo.connection.frame();
            REQUIRE(answer.has_value());
            CHECK(answer->opcode == kClose);
        }
        echo.connection.close();
        CHECK(echo.process.wait(e2e::Seconds(10)) == end.code);
        CHECK(echo.process.output() == "");
        if (end.bytes.empty()) CHECK(contains(echo.process.errors(), "connection lost"));
        if (end.code == 0) CHECK(e2e::lines_of(echo.process.errors()).size() == 1);
    }
}

TEST_CASE("a broken rule of the protocol ends echo with its name, section and code") {
    Echoing echo;
    REQUIRE(echo.connection.send(frame_bytes(3, "reserved opcode")));
    CHECK(echo.process.wait() == 1);
    CHECK(contains(echo.process.errors(), "RFC 6455"));
    CHECK(contains(echo.process.errors(), "1002"));
}

TEST_CASE("the byte that breaks a rule is told as the README shows it") {
    Echoing echo;
    REQUIRE(echo.connection.send(frame_bytes(kText, "abc\xff")));
    CHECK(echo.process.wait() == 1);
    const std::string told =
        "the server broke the protocol: a text message is not UTF-8 (its byte 3): RFC 6455 section "
        "8.1, at byte 5 behind the handshake (ff); closed with code 1007. Mend the server";
    CHECK(contains(echo.process.errors(), told));
    CHECK(contains(e2e::content(e2e::path_of("WD_SOURCE_DIR") + "/README.md"), told));
}

TEST_CASE("what came before a Close goes back before it is answered") {
    Echoing echo;
    REQUIRE(echo.connection.send(frame_bytes(kText, "last") + e2e::close_bytes(1000)));
    check_echo(echo.connection, kText, "last");
    const auto close = echo.connection.frame();
    REQUIRE(close.has_value());
    CHECK(close->opcode == kClose);
    echo.connection.close();
    CHECK(echo.process.wait() == 0);
}

TEST_CASE("echo never reconnects, even when asked to retry") {
    Echoing echo({"--retry", "forever"});
    REQUIRE(echo.connection.send(e2e::close_bytes(1000)));
    (void)echo.connection.frame();
    echo.connection.close();
    CHECK(echo.process.wait(e2e::Seconds(10)) == 0);
}

TEST_CASE("a port where nobody listens is refused, exit 1") {
    const e2e::Run run =
        e2e::wsdbg({"echo", "ws://127.0.0.1:" + std::to_string(e2e::unused_port())});
    CHECK(run.code == 1);
    CHECK(contains(run.errors, "refused"));
    CHECK(run.output == "");
}

TEST_CASE("SIGINT ends echo with a closing handshake and exit 0") {
    Echoing echo;
    REQUIRE(echo.connection.send(frame_bytes(kText, "x")));
    check_echo(echo.connection, kText, "x");
    echo.process.signal(SIGINT);
    const auto close = echo.connection.frame();
    REQUIRE(close.has_value());
    CHECK(close->opcode == kClose);
    REQUIRE(echo.connection.send(e2e::close_bytes(1000)));
    echo.connection.close();
    CHECK(echo.process.wait() == 0);
    CHECK(contains(echo.process.errors(), "1 message in (1 B), 1 message out (1 B)"));
}

TEST_CASE("a peer that sends and does not read is held up, and loses nothing when it reads") {
    Echoing echo({"--no-deflate"});
    constexpr std::size_t kSize = 1u << 20;
    constexpr int kMost = 200;
    const auto message = [](int i) { return std::string(kSize, static_cast<char>('a' + i % 26)); };
    int sent = 0; // whole messages; the last one may be half-way
    std::string rest;
    while (sent < kMost) {
        const std::string bytes = frame_bytes(kBinary, message(sent));
        const std::size_t taken = echo.connection.send_some(bytes, e2e::Seconds(3));
        rest = bytes.substr(taken);
        if (!rest.empty()) break;
        ++sent;
    }
    CHECK(sent < kMost); // TCP pushed back
    CHECK(echo.process.memory_bytes() < (200u << 20));
    for (int i = 0; i < sent; ++i) check_echo(echo.connection, kBinary, message(i));
    REQUIRE(echo.connection.send(rest));
    check_echo(echo.connection, kBinary, message(sent));
    REQUIRE(echo.connection.send(e2e::close_bytes(1000)));
    (void)echo.connection.frame();
    echo.connection.close();
    CHECK(echo.process.wait(e2e::Seconds(10)) == 0);
}

TEST_CASE("many small messages at once all come back") {
    Echoing echo;
    constexpr int kCount = 20'000;
    std::string burst;
    for (int i = 0; i < kCount; ++i) burst += frame_bytes(kText, "m" + std::to_string(i));
    REQUIRE(echo.connection.send(burst));
    for (int i = 0; i < kCount; ++i) {
        const auto frame = echo.connection.frame();
        REQUIRE(frame.has_value());
        REQUIRE(frame->payload == "m" + std::to_string(i));
    }
}
