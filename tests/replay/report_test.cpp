#include "replay/report.h"

#include <doctest/doctest.h>

#include <string>

#include "replay/capture_diff.h"
#include "replay/stage.h"

using namespace replay_tests;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string all(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    return text;
}

/// Two turns; the second one's answer is wrong, its store is missing, a ghost spoke.
struct Played : Stage {
    Played()
        : Stage({{'>', text_input("one"), 0},
                 {'<', turn("coda", "1"), 1},
                 {'>', text_input("<two> & \\u0001"), 2},
                 {'<', turn("coda", "2"), 3},
                 {'<', store("m", "x"), 3}},
                by_cause()) {
        open_and_pass();
        wait(0.5);
        in(turn("coda", "1"));
        in(turn("coda", "\\u001b[31m<3> \xC2\x85"));
        in(R"({"type":"ghost"})");
        wait(10);
    }
};

} // namespace

TEST_CASE("the report says for each message how it ended, then where, then the counts") {
    const Played stage;
    CHECK(replay::send_line(stage.state(), 0) ==
          R"(1 text_input {"type":"text_input","data":{"text":"one"}}: 1 met, 500 ms)");
    CHECK(contains(replay::send_line(stage.state(), 1), "0 met, 1 different, 1 missing, 1 extra"));
    const std::string lines = all(replay::difference_lines(stage.state()));
    CHECK(contains(
        lines, "different conversation_turn (event 4 of the recording, event 5 of the session)\n"
               "  data.content: expected \"2\", got \"\\u001b[31m<3> \xC2\x85\"\n"));
    CHECK(contains(lines, "missing memory_store (event 5 of the recording)\n"));
    CHECK(contains(lines, "extra ghost (event 6 of the session)\n"));
    CHECK(replay::counts_line(stage.state()) ==
          "2 messages sent; of 3 expected 1 met, 1 different, 1 missing; 1 extra");
    CHECK(replay::difference_lines(stage.state(), 1).back() == "and 2 more");
}

