#include "app/drain.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "model/make_events.h"

using app::drain;
using base::kSecond;
using model::Model;
using model::Notice;
using model::Severity;
using wire::AuthStage;
using wire::Dir;
using wire::Kind;
using wire::Phase;

namespace {

constexpr std::int64_t kPlenty = 60 * kSecond;

/// A Model with a queue in front of it, as the loop has them.
struct Bench {
    Model model;
    wire::EventQueue queue;
    test::EventMaker make;

    void push(wire::Event event) { REQUIRE(queue.try_push(event)); }
    app::DrainResult run() {
        model.now.mono_ns = make.mono_ns;
        return drain(model, queue, kPlenty);
    }
    void take(wire::Event event) {
        push(std::move(event));
        run();
    }
    wire::LinkState state(Phase phase, AuthStage auth = AuthStage::none) const {
        wire::LinkState state;
        state.link = 1;
        state.phase = phase;
        state.auth = auth;
        return state;
    }
    /// The open notice of that topic; null when there is none.
    const Notice* open_notice(const std::string& topic) const {
        for (const Notice& notice : model.notices.list)
            if (notice.open && notice.topic == topic) return &notice;
        return nullptr;
    }
};

wire::LinkState challenged(const Bench& bench, bool auto_auth) {
    wire::LinkState state = bench.state(Phase::open, AuthStage::challenged);
    state.auto_auth = auto_auth;
    state.auth_deadline_mono_ns = bench.make.mono_ns + 30 * kSecond;
    return state;
}

} // namespace

TEST_CASE("holes and repeats in seq are marked as the events are taken, and go with their rows") {
    const auto numbered = [](int seq) {
        return "{\"seq\":" + std::to_string(seq) + ",\"type\":\"llm_token\",\"data\":{\"a\":1}}";
    };
    Bench bench;
    bench.take(bench.make.text_in(numbered(1)));
    bench.take(bench.make.text_in(numbered(4)));
    CHECK(bench.model.sequence.mark_of(2).missing() == 2);
    CHECK(bench.model.sequence.mark_of(2).repeat_of == 1);
    bench.model.log.set_budget(1); // only the newest row stays
    bench.take(bench.make.text_in("last"));
    CHECK(bench.model.log.first() > 2);
    CHECK_FALSE(bench.model.sequence.mark_of(2).any());
    CHECK(bench.model.sequence.counts().missing == 2);
}

TEST_CASE("events come into the log in their order, with the ids of their producer") {
    Bench bench;
    for (int i = 0; i < 1000; ++i) bench.push(bench.make.text_in(std::to_string(i)));
    bench.push(bench.make.status(bench.state(Phase::open)));
    const app::DrainResult result = bench.run();
    CHECK(result.events == 1001);
    CHECK_FALSE(result.more);
    REQUIRE(bench.model.log.size() == 1000); // a state is no row
    for (model::EventId id = 1; id <= 1000; ++id)
        REQUIRE(bench.model.log.view(id).payload == std::to_string(id - 1));
    CHECK(bench.model.index.size() == 1000);
    CHECK(bench.run().events == 0);
}

TEST_CASE("a spent budget leaves the rest for the next frame, and says so") {
    Bench bench;
    for (int i = 0; i < 5000; ++i) bench.push(bench.make.text_in("x"));
    bench.model.now.mono_ns = bench.make.mono_ns;
    const app::DrainResult first = drain(bench.model, bench.queue, 0);
    CHECK(first.more);
    CHECK(first.events > 0);
    CHECK(first.events < 5000);
    int frames = 1;
    while (drain(bench.model, bench.queue, 0).more) REQUIRE(++frames < 1000);
    CHECK(bench.model.log.size() == 5000);
}

TEST_CASE("an index that is being rebuilt asks for another frame") {
    Bench bench;
    for (int i = 0; i < 5000; ++i) bench.push(bench.make.text_in("x"));
    bench.run();
    model::ListFilter filter;
    filter.filter = std::get<model::Filter>(model::Filter::parse("y"));
    bench.model.index.set_filter(filter, bench.model.log);
    CHECK(drain(bench.model, bench.queue, 0).more);
    const std::int64_t patience = base::mono_now_ns() + 30 * base::kSecond;
    while (!bench.model.index.complete() && base::mono_now_ns() < patience) bench.run();
    CHECK(bench.model.index.complete());
    bench.run(); // a find is drawn, too
    CHECK_FALSE(bench.run().more);
}

