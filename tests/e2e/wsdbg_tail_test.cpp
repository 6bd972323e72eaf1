// wsdbg tail against the simulator and against a peer that writes its bytes by hand.
// ctest: timeout=300
#include <doctest/doctest.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <regex>

#include "e2e/capture_check.h"
#include "e2e/process.h"
#include "e2e/raw_peer.h"

namespace {

using e2e::checked_capture;
using e2e::checked_events;
using e2e::contains;
using e2e::frame_bytes;
using e2e::of_kind;
using e2e::Process;
using e2e::RawConnection;
using e2e::RawPeer;
using e2e::Run;
using e2e::wsdbg;
using e2e::wsdbg_command;
using nlohmann::json;
using Words = std::vector<std::string>;

/// `wsdbg serve` on a free port.
struct Simulator {
    explicit Simulator(Words more = {}) : process(command(std::move(more))) {
        const auto line = process.line();
        REQUIRE(line.has_value());
        REQUIRE(line->rfind("listening ws://", 0) == 0);
        url = line->substr(10);
    }
    static Words command(Words more) {
        more.insert(more.begin(), {"serve", "--port", "0"});
        return wsdbg_command(std::move(more));
    }
    Process process;
    std::string url;
};

Words tail(const std::string& url, Words more = {}) {
    more.insert(more.begin(), {"tail", url});
    return wsdbg_command(std::move(more));
}

/// A tail on a raw peer, upgraded.
struct Tailed {
    explicit Tailed(Words more = {}, const Process::Options& options = {})
        : process(tail(peer.url(), std::move(more)), options), connection(peer.accept()) {
        request = connection.upgrade();
    }
    RawPeer peer;
    Process process;
    RawConnection connection;
    std::string request;
};

/// Answers the closing handshake that the program begins.
void answer_close(RawConnection& connection) {
    while (const auto frame = connection.frame())
        if (frame->opcode == e2e::kClose) break;
    connection.send(e2e::close_bytes(1000));
    connection.close();
}

Words captures() {
    Words found;
    const std::filesystem::path source = e2e::path_of("WD_SOURCE_DIR");
    for (const auto& folder :
         {source / "assets" / "captures", source / ".." / "shared" / "captures"}) {
        std::error_code missing;
        for (const auto& entry : std::filesystem::directory_iterator(folder, missing))
            if (entry.path().extension() == ".ndjson") found.push_back(entry.path().string());
    }
    return found;
}

} // namespace

//--- with the simulator

TEST_CASE("tail --json --count prints that many messages as event lines and ends") {
    const Simulator simulator({"--rate", "50"});
    const Run run = e2e::run(tail(simulator.url, {"--json", "--count", "5"}));
    CAPTURE(run.errors);
    CHECK(run.code == 0);
    const auto events = checked_events(e2e::lines_of(run.output));
    CHECK(of_kind(events, "text").size() == 5);
    REQUIRE(of_kind(events, "connecting").size() == 1);
    REQUIRE(of_kind(events, "request").size() == 1);
    REQUIRE(of_kind(events, "response").size() == 1);
    REQUIRE(of_kind(events, "open").size() == 1);
    CHECK(of_kind(events, "response")[0].at("status") == 101);
    CHECK(contains(of_kind(events, "open")[0].at("address").get<std::string>(), "127.0.0.1:"));
    CHECK(events.front().at("kind") == "connecting");
    REQUIRE(of_kind(events, "closed").size() == 1);
    CHECK(of_kind(events, "closed")[0].at("clean") == true);
    CHECK(of_kind(events, "closed")[0].at("by") == "us");
    CHECK(of_kind(events, "closed")[0].at("code") == 1000);
    const json first = json::parse(of_kind(events, "text")[0].at("data").get<std::string>());
    CHECK(first.at("type") == "mode_change");
    CHECK(contains(run.errors, "5 messages in"));
    CHECK(e2e::lines_of(run.errors).size() == 1);
}

