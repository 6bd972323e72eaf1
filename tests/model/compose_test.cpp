// What is composed becomes bytes: variables, the unique member, hex, base64, repeats.
#include <doctest/doctest.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/compose.h"

using namespace model;

namespace {

constexpr std::int64_t kWall = 1'795'396'181'123 * base::kMillisecond;
const Values kValues{kWall, 7, "3f2a9c01-0000-4000-8000-000000000000"};

Draft plain(std::string text) {
    Draft draft;
    draft.text = std::move(text);
    draft.envelope = false;
    return draft;
}
std::string sent(const Draft& draft, std::string_view file = {}) {
    const Made made = make_message(draft, kValues, file);
    REQUIRE_FALSE(made.error);
    return made.payload;
}
std::string refused(const Draft& draft, std::string_view file = {}) {
    const Made made = make_message(draft, kValues, file);
    REQUIRE(made.error);
    return made.error->what;
}
Draft as(Body body, std::string text) {
    Draft draft = plain(std::move(text));
    draft.body = body;
    return draft;
}

} // namespace

//--- variables

TEST_CASE("variables are put in anywhere, also inside strings, and one uuid stands in a message") {
    CHECK(sent(plain(R"({"n":{{counter}},"t":"at {{now}}","ms":{{now_ms}}})")) ==
          R"({"n":7,"t":"at )" + base::iso8601_utc_ms(kWall) + R"(","ms":1795396181123})");
    CHECK(sent(plain("{{uuid}} {{uuid}}")) == kValues.uuid + " " + kValues.uuid);
    CHECK(make_message(plain("{{counter}}"), kValues).uses_counter);
    CHECK_FALSE(make_message(plain("{{now}}"), kValues).uses_counter);
}

TEST_CASE("what is no variable stays, and the first one is named") {
    const Made made = make_message(plain(R"({"a":{"b":{}},"c":"{{nwo}} {{x}}"})"), kValues);
    CHECK(made.payload == R"({"a":{"b":{}},"c":"{{nwo}} {{x}}"})");
    CHECK(made.expanded.unknown == "{{nwo}}");
    CHECK(expand(R"({"a":{"b":{}}})", kValues).unknown.empty());
    CHECK(expand("{{ now }} {{}} {{", kValues).text == "{{ now }} {{}} {{");
}

TEST_CASE("switched off, variables are sent as they are written") {
    Draft draft = plain("{{now}}");
    draft.variables = false;
    CHECK(sent(draft) == "{{now}}");
}

TEST_CASE("a fault behind a variable is told at its place in the text as it was written") {
    const Made made = make_message(plain("{\"a\": {{uuid}},\n \"b\": {{counter}} x}"), kValues);
    REQUIRE(made.fault);
    CHECK(made.fault->line == 1); // a bare uuid is no JSON: the place of the variable is told
    const Made second =
        make_message(plain("{\"a\": \"{{uuid}}\",\n \"b\": {{counter}} x}"), kValues);
    REQUIRE(second.fault);
    CHECK(second.fault->line == 2);
    CHECK(second.fault->column == 19);
    CHECK(second.fault->message == "expected , or }");
}

TEST_CASE("a uuid is one of version 4") {
    CHECK(uuid_from_random(0, 0) == "00000000-0000-4000-8000-000000000000");
    CHECK(uuid_from_random(~0ull, ~0ull) == "ffffffff-ffff-4fff-bfff-ffffffffffff");
    CHECK(uuid_from_random(0x0123456789abcdef, 0xfedcba9876543210) ==
          "01234567-89ab-4def-bedc-ba9876543210");
}

//--- envelope and unique member

TEST_CASE("the envelope is filled in when it is sent, and asks for an object") {
    Draft draft = plain(R"({"type":"a","data":{}})");
    draft.envelope = true;
    CHECK(sent(draft) ==
          R"({"type":"a","data":{}, "timestamp": ")" + base::iso8601_utc_ms(kWall) + R"("})");
    draft.text = "[1]";
    CHECK(refused(draft).find("An envelope is a JSON object") == 0);
    draft.text = "{\n\"a\" 1}";
    CHECK(refused(draft) == "Line 2, column 5: expected :");
}

