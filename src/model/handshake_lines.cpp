#include "model/handshake_lines.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace model {
namespace {

struct Known {
    const char* name;
    const char* meaning;
};
constexpr Known kHeaders[] = {
    {"Host", "which of the server's names is meant; with its port when that is not the usual one"},
    {"Upgrade", "asks for, or agrees to, the WebSocket protocol: the value has to be websocket"},
    {"Connection", "has to hold Upgrade: this line concerns the next hop only, and a proxy that "
                   "drops it breaks the handshake"},
    {"Sec-WebSocket-Key", "16 random bytes in base64; the answer has to be made from them"},
    {"Sec-WebSocket-Version", "13 is the only version in use"},
    {"Sec-WebSocket-Accept",
     "the key with a fixed suffix, hashed: proves that the server speaks WebSocket (section 4.2.2)"},
    {"Sec-WebSocket-Protocol", "subprotocols offered, or the one that was chosen of them"},
    {"Sec-WebSocket-Extensions", "extensions offered, or those that were chosen, with parameters"},
    {"Origin", "the page that asks; servers refuse strange ones with 403"},
    {"User-Agent", "who asks"},
    {"Authorization", "credentials"},
    {"Proxy-Authorization", "credentials for a proxy"},
    {"Cookie", "what the server gave a browser to remember"},
    {"Set-Cookie", "what a client is to remember"},
    {"WWW-Authenticate", "which credentials the server wants"},
    {"Location", "where it is to be asked instead: redirects are told here, not followed"},
    {"Retry-After", "when to ask again: seconds, or a date"},
    {"Content-Length", "bytes of the body that follows the head"},
    {"Content-Type", "what the body is"},
    {"Transfer-Encoding", "how the body is cut into pieces"},
    {"Server", "who answers"},
    {"Via", "a proxy stands between"},
    {"Date", "the server's clock"},
};

const char* meaning_of(std::string_view name) {
    for (const Known& known : kHeaders)
        if (base::ascii_iequal(known.name, name)) return known.meaning;
    return "";
}

/// "HTTP/1.1 101 Switching Protocols" has 101 as its second word.
bool is_101(std::string_view status_line) {
    const std::size_t space = status_line.find(' ');
    return space != std::string_view::npos && status_line.substr(space + 1, 3) == "101";
}

/// True when `error` names the header by its full name. "Upgrade" and "Connection" are words of
/// other sentences too: they have to stand with a capital letter and by themselves.
bool names(std::string_view error, std::string_view name) {
    if (name.empty()) return false;
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    };
    for (std::size_t at = error.find(name); at != std::string_view::npos;
         at = error.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        const bool begins = at == 0 || !letter(error[at - 1]);
        const bool ends = end == error.size() || !letter(error[end]);
        if (begins && ends) return true;
    }
    return false;
}

} // namespace

bool carries_secret(std::string_view header_name) {
    constexpr std::string_view kSecret[] = {"authorization", "proxy-authorization", "cookie",
                                            "set-cookie", "sec-websocket-key"};
    return std::any_of(std::begin(kSecret), std::end(kSecret), [&](std::string_view name) {
        return base::ascii_iequal(header_name, name);
    });
}

std::string hidden_secret(const HeadLine& line) { return std::string(line.name) + ": ***"; }

std::vector<HeadLine> head_lines(std::string_view head, bool request, std::string_view error) {
    std::vector<HeadLine> lines;
    while (!head.empty()) {
        const std::size_t end = std::min(head.find('\n'), head.size());
        HeadLine line;
        line.text = head.substr(0, end);
        head.remove_prefix(std::min(end + 1, head.size()));
        if (!line.text.empty() && line.text.back() == '\r') line.text.remove_suffix(1);
        if (line.text.empty() && head.empty()) break; // the empty line that ends a head
        const std::size_t colon = line.text.find(':');
        if (lines.empty()) {
            line.wrong = !request && !is_101(line.text);
            line.meaning = request             ? "what is asked for"
                           : is_101(line.text) ? "the server agrees: from here on it is WebSocket"
                                               : "status 101 was expected (RFC 6455, 4.1)";
        } else if (colon != std::string_view::npos) {
            line.name = line.text.substr(0, colon);
            line.value = base::trimmed(line.text.substr(colon + 1));
            line.meaning = meaning_of(line.name);
            line.secret = carries_secret(line.name);
            line.wrong = !request && names(error, line.name);
        }
        lines.push_back(line);
    }
    return lines;
}

} // namespace model
