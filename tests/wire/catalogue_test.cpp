#include "wire/catalogue.h"

#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "wire/catalogue_check.h"
#include "wire/envelope.h"

using catalogue_check::faults;
using nlohmann::json;
using wire::Field;
using wire::FieldClass;
using wire::FieldKind;
using wire::MessageType;
using wire::Where;

namespace {

/// CONTRACT.md's classes by name, written down a second time.
FieldClass class_of_name(const std::string& path) {
    const std::string name = path.substr(path.find_last_of('.') + 1);
    const auto ends = [&](const std::string& end) {
        return name.size() >= end.size() &&
               name.compare(name.size() - end.size(), end.npos, end) == 0;
    };
    if (name == "timestamp" || name == "uptime_seconds") return FieldClass::clock;
    if (ends("_seconds") || ends("_mb") || name == "cpu_percent" || name == "confidence")
        return FieldClass::measured;
    const std::set<std::string> counters = {"seq",         "turn_id", "turns_count",
                                            "token_index", "count",   "results_count"};
    if (counters.count(name) || ends("_tokens")) return FieldClass::counter;
    const std::set<std::string> ids = {"client_id", "session_id", "memory_id", "message_id",
                                       "token"};
    return ids.count(name) ? FieldClass::id : FieldClass::fixed;
}

} // namespace

TEST_CASE("the catalogue knows every type of PROTOCOL.md and no other") {
    const std::vector<std::string> commands = {"stt_start", "stt_stop",      "text_input",
                                               "demo_flow", "auth_response", "tts_stop"};
    const std::set<std::string> events = {"latency_trace",
                                          "system_metrics",
                                          "memory_store",
                                          "conversation_message",
                                          "mode_change",
                                          "emotion_change",
                                          "auth_challenge",
                                          "auth_result",
                                          "replay",
                                          "duplicate_message",
                                          "client_message",
                                          "system_info",
                                          "system_error",
                                          "component_timing",
                                          "component_stats",
                                          "stt_start",
                                          "stt_interim",
                                          "stt_result",
                                          "stt_error",
                                          "llm_start",
                                          "llm_token",
                                          "llm_result",
                                          "llm_error",
                                          "tts_start",
                                          "tts_progress",
                                          "tts_result",
                                          "tts_error",
                                          "tts_status",
                                          "tts_stop",
                                          "conversation_start",
                                          "conversation_end",
                                          "conversation_turn",
                                          "memory_retrieve",
                                          "memory_update",
                                          "memory_debug_operation",
                                          "memory_debug_stats",
                                          "memory_debug_search",
                                          "memory_debug_reinforce",
                                          "memory_debug_forget",
                                          "memory_debug_snapshot",
                                          "tool_call",
                                          "tool_result",
                                          "tool_error"};
    std::vector<std::string> found_commands;
    std::set<std::string> found_events;
    bool events_began = false;
    for (const MessageType& type : wire::catalogue()) {
        if (type.command) {
            CHECK_FALSE(events_began); // commands first
            found_commands.emplace_back(type.name);
        } else {
            events_began = true;
            CHECK(found_events.insert(std::string(type.name)).second);
        }
    }
    CHECK(found_commands == commands);
    CHECK(found_events == events);
}

TEST_CASE("every sample is a message of its type, as its fields say") {
    for (const MessageType& type : wire::catalogue()) {
        CAPTURE(type.name);
        const json sample = json::parse(type.sample, nullptr, false);
        REQUIRE(sample.is_object());
        CHECK(sample.at("type") == type.name);
        CHECK(faults(sample, type) == "");
        CHECK(wire::read_envelope(type.sample).type() == type.name);
        CHECK_FALSE(type.description.empty());
        CHECK(type.description.back() == '.');
    }
}

