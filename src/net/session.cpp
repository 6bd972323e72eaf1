// Session, once it is open: reading, writing, control frames, and how it ends.
#include "net/session.h"

#include <asio/post.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "base/text.h"
#include "net/ending_errors.h"
#include "net/link.h"
#include "wire/close_code.h"

namespace net {
namespace {

/// After both Close frames: how long the server may take to end TCP (RFC 6455 section 7.1.1).
constexpr double kTcpEndSeconds = 1.0;
constexpr std::size_t kControlLimit = 125; // RFC 6455 section 5.5
/// LinkOptions::echo: unsent bytes above which no more is read, and below which it goes on.
constexpr std::uint64_t kEchoHigh = 8u << 20, kEchoLow = 2u << 20;

std::chrono::nanoseconds seconds(double value) {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(value * 1e9));
}

wire::Details& details_of(wire::Event& event) {
    if (!event.details) event.details = std::make_unique<wire::Details>();
    return *event.details;
}

} // namespace

//--- life and death

void Session::abandon() {
    abandoned();
    close_socket();
}

void Session::abandoned() {
    link_ = nullptr;
    stage_ = Stage::over;
    if (lookup_) lookup_->cancel();
    timeout_.cancel();
    address_timeout_.cancel();
    ping_timer_.cancel();
    answer_timer_.cancel();
}