TEST_CASE("tail -o writes the capture that --json would print, beside the rows") {
    const Simulator simulator({"--rate", "50"});
    const e2e::Folder folder;
    const std::string path = folder / "a.ndjson";
    const Run run = e2e::run(tail(simulator.url, {"--count", "4", "-o", path}));
    CHECK(run.code == 0);
    const auto events = checked_capture(path);
    CHECK(of_kind(events, "text").size() == 4);
    CHECK(events.size() == e2e::lines_of(run.output).size());
    CHECK(contains(run.output, "mode_change"));
    CHECK(contains(run.output, "◆ connecting to ws://127.0.0.1:"));
    CHECK(run.output.find('\x1b') == std::string::npos); // no terminal, no colour
    CHECK(contains(run.errors, std::to_string(events.size()) + " events in " + path));
}

TEST_CASE("tail shows what passes its filter, counts that, and keeps all in the capture") {
    const e2e::Folder folder;
    const std::string path = folder / "a.ndjson";
    Tailed tailed(
        {"type == latency_trace and data.llm_seconds > 1.5", "--json", "--count", "2", "-o", path});
    for (const char* seconds : {"1.75", "1.5", "0.2", "20"})
        tailed.connection.send(
            frame_bytes(e2e::kText, R"({"type":"latency_trace","data":{"llm_seconds":)" +
                                        std::string(seconds) + "}}"));
    answer_close(tailed.connection);
    CHECK(tailed.process.wait() == 0);
    const Words lines = e2e::lines_of(tailed.process.output());
    REQUIRE(lines.size() == 2);
    CHECK(contains(lines[0], "1.75"));
    CHECK(contains(lines[1], "20"));
    CHECK(of_kind(checked_capture(path), "text").size() == 4);
}

TEST_CASE("a filter of tail knows what an event alone does not: its number, time and address") {
    Tailed tailed({"n == 1 and t < 1min and url ~ /^ws:/ or kind == open and url?", "--json",
                   "--retry", "0"});
    tailed.connection.send(e2e::close_bytes(1000));
    tailed.connection.close();
    CHECK(tailed.process.wait() == 0);
    const Words lines = e2e::lines_of(tailed.process.output());
    REQUIRE(lines.size() == 2);
    CHECK(contains(lines[0], "\"connecting\""));
    CHECK(contains(lines[1], "\"open\""));
}

TEST_CASE("tail answers the real backend's challenge, and with --no-auth it does not") {
    const Simulator simulator({"--dialect", "backend", "--rate", "50"});
    const Run run = e2e::run(tail(simulator.url, {"--json", "--count", "6"}));
    CHECK(run.code == 0);
    const auto events = checked_events(e2e::lines_of(run.output));
    const auto sent = of_kind(events, "text", "out");
    REQUIRE(sent.size() == 1);
    CHECK(contains(sent[0].at("data").get<std::string>(), "auth_response"));
    CHECK(contains(run.output, "auth_result"));

    const Run silent = e2e::run(tail(simulator.url, {"--json", "--no-auth", "--for", "0.5"}));
    CHECK(silent.code == 0);
    const auto unanswered = checked_events(e2e::lines_of(silent.output));
    CHECK(of_kind(unanswered, "text", "in").size() == 1);
    CHECK(of_kind(unanswered, "text", "out").empty());
}

TEST_CASE("tail --for ends after its time") {
    const Simulator simulator;
    const Run run = e2e::run(tail(simulator.url, {"--for", "0.3", "--json"}));
    CHECK(run.code == 0);
    CHECK(of_kind(checked_events(e2e::lines_of(run.output)), "closed").size() == 1);
}

TEST_CASE("SIGTERM and SIGINT end tail cleanly: the file is complete, one line says so, exit 0") {
    for (const int number : {SIGTERM, SIGINT}) {
        const e2e::Folder folder;
        const std::string path = folder / "a.ndjson";
        Tailed tailed({"-o", path});
        REQUIRE(tailed.connection.send(frame_bytes(e2e::kText, "last words")));
        REQUIRE_FALSE(tailed.process.lines_until("last words").empty());
        tailed.process.signal(number);
        answer_close(tailed.connection);
        CHECK(tailed.process.wait() == 0);
        const auto events = checked_capture(path);
        REQUIRE(of_kind(events, "text").size() == 1);
        CHECK(of_kind(events, "text")[0].at("data") == "last words");
        REQUIRE(of_kind(events, "closed").size() == 1);
        CHECK(of_kind(events, "close", "out")[0].at("code") == 1000);
        CHECK(e2e::lines_of(tailed.process.errors()).size() == 1);
        CHECK(contains(tailed.process.errors(), "1 message in"));
    }
}