TEST_CASE("samples have the envelope that PROTOCOL.md gives them") {
    constexpr std::int64_t kNow = 1'795'396'183'000'000'000;
    for (const MessageType& type : wire::catalogue()) {
        CAPTURE(type.name);
        const json sample = json::parse(type.sample);
        const wire::EnvelopeHead head = wire::read_envelope(type.sample);
        const wire::ClockKind clock = wire::clock_kind_of(head.timestamp_raw, kNow);
        if (type.bare) {
            CHECK_FALSE(head.has_seq);
            CHECK(clock == wire::ClockKind::none);
        } else if (type.command || type.where == Where::guide) {
            CHECK(type.sample.substr(0, 9) == "{\"type\":\""); // the guide's order
            CHECK(sample.at("data").is_object());
            CHECK(clock == wire::ClockKind::iso_zoned);
        } else {
            CHECK(sample.at("version") == "1.0");
            CHECK(head.has_seq);
            CHECK(clock == wire::ClockKind::monotonic);
        }
    }
    const std::set<std::string_view> bare = {"auth_response", "auth_challenge", "auth_result",
                                             "replay", "duplicate_message"};
    for (const MessageType& type : wire::catalogue())
        CHECK(type.bare == (bare.count(type.name) == 1));
}

TEST_CASE("types that come by the clock are those of CONTRACT.md") {
    for (const MessageType& type : wire::catalogue())
        CHECK(type.by_clock == (type.name == "system_metrics" || type.name == "component_stats"));
}

TEST_CASE("the class of every field is the one that CONTRACT.md gives its name") {
    int checked = 0;
    for (const MessageType& type : wire::catalogue())
        for (const Field& field : type.fields) {
            CAPTURE(type.name);
            CAPTURE(field.path);
            CHECK(field.cls == class_of_name(std::string(field.path)));
            CHECK_FALSE(field.description.empty());
            ++checked;
        }
    CHECK(checked > 100);
}

TEST_CASE("units stand where a number has one") {
    for (const MessageType& type : wire::catalogue())
        for (const Field& field : type.fields) {
            const std::string path(field.path);
            CAPTURE(path);
            if (path.find("_seconds") != path.npos) CHECK(field.unit == "s");
            if (path.find("_mb") != path.npos) CHECK(field.unit == "MB");
            if (path.find("percent") != path.npos) CHECK(field.unit == "%");
        }
}

TEST_CASE("a field's class is found by its path") {
    using wire::field_class;
    CHECK(field_class("latency_trace", "data.llm_seconds") == FieldClass::measured);
    CHECK(field_class("latency_trace", "data.stt_audio_duration") == FieldClass::fixed);
    CHECK(field_class("latency_trace", "data.timestamp") == FieldClass::clock);
    CHECK(field_class("system_metrics", "data.uptime_seconds") == FieldClass::clock);
    CHECK(field_class("conversation_turn", "data.turn_id") == FieldClass::counter);
    CHECK(field_class("conversation_turn", "seq") == FieldClass::counter);
    CHECK(field_class("conversation_turn", "timestamp") == FieldClass::clock);
    CHECK(field_class("conversation_turn", "version") == FieldClass::fixed);
    CHECK(field_class("component_stats", "data.components.llm.generate.avg_seconds") ==
          FieldClass::measured);
    CHECK(field_class("component_stats", "data.components.llm.generate.count") ==
          FieldClass::counter);
    CHECK(field_class("replay", "events[3].seq") == FieldClass::counter);
    CHECK(field_class("replay", "events[*].timestamp") == FieldClass::clock);
    CHECK(field_class("client_message", "data.client_id") == FieldClass::id);
    CHECK(field_class("client_message", "data.message_data.count") == FieldClass::fixed);
    CHECK(field_class("client_message", "data.message_data.memory_id") == FieldClass::id);
    // not in the table, but of a type of Coda's: the rule by name
    CHECK(field_class("system_info", "data.memory_stats.used_mb") == FieldClass::measured);
    CHECK(field_class("conversation_message", "data.session_id") == FieldClass::id);
    CHECK(field_class("conversation_message", "data.title") == FieldClass::fixed);
}

