#include "net/handshake.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/text.h"

namespace net {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Without these the request would be no WebSocket handshake, or not the one that is checked.
bool belongs_to_handshake(std::string_view name) {
    for (const char* ours : {"Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version",
                             "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"})
        if (base::ascii_iequal(name, ours)) return true;
    return false;
}

bool has_header(const Headers& headers, std::string_view name) {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const auto& header) { return base::ascii_iequal(header.first, name); });
}

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    return all;
}

/// RFC 7617 section 2: there is always a colon.
std::string credentials(const Url& url) {
    return url.user_info.find(':') == std::string::npos ? url.user_info + ":" : url.user_info;
}

std::string quoted(std::string_view text) {
    return "\"" + base::escape_for_terminal(text.substr(0, 120)) + "\"";
}

base::Error wrong_header(const char* name, const std::string& expected, const std::string* came,
                         std::string fix) {
    return {std::string("the server's ") + name + " is " + (came ? "wrong" : "missing"),
            "expected " + expected + ", " + (came ? "received " + quoted(*came) : "received none"),
            std::move(fix)};
}

} // namespace

std::string random_key() {
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof bytes) != 1) std::abort(); // no randomness: nothing is safe
    return base::base64_from_bytes({reinterpret_cast<char*>(bytes), sizeof bytes});
}

std::string accept_for_key(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
    return base::base64_from_bytes({reinterpret_cast<char*>(digest), size});
}

base::Status check_request_options(const wire::LinkOptions& options) {
    const auto clean = [](std::string_view text) {
        return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
    };
    for (const auto& [name, value] : options.headers) {
        if (name.empty() || name.find_first_of(" \t:") != std::string::npos || !clean(name))
            return base::Error{"header name " + quoted(name) + " cannot be sent",
                               "a name has no blanks and no colon (RFC 9110 section 5.1)",
                               "write it as 'Name: value'"};
        if (!clean(value))
            return base::Error{
                "header " + name + " has a line break in its value", {}, "send it on one line"};
        if (belongs_to_handshake(name))
            return base::Error{"header " + name + " is made by the handshake itself",
                               {},
                               "leave it out; subprotocols and deflate have options of their own"};
    }
    if (!clean(options.origin)) return base::Error{"the origin has a line break", {}, {}};
    std::set<std::string> seen;
    for (const std::string& name : options.subprotocols) {
        if (name.empty() || !clean(name) || name.find_first_of(" \t,;\"") != std::string::npos)
            return base::Error{"subprotocol " + quoted(name) + " cannot be offered",
                               "it is one word (RFC 6455 section 4.1, item 10)",
                               "give each subprotocol on its own"};
        if (!seen.insert(name).second)
            return base::Error{
                "subprotocol " + quoted(name) + " is offered twice", {}, "offer it once"};
    }
    return {};
}

std::string compose_request(const Url& url, const wire::LinkOptions& options,
                            std::string_view key) {
    Headers headers = {{"Host", url.host_header()},
                       {"Upgrade", "websocket"},
                       {"Connection", "Upgrade"},
                       {"Sec-WebSocket-Key", std::string(key)},
                       {"Sec-WebSocket-Version", "13"}};
    if (!options.subprotocols.empty())
        headers.emplace_back("Sec-WebSocket-Protocol", joined(options.subprotocols));
    if (options.deflate)
        headers.emplace_back("Sec-WebSocket-Extensions",
                             "permessage-deflate; client_max_window_bits");
    headers.emplace_back("User-Agent", "WebSocketDebugger");
    if (!options.origin.empty()) headers.emplace_back("Origin", options.origin);
    if (!url.user_info.empty())
        headers.emplace_back("Authorization", "Basic " + base::base64_from_bytes(credentials(url)));

    std::string request = "GET " + url.target + " HTTP/1.1\r\n";
    const auto put = [&](const auto& header) {
        request += header.first + ": " + header.second + "\r\n";
    };
    for (const auto& header : headers)
        if (!has_header(options.headers, header.first)) put(header);
    for (const auto& header : options.headers) put(header);
    return request + "\r\n";
}

