// Alarms: each trouble is told once with its evidence, goes when its cause has gone, and a healthy
// session is quiet.
#include "model/alarms.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "model/make_events.h"
#include "model/model.h"

using base::kMillisecond;
using base::kSecond;
using model::EventId;
using model::Notice;

namespace {

struct Session {
    model::Log log;
    model::Sequence sequence;
    model::Pairs pairs;
    model::Alarms alarms;
    model::Notices notices;
    std::vector<model::Connection> connections{model::Connection()};
    test::EventMaker maker;

    Session() {
        connections[0].link = 1;
        connections[0].state.phase = wire::Phase::open;
    }
    EventId add(wire::Event event) {
        const EventId id = log.append(std::move(event));
        const model::TypeId type = log.row(id).type;
        sequence.add(log, id, wire::read_message_head(log.view(id).payload));
        pairs.take(log.view(id), type, log.types());
        alarms.take(log.view(id), type, log.types(), notices);
        alarms.take_sequence(sequence, log, id, id + 1, notices);
        return id;
    }
    EventId in(const std::string& type, const std::string& data = "{}") {
        return add(maker.text_in(R"({"type":")" + type + R"(","data":)" + data + "}"));
    }
    EventId numbered(int seq, const std::string& type, const std::string& data = "{}") {
        return add(maker.text_in(R"({"version":"1.0","seq":)" + std::to_string(seq) +
                                 R"(,"timestamp":1.5,"type":")" + type + R"(","data":)" + data +
                                 "}"));
    }
    EventId out(const std::string& type, const std::string& data = "{}") {
        return add(maker.text_out(R"({"type":")" + type + R"(","data":)" + data + "}"));
    }
    void pass(std::int64_t ns) {
        maker.mono_ns += ns;
        alarms.watch(maker.mono_ns, connections, pairs, log, notices);
    }
    const Notice* told(const std::string& part) const {
        for (const Notice& notice : notices.list)
            if (notice.alarm && notice.text.what.find(part) != std::string::npos) return &notice;
        return nullptr;
    }
    void beat(int times) {
        for (int i = 0; i < times; ++i) {
            in("system_metrics", R"({"cpu_percent":3.5})");
            pass(5 * kSecond);
        }
    }
};

} // namespace

TEST_CASE("a heartbeat that stops is told with its seconds, and is over when it comes again") {
    Session s;
    s.beat(4);
    CHECK(s.notices.list.empty());
    s.pass(6 * kSecond);
    const Notice* alarm = s.told("heartbeat missing for 11 s");
    REQUIRE(alarm != nullptr);
    CHECK(alarm->text.why == "system_metrics came every 5.0 s until then");
    s.pass(kSecond);
    CHECK(s.told("heartbeat missing for 12 s") != nullptr);
    CHECK(s.notices.list.size() == 1);
    CHECK(s.notices.list[0].times == 1);
    s.beat(1);
    CHECK(s.notices.open_count() == 0);
}

TEST_CASE("a server without a heartbeat, and a connection that has ended, miss none") {
    Session s;
    s.in("hello");
    s.pass(100 * kSecond);
    CHECK(s.notices.list.empty());
    s.beat(3);
    s.connections[0].state.phase = wire::Phase::idle;
    s.pass(100 * kSecond);
    CHECK(s.notices.list.empty());
}

TEST_CASE("a start without its result is told after 8 s, and goes with the result") {
    Session s;
    const EventId start = s.in("tts_start");
    s.pass(7 * kSecond);
    CHECK(s.notices.list.empty());
    CHECK(s.alarms.next_look_ns() == s.log.mono_ns(start) + 8 * kSecond);
    s.pass(kSecond);
    const Notice* alarm = s.told("tts_start without a result for 8.0 s");
    REQUIRE(alarm != nullptr);
    CHECK(alarm->event == start);
    s.in("tts_result");
    s.pass(kSecond);
    CHECK(s.notices.open_count() == 0);
}

TEST_CASE("a start whose like still come has not been left without its result") {
    Session s;
    s.in("llm_start");
    for (int i = 0; i < 10; ++i) {
        s.pass(5 * kSecond);
        s.in("llm_token");
    }
    CHECK(s.notices.list.empty());
    s.in("tts_progress"); // another stage is no sign of this one
    s.pass(9 * kSecond);
    CHECK(s.told("llm_start without a result for 59.0 s") != nullptr);
}

