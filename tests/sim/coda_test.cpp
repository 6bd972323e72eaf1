#include "sim/coda.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "wire/catalogue.h"
#include "wire/catalogue_check.h"
#include "wire/envelope.h"

using nlohmann::json;
using sim::ClientId;
using sim::Coda;
using sim::Dialect;

namespace {

constexpr std::int64_t kMs = base::kMillisecond;
constexpr std::int64_t kStartMono = 3600 * base::kSecond;
constexpr std::int64_t kStartWall = 1'795'396'181 * base::kSecond;

struct Said {
    std::int64_t at_ns; ///< since the start
    std::string text;
    json message;
    std::string type() const { return message.at("type"); }
};

/// Coda with a clock that the test turns.
class Stage {
public:
    explicit Stage(Coda::Options options)
        : coda_(options,
                {[this](ClientId client, std::string_view text) {
                     said_[client].push_back(
                         {now_ns_, std::string(text), json::parse(text, nullptr, false)});
                 },
                 [this](ClientId client, int code, std::string_view reason) {
                     closed_[client] = {code, std::string(reason)};
                 },
                 [this] { return behind; }},
                stamp()) {}

    base::Stamp stamp() const { return {kStartMono + now_ns_, kStartWall + now_ns_}; }
    std::int64_t now_ns() const { return now_ns_; }

    /// Lets time pass as the server does: to each moment at which something is due.
    void pass(double seconds) {
        const std::int64_t end = now_ns_ + static_cast<std::int64_t>(seconds * 1e9);
        while (coda_.next_due_ns() - kStartMono <= end) {
            now_ns_ = std::max(now_ns_, coda_.next_due_ns() - kStartMono);
            coda_.tick(stamp());
        }
        now_ns_ = end;
        coda_.tick(stamp());
    }
    void open(ClientId client) { coda_.opened(client, stamp()); }
    void say(ClientId client, std::string_view text) { coda_.received(client, text, stamp()); }
    void leave(ClientId client) { coda_.gone(client); }
    /// Opens and answers the challenge.
    void join(ClientId client) {
        open(client);
        const std::string token = said_[client].back().message.at("data").at("token");
        say(client, wire::compose_auth_response(token));
    }

    std::vector<Said>& said(ClientId client) { return said_[client]; }
    std::vector<Said> take(ClientId client) { return std::exchange(said_[client], {}); }
    const std::map<ClientId, std::pair<int, std::string>>& closed() const { return closed_; }

    bool behind = false; ///< a client does not keep up

private:
    std::int64_t now_ns_ = 0;
    std::map<ClientId, std::vector<Said>> said_;
    std::map<ClientId, std::pair<int, std::string>> closed_;
    Coda coda_;
};

Coda::Options backend() {
    Coda::Options options;
    options.dialect = Dialect::backend;
    options.secret = 99;
    return options;
}

Coda::Options guide() {
    Coda::Options options;
    options.secret = 99;
    return options;
}

std::vector<std::string> types_of(const std::vector<Said>& all) {
    std::vector<std::string> types;
    for (const Said& said : all) types.push_back(said.type());
    return types;
}

int count_of(const std::vector<Said>& all, const std::string& type) {
    int count = 0;
    for (const Said& said : all) count += said.type() == type;
    return count;
}

const Said& first_of(const std::vector<Said>& all, const std::string& type) {
    for (const Said& said : all)
        if (said.type() == type) return said;
    FAIL("no " << type);
    return all.front();
}

/// A message without what may differ from turn to turn.
void blank(json& value, const std::string& type, const std::string& path) {
    if (value.is_object()) {
        for (auto& member : value.items())
            blank(member.value(), type, path.empty() ? member.key() : path + "." + member.key());
    } else if (value.is_array()) {
        for (json& item : value) blank(item, type, path + "[*]");
    } else if (wire::field_class(type, path) != wire::FieldClass::fixed && type != "llm_token") {
        value = nullptr;
    }
}

std::vector<std::string> fixed_parts(const std::vector<Said>& all) {
    std::vector<std::string> parts;
    for (const Said& said : all) {
        if (said.type() == "system_metrics") continue;
        json message = said.message;
        blank(message, said.type(), "");
        if (said.type() == "llm_token") message["seq"] = message["timestamp"] = nullptr;
        parts.push_back(message.dump());
    }
    return parts;
}

constexpr const char* kHello = R"({"type":"text_input","data":{"text":"hello é"}})";

} // namespace

