// A capture file that is appended to as events happen. Owned by one thread (a command's; the
// recorder with its own thread comes on top of it). Never waits for anything but the disk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "wire/event.h"

namespace capture {

/// True when `path` holds something that a new capture would replace.
bool file_occupied(const std::string& path);

/// Why an occupied file is not written to, and what to do.
base::Error occupied_error(const std::string& path);

class FileWriter {
public:
    /// Creates `path` with mode 0600 and writes the first line. A file that exists and is not empty
    /// is refused unless `overwrite`; so is one that another writer of ours has open. `program` is
    /// the name and version for the first line.
    static base::Result<std::unique_ptr<FileWriter>>
    create(const std::string& path, bool overwrite, base::Stamp started, std::string_view program);
    /// Flushes what it can.
    ~FileWriter();
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;

    /// Buffers one event; written at the latest with the next flush().
    base::Status append(const wire::EventView& event);
    /// Hands what is buffered to the kernel: it then survives the end of this program. What could
    /// not be written stays in the buffer and is tried again by the next flush().
    base::Status flush();

    std::uint64_t lines() const { return lines_; } ///< events appended, without the first line
    std::uint64_t bytes() const { return bytes_; } ///< bytes appended, the first line's too
    const std::string& path() const { return path_; }

private:
    FileWriter(int fd, std::string path, base::Stamp started);

    int fd_;
    std::string path_;
    base::Stamp started_;
    std::string buffer_;
    std::uint64_t lines_ = 0;
    std::uint64_t bytes_ = 0;
};

} // namespace capture
