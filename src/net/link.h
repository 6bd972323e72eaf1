// A connection as the user knows it: its options, its attempts one after the other, back-off,
// Coda's authentication, and the LinkState that the screen shows. Network thread only; owned by the
// engine's thread.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "net/backoff.h"
#include "net/emitter.h"
#include "net/session.h"
#include "wire/link_state.h"
#include "wire/message_head.h"

namespace net {

/// What one link still has to write; shared by the network thread and the owner of the Engine.
struct SendGauge {
    std::atomic<std::uint64_t> ordered{0}; ///< payloads in orders that have not been taken up
    std::atomic<std::uint64_t> queued{0};  ///< bytes that the kernel has not taken
    std::atomic<bool> open{false};
    std::atomic<std::uint64_t> below{0};
    std::atomic<bool> armed{false};

    std::uint64_t bytes() const { return ordered.load() + queued.load(); }
    bool low() const { return !open.load() || bytes() <= below.load(); }
};

/// What all links of an engine share; the engine's thread owns it and outlives them.
struct LinkContext {
    asio::io_context& io;
    Emitter& emitter;
    std::uint32_t& next_conn; ///< numbers the attempts of all links
    const std::string& name_servers;
    const std::function<void()>& wake;
};

class Link {
public:
    Link(LinkContext context, std::uint32_t number, std::shared_ptr<SendGauge> gauge);
    ~Link();

    //--- orders
    void connect(wire::LinkOptions options);
    void disconnect(int code, const std::string& reason);
    void retry_now();
    void send(bool binary, std::string_view payload);
    void ping(std::string_view payload);
    void pong(std::string_view payload);
    void set_auto_auth(bool on);
    void answer_challenge();
    void break_line();
    void keep_frame_detail(bool on);
    void note(std::string_view text, std::uint64_t of);
    /// The queue to the screen has room again.
    void resume();

    //--- told by the session
    void on_phase(wire::Phase phase);
    void on_address(std::string address);
    void on_open(const std::string& subprotocol, const std::string& extensions);
    /// Whether on_text() has to see this message: few are about authentication.
    static bool concerns(const wire::MessageHead& head, std::string_view payload) {
        return head.has_type &&
               (head.type_escaped || head.type_raw(payload).substr(0, 5) == "auth_");
    }
    void on_text(std::string_view payload);
    void on_pong(std::int64_t rtt_ns);
    void on_send_queue();
    void on_failed(const char* phase, base::Error error);
    void on_closed(SessionEnd end);
    void refuse(std::string_view payload, base::Error error);

private:
    void dial();
    void drop_session();
    base::Error not_open() const;
    void end_session_at_once(const char* why);
    void retry_or_rest(bool after_good_end);
    void publish();
    void update_gauge();

    const LinkContext context_;
    Emitter& emitter_;
    const std::uint32_t number_;
    std::shared_ptr<SendGauge> gauge_;

    wire::LinkOptions options_;
    wire::LinkState state_;
    std::shared_ptr<Session> session_;
    Backoff backoff_;
    asio::steady_timer retry_timer_;
    std::mt19937_64 random_; ///< jitter only: needs no strength
    bool was_open_ = false;  ///< since connect()
    bool stopped_ = false;   ///< by the user, since connect() or retry_now()
    int retries_used_ = 0;   ///< in a row
    std::int64_t opened_mono_ns_ = 0;
    std::string token_;            ///< of a challenge that stands unanswered
    bool told_send_queue_ = false; ///< a message was refused because the peer does not read
};

} // namespace net
