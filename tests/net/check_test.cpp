// The check against raw peers, each of which does one thing wrong: which step says so, in which
// words, and what it would have one do. And against Coda's simulator, where all is right.
// ctest: timeout=300
#include "net/check.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "net/certificate.h"
#include "net/listeners.h"
#include "net/peer.h"
#include "sim/server.h"
#include "wire/trouble.h"

using test::Certificate;
using test::Conn;
using test::Peer;
using test::TlsConn;
using wire::CheckMark;
using wire::CheckState;
using wire::CheckStep;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A check that waits as little as it can.
net::CheckOptions quick(const std::string& url) {
    net::CheckOptions options;
    options.link.url = url;
    options.first_message_s = 0.1;
    options.idle_s = 0.1;
    return options;
}

class Checked {
public:
    explicit Checked(net::CheckOptions options)
        : check_(std::move(options), [this] {
              const std::lock_guard<std::mutex> lock(mutex_);
              ++changes_;
              changed_.notify_all();
          }) {}

    /// The state once it is over; fails the test at the deadline.
    const CheckState& result() {
        until([](const CheckState& state) { return !state.running; });
        return state_;
    }
    /// Waits until a step of that name is under way or done.
    bool reaches(const std::string& name) {
        return until([&](const CheckState& state) {
            for (const CheckStep& step : state.steps)
                if (step.name == name) return true;
            return false;
        });
    }
    void stop() { check_.stop(); }

private:
    template <class Wanted>
    bool until(Wanted wanted) {
        const auto deadline = std::chrono::steady_clock::now() +
                              std::chrono::duration<double>(test::kDeadlineSeconds);
        std::unique_lock<std::mutex> lock(mutex_);
        while (true) {
            const int seen = changes_;
            lock.unlock();
            state_ = check_.state();
            lock.lock();
            if (wanted(state_)) return true;
            if (!changed_.wait_until(
                    lock, std::chrono::time_point_cast<std::chrono::nanoseconds>(deadline),
                    [&] { return changes_ != seen; })) {
                FAIL("the check did not come so far");
                return false;
            }
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int changes_ = 0;
    CheckState state_;
    net::Check check_; ///< last: its thread calls into what stands above
};

const CheckStep* step_of(const CheckState& state, const std::string& name) {
    for (const CheckStep& step : state.steps)
        if (step.name == name) return &step;
    return nullptr;
}

std::string evidence(const CheckStep* step, const std::string& name) {
    std::string all;
    if (!step) return all;
    for (const auto& [key, value] : step->evidence)
        if (key == name) all += (all.empty() ? "" : "|") + value;
    return all;
}

/// The verdict in one line: phase, what, why, fix.
std::string verdict(const CheckState& state) {
    if (!state.error) return "ok";
    return state.phase + "| " + state.error->what + "; " + state.error->why + "; " +
           state.error->fix;
}

/// What a check says of a server that answers the upgrade with `answer` (ACCEPT is replaced), and
/// then ends TCP. Further looks at it are answered by `later`, or by nothing.
std::string verdict_of_answer(const std::string& answer, const std::string& path = "/",
                              const std::string& later = {}) {
    Peer peer;
    Checked checked(quick(peer.url(path)));
    const auto conn = peer.accept();
    REQUIRE(conn);
    std::string text = answer;
    const std::string request = conn->read_request();
    if (const auto at = text.find("ACCEPT"); at != std::string::npos)
        text.replace(at, 6, test::accept_for_request(request));
    conn->write(text);
    conn->shutdown();
    while (!later.empty()) {
        const auto next = peer.accept();
        REQUIRE(next);
        const std::string asked = next->read_request();
        if (!has(asked, later)) {
            next->write("HTTP/1.1 404 Not Found\r\n\r\n");
            continue;
        }
        next->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                    "Upgrade\r\nSec-WebSocket-Accept: " +
                    test::accept_for_request(asked) + "\r\n\r\n");
        next->shutdown();
        break;
    }
    peer.stop_listening();
    return verdict(checked.result());
}

std::string refusal(const std::string& status_and_headers, const std::string& body = {}) {
    return verdict_of_answer("HTTP/1.1 " + status_and_headers + "\r\n\r\n" + body);
}

const std::string kRight = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                           "Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n";

/// Answers Pings and the Close until the peer ends.
void be_good(Conn& conn) {
    while (true) {
        const Conn::Frame frame = conn.read_frame();
        if (frame.opcode == 9) conn.frame(10, frame.payload);
        if (frame.opcode == 8) {
            conn.frame(8, frame.payload);
            conn.finish();
            return;
        }
        if (frame.opcode < 0) return;
    }
}

} // namespace