//--- the backend's handshake

TEST_CASE("the backend challenges, accepts its token and replays") {
    Stage stage(backend());
    stage.open(1);
    REQUIRE(types_of(stage.said(1)) == std::vector<std::string>{"auth_challenge"});
    CHECK(stage.said(1)[0].text.substr(0, 28) == R"({"type": "auth_challenge", ")");
    CHECK(stage.said(1)[0].message["data"]["message"] == "Please authenticate with this token");
    const std::string token = stage.said(1)[0].message["data"]["token"];
    stage.say(1, wire::compose_auth_response(token));
    REQUIRE(types_of(stage.said(1)) ==
            std::vector<std::string>{"auth_challenge", "auth_result", "replay"});
    const json result = stage.said(1)[1].message;
    CHECK(result["data"]["success"] == true);
    CHECK(token.find(result["data"]["client_id"].get<std::string>()) == 0);
    CHECK(stage.said(1)[2].text == R"({"type": "replay", "events": []})");
}

TEST_CASE("each client has a token of its own") {
    Stage stage(backend());
    stage.open(1);
    stage.open(2);
    const std::string theirs = stage.said(1)[0].message["data"]["token"];
    CHECK(stage.said(2)[0].message["data"]["token"] != theirs);
    stage.say(2, wire::compose_auth_response(theirs));
    CHECK(stage.said(2).back().message["data"]["success"] == false);
}

TEST_CASE("a wrong token is refused and may be tried again") {
    Stage stage(backend());
    stage.open(1);
    stage.say(1, wire::compose_auth_response("wrong"));
    CHECK(
        stage.said(1).back().text ==
        R"({"type": "auth_result", "data": {"success": false, "message": "Invalid authentication token"}})");
    const std::string token = stage.said(1)[0].message["data"]["token"];
    stage.say(1, wire::compose_auth_response(token));
    CHECK(stage.said(1).back().type() == "replay");
}

TEST_CASE("before authentication commands are ignored without a reply") {
    Stage stage(backend());
    stage.join(2);
    stage.open(1);
    stage.take(1);
    stage.take(2);
    for (const char* text :
         {kHello, R"({"type":"stt_start","data":{}})", "[1]", "nonsense", "{}",
          R"({"type":"auth_response"})", R"({"type":"auth_response","data":{}})"})
        stage.say(1, text);
    stage.pass(4);
    CHECK(stage.said(1).empty());
    CHECK(stage.said(2).empty());
    stage.pass(1.5); // not even the heartbeat
    CHECK(stage.said(1).empty());
    CHECK(types_of(stage.said(2)) == std::vector<std::string>{"system_metrics"});
}

TEST_CASE("after 30 s without an answer the connection is closed with 1000 and no reason") {
    Stage stage(backend());
    stage.pass(1);
    stage.open(1);
    stage.pass(29.999);
    CHECK(stage.said(1).size() == 1);
    CHECK(stage.closed().empty());
    stage.pass(0.002);
    CHECK(
        stage.said(1).back().text ==
        R"({"type": "auth_result", "data": {"success": false, "message": "Authentication timeout"}})");
    REQUIRE(stage.closed().count(1) == 1);
    CHECK(stage.closed().at(1) == std::pair<int, std::string>(1000, ""));
}

TEST_CASE("who has authenticated is not timed out") {
    Stage stage(backend());
    stage.join(1);
    stage.pass(100);
    CHECK(stage.closed().empty());
    CHECK(count_of(stage.said(1), "auth_result") == 1);
}

