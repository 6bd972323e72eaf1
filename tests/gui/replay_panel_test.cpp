// The Replay panel by hand. Its state is filled as app/replaying fills it; what is asked for is
// read from the Actions (tests/app/replaying_test.cpp performs them).
#include <doctest/doctest.h>

#include "gui/person.h"

using gui::Person;
using ui::Key;
using wire::ReplaySend;
using wire::Verdict;

namespace {

/// A capture of two messages with their replies, opened; and a connection to play it to.
struct Scene {
    Scene() {
        person.connect(wire::Phase::open, 1).options.url = "ws://localhost:9";
        model::Connection& file = person.connect(wire::Phase::idle, 2);
        file.file = "/tmp/coda.ndjson";
        file.options.url.clear();
        file.state.url = "ws://recorded:8765";
        person.maker.link = 2;
        for (int i = 0; i < 2; ++i) {
            person.add(person.maker.text_out(R"({"type":"text_input","data":{"text":"a"}})"));
            person.add(person.maker.text_in(R"({"type":"llm_result","data":{"text":"was"}})"));
            file.out.add(person.maker.mono_ns, 1);
            file.in.add(person.maker.mono_ns, 1);
        }
        person.maker.link = 1;
        person.model.current_link = 1;
        for (std::size_t i = 0; i < 2; ++i) {
            ReplaySend send;
            send.event = 1 + 2 * i;
            send.type = "text_input";
            send.payload = R"({"type":"text_input","data":{"text":"a"}})";
            send.first_expectation = i;
            send.end_expectation = i + 1;
            state.sends.push_back(send);
            wire::ReplayExpectation expected;
            expected.event = 2 + 2 * i;
            expected.type = "llm_result";
            expected.send = i;
            state.expectations.push_back(expected);
        }
        state.expect = true;
        person.press(ui::alt_shift(Key::n5));
    }
    void load() {
        person.model.replay.source = 2;
        person.model.replay.state = &state;
        person.look();
    }
    /// The first message was sent, and something else than expected came.
    void differ() {
        person.model.replay.running = true;
        person.model.replay.target = 1;
        state.phase = wire::ReplayPhase::playing;
        state.next = 1;
        state.counts.sent = 1;
        state.counts.different = 1;
        state.sends[0].stage = ReplaySend::Stage::sent;
        state.sends[0].decided = true;
        state.sends[0].sent_event =
            person.add(person.maker.text_out(R"({"type":"text_input","data":{"text":"a"}})"));
        wire::ReplayExpectation& expected = state.expectations[0];
        expected.verdict = Verdict::different;
        expected.got_event =
            person.add(person.maker.text_in(R"({"type":"llm_result","data":{"text":"is"}})"));
        expected.differences.push_back(
            {wire::ReplayDifference::Is::changed, "data.text", "\"was\"", "\"is\""});
        person.look();
    }
    Person person;
    wire::ReplayState state;
};

} // namespace

TEST_CASE("with nothing open the panel says what would fill it, and opens the form") {
    Person person;
    person.press(ui::alt_shift(Key::n5));
    CHECK(person.sees("lower", "Nothing to replay"));
    person.click("lower/Open capture");
    CHECK(person.has("over/Path"));
}

TEST_CASE("an opened capture is gathered by itself, once") {
    Scene scene;
    CHECK(scene.person.only<model::LoadReplay>().source == 2);
    scene.person.look();
    CHECK(scene.person.count<model::LoadReplay>() == 1);
    // Where it has nothing to send after all, the next one is.
    model::Connection& next = scene.person.connect(wire::Phase::idle, 3);
    next.file = "/tmp/next.ndjson";
    next.out.add(scene.person.maker.mono_ns, 1);
    scene.state.sends.clear();
    scene.state.expectations.clear();
    scene.load();
    scene.person.forget();
    scene.person.model.replay.source = 2;
    scene.person.ui.panels.replay.offered = 2;
    scene.person.look();
    CHECK(scene.person.only<model::LoadReplay>().source == 3);
}

TEST_CASE("a capture that sent nothing is not offered") {
    Person person;
    model::Connection& file = person.connect(wire::Phase::idle, 1);
    file.file = "/tmp/listened.ndjson";
    file.in.add(person.maker.mono_ns, 1);
    person.press(ui::alt_shift(Key::n5));
    CHECK(person.count<model::LoadReplay>() == 0);
    CHECK(person.sees("lower", "Choose whose messages"));
}

TEST_CASE("the queue shows what is to be sent; F5 plays it to the connection at hand") {
    Scene scene;
    scene.load();
    CHECK(scene.person.sees("lower", "text_input"));
    CHECK(scene.person.sees("lower", "1 expected"));
    CHECK(scene.person.sees("lower", "of 2 sent"));
    scene.person.forget();
    scene.person.press({Key::f5});
    const auto start = scene.person.only<model::StartReplay>();
    CHECK(start.target == 1);
    CHECK(start.url == "ws://localhost:9");
    CHECK(start.wish.expect);
    CHECK(start.wish.pace == wire::ReplayPace::cause);
}

TEST_CASE("another address is a new connection, pace and expectations are chosen") {
    Scene scene;
    scene.load();
    scene.person.click("lower/Addresses at hand");
    scene.person.click("list/ws://recorded:8765");
    scene.person.click("lower/Pace");
    scene.person.click("list/Speed ×10");
    scene.person.click("lower/Strict");
    scene.person.click("lower/Expect");
    scene.person.forget();
    scene.person.click("lower/Play, F5");
    const auto start = scene.person.only<model::StartReplay>();
    CHECK(start.target == 0);
    CHECK(start.url == "ws://recorded:8765");
    CHECK_FALSE(start.wish.expect);
    CHECK(start.wish.strict);
    CHECK(start.wish.pace == wire::ReplayPace::original);
    CHECK(start.wish.speed == 10);
}

