// The command line of wsdbg as a user meets it: help, versions, and every way to get it wrong.
#include <doctest/doctest.h>

#include <fstream>
#include <regex>

#include "e2e/process.h"
#include "e2e/raw_peer.h"

namespace {

using e2e::contains;
using e2e::Run;
using e2e::wsdbg;

using Words = std::vector<std::string>;

/// One line on standard error that has `part` in it, nothing on standard output, exit code 2.
void check_refused(const Words& arguments, const std::string& part) {
    const Run run = wsdbg(arguments);
    CAPTURE(part);
    CAPTURE(run.errors);
    CHECK(run.code == 2);
    CHECK(run.output == "");
    CHECK(e2e::lines_of(run.errors).size() == 1);
    CHECK(contains(run.errors, part));
}

} // namespace

TEST_CASE("help fits a screen, has an example, and goes to standard output") {
    for (const Words& arguments :
         {Words{"--help"}, Words{"tail", "--help"}, Words{"echo", "--help"},
          Words{"serve", "--help"}, Words{"record", "--help"}, Words{"query", "--help"},
          Words{"convert", "--help"}, Words{"check", "--help"}, Words{"tail", "ws://a", "-h"}}) {
        const Run run = wsdbg(arguments);
        CHECK(run.code == 0);
        CHECK(run.errors == "");
        CHECK(contains(run.output, "Example: wsdbg "));
        const auto lines = e2e::lines_of(run.output);
        CHECK(lines.size() <= 24);
        for (const std::string& line : lines) CHECK_MESSAGE(line.size() <= 80, line);
    }
}

TEST_CASE("help names every option that a command takes") {
    const Words shared = {"-H",
                          "--subprotocol",
                          "--origin",
                          "--insecure",
                          "--ca",
                          "--cert",
                          "--key",
                          "--no-deflate",
                          "--retry",
                          "--ping-interval",
                          "--connect-timeout",
                          "--max-message",
                          "--no-auth"};
    const std::string tail = wsdbg({"tail", "--help"}).output;
    const std::string echo = wsdbg({"echo", "--help"}).output;
    const std::string record = wsdbg({"record", "--help"}).output;
    for (const std::string& option : shared) {
        CHECK_MESSAGE(contains(tail, option), option);
        CHECK_MESSAGE(contains(echo, option), option);
        CHECK_MESSAGE(contains(record, option), option);
    }
    for (const char* option :
         {"-o", "--json", "--for", "--count", "--overwrite", "--redact", "FILTER"})
        CHECK_MESSAGE(contains(tail, option), option);
    for (const char* option : {"-o", "--for", "--count", "--overwrite", "--redact"})
        CHECK_MESSAGE(contains(record, option), option);
    const std::string query = wsdbg({"query", "--help"}).output;
    for (const char* option : {"--count", "--json", "--select", "--redact", "FILTER"})
        CHECK_MESSAGE(contains(query, option), option);
    const std::string convert = wsdbg({"convert", "--help"}).output;
    for (const char* option : {".ndjson", ".har", ".csv", "--redact"})
        CHECK_MESSAGE(contains(convert, option), option);
    const std::string serve = wsdbg({"serve", "--help"}).output;
    for (const char* option :
         {"--port", "--host", "--dialect", "--rate", "--seed", "-o", "--overwrite"})
        CHECK_MESSAGE(contains(serve, option), option);
}

TEST_CASE("the version is one line") {
    const Run run = wsdbg({"--version"});
    CHECK(run.code == 0);
    CHECK(std::regex_match(run.output, std::regex(R"(wsdbg \d+\.\d+\.\d+\n)")));
}

TEST_CASE("commands that do not exist are refused") {
    check_refused({}, "a command is missing");
    check_refused({"--nonsense"}, "--nonsense");
    check_refused({"[1,2,3]"}, "[1,2,3]");
    check_refused({"nonsense", "ws://localhost:1"}, "\"nonsense\"");
}

TEST_CASE("wrong options are refused in one line that names them") {
    const std::string url = "ws://127.0.0.1:1";
    check_refused({"tail"}, "URL is missing");
    check_refused({"tail", url, "--nonsense"}, "--nonsense");
    check_refused({"tail", url, "--count", "x"}, "--count: \"x\"");
    check_refused({"tail", url, "--count"}, "--count");
    check_refused({"tail", url, "--for", "0"}, "--for");
    check_refused({"tail", url, "--json=yes"}, "--json");
    check_refused({"tail", url, "-H", "nothing"}, "begins with \"nothing\"");
    check_refused({"tail", url, "--retry", "sometimes"}, "--retry");
    check_refused({"tail", url, "--max-message", "-5"}, "--max-message");
    check_refused({"tail", url, "--cert", "c.pem"}, "--key");
    check_refused({"record", url}, "-o is missing");
    check_refused({"record", url, "type == x", "-o", "x.ndjson"}, "\"type == x\"");
    check_refused({"record", url, "-o", "x.ndjson", "--json"}, "--json");
    check_refused({"query"}, "capture is missing");
    check_refused({"query", "a.ndjson", "--select"}, "--select");
    check_refused({"query", "a.ndjson", "--select", "type,a b"}, "\"a b\"");
    check_refused({"query", "a.ndjson", "--select", "type", "--json"}, "--select");
    check_refused({"query", "a.ndjson", "--overwrite"}, "--overwrite");
    check_refused({"query", "a.ndjson", "type", "==", "x"}, "\"==\" is too much");
    check_refused({"convert", "a.ndjson"}, "IN and OUT");
    check_refused({"convert", "a.ndjson", "b.har", "c"}, "\"c\" is too much");
    check_refused({"convert", "a.txt", "b.har"}, "\"a.txt\"");
    check_refused({"convert", "a.csv", "b.har"}, "\"a.csv\"");
    check_refused({"convert", "a.ndjson", "b.xlsx"}, "\"b.xlsx\"");
    check_refused({"echo", url, "--json"}, "--json");
    check_refused({"echo"}, "URL is missing");
    check_refused({"serve", "--port", "65536"}, "--port: \"65536\"");
    check_refused({"serve", "--port", "[1,2]"}, "--port: \"[1,2]\"");
    check_refused({"serve", "--dialect", "latin"}, "--dialect: \"latin\"");
    check_refused({"serve", "--rate", "-1"}, "--rate");
    check_refused({"serve", "--rate", "1e-12"}, "--rate");
    check_refused({"serve", "--seed", "1.5"}, "--seed");
    check_refused({"serve", "extra"}, "\"extra\"");
}

