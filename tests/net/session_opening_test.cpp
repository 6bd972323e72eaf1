// A session that is being opened, on a thread that stops where the test says so.
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <string>

#include "net/link.h"
#include "net/name_server.h"
#include "net/peer.h"

namespace {

using wire::Kind;

/// A Link with all it needs, on the test's thread.
struct Bench {
    explicit Bench(std::string asked) : name_servers(std::move(asked)) {}

    /// Runs until an event for which `wanted` holds; false at the deadline.
    bool until(const std::function<bool(const wire::Event&)>& wanted) {
        const auto end = std::chrono::steady_clock::now() +
                         std::chrono::seconds(static_cast<int>(test::kDeadlineSeconds));
        do {
            wire::Event event;
            while (queue.pop(&event))
                if (wanted(event)) return true;
        } while (io.run_one_until(end) > 0);
        return false;
    }

    asio::io_context io;
    wire::EventQueue queue, recording;
    net::Emitter emitter{io, queue, recording};
    std::uint32_t next_conn = 1;
    std::string name_servers;
    std::function<void()> wake;
};

} // namespace

TEST_CASE("an address that is refused as its time is up does not take the next one with it") {
    test::Peer peer; // 127.0.0.1 only
    Bench bench{{}};
    test::NameServer server(bench.io, test::NameServer::Mode::answer);
    server.v4 = {"127.0.0.2", "127.0.0.1"};
    server.v6 = {};
    bench.name_servers = server.address();
    net::Link link({bench.io, bench.emitter, bench.next_conn, bench.name_servers, bench.wake}, 1,
                   std::make_shared<net::SendGauge>());
    wire::LinkOptions options =
        test::options_for("ws://two.example:" + std::to_string(peer.port()) + "/");
    options.connect_timeout_s = 4; // half of it is the first address's
    link.connect(options);
    REQUIRE(bench.until([](const wire::Event& event) {
        return event.kind == Kind::status && event.details->link->phase == wire::Phase::connecting;
    }));
    // The thread is held up until both have happened: the refusal, and the end of its time.
    asio::steady_timer(bench.io, std::chrono::milliseconds(2100)).wait();
    std::string failed;
    REQUIRE(bench.until([&](const wire::Event& event) {
        if (event.kind == Kind::failed) failed = base::one_line(*event.details->error);
        return event.kind == Kind::failed || event.kind == Kind::request;
    }));
    CHECK(failed.empty());
    server.close();
}
