// What work on files is doing, as the screen and the terminal show it. The worker fills a fresh
// copy; nobody shares one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace wire {

/// A capture that is being written.
struct RecordingState {
    std::string file;
    std::uint64_t bytes = 0;          ///< in the file
    std::uint64_t events = 0;         ///< in the file, or on their way to it
    std::uint64_t messages = 0;       ///< text and binary ones of them
    std::uint64_t connections = 0;    ///< sessions that opened
    double rate = 0;                  ///< bytes a second, over the last second or so
    std::uint64_t gap = 0;            ///< events that are missing in the file so far
    std::uint64_t left_out = 0;       ///< messages beyond the limit that was asked for
    std::uint64_t hidden = 0;         ///< secrets that were replaced, with redaction
    std::optional<base::Error> error; ///< what keeps it from being written now
    bool sync_failed = false;         ///< fdatasync failed once: a power loss may take some of it
    std::uint64_t faults = 0;         ///< how often there was something to tell
    base::Error last_error;           ///< the newest of them, also when it is over
    double cpu_s = 0;                 ///< of the recorder's thread, once finished
    bool finished = false;            ///< nothing more will be written
};

/// Nothing that was to be in the file is missing there, and the disk has taken it.
inline bool whole(const RecordingState& state) {
    return state.gap == 0 && !state.error && !state.sync_failed;
}

/// A file that is being read or written by a worker.
struct FileProgress {
    std::string file;
    std::uint64_t link = 0; ///< a capture that is opened: the first of its connections; 0: none yet
    std::uint64_t bytes = 0; ///< done
    std::uint64_t total = 0; ///< 0: not known
    std::uint64_t events = 0;
    double rate = 0;                  ///< bytes a second
    std::uint64_t damaged = 0;        ///< lines passed over
    std::vector<std::string> words;   ///< what is worth telling: warnings, the first damage
    std::optional<base::Error> error; ///< why it was not all of it
    bool finished = false, cancelled = false;
};

} // namespace wire
