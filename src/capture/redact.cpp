// Index: the keyed hash; names that say secret; marks; plain text; heads and headers; JSON; events.
#include "capture/redact.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>
#include <vector>

#include "base/text.h"
#include "wire/json_text.h"

namespace capture {

//--- the keyed hash -------------------------------------------------------------------------------

namespace {

struct Sip {
    std::uint64_t a, b, c, d;

    void round() {
        a += b;
        c += d;
        b = std::rotl(b, 13) ^ a;
        d = std::rotl(d, 16) ^ c;
        a = std::rotl(a, 32);
        c += b;
        a += d;
        b = std::rotl(b, 17) ^ c;
        d = std::rotl(d, 21) ^ a;
        c = std::rotl(c, 32);
    }
    void take(std::uint64_t word) {
        d ^= word;
        round();
        round();
        a ^= word;
    }
};

std::uint64_t word_of(const char* bytes, std::size_t size) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < size; ++i)
        word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return word;
}

} // namespace

std::uint64_t siphash(const Redactor::Key& key, std::string_view bytes) {
    Sip sip{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
            key[1] ^ 0x7465646279746573};
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) sip.take(word_of(bytes.data() + at, 8));
    sip.take(word_of(bytes.data() + at, bytes.size() - at) | std::uint64_t{bytes.size()} << 56);
    sip.c ^= 0xFF;
    for (int i = 0; i < 4; ++i) sip.round();
    return sip.a ^ sip.b ^ sip.c ^ sip.d;
}

//--- names that say secret ------------------------------------------------------------------------

namespace {

bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return lower(c) || upper(c); }

/// "accessToken", "X-Access-Token", "access_token": access token.
std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool hump = upper(c) && i > 0 && (lower(name[i - 1]) || digit(name[i - 1]));
        if ((hump || !(letter(c) || digit(c))) && !words.back().empty()) words.emplace_back();
        if (letter(c) || digit(c)) words.back() += static_cast<char>(upper(c) ? c + 32 : c);
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

/// Said anywhere in the name, also written together: "accesstoken".
constexpr std::string_view kSecretParts[] = {"token",      "secret",     "password",
                                             "passwd",     "apikey",     "signature",
                                             "passphrase", "credential", "authorization"};
/// Too short to be looked for within words.
constexpr std::string_view kSecretWords[] = {"auth", "oauth", "authentication", "pwd",
                                             "sig",  "jwt",   "bearer"};

} // namespace

bool says_secret(std::string_view name, bool* number) {
    constexpr std::size_t kLongest = 256; // beyond it is no name
    if (number) *number = false;
    if (name.size() > kLongest) return false;
    const std::vector<std::string> words = words_of(name);
    std::string together;
    for (const std::string& word : words) together += word;
    bool says = false;
    const auto meet = [&](bool found, bool at_end) {
        says = says || found;
        if (number && found && at_end) *number = true;
    };
    for (const std::string_view part : kSecretParts)
        meet(together.find(part) != std::string::npos, together.ends_with(part));
    for (const std::string_view word : kSecretWords)
        meet(std::find(words.begin(), words.end(), word) != words.end(),
             !words.empty() && words.back() == word);
    return says;
}

//--- marks ----------------------------------------------------------------------------------------