TEST_CASE("what is in the file is there while tail still runs") {
    const e2e::Folder folder;
    const std::string path = folder / "a.ndjson";
    Tailed tailed({"-o", path, "--json"});
    REQUIRE(tailed.connection.send(frame_bytes(e2e::kText, "already there")));
    REQUIRE_FALSE(tailed.process.lines_until("already there").empty());
    const auto end = std::chrono::steady_clock::now() + e2e::kPatience;
    while (!contains(e2e::content(path), "already there"))
        REQUIRE(std::chrono::steady_clock::now() < end);
}

TEST_CASE("a second signal does not wait for a server that does not answer the Close") {
    Tailed tailed;
    REQUIRE_FALSE(tailed.process.lines_until("open, ").empty());
    tailed.process.signal(SIGINT);
    const auto close = tailed.connection.frame();
    REQUIRE(close.has_value());
    CHECK(close->opcode == e2e::kClose);
    tailed.process.signal(SIGINT);
    CHECK(tailed.process.wait(e2e::Seconds(4)) == 0); // the closing handshake alone has 5 s
}

//--- readers

TEST_CASE("a reader that closes the pipe ends tail quietly") {
    Tailed tailed;
    REQUIRE_FALSE(tailed.process.lines_until("open, ").empty());
    tailed.process.close_output();
    answer_close(tailed.connection);
    CHECK(tailed.process.wait() == 0);
    CHECK(e2e::lines_of(tailed.process.errors()).size() == 1); // the summary
    CHECK_FALSE(contains(tailed.process.errors(), "cannot"));
}

TEST_CASE("a reader that stands still costs no memory and no signal") {
    const e2e::Folder folder;
    Tailed tailed({"--json", "-o", folder / "a.ndjson"}, {{}, false, 0});
    const std::string message = frame_bytes(e2e::kBinary, std::string(1u << 20, '\xFF'));
    int sent = 0;
    while (sent < 400 && tailed.connection.send(message, e2e::Seconds(2))) ++sent;
    CHECK(sent < 400); // TCP pushed back
    CHECK(tailed.process.memory_bytes() < (400u << 20));
    tailed.process.signal(SIGTERM);
    answer_close(tailed.connection);
    CHECK(tailed.process.wait() == 0);
    CHECK(contains(tailed.process.errors(), "nobody read standard output"));
    const auto events = checked_capture(folder / "a.ndjson");
    REQUIRE_FALSE(events.empty());
    CHECK(events.back().at("kind") == "closed"); // the file is complete, and so was the end
    CHECK(events.back().at("clean") == true);
}

TEST_CASE("a closed standard output is no reason to write events into the capture's neighbour") {
    const e2e::Folder folder;
    const std::string path = folder / "a.ndjson";
    RawPeer peer;
    Words command = {
        "/bin/sh",  "-c", "exec \"$0\" tail \"$1\" -o \"$2\" --count 1 >&-", e2e::path_of("WSDBG"),
        peer.url(), path};
    Process process(command);
    RawConnection connection = peer.accept();
    connection.upgrade();
    REQUIRE(connection.send(frame_bytes(e2e::kText, "kept")));
    answer_close(connection);
    CHECK(process.wait() == 0);
    CHECK(of_kind(checked_capture(path), "text").size() == 1);
}

//--- payloads

