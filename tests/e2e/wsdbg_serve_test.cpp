// wsdbg serve as a process: its one line, its ends, its capture.
#include <doctest/doctest.h>
#include <signal.h>

#include <regex>

#include "e2e/capture_check.h"
#include "e2e/process.h"
#include "e2e/raw_peer.h"

namespace {

using e2e::checked_capture;
using e2e::contains;
using e2e::of_kind;
using e2e::Process;
using e2e::wsdbg_command;
using nlohmann::json;

std::string url_of(Process& process) {
    const auto line = process.line();
    REQUIRE(line.has_value());
    REQUIRE_MESSAGE(std::regex_match(*line, std::regex(R"(listening ws://127\.0\.0\.1:\d+)")),
                    *line);
    return line->substr(10);
}

std::string type_of(const json& event) {
    return json::parse(event.at("data").get<std::string>()).at("type");
}

} // namespace

TEST_CASE("serve says where it listens, and SIGTERM or SIGINT end it with exit 0") {
    for (const int number : {SIGTERM, SIGINT}) {
        Process serve(wsdbg_command({"serve", "--port", "0"}));
        url_of(serve);
        serve.signal(number);
        CHECK(serve.wait(e2e::Seconds(5)) == 0);
        CHECK(e2e::lines_of(serve.output()).size() == 1);
        CHECK(e2e::lines_of(serve.errors()).size() == 1);
    }
}

TEST_CASE("serve -o holds what crossed, seen from the client, with the end of it") {
    const e2e::Folder folder;
    const std::string path = folder / "served.ndjson";
    Process serve(wsdbg_command({"serve", "--port", "0", "--rate", "20", "-o", path}));
    const std::string url = url_of(serve);
    const e2e::Run tail = e2e::wsdbg({"tail", url, "--json", "--count", "2"});
    CHECK(tail.code == 0);
    Process stays(wsdbg_command({"tail", url, "--json", "--retry", "0"}));
    REQUIRE_FALSE(stays.lines_until("mode_change").empty());
    serve.signal(SIGTERM);
    CHECK(serve.wait(e2e::Seconds(5)) == 0);
    CHECK(stays.wait(e2e::Seconds(10)) == 0); // closed with 1001
    CHECK(contains(stays.output(), "\"code\":1001"));

    const auto events = checked_capture(path);
    CHECK(of_kind(events, "open").size() == 2);
    CHECK(of_kind(events, "closed").size() == 2);
    const auto received = of_kind(events, "text", "in");
    REQUIRE_FALSE(received.empty());
    CHECK(type_of(received.front()) == "mode_change");
    CHECK(of_kind(events, "text", "out").empty());
    CHECK(events.front().at("conn") == 1);
    CHECK(events.back().at("conn") == 2);
    const auto last = of_kind(events, "close", "in");
    REQUIRE_FALSE(last.empty());
    CHECK(last.back().at("code") == 1001);
}

TEST_CASE("serve goes on when nobody reads its line any more") {
    Process serve(wsdbg_command({"serve", "--port", "0"}));
    const std::string url = url_of(serve);
    serve.close_output();
    CHECK(e2e::wsdbg({"tail", url, "--count", "1"}).code == 0);
    serve.signal(SIGTERM);
    CHECK(serve.wait(e2e::Seconds(5)) == 0);
}

TEST_CASE("a port that is taken is told, exit 1") {
    const e2e::RawPeer taken;
    const e2e::Run run = e2e::wsdbg({"serve", "--port", std::to_string(taken.port())});
    CHECK(run.code == 1);
    CHECK(contains(run.errors, std::to_string(taken.port())));
    CHECK(run.output == "");
}

TEST_CASE("an address of another machine is told, exit 1") {
    const e2e::Run run = e2e::wsdbg({"serve", "--port", "0", "--host", "203.0.113.7"});
    CHECK(run.code == 1);
    CHECK(contains(run.errors, "203.0.113.7"));
}

TEST_CASE("the backend's dialect challenges, and --rate sends that many a second") {
    Process serve(wsdbg_command({"serve", "--port", "0", "--dialect", "backend", "--rate", "200"}));
    const e2e::Run tail = e2e::wsdbg({"tail", url_of(serve), "--json", "--count", "100"});
    CHECK(tail.code == 0);
    const auto events = e2e::checked_events(e2e::lines_of(tail.output));
    const auto received = of_kind(events, "text", "in");
    REQUIRE(received.size() > 50);
    CHECK(type_of(received[0]) == "auth_challenge");
    const double seconds =
        received.back().at("t").get<double>() - received[2].at("t").get<double>();
    CHECK(seconds > 0.2); // 97 of 200 a second: about half a second
}
