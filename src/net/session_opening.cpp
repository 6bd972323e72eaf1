// Session, until it is open: lookup, TCP, TLS, upgrade, and every way in which they fail.
#include <asio/connect.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/text.h"
#include "net/link.h"
#include "net/opening_errors.h"
#include "net/session.h"
#include "net/tls.h"

namespace net {
namespace {

std::chrono::nanoseconds seconds(double value) {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(value * 1e9));
}

/// How long the body of a refusal is waited for, once its head is here.
constexpr double kBodySeconds = 0.3;
constexpr std::size_t kBodyBytes = 1024;

} // namespace

Session::Session(asio::io_context& io, Emitter& emitter, Link& link,
                 const wire::LinkOptions& options, std::uint32_t link_number, std::uint32_t conn)
    : io_(io), emitter_(emitter), link_(&link), options_(options), link_number_(link_number),
      conn_(conn), socket_(io), timeout_(io), address_timeout_(io), ping_timer_(io),
      answer_timer_(io), in_(64 * 1024) {}

//--- lookup

void Session::start(const Url& url, const std::string& name_servers) {
    url_ = url;
    start_timeout();
    link_->on_phase(wire::Phase::resolving);
    // The handler holds the session weakly: the lookup is owned by it.
    lookup_ = Lookup::start(io_, url_.host, url_.port, name_servers,
                            [weak = weak_from_this()](base::Result<Lookup::Endpoints> found) {
                                const auto self = weak.lock();
                                if (!self || !self->link_) return;
                                if (!found) return self->fail("name lookup", found.error());
                                self->endpoints_ = std::move(found.value());
                                self->stage_ = Stage::connect;
                                self->link_->on_phase(wire::Phase::connecting);
                                self->connect_next();
                            });
}

//--- one time-out over all phases

void Session::start_timeout() {
    begun_ = std::chrono::steady_clock::now();
    timeout_.expires_after(seconds(options_.connect_timeout_s));
    timeout_.async_wait([self = shared_from_this()](std::error_code error) {
        if (!error && self->link_) self->on_timeout();
    });
}

void Session::on_timeout() {
    const double limit = options_.connect_timeout_s;
    switch (stage_) {
    case Stage::lookup: return fail("name lookup", lookup_timeout(url_.host, limit));
    case Stage::connect:
        endpoint_errors_.push_back(address_text(endpoints_[endpoint_]) + " did not answer");
        return fail("TCP connect", connect_timeout(limit, endpoint_errors_));
    case Stage::secure: return fail("TLS handshake", tls_timeout(limit));
    case Stage::upgrade: return fail("HTTP answer", answer_timeout(limit, answer_));
    case Stage::answer_body: return finish_refusal();
    default: return;
    }
}

//--- TCP, one address after the other

void Session::connect_next() {
    if (endpoint_ >= endpoints_.size())
        return fail("TCP connect", connect_error(url_, seconds_since(begun_), endpoint_errors_));
    std::error_code error;
    socket_.close(error);
    // An address that swallows everything must not eat the time of those behind it.
    const auto left = timeout_.expiry() - std::chrono::steady_clock::now();
    const auto share = left / static_cast<int>(endpoints_.size() - endpoint_);
    address_timed_out_ = false;
    address_timeout_.expires_after(share);
    if (endpoint_ + 1 < endpoints_.size())
        address_timeout_.async_wait(
            [self = shared_from_this(), at = endpoint_](std::error_code stopped) {
                if (stopped || !self->link_ || self->stage_ != Stage::connect) return;
                if (self->endpoint_ != at) return; // was too late to be cancelled: that one is over
                self->address_timed_out_ = true;
                std::error_code ignored;
                self->socket_.close(ignored);
            });
    socket_.async_connect(endpoints_[endpoint_],
                          [self = shared_from_this()](const std::error_code& result) {
                              if (self->link_) self->on_connected(result);
                          });
}

void Session::on_connected(const std::error_code& error) {
    address_timeout_.cancel();
    // The time may have been up with the success already on its way: the socket is closed.
    if (error || address_timed_out_) {
        endpoint_errors_.push_back(address_text(endpoints_[endpoint_]) + " " +
                                   connect_outcome(error, address_timed_out_));
        ++endpoint_;
        return connect_next();
    }
    std::error_code ignored;
    socket_.set_option(Tcp::no_delay(true), ignored);
    link_->on_address(address_text(endpoints_[endpoint_]));
    if (url_.secure) return secure();
    upgrade();
}

//--- TLS

void Session::secure() {
    stage_ = Stage::secure;
    link_->on_phase(wire::Phase::securing);
    auto context = tls_context(options_);
    if (!context) return fail("TLS handshake", context.error());
    tls_context_.emplace(std::move(*context.value()));
    tls_ = std::make_unique<TlsStream>(socket_, *tls_context_);
    prepare_tls(tls_->native_handle(), url_.host);
    tls_->async_handshake(
        asio::ssl::stream_base::client, [self = shared_from_this()](const std::error_code& error) {
            if (!self->link_) return;
            if (error == asio::error::timed_out)
                return self->fail("TLS handshake", tls_timeout(seconds_since(self->begun_)));
            if (error)
                return self->fail("TLS handshake",
                                  tls_error(self->tls_->native_handle(), error, self->url_.host));
            self->upgrade();
        });
}

