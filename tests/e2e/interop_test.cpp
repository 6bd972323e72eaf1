// wsdbg echo against servers of others, npm's ws and Python's websockets: text, binary, fragments,
// pings, compression in each of its modes, and the closing handshake from both sides.
// ctest: timeout=300
#include <doctest/doctest.h>
#include <signal.h>

#include "e2e/process.h"

namespace {

using e2e::contains;
using e2e::Process;

/// One of the servers in tests/e2e/servers, on ports of its own.
struct Server {
    explicit Server(bool node) : node_(node), process(command(node), debian_modules()) {
        const auto line = process.line();
        REQUIRE_MESSAGE(line.has_value(), process.errors());
        listening_ = *line + " ";
        REQUIRE(contains(listening_, "listening "));
    }

    /// `mode`: plain, deflate, no-takeover, small-window or closes.
    std::string url(const std::string& mode) const {
        const std::string host = "ws://127.0.0.1:";
        if (node_) return host + after("listening ") + "/" + mode;
        return mode == "closes" ? host + after("plain=") + "/closes" : host + after(mode + "=");
    }

private:
    static std::vector<std::string> command(bool node) {
        const std::string folder = e2e::path_of("WD_SOURCE_DIR") + "/tests/e2e/servers/";
        if (node) return {"/usr/bin/node", folder + "ws_server.js"};
        return {"/usr/bin/python3", folder + "websockets_server.py"};
    }
    /// Where Debian keeps what `require` finds; a node of another origin does not look there.
    static Process::Options debian_modules() {
        Process::Options options;
        options.environment = {{"NODE_PATH", "/usr/share/nodejs"}};
        return options;
    }
    std::string after(const std::string& word) const {
        const std::size_t at = listening_.find(word);
        REQUIRE(at != std::string::npos);
        return listening_.substr(at + word.size(),
                                 listening_.find(' ', at + word.size()) - at - word.size());
    }

    bool node_;
    std::string listening_;

public:
    Process process;
};

void converse(bool node) {
    Server server(node);
    for (const char* mode : {"plain", "deflate", "no-takeover", "small-window"}) {
        CAPTURE(mode);
        const e2e::Run run = e2e::wsdbg({"echo", server.url(mode)});
        CAPTURE(run.errors);
        CHECK(run.code == 0);
        CHECK(contains(run.errors, "10 messages in"));
        CHECK(contains(run.errors, "10 messages out"));
        const auto closed = server.process.line();
        REQUIRE(closed.has_value());
        CHECK(contains(*closed, "closed 1000"));
    }
}

void close_by_us(bool node) {
    Server server(node);
    e2e::Folder folder;
    const std::string file = folder / "tail.ndjson";
    Process tail(e2e::wsdbg_command({"tail", server.url("closes"), "-o", file, "--json"}));
    REQUIRE_FALSE(tail.lines_until("\"kind\":\"open\"").empty());
    tail.signal(SIGINT);
    CHECK(tail.wait() == 0);
    const auto closed = server.process.line();
    REQUIRE(closed.has_value());
    CHECK(contains(*closed, "closed 1000"));
    CHECK(contains(e2e::content(file), "\"clean\":true"));
}

} // namespace

TEST_CASE("npm's ws: all that it sends comes back, in every mode of compression") {
    converse(true);
}
TEST_CASE("npm's ws: closed by us, the closing handshake is whole") { close_by_us(true); }
TEST_CASE("Python's websockets: all that it sends comes back, in every mode of compression") {
    converse(false);
}
TEST_CASE("Python's websockets: closed by us, the closing handshake is whole") {
    close_by_us(false);
}
