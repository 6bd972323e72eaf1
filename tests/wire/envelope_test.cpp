#include "wire/envelope.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/clock.h"
#include "wire/random_documents.h"

using test::Document;
using test::Exact;
using test::first_of;
using test::Maker;
using wire::AuthFrame;
using wire::ClockKind;
using wire::EnvelopeHead;
using wire::read_envelope;

namespace {

constexpr std::int64_t kNow = 1'795'396'183ll * base::kSecond; // 2026-11-23

/// nlohmann::json refuses a number that no double holds; the grammar does not.
bool has_huge_number(const std::string& text) {
    try {
        return nlohmann::json::parse(text).is_discarded();
    } catch (const nlohmann::json::out_of_range&) {
        return true;
    } catch (const nlohmann::json::exception&) {
    }
    return false;
}

void check_against(const Document& document, const EnvelopeHead& head) {
    CAPTURE(document.text);
    CHECK(head.object);
    CHECK(head.strict_json == document.strict);
    CHECK(head.data_raw == first_of(document, "data"));
    CHECK(head.timestamp_raw == first_of(document, "timestamp"));
    const std::string type = first_of(document, "type");
    const bool type_is_string = !type.empty() && type[0] == '"';
    CHECK(head.has_type == type_is_string);
    if (type_is_string && document.strict)
        CHECK(head.type() == nlohmann::json::parse(type).get<std::string>());
    const std::string seq = first_of(document, "seq");
    const auto parsed = nlohmann::json::parse(seq, nullptr, false);
    CHECK(head.has_seq == (!seq.empty() && parsed.is_number_integer()));
    if (head.has_seq) CHECK(head.seq == parsed.get<std::int64_t>());
}

} // namespace

TEST_CASE("the head of an event of the real backend is read") {
    const EnvelopeHead head = read_envelope(
        R"({"version": "1.0", "seq": 7, "timestamp": 3609.5, "type": "llm_start", "data": {"a": [1]}})");
    CHECK(head.object);
    CHECK(head.has_type);
    CHECK(head.type() == "llm_start");
    CHECK(head.type_raw == "llm_start");
    CHECK_FALSE(head.type_escaped);
    CHECK(head.has_seq);
    CHECK(head.seq == 7);
    CHECK(head.timestamp_raw == "3609.5");
    CHECK(head.data_raw == R"({"a": [1]})");
    CHECK(head.strict_json);
}

TEST_CASE("a name or a type that is spelled with escapes is found") {
    const EnvelopeHead head =
        read_envelope(R"({"t\u0079pe":"\u006dode_\"change\"","d\u0061ta":1,"seq":2})");
    CHECK(head.type() == "mode_\"change\"");
    CHECK(head.type_escaped);
    CHECK(head.data_raw == "1");
    CHECK(head.seq == 2);
}

TEST_CASE("every escape of JSON is resolved in the type") {
    CHECK(read_envelope(R"({"type":"\"\\\/\b\f\n\r\t\u00E9\ud83d\udc4d"})").type() ==
          "\"\\/\b\f\n\r\té👍");
    CHECK(read_envelope(R"({"type":"a\ud800b\udc00"})").type() == "a\uFFFDb\uFFFD");
    CHECK(read_envelope(R"({"type":"\ud800\u0041"})").type() == "\uFFFDA");
}

TEST_CASE("of a name that comes twice the first counts, whatever its kind") {
    const EnvelopeHead head = read_envelope(
        R"({"type":1,"type":"b","seq":"x","seq":2,"data":null,"data":{},"timestamp":1,"timestamp":2})");
    CHECK_FALSE(head.has_type);
    CHECK_FALSE(head.has_seq);
    CHECK(head.seq == 0);
    CHECK(head.data_raw == "null");
    CHECK(head.timestamp_raw == "1");
}

