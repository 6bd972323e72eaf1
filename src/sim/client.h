// One client's connection to the simulator: its socket, its codec, what waits to be written, and
// its time limits. Owned by the server's map and by its own pending operations; used on the
// server's thread only. Never calls `gone` from within a call of the server's.
#pragma once

#include <array>
#include <asio.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/codec.h"
#include "sim/frame_tally.h"
#include "sim/recorder.h"

namespace sim {

class Client : public std::enable_shared_from_this<Client> {
public:
    /// What it tells the server, and asks it.
    struct Server {
        std::string url;
        std::chrono::milliseconds ping_interval{}, handshake_timeout{}, stall_timeout{};
        Recorder* recorder = nullptr;
        std::function<bool()> paused; ///< reading must wait
        std::function<void(Client&)> opened;
        std::function<void(Client&, std::string_view text)> text;
        std::function<void(Client&)> gone; ///< the last thing it says
    };

    static constexpr std::size_t kMaxMessage = 10u << 20; ///< as Coda's backend
    /// With more than this unread a client is behind, and what comes by rate waits for it.
    static constexpr std::size_t kBehind = 1u << 20;
    /// With more than this unread it is dropped (the backend would stall for all).
    static constexpr std::size_t kMaxUnread = 8u << 20;

    Client(asio::ip::tcp::socket socket, std::uint32_t conn, const Server& server);

    std::uint32_t conn() const { return conn_; }
    bool behind() const { return codec_.is_open() && unread() > kBehind; }
    void start();
    void send_text(std::string_view text);
    void close(int code, std::string_view reason);
    void resume(); ///< the server is not paused any more
    /// The server stops: a Close for a client that is open, an end at once for another.
    void stop(int code, std::string_view reason);
    /// Ends the connection now, without a word.
    void abort();

private:
    Codec::Handlers handlers();
    void on_open();
    void on_message(bool binary, std::string_view payload);
    void on_ping(std::string_view payload);
    void on_bytes_out(std::string_view bytes);
    void on_close_received(int code, std::string_view reason);
    void on_close_sent(int code, std::string_view reason);

    void read();
    void feed(std::string_view bytes);
    std::size_t feed_head(std::string_view bytes);
    std::size_t unread() const { return writing_.size() - written_ + waiting_.size(); }
    void write();
    void shut_down();
    void watch_stall();
    void after_codec();
    void drop_slow();
    void drain();
    void set_deadline(std::chrono::milliseconds after, const char* what);
    void ping_later();
    void lost(const asio::error_code& error);
    void end();
    wire::Details ending() const;

    asio::ip::tcp::socket socket_;
    asio::steady_timer deadline_, ping_timer_, stall_timer_;
    const std::uint32_t conn_;
    const Server& server_;
    std::string peer_;
    Codec codec_;
    FrameTally tally_;
    std::array<char, 64 * 1024> buffer_;

    std::string head_; ///< of the request
    bool head_complete_ = false;
    int status_ = 0; ///< of the response
    std::string writing_, waiting_;
    std::size_t written_ = 0; ///< of `writing_`
    bool reading_ = false, write_pending_ = false;
    bool opened_ = false, draining_ = false, shut_down_ = false, stopping_ = false, ended_ = false;
    std::optional<wire::By> first_close_; ///< seen from the client
    bool close_received_ = false, close_sent_ = false;
    int close_code_ = 0;
    std::string close_reason_;
    std::string end_reason_; ///< why it ended without a closing handshake
    wire::By ended_by_ = wire::By::nobody;
};

} // namespace sim
