// A WebSocket client of the tests' own, byte by byte: what it sends may be wrong on purpose, and it
// reads only when asked to. Blocking, every wait has a deadline. One thread.
#pragma once

#include <asio.hpp>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

class RawClient {
public:
    static constexpr std::chrono::seconds kPatience{20};

    struct Frame {
        int opcode = 0;
        bool fin = true;
        bool rsv = false;
        std::string payload;
        int close_code() const; ///< of a Close frame; 0: it has none
        std::string close_reason() const;
    };

    /// TCP only.
    explicit RawClient(std::uint16_t port);

    /// The opening handshake; the head of the answer.
    std::string upgrade(std::string_view path = "/", std::string_view more_headers = "");
    void write(std::string_view bytes);
    void send(int opcode, std::string_view payload, bool fin = true);
    void send_text(std::string_view text) { send(1, text); }

    /// The next frame; none when the server closed TCP or the time is up.
    std::optional<Frame> frame(std::chrono::milliseconds patience = kPatience);
    /// The next text message as JSON, whatever frames come between; null when none comes.
    nlohmann::json message(std::chrono::milliseconds patience = kPatience);
    /// The next message of that type.
    nlohmann::json message_of(std::string_view type,
                              std::chrono::milliseconds patience = kPatience);
    /// The next Close frame.
    std::optional<Frame> close_frame();
    /// The head of an HTTP answer with its empty line.
    std::string head();
    /// All until the server closes TCP; false when it does not.
    bool read_to_end(std::string* rest = nullptr);
    /// Answers the backend's challenge and reads up to its `replay`.
    bool authenticate();

    /// Ends TCP without a word.
    void vanish();

    static std::string client_frame(int opcode, std::string_view payload, bool fin = true);

private:
    bool fill(std::chrono::steady_clock::time_point deadline);

    asio::io_context io_;
    asio::ip::tcp::socket socket_{io_};
    std::string received_;
    bool ended_ = false;
};
