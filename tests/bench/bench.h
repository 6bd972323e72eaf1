// What the benchmarks share: a clock for CPU time, a loopback pair, and the one line a figure is
// told in: `name  ratio  goal  pass|fail`, with what was measured behind it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>

namespace bench {

/// CPU time of the calling thread, in seconds.
inline double thread_cpu_s() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// CPU time of all threads of this process, in seconds.
inline double process_cpu_s() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

inline double wall_s() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// Resident memory of this process now, in bytes.
inline std::uint64_t resident_bytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (!file) return 0;
    unsigned long pages = 0, resident = 0;
    const int read = std::fscanf(file, "%lu %lu", &pages, &resident);
    std::fclose(file);
    return read == 2 ? static_cast<std::uint64_t>(resident) *
                           static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))
                     : 0;
}

/// A figure with its goal. `at_most`: the ratio must not be above the goal; else not below.
inline void figure(const char* name, double ratio, bool at_most, double goal,
                   const std::string& measured) {
    const bool pass = at_most ? ratio <= goal : ratio >= goal;
    std::printf("%-34s  %6.2f  %s %.2f  %s  %s\n", name, ratio, at_most ? "at most" : "at least",
                goal, pass ? "pass" : "fail", measured.c_str());
    std::fflush(stdout);
}

/// A figure that has no goal.
inline void note(const char* name, const std::string& measured) {
    std::printf("%-34s %s\n", name, measured.c_str());
    std::fflush(stdout);
}

/// An event of about 180 bytes as Coda sends them.
inline std::string coda_message(std::uint64_t seq) {
    char text[256];
    std::snprintf(text, sizeof text,
                  "{\"version\": \"1.0\", \"seq\": %llu, \"timestamp\": %llu.20597308, \"type\": "
                  "\"latency_trace\", \"data\": {\"stt_seconds\": 0.301, \"llm_seconds\": %.3f, "
                  "\"tts_seconds\": 0.150, \"total_seconds\": 0.802}}",
                  static_cast<unsigned long long>(seq),
                  static_cast<unsigned long long>(3600 + seq / 50),
                  0.3 + static_cast<double>(seq % 1000) / 500);
    return text;
}

/// A text frame from a server (RFC 6455 section 5.2): not masked.
inline void append_frame(std::string& out, std::string_view payload) {
    out.push_back(static_cast<char>(0x81));
    if (payload.size() < 126) {
        out.push_back(static_cast<char>(payload.size()));
    } else {
        out.push_back(126);
        out.push_back(static_cast<char>(payload.size() >> 8));
        out.push_back(static_cast<char>(payload.size() & 0xff));
    }
    out.append(payload);
}

/// A listening socket on loopback.
struct Listener {
    int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    std::uint16_t port = 0;

    Listener() {
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(fd, reinterpret_cast<sockaddr*>(&here), sizeof here);
        socklen_t size = sizeof here;
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&here), &size);
        port = ntohs(here.sin_port);
        ::listen(fd, 4);
    }
    ~Listener() { ::close(fd); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
};

inline bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto put = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

} // namespace bench
