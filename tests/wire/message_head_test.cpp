#include "wire/message_head.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "wire/envelope.h"
#include "wire/random_documents.h"

using test::Exact;
using wire::MessageHead;
using wire::MessageHeadReader;
using wire::read_message_head;

namespace {

std::string coda(long long seq, const std::string& type, const std::string& data,
                 const std::string& time = "3609.20597308") {
    return "{\"version\": \"1.0\", \"seq\": " + std::to_string(seq) + ", \"timestamp\": " + time +
           ", \"type\": \"" + type + "\", \"data\": " + data + "}";
}

bool same(const MessageHead& a, const MessageHead& b) {
    return a.read == b.read && a.has_type == b.has_type && a.type_escaped == b.type_escaped &&
           a.has_seq == b.has_seq && a.type_at == b.type_at && a.type_size == b.type_size &&
           a.data_at == b.data_at && a.data_size == b.data_size && a.seq == b.seq &&
           a.data_hash == b.data_hash;
}

MessageHead read_with(MessageHeadReader& reader, std::string_view payload) {
    MessageHead head;
    reader.read(payload, &head);
    return head;
}

} // namespace

TEST_CASE("type, number and data of an event are found, and where they are") {
    const std::string text = coda(41, "llm_token", "{\"token\": \"a}\\\"]\", \"token_index\": 3}");
    const MessageHead head = read_message_head(text);
    CHECK(head.read);
    CHECK(head.type_raw(text) == "llm_token");
    CHECK(head.has_seq);
    CHECK(head.seq == 41);
    CHECK(head.data_raw(text) == "{\"token\": \"a}\\\"]\", \"token_index\": 3}");
}

TEST_CASE("what is no message with an envelope has no head, and was looked at") {
    for (const char* text :
         {"", "7", "[{\"type\":\"x\"}]", "{}", "{\"a\":{\"type\":\"x\"}}", "hello"}) {
        const MessageHead head = read_message_head(text);
        CAPTURE(text);
        CHECK(head.read);
        CHECK_FALSE(head.has_type);
        CHECK_FALSE(head.has_seq);
        CHECK(head.data_size == 0);
    }
}

TEST_CASE("nothing is found behind a fault") {
    CHECK_FALSE(read_message_head("{\"data\": {bad}, \"type\": \"x\"}").has_type);
    CHECK_FALSE(read_message_head("{\"version\": 01, \"type\": \"x\"}").has_type);
    CHECK_FALSE(read_message_head("{\"type\": \"x").has_type);
    CHECK(read_message_head("{\"type\": \"x\", oops").has_type);
}

TEST_CASE("a number is whole and fits, or it is not there") {
    const auto seq_of = [](const std::string& raw) {
        return read_message_head("{\"seq\": " + raw + ", \"type\": \"x\"}");
    };
    CHECK(seq_of("9223372036854775807").seq == INT64_MAX);
    CHECK(seq_of("-9223372036854775808").seq == INT64_MIN);
    for (const char* raw : {"9223372036854775808", "-9223372036854775809", "1.0", "1e3", "\"1\"",
                            "null", "-Infinity", "99999999999999999999"})
        CHECK_FALSE(seq_of(raw).has_seq);
}

TEST_CASE("equal data has an equal hash wherever it stands, and other data another") {
    const auto hash_of = [](long long seq, const std::string& data) {
        return read_message_head(coda(seq, "t", data)).data_hash;
    };
    std::string data = "{\"token\": \"";
    for (int size = 0; size < 200; ++size) {
        const std::string whole = data + "\"}", other = data + "x\"}";
        CHECK(hash_of(7, whole) == hash_of(123456, whole));
        CHECK(hash_of(7, whole) != hash_of(7, other));
        data += static_cast<char>('a' + size % 7);
    }
}

TEST_CASE("random documents give what the envelope's reader and nlohmann::json find") {
    static constexpr std::string_view kBytes = "{}[]:,\"\\u0e-+.tfn 1\t";
    test::Maker maker(41, false);
    MessageHeadReader reader;
    int with_all = 0;
    for (int i = 0; i < 40'000; ++i) {
        const test::Document document = maker.document();
        std::string text = document.text;
        const bool damaged = maker.pick(3) == 0;
        if (damaged)
            text[static_cast<std::size_t>(maker.pick(static_cast<int>(text.size())))] =
                kBytes[static_cast<std::size_t>(maker.pick(kBytes.size()))];
        CAPTURE(text);
        const Exact exact(text);
        const MessageHead head = read_message_head(exact.view);
        const wire::EnvelopeHead envelope = wire::read_envelope(exact.view);
        REQUIRE(head.has_type == envelope.has_type);
        REQUIRE(head.type_escaped == envelope.type_escaped);
        REQUIRE(head.type_raw(exact.view) == envelope.type_raw);
        REQUIRE(head.has_seq == envelope.has_seq);
        REQUIRE(head.seq == envelope.seq);
        if (!envelope.data_raw.empty()) REQUIRE(head.data_raw(exact.view) == envelope.data_raw);
        REQUIRE(same(read_with(reader, exact.view), head));
        if (damaged || !document.strict) continue;
        REQUIRE(head.data_raw(exact.view) == test::first_of(document, "data"));
        const std::string type = test::first_of(document, "type");
        if (head.has_type)
            REQUIRE(head.type(exact.view) == nlohmann::json::parse(type).get<std::string>());
        if (head.has_type && head.has_seq && head.data_size > 0) ++with_all;
    }
    CHECK(with_all > 200);
}

TEST_CASE("a reader that knows the layout finds the same as one that does not") {
    const std::vector<std::string> seqs = {
        "1", "22", "0", "01", "-3", "1.5", "123456789012345678", "9223372036854775808", "x"};
    const std::vector<std::string> times = {"3609.2", "3609.205973081", "0.5", "00.5", "1e5",
                                            "NaN",    "\"2026\"",       "-1"};
    const std::vector<std::string> types = {"llm_token", "", "t\\u0079pe", "a\"b",
                                            "memory_debug_operation_with_a_long_name"};
    const std::vector<std::string> datas = {"{}",
                                            "{\"a\": 1}",
                                            "[1, [2], {\"b\": \"]}\"}]",
                                            "null",
                                            "{\"a\": \"}}\"}",
                                            "{\"a\": {}}",
                                            "{\"a\": \"\\\\\"}, \"seq\": {}",
                                            "{\"a\": [}",
                                            "{\"long\": \"" + std::string(300, 'x') + "\\\"\"}"};
    test::Maker dice(5, true);
    const auto any = [&dice](const std::vector<std::string>& from) {
        return from[static_cast<std::size_t>(dice.pick(static_cast<int>(from.size())))];
    };
    MessageHeadReader reader;
    for (int i = 0; i < 20'000; ++i) {
        const bool usual = dice.pick(3) != 0;
        std::string text = "{\"version\": \"" + std::string(dice.pick(50) ? "1.0" : "1.1") +
                           "\", \"seq\": " + (usual ? std::to_string(i) : any(seqs)) +
                           ", \"timestamp\": " + (usual ? "3609.25" : any(times)) +
                           ", \"type\": \"" + any(types) + "\", \"data\": " + any(datas) + "}";
        if (dice.pick(20) == 0)
            text.resize(static_cast<std::size_t>(dice.pick(static_cast<int>(text.size()))));
        CAPTURE(text);
        const Exact exact(text);
        REQUIRE(same(read_with(reader, exact.view), read_message_head(exact.view)));
    }
}
