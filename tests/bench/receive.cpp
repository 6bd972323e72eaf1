// Messages received, stamped, stored and their type known: the network engine with what drain does
// of each event, against a bare loop that receives, stamps and copies into an arena. The same with
// all that follows the log in the window (index, timeline, plots, alarms) is told beside it. All
// read the same bytes from a sender in a process of its own, which has built its frames before.
#include <malloc.h>
#include <signal.h>
#include <sys/wait.h>

#include <limits>
#include <memory>
#include <vector>

#include "app/drain.h"
#include "base/clock.h"
#include "bench.h"
#include "net/engine.h"
#include "net/handshake.h"

namespace {

constexpr std::uint64_t kMessages = 1'000'000, kFrames = 10'000;

struct Measured {
    double wall_s = 0, cpu_s = 0, drain_cpu_s = 0;
    std::uint64_t messages = 0, payload_bytes = 0;
    double rate() const { return static_cast<double>(messages) / wall_s; }
};

/// Ten thousand frames, sent a hundred times over: `seq` goes back to its start each time.
const std::string& frames() {
    static const std::string all = [] {
        std::string bytes;
        for (std::uint64_t i = 0; i < kFrames; ++i)
            bench::append_frame(bytes, bench::coda_message(i));
        return bytes;
    }();
    return all;
}

std::uint64_t payload_bytes() {
    std::uint64_t bytes = 0;
    for (std::uint64_t i = 0; i < kFrames; ++i) bytes += bench::coda_message(i).size();
    return bytes * (kMessages / kFrames);
}

std::string read_head(int fd) {
    std::string head;
    char byte = 0;
    while (head.find("\r\n\r\n") == std::string::npos && ::recv(fd, &byte, 1, 0) == 1) head += byte;
    return head;
}

std::string key_of(const std::string& head) {
    const std::size_t at = head.find("Sec-WebSocket-Key: ") + 19;
    return head.substr(at, head.find("\r\n", at) - at);
}

/// The other end, in a process of its own: takes one connection, answers the upgrade when asked to,
/// sends all frames, waits for the end. Started before any memory is touched: pages that a fork
/// shares would be copied when they are written to.
struct Sender {
    bench::Listener listener;
    pid_t process = 0;

    explicit Sender(bool handshake) {
        frames();
        process = ::fork();
        if (process == 0) serve(handshake);
    }
    ~Sender() {
        ::kill(process, SIGTERM);
        ::waitpid(process, nullptr, 0);
    }
    [[noreturn]] void serve(bool handshake) const;
};

void Sender::serve(bool handshake) const {
    const int fd = ::accept(listener.fd, nullptr, nullptr);
    if (handshake)
        bench::write_all(fd, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                             "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                                 net::accept_for_key(key_of(read_head(fd))) + "\r\n\r\n");
    for (std::uint64_t i = 0; i < kMessages / kFrames; ++i)
        if (!bench::write_all(fd, frames())) break;
    char byte = 0;
    while (::recv(fd, &byte, 1, 0) > 0) {
    }
    ::_exit(0);
}

/// Receives into a buffer of 64 KiB, finds the frames, stamps each, copies it into an arena.
Measured bare_loop(const Sender& sender) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(sender.listener.port);
    ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to);

    std::vector<char> arena(kMessages * 256), buffer(64 * 1024 + 256);
    std::vector<base::Stamp> stamps(kMessages);
    std::memset(arena.data(), 1, arena.size()); // fresh pages are not what is measured
    std::memset(static_cast<void*>(stamps.data()), 1, stamps.size() * sizeof(base::Stamp));

    Measured measured;
    const double cpu = bench::process_cpu_s(), wall = bench::wall_s();
    std::size_t used = 0, held = 0;
    while (measured.messages < kMessages) {
        const auto got = ::recv(fd, buffer.data() + held, 64 * 1024, 0);
        if (got <= 0) break;
        held += static_cast<std::size_t>(got);
        std::size_t at = 0;
        while (at + 4 <= held) {
            const auto* bytes = reinterpret_cast<const unsigned char*>(buffer.data() + at);
            const bool wide = bytes[1] == 126;
            const std::size_t size = wide ? bytes[2] * 256u + bytes[3] : bytes[1];
            const std::size_t header = wide ? 4 : 2;
            if (at + header + size > held) break;
            std::memcpy(arena.data() + used, buffer.data() + at + header, size);
            stamps[measured.messages++] = base::stamp_now();
            used += size;
            at += header + size;
        }
        std::memmove(buffer.data(), buffer.data() + at, held - at);
        held -= at;
    }
    measured.wall_s = bench::wall_s() - wall;
    measured.cpu_s = bench::process_cpu_s() - cpu;
    measured.payload_bytes = used;
    ::close(fd);
    return measured;
}

