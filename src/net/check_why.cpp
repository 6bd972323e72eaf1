// CheckRun, when a step failed: a look around for what would work in its place. Each look is a
// connection of its own, of the few that a check may open, and short.
#include <asio/error.hpp>
#include <asio/ssl/error.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/text.h"
#include "net/check_run.h"
#include "net/listeners.h"
#include "net/opening_errors.h"
#include "wire/trouble.h"

namespace net {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{1000}; ///< for one look, all of it
constexpr std::size_t kMostNamed = 4;            ///< listeners that are named

/// Where WebSocket servers usually stand; Coda's first.
constexpr std::array<std::uint16_t, 10> kUsualPorts = {8765, 8080, 8000, 3000, 5000,
                                                       8443, 9001, 80,   443,  8888};
constexpr std::array<const char*, 3> kUsualPaths = {"/", "/ws", "/websocket"};

bool usual(std::uint16_t port) {
    return std::find(kUsualPorts.begin(), kUsualPorts.end(), port) != kUsualPorts.end();
}

void add(std::string* text, const std::string& more, const char* between = "; ") {
    if (more.empty()) return;
    *text += (text->empty() ? "" : between) + more;
}

/// The proxy that other programs of this machine go through; without its password.
std::string proxy_of_environment(bool secure) {
    for (const char* name :
         secure ? std::array<const char*, 3>{"https_proxy", "HTTPS_PROXY", "ALL_PROXY"}
                : std::array<const char*, 3>{"http_proxy", "HTTP_PROXY", "ALL_PROXY"}) {
        const char* const value = std::getenv(name);
        if (value && *value) return std::string(name) + " is " + url_without_secrets(value);
    }
    return {};
}

} // namespace

/// Without user and password, as it may be shown.
std::string CheckRun::url_with(bool secure, const std::string& host, std::uint16_t port,
                               const std::string& target) const {
    Url url = url_;
    url.secure = secure;
    url.host = host;
    url.port = port;
    url.target = target;
    return url.text();
}

//--- one look

CheckRun::Found CheckRun::look_at(const Endpoint& endpoint, bool secure,
                                  const std::string& target) {
    Found found;
    const Deadline deadline = Clock::now() + kLook;
    CheckLine line(io_, stopped_);
    found.connected = !connect_to(endpoint, deadline, line);
    if (!found.connected || stopped_) return found;
    if (secure && !shake(line, deadline, &found)) return found;
    Url url = url_;
    url.secure = secure;
    url.port = endpoint.port();
    url.target = target;
    upgrade_on(line, url, deadline, &found);
    return found;
}

/// Nothing that is secret goes over a line whose other end is not known: no certificate of ours.
bool CheckRun::shake(CheckLine& line, Deadline deadline, Found* found) {
    wire::LinkOptions bare;
    bare.insecure = true;
    std::error_code code;
    found->tls = line.secure(bare, url_.host, deadline, &code).ok();
    if (found->tls) found->words = "it speaks " + line.tls().version;
    return found->tls;
}

/// Asks for the upgrade as the user would, but with no header that may be a secret.
void CheckRun::upgrade_on(CheckLine& line, const Url& url, Deadline deadline, Found* found) {
    wire::LinkOptions bare;
    bare.subprotocols = options_.link.subprotocols;
    bare.origin = options_.link.origin;
    Url open = url;
    open.user_info.clear();
    std::string answer;
    line.write(compose_request(open, bare, random_key()), deadline);
    std::error_code error;
    while (!error && answer.size() < kHeadLimit && head_end(answer) == std::string::npos &&
           may_be_http(answer))
        error = line.read(&answer, deadline);
    if (!may_be_http(answer)) {
        found->words = "it speaks no HTTP; " + guess_of_not_http(answer);
        found->tls = guess_of_not_http(answer).find("TLS") != std::string::npos;
        return;
    }
    const std::size_t end = head_end(answer);
    if (end == std::string::npos) {
        found->words = answer.empty() ? "it takes connections and says nothing"
                                      : "it ends in the middle of its answer";
        return;
    }
    const auto head = http_head_from_text(std::string_view(answer).substr(0, end));
    if (!head) return;
    found->status = head.value().status;
    found->websocket = found->status == 101;
    found->words = found->websocket
                       ? "a WebSocket server answers there (101)"
                       : "an HTTP server answers there (" + std::to_string(found->status) + ")";
}