TEST_CASE("each received line of the captures reaches standard output byte for byte") {
    const Words files = captures();
    REQUIRE_FALSE(files.empty());
    for (const std::string& file : files) {
        CAPTURE(file);
        std::vector<std::string> payloads;
        std::string wire;
        for (const std::string& line : e2e::lines_of(e2e::content(file))) {
            const json event = json::parse(line, nullptr, false);
            if (!event.is_object() || event.value("dir", "") != "in") continue;
            const std::string kind = event.value("kind", "");
            if (kind != "text" && kind != "binary") continue;
            payloads.push_back(e2e::bytes_of(event));
            wire += frame_bytes(kind == "text" ? e2e::kText : e2e::kBinary, payloads.back());
        }
        Tailed tailed({"--json", "--no-auth", "--count", std::to_string(payloads.size())});
        REQUIRE(tailed.connection.send(wire));
        // Read before the Close is answered: a pipe does not hold it all.
        REQUIRE_FALSE(tailed.process.lines_until(R"("kind":"close")").empty());
        answer_close(tailed.connection);
        CHECK(tailed.process.wait() == 0);
        const auto events = checked_events(e2e::lines_of(tailed.process.output()));
        std::vector<std::string> received;
        for (const json& event : events)
            if (event.at("kind") == "text" || event.at("kind") == "binary")
                received.push_back(e2e::bytes_of(event));
        CHECK(received == payloads);
    }
}

TEST_CASE("the rows of a capture name each message's type") {
    const Words files = captures();
    REQUIRE_FALSE(files.empty());
    Words types;
    std::string wire;
    for (const std::string& line : e2e::lines_of(e2e::content(files.front()))) {
        const json event = json::parse(line, nullptr, false);
        if (event.value("dir", "") != "in" || event.value("kind", "") != "text") continue;
        const json message = json::parse(e2e::bytes_of(event), nullptr, false);
        if (!message.is_object()) continue;
        types.push_back(message.at("type"));
        wire += frame_bytes(e2e::kText, e2e::bytes_of(event));
    }
    Tailed tailed({"--no-auth", "--count", std::to_string(types.size())});
    REQUIRE(tailed.connection.send(wire));
    REQUIRE_FALSE(tailed.process.lines_until("↑ close").empty());
    answer_close(tailed.connection);
    CHECK(tailed.process.wait() == 0);
    Words shown;
    static const std::regex row(R"(\d\d:\d\d:\d\d\.\d{3} ↓ text +(\S+).*)");
    for (const std::string& line : e2e::lines_of(tailed.process.output())) {
        std::smatch parts;
        if (std::regex_match(line, parts, row)) shown.push_back(parts[1]);
    }
    CHECK(shown == types);
}

TEST_CASE("hostile payloads do not reach the terminal as they are, in rows and in JSON") {
    const std::string hostile = "\x1b]0;owned\x07\x1b[2J\u009b31m\r\nfake row\x7F";
    for (const bool as_json : {false, true}) {
        Tailed tailed(as_json ? Words{"--json", "--count", "2"} : Words{"--count", "2"});
        REQUIRE(tailed.connection.send(frame_bytes(e2e::kText, hostile)));
        REQUIRE(tailed.connection.send(frame_bytes(e2e::kBinary, hostile + "\x9b\xff")));
        REQUIRE(tailed.connection.send(e2e::close_bytes(1000, "\x1b[31m")));
        CHECK(tailed.process.wait() == 0);
        for (const std::string& text : {tailed.process.output(), tailed.process.errors()}) {
            for (const char c : text)
                CHECK((c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F)));
            CHECK_FALSE(contains(text, "\u009b"));
        }
        if (!as_json) continue;
        const auto events = checked_events(e2e::lines_of(tailed.process.output()));
        CHECK(e2e::bytes_of(of_kind(events, "text")[0]) == hostile);
        CHECK(e2e::bytes_of(of_kind(events, "binary")[0]) == hostile + "\x9b\xff");
    }
}

TEST_CASE("on a terminal rows have colours and fit; with NO_COLOR they only fit") {
    if (!e2e::has_terminals()) {
        MESSAGE("not tried: this machine has no pseudo-terminals (is /dev/pts mounted?)");
        return;
    }
    for (const bool no_color : {false, true}) {
        Process::Options options;
        options.terminal_columns = 70;
        options.environment = {{"TERM", "xterm"}, {"NO_COLOR", no_color ? "1" : ""}};
        Tailed tailed({"--count", "1"}, options);
        REQUIRE(tailed.connection.send(
            frame_bytes(e2e::kText, R"({"type":"llm_token","data":{"token":")" +
                                        std::string(500, 'x') + "\"}}")));
        answer_close(tailed.connection);
        CHECK(tailed.process.wait() == 0);
        const std::string& output = tailed.process.output();
        CHECK(contains(output, "\x1b[") != no_color);
        CHECK(contains(output, "…"));
        const std::string plain = std::regex_replace(output, std::regex("\x1b\\[[0-9;]*m"), "");
        for (const std::string& line : e2e::lines_of(plain)) {
            std::size_t letters = 0; // all of one column here
            for (const char c : line)
                letters += (static_cast<unsigned char>(c) & 0xC0) != 0x80 && c != '\r';
            CHECK_MESSAGE(letters <= 70, line);
        }
    }
}

