// The commands that work on captures, as scripts use them: query, convert, and what record writes.
// ctest: timeout=300
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "e2e/capture_check.h"
#include "e2e/process.h"

namespace {

using e2e::contains;
using e2e::Folder;
using e2e::Run;
using e2e::wsdbg;
using nlohmann::json;

const std::string kFirst =
    R"({"capture":"websocket-debugger","version":1,"started":"2026-11-23T01:02:03.456Z",)"
    R"("program":"test"})"
    "\n";
const std::string kLines[] = {
    R"({"n":1,"t":0.0,"conn":1,"dir":"-","kind":"connecting","url":"ws://host:1/?token=S3CRET"})",
    R"({"n":2,"t":0.1,"conn":1,"dir":"-","kind":"request","data":"GET /?token=S3CRET HTTP/1.1\r\nHost: host:1\r\nCookie: sid=S3CRET2\r\n"})",
    R"({"n":3,"t":0.2,"conn":1,"dir":"-","kind":"response","data":"HTTP/1.1 101 Switching Protocols\r\n","status":101})",
    R"({"n":4,"t":0.2,"conn":1,"dir":"-","kind":"open","address":"127.0.0.1:1","subprotocol":"","extensions":""})",
    R"({"n":5,"t":0.3,"conn":1,"dir":"out","kind":"text","data":"{\"type\": \"auth\", \"password\": \"S3CRET\"}","frames":1,"wire_size":44})",
    R"({"n":6,"t":0.4,"conn":1,"dir":"in","kind":"text","data":"{\"type\": \"llm\", \"data\": {\"seconds\": 1.5, \"odd key\": [1, 2]}}","frames":1,"wire_size":66})",
    R"({"n":7,"t":0.5,"conn":1,"dir":"in","kind":"binary","b64":"AP8=","frames":1,"wire_size":4})",
    R"({"n":8,"t":0.6,"conn":1,"dir":"in","kind":"text","data":"a \"b\", c\u001b[31m","frames":1,"wire_size":16})"};

std::string sample() {
    std::string text = kFirst;
    for (const std::string& line : kLines) text += line + "\n";
    return text;
}

std::string put(const Folder& folder, const std::string& name, const std::string& text) {
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
}

} // namespace

TEST_CASE("query --json gives the lines of the capture as they stand, and --count their number") {
    const Folder folder;
    const std::string path = put(folder, "a.ndjson", sample());
    const Run all = wsdbg({"query", path, "--json"});
    CHECK(all.code == 0);
    CHECK(all.errors == "");
    CHECK(kFirst + all.output == sample());
    CHECK(wsdbg({"query", path, "--count"}).output == "8\n");
    CHECK(wsdbg({"query", path, "dir == in", "--count"}).output == "3\n");
    CHECK(wsdbg({"query", path, "data.seconds > 1", "--json"}).output == kLines[5] + "\n");
    CHECK(wsdbg({"query", path, "url ~ /host/ and kind == binary", "--count"}).output == "1\n");
    const Run none = wsdbg({"query", path, "type == nothing", "--json"});
    CHECK(none.code == 0); // a query that finds nothing is done
    CHECK(none.output == "");
}

TEST_CASE("query prints rows that cannot drive the terminal") {
    const Folder folder;
    const Run run = wsdbg({"query", put(folder, "a.ndjson", sample())});
    CHECK(run.code == 0);
    CHECK(e2e::lines_of(run.output).size() == 8);
    CHECK(run.output.find('\x1b') == std::string::npos);
    CHECK(contains(run.output, "llm"));
}

TEST_CASE("query --select prints CSV with a header line") {
    const Folder folder;
    const std::string path = put(folder, "a.ndjson", sample());
    const Run run = wsdbg({"query", path, "kind in (text, binary)", "--select",
                           "n,t,dir,type,size,data.seconds,data[\"odd key\"],text"});
    CHECK(run.code == 0);
    const auto lines = e2e::lines_of(run.output);
    REQUIRE(lines.size() == 5);
    CHECK(lines[0] == "n,t,dir,type,size,data.seconds,\"data[\"\"odd key\"\"]\",text");
    CHECK(lines[2].rfind("6,0.400000000,in,llm,60,1.5,\"[1, 2]\",", 0) == 0);
    CHECK(lines[3] == "7,0.500000000,in,,2,,,\\x00\\xff");
    CHECK(contains(lines[4], "\"a \"\"b\"\", c"));
}

