#include "wire/json_text.h"

#include <doctest/doctest.h>

#include <string>

#include "base/clock.h"

using wire::find_json_fault;

namespace {

std::string fault_of(std::string_view text) {
    const auto fault = find_json_fault(text);
    if (!fault) return "";
    return std::to_string(fault->line) + ":" + std::to_string(fault->column) + " " + fault->message;
}

std::string members_of(std::string_view text) {
    std::string all;
    wire::JsonMembers members(text);
    for (wire::JsonMember member; members.next(&member);) {
        all += "<" + std::string(member.key_raw) + "=" + std::string(member.value_raw) +
               (member.whole ? ">" : "…>");
    }
    return all;
}

} // namespace

TEST_CASE("whole JSON has no fault") {
    for (const char* text :
         {"{}", "[]", " [1, -2.5e+3, 0, 0.5, 1E9] ", R"("a \u00e9 \n")", "true", "null", "17",
          R"({"a":{"b":[{}, [] , "x"]},"a":1})", "\"\xC3\xA9\xF0\x9F\x91\x8D\""}) {
        CAPTURE(text);
        CHECK(fault_of(text) == "");
    }
}

TEST_CASE("a fault is told with its line, its column and what was expected") {
    CHECK(fault_of("") == "1:1 expected a value");
    CHECK(fault_of("{\n  \"a\": 1\n  \"b\": 2\n}") == "3:3 expected , or }");
    CHECK(fault_of("[1 2]") == "1:4 expected , or ]");
    CHECK(fault_of("{\"a\" 1}") == "1:6 expected :");
    CHECK(fault_of("{\"a\": 1,}") == "1:9 expected a name in quotes");
    CHECK(fault_of("{a: 1}") == "1:2 expected a name in quotes or }");
    CHECK(fault_of("[1,]") == "1:4 expected a value");
    CHECK(fault_of("{\"a\":") == "1:6 expected a value");
    CHECK(fault_of("{} x") == "1:4 expected nothing more behind the value");
    CHECK(fault_of("\"abc") == "1:1 the string has no closing quote");
    CHECK(fault_of("\"a\\x\"") == "1:3 not an escape of JSON");
    CHECK(fault_of("\"\\u00g0\"") == "1:2 \\u needs four hex digits");
    CHECK(fault_of("\"a\tb\"") == "1:3 a control character must be written as an escape");
    CHECK(fault_of("\"\xC3\xA9\xFF\"") == "1:3 not UTF-8");
    CHECK(fault_of("NaN") == "1:1 NaN and Infinity are no JSON");
    CHECK(fault_of("'a'") == "1:1 strings stand in double quotes");
    CHECK(fault_of("012") == "1:1 a number does not begin with 0");
    CHECK(fault_of("1.") == "1:3 expected a digit");
    CHECK(fault_of("tru") == "1:1 expected a value");
}

TEST_CASE("columns are counted in code points, as an editor shows them") {
    CHECK(fault_of("{\"caf\xC3\xA9\" 1}") == "1:9 expected :");
}

TEST_CASE("a text nested without end is refused, not recursed into") {
    CHECK(fault_of(std::string(100'000, '[')).find("512 deep") != std::string::npos);
}

TEST_CASE("pretty printing keeps numbers, escapes and repeated names as they were sent") {
    CHECK(wire::pretty_json(R"({"a":1.50,"a":[],"b":{"\u00e9":[1,2E+05]},"c":{}})") == R"({
  "a": 1.50,
  "a": [],
  "b": {
    "\u00e9": [
      1,
      2E+05
    ]
  },
  "c": {}
})");
}

TEST_CASE("pretty printing leaves no byte out of what is no JSON") {
    CHECK(wire::pretty_json("hello there, \"you") == "hello there,\n\"you");
    CHECK(wire::pretty_json("{\"a\":NaN}]") == "{\n  \"a\": NaN\n}\n]");
    CHECK(wire::pretty_json("\xFF\xFE") == "\xFF\xFE");
    CHECK(wire::pretty_json(std::string(50'000, '[')).size() < 10'000'000);
}

TEST_CASE("members come in the order sent, with their values as they stand") {
    CHECK(members_of(R"( {"a": "x,\"}", "b":{"c":[1]}, "a":-1 } )") ==
          R"(<a="x,\"}"><b={"c":[1]}><a=-1>)");
    CHECK(members_of("[1,[2],{}]") == "<=1><=[2]><={}>");
    CHECK(members_of("17") == "");
    CHECK(members_of(R"({"a":1,"b":{"c":)") == R"(<a=1><b={"c":…>)");
    CHECK(members_of(R"({"a":12)") == "<a=12…>");
}

TEST_CASE("escapes mean what they say, and lone surrogates become U+FFFD") {
    CHECK(wire::unescaped_json(R"(a\u00e9\n\"\\\/)") == "a\xC3\xA9\n\"\\/");
    CHECK(wire::unescaped_json(R"(\ud83d\udc4d)") == "\xF0\x9F\x91\x8D");
    CHECK(wire::unescaped_json(R"(\ud83dx)") == "\xEF\xBF\xBDx");
    CHECK(wire::unescaped_json(R"(\q\u12)") == R"(\q\u12)");
}

TEST_CASE("a timestamp is put into an object, or renewed where one stands") {
    const std::int64_t wall_ns = 1'685'622'896'789 * base::kMillisecond;
    CHECK(wire::with_timestamp(R"({"type":"x"})", wall_ns) ==
          R"({"type":"x", "timestamp": "2023-06-01T12:34:56.789Z"})");
    CHECK(wire::with_timestamp("{\n  \"a\": 1\n}", wall_ns) ==
          "{\n  \"a\": 1, \"timestamp\": \"2023-06-01T12:34:56.789Z\"\n}");
    CHECK(wire::with_timestamp("{}", wall_ns) == R"({"timestamp": "2023-06-01T12:34:56.789Z"})");
    CHECK(wire::with_timestamp(R"({"data":{"timestamp":1},"timestamp":17,"z":1})", wall_ns) ==
          R"({"data":{"timestamp":1},"timestamp":"2023-06-01T12:34:56.789Z","z":1})");
}
