// Turns and their stages, by hand.
#include "model/turns.h"

#include <doctest/doctest.h>

#include "model/make_events.h"

using base::kMillisecond;
using base::kSecond;
using model::EventId;
using model::Stage;
using model::Turn;

namespace {

struct Session {
    model::Log log;
    model::Pairs pairs;
    model::Turns turns;
    test::EventMaker maker;

    EventId add(wire::Event event) {
        const EventId id = log.append(std::move(event));
        const model::TypeId type = log.row(id).type;
        pairs.take(log.view(id), type, log.types());
        turns.take(log.view(id), type, log.types());
        return id;
    }
    EventId in(const std::string& type, const std::string& data = "{}") {
        return add(maker.text_in(R"({"type":")" + type + R"(","data":)" + data + "}"));
    }
    EventId out(const std::string& type, const std::string& data = "{}") {
        return add(maker.text_out(R"({"type":")" + type + R"(","data":)" + data + "}"));
    }
    void pass(std::int64_t ns) { maker.mono_ns += ns; }

    /// A whole turn as the real backend sends it.
    EventId speak(const std::string& text, bool with_tool = false) {
        const std::string data = R"({"text":")" + text + R"("})";
        const EventId first = out("text_input", data);
        in("client_message", R"({"message_type":"text_input","message_data":)" + data + "}");
        in("stt_start");
        pass(300 * kMillisecond);
        in("stt_result");
        in("memory_retrieve");
        in("llm_start");
        for (int i = 0; i < 5; ++i) in("llm_token");
        pass(300 * kMillisecond);
        in("llm_result");
        if (with_tool) {
            in("tool_call", R"({"tool_name":"get_weather"})");
            in("tool_error", R"({"tool_name":"get_weather","message":"no network"})");
        }
        in("tts_start");
        pass(150 * kMillisecond);
        in("tts_result");
        in("latency_trace");
        return first;
    }
    std::vector<Stage> stages(std::size_t turn) {
        return model::stages_of(turns.list()[turn], log, pairs);
    }
};

const Stage* find(const std::vector<Stage>& stages, const std::string& name) {
    for (const Stage& stage : stages)
        if (stage.name == name) return &stage;
    return nullptr;
}

} // namespace

TEST_CASE("each command begins a turn, which ends with its reply") {
    Session s;
    const EventId first = s.speak("one");
    s.pass(2 * kSecond);
    s.in("system_metrics");
    const EventId second = s.speak("two");
    REQUIRE(s.turns.list().size() == 2);
    const Turn& turn = s.turns.list()[0];
    CHECK(turn.first == first);
    CHECK(turn.last + 2 == second);
    CHECK(turn.over);
    CHECK(turn.errors == 0);
    CHECK(s.log.types()[s.log.row(turn.first_reply).type].name == "stt_start");
    CHECK(s.turns.newest_at(first - 1) == -1);
    CHECK(s.turns.newest_at(first) == 0);
    CHECK(s.turns.newest_at(second - 1) == 0);
    CHECK(s.turns.newest_at(second) == 1);
}

TEST_CASE("what is heard begins a turn too, and a command while it runs does not begin another") {
    Session s;
    s.in("stt_start");
    s.out("text_input");
    s.in("llm_start");
    CHECK(s.turns.list().size() == 1);
    CHECK_FALSE(s.turns.list()[0].over);
}

TEST_CASE("a command that was dropped as a duplicate begins no turn") {
    Session s;
    s.speak("one");
    s.pass(2 * kSecond);
    s.out("text_input");
    s.in("duplicate_message", R"({"original_type":"text_input","count":2})");
    CHECK(s.turns.list().size() == 1);
    s.in("duplicate_message"); // and without a turn it harms nothing
    CHECK(s.turns.list().size() == 1);
}

TEST_CASE("a duplicate that is told before any turn harms nothing") {
    Session s;
    s.in("duplicate_message");
    CHECK(s.turns.list().empty());
}

TEST_CASE("a turn that hangs does not swallow what is asked half a minute later") {
    Session s;
    s.in("stt_start");
    s.pass(31 * kSecond);
    s.out("text_input");
    CHECK(s.turns.list().size() == 2);
}

TEST_CASE("the stages of a turn have their times, tokens are strokes, tools are sub-steps") {
    Session s;
    s.speak("one", true);
    const std::vector<Stage> stages = s.stages(0);
    const Stage* stt = find(stages, "stt");
    REQUIRE(stt != nullptr);
    CHECK(stt->end_ns - stt->begin_ns == 301 * kMillisecond);
    const Stage* llm = find(stages, "llm");
    REQUIRE(llm != nullptr);
    CHECK(llm->strokes.size() == 5);
    for (const std::int64_t at : llm->strokes) {
        CHECK(at > llm->begin_ns);
        CHECK(at < llm->end_ns);
    }
    const Stage* tool = find(stages, "tool get_weather");
    REQUIRE(tool != nullptr);
    CHECK(tool->error);
    CHECK(tool->sub_step);
    const Stage* echo = find(stages, "echo");
    REQUIRE(echo != nullptr);
    CHECK(echo->from == s.turns.list()[0].first);
    const Stage* memory = find(stages, "memory_retrieve");
    REQUIRE(memory != nullptr);
    CHECK(memory->from == 0);
    CHECK(s.turns.list()[0].errors == 1);
}

TEST_CASE("a stage without its result goes on to the end of what has come") {
    Session s;
    s.out("text_input");
    const EventId start = s.in("llm_start");
    s.pass(kSecond);
    s.in("llm_token");
    const std::vector<Stage> stages = s.stages(0);
    const Stage* llm = find(stages, "llm");
    REQUIRE(llm != nullptr);
    CHECK(llm->from == start);
    CHECK(llm->to == 0);
    CHECK(llm->end_ns == s.turns.list()[0].ended_ns);
}

TEST_CASE("turns of two connections do not mix") {
    Session s;
    s.out("text_input");
    s.maker.link = s.maker.conn = 2;
    s.in("llm_token");
    CHECK(s.turns.list()[0].last == s.turns.list()[0].first);
    s.out("text_input");
    CHECK(s.turns.list().size() == 2);
}

TEST_CASE("trimmed turns are forgotten, and stages of a trimmed beginning are still told") {
    Session s;
    s.speak("one");
    s.pass(2 * kSecond);
    const EventId second = s.speak("two");
    s.turns.forget_below(second + 3);
    CHECK(s.turns.list().size() == 1);
    CHECK_FALSE(s.stages(0).empty());
}