//--- TCP

void CheckRun::explain_refused(base::Error* error) {
    const Endpoint& asked = endpoints_.front();
    // The table of listeners is this machine's: it says nothing of another one.
    if (asked.address().is_loopback()) return explain_other_listeners(error);
    for (const std::uint16_t port : kUsualPorts) {
        if (port == url_.port || !may_connect() || stopped_) continue;
        const Found found = look_at({asked.address(), port}, port == 443 || port == 8443, "/");
        if (!found.connected) continue;
        note("listens", address_text({asked.address(), port}) + ", " + found.words);
        add(&error->why, "port " + std::to_string(port) + " is open: " + found.words);
        if (!found.websocket) continue;
        error->fix = "write " + url_with(found.tls, url_.host, port, url_.target);
        return;
    }
}

/// On this machine: what listens in its place.
void CheckRun::explain_other_listeners(base::Error* error) {
    std::vector<Endpoint> same_port, others;
    for (const Endpoint& each : local_listeners()) {
        const bool named_by_family =
            each.address().is_unspecified() || each.address().is_loopback();
        if (each.port() == url_.port)
            same_port.push_back(each);
        else if (named_by_family)
            others.push_back(each);
    }
    for (const Endpoint& each : same_port) {
        asio::ip::address address = each.address();
        if (address.is_unspecified())
            address = address.is_v6() ? asio::ip::address(asio::ip::address_v6::loopback())
                                      : asio::ip::address(asio::ip::address_v4::loopback());
        note("listens", address_text(each));
        add(&error->why, address_text(each) + " is listened on, " +
                             endpoints_.front().address().to_string() + " is not");
        error->fix = "write " + url_with(url_.secure, address.to_string(), url_.port, url_.target) +
                     ", or have the server listen on " + endpoints_.front().address().to_string() +
                     " too";
        return;
    }
    std::stable_sort(others.begin(), others.end(), [](const Endpoint& a, const Endpoint& b) {
        return usual(a.port()) > usual(b.port());
    });
    std::string named;
    bool answered = false;
    for (std::size_t i = 0; i < others.size() && i < kMostNamed; ++i) {
        std::string words = address_text(others[i]);
        const asio::ip::address address =
            others[i].address().is_unspecified()
                ? (others[i].address().is_v6()
                       ? asio::ip::address(asio::ip::address_v6::loopback())
                       : asio::ip::address(asio::ip::address_v4::loopback()))
                : others[i].address();
        // Ports nobody expects a WebSocket on are named, and left alone.
        if (usual(others[i].port()) && may_connect() && !stopped_) {
            const Found found = look_at({address, others[i].port()}, false, url_.target);
            if (!found.words.empty()) words += ", " + found.words;
            if (found.websocket && !answered) {
                answered = true;
                error->fix = "write " + url_with(false, url_.host, others[i].port(), url_.target);
            }
        }
        note("listens", words);
        add(&named, words, ", ");
    }
    if (others.size() > kMostNamed)
        add(&named, std::to_string(others.size() - kMostNamed) + " more", ", ");
    add(&error->why, named.empty() ? "nothing else listens on this machine"
                                   : "nothing listens on port " + std::to_string(url_.port) +
                                         "; this machine listens on " + named);
    if (!answered)
        error->fix = "start the server, or use the port that its log names: nothing listens on " +
                     std::to_string(url_.port);
}

void CheckRun::explain_unreachable(base::Error* error) const {
    if (const std::string proxy = proxy_of_environment(url_.secure); !proxy.empty())
        add(&error->why, proxy + ", and this program connects without a proxy");
}

//--- TLS where there is none, and none where there is