TEST_CASE("a malformed answer to the challenge closes with 1000 and no reason") {
    for (const char* text : {R"({"type":"auth_response","data":"token"})",
                             R"({"type":"auth_response","data":{"token":5}})",
                             R"({"type":"auth_response","data":null})"}) {
        Stage stage(backend());
        stage.open(1);
        stage.say(1, text);
        REQUIRE(stage.closed().count(1) == 1);
        CHECK(stage.closed().at(1) == std::pair<int, std::string>(1000, ""));
    }
}

//--- commands

TEST_CASE("an accepted command is echoed to every client that is authenticated") {
    Stage stage(backend());
    stage.join(1);
    stage.join(2);
    stage.open(3);
    stage.take(1);
    stage.take(2);
    stage.take(3);
    stage.say(1, "{\"type\":\"ping me\",\"data\":{\"b\":1.50,\"a\":[\"\xc3\xa9\",NaN]}}");
    REQUIRE(stage.said(1).size() == 1);
    REQUIRE(stage.said(2).size() == 1);
    CHECK(stage.said(3).empty());
    const std::string& text = stage.said(2)[0].text;
    CHECK(text == stage.said(1)[0].text);
    CHECK(
        text.find(
            R"({"version": "1.0", "seq": 1, "timestamp": 3600.0, "type": "client_message", "data": {"client_id": ")") ==
        0);
    CHECK(text.find(
              R"("message_type": "ping me", "message_data": {"b": 1.5, "a": ["\u00e9", NaN]}}})") !=
          text.npos);
}

TEST_CASE("what is no command gets no reply at all") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    std::string deep =
        R"({"type":"x","data":)" + std::string(5000, '[') + std::string(5000, ']') + "}";
    for (const std::string& text :
         {std::string("nonsense"), std::string(), std::string("[{\"type\":\"x\"}]"),
          std::string("5"), std::string("{}"), std::string("{\"data\":{}}"),
          std::string("{\"type\":\"x\""), deep, std::string("{\"type\":\"x\"} trailing")})
        stage.say(1, text);
    stage.pass(1);
    CHECK(stage.said(1).empty());
}

TEST_CASE("a type that is no string is echoed as it came, and missing data as {}") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    stage.say(1, R"({"type":[1,"a"]})");
    REQUIRE(stage.said(1).size() == 1);
    CHECK(stage.said(1)[0].text.find(R"("message_type": [1, "a"], "message_data": {}}})") !=
          std::string::npos);
}

TEST_CASE("the same command within 5 s is dropped, whichever client sends it") {
    Stage stage(backend());
    stage.join(1);
    stage.join(2);
    stage.take(1);
    stage.take(2);
    stage.say(1, R"({"type":"x","data":{"a":1}})");
    stage.pass(2);
    stage.say(2, "{\"data\": {\"a\" : 1}, \"type\": \"x\"}"); // spelled otherwise, equal
    CHECK(stage.said(2).back().text ==
          R"({"type": "duplicate_message", "data": {"original_type": "x", "count": 2}})");
    CHECK(count_of(stage.said(1), "duplicate_message") == 0);
    CHECK(count_of(stage.said(1), "client_message") == 1);
    stage.say(2, R"({"type":"x","data":{"a":1,"unique":7}})");
    CHECK(count_of(stage.said(1), "client_message") == 2);
    stage.pass(5.1);
    stage.say(1, R"({"type":"x","data":{"a":1}})");
    CHECK(count_of(stage.said(1), "client_message") == 3);
}

//--- a turn of the backend

