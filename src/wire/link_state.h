// What a connection is doing, as the screen and the terminal show it. The network thread fills a
// fresh copy whenever something changes and sends it inside an Event; nobody shares one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace wire {

/// Each has one word on screen, in the order a connection goes through them.
enum class Phase : std::uint8_t {
    idle,
    resolving,
    connecting,
    securing,
    upgrading,
    open,
    closing,
    waiting, ///< "Waiting to retry"
    failed,
};

/// "Idle", "Resolving", …, "Waiting to retry", "Failed".
const char* word(Phase phase);

/// Coda's authentication (PROTOCOL.md part 2). `none`: no challenge came, as with other servers.
enum class AuthStage : std::uint8_t { none, challenged, answered, authenticated, refused };

/// "", "challenged", "answered", "authenticated", "refused".
const char* word(AuthStage stage);

/// The server closes this long after a challenge that nobody answered (PROTOCOL.md part 2).
constexpr double kAuthTimeoutSeconds = 30.0;

struct LinkState {
    std::uint32_t link = 0; ///< the connection as the user knows it, from 1
    std::uint32_t conn = 0; ///< number of the newest attempt (CONTRACT.md, `conn`); 0: none yet
    Phase phase = Phase::idle;
    std::int64_t since_mono_ns = 0; ///< when `phase` was entered
    std::string url;                ///< in normal form, as dialled
    std::string address;            ///< "127.0.0.1:8765" once known
    std::string subprotocol;        ///< agreed with the server; empty: none
    std::string extensions;         ///< as the server answered them; empty: none

    int attempt = 0;                   ///< of the attempts in a row, from 1; 0: not tried yet
    std::int64_t retry_at_mono_ns = 0; ///< phase `waiting`: when the next attempt begins
    double retry_cap_s = 0;            ///< phase `waiting`: the delay was random, up to this
    std::optional<base::Error> last_error;
    std::string last_error_phase; ///< "TCP connect", "HTTP answer", … (DESIGN.md)

    AuthStage auth = AuthStage::none;
    bool auto_auth = true;                  ///< the challenge is answered without being asked
    std::int64_t auth_deadline_mono_ns = 0; ///< stage `challenged`: when the server gives up
    std::string auth_message;               ///< what the server said when it refused

    bool closing_by_us = false;    ///< phase `closing`: who began it
    std::int64_t ping_rtt_ns = -1; ///< newest answered ping of ours; -1: none
    bool insecure = false;         ///< any certificate is accepted
    std::uint64_t send_queue_bytes = 0;
};

/// How to connect. Times in seconds.
struct LinkOptions {
    /// Tries again after a failure; `forever` or a number, 0 for never.
    static constexpr int kForever = -1;

    std::string url;
    std::vector<std::pair<std::string, std::string>> headers; ///< extra request headers
    std::vector<std::string> subprotocols;                    ///< offered, in this order
    std::string origin;
    /// Text messages that are sent after every open, before anything else.
    std::vector<std::string> preamble;

    bool insecure = false;     ///< accept any certificate; never stored
    std::string ca_file;       ///< PEM; empty: the system's roots (SSL_CERT_FILE, SSL_CERT_DIR)
    std::string cert_file;     ///< client certificate, PEM
    std::string key_file;      ///< its key, PEM
    bool deflate = true;       ///< offer permessage-deflate (RFC 7692)
    bool auto_auth = true;     ///< answer Coda's auth_challenge
    bool answer_pings = true;  ///< a Pong for each Ping (RFC 6455 section 5.5.3)
    bool frame_detail = false; ///< keep how each message crossed: Details::frames
    bool echo = false;         ///< send every message back; read no more while the peer does not

    double connect_timeout_s = 10;            ///< lookup to end of handshake, all phases together
    double close_timeout_s = 5;               ///< for the peer's Close
    double ping_interval_s = 0;               ///< 0: no pings of its own
    double ping_timeout_s = 10;               ///< for the answer to one of those: then it is dead
    int retry_first = 0;                      ///< attempts after failures before it ever was open
    int retry_after_open = 0;                 ///< attempts in a row after it had been open once
    std::uint64_t max_message = 32u << 20;    ///< bytes, after inflation; larger: close 1009
    std::uint64_t max_send_queue = 16u << 20; ///< bytes waiting to be written; more is refused
};

} // namespace wire
