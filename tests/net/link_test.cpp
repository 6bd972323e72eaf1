// A link over several attempts: retries and their delays, stopping, and Coda's authentication.
#include "net/link.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "net/peer.h"

using test::options_for;
using test::Peer;
using test::Watch;
using wire::AuthStage;
using wire::Dir;
using wire::Kind;
using wire::LinkState;
using wire::Phase;

namespace {

const char kChallenge[] =
    R"({"type": "auth_challenge", "data": {"token": "abc:1:2", "message": "Please"}})";

wire::LinkOptions retrying(std::string url, int first, int after) {
    wire::LinkOptions options = options_for(std::move(url));
    options.retry_first = first;
    options.retry_after_open = after;
    return options;
}

} // namespace

TEST_CASE("a refused connection is tried again, each attempt an event with its reason and delay") {
    Peer peer;
    const std::string url = peer.url();
    peer.stop_listening();
    Watch watch;
    watch.engine().connect(1, retrying(url, 2, 0));
    REQUIRE(watch.phase(1, Phase::failed));
    std::vector<Kind> kinds;
    std::vector<std::uint32_t> conns;
    double cap = 0.5;
    int attempt = 2;
    for (const auto& event : watch.all()) {
        if (event->kind == Kind::status) continue;
        kinds.push_back(event->kind);
        if (event->kind == Kind::connecting) conns.push_back(event->conn);
        if (event->kind != Kind::retry) continue;
        CHECK(event->details->attempt == attempt++);
        CHECK(event->details->delay_cap_s == cap);
        CHECK(event->details->delay_s >= 0);
        CHECK(event->details->delay_s <= cap);
        cap *= 2;
    }
    CHECK(kinds == std::vector<Kind>{Kind::connecting, Kind::failed, Kind::retry, Kind::connecting,
                                     Kind::failed, Kind::retry, Kind::connecting, Kind::failed});
    CHECK(conns == std::vector<std::uint32_t>{1, 2, 3}); // a new number with every attempt
}

TEST_CASE("a lost connection comes back by itself, and an early loss keeps the back-off growing") {
    Peer peer;
    Watch watch;
    watch.engine().connect(1, retrying(peer.url(), 0, wire::LinkOptions::kForever));
    double cap = 0.5;
    for (int round = 0; round < 3; ++round) {
        auto conn = peer.accept();
        REQUIRE(conn);
        REQUIRE(conn->upgrade());
        REQUIRE(watch.next(Kind::open));
        conn->reset(); // long before the ten seconds that make it stable
        const wire::Event* retry = watch.next(Kind::retry);
        REQUIRE(retry);
        CHECK(retry->details->delay_cap_s == cap);
        cap *= 2;
        watch.engine().retry_now(1); // do not wait for the delay here
    }
}

TEST_CASE("before it ever was open, a link with retries only after a loss stays failed") {
    Peer peer;
    const std::string url = peer.url();
    peer.stop_listening();
    Watch watch;
    watch.engine().connect(1, retrying(url, 0, wire::LinkOptions::kForever));
    CHECK(watch.phase(1, Phase::failed));
    for (const auto& event : watch.all()) CHECK(event->kind != Kind::retry);
}

TEST_CASE("while it waits to retry: stop ends it, retry now dials at once") {
    Peer peer;
    const std::string url = peer.url();
    peer.stop_listening();
    Watch watch;
    watch.engine().connect(1, retrying(url, wire::LinkOptions::kForever, 0));
    REQUIRE(watch.state([](const LinkState& state) {
        return state.phase == Phase::waiting && state.retry_at_mono_ns > 0 && state.last_error;
    }));
    watch.engine().retry_now(1);
    REQUIRE(watch.next(Kind::connecting));
    REQUIRE(watch.phase(1, Phase::waiting));
    watch.engine().disconnect(1);
    CHECK(watch.phase(1, Phase::idle));
}

TEST_CASE("a close that was asked for is not retried") {
    Peer peer;
    Watch watch;
    watch.engine().connect(
        1, retrying(peer.url(), wire::LinkOptions::kForever, wire::LinkOptions::kForever));
    auto conn = peer.accept();
    REQUIRE(conn->upgrade());
    REQUIRE(watch.next(Kind::open));
    watch.engine().disconnect(1);
    conn->read_frame();
    conn->close_frame(1000);
    conn->finish();
    REQUIRE(watch.next(Kind::closed));
    CHECK(watch.phase(1, Phase::idle));
}