TEST_CASE("a unique member is put into data, made or replaced; all else stays byte for byte") {
    CHECK(with_unique_member(R"({"data": {"a":1.50, "a":2}, "x":1e2})", "u") ==
          R"({"data": {"a":1.50, "a":2, "unique": "u"}, "x":1e2})");
    CHECK(with_unique_member(R"({"data":{"unique":"old"}})", "u") == R"({"data":{"unique":"u"}})");
    CHECK(with_unique_member(R"({"data":{}})", "u") == R"({"data":{"unique": "u"}})");
    CHECK(with_unique_member(R"({"type":"a"})", "u") == R"({"type":"a", "data": {"unique": "u"}})");
    CHECK(with_unique_member("{}", "u") == R"({"data": {"unique": "u"}})");
    CHECK(with_unique_member("{\"d\\u0061ta\":{\n}}", "u") ==
          "{\"d\\u0061ta\":{\"unique\": \"u\"\n}}");
    CHECK(with_unique_member(R"({"data":[1]})", "u").empty());

    Draft draft = plain(R"({"type":"text_input","data":{"text":"hi"}})");
    draft.unique = true;
    CHECK(sent(draft) == R"({"type":"text_input","data":{"text":"hi", "unique": "3f2a9c01"}})");
    draft.text = R"({"data":"x"})";
    CHECK(refused(draft).find("data is no object") != std::string::npos);
}

//--- bytes

TEST_CASE("hex is read in any grouping, and its fault has a line and a column") {
    CHECK(sent(as(Body::hex, "00ff 10\n0x41,0x42")) == std::string("\x00\xff\x10\x41\x42", 5));
    CHECK(sent(as(Body::hex, "")).empty());
    CHECK(make_message(as(Body::hex, "00"), kValues).binary);
    CHECK(refused(as(Body::hex, "00 1g")) == "Line 1, column 5: “g” is no hex digit");
    CHECK(refused(as(Body::hex, "00\n123")) ==
          "Line 2, column 3: “3” is half a byte: two hex digits each");
    CHECK(refused(as(Body::hex, "0x")) == "Line 1, column 3: is no hex digit");
    CHECK(refused(as(Body::hex, "é")) == "Line 1, column 1: “é” is no hex digit");
}

TEST_CASE("base64 is read of both alphabets, with and without padding, and never wrongly") {
    CHECK(sent(as(Body::base64, "aGVs\nbG8=")) == "hello");
    CHECK(sent(as(Body::base64, "aGVsbG8")) == "hello");
    CHECK(sent(as(Body::base64, "-_8=")) == "\xfb\xff");
    CHECK(sent(as(Body::base64, "+/8=")) == "\xfb\xff");
    CHECK(refused(as(Body::base64, "aGV*")) == "Line 1, column 4: “*” is no digit of base64");
    CHECK(refused(as(Body::base64, "aGVsbG8=x")).find("behind the padding") != std::string::npos);
    CHECK(refused(as(Body::base64, "aGVsb")).find("one digit too many") != std::string::npos);
    CHECK(refused(as(Body::base64, "=")).find("padding") != std::string::npos);
    CHECK(refused(as(Body::base64, "aGU==")).find("padding") != std::string::npos);
    CHECK(refused(as(Body::base64, "aGVsbG9")).find("bits over") != std::string::npos);
    for (int size = 0; size < 70; ++size) {
        std::string bytes;
        for (int i = 0; i < size; ++i) bytes += static_cast<char>(i * 37 + size);
        CHECK(sent(as(Body::base64, base::base64_from_bytes(bytes))) == bytes);
        CHECK(sent(as(Body::hex, hex_lines(bytes))) == bytes);
    }
}

TEST_CASE("a file is sent as binary, as text only when it is text") {
    CHECK(sent(as(Body::file, "/x"), "a\xffz") == "a\xffz");
    CHECK(make_message(as(Body::file, "/x"), kValues, "a").binary);
    Draft draft = as(Body::file, "/x");
    draft.file_text = true;
    CHECK(sent(draft, "text") == "text");
    CHECK_FALSE(make_message(draft, kValues, "text").binary);
    CHECK(refused(draft, "a\xffz") == "The file is not UTF-8 at byte 1");
}

TEST_CASE("a message of the log comes back as it was, with an envelope only if it had one") {
    const Draft guide =
        draft_of_message(R"({"type":"a","data":{},"timestamp":"2026-11-23T01:02:03.456Z"})", false);
    CHECK(guide.envelope);
    CHECK(guide.body == Body::text);
    CHECK_FALSE(draft_of_message(R"({"type":"a","timestamp":12.5})", false).envelope);
    CHECK_FALSE(draft_of_message("hello", false).envelope);
    CHECK_FALSE(draft_of_message("a {{now}}", false).variables);
    CHECK(draft_of_message("a", false).variables);
    const Draft bytes = draft_of_message(std::string_view("\x00\xff", 2), true);
    CHECK(bytes.body == Body::hex);
    CHECK(sent(bytes) == std::string("\x00\xff", 2));
    CHECK(draft_of_message("\xff", false).body == Body::hex);
}