TEST_CASE("what waits in an opened file waits for nobody") {
    Session session;
    session.connections[0].file = "/tmp/a.ndjson";
    session.in("tts_start");
    session.pass(3600 * kSecond);
    CHECK(session.notices.list.empty());
}

TEST_CASE("a command without its echo is told after a second, where the server echoes at all") {
    Session s;
    s.out("text_input", R"({"text":"a"})");
    s.pass(5 * kSecond);
    CHECK(s.notices.list.empty()); // the guide's server never echoes

    s.in("client_message", R"({"message_type":"text_input","message_data":{"text":"a"}})");
    const EventId asked = s.out("text_input", R"({"text":"b"})");
    s.pass(kSecond);
    const Notice* alarm = s.told("text_input without echo for 1.0 s");
    REQUIRE(alarm != nullptr);
    CHECK(alarm->event == asked);
}

TEST_CASE("a conversation lasts as long as it does") {
    Session s;
    s.in("conversation_start");
    s.pass(3600 * kSecond);
    CHECK(s.notices.list.empty());
}

TEST_CASE("impossible latencies are told with the field and its value, null is none") {
    Session s;
    s.in("latency_trace", R"({"tts_seconds":0.15,"tool_seconds":null,"total_seconds":0.8})");
    CHECK(s.notices.list.empty());
    s.pass(2 * kSecond);
    const EventId bad = s.in("latency_trace", R"({"tts_seconds":-1.877,"total_seconds":0.8})");
    const Notice* alarm = s.told("impossible latency");
    REQUIRE(alarm != nullptr);
    CHECK(alarm->text.why.find("tts_seconds is -1.877 s") != std::string::npos);
    CHECK(alarm->event == bad);
}

TEST_CASE("traces of one reply that disagree are listed, and do not ask for attention") {
    Session s;
    s.in("latency_trace", R"({"total_seconds":0.802})");
    s.in("latency_trace", R"({"total_seconds":0.35})");
    const Notice* alarm = s.told("disagree");
    REQUIRE(alarm != nullptr);
    CHECK_FALSE(alarm->open);
    s.pass(5 * kSecond);
    s.in("latency_trace", R"({"total_seconds":0.9})"); // another reply
    CHECK(s.told("disagree")->times == 1);
}

TEST_CASE("errors are kept in sight, folded by their type") {
    Session s;
    s.in("tts_error", R"({"message":"quota exceeded"})");
    s.in("tool_error", R"({"message":"no network"})");
    s.in("tts_error", R"({"message":"quota exceeded"})");
    REQUIRE(s.notices.list.size() == 2);
    CHECK(s.notices.list[0].times == 2);
    CHECK(s.notices.list[0].text.why == "quota exceeded");
    CHECK(s.notices.open_count() == 2);
}

TEST_CASE("holes and restarts of seq are told with the numbers that are missing") {
    Session s;
    for (const int seq : {7, 8, 9}) s.numbered(seq, "llm_token", R"({"token_index":1})");
    CHECK(s.notices.open_count() == 0);
    const EventId behind = s.numbered(13, "llm_result");
    const Notice* hole = s.told("seq 10 to 12 missing, 3 events");
    REQUIRE(hole != nullptr);
    CHECK(hole->event == behind);
    CHECK(hole->open);
    const EventId anew = s.numbered(1, "system_info");
    const Notice* restart = s.told("seq began anew behind 13");
    REQUIRE(restart != nullptr);
    CHECK(restart->event == anew);
}

TEST_CASE("exact repeats are counted by their types, in one entry that asks for no attention") {
    Session s;
    int seq = 0;
    for (int i = 0; i < 3; ++i) {
        const std::string data = R"({"token":"a","token_index":)" + std::to_string(i) + "}";
        s.numbered(++seq, "llm_token", data);
        s.numbered(++seq, "llm_token", data);
    }
    s.numbered(++seq, "tts_status", R"({"status":"x"})");
    s.numbered(++seq, "tts_status", R"({"status":"x"})");
    const Notice* repeats = s.told("4 exact repeats");
    REQUIRE(repeats != nullptr);
    CHECK(repeats->text.why.find("llm_token ×3 and tts_status ×1") == 0);
    CHECK(repeats->event == 8);
    CHECK(s.notices.list.size() == 1);
    CHECK(s.notices.open_count() == 0);
}