//--- connections that fail or end

TEST_CASE("a port where nobody listens is refused, says so, exit 1") {
    const Run run =
        wsdbg({"tail", "ws://127.0.0.1:" + std::to_string(e2e::unused_port()), "--json"});
    CHECK(run.code == 1);
    CHECK(contains(run.errors, "refused"));
    const auto events = checked_events(e2e::lines_of(run.output));
    REQUIRE(of_kind(events, "failed").size() == 1);
    CHECK(contains(of_kind(events, "failed")[0].at("error").dump(), "refused"));
}

TEST_CASE("--retry tries again so often, and tells each failure") {
    const Run run = wsdbg(
        {"tail", "ws://127.0.0.1:" + std::to_string(e2e::unused_port()), "--json", "--retry", "2"});
    CHECK(run.code == 1);
    const auto events = checked_events(e2e::lines_of(run.output));
    CHECK(of_kind(events, "connecting").size() == 3);
    CHECK(of_kind(events, "retry").size() == 2);
    CHECK(of_kind(events, "failed").size() == 3);
    CHECK(of_kind(events, "failed")[2].at("conn") == 3);
}

TEST_CASE("a server that is silent is timed out with seconds and phase") {
    RawPeer peer;
    Process process(tail(peer.url(), {"--connect-timeout", "0.4"}));
    RawConnection connection = peer.accept();
    CHECK(process.wait() == 1);
    CHECK(contains(process.errors(), "timed out"));
    CHECK(contains(process.errors(), "0.4 s"));
}

TEST_CASE("--for that ends before there is a connection says so, exit 1") {
    RawPeer peer;
    Process process(tail(peer.url(), {"--for", "0.3"}));
    RawConnection connection = peer.accept();
    CHECK(process.wait() == 1);
    CHECK(contains(process.errors(), "not connected"));
}

