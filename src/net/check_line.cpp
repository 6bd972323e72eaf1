#include "net/check_line.h"

#include <asio/error.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/write.hpp>

#include <array>
#include <optional>

#include "net/tls.h"

namespace net {

/// Handlers hold it, so that what they write to lives as long as they do.
struct CheckLine::Inner : std::enable_shared_from_this<Inner> {
    explicit Inner(asio::io_context& io) : socket(io) {}

    void begin_read() {
        if (reading || read_error) return;
        reading = true;
        const auto came = [self = shared_from_this()](const std::error_code& error,
                                                      std::size_t size) {
            self->reading = false;
            self->read_error = error;
            self->in.append(self->buffer.data(), size);
        };
        if (tls)
            tls->async_read_some(asio::buffer(buffer), came);
        else
            socket.async_read_some(asio::buffer(buffer), came);
    }

    asio::ip::tcp::socket socket;
    std::unique_ptr<asio::ssl::context> context;
    std::unique_ptr<asio::ssl::stream<asio::ip::tcp::socket&>> tls;
    std::optional<std::error_code> done; ///< of connect or handshake
    std::array<char, 16 * 1024> buffer{};
    std::string in, out;
    bool reading = false, writing = false;
    std::error_code read_error, write_error;
};

CheckLine::CheckLine(asio::io_context& io, const std::atomic<bool>& stopped)
    : io_(io), stopped_(stopped), inner_(std::make_shared<Inner>(io)) {}

CheckLine::~CheckLine() { close(); }

template <class Done>
bool CheckLine::wait(Deadline deadline, Done done) {
    while (!done()) {
        if (stopped_) return false;
        if (io_.run_one_until(deadline) == 0) return done();
    }
    return true;
}

std::error_code CheckLine::why_not() const {
    return stopped_ ? asio::error::make_error_code(asio::error::operation_aborted)
                    : asio::error::make_error_code(asio::error::timed_out);
}

std::error_code CheckLine::connect(const asio::ip::tcp::endpoint& endpoint, Deadline deadline) {
    inner_->done.reset();
    inner_->socket.async_connect(
        endpoint, [inner = inner_](const std::error_code& error) { inner->done = error; });
    if (!wait(deadline, [&] { return inner_->done.has_value(); })) return why_not();
    std::error_code ignored;
    if (!*inner_->done) inner_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    return *inner_->done;
}

base::Status CheckLine::secure(const wire::LinkOptions& options, const std::string& host,
                               Deadline deadline, std::error_code* code) {
    auto context = tls_context(options);
    if (!context) return context.error();
    inner_->context = std::move(context.value());
    inner_->tls = std::make_unique<asio::ssl::stream<asio::ip::tcp::socket&>>(inner_->socket,
                                                                              *inner_->context);
    prepare_tls(inner_->tls->native_handle(), host);
    inner_->done.reset();
    inner_->tls->async_handshake(
        asio::ssl::stream_base::client,
        [inner = inner_](const std::error_code& error) { inner->done = error; });
    const bool came = wait(deadline, [&] { return inner_->done.has_value(); });
    *code = came ? *inner_->done : why_not();
    if (!*code) return {};
    return tls_error_words(*code, host);
}

std::error_code CheckLine::write(std::string_view bytes, Deadline deadline) {
    const auto written = [this] { return !inner_->writing; };
    // What is still in flight keeps its bytes, and goes out whole before others do.
    if (!wait(deadline, written)) return why_not();
    if (inner_->write_error) return inner_->write_error;
    inner_->out = bytes;
    inner_->writing = true;
    const auto done = [inner = inner_](const std::error_code& error, std::size_t) {
        inner->writing = false;
        inner->write_error = error;
    };
    if (inner_->tls)
        asio::async_write(*inner_->tls, asio::buffer(inner_->out), done);
    else
        asio::async_write(inner_->socket, asio::buffer(inner_->out), done);
    return wait(deadline, written) ? inner_->write_error : why_not();
}

std::error_code CheckLine::read(std::string* bytes, Deadline deadline) {
    inner_->begin_read();
    const bool came = wait(deadline, [&] { return !inner_->in.empty() || inner_->read_error; });
    if (!came) return why_not();
    if (inner_->in.empty()) return inner_->read_error;
    bytes->append(inner_->in);
    inner_->in.clear();
    return {};
}

base::Error CheckLine::tls_error_words(const std::error_code& error,
                                       const std::string& host) const {
    return tls_error(inner_->tls->native_handle(), error, host);
}

wire::TlsInfo CheckLine::tls() const {
    return inner_->tls ? tls_info(inner_->tls->native_handle()) : wire::TlsInfo();
}

void CheckLine::close() {
    std::error_code ignored;
    inner_->socket.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    inner_->socket.close(ignored);
}

} // namespace net