void Session::close_socket() {
    std::error_code ignored;
    socket_.shutdown(Tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

void Session::end(SessionEnd how) {
    Link* link = link_;
    if (tls_ && how.clean)
        say_goodbye_to_tls();
    else
        abandon();
    if (link) link->on_closed(std::move(how));
}

/// Sends close_notify (RFC 8446 section 6.1) behind the Link's back: it has ended already.
void Session::say_goodbye_to_tls() {
    abandoned();
    timeout_.expires_after(seconds(kTcpEndSeconds));
    timeout_.async_wait([self = shared_from_this()](std::error_code error) {
        if (!error) self->close_socket();
    });
    tls_->async_shutdown([self = shared_from_this()](const std::error_code&) {
        self->timeout_.cancel();
        self->close_socket();
    });
}

std::string Session::unsent_text() const {
    const std::uint64_t unsent = unsent_bytes_ + bytes_waiting();
    return unsent == 0 ? std::string() : base::size_text(unsent) + " of ours had not been sent";
}

//--- reading

void Session::read() {
    if (reading_ || stage_ == Stage::over) return;
    reading_ = true;
    const auto done = [self = shared_from_this()](const std::error_code& error, std::size_t size) {
        self->reading_ = false;
        if (self->link_) self->guarded([&] { self->on_read(error, size); });
    };
    const auto buffer = asio::buffer(in_);
    if (tls_)
        tls_->async_read_some(buffer, done);
    else
        socket_.async_read_some(buffer, done);
}

void Session::on_read(const std::error_code& error, std::size_t size) {
    const bool opening = stage_ == Stage::upgrade || stage_ == Stage::answer_body;
    if (error) {
        // Of a reset the write under way may hear first, and the read of an end only: let it speak.
        asio::post(io_, [self = shared_from_this(), error, opening] {
            if (!self->link_) return;
            self->guarded([&] { opening ? self->on_answer_end(error) : self->on_lost(error); });
        });
        return;
    }
    in_at_ = base::stamp_now();
    if (opening) return on_answer_bytes(in_.data(), size);
    in_begin_ = 0;
    in_end_ = size;
    process();
}

void Session::resume() {
    if (codec_ && !reading_) guarded([this] { process(); });
}

/// Decodes what was read, one message at a time, so that it can stop where the queue is full.
void Session::process() {
    const Emitter::Batch batch(emitter_);
    while (in_begin_ < in_end_ && !deaf_ && !close_received_) {
        if (emitter_.stalled() || held_up()) return; // resume() goes on
        // First, because the library may change the bytes.
        const bool legal = tap_received(in_.data() + in_begin_, in_end_ - in_begin_);
        std::size_t taken = 0;
        const Codec::Got got = codec_->decode(in_.data() + in_begin_, in_end_ - in_begin_, &taken);
        in_begin_ += taken;
        if (got == Codec::Got::message) on_message(codec_->message());
        if (got == Codec::Got::fault) on_fault(codec_->fault());
        if (!legal && !deaf_) on_fault(tap_in_->fault());
        if (stage_ == Stage::over) return;
    }
    in_begin_ = in_end_ = 0; // behind a Close or a fault nothing is looked at
    read();
}

/// An echo's peer sends and does not read: it is held up, never stored.
bool Session::held_up() const { return options_.echo && bytes_waiting() >= kEchoHigh; }

/// A frame that came, stamped with the time at which its last byte was read.
wire::Event Session::received(wire::Kind kind, std::string_view payload) {
    wire::Event event = emitter_.make_at(in_at_, link_number_, conn_, wire::Dir::in, kind);
    event.payload = emitter_.store(payload);
    if (tapped_) {
        wire::FrameDetail& frames = tap_in_->message().detail;
        frames.size = payload.size();
        details_of(event).frames = std::make_unique<wire::FrameDetail>(std::move(frames));
    }
    return event;
}

void Session::emit_data(const Decoded& message) {
    wire::Event event = received(message.kind, message.payload);
    event.frames = message.frames;
    event.wire_size = message.wire_size;
    wire::Payload stored;
    if (options_.echo) stored = event.payload;
    bool for_link = false;
    if (message.kind == wire::Kind::text) {
        heads_.read(message.payload, &event.head);
        for_link = Link::concerns(event.head, message.payload);
    }
    emitter_.emit(std::move(event));
    if (for_link) link_->on_text(message.payload);
    if (options_.echo)
        send_stored(message.kind == wire::Kind::binary, message.payload, std::move(stored));
}

void Session::emit_sent(wire::Kind kind, wire::Payload payload, std::size_t wire_size) {
    wire::Event event = emitter_.make(link_number_, conn_, wire::Dir::out, kind);
    event.payload = std::move(payload);
    if (wire::is_message(kind)) event.wire_size = wire_size;
    add_frames_sent(event, wire_size);
    emitter_.emit(std::move(event));
}

//--- the tap

void Session::keep_frame_detail(bool on) { keep_detail_ = on; }

std::unique_ptr<Tap> Session::make_tap(Side side, std::uint64_t begin_at) const {
    Tap::Options options;
    options.side = side;
    options.deflate = deflate_;
    if (side == Side::server) options.max_message = options_.max_message;
    options.begin_at = begin_at;
    return std::make_unique<Tap>(options);
}

/// Shows the tap what the codec takes next: up to the end of a message. False: a rule was broken.
bool Session::tap_received(const char* bytes, std::size_t size) {
    tapped_ = false;
    if (keep_detail_ != (tap_in_ != nullptr) && codec_->between_messages())
        tap_in_ = keep_detail_ ? make_tap(Side::server, codec_->bytes_in()) : nullptr;
    if (!tap_in_) return true;
    std::size_t taken = 0;
    const Tap::Got got = tap_in_->take(bytes, size, in_at_.mono_ns, &taken);
    tapped_ = got == Tap::Got::message;
    return got != Tap::Got::fault;
}

/// What was appended last to what goes out: `wire_size` bytes, one frame.
void Session::add_frames_sent(wire::Event& event, std::size_t wire_size) {
    if (keep_detail_ != (tap_out_ != nullptr))
        tap_out_ = keep_detail_ ? make_tap(Side::client, codec_->bytes_out() - wire_size) : nullptr;
    if (!tap_out_) return;
    std::size_t taken = 0;
    const char* const bytes = out_.data() + out_.size() - wire_size;
    if (tap_out_->take(bytes, wire_size, event.mono_ns, &taken) != Tap::Got::message) return;
    wire::FrameDetail& frames = tap_out_->message().detail;
    frames.size = event.payload.size;
    details_of(event).frames = std::make_unique<wire::FrameDetail>(std::move(frames));
}

void Session::on_message(const Decoded& message) {
    switch (message.kind) {
    case wire::Kind::text:
    case wire::Kind::binary: return emit_data(message);
    case wire::Kind::ping:
        emitter_.emit(received(wire::Kind::ping, message.payload));
        if (options_.answer_pings && !close_sent_) pong(message.payload);
        return;
    case wire::Kind::pong: return on_pong(message);
    default: on_close_frame(message);
    }
}

//--- writing

/// What waits is bounded here: websocketpp's own queue takes everything (its issue 477).
std::optional<base::Error> Session::why_not_send(std::size_t size) const {
    if (write_error_)
        return base::Error{"not sent", "the connection is broken: " + write_error_.message(),
                           "connect again, then send"};
    if (close_sent_ || stage_ != Stage::open)
        return base::Error{"not sent", "the connection is closing", "connect again, then send"};
    if (bytes_waiting() + size <= options_.max_send_queue) return std::nullopt;
    if (size > options_.max_send_queue)
        return base::Error{"not sent: the message is larger than the send queue",
                           base::size_text(size) + ", the queue holds " +
                               base::size_text(options_.max_send_queue),
                           "send a smaller one"};
    return base::Error{"not sent: the server does not read",
                       base::size_text(bytes_waiting()) +
                           " are waiting to be written, the limit "
                           "is " +
                           base::size_text(options_.max_send_queue),
                       "wait until the server reads again, or reconnect"};
}

bool Session::send(bool binary, std::string_view payload) {
    return send_stored(binary, payload, {});
}

/// `stored`: the same bytes in a slab, where there are any already.
bool Session::send_stored(bool binary, std::string_view payload, wire::Payload stored) {
    const wire::Kind kind = binary ? wire::Kind::binary : wire::Kind::text;
    if (auto error = why_not_send(payload.size())) {
        link_->refuse(payload, std::move(*error));
        return false;
    }
    const std::size_t wire_size = codec_->encode_message(binary, payload, out_);
    if (wire_size == 0) {
        link_->refuse(payload, {"not sent: a text message must be UTF-8",
                                "byte " + std::to_string(base::utf8_error_offset(payload)) +
                                    " is not (RFC 6455 section 5.6)",
                                "send it as binary"});
        return false;
    }
    emit_sent(kind, stored.present() ? std::move(stored) : emitter_.store(payload), wire_size);
    write();
    return true;
}

void Session::write() {
    if (!writing_.empty() || out_.empty() || stage_ == Stage::over) return;
    writing_.swap(out_);
    const auto done = [self = shared_from_this()](const std::error_code& error, std::size_t) {
        if (error) {
            self->unsent_bytes_ += self->bytes_waiting();
            self->write_error_ = error; // the read tells of what broke
            self->out_.clear();
        }
        self->writing_.clear();
        if (self->link_) self->guarded([&] { self->on_written(); });
    };
    if (tls_)
        asio::async_write(*tls_, asio::buffer(writing_), done);
    else
        asio::async_write(socket_, asio::buffer(writing_), done);
}

void Session::on_written() {
    link_->on_send_queue();
    write();
    if (close_received_ && bytes_waiting() == 0) wait_for_tcp_end();
    if (options_.echo && bytes_waiting() <= kEchoLow) resume();
}

//--- closing

void Session::close(int code, std::string_view reason) {
    if (stage_ != Stage::open) return;
    if (reason.size() > kControlLimit - 2 || !base::utf8_valid(reason) ||
        (code == 0 && !reason.empty()))
        return link_->refuse(reason,
                             {"not closed: the reason cannot be sent",
                              "it is UTF-8 of at most 123 bytes, behind a code (RFC 6455 section "
                              "5.5.1)",
                              "give a shorter reason"});
    if (code != 0 && !wire::close_code_sendable(code))
        return link_->refuse(reason, {"not closed: code " + std::to_string(code) + " never travels",
                                      wire::close_code_name(code),
                                      "use 1000, 1001, or one from 3000 to 4999"});
    stage_ = Stage::closing;
    end_.by = wire::By::us;
    end_.code = code;
    end_.reason = std::string(reason);
    send_close_frame(code, reason);
    link_->on_phase(wire::Phase::closing);
    wait_for_end(options_.close_timeout_s);
}

void Session::send_close_frame(int code, std::string_view reason) {
    if (close_sent_) return;
    std::string body;
    if (code != 0) {
        body.push_back(static_cast<char>(code >> 8));
        body.push_back(static_cast<char>(code & 0xff));
        body.append(reason);
    }
    const std::size_t wire_size = codec_->encode_control(wire::Kind::close, body, out_);
    close_sent_ = true;
    wire::Event event = emitter_.make(link_number_, conn_, wire::Dir::out, wire::Kind::close);
    event.payload = emitter_.store(body);
    event.wire_size = wire_size;
    details_of(event).code = code;
    event.details->reason = std::string(reason);
    add_frames_sent(event, wire_size);
    emitter_.emit(std::move(event));
    write();
}

void Session::on_close_frame(const Decoded& message) {
    const std::string_view body = message.payload;
    int code = 0;
    if (body.size() >= 2)
        code = static_cast<unsigned char>(body[0]) << 8 | static_cast<unsigned char>(body[1]);
    const std::string_view reason = body.size() > 2 ? body.substr(2) : std::string_view();

    wire::Event event = received(wire::Kind::close, body);
    event.wire_size = message.wire_size;
    details_of(event).code = code;
    if (base::utf8_valid(reason)) event.details->reason = std::string(reason);
    emitter_.emit(std::move(event));

    Fault fault;
    if (close_body_fault(body, codec_->bytes_in() - body.size(), &fault)) return on_fault(fault);
    close_received_ = true;
    end_.clean = true;
    if (code != 0 && code != end_.code) { // it counts, with the reason beside it (section 7.1.5)
        end_.code = code;
        end_.reason = std::string(reason);
    }
    if (end_.by != wire::By::us) {
        end_.by = wire::By::peer;
        stage_ = Stage::closing;
        send_close_frame(code, {});
        link_->on_phase(wire::Phase::closing);
    }
    wait_for_tcp_end();
}

void Session::on_fault(const Fault& fault) {
    deaf_ = true;
    end_.error = fault_error(fault, !close_sent_);
    end_.clean = false;
    end_.by = wire::By::us;
    if (!close_sent_) end_.code = fault.close_code;
    stage_ = Stage::closing;
    send_close_frame(fault.close_code, {});
    link_->on_phase(wire::Phase::closing);
    wait_for_end(kTcpEndSeconds);
}

/// What still has to come: the server's Close, or only its end of TCP.
void Session::wait_for_end(double how_long) {
    ping_timer_.cancel();
    answer_timer_.cancel();
    timeout_.expires_after(seconds(how_long));
    timeout_.async_wait([self = shared_from_this(), how_long](std::error_code error) {
        if (error || !self->link_) return;
        if (!self->end_.clean && !self->end_.error) self->end_.error = no_close_error(how_long);
        self->end(std::move(self->end_));
    });
}

/// Behind both Close frames. What we sent before ours may still be on its way to a peer that reads.
void Session::wait_for_tcp_end() {
    wait_for_end(bytes_waiting() == 0 ? kTcpEndSeconds : options_.close_timeout_s);
}

/// Of a reset a write may hear first; the read after it sees an end only.
std::error_code Session::cause_of(const std::error_code& read_error) const {
    return is_end(read_error) && is_reset(write_error_) ? write_error_ : read_error;
}

/// TCP ended, or the line broke.
void Session::on_lost(const std::error_code& error) {
    if (end_.clean || end_.error) return end(std::move(end_));
    const std::error_code cause = cause_of(error);
    base::Error told = lost_error(cause);
    if (const std::string unsent = unsent_text(); !unsent.empty())
        told.why += (told.why.empty() ? "" : "; ") + unsent;
    end_.error = std::move(told);
    if (end_.by == wire::By::nobody && is_end(cause)) end_.by = wire::By::peer;
    end(std::move(end_));
}

/// Nothing throws on purpose: it is memory that ended, or a fault of ours.
void Session::on_thrown(const char* what) {
    if (!link_) return;
    base::Error told{"connection lost: this program could not go on with it", what,
                     "connect again; if it ends so again, report it with what it was doing"};
    if (!was_open()) return fail("HTTP answer", std::move(told));
    if (end_.by == wire::By::nobody) end_.by = wire::By::us;
    end_.clean = false;
    end_.error = std::move(told);
    end(std::move(end_));
}

void Session::break_line() {
    if (stage_ != Stage::open && stage_ != Stage::closing) return;
    end_.by = wire::By::us;
    end_.clean = false;
    end_.error = base::Error{"connection lost: the line was broken on purpose", {}, {}};
    // Linger 0: the server sees a reset, as with a line that really breaks.
    std::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    end(std::move(end_));
}

} // namespace net
