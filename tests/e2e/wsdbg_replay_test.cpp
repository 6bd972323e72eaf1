// wsdbg replay and diff: recordings of the simulator played against it again, in both dialects,
// with every kind of planted change.
// ctest: timeout=600
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "e2e/capture_check.h"
#include "e2e/process.h"
#include "e2e/raw_peer.h"
#include "e2e/simulator.h"

namespace {

using e2e::contains;
using e2e::Folder;
using e2e::lines_of;
using e2e::Run;
using e2e::Simulator;
using e2e::wsdbg;
using nlohmann::json;
using Words = std::vector<std::string>;

Run replay(const std::string& capture, const std::string& url, Words more = {}) {
    more.insert(more.begin(), {"replay", capture, url, "--expect"});
    return wsdbg(more);
}

json payload_of(const json& event) {
    return json::parse(event.value("data", std::string()), nullptr, false);
}

std::string type_of(const json& event) {
    if (event.value("kind", "") != "text") return {};
    const json payload = payload_of(event);
    return payload.is_object() ? payload.value("type", "") : "";
}

/// A capture as lines that tests change.
struct Lines {
    explicit Lines(const std::string& path) : lines(lines_of(e2e::content(path))) {}

    json event(std::size_t line) const { return json::parse(lines[line]); }
    /// The line of the n-th message of that type and direction.
    std::size_t find(const std::string& type, const std::string& dir = "in", int n = 0) const {
        for (std::size_t i = 1; i < lines.size(); ++i)
            if (event(i).value("dir", "") == dir && type_of(event(i)) == type && n-- == 0) return i;
        FAIL("no " << type);
        return 0;
    }
    void edit(std::size_t line, const std::string& pointer, const json& value) {
        json changed = event(line);
        json payload = payload_of(changed);
        payload[json::json_pointer(pointer)] = value;
        changed["data"] = payload.dump();
        lines[line] = changed.dump();
    }
    std::string write(const std::string& path) const {
        e2e::write_lines(path, lines);
        return path;
    }
    std::vector<std::string> lines;
};

/// A session of two turns with a simulator, as the simulator recorded it.
struct Recorded {
    explicit Recorded(const std::string& dialect_given) : dialect(dialect_given) {
        path = folder / (dialect + ".ndjson");
        Simulator simulator({"--dialect", dialect, "-o", path});
        e2e::Process sending(e2e::wsdbg_command({"send", simulator.url(), "-", "--json"}));
        for (const char* text : {"What time is it?", "Say é"}) {
            sending.write(R"({"type":"text_input","data":{"text":")" + std::string(text) +
                          "\"},\"timestamp\":\"2023-06-01T12:34:56.789Z\"}\n");
            // The last message of a turn; then the recording may go on.
            if (dialect == "guide") {
                REQUIRE(!sending.lines_until("thinking").empty());
                REQUIRE(!sending.lines_until(R"(\"mode\": \"idle\")").empty());
            } else {
                REQUIRE(!sending.lines_until("component_stats").empty());
                for (int i = 0; i < 2; ++i)
                    REQUIRE(!sending.lines_until(R"(\"latency_trace\")").empty());
            }
        }
        sending.close_input();
        CHECK(sending.wait() == 0);
        simulator.stop();
    }
    /// Plays `capture` to a fresh simulator.
    Run play(const std::string& capture, Words more = {}) const {
        const Simulator simulator({"--dialect", dialect});
        return replay(capture, simulator.url(), std::move(more));
    }
    std::string dialect;
    Folder folder;
    std::string path;
};

/// What Python's XML parser finds in a JUnit file: "tests failures time>0 names…", a line each.
std::string parsed_junit(const std::string& path) {
    const Run run =
        e2e::run({"/usr/bin/env", "python3", "-c",
                  "import sys, xml.etree.ElementTree as E\n"
                  "s = E.parse(sys.argv[1]).getroot().find('testsuite')\n"
                  "c = s.findall('testcase')\n"
                  "print(s.get('tests'), s.get('failures'), len(c), len(s.findall('.//failure')),\n"
                  "      sum(float(x.get('time')) > 0 for x in c))\n"
                  "for f in s.iter('failure'): print(f.get('message')); print(f.text)\n",
                  path});
    CHECK_MESSAGE(run.code == 0, run.errors);
    return run.output;
}

} // namespace