TEST_CASE("what --select prints is what the filter compares") {
    const Folder folder;
    const std::string path = put(
        folder, "a.ndjson",
        kFirst + R"({"t":1,"conn":1,"dir":"-","kind":"note","data":"about it"})"
                 "\n"
                 R"({"t":2,"conn":1,"dir":"-","kind":"closed","code":1006,"clean":false,"by":"-"})"
                 "\n"
                 R"({"t":3,"conn":1,"dir":"-","kind":"request","data":"GET / HTTP/1.1\r\n"})"
                 "\n");
    CHECK(wsdbg({"query", path, "--select", "kind,size,note,code"}).output ==
          "kind,size,note,code\nnote,8,about it,\nclosed,,,1006\nrequest,,,\n");
    CHECK(wsdbg({"query", path, "size == 8 and note == \"about it\"", "--count"}).output == "1\n");
    CHECK(wsdbg({"query", path, "size?", "--count"}).output == "1\n");
}

TEST_CASE("query knows how long an answer took") {
    const Folder folder;
    const std::string call =
        R"({"t":1,"conn":1,"dir":"out","kind":"text","data":"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"a\"}"})"
        "\n";
    const std::string answer =
        R"({"t":1.25,"conn":1,"dir":"in","kind":"text","data":"{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1}"})"
        "\n";
    const std::string path = put(folder, "a.ndjson", kFirst + call + answer);
    CHECK(wsdbg({"query", path, "rtt > 0.2", "--select", "n,rtt"}).output ==
          "n,rtt\n2,0.250000000\n");
}

TEST_CASE("query of what is damaged, half-written or joined tells it, and reads the rest") {
    const Folder folder;
    const Run damaged = wsdbg(
        {"query", put(folder, "a.ndjson", kFirst + kLines[4] + "\nnonsense\n" + kLines[5] + "\n"),
         "--count"});
    CHECK(damaged.code == 1);
    CHECK(damaged.output == "2\n");
    CHECK(contains(damaged.errors, "line 3"));
    const Run half = wsdbg(
        {"query", put(folder, "b.ndjson", kFirst + kLines[4] + "\n" + kLines[5].substr(0, 40)),
         "--count"});
    CHECK(half.code == 0);
    CHECK(half.output == "1\n");
    CHECK(contains(half.errors, "half-written"));
    const Run joined =
        wsdbg({"query", put(folder, "c.ndjson", sample() + sample()), "conn == 2", "--count"});
    CHECK(joined.code == 0);
    CHECK(joined.output == "8\n");
    const Run bare = wsdbg({"query", put(folder, "d.ndjson", kLines[4] + "\n"), "--count"});
    CHECK(bare.code == 0);
    CHECK(bare.output == "1\n");
    CHECK(contains(bare.errors, "no first line"));
}

TEST_CASE("what cannot be read is an answer: exit 1, with the reason") {
    const Folder folder;
    CHECK(wsdbg({"query", folder / "missing.ndjson"}).code == 1);
    CHECK(contains(wsdbg({"query", folder / "missing.ndjson"}).errors, "No such file"));
    CHECK(contains(wsdbg({"query", folder / ""}).errors, "directory"));
    std::string later = sample();
    later.replace(later.find("\"version\":1"), 11, "\"version\":2");
    const Run run = wsdbg({"query", put(folder, "a.ndjson", later)});
    CHECK(run.code == 1);
    CHECK(contains(run.errors, "version 2"));
    CHECK(run.output == "");
}