//--- all is right

TEST_CASE("every step of a connection that works is told with its evidence") {
    Peer peer;
    Checked checked(quick(peer.url("/chat?room=1")));
    const auto conn = peer.accept();
    REQUIRE(conn);
    REQUIRE(conn->upgrade());
    conn->text("{\"type\":\"hello\",\"data\":{}}");
    be_good(*conn);
    const CheckState& state = checked.result();
    CHECK(verdict(state) == "ok");
    CHECK(state.ok());
    CHECK(state.connections == 1);
    std::vector<std::string> names;
    for (const CheckStep& step : state.steps) {
        names.push_back(step.name);
        CHECK(step.mark == CheckMark::passed);
        CHECK(step.took_ns >= 0);
        CHECK(!step.said.empty());
    }
    CHECK(names == std::vector<std::string>{"URL", "name lookup", "TCP connect", "HTTP answer",
                                            "WebSocket handshake", "first message", "ping", "idle",
                                            "closing handshake"});
    CHECK(has(evidence(step_of(state, "HTTP answer"), "request"), "GET /chat?room=1 HTTP/1.1"));
    CHECK(has(evidence(step_of(state, "HTTP answer"), "response"), "HTTP/1.1 101"));
    CHECK(has(evidence(step_of(state, "WebSocket handshake"), "Sec-WebSocket-Accept"), "right"));
    CHECK(evidence(step_of(state, "first message"), "type") == "hello");
    CHECK(has(step_of(state, "ping")->said, "5 answered"));
    CHECK(has(step_of(state, "closing handshake")->said, "1000"));
}

TEST_CASE("Coda's authentication is a step, and its token is not told") {
    sim::ServerOptions options;
    options.port = 0;
    options.dialect = sim::Dialect::backend;
    auto server = sim::Server::start(options);
    REQUIRE(server.ok());
    const std::string url = server.value()->url();
    {
        Checked checked(quick(url));
        const CheckState& state = checked.result();
        CHECK(verdict(state) == "ok");
        REQUIRE(step_of(state, "authentication"));
        CHECK(step_of(state, "authentication")->said == "authenticated");
        CHECK(!evidence(step_of(state, "authentication"), "client_id").empty());
        CHECK(!has(evidence(step_of(state, "first message"), "payload"), "{"));
    }
    net::CheckOptions silent = quick(url);
    silent.link.auto_auth = false;
    Checked checked(silent);
    const CheckStep* step = step_of(checked.result(), "authentication");
    REQUIRE(step);
    CHECK(step->mark == CheckMark::warned);
    CHECK(has(step->error->why, "30 s"));
}

TEST_CASE("secrets of the request are hidden") {
    Peer peer;
    net::CheckOptions options = quick(peer.url());
    options.link.headers = {{"Authorization", "Bearer geheim"}, {"X-Plain", "seen"}};
    Checked checked(options);
    const auto conn = peer.accept();
    REQUIRE(conn);
    CHECK(has(conn->read_request(), "geheim"));
    conn->write("HTTP/1.1 403 Forbidden\r\nSet-Cookie: id=geheim\r\n\r\n");
    conn->shutdown();
    const CheckStep* step = step_of(checked.result(), "HTTP answer");
    CHECK(has(evidence(step, "request"), "Authorization: ***"));
    CHECK(has(evidence(step, "request"), "X-Plain: seen"));
    CHECK(has(evidence(step, "response"), "Set-Cookie: ***"));
    for (const auto& [name, value] : step->evidence) CHECK(!has(value, "geheim"));
}