TEST_CASE("only the top level counts") {
    const EnvelopeHead head = read_envelope(
        R"({"data":{"type":"inner","seq":9,"timestamp":1},"list":[{"type":"x"}],"s":"\"type\":\"y\""})");
    CHECK_FALSE(head.has_type);
    CHECK_FALSE(head.has_seq);
    CHECK(head.timestamp_raw.empty());
    CHECK(head.strict_json);
}

TEST_CASE("seq is a whole number that fits, or it is not there") {
    CHECK(read_envelope(R"({"seq":-3})").seq == -3);
    CHECK(read_envelope(R"({"seq":9223372036854775807})").seq == INT64_MAX);
    for (const char* raw : {"1.0", "1e3", "\"1\"", "9223372036854775808", "true", "null", "[1]"})
        CHECK_FALSE(read_envelope(std::string("{\"seq\":") + raw + "}").has_seq);
}

TEST_CASE("what Python writes and JSON does not know is taken, and said") {
    for (const char* odd : {"NaN", "Infinity", "-Infinity", "\"\\ud800\"", "\"\\udc00x\""}) {
        const std::string text = std::string("{\"data\":[") + odd + "],\"type\":\"t\",\"seq\":1}";
        const EnvelopeHead head = read_envelope(text);
        CAPTURE(odd);
        CHECK(head.type() == "t");
        CHECK(head.seq == 1);
        CHECK(head.whole);
        CHECK_FALSE(head.strict_json);
    }
    CHECK(read_envelope(R"({"data":"\ud83d\udc4d"})").strict_json);
}

TEST_CASE("a damaged payload gives what stood before the fault") {
    const std::string whole = R"({"type":"t","seq":5,"data":{"a":[1,{"b":"c"}]},"timestamp":"x"})";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Exact cut(std::string_view(whole).substr(0, size));
        const EnvelopeHead head = read_envelope(cut.view);
        CAPTURE(size);
        CHECK_FALSE(head.whole);
        CHECK_FALSE(head.strict_json);
        CHECK(head.object == (size >= 1));
        CHECK(head.has_type == (size >= 11));
        CHECK(head.data_raw.empty() == (size < 46));
        CHECK(head.timestamp_raw.empty() == (size < 62));
    }
}

TEST_CASE("faults of every kind are noticed") {
    for (const char* text : {"",
                             " ",
                             "nul",
                             "{",
                             "}",
                             "{]",
                             "[}",
                             "{\"a\":1,}",
                             "{\"a\" 1}",
                             "{a:1}",
                             "{\"a\":01}",
                             "{\"a\":1.}",
                             "{\"a\":.5}",
                             "{\"a\":+1}",
                             "{\"a\":1e}",
                             "{\"a\":-}",
                             "{\"a\":\"\\x\"}",
                             "{\"a\":\"\\u12g4\"}",
                             "{\"a\":\"\t\"}",
                             "{\"a\":\"",
                             "{\"a\":tru}",
                             "{} {}",
                             "{}x",
                             "[1 2]",
                             "[1,]",
                             "{\"a\":[1,{\"b\":2]}",
                             "'a'",
                             "{\"a\":1 \"b\":2}",
                             "{,}"}) {
        CAPTURE(text);
        CHECK_FALSE(read_envelope(Exact(text).view).strict_json);
    }
    for (const char* text : {"null", "1", "\"s\"", "[]", " [1, 2] ", "{}", " {\n} ", "-0.5e-7"}) {
        CAPTURE(text);
        CHECK(read_envelope(Exact(text).view).strict_json);
    }
    CHECK_FALSE(read_envelope("[{\"type\":\"t\"}]").has_type);
    CHECK_FALSE(read_envelope("[{\"type\":\"t\"}]").object);
}

