#include "app/capture_output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "base/text.h"
#include "capture/csv_writer.h"

namespace app {

CaptureFormat format_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::size_t point = path.rfind('.');
    if (point == std::string::npos || (slash != std::string::npos && point < slash))
        return CaptureFormat::none;
    const std::string end = base::ascii_lower(path.substr(point));
    if (end == ".ndjson") return CaptureFormat::ndjson;
    if (end == ".har") return CaptureFormat::har;
    if (end == ".csv") return CaptureFormat::csv;
    return CaptureFormat::none;
}

//--- a file in the place of another ---------------------------------------------------------------

namespace {

/// A new file beside `path`, whose name is `*name`; -1 with errno.
int create_beside(const std::string& path, unsigned mode, std::string* name) {
    for (int i = 0;; ++i) {
        *name = path + '.' + std::to_string(::getpid()) + '-' + std::to_string(i) + ".part";
        const int fd = ::open(name->c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        constexpr int kMost = 1000; // what a killed program left, and one that had its number
        if (fd >= 0 || errno != EEXIST || i == kMost) return fd;
    }
}

} // namespace

base::Result<std::unique_ptr<Replacement>> Replacement::create(const std::string& path,
                                                               unsigned mode) {
    std::unique_ptr<Replacement> made(new Replacement());
    // Through a link to the file itself, which keeps its name.
    char resolved[PATH_MAX];
    made->path_ = ::realpath(path.c_str(), resolved) != nullptr ? resolved : path;
    struct stat about {};
    const bool replaces = ::stat(made->path_.c_str(), &about) == 0;
    if (replaces && !S_ISREG(about.st_mode))
        return base::Error{path + " is not a file", "it cannot be replaced",
                           "give the name of a file"};
    made->fd_ = create_beside(made->path_, mode, &made->temporary_);
    if (made->fd_ < 0) {
        const int fault = errno;
        made->temporary_.clear();
        return base::Error{"cannot create a file beside " + path, std::strerror(fault),
                           "choose a place that can be written"};
    }
    if (replaces) (void)::fchmod(made->fd_, about.st_mode & 0777); // else it stays as created
    return made;
}

Replacement::~Replacement() {
    if (fd_ >= 0) ::close(fd_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

base::Error Replacement::fault(const char* what) const {
    return {what + path_, std::strerror(errno),
            "make room, or choose another place; what was there is as it was"};
}

base::Status Replacement::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t now = ::write(fd_, bytes.data(), bytes.size());
        if (now < 0 && errno != EINTR) return fault("cannot write beside ");
        if (now <= 0) continue;
        bytes.remove_prefix(static_cast<std::size_t>(now));
        bytes_ += static_cast<std::uint64_t>(now);
    }
    return {};
}

base::Status Replacement::finish(bool overwrite) {
    if (::fdatasync(fd_) != 0 && errno != EINVAL) return fault("cannot write beside ");
    // A link to the new file fails when the name is taken; a file system without links is asked.
    if (!overwrite && ::link(temporary_.c_str(), path_.c_str()) != 0) {
        if (errno == EEXIST || ::access(path_.c_str(), F_OK) == 0)
            return base::Error{path_ + " was not written", "a file of that name is there by now",
                               "choose another name, or replace it"};
        overwrite = true;
    }
    if (overwrite && ::rename(temporary_.c_str(), path_.c_str()) != 0)
        return fault("cannot replace ");
    if (!overwrite) ::unlink(temporary_.c_str());
    temporary_.clear();
    return {};
}

//--- events as text -------------------------------------------------------------------------------

base::Status CaptureOutput::begin(std::int64_t started_wall_ns) {
    begun_ = true;
    if (options_.format == CaptureFormat::csv) buffer_ = capture::csv_header();
    if (options_.format == CaptureFormat::ndjson)
        buffer_ = capture::first_line(started_wall_ns, options_.program);
    if (options_.format != CaptureFormat::har) return {};
    auto har = capture::HarWriter::create(started_wall_ns, options_.program);
    if (!har) return har.error();
    har_ = std::move(har.value());
    return {};
}

base::Status CaptureOutput::append(const wire::EventView& event) {
    const bool look = options_.redact || options_.count_secrets;
    const wire::EventView safe = look ? redactor_.redact(event) : event;
    const wire::EventView& shown = options_.redact ? safe : event;
    if (har_) return har_->append(shown);
    if (options_.format == CaptureFormat::csv)
        capture::append_csv_row(buffer_, shown);
    else
        lines_.append(buffer_, shown);
    return buffer_.size() >= kWriteAt ? flush() : base::Status();
}

base::Status CaptureOutput::end() {
    if (har_) return har_->finish([this](std::string_view piece) { return out_.write(piece); });
    return flush();
}

base::Status CaptureOutput::flush() {
    const base::Status written = out_.write(buffer_);
    buffer_.clear();
    return written;
}

} // namespace app
