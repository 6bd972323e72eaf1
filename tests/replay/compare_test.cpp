#include "replay/compare.h"

#include <doctest/doctest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "wire/catalogue.h"

namespace {

using replay::body_of;
using replay::Renames;
using replay::Rules;

/// "changed data.x 1 2; …" in short: what differs.
std::string differing(const std::string& expected, const std::string& got, const Rules& rules = {},
                      const Renames& renames = {}) {
    const auto a = body_of(expected, false), b = body_of(got, false);
    const auto found = replay::differences(a, b, rules, renames);
    Renames more;
    const bool agree = replay::agree(a, b, rules, renames, &more);
    CHECK(agree == found.first.empty()); // the two ways of asking are one
    if (agree) CHECK(replay::fingerprint(a, rules) == replay::fingerprint(b, rules, &renames));
    std::string text;
    for (const auto& one : found.first)
        text += std::string(text.empty() ? "" : "; ") + word(one.is) + ' ' + one.path + ' ' +
                one.expected + ' ' + one.got;
    return text;
}

Rules ignoring(const std::string& path) {
    Rules rules;
    rules.ignored.push_back(replay::ignored_path_from_text(path).value());
    return rules;
}

Rules tolerating(double tolerance) {
    Rules rules;
    rules.tolerance = tolerance;
    return rules;
}

} // namespace

//--- every message agrees with itself

namespace {

/// Random JSON of every kind, with odd names, repeated names, big numbers and escapes.
class Maker {
public:
    explicit Maker(unsigned seed) : random_(seed) {}
    std::string value(int depth) {
        switch (pick(depth > 3 ? 6 : 8)) {
        case 0: return "null";
        case 1: return pick(2) ? "true" : "false";
        case 2: return std::to_string(static_cast<long long>(random_()) - (1ll << 31));
        case 3: return pick(2) ? "12345678901234567890123" : "-1.5e300";
        case 4: return pick(3) ? "\"" + name() + "\"" : R"("\ud800 \u00e9\n")";
        case 5: return pick(2) ? "NaN" : "0.1";
        case 6: {
            std::string list = "[";
            for (int i = pick(4); i > 0; --i) list += value(depth + 1) + (i > 1 ? "," : "");
            return list + "]";
        }
        default: return object(depth);
        }
    }
    std::string object(int depth) {
        std::string text = "{";
        const int count = pick(6);
        for (int i = 0; i < count; ++i)
            text += (i ? ", \"" : "\"") + name() + "\": " + value(depth + 1);
        return text + "}";
    }
    std::string message() {
        static const char* const kTypes[] = {"latency_trace", "memory_store", "client_message",
                                             "unknown_type", "llm_token"};
        return std::string("{\"type\":\"") + kTypes[pick(5)] + "\",\"seq\":" + value(4) +
               ",\"data\":" + object(0) + "}";
    }

private:
    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
    std::string name() {
        static const char* const kNames[] = {
            "data",    "memory_id", "llm_seconds", "text",      "timestamp", "count",
            "odd key", "a.b",       "é",           "client_id", "",          "x\\u0041"};
        return kNames[pick(12)];
    }
    std::mt19937 random_;
};

} // namespace

TEST_CASE("a message agrees with itself, whatever is in it") {
    for (unsigned seed = 0; seed < 3'000; ++seed) {
        const std::string message = Maker(seed).message();
        CAPTURE(message);
        CHECK(differing(message, message) == "");
        CHECK(differing(message, message, tolerating(0.1)) == "");
    }
    for (const wire::MessageType& type : wire::catalogue())
        CHECK(differing(std::string(type.sample), std::string(type.sample)) == "");
    for (const char* odd : {"", "no json", "[1,2", "\xff\x00", "\"text\"", "17", "{\"type\":5}"})
        CHECK(differing(odd, odd) == "");
}

TEST_CASE("two messages that differ in a fixed field never agree, and the path is told") {
    for (unsigned seed = 0; seed < 500; ++seed) {
        const std::string rest = Maker(seed).object(0);
        const std::string a = R"({"type":"t","data":{"x":1,"rest":)" + rest + "}}";
        const std::string b = R"({"type":"t","data":{"rest":)" + rest + R"(,"x":2}})";
        CHECK(differing(a, b) == "changed data.x 1 2");
    }
}

//--- the classes of fields

TEST_CASE("clock, measured and counter fields are compared by their kind alone") {
    const std::string a = R"({"version":"1.0","seq":1,"timestamp":3609.2,"type":"llm_result",)"
                          R"("data":{"text":"x","total_tokens":10,"duration_seconds":0.3}})";
    const std::string b = R"({"version":"1.0","seq":900,"timestamp":1.5,"type":"llm_result",)"
                          R"("data":{"text":"x","total_tokens":99,"duration_seconds":-7}})";
    CHECK(differing(a, b) == "");
    CHECK(differing(a, R"({"version":"1.0","seq":"1","timestamp":"2023-06-01T12:34:56Z",)"
                       R"("type":"llm_result","data":{"text":"x","total_tokens":null,)"
                       R"("duration_seconds":0.3}})") ==
          "changed seq 1 \"1\"; changed timestamp 3609.2 \"2023-06-01T12:34:56Z\"; "
          "changed data.total_tokens 10 null");
}

