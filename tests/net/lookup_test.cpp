#include "net/lookup.h"

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/peer.h"

namespace {

using namespace std::chrono_literals;
using asio::ip::make_address;
using net::Lookup;
using Tcp = asio::ip::tcp;
using Udp = asio::ip::udp;

constexpr auto kDeadline = 20s;

/// A name server on loopback, on the same io_context as the lookup, that answers as it is told.
class NameServer {
public:
    enum class Mode { answer, no_such_name, no_address, fails, silent, garbage, over_tcp };

    NameServer(asio::io_context& io, Mode mode) : mode_(mode), udp_(io), acceptor_(io) {
        // One port for both: the one that TCP gives may be taken for UDP.
        std::error_code taken = asio::error::address_in_use;
        for (int tries = 0; taken && tries < 100; ++tries) {
            acceptor_ = Tcp::acceptor(io, {make_address("127.0.0.1"), 0});
            udp_ = Udp::socket(io);
            udp_.open(Udp::v4());
            udp_.bind({make_address("127.0.0.1"), acceptor_.local_endpoint().port()}, taken);
        }
        REQUIRE_FALSE(taken);
        receive();
        accept();
    }
    std::string address() const {
        return "127.0.0.1:" + std::to_string(udp_.local_endpoint().port());
    }
    int questions() const { return questions_; }

    std::vector<std::string> v4 = {"192.0.2.7"}; ///< RFC 5737 and 3849: nobody is connected to
    std::vector<std::string> v6 = {"2001:db8::7"};

    void close() {
        udp_.close();
        acceptor_.close();
    }

private:
    void receive() {
        udp_.async_receive_from(
            asio::buffer(in_), from_, [this](std::error_code error, std::size_t size) {
                if (error) return;
                ++questions_;
                const std::string question(in_.data(), size);
                std::error_code ignored;
                if (mode_ == Mode::over_tcp)
                    udp_.send_to(asio::buffer(reply(question, 0x8380, {})), from_, 0,
                                 ignored); // cut
                else if (mode_ != Mode::silent) {
                    if (mode_ == Mode::garbage)
                        udp_.send_to(asio::buffer(std::string("garbage")), from_, 0, ignored);
                    udp_.send_to(asio::buffer(answer(question)), from_, 0, ignored);
                }
                receive();
            });
    }

    /// The same over TCP: each message with its length in front (RFC 1035 section 4.2.2).
    void accept() {
        acceptor_.async_accept([this](std::error_code error, Tcp::socket socket) {
            if (error) return;
            auto line = std::make_shared<Tcp::socket>(std::move(socket));
            read_tcp(line);
            accept();
        });
    }
    void read_tcp(const std::shared_ptr<Tcp::socket>& line) {
        auto size = std::make_shared<std::array<unsigned char, 2>>();
        asio::async_read(
            *line, asio::buffer(*size), [this, line, size](std::error_code error, std::size_t) {
                if (error) return;
                std::string question(static_cast<std::size_t>((*size)[0] << 8 | (*size)[1]), '\0');
                std::error_code ignored;
                asio::read(*line, asio::buffer(question), ignored); // comes with its length
                const std::string text = answer(question);
                const std::string head = {static_cast<char>(text.size() >> 8),
                                          static_cast<char>(text.size() & 0xff)};
                asio::write(*line, asio::buffer(head + text), ignored);
                read_tcp(line);
            });
    }

    /// Question and answers (RFC 1035 section 4.1); the name of an answer points at the question's.
    static std::string reply(const std::string& question, int flags,
                             const std::vector<std::string>& addresses) {
        std::size_t end = 12;
        while (end < question.size() && question[end] != 0)
            end += static_cast<unsigned char>(question[end]) + 1u;
        end += 5;
        std::string text = question.substr(0, 2);
        const auto put16 = [&](unsigned value) {
            text.push_back(static_cast<char>(value >> 8));
            text.push_back(static_cast<char>(value & 0xff));
        };
        put16(static_cast<unsigned>(flags));
        put16(1);
        put16(static_cast<unsigned>(addresses.size()));
        put16(0);
        put16(0);
        text += question.substr(12, end - 12);
        const char type = question[end - 3];
        for (const std::string& address : addresses) {
            put16(0xc00c);
            put16(static_cast<unsigned char>(type));
            put16(1);
            put16(0);
            put16(60);
            if (type == 1) {
                const auto bytes = asio::ip::make_address_v4(address).to_bytes();
                put16(4);
                text.append(bytes.begin(), bytes.end());
            } else {
                const auto bytes = asio::ip::make_address_v6(address).to_bytes();
                put16(16);
                text.append(bytes.begin(), bytes.end());
            }
        }
        return text;
    }

    std::string answer(const std::string& question) const {
        std::size_t end = 12;
        while (end < question.size() && question[end] != 0)
            end += static_cast<unsigned char>(question[end]) + 1u;
        const bool wants_v4 = end + 2 < question.size() && question[end + 2] == 1;
        switch (mode_) {
        case Mode::no_such_name: return reply(question, 0x8183, {});
        case Mode::no_address: return reply(question, 0x8180, {});
        case Mode::fails: return reply(question, 0x8182, {});

        default: return reply(question, 0x8180, wants_v4 ? v4 : v6);
        }
    }

    Mode mode_;
    Udp::socket udp_;
    Udp::endpoint from_;
    Tcp::acceptor acceptor_;
    std::array<char, 2048> in_{};
    int questions_ = 0;
};

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
