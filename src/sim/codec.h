// The WebSocket protocol of one client's connection, seen from the server: websocketpp on its
// iostream transport behind a plain interface. Bytes in, bytes out; it has no socket, no timer and
// no thread. Owned by that connection, used on the server's thread only. Includes neither
// websocketpp nor Asio.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sim {

class Codec {
public:
    /// Called from within read(), send_text(), ping() and close(). None may destroy the codec.
    struct Handlers {
        std::function<void(std::string_view bytes)> write; ///< for the socket, in order
        std::function<void()> open;
        std::function<void(bool binary, std::string_view payload)> message;
        std::function<void(std::string_view payload)> ping; ///< its Pong is written right after
        std::function<void(std::string_view payload)> pong;
        /// 0: the frame had no code.
        std::function<void(int code, std::string_view reason)> close_received;
        std::function<void(int code, std::string_view reason)> close_sent;
    };

    /// `max_message` in bytes; a larger one is answered with Close 1009.
    Codec(Handlers handlers, std::size_t max_message);
    ~Codec();
    Codec(const Codec&) = delete;
    Codec& operator=(const Codec&) = delete;

    /// Bytes from the socket.
    void read(std::string_view bytes);
    /// False when the connection is not open.
    bool send_text(std::string_view text);
    bool ping(std::string_view payload);
    /// Begins the closing handshake; code 0 sends none. Does nothing unless the connection is open.
    void close(int code, std::string_view reason);

    bool is_open() const;
    /// The last byte was written and nothing more will be read: the socket may be closed.
    bool finished() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace sim
