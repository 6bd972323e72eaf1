// What goes wrong before a connection is open, in words: for a session and for the check, which
// must not tell the same thing in two ways. Pure; any thread.
#pragma once

#include <asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/result.h"
#include "net/url.h"

namespace net {

/// "127.0.0.1:8765", "[::1]:8765".
std::string address_text(const asio::ip::tcp::endpoint& endpoint);

/// "10 s", "0.5 s".
std::string seconds_text(double seconds);

/// As they are told: to a tenth.
double seconds_since(std::chrono::steady_clock::time_point begin);

/// What came of one address: "refused", "no route to host"; "did not answer" when it timed out, by
/// our time limit or by the kernel's.
std::string connect_outcome(const std::error_code& error, bool timed_out);

/// No address took the connection within `seconds`; `lines` are "address outcome", one an address.
base::Error connect_error(const Url& url, double seconds, const std::vector<std::string>& lines);

//--- the time was up
base::Error lookup_timeout(const std::string& host, double seconds);
base::Error connect_timeout(double seconds, const std::vector<std::string>& lines);
base::Error tls_timeout(double seconds);
/// `answer`: what had come of it.
base::Error answer_timeout(double seconds, std::string_view answer);

//--- an answer that is none
base::Error not_http_error(std::string_view answer);
base::Error endless_head_error(std::size_t size);
/// TCP ended before the head of the answer was whole.
base::Error cut_answer_error(const std::error_code& error, std::string_view answer, bool secure);

/// The beginning of a refusal's body, as it is put behind the reason; empty for an empty one.
std::string body_words(std::string_view body);

} // namespace net
