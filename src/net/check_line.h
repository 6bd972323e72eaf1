// One TCP connection of the check, with TLS where it is asked for: each call waits until it is
// done, its deadline has passed, or the check is stopped. A read whose time is up goes on and gives
// its bytes to the next one; a write goes on, and the next one waits for it. Owned by the check's
// thread, which runs the io_context in here.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "base/result.h"
#include "wire/link_state.h"
#include "wire/tls_info.h"

namespace net {

class CheckLine {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    /// `stopped` is set by another thread, which then posts something to `io`.
    CheckLine(asio::io_context& io, const std::atomic<bool>& stopped);
    /// Closes it.
    ~CheckLine();
    CheckLine(const CheckLine&) = delete;
    CheckLine& operator=(const CheckLine&) = delete;

    // Each gives asio::error::timed_out at the deadline and operation_aborted when stopped.
    std::error_code connect(const asio::ip::tcp::endpoint& endpoint, Deadline deadline);
    /// Errors of the handshake in words; `*code` is what they were made of.
    base::Status secure(const wire::LinkOptions& options, const std::string& host,
                        Deadline deadline, std::error_code* code);
    /// All of `bytes`; none of them where an earlier write is still under way at the deadline.
    std::error_code write(std::string_view bytes, Deadline deadline);
    /// Appends what came, at least one byte.
    std::error_code read(std::string* bytes, Deadline deadline);

    /// An error of read() that TLS told: in words, as errors of the handshake are.
    base::Error tls_error_words(const std::error_code& error, const std::string& host) const;
    wire::TlsInfo tls() const;
    void close();

private:
    struct Inner;
    template <class Done>
    bool wait(Deadline deadline, Done done);
    std::error_code why_not() const;

    asio::io_context& io_;
    const std::atomic<bool>& stopped_;
    std::shared_ptr<Inner> inner_;
};

} // namespace net
