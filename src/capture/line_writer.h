// The capture format, version 1 (CONTRACT.md): how an event becomes a line. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/renumbering.h"
#include "wire/event.h"

namespace capture {

/// Bytes of the longest line: what a reader has to hold at most. A message of 170 MiB fits whatever
/// is in it, usual text of nearly 1 GiB.
constexpr std::size_t kMostLine = std::size_t{1} << 30;

/// {"capture":"websocket-debugger","version":1,"started":…,"program":…} with its line end.
/// `started_wall_ns` is the wall clock at t 0.
std::string first_line(std::int64_t started_wall_ns, std::string_view program);

/// Appends one event as a line, line end included. `n` counts from 1 within the file;
/// `started_mono_ns` is the monotonic clock at t 0. Payload bytes are kept true: `data` when they
/// are valid UTF-8, else `b64`.
void append_line(std::string& out, const wire::EventView& event, std::uint64_t n,
                 std::int64_t started_mono_ns);

/// Lines of one file or stream, numbered from 1. `of` of a note, an id, becomes the number of the
/// line that has that event; where there is none it is left out. In place of an event whose line
/// would be too long stands a note with `gap` 1.
class LineWriter {
public:
    /// `started_mono_ns` is the monotonic clock at t 0.
    explicit LineWriter(std::int64_t started_mono_ns, std::size_t most_line = kMostLine)
        : started_mono_ns_(started_mono_ns), most_line_(most_line) {}
    void append(std::string& out, const wire::EventView& event);
    std::uint64_t lines() const { return lines_; }
    std::uint64_t too_long() const { return too_long_; } ///< events that were replaced by a note

private:
    void put(std::string& out, const wire::EventView& event);

    std::int64_t started_mono_ns_;
    std::size_t most_line_;
    std::uint64_t lines_ = 0, too_long_ = 0;
    base::Renumbering numbers_; ///< ids to numbers of lines
};

} // namespace capture