//--- against the simulator

TEST_CASE("a recording is green on itself, in both dialects, by every strictness") {
    for (const char* dialect : {"guide", "backend"}) {
        CAPTURE(dialect);
        const Recorded recorded(dialect);
        const std::string xml = recorded.folder / "junit.xml";
        const Run run =
            recorded.play(recorded.path, {"--strict", "--strict-order", "--junit", xml});
        CAPTURE(run.errors);
        CHECK(run.code == 0);
        CHECK(run.output == "");
        CHECK(contains(run.errors, "2 messages sent; of "));
        CHECK_FALSE(contains(run.errors, "missing"));
        CHECK_FALSE(contains(run.errors, "extra"));
        CHECK(lines_of(parsed_junit(xml))[0] == "2 0 2 0 2");

        const std::string har = recorded.path + ".har";
        CHECK(wsdbg({"convert", recorded.path, har}).code == 0);
        CHECK(wsdbg({"diff", recorded.path, har}).code == 0); // by what it holds, not by its name
        std::remove(har.c_str());
        const Run same = wsdbg({"diff", recorded.path, recorded.path});
        CAPTURE(same.errors);
        CHECK(same.code == 0);
        CHECK(same.output == "");
    }
}

TEST_CASE("each kind of planted change is red, in both dialects, and is told by path") {
    for (const char* dialect : {"guide", "backend"}) {
        CAPTURE(dialect);
        const Recorded recorded(dialect);
        const bool guide = recorded.dialect == "guide";
        const std::string path = recorded.folder / "planted.ndjson";
        const std::string xml = recorded.folder / "junit.xml";
        const Words quick = {"--within", "8", "--junit", xml};
        const auto with = [&](const char* more) {
            Words words = quick;
            words.emplace_back(more);
            return words;
        };

        {
            Lines different(recorded.path);
            different.edit(different.find("memory_store"),
                           guide ? "/data/content" : "/data/content_preview",
                           "something <else> \x01");
            const Run run = recorded.play(different.write(path), quick);
            CAPTURE(run.errors);
            CHECK(run.code == 1);
            CHECK(contains(run.errors, "different memory_store"));
            CHECK(contains(run.errors, "data.content"));
            CHECK(contains(run.errors, "expected \"something <else> \\u0001\", got \"User said: "));
            const std::string junit = parsed_junit(xml);
            CHECK(lines_of(junit)[0] == "2 1 2 1 2");
            CHECK(contains(junit, "something <else> \\u0001"));
            CHECK(wsdbg({"diff", recorded.path, path}).code == 1);
            const std::string ignored =
                guide ? "memory_store:data.content" : "memory_store:data.content_preview";
            CHECK(wsdbg({"diff", recorded.path, path, "--ignore", ignored}).code == 0);
        }
        {
            Lines missing(recorded.path);
            const std::size_t at = missing.find("memory_store", "in", 1);
            missing.lines.insert(missing.lines.begin() + static_cast<std::ptrdiff_t>(at),
                                 missing.lines[at]);
            const Run run = recorded.play(missing.write(path), quick);
            CAPTURE(run.errors);
            CHECK(run.code == 1);
            CHECK(contains(run.errors, "missing memory_store"));
            CHECK(wsdbg({"diff", recorded.path, path}).code == 1);
        }
        {
            Lines extra(recorded.path);
            extra.lines.erase(extra.lines.begin() +
                              static_cast<std::ptrdiff_t>(extra.find("memory_store", "in", 1)));
            extra.write(path);
            const Run lenient = recorded.play(path, quick);
            CAPTURE(lenient.errors);
            CHECK(lenient.code == 0);
            CHECK(contains(lenient.errors, "extra memory_store"));
            const Run strict = recorded.play(path, with("--strict"));
            CHECK(strict.code == 1);
            CHECK(contains(parsed_junit(xml), "extra memory_store"));
            CHECK(wsdbg({"diff", recorded.path, path}).code == 1);
        }
        {
            // The last message of all: only who waits sees it.
            Lines last(recorded.path);
            const std::size_t at =
                guide ? last.find("mode_change", "in", 4) : last.find("latency_trace", "in", 5);
            last.lines.erase(last.lines.begin() + static_cast<std::ptrdiff_t>(at));
            const Run strict = recorded.play(last.write(path), with("--strict"));
            CAPTURE(strict.errors);
            CHECK(strict.code == 1);
            CHECK(contains(strict.errors, guide ? "extra mode_change" : "extra latency_trace"));
        }
        {
            Lines order(recorded.path);
            const std::size_t first = order.find("memory_store");
            const std::size_t second = order.find(guide ? "emotion_change" : "tts_start");
            std::swap(order.lines[first], order.lines[second]);
            order.write(path);
            const Run lenient = recorded.play(path, quick);
            CAPTURE(lenient.errors);
            CHECK(lenient.code == 0);
            const Run strict = recorded.play(path, with("--strict-order"));
            CAPTURE(strict.errors);
            CHECK(strict.code == 1);
            CHECK(contains(strict.errors, "(order)"));
            CHECK(wsdbg({"diff", recorded.path, path}).code == 0);
        }
        {
            // Nothing that changes from run to run.
            Lines same(recorded.path);
            same.edit(same.find("latency_trace"), "/data/llm_seconds", 77.5);
            const std::size_t id = same.find("memory_store");
            same.edit(id, "/data/memory_id", "another");
            same.edit(id, "/timestamp", guide ? json("2030-01-01T00:00:00Z") : json(1.5));
            const Run run = recorded.play(same.write(path), quick);
            CAPTURE(run.errors);
            CHECK(run.code == 0);
            CHECK(wsdbg({"diff", recorded.path, path}).code == 0);
        }
    }
}

