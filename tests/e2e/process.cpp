#include "e2e/process.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace e2e {
namespace {

using Clock = std::chrono::steady_clock;

Clock::time_point deadline_after(Seconds patience) {
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(patience);
}

void close_fd(int* fd) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
}

/// Reads what one descriptor has; closes it at its end.
void read_some(int* fd, std::string* into) {
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(*fd, buffer.data(), buffer.size());
    if (got > 0)
        into->append(buffer.data(), static_cast<std::size_t>(got));
    else if (got == 0 || errno != EINTR)
        close_fd(fd);
}

/// In the child: from here on only what is safe between fork and exec.
[[noreturn]] void become(char* const* arguments, char* const* environment, const int* fds) {
    for (int i = 0; i < 3; ++i) ::dup2(fds[i], i);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL); // ignored in the tests' own process
    ::execve(arguments[0], arguments, environment);
    ::_exit(127);
}

std::vector<std::string>
environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
    std::vector<std::string> result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        bool replaced = false;
        for (const auto& [name, value] : added)
            replaced = replaced || text.rfind(name + "=", 0) == 0;
        if (!replaced) result.push_back(text);
    }
    for (const auto& [name, value] : added) result.push_back(name + "=" + value);
    return result;
}

} // namespace

bool has_terminals() {
    const int person = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (person >= 0) ::close(person);
    return person >= 0;
}

namespace {

/// A terminal of so many columns: {the side that a person sees, the side that the program writes
/// to}.
std::array<int, 2> new_terminal(int columns) {
    const int person = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(person >= 0);
    REQUIRE(::grantpt(person) == 0);
    REQUIRE(::unlockpt(person) == 0);
    const int program = ::open(::ptsname(person), O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(program >= 0);
    winsize size{};
    size.ws_row = 24;
    size.ws_col = static_cast<unsigned short>(columns);
    REQUIRE(::ioctl(program, TIOCSWINSZ, &size) == 0);
    return {person, program};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

} // namespace

std::string path_of(const char* variable) {
    const char* value = std::getenv(variable);
    REQUIRE_MESSAGE(value != nullptr, variable);
    return value;
}

Process::Process(std::vector<std::string> arguments, const Options& options)
    : reads_output_(options.read_output) {
    std::array<int, 2> in{}, out{}, err{};
    REQUIRE(::pipe2(in.data(), O_CLOEXEC) == 0);
    if (options.terminal_columns > 0)
        out = new_terminal(options.terminal_columns);
    else
        REQUIRE(::pipe2(out.data(), O_CLOEXEC) == 0);
    REQUIRE(::pipe2(err.data(), O_CLOEXEC) == 0);
    std::vector<std::string> environment = environment_with(options.environment);
    const std::vector<char*> words = pointers(arguments);
    const std::vector<char*> variables = pointers(environment);
    const std::array<int, 3> fds = {in[0], out[1], err[1]};
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) become(words.data(), variables.data(), fds.data());
    for (const int fd : fds) ::close(fd);
    in_ = in[1];
    out_ = out[0];
    err_ = err[0];
    end_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    REQUIRE(end_ >= 0);
}

Process::~Process() {
    if (running_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    for (int* fd : {&in_, &out_, &err_, &end_}) close_fd(fd);
}

bool Process::pump(Clock::time_point deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left < 0) return false;
    std::array<pollfd, 3> fds = {pollfd{reads_output_ ? out_ : -1, POLLIN, 0},
                                 pollfd{err_, POLLIN, 0}, pollfd{end_, POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), static_cast<int>(left) + 1) < 0 && errno != EINTR)
        return false;
    if (fds[0].revents != 0) read_some(&out_, &output_);
    if (fds[1].revents != 0) read_some(&err_, &errors_);
    if (fds[2].revents != 0) {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        running_ = false;
        code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        close_fd(&end_);
    }
    return true;
}

std::optional<std::string> Process::line(Seconds patience) {
    const Clock::time_point deadline = deadline_after(patience);
    for (;;) {
        const std::size_t end = output_.find('\n', taken_);
        if (end != std::string::npos) {
            std::string text = output_.substr(taken_, end - taken_);
            taken_ = end + 1;
            return text;
        }
        if (out_ < 0 || !pump(deadline)) return std::nullopt;
    }
}

std::vector<std::string> Process::lines_until(const std::string& part, Seconds patience) {
    const Clock::time_point deadline = deadline_after(patience);
    std::vector<std::string> lines;
    while (auto next = line(deadline - Clock::now())) {
        lines.push_back(*next);
        if (contains(*next, part)) return lines;
    }
    return {};
}

bool Process::errors_until(const std::string& part, Seconds patience) {
    const Clock::time_point deadline = deadline_after(patience);
    while (!contains(errors_, part))
        if (err_ < 0 || !pump(deadline)) return contains(errors_, part);
    return true;
}

void Process::signal(int number) {
    if (running_) ::kill(pid_, number);
}
void Process::close_output() { close_fd(&out_); }
void Process::close_input() { close_fd(&in_); }

void Process::write(const std::string& text) {
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t now = ::write(in_, text.data() + written, text.size() - written);
        if (now < 0) return;
        written += static_cast<std::size_t>(now);
    }
}

int Process::wait(Seconds patience) {
    const Clock::time_point deadline = deadline_after(patience);
    while (running_ || err_ >= 0 || (reads_output_ && out_ >= 0))
        if (!pump(deadline)) return running_ ? -1 : code_;
    return code_;
}

std::size_t Process::memory_bytes() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
    std::size_t all = 0, resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t Process::peak_memory_bytes() const {
    std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
    for (std::string word; file >> word;) {
        std::size_t kib = 0;
        if (word == "VmHWM:" && file >> kib) return kib * 1024;
    }
    return 0;
}

Run run(std::vector<std::string> arguments) {
    Process process(std::move(arguments));
    process.close_input();
    const int code = process.wait();
    return {code, process.output(), process.errors()};
}

std::vector<std::string> wsdbg_command(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), path_of("WSDBG"));
    return arguments;
}

Run wsdbg(std::vector<std::string> arguments) { return run(wsdbg_command(std::move(arguments))); }

Folder::Folder() {
    char name[] = "/tmp/wsdbg-e2e-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    path_ = name;
}
Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t at = 0;
    for (std::size_t end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
        lines.push_back(text.substr(at, end - at));
    if (at < text.size()) lines.push_back(text.substr(at));
    return lines;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace e2e
