// wsdbg send against the simulator and against a peer that writes its bytes by hand.
// ctest: timeout=300
#include <doctest/doctest.h>
#include <signal.h>

#include <chrono>

#include "e2e/capture_check.h"
#include "e2e/process.h"
#include "e2e/raw_peer.h"
#include "e2e/simulator.h"

namespace {

using e2e::contains;
using e2e::frame_bytes;
using e2e::kClose;
using e2e::kText;
using e2e::Process;
using e2e::RawConnection;
using e2e::RawPeer;
using e2e::Run;
using e2e::Simulator;
using e2e::wsdbg;
using nlohmann::json;
using Words = std::vector<std::string>;

Words send_command(const std::string& url, Words more) {
    more.insert(more.begin(), {"send", url});
    return e2e::wsdbg_command(std::move(more));
}

/// A send to a raw peer, upgraded.
struct Sending {
    explicit Sending(Words more)
        : process(send_command(peer.url(), std::move(more))), connection(peer.accept()) {
        connection.upgrade();
    }
    void check_text(const std::string& payload) {
        const auto frame = connection.frame();
        REQUIRE(frame.has_value());
        CHECK(frame->opcode == kText);
        CHECK((frame->payload == payload));
    }
    /// The closing handshake that the program begins with 1000.
    void check_close() {
        const auto frame = connection.frame();
        REQUIRE(frame.has_value());
        CHECK(frame->opcode == kClose);
        CHECK(frame->payload == std::string("\x03\xe8", 2));
        connection.send(e2e::close_bytes(1000));
        connection.close();
    }
    RawPeer peer;
    Process process;
    RawConnection connection;
};

const std::string kChallenge =
    R"({"type": "auth_challenge", "data": {"token": "t", "message": "m"}})";

void check_refused(Words arguments, const std::string& part) {
    arguments.insert(arguments.begin(), "send");
    const Run run = wsdbg(arguments);
    CAPTURE(part);
    CAPTURE(run.errors);
    CHECK(run.code == 2);
    CHECK(run.output == "");
    CHECK(contains(run.errors, part));
}

} // namespace

//--- what is sent

TEST_CASE("messages go out as they stand, in order, then it closes with 1000") {
    Sending sending({"-H", "A: b", "hello", "[1,2,3]", "", "é\n\"x\"", "--", "-5", "--json"});
    sending.check_text("hello");
    sending.check_text("[1,2,3]");
    sending.check_text("");
    sending.check_text("é\n\"x\"");
    sending.check_text("-5");
    sending.check_text("--json");
    sending.check_close();
    CHECK(sending.process.wait() == 0);
    CHECK(sending.process.output() == "");
    CHECK(contains(sending.process.errors(), "6 messages out"));
}

TEST_CASE("--type composes an envelope, behind the messages") {
    Sending sending({"first", "--type", "text_input", "--data", R"({"text":"hi"})"});
    sending.check_text("first");
    const auto frame = sending.connection.frame();
    REQUIRE(frame.has_value());
    const json message = json::parse(frame->payload);
    CHECK(message.at("type") == "text_input");
    CHECK(message.at("data") == json{{"text", "hi"}});
    CHECK(message.at("timestamp").get<std::string>().size() == 24);
    sending.check_close();
    CHECK(sending.process.wait() == 0);

    Sending bare({"--type", "stt_stop"});
    CHECK(json::parse(bare.connection.frame()->payload).at("data") == json::object());
    bare.check_close();
    CHECK(bare.process.wait() == 0);
}

TEST_CASE("- reads lines from standard input as they come, the last one with or without its end") {
    Sending sending({"before", "-", "after"});
    sending.check_text("before");
    sending.process.write("one\n");
    sending.check_text("one");
    sending.process.write("two\n\nthree");
    sending.check_text("two");
    sending.check_text("");
    sending.process.close_input();
    sending.check_text("three");
    sending.check_text("after");
    sending.check_close();
    CHECK(sending.process.wait() == 0);
}