TEST_CASE("the tests in assets/replays are green against the simulator, as CI runs them") {
    for (const char* dialect : {"guide", "backend"}) {
        const Simulator simulator({"--dialect", dialect});
        const Folder folder;
        const std::string xml = folder / "junit.xml";
        const Run run = replay(e2e::path_of("WD_SOURCE_DIR") + "/assets/replays/" + dialect +
                                   "-text-input.ndjson",
                               simulator.url(), {"--junit", xml});
        CAPTURE(run.errors);
        CHECK(run.code == 0);
        CHECK(lines_of(parsed_junit(xml))[0] == "1 0 1 0 1");
    }
}

TEST_CASE("a filter chooses what takes part") {
    const Recorded recorded("guide");
    const Run run = recorded.play(recorded.path, {"--filter", "dir == in or Say", "--strict"});
    CAPTURE(run.errors);
    CHECK(run.code == 0);
    CHECK(contains(run.errors, "1 message sent; of 8 expected 8 met"));
}

//--- without --expect

TEST_CASE("without --expect the recording's spacing is kept, and what came is of no interest") {
    const Folder folder;
    const std::string path = folder / "three.ndjson";
    e2e::write_lines(
        path,
        {R"({"capture":"websocket-debugger","version":1,"started":"2026-11-23T01:02:03.456Z","program":"x"})",
         R"({"n":1,"t":10,"conn":1,"dir":"out","kind":"text","data":"one"})",
         R"({"n":2,"t":10.5,"conn":1,"dir":"in","kind":"text","data":"never"})",
         R"({"n":3,"t":11,"conn":1,"dir":"out","kind":"binary","b64":"/wA="})",
         R"({"n":4,"t":12,"conn":1,"dir":"out","kind":"text","data":"three"})",
         R"({"n":5,"t":12,"conn":1,"dir":"out","kind":"refused","data":"four"})"});
    struct Case {
        Words more;
        double least, most;
    };
    const Case cases[] = {
        {{}, 1.9, 10}, {{"--speed", "4"}, 0.45, 1.9}, {{"--speed", "max"}, 0, 1.9}};
    for (const Case& one : cases) {
        e2e::RawPeer peer;
        Words words = {"replay", path, peer.url()};
        words.insert(words.end(), one.more.begin(), one.more.end());
        e2e::Process process(e2e::wsdbg_command(words));
        e2e::RawConnection connection = peer.accept();
        connection.upgrade();
        const auto first = connection.frame();
        const auto began = std::chrono::steady_clock::now();
        const auto second = connection.frame();
        const auto third = connection.frame();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        REQUIRE((first && second && third));
        CHECK(first->payload == "one");
        CHECK(second->opcode == e2e::kBinary);
        CHECK(second->payload == std::string("\xff\0", 2));
        CHECK(third->payload == "three");
        CHECK(took.count() >= one.least);
        CHECK(took.count() <= one.most);
        const auto close = connection.frame();
        REQUIRE(close.has_value());
        CHECK(close->opcode == e2e::kClose);
        CHECK(close->payload == std::string("\x03\xe8", 2));
        connection.send(e2e::close_bytes(1000));
        connection.close();
        CHECK(process.wait() == 0);
        CHECK(contains(process.errors(), "3 messages sent"));
        CHECK(contains(process.errors(), "was not sent when it was recorded"));
    }
}