TEST_CASE("every class by name of the contract holds in Coda's messages") {
    const auto message = [](const std::string& name, const std::string& value) {
        return R"({"type":"tool_result","data":{")" + name + "\":" + value + "}}";
    };
    for (const char* name :
         {"uptime_seconds", "anything_seconds", "some_mb", "cpu_percent", "confidence", "turn_id",
          "turns_count", "token_index", "count", "results_count", "prompt_tokens"}) {
        CAPTURE(name);
        CHECK(differing(message(name, "1"), message(name, "2")) == "");
        CHECK(differing(message(name, "1"), message(name, "\"2\"")) != "");
    }
    for (const char* name : {"importance", "text", "seconds", "my_count", "tokens"})
        CHECK(differing(message(name, "1"), message(name, "2")) != "");
}

TEST_CASE("types outside the catalogue: timestamp is clock, seq counter, all else fixed") {
    CHECK(differing(R"({"type":"mine","timestamp":1,"seq":1})",
                    R"({"type":"mine","timestamp":2,"seq":2})") == "");
    CHECK(differing(R"({"type":"mine","data":{"llm_seconds":1,"memory_id":"a"}})",
                    R"({"type":"mine","data":{"llm_seconds":2,"memory_id":"b"}})") ==
          "changed data.llm_seconds 1 2; changed data.memory_id \"a\" \"b\"");
}

TEST_CASE("ids agree up to a consistent renaming, within a message and from one to the next") {
    const auto two = [](const std::string& a, const std::string& b) {
        return R"({"type":"memory_update","data":{"memory_id":")" + a +
               R"(","old_value":{"memory_id":")" + b + R"("}}})";
    };
    CHECK(differing(two("a", "a"), two("x", "x")) == "");
    CHECK(differing(two("a", "b"), two("x", "y")) == "");
    CHECK(differing(two("a", "a"), two("x", "y")) ==
          "changed data.old_value.memory_id \"x\", which is new for \"a\" \"y\"");
    CHECK(differing(two("a", "b"), two("x", "x")) != ""); // two of them became one

    Renames renames;
    renames.learn("memory_id", "\"a", "\"x");
    CHECK(differing(two("a", "a"), two("x", "x"), {}, renames) == "");
    CHECK(differing(two("a", "a"), two("z", "z"), {}, renames) != "");
    CHECK(differing(two("b", "b"), two("x", "x"), {}, renames) != "");
    CHECK(differing(two("b", "b"), two("a", "a"), {}, renames) == "");
    // Ids of another name have nothing to do with it.
    CHECK(differing(R"({"type":"conversation_message","data":{"message_id":"a"}})",
                    R"({"type":"conversation_message","data":{"message_id":"q"}})", {},
                    renames) == "");
    CHECK(differing(R"({"type":"memory_store","data":{"memory_id":"a"}})",
                    R"({"type":"memory_store","data":{"memory_id":7}})") != "");
}

//--- structure

TEST_CASE("members may stand in any order, items may not") {
    CHECK(differing(R"({"a":1,"b":[1,2]})", R"({ "b" : [1, 2], "\u0061":1.0 })") == "");
    CHECK(differing("[1,2]", "[2,1]") == "changed [0] 1 2; changed [1] 2 1");
}

TEST_CASE("what is there on one side only is told as added or removed") {
    CHECK(differing(R"({"a":1})", R"({"a":1,"b":{"c":2}})") == "added b  {\"c\":2}");
    CHECK(differing(R"({"a":{"x y":[1]}})", R"({"a":{}})") == "removed a[\"x y\"] [1] ");
    CHECK(differing("[1]", "[1,2,3]") == "added [1]  2; added [2]  3");
    CHECK(differing(R"({"a":null})", R"({})") == "removed a null ");
}

TEST_CASE("repeated names are compared one by one, as they were sent") {
    CHECK(differing(R"({"a":1,"a":2})", R"({"a":1,"a":2})") == "");
    CHECK(differing(R"({"a":1,"a":2})", R"({"a":2,"a":1})") == "changed a 1 2; changed a 2 1");
    CHECK(differing(R"({"a":1,"a":2})", R"({"a":1})") == "removed a 2 ");
    CHECK(body_of(R"({"type":"first","type":"second"})", false).type == "first");
}

TEST_CASE("big numbers are compared to the last digit") {
    CHECK(differing(R"({"a":9007199254740993})", R"({"a":9007199254740992})") != "");
    CHECK(differing(R"({"a":1e2})", R"({"a":100.00})") == "");
}

