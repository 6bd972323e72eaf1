#include "net/http_head.h"

#include <algorithm>

#include "base/text.h"

namespace net {

const std::string* HttpHead::find(std::string_view name) const {
    for (const auto& header : headers)
        if (base::ascii_iequal(header.first, name)) return &header.second;
    return nullptr;
}

std::string HttpHead::joined(std::string_view name) const {
    std::string all;
    for (const auto& header : headers) {
        if (!base::ascii_iequal(header.first, name)) continue;
        if (!all.empty()) all += ", ";
        all += header.second;
    }
    return all;
}

int HttpHead::count(std::string_view name) const {
    return static_cast<int>(std::count_if(headers.begin(), headers.end(), [&](const auto& header) {
        return base::ascii_iequal(header.first, name);
    }));
}

bool HttpHead::has_token(std::string_view name, std::string_view token) const {
    for (const std::string& part : split_outside_quotes(joined(name), ','))
        if (base::ascii_iequal(part, token)) return true;
    return false;
}

std::vector<std::string> split_outside_quotes(std::string_view text, char at) {
    std::vector<std::string> parts;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] == '"') quoted = !quoted;
        if (i < text.size() && quoted && text[i] == '\\') ++i;
        if (i >= text.size() || (text[i] == at && !quoted)) {
            const std::size_t end = std::min(i, text.size());
            const std::string_view part = base::trimmed(text.substr(begin, end - begin));
            if (!part.empty()) parts.emplace_back(part);
            begin = i + 1;
        }
    }
    return parts;
}

bool may_be_http(std::string_view bytes) {
    constexpr std::string_view kBeginning = "HTTP/1.";
    return bytes.substr(0, kBeginning.size()) == kBeginning.substr(0, bytes.size());
}

std::string guess_of_not_http(std::string_view bytes) {
    if (bytes.size() >= 2 && (bytes[0] == 0x15 || bytes[0] == 0x16) && bytes[1] == 0x03)
        return "it looks like TLS: try wss:// instead of ws://";
    if (bytes.substr(0, 4) == "SSH-") return "an SSH server listens there: check the port";
    if (bytes.substr(0, 5) == "HTTP/")
        return "it speaks another version of HTTP than 1.1: look for its HTTP/1.1 port";
    if (bytes.substr(0, 3) == "220") return "a mail or FTP server listens there: check the port";
    return "check the port: something else than a web server listens there";
}

std::size_t head_end(std::string_view bytes) {
    for (std::size_t at = bytes.find('\n'); at != std::string_view::npos;
         at = bytes.find('\n', at + 1)) {
        if (bytes.substr(at + 1, 1) == "\n") return at + 2;
        if (bytes.substr(at + 1, 2) == "\r\n") return at + 3;
    }
    return std::string_view::npos;
}

std::string head_excerpt(std::string_view head, std::size_t most) {
    std::string shown;
    while (!head.empty() && shown.size() < most) {
        const std::size_t end = head.find('\n');
        std::string_view line = head.substr(0, end == std::string_view::npos ? end : end + 1);
        head.remove_prefix(line.size());
        const std::size_t colon = line.find(':');
        const std::string_view name = base::trimmed(line.substr(0, colon));
        bool secret = false;
        for (const char* hidden : {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"})
            secret =
                secret || (colon != std::string_view::npos && base::ascii_iequal(name, hidden));
        shown += secret ? std::string(line.substr(0, colon)) + ": ***\r\n" : std::string(line);
    }
    return base::escape_for_terminal(std::string_view(shown).substr(0, most));
}

namespace {

base::Error bad_line(int number, std::string_view line, std::string why) {
    return {"not an HTTP answer: line " + std::to_string(number) + " of its head is \"" +
                head_excerpt(line) + "\"",
            std::move(why),
            {}};
}

bool read_status_line(std::string_view line, HttpHead* head) {
    if (!may_be_http(line) || line.size() < 12 || line[8] != ' ') return false;
    if (line[7] < '0' || line[7] > '9' || line[9] == '0') return false;
    head->version = std::string(line.substr(0, 8));
    for (std::size_t i = 9; i < 12; ++i) {
        if (line[i] < '0' || line[i] > '9') return false;
        head->status = head->status * 10 + (line[i] - '0');
    }
    if (line.size() > 12 && line[12] != ' ') return false;
    head->reason = std::string(base::trimmed(line.substr(std::min<std::size_t>(13, line.size()))));
    return true;
}

bool token_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

} // namespace

base::Result<HttpHead> http_head_from_text(std::string_view text) {
    HttpHead head;
    int number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find("\r\n");
        const std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
        ++number;
        // Whoever takes these for line ends reads other headers than we do (RFC 9110 section 5.5).
        // Of a header only its name is told: the value may be a cookie.
        if (const std::size_t at = line.find_first_of(std::string_view("\r\n\0", 3));
            at != std::string_view::npos)
            return bad_line(number, line.substr(0, std::min(at, number == 1 ? at : line.find(':'))),
                            line[at] == '\n'
                                ? "it ends with LF alone, CR LF was expected (RFC 9112 "
                                  "section 2.2)"
                                : "it has a CR or NUL inside, which no header may have");
        if (number == 1) {
            if (!read_status_line(line, &head))
                return bad_line(1, line,
                                "a status line like \"HTTP/1.1 101 Switching Protocols\" "
                                "was expected");
            continue;
        }
        if (line.empty()) break;
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0 ||
            !std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                         token_char))
            return bad_line(number, line, "a header like \"Name: value\" was expected");
        head.headers.emplace_back(std::string(line.substr(0, colon)),
                                  std::string(base::trimmed(line.substr(colon + 1))));
    }
    return head;
}

} // namespace net
