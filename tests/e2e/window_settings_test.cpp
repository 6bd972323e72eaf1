// What the real window remembers from one start to the next.
// ctest: timeout=300
#include <doctest/doctest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "e2e/process.h"
#include "e2e/window_screen.h"

using e2e::Display;
using e2e::Window;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr e2e::Rgb kDarkBar = 0x21252B, kLightBar = 0xF4F5F7;

void quit(Window& window) {
    window.key("ctrl+q");
    REQUIRE(window.process().wait() == 0);
}

json settings_of(const Display& display) {
    return json::parse(e2e::content(display.settings_path()), nullptr, false);
}

/// True once the settings that are put in place hold `part`. Their folder must be there.
bool kept(const Display& display, const std::string& part) {
    const int watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    REQUIRE(watch >= 0);
    const std::string folder = fs::path(display.settings_path()).parent_path().string();
    REQUIRE(::inotify_add_watch(watch, folder.c_str(), IN_MOVED_TO) >= 0);
    const auto deadline = std::chrono::steady_clock::now() + e2e::kPatience;
    bool found = e2e::contains(e2e::content(display.settings_path()), part);
    while (!found && std::chrono::steady_clock::now() < deadline) {
        pollfd waited{watch, POLLIN, 0};
        ::poll(&waited, 1, 1000);
        char events[4096];
        while (::read(watch, events, sizeof events) > 0) {
        }
        found = e2e::contains(e2e::content(display.settings_path()), part);
    }
    ::close(watch);
    return found;
}

} // namespace

TEST_CASE("theme, splitter, address and text size survive a restart") {
    const Display display;
    {
        Window window(display, {"ws://127.0.0.1:1"});
        REQUIRE(display.shows(640, 5, kDarkBar));
        window.key("ctrl+shift+l");
        REQUIRE(display.shows(640, 5, kLightBar));
        window.key("ctrl+u");
        window.key("ctrl+a");
        window.type("ws://127.0.0.1:2/remembered");
        window.key("Return");
        window.key("Escape");
        window.key("ctrl+j"); // the time region goes
        REQUIRE(display.shows(300, 600, 0xFFFFFF));
        quit(window);
    }
    struct stat about {};
    REQUIRE(::stat(display.settings_path().c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
    const json settings = settings_of(display);
    CHECK(settings["theme"] == "light");
    CHECK(settings["addresses"][0] == "ws://127.0.0.1:2/remembered");
    CHECK(settings["connections"][0]["url"] == "ws://127.0.0.1:2/remembered");
    CHECK(settings["window"]["time_shown"] == false);
    CHECK(settings["window"]["width"] == 1280);
    {
        Window window(display, {"ws://127.0.0.1:2/remembered"});
        CHECK(display.shows(640, 5, kLightBar)); // and never dark before: it starts so
        quit(window);
    }
    CHECK(settings_of(display)["connections"].size() == 1); // the same one was dialled again
}

TEST_CASE("changes are written while the window runs, a moment after the last one") {
    const Display display;
    fs::create_directories(fs::path(display.settings_path()).parent_path());
    Window window(display, {"ws://127.0.0.1:1"});
    REQUIRE(display.shows(640, 5, kDarkBar));
    window.key("ctrl+shift+l");
    CHECK(kept(display, "\"light\""));
    quit(window);
}

TEST_CASE("a damaged file is set aside and told of, and the window starts all the same") {
    const Display display;
    const fs::path file = display.settings_path();
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "{\"theme\": \"light\", \"addr";
    {
        Window window(display, {"ws://127.0.0.1:1"});
        REQUIRE(display.shows(640, 5, kDarkBar)); // the usual settings
        quit(window);
    }
    CHECK(e2e::content(file.string() + ".damaged-1") == "{\"theme\": \"light\", \"addr");
    CHECK(settings_of(display)["theme"] == "dark");
}

TEST_CASE("the demo neither reads nor writes the user's settings") {
    const Display display;
    const fs::path file = display.settings_path();
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "{\"theme\": \"light\"}";
    Window window(display, {"--demo"});
    REQUIRE(display.shows(640, 5, kDarkBar));
    window.key("ctrl+j");
    quit(window);
    CHECK(e2e::content(file.string()) == "{\"theme\": \"light\"}");
}

TEST_CASE("two windows at once: the last that ends wins, with a whole file") {
    const Display display;
    {
        Window first(display, {"ws://127.0.0.1:1"});
        REQUIRE(display.shows(640, 5, kDarkBar));
        e2e::Process second({e2e::window_program(), "ws://127.0.0.1:2", "--frames", "30"},
                            display.options());
        CHECK(second.wait() == 0);
        CHECK_FALSE(settings_of(display).is_discarded());
        quit(first);
    }
    CHECK(settings_of(display)["connections"][0]["url"] == "ws://127.0.0.1:1");
}

TEST_CASE("a window is put where it was, but not where no screen is") {
    const Display display("1600x900");
    const fs::path file = display.settings_path();
    fs::create_directories(file.parent_path());
    const auto start_at = [&](int x, int y) {
        std::ofstream(file) << json{
            {"window", {{"x", x}, {"y", y}, {"width", 1000}, {"height", 700}}}};
        Window window(display, {"ws://127.0.0.1:1"});
        const e2e::Run geometry =
            display.run({"xdotool", "search", "--onlyvisible", "--name", "WebSocketDebugger",
                         "getwindowgeometry", "--shell"});
        quit(window);
        return geometry.output;
    };
    const std::string inside = start_at(300, 100);
    CHECK(e2e::contains(inside, "X=300\n"));
    CHECK(e2e::contains(inside, "Y=100\n"));
    CHECK(e2e::contains(inside, "WIDTH=1000\n"));
    const std::string outside = start_at(5000, 100);
    CHECK(e2e::contains(outside, "X=0\n"));
    CHECK(e2e::contains(outside, "WIDTH=1600\n"));
}
