#include "net/listeners.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

namespace net {
namespace {

constexpr const char* kListening = "0A"; // TCP_LISTEN, include/net/tcp_states.h

/// "0100007F:1F90": words of 32 bits in the machine's own order, then the port.
bool endpoint_from_hex(const std::string& text, asio::ip::tcp::endpoint* endpoint) {
    const std::size_t colon = text.find(':');
    if (colon != 8 && colon != 32) return false;
    std::array<unsigned char, 16> bytes{};
    try {
        for (std::size_t at = 0; at < colon; at += 8) {
            const auto word =
                static_cast<std::uint32_t>(std::stoul(text.substr(at, 8), nullptr, 16));
            std::memcpy(bytes.data() + at / 2, &word, sizeof word);
        }
        const auto port =
            static_cast<std::uint16_t>(std::stoul(text.substr(colon + 1), nullptr, 16));
        if (colon == 8) {
            asio::ip::address_v4::bytes_type v4{};
            std::copy_n(bytes.begin(), v4.size(), v4.begin());
            *endpoint = {asio::ip::address_v4(v4), port};
        } else {
            *endpoint = {asio::ip::address_v6(bytes), port};
        }
    } catch (const std::exception&) {
        return false;
    } // no number: another format than we know
    return true;
}

void read_table(const char* path, std::vector<asio::ip::tcp::endpoint>* found) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line); // the heads of its columns
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string slot, local, remote, state;
        asio::ip::tcp::endpoint endpoint;
        if (words >> slot >> local >> remote >> state && state == kListening &&
            endpoint_from_hex(local, &endpoint))
            found->push_back(endpoint);
    }
}

} // namespace

std::vector<asio::ip::tcp::endpoint> local_listeners() {
    std::vector<asio::ip::tcp::endpoint> found;
    read_table("/proc/net/tcp", &found);
    read_table("/proc/net/tcp6", &found);
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.port() != b.port() ? a.port() < b.port() : a.address() < b.address();
    });
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

bool reaches(const asio::ip::tcp::endpoint& listener, const asio::ip::address& address) {
    const asio::ip::address own = listener.address();
    // [::] takes IPv4 too, unless it was told not to; what a table cannot tell is taken as yes.
    if (own.is_unspecified()) return own.is_v6() || address.is_v4();
    return own == address;
}

} // namespace net
