#include "sim/server.h"

#include <algorithm>
#include <asio.hpp>
#include <map>
#include <random>
#include <thread>

#include "base/clock.h"
#include "base/devlog.h"
#include "sim/client.h"
#include "sim/coda.h"
#include "sim/recorder.h"

namespace sim {
namespace {

using namespace std::chrono_literals;
constexpr auto kStopTime = 400ms;        ///< for the clients to answer our Close
constexpr auto kRetryTime = 2ms;         ///< until a full queue is tried again
constexpr auto kAcceptRetryTime = 100ms; ///< after a failed accept (no descriptors left)

std::string bracketed(const asio::ip::address& address) {
    return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

std::chrono::milliseconds milliseconds_of(double seconds) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1e3));
}

Coda::Options coda_options(const ServerOptions& options) {
    Coda::Options coda;
    coda.dialect = options.dialect;
    coda.rate = options.rate;
    coda.seed = options.seed;
    coda.auth_timeout_s = options.auth_timeout_s;
    coda.heartbeat_s = options.heartbeat_s;
    coda.turn_scale = options.turn_scale;
    std::random_device random;
    coda.secret = static_cast<std::uint64_t>(random()) << 32 | random();
    return coda;
}

} // namespace

/// All that lives on the server's thread.
class Server::Thread {
public:
    explicit Thread(ServerOptions options);
    ~Thread() { stop(); }

    base::Status listen();
    void start();
    void stop();

    std::uint16_t port() const { return port_; }
    const std::string& url() const { return hooks_.url; }
    wire::EventQueue& events() { return recorder_.queue(); }
    bool top_up() { return recorder_.top_up(); } ///< the thread is gone: another may push

private:
    base::Status cannot_listen(const asio::error_code& error) const;
    void run();
    void accept();
    void add_client(asio::ip::tcp::socket socket);
    void remove_client(Client& client);
    void arm();
    void tick();
    void pause();
    void wait_for_room();
    void begin_stop();
    void finish();

    ServerOptions options_;
    asio::io_context io_{1};
    asio::ip::tcp::acceptor acceptor_{io_};
    asio::steady_timer tick_timer_{io_}, pause_timer_{io_}, accept_timer_{io_}, stop_timer_{io_};
    Recorder recorder_;
    Coda coda_;
    Client::Server hooks_;
    std::map<std::uint32_t, std::shared_ptr<Client>> clients_;
    std::uint32_t last_conn_ = 0;
    std::uint16_t port_ = 0;
    bool paused_ = false, stopping_ = false, accepting_ = false;
    std::thread thread_;
};

Server::Thread::Thread(ServerOptions options)
    : options_(std::move(options)), recorder_(options_.record, options_.wake),
      coda_(coda_options(options_),
            {[this](ClientId id, std::string_view text) {
                 const auto found = clients_.find(id);
                 if (found != clients_.end()) found->second->send_text(text);
             },
             [this](ClientId id, int code, std::string_view reason) {
                 const auto found = clients_.find(id);
                 if (found != clients_.end()) found->second->close(code, reason);
             },
             [this] {
                 return std::any_of(clients_.begin(), clients_.end(),
                                    [](const auto& client) { return client.second->behind(); });
             }},
            base::stamp_now()) {
    hooks_.ping_interval = milliseconds_of(options_.ping_interval_s);
    hooks_.handshake_timeout = milliseconds_of(options_.handshake_timeout_s);
    hooks_.stall_timeout = milliseconds_of(options_.stall_timeout_s);
    hooks_.recorder = &recorder_;
    hooks_.paused = [this] {
        pause();
        return paused_;
    };
    hooks_.opened = [this](Client& client) {
        if (!stopping_) coda_.opened(client.conn(), base::stamp_now());
        arm();
    };
    hooks_.text = [this](Client& client, std::string_view text) {
        if (!stopping_) coda_.received(client.conn(), text, base::stamp_now());
        arm();
    };
    hooks_.gone = [this](Client& client) { remove_client(client); };
}

//--- listening

base::Status Server::Thread::cannot_listen(const asio::error_code& error) const {
    base::Error told;
    told.what = "cannot listen on " + options_.host + ":" + std::to_string(options_.port);
    if (error == asio::error::address_in_use) {
        told.why = "another program listens there";
        told.fix = "choose another port, or 0 for a free one";
    } else if (error == asio::error::access_denied) {
        told.why = "ports below 1024 need more rights";
        told.fix = "choose a higher port, or 0 for a free one";
    } else {
        told.why = error.message();
        told.fix = "use an address of this machine, such as 127.0.0.1";
    }
    return told;
}

