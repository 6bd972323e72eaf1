// What answers what, by hand and on a recorded session.
#include "model/pairs.h"

#include <doctest/doctest.h>

#include "model/make_events.h"

using base::kMillisecond;
using model::EventId;
using model::OpenRequest;
using model::Pair;
using model::PairKind;

namespace {

struct Session {
    model::Log log;
    model::Pairs pairs;
    test::EventMaker maker;
    std::int64_t newest_ns = -1; ///< what the newest event was told to have taken

    EventId add(wire::Event event) {
        const EventId id = log.append(std::move(event));
        newest_ns = pairs.take(log.view(id), log.row(id).type, log.types());
        return id;
    }
    EventId in(const std::string& payload) { return add(maker.text_in(payload)); }
    EventId out(const std::string& payload) { return add(maker.text_out(payload)); }
    EventId in_type(const std::string& type, const std::string& data = "{}") {
        return in(R"({"type":")" + type + R"(","data":)" + data + "}");
    }
    EventId out_type(const std::string& type, const std::string& data = "{}") {
        return out(R"({"type":")" + type + R"(","data":)" + data + "}");
    }
    EventId echo(const std::string& type, const std::string& data) {
        return in_type("client_message", R"({"client_id":"a","message_type":")" + type +
                                             R"(","message_data":)" + data + "}");
    }
    void pass(std::int64_t ns) { maker.mono_ns += ns; }
    void expect(EventId asked, EventId answered, PairKind kind) {
        const Pair* pair = pairs.answered_by(answered);
        REQUIRE(pair != nullptr);
        CHECK(pair->asked == asked);
        CHECK(pair->kind == kind);
        CHECK(pairs.asked_by(asked) == pair);
        CHECK(pair->ns == log.mono_ns(answered) - log.mono_ns(asked));
        CHECK(pairs.waiting(asked) == nullptr);
    }
};

} // namespace

TEST_CASE("a start is answered by its result, after the time between them") {
    Session s;
    const EventId start = s.in_type("llm_start");
    CHECK(s.newest_ns == -1);
    REQUIRE(s.pairs.waiting(start) != nullptr);
    s.pass(340 * kMillisecond);
    s.in_type("llm_token");
    CHECK(s.newest_ns == -1);
    const EventId result = s.in_type("llm_result");
    s.expect(start, result, PairKind::stage);
    CHECK(s.newest_ns == 342 * kMillisecond);
}

TEST_CASE("an error answers too, and an end") {
    Session s;
    const EventId tts = s.in_type("tts_start");
    s.expect(tts, s.in_type("tts_error"), PairKind::stage);
    const EventId talk = s.in_type("conversation_start");
    s.expect(talk, s.in_type("conversation_end"), PairKind::stage);
    CHECK(s.pairs.open().empty());
}

TEST_CASE("a result of another stage, or of another connection, answers nothing") {
    Session s;
    const EventId start = s.in_type("stt_start");
    s.in_type("llm_result");
    s.maker.link = s.maker.conn = 2;
    s.in_type("stt_result");
    CHECK(s.newest_ns == -1);
    REQUIRE(s.pairs.open().size() == 1);
    CHECK(s.pairs.open()[0].asked == start);
}

TEST_CASE("a stage that begins again leaves the one before without a result") {
    Session s;
    const EventId first = s.in_type("stt_start");
    const EventId second = s.in_type("stt_start");
    CHECK(s.pairs.waiting(first)->given_up);
    s.expect(second, s.in_type("stt_result"), PairKind::stage);
    CHECK(s.pairs.open().size() == 1);
}

TEST_CASE("tools are told apart by their name") {
    Session s;
    const EventId weather = s.in_type("tool_call", R"({"tool_name":"weather"})");
    const EventId clock = s.in_type("tool_call", R"({"tool_name":"clock"})");
    s.expect(weather, s.in_type("tool_error", R"({"tool_name":"weather"})"), PairKind::stage);
    s.expect(clock, s.in_type("tool_result", R"({"tool_name":"clock"})"), PairKind::stage);
}

TEST_CASE("a command is answered by the echo that carries the same, however it is escaped") {
    Session s;
    const EventId first = s.out_type("text_input", R"({"text":"caf\u00e9","n":1})");
    const EventId second = s.out_type("text_input", R"({"text":"tea"})");
    s.expect(second, s.echo("text_input", R"({ "text": "tea" })"), PairKind::echo);
    s.expect(first, s.echo("text_input", R"({"n": 1, "text": "café"})"), PairKind::echo);
}

TEST_CASE("the echo of what somebody else sent is not ours") {
    Session s;
    const EventId ours = s.out_type("text_input", R"({"text":"ours"})");
    s.echo("text_input", R"({"text":"theirs"})");
    CHECK(s.newest_ns == -1);
    CHECK(s.pairs.waiting(ours) != nullptr);
}

