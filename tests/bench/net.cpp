// What the tap costs: the walk over frame headers, which always runs, and the detail, which is
// switched on, against neither; what compression costs and saves; and how soon a line that has gone
// silent is told of.
#include <algorithm>
#include <functional>
#include <thread>
#include <vector>

#include "base/text.h"
#include "bench.h"
#include "net/codec.h"
#include "net/engine.h"
#include "net/frame_walk.h"
#include "net/handshake.h"
#include "net/tap.h"

namespace {

constexpr std::uint64_t kMessages = 100'000;

/// The messages of a session in one stream, and where each begins.
struct Stream {
    std::string bytes;
    std::vector<std::size_t> begins;

    Stream() {
        for (std::uint64_t i = 0; i < kMessages; ++i) {
            begins.push_back(bytes.size());
            bench::append_frame(bytes, bench::coda_message(i));
        }
        begins.push_back(bytes.size());
    }
};

/// Nanoseconds of CPU a message: the best of five, so that a busy machine says the same.
double best_of_five(const std::function<void()>& work) {
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
        const double begin = bench::thread_cpu_s();
        work();
        best = std::min(best, bench::thread_cpu_s() - begin);
    }
    return best * 1e9 / static_cast<double>(kMessages);
}

std::string of_text(double part, double whole) {
    char text[96];
    std::snprintf(text, sizeof text, "%.0f of %.0f ns CPU a message", part, whole);
    return text;
}

void measure_tap(const Stream& stream) {
    std::uint64_t sum = 0;
    // Neither: what is done for a message whose frame somebody else has found.
    const auto use = [&sum](wire::SlabWriter& slabs, std::string_view payload) {
        if (base::utf8_valid(payload)) sum += slabs.append(payload).size;
    };
    const double neither = best_of_five([&] {
        wire::SlabWriter slabs;
        for (std::uint64_t i = 0; i < kMessages; ++i)
            use(slabs, std::string_view(stream.bytes)
                           .substr(stream.begins[i], stream.begins[i + 1] - stream.begins[i])
                           .substr(4));
    });
    const double walked = best_of_five([&] {
        wire::SlabWriter slabs;
        net::FrameWalk walk(false, 32u << 20);
        for (std::size_t at = 0; at < stream.bytes.size();) {
            const auto plain = walk.plain_at(stream.bytes.data() + at, stream.bytes.size() - at);
            walk.skip_plain(plain);
            use(slabs, {stream.bytes.data() + at + plain.header, plain.payload});
            at += plain.header + plain.payload;
        }
    });
    const double detailed = best_of_five([&] {
        wire::SlabWriter slabs;
        net::FrameWalk walk(false, 32u << 20);
        net::Tap tap{net::Tap::Options{}};
        for (std::size_t at = 0; at < stream.bytes.size();) {
            std::size_t taken = 0;
            tap.take(stream.bytes.data() + at, stream.bytes.size() - at, 1, &taken);
            const auto plain = walk.plain_at(stream.bytes.data() + at, stream.bytes.size() - at);
            walk.skip_plain(plain);
            wire::Details details;
            details.frames = std::make_unique<wire::FrameDetail>(std::move(tap.message().detail));
            use(slabs, {stream.bytes.data() + at + plain.header, plain.payload});
            at += plain.header + plain.payload;
        }
    });
    bench::figure("net: the walk against neither", walked / neither, true, 1.5,
                  of_text(walked, neither));
    bench::figure("net: walk and detail against neither", detailed / neither, true, 12,
                  of_text(detailed, neither));
    if (sum == 0) std::printf("nothing was measured\n");
}

