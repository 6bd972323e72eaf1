// Messages against the catalogue, heads of handshakes against the RFC.
#include <doctest/doctest.h>

#include "base/clock.h"
#include "model/field_check.h"
#include "model/handshake_lines.h"

using namespace model;

namespace {

std::vector<std::string> faults(const char* type, const char* text) {
    std::vector<std::string> lines;
    for (const MessageFault& fault : check_fields(*wire::find_type(type), json_tree(text)))
        lines.push_back(fault.path + ": " + fault.words);
    return lines;
}
using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("every sample of the catalogue is without a fault") {
    for (const wire::MessageType& type : wire::catalogue()) {
        CAPTURE(std::string(type.name));
        for (const MessageFault& fault : check_fields(type, json_tree(type.sample)))
            CHECK_MESSAGE(false, fault.path << ": " << fault.words);
    }
}

TEST_CASE("missing fields, other kinds, impossible values and strangers are told") {
    CHECK(faults("llm_token", R"({"type":"llm_token","data":{"token":5,"extra":{"a":1}}})") ==
          Lines{"data.token: a string was expected, this is a number",
                "data.token_index: a whole number is missing", "data.extra: not in the catalogue"});
    CHECK(faults("llm_token", R"({"data":{"token":"a","token_index":1.5}})") ==
          Lines{"data.token_index: a whole number was expected, this is a number"});
    CHECK(faults("latency_trace", R"({"data":{"stt_seconds":-1.5,"llm_seconds":null}})") ==
          Lines{"data.stt_seconds: impossible, below 0",
                "data.llm_seconds: a number was expected, this is null"});
}

TEST_CASE("a timestamp is told with its clock and its offset, a monotonic one without") {
    constexpr std::int64_t kNow = 1'795'396'181 * base::kSecond;
    CHECK(clock_words("3622.004979789", kNow) == "monotonic, s");
    CHECK(clock_words("1795396181.5", kNow) == "epoch, s, 500 ms ahead");
    CHECK(clock_words("1795396180.5", kNow) == "epoch, s, 500 ms behind");
    CHECK(clock_words("", kNow).empty());
    CHECK(clock_words("\"soon\"", kNow).empty());
}

TEST_CASE("heads are taken apart, each header explained, secrets known") {
    const auto lines = head_lines(
        "GET / HTTP/1.1\r\nHost: coda.lan\r\nAuthorization: Bearer a\r\nX-Odd: 1\r\n\r\n", true);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].name.empty());
    CHECK(lines[1].value == "coda.lan");
    CHECK(std::string(lines[1].meaning) != "");
    CHECK(lines[2].secret);
    CHECK(hidden_secret(lines[2]) == "Authorization: ***");
    CHECK(std::string(lines[3].meaning).empty());
}

TEST_CASE(
    "the wrong line of an answer is the status that is not 101, or the header that is named") {
    auto lines = head_lines("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\n\r\n", false);
    CHECK(lines[0].wrong);
    CHECK_FALSE(lines[1].wrong);
    lines = head_lines("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                       "Sec-WebSocket-Accept: x\r\nConnection: close\r\n\r\n",
                       false, "Sec-WebSocket-Accept is wrong: expected y, came x");
    CHECK_FALSE(lines[0].wrong);
    CHECK_FALSE(lines[1].wrong);
    CHECK(lines[2].wrong);
    CHECK_FALSE(lines[3].wrong);
    CHECK(head_lines("", false).empty());
    CHECK(head_lines("\r\n", false).empty());
}
