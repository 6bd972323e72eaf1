#include "replay/player.h"

#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <string>
#include <vector>

#include "replay/stage.h"

using namespace replay_tests;
using wire::ReplayPhase;

namespace {

const char* const kChallenge =
    R"({"type": "auth_challenge", "data": {"token": "new-token", "message": "m"}})";
const char* const kAccepted =
    R"({"type": "auth_result", "data": {"success": true, "client_id": "new-client"}})";
const char* const kRefused =
    R"({"type": "auth_result", "data": {"success": false, "message": "Invalid authentication token"}})";

using Lines = std::vector<Line>;
using Texts = std::vector<std::string>;

const Lines kTwoTurns = {{'>', text_input("one"), 1},
                         {'<', turn("user", "one"), 1.1},
                         {'<', turn("coda", "1"), 1.5},
                         {'>', text_input("two"), 4},
                         {'<', turn("user", "two"), 4.1}};

} // namespace

//--- when the first message goes out

TEST_CASE("without a challenge the first message goes out 0.3 s after the opening") {
    Stage stage(kTwoTurns, by_clock());
    stage.ask();
    CHECK(stage.player.due_ns() == INT64_MAX); // nothing before the opening
    stage.open();
    stage.wait(0.29);
    CHECK(stage.sent.empty());
    CHECK(stage.state().phase == ReplayPhase::authenticating);
    stage.wait(0.02);
    CHECK(stage.sent == Texts{text_input("one")});
    CHECK(stage.state().phase == ReplayPhase::playing);
}

TEST_CASE("after a challenge it waits for auth_result, however long that takes") {
    Stage stage(kTwoTurns, by_clock());
    stage.open();
    stage.wait(0.2);
    stage.in(kChallenge);
    stage.wait(25);
    CHECK(stage.sent.empty());
    stage.in(kAccepted);
    CHECK(stage.sent == Texts{text_input("one")});
}

TEST_CASE("a challenge later than 0.3 s after the opening holds nothing up") {
    Stage stage(kTwoTurns, by_clock());
    stage.open_and_pass();
    stage.in(kChallenge);
    CHECK(stage.sent.size() == 1);
    stage.wait(3);
    CHECK(stage.sent.size() == 2);
}

TEST_CASE("auth_result that says no ends it, and nothing is sent") {
    Stage stage(kTwoTurns, by_cause());
    stage.open();
    stage.in(kChallenge);
    stage.in(kRefused);
    CHECK(stage.ended);
    CHECK(stage.sent.empty());
    CHECK(stage.state().phase == ReplayPhase::failed);
    REQUIRE(stage.state().error.has_value());
    CHECK(stage.state().error->why == "Invalid authentication token");
    CHECK_FALSE(passed(stage.state()));
    CHECK(stage.verdicts() == "skipped skipped skipped");
}

TEST_CASE("an auth_result that never comes ends it after the server's own time-out") {
    Stage stage(kTwoTurns, by_cause());
    stage.open();
    stage.in(kChallenge);
    stage.wait(31.9);
    CHECK_FALSE(stage.ended);
    stage.wait(0.2);
    CHECK(stage.ended);
    CHECK(stage.state().error->why.find("timed out") != std::string::npos);
}

//--- pace

TEST_CASE("the recording's spacing is kept, divided by the speed") {
    for (const double speed : {1.0, 2.0, 0.5}) {
        Stage stage(kTwoTurns, by_clock(speed));
        stage.open_and_pass();
        stage.wait(10);
        REQUIRE(stage.sent.size() == 2);
        CHECK(stage.sent_at_s[1] - stage.sent_at_s[0] == doctest::Approx(3 / speed));
        CHECK(stage.ended);
        CHECK(passed(stage.state()));
    }
}

TEST_CASE("as fast as possible: all at once") {
    replay::PlaySettings settings;
    settings.pace = wire::ReplayPace::max;
    Stage stage(kTwoTurns, settings);
    stage.open_and_pass();
    CHECK(stage.sent.size() == 2);
    CHECK(stage.ended);
}

TEST_CASE("one at a time: each when it is asked for") {
    replay::PlaySettings settings;
    settings.pace = wire::ReplayPace::step;
    Stage stage(kTwoTurns, settings);
    stage.open_and_pass();
    stage.wait(100);
    CHECK(stage.sent.empty());
    stage.player.step();
    stage.ask();
    CHECK(stage.sent.size() == 1);
    stage.wait(100);
    CHECK(stage.sent.size() == 1);
    stage.player.step();
    stage.ask();
    CHECK(stage.sent.size() == 2);
    CHECK(stage.ended);
}

