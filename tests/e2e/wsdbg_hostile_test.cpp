// wsdbg against peers that mean harm: it ends them, or holds them up, in bounded time and memory.
// ctest: timeout=300 serial
#include <doctest/doctest.h>
#include <zlib.h>

#include <chrono>

#include "e2e/process.h"
#include "e2e/raw_peer.h"

namespace {

using e2e::contains;
using e2e::Process;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true; // memory of their own, and ten times the time
#else
constexpr bool kSanitized = false;
#endif

constexpr std::size_t kMiB = 1u << 20;

struct Echoing {
    explicit Echoing(std::vector<std::string> more = {}, const std::string& extra = {})
        : process(command(peer.url(), std::move(more))), connection(peer.accept()) {
        connection.upgrade(extra);
    }
    static std::vector<std::string> command(const std::string& url, std::vector<std::string> more) {
        more.insert(more.begin(), {"echo", url});
        return e2e::wsdbg_command(std::move(more));
    }
    e2e::RawPeer peer;
    Process process;
    e2e::RawConnection connection;
};

/// A frame of 1 MiB that inflates to 1 GiB.
std::string bomb() {
    z_stream z{};
    REQUIRE(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(2 * kMiB, '\0'), zeros(kMiB, '\0');
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    for (int i = 0; i < 1024; ++i) {
        z.next_in = reinterpret_cast<Bytef*>(zeros.data());
        z.avail_in = static_cast<uInt>(zeros.size());
        ::deflate(&z, i == 1023 ? Z_SYNC_FLUSH : Z_NO_FLUSH);
    }
    out.resize(z.total_out - 4);
    deflateEnd(&z);
    std::string frame = e2e::frame_bytes(e2e::kBinary, out);
    frame[0] = '\xc2'; // RSV1
    return frame;
}

} // namespace

TEST_CASE("a bomb of 1 MiB that inflates to 1 GiB is refused with 1009 within a second") {
    const std::string frame = bomb();
    REQUIRE(frame.size() > kMiB / 2);
    REQUIRE(frame.size() < kMiB + kMiB / 8);
    Echoing echo({}, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(echo.connection.send(frame));
    const auto close = echo.connection.frame();
    const e2e::Seconds took = std::chrono::steady_clock::now() - begin;
    REQUIRE(close.has_value());
    CHECK(close->opcode == e2e::kClose);
    CHECK(close->payload == "\x03\xf1");
    const std::size_t peak = echo.process.peak_memory_bytes();
    echo.connection.close();
    CHECK(echo.process.wait() == 1);
    CHECK(contains(echo.process.errors(), "over the limit of 33554432 bytes"));
    CHECK(contains(echo.process.errors(), "1009"));
    MESSAGE(took.count() << " s, " << (peak / kMiB) << " MiB at the most");
    if (kSanitized) return;
    CHECK(took.count() < 1.0);
    CHECK(peak < 150 * kMiB);
}

TEST_CASE("a server that never reads while 768 MiB are echoed to it is held up, not stored") {
    for (const std::size_t size : {64 * 1024, 1024 * 1024, 8 * 1024 * 1024}) {
        CAPTURE(size);
        Echoing echo({"--no-deflate"});
        const std::string frame = e2e::frame_bytes(e2e::kBinary, std::string(size, 'x'));
        std::size_t sent = 0;
        while (sent < 768 * kMiB) {
            const std::size_t taken = echo.connection.send_some(frame, e2e::Seconds(2));
            sent += taken;
            if (taken < frame.size()) break; // TCP pushed back for so long
        }
        const std::size_t peak = echo.process.peak_memory_bytes();
        MESSAGE((sent / kMiB) << " MiB taken, " << (peak / kMiB) << " MiB at the most");
        CHECK(sent < 200 * kMiB);
        if (!kSanitized) CHECK(peak < 150 * kMiB);
    }
}

TEST_CASE("a million empty frames, and endless fragments, do not move it") {
    Echoing echo;
    std::string burst;
    for (int i = 0; i < 100'000; ++i) burst += e2e::frame_bytes(0, "", false);
    REQUIRE(echo.connection.send(e2e::frame_bytes(e2e::kText, "", false)));
    const int bursts = kSanitized ? 1 : 10;
    for (int i = 0; i < bursts; ++i) REQUIRE(echo.connection.send(burst));
    REQUIRE(echo.connection.send(e2e::frame_bytes(0, "done")));
    const auto frame = echo.connection.frame();
    REQUIRE(frame.has_value());
    CHECK(frame->payload == "done");
    if (!kSanitized) CHECK(echo.process.peak_memory_bytes() < 50 * kMiB);
}