//--- formatting

TEST_CASE("formatting keeps variables, wherever they stand, and every value") {
    CHECK(formatted(plain(R"({"a":{{counter}},"b":["{{now}}",1.50]})")) ==
          "{\n  \"a\": {{counter}},\n  \"b\": [\n    \"{{now}}\",\n    1.50\n  ]\n}");
    CHECK(formatted(plain("{\"a\" 1}")) == "{\"a\" 1}");
    CHECK(formatted(as(Body::hex, "00FF")) == "00 ff");
    CHECK(formatted(as(Body::base64, "-_8")) == "+/8=");
    CHECK(formatted(as(Body::hex, "0g")) == "0g");
}

//--- memory

TEST_CASE("the history keeps each draft once, the newest last, and no more than its number") {
    ComposerMemory memory;
    memory.remember(plain("a"));
    memory.remember(plain("b"));
    memory.remember(plain("a"));
    REQUIRE(memory.history.size() == 2);
    CHECK(memory.history.back().text == "a");
    memory.remember(plain(""));
    memory.remember(plain(std::string(kMostRemembered + 1, 'x')));
    CHECK(memory.history.size() == 2);
    for (std::size_t i = 0; i < kMostHistory + 5; ++i) memory.remember(plain(std::to_string(i)));
    CHECK(memory.history.size() == kMostHistory);
    CHECK(memory.history.front().text == "5");
}

TEST_CASE("messages are saved by name, in the order of their names, and deleted") {
    ComposerMemory memory;
    memory.save("b", plain("1"));
    memory.save("a", plain("2"));
    memory.save("b", plain("3"));
    REQUIRE(memory.saved.size() == 2);
    CHECK(memory.saved[0].name == "a");
    CHECK(memory.find("b")->draft.text == "3");
    memory.remove("b");
    CHECK(memory.find("b") == nullptr);
}

TEST_CASE("every body has a word that is read again") {
    for (int i = 0; i < kBodyCount; ++i)
        CHECK(body_from_word(word(static_cast<Body>(i))) == static_cast<Body>(i));
    CHECK_FALSE(body_from_word("else"));
}

//--- repeats

TEST_CASE("a repeat takes what is due, by the clock and not by the frames") {
    Repeat repeat;
    repeat.running = true;
    repeat.times = 5;
    repeat.every_ns = 100;
    repeat.due_mono_ns = 1000;
    const auto taken = [&](std::int64_t now) {
        int count = 0;
        while (repeat.take(now)) ++count;
        return count;
    };
    CHECK(taken(999) == 0);
    CHECK(taken(1000) == 1);
    CHECK(taken(1050) == 0);
    CHECK(taken(1250) == 2); // 1100 and 1200
    CHECK(taken(1299) == 0);
    CHECK(taken(9999) == 2); // the fifth is the last
    CHECK(repeat.done());
}

TEST_CASE("a repeat without a pause is ready at once; one that slept does not make up for hours") {
    Repeat repeat;
    repeat.running = true;
    repeat.times = 3;
    int count = 0;
    while (repeat.take(5)) ++count;
    CHECK(count == 3);

    Repeat slow;
    slow.running = true;
    slow.every_ns = base::kMillisecond;
    slow.due_mono_ns = 0;
    count = 0;
    while (slow.take(3600 * base::kSecond) && count < 10 * kMostAtOnce) ++count;
    CHECK(count < 5);
}

TEST_CASE("times and pauses are read as people write them") {
    std::int64_t ns = 0;
    for (const auto& [text, wanted] : {std::pair<const char*, std::int64_t>{"250", 250'000'000},
                                       {"250 ms", 250'000'000},
                                       {" 0.5s ", 500'000'000},
                                       {"2 min", 120'000'000'000},
                                       {"", 0}}) {
        CAPTURE(text);
        CHECK(interval_from_text(text, &ns));
        CHECK(ns == wanted);
    }
    for (const char* text : {"x", "1 h", "-1", "25 000 s", "nan", "1e99"}) {
        CAPTURE(text);
        CHECK_FALSE(interval_from_text(text, &ns));
    }
    std::uint64_t times = 9;
    CHECK(times_from_text("100", &times));
    CHECK(times == 100);
    CHECK(times_from_text("", &times));
    CHECK(times == 0);
    CHECK(times_from_text("∞", &times));
    CHECK_FALSE(times_from_text("-1", &times));
    CHECK_FALSE(times_from_text("1.5", &times));
    CHECK_FALSE(times_from_text("99999999999999999999", &times));
}
