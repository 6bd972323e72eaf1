// Session, once it is open: reading, writing, control frames, and how it ends.
#include "net/session.h"

#include <openssl/rand.h>

#include <asio/post.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "net/link.h"
#include "wire/close_code.h"

namespace net {
namespace {

/// After both Close frames: how long the server may take to end TCP (RFC 6455 section 7.1.1).
constexpr double kTcpEndSeconds = 1.0;
constexpr std::size_t kControlLimit = 125; // RFC 6455 section 5.5
constexpr std::size_t kPingsKept = 64;

std::chrono::nanoseconds seconds(double value) {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(value * 1e9));
}

/// A payload nobody can guess, so that only an answer to this ping matches it.
std::string random_payload() {
    unsigned char bytes[4];
    if (RAND_bytes(bytes, sizeof bytes) != 1) return "ping";
    return base::hex_from_bytes({reinterpret_cast<char*>(bytes), sizeof bytes});
}

bool is_reset(const std::error_code& error) {
    return error == asio::error::connection_reset || error == asio::error::broken_pipe;
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
        if (self->link_) self->on_read(error, size);
    };
    const auto buffer = asio::buffer(in_);
    if (tls_)
        tls_->async_read_some(buffer, done);
    else
        socket_.async_read_some(buffer, done);
}