//--- URL, lookup, TCP

TEST_CASE("a wrong URL is the first step's fault") {
    Checked checked(quick("localhost:8765"));
    CHECK(has(verdict(checked.result()), "URL| URL: no scheme"));
}

TEST_CASE("a port on which nothing listens is refused, and what listens is named") {
    std::uint16_t port = 0;
    {
        Peer gone;
        port = gone.port();
    }
    Peer other; // what does listen on this machine
    Checked checked(quick("ws://127.0.0.1:" + std::to_string(port) + "/"));
    const CheckState& state = checked.result();
    const std::string told = verdict(state);
    CHECK(has(told, "TCP connect| TCP connect to 127.0.0.1 port " + std::to_string(port) +
                        " was refused"));
    if (net::local_listeners().empty()) return; // a system without that table
    CHECK(has(evidence(step_of(state, "TCP connect"), "listens") + told,
              std::to_string(other.port())));
    CHECK(has(told, "use the port that its log names"));
}

TEST_CASE("an address of IPv6 is refused while the server listens on that of IPv4") {
    Peer peer; // 127.0.0.1
    if (net::local_listeners().empty()) return;
    if (Peer(true).port() == 0) return; // a machine without IPv6
    Checked checked(quick("ws://[::1]:" + std::to_string(peer.port()) + "/a"));
    const std::string told = verdict(checked.result());
    CHECK(has(told, "refused"));
    CHECK(has(told, "write ws://127.0.0.1:" + std::to_string(peer.port()) + "/a"));
}

//--- no answer, or none that is HTTP

TEST_CASE("a server that accepts and stays silent is told as one that may still load") {
    Peer peer;
    net::CheckOptions options = quick(peer.url());
    options.link.connect_timeout_s = 0.3;
    Checked checked(options);
    const auto conn = peer.accept();
    REQUIRE(conn);
    const std::string told = verdict(checked.result());
    CHECK(has(told, "HTTP answer| timed out after 0.3 s"));
    CHECK(has(told, "loads its models"));
}

TEST_CASE("a line that is cut in the header is told with what came") {
    const std::string told = verdict_of_answer("HTTP/1.1 101 Switching Protocols\r\nUpgr");
    CHECK(has(told, "HTTP answer| closed by the server after 38 bytes of the answer"));
    CHECK(has(told, "its head is not whole"));
}

TEST_CASE("what is not HTTP is told with how it begins") {
    CHECK(has(verdict_of_answer("SSH-2.0-OpenSSH_9.2\r\n"), "not an HTTP answer"));
    CHECK(has(verdict_of_answer("SSH-2.0-OpenSSH_9.2\r\n"), "an SSH server listens there"));
    CHECK(has(verdict_of_answer("\x15\x03\x01 alert"), "wss://"));
}

