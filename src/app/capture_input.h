// What the commands that read captures share: how damage is told, a line that shows the progress of
// long work, and how often the outside is looked at. Used by the command's thread.
#pragma once

#include <cstdint>
#include <string>

#include "capture/reader.h"

namespace app {

/// Says on standard error what was wrong with the capture; the exit code that follows from it.
int tell_reading(const capture::Reader& reader, const std::string& path);

/// "12.5 MB of 100 MB, 51 MB/s", on standard error when that is a terminal, once work takes longer
/// than a moment.
class ProgressLine {
public:
    /// `verb`: "reading".
    explicit ProgressLine(const char* verb);
    ~ProgressLine() { clear(); }
    void show(std::uint64_t bytes, std::uint64_t total, std::uint64_t events);
    /// Takes the line away, before anything else is said.
    void clear();
    bool on_terminal() const { return terminal_; }

private:
    const char* verb_;
    bool terminal_;
    bool shown_ = false;
    std::int64_t began_ns_, next_ns_;
};

} // namespace app