//--- how it ends

TEST_CASE("when it cannot connect, CI gets a report all the same: exit 1") {
    const Folder folder;
    const std::string capture =
        e2e::path_of("WD_SOURCE_DIR") + "/assets/replays/guide-text-input.ndjson";
    const std::string xml = folder / "junit.xml";
    const Run run =
        replay(capture, "ws://127.0.0.1:" + std::to_string(e2e::unused_port()), {"--junit", xml});
    CHECK(run.code == 1);
    CHECK(contains(run.errors, "refused"));
    const std::string junit = parsed_junit(xml);
    CHECK(lines_of(junit)[0] == "1 1 1 1 0");
    CHECK(contains(junit, "not sent"));
    CHECK(contains(junit, "refused"));

    const Run nowhere = replay(capture, "ws://127.0.0.1:1", {"--junit", folder / "no/such.xml"});
    CHECK(nowhere.code == 1);
    CHECK(contains(nowhere.errors, "--junit"));
}

TEST_CASE("a server that refuses the authentication: exit 1, nothing is sent") {
    e2e::RawPeer peer;
    e2e::Process process(e2e::wsdbg_command(
        {"replay", e2e::path_of("WD_SOURCE_DIR") + "/assets/replays/backend-text-input.ndjson",
         peer.url(), "--expect"}));
    e2e::RawConnection connection = peer.accept();
    connection.upgrade();
    connection.send(e2e::frame_bytes(
        e2e::kText, R"({"type":"auth_challenge","data":{"token":"t","message":"m"}})"));
    CHECK(contains(connection.frame()->payload, "auth_response"));
    connection.send(e2e::frame_bytes(
        e2e::kText, R"({"type":"auth_result","data":{"success":false,"message":"bad token"}})"));
    CHECK(connection.frame()->opcode == e2e::kClose);
    connection.send(e2e::close_bytes(1000));
    connection.close();
    CHECK(process.wait() == 1);
    CHECK(contains(process.errors(), "bad token"));
    CHECK(contains(process.errors(), "0 messages sent"));
}

TEST_CASE("a server that goes away in its midst: what is open is missing, at once, exit 1") {
    e2e::RawPeer peer;
    e2e::Process process(e2e::wsdbg_command(
        {"replay", e2e::path_of("WD_SOURCE_DIR") + "/assets/replays/guide-text-input.ndjson",
         peer.url(), "--expect", "--within", "60"}));
    e2e::RawConnection connection = peer.accept();
    connection.upgrade();
    connection.send(e2e::frame_bytes(
        e2e::kText, R"({"type":"mode_change","data":{"mode":"idle"},"timestamp":"x"})"));
    CHECK(contains(connection.frame()->payload, "text_input"));
    connection.close();
    CHECK(process.wait(e2e::Seconds(20)) == 1);
    CHECK(contains(process.errors(), "connection lost"));
    CHECK(contains(process.errors(), "missing"));
}