TEST_CASE("a head without end meets the limit") {
    std::string head = "HTTP/1.1 101 Switching Protocols\r\n";
    while (head.size() < 70'000)
        head += "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
    const std::string told = verdict_of_answer(head);
    CHECK(has(told, "header"));
    CHECK(has(told, "limit"));
}

//--- a status that is not 101

TEST_CASE("each status has its reason and its remedy") {
    CHECK(has(refusal("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\""),
              "HTTP answer| the server answered 401 Unauthorized; it wants credentials"));
    CHECK(has(refusal("403 Forbidden"), "check the Origin, the cookies and the credentials"));
    CHECK(has(refusal("407 Proxy Authentication Required\r\nVia: 1.1 squid"), "Via 1.1 squid"));
    CHECK(
        has(refusal("426 Upgrade Required\r\nUpgrade: websocket"), "a proxy in between may have"));
    CHECK(has(refusal("429 Too Many Requests\r\nRetry-After: 12"), "Retry-After 12"));
    CHECK(has(refusal("503 Service Unavailable\r\nRetry-After: 30", "loading speech models"),
              "its body says \"loading speech models\""));
    CHECK(has(refusal("500 Internal Server Error"), "read the server's own log"));
}

TEST_CASE("the assertion of asyncio is known by its text") {
    const std::string told =
        refusal("500 Internal Server Error", "AssertionError: assert f is self._write_fut");
    CHECK(has(told, "ProactorEventLoop"));
    CHECK(has(told, "mostly harmless"));
    CHECK(wire::trouble_in_text("nothing of it") == nullptr);
}

TEST_CASE("a redirect says where to, as an address to write") {
    CHECK(has(refusal("301 Moved Permanently\r\nLocation: https://coda.lan/live"),
              "redirect to https://coda.lan/live; redirects are told, not followed; write "
              "wss://coda.lan/live"));
    CHECK(has(refusal("307 Temporary Redirect\r\nLocation: /ws"), "write ws://127.0.0.1:"));
}

TEST_CASE("a wrong path is told with the one that answers") {
    const std::string told =
        verdict_of_answer("HTTP/1.1 404 Not Found\r\n\r\n", "/wrong", "GET /ws ");
    CHECK(has(told, "HTTP answer| the server answered 404 Not Found"));
    CHECK(has(told, "the path /ws answers as a WebSocket"));
    CHECK(has(told, "/ws"));
}

//--- a handshake that is wrong

TEST_CASE("each header of the handshake that is wrong is told by its name") {
    const auto wrong = [](const std::string& head) {
        return verdict_of_answer("HTTP/1.1 101 Switching Protocols\r\n" + head + "\r\n");
    };
    CHECK(has(wrong("Connection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n"),
              "WebSocket handshake| the server's Upgrade is missing"));
    CHECK(has(wrong("Upgrade: websocket\r\nSec-WebSocket-Accept: ACCEPT\r\n"),
              "Connection is missing"));
    CHECK(has(wrong("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n"),
              "Sec-WebSocket-Accept is wrong"));
    CHECK(has(verdict_of_answer(kRight + "Sec-WebSocket-Protocol: chat\r\n\r\n"),
              "a subprotocol that was not offered"));
    CHECK(
        has(verdict_of_answer(kRight + "Sec-WebSocket-Extensions: x-other\r\n\r\n"), "extension"));
}

TEST_CASE("all that is wrong with a handshake is in its evidence") {
    Peer peer;
    Checked checked(quick(peer.url()));
    const auto conn = peer.accept();
    REQUIRE(conn);
    conn->read_request();
    conn->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n");
    conn->shutdown();
    const CheckStep* step = step_of(checked.result(), "WebSocket handshake");
    REQUIRE(step);
    CHECK(evidence(step, "Upgrade") == "wrong: expected websocket, received h2c");
    CHECK(evidence(step, "Connection") == "wrong: expected Upgrade, received none");
    CHECK(has(step->said, "Upgrade, Connection, Sec-WebSocket-Accept"));
}

//--- the session

TEST_CASE("a session that the server ends is told with its code and what it means") {
    Peer peer;
    Checked checked(quick(peer.url()));
    const auto conn = peer.accept();
    REQUIRE(conn);
    REQUIRE(conn->upgrade());
    conn->close_frame(1008, "no token");
    CHECK(conn->read_frame().opcode == 8);
    conn->finish();
    const std::string told = verdict(checked.result());
    CHECK(has(told, "session| the session was closed by the server with 1008 (Policy violation)"));
    CHECK(has(told, "its reason: \"no token\""));
}

TEST_CASE("a session that is cut, that does not answer Pings, or breaks the protocol is told") {
    SUBCASE("cut") {
        Peer peer;
        Checked checked(quick(peer.url()));
        const auto conn = peer.accept();
        REQUIRE(conn);
        REQUIRE(conn->upgrade());
        conn->finish();
        CHECK(has(verdict(checked.result()), "session| connection lost"));
    }
    SUBCASE("no Pong") {
        Peer peer;
        net::CheckOptions options = quick(peer.url());
        options.ping_s = 0.2;
        Checked checked(options);
        const auto conn = peer.accept();
        REQUIRE(conn);
        REQUIRE(conn->upgrade());
        CHECK(has(verdict(checked.result()), "session| timed out after 0.2 s"));
    }
    SUBCASE("reserved bit") {
        Peer peer;
        Checked checked(quick(peer.url()));
        const auto conn = peer.accept();
        REQUIRE(conn);
        REQUIRE(conn->upgrade());
        conn->frame(1, "x", true, 2);
        CHECK(has(verdict(checked.result()), "session| the server broke the protocol: RSV2"));
    }
}

TEST_CASE("a Close frame that breaks a rule is told by the rule, and its code is not sent back") {
    struct Broken {
        std::string body;
        std::string rule;
        std::string answer;
    };
    const std::string k1002 = "\x03\xea", k1007 = "\x03\xef";
    const std::vector<Broken> all = {
        {"\x03", "a body of one byte; RFC 6455 section 5.5.1", k1002},
        {"\x03\xed", "the code 1005, which never travels; RFC 6455 section 7.4", k1002},
        {"\x03\xee", "the code 1006", k1002},
        {"\x03\xe7", "the code 999", k1002},
        {"\x03\xe8 \xff", "is not UTF-8; RFC 6455 section 5.5.1", k1007},
    };
    for (const Broken& broken : all) {
        CAPTURE(broken.rule);
        Peer peer;
        Checked checked(quick(peer.url()));
        const auto conn = peer.accept();
        REQUIRE(conn);
        REQUIRE(conn->upgrade());
        conn->frame(8, broken.body);
        const auto answer = conn->read_frame();
        CHECK(answer.opcode == 8);
        CHECK(answer.payload == broken.answer);
        conn->finish();
        const std::string told = verdict(checked.result());
        CAPTURE(told);
        CHECK(has(told, "session| the server broke the protocol: "));
        CHECK(
            has(told, broken.answer == k1002 ? "closed with code 1002" : "closed with code 1007"));
        // what it was doing stands between the rule and its section
        const std::size_t cut = broken.rule.find("; ");
        CHECK(has(told, broken.rule.substr(0, cut)));
        if (cut != std::string::npos) CHECK(has(told, broken.rule.substr(cut)));
    }
}

TEST_CASE("a Close that is answered with a broken one is told as that, and not answered again") {
    Peer peer;
    Checked checked(quick(peer.url()));
    const auto conn = peer.accept();
    REQUIRE(conn);
    REQUIRE(conn->upgrade());
    for (int i = 0; i < 5; ++i) conn->frame(10, conn->read_frame().payload);
    CHECK(conn->read_frame().payload == "\x03\xe8");
    conn->frame(8, "\x03\xed");
    CHECK(conn->read_frame().opcode == -1);
    const std::string told = verdict(checked.result());
    CAPTURE(told);
    CHECK(has(told, "closing handshake| the server broke the protocol"));
    CHECK(has(told, "1005"));
    CHECK_FALSE(has(told, "closed with code"));
}

TEST_CASE("a server that does not answer the Close is told after the time for it") {
    Peer peer;
    net::CheckOptions options = quick(peer.url());
    options.link.close_timeout_s = 0.2;
    Checked checked(options);
    const auto conn = peer.accept();
    REQUIRE(conn);
    REQUIRE(conn->upgrade());
    for (int i = 0; i < 5; ++i) conn->frame(10, conn->read_frame().payload);
    CHECK(has(verdict(checked.result()), "closing handshake| timed out after 0.2 s"));
}

TEST_CASE("a server that pings without end and does not read is told when the time is up") {
    struct Server {
        std::unique_ptr<Conn> conn;
        std::thread thread;
        ~Server() {
            if (thread.joinable()) thread.join();
        }
    };
    Peer peer;
    net::CheckOptions options = quick(peer.url());
    options.ping_s = 2;
    Server server; // ends once the check behind it has
    Checked checked(options);
    server.conn = peer.accept();
    REQUIRE(server.conn);
    REQUIRE(server.conn->upgrade());
    server.thread = std::thread([&] {
        std::string flood;
        while (flood.size() < 16384) flood += test::frame_bytes(9, std::string(125, 'p'));
        while (server.conn->write(flood)) {
        }
    });
    const std::string told = verdict(checked.result());
    CHECK(has(told, "session| timed out after 2 s in the session: no Pong for Ping 1"));
}

//--- TLS

namespace {

/// What a check of wss://127.0.0.1 says of a server with this certificate.
CheckState tls_check(const Certificate& certificate, wire::LinkOptions link,
                     bool wants_certificate = false) {
    Peer peer;
    net::CheckOptions options = quick("");
    options.link = std::move(link);
    options.link.url = "wss://127.0.0.1:" + std::to_string(peer.port()) + "/";
    Checked checked(options);
    TlsConn conn(peer.accept(), certificate, TLS1_3_VERSION, wants_certificate);
    if (conn.ok() && conn.upgrade()) be_good(conn);
    conn.finish();
    peer.stop_listening();
    return checked.result();
}

wire::LinkOptions trusting(const Certificate& certificate) {
    wire::LinkOptions link;
    link.ca_file = certificate.cert_file();
    return link;
}

} // namespace

TEST_CASE("TLS that is right is told with version, cipher and chain") {
    const Certificate certificate;
    const CheckState state = tls_check(certificate, trusting(certificate));
    CHECK(verdict(state) == "ok");
    const CheckStep* step = step_of(state, "TLS handshake");
    REQUIRE(step);
    CHECK(evidence(step, "version") == "TLSv1.3");
    CHECK(has(evidence(step, "cipher"), "TLS_"));
    CHECK(has(evidence(step, "certificate"), "DNS:localhost"));
    CHECK(has(evidence(step, "certificate"), "valid 20"));
    CHECK(evidence(step, "wrong").empty());
}

TEST_CASE("what is wrong with a certificate is told in words") {
    SUBCASE("expired") {
        const Certificate certificate({"DNS:localhost,IP:127.0.0.1", -10, -3});
        const std::string told = verdict(tls_check(certificate, trusting(certificate)));
        CHECK(has(told, "TLS handshake| TLS handshake: the server's certificate was not accepted"));
        CHECK(has(told, "expired"));
    }
    SUBCASE("not valid yet") {
        const Certificate certificate({"DNS:localhost,IP:127.0.0.1", 2, 5});
        CHECK(has(verdict(tls_check(certificate, trusting(certificate))), "not yet valid"));
    }
    SUBCASE("another name") {
        const Certificate certificate({"DNS:elsewhere.example", -1, 1});
        const CheckState state = tls_check(certificate, trusting(certificate));
        CHECK(has(verdict(state), "DNS:elsewhere.example"));
        CHECK(has(evidence(step_of(state, "TLS handshake"), "wrong"), "is not for 127.0.0.1"));
    }
    SUBCASE("signed by itself") {
        const Certificate certificate;
        const std::string told = verdict(tls_check(certificate, {}));
        CHECK(has(told, "certificate"));
        CHECK(has(told, "--ca FILE"));
    }
    SUBCASE("several things at once, and the chain is there all the same") {
        const Certificate certificate({"DNS:elsewhere.example", -10, -3});
        const CheckState state = tls_check(certificate, {});
        const CheckStep* step = step_of(state, "TLS handshake");
        CHECK(has(evidence(step, "wrong"), "signed by itself"));
        CHECK(has(evidence(step, "wrong"), "expired"));
        CHECK(has(evidence(step, "wrong"), "is not for"));
        CHECK(has(evidence(step, "certificate"), "DNS:elsewhere.example"));
    }
}

TEST_CASE("a CA that is not known, and a client certificate that is wanted, are told") {
    const Certificate certificate, other;
    const std::string unknown = verdict(tls_check(certificate, trusting(other)));
    CHECK(has(unknown, "certificate was not accepted"));
    CHECK(has(unknown, "--ca FILE"));
    const std::string wanted = verdict(tls_check(certificate, trusting(certificate), true));
    CHECK(has(wanted, "TLS handshake|"));
    CHECK(has(wanted, "give --cert and --key"));
}

TEST_CASE("with any certificate accepted the check goes on, and says what was let through") {
    const Certificate certificate({"DNS:elsewhere.example", -10, -3});
    wire::LinkOptions link;
    link.insecure = true;
    const CheckState state = tls_check(certificate, link);
    CHECK(verdict(state) == "ok");
    const CheckStep* step = step_of(state, "TLS handshake");
    REQUIRE(step);
    CHECK(step->mark == CheckMark::warned);
    CHECK(has(step->said, "let through"));
    CHECK(has(step->said, "expired"));
}

TEST_CASE("TLS on a plain port is told with the address to write") {
    Peer peer;
    Checked checked(quick("wss://127.0.0.1:" + std::to_string(peer.port()) + "/"));
    {
        const auto conn = peer.accept();
        REQUIRE(conn);
        conn->read_some();
        conn->write("HTTP/1.1 400 Bad Request\r\n\r\n");
    }
    const auto look = peer.accept();
    REQUIRE(look);
    look->upgrade();
    const std::string told = verdict(checked.result());
    CHECK(has(told, "TLS handshake| TLS handshake failed"));
    CHECK(has(told, "write ws://127.0.0.1:" + std::to_string(peer.port()) + "/"));
}

TEST_CASE("a plain handshake on a port of TLS is told with the address to write") {
    const Certificate certificate;
    Peer peer;
    Checked checked(quick(peer.url()));
    {
        const auto conn = peer.accept();
        REQUIRE(conn);
        conn->read_request();
        conn->write(std::string("\x15\x03\x01\x00\x02\x02\x46", 7)); // an alert
    }
    TlsConn look(peer.accept(), certificate);
    if (look.ok()) look.upgrade();
    const std::string told = verdict(checked.result());
    CHECK(has(told, "HTTP answer| not an HTTP answer"));
    CHECK(has(told, "write wss://127.0.0.1:" + std::to_string(peer.port()) + "/"));
}

//--- what a check may do

TEST_CASE("at most four connections are opened, each closed before the next") {
    Peer peer;
    Checked checked(quick(peer.url("/wrong")));
    int connections = 0;
    for (; connections < 4; ++connections) {
        const auto conn = peer.accept();
        REQUIRE(conn);
        conn->read_request();
        conn->write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        CHECK(conn->wait_for_end()); // kept open by this side: the check closes it
    }
    CHECK(checked.result().connections == 4);
    CHECK(!peer.accept(0.05));
}

TEST_CASE("it can be stopped in every step, at once") {
    SUBCASE("while the answer is waited for") {
        Peer peer;
        Checked checked(quick(peer.url()));
        const auto conn = peer.accept();
        REQUIRE(conn);
        REQUIRE(checked.reaches("HTTP answer"));
        const std::int64_t asked = base::mono_now_ns();
        checked.stop();
        CHECK(checked.result().stopped);
        CHECK(base::mono_now_ns() - asked < 2 * base::kSecond);
        CHECK(conn->wait_for_end());
    }
    SUBCASE("while it is idle") {
        Peer peer;
        net::CheckOptions options = quick(peer.url());
        options.idle_s = 60;
        Checked checked(options);
        std::thread server([&] {
            const auto conn = peer.accept();
            if (conn && conn->upgrade()) be_good(*conn);
        });
        CHECK(checked.reaches("idle"));
        checked.stop();
        CHECK(checked.result().stopped);
        CHECK(!step_of(checked.result(), "idle")); // it came to no verdict
        server.join();
    }
}

TEST_CASE("checks leave no thread and no descriptor behind") {
    const int threads = test::threads();
    const int descriptors = test::open_descriptors();
    for (int i = 0; i < 20; ++i) {
        Peer peer;
        Checked checked(quick(peer.url()));
        const auto conn = peer.accept();
        REQUIRE(conn);
        if (i % 2 == 0) checked.stop();
        conn->reset();
        checked.result();
    }
    CHECK(test::threads() == threads);
    CHECK(test::open_descriptors() == descriptors);
}
