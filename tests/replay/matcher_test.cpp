// ctest: timeout=1200
#include "replay/matcher.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using replay::body_of;
using replay::Matcher;

struct Match {
    explicit Match(const std::vector<std::string>& expected, replay::Rules rules = {})
        : matcher(std::move(rules), &rows) {
        for (const std::string& one : expected) {
            wire::ReplayExpectation row;
            row.event = rows.size() + 1;
            matcher.expect(row, one, false);
        }
        matcher.open(rows.size());
    }
    void see(const std::string& payload) {
        matcher.see({++event, 0, payload, false}, body_of(payload, false));
    }
    /// For each expectation which message it got: "2 1 -3 0"; negative: different, 0: missing.
    std::string got() {
        matcher.decide(0, rows.size());
        std::string text;
        for (const auto& row : rows) {
            const std::string number = std::to_string(row.got_event);
            text += (text.empty() ? "" : " ") +
                    ((row.verdict == wire::Verdict::different ? "-" : "") + number);
        }
        return text;
    }
    std::vector<wire::ReplayExpectation> rows;
    Matcher matcher;
    std::uint64_t event = 0;
};

std::string message(const std::string& type, const std::string& x) {
    return R"({"type":")" + type + R"(","x":)" + x + "}";
}

} // namespace

TEST_CASE("within a type the first unmatched message that agrees is taken, in any order") {
    Match match({message("a", "1"), message("a", "2"), message("a", "1"), message("b", "1")});
    for (const auto& [type, x] : {std::pair("b", "1"), {"a", "2"}, {"a", "1"}, {"a", "1"}})
        match.see(message(type, x));
    CHECK(match.got() == "3 2 4 1");
    CHECK(match.matcher.take_extras().empty());
}

TEST_CASE("the first of the type that is left is the different one; with none left it is missing") {
    Match match({message("a", "1"), message("a", "2"), message("a", "3"), message("b", "1")});
    match.see(message("a", "2"));
    match.see(message("a", "8"));
    match.see(message("c", "1"));
    CHECK(match.got() == "-2 1 0 0");
    const auto extras = match.matcher.take_extras();
    REQUIRE(extras.size() == 1);
    CHECK(extras[0].type == "c");
    CHECK(extras[0].event == 3);
}

TEST_CASE("a message that came before an expectation was opened is nothing to it") {
    std::vector<wire::ReplayExpectation> rows;
    Matcher matcher({}, &rows);
    matcher.expect({}, message("a", "1"), false);
    const std::string payload = message("a", "1"), other = message("a", "2");
    CHECK_FALSE(matcher.see({1, 0, payload, false}, body_of(payload, false)));
    matcher.open(1);
    matcher.see({2, 0, other, false}, body_of(other, false));
    matcher.decide(0, 1);
    CHECK(rows[0].verdict == wire::Verdict::different);
    CHECK(rows[0].got_event == 2);
}

TEST_CASE("ids are renamed consistently from message to message") {
    const auto store = [](const std::string& id, const std::string& text) {
        return R"({"type":"memory_store","data":{"memory_id":")" + id + R"(","content":")" + text +
               "\"}}";
    };
    const auto update = [](const std::string& id) {
        return R"({"type":"memory_update","data":{"memory_id":")" + id + "\"}}";
    };
    Match good({store("a", "1"), store("b", "2"), update("a"), update("b")});
    for (const auto& payload : {store("y", "2"), store("x", "1"), update("x"), update("y")})
        good.see(payload);
    CHECK(good.got() == "2 1 3 4");
    Match bad({store("a", "1"), store("b", "2"), update("a"), update("a")});
    for (const auto& payload : {store("x", "1"), store("y", "2"), update("x"), update("y")})
        bad.see(payload);
    CHECK(bad.got() == "1 2 3 -4");
}

TEST_CASE("pieces of a reply come twice, and are ids: each finds its own") {
    const auto token = [](const std::string& text, int index) {
        return R"({"type":"llm_token","data":{"token":")" + text + R"(","token_index":)" +
               std::to_string(index) + "}}";
    };
    Match match({token("It", 0), token("It", 0), token(" is", 1), token(" is", 1)});
    for (const auto& payload : {token("It", 0), token("It", 0), token(" is", 1), token(" was", 1)})
        match.see(payload);
    CHECK(match.got() == "1 2 3 -4");
}

TEST_CASE("with a tolerance numbers that are near find each other") {
    replay::Rules rules;
    rules.tolerance = 0.1;
    Match match({message("a", "100"), message("a", "200")}, rules);
    match.see(message("a", "205"));
    match.see(message("a", "95"));
    CHECK(match.got() == "2 1");
}

TEST_CASE("messages without a type and those that are no JSON are a kind of their own") {
    Match match({"hello", "[1]", R"({"type":5})"});
    for (const char* payload : {"[1]", R"({"type":5})", "hullo"}) match.see(payload);
    CHECK(match.got() == "-3 1 2");
}

TEST_CASE("many alike that do not agree are held against each other so often and no more") {
    std::vector<std::string> expected;
    constexpr int kCount = 600;
    // All have one fingerprint, and none agrees with any that comes.
    for (int i = 0; i < kCount; ++i)
        expected.push_back(
            R"({"type":"memory_update","data":{"memory_id":"same"},"n":{"memory_id":"e)" +
            std::to_string(i) + "\"}}");
    Match match(expected);
    for (int i = 0; i < kCount; ++i)
        match.see(R"({"type":"memory_update","data":{"memory_id":"o"},"n":{"memory_id":"o"}})");
    CHECK(match.matcher.compared() == kCount * Matcher::kMostCompared);
    CHECK(match.got().substr(0, 6) == "-1 -2 ");
}

TEST_CASE("a session that floods with extras is held in bounded memory, and they are counted") {
    Match match({});
    const std::string large = "\"" + std::string(8u << 20, 'x') + "\"";
    for (int i = 0; i < 40; ++i) match.see(large);
    const auto rows = match.matcher.take_extras().size();
    CHECK(rows < 40);
    CHECK(rows + match.matcher.uncounted_extras() == 40);
}