namespace {

//--- a status that is not 101

base::Error wrong_status(const HttpHead& head) {
    base::Error error;
    const std::string status =
        std::to_string(head.status) + (head.reason.empty() ? "" : " " + head.reason);
    error.what = "the server answered " + base::escape_for_terminal(status);
    error.why = "101 Switching Protocols was expected (RFC 6455 section 4.1)";
    const std::string* location = head.find("Location");
    const std::string* retry = head.find("Retry-After");
    const std::string wants = head.joined("WWW-Authenticate");
    if (location && head.status >= 300 && head.status < 400) {
        error.what += ", a redirect to " + base::escape_for_terminal(*location);
        error.why = "redirects are told, not followed";
        error.fix = "connect to that address, with ws:// or wss:// for http:// or https://";
    } else if (head.status == 401) {
        error.why = "it wants credentials";
        if (!wants.empty()) error.why += ": " + base::escape_for_terminal(wants);
        error.fix = "give an Authorization header, or user:password@ in the address";
    } else if (head.status == 403) {
        error.fix = "check the Origin, the cookies and the credentials it wants";
    } else if (head.status == 404) {
        error.fix = "check the path of the address: nothing is served there";
    } else if (head.status == 407) {
        error.why = "a proxy in between wants credentials";
        error.fix = "connect past the proxy, or give a Proxy-Authorization header";
    } else if (head.status == 426) {
        error.fix = "speak what it wants: Upgrade " + quoted(head.joined("Upgrade")) +
                    ", Sec-WebSocket-Version " + quoted(head.joined("Sec-WebSocket-Version"));
    } else if (head.status == 429 || head.status == 503) {
        error.why =
            head.status == 429 ? "it limits how often one may connect" : "it runs and is not ready";
        error.fix = retry ? "wait: it says Retry-After " + base::escape_for_terminal(*retry)
                          : "wait, or read the server's own log";
    } else if (head.status == 200) {
        error.fix = "that is a plain web server's answer: check port and path";
    } else if (head.status >= 500) {
        error.fix = "read the server's own log";
    }
    return error;
}

//--- permessage-deflate (RFC 7692 section 7.1)

base::Error extension_error(const std::string& extensions, std::string why) {
    return {"the server's extension answer cannot be accepted: Sec-WebSocket-Extensions " +
                quoted(extensions),
            std::move(why), "turn permessage-deflate off, or mend the server"};
}

/// "15" → 15; a window size is 8 to 15 without leading zeros.
bool window_bits(std::string_view value, int* bits) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
    if (value.size() == 1 && (value == "8" || value == "9")) {
        *bits = value[0] - '0';
        return true;
    }
    if (value.size() == 2 && value[0] == '1' && value[1] >= '0' && value[1] <= '5') {
        *bits = 10 + (value[1] - '0');
        return true;
    }
    return false;
}

/// One parameter of the answer into `params`; why not, or empty.
std::string take_deflate_parameter(const std::string& text, DeflateParams* params) {
    const std::size_t equals = text.find('=');
    const std::string name = std::string(base::trimmed(std::string_view(text).substr(0, equals)));
    const bool has_value = equals != std::string::npos;
    const std::string_view value =
        has_value ? base::trimmed(std::string_view(text).substr(equals + 1)) : std::string_view();
    if (name == "server_no_context_takeover" || name == "client_no_context_takeover") {
        if (has_value)
            return "expected " + name + " without a value, received " + quoted(value) +
                   " (RFC 7692 section 7.1.1)";
        (name[0] == 's' ? params->server_no_context_takeover : params->client_no_context_takeover) =
            true;
        return {};
    }
    if (name == "server_max_window_bits" || name == "client_max_window_bits") {
        int& bits =
            name[0] == 's' ? params->server_max_window_bits : params->client_max_window_bits;
        if (!window_bits(value, &bits))
            return "expected 8 to 15 for " + name + ", received " +
                   (has_value ? quoted(value) : "no value") + " (RFC 7692 section 7.1.2)";
        return {};
    }
    return "expected no parameter but those of RFC 7692 section 7.1, received " + quoted(name);
}

base::Result<DeflateParams> check_extensions(const std::string& extensions, bool offered) {
    DeflateParams params;
    for (const std::string& extension : split_outside_quotes(extensions, ',')) {
        const std::vector<std::string> parts = split_outside_quotes(extension, ';');
        if (parts.empty() || parts[0] != "permessage-deflate" || !offered)
            return extension_error(extensions, offered
                                                   ? "expected permessage-deflate or none: no "
                                                     "other was offered (RFC 6455 section 9.1)"
                                                   : "expected none: none was offered (RFC 6455 "
                                                     "section 9.1)");
        if (params.agreed)
            return extension_error(extensions,
                                   "expected permessage-deflate once, received it twice "
                                   "(RFC 7692 section 7.1)");
        params.agreed = true;
        std::set<std::string> seen;
        for (std::size_t i = 1; i < parts.size(); ++i) {
            const std::string name(base::trimmed(parts[i].substr(0, parts[i].find('='))));
            if (!seen.insert(name).second)
                return extension_error(extensions,
                                       "expected " + name +
                                           " once, received it twice (RFC 7692 section 7.1)");
            if (const std::string why = take_deflate_parameter(parts[i], &params); !why.empty())
                return extension_error(extensions, why);
        }
    }
    return params;
}