TEST_CASE("disconnecting twice ends TCP at once") {
    Peer peer;
    Watch watch;
    watch.engine().connect(1, retrying(peer.url(), 0, wire::LinkOptions::kForever));
    auto conn = peer.accept();
    REQUIRE(conn->upgrade());
    REQUIRE(watch.next(Kind::open));
    watch.engine().disconnect(1);
    CHECK(conn->read_frame().opcode == 8); // and never answered
    watch.engine().disconnect(1);
    const wire::Event* closed = watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK_FALSE(closed->details->clean);
    CHECK(watch.phase(1, Phase::idle));
    CHECK(conn->wait_for_end());
}

TEST_CASE("connecting anew drops the old line and says so") {
    Peer first, second;
    Watch watch;
    watch.engine().connect(1, options_for(first.url()));
    auto conn = first.accept();
    REQUIRE(conn->upgrade());
    REQUIRE(watch.next(Kind::open));
    watch.engine().connect(1, options_for(second.url()));
    const wire::Event* closed = watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(closed->details->by == wire::By::us);
    CHECK(conn->wait_for_end());
    auto other = second.accept();
    REQUIRE(other->upgrade());
    const wire::Event* open = watch.next(Kind::open);
    REQUIRE(open);
    CHECK(open->conn == 2);
}

TEST_CASE("the preamble goes out first after every open, and a Pong by hand behind it") {
    Peer peer;
    Watch watch;
    wire::LinkOptions options = retrying(peer.url(), 0, wire::LinkOptions::kForever);
    options.preamble = {"{\"type\":\"subscribe\"}", "zweite \xC3\xA4"};
    watch.engine().connect(1, options);
    for (int round = 0; round < 2; ++round) {
        auto conn = peer.accept();
        REQUIRE(conn);
        REQUIRE(conn->upgrade());
        for (const std::string& wanted : options.preamble) {
            const auto frame = conn->read_frame();
            CHECK(frame.opcode == 1);
            CHECK(frame.payload == wanted);
        }
        watch.engine().pong(1, std::string(126, 'x')); // too long: refused, and nothing is sent
        watch.engine().pong(1, "here");
        const auto pong = conn->read_frame();
        CHECK(pong.opcode == 10);
        CHECK(pong.payload == "here");
        const wire::Event* refused = watch.next(Kind::refused);
        REQUIRE(refused);
        CHECK(refused->details->error->what == "not sent: a Pong has at most 125 bytes");
        conn->reset();
        REQUIRE(watch.next(Kind::retry));
        watch.engine().retry_now(1);
    }
}

TEST_CASE("breaking the line on purpose looks like a broken line, and is retried") {
    Peer peer;
    Watch watch;
    watch.engine().connect(1, retrying(peer.url(), 0, wire::LinkOptions::kForever));
    auto conn = peer.accept();
    REQUIRE(conn->upgrade());
    REQUIRE(watch.next(Kind::open));
    watch.engine().break_line(1);
    const wire::Event* closed = watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(closed->details->error->what.find("connection lost") != std::string::npos);
    CHECK(watch.next(Kind::retry));
    CHECK(conn->wait_for_end());
}

TEST_CASE("the challenge is answered by itself, and the stage is told") {
    Peer peer;
    Watch watch;
    watch.engine().connect(1, options_for(peer.url()));
    auto conn = peer.accept();
    REQUIRE(conn->upgrade());
    conn->text(kChallenge);
    const auto answer = conn->read_frame();
    CHECK(answer.payload == R"({"type":"auth_response","data":{"token":"abc:1:2"}})");
    REQUIRE(watch.state([](const LinkState& s) { return s.auth == AuthStage::answered; }));
    conn->text(R"({"type": "auth_result", "data": {"success": true, "client_id": "c"}})");
    REQUIRE(watch.state([](const LinkState& s) { return s.auth == AuthStage::authenticated; }));
    // The answer is in the log like everything else that was sent.
    CHECK(std::any_of(watch.all().begin(), watch.all().end(), [](const auto& event) {
        return event->dir == Dir::out && event->kind == Kind::text &&
               event->payload.view().find("auth_response") != std::string_view::npos;
    }));
}