TEST_CASE("SIGINT ends a replay with what is known so far, exit 1") {
    e2e::RawPeer peer;
    e2e::Process process(e2e::wsdbg_command(
        {"replay", e2e::path_of("WD_SOURCE_DIR") + "/assets/replays/guide-text-input.ndjson",
         peer.url(), "--expect"}));
    e2e::RawConnection connection = peer.accept();
    connection.upgrade();
    connection.send(e2e::frame_bytes(e2e::kPing, "open?"));
    REQUIRE(connection.frame().has_value()); // a signal before it is open ends it without a Close
    process.signal(SIGINT);
    CHECK(connection.frame()->opcode == e2e::kClose);
    connection.send(e2e::close_bytes(1000));
    connection.close();
    CHECK(process.wait() == 1);
    CHECK(contains(process.errors(), "interrupted"));
}

TEST_CASE("a server that does not read is waited for, but not forever: exit 1") {
    const Folder folder;
    std::string text =
        R"({"capture":"websocket-debugger","version":1,"started":"2026-11-23T01:02:03.456Z"})"
        "\n";
    for (int i = 0; i < 24; ++i)
        text += R"({"t":0,"conn":1,"dir":"out","kind":"text","data":")" + std::to_string(i) +
                std::string(1u << 20, 'x') + "\"}\n";
    std::ofstream(folder / "large.ndjson") << text;
    e2e::RawPeer peer;
    e2e::Process process(e2e::wsdbg_command(
        {"replay", folder / "large.ndjson", peer.url(), "--speed", "max", "--within", "1"}));
    e2e::RawConnection connection = peer.accept();
    connection.upgrade();
    CHECK(process.errors_until("has read nothing for 1 s"));
    CHECK(process.wait() == 1);
    CHECK(contains(process.errors(), "timed out"));
}

TEST_CASE(
    "the JUnit report takes its place as a whole, readable as a new file, beside other files") {
    const Folder folder;
    std::ofstream(folder / "junit.xml.part") << "precious";
    const std::string capture =
        e2e::path_of("WD_SOURCE_DIR") + "/assets/replays/guide-text-input.ndjson";
    const std::string nowhere = "ws://127.0.0.1:" + std::to_string(e2e::unused_port());
    CHECK(replay(capture, nowhere, {"--junit", folder / "junit.xml"}).code == 1);
    CHECK(e2e::content(folder / "junit.xml.part") == "precious");
    CHECK(contains(e2e::content(folder / "junit.xml"), "<testsuites"));
    const mode_t mask = ::umask(0);
    ::umask(mask);
    CHECK(static_cast<unsigned>(std::filesystem::status(folder / "junit.xml").permissions()) ==
          (0666u & ~mask));
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder / ""))
        ++files;
    CHECK(files == 2);
}

//--- diff

TEST_CASE("diff of the recorded backend with itself is 0, with any planted change 1") {
    const std::string original =
        e2e::path_of("WD_SOURCE_DIR") + "/../shared/captures/coda-turns.ndjson";
    if (!std::ifstream(original)) return; // it is not part of the project
    const Run same = wsdbg({"diff", original, original});
    CAPTURE(same.errors);
    CHECK(same.code == 0);
    CHECK(same.output == "");
    CHECK(contains(same.errors, "agree"));

    const Folder folder;
    const std::string path = folder / "planted.ndjson";
    Lines text(original);
    text.edit(text.find("llm_result"), "/data/text", "planted");
    const Run changed = wsdbg({"diff", original, text.write(path)});
    CHECK(changed.code == 1);
    CHECK(contains(changed.output, "data.text: expected "));
    CHECK(contains(changed.output, "got \"planted\""));
    CHECK(wsdbg({"diff", original, path, "--ignore", "llm_result:data.text"}).code == 0);

    Lines number(original);
    number.edit(number.find("memory_store"), "/data/importance", 0.61);
    number.write(path);
    CHECK(wsdbg({"diff", original, path}).code == 1);
    CHECK(wsdbg({"diff", original, path, "--tolerance", "0.05"}).code == 0);

    Lines sent(original);
    sent.edit(sent.find("text_input", "out"), "/data/text", "planted");
    CHECK(wsdbg({"diff", original, sent.write(path)}).code == 1);

    Lines metrics(original);
    metrics.edit(metrics.find("latency_trace"), "/data/llm_seconds", -1);
    CHECK(wsdbg({"diff", original, metrics.write(path)}).code == 0);
}