TEST_CASE("types that the catalogue does not know are told of where the rest is Coda's") {
    Session s;
    for (const char* type : {"hello", "world", "tick"}) s.in(type);
    CHECK(s.notices.list.empty()); // another server
    s.maker.link = 2;
    for (const char* type : {"stt_start", "llm_start"}) s.in(type);
    const EventId odd = s.in("dream_start");
    CHECK(s.told("catalogue") == nullptr);
    s.in("tts_start");
    const Notice* unknown = s.told("1 type that the catalogue does not know: dream_start");
    REQUIRE(unknown != nullptr);
    CHECK(unknown->event == odd);
    CHECK_FALSE(unknown->open);
}

TEST_CASE("what the guide's dashboards wait for in vain is told after a turn of the backend") {
    Session s;
    s.in("client_message");
    CHECK(s.told("never came") == nullptr);
    s.in("latency_trace", R"({"total_seconds":0.8})");
    const Notice* never = s.told("never came");
    REQUIRE(never != nullptr);
    for (const char* type : {"conversation_message", "mode_change", "emotion_change"})
        CHECK(never->text.what.find(type) != std::string::npos);
    CHECK_FALSE(never->open);
}

TEST_CASE("a command that was dropped as a duplicate is told, with how to send it anyway") {
    Session s;
    const EventId dropped =
        s.in("duplicate_message", R"({"original_type":"text_input","count":2})");
    const Notice* alarm = s.told("text_input was dropped as a duplicate");
    REQUIRE(alarm != nullptr);
    CHECK(alarm->event == dropped);
    CHECK(alarm->text.fix.find("Make unique") != std::string::npos);
    CHECK(s.alarms.next_mark(0) == dropped);
    CHECK(s.alarms.next_mark(dropped) == 0);
}

TEST_CASE("requests that a connection's end leaves open are no longer told as late") {
    Session s;
    s.in("tts_start");
    s.pass(9 * kSecond);
    CHECK(s.notices.open_count() == 1);
    s.add(s.maker.life(wire::Kind::closed));
    s.pass(kSecond);
    CHECK(s.notices.open_count() == 0);
}

TEST_CASE("in a file, time ends with its newest event, and a pause of the heartbeat is found") {
    Session s;
    s.connections[0].file = "session.ndjson";
    s.connections[0].state.phase = wire::Phase::idle;
    for (int i = 0; i < 4; ++i) {
        s.in("system_metrics");
        s.maker.mono_ns += 5 * kSecond;
    }
    s.in("tts_start");
    s.pass(7200 * kSecond); // it is looked at hours later
    CHECK(s.notices.list.empty());
    s.in("system_metrics");
    const Notice* pause = s.told("heartbeat was missing for 7205");
    REQUIRE(pause != nullptr);
    CHECK_FALSE(pause->open);
}

TEST_CASE("an hour of a healthy session is quiet") {
    Session s;
    for (int turn = 0; turn < 720; ++turn) {
        s.in("system_metrics");
        s.out("text_input", R"({"text":")" + std::to_string(turn) + R"("})");
        s.pass(20 * kMillisecond);
        s.in("client_message", R"({"message_type":"text_input","message_data":{"text":")" +
                                   std::to_string(turn) + R"("}})");
        for (const char* stage : {"stt", "llm", "tts"}) {
            s.in(std::string(stage) + "_start");
            s.pass(300 * kMillisecond);
            s.in(std::string(stage) + "_result");
        }
        s.in("latency_trace", R"({"total_seconds":0.9,"tts_seconds":0.3})");
        s.pass(4 * kSecond);
        CHECK(s.notices.open_count() == 0);
    }
    // What stands in the list without asking for attention.
    CHECK(s.notices.list.size() == 1);
    CHECK(s.told("never came") != nullptr);
}