TEST_CASE("no nesting is too deep") {
    constexpr std::size_t kDepth = 2'000'000;
    std::string text =
        "{\"data\":" + std::string(kDepth, '[') + std::string(kDepth, ']') + ",\"type\":\"deep\"}";
    CHECK(read_envelope(text).type() == "deep");
    CHECK(read_envelope(text).strict_json);
    std::string mixed = "{\"data\":";
    for (int i = 0; i < 100'000; ++i) mixed += i % 3 ? "[" : "{\"k\":";
    mixed += "1";
    for (int i = 99'999; i >= 0; --i) mixed += i % 3 ? "]" : "}";
    CHECK(read_envelope(mixed + ",\"type\":\"deep\"}").type() == "deep");
    mixed[mixed.size() - 70'000] ^= '{' ^ '['; // one bracket of the wrong kind
    CHECK_FALSE(read_envelope(mixed + ",\"type\":\"deep\"}").has_type);
}

TEST_CASE("random documents read as nlohmann::json reads them") {
    Maker maker(20261123, false);
    for (int i = 0; i < 20'000; ++i) {
        const Document document = maker.document();
        const Exact exact(document.text);
        check_against(document, read_envelope(exact.view));
        if (document.strict) REQUIRE(nlohmann::json::accept(document.text));
    }
}

TEST_CASE("strict JSON is what nlohmann::json accepts, also of damaged documents") {
    static constexpr std::string_view kBytes = "{}[]:,\"\\u0e-+.tfn 1\t";
    Maker maker(7, true);
    int refused = 0, accepted = 0;
    for (int i = 0; i < 40'000; ++i) {
        std::string text = maker.document().text;
        const int faults = maker.pick(3);
        for (int fault = 0; fault < faults && !text.empty(); ++fault) {
            const auto at = static_cast<std::size_t>(maker.pick(static_cast<int>(text.size())));
            if (maker.pick(2))
                text[at] = kBytes[static_cast<std::size_t>(maker.pick(kBytes.size()))];
            else
                text.erase(at, static_cast<std::size_t>(1 + maker.pick(3)));
        }
        const Exact exact(text);
        CAPTURE(text);
        if (has_huge_number(text)) continue;
        const bool accepts = nlohmann::json::accept(text);
        REQUIRE(read_envelope(exact.view).strict_json == accepts);
        (accepts ? accepted : refused)++;
    }
    CHECK(refused > 5'000);
    CHECK(accepted > 5'000);
}

TEST_CASE("the kind of a clock is told from its value") {
    const auto kind = [](std::string_view raw) { return wire::clock_kind_of(raw, kNow); };
    CHECK(kind("3609.20581933") == ClockKind::monotonic);
    CHECK(kind("0") == ClockKind::monotonic);
    CHECK(kind("-5.5") == ClockKind::monotonic);
    CHECK(kind("1795396183.2082117") == ClockKind::epoch_s);
    CHECK(kind("1685620496") == ClockKind::epoch_s); // three years back
    CHECK(kind("1795396183208") == ClockKind::epoch_ms);
    CHECK(kind("1.7953961832e9") == ClockKind::epoch_s);
    CHECK(kind("\"2023-06-01T12:34:56.789Z\"") == ClockKind::iso_zoned);
    CHECK(kind("\"2023-06-01T12:34:56+02:00\"") == ClockKind::iso_zoned);
    CHECK(kind("\"2026-11-23T01:09:43\"") == ClockKind::iso_local);
    CHECK(kind("\"2026-11-23\\u005401:09:43\"") == ClockKind::iso_local);
    for (const char* none :
         {"", "\"yesterday\"", "null", "true", "NaN", "Infinity", "{}", "[1]", "\""})
        CHECK(kind(none) == ClockKind::none);
    CHECK(kind("99999999999999999999") == ClockKind::monotonic);
    CHECK(kind("1e400") == ClockKind::monotonic);
}

TEST_CASE("a timestamp that has a date becomes that moment") {
    std::int64_t ns = 0;
    CHECK(wire::wall_ns_of("1795396183.2082117", kNow, &ns));
    CHECK(ns == 1'795'396'183'208'211'700);
    CHECK(wire::wall_ns_of("1795396183208", kNow, &ns));
    CHECK(ns == 1'795'396'183'208'000'000);
    CHECK(wire::wall_ns_of("\"2023-06-01T12:34:56.789Z\"", kNow, &ns));
    CHECK(base::iso8601_utc_ms(ns) == "2023-06-01T12:34:56.789Z");
    CHECK_FALSE(wire::wall_ns_of("3609.2", kNow, &ns));
    CHECK_FALSE(wire::wall_ns_of("\"x\"", kNow, &ns));
}

TEST_CASE("each kind of clock has its words") {
    CHECK(std::string(wire::word(ClockKind::none)).empty());
    CHECK(std::string(wire::word(ClockKind::monotonic)) == "monotonic, s");
    CHECK(std::string(wire::word(ClockKind::epoch_s)) == "epoch, s");
    CHECK(std::string(wire::word(ClockKind::epoch_ms)) == "epoch, ms");
    CHECK(std::string(wire::word(ClockKind::iso_zoned)) == "ISO 8601");
    CHECK(std::string(wire::word(ClockKind::iso_local)) == "ISO 8601, no zone");
}

TEST_CASE("a composed message is what the guide asks for, to the byte") {
    const std::int64_t wall = 1'685'622'896'789'999'999;
    CHECK(wire::compose_envelope("text_input", R"({"text":"é"})", wall) ==
          R"({"type":"text_input","data":{"text":"é"},"timestamp":"2023-06-01T12:34:56.789Z"})");
    CHECK(wire::compose_envelope("stt_start", "", wall) ==
          R"({"type":"stt_start","data":{},"timestamp":"2023-06-01T12:34:56.789Z"})");
    const std::string odd = wire::compose_envelope("a\"b\\c\n", "[1]", wall);
    CHECK(nlohmann::json::parse(odd).at("type") == "a\"b\\c\n");
}

TEST_CASE("the challenge is understood and answered") {
    const std::string challenge =
        R"({"type": "auth_challenge", "data": {"token": "a\u00e9\"b", "message": "Please"}})";
    const AuthFrame frame = wire::read_auth_frame(challenge, read_envelope(challenge));
    CHECK(frame.is == AuthFrame::Is::challenge);
    CHECK(frame.token == "aé\"b");
    CHECK(frame.message == "Please");
    CHECK(nlohmann::json::parse(wire::compose_auth_response(frame.token)) ==
          nlohmann::json::parse(R"({"type":"auth_response","data":{"token":"aé\"b"}})"));
}

TEST_CASE("the result of authentication is understood") {
    const auto read = [](const char* text) {
        return wire::read_auth_frame(text, read_envelope(text));
    };
    const AuthFrame accepted =
        read(R"({"type":"auth_result","data":{"success":true,"client_id":"c1"}})");
    CHECK(accepted.is == AuthFrame::Is::accepted);
    CHECK(accepted.client_id == "c1");
    const AuthFrame refused = read(
        R"({"\u0074ype":"auth\u005fresult","data":{"success":false,"message":"Authentication timeout"}})");
    CHECK(refused.is == AuthFrame::Is::refused);
    CHECK(refused.message == "Authentication timeout");
    CHECK(read(R"({"type":"auth_challenge","data":{"token":"first","token":"second"}})").token ==
          "first");
    for (const char* other :
         {R"({"type":"auth_result","data":{}})", R"({"type":"auth_result"})",
          R"({"type":"auth_result","data":{"success":"true"}})",
          R"({"type":"auth_result","data":[]})", R"({"type":"auth_challenge","data":{"token":5}})",
          R"({"type":"auth_challenge"})",
          R"({"type":"mode_change","data":{"token":"t","success":true}})", R"({"data":{}})", "x"})
        CHECK(read(other).is == AuthFrame::Is::nothing);
}
