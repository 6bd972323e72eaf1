#include "e2e/raw_peer.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "base/text.h"

namespace e2e {
namespace {

using Clock = std::chrono::steady_clock;

Clock::time_point deadline_after(Seconds patience) {
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(patience);
}

/// Waits for `events` on one descriptor.
bool ready(int fd, short events, Clock::time_point deadline) {
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left < 0) return false;
        pollfd one{fd, events, 0};
        const int count = ::poll(&one, 1, static_cast<int>(left) + 1);
        if (count > 0) return true;
        if (count < 0 && errno != EINTR) return false;
    }
}

//--- SHA-1 (FIPS 180-4), for Sec-WebSocket-Accept ------------------------------------------------

std::uint32_t rotated(std::uint32_t value, int by) { return value << by | value >> (32 - by); }

std::string sha1(std::string message) {
    std::array<std::uint32_t, 5> h = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    const std::uint64_t bits = message.size() * 8;
    message += '\x80';
    while (message.size() % 64 != 56) message += '\0';
    for (int shift = 56; shift >= 0; shift -= 8) message += static_cast<char>(bits >> shift & 0xFF);
    for (std::size_t block = 0; block < message.size(); block += 64) {
        std::array<std::uint32_t, 80> w{};
        for (std::size_t i = 0; i < 64; ++i)
            w[i / 4] = w[i / 4] << 8 | static_cast<unsigned char>(message[block + i]);
        for (std::size_t i = 16; i < 80; ++i)
            w[i] = rotated(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        auto [a, b, c, d, e] = h;
        for (std::size_t i = 0; i < 80; ++i) {
            const std::uint32_t f = i < 20   ? (b & c) | (~b & d)
                                    : i < 40 ? b ^ c ^ d
                                    : i < 60 ? (b & c) | (b & d) | (c & d)
                                             : b ^ c ^ d;
            const std::array<std::uint32_t, 4> k = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
            const std::uint32_t next = rotated(a, 5) + f + e + k[i / 20] + w[i];
            e = d;
            d = c;
            c = rotated(b, 30);
            b = a;
            a = next;
        }
        const std::array<std::uint32_t, 5> now = {a, b, c, d, e};
        for (std::size_t i = 0; i < 5; ++i) h[i] += now[i];
    }
    std::string digest;
    for (const std::uint32_t word : h)
        for (int shift = 24; shift >= 0; shift -= 8)
            digest += static_cast<char>(word >> shift & 0xFF);
    return digest;
}

std::string header_value(const std::string& head, const std::string& name) {
    for (const std::string& line : lines_of(head)) {
        const std::size_t colon = line.find(':');
        if (colon != std::string::npos && base::ascii_iequal(line.substr(0, colon), name))
            return std::string(base::trimmed(line.substr(colon + 1)));
    }
    return {};
}

} // namespace

std::string frame_bytes(int opcode, std::string_view payload, bool fin) {
    std::string bytes;
    bytes += static_cast<char>((fin ? 0x80 : 0) | opcode);
    const std::size_t size = payload.size();
    int length_bytes = 0;
    if (size < 126) {
        bytes += static_cast<char>(size);
    } else if (size < 65536) {
        bytes += '\x7e';
        length_bytes = 2;
    } else {
        bytes += '\x7f';
        length_bytes = 8;
    }
    for (int shift = (length_bytes - 1) * 8; shift >= 0; shift -= 8)
        bytes += static_cast<char>(size >> shift & 0xFF);
    bytes += payload;
    return bytes;
}

std::string close_bytes(int code, std::string_view reason) {
    std::string payload;
    payload += static_cast<char>(code >> 8 & 0xFF);
    payload += static_cast<char>(code & 0xFF);
    payload += reason;
    return frame_bytes(kClose, payload);
}