/// Keeps freed memory in the process, and fills it with pages that were touched: fresh ones cost
/// more than all that is measured here, on both sides.
void touch_memory() {
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_MMAP_MAX, 0);
    ::mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    ::mallopt(M_TOP_PAD, 64 << 20);
    constexpr std::size_t kPiece = 1 << 20, kPieces = kMessages * 320 / kPiece;
    std::vector<std::unique_ptr<char[]>> pieces;
    for (std::size_t i = 0; i < kPieces; ++i) {
        pieces.emplace_back(new char[kPiece]);
        std::memset(pieces.back().get(), 1, kPiece);
    }
}

enum class Followed { no, yes };

/// Takes what is there, as drain does; the followers of the log have benches of their own.
void take_all(model::Model& model, wire::EventQueue& events) {
    while (wire::Event* const event = events.front()) {
        app::take_event(model, std::move(*event));
        events.pop_front();
    }
}

/// The engine and its consumer, as the window uses them.
Measured engine_and_drain(const Sender& sender, model::Model& model, Followed followed) {
    net::Engine engine;
    wire::LinkOptions options;
    options.url = "ws://127.0.0.1:" + std::to_string(sender.listener.port);
    model.connections.emplace_back().link = 1;

    Measured measured;
    const double cpu = bench::process_cpu_s(), wall = bench::wall_s();
    engine.connect(1, options);
    const double deadline = wall + 120;
    while (model.log.counts().kind[0] < kMessages && bench::wall_s() < deadline) {
        model.now = base::stamp_now();
        const double begin = bench::thread_cpu_s();
        if (followed == Followed::yes) {
            app::drain(model, engine.events(), 4 * base::kMillisecond);
        } else {
            take_all(model, engine.events());
        }
        measured.drain_cpu_s += bench::thread_cpu_s() - begin;
        ::usleep(1000); // a screen that draws in between
    }
    measured.wall_s = bench::wall_s() - wall;
    measured.cpu_s = bench::process_cpu_s() - cpu;
    measured.messages = model.log.counts().kind[0];
    return measured;
}

/// In a process of its own, with memory as it comes: what a million messages leave resident, the
/// queue, rows, types and sequence numbers included.
void measure_memory(const Sender& sender, double payload_bytes) {
    const pid_t child = ::fork();
    if (child > 0) {
        ::waitpid(child, nullptr, 0);
        return;
    }
    auto model = std::make_unique<model::Model>();
    const std::uint64_t before = bench::resident_bytes();
    const Measured cold = engine_and_drain(sender, *model, Followed::no);
    const auto held = static_cast<double>(bench::resident_bytes() - before);
    char text[160];
    std::snprintf(text, sizeof text, "%.0f bytes resident for %.0f of payload a message",
                  held / kMessages, payload_bytes / kMessages);
    bench::figure("receive: memory", held / payload_bytes, true, 1.25, text);
    std::snprintf(text, sizeof text, "%.0f messages a second, %.0f ns CPU a message", cold.rate(),
                  cold.cpu_s * 1e9 / kMessages);
    bench::note("receive: with fresh memory", text);
    ::_exit(0);
}

} // namespace

int main() {
    const Sender to_bare(false), to_ours(true), to_followed(true), to_cold(true);
    measure_memory(to_cold, static_cast<double>(payload_bytes()));
    touch_memory();
    const Measured bare = bare_loop(to_bare);
    auto model = std::make_unique<model::Model>();
    const Measured ours = engine_and_drain(to_ours, *model, Followed::no);
    char text[160];
    std::snprintf(text, sizeof text, "%.0f of %.0f messages a second, %llu messages of %.0f bytes",
                  ours.rate(), bare.rate(), static_cast<unsigned long long>(ours.messages),
                  static_cast<double>(bare.payload_bytes) / static_cast<double>(bare.messages));
    bench::figure("receive: rate", ours.rate() / bare.rate(), false, 0.55, text);
    std::snprintf(text, sizeof text, "%.0f of %.0f ns CPU a message, %.0f of them taking events",
                  ours.cpu_s * 1e9 / kMessages, bare.cpu_s * 1e9 / kMessages,
                  ours.drain_cpu_s * 1e9 / kMessages);
    bench::figure("receive: CPU", ours.cpu_s / bare.cpu_s, true, 2.0, text);

    model = std::make_unique<model::Model>();
    const Measured all = engine_and_drain(to_followed, *model, Followed::yes);
    std::snprintf(text, sizeof text,
                  "%.0f messages a second, %.0f ns CPU a message, %.0f of them in drain",
                  all.rate(), all.cpu_s * 1e9 / kMessages, all.drain_cpu_s * 1e9 / kMessages);
    bench::note("receive: followed, as in the window", text);
    return ours.messages == kMessages && all.messages == kMessages ? 0 : 1;
}