TEST_CASE("a turn takes 1 to 3 s, has about 53 events, in bursts, a third of them repeats") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    stage.say(1, kHello);
    stage.pass(4);
    std::vector<Said> all = stage.take(1);
    std::erase_if(all, [](const Said& said) { return said.type() == "system_metrics"; });
    CHECK(all.size() == 53);
    CHECK(all.back().at_ns >= 1000 * kMs);
    CHECK(all.back().at_ns <= 3000 * kMs);

    std::map<std::string, std::int64_t> seen;
    int repeats = 0, burst = 1, longest = 1;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto [at, fresh] =
            seen.emplace(all[i].type() + all[i].message["data"].dump(), all[i].at_ns);
        if (!fresh && all[i].at_ns - at->second < base::kSecond) ++repeats;
        if (i > 0) burst = all[i].at_ns - all[i - 1].at_ns <= kMs ? burst + 1 : 1;
        longest = std::max(longest, burst);
    }
    CHECK(repeats * 100 >= 25 * 53);
    CHECK(repeats * 100 <= 33 * 53);
    CHECK(longest >= 15);
    CHECK(longest <= 25);
    for (std::size_t i = 0; i < all.size(); ++i)
        CHECK(all[i].message["seq"] == static_cast<int>(i + 1));
}

TEST_CASE("a turn has the real event types in their order") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    stage.say(1, kHello);
    stage.pass(4);
    std::vector<std::string> types = types_of(stage.take(1));
    types.erase(std::unique(types.begin(), types.end()), types.end());
    CHECK(
        types ==
        std::vector<std::string>{
            "client_message",         "stt_start",          "stt_interim",       "stt_result",
            "conversation_turn",      "memory_retrieve",    "llm_start",         "llm_token",
            "component_timing",       "llm_result",         "conversation_turn", "memory_store",
            "memory_debug_operation", "memory_debug_stats", "tts_start",         "tts_progress",
            "component_timing",       "tts_result",         "latency_trace",     "component_stats",
            "latency_trace"});
}

TEST_CASE("the texts of a turn hang together") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    stage.say(1, kHello);
    stage.pass(4);
    const std::vector<Said> all = stage.take(1);
    CHECK(first_of(all, "stt_result").message["data"]["text"] == "hello é");
    std::string streamed;
    int index = -1;
    for (const Said& said : all) {
        if (said.type() != "llm_token") continue;
        const int its = said.message["data"]["token_index"];
        if (its != index) streamed += said.message["data"]["token"].get<std::string>();
        CHECK((its == index || its == index + 1));
        index = its;
    }
    const std::string reply = first_of(all, "llm_result").message["data"]["text"];
    CHECK(streamed == reply);
    CHECK(first_of(all, "tts_start").message["data"]["text"] == reply);
    CHECK(reply.find("hello é") != reply.npos);
    CHECK(count_of(all, "latency_trace") == 3);
    CHECK(first_of(all, "llm_token").text.find("\\u") == std::string::npos);
    CHECK(first_of(all, "llm_result").text.find("\\u201chello \\u00e9\\u201d") !=
          std::string::npos);
}

TEST_CASE("every message of both dialects is as the catalogue says") {
    for (const Dialect dialect : {Dialect::backend, Dialect::guide}) {
        Coda::Options options = backend();
        options.dialect = dialect;
        options.rate = 50;
        Stage stage(options);
        if (dialect == Dialect::backend)
            stage.join(1);
        else
            stage.open(1);
        for (const char* text :
             {kHello, R"({"type":"demo_flow","data":{}})", R"({"type":"stt_start","data":{}})",
              R"({"type":"stt_stop","data":{}})", R"({"type":"tts_stop","data":{}})", kHello,
              R"({"type":"text_input","data":{"text":"what time is it, or does it fail?"}})"}) {
            stage.say(1, text);
            stage.pass(0.7);
        }
        stage.pass(8);
        if (dialect == Dialect::backend) stage.join(2);
        std::set<std::string> seen;
        std::vector<Said> all = stage.take(1);
        for (const Said& said : stage.take(2)) all.push_back(said);
        for (const Said& said : all) {
            CAPTURE(said.text);
            REQUIRE(said.message.is_object());
            const wire::MessageType* type = wire::find_event(said.type());
            REQUIRE(type);
            CHECK(catalogue_check::faults(said.message, *type) == "");
            const wire::EnvelopeHead head = wire::read_envelope(said.text);
            const wire::ClockKind clock = wire::clock_kind_of(head.timestamp_raw, kStartWall);
            if (dialect == Dialect::guide) {
                CHECK(clock == wire::ClockKind::iso_zoned);
                CHECK_FALSE(said.message.contains("version"));
            } else {
                CHECK(clock == (type->bare ? wire::ClockKind::none : wire::ClockKind::monotonic));
                CHECK(std::all_of(said.text.begin(), said.text.end(),
                                  [](char c) { return c >= 0x20 && c < 0x7f; }));
                CHECK(head.has_seq == !type->bare);
            }
            seen.insert(said.type());
        }
        CHECK(seen.size() >= (dialect == Dialect::backend ? 24u : 6u));
    }
}

