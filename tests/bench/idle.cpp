// What the real window costs while nothing happens, under software OpenGL: CPU time of all its
// threads on a display of its own (Xvfb). Under 40 seconds in all.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "bench.h"
#include "sim/server.h"

extern char** environ;

namespace {

constexpr double kStart = 3, kMeasure = 3; // seconds
constexpr int kStretches = 5;

/// A program that ends with the bench.
struct Child {
    pid_t pid = -1;
    int output = -1;

    Child(const std::vector<std::string>& arguments, const std::vector<std::string>& more) {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) != 0) return;
        std::vector<char*> words, variables;
        for (const std::string& each : arguments) words.push_back(const_cast<char*>(each.c_str()));
        words.push_back(nullptr);
        for (const std::string& each : more) variables.push_back(const_cast<char*>(each.c_str()));
        for (char** each = environ; *each; ++each) variables.push_back(*each);
        variables.push_back(nullptr);
        pid = ::fork();
        if (pid == 0) {
            ::dup2(ends[1], 1);
            const int nowhere = ::open("/dev/null", O_WRONLY);
            ::dup2(nowhere, 2);
            ::execvpe(words[0], words.data(), variables.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        output = ends[0];
    }
    ~Child() {
        if (pid > 0) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, nullptr, 0);
        }
        if (output >= 0) ::close(output);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    std::string line() const {
        std::string text;
        for (char c = 0; ::read(output, &c, 1) == 1 && c != '\n';) text += c;
        return text;
    }
    /// Of all its threads, to the nanosecond; -1: it has ended.
    double cpu_s() const {
        std::error_code gone;
        double sum = -1;
        const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
        for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
            std::ifstream spent(task.path() / "schedstat");
            double ns = 0;
            if (spent >> ns) sum = std::max(sum, 0.0) + ns / 1e9;
        }
        return sum;
    }
};

void pass_time(double seconds) { ::usleep(static_cast<useconds_t>(seconds * 1e6)); }

/// Percent of a core, of a window that was started so. A window that counts down draws ten times a
/// second, as it is meant to: it has no goal.
void measure(const char* name, const std::vector<std::string>& command, const std::string& display,
             const std::string& folder, bool has_goal = true) {
    const Child window(command,
                       {"DISPLAY=:" + display, "WAYLAND_DISPLAY=", "XDG_CONFIG_HOME=" + folder});
    pass_time(kStart);
    std::vector<double> percents; // a cold cache and a busy neighbour each make one of them large
    for (int i = 0; i < kStretches; ++i) {
        const double before = window.cpu_s();
        const double began = bench::wall_s();
        pass_time(kMeasure);
        const double after = window.cpu_s();
        if (before < 0 || after < 0) {
            bench::note(name, "the window did not run");
            return;
        }
        percents.push_back(100 * (after - before) / (bench::wall_s() - began));
    }
    std::sort(percents.begin(), percents.end());
    const double percent = percents[percents.size() / 2];
    char words[96];
    std::snprintf(words, sizeof words,
                  "%% of a core, median of %d; least %.2f, most %.2f; 1280x720, Xvfb", kStretches,
                  percents.front(), percents.back());
    if (has_goal) {
        bench::figure(name, percent, true, 1, words);
    } else {
        char figure[128];
        std::snprintf(figure, sizeof figure, "%6.2f  %s", percent, words);
        bench::note(name, figure);
    }
}

} // namespace

int main(int, char** arguments) {
    const std::string program =
        (std::filesystem::path(arguments[0]).parent_path() / "websocket-debugger").string();
    const Child screen(
        {"Xvfb", "-displayfd", "1", "-noreset", "-screen", "0", "1280x720x24", "-nolisten", "tcp"},
        {});
    const std::string display = screen.line();
    if (display.empty()) {
        bench::note("idle", "there is no Xvfb");
        return 0;
    }
    std::string folder = (std::filesystem::temp_directory_path() / "idle-bench-XXXXXX").string();
    if (!::mkdtemp(folder.data())) return 1;

    sim::ServerOptions options; // a server that is silent once it has greeted
    options.heartbeat_s = options.ping_interval_s = 3600;
    auto server = sim::Server::start(options);
    if (server.ok()) {
        measure("idle, connected, first minute", {program, server.value()->url()}, display, folder);
    }
    measure("idle, counting down to a retry", {program, "ws://127.0.0.1:1"}, display, folder,
            false);
    std::filesystem::remove_all(folder);
    return 0;
}
