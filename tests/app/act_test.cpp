// Actions as panels make them, performed on a real engine against the simulator; the simulator's
// record proves what was sent.
// ctest: timeout=180
#include "app/act.h"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "app/drain.h"
#include "base/clock.h"
#include "net/handshake.h"
#include "sim/server.h"

using base::kSecond;
using model::Connection;
using model::Notice;
using wire::AuthStage;
using wire::Dir;
using wire::Kind;
using wire::Phase;

namespace {

/// Something happened on another thread.
class Bell {
public:
    std::function<void()> ring() {
        return [this] {
            const std::lock_guard lock(mutex_);
            rung_ = true;
            changed_.notify_all();
        };
    }
    /// False when `deadline_ns` passed without it.
    bool wait_until(std::int64_t deadline_ns) {
        std::unique_lock lock(mutex_);
        const auto left = std::chrono::nanoseconds(deadline_ns - base::mono_now_ns());
        const bool rung = changed_.wait_for(lock, left, [this] { return rung_; });
        rung_ = false;
        return rung;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool rung_ = false;
};

/// The program without its window: a Model, an engine, and simulators to talk to.
struct Desk {
    Bell bell; // first: outlives all that rings it
    net::Engine engine{{{}, bell.ring()}};
    model::Model model;
    model::Actions actions;
    app::Desktop desktop;
    std::vector<std::unique_ptr<sim::Server>> servers;
    std::vector<wire::Event> crossed; ///< what the first server saw

    sim::Server& start_server(sim::Dialect dialect = sim::Dialect::guide) {
        sim::ServerOptions options;
        options.dialect = dialect;
        options.record = servers.empty();
        options.wake = bell.ring();
        auto server = sim::Server::start(options);
        REQUIRE(server.ok());
        servers.push_back(std::move(server.value()));
        return *servers.back();
    }

    void frame() {
        model.now = base::stamp_now();
        app::drain(model, engine.events(), 5 * base::kMillisecond);
        app::act(actions, model, engine, desktop);
        wire::Event event;
        while (!servers.empty() && servers[0]->events().pop(&event)) {
            crossed.push_back(std::move(event));
            event = wire::Event();
        }
    }

    /// Draws frames until `done`, as the window would. False after ten seconds.
    bool wait_for(const std::function<bool()>& done) {
        const std::int64_t deadline = base::mono_now_ns() + 10 * kSecond;
        for (;;) {
            frame();
            if (done()) return true;
            const bool idle =
                engine.events().arm() && (servers.empty() || servers[0]->events().arm());
            if (idle && !bell.wait_until(deadline)) return false;
        }
    }

