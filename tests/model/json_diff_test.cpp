// Two messages against each other, by path.
#include <doctest/doctest.h>

#include <cmath>

#include "model/json_diff.h"
#include "model/json_tree.h"

using namespace model;

namespace {

/// "~ a 1 2", "+ b 3", "- c 4".
std::vector<std::string> lines(const JsonDifference& difference) {
    std::vector<std::string> out;
    for (const JsonChange& change : difference.changes) {
        const char* mark = change.is == JsonChange::Is::added     ? "+ "
                           : change.is == JsonChange::Is::removed ? "- "
                                                                  : "~ ";
        std::string line = mark + path_text(change.path);
        if (!change.was.empty()) line += " " + change.was;
        if (!change.now.empty()) line += " " + change.now;
        out.push_back(line);
    }
    return out;
}
using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("changed, added and removed are told by path, equal ones are only counted") {
    const JsonDifference d =
        json_difference(R"({"type":"t","seq":1,"data":{"a":0.5,"gone":true}})",
                        R"({"type":"t","seq":39,"data":{"a":0.25,"new":[1]}})");
    CHECK(lines(d) ==
          Lines{"~ seq 1 39", "~ data.a 0.5 0.25", "- data.gone true", "+ data.new [1]"});
    CHECK(d.changed == 2);
    CHECK(d.added == 1);
    CHECK(d.removed == 1);
    CHECK(d.equal == 1);
    CHECK(d.changes[0].numbers);
    CHECK(d.changes[0].by == 38);
    CHECK(d.changes[1].by == doctest::Approx(-0.25));
}

TEST_CASE("how a value is written makes no difference, what it means does") {
    CHECK(json_difference(R"({"a":1.0,"b":"é","c":[1, 2]})", R"({"c":[1,2],"b":"\u00e9","a":1e0})")
              .changes.empty());
    CHECK(lines(json_difference(R"([12345678901234567890])", R"([12345678901234567891])")) ==
          Lines{"~ [0] 12345678901234567890 12345678901234567891"});
    CHECK(lines(json_difference(R"({"a":"1"})", R"({"a":1})")) == Lines{R"(~ a "1" 1)"});
    CHECK(lines(json_difference(R"({"a":null})", R"({"a":{}})")) == Lines{"~ a null {}"});
}

TEST_CASE("items are compared by their place, repeated names by their number") {
    CHECK(lines(json_difference("[1,2,3]", "[1,3]")) == Lines{"~ [1] 2 3", "- [2] 3"});
    CHECK(lines(json_difference(R"({"a":1,"a":2})", R"({"a":1,"a":3,"a":4})")) ==
          Lines{"~ a 2 3", "+ a 4"});
}

TEST_CASE("against nothing everything was added, and two nothings are equal") {
    CHECK(lines(json_difference("", "[1]")) == Lines{"+ $ [1]"});
    CHECK(lines(json_difference("[1]", "")) == Lines{"- $ [1]"});
    CHECK(json_difference("", "").changes.empty());
}

TEST_CASE("the walk is the same as looking each path up, for random texts") {
    unsigned seed = 7;
    const auto dice = [&](unsigned below) {
        seed = seed * 1664525u + 1013904223u;
        return (seed >> 16) % below;
    };
    const auto object = [&] {
        std::string text = "{";
        for (char name = 'a'; name < 'j'; ++name) {
            if (dice(3) == 0) continue;
            if (text.size() > 1) text += ",";
            text += std::string("\"") + name + "\":" + std::to_string(dice(3));
        }
        return text + "}";
    };
    for (int round = 0; round < 500; ++round) {
        const std::string was = object(), now = object();
        CAPTURE(was);
        CAPTURE(now);
        std::size_t changed = 0, added = 0, removed = 0, equal = 0;
        for (char name = 'a'; name < 'j'; ++name) {
            const JsonPath path{{std::string(1, name), 0, false}};
            const JsonValue a = find_json(was, path), b = find_json(now, path);
            if (a.kind == JsonKind::none && b.kind == JsonKind::none) continue;
            if (a.kind == JsonKind::none)
                ++added;
            else if (b.kind == JsonKind::none)
                ++removed;
            else
                ++(a.raw == b.raw ? equal : changed);
        }
        const JsonDifference d = json_difference(was, now);
        CHECK(d.changed == changed);
        CHECK(d.added == added);
        CHECK(d.removed == removed);
        CHECK(d.equal == equal);
        CHECK(json_difference(was, was).changes.empty());
    }
}

TEST_CASE("very many and very deep ones are counted in full and listed to a bound") {
    std::string was = "[", now = "[";
    for (int i = 0; i < 20'000; ++i) {
        was += (i ? ",1" : "1");
        now += (i ? ",2" : "2");
    }
    const JsonDifference d = json_difference(was + "]", now + "]");
    CHECK(d.changed == 20'000);
    CHECK(d.changes.size() == kMostChanges);
    CHECK(d.capped);
    const std::string deep(50'000, '[');
    CHECK(json_difference(deep, deep).changes.empty());
}
