// Session, until it is open: lookup, TCP, TLS, upgrade, and every way in which they fail.
#include <asio/connect.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/text.h"
#include "net/link.h"
#include "net/session.h"
#include "net/tls.h"

namespace net {
namespace {

std::chrono::nanoseconds seconds(double value) {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(value * 1e9));
}

std::string seconds_text(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g s", value);
    return text;
}

std::string address_text(const asio::ip::tcp::endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" +
           std::to_string(endpoint.port());
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
    timeout_.expires_after(seconds(options_.connect_timeout_s));
    timeout_.async_wait([self = shared_from_this()](std::error_code error) {
        if (!error && self->link_) self->on_timeout();
    });
}

void Session::on_timeout() {
    const std::string after = "timed out after " + seconds_text(options_.connect_timeout_s);
    switch (stage_) {
    case Stage::lookup:
        return fail("name lookup",
                    {after + " in the name lookup of " + url_.host, "no name server answered",
                     "check the network and the name servers of this machine"});
    case Stage::connect:
        endpoint_errors_.push_back(address_text(endpoints_[endpoint_]) + " did not answer");
        return fail("TCP connect", {after + " in the TCP connect", connect_errors().why,
                                    "check that the host is up, and firewalls on the way"});
    case Stage::secure:
        return fail("TLS handshake",
                    {after + " in the TLS handshake",
                     "the server took the connection and said no "
                     "more",
                     "check that the port speaks TLS: try ws:// instead of wss://"});
    case Stage::upgrade:
        return fail("HTTP answer",
                    {after + " waiting for the HTTP answer",
                     answer_.empty()
                         ? "the server took the connection and sent nothing: it may still be "
                           "loading"
                         : std::to_string(answer_.size()) + " bytes of its head came: \"" +
                               head_excerpt(answer_) + "\"",
                     "wait, or read the server's own log"});
    case Stage::answer_body: return finish_refusal();
    default: return;
    }
}

//--- TCP, one address after the other

void Session::connect_next() {
    if (endpoint_ >= endpoints_.size()) return fail("TCP connect", connect_errors());
    std::error_code error;
    socket_.close(error);
    // An address that swallows everything must not eat the time of those behind it.
    const auto left = timeout_.expiry() - std::chrono::steady_clock::now();
    const auto share = left / static_cast<int>(endpoints_.size() - endpoint_);
    address_timed_out_ = false;
    address_timeout_.expires_after(share);
    if (endpoint_ + 1 < endpoints_.size())
        address_timeout_.async_wait([self = shared_from_this()](std::error_code stopped) {
            if (stopped || !self->link_ || self->stage_ != Stage::connect) return;
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
    if (error) {
        const std::string why = address_timed_out_                         ? "did not answer"
                                : error == asio::error::connection_refused ? "refused"
                                                                           : error.message();
        endpoint_errors_.push_back(address_text(endpoints_[endpoint_]) + " " + why);
        ++endpoint_;
        return connect_next();
    }
    std::error_code ignored;
    socket_.set_option(Tcp::no_delay(true), ignored);
    link_->on_address(address_text(endpoints_[endpoint_]));
    if (url_.secure) return secure();
    upgrade();
}

base::Error Session::connect_errors() const {
    base::Error error;
    bool all_refused = !endpoint_errors_.empty();
    for (const std::string& line : endpoint_errors_) {
        error.why += (error.why.empty() ? "" : ", ") + line;
        if (line.find("refused") == std::string::npos) all_refused = false;
    }
    if (all_refused) {
        error.what =
            "TCP connect to " + url_.host + " port " + std::to_string(url_.port) + " was refused";
        error.fix = "start the server, or check the port: nothing listens there";
    } else {
        error.what =
            "TCP connect to " + url_.host + " port " + std::to_string(url_.port) + " failed";
        error.fix = "check that the host is up, and firewalls on the way";
    }
    return error;
}

//--- TLS

void Session::secure() {
    stage_ = Stage::secure;
    link_->on_phase(wire::Phase::securing);
    auto context = tls_context(options_);
    if (!context) return fail("TLS handshake", context.error());
    tls_context_.emplace(std::move(*context.value()));
    tls_ = std::make_unique<TlsStream>(socket_, *tls_context_);
    prepare_tls(tls_->native_handle(), url_.host, options_.insecure);
    tls_->async_handshake(
        asio::ssl::stream_base::client, [self = shared_from_this()](const std::error_code& error) {
            if (!self->link_) return;
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
    if (!may_be_http(answer_))
        return fail("HTTP answer",
                    {"not an HTTP answer: it begins with \"" +
                         base::escape_for_terminal(std::string_view(answer_).substr(0, 60)) + "\"",
                     "HTTP/1.1 was expected (RFC 6455 section 4.1)", guess_of_not_http(answer_)});
    const std::size_t head_size = head_end(answer_);
    if (head_size != std::string::npos) return on_answer_head(head_size);
    if (answer_.size() > kHeadLimit)
        return fail("HTTP answer", {"the header of the HTTP answer is over the limit",
                                    std::to_string(answer_.size()) +
                                        " bytes came without an empty line, the "
                                        "limit is " +
                                        std::to_string(kHeadLimit),
                                    "check what listens there"});
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
    const std::string_view body =
        base::trimmed(std::string_view(answer_).substr(answer_head_size_, kBodyBytes));
    if (!body.empty())
        refusal_->why += (refusal_->why.empty() ? "" : "; ") + std::string("its body says \"") +
                         base::escape_for_terminal(body.substr(0, 200)) + "\"";
    fail("HTTP answer", *refusal_);
}

void Session::on_answer_end(const std::error_code& error) {
    if (stage_ == Stage::answer_body) return finish_refusal();
    // In TLS 1.3 a server that misses a client certificate says so only now.
    if (error.category() == asio::error::get_ssl_category())
        return fail("TLS handshake", tls_error(tls_->native_handle(), error, url_.host));
    const std::string after = " after " + std::to_string(answer_.size()) + " bytes of the answer";
    base::Error told;
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
        told.what = "closed by the server" + after;
    else if (error == asio::error::connection_reset || error == asio::error::broken_pipe)
        told.what = "reset by the server" + after;
    else
        told.what = error.message() + after;
    if (answer_.empty()) {
        told.why = "it took the connection and ended it without an HTTP answer";
        told.fix = url_.secure ? "read the server's own log"
                               : "read the server's own log; if the port speaks TLS, try wss://";
    } else {
        told.why = "its head is not whole: \"" + head_excerpt(answer_) + "\"";
        told.fix = "read the server's own log";
    }
    fail("HTTP answer", told);
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
    emitter_.emit(std::move(event));
    answer_.clear();
    link_->on_open(agreement.subprotocol, agreement.extensions);
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