    void act(model::Action action) {
        actions.push_back(std::move(action));
        frame();
    }
    Connection& link(std::uint32_t number = 1) { return *model.connection(number); }
    bool reaches(Phase phase, std::uint32_t number = 1) {
        return wait_for(
            [&] { return model.connection(number) && link(number).state.phase == phase; });
    }
    void open(const std::string& url) {
        const std::size_t before = model.connections.size();
        act(model::Connect{0, url});
        REQUIRE(model.connections.size() == before + 1);
        REQUIRE(reaches(Phase::open, static_cast<std::uint32_t>(before) + 1));
    }
    /// Waits until the server has read a frame of that kind with that payload.
    bool server_got(Kind kind, const std::string& payload) {
        return wait_for([&] {
            for (const wire::Event& event : crossed)
                if (event.kind == kind && event.dir == Dir::out && event.payload.view() == payload)
                    return true;
            return false;
        });
    }
    /// All text messages that the server has read.
    std::vector<std::string> texts_sent() const {
        std::vector<std::string> texts;
        for (const wire::Event& event : crossed)
            if (event.kind == Kind::text && event.dir == Dir::out)
                texts.emplace_back(event.payload.view());
        return texts;
    }
    const Notice* notice(const std::string& topic) const {
        for (const Notice& each : model.notices.list)
            if (each.open && each.topic == topic) return &each;
        return nullptr;
    }
};

/// The URL of a port where nothing listens.
std::string dead_url() {
    auto server = sim::Server::start({});
    REQUIRE(server.ok());
    return server.value()->url();
}

} // namespace

TEST_CASE("Connect makes a new connection that tries for ever, and shows it") {
    Desk desk;
    desk.open(desk.start_server().url());
    CHECK(desk.link().link == 1);
    CHECK(desk.link().options.retry_first == wire::LinkOptions::kForever);
    CHECK(desk.link().options.retry_after_open == wire::LinkOptions::kForever);
    CHECK(desk.model.current_link == 1);
    CHECK(desk.actions.empty());
    desk.open(desk.start_server().url());
    CHECK(desk.model.connections.size() == 2);
    CHECK(desk.model.current_link == 2);
    CHECK(desk.link(1).state.phase == Phase::open);
    CHECK(desk.model.notices.open_count() == 0);
}

TEST_CASE(
    "Connect on a link that exists goes to the new address, without a notice for the old one") {
    Desk desk;
    desk.open(desk.start_server().url());
    const std::string second = desk.start_server().url();
    desk.act(model::Connect{1, second});
    REQUIRE(desk.wait_for([&] {
        return desk.link().state.phase == Phase::open && desk.link().state.url.find(second) == 0;
    }));
    CHECK(desk.model.connections.size() == 1);
    CHECK(desk.link().options.url == second);
    CHECK(desk.model.notices.list.empty());
}

TEST_CASE("Disconnect closes with its code and reason, and is no error") {
    Desk desk;
    desk.open(desk.start_server().url());
    desk.act(model::Disconnect{1, 4001, "done here"});
    REQUIRE(desk.reaches(Phase::idle));
    REQUIRE(desk.wait_for([&] {
        for (const wire::Event& event : desk.crossed)
            if (event.kind == Kind::close && event.dir == Dir::out)
                return event.details && event.details->code == 4001 &&
                       event.details->reason == "done here";
        return false;
    }));
    CHECK(desk.model.notices.open_count() == 0);
}

TEST_CASE("Disconnect stops the attempts of a connection that fails, and closes its notice") {
    Desk desk;
    desk.act(model::Connect{0, dead_url()});
    REQUIRE(desk.reaches(Phase::waiting));
    CHECK(desk.notice("connection") != nullptr);
    desk.act(model::Disconnect{1, 1000, ""});
    REQUIRE(desk.reaches(Phase::idle));
    CHECK(desk.notice("connection") == nullptr);
}

TEST_CASE("a close code that never travels, or a reason too long, closes nothing and says why") {
    Desk desk;
    desk.open(desk.start_server().url());
    desk.act(model::Disconnect{1, 1006, ""});
    REQUIRE(desk.notice("close") != nullptr);
    CHECK(desk.notice("close")->text.what.find("1006") != std::string::npos);
    desk.act(model::Disconnect{1, 1000, std::string(124, 'x')});
    CHECK(desk.notice("close")->text.why.find("124") != std::string::npos);
    desk.act(model::Disconnect{1, 0, "why"});
    CHECK(desk.notice("close")->text.why.find("without a code") != std::string::npos);
    desk.act(model::Disconnect{1, 1000, "\xff"});
    CHECK(desk.notice("close")->text.why.find("UTF-8") != std::string::npos);
    CHECK_FALSE(desk.link().ended_by_user);
    // It is still open: a message goes through.
    desk.act(model::SendMessage{1, false, "{}", false});
    CHECK(desk.server_got(Kind::text, "{}"));
    CHECK(desk.link().state.phase == Phase::open);
    desk.act(model::Disconnect{1, 1000, std::string(123, 'x')});
    CHECK(desk.reaches(Phase::idle));
    CHECK(desk.notice("close") == nullptr);
}

TEST_CASE("what is no text is copied as hex, and it is said") {
    Desk desk;
    std::string clipboard;
    desk.desktop.set_clipboard = [&](const std::string& text) { clipboard = text; };
    desk.act(model::CopyText{std::string("a\0b", 3)});
    CHECK(clipboard == "610062");
    CHECK(desk.notice("copy") != nullptr);
    desk.act(model::CopyText{"\xC3\xA9"});
    CHECK(clipboard == "\xC3\xA9");
    CHECK(desk.notice("copy") == nullptr);
    desk.act(model::CopyText{"\xff"});
    CHECK(clipboard == "ff");
}

TEST_CASE("messages arrive as they were typed, text and binary, in order") {
    Desk desk;
    desk.open(desk.start_server().url());
    const std::string text = R"( {"n": 12345678901234567890, "n": 1e400, "s": "\u00e9"} )";
    const std::string bytes("\0\xff\x80", 3);
    desk.actions = {model::SendMessage{1, false, text, false},
                    model::SendMessage{1, true, bytes, false},
                    model::SendMessage{1, false, "last", false}};
    REQUIRE(desk.server_got(Kind::text, "last"));
    CHECK(desk.server_got(Kind::binary, bytes));
    CHECK(desk.texts_sent() == std::vector<std::string>{text, "last"});
    REQUIRE(desk.wait_for([&] { return desk.link().out.messages == 3; }));
    CHECK(desk.model.notices.open_count() == 0);
}

TEST_CASE("an envelope gets a fresh timestamp at sending, and all else stays as typed") {
    Desk desk;
    desk.open(desk.start_server().url());
    const auto sent_as = [&](const std::string& typed) {
        const std::size_t before = desk.texts_sent().size();
        desk.act(model::SendMessage{1, false, typed, true});
        const std::string iso = base::iso8601_utc_ms(desk.model.now.wall_ns);
        REQUIRE(desk.wait_for([&] { return desk.texts_sent().size() > before; }));
        std::string sent = desk.texts_sent().back();
        const std::size_t at = sent.find(iso.substr(0, 19));
        REQUIRE(at != std::string::npos);
        return sent.replace(at, iso.size(), "NOW");
    };
    CHECK(sent_as(R"({"type":"a","data":{"n":12345678901234567890, "n":1.50}})") ==
          R"({"type":"a","data":{"n":12345678901234567890, "n":1.50}, "timestamp": "NOW"})");
    CHECK(sent_as(R"({"type":"b","data":{},"timestamp":"2020-01-01T00:00:00.000Z","x":"é"})") ==
          R"({"type":"b","data":{},"timestamp":"NOW","x":"é"})");
    CHECK(sent_as("{}") == R"({"timestamp": "NOW"})");
}

TEST_CASE("what is no JSON object is not sent as an envelope, and the place is named") {
    Desk desk;
    desk.open(desk.start_server().url());
    desk.act(model::SendMessage{1, false, "{\"type\":\n  nonsense}", true});
    REQUIRE(desk.notice("send") != nullptr);
    CHECK(desk.notice("send")->text.why.find("line 2") != std::string::npos);
    desk.act(model::SendMessage{1, false, "[1]", true});
    CHECK(desk.notice("send")->text.why.find("object") != std::string::npos);
    desk.act(model::SendMessage{1, false, "", true});
    CHECK(desk.notice("send")->times == 3);
    desk.act(model::SendMessage{1, false, "{\"type\":\n  nonsense}", false});
    REQUIRE(desk.server_got(Kind::text, "{\"type\":\n  nonsense}"));
    CHECK(desk.texts_sent().size() == 1); // nothing of the three crossed
    CHECK(desk.notice("send") == nullptr);
}

TEST_CASE("a message for a connection that is not open is a notice that says why not") {
    Desk desk;
    desk.act(model::SendMessage{1, false, "{}", false});
    REQUIRE(desk.notice("send") != nullptr);
    CHECK(desk.notice("send")->text.why == "not connected");
    CHECK(desk.notice("send")->text.fix == "connect first");

    desk.act(model::Connect{0, dead_url()});
    REQUIRE(desk.reaches(Phase::waiting));
    desk.act(model::SendMessage{1, false, "{}", false});
    const Notice* notice = nullptr;
    for (const Notice& each : desk.model.notices.list)
        if (each.topic == "send" && each.link == 1) notice = &each;
    REQUIRE(notice != nullptr);
    CHECK(notice->text.what == "the message was not sent");
    CHECK(notice->text.why.find("connection 1 is ") == 0);
    CHECK_FALSE(notice->text.fix.empty());
}

TEST_CASE(
    "a message that met a connection already gone comes back as a refused event and a notice") {
    Desk desk;
    desk.open(desk.start_server().url());
    // Both in one frame: for the Model the connection is still open.
    desk.actions = {model::Disconnect{1, 1000, ""}, model::SendMessage{1, false, "late", false}};
    REQUIRE(desk.wait_for([&] { return desk.notice("send") != nullptr; }));
    const Notice* notice = desk.notice("send");
    REQUIRE(desk.model.log.contains(notice->event));
    CHECK(desk.model.log.kind(notice->event) == Kind::refused);
    CHECK(desk.model.log.view(notice->event).payload == "late");
}

namespace {

/// A listening socket on loopback.
struct Listener {
    int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    std::uint16_t port = 0;

