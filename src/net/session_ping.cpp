// Session: pings and pongs, and the line that is dead because nobody answers them.
#include <openssl/rand.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/text.h"
#include "net/link.h"
#include "net/session.h"

namespace net {
namespace {

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

base::Error too_long(const std::string& frame, std::string_view payload) {
    return {"not sent: a " + frame + " has at most 125 bytes",
            "this one has " + std::to_string(payload.size()) + " (RFC 6455 section 5.5)",
            "send a shorter one"};
}

} // namespace

bool Session::ping(std::string_view payload) {
    auto refused = why_not_send(payload.size());
    if (!refused && payload.size() > kControlLimit) refused = too_long("Ping", payload);
    if (refused) {
        link_->refuse(payload, std::move(*refused));
        return false;
    }
    const std::string own = payload.empty() ? random_payload() : std::string(payload);
    const std::size_t wire_size = codec_->encode_control(wire::Kind::ping, own, out_);
    if (pings_.size() >= kPingsKept) pings_.erase(pings_.begin());
    pings_.push_back({own, base::mono_now_ns()});
    emit_sent(wire::Kind::ping, emitter_.store(own), wire_size);
    write();
    return true;
}

void Session::pong(std::string_view payload) {
    // A server that pings and does not read gets no pile of pongs; that it got none is told.
    if (auto error = why_not_send(payload.size())) return link_->refuse(payload, std::move(*error));
    if (payload.size() > kControlLimit) return link_->refuse(payload, too_long("Pong", payload));
    const std::size_t wire_size = codec_->encode_control(wire::Kind::pong, payload, out_);
    emit_sent(wire::Kind::pong, emitter_.store(payload), wire_size);
    write();
}

void Session::on_pong(const Decoded& message) {
    wire::Event event = received(wire::Kind::pong, message.payload);
    const auto answered = std::find_if(pings_.begin(), pings_.end(), [&](const Ping& ping) {
        return ping.payload == message.payload;
    });
    if (answered == pings_.end()) return emitter_.emit(std::move(event));
    const std::int64_t rtt_ns = event.mono_ns - answered->sent_mono_ns;
    if (!event.details) event.details = std::make_unique<wire::Details>();
    event.details->rtt_ns = rtt_ns;
    emitter_.emit(std::move(event));
    pings_.erase(pings_.begin(), answered + 1); // older ones may stay unanswered (section 5.5.3)
    link_->on_pong(rtt_ns);
}

//--- those that go out by themselves

void Session::schedule_ping() {
    if (options_.ping_interval_s <= 0) return;
    ping_timer_.expires_after(seconds(options_.ping_interval_s));
    ping_timer_.async_wait([self = shared_from_this()](std::error_code error) {
        if (error || !self->link_ || self->stage_ != Stage::open) return;
        if (self->ping({})) self->await_answer();
        self->schedule_ping();
    });
}

/// To the ping that was just sent, unless an earlier one is awaited.
void Session::await_answer() {
    if (awaiting_answer_ || options_.ping_timeout_s <= 0) return;
    awaiting_answer_ = true;
    const std::int64_t sent_ns = base::mono_now_ns();
    answer_timer_.expires_after(seconds(options_.ping_timeout_s));
    answer_timer_.async_wait([self = shared_from_this(), sent_ns](std::error_code error) {
        self->awaiting_answer_ = false;
        if (error || !self->link_ || self->stage_ != Stage::open) return;
        // Whoever says anything at all lives; and while we do not read, it is not the line.
        if (self->in_at_.mono_ns > sent_ns || !self->reading_) return;
        self->end_dead_line();
    });
}

void Session::end_dead_line() {
    char text[96];
    std::snprintf(text, sizeof text,
                  "connection lost: timed out after %g s waiting for a Pong in the session",
                  options_.ping_timeout_s);
    base::Error told;
    told.what = text;
    told.why = "nothing at all came from the server since our Ping: the line is dead";
    if (const std::string unsent = unsent_text(); !unsent.empty()) told.why += "; " + unsent;
    told.fix = "check the network in between, and whether the server's host is up";
    end_.error = std::move(told); // by nobody: we only say so
    end(std::move(end_));
}

} // namespace net