TEST_CASE("what is no JSON is compared byte for byte") {
    CHECK(differing("hello", "hello") == "");
    CHECK(differing("hello", "hullo") == "changed  hello hullo");
    CHECK(differing("{\"a\":1}", "{\"a\":1") == "changed  {\"a\":1} {\"a\":1");
    const std::string long_text(1'000, 'x');
    const std::string told = differing(long_text + "A", long_text + "B");
    CHECK(told.size() < 500);
    CHECK(told.find("A") != std::string::npos); // the place that differs is in the excerpt
    const auto binary = replay::differences(body_of(std::string("\xff\x01", 2), true),
                                            body_of(std::string("\xff\x02", 2), true), {}, {});
    REQUIRE(binary.first.size() == 1);
    CHECK(binary.first[0].expected == "2 B, from byte 1: 01");
    CHECK_FALSE(replay::agree(body_of("x", true), body_of("x", false), {}, {}, nullptr));
}

//--- rules

TEST_CASE("an ignored path covers what lies under it, there or not") {
    const std::string a =
        R"({"type":"t","data":{"items":[{"id":1,"v":1},{"id":2,"v":2}],"x":{"y":1}}})";
    const std::string b = R"({"type":"t","data":{"items":[{"id":7,"v":1},{"v":2}],"x":{"z":[]}}})";
    CHECK(differing(a, b) != "");
    Rules rules = ignoring("data.items[*].id");
    CHECK(differing(a, b, rules) == "removed data.x.y 1 ; added data.x.z  []");
    rules.ignored.push_back(replay::ignored_path_from_text("data.x").value());
    CHECK(differing(a, b, rules) == "");
    CHECK(differing(a, b, ignoring("$")) == "");
    CHECK(differing(a, b, ignoring("data")) == "");
    CHECK(differing(a, b, ignoring("t:data")) == "");
    CHECK(differing(a, b, ignoring("other:data")) != "");
    CHECK(differing(R"({"a":1})", R"({"a":2})", ignoring("*")) == "");
    CHECK(differing(a, R"({"type":"t"})", ignoring("data")) == "");
    CHECK(differing("[1,2]", "[1,2,3,4]", ignoring("[*]")) == "");
    CHECK(differing(R"({"a.b":1})", R"({"a.b":2})", ignoring(R"(["a.b"])")) == "");
}

TEST_CASE("the tolerance holds for fixed numbers anywhere") {
    const std::string a = R"({"type":"t","v":[100, {"w":-5.0}]})";
    const std::string b = R"({"type":"t","v":[104, {"w":-5.2}]})";
    CHECK(differing(a, b) == "changed v[0] 100 104; changed v[1].w -5.0 -5.2");
    CHECK(differing(a, b, tolerating(0.05)) == "");
    CHECK(differing(a, b, tolerating(0.01)) != "");
}

//--- what was sent in the place of something comes back

TEST_CASE("a server that sends back what it got may send the new id where none is expected") {
    Renames renames;
    renames.note_sent("\"mem_old", "\"mem_new");
    const std::string a = R"({"type":"echo","ref":"mem_old"})",
                      b = R"({"type":"echo","ref":"mem_new"})";
    CHECK(differing(a, b) != "");
    CHECK(differing(a, b, {}, renames) == "");
}

//--- bounds

TEST_CASE("differences are told up to a limit and counted beyond it") {
    std::string a = "[0", b = "[1";
    for (int i = 1; i < 1'000; ++i) {
        a += ",0";
        b += ",1";
    }
    const auto found =
        replay::differences(body_of(a += "]", false), body_of(b += "]", false), {}, {});
    CHECK(found.first.size() == replay::kMostDifferences);
    CHECK(found.more == 1'000 - replay::kMostDifferences);
}

TEST_CASE("hostile messages are compared in bounded time") {
    const auto began = std::chrono::steady_clock::now();
    std::string wide = "{\"type\":\"tool_result\"", other = wide;
    for (int i = 0; i < 100'000; ++i) {
        wide += ",\"n" + std::to_string(i) + "\":" + std::to_string(i);
        other += ",\"n" + std::to_string(99'999 - i) + "\":0";
    }
    CHECK_FALSE(
        replay::agree(body_of(wide += "}", false), body_of(other += "}", false), {}, {}, nullptr));
    CHECK(differing(wide, wide) == "");

    std::string repeated = "[", deep, end;
    for (int i = 0; i < 100'000; ++i)
        repeated += std::string(i ? "," : "") + "{\"client_id\":\"" + std::to_string(i) + "\"}";
    repeated = R"({"type":"tool_result","data":)" + repeated + "]}";
    CHECK(differing(repeated, repeated) == "");
    const std::string name(50'000, 'k');
    for (int i = 0; i < 20; ++i) {
        deep += "{\"" + name + "\":";
        end += "}";
    }
    deep += "[1";
    for (int i = 0; i < 20'000; ++i) deep += ",1";
    deep += "]" + end;
    CHECK(differing(deep, deep) == "");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    CHECK(took.count() < 60); // a quadratic one takes hours
}
