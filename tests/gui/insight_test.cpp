// State, watches, alarms and turns on screen: what they say at the newest event, and at the cursor.
#include <doctest/doctest.h>

#include "gui/person.h"

using gui::Person;
using ui::Key;

namespace {

void in(Person& person, const std::string& type, const std::string& data = "{}") {
    person.add(person.maker.text_in(R"({"type":")" + type + R"(","data":)" + data + "}"));
}
void pass(Person& person, std::int64_t ms) { person.maker.mono_ns += ms * base::kMillisecond; }

/// A turn of Coda: 12 events, the first one sent by us.
void speak(Person& person, const std::string& text) {
    const std::string data = R"({"text":")" + text + R"("})";
    person.add(person.maker.text_out(R"({"type":"text_input","data":)" + data + "}"));
    in(person, "client_message", R"({"message_type":"text_input","message_data":)" + data + "}");
    in(person, "stt_start", R"({"mode":"push_to_talk"})");
    pass(person, 300);
    in(person, "stt_result");
    in(person, "llm_start");
    in(person, "llm_token", R"({"token":"a","token_index":0})");
    pass(person, 200);
    in(person, "llm_result");
    in(person, "tool_call", R"({"tool_name":"get_weather"})");
    in(person, "tool_error", R"({"tool_name":"get_weather","message":"no network"})");
    in(person, "tts_start");
    pass(person, 150);
    in(person, "tts_result");
    in(person, "latency_trace", R"({"total_seconds":0.66})");
    pass(person, 1000);
}

} // namespace

TEST_CASE("State tells the last of every type, how long ago, how often, and what changed") {
    Person person;
    in(person, "emotion_change", R"({"emotion":"happy"})");
    in(person, "emotion_change", R"({"emotion":"sad"})");
    in(person, "hello", R"({"same":1})");
    in(person, "hello", R"({"same":1})");
    person.press(ui::alt_shift(Key::n2));
    CHECK(person.has("lower/emotion_change"));
    CHECK(person.sees("lower", "emotion \"sad\""));
    const std::string all = person.text_of("lower");
    CHECK(all.find("sad") != std::string::npos);
    person.click("lower/hello");
    CHECK(person.selection.event == 4);
}

TEST_CASE("State is that of the connection on screen, and of its present session") {
    Person person;
    person.connect(wire::Phase::open, 1);
    person.connect(wire::Phase::open, 2);
    const auto session = [&](std::uint32_t link, bool accepted) {
        person.maker.link = link;
        person.add(person.maker.life(wire::Kind::connecting));
        person.add(person.maker.life(wire::Kind::open));
        in(person, "auth_challenge", R"({"token":"t"})");
        person.add(person.maker.text_out(R"({"type":"auth_response","data":{"token":"t"}})"));
        if (accepted) in(person, "auth_result", R"({"success":true})");
    };
    session(1, true);
    in(person, "tts_start");
    session(2, false);
    in(person, "hello");
    person.model.current_link = 1;
    person.press(ui::alt_shift(Key::n2));
    CHECK(person.sees("lower", "Authenticated after"));
    CHECK(person.sees("lower", ", speaking"));
    CHECK_FALSE(person.has("lower/hello"));
    CHECK(person.sees("lower", "Last of each type, 1 "));
    CHECK_FALSE(person.sees("lower", "the answer to auth_response")); // it is the other's
    person.model.current_link = 2;
    person.look();
    CHECK(person.sees("lower", "Challenge answered"));
    CHECK(person.sees("lower", "the answer to auth_response"));
    CHECK(person.has("lower/hello"));
    CHECK_FALSE(person.has("lower/tts_start"));
    // The first one ends, and comes back without a word yet.
    person.maker.link = 1;
    person.model.current_link = 1;
    person.add(person.maker.life(wire::Kind::closed));
    person.look();
    CHECK(person.sees("lower", "Not connected"));
    CHECK_FALSE(person.sees("lower", "speaking"));
    person.add(person.maker.life(wire::Kind::connecting));
    person.add(person.maker.life(wire::Kind::open));
    in(person, "system_metrics", R"({"cpu_percent":10})");
    person.look();
    CHECK_FALSE(person.sees("lower", "Authenticated"));
    CHECK(person.sees("lower", "not speaking"));
    CHECK(person.has("lower/tts_start")); // the last of its type all the same
}

