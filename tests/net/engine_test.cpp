// The engine as a whole: several links at once, a flood towards a slow screen, and stopping in any
// state without a thread or a descriptor left behind.
#include "net/engine.h"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

#include "net/peer.h"

using test::options_for;
using test::Peer;
using test::Watch;
using wire::Kind;
using wire::Phase;

namespace {

/// A name server that hears every question and answers none.
struct SilentNameServer {
    int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    std::string address;

    SilentNameServer() {
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(fd, reinterpret_cast<sockaddr*>(&here), sizeof here);
        socklen_t size = sizeof here;
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&here), &size);
        address = "127.0.0.1:" + std::to_string(ntohs(here.sin_port));
    }
    ~SilentNameServer() { ::close(fd); }
};

double seconds_of(const std::function<void()>& what) {
    const auto begin = std::chrono::steady_clock::now();
    what();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Brings an engine into some state a hundred times and stops it there: under a second each, and
/// nothing is left.
void stop_a_hundred_times(const std::function<void(Watch&)>& bring,
                          const std::string& name_servers = {}) {
    {
        Watch warm_up({}, name_servers); // libraries open what they keep for good
        bring(warm_up);
    }
    const int descriptors = test::open_descriptors(), threads = test::threads();
    double slowest = 0;
    for (int i = 0; i < 100; ++i) {
        Watch watch({}, name_servers);
        bring(watch);
        slowest = std::max(slowest, seconds_of([&] { watch.stop(); }));
    }
    CHECK(slowest < 1.0);
    CHECK(test::open_descriptors() == descriptors);
    CHECK(test::threads() == threads);
}

} // namespace

TEST_CASE("several connections at once, each with its own number and order") {
    Peer peers[3];
    Watch watch;
    std::unique_ptr<test::Conn> conns[3];
    for (std::uint32_t i = 0; i < 3; ++i) {
        watch.engine().connect(i + 1, options_for(peers[i].url()));
        conns[i] = peers[i].accept();
        REQUIRE(conns[i]->upgrade());
    }
    for (int round = 0; round < 50; ++round)
        for (int i = 0; i < 3; ++i) conns[i]->text(std::to_string(i) + ":" + std::to_string(round));
    int next_round[3] = {0, 0, 0};
    for (int i = 0; i < 150; ++i) {
        const wire::Event* event = watch.next(Kind::text);
        REQUIRE(event);
        const int link = static_cast<int>(event->link) - 1;
        CHECK(event->payload.view() ==
              std::to_string(link) + ":" + std::to_string(next_round[link]++));
    }
}

TEST_CASE("a flood while the screen is away: bounded, and all of it arrives in order") {
    wire::EventQueue::Limits limits;
    limits.slots = 1 << 14;
    limits.bytes = 1 << 20;
    Peer peer;
    Watch watch(limits);
    watch.engine().connect(1, options_for(peer.url()));
    auto conn = peer.accept();
    REQUIRE(conn->upgrade());
    constexpr int kMessages = 50000;
    std::thread sender([&] {
        const std::string body(200, 'x');
        std::string burst;
        for (int i = 0; i < kMessages; ++i) {
            burst += test::frame_bytes(1, std::to_string(i) + body);
            if (burst.size() < 60000) continue;
            if (!conn->write(burst)) return;
            burst.clear();
        }
        conn->write(burst);
    });
    // The screen is away until the queue is full; only then it looks.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (watch.engine().events().stats().waits == 0 &&
           std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    CHECK(watch.engine().events().stats().waits > 0);
    for (int i = 0; i < kMessages; ++i) {
        const wire::Event* event = watch.next(Kind::text);
        REQUIRE(event);
        REQUIRE(event->payload.view().substr(0, std::to_string(i).size()) == std::to_string(i));
    }
    CHECK(watch.engine().events().stats().bytes_high <= limits.bytes);
    sender.join();
}

TEST_CASE("stopping while idle") {
    stop_a_hundred_times([](Watch&) {});
}

