#include "net/opening_errors.h"

#include <asio/error.hpp>

#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "net/ending_errors.h"
#include "net/http_head.h"

namespace net {

std::string address_text(const asio::ip::tcp::endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" +
           std::to_string(endpoint.port());
}

std::string seconds_text(double seconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%g s", seconds);
    return text;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
    return std::round(passed.count() * 10) / 10;
}

namespace {

constexpr const char* kSilent = "did not answer";

bool has(const std::string& line, const char* outcome) {
    return line.find(outcome) != std::string::npos;
}

} // namespace

std::string connect_outcome(const std::error_code& error, bool timed_out) {
    if (timed_out || error == asio::error::timed_out) return kSilent;
    if (error == asio::error::connection_refused) return "refused";
    return error.message();
}

base::Error connect_error(const Url& url, double seconds, const std::vector<std::string>& lines) {
    base::Error error;
    bool all_refused = !lines.empty(), all_silent = all_refused;
    for (const std::string& line : lines) {
        error.why += (error.why.empty() ? "" : ", ") + line;
        all_refused = all_refused && has(line, "refused");
        all_silent = all_silent && has(line, kSilent);
    }
    if (all_silent) return connect_timeout(seconds, lines);
    error.what = "TCP connect to " + url.host + " port " + std::to_string(url.port) +
                 (all_refused ? " was refused" : " failed");
    error.fix = all_refused ? "start the server, or check the port: nothing listens there"
                            : "check that the host is up, and firewalls on the way";
    return error;
}

//--- the time was up

base::Error lookup_timeout(const std::string& host, double seconds) {
    return {"timed out after " + seconds_text(seconds) + " in the name lookup of " + host,
            "no name server answered", "check the network and the name servers of this machine"};
}

base::Error connect_timeout(double seconds, const std::vector<std::string>& lines) {
    std::string why;
    for (const std::string& line : lines) why += (why.empty() ? "" : ", ") + line;
    return {"timed out after " + seconds_text(seconds) + " in the TCP connect", why,
            "check that the host is up, and firewalls on the way"};
}

base::Error tls_timeout(double seconds) {
    return {"timed out after " + seconds_text(seconds) + " in the TLS handshake",
            "the server took the connection and said no more",
            "check that the port speaks TLS: try ws:// instead of wss://"};
}

base::Error answer_timeout(double seconds, std::string_view answer) {
    return {"timed out after " + seconds_text(seconds) + " waiting for the HTTP answer",
            answer.empty() ? "the server took the connection and sent nothing: it may still be "
                             "loading"
                           : std::to_string(answer.size()) + " bytes of its head came: \"" +
                                 head_excerpt(answer) + "\"",
            "wait, or read the server's own log"};
}

//--- an answer that is none

base::Error not_http_error(std::string_view answer) {
    return {"not an HTTP answer: it begins with \"" +
                base::escape_for_terminal(answer.substr(0, 60)) + "\"",
            "HTTP/1.1 was expected (RFC 6455 section 4.1)", guess_of_not_http(answer)};
}

base::Error endless_head_error(std::size_t size) {
    return {"the header of the HTTP answer is over the limit",
            std::to_string(size) + " bytes came without an empty line, the limit is " +
                std::to_string(kHeadLimit),
            "check what listens there"};
}

base::Error cut_answer_error(const std::error_code& error, std::string_view answer, bool secure) {
    const std::string after = " after " + std::to_string(answer.size()) + " bytes of the answer";
    base::Error told;
    if (is_end(error))
        told.what = "closed by the server" + after;
    else if (is_reset(error))
        told.what = "reset by the server" + after;
    else
        told.what = error.message() + after;
    if (answer.empty()) {
        told.why = "it took the connection and ended it without an HTTP answer";
        told.fix = secure ? "read the server's own log"
                          : "read the server's own log; if the port speaks TLS, try wss://";
    } else {
        told.why = "its head is not whole: \"" + head_excerpt(answer) + "\"";
        told.fix = "read the server's own log";
    }
    return told;
}

std::string body_words(std::string_view body) {
    body = base::trimmed(body);
    if (body.empty()) return {};
    return "its body says \"" + base::escape_for_terminal(body.substr(0, 200)) + "\"";
}

} // namespace net