TEST_CASE("a command that was dropped as a duplicate is given up") {
    Session s;
    s.out_type("stt_stop");
    s.echo("stt_stop", "{}");
    const EventId again = s.out_type("stt_stop");
    s.in_type("duplicate_message", R"({"original_type":"stt_stop","count":1})");
    REQUIRE(s.pairs.waiting(again) != nullptr);
    CHECK(s.pairs.waiting(again)->given_up);
}

TEST_CASE("the challenge, our answer, and what the server said of it") {
    Session s;
    const EventId challenge = s.in_type("auth_challenge", R"({"token":"t"})");
    const EventId response = s.out_type("auth_response", R"({"token":"t"})");
    s.expect(challenge, response, PairKind::authentication);
    s.expect(response, s.in_type("auth_result", R"({"success":true})"), PairKind::authentication);
}

TEST_CASE("JSON-RPC: the response with the id answers the call, from either side") {
    Session s;
    const EventId call = s.out(R"({"jsonrpc":"2.0","id":7,"method":"add","params":[1,2]})");
    const EventId theirs = s.in(R"({"jsonrpc":"2.0","id":7,"method":"ask"})");
    s.in(R"({"jsonrpc":"2.0","method":"notify"})");
    CHECK(s.newest_ns == -1);
    s.expect(call, s.in(R"({"id":7,"jsonrpc":"2.0","result":3})"), PairKind::rpc);
    s.expect(theirs, s.out(R"({"jsonrpc":"2.0","id":7,"error":{"code":1}})"), PairKind::rpc);
}

TEST_CASE("a Pong answers the Ping that carried the same, from either side") {
    Session s;
    const EventId ours = s.add(s.maker.frame(wire::Kind::ping, wire::Dir::out, "a"));
    const EventId theirs = s.add(s.maker.frame(wire::Kind::ping, wire::Dir::in, "a"));
    s.add(s.maker.frame(wire::Kind::pong, wire::Dir::in, "b"));
    CHECK(s.newest_ns == -1);
    s.expect(theirs, s.add(s.maker.frame(wire::Kind::pong, wire::Dir::out, "a")),
             PairKind::control);
    s.expect(ours, s.add(s.maker.frame(wire::Kind::pong, wire::Dir::in, "a")), PairKind::control);
}

TEST_CASE("when the connection ends, what waits on it is given up") {
    Session s;
    const EventId start = s.in_type("tts_start");
    s.add(s.maker.life(wire::Kind::closed));
    CHECK(s.pairs.waiting(start)->given_up);
    s.in_type("tts_result");
    CHECK(s.newest_ns == -1);
}

TEST_CASE("requests that are never answered are bounded, and those not followed are counted") {
    Session s;
    for (std::size_t i = 0; i < model::Pairs::kMostOpen + 10; ++i)
        s.out(R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"method":"m"})");
    CHECK(s.pairs.open().size() == model::Pairs::kMostOpen);
    CHECK(s.pairs.not_followed() == 10);
    CHECK(s.pairs.open().front().asked == 11); // the oldest went: what comes now is followed
    s.in(R"({"jsonrpc":"2.0","id":)" + std::to_string(model::Pairs::kMostOpen + 9) +
         R"(,"result":1})");
    CHECK(s.newest_ns >= 0);
}

TEST_CASE("what the log has trimmed is forgotten") {
    Session s;
    const EventId start = s.in_type("llm_start");
    const EventId result = s.in_type("llm_result");
    const EventId waits = s.in_type("tts_start");
    const EventId next = s.in_type("stt_start");
    s.pairs.forget_below(next);
    CHECK(s.pairs.answered_by(result) == nullptr);
    CHECK(s.pairs.asked_by(start) == nullptr);
    CHECK(s.pairs.waiting(waits) == nullptr);
    CHECK(s.pairs.open().size() == 1);
    s.expect(next, s.in_type("stt_result"), PairKind::stage);
}

TEST_CASE("damaged messages are no requests and no answers, and harm nothing") {
    Session s;
    const char* const kPayloads[] = {R"({"type":"client_message"})",
                                     R"({"type":"client_message","data":7})",
                                     R"({"type":"client_message","data":{)",
                                     R"({"type":"tool_call","data":[]})",
                                     R"({"type":"duplicate_message"})",
                                     R"({"type":"llm_start")",
                                     R"({"jsonrpc":"2.0","id":)",
                                     R"({"type":"text_input","data":{"a":NaN}})"};
    for (const char* payload : kPayloads) {
        s.in(payload);
        s.out(payload);
    }
    s.echo("text_input", R"({"a":NaN})");
    CHECK(s.pairs.list().size() <= 2);
}
