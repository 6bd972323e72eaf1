// Real programs with pipes on all three descriptors, for end-to-end tests: start, read lines with a
// deadline, write, signal, wait. Owned by a test; a program that still runs is killed with it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace e2e {

using Seconds = std::chrono::duration<double>;

/// Long enough for sanitized programs on a busy machine; only a failing test waits for it.
constexpr Seconds kPatience{30};

/// A path of the environment (tests/doctest_main.cpp): "WSDBG", "WD_SOURCE_DIR".
std::string path_of(const char* variable);

class Process {
public:
    struct Options {
        std::vector<std::pair<std::string, std::string>> environment; ///< added or replaced
        bool read_output = true;  ///< false: nobody reads its standard output
        int terminal_columns = 0; ///< more: its standard output is a terminal so wide
    };

    /// `arguments[0]` is the program's path.
    explicit Process(std::vector<std::string> arguments)
        : Process(std::move(arguments), Options()) {}
    Process(std::vector<std::string> arguments, const Options& options);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// The next line of standard output without its end; nothing when it ended or the time is up.
    std::optional<std::string> line(Seconds patience = kPatience);
    /// Lines up to and with the first that contains `part`; empty when none came.
    std::vector<std::string> lines_until(const std::string& part, Seconds patience = kPatience);

    void signal(int number);
    void read_output() { reads_output_ = true; } ///< from now on
    void close_output();                         ///< as a reader that goes away
    void close_input();
    void write(const std::string& text);

    /// Waits for its end, reading both outputs meanwhile (a terminal gives lines with \r\n). The
    /// exit code; 128 + n after signal n; -1 when the time is up.
    int wait(Seconds patience = kPatience);
    const std::string& output() const { return output_; } ///< read so far, lines taken included
    const std::string& errors() const { return errors_; }
    bool errors_until(const std::string& part, Seconds patience = kPatience);

    pid_t pid() const { return pid_; }
    std::size_t memory_bytes() const;      ///< resident
    std::size_t peak_memory_bytes() const; ///< the most there ever was, while it runs

private:
    /// Reads what is there; false when the deadline has passed.
    bool pump(std::chrono::steady_clock::time_point deadline);

    pid_t pid_ = -1;
    int in_ = -1, out_ = -1, err_ = -1, end_ = -1; ///< end_: a pidfd
    bool reads_output_ = true;
    bool running_ = true;
    int code_ = -1;
    std::string output_, errors_;
    std::size_t taken_ = 0; ///< of output_, by line()
};

/// False on a machine without pseudo-terminals (a bare folder with no /dev/pts).
bool has_terminals();

/// What one run of a program gave.
struct Run {
    int code = -1;
    std::string output;
    std::string errors;
};
Run run(std::vector<std::string> arguments);
/// The same for wsdbg.
Run wsdbg(std::vector<std::string> arguments);
std::vector<std::string> wsdbg_command(std::vector<std::string> arguments);

/// A folder of the test's own, gone with it.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

std::string content(const std::string& path);
std::vector<std::string> lines_of(const std::string& text);
bool contains(const std::string& text, const std::string& part);

} // namespace e2e
