#include "model/link_form.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "wire/close_code.h"
#include "wire/header_check.h"

namespace model {
namespace {

constexpr double kMostSeconds = 1e6;
constexpr std::uint64_t kMostMessage = 0xFFFFFFFF;
constexpr const char* kForever = "forever";

template <class Number>
bool read_number(std::string_view text, Number* value) {
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, *value);
    return result.ec == std::errc() && result.ptr == end;
}

std::string number_text(double value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

/// Seconds, with or without their unit behind them.
bool read_seconds(std::string_view text, double* seconds) {
    text = base::trimmed(text);
    if (!text.empty() && text.back() == 's') text = base::trimmed(text.substr(0, text.size() - 1));
    return read_number(text, seconds) && std::isfinite(*seconds) && *seconds >= 0 &&
           *seconds <= kMostSeconds;
}

bool read_attempts(std::string_view text, int* attempts) {
    text = base::trimmed(text);
    if (base::ascii_iequal(text, kForever)) {
        *attempts = wire::LinkOptions::kForever;
        return true;
    }
    return read_number(text, attempts) && *attempts >= 0 && *attempts <= 1'000'000;
}

std::string attempts_text(int attempts) {
    return attempts == wire::LinkOptions::kForever ? kForever : std::to_string(attempts);
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (true) {
        const std::size_t begin = text.find_first_not_of(", \t");
        if (begin == std::string_view::npos) return words;
        const std::size_t end = std::min(text.find_first_of(", \t", begin), text.size());
        words.emplace_back(text.substr(begin, end - begin));
        text.remove_prefix(end);
    }
}

bool blank(std::string_view text) { return base::trimmed(text).empty(); }

std::string fault_of_header(std::string_view name, std::string_view value) {
    name = base::trimmed(name);
    if (name.empty()) return blank(value) ? "" : "A header needs a name";
    if (!wire::is_token(name)) return "A header's name is one word, without colon or blanks";
    const std::string shown(name);
    switch (wire::owner_of_header(name)) {
    case wire::HeaderOwner::handshake: return shown + " is written by the handshake itself";
    case wire::HeaderOwner::subprotocols: return shown + " comes from the subprotocols beside";
    case wire::HeaderOwner::deflate: return shown + " comes from the compression switch beside";
    case wire::HeaderOwner::origin: return "Origin has a field of its own beside";
    case wire::HeaderOwner::user: break;
    }
    if (!base::utf8_valid(value)) return "The value of " + shown + " is not UTF-8";
    if (!wire::is_header_value(value))
        return "The value of " + shown + " has control characters in it";
    return "";
}

std::string fault_of_subprotocols(std::string_view text) {
    std::vector<std::string> seen;
    for (const std::string& word : words_of(text)) {
        if (!wire::is_token(word)) return "\"" + word + "\" is not a word that a header may hold";
        if (std::find(seen.begin(), seen.end(), word) != seen.end())
            return "\"" + word + "\" is offered twice";
        seen.push_back(word);
    }
    return "";
}

struct Faults {
    std::vector<FormFault> list;
    void add(LinkField field, std::string text, std::size_t row = 0) {
        if (!text.empty()) list.push_back({field, row, std::move(text)});
    }
};

void check_times(Faults& faults, const LinkForm& form) {
    double seconds = 0;
    if (!blank(form.ping_interval) && !read_seconds(form.ping_interval, &seconds))
        faults.add(LinkField::ping_interval, "Seconds from 0 to 1000000; 0 sends no pings");
    if (!read_seconds(form.connect_timeout, &seconds) || seconds <= 0)
        faults.add(LinkField::connect_timeout, "Seconds above 0, up to 1000000");
    int attempts = 0;
    constexpr const char* kAttempts = "A whole number from 0, or \"forever\"";
    if (!read_attempts(form.retry_first, &attempts)) faults.add(LinkField::retry_first, kAttempts);
    if (!read_attempts(form.retry_after_open, &attempts))
        faults.add(LinkField::retry_after_open, kAttempts);
}

void check_files(Faults& faults, const LinkForm& form) {
    if (!blank(form.cert_file) && blank(form.key_file))
        faults.add(LinkField::key_file, "The certificate needs its key beside it");
    if (blank(form.cert_file) && !blank(form.key_file))
        faults.add(LinkField::cert_file, "The key needs its certificate beside it");
    const std::pair<LinkField, const std::string*> files[] = {
        {LinkField::ca_file, &form.ca_file},
        {LinkField::cert_file, &form.cert_file},
        {LinkField::key_file, &form.key_file}};
    for (const auto& [field, path] : files) {
        if (!wire::is_header_value(*path))
            faults.add(field, "A path has no control characters in it");
    }
}

} // namespace

LinkForm form_of(const wire::LinkOptions& options) {
    LinkForm form;
    form.headers = options.headers;
    form.preamble = options.preamble;
    for (const std::string& word : options.subprotocols)
        form.subprotocols += (form.subprotocols.empty() ? "" : ", ") + word;
    form.origin = options.origin;
    form.ping_interval = number_text(options.ping_interval_s);
    form.connect_timeout = number_text(options.connect_timeout_s);
    form.retry_first = attempts_text(options.retry_first);
    form.retry_after_open = attempts_text(options.retry_after_open);
    form.max_message = text_from_bytes(options.max_message);
    form.ca_file = options.ca_file;
    form.cert_file = options.cert_file;
    form.key_file = options.key_file;
    form.deflate = options.deflate;
    form.auto_auth = options.auto_auth;
    form.answer_pings = options.answer_pings;
    form.insecure = options.insecure;
    return form;
}

std::vector<FormFault> faults_of(const LinkForm& form) {
    Faults faults;
    for (std::size_t row = 0; row < form.headers.size(); ++row) {
        const auto& [name, value] = form.headers[row];
        faults.add(LinkField::headers, fault_of_header(name, value), row);
    }
    for (std::size_t row = 0; row < form.preamble.size(); ++row)
        if (!base::utf8_valid(form.preamble[row]))
            faults.add(LinkField::preamble, "A text message is UTF-8", row);
    faults.add(LinkField::subprotocols, fault_of_subprotocols(form.subprotocols));
    if (!wire::is_header_value(form.origin))
        faults.add(LinkField::origin, "An origin has no control characters in it");
    check_times(faults, form);
    std::uint64_t bytes = 0;
    if (!bytes_from_text(form.max_message, &bytes) || bytes == 0 || bytes > kMostMessage)
        faults.add(LinkField::max_message, "A size from 1 B to 4 GiB, such as 32 MiB");
    check_files(faults, form);
    return std::move(faults.list);
}

wire::LinkOptions with_form(wire::LinkOptions options, const LinkForm& form) {
    options.headers.clear();
    for (const auto& [name, value] : form.headers) {
        if (!blank(name)) options.headers.emplace_back(base::trimmed(name), base::trimmed(value));
    }
    options.preamble.clear();
    for (const std::string& message : form.preamble)
        if (!blank(message)) options.preamble.push_back(message);
    options.subprotocols = words_of(form.subprotocols);
    options.origin = base::trimmed(form.origin);
    options.ping_interval_s = 0;
    if (!blank(form.ping_interval)) read_seconds(form.ping_interval, &options.ping_interval_s);
    read_seconds(form.connect_timeout, &options.connect_timeout_s);
    read_attempts(form.retry_first, &options.retry_first);
    read_attempts(form.retry_after_open, &options.retry_after_open);
    bytes_from_text(form.max_message, &options.max_message);
    options.ca_file = base::trimmed(form.ca_file);
    options.cert_file = base::trimmed(form.cert_file);
    options.key_file = base::trimmed(form.key_file);
    options.deflate = form.deflate;
    options.auto_auth = form.auto_auth;
    options.answer_pings = form.answer_pings;
    options.insecure = form.insecure;
    return options;
}

//--- sizes

namespace {

struct Unit {
    const char* name;
    std::uint64_t bytes;
};
constexpr Unit kUnits[] = {{"GiB", 1ull << 30},
                           {"MiB", 1ull << 20},
                           {"KiB", 1ull << 10},
                           {"GB", 1'000'000'000},
                           {"MB", 1'000'000},
                           {"kB", 1'000},
                           {"B", 1}};

} // namespace

bool bytes_from_text(std::string_view text, std::uint64_t* bytes) {
    text = base::trimmed(text);
    std::uint64_t unit = 1;
    for (const Unit& each : kUnits) {
        const std::string_view name = each.name;
        if (text.size() <= name.size()) continue;
        if (!base::ascii_iequal(text.substr(text.size() - name.size()), name)) continue;
        unit = each.bytes;
        text = base::trimmed(text.substr(0, text.size() - name.size()));
        break;
    }
    double number = 0;
    if (!read_number(text, &number) || !(number >= 0)) return false;
    const double product = number * static_cast<double>(unit);
    if (!(product < 9e18)) return false;
    *bytes = static_cast<std::uint64_t>(std::llround(product));
    return true;
}

std::string text_from_bytes(std::uint64_t bytes) {
    for (const Unit& each : kUnits) {
        if (bytes >= each.bytes && bytes % each.bytes == 0)
            return std::to_string(bytes / each.bytes) + " " + each.name;
    }
    return "0 B";
}

//--- closing

CloseFaults faults_of_close(std::string_view code, std::string_view reason) {
    CloseFaults faults;
    code = base::trimmed(code);
    int number = 0;
    if (!code.empty() && !read_number(code, &number)) {
        faults.code = "A code is a whole number";
    } else if (!code.empty() && !wire::close_code_sendable(number)) {
        faults.code = "May not be sent; 1000-1003, 1007-1014 and 3000-4999 may";
    }
    if (!base::utf8_valid(reason)) {
        faults.reason = "The reason is not UTF-8";
    } else if (reason.size() > kMostReason) {
        faults.reason = std::to_string(reason.size()) + " bytes; a Close frame has room for 123";
    } else if (code.empty() && !reason.empty()) {
        faults.reason = "A reason needs a code before it";
    }
    return faults;
}

} // namespace model