    Listener() {
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&here), sizeof here) == 0);
        socklen_t size = sizeof here;
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&here), &size);
        port = ntohs(here.sin_port);
        ::listen(fd, 1);
    }
    ~Listener() { ::close(fd); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    std::string url() const { return "ws://127.0.0.1:" + std::to_string(port); }
};

/// A server that opens a session and then reads nothing until it is told to.
struct LazyPeer {
    Listener listener;
    std::mutex mutex;
    std::condition_variable changed;
    bool reading = false;
    std::thread thread;

    LazyPeer() {
        thread = std::thread([this] { serve(); });
    }
    ~LazyPeer() {
        ::shutdown(listener.fd, SHUT_RDWR); // ends an accept that nobody came for
        read();
        thread.join();
    }
    void read() {
        const std::lock_guard lock(mutex);
        reading = true;
        changed.notify_all();
    }
    void serve() {
        const int fd = ::accept(listener.fd, nullptr, nullptr);
        if (fd < 0) return;
        std::string head;
        char byte = 0;
        while (head.find("\r\n\r\n") == std::string::npos && ::recv(fd, &byte, 1, 0) == 1)
            head += byte;
        const std::size_t at = head.find("Sec-WebSocket-Key: ") + 19;
        const std::string answer =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
            net::accept_for_key(head.substr(at, head.find("\r\n", at) - at)) + "\r\n\r\n";
        ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
        {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return reading; });
        }
        std::vector<char> buffer(1 << 16);
        while (::recv(fd, buffer.data(), buffer.size(), 0) > 0) {
        }
        ::close(fd);
    }
};

} // namespace