TEST_CASE("a line that is not UTF-8 is told with its number, exit 1") {
    Sending sending({"-"});
    sending.process.write("good\n\xff\n");
    sending.check_text("good");
    sending.check_close();
    CHECK(sending.process.wait() == 1);
    CHECK(contains(sending.process.errors(), "line 2 of standard input is not UTF-8"));
}

TEST_CASE("many lines reach a slow reader, all of them") {
    Sending sending({"-", "--no-deflate"});
    constexpr int kCount = 2'000;
    const std::string filler(10'000, 'x');
    std::string lines;
    for (int i = 0; i < kCount; ++i) lines += std::to_string(i) + filler + "\n";
    std::size_t at = 0;
    int next = 0;
    while (at < lines.size()) {
        sending.process.write(lines.substr(at, 1u << 20));
        at += 1u << 20;
        for (int i = 0; i < 90 && next < kCount; ++i)
            sending.check_text(std::to_string(next++) + filler);
    }
    sending.process.close_input();
    while (next < kCount) sending.check_text(std::to_string(next++) + filler);
    sending.check_close();
    CHECK(sending.process.wait() == 0);
}

//--- when

TEST_CASE("the first message waits 0.3 s for a challenge, and for auth_result if one comes") {
    Sending plain({"hello"});
    const auto opened = std::chrono::steady_clock::now();
    plain.check_text("hello");
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - opened;
    CHECK(waited.count() > 0.2);
    plain.check_close();
    CHECK(plain.process.wait() == 0);

    Sending asked({"hello"});
    asked.connection.send(frame_bytes(kText, kChallenge));
    asked.check_text(R"({"type":"auth_response","data":{"token":"t"}})");
    CHECK_FALSE(asked.connection.frame(e2e::Seconds(1)).has_value()); // nothing before the answer
    asked.connection.send(frame_bytes(kText, R"({"type":"auth_result","data":{"success":true}})"));
    asked.check_text("hello");
    asked.check_close();
    CHECK(asked.process.wait() == 0);
}

TEST_CASE("auth_result that says no: exit 1, nothing is sent") {
    Sending sending({"hello"});
    sending.connection.send(frame_bytes(kText, kChallenge));
    sending.check_text(R"({"type":"auth_response","data":{"token":"t"}})");
    sending.connection.send(frame_bytes(
        kText, R"({"type":"auth_result","data":{"success":false,"message":"bad token"}})"));
    sending.check_close();
    CHECK(sending.process.wait() == 1);
    CHECK(contains(sending.process.errors(), "bad token"));
    CHECK(contains(sending.process.errors(), "nothing was sent"));
}

TEST_CASE("against the real backend's dialect a command arrives: its echo is awaited") {
    const Simulator simulator({"--dialect", "backend"});
    const Run run = e2e::run(send_command(
        simulator.url(), {R"({"type":"text_input","data":{"text":"hi é"}})", "--await",
                          "type == client_message and data.message_type == text_input"}));
    CAPTURE(run.errors);
    CHECK(run.code == 0);
    const json echo = json::parse(run.output);
    CHECK(echo.at("data").at("message_data").at("text") == "hi é");
    CHECK(e2e::lines_of(run.output).size() == 1);
}

//--- --await

TEST_CASE("--await looks behind the last message only, and prints the payload") {
    Sending sending({"one", "two", "--await", "answer"});
    sending.check_text("one");
    sending.check_text("two");
    sending.connection.send(frame_bytes(kText, "noise"));
    sending.connection.send(frame_bytes(kText, "the ANSWER \x1b[31m"));
    sending.connection.send(frame_bytes(kText, "answer, too late"));
    sending.check_close();
    CHECK(sending.process.wait() == 0);
    CHECK(sending.process.output() == "the ANSWER \x1b[31m\n"); // a pipe gets the bytes
}

TEST_CASE("what came before the last message is not what is awaited") {
    Sending sending({"-", "--await", "answer", "--timeout", "1"});
    sending.process.write("one\n");
    sending.check_text("one");
    sending.connection.send(frame_bytes(kText, "answer 1"));
    sending.process.write("two\n");
    sending.check_text("two");
    sending.process.close_input();
    sending.check_close();
    CHECK(sending.process.wait() == 1);
    CHECK(sending.process.output() == "");
    CHECK(contains(sending.process.errors(), "timed out"));
    CHECK(contains(sending.process.errors(), "1 s"));
}

TEST_CASE("an answer that comes before standard input ends counts") {
    Sending sending({"-", "--await", "answer"});
    sending.process.write("one\n");
    sending.check_text("one");
    sending.connection.send(frame_bytes(kText, "answer 1"));
    sending.connection.send(frame_bytes(e2e::kPing, "now"));
    while (const auto frame = sending.connection.frame())
        if (frame->opcode == e2e::kPong) break; // it has seen the answer
    sending.process.close_input();
    sending.check_close();
    CHECK(sending.process.wait() == 0);
    CHECK(sending.process.output() == "answer 1\n");
}

TEST_CASE("--json prints every event from connecting to the awaited one") {
    Sending sending({"hello", "--json", "--await", "kind == text and answer"});
    sending.check_text("hello");
    sending.connection.send(frame_bytes(kText, "noise"));
    sending.connection.send(frame_bytes(kText, "answer"));
    sending.connection.send(frame_bytes(kText, "more"));
    sending.check_close();
    CHECK(sending.process.wait() == 0);
    const auto events = e2e::checked_events(e2e::lines_of(sending.process.output()));
    REQUIRE(events.size() == 7); // connecting, request, response, open, hello, noise, answer
    CHECK(events.front().at("kind") == "connecting");
    CHECK(events[4].at("dir") == "out");
    CHECK(events.back().at("data") == "answer");
}

TEST_CASE(
    "--redact hides what is secret, in the lines and in the payload; without it all is there") {
    const std::string answer = R"({"type":"answer","data":{"password":"hunter2"}})";
    for (const Words& more :
         {Words{}, Words{"--redact"}, Words{"--json"}, Words{"--json", "--redact"}}) {
        Words words = {"hello", "--await", "type == answer and data.password == hunter2"};
        words.insert(words.end(), more.begin(), more.end());
        Sending sending(words);
        sending.check_text("hello");
        sending.connection.send(frame_bytes(kText, answer));
        sending.check_close();
        CHECK(sending.process.wait() == 0);
        const bool redacted = !more.empty() && more.back() == "--redact";
        CHECK(contains(sending.process.output(), "hunter2") == !redacted);
        CHECK(contains(sending.process.output(), "redacted-") == redacted);
    }
}

TEST_CASE("--json without --await goes on to the end") {
    Sending sending({"hello", "--json"});
    sending.check_text("hello");
    sending.check_close();
    CHECK(sending.process.wait() == 0);
    const auto events = e2e::checked_events(e2e::lines_of(sending.process.output()));
    CHECK(events.back().at("kind") == "closed");
    CHECK(events.back().at("code") == 1000);
}

TEST_CASE("--await can be asked without a message, and finds control frames too") {
    Sending sending({"--await", "kind == ping"});
    bool closed = false;
    while (!closed) { // it begins to look 0.3 s after the opening
        sending.connection.send(frame_bytes(e2e::kPing, "p"));
        const auto frame = sending.connection.frame(e2e::Seconds(0.1));
        closed = frame.has_value() && frame->opcode == kClose;
    }
    sending.connection.send(e2e::close_bytes(1000));
    sending.connection.close();
    CHECK(sending.process.wait() == 0);
    CHECK(sending.process.output() == "p\n");
}

//--- how it ends

TEST_CASE("nothing listens: refused, exit 1") {
    const Run run = wsdbg({"send", "ws://127.0.0.1:" + std::to_string(e2e::unused_port()), "x"});
    CHECK(run.code == 1);
    CHECK(contains(run.errors, "refused"));
    CHECK(run.output == "");
}

TEST_CASE("a connection that is lost before the answer: exit 1, and nothing is sent again") {
    Sending sending({"hello", "--await", "answer", "--retry", "3"});
    sending.check_text("hello");
    sending.connection.close();
    CHECK(sending.process.wait(e2e::Seconds(10)) == 1);
    CHECK(contains(sending.process.errors(), "connection lost"));
    CHECK(contains(sending.process.errors(), "nothing that passes --await had come"));
}

TEST_CASE("a server that closes with an error is a no") {
    Sending sending({"hello"});
    sending.check_text("hello");
    sending.connection.send(e2e::close_bytes(1008, "no"));
    (void)sending.connection.frame();
    sending.connection.close();
    CHECK(sending.process.wait() == 1);
    CHECK(contains(sending.process.errors(), "1008"));
}

TEST_CASE("SIGINT ends it with a closing handshake and exit 1: it was not done") {
    Sending sending({"-"});
    sending.process.write("one\n");
    sending.check_text("one");
    sending.process.signal(SIGINT);
    sending.check_close();
    CHECK(sending.process.wait() == 1);
    CHECK(contains(sending.process.errors(), "interrupted: 1 message sent"));
}

//--- the command line

TEST_CASE("help of send, replay and diff fits a screen, with every option and an example") {
    const Words shared = {"-H",           "--subprotocol", "--origin",        "--insecure",
                          "--ca",         "--cert",        "--key",           "--no-deflate",
                          "--retry",      "--no-auth",     "--ping-interval", "--connect-timeout",
                          "--max-message"};
    const std::pair<const char*, Words> commands[] = {
        {"send", {"--type", "--data", "--await", "--timeout", "--json", "--redact"}},
        {"replay",
         {"--speed", "--expect", "--strict", "--strict-order", "--within", "--ignore",
          "--tolerance", "--junit", "--filter"}},
        {"diff", {"--ignore", "--tolerance"}}};
    for (const auto& [command, own] : commands) {
        const Run run = wsdbg({command, "--help"});
        CHECK(run.code == 0);
        CHECK(run.errors == "");
        CHECK(contains(run.output, std::string("Example: wsdbg ") + command));
        const auto lines = e2e::lines_of(run.output);
        CHECK(lines.size() <= 24);
        for (const std::string& line : lines) CHECK_MESSAGE(line.size() <= 80, line);
        for (const std::string& option : own) CHECK_MESSAGE(contains(run.output, option), option);
        if (std::string(command) == "diff") continue;
        for (const std::string& option : shared)
            CHECK_MESSAGE(contains(run.output, option), option);
    }
}

TEST_CASE("wrong command lines are refused with what is wrong, before anything is connected") {
    const std::string url = "ws://127.0.0.1:1";
    check_refused({}, "URL is missing");
    check_refused({url}, "nothing to send");
    check_refused({"localhost", "x"}, "URL");
    check_refused({url, "-5"}, "-5");
    check_refused({url, "-", "-"}, "given twice");
    check_refused({url, "\xff"}, "not UTF-8");
    check_refused({url, "--data", "{}"}, "--data needs --type");
    check_refused({url, "--type", "t", "--data", "{a}"},
                  "--data: it is not JSON: line 1, column 2");
    check_refused({url, "x", "--timeout", "5"}, "--timeout needs --await");
    check_refused({url, "x", "--timeout", "-1", "--await", "y"}, "--timeout: \"-1\"");
    check_refused({url, "x", "--cert", "c.pem"}, "--key");
    const Run filter = wsdbg({"send", url, "x", "--await", "type = = y"});
    CHECK(filter.code == 2);
    const auto lines = e2e::lines_of(filter.errors);
    REQUIRE(lines.size() == 3);
    CHECK(contains(lines[0], "--await"));
    CHECK(contains(lines[1], "type = = y"));
    CHECK(contains(lines[2], "^"));
}