TEST_CASE(
    "for one seed and one text everything but clocks, figures, counters and ids is the same") {
    std::vector<std::vector<std::string>> runs;
    for (const std::uint64_t secret : {1u, 2u}) {
        for (const Dialect dialect : {Dialect::backend, Dialect::guide}) {
            Coda::Options options = backend();
            options.dialect = dialect;
            options.secret = secret;
            Stage stage(options);
            if (dialect == Dialect::backend)
                stage.join(1);
            else
                stage.open(1);
            for (int turn = 0; turn < 3; ++turn) { // and again on the same server
                stage.take(1);
                stage.say(1, kHello);
                stage.pass(7);
                runs.push_back(fixed_parts(stage.take(1)));
            }
        }
    }
    REQUIRE(runs.size() == 12);
    for (const std::size_t i : {1u, 2u, 6u, 7u, 8u}) CHECK(runs[i] == runs[0]);
    for (const std::size_t i : {4u, 5u, 9u, 10u, 11u}) CHECK(runs[i] == runs[3]);

    Coda::Options other = guide();
    other.seed = 2;
    Stage stage(other);
    stage.open(1);
    stage.take(1);
    stage.say(1, kHello);
    stage.pass(7);
    CHECK(fixed_parts(stage.take(1)) != runs[3]);
}

TEST_CASE("text_input is ignored while a turn runs, but echoed") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    stage.say(1, kHello);
    stage.pass(0.5);
    stage.say(1, R"({"type":"text_input","data":{"text":"too early"}})");
    stage.pass(4);
    CHECK(count_of(stage.said(1), "client_message") == 2);
    CHECK(count_of(stage.said(1), "llm_start") == 1);
    stage.say(1, R"({"type":"text_input","data":{"text":"now"}})");
    stage.pass(4);
    CHECK(count_of(stage.said(1), "llm_start") == 2);
}

/// For what nlohmann does not take: the echo of such a command.
std::ptrdiff_t texts_with(const std::vector<Said>& said, std::string_view part) {
    return std::count_if(said.begin(), said.end(),
                         [&](const Said& one) { return one.text.find(part) != std::string::npos; });
}

TEST_CASE("commands that only Python's parser takes are followed too") {
    for (const std::string more :
         {R"("x":NaN)", R"("x":[-Infinity])", R"("x":"\ud800")", R"("text":"b")"}) {
        CAPTURE(more);
        Stage stage(backend());
        stage.join(1);
        stage.say(1, std::string(R"({"type":"text_input","data":{"text":"hi",)") + more + "}}");
        stage.pass(4);
        CHECK(texts_with(stage.said(1), R"("type": "llm_start")") == 1);
    }
}

TEST_CASE("a duration that is no number of seconds is left aside") {
    Stage stage(backend());
    stage.join(1);
    stage.say(1, R"({"type":"stt_start","data":{"duration":NaN,"continuous":[]}})");
    stage.pass(60);
    CHECK(texts_with(stage.said(1), R"("type": "stt_start")") == 1);
    CHECK(texts_with(stage.said(1), R"("type": "llm_start")") == 1);
}