TEST_CASE("a pause holds the recording's clock, and a step goes on meanwhile") {
    Stage stage(kTwoTurns, by_clock());
    stage.open_and_pass();
    stage.wait(1);
    stage.player.pause();
    CHECK(stage.state().phase == ReplayPhase::paused);
    stage.wait(50);
    CHECK(stage.sent.size() == 1);
    stage.player.resume();
    stage.wait(1.9);
    CHECK(stage.sent.size() == 1);
    stage.wait(0.2);
    CHECK(stage.sent.size() == 2);

    Stage stepped(kTwoTurns, by_clock());
    stepped.open_and_pass();
    stepped.player.pause();
    stepped.player.step();
    stepped.ask();
    CHECK(stepped.sent.size() == 2);
}

TEST_CASE("by cause: the next message goes out when all that was expected before it came") {
    Stage stage(kTwoTurns, by_cause());
    stage.open_and_pass();
    CHECK(stage.sent.size() == 1);
    stage.in(turn("coda", "1"));
    stage.in(R"({"type":"system_metrics","data":{}})");
    CHECK(stage.sent.size() == 1);
    stage.in(turn("user", "one"));
    CHECK(stage.sent.size() == 2);
    CHECK_FALSE(stage.ended);
    stage.in(turn("user", "two"));
    CHECK(stage.ended);
    CHECK(passed(stage.state()));
    CHECK(stage.verdicts() == "met met met");
    CHECK(stage.state().counts.met == 3);
    CHECK(stage.state().counts.extra == 0);
}

TEST_CASE("what the server says by itself is expected before the first message") {
    Stage stage({{'<', R"({"type":"mode_change","data":{"mode":"idle"}})", 0},
                 {'>', text_input("one"), 1},
                 {'<', turn("user", "one"), 1.1}},
                by_cause());
    stage.open_and_pass();
    CHECK(stage.sent.empty());
    stage.in(R"({"type":"mode_change","data":{"mode":"idle"}})");
    CHECK(stage.sent.size() == 1);
    stage.in(turn("user", "one"));
    CHECK(passed(stage.state()));
}

//--- verdicts

TEST_CASE("what does not come within the time is missing, and the rest is played all the same") {
    replay::PlaySettings settings = by_cause();
    settings.within_s = 2;
    Stage stage(kTwoTurns, settings);
    stage.open_and_pass();
    stage.in(turn("user", "one"));
    stage.wait(1.9);
    CHECK(stage.sent.size() == 1);
    stage.wait(0.2);
    CHECK(stage.sent.size() == 2);
    CHECK(stage.verdicts() == "met missing open");
    stage.in(turn("coda", "1")); // too late: its time was up, it is extra now
    stage.in(turn("user", "two"));
    CHECK(stage.ended);
    CHECK(stage.verdicts() == "met missing met");
    CHECK(stage.state().counts.extra == 1);
    CHECK_FALSE(passed(stage.state()));
}

TEST_CASE("the first unmatched message of its type is the different one, with its path") {
    Stage stage(kTwoTurns, by_cause());
    stage.open_and_pass();
    stage.in(turn("coda", "2"));
    stage.in(turn("user", "one"));
    stage.wait(10);
    CHECK(stage.verdicts() == "met different open");
    const auto& row = stage.state().expectations[1];
    REQUIRE(row.differences.size() == 1);
    CHECK(row.differences[0].path == "data.content");
    CHECK(row.differences[0].expected == "\"1\"");
    CHECK(row.differences[0].got == "\"2\"");
    CHECK(row.event == 3);
    CHECK(row.got_event == 3); // open, the command, then this one
    stage.in(turn("user", "two"));
    CHECK(stage.state().counts.different == 1);
    CHECK_FALSE(passed(stage.state()));
}