TEST_CASE("a server that does not read is told of, and the warning goes when it has read") {
    LazyPeer peer;
    Desk desk;
    desk.open(peer.listener.url());
    const std::string megabyte(1'000'000, 'x');
    for (int i = 0; i < 60 && desk.notice("send queue") == nullptr; ++i) {
        const std::uint64_t seen = desk.model.log.end();
        desk.act(model::SendMessage{1, false, megabyte, false});
        REQUIRE(desk.wait_for([&] { return desk.model.log.end() > seen; }));
    }
    const Notice* notice = desk.notice("send queue");
    REQUIRE(notice != nullptr);
    CHECK(notice->severity == model::Severity::warning);
    CHECK(notice->text.what.find("does not read") != std::string::npos);
    CHECK(desk.model.log.kind(notice->event) == Kind::refused);
    CHECK(desk.model.log.view(notice->event).payload == megabyte);
    peer.read();
    CHECK(desk.wait_for([&] { return desk.notice("send queue") == nullptr; }));
    CHECK(desk.link().state.phase == Phase::open);
}

TEST_CASE("a stop in the middle of the handshake is no error") {
    const Listener silent; // takes the connection and never answers
    Desk desk;
    desk.act(model::Connect{0, silent.url()});
    REQUIRE(desk.reaches(Phase::upgrading));
    desk.act(model::Disconnect{1, 1000, ""});
    REQUIRE(desk.reaches(Phase::idle));
    CHECK(desk.model.log.counts().kind[static_cast<std::size_t>(Kind::failed)] == 1);
    CHECK(desk.model.notices.list.empty());
}

TEST_CASE(
    "a second stop, while the server does not answer the Close, ends at once and is no error") {
    LazyPeer peer;
    Desk desk;
    desk.open(peer.listener.url());
    desk.act(model::Disconnect{1, 1000, ""});
    REQUIRE(desk.reaches(Phase::closing));
    desk.act(model::Disconnect{1, 1000, ""});
    REQUIRE(desk.wait_for(
        [&] { return desk.model.log.counts().kind[static_cast<std::size_t>(Kind::closed)] == 1; }));
    CHECK(desk.model.notices.list.empty());
}

