// Files in the real window: opened from the command line, saved, recorded; what is in them is
// proved by the other program. ctest: timeout=300
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "e2e/process.h"
#include "e2e/window_screen.h"

namespace {

namespace fs = std::filesystem;

using e2e::Display;
using e2e::Window;

std::string example() {
    return e2e::path_of("WD_SOURCE_DIR") + "/assets/captures/simulator-turns.ndjson";
}

/// True once something is at the path; a file gets its name when it is whole.
bool appears(const std::string& path) {
    const auto end = std::chrono::steady_clock::now() + e2e::kPatience;
    while (!fs::exists(path)) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

std::string query(const std::string& path, const std::string& filter = {}) {
    std::vector<std::string> arguments{"query", path, "--count"};
    if (!filter.empty()) arguments.push_back(filter);
    return e2e::wsdbg(arguments).output;
}

} // namespace

TEST_CASE(
    "a capture that is opened, filtered and exported has the rows shown; saved it is the same") {
    const Display display;
    const e2e::Folder folder;
    Window window(display, {"--open", example()});
    REQUIRE(display.shows(640, 5, 0x21252B));
    const std::string saved = folder / "saved.ndjson", some = folder / "some.ndjson";
    window.key("ctrl+s");
    window.type(saved);
    window.key("Return");
    REQUIRE(appears(saved));
    CHECK(query(saved) == query(example()));
    const e2e::Run same = e2e::wsdbg({"diff", example(), saved});
    CAPTURE(same.output);
    CHECK(same.code == 0);

    window.key("ctrl+shift+f");
    window.type("type == llm_result");
    window.key("Return");
    window.key("Escape");
    window.key("ctrl+e");
    window.type(some);
    window.key("Return");
    REQUIRE(appears(some));
    CHECK(query(some) == query(example(), "type == llm_result"));
}

TEST_CASE("recording in the window: a file of the user's with mode 0600, whole at the end") {
    const Display display;
    Window window(display, {"--demo"});
    REQUIRE(display.shows(17, 48, 0x5CC98C)); // open
    window.key("ctrl+shift+r");
    const std::string folder = display.data_path() + "/websocket-debugger/recordings";
    REQUIRE(appears(folder));
    window.key("ctrl+Return"); // a message
    window.key("ctrl+q");
    CHECK(window.process().wait() == 0);
    REQUIRE(fs::directory_iterator(folder) != fs::directory_iterator());
    const fs::path file = fs::directory_iterator(folder)->path();
    CHECK((fs::status(file).permissions() & fs::perms(0777)) == fs::perms(0600));
    const e2e::Run read = e2e::wsdbg({"query", file.string(), "kind == connecting", "--count"});
    CHECK(read.code == 0); // nothing is damaged or half-written
    CHECK(read.output == "1\n");
    CHECK(query(file.string(), "kind == closed") == "1\n"); // to the last
}
