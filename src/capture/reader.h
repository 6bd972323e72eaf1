// Reads a capture from its first event to its last, whatever its size: memory is that of the
// longest line. Owned by one thread. Never changes the file, and never stops at a damaged line: it
// is counted, told, and passed over. What is left half-written at the end is left out with a word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "capture/line_writer.h"
#include "capture/stop_sign.h"
#include "wire/event.h"

namespace capture {

/// A line that could not be read.
struct Damage {
    std::uint64_t line = 0; ///< from 1, of the file
    std::string what;       ///< "it is not JSON: byte 17, expected a colon"
};

struct ReaderOptions {
    /// Another process writes the file: at its end next() returns false, and may be asked again.
    bool follow = false;
    /// A longer line is damage.
    std::size_t max_line = kMostLine;
    /// Once it is raised there is no next event, as at the end; may be null.
    const StopSign* stop = nullptr;
};

class Reader {
public:
    /// An Error when it cannot be read, or is of a later version.
    static base::Result<Reader> open(const std::string& path, ReaderOptions options = {});
    /// Reads from `fd`, which it closes at its end.
    static base::Result<Reader> open_fd(int fd, ReaderOptions options = {});
    /// Reads a text, for tests.
    static base::Result<Reader> over(std::string_view text, ReaderOptions options = {});
    Reader(Reader&&) noexcept;
    Reader& operator=(Reader&&) noexcept;
    ~Reader();

    /// The next event, in file order, with bytes of its own. False: there is none (any more).
    /// `id` counts from 1; `mono_ns` is the time since the first session's start, `wall_ns` that
    /// start and t; `conn` and `link` go on in sessions joined to the first; `of` is an id.
    bool next(wire::Event* event);
    /// The same without a copy, valid until the next call.
    bool next(wire::EventView* event);

    /// next() would have to wait for who writes into a pipe.
    bool would_wait() const;

    /// The file could not be read on: next() gives nothing more.
    const base::Status& failed() const;

    std::uint64_t damaged_lines() const;
    const std::vector<Damage>& damage() const; ///< the first hundred of them
    /// What is worth telling and is no damage: "the last line is half-written and was left out".
    const std::vector<std::string>& warnings() const;

    std::int64_t started_wall_ns() const; ///< of the first session; 0: not known
    std::uint64_t bytes_read() const;
    std::uint64_t bytes_total() const; ///< of the file, when it was last looked at; 0: not known
    std::uint64_t events() const;      ///< given so far

private:
    struct Impl;
    explicit Reader(std::unique_ptr<Impl> impl);
    static base::Result<Reader> started(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

} // namespace capture
