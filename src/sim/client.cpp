#include "sim/client.h"

#include <cstdlib>

#include "base/text.h"

namespace sim {
namespace {

using namespace std::chrono_literals;
constexpr auto kCloseTime = 5'000ms; ///< for the client's Close, or for a slow client to read ours
constexpr auto kDrainTime = 1'000ms; ///< for the client's end of TCP

std::uint64_t frame_size(std::size_t payload) {
    return payload + (payload < 126 ? 2u : payload < 65536 ? 4u : 10u); // RFC 6455 section 5.2
}

std::string peer_of(const asio::ip::tcp::socket& socket) {
    asio::error_code error;
    const auto end = socket.remote_endpoint(error);
    if (error) return {};
    const std::string address = end.address().to_string();
    return (end.address().is_v6() ? "[" + address + "]" : address) + ":" +
           std::to_string(end.port());
}

} // namespace

Client::Client(asio::ip::tcp::socket socket, std::uint32_t conn, const Server& server)
    : socket_(std::move(socket)), deadline_(socket_.get_executor()),
      ping_timer_(socket_.get_executor()), stall_timer_(socket_.get_executor()), conn_(conn),
      server_(server), peer_(peer_of(socket_)), codec_(handlers(), kMaxMessage) {}

Codec::Handlers Client::handlers() {
    Codec::Handlers handlers;
    handlers.write = [this](std::string_view bytes) { on_bytes_out(bytes); };
    handlers.open = [this] { on_open(); };
    handlers.message = [this](bool binary, std::string_view text) { on_message(binary, text); };
    handlers.ping = [this](std::string_view payload) { on_ping(payload); };
    handlers.pong = [this](std::string_view payload) {
        server_.recorder->payload(conn_, wire::Dir::out, wire::Kind::pong, payload);
    };
    handlers.close_received = [this](int code, std::string_view reason) {
        on_close_received(code, reason);
    };
    handlers.close_sent = [this](int code, std::string_view reason) {
        on_close_sent(code, reason);
    };
    return handlers;
}

void Client::start() {
    asio::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    wire::Details details;
    details.url = server_.url;
    server_.recorder->life(conn_, wire::Kind::connecting, std::move(details));
    set_deadline(server_.handshake_timeout, "timed out: no whole request came");
    read();
}

//--- what the codec says

void Client::on_open() {
    opened_ = true;
    deadline_.cancel();
    wire::Details details;
    details.address = peer_;
    server_.recorder->life(conn_, wire::Kind::open, std::move(details));
    ping_later();
    server_.opened(*this);
}

void Client::on_message(bool binary, std::string_view payload) {
    const FrameTally::Message size = tally_.take();
    server_.recorder->payload(conn_, wire::Dir::out, binary ? wire::Kind::binary : wire::Kind::text,
                              payload, size.frames, size.wire_size);
    if (!binary) server_.text(*this, payload);
}

void Client::on_ping(std::string_view payload) {
    server_.recorder->payload(conn_, wire::Dir::out, wire::Kind::ping, payload);
    server_.recorder->payload(conn_, wire::Dir::in, wire::Kind::pong, payload); // written next
}

void Client::on_bytes_out(std::string_view bytes) {
    waiting_ += bytes;
    if (status_ != 0) return;
    // The first thing written is the response, its head in one piece.
    const std::size_t end = bytes.find("\r\n\r\n");
    if (bytes.size() > 12) status_ = std::atoi(std::string(bytes.substr(9, 3)).c_str());
    if (end != bytes.npos)
        server_.recorder->payload(conn_, wire::Dir::none, wire::Kind::response,
                                  bytes.substr(0, end + 4), 1, 0, status_);
}

void Client::on_close_received(int code, std::string_view reason) {
    server_.recorder->close(conn_, wire::Dir::out, code, reason);
    close_received_ = true;
    if (first_close_) return;
    first_close_ = wire::By::us;
    close_code_ = code;
    close_reason_ = reason;
}

void Client::on_close_sent(int code, std::string_view reason) {
    server_.recorder->close(conn_, wire::Dir::in, code, reason);
    close_sent_ = true;
    if (first_close_) return;
    first_close_ = wire::By::peer;
    close_code_ = code;
    close_reason_ = reason;
}

//--- reading

void Client::read() {
    if (reading_ || ended_ || (server_.paused() && !draining_ && !stopping_)) return;
    reading_ = true;
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](asio::error_code error, std::size_t size) {
                                self->reading_ = false;
                                if (self->ended_) return;
                                if (error) return self->lost(error);
                                if (!self->draining_) self->feed({self->buffer_.data(), size});
                                self->after_codec();
                                self->read();
                            });
}

void Client::feed(std::string_view bytes) {
    bytes.remove_prefix(feed_head(bytes));
    if (bytes.empty()) return;
    codec_.read(bytes.substr(0, tally_.feed(bytes)));
}