TEST_CASE("stopping in the name lookup") {
    SilentNameServer silent;
    stop_a_hundred_times(
        [](Watch& watch) {
            watch.engine().connect(1, options_for("ws://somewhere.test/"));
            REQUIRE(watch.phase(1, Phase::resolving));
        },
        silent.address);
}

TEST_CASE("stopping while the upgrade stays unanswered") {
    Peer peer;
    std::vector<std::unique_ptr<test::Conn>> kept;
    stop_a_hundred_times([&](Watch& watch) {
        watch.engine().connect(1, options_for(peer.url()));
        const auto conn = peer.accept(); // closed again behind this: the request is on its way
        REQUIRE(conn);
        conn->read_request();
    });
}

TEST_CASE("stopping in the TLS handshake") {
    Peer peer;
    stop_a_hundred_times([&](Watch& watch) {
        watch.engine().connect(1, options_for("wss://127.0.0.1:" + std::to_string(peer.port())));
        REQUIRE(watch.phase(1, Phase::securing));
        const auto conn = peer.accept();
        REQUIRE(conn);
    });
}

TEST_CASE("stopping while open, in the middle of a message") {
    Peer peer;
    stop_a_hundred_times([&](Watch& watch) {
        watch.engine().connect(1, options_for(peer.url()));
        const auto conn = peer.accept();
        REQUIRE(conn->upgrade());
        REQUIRE(watch.next(Kind::open));
        conn->frame(1, "the first half", false);
        conn->write(std::string("\x80\x7e\x01\x00 a bit", 10));
        watch.engine().send(1, net::Opcode::binary, std::string(1 << 20, 'x'));
    });
}

TEST_CASE("stopping while the server has gone silent in the closing handshake") {
    Peer peer;
    stop_a_hundred_times([&](Watch& watch) {
        watch.engine().connect(1, options_for(peer.url()));
        const auto conn = peer.accept();
        REQUIRE(conn->upgrade());
        REQUIRE(watch.next(Kind::open));
        watch.engine().disconnect(1);
        REQUIRE(watch.phase(1, Phase::closing));
    });
}

TEST_CASE("stopping while it waits to retry") {
    Peer peer;
    const std::string url = peer.url();
    peer.stop_listening();
    stop_a_hundred_times([&](Watch& watch) {
        wire::LinkOptions options = options_for(url);
        options.retry_first = wire::LinkOptions::kForever;
        watch.engine().connect(1, options);
        REQUIRE(watch.phase(1, Phase::waiting));
    });
}

TEST_CASE("stopping while the queue to the screen is full") {
    Peer peer;
    const std::string burst = [] {
        std::string bytes;
        for (int i = 0; i < 1000; ++i) bytes += test::frame_bytes(1, "x");
        return bytes;
    }();
    const int descriptors = test::open_descriptors();
    for (int i = 0; i < 20; ++i) {
        wire::EventQueue::Limits limits;
        limits.slots = 32;
        Watch watch(limits);
        watch.engine().connect(1, options_for(peer.url()));
        const auto conn = peer.accept();
        REQUIRE(conn->upgrade());
        REQUIRE(watch.next(Kind::open));
        conn->write(burst);
        while (watch.engine().events().stats().waits == 0) std::this_thread::yield();
        CHECK(seconds_of([&] { watch.stop(); }) < 1.0);
    }
    CHECK(test::open_descriptors() == descriptors);
}

TEST_CASE("a name server that is silent: timed out, in the lookup") {
    SilentNameServer silent;
    Watch watch({}, silent.address);
    wire::LinkOptions options = options_for("ws://somewhere.test/");
    options.connect_timeout_s = 0.3;
    watch.engine().connect(1, options);
    const wire::Event* failed = watch.next(Kind::failed);
    REQUIRE(failed);
    CHECK(failed->details->error->what.find("timed out after 0.3 s") != std::string::npos);
    CHECK(failed->details->error->what.find("lookup of somewhere.test") != std::string::npos);
}
