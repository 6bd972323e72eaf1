// A name server on loopback for the tests, which answers as it is told.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace test {

/// On the same io_context as the lookup.
class NameServer {
public:
    enum class Mode { answer, no_such_name, no_address, fails, silent, garbage, over_tcp };

    NameServer(asio::io_context& io, Mode mode) : mode_(mode), udp_(io), acceptor_(io) {
        // One port for both: the one that TCP gives may be taken for UDP.
        std::error_code taken = asio::error::address_in_use;
        for (int tries = 0; taken && tries < 100; ++tries) {
            acceptor_ = Tcp::acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
            udp_ = Udp::socket(io);
            udp_.open(Udp::v4());
            udp_.bind({asio::ip::make_address("127.0.0.1"), acceptor_.local_endpoint().port()},
                      taken);
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
    using Tcp = asio::ip::tcp;
    using Udp = asio::ip::udp;

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

} // namespace test
