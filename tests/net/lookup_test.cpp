#include "net/lookup.h"

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/name_server.h"
#include "net/peer.h"

namespace {

using namespace std::chrono_literals;
using asio::ip::make_address;
using net::Lookup;
using Tcp = asio::ip::tcp;

constexpr auto kDeadline = 20s;

using test::NameServer;
using Mode = NameServer::Mode;

/// Runs until the lookup is done; empty when it is not within the deadline.
std::optional<base::Result<Lookup::Endpoints>> look_up(asio::io_context& io,
                                                       const std::string& host,
                                                       const std::string& servers,
                                                       std::uint16_t port = 8765) {
    std::optional<base::Result<Lookup::Endpoints>> result;
    bool inside_start = true;
    const auto lookup = Lookup::start(io, host, port, servers, [&](auto found) {
        CHECK_FALSE(inside_start);
        CHECK_FALSE(result.has_value()); // once
        result = std::move(found);
    });
    inside_start = false;
    const auto end = std::chrono::steady_clock::now() + kDeadline;
    while (!result && std::chrono::steady_clock::now() < end && io.run_one_until(end) > 0) {
    }
    return result;
}

std::vector<std::string> found(const std::string& host, Mode mode = Mode::answer) {
    asio::io_context io;
    NameServer server(io, mode);
    const auto result = look_up(io, host, server.address());
    REQUIRE(result.has_value());
    if (!result->ok()) FAIL(base::one_line(result->error()));
    std::vector<std::string> texts;
    for (const Tcp::endpoint& endpoint : result->value()) {
        CHECK(endpoint.port() == 8765);
        texts.push_back(endpoint.address().to_string());
    }
    std::sort(texts.begin(), texts.end());
    return texts;
}

base::Error refusal(const std::string& host, Mode mode) {
    asio::io_context io;
    NameServer server(io, mode);
    const auto result = look_up(io, host, server.address());
    REQUIRE(result.has_value());
    REQUIRE_FALSE(result->ok());
    // The words that scripts look for (CONTRACT.md).
    CHECK(result->error().what.find("lookup") != std::string::npos);
    CHECK(result->error().what.find(host) != std::string::npos);
    CHECK_FALSE(result->error().why.empty());
    return result->error();
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("an address is taken as it is, and nobody is asked") {
    for (const char* address : {"127.0.0.1", "::1", "192.0.2.1", "2001:db8::1"}) {
        asio::io_context io;
        NameServer server(io, Mode::silent);
        const auto result = look_up(io, address, server.address());
        REQUIRE(result.has_value());
        REQUIRE(result->ok());
        REQUIRE(result->value().size() == 1);
        CHECK(result->value()[0] == Tcp::endpoint(make_address(address), 8765));
        CHECK(server.questions() == 0);
    }
}

TEST_CASE("localhost is this machine") {
    const Texts texts = found("localhost", Mode::silent);
    REQUIRE_FALSE(texts.empty());
    for (const std::string& text : texts) CHECK(make_address(text).is_loopback());
}

TEST_CASE("a name gives its addresses of both families") {
    CHECK(found("both.example") == Texts{"192.0.2.7", "2001:db8::7"});
}

TEST_CASE("an address that comes twice is tried once") {
    asio::io_context io;
    NameServer server(io, Mode::answer);
    server.v4 = {"192.0.2.7", "192.0.2.8", "192.0.2.7"};
    server.v6 = {};
    const auto result = look_up(io, "twice.example", server.address());
    REQUIRE(result.has_value());
    REQUIRE(result->ok());
    CHECK(result->value().size() == 2);
}

TEST_CASE("an answer too long for UDP is fetched over TCP") {
    CHECK(found("long.example", Mode::over_tcp) == Texts{"192.0.2.7", "2001:db8::7"});
}

TEST_CASE("a name that is not known, or has no address, is told as that") {
    CHECK(refusal("nosuch.invalid", Mode::no_such_name).why.find("no host of that name") !=
          std::string::npos);
    const base::Error error = refusal("mail-only.example", Mode::no_address);
    CHECK(error.why.find("address") != std::string::npos);
}

TEST_CASE("nonsense is passed over, an answer behind it is taken") {
    CHECK(found("both.example", Mode::garbage) == Texts{"192.0.2.7", "2001:db8::7"});
}

TEST_CASE("a name server that fails gives an error") {
    CHECK_FALSE(refusal("any.example", Mode::fails).fix.empty());
}

TEST_CASE("a name server that is not there gives an error") {
    asio::io_context io;
    std::string address;
    {
        NameServer gone(io, Mode::silent);
        address = gone.address();
        gone.close();
        io.run();
        io.restart();
    }
    const auto result = look_up(io, "any.example", address);
    REQUIRE(result.has_value());
    REQUIRE_FALSE(result->ok());
    CHECK(result->error().what.find("lookup") != std::string::npos);
}

TEST_CASE("a name server that is silent for longer than the resolver waits is told as a time-out") {
    asio::io_context io;
    NameServer server(io, Mode::silent);
    std::optional<base::Result<Lookup::Endpoints>> result;
    const auto begin = std::chrono::steady_clock::now();
    const auto lookup = Lookup::start(io, "any.example.", 1, server.address(),
                                      [&](auto found) { result = std::move(found); });
    while (!result && io.run_one_until(begin + 3 * kDeadline) > 0) {
    }
    REQUIRE(result.has_value());
    REQUIRE_FALSE(result->ok());
    const base::Error& error = result->error();
    CAPTURE(error.what);
    double told = 0;
    REQUIRE(std::sscanf(error.what.c_str(), "timed out after %lf s in the name lookup of any.ex",
                        &told) == 1);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    CHECK(told == doctest::Approx(passed.count()).epsilon(0.1));
    CHECK(error.why == "no name server answered");
    CHECK_FALSE(error.fix.empty());
}

TEST_CASE("what cannot be a name gives an error") {
    asio::io_context io;
    NameServer server(io, Mode::no_such_name);
    for (const std::string& host : {std::string("two..dots"), std::string(300, 'x'),
                                    std::string(64, 'l') + ".example", std::string(".")}) {
        INFO(host);
        const auto result = look_up(io, host, server.address());
        REQUIRE(result.has_value());
        CHECK_FALSE(result->ok());
    }
}

TEST_CASE("cancelled at once, a lookup leaves no descriptor and no work, and is never told") {
    asio::io_context io;
    NameServer server(io, Mode::silent);
    io.poll();
    const int before = test::open_descriptors();
    for (int i = 0; i < 100; ++i) {
        for (const char* host : {"any.example", "127.0.0.1", "localhost"}) {
            const auto lookup = Lookup::start(io, host, 1, server.address(),
                                              [](auto) { FAIL("told after cancel()"); });
            lookup->cancel();
        }
    }
    CHECK(test::open_descriptors() == before);
    server.close();
    io.run_for(kDeadline);
    CHECK(io.stopped()); // ran out of work, not of time
}

TEST_CASE("cancelled or dropped while the name server is silent, it is gone at once") {
    asio::io_context io;
    NameServer server(io, Mode::silent);
    const int before = test::open_descriptors();
    for (int i = 0; i < 20; ++i) {
        auto lookup = Lookup::start(io, "any.example", 1, server.address(),
                                    [](auto) { FAIL("told after cancel()"); });
        const int asked = server.questions();
        const auto end = std::chrono::steady_clock::now() + kDeadline;
        while (server.questions() == asked && std::chrono::steady_clock::now() < end)
            io.run_one_until(end);
        REQUIRE(server.questions() > asked);
        CHECK(test::open_descriptors() > before);
        if (i % 2 == 0) lookup->cancel();
        lookup.reset();
        CHECK(test::open_descriptors() == before);
    }
    server.close();
    io.run_for(kDeadline);
    CHECK(io.stopped());
}

TEST_CASE("whoever is told may drop the lookup, and nothing is left behind") {
    asio::io_context io;
    auto server = std::make_unique<NameServer>(io, Mode::answer);
    const int before = test::open_descriptors();
    for (int i = 0; i < 20; ++i) {
        std::shared_ptr<Lookup> lookup;
        bool told = false;
        lookup = Lookup::start(io, "both.example", 1, server->address(), [&](auto) {
            lookup.reset();
            told = true;
        });
        const auto end = std::chrono::steady_clock::now() + kDeadline;
        while (!told && std::chrono::steady_clock::now() < end) io.run_one_until(end);
        CHECK(told);
        CHECK(test::open_descriptors() == before);
    }
    server->close();
    io.run_for(kDeadline);
    CHECK(io.stopped());
}

TEST_CASE("cancelled between the answer and its telling, it is not told") {
    asio::io_context io;
    const auto lookup =
        Lookup::start(io, "127.0.0.1", 1, {}, [](auto) { FAIL("told after cancel()"); });
    lookup->cancel();
    io.run_for(kDeadline);
    CHECK(io.stopped());
}
