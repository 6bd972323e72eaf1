// The words for what goes wrong before a connection is open, where no test can bring it about: the
// kernel gives an address up after minutes only.
#include "net/opening_errors.h"

#include <asio/error.hpp>
#include <doctest/doctest.h>

namespace {

/// Of two addresses, each with the error that its connect met.
std::string told(std::error_code first, std::error_code second) {
    const net::Url url = net::url_from_text("ws://host.example:8765/").value();
    return base::one_line(
        net::connect_error(url, 127.3,
                           {"192.0.2.1:8765 " + net::connect_outcome(first, false),
                            "192.0.2.2:8765 " + net::connect_outcome(second, false)}));
}

const std::error_code kTimedOut = asio::error::timed_out;
const std::error_code kRefused = asio::error::connection_refused;

} // namespace

TEST_CASE("addresses that the kernel gave up are told as a time-out, with seconds and phase") {
    const std::string line = told(kTimedOut, kTimedOut);
    CAPTURE(line);
    CHECK(line.find("imed out after 127.3 s in the TCP connect") != std::string::npos);
    CHECK(line.find("192.0.2.1:8765 did not answer, 192.0.2.2:8765 did not answer") !=
          std::string::npos);
    CHECK(line.find("firewalls on the way") != std::string::npos);
}

TEST_CASE("of several addresses, each is told as it went") {
    const std::string mixed = told(kTimedOut, kRefused);
    CHECK(mixed.find("TCP connect to host.example port 8765 failed") != std::string::npos);
    CHECK(mixed.find("192.0.2.1:8765 did not answer, 192.0.2.2:8765 refused") != std::string::npos);
    CHECK(told(kRefused, kRefused).find("was refused") != std::string::npos);
}
