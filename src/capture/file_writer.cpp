#include "capture/file_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "capture/line_writer.h"

namespace capture {
namespace {

/// Written on its own once this much waits, so that a burst does not grow the buffer.
constexpr std::size_t kWriteAt = 256u << 10;

base::Error system_error(const std::string& what, int number, const std::string& fix) {
    return {what, std::strerror(number), fix};
}

/// Takes the file for this writer: alone, empty (or emptied), at its end.
base::Status claim(int fd, const std::string& path, bool overwrite) {
    struct stat about {};
    if (::fstat(fd, &about) != 0)
        return system_error("cannot look at " + path, errno, "choose another file");
    if (!S_ISREG(about.st_mode)) return {}; // a pipe or a device has nothing to lose
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return base::Error{path + " is being written to", "another program records into it",
                           "choose another file"};
    if (about.st_size == 0) return {};
    if (!overwrite) return occupied_error(path);
    if (::ftruncate(fd, 0) != 0)
        return system_error("cannot empty " + path, errno, "choose another file");
    return {};
}

} // namespace

bool file_occupied(const std::string& path) {
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0;
}

base::Error occupied_error(const std::string& path) {
    return {path + " exists and is not empty", "a capture is not written over what is there",
            "choose another file, or pass --overwrite"};
}

base::Result<std::unique_ptr<FileWriter>> FileWriter::create(const std::string& path,
                                                             bool overwrite, base::Stamp started,
                                                             std::string_view program) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return system_error("cannot create " + path, errno, "choose a file that can be written");
    // The first line says whole milliseconds: t 0 is where one begins.
    const std::int64_t beyond_ns = started.wall_ns % base::kMillisecond;
    started.wall_ns -= beyond_ns;
    started.mono_ns -= beyond_ns;
    // From here on the descriptor has an owner.
    std::unique_ptr<FileWriter> writer(new FileWriter(fd, path, started, program));
    if (const base::Status claimed = claim(fd, path, overwrite); !claimed) return claimed.error();
    writer->begin();
    if (const base::Status written = writer->flush(); !written) return written.error();
    return writer;
}

FileWriter::FileWriter(int fd, std::string path, base::Stamp started, std::string_view program)
    : fd_(fd), path_(std::move(path)), started_(started), program_(program),
      writer_(started.mono_ns) {}

FileWriter::~FileWriter() {
    // Whoever wants to know whether this worked has called flush() before.
    (void)flush();
    ::close(fd_);
}

void FileWriter::begin() {
    writer_ = LineWriter(started_.mono_ns);
    buffer_ = first_line(started_.wall_ns, program_);
    bytes_ = buffer_.size();
}

base::Status FileWriter::append(const wire::EventView& event) {
    const std::size_t before = buffer_.size();
    writer_.append(buffer_, event);
    bytes_ += buffer_.size() - before;
    return buffer_.size() >= kWriteAt ? flush() : base::Status();
}

std::uint64_t FileWriter::unwritten_lines() const {
    const auto ends = std::count(buffer_.begin(), buffer_.end(), '\n');
    return std::min(static_cast<std::uint64_t>(ends), lines()); // the first line is no event
}

bool FileWriter::removed() const {
    struct stat about {};
    return ::fstat(fd_, &about) == 0 && S_ISREG(about.st_mode) && about.st_nlink == 0;
}

base::Status FileWriter::create_again(std::uint64_t* lost) {
    const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return system_error(path_ + " was removed and cannot be created again", errno,
                            "make its folder writable, or record to another place");
    ::close(fd_);
    fd_ = fd;
    *lost = writer_.lines();
    if (const base::Status claimed = claim(fd, path_, false); !claimed) return claimed;
    begin();
    return {};
}

base::Status FileWriter::flush() {
    std::size_t written = 0;
    int fault = 0;
    while (written < buffer_.size() && fault == 0) {
        const ssize_t now = ::write(fd_, buffer_.data() + written, buffer_.size() - written);
        if (now >= 0)
            written += static_cast<std::size_t>(now);
        else if (errno != EINTR)
            fault = errno;
    }
    buffer_.erase(0, written);
    if (fault == 0) return {};
    return system_error("cannot write to " + path_, fault,
                        "make room, or record to another place; what was written before is kept");
}

} // namespace capture