TEST_CASE("extra messages are told, and are failures with strict, which waits for silence") {
    Stage lenient(kTwoTurns, by_cause());
    replay::PlaySettings settings = by_cause();
    settings.strict = true;
    Stage strict(kTwoTurns, settings);
    for (Stage* stage : {&lenient, &strict}) {
        stage->open_and_pass();
        stage->in(turn("user", "one"));
        stage->in(turn("ghost", "boo"));
        stage->in(turn("coda", "1"));
        stage->wait(3);
        CHECK(stage->sent.size() == 2);
        stage->in(turn("user", "two"));
        stage->wait(3);
        CHECK(stage->ended);
        CHECK(stage->state().counts.extra == 1);
        REQUIRE(stage->state().extras.size() == 1);
        CHECK(stage->state().extras[0].send == 0);
        CHECK(stage->state().sends[0].extras == 1);
    }
    CHECK(passed(lenient.state()));
    CHECK_FALSE(passed(strict.state()));

    Stage late(kTwoTurns, settings);
    late.open_and_pass();
    late.in(turn("user", "one"));
    late.in(turn("coda", "1"));
    CHECK(late.sent.size() == 1); // it is waited for more
    late.wait(0.9);
    late.in(turn("ghost", "boo"));
    late.wait(2.4); // the recording was silent for 2.5 s
    CHECK(late.sent.size() == 1);
    late.wait(0.2);
    CHECK(late.sent.size() == 2);
    late.in(turn("user", "two"));
    late.wait(5);
    CHECK(late.ended);
    CHECK_FALSE(passed(late.state()));
}

TEST_CASE("with strict an endless chatter does not hold it up for ever") {
    replay::PlaySettings settings = by_cause();
    settings.strict = true;
    settings.within_s = 5;
    Stage stage(kTwoTurns, settings);
    stage.open_and_pass();
    stage.in(turn("user", "one"));
    stage.in(turn("coda", "1"));
    for (int i = 0; i < 80; ++i) {
        stage.wait(0.1);
        stage.in(turn("ghost", "boo"));
    }
    CHECK(stage.sent.size() == 2);
}

TEST_CASE("strict-order: what came at another place is different, the fewest of them") {
    const Lines lines = {{'>', text_input("one"), 0},
                         {'<', turn("user", "one"), 0.1},
                         {'<', store("m1", "x"), 0.2},
                         {'<', turn("coda", "1"), 0.3}};
    replay::PlaySettings settings = by_cause();
    for (const bool ordered : {false, true}) {
        settings.strict_order = ordered;
        Stage stage(lines, settings);
        stage.open_and_pass();
        stage.in(store("m9", "x"));
        stage.in(turn("user", "one"));
        stage.in(turn("coda", "1"));
        CHECK(stage.ended);
        CHECK(passed(stage.state()) == !ordered);
        if (!ordered) continue;
        CHECK(stage.verdicts() == "different met met");
        const auto& row = stage.state().expectations[0];
        REQUIRE(row.differences.size() == 1);
        CHECK(row.differences[0].path == "(order)");
        CHECK(row.differences[0].expected == "before memory_store of event 3");
        CHECK(row.differences[0].got == "after it");
        CHECK(stage.state().counts.met == 2);
        CHECK(stage.state().counts.different == 1);
    }
    settings.strict_order = true;
    Stage in_order(lines, settings);
    in_order.open_and_pass();
    in_order.in(turn("user", "one"));
    in_order.in(store("m9", "x"));
    in_order.in(turn("coda", "1"));
    CHECK(passed(in_order.state()));
}