TEST_CASE("a wrong filter is refused in one line, and a caret stands under its wrong part") {
    const struct {
        const char* filter;
        const char* said;    ///< in the first line
        const char* pointed; ///< the two lines below
    } kCases[] = {
        {"size > 2kb", "\"kb\"", "  size > 2kb\n          ^^\n"},
        {"[1,2,3]", "comma", "  [1,2,3]\n    ^\n"},
        {"kind == pang", "\"pang\"", "  kind == pang\n          ^^^^\n"},
        {"\xc3\xa9\xe6\x97\xa5 and (", "never closed",
         "  \xc3\xa9\xe6\x97\xa5 and (\n          ^\n"},
        {"a\x1b[1m )", "closes nothing", "  a\\x1b[1m )\n           ^\n"},
    };
    for (const Words& command : {Words{"tail", "ws://127.0.0.1:1"}, Words{"query", "no.ndjson"}}) {
        for (const auto& [filter, said, pointed] : kCases) {
            Words arguments = command;
            arguments.push_back(filter);
            const Run run = wsdbg(arguments);
            CAPTURE(run.errors);
            CHECK(run.code == 2);
            CHECK(run.output == "");
            const auto lines = e2e::lines_of(run.errors);
            REQUIRE(lines.size() == 3);
            CHECK(contains(lines[0], command[0] + ": the filter is wrong: "));
            CHECK(contains(lines[0], said));
            CHECK(lines[1] + "\n" + lines[2] + "\n" == pointed);
        }
    }
    check_refused({"tail", "ws://127.0.0.1:1", "type", "==", "x"}, "\"==\"");
    check_refused({"tail", "ws://127.0.0.1:1", "one", "two"}, "\"two\" is too much");
    check_refused({"echo", "ws://127.0.0.1:1", "hello"}, "\"hello\"");
}

TEST_CASE("a wrong URL says URL, the part at fault, and what to write") {
    check_refused({"tail", "localhost:8765"}, "URL");
    check_refused({"tail", "localhost:8765"}, "ws://localhost:8765");
    check_refused({"echo", "ftp://localhost"}, "ftp");
    check_refused({"tail", "ws://localhost:99999"}, "99999");
    check_refused({"tail", "ws://"}, "URL");
    check_refused({"tail", ""}, "URL");
    check_refused({"tail", "[1,2,3]"}, "[1,2,3]");
}

TEST_CASE("mistakes cannot drive the terminal either") {
    const Run run = wsdbg({"tail", "ws://127.0.0.1:1", "x", "\x1b[31mred"});
    CHECK(run.code == 2);
    CHECK(run.errors.find('\x1b') == std::string::npos);
    CHECK(contains(run.errors, "\\x1b[31mred"));
}

TEST_CASE("a capture that would be lost is refused before anything is connected") {
    const e2e::Folder folder;
    const std::string path = folder / "old.ndjson";
    std::ofstream(path) << "precious\n";
    e2e::RawPeer peer;
    check_refused({"tail", peer.url(), "-o", path}, "old.ndjson exists and is not empty");
    check_refused({"serve", "--port", "0", "-o", path}, "old.ndjson exists and is not empty");
    CHECK(e2e::content(path) == "precious\n");
    CHECK_FALSE(
        e2e::contains(wsdbg({"tail", "nonsense", "-o", folder / "new.ndjson"}).output, "x"));
    CHECK(e2e::content(folder / "new.ndjson") == ""); // a wrong URL leaves no file behind
}

TEST_CASE("a capture that cannot be created is an answer, with the system's reason") {
    const e2e::Folder folder;
    const Run run = wsdbg({"tail", "ws://127.0.0.1:1", "-o", folder / "no/such/file.ndjson"});
    CHECK(run.code == 1);
    CHECK(contains(run.errors, "No such file or directory"));
}

TEST_CASE("standard output that goes nowhere does not make help fail") {
    e2e::Process process(e2e::wsdbg_command({"--help"}), {{}, false, 0});
    process.close_output();
    CHECK(process.wait() == 0);
    CHECK(process.errors() == "");
}
