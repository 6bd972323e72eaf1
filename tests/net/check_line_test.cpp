#include "net/check_line.h"

#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "net/peer.h"

namespace {

net::CheckLine::Deadline in_ms(int ms) {
    return std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
}

} // namespace

TEST_CASE("a write behind one whose time was up leaves its bytes alone, and waits for it") {
    constexpr std::size_t kMuch = 32u << 20; // far above what the kernel keeps for both ends
    constexpr int kLong = static_cast<int>(test::kDeadlineSeconds * 1000);
    test::Peer peer;
    asio::io_context io;
    const auto work = asio::make_work_guard(io);
    const std::atomic<bool> stopped{false};
    net::CheckLine line(io, stopped);
    const asio::ip::tcp::endpoint there(asio::ip::make_address("127.0.0.1"), peer.port());
    REQUIRE_FALSE(line.connect(there, in_ms(kLong)));
    const auto conn = peer.accept();
    REQUIRE(conn);

    CHECK(line.write(std::string(kMuch, 'a'), in_ms(100)) == asio::error::timed_out);
    CHECK(line.write(std::string(kMuch, 'b'), in_ms(50)) == asio::error::timed_out);
    std::string came;
    std::thread reader([&] { came = conn->read_exactly(kMuch + 4); });
    CHECK_FALSE(line.write("last", in_ms(kLong)));
    reader.join();
    CHECK(came.size() == kMuch + 4);
    CHECK(came.find('b') == std::string::npos);
    CHECK(came.find("last") == kMuch);
}
