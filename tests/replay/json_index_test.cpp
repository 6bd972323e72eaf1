#include "replay/json_index.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using replay::index_json;
using replay::JsonKind;
using replay::JsonNode;

namespace {

std::vector<JsonNode> nodes_of(const std::string& text) {
    std::vector<JsonNode> nodes;
    REQUIRE(index_json(text, &nodes));
    return nodes;
}

bool is_json(const std::string& text) {
    std::vector<JsonNode> nodes;
    return index_json(text, &nodes);
}

} // namespace

TEST_CASE("every value stands in the index as it was sent, repeated names included") {
    const std::string text = R"( {"a": [1, 2.50, {}], "a" : "x\n", "b":null} )";
    const auto nodes = nodes_of(text);
    REQUIRE(nodes.size() == 7);
    CHECK(nodes[0].kind == JsonKind::object);
    CHECK(nodes[0].end == 7);
    CHECK(nodes[1].key(text) == "a");
    CHECK(nodes[1].raw(text) == "[1, 2.50, {}]");
    CHECK(nodes[1].end == 5);
    CHECK(nodes[3].raw(text) == "2.50");
    CHECK(nodes[4].kind == JsonKind::object);
    CHECK(nodes[5].key(text) == "a");
    CHECK(nodes[5].raw(text) == R"("x\n")");
    CHECK(nodes[6].kind == JsonKind::null);
    CHECK(nodes[6].end == 7);
}

TEST_CASE("what Python writes is JSON, and what is damaged is not") {
    for (const char* good : {"0", "-0.5e+3", "NaN", "-Infinity", "[Infinity]", "[]", "{}", "true",
                             R"("\ud800")", R"({"":0})"})
        CHECK_MESSAGE(is_json(good), good);
    for (const char* bad :
         {"",         " ",     "01",         "1.",    ".5",  "+1",      "1e",          "[1,]",
          "{\"a\":}", "{a:1}", "{\"a\":1,}", "[1 2]", "\"",  "\"\\x\"", "\"\\u12g4\"", "\"\t\"",
          "tru",      "nan",   "[",          "]",     "{}}", "1 2"})
        CHECK_MESSAGE(!is_json(bad), bad);
    CHECK_FALSE(is_json("\"\xff\""));
}

TEST_CASE("what is nested without end, or has values without end, is refused in bounded memory") {
    CHECK(is_json(std::string(512, '[') + std::string(512, ']')));
    CHECK_FALSE(is_json(std::string(513, '[') + std::string(513, ']')));
    CHECK_FALSE(is_json(std::string(16u << 20, '[')));
    std::string many = "[0";
    for (std::size_t i = 0; i < replay::kMostJsonNodes; ++i) many += ",0";
    CHECK_FALSE(is_json(many + "]"));
}

TEST_CASE("a number is the same however it is written, to the last digit") {
    using replay::canonical_number;
    for (const char* one : {"1", "1.0", "10e-1", "0.1E1", "100e-2", "1e+0"})
        CHECK(canonical_number(one) == canonical_number("1"));
    for (const char* zero : {"0", "-0", "0.00", "0e99"})
        CHECK(canonical_number(zero) == canonical_number("0"));
    CHECK(canonical_number("-1") != canonical_number("1"));
    CHECK(canonical_number("12345678901234567890") != canonical_number("12345678901234567891"));
    CHECK(canonical_number("0.1") != canonical_number("0.10000000000000000001"));
    CHECK(canonical_number("1e400") != canonical_number("2e400"));
    CHECK(canonical_number("1e99999999999999999999") == "1e99999999999999999999");
    CHECK(canonical_number("-Infinity") == "-Infinity");
}

TEST_CASE("two strings are the same text whatever their escapes; lone surrogates must be equal") {
    using replay::same_text;
    CHECK(same_text(R"(\u00e9)", "é"));
    CHECK(same_text(R"(\ud83d\udc4d)", "👍"));
    CHECK_FALSE(same_text("e", "é"));
    CHECK(same_text(R"(\ud800)", R"(\ud800)"));
    CHECK_FALSE(same_text(R"(\ud800)", R"(\ud801)"));
}
