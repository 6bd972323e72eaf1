#include "app/event_pump.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/clock.h"

namespace app {
namespace {

bool ignored(int signal_number) {
    struct sigaction action {};
    return ::sigaction(signal_number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// Those that mean "end cleanly". A shell starts jobs in the background with SIGINT ignored, and
/// they are to end cleanly all the same; SIGHUP stays ignored under nohup.
sigset_t ending_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (!ignored(SIGHUP)) sigaddset(&set, SIGHUP);
    return set;
}

/// Reads a counter or one signal; true when there was one.
template <class Record>
bool take(int fd) {
    Record record;
    return ::read(fd, &record, sizeof record) == static_cast<ssize_t>(sizeof record);
}

timespec time_until(std::int64_t deadline_ns) {
    std::int64_t left = deadline_ns - base::mono_now_ns();
    if (left < 0) left = 0;
    return {static_cast<std::time_t>(left / base::kSecond),
            static_cast<long>(left % base::kSecond)};
}

} // namespace

base::Result<std::unique_ptr<EventPump>> EventPump::create() {
    std::unique_ptr<EventPump> pump(new EventPump());
    const sigset_t signals = ending_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, &pump->old_mask_);
    pump->wake_fd_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pump->signal_fd_ = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (pump->wake_fd_ < 0 || pump->signal_fd_ < 0)
        return base::Error{"cannot wait for events", std::strerror(errno),
                           "raise the limit of open files (ulimit -n)"};
    return pump;
}

EventPump::~EventPump() {
    if (wake_fd_ >= 0) ::close(wake_fd_);
    if (signal_fd_ >= 0) ::close(signal_fd_);
    ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

std::function<void()> EventPump::wake() {
    return [fd = wake_fd_] {
        const std::uint64_t one = 1;
        // It fails only when the counter is full, and then the sleeper is woken anyway.
        [[maybe_unused]] const ssize_t written = ::write(fd, &one, sizeof one);
    };
}

Woke EventPump::wait(std::int64_t deadline_ns) { return sleep(-1, deadline_ns); }

Woke EventPump::wait(wire::EventQueue& queue, std::int64_t deadline_ns) {
    // With something to pop this still asks for signals and the like, but does not sleep.
    if (queue.arm()) return sleep(-1, deadline_ns);
    const Woke woke = sleep(-1, 0);
    const bool passed = deadline_ns <= base::mono_now_ns();
    return woke == Woke::deadline && !passed ? Woke::wake : woke;
}

Woke EventPump::wait_writable(int fd, std::int64_t deadline_ns) { return sleep(fd, deadline_ns); }

Woke EventPump::sleep(int writable_fd, std::int64_t deadline_ns) {
    for (;;) {
        std::array<pollfd, 5> fds = {pollfd{signal_fd_, POLLIN, 0},
                                     pollfd{writable_fd < 0 ? wake_fd_ : -1, POLLIN, 0},
                                     pollfd{watched_fd_, 0, 0}, pollfd{writable_fd, POLLOUT, 0},
                                     pollfd{writable_fd < 0 ? input_fd_ : -1, POLLIN, 0}};
        const timespec left = time_until(deadline_ns);
        const bool forever = deadline_ns == kNever;
        const int count = ::ppoll(fds.data(), fds.size(), forever ? nullptr : &left, nullptr);
        if (count == 0) return Woke::deadline;
        if (count < 0) continue; // EINTR, as after SIGCONT
        if (fds[0].revents != 0 && take<signalfd_siginfo>(signal_fd_)) return Woke::signal;
        if (fds[2].revents != 0) return Woke::hung_up;
        if (fds[3].revents != 0) return Woke::ready;
        if (fds[1].revents != 0 && take<std::uint64_t>(wake_fd_)) return Woke::wake;
        if (fds[4].revents != 0) return Woke::ready;
    }
}

} // namespace app
