#include "net/url.h"

#include <arpa/inet.h>

#include "base/text.h"

namespace net {
namespace {

base::Error url_error(std::string what, std::string why, std::string fix) {
    return {"URL: " + std::move(what), std::move(why), std::move(fix)};
}

/// Bytes that RFC 3986 does not allow to stand in a URL as they are.
bool forbidden(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7f || c == '<' || c == '>' || c == '"' || c == '\\' ||
           c == '^' || c == '`' || c == '{' || c == '|' || c == '}';
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string byte;
        if (text[i] == '%' && i + 2 < text.size() &&
            base::bytes_from_hex(text.substr(i + 1, 2), &byte)) {
            out += byte;
            i += 2;
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

/// `text`, an address behind its scheme, with user and password as ***.
std::string without_secrets(std::string_view text) {
    const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
    const std::size_t at = authority.rfind('@');
    return at == std::string_view::npos ? std::string(text) : "***" + std::string(text.substr(at));
}

//--- scheme: ws, wss; http(s) is taken as ws(s)

/// "ws:host", "wss:/host", "//host" and "host": what a person meant by each.
base::Error no_scheme(std::string_view text) {
    std::string scheme = "ws";
    const std::size_t colon = text.find(':');
    if (const std::string before = base::ascii_lower(text.substr(0, colon));
        colon != std::string_view::npos && (before == "ws" || before == "wss" || before.empty())) {
        if (!before.empty()) scheme = before;
        text.remove_prefix(colon + 1);
    }
    while (!text.empty() && text.front() == '/') text.remove_prefix(1);
    const std::string rest = without_secrets(text);
    return url_error("no scheme in \"" + rest + "\"",
                     "a WebSocket address begins with ws:// or wss://",
                     "write " + scheme + "://" + rest);
}

base::Status take_scheme(std::string_view text, Url* url, std::string_view* rest) {
    // A "://" further down, in a query, is none of a scheme.
    const std::size_t colon = text.find_first_of(":/?#@[");
    if (colon == 0 || colon == std::string_view::npos || text.substr(colon, 3) != "://")
        return no_scheme(text);
    const std::string scheme = base::ascii_lower(text.substr(0, colon));
    *rest = text.substr(colon + 3);
    if (scheme == "ws" || scheme == "wss") {
        url->secure = scheme == "wss";
    } else if (scheme == "http" || scheme == "https") {
        url->secure = scheme == "https";
        url->said.push_back(scheme + ":// was taken as " + (url->secure ? "wss://" : "ws://"));
    } else {
        return url_error("scheme \"" + scheme + "\" is not a WebSocket's",
                         "only ws and wss are spoken here", "write ws://" + without_secrets(*rest));
    }
    url->port = url->secure ? 443 : 80;
    return {};
}

//--- authority: [user:password@]host[:port]

base::Status take_port(std::string_view text, Url* url) {
    std::uint32_t port = 0;
    for (const char c : text) {
        if (c < '0' || c > '9' || (port = port * 10 + static_cast<std::uint32_t>(c - '0')) > 65535)
            return url_error("port \"" + std::string(text) + "\" is not a number from 1 to 65535",
                             {}, "write a port such as 8765");
    }
    if (text.empty()) return {}; // "host:" means the default port (RFC 3986 section 3.2.3)
    if (port == 0)
        return url_error("port 0 cannot be connected to", {}, "write a port such as 8765");
    url->port = static_cast<std::uint16_t>(port);
    return {};
}

/// Bytes of a host name or of an IPv6 zone. DNS allows fewer; what would be another part of the
/// URL, or another line of the request, never passes.
bool belongs_to_host(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 && !forbidden(c) &&
           std::string_view("/?#@:[]%").find(c) == std::string_view::npos;
}

bool host_legal(std::string_view host) {
    for (const char c : host)
        if (!belongs_to_host(c)) return false;
    return true;
}

/// "::1", "fe80::1%25eth0" (RFC 6874); a bare % is taken too.
bool take_ipv6(std::string_view text, Url* url) {
    const std::string decoded = percent_decoded(text);
    const std::size_t percent = decoded.find('%');
    const std::string address = base::ascii_lower(decoded.substr(0, percent));
    in6_addr unused{};
    if (address.find_first_not_of("0123456789abcdef:.") != std::string::npos) return false;
    if (inet_pton(AF_INET6, address.c_str(), &unused) != 1) return false;
    url->host = address;
    if (percent == std::string::npos) return true;
    const std::string zone = decoded.substr(percent + 1);
    url->host += "%" + zone;
    return !zone.empty() && host_legal(zone);
}

base::Status take_bracketed_host(std::string_view text, Url* url) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos)
        return url_error("host \"" + std::string(text) + "\" opens a bracket and does not close it",
                         {}, "write an IPv6 address as [::1]");
    if (!take_ipv6(text.substr(1, end - 1), url))
        return url_error("host \"" + std::string(text.substr(1, end - 1)) +
                             "\" in brackets is not an IPv6 address",
                         {}, "leave the brackets out, or write an IPv6 address as [::1]");
    const std::string_view behind = text.substr(end + 1);
    if (behind.empty()) return {};
    if (behind.front() != ':')
        return url_error("host has \"" + std::string(behind) + "\" behind its bracket", {},
                         "write [" + url->host + "]:port");
    return take_port(behind.substr(1), url);
}

base::Status take_authority(std::string_view text, Url* url) {
    if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
        url->user_info = percent_decoded(text.substr(0, at));
        text.remove_prefix(at + 1);
    }
    if (!text.empty() && text.front() == '[') return take_bracketed_host(text, url);
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos && text.find(':', colon + 1) != std::string_view::npos)
        return url_error("host \"" + std::string(text) + "\" has more than one colon",
                         "an IPv6 address stands in brackets", "write [" + std::string(text) + "]");
    url->host = base::ascii_lower(percent_decoded(text.substr(0, colon)));
    if (url->host.empty())
        return url_error("no host", {}, "write one, such as ws://localhost:8765");
    if (!host_legal(url->host))
        return url_error("host \"" + std::string(text.substr(0, colon)) +
                             "\" has a character that no host name has",
                         {}, "write a name that is not ASCII in its xn-- form");
    return colon == std::string_view::npos ? base::Status()
                                           : take_port(text.substr(colon + 1), url);
}

} // namespace

