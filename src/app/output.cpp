#include "app/output.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "base/text.h"

namespace app {

Output::Output(int fd) : fd_(fd) {
    struct stat about {};
    if (::fstat(fd, &about) == 0) {
        pipe_ = S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode);
        regular_ = S_ISREG(about.st_mode);
    }
    terminal_ = ::isatty(fd) == 1;
    const char* no_color = std::getenv("NO_COLOR");
    const char* kind = std::getenv("TERM");
    const bool dumb = kind != nullptr && std::string_view(kind) == "dumb";
    color_ = terminal_ && !dumb && (no_color == nullptr || *no_color == '\0');
}

int Output::columns() const {
    winsize size{};
    if (!terminal_ || ::ioctl(fd_, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

base::Error Output::fault() const {
    return {"cannot write to standard output", std::strerror(fault_),
            "make room, or send it elsewhere"};
}

Output::Flow Output::flush(EventPump& pump, std::int64_t deadline_ns) {
    std::size_t written = 0;
    Flow flow = Flow::ok;
    while (written < buffer_.size() && flow == Flow::ok) {
        // A pipe that is ready takes PIPE_BUF bytes without waiting. Files are always ready.
        const std::size_t left = buffer_.size() - written;
        const std::size_t piece = regular_ ? left : std::min<std::size_t>(left, PIPE_BUF);
        if (!regular_) {
            const Woke woke = pump.wait_writable(fd_, deadline_ns);
            if (woke == Woke::hung_up) flow = Flow::closed;
            if (woke == Woke::signal || woke == Woke::deadline) flow = Flow::interrupted;
            if (flow != Flow::ok) break;
        }
        const ssize_t now = ::write(fd_, buffer_.data() + written, piece);
        if (now >= 0) {
            written += static_cast<std::size_t>(now);
        } else if (errno == EPIPE) {
            flow = Flow::closed;
        } else if (errno != EINTR && errno != EAGAIN) {
            fault_ = errno;
            flow = Flow::failed;
        }
    }
    buffer_.erase(0, written);
    return flow;
}

void say(std::string_view sentence) {
    const std::string line = "wsdbg: " + base::escape_for_terminal(sentence) + "\n";
    // Nobody can be told when standard error itself does not work.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

void say(const base::Error& error) { say(base::one_line(error)); }

std::string counted(std::uint64_t count, const char* noun) {
    return base::count_text(count) + ' ' + noun + (count == 1 ? "" : "s");
}

void keep_standard_descriptors() {
    for (int fd = 0; fd <= 2; ++fd)
        if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF) (void)::open("/dev/null", O_RDWR);
}

} // namespace app