base::Status check_upgrade_headers(const HttpHead& head, std::string_view key) {
    // HTTP/1.0 has neither Upgrade nor 101 (RFC 9110 sections 7.8 and 15.2).
    if (head.version != "HTTP/1.1")
        return base::Error{"the server's HTTP version cannot switch protocols",
                           "expected HTTP/1.1, received " + quoted(head.version),
                           "mend the server, or the proxy in between"};
    if (!head.has_token("Upgrade", "websocket"))
        return wrong_header("Upgrade", "\"websocket\"", head.find("Upgrade"),
                            "check that the path is a WebSocket's; a proxy may have removed it");
    if (!head.has_token("Connection", "Upgrade"))
        return wrong_header("Connection", "\"Upgrade\"", head.find("Connection"),
                            "a proxy in between may have removed it");
    const std::string accept = accept_for_key(key);
    const std::string* came = head.find("Sec-WebSocket-Accept");
    if (!came || *came != accept)
        return wrong_header("Sec-WebSocket-Accept", quoted(accept), came,
                            "the answer belongs to another handshake: a cache or proxy may stand "
                            "in between");
    if (head.count("Sec-WebSocket-Accept") > 1)
        return base::Error{"the server's Sec-WebSocket-Accept came twice",
                           "expected it once (RFC 6455 section 11.3.3)",
                           {}};
    return {};
}

base::Result<std::string> check_subprotocol(const HttpHead& head,
                                            const std::vector<std::string>& offered) {
    if (head.count("Sec-WebSocket-Protocol") == 0) return std::string();
    const std::string chosen = head.joined("Sec-WebSocket-Protocol");
    if (std::find(offered.begin(), offered.end(), chosen) != offered.end()) return chosen;
    return base::Error{"the server chose a subprotocol that was not offered: "
                       "Sec-WebSocket-Protocol " +
                           quoted(chosen),
                       offered.empty() ? "expected none: none was offered (RFC 6455 section 4.1)"
                                       : "expected one of " + quoted(joined(offered)) +
                                             " or none (RFC 6455 section 4.1)",
                       "offer that subprotocol, or mend the server"};
}

} // namespace

base::Result<Agreement> check_answer(const HttpHead& head, const wire::LinkOptions& options,
                                     std::string_view key) {
    if (head.status != 101) return wrong_status(head);
    if (base::Status status = check_upgrade_headers(head, key); !status) return status.error();
    Agreement agreement;
    auto subprotocol = check_subprotocol(head, options.subprotocols);
    if (!subprotocol) return subprotocol.error();
    agreement.subprotocol = subprotocol.value();
    agreement.extensions = head.joined("Sec-WebSocket-Extensions");
    auto deflate = check_extensions(agreement.extensions, options.deflate);
    if (!deflate) return deflate.error();
    agreement.deflate = deflate.value();
    return agreement;
}

std::vector<Requirement> requirements(const HttpHead& head, const wire::LinkOptions& options,
                                      std::string_view key) {
    const auto came = [&](const char* name) {
        return head.count(name) == 0
                   ? std::string("none")
                   : base::escape_for_terminal(std::string_view(head.joined(name)).substr(0, 120));
    };
    const std::string accept = accept_for_key(key);
    const std::string* const accepted = head.find("Sec-WebSocket-Accept");
    return {
        {"status", "101", std::to_string(head.status), head.status == 101},
        {"Upgrade", "websocket", came("Upgrade"), head.has_token("Upgrade", "websocket")},
        {"Connection", "Upgrade", came("Connection"), head.has_token("Connection", "Upgrade")},
        {"Sec-WebSocket-Accept", accept, came("Sec-WebSocket-Accept"),
         accepted && *accepted == accept && head.count("Sec-WebSocket-Accept") == 1},
        {"Sec-WebSocket-Protocol",
         options.subprotocols.empty() ? "none, none was offered"
                                      : "one of " + joined(options.subprotocols) + ", or none",
         came("Sec-WebSocket-Protocol"), check_subprotocol(head, options.subprotocols).ok()},
        {"Sec-WebSocket-Extensions",
         options.deflate ? "permessage-deflate or none" : "none, none was offered",
         came("Sec-WebSocket-Extensions"),
         check_extensions(head.joined("Sec-WebSocket-Extensions"), options.deflate).ok()},
    };
}

} // namespace net