TEST_CASE("a --rate too small to count in nanoseconds is as good as none") {
    Coda::Options options = backend();
    options.rate = 1e-12;
    options.heartbeat_s = 1e6;
    Stage stage(options);
    stage.join(1);
    stage.take(1);
    stage.pass(10);
    CHECK(stage.said(1).empty());
}

TEST_CASE("text_input without a text starts nothing") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    for (const char* text :
         {R"({"type":"text_input","data":{}})", R"({"type":"text_input"})",
          R"({"type":"text_input","data":{"text":5}})", R"({"type":"text_input","data":[]})"})
        stage.say(1, text);
    stage.pass(3);
    CHECK(count_of(stage.said(1), "client_message") == 3); // {} came twice
    CHECK(count_of(stage.said(1), "stt_start") == 0);
}

TEST_CASE("the backend listens for the duration, and stt_stop ends it early") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    stage.say(1, R"({"type":"stt_start","data":{"mode":"file","duration":20}})");
    stage.pass(13);
    CHECK(first_of(stage.said(1), "stt_start").message["data"]["mode"] == "file");
    CHECK(count_of(stage.said(1), "stt_interim") == 1);
    CHECK(count_of(stage.said(1), "stt_result") == 0);
    stage.say(1, R"({"type":"stt_stop","data":{}})");
    stage.pass(0.1);
    CHECK(count_of(stage.said(1), "stt_result") == 1);
    stage.pass(4);
    CHECK(count_of(stage.said(1), "latency_trace") == 3);

    stage.take(1);
    stage.say(1, R"({"type":"stt_start","data":{}})"); // 5 s, push_to_talk
    stage.pass(4.9);
    CHECK(count_of(stage.said(1), "stt_result") == 0);
    stage.pass(0.2);
    CHECK(count_of(stage.said(1), "stt_result") == 1);
    CHECK(first_of(stage.said(1), "stt_start").message["data"]["mode"] == "push_to_talk");
}

TEST_CASE("continuous listening goes on until stt_stop") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    stage.say(1, R"({"type":"stt_start","data":{"duration":1,"continuous":true}})");
    stage.pass(20);
    const int turns = count_of(stage.said(1), "stt_result");
    CHECK(turns >= 4);
    stage.say(1, R"({"type":"stt_stop","data":{}})");
    stage.pass(5);
    const int after = count_of(stage.said(1), "stt_result");
    CHECK(after <= turns + 1);
    stage.pass(20);
    CHECK(count_of(stage.said(1), "stt_result") == after);
}

TEST_CASE("tts_stop cuts the speech short") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    stage.say(1, kHello);
    while (count_of(stage.said(1), "tts_progress") == 0) stage.pass(0.001);
    const std::int64_t stopped = stage.now_ns();
    stage.say(1, R"({"type":"tts_stop","data":{}})");
    stage.pass(0.05);
    CHECK(first_of(stage.said(1), "tts_stop").message["data"]["reason"] == "user_interrupt");
    CHECK(count_of(stage.said(1), "tts_progress") == 1);
    CHECK(count_of(stage.said(1), "tts_result") == 1);
    CHECK(count_of(stage.said(1), "latency_trace") == 3);
    CHECK(stage.said(1).back().at_ns - stopped < 20 * kMs);
    stage.pass(3);
    CHECK(count_of(stage.said(1), "tts_result") == 1);
}

TEST_CASE("a text about the time calls a tool, and one that mentions failing gets its error") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    stage.say(1, R"({"type":"text_input","data":{"text":"What time is it?"}})");
    stage.pass(4);
    CHECK(first_of(stage.said(1), "tool_result").message["data"]["tool_name"] == "get_time");
    CHECK(first_of(stage.said(1), "llm_result").message["data"]["has_tool_calls"] == true);
    stage.take(1);
    stage.say(1, R"({"type":"text_input","data":{"text":"Let the weather fail"}})");
    stage.pass(4);
    CHECK(first_of(stage.said(1), "tool_error").message["data"]["tool_name"] == "get_weather");
    CHECK(count_of(stage.said(1), "tool_result") == 0);
}

