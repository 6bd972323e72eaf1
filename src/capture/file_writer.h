// A capture file that is appended to as events happen. Owned by one thread, the recorder's. What
// could not be written is kept and tried again; the file's bytes are always a beginning of what was
// appended. Never waits for anything but the disk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "capture/line_writer.h"
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

    /// The file has no name any more: what is written is lost with this program.
    bool removed() const;
    /// Creates the file anew, after it was removed, with a first line. What is buffered goes; how
    /// many lines were lost, those of the removed file included, is `*lost`.
    base::Status create_again(std::uint64_t* lost);

    std::uint64_t lines() const { return writer_.lines(); }    ///< appended, without the first line
    std::uint64_t bytes() const { return bytes_; }             ///< appended, the first line's too
    std::uint64_t unwritten() const { return buffer_.size(); } ///< of them, not yet in the file
    std::uint64_t too_long() const { return writer_.too_long(); } ///< of lines(), see LineWriter
    std::uint64_t unwritten_lines() const; ///< of lines(), those that are not whole in the file
    const std::string& path() const { return path_; }
    int fd() const { return fd_; }

private:
    FileWriter(int fd, std::string path, base::Stamp started, std::string_view program);
    void begin();

    int fd_;
    std::string path_;
    base::Stamp started_;
    std::string program_;
    LineWriter writer_;
    std::string buffer_;
    std::uint64_t bytes_ = 0;
};

} // namespace capture
