#include "net/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "base/text.h"
#include "net/handshake.h"

namespace test {
namespace {

bool wait_for(int fd, short what, double seconds = kDeadlineSeconds) {
    pollfd wanted{fd, what, 0};
    return ::poll(&wanted, 1, static_cast<int>(seconds * 1000)) > 0;
}

} // namespace

Conn::~Conn() { finish(); }

void Conn::finish() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void Conn::shutdown() { ::shutdown(fd_, SHUT_WR); }

void Conn::reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    finish();
}

std::string Conn::read_some(std::size_t size) {
    if (!ahead_.empty()) {
        std::string bytes = ahead_.substr(0, size);
        ahead_.erase(0, bytes.size());
        return bytes;
    }
    std::string bytes(size, '\0');
    if (!wait_for(fd_, POLLIN)) return {};
    const auto got = ::recv(fd_, bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
}

bool Conn::write(std::string_view bytes) {
    while (!bytes.empty()) {
        if (!wait_for(fd_, POLLOUT)) return false;
        const auto put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

std::string Conn::read_exactly(std::size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
        const std::string more = read_some(size - bytes.size());
        if (more.empty()) break;
        bytes += more;
    }
    return bytes;
}

std::string Conn::read_request() {
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
        const std::string more = read_some();
        if (more.empty()) return head;
        head += more;
    }
    const std::size_t end = head.find("\r\n\r\n") + 4;
    ahead_ = head.substr(end) + ahead_;
    return head.substr(0, end);
}

bool Conn::upgrade(std::string_view extra) {
    const std::string request = read_request();
    if (request.empty()) return false;
    return write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                 "Upgrade\r\nSec-WebSocket-Accept: " +
                 accept_for_request(request) + "\r\n" + std::string(extra) + "\r\n");
}

bool Conn::wait_for_end() {
    for (;;) {
        if (!wait_for(fd_, POLLIN)) return false;
        char piece[65536];
        if (::recv(fd_, piece, sizeof piece, 0) <= 0) return true;
    }
}

Conn::Frame Conn::read_frame() {
    Frame frame;
    const std::string start = read_exactly(2);
    if (start.size() < 2) return frame;
    const auto byte = [](const std::string& text, std::size_t i) {
        return static_cast<unsigned char>(text[i]);
    };
    std::uint64_t size = byte(start, 1) & 0x7f;
    if (size >= 126) {
        const std::string wide = read_exactly(size == 126 ? 2 : 8);
        size = 0;
        for (std::size_t i = 0; i < wide.size(); ++i) size = size << 8 | byte(wide, i);
    }
    frame.masked = (byte(start, 1) & 0x80) != 0;
    const std::string mask = frame.masked ? read_exactly(4) : std::string(4, '\0');
    frame.payload = read_exactly(size);
    if (mask.size() < 4 || frame.payload.size() < size) return Frame();
    for (std::size_t i = 0; i < frame.payload.size(); ++i)
        frame.payload[i] = static_cast<char>(frame.payload[i] ^ mask[i % 4]);
    frame.opcode = byte(start, 0) & 0xf;
    frame.fin = (byte(start, 0) & 0x80) != 0;
    frame.rsv1 = (byte(start, 0) & 0x40) != 0;
    return frame;
}

std::string header(int first, std::uint64_t size) {
    std::string bytes(1, static_cast<char>(first));
    const auto put = [&](int count) {
        for (int i = count - 1; i >= 0; --i) bytes.push_back(static_cast<char>(size >> (8 * i)));
    };
    if (size <= 125) {
        put(1);
    } else if (size <= 0xffff) {
        bytes.push_back(126);
        put(2);
    } else {
        bytes.push_back(127);
        put(8);
    }
    return bytes;
}

std::string frame_bytes(int opcode, std::string_view payload, bool fin, int rsv) {
    return header((fin ? 0x80 : 0) | rsv << 4 | opcode, payload.size()) + std::string(payload);
}

bool Conn::frame(int opcode, std::string_view payload, bool fin, int rsv) {
    return write(frame_bytes(opcode, payload, fin, rsv));
}

bool Conn::close_frame(int code, std::string_view reason) {
    std::string body;
    if (code) {
        body.push_back(static_cast<char>(code >> 8));
        body.push_back(static_cast<char>(code));
        body += reason;
    }
    return frame(8, body);
}