TEST_CASE("an HTTP answer that is no upgrade is told with its number") {
    RawPeer peer;
    Process process(tail(peer.url()));
    RawConnection connection = peer.accept();
    REQUIRE(connection.request().has_value());
    REQUIRE(connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nbody"));
    CHECK(process.wait() == 1);
    CHECK(contains(process.errors(), "403"));
    CHECK(contains(process.output(), "answered: HTTP/1.1 403 Forbidden"));
}

TEST_CASE("headers, subprotocols and the origin are sent as given") {
    Tailed tailed({"-H", "X-One: [1,2,3]", "--subprotocol", "chat", "--subprotocol", "v2",
                   "--origin", "http://here", "--no-deflate"});
    CHECK(contains(tailed.request, "\r\nX-One: [1,2,3]\r\n"));
    CHECK(contains(tailed.request, "\r\nSec-WebSocket-Protocol: chat, v2\r\n"));
    CHECK(contains(tailed.request, "\r\nOrigin: http://here\r\n"));
    CHECK_FALSE(contains(tailed.request, "permessage-deflate"));
}

TEST_CASE("what was taken differently than written is said, and --insecure loudly") {
    const std::string port = std::to_string(e2e::unused_port());
    const Run run = wsdbg({"tail", "http://127.0.0.1:" + port + "/#part", "--insecure"});
    CHECK(run.code == 1);
    CHECK(contains(run.errors, "http:// was taken as ws://"));
    CHECK(contains(run.errors, "fragment"));
    CHECK(contains(run.errors, "WARNING: --insecure"));
}

TEST_CASE("a server that closes cleanly is connected to again, too") {
    Tailed tailed({"--json"});
    REQUIRE(tailed.connection.send(e2e::close_bytes(1000)));
    REQUIRE_FALSE(tailed.process.lines_until("\"kind\":\"closed\"").empty());
    tailed.connection.close();
    RawConnection second = tailed.peer.accept();
    second.upgrade();
    CHECK_FALSE(tailed.process.lines_until("\"kind\":\"open\"").empty());
}

TEST_CASE("--count loses nothing to a reader that is slow") {
    Tailed tailed({"--json", "--count", "300"}, {{}, false, 0});
    std::string wire;
    for (int i = 0; i < 300; ++i)
        wire += frame_bytes(e2e::kText, std::to_string(i) + std::string(2000, 'x'));
    REQUIRE(tailed.connection.send(wire));
    CHECK(tailed.process.wait(e2e::Seconds(2)) == -1); // it waits for its reader
    tailed.process.read_output();
    REQUIRE_FALSE(tailed.process.lines_until(R"("kind":"close")").empty());
    answer_close(tailed.connection);
    CHECK(tailed.process.wait() == 0);
    const auto events = checked_events(e2e::lines_of(tailed.process.output()));
    CHECK(of_kind(events, "text").size() == 300);
}

TEST_CASE("--for loses nothing to a reader that is slow, though the end is not answered") {
    Tailed tailed({"--json", "--for", "0.5"}, {{}, false, 0});
    std::string wire;
    for (int i = 0; i < 300; ++i)
        wire += frame_bytes(e2e::kText, std::to_string(i) + std::string(2000, 'x'));
    REQUIRE(tailed.connection.send(wire));
    CHECK(tailed.process.wait(e2e::Seconds(9)) == -1); // its Close is not waited for any more
    tailed.process.read_output();
    CHECK(tailed.process.wait() == 0);
    const auto events = checked_events(e2e::lines_of(tailed.process.output()));
    CHECK(of_kind(events, "text").size() == 300);
    CHECK(events.back().at("kind") == "closed");
}

TEST_CASE("a session that was lost is told, and tail connects again by itself") {
    Tailed tailed({"--json"});
    REQUIRE_FALSE(tailed.process.lines_until("\"kind\":\"open\"").empty());
    tailed.connection.close();
    RawConnection second = tailed.peer.accept();
    second.upgrade();
    REQUIRE(second.send(frame_bytes(e2e::kText, "here again")));
    const Words lines = tailed.process.lines_until("here again");
    REQUIRE_FALSE(lines.empty());
    CHECK(json::parse(lines.back()).at("conn") == 2);
    CHECK(tailed.process.errors_until("connection lost"));
}

TEST_CASE("with --retry 0 the end of the connection is tail's, and its code tells how it was") {
    struct End {
        std::string bytes; ///< what the server sends last
        int code;          ///< of tail
        std::string words; ///< on standard error
    };
    const End ends[] = {{e2e::close_bytes(1000), 0, ""},
                        {e2e::close_bytes(1001), 0, ""},
                        {frame_bytes(e2e::kClose, ""), 0, ""},
                        {e2e::close_bytes(1011, "broken"), 1, "1011"},
                        {"", 1, "connection lost"}};
    for (const End& end : ends) {
        CAPTURE(end.words);
        Tailed tailed({"--retry", "0"});
        REQUIRE_FALSE(tailed.process.lines_until("open, ").empty());
        REQUIRE(tailed.connection.send(end.bytes));
        if (!end.bytes.empty()) (void)tailed.connection.frame();
        tailed.connection.close();
        CHECK(tailed.process.wait() == end.code);
        CHECK(contains(tailed.process.errors(), end.words));
    }
}

TEST_CASE("messages that come while the connection is being closed are counted, not shown") {
    Tailed tailed({"--json", "--count", "1"});
    std::string burst;
    for (int i = 0; i < 50; ++i) burst += frame_bytes(e2e::kText, "m" + std::to_string(i));
    REQUIRE(tailed.connection.send(burst));
    answer_close(tailed.connection);
    CHECK(tailed.process.wait() == 0);
    const auto events = checked_events(e2e::lines_of(tailed.process.output()));
    CHECK(of_kind(events, "text").size() == 1);
    CHECK(contains(tailed.process.errors(), "more while closing"));
}