TEST_CASE("a text of megabytes is echoed whole and cut everywhere else") {
    Stage stage(backend());
    stage.join(1);
    stage.take(1);
    const std::string text(1 << 20, 'a');
    stage.say(1, R"({"type":"text_input","data":{"text":")" + text + "\"}}");
    stage.pass(4);
    for (const Said& said : stage.said(1))
        CHECK((said.text.size() > text.size()) == (said.type() == "client_message"));
}

//--- what comes by the clock

TEST_CASE("the backend's heartbeat comes every 5 s from the server's start") {
    Stage stage(backend());
    stage.pass(7);
    stage.join(1);
    stage.take(1);
    stage.pass(2.9);
    CHECK(stage.said(1).empty());
    stage.pass(10.2);
    const std::vector<Said> beats = stage.take(1);
    REQUIRE(types_of(beats) ==
            std::vector<std::string>{"system_metrics", "system_metrics", "system_metrics"});
    for (int i = 0; i < 3; ++i) {
        const double uptime = beats[static_cast<std::size_t>(i)].message["data"]["uptime_seconds"];
        CHECK(uptime == doctest::Approx(10 + 5 * i).epsilon(0.001));
    }
    CHECK(beats[0].message["seq"] == 1); // what nobody heard used up no seq
}

TEST_CASE("the guide begins idle and beats every 2 s") {
    Stage stage(guide());
    stage.open(1);
    REQUIRE(types_of(stage.said(1)) == std::vector<std::string>{"mode_change"});
    CHECK(
        stage.said(1)[0].text ==
        R"({"type": "mode_change", "data": {"mode": "idle"}, "timestamp": "2026-11-23T01:09:41.000Z"})");
    stage.pass(6.1);
    CHECK(count_of(stage.said(1), "system_metrics") == 3);
}

TEST_CASE("beats that were slept through are not made up for") {
    Coda::Options options = guide();
    options.heartbeat_s = 0.5;
    Stage stage(options);
    stage.open(1);
    stage.pass(0);
    stage.take(1);
    stage.pass(2.1);
    CHECK(count_of(stage.take(1), "system_metrics") == 4);
}

TEST_CASE("--rate gives that many events a second, the turn's types in rotation") {
    for (const Dialect dialect : {Dialect::backend, Dialect::guide}) {
        for (const double rate : {2.0, 100.0, 20000.0}) {
            Coda::Options options = backend();
            options.dialect = dialect;
            options.rate = rate;
            options.heartbeat_s = 1e6;
            Stage stage(options);
            if (dialect == Dialect::backend)
                stage.join(1);
            else
                stage.open(1);
            stage.take(1);
            stage.pass(3);
            const std::vector<Said> all = stage.take(1);
            CAPTURE(rate);
            CHECK(static_cast<double>(all.size()) >= 3 * rate * 0.98 - 1);
            CHECK(static_cast<double>(all.size()) <= 3 * rate + 1);
            if (rate < 100) continue;
            std::set<std::string> types;
            for (const Said& said : all) types.insert(said.type());
            CHECK(types.size() >= (dialect == Dialect::backend ? 17u : 5u));
        }
    }
}

TEST_CASE("without clients nothing is said and nothing is made up for later") {
    Coda::Options options = backend();
    options.rate = 1000;
    Stage stage(options);
    stage.pass(10);
    stage.join(1);
    stage.take(1);
    stage.pass(0.1);
    CHECK(stage.said(1).size() <= 110);
    CHECK(stage.said(1).size() >= 90);
    CHECK(stage.said(1)[0].message["seq"] == 1);
}

TEST_CASE("while a client is behind --rate waits, the heartbeat does not") {
    Coda::Options options = guide();
    options.rate = 1000;
    Stage stage(options);
    stage.open(1);
    stage.pass(1);
    stage.take(1);
    stage.behind = true;
    stage.pass(6);
    CHECK(types_of(stage.take(1)) ==
          std::vector<std::string>{"system_metrics", "system_metrics", "system_metrics"});
    stage.behind = false;
    stage.pass(1);
    CHECK(stage.said(1).size() >= 990);
    CHECK(stage.said(1).size() <= 1010); // what was missed is not made up for
}