TEST_CASE(
    "State lists what waits for an answer, oldest first and with its age, at the cursor too") {
    Person person;
    const auto call = [&](int id) {
        person.add(person.maker.text_out(R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
                                         R"(,"method":"a"})"));
    };
    call(1);
    pass(person, 2000);
    call(2);
    in(person, "hello", "{}");
    person.add(person.maker.text_in(R"({"jsonrpc":"2.0","id":1,"result":1})"));
    person.press(ui::alt_shift(Key::n2));
    CHECK(person.has("lower/Waiting 2"));
    CHECK_FALSE(person.has("lower/Waiting 1"));
    CHECK(person.sees("lower", "#2, "));
    person.selection.cursor = 3;
    person.look();
    CHECK(person.has("lower/Waiting 1")); // not yet, then
    CHECK(person.has("lower/Waiting 2"));
    CHECK(person.sees("lower", "#1, 2.0"));
    person.click("lower/Waiting 1");
    CHECK(person.selection.event == 1);
    person.add(person.maker.text_in(R"({"jsonrpc":"2.0","id":2,"result":1})"));
    person.selection.cursor = 0;
    person.look();
    CHECK_FALSE(person.has("lower/Waiting 2"));
}

TEST_CASE("State tells what Coda does, and at the cursor what it did then") {
    Person person;
    in(person, "auth_challenge", R"({"token":"t"})");
    person.add(person.maker.text_out(R"({"type":"auth_response","data":{"token":"t"}})"));
    in(person, "auth_result", R"({"success":true})");
    speak(person, "one");
    person.press(ui::alt_shift(Key::n2));
    CHECK(person.sees("lower", "Authenticated after 2.00 ms"));
    CHECK(person.sees("lower", "push_to_talk, not listening, not speaking"));
    CHECK(person.sees("lower", "1, ended after 661 ms, 1 error"));
    CHECK(person.sees("lower", "tool_error #12"));
    CHECK_FALSE(person.sees("lower", "not now"));

    person.selection.cursor = 6; // stt_start
    person.look();
    CHECK(person.sees("lower", "State at the cursor"));
    CHECK(person.sees("lower", "not now"));
    CHECK(person.sees("lower", "push_to_talk, listening, not speaking"));
    CHECK(person.sees("lower", "1, in progress for 2.00 ms")); // nothing of what came later
    CHECK_FALSE(person.sees("lower", "ended after"));
    CHECK(person.sees("lower", "None"));
    CHECK_FALSE(person.has("lower/tts_result"));
}

TEST_CASE("a filter by rtt shows the answers that took so long, old ones and those to come") {
    Person person;
    for (int i = 0; i < 3; ++i) speak(person, "hello");
    person.press(ui::ctrl_shift(Key::f));
    person.type("rtt > 100ms"); // stt, llm and tts of each turn
    CHECK(person.model.index.size() == 9);
    speak(person, "again");
    person.look();
    CHECK(person.model.index.size() == 12);
    person.type(" and type == stt_result");
    REQUIRE(person.model.index.size() == 4);
    CHECK(person.model.log.view(person.model.index.at(3)).rtt_ns >= 300 * base::kMillisecond);
}