std::string url_without_secrets(std::string_view text) {
    const std::size_t colon = text.find("://");
    const std::size_t begin = colon == std::string_view::npos ? 0 : colon + 3;
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || at < begin) return std::string(text);
    return std::string(text.substr(0, begin)) + "***" + std::string(text.substr(at));
}

base::Result<Url> url_from_text(std::string_view text) {
    text = base::trimmed(text);
    if (text.empty()) return url_error("it is empty", {}, "write one, such as ws://localhost:8765");
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!forbidden(text[i])) continue;
        return url_error("character \"" + base::escape_for_terminal(text.substr(i, 1)) +
                             "\" at place " + std::to_string(i + 1) + " is not allowed",
                         {}, "write it as a percent escape, such as %20 for a blank");
    }
    if (const std::size_t at = base::utf8_error_offset(text); at != text.size())
        return url_error("the byte at place " + std::to_string(at + 1) + " is not UTF-8", {},
                         "write it as a percent escape, such as %ff");
    Url url;
    std::string_view rest;
    if (base::Status status = take_scheme(text, &url, &rest); !status) return status.error();

    if (const std::size_t hash = rest.find('#'); hash != std::string_view::npos) {
        url.said.push_back("the fragment \"" + std::string(rest.substr(hash)) +
                           "\" was left out: a WebSocket URL has none (RFC 6455 section 3)");
        rest = rest.substr(0, hash);
    }
    const std::size_t end = rest.find_first_of("/?");
    if (base::Status status = take_authority(rest.substr(0, end), &url); !status) {
        // What follows may be the rest of a password: then nothing of it is repeated.
        if (end != std::string_view::npos && rest.find('@', end) != std::string_view::npos)
            return url_error("user or password has a character that must not stand there",
                             "an @ follows behind the first / or ?",
                             "write / as %2F, ? as %3F and @ as %40");
        return status.error();
    }
    if (end != std::string_view::npos) {
        url.target = std::string(rest.substr(end));
        if (url.target.front() != '/') url.target.insert(url.target.begin(), '/');
    }
    return url;
}

namespace {

std::string with_port(std::string host, const Url& url) {
    if (url.port != (url.secure ? 443 : 80)) host += ":" + std::to_string(url.port);
    return host;
}

} // namespace

std::string Url::host_header() const {
    return with_port(ipv6() ? "[" + host.substr(0, host.find('%')) + "]" : host, *this);
}

std::string Url::text() const {
    std::string written = host;
    if (const std::size_t zone = host.find('%'); zone != std::string::npos)
        written.replace(zone, 1, "%25"); // RFC 6874 section 2
    if (ipv6()) written = "[" + written + "]";
    return (secure ? "wss://" : "ws://") + with_port(written, *this) + target;
}

} // namespace net
