#include "net/link.h"

#include <chrono>
#include <cstdio>

#include "base/clock.h"
#include "wire/envelope.h"

namespace net {
namespace {

/// The phase as errors name it (DESIGN.md, what an error says).
const char* phase_name(wire::Phase phase) {
    switch (phase) {
    case wire::Phase::resolving: return "name lookup";
    case wire::Phase::connecting: return "TCP connect";
    case wire::Phase::securing: return "TLS handshake";
    case wire::Phase::upgrading: return "HTTP answer";
    default: return "session";
    }
}

} // namespace

Link::Link(LinkContext context, std::uint32_t number, std::shared_ptr<SendGauge> gauge)
    : context_(context), emitter_(context.emitter), number_(number), gauge_(std::move(gauge)),
      retry_timer_(context.io), random_(std::random_device{}()) {
    state_.link = number;
}

Link::~Link() { drop_session(); }

void Link::drop_session() {
    retry_timer_.cancel();
    if (session_) session_->abandon();
    session_.reset();
    token_.clear();
    told_send_queue_ = false;
    update_gauge();
}

//--- state

void Link::publish() {
    if (session_) state_.send_queue_bytes = session_->bytes_waiting();
    wire::Event event = emitter_.make(number_, state_.conn, wire::Dir::none, wire::Kind::status);
    event.details = std::make_unique<wire::Details>();
    event.details->link = std::make_unique<wire::LinkState>(state_);
    emitter_.emit(std::move(event));
}

void Link::on_phase(wire::Phase phase) {
    if (state_.phase != phase) state_.since_mono_ns = base::mono_now_ns();
    state_.phase = phase;
    if (phase == wire::Phase::closing) state_.closing_by_us = session_ && session_->closing_by_us();
    update_gauge();
    publish();
}

void Link::update_gauge() {
    gauge_->queued = session_ ? session_->bytes_waiting() : 0;
    gauge_->open = session_ && session_->open();
    if (gauge_->low() && gauge_->armed.exchange(false) && context_.wake) context_.wake();
}

void Link::on_send_queue() {
    update_gauge();
    if (!told_send_queue_ || session_->bytes_waiting() > 0) return;
    told_send_queue_ = false;
    publish(); // whoever was told that the peer does not read learns that it does
}

//--- dialling

void Link::connect(wire::LinkOptions options) {
    stopped_ = true;
    end_session_at_once("another connection was asked for");
    options_ = std::move(options);
    was_open_ = false;
    stopped_ = false;
    retries_used_ = 0;
    backoff_.reset();
    state_.attempt = 0;
    state_.last_error.reset();
    state_.last_error_phase.clear();
    state_.auto_auth = options_.auto_auth;
    state_.insecure = options_.insecure;
    dial();
}

void Link::dial() {
    drop_session();
    state_.phase = wire::Phase::idle; // so that the next phase begins now
    state_.conn = context_.next_conn++;
    state_.attempt += 1;
    state_.address.clear();
    state_.subprotocol.clear();
    state_.extensions.clear();
    state_.auth = wire::AuthStage::none;
    state_.auth_message.clear();
    state_.ping_rtt_ns = -1;

    auto url = url_from_text(options_.url);
    state_.url = url ? url.value().text() : url_without_secrets(options_.url);
    wire::Event event =
        emitter_.make(number_, state_.conn, wire::Dir::none, wire::Kind::connecting);
    event.details = std::make_unique<wire::Details>();
    event.details->url = state_.url;
    event.details->attempt = state_.attempt;
    emitter_.emit(std::move(event));
    if (!url) {
        options_.retry_first = options_.retry_after_open = 0; // a wrong address stays wrong
        return on_failed("URL", url.error());
    }
    for (const std::string& said : url.value().said) note(said, 0);
    session_ =
        std::make_shared<Session>(context_.io, emitter_, *this, options_, number_, state_.conn);
    session_->start(url.value(), context_.name_servers);
}

void Link::on_address(std::string address) { state_.address = std::move(address); }

void Link::on_open(const std::string& subprotocol, const std::string& extensions) {
    was_open_ = true;
    opened_mono_ns_ = base::mono_now_ns();
    state_.subprotocol = subprotocol;
    state_.extensions = extensions;
    state_.last_error.reset();
    state_.last_error_phase.clear();
    on_phase(wire::Phase::open);
}

//--- the end of an attempt, and the next one

void Link::on_failed(const char* phase, base::Error error) {
    wire::Event event = emitter_.make(number_, state_.conn, wire::Dir::none, wire::Kind::failed);
    event.details = std::make_unique<wire::Details>();
    event.details->phase = phase;
    event.details->error = error;
    emitter_.emit(std::move(event));
    state_.last_error = std::move(error);
    state_.last_error_phase = phase;
    retry_or_rest(false);
}

void Link::on_closed(SessionEnd end) {
    wire::Event event = emitter_.make(number_, state_.conn, wire::Dir::none, wire::Kind::closed);
    event.details = std::make_unique<wire::Details>();
    event.details->code = end.code;
    event.details->reason = end.reason;
    event.details->clean = end.clean;
    event.details->by = end.by;
    event.details->error = end.error;
    emitter_.emit(std::move(event));
    state_.last_error = end.error;
    state_.last_error_phase = end.error ? "session" : "";
    if (base::mono_now_ns() - opened_mono_ns_ >=
        static_cast<std::int64_t>(Backoff::kStableSeconds * 1e9)) {
        backoff_.reset();
        retries_used_ = 0;
        state_.attempt = 0;
    }
    retry_or_rest(!end.error);
}

void Link::retry_or_rest(bool after_good_end) {
    drop_session();
    if (state_.auth != wire::AuthStage::refused) state_.auth = wire::AuthStage::none;
    const int limit = was_open_ ? options_.retry_after_open : options_.retry_first;
    if (stopped_) return on_phase(wire::Phase::idle);
    if (limit != wire::LinkOptions::kForever && retries_used_ >= limit)
        return on_phase(after_good_end ? wire::Phase::idle : wire::Phase::failed);
    ++retries_used_;
    state_.retry_cap_s = backoff_.cap_s();
    const double delay = backoff_.next_s(std::uniform_real_distribution<double>(0, 1)(random_));
    const auto delay_ns = static_cast<std::int64_t>(delay * 1e9);
    wire::Event event = emitter_.make(number_, state_.conn, wire::Dir::none, wire::Kind::retry);
    event.details = std::make_unique<wire::Details>();
    event.details->attempt = state_.attempt + 1;
    event.details->delay_s = delay;
    event.details->delay_cap_s = state_.retry_cap_s;
    state_.retry_at_mono_ns = event.mono_ns + delay_ns;
    emitter_.emit(std::move(event));
    on_phase(wire::Phase::waiting);
    retry_timer_.expires_after(std::chrono::nanoseconds(delay_ns));
    retry_timer_.async_wait([this](std::error_code error) {
        if (!error && state_.phase == wire::Phase::waiting) dial();
    });
}

void Link::retry_now() {
    if (options_.url.empty() || session_) return;
    stopped_ = false;
    dial();
}

void Link::disconnect(int code, const std::string& reason) {
    stopped_ = true;
    const std::shared_ptr<Session> session = session_; // it may end in here
    if (session && session->open()) {
        session->close(code, reason);
        if (session->open()) stopped_ = false; // refused: nothing was closed
        return;
    }
    end_session_at_once("it was asked for");
    on_phase(wire::Phase::idle);
}

/// Ends what there is without any handshake, and says so: nothing that began goes without an end.
void Link::end_session_at_once(const char* why) {
    const std::shared_ptr<Session> session = session_;
    const wire::Phase phase = state_.phase;
    drop_session();
    if (!session) return;
    if (session->was_open()) {
        SessionEnd end = session->end_so_far();
        if (!end.clean && !end.error) {
            end.by = wire::By::us;
            end.error = base::Error{"TCP was ended by us without a closing handshake", why, {}};
        }
        return on_closed(std::move(end));
    }
    wire::Event event = emitter_.make(number_, state_.conn, wire::Dir::none, wire::Kind::failed);
    event.details = std::make_unique<wire::Details>();
    event.details->phase = phase_name(phase);
    event.details->by = wire::By::us;
    event.details->error = base::Error{"stopped by us before it was open", why, {}};
    emitter_.emit(std::move(event));
}

void Link::break_line() {
    if (const std::shared_ptr<Session> session = session_) session->break_line();
}

void Link::keep_frame_detail(bool on) {
    options_.frame_detail = on; // of the next attempts, too
    if (session_) session_->keep_frame_detail(on);
}

//--- messages

base::Error Link::not_open() const {
    return {"not sent: connection " + std::to_string(number_) + " is not open",
            std::string("its state is ") + wire::word(state_.phase), "connect first"};
}

void Link::send(bool binary, std::string_view payload) {
    if (!session_ || !session_->was_open()) return refuse(payload, not_open());
    session_->send(binary, payload);
    update_gauge();
}

void Link::ping(std::string_view payload) {
    if (!session_ || !session_->open()) return refuse(payload, not_open());
    session_->ping(payload);
}

void Link::pong(std::string_view payload) {
    if (!session_ || !session_->open()) return refuse(payload, not_open());
    session_->pong(payload);
}

void Link::refuse(std::string_view payload, base::Error error) {
    wire::Event event = emitter_.make(number_, state_.conn, wire::Dir::out, wire::Kind::refused);
    event.payload = emitter_.store(payload);
    event.details = std::make_unique<wire::Details>();
    event.details->error = std::move(error);
    if (session_ && session_->open() && payload.size() <= options_.max_send_queue &&
        session_->bytes_waiting() + payload.size() > options_.max_send_queue) {
        event.details->phase = "send queue"; // passes by itself, unlike all other reasons
        told_send_queue_ = true;
    }
    emitter_.emit(std::move(event));
}

void Link::note(std::string_view text, std::uint64_t of) {
    wire::Event event = emitter_.make(number_, state_.conn, wire::Dir::none, wire::Kind::note);
    event.payload = emitter_.store(text);
    event.details = std::make_unique<wire::Details>();
    event.details->of = of;
    emitter_.emit(std::move(event));
}

void Link::resume() {
    if (const std::shared_ptr<Session> session = session_) session->resume();
}

void Link::on_pong(std::int64_t rtt_ns) {
    state_.ping_rtt_ns = rtt_ns;
    publish();
}

//--- Coda's authentication (PROTOCOL.md part 2)

void Link::on_text(std::string_view payload) {
    const wire::AuthFrame frame = wire::read_auth_frame(payload, wire::read_envelope(payload));
    switch (frame.is) {
    case wire::AuthFrame::Is::nothing: return;
    case wire::AuthFrame::Is::challenge:
        state_.auth = wire::AuthStage::challenged;
        state_.auth_deadline_mono_ns =
            base::mono_now_ns() + static_cast<std::int64_t>(wire::kAuthTimeoutSeconds * 1e9);
        token_ = frame.token;
        if (state_.auto_auth) return answer_challenge();
        break;
    case wire::AuthFrame::Is::accepted:
        state_.auth = wire::AuthStage::authenticated;
        token_.clear();
        break;
    case wire::AuthFrame::Is::refused:
        state_.auth = wire::AuthStage::refused;
        state_.auth_message = frame.message;
        break;
    }
    publish();
}

void Link::answer_challenge() {
    if (token_.empty() || !session_ || !session_->open()) return;
    // The token is kept until it is accepted: a refused one may be tried again.
    if (session_->send(false, wire::compose_auth_response(token_)))
        state_.auth = wire::AuthStage::answered;
    publish();
}

void Link::set_auto_auth(bool on) {
    state_.auto_auth = on;
    options_.auto_auth = on;
    if (on && state_.auth == wire::AuthStage::challenged) return answer_challenge();
    publish();
}

} // namespace net
