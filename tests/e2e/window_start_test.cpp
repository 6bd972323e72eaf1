// The window's command line, and how it ends where it cannot begin.
#include <doctest/doctest.h>

#include "e2e/process.h"
#include "e2e/window_screen.h"

namespace {

using e2e::contains;
using e2e::Display;
using e2e::lines_of;
using e2e::Picture;
using e2e::Run;
using e2e::window_program;

/// Runs the window's program where there is no display.
Run without_display(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), window_program());
    e2e::Process::Options options;
    options.environment = {{"DISPLAY", ""}, {"WAYLAND_DISPLAY", ""}};
    e2e::Process process(arguments, options);
    Run run;
    run.code = process.wait();
    run.output = process.output();
    run.errors = process.errors();
    return run;
}

} // namespace

TEST_CASE("the window: --help and --version answer on standard output, without a display") {
    const Run help = without_display({"--help"});
    CHECK(help.code == 0);
    for (const char* word : {"URL", "--demo", "--open", "--frames", "--screenshot", "--version"}) {
        CHECK(contains(help.output, word));
    }
    const Run version = without_display({"--version"});
    CHECK(version.code == 0);
    CHECK(contains(version.output, "websocket-debugger 0."));
    CHECK(version.errors.empty());
}

TEST_CASE("the window: a wrong command line is one clear line that names the part, and exit 2") {
    const struct {
        std::vector<std::string> arguments;
        const char* part;
    } kWrong[] = {{{"--open"}, "--open"},           {{"--open", ""}, "--open"},
                  {{"--frames", "0"}, "--frames"},  {{"--frames", "many"}, "many"},
                  {{"--frames"}, "--frames"},       {{"--screenshot"}, "--screenshot"},
                  {{"ws://a", "ws://b"}, "ws://b"}, {{"localhost:8765"}, "ws://localhost:8765"},
                  {{"--demo", "ws://a"}, "--demo"}, {{"--nonsense"}, "--nonsense"}};
    for (const auto& wrong : kWrong) {
        CAPTURE(wrong.part);
        const Run run = without_display(wrong.arguments);
        CHECK(run.code == 2);
        CHECK(run.output.empty());
        CHECK(lines_of(run.errors).size() == 1);
        CHECK(contains(run.errors, wrong.part));
    }
}

TEST_CASE("the window: without a display it says so in one line, and exit 1") {
    const Run run = without_display({});
    CHECK(run.code == 1);
    CHECK(lines_of(run.errors).size() == 1);
    CHECK(contains(run.errors, "display"));
    CHECK(contains(run.errors, "xvfb-run"));
}

TEST_CASE("the window: without OpenGL 3.3 it says so in one line, and exit 1") {
    const Display display("1280x720", {"-extension", "GLX"});
    const Run run = display.run({window_program()});
    CHECK(run.code == 1);
    CHECK(lines_of(run.errors).size() == 1);
    CHECK(contains(run.errors, "OpenGL 3.3"));
}

TEST_CASE("the window: --frames draws so many and ends, and the picture is of the last") {
    const Display display;
    const e2e::Folder folder;
    const std::string png = folder / "empty.png";
    const Run run = display.run({window_program(), "--frames", "5", "--screenshot", png});
    CHECK(run.code == 0);
    CHECK(run.errors.empty());
    const Picture picture = e2e::picture_of_file(png);
    CHECK(picture.width == 1280);
    CHECK(picture.height == 720);
    CHECK(picture.at(640, 5) == 0x21252B);   // the menu bar
    CHECK(picture.at(640, 25) == 0x2C3139);  // the line below it
    CHECK(picture.at(300, 600) == 0x1A1D22); // the log, empty
    CHECK(picture.colours() > 200);          // letters are there
}

TEST_CASE("the window: at twice the content scale everything is twice as large, not stretched") {
    Display display("2560x1440");
    display.set_dpi(192);
    const e2e::Folder folder;
    const std::string png = folder / "large.png";
    CHECK(display.run({window_program(), "--frames", "4", "--screenshot", png}).code == 0);
    const Picture picture = e2e::picture_of_file(png);
    CHECK(picture.width == 2560);
    CHECK(picture.at(1280, 49) == 0x21252B);
    CHECK(picture.at(1280, 50) == 0x2C3139); // a line of two pixels
    CHECK(picture.at(1280, 51) == 0x2C3139);
    CHECK(picture.at(1280, 52) == 0x21252B);
}

TEST_CASE("the window: a picture that cannot be written is told, and exit 1") {
    const Display display;
    const Run run =
        display.run({window_program(), "--frames", "3", "--screenshot", "/nonexistent/a.png"});
    CHECK(run.code == 1);
    CHECK(contains(run.errors, "/nonexistent/a.png"));
}

TEST_CASE("the window: --demo is connected, and its events flow") {
    const Display display("1600x900");
    const e2e::Folder folder;
    const std::string png = folder / "demo.png";
    const Run run = display.run({window_program(), "--demo", "--screenshot", png});
    CHECK(run.code == 0);
    const Picture picture = e2e::picture_of_file(png);
    CHECK(picture.at(17, 48) == 0x5CC98C); // Open
    bool out_row = false;                  // auth_response, which we sent
    for (int y = 160; y < 870; ++y) out_row = out_row || picture.at(1075, y) == 0x241F1B;
    CHECK(out_row);
}
