// Captures: what recording costs on the receive path; opening a capture of a million events against
// jq and wc; a query with a filter on a hundred thousand messages against tshark's 3.5 s and 208
// MiB (measured elsewhere: tshark is not needed here); memory while converting.
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "app/drain.h"
#include "base/clock.h"
#include "bench.h"
#include "capture/line_writer.h"
#include "capture/reader.h"
#include "capture/recorder.h"
#include "net/engine.h"
#include "net/handshake.h"

namespace {

std::string folder;

//--- programs -------------------------------------------------------------------------------------

struct Ran {
    double wall_s = 0;
    double peak_mib = 0;
    int code = -1;
};

/// A program with its output going nowhere. What this process itself holds counts in `peak_mib`,
/// since the child begins as its copy: it has to be little.
Ran run(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const double begin = bench::wall_s();
    const pid_t child = ::fork();
    if (child == 0) {
        if (!std::freopen("/dev/null", "w", stdout) || !std::freopen("/dev/null", "w", stderr))
            ::_exit(126);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    rusage usage{};
    int status = 0;
    ::wait4(child, &status, 0, &usage);
    Ran ran;
    ran.wall_s = bench::wall_s() - begin;
    ran.peak_mib = static_cast<double>(usage.ru_maxrss) / 1024;
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

Ran best_of(int times, const std::vector<std::string>& words) {
    Ran best = run(words);
    for (int i = 1; i < times; ++i) {
        const Ran again = run(words);
        best.wall_s = std::min(best.wall_s, again.wall_s);
        best.peak_mib = std::max(best.peak_mib, again.peak_mib);
    }
    return best;
}

std::string wsdbg() {
    char self[4096];
    const ssize_t size = ::readlink("/proc/self/exe", self, sizeof self);
    std::string path(self, size > 0 ? static_cast<std::size_t>(size) : 0);
    return path.substr(0, path.rfind('/') + 1) + "wsdbg";
}

std::string words(const char* format, double a, double b) {
    char text[160];
    std::snprintf(text, sizeof text, format, a, b);
    return text;
}

//--- captures -------------------------------------------------------------------------------------

std::string make_capture(const char* name, std::uint64_t events) {
    const std::string path = folder + "/" + name;
    std::FILE* file = std::fopen(path.c_str(), "wb");
    std::string text = capture::first_line(1'795'395'723'456'000'000, "bench");
    capture::LineWriter lines(0);
    for (std::uint64_t i = 0; i < events; ++i) {
        const std::string payload = bench::coda_message(i);
        wire::EventView event;
        event.id = i + 1;
        event.mono_ns = static_cast<std::int64_t>(i) * 1'000'017;
        event.conn = event.link = 1;
        event.dir = wire::Dir::in;
        event.kind = wire::Kind::text;
        event.has_payload = true;
        event.payload = payload;
        event.wire_size = payload.size() + 4;
        lines.append(text, event);
        if (text.size() > 1u << 20 || i + 1 == events) {
            std::fwrite(text.data(), 1, text.size(), file);
            text.clear();
        }
    }
    std::fclose(file);
    return path;
}

void opening() {
    const std::string path = folder + "/million.ndjson";
    double ours = 1e9;
    std::uint64_t events = 0;
    for (int i = 0; i < 3; ++i) {
        const double begin = bench::wall_s();
        auto reader = capture::Reader::open(path);
        wire::Event event;
        while (reader.value().next(&event)) event = wire::Event();
        events = reader.value().events();
        ours = std::min(ours, bench::wall_s() - begin);
    }
    const Ran wc = best_of(3, {"wc", "-l", path});
    bench::note("open 1,000,000 events", words("%.3f s; wc -l %.3f s", ours, wc.wall_s) +
                                             (events == 1'000'000 ? "" : ", but not all"));
    const Ran jq = run({"jq", "-c", ".", path});
    if (jq.code != 0)
        bench::note("open: against jq -c .", "jq is not installed: not measured");
    else
        bench::figure("open: times as fast as jq -c .", jq.wall_s / ours, false, 10,
                      words("%.3f s, jq %.2f s", ours, jq.wall_s));
}

void querying() {
    const std::string path = folder + "/hundred.ndjson";
    constexpr double kTsharkS = 3.5, kTsharkMib = 208;
    const Ran ran = best_of(7, {wsdbg(), "query", path, "data.llm_seconds > 1.5", "--count"});
    if (ran.code != 0) return bench::note("query", "wsdbg does not run: build it first");
    bench::figure("query: times as fast as tshark", kTsharkS / ran.wall_s, false, 100,
                  words("%.1f ms of %.0f ms", ran.wall_s * 1e3, kTsharkS * 1e3));
    bench::figure("query: memory against tshark", ran.peak_mib / kTsharkMib, true, 0.25,
                  words("%.1f MiB of %.0f MiB", ran.peak_mib, kTsharkMib));
}

void converting() {
    const std::string small = folder + "/hundred.ndjson", large = folder + "/million.ndjson";
    for (const char* end : {".har", ".csv"}) {
        const Ran few = run({wsdbg(), "convert", small, folder + "/few" + end});
        const Ran many = run({wsdbg(), "convert", large, folder + "/many" + end});
        if (many.code != 0) return bench::note("convert", "wsdbg does not run: build it first");
        bench::figure(("convert to " + std::string(end) + ": memory, ten times").c_str(),
                      many.peak_mib / few.peak_mib, true, 1.5,
                      words("%.1f MiB for 1,000,000 events, %.1f MiB for 100,000", many.peak_mib,
                            few.peak_mib));
    }
    const Ran back = run({wsdbg(), "convert", folder + "/many.har", folder + "/back.ndjson"});
    bench::note("convert .har to .ndjson",
                words("%.1f MiB, %.1f s, 1,000,000 events", back.peak_mib, back.wall_s));
}

//--- the receive path -----------------------------------------------------------------------------

constexpr std::uint64_t kMessages = 500'000;

const std::string& frames() {
    static const std::string all = [] {
        std::string bytes;
        for (std::uint64_t i = 0; i < 10'000; ++i)
            bench::append_frame(bytes, bench::coda_message(i));
        return bytes;
    }();
    return all;
}

std::string read_head(int fd) {
    std::string head;
    char byte = 0;
    while (head.find("\r\n\r\n") == std::string::npos && ::recv(fd, &byte, 1, 0) == 1) head += byte;
    return head;
}

/// In a process of its own, so that its CPU time is not counted.
pid_t start_sender(const bench::Listener& listener) {
    frames();
    const pid_t child = ::fork();
    if (child != 0) return child;
    const int fd = ::accept(listener.fd, nullptr, nullptr);
    const std::string head = read_head(fd);
    const std::size_t at = head.find("Sec-WebSocket-Key: ") + 19;
    bench::write_all(fd, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                         "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                             net::accept_for_key(head.substr(at, head.find("\r\n", at) - at)) +
                             "\r\n\r\n");
    for (std::uint64_t i = 0; i < kMessages / 10'000; ++i)
        if (!bench::write_all(fd, frames())) break;
    char byte = 0;
    while (::recv(fd, &byte, 1, 0) > 0) {
    }
    ::_exit(0);
}

struct Cost {
    double all_s = 0;     ///< of all threads
    double receive_s = 0; ///< without the recorder's own
};

/// CPU seconds of a thread of this process, by its name in /proc; all threads but the recorder's
/// are the receive path.
Cost receive(bool record, int round) {
    bench::Listener listener;
    const pid_t sender = start_sender(listener);
    auto bell = std::make_shared<capture::Bell>();
    net::EngineOptions options;
    options.recording_wake = [bell] { bell->ring(); };
    auto model = std::make_unique<model::Model>();
    net::Engine engine(options);
    std::unique_ptr<capture::Recorder> recorder;
    const double cpu = bench::process_cpu_s();
    if (record) {
        capture::RecorderOptions recording;
        recording.path = folder + "/recorded" + std::to_string(round) + ".ndjson";
        recording.started = base::stamp_now();
        recording.program = "bench";
        recorder =
            std::move(capture::Recorder::start(engine.recording_events(), bell, recording).value());
        engine.record(true);
    }
    wire::LinkOptions link;
    link.url = "ws://127.0.0.1:" + std::to_string(listener.port);
    model->connections.emplace_back().link = 1;
    engine.connect(1, link);
    const double deadline = bench::wall_s() + 120;
    while (model->log.counts().kind[0] < kMessages && bench::wall_s() < deadline) {
        // Into the log alone: plots and turns would do more in a run that takes longer.
        wire::Event event;
        while (engine.events().pop(&event)) app::take_event(*model, std::move(event));
        ::usleep(1000); // a screen that draws in between
    }
    Cost cost;
    if (recorder) {
        recorder->finish();
        cost.receive_s = -recorder->state().cpu_s;
    }
    cost.all_s = bench::process_cpu_s() - cpu;
    cost.receive_s += cost.all_s;
    if (recorder) ::unlink(recorder->state().file.c_str());
    ::kill(sender, SIGTERM);
    ::waitpid(sender, nullptr, 0);
    return cost;
}

/// In a process of its own: pages that a fork has shared would be copied while it is measured.
Cost receive_alone(bool record, int round) {
    int ends[2] = {-1, -1};
    if (::pipe(ends) != 0) return {};
    const pid_t child = ::fork();
    if (child == 0) {
        const Cost cost = receive(record, round);
        const bool told = ::write(ends[1], &cost, sizeof cost) == sizeof cost;
        ::_exit(told ? 0 : 1);
    }
    ::close(ends[1]);
    Cost cost;
    const bool told = ::read(ends[0], &cost, sizeof cost) == sizeof cost;
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return told ? cost : Cost{};
}

void recording() {
    Cost without{1e9, 1e9}, with{1e9, 1e9};
    for (int round = 0; round < 5; ++round) { // in turn, and the best of each: the machine drifts
        const Cost a = receive_alone(false, round), b = receive_alone(true, round);
        without = {std::min(without.all_s, a.all_s), std::min(without.receive_s, a.receive_s)};
        with = {std::min(with.all_s, b.all_s), std::min(with.receive_s, b.receive_s)};
    }
    const double per = 1e9 / static_cast<double>(kMessages);
    bench::figure(
        "record: CPU of the receive path", with.receive_s / without.receive_s, true, 1.3,
        words("%.0f of %.0f ns a message", with.receive_s * per, without.receive_s * per));
    bench::note("record: CPU of all threads", words("%.0f with, %.0f ns a message without",
                                                    with.all_s * per, without.all_s * per));
}

} // namespace

int main() {
    char name[] = "/tmp/wsdbg-bench-XXXXXX";
    if (::mkdtemp(name) == nullptr) return 1;
    folder = name;
    make_capture("hundred.ndjson", 100'000);
    make_capture("million.ndjson", 1'000'000);
    querying();
    converting();
    recording();
    opening(); // last: it touches much memory
    run({"rm", "-r", folder});
    return 0;
}
