// wsdbg check as a script sees it: its report, its object, its exit code and its words.
// ctest: timeout=300
#include <doctest/doctest.h>
#include <signal.h>

#include <nlohmann/json.hpp>

#include "e2e/process.h"
#include "e2e/raw_peer.h"
#include "e2e/simulator.h"

namespace {

using e2e::contains;
using e2e::Process;
using e2e::RawPeer;
using nlohmann::json;

/// Runs a check of a peer that answers the upgrade with `answer` and ends.
e2e::Run check_of(const std::string& answer, std::vector<std::string> more = {}) {
    RawPeer peer;
    std::vector<std::string> words = {"check", peer.url()};
    words.insert(words.end(), more.begin(), more.end());
    Process process(e2e::wsdbg_command(words));
    {
        auto connection = peer.accept();
        CHECK(connection.request().has_value());
        connection.send(answer);
    }
    peer.stop_listening();
    const int code = process.wait();
    return {code, process.output(), process.errors()};
}

json step_of(const json& object, const std::string& name) {
    for (const json& step : object["steps"])
        if (step["name"] == name) return step;
    return {};
}

} // namespace

TEST_CASE("check reports each step of a connection that works, and exits 0") {
    e2e::Simulator simulator({"--dialect", "backend"});
    const e2e::Run run = e2e::wsdbg({"check", simulator.url()});
    CHECK(run.code == 0);
    for (const char* part :
         {"✓ URL", "✓ Name lookup", "✓ TCP connect", "✓ HTTP answer", "GET / HTTP/1.1",
          "✓ WebSocket handshake", "✓ First message", "auth_challenge", "✓ Authentication",
          "✓ Ping", "5 answered", "✓ Idle", "✓ Closing handshake", "It works"})
        CHECK_MESSAGE(contains(run.output, part), part);
    CHECK(run.errors.empty());
    CHECK(!contains(run.output, "\x1b[")); // no colours into a pipe
}

TEST_CASE("check --json prints one object, as the contract has it") {
    e2e::Simulator simulator;
    const e2e::Run run = e2e::wsdbg({"check", simulator.url(), "--json"});
    CHECK(run.code == 0);
    REQUIRE(e2e::lines_of(run.output).size() == 1);
    const json object = json::parse(run.output);
    CHECK(object["verdict"] == "ok");
    CHECK(object["phase"].is_null());
    CHECK(object["error"].is_null());
    CHECK(contains(object["url"], simulator.url()));
    for (const json& step : object["steps"]) {
        CHECK(step["name"].is_string());
        CHECK(step["ok"] == true);
        CHECK(step["ms"].is_number());
        CHECK(step["evidence"].is_object());
        CHECK(step["error"].is_null());
    }
    CHECK(step_of(object, "ping")["evidence"]["round_trip"].size() == 5);
}

TEST_CASE("check --json prints the object also when the answer is no") {
    SUBCASE("nothing listens") {
        const std::string port = std::to_string(e2e::unused_port());
        const e2e::Run run = e2e::wsdbg({"check", "ws://127.0.0.1:" + port + "/", "--json"});
        CHECK(run.code == 1);
        const json object = json::parse(run.output);
        CHECK(object["verdict"] == "failed");
        CHECK(object["phase"] == "TCP connect");
        CHECK(contains(object["error"]["what"], "refused"));
        CHECK(!object["error"]["why"].get<std::string>().empty());
        CHECK(!object["error"]["fix"].get<std::string>().empty());
        CHECK(step_of(object, "TCP connect")["ok"] == false);
        CHECK(step_of(object, "TCP connect")["error"]["what"] == object["error"]["what"]);
        CHECK(contains(run.errors, "refused"));
    }
    SUBCASE("a status") {
        const e2e::Run run =
            check_of("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\n\r\n", {"--json"});
        CHECK(run.code == 1);
        const json object = json::parse(run.output);
        CHECK(object["phase"] == "HTTP answer");
        CHECK(step_of(object, "HTTP answer")["evidence"]["retry_after"] == "30");
        CHECK(contains(run.errors, "503"));
    }
    SUBCASE("the URL") {
        const e2e::Run run = e2e::wsdbg({"check", "localhost:8765", "--json"});
        CHECK(run.code == 2);
        const json object = json::parse(run.output);
        CHECK(object["verdict"] == "failed");
        CHECK(object["phase"] == "URL");
        CHECK(contains(run.errors, "URL"));
    }
}

TEST_CASE("check says what, why and what to do, with the words that scripts look for") {
    const e2e::Run moved =
        check_of("HTTP/1.1 302 Found\r\nLocation: https://coda.lan:8765/live?x=1\r\n\r\n");
    CHECK(moved.code == 1);
    CHECK(contains(moved.output, "It does not work: HTTP answer"));
    CHECK(contains(moved.output, "What to do  write wss://coda.lan:8765/live?x=1"));
    CHECK(contains(moved.errors, "302"));
    CHECK(contains(moved.errors, "https://coda.lan:8765/live?x=1"));

    const e2e::Run cut = check_of("HTTP/1.1 101 Swit");
    CHECK(contains(cut.errors, "closed by the server after 17 bytes of the answer"));

    const e2e::Run other = check_of("220 mail ready\r\n");
    CHECK(contains(other.errors, "not an HTTP answer"));

    const e2e::Run python =
        check_of("HTTP/1.1 500 Internal Server Error\r\n\r\nassert f is self._write_fut");
    CHECK(contains(python.output, "ProactorEventLoop"));
}

TEST_CASE("check times out with its seconds, and answers the guide's questions") {
    RawPeer peer;
    Process process(e2e::wsdbg_command({"check", peer.url(), "--connect-timeout", "0.3"}));
    auto connection = peer.accept();
    CHECK(process.wait() == 1);
    CHECK(contains(process.errors(), "timed out after 0.3 s"));
    CHECK(contains(process.output(), "loads its models"));
    CHECK(contains(process.output(), "Is the backend running?"));
}

TEST_CASE("check refuses what it does not know, and ends with a signal") {
    CHECK(e2e::wsdbg({"check"}).code == 2);
    CHECK(e2e::wsdbg({"check", "ws://localhost:1", "more"}).code == 2);
    CHECK(contains(e2e::wsdbg({"check", "ws://localhost:1", "--nonsense"}).errors, "--nonsense"));

    RawPeer peer;
    Process process(e2e::wsdbg_command({"check", peer.url()}));
    auto connection = peer.accept();
    CHECK(connection.request().has_value());
    process.signal(SIGINT);
    CHECK(process.wait() == 1);
    const std::string said = process.output() + process.errors();
    CAPTURE(said);
    CHECK(contains(said, "Stopped before it was through"));
    CHECK(connection.ended());
}
