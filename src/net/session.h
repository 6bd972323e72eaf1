// One attempt at a connection, from the name lookup to the end of TCP: sockets, time-outs,
// handshake, frames. It tells its Link what happened and emits the Events of the wire; whether to
// try again is the Link's affair. Network thread only; handlers keep it alive, `abandon()` silences
// it.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/error.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/codec.h"
#include "net/emitter.h"
#include "net/handshake.h"
#include "net/lookup.h"
#include "net/tap.h"
#include "net/url.h"
#include "wire/event.h"
#include "wire/link_state.h"

namespace net {

class Link;

/// How a session that was open ended.
struct SessionEnd {
    int code = 0;       ///< received, or sent where no other came back; 0: none
    std::string reason; ///< of the same Close frame
    bool clean = false; ///< both Close frames crossed (RFC 6455 section 7.1.4)
    wire::By by = wire::By::nobody;
    std::optional<base::Error> error;
};

class Session : public std::enable_shared_from_this<Session> {
public:
    Session(asio::io_context& io, Emitter& emitter, Link& link, const wire::LinkOptions& options,
            std::uint32_t link_number, std::uint32_t conn);

    /// Begins with the name lookup.
    void start(const Url& url, const std::string& name_servers);
    /// Closes the socket at once; the Link hears no more.
    void abandon();
    /// The queue to the screen has room again.
    void resume();
    /// Events have Details::frames, from the next message on, or no longer.
    void keep_frame_detail(bool on);

    bool open() const { return stage_ == Stage::open; }
    bool was_open() const { return codec_ != nullptr; }
    bool closing_by_us() const { return end_.by == wire::By::us; }

    /// Each writes one frame and emits it, or emits it as `refused` with the error.
    /// True when it was written, false when it was refused.
    bool send(bool binary, std::string_view payload);
    bool ping(std::string_view payload);
    void pong(std::string_view payload); ///< one that nobody asked for (RFC 6455 section 5.5.3)
    /// Begins the closing handshake; `code` 0: a Close without a body. A code that never travels or
    /// a reason that is too long is refused with an Event, and nothing is closed.
    void close(int code, std::string_view reason);
    /// Ends TCP without a closing handshake.
    void break_line();

    /// How it ends, as far as it is known: the Close frames that crossed, the rule that was broken.
    const SessionEnd& end_so_far() const { return end_; }

    std::uint64_t bytes_waiting() const { return out_.size() + writing_.size(); }

private:
    enum class Stage { lookup, connect, secure, upgrade, answer_body, open, closing, over };
    using Tcp = asio::ip::tcp;
    using TlsStream = asio::ssl::stream<Tcp::socket&>;

    //--- before it is open (session_opening.cpp)
    void start_timeout();
    void on_timeout();
    void connect_next();
    void on_connected(const std::error_code& error);
    void secure();
    void upgrade();
    void on_answer_bytes(const char* bytes, std::size_t size);
    void on_answer_head(std::size_t size);
    void begin_session(const Agreement& agreement, std::string rest);
    void on_answer_end(const std::error_code& error);
    void finish_refusal();
    void fail(const char* phase, base::Error error);

    /// What a handler does: were it thrown out of, nothing would be read or written any more, and
    /// nobody told.
    template <class Work>
    void guarded(Work work) {
        try {
            work();
        } catch (const std::exception& thrown) {
            on_thrown(thrown.what());
        }
    }
    void on_thrown(const char* what);

    //--- while it is open (session.cpp, session_ping.cpp)
    void read();
    void on_read(const std::error_code& error, std::size_t size);
    void process();
    void on_message(const Decoded& message);
    void on_pong(const Decoded& message);
    void on_close_frame(const Decoded& message);
    void on_fault(const Fault& fault);
    void on_lost(const std::error_code& error);
    std::error_code cause_of(const std::error_code& read_error) const;
    void write();
    void on_written();
    wire::Event received(wire::Kind kind, std::string_view payload);
    void emit_data(const Decoded& message);
    bool send_stored(bool binary, std::string_view payload, wire::Payload stored);
    void emit_sent(wire::Kind kind, wire::Payload payload, std::size_t wire_size);
    bool held_up() const;
    std::unique_ptr<Tap> make_tap(Side side, std::uint64_t begin_at) const;
    bool tap_received(const char* bytes, std::size_t size);
    void add_frames_sent(wire::Event& event, std::size_t wire_size);
    std::optional<base::Error> why_not_send(std::size_t size) const;
    void send_close_frame(int code, std::string_view reason);
    void wait_for_end(double seconds);
    void wait_for_tcp_end();
    std::string unsent_text() const;
    void schedule_ping();
    void await_answer();
    void end_dead_line();
    void end(SessionEnd end);
    void say_goodbye_to_tls();
    void abandoned();
    void close_socket();

    asio::io_context& io_;
    Emitter& emitter_;
    Link* link_; ///< null once abandoned
    const wire::LinkOptions options_;
    const std::uint32_t link_number_, conn_;
    Stage stage_ = Stage::lookup;

    std::shared_ptr<Lookup> lookup_;
    Lookup::Endpoints endpoints_;
    std::size_t endpoint_ = 0;
    std::vector<std::string> endpoint_errors_;
    Tcp::socket socket_;
    std::optional<asio::ssl::context> tls_context_;
    std::unique_ptr<TlsStream> tls_;
    asio::steady_timer timeout_, address_timeout_, ping_timer_, answer_timer_;
    std::chrono::steady_clock::time_point begun_;
    bool address_timed_out_ = false;

    Url url_;
    std::string key_;
    std::string answer_; ///< bytes of the answer so far
    std::size_t answer_head_size_ = 0;
    std::optional<base::Error> refusal_; ///< told once some of the body is here

    std::unique_ptr<Codec> codec_;
    DeflateParams deflate_; ///< as agreed
    bool keep_detail_ = false;
    std::unique_ptr<Tap> tap_in_, tap_out_; ///< null: no detail is kept
    bool tapped_ = false;                   ///< tap_in_ has the message that is being handled
    std::vector<char> in_;
    std::size_t in_begin_ = 0, in_end_ = 0;
    base::Stamp in_at_; ///< when those bytes came
    wire::MessageHeadReader heads_;
    bool reading_ = false;
    std::string out_, writing_;
    std::error_code write_error_;    ///< the line is broken; the read ends the session
    std::uint64_t unsent_bytes_ = 0; ///< that were waiting when it broke

    struct Ping {
        std::string payload;
        std::int64_t sent_mono_ns;
    };
    std::vector<Ping> pings_; ///< sent and not answered, oldest first
    bool awaiting_answer_ = false;

    bool close_sent_ = false, close_received_ = false;
    bool deaf_ = false; ///< a rule was broken: what comes is read and not looked at
    SessionEnd end_;    ///< filled as it comes
};

} // namespace net