TEST_CASE("memory of a cleared log asks for another frame until it is given back") {
    Bench bench;
    const std::string payload(500'000, 'x');
    for (int i = 0; i < 40; ++i) bench.push(bench.make.text_in(payload));
    bench.run();
    bench.model.log.clear();
    const std::uint64_t held = bench.model.log.memory_bytes();
    CHECK(drain(bench.model, bench.queue, 0).more);
    while (drain(bench.model, bench.queue, 0).more) {
    }
    CHECK(bench.model.log.memory_bytes() < held / 10);
}

TEST_CASE("the newest state of each connection is shown") {
    Bench bench;
    bench.push(bench.make.status(bench.state(Phase::resolving)));
    wire::LinkState second = bench.state(Phase::open);
    second.link = 2;
    second.address = "127.0.0.1:8765";
    bench.push(bench.make.status(second));
    bench.push(bench.make.status(bench.state(Phase::waiting)));
    bench.run();
    REQUIRE(bench.model.connections.size() == 2);
    CHECK(bench.model.connection(1)->link == 1);
    CHECK(bench.model.connection(1)->state.phase == Phase::waiting);
    CHECK(bench.model.connection(2)->state.phase == Phase::open);
    CHECK(bench.model.connection(2)->state.address == "127.0.0.1:8765");
    CHECK(bench.model.current_link == 1);
}

TEST_CASE(
    "messages are counted by direction, control frames are not, and the last arrival is kept") {
    Bench bench;
    bench.push(bench.make.text_in("12345"));
    bench.push(bench.make.frame(Kind::binary, Dir::in, "123"));
    bench.push(bench.make.text_out("1234567"));
    bench.push(bench.make.frame(Kind::ping, Dir::in, "ping"));
    const std::int64_t last_in = bench.make.mono_ns;
    bench.push(bench.make.frame(Kind::pong, Dir::out, "pong"));
    bench.run();
    const model::Connection& connection = *bench.model.connection(1);
    CHECK(connection.in.messages == 2);
    CHECK(connection.in.bytes == 8);
    CHECK(connection.out.messages == 1);
    CHECK(connection.out.bytes == 7);
    CHECK(connection.last_in_mono_ns == last_in);
    bench.take(bench.make.life(Kind::open));
    CHECK(connection.last_in_mono_ns == 0);
}

TEST_CASE(
    "a failure is told with what, why and fix, folded when it repeats, and gone when it opens") {
    Bench bench;
    bench.take(bench.make.failed("connection refused", "nothing listens on 8765", "start Coda"));
    const Notice* notice = bench.open_notice("connection");
    REQUIRE(notice != nullptr);
    CHECK(notice->severity == Severity::error);
    CHECK(notice->text.what == "connection refused");
    CHECK(notice->text.why == "nothing listens on 8765");
    CHECK(notice->text.fix == "start Coda");
    CHECK(notice->link == 1);
    CHECK(notice->event == 1);
    CHECK(notice->times == 1);

    bench.take(bench.make.failed("timed out"));
    notice = bench.open_notice("connection");
    REQUIRE(notice != nullptr);
    CHECK(notice->text.what == "timed out");
    CHECK(notice->times == 2);
    CHECK(bench.model.notices.list.size() == 1);

    bench.take(bench.make.life(Kind::open));
    CHECK(bench.open_notice("connection") == nullptr);
    CHECK(bench.model.notices.list.size() == 1); // it stays in the list
}

TEST_CASE("each connection has its own notice") {
    Bench bench;
    bench.take(bench.make.failed("one"));
    bench.make.link = 2;
    bench.take(bench.make.failed("two"));
    CHECK(bench.model.notices.open_count() == 2);
    bench.take(bench.make.life(Kind::open)); // of connection 2
    REQUIRE(bench.open_notice("connection") != nullptr);
    CHECK(bench.open_notice("connection")->text.what == "one");
}

TEST_CASE(
    "a lost connection is an error, a server's own reason a warning, a plain goodbye nothing") {
    Bench bench;
    wire::Event lost = bench.make.life(Kind::closed);
    lost.details->error = base::Error{"connection lost", "TCP ended without a Close", ""};
    bench.take(std::move(lost));
    REQUIRE(bench.open_notice("connection") != nullptr);
    CHECK(bench.open_notice("connection")->severity == Severity::error);
    bench.take(bench.make.life(Kind::open));

    const auto closed = [&](int code, wire::By by) {
        wire::Event event = bench.make.life(Kind::closed);
        event.details->code = code;
        event.details->clean = true;
        event.details->by = by;
        event.details->reason = "tick\x1b[2J";
        bench.take(std::move(event));
    };
    closed(1000, wire::By::peer);
    closed(0, wire::By::peer);
    closed(4001, wire::By::us);
    CHECK(bench.open_notice("connection") == nullptr);
    closed(1011, wire::By::peer);
    const Notice* notice = bench.open_notice("connection");
    REQUIRE(notice != nullptr);
    CHECK(notice->severity == Severity::warning);
    CHECK(notice->text.what.find("1011") != std::string::npos);
    CHECK(notice->text.why == "tick\\x1b[2J");
}

TEST_CASE("an end that the user asked for is no news, the next one is again") {
    Bench bench;
    bench.take(bench.make.life(Kind::connecting));
    bench.model.connection(1)->ended_by_user = true;
    bench.take(bench.make.failed("stopped by us before it was open"));
    CHECK(bench.model.notices.open_count() == 0);
    bench.take(bench.make.life(Kind::connecting));
    bench.take(bench.make.failed("connection refused"));
    CHECK(bench.model.notices.open_count() == 1);
}

TEST_CASE("a message that was not sent is told") {
    Bench bench;
    wire::Event refused = bench.make.frame(Kind::refused, Dir::out, "{}");
    refused.details = std::make_unique<wire::Details>();
    refused.details->error = base::Error{"not sent", "the connection is closing", "connect again"};
    bench.take(std::move(refused));
    const Notice* notice = bench.open_notice("send");
    REQUIRE(notice != nullptr);
    CHECK(notice->severity == Severity::error);
    CHECK(notice->text.why == "the connection is closing");
    CHECK(notice->event == 1);
    CHECK(bench.model.connection(1)->out.messages == 0);
}

TEST_CASE("a server that does not read is a warning until it reads again") {
    Bench bench;
    bench.take(bench.make.status(bench.state(Phase::open)));
    wire::Event refused = bench.make.frame(Kind::refused, Dir::out, "{}");
    refused.details = std::make_unique<wire::Details>();
    refused.details->phase = "send queue";
    refused.details->error = base::Error{"not sent: the server does not read", "16 MB wait", ""};
    bench.take(std::move(refused));
    REQUIRE(bench.open_notice("send queue") != nullptr);
    CHECK(bench.open_notice("send queue")->severity == Severity::warning);
    CHECK(bench.open_notice("send") == nullptr);

    wire::LinkState state = bench.state(Phase::open);
    state.send_queue_bytes = 1000;
    bench.take(bench.make.status(state));
    CHECK(bench.open_notice("send queue") != nullptr);
    state.send_queue_bytes = 0;
    bench.take(bench.make.status(state));
    CHECK(bench.open_notice("send queue") == nullptr);
}

TEST_CASE("a full queue is told, each time that it was full") {
    Bench bench;
    bench.run();
    CHECK(bench.open_notice("queue") == nullptr);
    bench.queue.count_wait(); // as the network thread does
    bench.run();
    bench.run(); // no news
    REQUIRE(bench.open_notice("queue") != nullptr);
    CHECK(bench.open_notice("queue")->severity == Severity::info);
    CHECK(bench.open_notice("queue")->times == 1);
    bench.queue.count_wait();
    bench.run();
    CHECK(bench.open_notice("queue")->times == 2);
}

TEST_CASE("a challenge goes with its connection") {
    Bench bench;
    bench.take(bench.make.status(challenged(bench, false)));
    REQUIRE(bench.open_notice("challenge") != nullptr);
    wire::LinkState gone = challenged(bench, false);
    gone.phase = Phase::idle;
    bench.take(bench.make.status(gone));
    bench.run();
    CHECK(bench.open_notice("challenge") == nullptr);
}

TEST_CASE("what is sent before the answer is accepted is told as well") {
    Bench bench;
    for (const AuthStage stage : {AuthStage::answered, AuthStage::refused}) {
        bench.take(bench.make.status(bench.state(Phase::open, stage)));
        bench.take(bench.make.text_out(R"({"type":"text_input","data":{}})"));
    }
    CHECK(bench.model.connection(1)->sent_before_auth == 2);
    bench.take(bench.make.status(bench.state(Phase::open, AuthStage::authenticated)));
    bench.take(bench.make.text_out(R"({"type":"text_input","data":{}})"));
    CHECK(bench.model.connection(1)->sent_before_auth == 2);
}

TEST_CASE("an unanswered challenge is a warning that counts down, until it is answered") {
    Bench bench;
    bench.take(bench.make.status(challenged(bench, false)));
    const Notice* notice = bench.open_notice("challenge");
    REQUIRE(notice != nullptr);
    CHECK(notice->severity == Severity::warning);
    CHECK(notice->text.what == "challenge unanswered, 30 s left");
    CHECK(notice->text.why.find("the automatic answer is off") != std::string::npos);

    bench.make.mono_ns += 18 * kSecond;
    bench.run();
    notice = bench.open_notice("challenge");
    REQUIRE(notice != nullptr);
    CHECK(notice->text.what == "challenge unanswered, 12 s left");
    CHECK(notice->text.why.find("was asked 18 s ago") != std::string::npos);
    CHECK(notice->times == 1);

    bench.make.mono_ns += 60 * kSecond;
    bench.run();
    CHECK(bench.open_notice("challenge")->text.what == "challenge unanswered, 0 s left");

    bench.take(bench.make.status(bench.state(Phase::open, AuthStage::answered)));
    CHECK(bench.open_notice("challenge") == nullptr);
}

TEST_CASE("a challenge notice that was closed stays closed, the next challenge opens a new one") {
    Bench bench;
    bench.take(bench.make.status(challenged(bench, false)));
    bench.model.notices.close(bench.open_notice("challenge")->id);
    bench.make.mono_ns += 2 * kSecond;
    bench.run();
    CHECK(bench.open_notice("challenge") == nullptr);
    bench.take(bench.make.status(challenged(bench, false)));
    CHECK(bench.open_notice("challenge") != nullptr);
}

TEST_CASE("an automatic answer has a second before the challenge is called unanswered") {
    Bench bench;
    bench.take(bench.make.status(challenged(bench, true)));
    CHECK(bench.open_notice("challenge") == nullptr);
    bench.make.mono_ns += 2 * kSecond;
    bench.run();
    REQUIRE(bench.open_notice("challenge") != nullptr);
    CHECK(bench.open_notice("challenge")->text.why.find("did not go out") != std::string::npos);
}

TEST_CASE("refused authentication is an error with the server's words, until it is accepted") {
    Bench bench;
    wire::LinkState state = bench.state(Phase::open, AuthStage::refused);
    state.auth_message = "Invalid token";
    bench.take(bench.make.status(state));
    bench.take(bench.make.status(state)); // the same state again is no news
    const Notice* notice = bench.open_notice("authentication");
    REQUIRE(notice != nullptr);
    CHECK(notice->severity == Severity::error);
    CHECK(notice->text.why == "Invalid token");
    CHECK(notice->times == 1);
    bench.take(bench.make.status(bench.state(Phase::open, AuthStage::authenticated)));
    CHECK(bench.open_notice("authentication") == nullptr);
}

TEST_CASE(
    "a command sent while a challenge stands is counted, and it is said that nothing happens") {
    Bench bench;
    bench.take(bench.make.text_out(R"({"type":"text_input","data":{}})"));
    CHECK(bench.model.connection(1)->sent_before_auth == 0);
    bench.take(bench.make.status(challenged(bench, false)));
    bench.take(bench.make.text_out(R"({"type":"auth_response","data":{"token":"t"}})"));
    CHECK(bench.model.connection(1)->sent_before_auth == 0);
    CHECK(bench.open_notice("sent before authentication") == nullptr);

    bench.take(bench.make.text_out(R"({"type":"text_input","data":{}})"));
    bench.take(bench.make.text_out("not even JSON"));
    CHECK(bench.model.connection(1)->sent_before_auth == 2);
    const Notice* notice = bench.open_notice("sent before authentication");
    REQUIRE(notice != nullptr);
    CHECK(notice->severity == Severity::warning);
    CHECK(notice->text.what == "2 messages sent before authentication: nothing will happen");
    CHECK(notice->event == 4);

    bench.take(bench.make.life(Kind::connecting));
    CHECK(bench.model.connection(1)->sent_before_auth == 0);
}

TEST_CASE("an error that Coda reports is kept in sight as an alarm, with its event") {
    Bench bench;
    bench.take(bench.make.text_in(R"({"type":"system_error","data":{"message":"x"}})"));
    REQUIRE(bench.model.notices.list.size() == 1);
    const model::Notice& notice = bench.model.notices.list[0];
    CHECK(notice.alarm);
    CHECK(notice.open);
    CHECK(notice.event == 1);
    CHECK(notice.text.why == "x");
}

TEST_CASE(
    "a connection that accepts any certificate is an alarm, with what is wrong with this one") {
    Bench bench;
    wire::LinkState state = bench.state(Phase::upgrading);
    state.insecure = true;
    bench.take(bench.make.status(state));
    wire::Event open = bench.make.life(Kind::open);
    open.details->tls = std::make_unique<wire::TlsInfo>();
    open.details->tls->wrong = {"the certificate expired 3 days ago"};
    bench.take(std::move(open));
    const Notice* notice = bench.open_notice("any certificate accepted");
    REQUIRE(notice);
    CHECK(notice->alarm);
    CHECK(notice->text.why == "the certificate expired 3 days ago");

    state.insecure = false;
    bench.take(bench.make.status(state));
    bench.take(bench.make.life(Kind::open));
    CHECK(bench.open_notice("any certificate accepted") == nullptr);
}

TEST_CASE("a server that accepts and at once closes is told in the list of attempts") {
    Bench bench;
    bench.take(bench.make.status(bench.state(Phase::connecting)));
    bench.take(bench.make.life(Kind::connecting));
    bench.take(bench.make.life(Kind::open));
    wire::Event closed = bench.make.life(Kind::closed);
    closed.details->by = wire::By::peer;
    closed.details->code = 1000;
    closed.details->clean = true;
    bench.take(std::move(closed));
    wire::Event retry = bench.make.life(Kind::retry);
    retry.details->delay_s = 0.4;
    retry.details->delay_cap_s = 0.5;
    bench.take(std::move(retry));
    const model::Attempt& attempt = bench.model.connection(1)->attempts.back();
    CHECK(attempt.reason == "by the server, 1000 (Normal closure), 1.00 ms after it was opened");
    CHECK(attempt.remedy.find("at once closes") != std::string::npos);
    CHECK(attempt.delay_cap_s == 0.5);
}

TEST_CASE("the queue's numbers are shown") {
    Bench bench;
    for (int i = 0; i < 10; ++i) bench.push(bench.make.text_in("12345"));
    bench.queue.count_wait();
    bench.run();
    CHECK(bench.model.vitals.queue.events == 0);
    CHECK(bench.model.vitals.queue.events_high == 10);
    CHECK(bench.model.vitals.queue.bytes_high == 50);
    CHECK(bench.model.vitals.queue.waits == 1);
    CHECK(bench.model.vitals.queue.pushed == 10);
}

TEST_CASE("while a producer pushes from its own thread, nothing is lost or torn") {
    Bench bench;
    wire::EventQueue queue({256, 1u << 20}); // small, so that it is full now and then
    constexpr int kEvents = 20'000;
    std::thread producer([&] {
        for (int i = 0; i < kEvents; ++i) {
            wire::Event event = bench.make.text_in("message " + std::to_string(i));
            while (!queue.try_push(event)) std::this_thread::yield();
        }
    });
    const std::int64_t deadline = base::mono_now_ns() + 60 * kSecond;
    while (bench.model.log.size() < kEvents && base::mono_now_ns() < deadline)
        if (drain(bench.model, queue, base::kMillisecond).events == 0) std::this_thread::yield();
    producer.join();
    REQUIRE(bench.model.log.size() == kEvents);
    for (model::EventId id = 1; id <= kEvents; ++id)
        REQUIRE(bench.model.log.view(id).payload == "message " + std::to_string(id - 1));
    CHECK(bench.model.connection(1)->in.messages == kEvents);
}
