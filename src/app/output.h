// Standard output and standard error of a command. Output carries data, collected and handed over
// at once; a reader that is slow never makes the command deaf to signals. Error carries words for
// people. Owned by the command's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/event_pump.h"
#include "base/result.h"

namespace app {

class Output {
public:
    enum class Flow : std::uint8_t {
        ok,
        closed,      ///< the reader went away: no error, but nothing more to do
        interrupted, ///< a signal or the deadline came while the reader was slow
        failed,      ///< the disk is full, or the like: see fault()
    };

    explicit Output(int fd = 1);

    /// What is to be written next; append whole lines.
    std::string& buffer() { return buffer_; }
    /// Writes the buffer. What could not be written stays in it.
    Flow flush(EventPump& pump, std::int64_t deadline_ns = EventPump::kNever);

    bool terminal() const { return terminal_; }
    bool color() const { return color_; }            ///< a terminal, and NO_COLOR is not set
    int columns() const;                             ///< of the terminal, asked anew; 0: no limit
    int pipe_fd() const { return pipe_ ? fd_ : -1; } ///< for EventPump::watch_hang_up
    base::Error fault() const;                       ///< after Flow::failed

private:
    int fd_;
    bool terminal_ = false;
    bool color_ = false;
    bool pipe_ = false;    ///< a pipe or a socket: its reader can go away
    bool regular_ = false; ///< a file: writing never waits for a reader
    int fault_ = 0;
    std::string buffer_;
};

/// One line for people on standard error, "wsdbg: …". Control characters are escaped.
void say(std::string_view sentence);
void say(const base::Error& error);

/// "1 message", "1,204 messages".
std::string counted(std::uint64_t count, const char* noun);

/// Opens /dev/null for each of the three standard descriptors that is closed, so that no socket or
/// capture gets its number. Call it first.
void keep_standard_descriptors();

} // namespace app