namespace {

constexpr std::string_view kMark = "redacted-";
constexpr std::size_t kMarkDigits = 12;

bool hex_digit(char c) { return digit(c) || (c >= 'a' && c <= 'f'); }

/// It was replaced before: in a capture that is converted a second time.
bool is_mark(std::string_view text) {
    return text.size() == kMark.size() + kMarkDigits && text.substr(0, kMark.size()) == kMark &&
           std::all_of(text.begin() + kMark.size(), text.end(), hex_digit);
}

int hex_value(char c) {
    if (digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// What a part of a URL means: equal values get equal marks however they were written.
std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = i + 2 < text.size() && text[i] == '%' ? hex_value(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
        if (low < 0) {
            out += text[i];
        } else {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

} // namespace

Redactor::Redactor() {
    std::random_device random; // the kernel's
    for (std::uint64_t& half : key_) half = std::uint64_t{random()} << 32 | random();
}

std::string Redactor::mark(std::string_view value) {
    if (value.empty() || is_mark(value)) return std::string(value);
    ++found_;
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::uint64_t hash = siphash(key_, value);
    std::string text(kMark);
    for (std::size_t i = 0; i < kMarkDigits; ++i, hash >>= 4) text += kDigits[hash & 0xF];
    return text;
}

//--- plain text: URLs, parameters, tokens ---------------------------------------------------------

namespace {

bool base64url(char c) { return letter(c) || digit(c) || c == '-' || c == '_'; }
bool name_char(char c) { return base64url(c) || c == '.'; }
bool token68(char c) { return name_char(c) || c == '~' || c == '+' || c == '/' || c == '='; }

bool ends_value(char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '&' || c == '#' || c == '"' || c == '\'' ||
           c == '<' || c == '>' || c == ';' || c == ',' || c == ')' || c == '}' || c == ']';
}

bool is_in(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

template <class Is>
std::size_t run(std::string_view text, std::size_t at, Is is) {
    while (at < text.size() && is(text[at])) ++at;
    return at;
}

/// Where a JWT (RFC 7519: parts of base64url with points between, the first a JSON object) that
/// begins at `at` ends; `at` when there is none.
std::size_t jwt_end(std::string_view text, std::size_t at) {
    if (text.substr(at, 3) != "eyJ") return at;
    std::size_t end = run(text, at, base64url);
    int parts = 1;
    while (parts < 5 && end < text.size() && text[end] == '.') {
        const std::size_t next = run(text, end + 1, base64url);
        if (next == end + 1 && parts < 2) break;
        end = next;
        ++parts;
    }
    return parts >= 3 ? end : at;
}

/// Where the credentials behind "Bearer" or "Basic" at `at` begin; `at` when there are none.
std::size_t credentials_begin(std::string_view text, std::size_t at) {
    for (const std::string_view scheme : {"bearer", "basic"}) {
        if (!base::ascii_iequal(text.substr(at, scheme.size()), scheme)) continue;
        const std::size_t begin = run(text, at + scheme.size(), [](char c) { return c == ' '; });
        constexpr std::size_t kLeast = 6; // "bearer of bad news" is no token
        if (begin > at + scheme.size() && run(text, begin, token68) >= begin + kLeast) return begin;
    }
    return at;
}

/// A parameter with a secret: the word from `at` to `end`, an equals sign, its value.
bool names_value(std::string_view text, std::size_t at, std::size_t end) {
    constexpr std::size_t kLongestName = 256;
    return end < text.size() && text[end] == '=' && end - at <= kLongestName &&
           says_secret(percent_decoded(text.substr(at, end - at)));
}

} // namespace

/// `text` is no JSON and one line of no head.
std::string Redactor::plain(std::string_view text) {
    std::string out;
    std::size_t kept = 0;     // what stands before it is in `out`
    std::size_t word_end = 0; // of the word that was looked at last
    const auto replace = [&](std::size_t from, std::size_t to, const std::string& by) {
        out.append(text, kept, from - kept);
        out += by;
        kept = to;
    };
    for (std::size_t at = 0; at < text.size();) {
        if (text.compare(at, 3, "://") ==
            0) { // user and password end at the last @ before the path
            const std::size_t begin = at + 3;
            const std::size_t end =
                std::min(text.find_first_of("/?# \t\r\n\"", begin), text.size());
            const std::size_t sign = text.substr(begin, end - begin).rfind('@');
            if (sign != std::string_view::npos && sign > 0) {
                const std::string_view who = text.substr(begin, sign);
                const std::size_t colon = std::min(who.find(':'), who.size());
                std::string marks = mark(percent_decoded(who.substr(0, colon)));
                if (colon < who.size()) marks += ':' + mark(percent_decoded(who.substr(colon + 1)));
                replace(begin, begin + sign, marks);
                at = begin + sign;
            } else {
                at = begin;
            }
            continue;
        }
        if (!name_char(text[at]) && text[at] != '%') {
            ++at;
            continue;
        }
        if (at >= word_end)
            word_end = run(text, at, [](char c) { return name_char(c) || is_in(c, "%[]"); });
        const std::size_t token_end = jwt_end(text, at);
        const std::size_t credentials = credentials_begin(text, at);
        if (token_end > at) {
            replace(at, token_end, mark(text.substr(at, token_end - at)));
            at = token_end;
        } else if (credentials > at) {
            const std::size_t end = run(text, credentials, token68);
            replace(credentials, end, mark(text.substr(credentials, end - credentials)));
            at = end;
        } else if (names_value(text, at, word_end)) {
            const std::size_t begin = word_end + 1;
            const std::size_t end = run(text, begin, [](char c) { return !ends_value(c); });
            replace(begin, end, mark(percent_decoded(text.substr(begin, end - begin))));
            at = end;
        } else {
            // A JWT may begin inside a word: "bearer.eyJ…". Not twice in one of its parts.
            const bool part_failed = text.compare(at, 3, "eyJ") == 0;
            const std::size_t from = part_failed ? run(text, at, base64url) : at + 1;
            const std::size_t inside = from < word_end
                                           ? text.substr(from, word_end - from).find("eyJ")
                                           : std::string_view::npos;
            at = inside == std::string_view::npos ? std::max(word_end, from) : from + inside;
        }
    }
    out.append(text, kept);
    return out;
}

//--- heads and headers ----------------------------------------------------------------------------

std::string Redactor::cookies(std::string_view list, bool first_only) {
    std::string out;
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find(';', at), list.size());
        const std::string_view pair = list.substr(at, end - at);
        const std::size_t equals = pair.find('=');
        const bool attribute = first_only && at > 0;
        if (attribute)
            out += pair;
        else if (equals == std::string_view::npos)
            out += mark(base::trimmed(pair));
        else
            out.append(pair, 0, equals + 1) += mark(base::trimmed(pair.substr(equals + 1)));
        if (end < list.size()) out += ';';
        at = end + 1;
    }
    return out;
}

std::string Redactor::subprotocols(std::string_view list) {
    std::string out;
    bool named = false; // the item before says what this one is: "bearer, TOKEN"
    for (std::size_t at = 0; at <= list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        const std::string_view item = list.substr(at, end - at);
        const std::size_t begin = run(item, 0, [](char c) { return c == ' ' || c == '\t'; });
        const std::string_view word = base::trimmed(item);
        out.append(item, 0, begin);
        // "bearer.TOKEN", "authorization.bearer.TOKEN": what stands behind the last such word.
        std::size_t name_end = 0;
        for (std::size_t i = 0; i < word.size();) {
            const std::size_t part = run(word, i, [](char c) { return letter(c) || digit(c); });
            if (part > i && says_secret(word.substr(i, part - i)) && part - i <= 20)
                name_end = part;
            i = part + 1;
        }
        if (named) {
            out += mark(word);
        } else if (name_end > 0 && name_end < word.size()) {
            out.append(word, 0, name_end + 1) += mark(word.substr(name_end + 1));
        } else {
            out += plain(word);
        }
        named = !named && name_end > 0 && name_end == word.size();
        if (end < list.size()) out += ',';
        at = end + 1;
    }
    return out;
}

/// `*done`: the value was one to be replaced as a whole.
std::string Redactor::header_value(std::string_view name, std::string_view value, bool* done) {
    *done = true;
    if (base::ascii_iequal(name, "cookie")) return cookies(value, false);
    if (base::ascii_iequal(name, "set-cookie")) return cookies(value, true);
    if (base::ascii_iequal(name, "sec-websocket-protocol")) return subprotocols(value);
    *done = says_secret(name);
    if (!*done) return {};
    // "Bearer TOKEN": the scheme is no secret, and the token has its mark of elsewhere.
    const std::size_t word = run(value, 0, letter);
    if (word > 0 && word < value.size() && value[word] == ' ') {
        const std::size_t begin = run(value, word, [](char c) { return c == ' '; });
        return std::string(value.substr(0, begin)) + mark(value.substr(begin));
    }
    return mark(value);
}

/// A line that may be a header; `*done`: it was one with a secret.
std::string Redactor::head_line(std::string_view line, bool* done) {
    *done = false;
    const std::size_t colon = run(line, 0, name_char);
    if (colon == 0 || colon >= line.size() || line[colon] != ':') return {};
    const std::size_t begin = run(line, colon + 1, [](char c) { return c == ' ' || c == '\t'; });
    if (line.compare(colon, 3, "://") == 0) return {};
    return std::string(line.substr(0, begin)) +
           header_value(line.substr(0, colon), line.substr(begin), done);
}

//--- JSON -----------------------------------------------------------------------------------------

namespace {

/// What is open while a JSON text is gone through.
struct Open {
    bool list = false;
    bool secret = false; ///< all in it is, because of its name
    bool numbers = false;
};

/// A string or a key as it stands, without its quotes; the last one may be missing.
std::string_view unquoted(std::string_view raw) {
    raw.remove_prefix(1);
    if (!raw.empty() && raw.back() == '"') raw.remove_suffix(1);
    return raw;
}

bool looks_like_json(std::string_view text) {
    const std::string_view inner = base::trimmed(text);
    return !inner.empty() && (inner.front() == '{' || inner.front() == '[' || inner.front() == '"');
}

} // namespace

/// JSON, however damaged. False: there was more in it than JSON.
bool Redactor::json(std::string_view text, std::string* out, int depth) {
    constexpr std::size_t kDeepest = 10'000;
    bool pure = true;
    wire::JsonTokens tokens(text);
    wire::JsonToken token;
    std::vector<Open> open(1);
    Open value; // what the name before this value says
    std::size_t kept = 0;
    const auto replace = [&](const std::string& by) {
        out->append(text, kept, token.offset - kept);
        base::append_json_string(*out, by);
        kept = token.offset + token.size;
    };
    while (tokens.next(&token)) {
        const std::string_view raw = text.substr(token.offset, token.size);
        switch (token.part) {
        case wire::JsonPart::other: pure = false; continue; // NaN, or words between
        case wire::JsonPart::key: {
            const std::string name = wire::unescaped_json(unquoted(raw));
            value.secret = says_secret(name, &value.numbers);
            value.secret = value.secret || open.back().secret;
            value.numbers = value.numbers || open.back().numbers;
            const std::string shown = any_text(name, depth + 1);
            if (shown != name) replace(base::utf8_valid(shown) ? shown : mark(name));
            continue; // a colon and the value follow
        }
        case wire::JsonPart::colon: continue;
        case wire::JsonPart::open:
            value.list = raw == "[";
            if (open.size() < kDeepest) open.push_back(value);
            break;
        case wire::JsonPart::close:
            if (open.size() > 1) open.pop_back();
            break;
        case wire::JsonPart::string: {
            const std::string meant = wire::unescaped_json(unquoted(raw));
            const std::string shown = value.secret ? mark(meant) : any_text(meant, depth + 1);
            if (shown != meant) replace(base::utf8_valid(shown) ? shown : mark(meant));
            break;
        }
        case wire::JsonPart::number:
            if (value.secret && value.numbers) replace(mark(raw));
            break;
        case wire::JsonPart::literal:
        case wire::JsonPart::comma: break;
        }
        value = open.back(); // in a list the next item is as secret as the list
    }
    out->append(text, kept);
    return pure;
}

std::string Redactor::any_text(std::string_view text, int depth) {
    constexpr int kMostInEachOther = 8; // JSON in a string of JSON in a string …
    std::string without;
    if (depth < kMostInEachOther && looks_like_json(text)) {
        if (json(text, &without, depth)) return without;
        text = without;
    }
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
        const std::string_view line = text.substr(at, end - at);
        bool header = false;
        std::string shown = head_line(line, &header);
        out += header ? shown : plain(line);
        at = run(text, end, [](char c) { return c == '\r' || c == '\n'; });
        out.append(text, end, at - end);
    }
    return out;
}

std::string Redactor::text(std::string_view text) { return any_text(text, 0); }

//--- events ---------------------------------------------------------------------------------------

void Redactor::details(const wire::Details& from) {
    details_ = from;
    for (std::string* part : {&details_.url, &details_.reason, &details_.note})
        if (!part->empty()) *part = text(*part);
    if (!details_.subprotocol.empty()) details_.subprotocol = subprotocols(details_.subprotocol);
    if (!details_.error) return;
    for (std::string* part : {&details_.error->what, &details_.error->why, &details_.error->fix})
        *part = text(*part);
}

wire::EventView Redactor::redact(const wire::EventView& event) {
    wire::EventView shown = event;
    if (event.has_payload && !event.payload.empty()) {
        payload_ = text(event.payload);
        shown.payload = payload_;
    }
    if (event.details) {
        details(*event.details);
        shown.details = &details_;
    }
    return shown;
}

} // namespace capture