/// Passes on what belongs to the request's head and says how many bytes that was.
std::size_t Client::feed_head(std::string_view bytes) {
    if (head_complete_) return 0;
    const std::size_t before = head_.size();
    head_ += bytes;
    const std::size_t end = head_.find("\r\n\r\n");
    head_complete_ = end != head_.npos;
    if (head_complete_) {
        head_.resize(end + 4);
        server_.recorder->payload(conn_, wire::Dir::none, wire::Kind::request, head_);
    }
    const std::size_t taken = head_.size() - before;
    codec_.read(bytes.substr(0, taken));
    return taken;
}

/// After anything the codec did: its bytes go out, and when it is at its end so is the connection.
void Client::after_codec() {
    write();
    if (codec_.finished() && !draining_) drain();
}

void Client::resume() { read(); }

//--- writing

void Client::send_text(std::string_view text) {
    if (!codec_.is_open()) return;
    if (unread() > kMaxUnread) return drop_slow();
    if (codec_.send_text(text))
        server_.recorder->payload(conn_, wire::Dir::in, wire::Kind::text, text, 1,
                                  frame_size(text.size()));
    write();
}

void Client::write() {
    if (write_pending_ || ended_) return;
    if (written_ == writing_.size()) {
        writing_.clear();
        written_ = 0;
        writing_.swap(waiting_);
    }
    if (writing_.empty()) return shut_down();
    write_pending_ = true;
    watch_stall();
    socket_.async_write_some(asio::buffer(writing_.data() + written_, writing_.size() - written_),
                             [self = shared_from_this()](asio::error_code error, std::size_t size) {
                                 self->write_pending_ = false;
                                 if (self->ended_) return;
                                 if (error) return self->lost(error);
                                 self->written_ += size;
                                 self->write();
                             });
}

/// All is written: when all is said too, our end of TCP is closed.
void Client::shut_down() {
    stall_timer_.cancel();
    if (!draining_ || shut_down_) return;
    shut_down_ = true;
    asio::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

/// Some of what waits must be taken by then.
void Client::watch_stall() {
    stall_timer_.expires_after(server_.stall_timeout);
    stall_timer_.async_wait([self = shared_from_this()](asio::error_code error) {
        if (error || self->ended_) return;
        if (self->behind()) return self->drop_slow();
        self->watch_stall(); // it may fall behind while this write waits
    });
}

void Client::drop_slow() {
    close(1008, "too slow: " + base::size_text(unread()) + " were not read in time");
}

void Client::ping_later() {
    ping_timer_.expires_after(server_.ping_interval);
    ping_timer_.async_wait([self = shared_from_this()](asio::error_code error) {
        if (error || self->ended_ || !self->codec_.is_open()) return;
        static constexpr std::string_view kPayload = "coda";
        if (self->codec_.ping(kPayload))
            self->server_.recorder->payload(self->conn_, wire::Dir::in, wire::Kind::ping, kPayload);
        self->write();
        self->ping_later();
    });
}

//--- ending

void Client::close(int code, std::string_view reason) {
    if (!codec_.is_open()) return;
    codec_.close(code, reason);
    set_deadline(kCloseTime, "timed out: no Close from the client for 5 s");
    write();
}

void Client::stop(int code, std::string_view reason) {
    stopping_ = true;
    if (!opened_) return abort();
    close(code, reason);
    read();
}

/// All is said: after the last byte our end of TCP is closed, and the client's is waited for, so
/// that no reset overtakes what we wrote.
void Client::drain() {
    draining_ = true;
    set_deadline(close_sent_ && !close_received_ ? kCloseTime : kDrainTime, "");
    write();
    read();
}

void Client::set_deadline(std::chrono::milliseconds after, const char* what) {
    deadline_.expires_after(after);
    deadline_.async_wait([self = shared_from_this(), what](asio::error_code error) {
        if (error || self->ended_) return;
        self->end_reason_ = what;
        self->ended_by_ = wire::By::peer;
        self->end();
    });
}

void Client::lost(const asio::error_code& error) {
    end_reason_ = error == asio::error::eof ? "the client closed TCP" : error.message();
    ended_by_ = wire::By::us;
    end();
}

void Client::abort() {
    if (ended_) return;
    end_reason_ = "the server stopped";
    ended_by_ = wire::By::peer;
    end();
}

wire::Details Client::ending() const {
    wire::Details details;
    details.by = first_close_.value_or(ended_by_);
    details.code = close_code_;
    details.reason = close_reason_;
    details.clean = close_received_ && close_sent_;
    if (!opened_) {
        details.phase = "WebSocket handshake";
        if (status_ != 0)
            details.error = base::Error{"the server answered " + std::to_string(status_),
                                        "the request was no WebSocket handshake", ""};
        else
            details.error = base::Error{"no WebSocket handshake", end_reason_, ""};
    } else if (!first_close_) {
        details.error = base::Error{"connection lost", end_reason_, ""};
    }
    return details;
}

void Client::end() {
    if (ended_) return;
    ended_ = true;
    deadline_.cancel();
    ping_timer_.cancel();
    stall_timer_.cancel();
    asio::error_code ignored;
    socket_.close(ignored);
    server_.recorder->life(conn_, opened_ ? wire::Kind::closed : wire::Kind::failed, ending());
    server_.gone(*this);
}

} // namespace sim
