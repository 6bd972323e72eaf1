// The other side of a connection, byte by byte, for end-to-end tests: a listening TCP socket, and a
// WebSocket server's part written out by hand, so that it can also do what no server should. Shares
// no code with the programs under test. Owned by a test; all waits have a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "e2e/process.h"

namespace e2e {

/// One frame as it came.
struct Frame {
    bool fin = true;
    int opcode = 0;
    bool masked = false;
    std::string payload; ///< unmasked
};

/// A frame's bytes as a server sends them: without a mask.
std::string frame_bytes(int opcode, std::string_view payload, bool fin = true);
std::string close_bytes(int code, std::string_view reason = {});
constexpr int kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10;

/// One accepted TCP connection.
class RawConnection {
public:
    explicit RawConnection(int fd) : fd_(fd) {}
    ~RawConnection() { close(); }
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    /// False when the peer is gone, or takes nothing for `patience`.
    bool send(std::string_view bytes, Seconds patience = kPatience);
    /// As much of it as the peer takes until it takes nothing for `patience`.
    std::size_t send_some(std::string_view bytes, Seconds patience);
    /// The request up to and with its empty line; nothing when it did not come.
    std::optional<std::string> request(Seconds patience = kPatience);
    /// Reads the request and answers it with a right handshake; `extra` are more header lines, each
    /// with its line end. Returns the request.
    std::string upgrade(const std::string& extra = {});
    /// The next whole frame; nothing when none came, or the connection ended.
    std::optional<Frame> frame(Seconds patience = kPatience);
    /// True when the peer ends its side in time (what comes before is dropped).
    bool ended(Seconds patience = kPatience);

    void close();
    void reset(); ///< an end with RST

private:
    bool fill(std::chrono::steady_clock::time_point deadline);
    int fd_;
    std::string in_;
};

class RawPeer {
public:
    /// Listens on a free port of 127.0.0.1.
    RawPeer();
    ~RawPeer();
    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url() const;
    /// The next connection; fails the test when none comes.
    RawConnection accept(Seconds patience = kPatience);
    void stop_listening();

private:
    int fd_ = -1;
    std::uint16_t port_ = 0;
};

/// A port of 127.0.0.1 on which nobody listens, as far as one can know.
std::uint16_t unused_port();

} // namespace e2e
