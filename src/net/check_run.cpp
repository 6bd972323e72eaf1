// CheckRun, until it is open: URL, lookup, TCP, TLS, upgrade.
#include "net/check_run.h"

#include <asio/error.hpp>
#include <asio/ssl/error.hpp>

#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "net/opening_errors.h"
#include "wire/header_check.h"

namespace net {
namespace {

using Clock = std::chrono::steady_clock;

Clock::time_point after(double seconds) {
    return Clock::now() + std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

/// How long the body of a refusal is waited for, once its head is here.
constexpr double kBodySeconds = 0.3;
constexpr std::size_t kBodyBytes = 1024;

bool timed_out(const std::error_code& error) { return error == asio::error::timed_out; }

/// A head with the values of its secret headers as ***.
std::string without_secrets(std::string_view head) {
    std::string shown;
    while (!head.empty()) {
        const std::size_t end = head.find("\r\n");
        const std::string_view line = head.substr(0, end);
        head = end == std::string_view::npos ? std::string_view() : head.substr(end + 2);
        const std::size_t colon = line.find(':');
        const bool secret = colon != std::string_view::npos && !shown.empty() &&
                            wire::is_secret_header(line.substr(0, colon));
        shown += base::escape_for_terminal(secret ? line.substr(0, colon) : line);
        shown += secret ? ": ***\n" : "\n";
    }
    while (!shown.empty() && shown.back() == '\n') shown.pop_back();
    return shown;
}

std::string all_of(const std::vector<std::string>& lines) {
    std::string all;
    for (const std::string& line : lines) all += (all.empty() ? "" : "; ") + line;
    return all;
}

std::string family_of(const asio::ip::tcp::endpoint& endpoint) {
    return endpoint.address().is_v6() ? "IPv6" : "IPv4";
}

} // namespace

CheckRun::CheckRun(const CheckOptions& options, asio::io_context& io,
                   const std::atomic<bool>& stopped, Publish publish)
    : options_(options), io_(io), stopped_(stopped), publish_(std::move(publish)) {
    state_.url = url_without_secrets(options.link.url);
    state_.running = true;
    state_.insecure = options.link.insecure;
}

//--- the record

wire::CheckStep& CheckRun::begin(const char* name) {
    wire::CheckStep& step = state_.steps.emplace_back();
    step.name = name;
    step.began_mono_ns = base::mono_now_ns();
    publish();
    return step;
}

void CheckRun::note(const char* name, std::string value) {
    step().evidence.emplace_back(name, std::move(value));
}

void CheckRun::pass(std::string said) {
    step().took_ns = base::mono_now_ns() - step().began_mono_ns;
    step().mark = wire::CheckMark::passed;
    step().said = std::move(said);
    publish();
}

void CheckRun::warn(std::string said, base::Error error) {
    step().error = std::move(error);
    pass(std::move(said));
    step().mark = wire::CheckMark::warned;
    publish();
}

bool CheckRun::fail(const char* phase, base::Error error, std::string said) {
    step().took_ns = base::mono_now_ns() - step().began_mono_ns;
    step().mark = wire::CheckMark::failed;
    step().said = said.empty() ? error.what : std::move(said);
    step().error = error;
    if (!state_.error) {
        state_.phase = phase;
        state_.error = std::move(error);
    }
    publish();
    return false;
}

/// What is under way when it is stopped has no verdict: it goes.
bool CheckRun::stopped() {
    if (stopped_ && !state_.steps.empty() && step().mark == wire::CheckMark::running)
        state_.steps.pop_back();
    return stopped_;
}

void CheckRun::run() {
    if (open() && first_message() && ping() && idle()) close();
    if (line_) line_->close();
    line_.reset();
    if (!stopped() && codec_) other_addresses();
    state_.stopped = stopped();
    state_.running = false;
    publish();
}

bool CheckRun::open() {
    return read_url() && look_up() && connect() && (!url_.secure || secure()) && ask() &&
           take_answer() && agree();
}

//--- URL and lookup

bool CheckRun::read_url() {
    begin("URL");
    auto url = url_from_text(options_.link.url);
    if (!url) return fail("URL", url.error());
    if (base::Status good = check_request_options(options_.link); !good)
        return fail("URL", good.error());
    url_ = std::move(url.value());
    state_.url = url_.text();
    note("scheme", url_.secure ? "wss" : "ws");
    note("host", url_.host);
    note("port", std::to_string(url_.port));
    const std::string target = base::escape_for_terminal(url_.target);
    note("path", target);
    for (const std::string& said : url_.said) note("said", said);
    pass(std::string(url_.secure ? "wss" : "ws") + ", host " + url_.host + ", port " +
         std::to_string(url_.port) + ", path " + target);
    return true;
}

bool CheckRun::look_up() {
    begin("name lookup");
    begun_ = Clock::now();
    deadline_ = after(options_.link.connect_timeout_s);
    std::optional<base::Result<Lookup::Endpoints>> found;
    const auto lookup =
        Lookup::start(io_, url_.host, url_.port, options_.name_servers,
                      [&](base::Result<Lookup::Endpoints> result) { found = std::move(result); });
    while (!found && !stopped_ && io_.run_one_until(deadline_) != 0) {
    }
    lookup->cancel();
    if (stopped()) return false;
    if (!found)
        return fail("name lookup", lookup_timeout(url_.host, options_.link.connect_timeout_s));
    if (!*found) return fail("name lookup", found->error());
    endpoints_ = std::move(found->value());
    std::string said;
    bool v4 = false, v6 = false;
    for (const Endpoint& endpoint : endpoints_) {
        (endpoint.address().is_v6() ? v6 : v4) = true;
        const std::string words = endpoint.address().to_string() + " (" + family_of(endpoint) + ")";
        note("address", words);
        said += (said.empty() ? "" : ", ") + words;
    }
    std::error_code no_literal;
    asio::ip::make_address(url_.host, no_literal);
    if (no_literal && !v6) said += ", no IPv6 address";
    if (no_literal && !v4) said += ", no IPv4 address";
    pass(said);
    return true;
}

//--- TCP, one address after the other until one takes it

std::error_code CheckRun::connect_to(const Endpoint& endpoint, Deadline deadline, CheckLine& line) {
    ++state_.connections;
    return line.connect(endpoint, deadline);
}

bool CheckRun::connect() {
    begin("TCP connect");
    for (endpoint_ = 0; endpoint_ < endpoints_.size() && may_connect(); ++endpoint_) {
        const Endpoint& endpoint = endpoints_[endpoint_];
        // An address that swallows everything must not eat the time of those behind it.
        const auto share =
            (deadline_ - Clock::now()) / static_cast<int>(endpoints_.size() - endpoint_);
        line_ = std::make_unique<CheckLine>(io_, stopped_);
        const std::int64_t begun = base::mono_now_ns();
        const std::error_code error = connect_to(endpoint, Clock::now() + share, *line_);
        if (stopped()) return false;
        const std::string took = base::duration_text(base::mono_now_ns() - begun);
        const std::string outcome = error ? connect_outcome(error, timed_out(error)) : "connected";
        outcomes_.push_back(address_text(endpoint) + " " + outcome);
        note("address", outcomes_.back() + " (" + took + ")");
        if (!error) break;
        line_.reset();
    }
    if (line_) {
        if (endpoint_ == 0) {
            pass(address_text(endpoints_[0]));
            return true;
        }
        std::string before;
        for (std::size_t i = 0; i < endpoint_; ++i)
            before += (before.empty() ? "" : ", ") + outcomes_[i];
        const std::string reached = address_text(endpoints_[endpoint_]);
        warn(reached + ", but " + before,
             {before + ", then " + reached + " was connected",
              url_.host + " has several addresses and the server listens on some only: clients "
                          "that try but the first one fail",
              "write " +
                  url_with(url_.secure, endpoints_[endpoint_].address().to_string(), url_.port,
                           url_.target) +
                  ", or have the server listen on all of them"});
        return true;
    }
    const bool time_up = Clock::now() >= deadline_;
    base::Error error = time_up ? connect_timeout(options_.link.connect_timeout_s, outcomes_)
                                : connect_error(url_, seconds_since(begun_), outcomes_);
    if (error.what.find("refused") != std::string::npos)
        explain_refused(&error);
    else
        explain_unreachable(&error);
    if (stopped()) return false;
    return fail("TCP connect", std::move(error), all_of(outcomes_));
}

//--- TLS

namespace {

std::string certificate_words(const wire::CertificateInfo& certificate) {
    return certificate.subject + ", signed by " + certificate.issuer + ", names " +
           (certificate.names.empty() ? "none" : certificate.names) + ", valid " +
           certificate.from + " to " + certificate.to + ", SHA-256 " + certificate.fingerprint;
}

} // namespace

bool CheckRun::secure() {
    begin("TLS handshake");
    std::error_code code;
    const base::Status done = line_->secure(options_.link, url_.host, deadline_, &code);
    if (stopped()) return false;
    const wire::TlsInfo info = line_->tls();
    if (!info.version.empty()) note("version", info.version);
    if (!info.cipher.empty()) note("cipher", info.cipher);
    note("server_name",
         info.server_name.empty() ? "none, an address was dialled" : info.server_name);
    for (const wire::CertificateInfo& certificate : info.chain)
        note("certificate", certificate_words(certificate));
    for (const std::string& wrong : info.wrong) note("wrong", wrong);
    if (!done) {
        base::Error error = done.error();
        if (timed_out(code)) error = tls_timeout(options_.link.connect_timeout_s);
        if (info.wrong.size() > 1) error.why = all_of(info.wrong);
        if (info.wrong.empty()) explain_tls(code, &error);
        if (stopped()) return false;
        return fail("TLS handshake", std::move(error),
                    info.wrong.empty() ? std::string() : all_of(info.wrong));
    }
    const std::string said = info.version + ", " + info.cipher;
    if (info.wrong.empty()) {
        pass(said + (info.chain.empty() ? ""
                                        : ", " + info.chain.front().subject + " until " +
                                              info.chain.front().to.substr(0, 10)));
        return true;
    }
    warn(said + ", let through: " + all_of(info.wrong),
         {"TLS: the certificate is wrong and was let through (--insecure)", all_of(info.wrong),
          "mend it, or give the CA that signed it with --ca FILE"});
    return true;
}

//--- the upgrade

bool CheckRun::ask() {
    begin("HTTP answer");
    key_ = random_key();
    const std::string request = compose_request(url_, options_.link, key_);
    note("request", without_secrets(request));
    publish();
    // A server that answers before it reads, and ends, is heard all the same.
    line_->write(request, deadline_);
    return !stopped();
}

bool CheckRun::take_answer() {
    std::error_code error;
    head_size_ = std::string::npos;
    while (head_size_ == std::string::npos) {
        error = line_->read(&answer_, deadline_);
        if (stopped()) return false;
        if (error || !may_be_http(answer_) || answer_.size() > kHeadLimit) break;
        head_size_ = head_end(answer_);
    }
    if (head_size_ == std::string::npos) {
        base::Error told;
        if (!may_be_http(answer_)) {
            told = not_http_error(answer_);
        } else if (!error) {
            told = endless_head_error(answer_.size());
        } else if (timed_out(error)) {
            told = answer_timeout(options_.link.connect_timeout_s, answer_);
        } else if (error.category() == asio::error::get_ssl_category()) {
            // In TLS 1.3 a server that misses a client certificate says so only now.
            return fail("TLS handshake", line_->tls_error_words(error, url_.host));
        } else {
            told = cut_answer_error(error, answer_, url_.secure);
        }
        if (!answer_.empty())
            note("received", base::escape_for_terminal(head_excerpt(answer_, 200)));
        line_->close();
        explain_no_answer(&told);
        if (stopped()) return false;
        return fail("HTTP answer", std::move(told));
    }
    note("response", without_secrets(std::string_view(answer_).substr(0, head_size_)));
    auto head = http_head_from_text(std::string_view(answer_).substr(0, head_size_));
    if (!head) return fail("HTTP answer", head.error());
    head_ = std::move(head.value());
    note("status", std::to_string(head_.status));
    const std::string status =
        std::to_string(head_.status) +
        (head_.reason.empty() ? "" : " " + base::escape_for_terminal(head_.reason));
    if (head_.status == 101) {
        pass(status);
        return true;
    }
    base::Error refusal = check_answer(head_, options_.link, key_).error();
    if (const std::string words = body_words(body()); !words.empty()) {
        note("body", words);
        refusal.why += (refusal.why.empty() ? "" : "; ") + words;
    }
    line_->close();
    explain_status(&refusal);
    if (stopped()) return false;
    return fail("HTTP answer", std::move(refusal), status);
}

/// As much of a refusal's body as comes at once.
std::string CheckRun::body() {
    const Deadline until = after(kBodySeconds);
    while (answer_.size() - head_size_ < kBodyBytes && !line_->read(&answer_, until)) {
    }
    return answer_.substr(head_size_, kBodyBytes);
}

bool CheckRun::agree() {
    begin("WebSocket handshake");
    std::string missed;
    for (const Requirement& each : requirements(head_, options_.link, key_)) {
        note(each.name.c_str(),
             each.met ? "right: " + each.received
                      : "wrong: expected " + each.expected + ", received " + each.received);
        if (!each.met) missed += (missed.empty() ? "" : ", ") + each.name;
    }
    auto agreement = check_answer(head_, options_.link, key_);
    if (!agreement) {
        base::Error error = agreement.error();
        tell_proxy(&error);
        return fail("WebSocket handshake", std::move(error), "wrong: " + missed);
    }
    codec_ = std::make_unique<Codec>(agreement.value().deflate, options_.link.max_message);
    answer_.erase(0, head_size_);
    pass((agreement.value().subprotocol.empty() ? std::string("no subprotocol")
                                                : "subprotocol " + agreement.value().subprotocol) +
         (agreement.value().extensions.empty()
              ? ", no extension"
              : ", " + base::escape_for_terminal(agreement.value().extensions)));
    return true;
}

} // namespace net
