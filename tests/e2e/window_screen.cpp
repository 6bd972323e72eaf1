#include "e2e/window_screen.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <sstream>

namespace e2e {
namespace {

using Clock = std::chrono::steady_clock;

std::string program(const std::string& name) {
    for (const char* folder : {"/usr/bin/", "/usr/local/bin/"}) {
        if (std::filesystem::exists(folder + name)) return folder + name;
    }
    FAIL("the end-to-end tests need " << name);
    return {};
}

/// A binary PPM: "P6", width, height, 255, one blank, the pixels.
Picture picture_of_ppm(const std::string& ppm) {
    Picture picture;
    std::istringstream head(ppm.substr(0, 64));
    std::string magic;
    int most = 0;
    head >> magic >> picture.width >> picture.height >> most;
    REQUIRE(magic == "P6");
    REQUIRE(most == 255);
    picture.pixels = ppm.substr(static_cast<std::size_t>(head.tellg()) + 1);
    REQUIRE(picture.pixels.size() ==
            static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * 3);
    return picture;
}

} // namespace

Rgb Picture::at(int x, int y) const {
    const auto* pixel = reinterpret_cast<const unsigned char*>(pixels.data()) +
                        (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                         static_cast<std::size_t>(x)) *
                            3;
    return static_cast<Rgb>(pixel[0] << 16 | pixel[1] << 8 | pixel[2]);
}

int Picture::colours() const {
    std::set<Rgb> seen;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) seen.insert(at(x, y));
    }
    return static_cast<int>(seen.size());
}

Picture picture_of_file(const std::string& path) {
    Process convert({program("convert"), path, "-depth", "8", "ppm:-"});
    REQUIRE(convert.wait() == 0);
    return picture_of_ppm(convert.output());
}

std::string window_program() { return path_of("WEBSOCKET_DEBUGGER"); }

//--- display

Display::Display(const std::string& size, std::vector<std::string> more) {
    std::vector<std::string> arguments = {program("Xvfb"), "-displayfd", "1",
                                          "-noreset",      "-screen",    "0",
                                          size + "x24",    "-nolisten",  "tcp"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    server_ = std::make_unique<Process>(arguments);
    const auto number = server_->line();
    REQUIRE_MESSAGE(number.has_value(), "Xvfb did not start: " << server_->errors());
    name_ = ":" + *number;
}

Process::Options Display::options() const {
    Process::Options options;
    // OpenGL's driver is unloaded with what it never freed, so that the leak sanitizer can neither
    // name nor be told to pass over it. The headless tests look for leaks of our own.
    options.environment = {{"DISPLAY", name_},
                           {"WAYLAND_DISPLAY", ""},
                           {"XDG_CONFIG_HOME", settings_ / ""},
                           {"XDG_DATA_HOME", data_path()},
                           {"ASAN_OPTIONS", "detect_leaks=0"}};
    return options;
}

Run Display::run(std::vector<std::string> arguments) const {
    if (arguments[0].find('/') == std::string::npos) arguments[0] = program(arguments[0]);
    Process process(arguments, options());
    Run run;
    run.code = process.wait();
    run.output = process.output();
    run.errors = process.errors();
    return run;
}

void Display::set_dpi(int dpi) {
    const Run set = run({"xprop", "-root", "-f", "RESOURCE_MANAGER", "8s", "-set",
                         "RESOURCE_MANAGER", "Xft.dpi: " + std::to_string(dpi)});
    REQUIRE(set.code == 0);
}

Picture Display::picture() const {
    const Run taken = run({"import", "-silent", "-window", "root", "-depth", "8", "ppm:-"});
    REQUIRE_MESSAGE(taken.code == 0, taken.errors);
    return picture_of_ppm(taken.output);
}

bool Display::shows(int x, int y, Rgb colour, Seconds patience) const {
    const auto deadline = Clock::now() + patience;
    while (Clock::now() < deadline) {
        if (picture().at(x, y) == colour) return true;
    }
    return false;
}

//--- window

Window::Window(const Display& display, std::vector<std::string> arguments) : display_(display) {
    arguments.insert(arguments.begin(), window_program());
    process_ = std::make_unique<Process>(arguments, display.options());
    const Run found = display_.run(
        {"xdotool", "search", "--sync", "--onlyvisible", "--name", "^WebSocketDebugger$"});
    REQUIRE_MESSAGE(found.code == 0, found.errors);
    const std::string id = found.output.substr(0, found.output.find('\n'));
    REQUIRE(display_.run({"xdotool", "windowfocus", "--sync", id}).code == 0);
}

void Window::key(const std::string& chord) {
    REQUIRE(display_.run({"xdotool", "key", chord}).code == 0);
}

void Window::type(const std::string& text) {
    REQUIRE(display_.run({"xdotool", "type", "--delay", "2", text}).code == 0);
}

void Window::click(int x, int y) {
    REQUIRE(
        display_.run({"xdotool", "mousemove", std::to_string(x), std::to_string(y), "click", "1"})
            .code == 0);
}

bool file_holds(const std::string& path, const std::string& part, Seconds patience) {
    const int watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    REQUIRE(watch >= 0);
    ::inotify_add_watch(watch, path.c_str(), IN_MODIFY);
    const auto deadline = Clock::now() + patience;
    bool found = contains(content(path), part);
    while (!found && Clock::now() < deadline) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd waited{watch, POLLIN, 0};
        ::poll(&waited, 1, static_cast<int>(left.count()) + 1);
        char events[4096];
        while (::read(watch, events, sizeof events) > 0) {
        }
        found = contains(content(path), part);
    }
    ::close(watch);
    return found;
}

} // namespace e2e