void CheckRun::explain_tls(const std::error_code& code, base::Error* error) {
    const bool no_tls = error->why.find("does not speak TLS") != std::string::npos;
    const bool ended = code == asio::error::eof || code == asio::ssl::error::stream_truncated ||
                       code == asio::error::connection_reset;
    const bool silent = code == asio::error::timed_out;
    line_->close();
    if (!(no_tls || ended || silent) || !may_connect() || stopped_) return;
    const Found found = look_at(endpoints_[endpoint_], false, url_.target);
    if (found.words.empty()) return;
    note("without_tls", found.words);
    if (found.status == 0) return;
    error->why = "the server does not speak TLS there; without it, " + found.words;
    error->fix = "write " + url_with(false, url_.host, url_.port, url_.target);
}

/// No HTTP answer came: silence, an end, or other bytes. The line is closed.
void CheckRun::explain_no_answer(base::Error* error) {
    if (url_.secure) return;
    const bool looks_like_tls = error->fix.find("wss://") != std::string::npos;
    if (answer_.empty() && error->what.find("timed out") != std::string::npos) {
        error->why += ", as Coda does while it loads its models";
        error->fix = "wait until it has loaded, then check again; or read the server's own log";
        return;
    }
    if (!looks_like_tls || !may_connect() || stopped_) return;
    const Found found = look_at(endpoints_[endpoint_], true, url_.target);
    if (!found.tls) return;
    note("with_tls", found.words);
    add(&error->why, "the port speaks TLS");
    error->fix = "write " + url_with(true, url_.host, url_.port, url_.target);
}

//--- a status that is not 101

void CheckRun::tell_proxy(base::Error* error) {
    const std::string via = head_.joined("Via");
    if (via.empty()) return;
    note("via", base::escape_for_terminal(via));
    add(&error->why,
        "a proxy in between answered or passed it on: Via " + base::escape_for_terminal(via));
}

namespace {

/// "https://host/path" or "/path" of a redirect as the address to dial; empty when it is none.
std::string target_of(const std::string& location, const Url& from) {
    if (location.rfind("//", 0) == 0) return (from.secure ? "wss:" : "ws:") + location;
    if (location.rfind("/", 0) == 0) {
        Url url = from;
        url.target = location;
        return url.text();
    }
    const auto url = url_from_text(location);
    return url ? url.value().text() : std::string();
}

} // namespace

void CheckRun::explain_status(base::Error* error) {
    const int status = head_.status;
    if (const std::string* location = head_.find("Location")) {
        note("location", base::escape_for_terminal(*location));
        if (const std::string to = target_of(*location, url_); !to.empty() && status < 400)
            error->fix = "write " + base::escape_for_terminal(to);
    }
    if (const std::string* retry = head_.find("Retry-After"))
        note("retry_after", base::escape_for_terminal(*retry));
    if (const std::string wants = head_.joined("WWW-Authenticate"); !wants.empty())
        note("wants", base::escape_for_terminal(wants));
    if (const std::string server = head_.joined("Server"); !server.empty())
        note("server", base::escape_for_terminal(server));
    if (status == 503) add(&error->why, "Coda may still be loading its models");
    if (status == 426)
        add(&error->why, "the upgrade was asked for, so a proxy in between may have taken it out");
    if (status == 400 && !url_.secure && answer_.find("HTTPS") != std::string::npos) {
        add(&error->why, "the port speaks TLS");
        error->fix = "write " + url_with(true, url_.host, url_.port, url_.target);
    }
    tell_proxy(error);
    if (const wire::Trouble* known = wire::trouble_in_text(answer_)) {
        add(&error->why, known->why);
        error->fix = known->fix;
    }
    if (status == 404 || status == 200) try_other_paths(error);
}

/// An HTTP server, and no WebSocket at this path: perhaps at one of the usual ones.
void CheckRun::try_other_paths(base::Error* error) {
    for (const char* path : kUsualPaths) {
        if (path == url_.target || !may_connect() || stopped_) continue;
        const Found found = look_at(endpoints_[endpoint_], url_.secure, path);
        note("path", std::string(path) + ": " + (found.words.empty() ? "no answer" : found.words));
        if (!found.websocket) continue;
        add(&error->why, std::string("the path ") + path + " answers as a WebSocket");
        error->fix = "write " + url_with(url_.secure, url_.host, url_.port, path);
        return;
    }
}

} // namespace net