TEST_CASE("Connect that does not insist tries once, and keeps its retries after a loss") {
    Desk desk;
    desk.act(model::Connect{0, dead_url(), false});
    REQUIRE(desk.reaches(Phase::failed)); // and not waiting to retry
    CHECK(desk.link().options.retry_first == wire::LinkOptions::kForever); // when dialled by hand
    CHECK(desk.link().options.retry_after_open == wire::LinkOptions::kForever);
    CHECK(desk.notice("connection") != nullptr);
}

TEST_CASE("Ping now brings its round trip, or says why it cannot") {
    Desk desk;
    desk.open(desk.start_server().url());
    desk.act(model::PingNow{1});
    REQUIRE(desk.wait_for([&] { return desk.link().state.ping_rtt_ns >= 0; }));
    CHECK(desk.link().state.ping_rtt_ns < 5 * kSecond);
    desk.act(model::Disconnect{1, 1000, ""});
    REQUIRE(desk.reaches(Phase::idle));
    desk.act(model::PingNow{1});
    REQUIRE(desk.notice("ping") != nullptr);
    CHECK(desk.notice("ping")->text.why == "connection 1 is not connected");
}

TEST_CASE("the automatic answer authenticates by itself") {
    Desk desk;
    desk.open(desk.start_server(sim::Dialect::backend).url());
    CHECK(desk.wait_for([&] { return desk.link().state.auth == AuthStage::authenticated; }));
    CHECK(desk.notice("challenge") == nullptr);
    CHECK(desk.link().sent_before_auth == 0);
}

namespace {

/// Stops the automatic answer before the challenge can come: connects anew with the switch off.
void open_challenged(Desk& desk) {
    const std::string url = desk.start_server(sim::Dialect::backend).url();
    desk.open(url);
    desk.act(model::SetAutoAuth{1, false});
    CHECK_FALSE(desk.link().options.auto_auth);
    desk.act(model::Connect{1, url});
    REQUIRE(desk.wait_for([&] {
        return desk.link().state.conn >= 2 && desk.link().state.auth == AuthStage::challenged;
    }));
}

} // namespace

TEST_CASE(
    "with the answer switched off the challenge stands, commands are warned of, and Answer answers") {
    Desk desk;
    open_challenged(desk);
    REQUIRE(desk.notice("challenge") != nullptr);
    desk.act(model::SendMessage{1, false, R"({"type":"text_input","data":{"text":"hi"}})", true});
    REQUIRE(desk.wait_for([&] { return desk.link().sent_before_auth == 1; }));
    CHECK(desk.notice("sent before authentication") != nullptr);
    desk.act(model::AnswerChallenge{1});
    REQUIRE(desk.wait_for([&] { return desk.link().state.auth == AuthStage::authenticated; }));
    CHECK(desk.notice("challenge") == nullptr);
    CHECK(desk.link().sent_before_auth == 1);
    desk.act(model::AnswerChallenge{1});
    REQUIRE(desk.notice("answer") != nullptr);
    CHECK(desk.notice("answer")->text.why.find("no unanswered challenge") != std::string::npos);
}

TEST_CASE("the answer switched on again answers the challenge that stands") {
    Desk desk;
    open_challenged(desk);
    desk.act(model::SetAutoAuth{1, true});
    CHECK(desk.wait_for([&] { return desk.link().state.auth == AuthStage::authenticated; }));
    CHECK(desk.link().options.auto_auth);
}

TEST_CASE("a broken line is told, tried again, and the notice goes when it stands again") {
    Desk desk;
    desk.open(desk.start_server().url());
    desk.act(model::BreakLine{1});
    REQUIRE(desk.wait_for([&] { return desk.notice("connection") != nullptr; }));
    CHECK(desk.notice("connection")->text.what.find("lost") != std::string::npos);
    desk.act(model::RetryNow{1});
    REQUIRE(desk.wait_for(
        [&] { return desk.link().state.phase == Phase::open && desk.link().state.conn >= 2; }));
    CHECK(desk.notice("connection") == nullptr);
}