TEST_CASE("a capture that cannot be read or is damaged is a no, and is said") {
    const Folder folder;
    const std::string good =
        e2e::path_of("WD_SOURCE_DIR") + "/assets/replays/guide-text-input.ndjson";
    const Run none = wsdbg({"diff", good, folder / "none.ndjson"});
    CHECK(none.code == 1);
    CHECK(contains(none.errors, "none.ndjson"));
    Lines damaged(good);
    damaged.lines[3] = "{\"n\":2,\"t\"";
    const std::string path = damaged.write(folder / "damaged.ndjson");
    const Run broken = wsdbg({"diff", path, path});
    CHECK(broken.code == 1);
    CHECK(contains(broken.errors, "line 4"));
    const Run played = wsdbg({"replay", folder / "none.ndjson", "ws://127.0.0.1:1"});
    CHECK(played.code == 1);
    CHECK(contains(played.errors, "none.ndjson"));
}

//--- the command line

TEST_CASE("wrong command lines of replay and diff are refused with what is wrong") {
    const std::string url = "ws://127.0.0.1:1";
    const std::string capture =
        e2e::path_of("WD_SOURCE_DIR") + "/assets/replays/guide-text-input.ndjson";
    const std::pair<Words, const char*> cases[] = {
        {{"replay"}, "CAPTURE and the URL are missing"},
        {{"replay", capture}, "URL is missing"},
        {{"replay", capture, url, "more"}, "\"more\""},
        {{"replay", capture, "localhost:1"}, "URL"},
        {{"replay", capture, url, "--speed", "0"}, "--speed: \"0\""},
        {{"replay", capture, url, "--speed", "fast"}, "--speed: \"fast\""},
        {{"replay", capture, url, "--strict"}, "--strict needs --expect"},
        {{"replay", capture, url, "--strict-order"}, "--strict-order needs --expect"},
        {{"replay", capture, url, "--ignore", "data["}, "--ignore: \"data[\""},
        {{"replay", capture, url, "--tolerance", "-1"}, "--tolerance: \"-1\""},
        {{"replay", capture, url, "--within", "x"}, "--within: \"x\""},
        {{"replay", capture, url, "--nonsense"}, "--nonsense"},
        {{"diff"}, "two captures"},
        {{"diff", capture}, "two captures"},
        {{"diff", capture, capture, "third"}, "\"third\""},
        {{"diff", capture, capture, "--ignore", ""}, "--ignore"},
        {{"diff", capture, capture, "--expect"}, "--expect"},
    };
    for (const auto& [words, part] : cases) {
        const Run run = wsdbg(words);
        CAPTURE(part);
        CAPTURE(run.errors);
        CHECK(run.code == 2);
        CHECK(run.output == "");
        CHECK(lines_of(run.errors).size() == 1);
        CHECK(contains(run.errors, part));
    }
    const Run filter = wsdbg({"replay", capture, url, "--filter", "size > 2kb"});
    CHECK(filter.code == 2);
    const auto lines = lines_of(filter.errors);
    REQUIRE(lines.size() == 3);
    CHECK(contains(lines[0], "--filter"));
    CHECK(contains(lines[2], "^"));
}