TEST_CASE("query ends quietly when its reader has enough") {
    const Folder folder;
    std::string text = kFirst;
    for (int i = 0; i < 50'000; ++i) text += kLines[5] + "\n";
    e2e::Process process(e2e::wsdbg_command({"query", put(folder, "a.ndjson", text), "--json"}));
    REQUIRE(process.line());
    process.close_output();
    CHECK(process.wait() == 0);
    CHECK(process.errors() == "");
}

TEST_CASE("query shows what a pipe has so far, and ends at a signal or with its reader") {
    const auto follow = [](const std::function<void(e2e::Process&)>& end) {
        e2e::Process process(e2e::wsdbg_command({"query", "/dev/stdin", "type == llm"}));
        process.write(kFirst + kLines[4] + "\n" + kLines[5] + "\n");
        const auto row = process.line(); // the pipe stays open
        REQUIRE(row);
        CHECK(contains(*row, "seconds"));
        end(process);
        return process.wait();
    };
    CHECK(follow([](e2e::Process& process) { process.signal(SIGINT); }) == 1);
    CHECK(follow([](e2e::Process& process) { process.close_output(); }) == 0);
    CHECK(follow([](e2e::Process& process) { process.close_input(); }) == 0);
}

TEST_CASE("a reading that waits for the other end of a pipe ends at a signal") {
    const Folder folder;
    const std::string pipe = folder / "pipe.ndjson";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const std::vector<std::vector<std::string>> commands = {{"query", pipe},
                                                            {"convert", pipe, folder / "out.csv"},
                                                            {"replay", pipe, "ws://127.0.0.1:1"}};
    for (const auto& command : commands) {
        CAPTURE(command[0]);
        e2e::Process process(e2e::wsdbg_command(command));
        CHECK(process.wait(e2e::Seconds(1)) == -1);
        process.signal(SIGINT);
        CHECK(process.wait(e2e::Seconds(5)) > 0);
    }
    CHECK_FALSE(std::filesystem::exists(folder / "out.csv"));
}

TEST_CASE("a conversion ends at a signal while it waits, and leaves no trace") {
    const Folder folder;
    const std::string pipe = folder / "pipe.ndjson";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    e2e::Process process(e2e::wsdbg_command({"convert", pipe, folder / "out.csv"}));
    std::ofstream writer(pipe, std::ios::binary); // waits for the reader
    writer << sample() << std::flush;
    CHECK(process.wait(e2e::Seconds(1)) == -1);
    process.signal(SIGTERM);
    CHECK(process.wait(e2e::Seconds(5)) == 1);
    CHECK(contains(process.errors(), "stopped by a signal"));
    for (const auto& entry : std::filesystem::directory_iterator(folder / ""))
        CHECK(entry.path().filename() == "pipe.ndjson");
}

TEST_CASE("what is written over keeps its mode") {
    const Folder folder;
    const std::string out = put(folder, "out.csv", "old");
    std::filesystem::permissions(out, std::filesystem::perms(0640));
    CHECK(wsdbg({"convert", put(folder, "a.ndjson", sample()), out}).code == 0);
    CHECK(std::filesystem::status(out).permissions() == std::filesystem::perms(0640));
}

TEST_CASE("a capture goes to HAR and back and to CSV, and the secrets are counted") {
    const Folder folder;
    const std::string path = put(folder, "a.ndjson", sample());
    const Run to_har = wsdbg({"convert", path, folder / "a.har"});
    CHECK(to_har.code == 0);
    CHECK(to_har.output == "");
    CHECK(contains(to_har.errors, "4 secrets"));
    CHECK(contains(to_har.errors, "--redact"));
    const json har = json::parse(e2e::content(folder / "a.har"));
    CHECK(har.at("log").at("entries")[0].at("_webSocketMessages").size() == 4);
    struct stat about {};
    REQUIRE(::stat((folder / "a.har").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);

    CHECK(wsdbg({"convert", folder / "a.har", folder / "b.ndjson"}).code == 0);
    std::string back = e2e::content(folder / "b.ndjson");
    back.erase(0, back.find('\n') + 1);
    CHECK(kFirst + back == sample());
    CHECK(wsdbg({"query", folder / "a.har", "--count"}).output == "8\n");

    const Run to_csv = wsdbg({"convert", path, folder / "a.csv"});
    CHECK(to_csv.code == 0);
    CHECK(contains(to_csv.errors, "4 secrets"));
    const auto rows = e2e::lines_of(e2e::content(folder / "a.csv"));
    REQUIRE(rows.size() >= 9);
    CHECK(rows[0] == "n,time,t,conn,dir,kind,type,size,code,data,b64");
}

TEST_CASE("with --redact no secret is in what is written, and without it they all are") {
    const Folder folder;
    const std::string path = put(folder, "a.ndjson", sample());
    for (const char* out : {"r.har", "r.csv", "r.ndjson"}) {
        const Run run = wsdbg({"convert", path, folder / out, "--redact"});
        CHECK(run.code == 0);
        CHECK_FALSE(contains(e2e::content(folder / out), "S3CRET"));
        CHECK(contains(e2e::content(folder / out), "redacted-"));
        CHECK_FALSE(contains(run.errors, "S3CRET"));
    }
    for (const auto& more : {std::vector<std::string>{"--json"}, {"--select", "url,text"}, {}}) {
        std::vector<std::string> arguments = {"query", path, "--redact"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        CHECK_FALSE(contains(wsdbg(arguments).output, "S3CRET"));
        arguments.erase(arguments.begin() + 2);
        CHECK(contains(wsdbg(arguments).output, "S3CRET"));
    }
}

TEST_CASE("a conversion that fails leaves what was there, and no other file") {
    const Folder folder;
    const std::string old = put(folder, "old.har", "precious");
    CHECK(wsdbg({"convert", folder / "missing.ndjson", old}).code == 1);
    CHECK(wsdbg({"convert", put(folder, "cut.har", "{\"log\":{\"entries\":[{"), old}).code == 1);
    std::string later = sample();
    later.replace(later.find("\"version\":1"), 11, "\"version\":2");
    CHECK(wsdbg({"convert", put(folder, "later.ndjson", later), old}).code == 1);
    CHECK(e2e::content(old) == "precious");
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "")) {
        ++files;
        CHECK(entry.path().filename().string().find(".har.") == std::string::npos);
    }
    CHECK(files == 3);
    CHECK(wsdbg({"convert", put(folder, "a.ndjson", sample()), folder / "no/such.csv"}).code == 1);
}

TEST_CASE("a damaged capture is converted but for its damage: exit 1") {
    const Folder folder;
    const std::string path = put(folder, "a.ndjson", sample() + "nonsense\n");
    const Run run = wsdbg({"convert", path, folder / "b.ndjson"});
    CHECK(run.code == 1);
    CHECK(contains(run.errors, "line 10"));
    CHECK(wsdbg({"query", folder / "b.ndjson", "--count"}).output == "8\n");
}

namespace {

/// A simulator that sends a little.
struct Simulator {
    e2e::Process process{e2e::wsdbg_command({"serve", "--port", "0", "--rate", "50"})};
    std::string url;
    Simulator() {
        const auto line = process.line();
        REQUIRE(line);
        url = line->substr(line->find("ws://"));
    }
};

} // namespace

TEST_CASE("record writes a whole capture, quietly, and ends at its count or at a signal") {
    Simulator simulator;
    const Folder folder;
    const Run counted = wsdbg({"record", simulator.url, "-o", folder / "a.ndjson", "--count", "5"});
    CHECK(counted.code == 0);
    CHECK(counted.output == "");
    CHECK(e2e::lines_of(counted.errors).size() == 1);
    const auto events = e2e::checked_capture(folder / "a.ndjson");
    CHECK(e2e::of_kind(events, "text").size() == 5);
    CHECK(events.back().at("kind") == "closed");

    e2e::Process recording(
        e2e::wsdbg_command({"record", simulator.url, "-o", folder / "b.ndjson"}));
    const auto end = std::chrono::steady_clock::now() + e2e::kPatience;
    while (e2e::content(folder / "b.ndjson").find("\"text\"") == std::string::npos)
        REQUIRE(std::chrono::steady_clock::now() < end);
    recording.signal(SIGTERM);
    CHECK(recording.wait() == 0);
    CHECK(e2e::lines_of(recording.errors()).size() == 1);
    CHECK_FALSE(e2e::of_kind(e2e::checked_capture(folder / "b.ndjson"), "text").empty());

    const Run again = wsdbg({"record", simulator.url, "-o", folder / "a.ndjson"});
    CHECK(again.code == 2);
    CHECK(contains(again.errors, "--overwrite"));
}

TEST_CASE("tail shows what passes its filter, and its file has all") {
    Simulator simulator;
    const Folder folder;
    const Run run = wsdbg({"tail", simulator.url, "type == system_metrics or kind == open",
                           "--json", "--for", "2", "-o", folder / "a.ndjson"});
    CHECK(run.code == 0);
    const auto file = e2e::checked_capture(folder / "a.ndjson");
    std::size_t opens = 0;
    for (const std::string& line : e2e::lines_of(run.output)) {
        const json event = json::parse(line);
        if (event.at("kind") == "open") ++opens;
        if (event.at("kind") == "text") CHECK(contains(event.at("data"), "system_metrics"));
    }
    CHECK(opens == 1);
    CHECK(file.size() > e2e::lines_of(run.output).size());
}