TEST_CASE("orders for a connection that does not exist are told, and do nothing") {
    Desk desk;
    const std::vector<model::Action> wishes = {model::Connect{7, "ws://localhost:1"},
                                               model::Disconnect{7, 1000, ""},
                                               model::RetryNow{7},
                                               model::PingNow{7},
                                               model::SetAutoAuth{7, true},
                                               model::AnswerChallenge{7},
                                               model::BreakLine{7},
                                               model::SelectLink{7}};
    int told = 0;
    for (const model::Action& wish : wishes) {
        desk.act(wish);
        REQUIRE(desk.notice("action") != nullptr);
        CHECK(desk.notice("action")->times == ++told);
        CHECK(desk.notice("action")->text.why == "there is no connection 7");
    }
    CHECK(desk.model.connections.empty());
    CHECK(desk.model.current_link == 0);
}

TEST_CASE("the demo starts once, connects, and is shown again when asked for again") {
    Desk desk;
    desk.act(model::StartDemo{});
    REQUIRE(desk.notice("demo") != nullptr); // no simulator in this program
    desk.desktop.start_demo = []() -> base::Result<std::string> {
        return base::Error{"the demo did not start", "the port is taken", ""};
    };
    desk.act(model::StartDemo{});
    CHECK(desk.notice("demo")->text.why == "the port is taken");
    CHECK_FALSE(desk.model.demo);

    desk.desktop.start_demo = [&]() -> base::Result<std::string> {
        if (desk.servers.empty()) desk.start_server();
        return desk.servers[0]->url();
    };
    desk.act(model::StartDemo{});
    CHECK(desk.model.demo);
    CHECK(desk.notice("demo") == nullptr);
    REQUIRE(desk.reaches(Phase::open));
    desk.open(desk.start_server().url());
    CHECK(desk.model.current_link == 2);
    desk.act(model::StartDemo{});
    CHECK(desk.model.current_link == 1);
    CHECK(desk.model.connections.size() == 2);
    desk.act(model::Disconnect{1, 1000, ""});
    REQUIRE(desk.reaches(Phase::idle));
    desk.act(model::StartDemo{});
    CHECK(desk.reaches(Phase::open));
    CHECK(desk.model.connections.size() == 2);
}

TEST_CASE("clear, filter, copy and the settings act on the Model alone") {
    Desk desk;
    desk.open(desk.start_server().url());
    REQUIRE(desk.wait_for([&] { return desk.model.log.size() > 3; }));
    model::ListFilter filter;
    filter.filter = std::get<model::Filter>(model::Filter::parse("\"no event has this\""));
    desk.act(model::SetFilter{filter});
    CHECK(desk.model.index.filter() == filter);
    CHECK(desk.wait_for([&] { return desk.model.index.complete(); }));
    CHECK(desk.model.index.size() == 0);
    desk.act(model::SetFilter{model::ListFilter()});
    CHECK(desk.model.index.size() == desk.model.log.size());

    desk.act(model::ClearLog{});
    CHECK(desk.model.log.size() == 0);
    CHECK(desk.model.index.size() == 0);

    desk.act(model::CopyText{"a"});
    REQUIRE(desk.notice("copy") != nullptr);
    std::string copied;
    desk.desktop.set_clipboard = [&](const std::string& text) { copied = text; };
    const std::string bytes("a\0\xff", 3);
    desk.act(model::CopyText{bytes});
    CHECK(copied == "6100ff"); // the clipboard would end it at the NUL

    desk.act(model::CloseNotice{desk.notice("copy")->id});
    CHECK(desk.notice("copy") == nullptr);
    desk.act(model::SetTheme{false});
    CHECK_FALSE(desk.model.dark_theme);
    desk.act(model::SetTextSize{9});
    CHECK(desk.model.text_size == 2.0f);
    desk.act(model::SetTextSize{0.1f});
    CHECK(desk.model.text_size == 0.7f);
    desk.act(model::SelectLink{1});
    CHECK(desk.model.current_link == 1);
    CHECK_FALSE(desk.model.quit);
    desk.act(model::Quit{});
    CHECK(desk.model.quit);
}
