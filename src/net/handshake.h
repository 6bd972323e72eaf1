// The opening handshake of a client (RFC 6455 section 4): the request is composed, the answer is
// checked, by us. websocketpp is not asked: it opens after a failed negotiation, takes subprotocols
// and extensions nobody offered, loses the query and the brackets of IPv6, and calls every fault
// "a required header is missing". Pure but for the random key; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/deflate.h"
#include "net/http_head.h"
#include "net/url.h"
#include "wire/link_state.h"

namespace net {

/// Sixteen random bytes in base64 (RFC 6455 section 4.1, item 7).
std::string random_key();

/// The Sec-WebSocket-Accept that answers this key (RFC 6455 section 4.2.2, item 5.4).
std::string accept_for_key(std::string_view key);

/// The request's head as it goes on the wire, empty line included. Headers of the user stand last
/// and replace ours of the same name, but for those the handshake is made of.
std::string compose_request(const Url& url, const wire::LinkOptions& options, std::string_view key);

/// Why these options cannot make a request (a header with a line break, an empty name, …).
base::Status check_request_options(const wire::LinkOptions& options);

/// What the handshake agreed.
struct Agreement {
    std::string subprotocol;
    std::string extensions; ///< as the server answered them
    DeflateParams deflate;
};

/// Holds the answer against RFC 6455 section 4.1 and RFC 7692 section 7.1. The error says which
/// header, what was expected and what came; for a status that is not 101 the status, where to, or
/// what it wants.
base::Result<Agreement> check_answer(const HttpHead& head, const wire::LinkOptions& options,
                                     std::string_view key);

/// One thing that RFC 6455 section 4.1 asks of the answer.
struct Requirement {
    std::string name;     ///< "status", or the header's full name
    std::string expected; ///< in words
    std::string received; ///< as it came, escaped; "none"
    bool met = false;
};

/// All of them, in the order of the RFC: what check_answer() would stop at is told with the rest.
std::vector<Requirement> requirements(const HttpHead& head, const wire::LinkOptions& options,
                                      std::string_view key);

} // namespace net
