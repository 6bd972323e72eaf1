// The one unit of sim that sees websocketpp, compiled as C++17 (DESIGN.md, "Decided once").
#include "sim/codec.h"

#include <websocketpp/concurrency/none.hpp>
#include <websocketpp/config/core.hpp>
#include <websocketpp/server.hpp>

#include "base/text.h"

namespace sim {
namespace {

/// One thread, no logs, no extensions (permessage-deflate is refused as Coda's backend does).
struct Config : websocketpp::config::core {
    typedef Config type;
    typedef websocketpp::concurrency::none concurrency_type;
    typedef websocketpp::log::basic<concurrency_type, websocketpp::log::elevel> elog_type;
    typedef websocketpp::log::basic<concurrency_type, websocketpp::log::alevel> alog_type;
    static const websocketpp::log::level elog_level = websocketpp::log::elevel::none;
    static const websocketpp::log::level alog_level = websocketpp::log::alevel::none;
    // A server masks nothing, so core's generator of constants is never asked for a key.

    struct transport_config : websocketpp::config::core::transport_config {
        typedef type::concurrency_type concurrency_type;
        typedef type::elog_type elog_type;
        typedef type::alog_type alog_type;
    };
    typedef websocketpp::transport::iostream::endpoint<transport_config> transport_type;

    static const size_t max_http_body_size = 64 * 1024;
};

using Endpoint = websocketpp::server<Config>;
using Code = websocketpp::close::status::value;

int plain_code(Code code) { return code == websocketpp::close::status::no_status ? 0 : code; }

} // namespace

struct Codec::Impl {
    Handlers handlers;
    Endpoint endpoint; ///< one each: its connection refers to it
    Endpoint::connection_ptr connection;
    bool dying = false;
    bool asked_to_close = false; ///< by close(), not by a fault of the client's
    bool told_received = false, told_sent = false;
    bool ended = false;

    void start(std::size_t max_message);
    bool accept_handshake();
    void answer_plain_http();
    void take_message(const Endpoint::message_ptr& message);
    void tell_closes();
    template <class Work>
    void guarded(Work work);
};

/// websocketpp throws where it should not (WEBSOCKETPP.md); what does so ends this connection.
template <class Work>
void Codec::Impl::guarded(Work work) {
    try {
        work();
    } catch (const std::exception&) {
        ended = true;
    }
    tell_closes();
}

void Codec::Impl::start(std::size_t max_message) {
    endpoint.clear_access_channels(websocketpp::log::alevel::all);
    endpoint.clear_error_channels(websocketpp::log::elevel::all);
    endpoint.set_user_agent("");
    connection = endpoint.get_connection();
    connection->set_max_message_size(max_message);
    connection->set_write_handler(
        [this](websocketpp::connection_hdl, const char* bytes, std::size_t size) {
            if (!dying) handlers.write(std::string_view(bytes, size));
            return websocketpp::lib::error_code();
        });
    connection->set_validate_handler(
        [this](websocketpp::connection_hdl) { return accept_handshake(); });
    connection->set_http_handler([this](websocketpp::connection_hdl) { answer_plain_http(); });
    connection->set_open_handler([this](websocketpp::connection_hdl) { handlers.open(); });
    connection->set_message_handler(
        [this](websocketpp::connection_hdl, const Endpoint::message_ptr& message) {
            take_message(message);
        });
    connection->set_ping_handler([this](websocketpp::connection_hdl, const std::string& payload) {
        handlers.ping(payload);
        return true;
    });
    connection->set_pong_handler([this](websocketpp::connection_hdl, const std::string& payload) {
        handlers.pong(payload);
    });
    connection->start();
}

/// Only version 13 (RFC 6455); websocketpp would also take drafts.
bool Codec::Impl::accept_handshake() {
    if (connection->get_request_header("Sec-WebSocket-Version") == "13") return true;
    connection->set_status(websocketpp::http::status_code::bad_request);
    connection->append_header("Sec-WebSocket-Version", "13");
    return false;
}

void Codec::Impl::answer_plain_http() {
    connection->set_status(websocketpp::http::status_code::upgrade_required);
    connection->append_header("Upgrade", "websocket");
    connection->append_header("Connection", "close");
    connection->append_header("Content-Type", "text/plain; charset=utf-8");
    connection->set_body("This is a WebSocket server; open it with a WebSocket client.\n");
}

void Codec::Impl::take_message(const Endpoint::message_ptr& message) {
    const bool binary = message->get_opcode() == websocketpp::frame::opcode::binary;
    // websocketpp does not see that a fragmented text ends inside a code point.
    if (!binary && !base::utf8_valid(message->get_payload())) {
        websocketpp::lib::error_code ignored;
        connection->close(websocketpp::close::status::invalid_payload, "Invalid UTF-8", ignored);
        return;
    }
    handlers.message(binary, message->get_payload());
}

/// Notes Close frames as they cross, in their order.
void Codec::Impl::tell_closes() {
    if (dying) return;
    const Code none = websocketpp::close::status::abnormal_close;
    const Code remote = connection->get_remote_close_code(),
               local = connection->get_local_close_code();
    const bool sent = local != none && !told_sent, received = remote != none && !told_received;
    const auto tell_sent = [&] {
        told_sent = true;
        handlers.close_sent(plain_code(local), connection->get_local_close_reason());
    };
    if (sent && asked_to_close) tell_sent();
    if (received) {
        told_received = true;
        handlers.close_received(plain_code(remote), connection->get_remote_close_reason());
    }
    if (sent && !asked_to_close) tell_sent();
}

Codec::Codec(Handlers handlers, std::size_t max_message) : impl_(std::make_unique<Impl>()) {
    impl_->handlers = std::move(handlers);
    impl_->start(max_message);
}

Codec::~Codec() {
    // A connection that waits for bytes holds itself: let it come to its end.
    impl_->dying = true;
    impl_->connection->set_open_handler(nullptr);
    impl_->guarded([this] { impl_->connection->eof(); });
}

void Codec::read(std::string_view bytes) {
    impl_->guarded([&] {
        const std::size_t taken = impl_->connection->read_all(bytes.data(), bytes.size());
        // It stops reading after a fault, for which it has sent its Close.
        if (taken < bytes.size()) impl_->ended = true;
    });
}

bool Codec::send_text(std::string_view text) {
    if (!is_open()) return false;
    websocketpp::lib::error_code error;
    impl_->guarded([&] {
        error = impl_->connection->send(text.data(), text.size(), websocketpp::frame::opcode::text);
    });
    return !error;
}

bool Codec::ping(std::string_view payload) {
    if (!is_open()) return false;
    websocketpp::lib::error_code error;
    impl_->guarded([&] { impl_->connection->ping(std::string(payload), error); });
    return !error;
}

void Codec::close(int code, std::string_view reason) {
    if (!is_open()) return;
    impl_->asked_to_close = true;
    impl_->guarded([&] {
        websocketpp::lib::error_code ignored;
        const Code sent =
            code == 0 ? websocketpp::close::status::no_status : static_cast<Code>(code);
        impl_->connection->close(sent, std::string(reason), ignored);
    });
}

bool Codec::is_open() const {
    return impl_->connection->get_state() == websocketpp::session::state::open;
}

bool Codec::finished() const {
    const bool faulted = impl_->told_sent && !impl_->asked_to_close;
    return impl_->ended || faulted ||
           impl_->connection->get_state() == websocketpp::session::state::closed;
}

} // namespace sim