void Session::on_read(const std::error_code& error, std::size_t size) {
    const bool opening = stage_ == Stage::upgrade || stage_ == Stage::answer_body;
    if (error && opening) return on_answer_end(error);
    if (error) {
        // Of a reset the write under way may hear first, and the read of an end only: let it speak.
        asio::post(io_, [self = shared_from_this(), error] {
            if (self->link_) self->on_lost(error);
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
    if (codec_ && !reading_) process();
}

/// Decodes what was read, one message at a time, so that it can stop where the queue is full.
void Session::process() {
    const Emitter::Batch batch(emitter_);
    while (in_begin_ < in_end_ && !deaf_ && !close_received_) {
        if (emitter_.stalled()) return; // resume() goes on
        std::size_t taken = 0;
        const Codec::Got got = codec_->decode(in_.data() + in_begin_, in_end_ - in_begin_, &taken);
        in_begin_ += taken;
        if (got == Codec::Got::message) on_message(codec_->message());
        if (got == Codec::Got::fault) on_fault(codec_->fault());
        if (stage_ == Stage::over) return;
    }
    in_begin_ = in_end_ = 0; // behind a Close or a fault nothing is looked at
    read();
}

/// A frame that came, stamped with the time at which its last byte was read.
wire::Event Session::received(wire::Kind kind, std::string_view payload) {
    wire::Event event = emitter_.make_at(in_at_, link_number_, conn_, wire::Dir::in, kind);
    event.payload = emitter_.store(payload);
    return event;
}

void Session::emit_data(const Decoded& message) {
    wire::Event event = emitter_.make_at(in_at_, link_number_, conn_, wire::Dir::in, message.kind);
    event.payload = emitter_.store(message.payload);
    event.frames = message.frames;
    event.wire_size = message.wire_size;
    if (message.kind != wire::Kind::text) return emitter_.emit(std::move(event));
    heads_.read(message.payload, &event.head);
    const bool for_link = Link::concerns(event.head, message.payload);
    emitter_.emit(std::move(event));
    if (for_link) link_->on_text(message.payload);
}

void Session::emit_sent(wire::Kind kind, std::string_view payload, std::uint64_t wire_size) {
    wire::Event event = emitter_.make(link_number_, conn_, wire::Dir::out, kind);
    event.payload = emitter_.store(payload);
    event.wire_size = wire_size;
    emitter_.emit(std::move(event));
}

void Session::on_message(const Decoded& message) {
    switch (message.kind) {
    case wire::Kind::text:
    case wire::Kind::binary: return emit_data(message);
    case wire::Kind::ping:
        emitter_.emit(received(wire::Kind::ping, message.payload));
        if (options_.answer_pings && !close_sent_) send_pong(message.payload);
        return;
    case wire::Kind::pong: return on_pong(message);
    default: on_close_frame(message);
    }
}

void Session::on_pong(const Decoded& message) {
    wire::Event event = received(wire::Kind::pong, message.payload);
    const auto answered = std::find_if(pings_.begin(), pings_.end(), [&](const Ping& ping) {
        return ping.payload == message.payload;
    });
    if (answered == pings_.end()) return emitter_.emit(std::move(event));
    const std::int64_t rtt_ns = event.mono_ns - answered->sent_mono_ns;
    event.details = std::make_unique<wire::Details>();
    event.details->rtt_ns = rtt_ns;
    emitter_.emit(std::move(event));
    pings_.erase(pings_.begin(), answered + 1); // older ones may stay unanswered (section 5.5.3)
    link_->on_pong(rtt_ns);
}

//--- writing

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
    emit_sent(kind, payload, wire_size);
    write();
    return true;
}

void Session::ping(std::string_view payload) {
    if (auto error = why_not_send(payload.size())) return link_->refuse(payload, std::move(*error));
    if (payload.size() > kControlLimit)
        return link_->refuse(
            payload, {"not sent: a Ping has at most 125 bytes",
                      "this one has " + std::to_string(payload.size()) + " (RFC 6455 section 5.5)",
                      "send a shorter one"});
    const std::string own = payload.empty() ? random_payload() : std::string(payload);
    codec_->encode_control(wire::Kind::ping, own, out_);
    if (pings_.size() >= kPingsKept) pings_.erase(pings_.begin());
    pings_.push_back({own, base::mono_now_ns()});
    emit_sent(wire::Kind::ping, own);
    write();
}

void Session::send_pong(std::string_view payload) {
    // A server that pings and does not read gets no pile of pongs; that it got none is told.
    if (auto error = why_not_send(payload.size())) return link_->refuse(payload, std::move(*error));
    codec_->encode_control(wire::Kind::pong, payload, out_);
    emit_sent(wire::Kind::pong, payload);
    write();
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
        if (!self->link_) return;
        self->link_->on_send_queue();
        self->write();
    };
    if (tls_)
        asio::async_write(*tls_, asio::buffer(writing_), done);
    else
        asio::async_write(socket_, asio::buffer(writing_), done);
}

void Session::schedule_ping() {
    if (options_.ping_interval_s <= 0) return;
    ping_timer_.expires_after(seconds(options_.ping_interval_s));
    ping_timer_.async_wait([self = shared_from_this()](std::error_code error) {
        if (error || !self->link_ || self->stage_ != Stage::open) return;
        self->ping({});
        self->schedule_ping();
    });
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
    event.details = std::make_unique<wire::Details>();
    event.details->code = code;
    event.details->reason = std::string(reason);
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
    event.details = std::make_unique<wire::Details>();
    event.details->code = code;
    if (base::utf8_valid(reason)) event.details->reason = std::string(reason);
    emitter_.emit(std::move(event));

    Fault fault;
    fault.offset = codec_->bytes_in() - body.size();
    fault.bytes = base::hex_from_bytes(body.substr(0, 8));
    fault.close_code = 1002;
    fault.section = "RFC 6455 section 7.4";
    if (body.size() == 1) {
        fault.rule = "a Close frame has a body of one byte";
        fault.section = "RFC 6455 section 5.5.1";
        return on_fault(fault);
    }
    if (code != 0 && !wire::close_code_sendable(code)) {
        fault.rule = "a Close frame has the code " + std::to_string(code) + ", which never travels";
        return on_fault(fault);
    }
    if (!base::utf8_valid(reason)) {
        fault.close_code = 1007;
        fault.rule = "the reason of a Close frame is not UTF-8";
        fault.section = "RFC 6455 section 5.5.1";
        return on_fault(fault);
    }
    close_received_ = true;
    end_.clean = true;
    if (code != 0) end_.code = code;
    if (end_.by != wire::By::us) {
        end_.by = wire::By::peer;
        end_.code = code;
        end_.reason = std::string(reason);
        stage_ = Stage::closing;
        send_close_frame(code, {});
        link_->on_phase(wire::Phase::closing);
    }
    wait_for_end(kTcpEndSeconds);
}

void Session::on_fault(const Fault& fault) {
    deaf_ = true;
    char offset[64];
    std::snprintf(offset, sizeof offset, "at byte %llu behind the handshake",
                  static_cast<unsigned long long>(fault.offset));
    base::Error error;
    error.what = "the server broke the protocol: " + fault.rule;
    error.why = fault.section + ", " + offset +
                (fault.bytes.empty() ? std::string() : " (" + fault.bytes + ")") +
                "; closed with code " + std::to_string(fault.close_code);
    error.fix = fault.close_code == 1009 ? "raise the limit of a message, or send smaller ones"
                                         : "mend the server";
    end_.error = std::move(error);
    end_.clean = false;
    end_.by = wire::By::us;
    end_.code = fault.close_code;
    stage_ = Stage::closing;
    send_close_frame(fault.close_code, {});
    link_->on_phase(wire::Phase::closing);
    wait_for_end(kTcpEndSeconds);
}

/// What still has to come: the server's Close, or only its end of TCP.
void Session::wait_for_end(double how_long) {
    ping_timer_.cancel();
    timeout_.expires_after(seconds(how_long));
    timeout_.async_wait([self = shared_from_this(), how_long](std::error_code error) {
        if (error || !self->link_) return;
        if (!self->end_.clean && !self->end_.error) {
            char text[64];
            std::snprintf(text, sizeof text, "timed out after %g s in the closing handshake",
                          how_long);
            self->end_.error = base::Error{text, "no Close frame came from the server",
                                           "read the server's own log"};
        }
        self->end(std::move(self->end_));
    });
}

/// TCP ended, or the line broke.
void Session::on_lost(const std::error_code& error) {
    bool ended = error == asio::error::eof || error == asio::ssl::error::stream_truncated;
    // A reset that a write met first reads like an end.
    const bool reset = is_reset(error) || (ended && is_reset(write_error_));
    if (reset) ended = false;
    if (end_.clean || end_.error) return end(std::move(end_));
    base::Error told;
    told.what = "connection lost: ";
    if (ended) {
        told.what += "TCP was closed by the server without a Close frame";
        told.why = "the server or a proxy in between ended it";
    } else if (reset) {
        told.what += "reset by the server";
        told.why = "its program ended or crashed, or a proxy in between cut the line";
    } else {
        told.what += error.message();
    }
    if (const std::string unsent = unsent_text(); !unsent.empty())
        told.why += (told.why.empty() ? "" : "; ") + unsent;
    told.fix = "read the server's own log";
    end_.error = std::move(told);
    if (end_.by == wire::By::nobody && ended) end_.by = wire::By::peer;
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