//--- replay

TEST_CASE("a client that comes later gets the kept events with their old seq and time") {
    Stage stage(backend());
    stage.join(1);
    stage.say(1, kHello);
    stage.pass(4);
    const Said store = first_of(stage.said(1), "memory_store");
    stage.join(2);
    const json replay = stage.said(2).back().message;
    REQUIRE(replay["events"].size() == 1);
    CHECK(replay["events"][0] == store.message);
    for (int i = 0; i < 60; ++i) {
        stage.say(1, R"({"type":"tts_stop","data":{"n":)" + std::to_string(i) + "}}");
    }
    stage.join(3);
    const json longer = stage.said(3).back().message;
    CHECK(longer["events"].size() == 50);
    for (std::size_t i = 1; i < 50; ++i)
        CHECK(longer["events"][i]["seq"].get<int>() > longer["events"][i - 1]["seq"].get<int>());
}

TEST_CASE("a client that has left hears nothing more") {
    Stage stage(guide());
    stage.open(1);
    stage.open(2);
    stage.leave(1);
    stage.take(1);
    stage.pass(5);
    CHECK(stage.said(1).empty());
    CHECK(count_of(stage.said(2), "system_metrics") == 2);
    stage.say(1, kHello);
    stage.pass(3);
    CHECK(count_of(stage.said(2), "conversation_message") == 0);
}

//--- the guide

TEST_CASE("the guide's turn is seven events within 3 s") {
    for (const char* text : {kHello, R"({"type":"demo_flow","data":{"text":"hello é"}})",
                             R"({"type":"stt_stop","data":{}})"}) {
        Stage stage(guide());
        stage.open(1);
        stage.take(1);
        stage.say(1, text);
        stage.pass(4);
        std::vector<Said> all = stage.take(1);
        std::erase_if(all, [](const Said& said) { return said.type() == "system_metrics"; });
        REQUIRE(types_of(all) == std::vector<std::string>{"mode_change", "conversation_message",
                                                          "memory_store", "conversation_message",
                                                          "emotion_change", "latency_trace",
                                                          "mode_change"});
        CHECK(all[0].message["data"]["mode"] == "thinking");
        CHECK(all[1].message["data"]["role"] == "user");
        CHECK(all[3].message["data"]["role"] == "assistant");
        CHECK(all[6].message["data"]["mode"] == "idle");
        CHECK(all[6].at_ns < 3 * base::kSecond);
        if (std::string_view(text).find("hello") != std::string_view::npos)
            CHECK(all[1].message["data"]["content"] == "hello é");
        else
            CHECK_FALSE(all[1].message["data"]["content"].get<std::string>().empty());
    }
}

TEST_CASE("the guide listens on stt_start and knows no other commands") {
    Stage stage(guide());
    stage.open(1);
    stage.open(2);
    stage.take(1);
    stage.take(2);
    stage.say(1, R"({"type":"stt_start","data":{}})");
    REQUIRE(stage.said(2).size() == 1);
    CHECK(stage.said(2)[0].message["data"]["mode"] == "listening");
    for (const char* text : {R"({"type":"tts_stop","data":{}})", "nonsense", "[]", "{}",
                             R"({"type":"auth_response","data":{"token":"x"}})"})
        stage.say(1, text);
    CHECK(stage.said(2).size() == 1);
}

TEST_CASE("in the guide every command gets its turn, also a thousand at once") {
    Stage stage(guide());
    stage.open(1);
    stage.take(1);
    for (int i = 0; i < 1000; ++i)
        stage.say(1, R"({"type":"text_input","data":{"text":"n)" + std::to_string(i) + "\"}}");
    stage.pass(3);
    CHECK(count_of(stage.said(1), "latency_trace") == 1000);
}