/// What a server sends that compresses: made by our own compressor, whose frames are masked; so the
/// bodies are taken out and framed anew.
void measure_deflate() {
    net::DeflateParams params;
    params.agreed = true;
    net::Deflater deflater(params);
    std::string plain, packed;
    for (std::uint64_t i = 0; i < kMessages; ++i) {
        const std::string message = bench::coda_message(i);
        bench::append_frame(plain, message);
        std::string body;
        deflater.deflate(message, body);
        body.resize(body.size() - 4);
        const std::size_t at = packed.size();
        bench::append_frame(packed, body);
        packed[at] = '\xc1'; // RSV1
    }
    const auto decode = [](const net::DeflateParams& agreed, std::string stream) {
        net::Codec codec(agreed, 32u << 20);
        std::uint64_t messages = 0;
        for (std::size_t at = 0; at < stream.size();) {
            std::size_t taken = 0;
            const auto got = codec.decode(stream.data() + at, stream.size() - at, &taken);
            messages += got == net::Codec::Got::message;
            at += taken;
            if (got == net::Codec::Got::fault) break;
        }
        if (messages != kMessages)
            std::printf("only %llu messages\n", static_cast<unsigned long long>(messages));
    };
    const double off = best_of_five([&] { decode({}, plain); });
    const double on = best_of_five([&] { decode(params, packed); });
    bench::note("net: receiving, deflate on", of_text(on, off) + ", on against off");
    const auto encode = [](const net::DeflateParams& agreed) {
        net::Codec codec(agreed, 32u << 20);
        std::string out;
        for (std::uint64_t i = 0; i < kMessages; ++i) {
            codec.encode_message(false, bench::coda_message(i), out);
            if (out.size() > (1u << 20)) out.clear();
        }
    };
    const double sent_off = best_of_five([&] { encode({}); });
    const double sent_on = best_of_five([&] { encode(params); });
    bench::note("net: sending, deflate on", of_text(sent_on, sent_off) + ", on against off");
    bench::figure("net: bytes on the wire, deflated",
                  static_cast<double>(packed.size()) / static_cast<double>(plain.size()), true, 0.5,
                  "of " + std::to_string(plain.size() / kMessages) + " bytes a message");
}

/// From the last byte of a server to the event that says that its line is dead.
void measure_silence() {
    constexpr double kInterval = 0.5, kTimeout = 1.0;
    const bench::Listener listener;
    double silent_since = 0;
    std::thread server([&] {
        const int fd = ::accept(listener.fd, nullptr, nullptr);
        std::string head;
        char piece[4096];
        while (head.find("\r\n\r\n") == std::string::npos) {
            const auto got = ::recv(fd, piece, sizeof piece, 0);
            if (got <= 0) return;
            head.append(piece, static_cast<std::size_t>(got));
        }
        const std::size_t at = head.find("Sec-WebSocket-Key: ") + 19;
        bench::write_all(
            fd, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                "Upgrade\r\nSec-WebSocket-Accept: " +
                    net::accept_for_key(head.substr(at, head.find("\r\n", at) - at)) + "\r\n\r\n");
        silent_since = bench::wall_s();
        while (::recv(fd, piece, sizeof piece, 0) > 0) {
        }
        ::close(fd);
    });
    {
        net::Engine engine;
        wire::LinkOptions options;
        options.url = "ws://127.0.0.1:" + std::to_string(listener.port);
        options.ping_interval_s = kInterval;
        options.ping_timeout_s = kTimeout;
        engine.connect(1, options);
        wire::Event event;
        const double deadline = bench::wall_s() + 10;
        while (event.kind != wire::Kind::closed && bench::wall_s() < deadline)
            if (!engine.events().pop(&event)) ::usleep(500);
    }
    const double took = bench::wall_s() - silent_since;
    server.join();
    char text[128];
    std::snprintf(text, sizeof text,
                  "%.2f s after its last byte; pings every %.1f s, time-out %.1f s", took,
                  kInterval, kTimeout);
    bench::figure("net: a silent line is told", took / (kInterval + kTimeout), true, 1.1, text);
}

} // namespace

int main() {
    const Stream stream;
    measure_tap(stream);
    measure_deflate();
    measure_silence();
    return 0;
}