TEST_CASE("JUnit has a case for each message, the time to its last reply, and the differences") {
    const Played stage;
    const std::string xml =
        replay::junit_xml(stage.state(), {"a \"b\".ndjson", Stage::kWall, 12.5});
    CHECK(contains(
        xml,
        R"(<testsuite name="a &quot;b&quot;.ndjson" tests="2" failures="1" errors="0" skipped="0" time="12.500000" timestamp="2026-11-23T01:09:41">)"));
    CHECK(contains(xml, R"(text&quot;:&quot;one&quot;}}" time="0.500000"/>)"));
    CHECK(contains(xml, "&lt;two&gt; &amp; \\u0001"));
    CHECK(contains(xml,
                   R"(<failure message="0 met, 1 different, 1 missing, 1 extra" type="replay">)"));
    CHECK(contains(
        xml,
        "data.content: expected &quot;2&quot;, got &quot;\\u001b[31m&lt;3&gt; \\xc2\\x85&quot;"));
}

TEST_CASE("JUnit has a failure for what could not be sent, and skips what was switched off") {
    Stage stage({{'>', "a\x01\x02", 0}, {'>', "b", 1}, {'>', "c", 2}}, by_cause());
    stage.player.set_enabled(1, false);
    stage.player.stop({"TCP connect to 127.0.0.1 port 1 was refused", "", ""});
    const std::string xml = replay::junit_xml(stage.state(), {"x", 0, 0});
    CHECK(contains(xml, R"(tests="3" failures="3")"));
    CHECK(contains(xml, R"(name="1 a\x01\x02")"));
    CHECK(contains(xml, "not sent: TCP connect"));

    Stage good({{'>', "a", 0}, {'>', "b", 1}}, by_cause());
    good.player.set_enabled(1, false);
    good.open_and_pass();
    const std::string skipped = replay::junit_xml(good.state(), {"x", 0, 0});
    CHECK(contains(skipped, R"(tests="2" failures="0" errors="0" skipped="1")"));
}

TEST_CASE("what was expected before the first message is told by the first case") {
    Stage stage({{'<', store("m", "x"), 0}, {'>', "a", 1}}, by_cause());
    stage.open_and_pass();
    stage.wait(11);
    const std::string xml = replay::junit_xml(stage.state(), {"x", 0, 0});
    CHECK(contains(xml, R"(tests="1" failures="1")"));
    CHECK(contains(xml, "missing memory_store"));
}

TEST_CASE("a long report is cut and says how much more there is") {
    std::vector<Line> lines = {{'>', "go", 0}};
    for (int i = 0; i < 500; ++i)
        lines.push_back({'<', store("m" + std::to_string(i), std::to_string(i)), 1});
    Stage stage(lines, by_cause());
    stage.open_and_pass();
    stage.wait(11);
    CHECK(replay::difference_lines(stage.state(), 20).size() == 21);
    CHECK(replay::difference_lines(stage.state(), 20).back() == "and 480 more");
    const std::string xml = replay::junit_xml(stage.state(), {"x", 0, 0});
    CHECK(contains(xml, "and 450 more"));
    CHECK(xml.size() < 10'000);
}

//--- diff

namespace {

const std::vector<Line> kSession = {{'<', turn("coda", "hello"), 0}, {'>', text_input("one"), 1},
                                    {'<', store("m1", "a"), 2},      {'<', turn("coda", "1"), 3},
                                    {'>', text_input("two"), 4},     {'<', store("m2", "b"), 5},
                                    {'<', turn("coda", "2"), 6}};

replay::CaptureDiff against(const std::vector<Line>& other) {
    return replay::diff(recording_of(kSession, replay::RecordingMaker({}, false)),
                        recording_of(other, replay::RecordingMaker({}, false)), {});
}

std::vector<Line> changed(std::size_t at, Line line) {
    std::vector<Line> lines = kSession;
    lines[at] = std::move(line);
    return lines;
}

} // namespace

TEST_CASE(
    "a capture is no different from itself, nor with other ids, nor in another order of types") {
    CHECK(against(kSession).same());
    CHECK(replay::counts_line(against(kSession)) == "of 7 messages 7 agree");
    auto renamed = kSession;
    renamed[2].payload = store("x9", "a");
    CHECK(against(renamed).same());
    std::swap(renamed[2], renamed[3]);
    CHECK(against(renamed).same());
}

TEST_CASE("each kind of planted change makes two captures different") {
    const auto content = against(changed(3, {'<', turn("coda", "11"), 3}));
    CHECK_FALSE(content.same());
    CHECK(replay::lines_of(content, 10) ==
          std::vector<std::string>{
              "in  different conversation_turn (event 4 of the first, event 4 of the second)",
              "  data.content: expected \"1\", got \"11\""});
    const auto sent = against(changed(4, {'>', text_input("zwei"), 4}));
    CHECK(sent.sent.counts.different == 1);
    CHECK(sent.received.counts.met == 5);
    for (std::size_t i = 0; i < kSession.size(); ++i) {
        CAPTURE(i);
        auto shorter = kSession;
        shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK_FALSE(against(shorter).same());
        CHECK_FALSE(replay::diff(recording_of(shorter), recording_of(kSession), {}).same());
        auto doubled = kSession;
        doubled.insert(doubled.begin() + static_cast<std::ptrdiff_t>(i), kSession[i]);
        CHECK_FALSE(against(doubled).same());
    }
    auto early = kSession; // a reply before its cause
    std::swap(early[4], early[6]);
    CHECK_FALSE(against(early).same());
}

TEST_CASE("a message that was put between does not make the rest different") {
    auto more = kSession;
    more.insert(more.begin() + 4, {'>', text_input("between"), 3.5});
    const auto found = against(more);
    CHECK(found.sent.counts.extra == 1);
    CHECK(found.received.counts.met == 5);
}