std::string header_of(std::string_view head, std::string_view name) {
    std::size_t at = 0;
    while (at < head.size()) {
        const std::size_t end = head.find("\r\n", at);
        const std::string_view line = head.substr(at, end - at);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && base::ascii_iequal(line.substr(0, colon), name))
            return std::string(base::trimmed(line.substr(colon + 1)));
        if (end == std::string_view::npos) break;
        at = end + 2;
    }
    return {};
}

std::string accept_for_request(std::string_view request) {
    return net::accept_for_key(header_of(request, "Sec-WebSocket-Key"));
}

Peer::Peer(bool ipv6) : ipv6_(ipv6) {
    fd_ = ::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    sockaddr_in six_or_four{};
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_addr = in6addr_loopback;
    six_or_four.sin_family = AF_INET;
    six_or_four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (ipv6) {
        ::bind(fd_, reinterpret_cast<sockaddr*>(&six), sizeof six);
        socklen_t size = sizeof six;
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&six), &size);
        port_ = ntohs(six.sin6_port);
    } else {
        ::bind(fd_, reinterpret_cast<sockaddr*>(&six_or_four), sizeof six_or_four);
        socklen_t size = sizeof six_or_four;
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&six_or_four), &size);
        port_ = ntohs(six_or_four.sin_port);
    }
    ::listen(fd_, 64);
}

Peer::~Peer() { stop_listening(); }

void Peer::stop_listening() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

std::string Peer::url(std::string_view path) const {
    return (ipv6_ ? "ws://[::1]:" : "ws://127.0.0.1:") + std::to_string(port_) + std::string(path);
}

std::unique_ptr<Conn> Peer::accept(double seconds) {
    if (!wait_for(fd_, POLLIN, seconds)) return nullptr;
    const int fd = ::accept(fd_, nullptr, nullptr);
    return fd < 0 ? nullptr : std::make_unique<Conn>(fd);
}

Watch::Watch() : Watch(wire::EventQueue::Limits()) {}

Watch::Watch(wire::EventQueue::Limits limits, std::string name_servers) {
    net::EngineOptions options;
    options.queue = limits;
    options.name_servers = std::move(name_servers);
    options.wake = [this] {
        if (throws_.exchange(false)) throw std::runtime_error("no memory was left");
        const std::lock_guard lock(mutex_);
        woken_ = true;
        changed_.notify_one();
    };
    engine_ = std::make_unique<net::Engine>(std::move(options));
}

bool Watch::pull() {
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::duration<double>(kDeadlineSeconds);
    for (;;) {
        auto event = std::make_unique<wire::Event>();
        if (engine_->events().pop(event.get())) {
            events_.push_back(std::move(event));
            return true;
        }
        {
            const std::lock_guard lock(mutex_);
            woken_ = false;
        }
        if (!engine_->events().arm()) continue;
        std::unique_lock lock(mutex_);
        if (!changed_.wait_until(lock, deadline, [this] { return woken_; })) return false;
    }
}

const wire::Event* Watch::until(const std::function<bool(const wire::Event&)>& wanted) {
    for (;;) {
        while (looked_at_ < events_.size()) {
            const wire::Event& event = *events_[looked_at_++];
            if (wanted(event)) return &event;
        }
        if (!pull()) return nullptr;
    }
}

const wire::Event* Watch::next(wire::Kind kind) {
    return until([kind](const wire::Event& event) { return event.kind == kind; });
}

const wire::Event* Watch::next(wire::Kind kind, wire::Dir dir) {
    return until([=](const wire::Event& event) { return event.kind == kind && event.dir == dir; });
}

bool Watch::state(const std::function<bool(const wire::LinkState&)>& wanted) {
    return until([&](const wire::Event& event) {
               return event.kind == wire::Kind::status && wanted(*event.details->link);
           }) != nullptr;
}

bool Watch::phase(std::uint32_t link, wire::Phase phase) {
    return state(
        [=](const wire::LinkState& state) { return state.link == link && state.phase == phase; });
}

wire::LinkOptions options_for(std::string url) {
    wire::LinkOptions options;
    options.url = std::move(url);
    return options;
}

namespace {

int entries(const char* folder) {
    int count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
    return count;
}

} // namespace

int open_descriptors() { return entries("/proc/self/fd"); }
int threads() { return entries("/proc/self/task"); }

} // namespace test