TEST_CASE("with the switch off the challenge stands, with its deadline, until it is answered") {
    Peer peer;
    Watch watch;
    wire::LinkOptions options = options_for(peer.url());
    options.auto_auth = false;
    watch.engine().connect(1, options);
    auto conn = peer.accept();
    REQUIRE(conn->upgrade());
    conn->text(kChallenge);
    REQUIRE(watch.state([](const LinkState& s) {
        return s.auth == AuthStage::challenged && s.auth_deadline_mono_ns > s.since_mono_ns;
    }));
    SUBCASE("by hand") { watch.engine().answer_challenge(1); }
    SUBCASE("by the switch") { watch.engine().set_auto_auth(1, true); }
    CHECK(conn->read_frame().payload.find("abc:1:2") != std::string::npos);
    conn->text(R"({"type": "auth_result", "data": {"success": false, "message": "Wrong token"}})");
    CHECK(watch.state([](const LinkState& s) {
        return s.auth == AuthStage::refused && s.auth_message == "Wrong token";
    }));
}

TEST_CASE("a note is stamped and ordered like any other event") {
    Peer peer;
    Watch watch;
    watch.engine().connect(1, options_for(peer.url()));
    auto conn = peer.accept();
    REQUIRE(conn->upgrade());
    const wire::Event* open = watch.next(Kind::open);
    REQUIRE(open);
    watch.engine().note(1, "look here", open->id);
    const wire::Event* note = watch.next(Kind::note);
    REQUIRE(note);
    CHECK(note->payload.view() == "look here");
    CHECK(note->details->of == open->id);
    CHECK(note->id == open->id + 1);
}

TEST_CASE("an attempt that another one cuts short has its end in the log") {
    Peer silent, other;
    Watch watch;
    watch.engine().connect(1, options_for(silent.url()));
    auto conn = silent.accept();
    REQUIRE(conn);
    watch.engine().connect(1, options_for(other.url()));
    const wire::Event* failed = watch.next(Kind::failed);
    REQUIRE(failed);
    CHECK(failed->conn == 1);
    CHECK(failed->details->by == wire::By::us);
    auto second = other.accept();
    REQUIRE(second->upgrade());
    CHECK(watch.next(Kind::open));
}

TEST_CASE("every attempt tells its state anew, also when the phase is the same") {
    Watch watch;
    watch.engine().connect(1, options_for("ws://127.0.0.1:1/"));
    REQUIRE(watch.phase(1, Phase::failed));
    watch.engine().connect(1, options_for("nonsense"));
    CHECK(watch.state([](const LinkState& state) {
        return state.phase == Phase::failed && state.url == "nonsense" && state.conn == 2;
    }));
}

TEST_CASE("a second stop behind both Close frames leaves a clean end clean") {
    Peer peer;
    Watch watch;
    watch.engine().connect(1, options_for(peer.url()));
    auto conn = peer.accept();
    REQUIRE(conn->upgrade());
    REQUIRE(watch.next(Kind::open));
    watch.engine().disconnect(1);
    conn->read_frame();
    conn->close_frame(1000); // and TCP stays
    REQUIRE(watch.next(Kind::close, Dir::in));
    watch.engine().disconnect(1);
    const wire::Event* closed = watch.next(Kind::closed);
    REQUIRE(closed);
    CHECK(closed->details->clean);
    CHECK(closed->details->code == 1000);
}

TEST_CASE("a challenge ends with its connection, and a refused answer may be given again") {
    Peer peer;
    Watch watch;
    wire::LinkOptions options = options_for(peer.url());
    options.auto_auth = false;
    watch.engine().connect(1, options);
    auto conn = peer.accept();
    REQUIRE(conn->upgrade());
    conn->text(kChallenge);
    REQUIRE(watch.state([](const LinkState& s) { return s.auth == AuthStage::challenged; }));
    SUBCASE("it ends") {
        conn->close_frame(1000);
        conn->finish();
        CHECK(watch.state([](const LinkState& s) {
            return s.phase == Phase::idle && s.auth == AuthStage::none;
        }));
    }
    SUBCASE("again") {
        for (int i = 0; i < 2; ++i) {
            watch.engine().answer_challenge(1);
            CHECK(conn->read_frame().payload.find("abc:1:2") != std::string::npos);
            conn->text(R"({"type":"auth_result","data":{"success":false,"message":"No"}})");
            REQUIRE(watch.state([](const LinkState& s) { return s.auth == AuthStage::refused; }));
        }
        watch.engine().answer_challenge(1);
        conn->read_frame();
        conn->text(R"({"type":"auth_result","data":{"success":true,"client_id":"c"}})");
        REQUIRE(watch.state([](const LinkState& s) { return s.auth == AuthStage::authenticated; }));
        watch.engine().set_auto_auth(1, true); // nothing stands to be answered
        watch.engine().send(1, net::Opcode::text, "next");
        CHECK(conn->read_frame().payload == "next");
    }
}