TEST_CASE("watches show a field with its change, at the cursor too, and can be removed") {
    Person person;
    in(person, "system_metrics", R"({"cpu_percent":10})");
    in(person, "system_metrics", R"({"cpu_percent":12.5})");
    in(person, "system_metrics", R"({"cpu_percent":9})");
    person.press(ui::alt_shift(Key::n3));
    CHECK(person.sees("lower", "No watches"));
    model::JsonPath path{{"data", 0, false}, {"cpu_percent", 0, false}};
    person.model.watches.push_back({"system_metrics", "data.cpu_percent", path});
    person.look();
    CHECK(person.sees("lower", "-3.5"));
    person.selection.cursor = 2;
    person.look();
    CHECK(person.sees("lower", "12.5 %"));
    CHECK(person.sees("lower", "+2.5"));
    person.press(ui::alt(Key::n4));
    person.click("lower/Plot system_metrics: data.cpu_percent");
    CHECK(person.only<model::PlotPath>().path == "data.cpu_percent");
    CHECK(person.ui.panels.time.tab == ui::TimeTab::plots); // where it is seen
    person.click("lower/Remove system_metrics: data.cpu_percent");
    CHECK(person.only<model::RemoveWatch>().path == "data.cpu_percent");
}

TEST_CASE("alarms stand with their evidence, lead to their event, and stay listed when over") {
    Person person;
    person.press(ui::alt_shift(Key::n4));
    CHECK(person.sees("lower", "Nothing wrong"));
    in(person, "tts_error", R"({"message":"quota exceeded"})");
    person.add_messages(60);
    CHECK_FALSE(person.sees("lower", "Tts_error"));
    person.look();
    CHECK(person.sees("lower", "tts_error, event 1"));
    CHECK(person.sees("lower", "Quota exceeded."));
    CHECK(
        person.sees("lower", "Watched and quiet: handshake, heartbeat, echoes, results, latency"));
    person.click("lower/Show 1");
    CHECK(person.selection.event == 1);
    CHECK(person.has("log/row 1"));
    person.model.notices.close(person.model.notices.list[0].id);
    person.look();
    CHECK(person.sees("lower", "tts_error, event 1"));
    CHECK(person.sees("lower", "errors"));
}

TEST_CASE("an unanswered challenge is answered from its alarm") {
    Person person;
    person.connect(wire::Phase::open).state.auth = wire::AuthStage::challenged;
    person.model.notices.alarm(model::Severity::warning, 1, model::kChallengeTopic,
                               {"challenge unanswered, 12 s left", "", ""}, 1);
    person.press(ui::alt_shift(Key::n4));
    person.click("lower/Answer now");
    CHECK(person.count<model::AnswerChallenge>() == 1);
}

TEST_CASE("a turn is drawn with its stages; a click goes to an event, [ and ] to other turns") {
    Person person;
    speak(person, "one");
    speak(person, "two");
    person.press(ui::alt(Key::n2));
    CHECK(person.sees("time", "Turn 2 of 2"));
    CHECK(person.sees("time", "text_input #13 to latency_trace #24"));
    CHECK(person.sees("time", "one error"));
    CHECK(person.sees("time", "no network"));
    CHECK(person.sees("time", "301 ms"));
    person.click("time/stt 16");
    CHECK(person.selection.event == 16);
    person.press({Key::left_bracket});
    CHECK(person.sees("time", "Turn 1 of 2"));
    person.press({Key::left_bracket});
    CHECK(person.sees("time", "Turn 1 of 2"));
    person.press({Key::right_bracket});
    CHECK(person.sees("time", "Turn 2 of 2"));
    person.press({Key::left_bracket});
    CHECK(person.sees("time", "Turn 1 of 2"));
    person.click("log/row 20"); // elsewhere it follows again
    CHECK(person.sees("time", "Turn 2 of 2"));
}

TEST_CASE("these panels fit at every size") {
    for (const auto& [width, height, scale] :
         {std::tuple{1280.f, 720.f, 1.f}, {1600.f, 900.f, 1.f}, {3840.f, 2160.f, 2.f}}) {
        Person person(width, height, scale);
        for (int i = 0; i < 5; ++i) speak(person, std::to_string(i));
        for (const ui::Chord chord :
             {ui::alt_shift(Key::n2), ui::alt_shift(Key::n4), ui::alt(Key::n2)}) {
            person.press(chord);
            for (const ui::Probe::Text& text : person.ui.probe.texts()) {
                if (text.region != "lower" && text.region != "time") continue;
                CAPTURE(text.text);
                CHECK(text.rect.inside(text.clip, 1));
            }
        }
    }
}