base::Status Server::Thread::listen() {
    asio::error_code error;
    const std::string host = options_.host == "localhost" ? "127.0.0.1" : options_.host;
    const auto address = asio::ip::make_address(host, error);
    if (error) return cannot_listen(error);
    const asio::ip::tcp::endpoint where(address, options_.port);
    acceptor_.open(where.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(where, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return cannot_listen(error);
    port_ = acceptor_.local_endpoint(error).port();
    hooks_.url = "ws://" + bracketed(address) + ":" + std::to_string(port_);
    return {};
}

void Server::Thread::start() {
    accept();
    arm();
    thread_ = std::thread([this] {
        run();
        clients_.clear();
    });
}

void Server::Thread::run() {
    while (!io_.stopped()) {
        try {
            io_.run();
        } catch (const std::exception& exception) {
            // Nothing here throws on purpose; what a library throws ends one handler only.
            base::devlog("sim", exception.what());
        }
    }
}

void Server::Thread::accept() {
    pause();
    if (stopping_ || accepting_ || paused_) return;
    accepting_ = true;
    acceptor_.async_accept([this](asio::error_code error, asio::ip::tcp::socket socket) {
        accepting_ = false;
        if (stopping_) return;
        if (!error) {
            add_client(std::move(socket));
            return accept();
        }
        accept_timer_.expires_after(kAcceptRetryTime);
        accept_timer_.async_wait([this](asio::error_code cancelled) {
            if (!cancelled) accept();
        });
    });
}

void Server::Thread::add_client(asio::ip::tcp::socket socket) {
    const std::uint32_t conn = ++last_conn_;
    const auto client = std::make_shared<Client>(std::move(socket), conn, hooks_);
    clients_[conn] = client;
    client->start();
}

void Server::Thread::remove_client(Client& client) {
    coda_.gone(client.conn());
    clients_.erase(client.conn());
    if (stopping_ && clients_.empty()) finish();
}

//--- time

/// Sets the timer to when Coda has something to do.
void Server::Thread::arm() {
    pause();
    if (stopping_ || paused_) return;
    const std::int64_t wait_ns = coda_.next_due_ns() - base::mono_now_ns();
    tick_timer_.expires_after(std::chrono::nanoseconds(std::max<std::int64_t>(0, wait_ns)));
    tick_timer_.async_wait([this](asio::error_code cancelled) {
        if (!cancelled && !stopping_ && !paused_) tick();
    });
}

void Server::Thread::tick() {
    coda_.tick(base::stamp_now());
    arm();
}

/// While the record's queue is full nothing is read and Coda stands still.
void Server::Thread::pause() {
    if (paused_ || stopping_ || !recorder_.full()) return;
    paused_ = true;
    recorder_.count_wait();
    tick_timer_.cancel();
    wait_for_room();
}

void Server::Thread::wait_for_room() {
    pause_timer_.expires_after(kRetryTime);
    pause_timer_.async_wait([this](asio::error_code cancelled) {
        if (cancelled || stopping_) return;
        recorder_.top_up();
        if (recorder_.full()) return wait_for_room();
        paused_ = false;
        accept();
        for (const auto& [conn, client] : std::map(clients_)) client->resume();
        arm();
    });
}

//--- the end

void Server::Thread::begin_stop() {
    stopping_ = true;
    asio::error_code ignored;
    acceptor_.close(ignored);
    tick_timer_.cancel();
    pause_timer_.cancel();
    accept_timer_.cancel();
    const bool backend = options_.dialect == Dialect::backend;
    stop_timer_.expires_after(kStopTime);
    stop_timer_.async_wait([this](asio::error_code cancelled) {
        if (!cancelled) finish();
    });
    for (const auto& [conn, client] : std::map(clients_))
        client->stop(backend ? 1000 : 1001, backend ? "" : "the simulator stops");
    if (clients_.empty()) finish();
}

void Server::Thread::finish() {
    if (io_.stopped()) return;
    io_.stop();
    for (const auto& [conn, client] : std::map(clients_)) client->abort();
}

void Server::Thread::stop() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] { begin_stop(); });
    thread_.join();
}

//--- the public face

base::Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
    auto thread = std::make_unique<Thread>(std::move(options));
    const base::Status listening = thread->listen();
    if (!listening) return listening.error();
    thread->start();
    return std::unique_ptr<Server>(new Server(std::move(thread)));
}

Server::Server(std::unique_ptr<Thread> thread) : thread_(std::move(thread)) {}
Server::~Server() = default;

void Server::stop() { thread_->stop(); }
std::uint16_t Server::port() const { return thread_->port(); }
std::string Server::url() const { return thread_->url(); }
wire::EventQueue& Server::events() { return thread_->events(); }
bool Server::top_up() { return thread_->top_up(); }

} // namespace sim
