#include "capture/file_writer.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

/// A folder of this test's own, gone with it.
struct Folder {
    Folder() {
        char name[] = "/tmp/wsdbg-capture-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        path = name;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string operator/(const char* name) const { return path + "/" + name; }
    std::string path;
};

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void put(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

wire::EventView message(std::string_view payload) {
    wire::EventView event;
    event.mono_ns = 2'000'000'000;
    event.conn = 1;
    event.dir = wire::Dir::in;
    event.kind = wire::Kind::text;
    event.has_payload = true;
    event.payload = payload;
    return event;
}

constexpr base::Stamp kStarted{1'500'000'000, 1'795'396'181'456'789'123};

auto create(const std::string& path, bool overwrite = false) {
    return capture::FileWriter::create(path, overwrite, kStarted, "test 1");
}

} // namespace

TEST_CASE("a new capture is there at once with its first line, for its owner only") {
    const Folder folder;
    const auto writer = create(folder / "a.ndjson");
    REQUIRE(writer.ok());
    CHECK(json::parse(content(folder / "a.ndjson")).at("started") == "2026-11-23T01:09:41.456Z");
    struct stat about {};
    REQUIRE(::stat((folder / "a.ndjson").c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
}

TEST_CASE("what was flushed is in the file, numbered from 1") {
    const Folder folder;
    auto created = create(folder / "a.ndjson");
    REQUIRE(created.ok());
    capture::FileWriter& writer = *created.value();
    REQUIRE(writer.append(message("one")).ok());
    REQUIRE(writer.append(message("two")).ok());
    REQUIRE(writer.flush().ok());

    std::ifstream file(folder / "a.ndjson");
    std::vector<json> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(json::parse(line));
    REQUIRE(lines.size() == 3);
    CHECK(lines[1].at("n") == 1);
    CHECK(lines[1].at("data") == "one");
    CHECK(lines[1].at("t") == 0.500789123); // since the millisecond that the first line says
    CHECK(lines[2].at("n") == 2);
    CHECK(writer.lines() == 2);
    CHECK(writer.bytes() == content(folder / "a.ndjson").size());
}

TEST_CASE("closing a capture writes what was still buffered") {
    const Folder folder;
    {
        auto created = create(folder / "a.ndjson");
        REQUIRE(created.ok());
        REQUIRE(created.value()->append(message("last")).ok());
    }
    CHECK(content(folder / "a.ndjson").find("\"last\"") != std::string::npos);
}

TEST_CASE("a long burst does not wait for the flush") {
    const Folder folder;
    auto created = create(folder / "a.ndjson");
    REQUIRE(created.ok());
    const std::string payload(10'000, 'x');
    for (int i = 0; i < 100; ++i) REQUIRE(created.value()->append(message(payload)).ok());
    CHECK(std::filesystem::file_size(folder / "a.ndjson") > 500'000);
}

TEST_CASE("a file with something in it is not written over unless asked for") {
    const Folder folder;
    put(folder / "a.ndjson", "precious\n");
    const auto refused = create(folder / "a.ndjson");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().what.find("a.ndjson exists and is not empty") != std::string::npos);
    CHECK(refused.error().fix.find("--overwrite") != std::string::npos);
    CHECK(content(folder / "a.ndjson") == "precious\n");

    CHECK(create(folder / "a.ndjson", true).ok());
    CHECK(content(folder / "a.ndjson").find("precious") == std::string::npos);
    CHECK(content(folder / "a.ndjson").find("websocket-debugger") != std::string::npos);
}

TEST_CASE("an empty file may be used") {
    const Folder folder;
    put(folder / "a.ndjson", "");
    CHECK_FALSE(capture::file_occupied(folder / "a.ndjson"));
    CHECK(create(folder / "a.ndjson").ok());
    CHECK(capture::file_occupied(folder / "a.ndjson"));
    CHECK_FALSE(capture::file_occupied(folder / "none"));
}

TEST_CASE("two writers do not share a file, not even with overwrite") {
    const Folder folder;
    const auto first = create(folder / "a.ndjson");
    REQUIRE(first.ok());
    const auto second = create(folder / "a.ndjson", true);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().what.find("is being written to") != std::string::npos);
}

TEST_CASE("a place that cannot be written to is told with the system's reason") {
    const Folder folder;
    const auto missing = create(folder / "no/such/a.ndjson");
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().why == "No such file or directory");
    const auto directory = create(folder.path);
    REQUIRE_FALSE(directory.ok());
    CHECK(directory.error().why == "Is a directory");
}

TEST_CASE("a full disk is an error, not a silent loss") {
    auto created = create("/dev/full");
    REQUIRE_FALSE(created.ok());
    CHECK(created.error().why == "No space left on device");
}