TEST_CASE("what comes by the clock, and authentication, is neither expected nor extra") {
    Lines lines = kTwoTurns;
    for (const char* type : {"system_metrics", "component_stats", "duplicate_message", "replay"})
        lines.push_back({'<', std::string(R"({"type":")") + type + R"(","data":{"count":1}})", 5});
    replay::PlaySettings settings = by_cause();
    settings.strict = true;
    Stage stage(lines, settings);
    stage.open();
    stage.in(kChallenge);
    stage.in(kAccepted);
    stage.in(R"({"type":"replay","events":[]})");
    stage.in(turn("user", "one"));
    stage.in(R"({"type":"component_stats","data":{}})");
    stage.in(turn("coda", "1"));
    stage.wait(3);
    stage.in(turn("user", "two"));
    stage.wait(3);
    CHECK(stage.ended);
    CHECK(passed(stage.state()));
    CHECK(stage.state().expectations.size() == 3);
}

//--- how it ends

TEST_CASE("a connection that ends before all is decided fails it, at once") {
    Stage stage(kTwoTurns, by_cause());
    stage.open_and_pass();
    stage.in(turn("user", "one"));
    wire::Details details;
    details.code = 1011;
    details.by = wire::By::peer;
    details.clean = true;
    stage.event(wire::Kind::closed, wire::Dir::none, "", &details);
    CHECK(stage.player.over());
    CHECK(stage.state().phase == ReplayPhase::failed);
    CHECK(stage.state().error->why == "closed by the server, code 1011");
    CHECK(stage.verdicts() == "met missing skipped");
    CHECK(stage.state().sends[1].stage == wire::ReplaySend::Stage::skipped);
}

TEST_CASE("a connection that ends when all is met was good") {
    replay::PlaySettings settings = by_cause();
    settings.strict = true;
    Stage stage({{'>', text_input("bye"), 0}, {'<', turn("coda", "bye"), 1}}, settings);
    stage.open_and_pass();
    stage.in(turn("coda", "bye"));
    CHECK_FALSE(stage.player.over()); // silence is waited for
    stage.event(wire::Kind::closed, wire::Dir::none, "");
    CHECK(stage.player.over());
    CHECK(passed(stage.state()));
}

TEST_CASE("a message that was refused fails it with the reason") {
    Stage stage(kTwoTurns, by_cause());
    stage.confirms = false;
    stage.open_and_pass();
    wire::Details details;
    details.error = base::Error{"not sent", "the server does not read", ""};
    stage.event(wire::Kind::refused, wire::Dir::out, text_input("one"), &details);
    CHECK(stage.player.over());
    CHECK(stage.state().sends[0].stage == wire::ReplaySend::Stage::refused);
    CHECK(stage.state().error->why == "the server does not read");
}

TEST_CASE("it does not end before the last message is on the wire") {
    replay::PlaySettings settings;
    settings.pace = wire::ReplayPace::max;
    Stage stage({{'>', text_input("one"), 0}}, settings);
    stage.confirms = false;
    stage.open_and_pass();
    CHECK(stage.sent.size() == 1);
    stage.wait(5);
    CHECK_FALSE(stage.ended);
    stage.event(wire::Kind::text, wire::Dir::out, text_input("one"));
    stage.ask();
    CHECK(stage.ended);
    CHECK(stage.state().counts.sent == 1);
}

TEST_CASE("a capture without messages to send is done at once") {
    Stage stage({}, by_cause());
    stage.open_and_pass();
    CHECK(stage.ended);
    CHECK(passed(stage.state()));
}

//--- what is sent

TEST_CASE("envelope timestamps are renewed in the way they were written, all else stays") {
    const std::pair<const char*, const char*> pairs[] = {
        {R"({"type":"t", "data":{"timestamp":"2023-06-01T12:34:56.789Z"},"timestamp":"2023-06-01T12:34:56.789Z"})",
         R"({"type":"t", "data":{"timestamp":"2023-06-01T12:34:56.789Z"},"timestamp":"2026-11-23T01:09:41.500Z"})"},
        {R"({"timestamp":1795300000.25,"n":1.0})", R"({"timestamp":1795396181.500000,"n":1.0})"},
        {R"({"timestamp":1795300000})", R"({"timestamp":1795396181})"},
        {R"({"timestamp":1795300000250})", R"({"timestamp":1795396181500})"},
        {R"({"timestamp":3609.25})", R"({"timestamp":3609.25})"}, // on no clock that we know
        {R"({"timestamp":"soon"})", R"({"timestamp":"soon"})"},
        {R"([{"timestamp":1795300000}])", R"([{"timestamp":1795300000}])"},
        {"not json", "not json"}};
    for (const auto& [recorded, sent] : pairs) {
        Stage stage({{'>', recorded, 0}}, by_clock());
        stage.open_and_pass();
        CHECK(stage.sent == Texts{sent});
    }
}

TEST_CASE("an id that came in the recording is sent with its new value") {
    const Lines lines = {
        {'>', text_input("one"), 0},
        {'<', store("mem_1", "x"), 1},
        {'>', R"({"type":"mine","data":{"memory_id":"mem_1","other":"mem_1"}})", 2}};
    for (replay::PlaySettings settings : {by_cause(), by_clock()}) {
        Stage stage(lines, settings);
        stage.open_and_pass();
        stage.in(store("mem_77", "x"));
        stage.wait(2);
        REQUIRE(stage.sent.size() == 2);
        CHECK(stage.sent[1] == R"({"type":"mine","data":{"memory_id":"mem_77","other":"mem_1"}})");
        CHECK(stage.state().stale_ids == 0);
    }
}

TEST_CASE("an id that can be told from other text is replaced under any name") {
    Stage stage({{'>', text_input("one"), 0},
                 {'<', store("mem_3a69546f", "x"), 1},
                 {'>', R"({"type":"mine","reply_to":["mem_3a69546f"]})", 2},
                 {'<', R"({"type":"mine_too","about":"mem_3a69546f"})", 3}},
                by_cause());
    stage.open_and_pass();
    stage.in(store("mem_\\u0022new", "x"));
    REQUIRE(stage.sent.size() == 2);
    CHECK(stage.sent[1] == R"({"type":"mine","reply_to":["mem_\"new"]})");
    // What was sent comes back: the new value is what was meant.
    stage.in(R"({"type":"mine_too","about":"mem_\"new"})");
    CHECK(passed(stage.state()));
}

