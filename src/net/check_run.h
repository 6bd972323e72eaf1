// What a check does, step by step, on its own thread: plain code from top to bottom that waits
// where it must. check_run.cpp holds the steps until it is open, check_session.cpp those behind,
// and check_why.cpp the look around when one failed.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/check.h"
#include "net/check_line.h"
#include "net/codec.h"
#include "net/handshake.h"
#include "net/http_head.h"
#include "net/lookup.h"
#include "net/url.h"
#include "wire/check_step.h"

namespace net {

class CheckRun {
public:
    using Publish = std::function<void(const wire::CheckState&)>;
    CheckRun(const CheckOptions& options, asio::io_context& io, const std::atomic<bool>& stopped,
             Publish publish);
    /// All of it; the last state published has `running` false.
    void run();

private:
    using Deadline = CheckLine::Deadline;
    using Endpoint = asio::ip::tcp::endpoint;
    static constexpr int kMostConnections = 4; // CONTRACT.md

    //--- the record (check_run.cpp)
    wire::CheckStep& begin(const char* name);
    wire::CheckStep& step() { return state_.steps.back(); }
    void note(const char* name, std::string value);
    void pass(std::string said);
    void warn(std::string said, base::Error error);
    /// Always false, so that a step can return it.
    bool fail(const char* phase, base::Error error, std::string said = {});
    bool stopped();
    void publish() { publish_(state_); }

    //--- until it is open; false: it failed, or was stopped
    bool open();
    bool read_url();
    bool look_up();
    bool connect();
    bool secure();
    bool ask();
    bool take_answer();
    bool agree();
    void note_answer();
    std::string body();
    std::error_code connect_to(const Endpoint& endpoint, Deadline deadline, CheckLine& line);

    //--- while it is open (check_session.cpp)
    struct Incoming {
        wire::Kind kind = wire::Kind::text;
        std::string payload;
    };
    /// The next message or Pong; Pings are answered in here. Nothing at the deadline, when it was
    /// stopped, and when the session ended: then over() says so.
    std::optional<Incoming> next(Deadline deadline);
    std::optional<Incoming> take(const Decoded& message);
    bool send(wire::Kind kind, std::string_view payload);
    bool over() const { return lost_ || close_received_; }
    void on_fault(const Fault& fault);
    void on_close(std::string_view body);
    bool fail_session(const char* doing);
    bool first_message();
    bool authenticate(const std::string& token);
    bool ping();
    bool idle();
    void close();
    void other_addresses();
    std::string counted_messages() const;

    //--- when a step failed: what else is known (check_why.cpp)
    /// What a look at a port found.
    struct Found {
        bool connected = false;
        bool websocket = false; ///< it answered 101
        bool tls = false;       ///< it speaks TLS
        int status = 0;         ///< of HTTP; 0: none
        std::string words;
    };
    bool may_connect() const { return state_.connections < kMostConnections; }
    Found look_at(const Endpoint& endpoint, bool secure, const std::string& target);
    bool shake(CheckLine& line, Deadline deadline, Found* found);
    void upgrade_on(CheckLine& line, const Url& url, Deadline deadline, Found* found);
    void explain_refused(base::Error* error);
    void explain_other_listeners(base::Error* error);
    void explain_unreachable(base::Error* error) const;
    void explain_tls(const std::error_code& code, base::Error* error);
    void explain_no_answer(base::Error* error);
    void explain_status(base::Error* error);
    void try_other_paths(base::Error* error);
    void tell_proxy(base::Error* error);
    std::string url_with(bool secure, const std::string& host, std::uint16_t port,
                         const std::string& target) const;

    const CheckOptions& options_;
    asio::io_context& io_;
    const std::atomic<bool>& stopped_;
    const Publish publish_;
    wire::CheckState state_;

    Url url_;
    Deadline begun_, deadline_; ///< of the lookup to the end of the handshake, all together
    Lookup::Endpoints endpoints_;
    std::size_t endpoint_ = 0;          ///< the one in use
    std::vector<std::string> outcomes_; ///< of the addresses tried, in order
    std::unique_ptr<CheckLine> line_;
    std::string key_;
    std::string answer_; ///< bytes as they came; behind the handshake what is not decoded yet
    std::size_t head_size_ = 0;
    HttpHead head_;

    std::unique_ptr<Codec> codec_;
    std::size_t decoded_ = 0; ///< bytes of answer_
    std::uint64_t messages_ = 0;
    bool close_sent_ = false, close_received_ = false, lost_ = false;
    int close_code_ = 0;
    std::string close_reason_;
    base::Error end_; ///< why it ended; what is empty: it has not
};

} // namespace net