//--- the opening handshake

void Session::upgrade() {
    stage_ = Stage::upgrade;
    link_->on_phase(wire::Phase::upgrading);
    if (base::Status status = check_request_options(options_); !status)
        return fail("WebSocket handshake", status.error());
    key_ = random_key();
    out_ = compose_request(url_, options_, key_);
    wire::Event event = emitter_.make(link_number_, conn_, wire::Dir::none, wire::Kind::request);
    event.payload = emitter_.store(std::string_view(out_).substr(0, out_.size() - 2));
    emitter_.emit(std::move(event));
    write();
    read();
}

void Session::on_answer_bytes(const char* bytes, std::size_t size) {
    answer_.append(bytes, size);
    if (stage_ == Stage::answer_body) {
        if (answer_.size() - answer_head_size_ >= kBodyBytes) return finish_refusal();
        return read();
    }
    if (!may_be_http(answer_)) return fail("HTTP answer", not_http_error(answer_));
    const std::size_t head_size = head_end(answer_);
    if (head_size != std::string::npos) return on_answer_head(head_size);
    if (answer_.size() > kHeadLimit) return fail("HTTP answer", endless_head_error(answer_.size()));
    read();
}

void Session::on_answer_head(std::size_t size) {
    answer_head_size_ = size;
    const std::string_view text = std::string_view(answer_).substr(0, size);
    auto head = http_head_from_text(text);
    wire::Event event = emitter_.make(link_number_, conn_, wire::Dir::none, wire::Kind::response);
    event.payload = emitter_.store(text.substr(0, size - 2));
    event.details = std::make_unique<wire::Details>();
    event.details->status = head ? head.value().status : 0;
    emitter_.emit(std::move(event));
    if (!head) return fail("HTTP answer", head.error());

    auto agreement = check_answer(head.value(), options_, key_);
    if (agreement) return begin_session(agreement.value(), answer_.substr(size));
    if (head.value().status == 101) return fail("WebSocket handshake", agreement.error());
    refusal_ = agreement.error();
    stage_ = Stage::answer_body;
    timeout_.expires_after(seconds(kBodySeconds));
    timeout_.async_wait([self = shared_from_this()](std::error_code error) {
        if (!error && self->link_) self->on_timeout();
    });
    if (answer_.size() - size >= kBodyBytes) return finish_refusal();
    read();
}

void Session::finish_refusal() {
    const std::string words =
        body_words(std::string_view(answer_).substr(answer_head_size_, kBodyBytes));
    if (!words.empty()) refusal_->why += (refusal_->why.empty() ? "" : "; ") + words;
    fail("HTTP answer", *refusal_);
}

void Session::on_answer_end(const std::error_code& error) {
    if (stage_ == Stage::answer_body) return finish_refusal();
    // In TLS 1.3 a server that misses a client certificate says so only now.
    if (error.category() == asio::error::get_ssl_category())
        return fail("TLS handshake", tls_error(tls_->native_handle(), error, url_.host));
    if (error == asio::error::timed_out)
        return fail("HTTP answer", answer_timeout(seconds_since(begun_), answer_));
    fail("HTTP answer", cut_answer_error(cause_of(error), answer_, url_.secure));
}

void Session::begin_session(const Agreement& agreement, std::string rest) {
    timeout_.cancel();
    stage_ = Stage::open;
    deflate_ = agreement.deflate;
    keep_detail_ = options_.frame_detail;
    codec_ = std::make_unique<Codec>(deflate_, options_.max_message);
    wire::Event event = emitter_.make(link_number_, conn_, wire::Dir::none, wire::Kind::open);
    event.details = std::make_unique<wire::Details>();
    event.details->address = address_text(endpoints_[endpoint_]);
    event.details->subprotocol = agreement.subprotocol;
    event.details->extensions = agreement.extensions;
    if (tls_) event.details->tls = std::make_unique<wire::TlsInfo>(tls_info(tls_->native_handle()));
    emitter_.emit(std::move(event));
    answer_.clear();
    link_->on_open(agreement.subprotocol, agreement.extensions);
    for (const std::string& message : options_.preamble) send(false, message);
    schedule_ping();
    if (in_.size() < rest.size()) in_.resize(rest.size());
    std::copy(rest.begin(), rest.end(), in_.begin());
    in_begin_ = 0;
    in_end_ = rest.size();
    process();
}

void Session::fail(const char* phase, base::Error error) {
    stage_ = Stage::over;
    Link* link = link_;
    abandon();
    if (link) link->on_failed(phase, std::move(error));
}

} // namespace net
