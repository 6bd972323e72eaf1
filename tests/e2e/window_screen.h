// A display of the test's own (Xvfb) and the real window on it, driven with keys and mouse as by a
// hand, looked at as by an eye. Owned by a test; the programs end with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "e2e/process.h"

namespace e2e {

/// A colour as 0xRRGGBB.
using Rgb = unsigned;

/// A picture, read once.
struct Picture {
    int width = 0, height = 0;
    std::string pixels; ///< three bytes each, row by row
    Rgb at(int x, int y) const;
    int colours() const; ///< how many different ones
};
Picture picture_of_file(const std::string& path);

class Display {
public:
    explicit Display(const std::string& size = "1280x720", std::vector<std::string> more = {});
    /// The file of settings that programs on it read and write.
    std::string settings_path() const { return settings_ / "websocket-debugger/settings.json"; }
    /// Where programs on it keep what is the user's, such as recordings.
    std::string data_path() const { return settings_ / "data"; }
    /// Environment for programs on this display.
    Process::Options options() const;
    /// Tells programs to draw at another scale: 192 is twice.
    void set_dpi(int dpi);
    /// Runs a program on it to its end.
    Run run(std::vector<std::string> arguments) const;
    /// What is on the screen now.
    Picture picture() const;
    /// True once the pixel has that colour; false when the time is up.
    bool shows(int x, int y, Rgb colour, Seconds patience = kPatience) const;

private:
    std::unique_ptr<Process> server_;
    std::string name_;
    Folder settings_; ///< of the programs on it, never the user's
};

/// The window, filling its display.
class Window {
public:
    Window(const Display& display, std::vector<std::string> arguments);
    Process& process() { return *process_; }

    void key(const std::string& chord); ///< as xdotool names it: "ctrl+Return"
    void type(const std::string& text);
    void click(int x, int y);

private:
    const Display& display_;
    std::unique_ptr<Process> process_;
};

std::string window_program();

/// True once the file holds `part`; waits for each change of the file.
bool file_holds(const std::string& path, const std::string& part, Seconds patience = kPatience);

} // namespace e2e
