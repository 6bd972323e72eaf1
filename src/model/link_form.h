// The options of a connection as texts that a person edits, and back, with a clear line for every
// field that is wrong. Plain values and pure functions; any thread. Looks at no file: whether one
// can be read is told when it is used.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "wire/link_state.h"

namespace model {

enum class LinkField : std::uint8_t {
    headers,  ///< `row` says which
    preamble, ///< `row` says which
    subprotocols,
    origin,
    ping_interval,
    connect_timeout,
    retry_first,
    retry_after_open,
    max_message,
    ca_file,
    cert_file,
    key_file,
};

struct LinkForm {
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<std::string> preamble; ///< blank ones are left out
    std::string subprotocols;          ///< words between commas or blanks
    std::string origin;
    std::string ping_interval;                 ///< seconds; empty or 0: none
    std::string connect_timeout;               ///< seconds
    std::string retry_first, retry_after_open; ///< a number, or "forever"
    std::string max_message;                   ///< "32 MiB"
    std::string ca_file, cert_file, key_file;
    bool deflate = true;
    bool auto_auth = true;
    bool answer_pings = true;
    bool insecure = false;
};

struct FormFault {
    LinkField field = LinkField::headers;
    std::size_t row = 0;
    std::string text; ///< a sentence without its full stop
};

LinkForm form_of(const wire::LinkOptions& options);

/// What is wrong with it; empty: it can be used.
std::vector<FormFault> faults_of(const LinkForm& form);

/// `options` with what the form says. Precondition: no faults. What a form has no field for stays.
wire::LinkOptions with_form(wire::LinkOptions options, const LinkForm& form);

/// "32 MiB", "32MiB", "1000000", "64 kB": bytes. False when it is not that.
bool bytes_from_text(std::string_view text, std::uint64_t* bytes);
/// The same the other way: in the largest unit that it is whole in.
std::string text_from_bytes(std::uint64_t bytes);

/// What is wrong with a reason and a code for closing; empty: they can be sent (RFC 6455 sections
/// 5.5 and 7.4). `code`: as typed.
struct CloseFaults {
    std::string code, reason;
    bool none() const { return code.empty() && reason.empty(); }
};
constexpr std::size_t kMostReason = 123; ///< bytes: 125 of a control frame less the code
CloseFaults faults_of_close(std::string_view code, std::string_view reason);

} // namespace model
