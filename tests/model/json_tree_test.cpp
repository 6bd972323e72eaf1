// JSON as a list of nodes: everything as it was sent, everything found again, nothing too deep.
#include <doctest/doctest.h>

#include "model/json_tree.h"

using namespace model;

namespace {

/// "path value" of each node, for a look at the whole.
std::vector<std::string> walk(const JsonTree& tree) {
    std::vector<std::string> lines;
    for (std::uint32_t i = 0; i < tree.nodes.size(); ++i)
        lines.push_back(path_text(tree.path(i)) + " " + std::string(tree.value_raw(tree.nodes[i])));
    return lines;
}

} // namespace

TEST_CASE("every value is a node, in the order sent, with its path and its own text") {
    const JsonTree tree =
        json_tree(R"({"a": 1.50, "b": [true, {"c": null}], "big": 12345678901234567890, "": "x"})");
    CHECK(tree.strict);
    CHECK(walk(tree) ==
          std::vector<std::string>{
              R"($ {"a": 1.50, "b": [true, {"c": null}], "big": 12345678901234567890, "": "x"})",
              "a 1.50", R"(b [true, {"c": null}])", "b[0] true", R"(b[1] {"c": null})",
              "b[1].c null", "big 12345678901234567890", R"($[""] "x")"});
    CHECK(tree.nodes[0].children == 4);
    CHECK(tree.nodes[2].end == 6);
    CHECK(tree.nodes[2].depth == 1);
    CHECK(tree.nodes[5].parent == 4);
    CHECK(tree.nodes[3].kind == JsonKind::boolean);
    CHECK(tree.nodes[5].kind == JsonKind::null);
}

TEST_CASE("repeated names stay, escaped names are resolved") {
    const JsonTree tree = json_tree(R"({"a":1,"a":2,"t\u0079pe":3,"odd key":{"b.c":4}})");
    REQUIRE(tree.nodes.size() == 6);
    CHECK(tree.key(tree.nodes[2]) == "a");
    CHECK(tree.key(tree.nodes[3]) == "type");
    CHECK(path_text(tree.path(5)) == R"($["odd key"]["b.c"])");
}

TEST_CASE("a value alone is a tree of one node, and nothing is one of none") {
    CHECK(json_tree("42").nodes.size() == 1);
    CHECK(json_tree("42").nodes[0].kind == JsonKind::number);
    CHECK(json_tree("hello").nodes[0].kind == JsonKind::none);
    CHECK(json_tree("").nodes.empty());
    CHECK(json_tree(" \n ").nodes.empty());
}

TEST_CASE("what is broken is shown as far as it can be read, and is not called strict") {
    for (const char* text : {R"({"a":1,)", R"({"a":[1,2)", R"({"a":NaN})", R"({"a":1}x)", R"([1}])",
                             R"(]])", R"({"a" 1})", R"({"a":"open)"}) {
        CAPTURE(text);
        CHECK_FALSE(json_tree(text).strict);
    }
    CHECK(json_tree(R"({"a":[1,2)").nodes.size() == 4);
    CHECK(json_tree(R"({"a":[1,2)").nodes[1].end == 4);
    CHECK(json_tree(R"({"a":NaN})").nodes[1].kind == JsonKind::number);
}

TEST_CASE("a hundred thousand open brackets cost no stack, and caps are kept and told") {
    const JsonTree deep = json_tree(std::string(100'000, '['));
    CHECK(deep.nodes.size() == 100'000);
    CHECK(deep.nodes.back().depth == 99'999);
    const JsonTree few = json_tree("[1,2,3,4]", 100, 3);
    CHECK(few.capped);
    CHECK(few.nodes.size() == 3);
    const JsonTree shortened = json_tree("[1,2,3,4]", 4);
    CHECK(shortened.capped);
    CHECK(shortened.text == "[1,2");
}
