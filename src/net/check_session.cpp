// CheckRun, while it is open: first message, authentication, Pings, a while of nothing, the closing
// handshake.
#include <asio/error.hpp>

#include <algorithm>

#include "base/clock.h"
#include "base/text.h"
#include "net/check_run.h"
#include "net/ending_errors.h"
#include "net/opening_errors.h"
#include "wire/close_code.h"
#include "wire/envelope.h"
#include "wire/trouble.h"

namespace net {
namespace {

using Clock = std::chrono::steady_clock;

Clock::time_point after(double seconds) {
    return Clock::now() + std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

constexpr double kWriteSeconds = 2;  ///< a few bytes: only a peer that never reads takes longer
constexpr double kTcpEndSeconds = 1; ///< after both Close frames (RFC 6455 section 7.1.1)
constexpr double kOtherSeconds = 1;  ///< for each of the addresses that were not needed
constexpr std::size_t kExcerpt = 200;

std::string excerpt(std::string_view payload) {
    const bool cut = payload.size() > kExcerpt;
    return base::escape_for_terminal(payload.substr(0, kExcerpt)) + (cut ? "…" : "");
}

std::string type_of(const std::string& payload) {
    const wire::EnvelopeHead head = wire::read_envelope(payload);
    return head.has_type ? base::escape_for_terminal(head.type()) : std::string();
}

/// "1000 (Normal closure)", "no code (No code received)".
std::string code_words(int code) {
    return (code == 0 ? std::string("no code") : std::to_string(code)) + " (" +
           wire::close_code_name(code) + ")";
}

} // namespace

//--- frames

bool CheckRun::send(wire::Kind kind, std::string_view payload) {
    std::string bytes;
    if (kind == wire::Kind::text)
        codec_->encode_message(false, payload, bytes);
    else
        codec_->encode_control(kind, payload, bytes);
    const std::error_code error = line_->write(bytes, after(kWriteSeconds));
    // Of an end the read tells more: a Close may stand before it.
    return !error;
}

std::optional<CheckRun::Incoming> CheckRun::next(Deadline deadline) {
    while (!over() && !stopped_) {
        // Under a flood of Pings there is always more, and each may wait for its Pong to be
        // written.
        if (Clock::now() >= deadline) return std::nullopt;
        if (decoded_ >= answer_.size()) {
            answer_.clear();
            decoded_ = 0;
            const std::error_code error = line_->read(&answer_, deadline);
            if (error == asio::error::timed_out || stopped_) return std::nullopt;
            if (error) {
                lost_ = true;
                end_ = lost_error(error);
            }
            continue;
        }
        std::size_t taken = 0;
        const Codec::Got got =
            codec_->decode(answer_.data() + decoded_, answer_.size() - decoded_, &taken);
        decoded_ += taken;
        if (got == Codec::Got::fault) {
            on_fault(codec_->fault());
        } else if (got == Codec::Got::message) {
            if (auto came = take(codec_->message())) return came;
        }
    }
    return std::nullopt;
}

std::optional<CheckRun::Incoming> CheckRun::take(const Decoded& message) {
    switch (message.kind) {
    case wire::Kind::ping: send(wire::Kind::pong, message.payload); return std::nullopt;
    case wire::Kind::close: on_close(message.payload); return std::nullopt;
    case wire::Kind::text:
    case wire::Kind::binary: ++messages_; break;
    default: break;
    }
    return Incoming{message.kind, std::string(message.payload)};
}

void CheckRun::on_fault(const Fault& fault) {
    lost_ = true;
    end_ = fault_error(fault, !close_sent_);
    if (close_sent_) return;
    close_sent_ = true;
    const char code[] = {static_cast<char>(fault.close_code >> 8),
                         static_cast<char>(fault.close_code & 0xff)};
    send(wire::Kind::close, {code, sizeof code});
}

void CheckRun::on_close(std::string_view body) {
    Fault fault;
    if (close_body_fault(body, codec_->bytes_in() - body.size(), &fault)) return on_fault(fault);
    close_received_ = true;
    if (body.size() >= 2) {
        close_code_ =
            static_cast<unsigned char>(body[0]) << 8 | static_cast<unsigned char>(body[1]);
        close_reason_ = base::escape_for_terminal(body.substr(2));
    }
    if (!close_sent_)
        send(wire::Kind::close, body.substr(0, std::min<std::size_t>(2, body.size())));
    close_sent_ = true;
}

/// The session ended by itself while `doing`.
bool CheckRun::fail_session(const char* doing) {
    if (stopped()) return false;
    base::Error error = end_;
    if (close_received_) {
        error.what = std::string("the session was closed by the server with ") +
                     code_words(close_code_) + " " + doing;
        error.why = wire::close_code_meaning(close_code_);
        if (!close_reason_.empty())
            error.why = "its reason: \"" + close_reason_ + "\"; " + error.why;
        error.fix = "read the server's own log";
        note("close", code_words(close_code_) +
                          (close_reason_.empty() ? "" : ", \"" + close_reason_ + "\""));
        if (const wire::Trouble* known = wire::trouble_in_text(close_reason_)) {
            error.why += std::string("; ") + known->why;
            error.fix = known->fix;
        }
    } else {
        error.what += std::string(", ") + doing;
    }
    return fail("session", std::move(error));
}

//--- the first message, and Coda's authentication (PROTOCOL.md part 2)

bool CheckRun::first_message() {
    begin("first message");
    std::optional<Incoming> came;
    const Deadline until = after(options_.first_message_s);
    do {
        came = next(until);
    } while (came && !wire::is_message(came->kind));
    if (stopped()) return false;
    if (over()) return fail_session("before it sent a message");
    if (!came) {
        note("messages", "0");
        pass("none in " + seconds_text(options_.first_message_s) +
             ": the server waits for the client to begin");
        return true;
    }
    const std::string type = type_of(came->payload);
    if (!type.empty()) note("type", type);
    note("size", base::size_text(came->payload.size()));
    const auto frame = wire::read_auth_frame(came->payload, wire::read_envelope(came->payload));
    const bool challenge = frame.is == wire::AuthFrame::Is::challenge;
    note("payload", came->kind == wire::Kind::binary ? "binary"
                    : challenge                      ? "auth_challenge with a token"
                                                     : excerpt(came->payload));
    const wire::Trouble* known = wire::trouble_in_text(came->payload);
    const std::string said = (came->kind == wire::Kind::binary ? "binary"
                              : type.empty()                   ? "text"
                                                               : type) +
                             ", " + base::size_text(came->payload.size());
    if (known)
        warn(said, {known->symptom, known->why, known->fix});
    else
        pass(said);
    return challenge ? authenticate(frame.token) : true;
}

bool CheckRun::authenticate(const std::string& token) {
    begin("authentication");
    note("challenge",
         "answered within " + seconds_text(wire::kAuthTimeoutSeconds) + ", or the server closes");
    if (!options_.link.auto_auth) {
        warn("challenged, not answered (--no-auth)",
             {"the challenge was not answered: --no-auth",
              "until then the server ignores every command, and closes after " +
                  seconds_text(wire::kAuthTimeoutSeconds),
              "leave --no-auth out"});
        return true;
    }
    send(wire::Kind::text, wire::compose_auth_response(token));
    const Deadline until = after(options_.auth_s);
    while (auto came = next(until)) {
        if (came->kind != wire::Kind::text) continue;
        const auto frame = wire::read_auth_frame(came->payload, wire::read_envelope(came->payload));
        if (frame.is == wire::AuthFrame::Is::accepted) {
            note("client_id", base::escape_for_terminal(frame.client_id));
            pass("authenticated");
            return true;
        }
        if (frame.is == wire::AuthFrame::Is::refused)
            return fail("session", {"the server refused the authentication",
                                    base::escape_for_terminal(frame.message),
                                    "look at the token of its challenge, and at its own log"});
    }
    if (stopped()) return false;
    if (over()) return fail_session("after the challenge was answered");
    return fail("session", {"timed out after " + seconds_text(options_.auth_s) +
                                " in the session: no auth_result",
                            "the challenge was answered and the server says nothing to it",
                            "read the server's own log"});
}

//--- Pings

namespace {

std::string ms_text(std::int64_t ns) { return base::duration_text(ns); }

} // namespace

bool CheckRun::ping() {
    begin("ping");
    std::vector<std::int64_t> times;
    for (int i = 0; i < options_.pings; ++i) {
        const std::string payload = random_key(); // nobody can guess it
        const std::int64_t sent = base::mono_now_ns();
        send(wire::Kind::ping, payload);
        const Deadline until = after(options_.ping_s);
        bool answered = false;
        while (!answered) {
            const auto came = next(until);
            if (!came) break;
            answered = came->kind == wire::Kind::pong && came->payload == payload;
        }
        if (stopped()) return false;
        if (over()) return fail_session("while it was pinged");
        if (!answered)
            return fail("session",
                        {"timed out after " + seconds_text(options_.ping_s) +
                             " in the session: no Pong for Ping " + std::to_string(i + 1),
                         "every Ping must be answered (RFC 6455 section 5.5.2): the server is "
                         "stuck, or does not know control frames",
                         "read the server's own log"});
        times.push_back(base::mono_now_ns() - sent);
        note("round_trip", ms_text(times.back()));
    }
    std::sort(times.begin(), times.end());
    pass(std::to_string(times.size()) + " answered, median " + ms_text(times[times.size() / 2]) +
         ", " + ms_text(times.front()) + " to " + ms_text(times.back()));
    return true;
}

//--- nothing for a while

std::string CheckRun::counted_messages() const {
    return messages_ == 0   ? std::string("no message")
           : messages_ == 1 ? std::string("1 message")
                            : base::count_text(messages_) + " messages";
}

bool CheckRun::idle() {
    begin("idle");
    const Deadline until = after(options_.idle_s);
    std::string newest;
    const wire::Trouble* known = nullptr;
    messages_ = 0;
    while (const auto came = next(until)) {
        if (!wire::is_message(came->kind)) continue;
        if (const std::string type = type_of(came->payload); !type.empty()) newest = type;
        if (!known) known = wire::trouble_in_text(came->payload);
    }
    if (stopped()) return false;
    if (over()) return fail_session("while nothing was asked of it");
    note("messages", std::to_string(messages_));
    if (!newest.empty()) note("newest_type", newest);
    const std::string said = "still open after " + seconds_text(options_.idle_s) + ", " +
                             counted_messages() + (newest.empty() ? "" : ", newest " + newest);
    if (known)
        warn(said, {known->symptom, known->why, known->fix});
    else
        pass(said);
    return true;
}

//--- the closing handshake

void CheckRun::close() {
    begin("closing handshake");
    close_sent_ = true;
    send(wire::Kind::close, "\x03\xe8"); // 1000
    const Deadline until = after(options_.link.close_timeout_s);
    while (next(until)) {
    }
    if (stopped()) return;
    if (!close_received_) {
        fail("closing handshake", lost_ ? end_ : no_close_error(options_.link.close_timeout_s));
        return;
    }
    note("close",
         code_words(close_code_) + (close_reason_.empty() ? "" : ", \"" + close_reason_ + "\""));
    std::string rest;
    std::error_code ended;
    const Deadline end = after(kTcpEndSeconds);
    while (!ended) ended = line_->read(&rest, end);
    if (stopped()) return;
    const std::string said = "answered with " + code_words(close_code_);
    if (ended == asio::error::timed_out) {
        note("tcp", "not ended by the server");
        warn(said + ", TCP left open",
             {"the server did not end TCP within " + seconds_text(kTcpEndSeconds),
              "it is the server's to end it after both Close frames (RFC 6455 section 7.1.1)",
              "nothing, where it does no harm: other clients wait for it"});
        return;
    }
    note("tcp", "ended by the server");
    pass(said + ", TCP ended by the server");
}

//--- the addresses that were not needed

void CheckRun::other_addresses() {
    if (endpoint_ + 1 >= endpoints_.size()) return;
    begin("other addresses");
    std::string said, missing;
    for (std::size_t i = endpoint_ + 1; i < endpoints_.size(); ++i) {
        const std::string address = address_text(endpoints_[i]);
        std::string outcome = "not tried: at most four connections";
        if (may_connect()) {
            CheckLine line(io_, stopped_);
            const std::error_code error = connect_to(endpoints_[i], after(kOtherSeconds), line);
            if (stopped()) return;
            outcome = error ? connect_outcome(error, error == asio::error::timed_out) : "connected";
            if (error) missing += (missing.empty() ? "" : ", ") + address + " " + outcome;
        }
        note("address", address + " " + outcome);
        said += (said.empty() ? "" : ", ") + address + " " + outcome;
    }
    if (missing.empty()) return pass(said);
    warn(said,
         {missing, url_.host + " has this address too, and a client that tries it first fails",
          "write " +
              url_with(url_.secure, endpoints_[endpoint_].address().to_string(), url_.port,
                       url_.target) +
              ", or have the server listen on all of them"});
}

} // namespace net
