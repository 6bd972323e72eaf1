#include "sim/raw_client.h"

#include <array>

#include "wire/envelope.h"

using Clock = std::chrono::steady_clock;

int RawClient::Frame::close_code() const {
    if (opcode != 8 || payload.size() < 2) return 0;
    return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
}

std::string RawClient::Frame::close_reason() const {
    return payload.size() > 2 ? payload.substr(2) : std::string();
}

RawClient::RawClient(std::uint16_t port) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
}

std::string RawClient::upgrade(std::string_view path, std::string_view more_headers) {
    write("GET " + std::string(path) +
          " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
          std::string(more_headers) + "\r\n");
    return head();
}

void RawClient::write(std::string_view bytes) {
    asio::error_code ignored;
    asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), ignored);
}

std::string RawClient::client_frame(int opcode, std::string_view payload, bool fin) {
    std::string bytes(1, static_cast<char>((fin ? 0x80 : 0) | opcode));
    const std::uint64_t size = payload.size();
    const int length = size < 126 ? 0 : size < 65536 ? 2 : 8;
    bytes += static_cast<char>(0x80 | (length == 0 ? size : length == 2 ? 126u : 127u));
    for (int i = length - 1; i >= 0; --i) bytes += static_cast<char>(size >> (8 * i));
    static constexpr std::array<char, 4> kMask = {0x37, 0x11, 0x5a, 0x2e};
    bytes.append(kMask.data(), kMask.size());
    for (std::size_t i = 0; i < payload.size(); ++i)
        bytes += static_cast<char>(payload[i] ^ kMask[i % 4]);
    return bytes;
}

void RawClient::send(int opcode, std::string_view payload, bool fin) {
    write(client_frame(opcode, payload, fin));
}

bool RawClient::fill(Clock::time_point deadline) {
    if (ended_) return false;
    std::array<char, 65536> buffer;
    std::optional<std::pair<asio::error_code, std::size_t>> done;
    socket_.async_read_some(asio::buffer(buffer), [&](asio::error_code error, std::size_t size) {
        done = {error, size};
    });
    io_.restart();
    io_.run_until(deadline);
    if (!done) {
        socket_.cancel();
        io_.restart();
        io_.run();
        if (!done->first) received_.append(buffer.data(), done->second);
        return !done->first;
    }
    if (done->first) ended_ = true;
    received_.append(buffer.data(), done->second);
    return !ended_;
}

std::string RawClient::head() {
    const auto deadline = Clock::now() + kPatience;
    std::size_t end;
    while ((end = received_.find("\r\n\r\n")) == received_.npos)
        if (!fill(deadline)) return {};
    std::string head = received_.substr(0, end + 4);
    received_.erase(0, end + 4);
    return head;
}

std::optional<RawClient::Frame> RawClient::frame(std::chrono::milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    const auto need = [&](std::size_t size) {
        while (received_.size() < size)
            if (!fill(deadline)) return false;
        return true;
    };
    if (!need(2)) return std::nullopt;
    Frame frame;
    frame.opcode = received_[0] & 0x0f;
    frame.fin = (received_[0] & 0x80) != 0;
    frame.rsv = (received_[0] & 0x70) != 0;
    std::uint64_t size = received_[1] & 0x7f; // a server never masks
    const std::size_t length = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (!need(2 + length)) return std::nullopt;
    if (length > 0) size = 0;
    for (std::size_t i = 0; i < length; ++i)
        size = size << 8 | static_cast<unsigned char>(received_[2 + i]);
    const std::size_t whole = 2 + length + static_cast<std::size_t>(size);
    if (!need(whole)) return std::nullopt;
    frame.payload = received_.substr(2 + length, static_cast<std::size_t>(size));
    received_.erase(0, whole);
    return frame;
}

nlohmann::json RawClient::message(std::chrono::milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        const std::optional<Frame> next = frame(std::max(left, std::chrono::milliseconds(0)));
        if (!next) return nullptr;
        if (next->opcode == 1) return nlohmann::json::parse(next->payload, nullptr, false);
    }
}

nlohmann::json RawClient::message_of(std::string_view type, std::chrono::milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        nlohmann::json next = message(std::max(left, std::chrono::milliseconds(0)));
        if (next.is_null() || (next.is_object() && next.value("type", "") == type)) return next;
    }
}

std::optional<RawClient::Frame> RawClient::close_frame() {
    const auto deadline = Clock::now() + kPatience;
    while (Clock::now() < deadline) {
        const std::optional<Frame> next = frame();
        if (!next || next->opcode == 8) return next;
    }
    return std::nullopt;
}

bool RawClient::read_to_end(std::string* rest) {
    const auto deadline = Clock::now() + kPatience;
    while (fill(deadline)) {
    }
    if (rest) *rest = received_;
    return ended_;
}

bool RawClient::authenticate() {
    const nlohmann::json challenge = message_of("auth_challenge");
    if (challenge.is_null()) return false;
    send_text(wire::compose_auth_response(challenge["data"]["token"].get<std::string>()));
    return !message_of("replay").is_null();
}

void RawClient::vanish() {
    asio::error_code ignored;
    socket_.close(ignored);
    ended_ = true;
}