std::size_t RawConnection::send_some(std::string_view bytes, Seconds patience) {
    std::size_t sent = 0;
    while (sent < bytes.size() && ready(fd_, POLLOUT, deadline_after(patience))) {
        const ssize_t now =
            ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (now < 0 && errno != EAGAIN && errno != EINTR) break;
        if (now > 0) sent += static_cast<std::size_t>(now);
    }
    return sent;
}

bool RawConnection::send(std::string_view bytes, Seconds patience) {
    return send_some(bytes, patience) == bytes.size();
}

bool RawConnection::fill(Clock::time_point deadline) {
    if (fd_ < 0 || !ready(fd_, POLLIN, deadline)) return false;
    std::array<char, 65536> buffer;
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got <= 0) return false;
    in_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
}

std::optional<std::string> RawConnection::request(Seconds patience) {
    const Clock::time_point deadline = deadline_after(patience);
    for (;;) {
        const std::size_t end = in_.find("\r\n\r\n");
        if (end != std::string::npos) {
            std::string head = in_.substr(0, end + 4);
            in_.erase(0, end + 4);
            return head;
        }
        if (!fill(deadline)) return std::nullopt;
    }
}

std::string RawConnection::upgrade(const std::string& extra) {
    const std::optional<std::string> head = request();
    REQUIRE(head.has_value());
    const std::string key = header_value(*head, "Sec-WebSocket-Key");
    REQUIRE(key.size() == 24);
    const std::string accept =
        base::base64_from_bytes(sha1(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    REQUIRE(send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Accept: " +
                 accept + "\r\n" + extra + "\r\n"));
    return *head;
}

std::optional<Frame> RawConnection::frame(Seconds patience) {
    const Clock::time_point deadline = deadline_after(patience);
    const auto byte = [this](std::size_t i) {
        return static_cast<std::uint64_t>(static_cast<unsigned char>(in_[i]));
    };
    const auto need = [&](std::size_t count) {
        while (in_.size() < count)
            if (!fill(deadline)) return false;
        return true;
    };
    if (!need(2)) return std::nullopt;
    Frame frame;
    frame.fin = (byte(0) & 0x80) != 0;
    frame.opcode = static_cast<int>(byte(0) & 0x0F);
    frame.masked = (byte(1) & 0x80) != 0;
    std::uint64_t size = byte(1) & 0x7F;
    const std::size_t length_bytes = size == 126 ? 2 : size == 127 ? 8 : 0;
    std::size_t at = 2 + length_bytes;
    if (!need(at + (frame.masked ? 4 : 0))) return std::nullopt;
    if (length_bytes > 0) size = 0;
    for (std::size_t i = 2; i < at; ++i) size = size << 8 | byte(i);
    const std::string mask = frame.masked ? in_.substr(at, 4) : std::string(4, '\0');
    at += frame.masked ? 4 : 0;
    if (!need(at + size)) return std::nullopt;
    frame.payload = in_.substr(at, size);
    for (std::size_t i = 0; i < frame.payload.size(); ++i)
        frame.payload[i] = static_cast<char>(frame.payload[i] ^ mask[i % 4]);
    in_.erase(0, at + size);
    return frame;
}

bool RawConnection::ended(Seconds patience) {
    const Clock::time_point deadline = deadline_after(patience);
    while (fill(deadline)) in_.clear();
    return Clock::now() < deadline;
}

void RawConnection::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void RawConnection::reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

RawPeer::RawPeer() {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(fd_ >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd_, 16) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
}

RawPeer::~RawPeer() { stop_listening(); }

void RawPeer::stop_listening() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

std::string RawPeer::url() const { return "ws://127.0.0.1:" + std::to_string(port_); }

RawConnection RawPeer::accept(Seconds patience) {
    REQUIRE(ready(fd_, POLLIN, deadline_after(patience)));
    const int accepted = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    REQUIRE(accepted >= 0);
    return RawConnection(accepted);
}

std::uint16_t unused_port() {
    const RawPeer peer; // its port was free, and is again
    return peer.port();
}

} // namespace e2e
