// Ends a reading from outside, also one that waits for the other end of a pipe. Raised on any
// thread, once and for good; outlives whoever looks at it.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace capture {

class StopSign {
public:
    StopSign() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
    ~StopSign() {
        if (fd_ >= 0) ::close(fd_);
    }
    StopSign(const StopSign&) = delete;
    StopSign& operator=(const StopSign&) = delete;

    void raise() {
        raised_ = true;
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t written = ::write(fd_, &one, sizeof one); // never full
    }
    bool raised() const { return raised_; }
    int fd() const { return fd_; } ///< readable once raised, for poll()

private:
    std::atomic<bool> raised_{false};
    int fd_; ///< -1 when there are no descriptors left: only raised() tells then
};

} // namespace capture