TEST_CASE("the id of a message that differs otherwise is known all the same when it is needed") {
    const Lines lines = {{'>', text_input("one"), 0},
                         {'<', store("mem_1", "x"), 1},
                         {'>', R"({"type":"mine","memory_id":"mem_1"})", 2}};
    Stage stage(lines, by_clock());
    stage.open_and_pass();
    stage.in(store("mem_77", "something else"));
    stage.wait(2);
    CHECK(stage.sent.back() == R"({"type":"mine","memory_id":"mem_77"})");

    Stage silent(lines, by_clock());
    silent.open_and_pass();
    silent.wait(2);
    CHECK(silent.sent.back() == R"({"type":"mine","memory_id":"mem_1"})");
    CHECK(silent.state().stale_ids == 1);
}

TEST_CASE("authentication is done afresh: its messages are not played, its ids are renewed") {
    Stage stage(
        {{'<', R"({"type":"auth_challenge","data":{"token":"old-token","message":"m"}})", 0},
         {'>', R"({"type":"auth_response","data":{"token":"old-token"}})", 0.1},
         {'<', R"({"type":"auth_result","data":{"success":true,"client_id":"old-client"}})", 0.2},
         {'>', R"({"type":"mine","client_id":"old-client"})", 1},
         {'<',
          R"({"type":"client_message","data":{"client_id":"old-client","message_type":"mine","message_data":null}})",
          1.1}},
        by_cause());
    stage.open();
    stage.in(kChallenge);
    stage.in(kAccepted);
    CHECK(stage.sent == Texts{R"({"type":"mine","client_id":"new-client"})"});
    stage.in(
        R"({"type":"client_message","data":{"client_id":"new-client","message_type":"mine","message_data":null}})");
    CHECK(passed(stage.state()));
}

TEST_CASE("an echo that names another client than ours is different") {
    Stage stage(
        {{'<', kChallenge, 0},
         {'<', R"({"type":"auth_result","data":{"success":true,"client_id":"old-client"}})", 0.2},
         {'>', text_input("x"), 1},
         {'<', R"({"type":"client_message","data":{"client_id":"old-client"}})", 1.1}},
        by_cause());
    stage.open();
    stage.in(kChallenge);
    stage.in(kAccepted);
    stage.in(R"({"type":"client_message","data":{"client_id":"somebody"}})");
    stage.wait(10);
    CHECK(stage.verdicts() == "different");
}

TEST_CASE("equal commands that Coda took are kept apart so that it takes them again") {
    Stage stage({{'>', R"({"type":"stt_stop","data":{}})", 0},
                 {'>', R"({"type":"stt_stop","data":{}})", 20}},
                by_cause());
    stage.open();
    stage.in(kChallenge);
    stage.in(kAccepted);
    CHECK(stage.sent.size() == 1);
    stage.wait(5);
    CHECK(stage.sent.size() == 1);
    stage.wait(0.2);
    CHECK(stage.sent.size() == 2);
    // Other servers have no such rule.
    Stage other({{'>', R"({"type":"stt_stop","data":{}})", 0},
                 {'>', R"({"type":"stt_stop","data":{}})", 20}},
                by_cause());
    other.open_and_pass();
    CHECK(other.sent.size() == 2);
}

//--- the queue