TEST_CASE("F10 from rest begins, holds, and sends one; Shift+F5 stops; F5 goes on and pauses") {
    Scene scene;
    scene.load();
    scene.person.forget();
    scene.person.press({Key::f10});
    CHECK(scene.person.count<model::StartReplay>() == 1);
    CHECK(scene.person.only<model::PauseReplay>().on);
    CHECK(scene.person.count<model::StepReplay>() == 1);
    scene.person.model.replay.running = scene.person.model.replay.paused = true;
    scene.person.forget();
    scene.person.press({Key::f10});
    CHECK(scene.person.count<model::StartReplay>() == 0);
    CHECK(scene.person.count<model::StepReplay>() == 1);
    scene.person.press({Key::f5});
    CHECK_FALSE(scene.person.only<model::PauseReplay>().on);
    scene.person.press(ui::shift(Key::f5));
    CHECK(scene.person.count<model::StopReplay>() == 1);
}

TEST_CASE("while it runs, another speed is taken at once") {
    Scene scene;
    scene.load();
    scene.person.model.replay.running = true;
    scene.person.forget();
    scene.person.click("lower/Pace");
    scene.person.click("list/Speed ×2");
    CHECK(scene.person.only<model::SetReplaySpeed>().speed == 2);
}

TEST_CASE("a message is unticked, or edited, while it waits") {
    Scene scene;
    scene.load();
    scene.person.forget();
    scene.person.click("lower/Send 2");
    CHECK(scene.person.only<model::SetReplayEnabled>().send == 1);
    CHECK_FALSE(scene.person.only<model::SetReplayEnabled>().on);
    scene.person.point_at("lower/Message 2");
    scene.person.click("lower/Edit");
    CHECK(scene.person.sees("over", "Message 2 of the replay"));
    CHECK(scene.person.sees("over", "Valid JSON"));
    scene.person.click("over/Message");
    scene.person.press(ui::ctrl(Key::a));
    scene.person.type("[1");
    CHECK(scene.person.sees("over", "No JSON"));
    scene.person.type("]");
    scene.person.click("over/Keep");
    CHECK(scene.person.only<model::EditReplay>().send == 1);
    CHECK(scene.person.only<model::EditReplay>().payload == "[1]");
    CHECK_FALSE(scene.person.has("over/Keep"));
}

TEST_CASE("a difference says where, and a click puts both events side by side") {
    Scene scene;
    scene.load();
    scene.differ();
    CHECK(scene.person.sees("lower", "different"));
    CHECK(scene.person.sees("lower", R"(data.text: expected "was", got "is")"));
    scene.person.click("lower/Expectation 1");
    CHECK(scene.person.selection.event == scene.state.expectations[0].got_event);
    CHECK(scene.person.ui.panels.inspector.pinned == 2);
    CHECK(scene.person.sees("inspector", "data.text"));
    CHECK(scene.person.sees("inspector", "was"));
    CHECK(scene.person.sees("inspector", "is"));
    // What was sent is a click away, too.
    scene.person.point_at("lower/Message 1");
    scene.person.click("lower/Show");
    CHECK(scene.person.selection.event == scene.state.sends[0].sent_event);
}

TEST_CASE("a click on a message opens all that was expected after it, met or not") {
    Scene scene;
    scene.load();
    CHECK_FALSE(scene.person.has("lower/Expectation 2"));
    scene.person.click("lower/Message 2");
    CHECK(scene.person.has("lower/Expectation 2"));
    scene.person.click("lower/Message 2");
    CHECK_FALSE(scene.person.has("lower/Expectation 2"));
}

TEST_CASE("at its end the panel says whether it passed, and why it ended before") {
    Scene scene;
    scene.load();
    scene.state.phase = wire::ReplayPhase::done;
    scene.state.counts.sent = scene.state.counts.met = 2;
    scene.person.look();
    CHECK(scene.person.sees("lower", "Passed"));
    scene.state.counts.missing = 1;
    scene.person.look();
    CHECK(scene.person.sees("lower", "Not passed"));
    scene.state.error = base::Error{"connection lost", "the server closed TCP", ""};
    scene.person.look();
    CHECK(scene.person.sees("lower", "Connection lost"));
}

TEST_CASE("what nothing expected is listed, and leads to its event") {
    Scene scene;
    scene.load();
    scene.differ();
    const auto extra = scene.person.add(scene.person.maker.text_in(R"({"type":"tts_start"})"));
    scene.state.extras.push_back({extra, "tts_start", 0});
    scene.state.counts.extra = 1;
    scene.person.look();
    CHECK(scene.person.sees("lower", "nothing expected it"));
    scene.person.click("lower/Extra 1");
    CHECK(scene.person.selection.event == extra);
}

TEST_CASE("everything of the panel has its place in a small window, too") {
    Scene wide;
    Person person(1280, 720);
    person.connect(wire::Phase::open, 1);
    person.add_messages(5);
    person.model.connections[0].in.add(person.model.now.mono_ns, 1);
    person.model.replay.source = 1;
    person.model.replay.state = &wide.state;
    person.press(ui::alt_shift(Key::n5));
    for (const char* label : {"lower/Play, F5", "lower/Send next, F10", "lower/Pace",
                              "lower/Expect", "lower/Strict", "lower/Target address"}) {
        CAPTURE(std::string(label));
        const ui::Probe::Item& item = person.item(label);
        CHECK(item.rect.inside(item.clip, 1));
    }
    CHECK(person.has("lower/Message 2"));
}