TEST_CASE("of types outside the catalogue only timestamp and seq at the top are not fixed") {
    using wire::field_class;
    CHECK(field_class("chat", "timestamp") == FieldClass::clock);
    CHECK(field_class("chat", "seq") == FieldClass::counter);
    CHECK(field_class("chat", "data.timestamp") == FieldClass::fixed);
    CHECK(field_class("chat", "data.llm_seconds") == FieldClass::fixed);
    CHECK(field_class("chat", "token") == FieldClass::fixed);
    CHECK(field_class("", "data") == FieldClass::fixed);
}

TEST_CASE("a name that is a command and an event gives each where it is asked for") {
    REQUIRE(wire::find_command("stt_start"));
    REQUIRE(wire::find_event("stt_start"));
    CHECK(wire::find_command("stt_start")->command);
    CHECK_FALSE(wire::find_event("stt_start")->command);
    CHECK(wire::find_type("stt_start") == wire::find_event("stt_start"));
    CHECK(wire::find_type("text_input") == wire::find_command("text_input"));
    CHECK_FALSE(wire::find_event("text_input"));
    CHECK_FALSE(wire::find_command("llm_token"));
    CHECK_FALSE(wire::find_type("no_such_type"));
}

TEST_CASE("kinds, classes and places have words") {
    CHECK(std::string(wire::word(FieldKind::string)) == "string");
    CHECK(std::string(wire::word(FieldKind::whole)) == "whole number");
    CHECK(std::string(wire::word(FieldKind::boolean)) == "true or false");
    CHECK(std::string(wire::word(FieldKind::any)) == "anything");
    CHECK(std::string(wire::word(FieldClass::fixed)) == "fixed");
    CHECK(std::string(wire::word(FieldClass::id)) == "id");
    CHECK(std::string(wire::word(Where::both)) == "guide and backend");
}

TEST_CASE("a fault in a message would be seen") {
    const MessageType* turn = wire::find_event("conversation_turn");
    REQUIRE(turn);
    CHECK(faults(json::parse(R"({"data":{"role":"user","content":"c","turn_id":1}})"), *turn) ==
          "");
    CHECK(faults(json::parse(R"({"data":{"role":"user","content":"c"}})"), *turn) != "");
    CHECK(faults(json::parse(R"({"data":{"role":1,"content":"c","turn_id":1}})"), *turn) != "");
    CHECK(faults(json::parse(R"({"data":{"role":"u","content":"c","turn_id":1.5}})"), *turn) != "");
    CHECK(faults(json::parse(R"({"data":{"role":"u","content":"c","turn_id":1,"x":0}})"), *turn) !=
          "");
    CHECK(faults(json::parse(R"({"x":1,"data":{"role":"u","content":"c","turn_id":1}})"), *turn) !=
          "");
}

TEST_CASE("every message of the recorded backend is known, with all its fields") {
    // The captures lie beside the project where it is developed, not in it.
    const std::string path =
        std::string(std::getenv("WD_SOURCE_DIR")) + "/../shared/captures/coda-turns.ndjson";
    std::ifstream file(path);
    if (!file) {
        MESSAGE("no recorded backend beside the project");
        return;
    }
    int messages = 0;
    for (std::string line; std::getline(file, line);) {
        const json event = json::parse(line);
        if (event.value("kind", "") != "text") continue;
        const std::string payload = event.at("data");
        const json message = json::parse(payload);
        const std::string name = message.at("type");
        const MessageType* type =
            event.at("dir") == "in" ? wire::find_event(name) : wire::find_command(name);
        CAPTURE(payload);
        REQUIRE(type);
        CHECK(type->where != Where::guide);
        CHECK(faults(message, *type) == "");
        CHECK(wire::read_envelope(payload).strict_json);
        ++messages;
    }
    CHECK(messages > 200);
}