TEST_CASE("what is switched off is not sent, nor what belongs to it awaited") {
    Stage stage(kTwoTurns, by_cause());
    stage.player.set_enabled(0, false);
    stage.open_and_pass();
    CHECK(stage.sent == Texts{text_input("two")});
    stage.in(turn("user", "two"));
    CHECK(stage.ended);
    CHECK(stage.verdicts() == "skipped skipped met");
    CHECK(stage.state().counts.skipped == 2);
    CHECK(passed(stage.state()));
}

TEST_CASE("what is edited is sent so; what is on the wire cannot be changed any more") {
    Stage stage(kTwoTurns, by_clock());
    stage.player.edit(0, text_input("edited"));
    stage.open_and_pass();
    CHECK(stage.sent == Texts{text_input("edited")});
    stage.player.edit(0, "too late");
    stage.player.set_enabled(0, false);
    CHECK(stage.state().sends[0].payload == text_input("edited"));
    CHECK(stage.state().sends[0].enabled);
}

//--- the recording

TEST_CASE("a filter leaves messages out, and with them what belongs to them") {
    const auto no_ones = replay::RecordingMaker([](const wire::EventView& event) {
        return event.payload.find("text_input") == std::string_view::npos ||
               event.payload.find("two") != std::string_view::npos;
    });
    const auto recording = recording_of(kTwoTurns, no_ones);
    CHECK(recording.sends.size() == 1);
    REQUIRE(recording.replies.size() == 1);
    CHECK(recording.replies[0].send == 0);
    CHECK(recording.left_out == 1);
}

TEST_CASE("what other connections opened with is not expected on one; a diff keeps it") {
    const Lines lines = {{'<', turn("coda", "hello"), 0, 1}, {'>', text_input("one"), 1, 1},
                         {'<', turn("user", "one"), 2, 1},   {'<', turn("coda", "hello"), 3, 2},
                         {'>', text_input("two"), 4, 2},     {'<', turn("user", "late"), 5, 1}};
    const auto one = recording_of(lines);
    CHECK(one.connections == 2);
    CHECK(one.other_openings == 1);
    REQUIRE(one.replies.size() == 3);
    CHECK(one.replies[2].event == 6);
    CHECK(one.replies[2].send == 0); // of its own connection's message
    const auto all = recording_of(lines, replay::RecordingMaker({}, false));
    CHECK(all.other_openings == 0);
    CHECK(all.replies.size() == 4);
}

//--- real recordings

namespace {

/// The messages of a capture, in order.
Lines lines_of(const std::string& path) {
    Lines lines;
    auto reader = capture::Reader::open(path);
    REQUIRE(reader.ok());
    wire::EventView event;
    while (reader.value().next(&event))
        if (wire::is_message(event.kind))
            lines.push_back({event.dir == wire::Dir::out ? '>' : '<', std::string(event.payload),
                             static_cast<double>(event.mono_ns) / 1e9, event.conn});
    return lines;
}

/// Answers as the recording did, with other ids, until nothing more is asked.
void answer_as_recorded(Stage& stage, const Lines& lines) {
    std::size_t asked = 0;
    for (const Line& line : lines) {
        if (line.direction == '<') {
            std::string payload = line.payload;
            for (std::size_t at = 0; (at = payload.find("mem_", at)) != std::string::npos; ++at)
                payload.replace(at, 4, "neu_");
            stage.in(payload);
        } else if (line.payload.find("auth_response") == std::string::npos) {
            stage.wait(6); // silence, and time for what Coda takes for a repeat
            CHECK(stage.sent.size() == ++asked);
        }
    }
    stage.wait(6);
}

} // namespace

TEST_CASE("real recordings are green on themselves, by every strictness") {
    const std::string root = std::getenv("WD_SOURCE_DIR");
    for (const char* name :
         {"/assets/captures/simulator-turns.ndjson", "/../shared/captures/coda-turns.ndjson"}) {
        if (!std::ifstream(root + name)) continue; // not all are part of the project
        CAPTURE(name);
        const Lines lines = lines_of(root + name);
        replay::PlaySettings settings = by_cause();
        settings.strict = settings.strict_order = true;
        Stage stage(lines, settings);
        stage.open();
        answer_as_recorded(stage, lines);
        CHECK(stage.ended);
        CHECK(passed(stage.state()));
        CHECK(stage.state().counts.met == stage.state().expectations.size());
        CHECK(stage.state().counts.met > 100);
    }
}
