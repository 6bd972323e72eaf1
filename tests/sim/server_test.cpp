// ctest: timeout=300
#include "sim/server.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <doctest/doctest.h>
#include <filesystem>
#include <iterator>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "sim/raw_client.h"
#include "sim/recorder.h"
#include "wire/catalogue.h"
#include "wire/catalogue_check.h"
#include "wire/envelope.h"

using nlohmann::json;
using sim::Dialect;
using sim::Server;
using sim::ServerOptions;
using wire::Dir;
using wire::Kind;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

ServerOptions guide() {
    ServerOptions options;
    options.turn_scale = 0.02;
    return options;
}

ServerOptions backend() {
    ServerOptions options = guide();
    options.dialect = Dialect::backend;
    return options;
}

std::unique_ptr<Server> started(ServerOptions options) {
    auto server = Server::start(std::move(options));
    REQUIRE(server.ok());
    return std::move(server.value());
}

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::string command(const std::string& type, const json& data) {
    return json{{"type", type}, {"data", data}}.dump();
}

/// Pops the record of a server, on the test's thread, woken by the server's.
class Record {
public:
    std::function<void()> wake() {
        return [this] {
            const std::lock_guard lock(mutex_);
            rung_ = true;
            bell_.notify_one();
        };
    }
    /// Waits for an event that `wanted` takes; all that came is in `all`. Gives up when nothing
    /// comes any more, or when far more came than any test here waits for.
    template <class Wanted>
    bool wait(Server& server, Wanted wanted) {
        constexpr std::size_t kEnough = 1'000'000;
        auto deadline = Clock::now() + RawClient::kPatience;
        while (all.size() < kEnough) {
            wire::Event event;
            while (server.events().pop(&event)) {
                all.push_back(std::move(event));
                if (wanted(all.back())) return true;
                deadline = Clock::now() + RawClient::kPatience;
            }
            if (!server.events().arm()) continue;
            std::unique_lock lock(mutex_);
            if (!bell_.wait_until(lock, deadline, [this] { return rung_; })) return false;
            rung_ = false;
        }
        return false;
    }
    void drain(Server& server) {
        wire::Event event;
        while (server.events().pop(&event)) all.push_back(std::move(event));
    }
    std::vector<std::string> words(std::uint32_t conn) const {
        std::vector<std::string> words;
        for (const wire::Event& event : all)
            if (event.conn == conn)
                words.push_back(std::string(wire::word(event.dir)) + " " + wire::word(event.kind));
        return words;
    }
    const wire::Event* first(Kind kind, Dir dir) const {
        for (const wire::Event& event : all)
            if (event.kind == kind && event.dir == dir) return &event;
        return nullptr;
    }

    std::vector<wire::Event> all;

private:
    std::mutex mutex_;
    std::condition_variable bell_;
    bool rung_ = false;
};

} // namespace

//--- the opening

TEST_CASE("the server says where it listens and takes a connection on any path") {
    const auto server = started(guide());
    CHECK(server->port() != 0);
    CHECK(server->url() == "ws://127.0.0.1:" + std::to_string(server->port()));
    for (const char* path : {"/", "/any/path?with=query&more=1", "/%C3%A9"}) {
        RawClient client(server->port());
        const std::string head = client.upgrade(path);
        CHECK(head.find("HTTP/1.1 101 ") == 0);
        CHECK(head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") != head.npos);
    }
}

TEST_CASE("neither a subprotocol nor permessage-deflate is agreed to") {
    const auto server = started(guide());
    RawClient client(server->port());
    const std::string head = client.upgrade(
        "/", "Sec-WebSocket-Protocol: chat, soap\r\nSec-WebSocket-Extensions: permessage-deflate; "
             "client_max_window_bits\r\n");
    CHECK(head.find(" 101 ") != head.npos);
    CHECK(head.find("Sec-WebSocket-Protocol") == head.npos);
    CHECK(head.find("Sec-WebSocket-Extensions") == head.npos);
    const auto frame = client.frame();
    REQUIRE(frame);
    CHECK_FALSE(frame->rsv);
}

TEST_CASE("a plain HTTP request gets 426 and the end of TCP") {
    const auto server = started(backend());
    RawClient client(server->port());
    client.write("GET / HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n");
    const std::string head = client.head();
    CHECK(head.find("HTTP/1.1 426 ") == 0);
    CHECK(head.find("Upgrade: websocket\r\n") != head.npos);
    CHECK(client.read_to_end());
}

TEST_CASE("a handshake of another version, or half of one, gets 400") {
    const auto server = started(guide());
    for (const char* request :
         {"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Version: 13\r\n\r\n",
          "nonsense\r\n\r\n"}) {
        RawClient client(server->port());
        client.write(request);
        CHECK(client.head().find("HTTP/1.1 400 ") == 0);
        CHECK(client.read_to_end());
    }
}

TEST_CASE("a taken port and an address that is none are told of") {
    const auto server = started(guide());
    ServerOptions options = guide();
    options.port = server->port();
    const auto second = Server::start(options);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().what == "cannot listen on 127.0.0.1:" + std::to_string(server->port()));
    CHECK(second.error().why == "another program listens there");
    options.port = 0;
    for (const char* host : {"no address", "203.0.113.7"}) {
        options.host = host;
        const auto nowhere = Server::start(options);
        REQUIRE_FALSE(nowhere.ok());
        CHECK(nowhere.error().what.find(host) != std::string::npos);
        CHECK_FALSE(nowhere.error().fix.empty());
    }
}

TEST_CASE("a request that never becomes whole is given up") {
    ServerOptions options = guide();
    options.handshake_timeout_s = 0.2;
    const auto server = started(options);
    RawClient client(server->port());
    client.write("GET / HTTP/1.1\r\nHost:");
    const auto begin = Clock::now();
    CHECK(client.read_to_end());
    CHECK(seconds_since(begin) < 5);
}

//--- the guide

TEST_CASE("guide: idle first, then the heartbeat, then a turn as it is described") {
    ServerOptions options = guide();
    options.heartbeat_s = 0.1;
    const auto server = started(options);
    RawClient client(server->port());
    client.upgrade();
    const json first = client.message();
    CHECK(first["type"] == "mode_change");
    CHECK(first["data"]["mode"] == "idle");
    CHECK_FALSE(client.message_of("system_metrics").is_null());
    CHECK_FALSE(client.message_of("system_metrics").is_null());
    client.send_text(command("text_input", {{"text", "hello"}}));
    std::vector<std::string> types;
    const auto deadline = Clock::now() + RawClient::kPatience;
    while (types.size() < 7 && Clock::now() < deadline) {
        const json message = client.message();
        REQUIRE(message.is_object());
        if (message["type"] == "system_metrics") continue;
        types.push_back(message["type"]);
        const wire::MessageType* type = wire::find_event(types.back());
        REQUIRE(type);
        CHECK(catalogue_check::faults(message, *type) == "");
    }
    CHECK(types == std::vector<std::string>{"mode_change", "conversation_message", "memory_store",
                                            "conversation_message", "emotion_change",
                                            "latency_trace", "mode_change"});
}

//--- the backend

TEST_CASE("backend: challenge, answer, replay, echo and a whole turn") {
    const auto server = started(backend());
    RawClient client(server->port());
    client.upgrade();
    REQUIRE(client.authenticate());
    client.send_text(command("text_input", {{"text", "hello"}}));
    std::vector<json> all;
    const auto deadline = Clock::now() + RawClient::kPatience;
    while (all.size() < 53 && Clock::now() < deadline) {
        all.push_back(client.message());
        REQUIRE(all.back().is_object());
        if (all.back()["type"] == "system_metrics") all.pop_back();
    }
    CHECK(all.front()["type"] == "client_message");
    CHECK(all.front()["data"]["message_data"]["text"] == "hello");
    CHECK(all.back()["type"] == "latency_trace");
    for (const json& message : all) {
        const wire::MessageType* type = wire::find_event(message["type"].get<std::string>());
        REQUIRE(type);
        CHECK(catalogue_check::faults(message, *type) == "");
    }
}

TEST_CASE("backend: a challenge that nobody answers ends with 1000, no reason and no TCP") {
    ServerOptions options = backend();
    options.auth_timeout_s = 0.2;
    const auto server = started(options);
    RawClient client(server->port());
    client.upgrade();
    CHECK(client.message()["type"] == "auth_challenge");
    const json result = client.message();
    CHECK(result["data"]["message"] == "Authentication timeout");
    const auto close = client.frame();
    REQUIRE(close);
    CHECK(close->opcode == 8);
    CHECK(close->close_code() == 1000);
    CHECK(close->close_reason().empty());
    client.send(8, "\x03\xe8");
    CHECK(client.read_to_end());
}

TEST_CASE("backend: every client gets the same broadcasts with the same seq") {
    const auto server = started(backend());
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 40; ++i) {
        clients.push_back(std::make_unique<RawClient>(server->port()));
        clients.back()->upgrade();
        REQUIRE(clients.back()->authenticate());
    }
    clients[7]->send_text(command("hello", {{"n", 1}}));
    const json echo = clients[0]->message_of("client_message");
    REQUIRE(echo.is_object());
    for (std::size_t i = 1; i < clients.size(); ++i)
        CHECK(clients[i]->message_of("client_message") == echo);
}

//--- frames

TEST_CASE("a message in many frames, with a ping between them, arrives as one") {
    const auto server = started(backend());
    RawClient client(server->port());
    client.upgrade();
    REQUIRE(client.authenticate());
    const std::string text = command("frag", {{"text", "é👍"}});
    client.send(1, text.substr(0, 5), false);
    client.send(9, "in between");
    for (std::size_t i = 5; i < text.size(); ++i)
        client.send(0, text.substr(i, 1), i + 1 == text.size());
    const auto pong = client.frame();
    REQUIRE(pong);
    CHECK(pong->opcode == 10);
    CHECK(pong->payload == "in between");
    CHECK(client.message_of("client_message")["data"]["message_data"]["text"] == "é👍");
}

TEST_CASE("binary messages mean nothing to Coda") {
    const auto server = started(backend());
    RawClient client(server->port());
    client.upgrade();
    REQUIRE(client.authenticate());
    client.send(2, command("binary", json::object()));
    client.send_text(command("text", json::object()));
    CHECK(client.message_of("client_message")["data"]["message_type"] == "text");
}

TEST_CASE("a broken rule of the protocol is answered with its code and the end of TCP") {
    const auto server = started(guide());
    const auto code_after = [&](const std::string& bytes) {
        RawClient client(server->port());
        client.upgrade();
        client.message();
        client.write(bytes);
        const auto close = client.close_frame();
        if (!close) return -1;
        CHECK(client.read_to_end());
        return close->close_code();
    };
    CHECK(code_after(std::string("\x81\x02hi")) == 1002);          // not masked
    CHECK(code_after(RawClient::client_frame(3, "x")) == 1002);    // reserved opcode
    CHECK(code_after(RawClient::client_frame(1, "\xff")) == 1007); // not UTF-8
    CHECK(code_after(RawClient::client_frame(1, "\xc3", false) + RawClient::client_frame(0, "")) ==
          1007); // ends inside a code point
    const std::string too_large("\x81\xff\x00\x00\x00\x00\x00\xa0\x00\x01mask", 14);
    CHECK(code_after(too_large) == 1009); // 10 MiB and one byte
}

TEST_CASE("a message of 10 MiB is taken and echoed") {
    const auto server = started(backend());
    RawClient client(server->port());
    client.upgrade();
    REQUIRE(client.authenticate());
    const std::string frame = R"({"type":"large","data":{"text":""}})";
    std::string text = R"({"type":"large","data":{"text":")";
    text += std::string((10u << 20) - frame.size(), 'a') + "\"}}";
    REQUIRE(text.size() == 10u << 20);
    client.send_text(text);
    const json echo = client.message_of("client_message");
    REQUIRE(echo.is_object());
    CHECK(echo["data"]["message_data"]["text"].get<std::string>().size() ==
          (10u << 20) - frame.size());
}

TEST_CASE("the server pings at its interval") {
    ServerOptions options = guide();
    options.ping_interval_s = 0.1;
    const auto server = started(options);
    RawClient client(server->port());
    client.upgrade();
    int pings = 0;
    const auto deadline = Clock::now() + RawClient::kPatience;
    while (pings < 3) {
        REQUIRE(Clock::now() < deadline);
        const auto frame = client.frame();
        REQUIRE(frame);
        if (frame->opcode == 9) {
            ++pings;
            client.send(10, frame->payload);
        }
    }
}

TEST_CASE("the client's Close is echoed, TCP ends, and what stands behind it is not read") {
    Record record;
    ServerOptions options = guide();
    options.record = true;
    options.wake = record.wake();
    const auto server = started(options);
    RawClient client(server->port());
    client.upgrade();
    client.message();
    client.write(RawClient::client_frame(8, "\x0f\xa1mine") + "\x01garbage that is no frame");
    const auto close = client.close_frame();
    REQUIRE(close);
    CHECK(close->close_code() == 4001);
    CHECK(client.read_to_end());
    client.vanish();
    REQUIRE(record.wait(*server, [](const auto& event) { return event.kind == Kind::closed; }));
    CHECK(record.all.back().details->clean);
    CHECK(record.all.back().details->code == 4001);
    CHECK(record.all.back().details->reason == "mine");
    CHECK(record.all.back().details->by == wire::By::us);
}

TEST_CASE("after the closing handshake the server's end of TCP follows at once") {
    const auto server = started(guide());
    double quickest = 10;
    for (int round = 0; round < 5; ++round) {
        RawClient client(server->port());
        client.upgrade();
        client.send(8, "");
        REQUIRE(client.close_frame());
        const auto begin = Clock::now();
        CHECK(client.read_to_end()); // although ours stays open
        quickest = std::min(quickest, seconds_since(begin));
    }
    CHECK(quickest < 0.5);
}

TEST_CASE("a flood of events arrives whole, in order and at its rate") {
    ServerOptions options = backend();
    options.rate = 5000;
    const auto server = started(options);
    RawClient client(server->port());
    client.upgrade();
    REQUIRE(client.authenticate());
    const auto begin = Clock::now();
    std::int64_t seq = 0;
    for (int i = 0; i < 5000; ++i) {
        const json message = client.message();
        REQUIRE(message.is_object());
        if (seq != 0) REQUIRE(message["seq"] == seq + 1);
        seq = message["seq"];
    }
    CHECK(seconds_since(begin) > 0.5);
}

TEST_CASE("a client that does not read is dropped, and nobody else suffers") {
    Record record;
    ServerOptions options = backend();
    options.record = true;
    options.wake = record.wake();
    options.stall_timeout_s = options.ping_interval_s = 600; // only what is unread counts here
    const auto server = started(options);
    RawClient idle(server->port());
    idle.upgrade();
    REQUIRE(idle.authenticate());
    RawClient busy(server->port());
    busy.upgrade();
    REQUIRE(busy.authenticate());
    // A MiB after the other passes by the client that does not read, until the server has enough.
    const std::string text(1u << 20, 'x');
    int sent = 0;
    while (sent < 40 && !record.first(Kind::close, Dir::in)) {
        busy.send_text(command("large", {{"n", sent}, {"text", text}}));
        const json echo = busy.message_of("client_message");
        REQUIRE(echo.is_object());
        REQUIRE(echo["data"]["message_data"]["n"] == sent);
        ++sent;
        record.drain(*server);
    }
    REQUIRE(record.first(Kind::close, Dir::in));
    CHECK(record.first(Kind::close, Dir::in)->conn == 1);
    int messages = 0;
    for (;;) { // now it reads: what was kept for it, and why there is no more
        const auto frame = idle.frame();
        REQUIRE(frame);
        if (frame->opcode == 1 && frame->payload.size() > text.size()) ++messages;
        if (frame->opcode != 8) continue;
        CHECK(frame->close_code() == 1008);
        CHECK(frame->close_reason().find("too slow") == 0);
        break;
    }
    CHECK(messages >= 8);
    CHECK(messages <= sent); // the last straw may have been an event of the server's own
    idle.send(8, "\x03\xe8");
    CHECK(idle.read_to_end());
    busy.send_text(command("still", json::object()));
    CHECK(busy.message_of("client_message")["data"]["message_type"] == "still");
}

TEST_CASE("a flood that is faster than its reader waits for it") {
    ServerOptions options = backend();
    options.rate = 1e6;
    options.ping_interval_s = 600; // no frame but the flood's, however slow this machine is
    const auto server = started(options);
    RawClient client(server->port());
    client.upgrade();
    REQUIRE(client.authenticate());
    std::size_t bytes = 0;
    std::int64_t seq = 0;
    while (bytes < 4 * (8u << 20)) { // far more than would be kept for it
        const auto frame = client.frame();
        REQUIRE(frame);
        REQUIRE(frame->opcode == 1);
        bytes += frame->payload.size();
        const wire::EnvelopeHead head = wire::read_envelope(frame->payload);
        REQUIRE(head.has_seq);
        if (seq != 0) REQUIRE(head.seq == seq + 1);
        seq = head.seq;
    }
}

TEST_CASE("a client that stops reading holds up a flood for a while, then it is dropped") {
    Record record;
    ServerOptions options = backend();
    options.rate = 50'000;
    options.stall_timeout_s = 0.3;
    options.record = true;
    options.wake = record.wake();
    const auto server = started(options);
    RawClient idle(server->port());
    idle.upgrade();
    REQUIRE(idle.authenticate());
    const auto closed = [](const wire::Event& event) {
        return event.kind == Kind::close && event.conn == 1;
    };
    REQUIRE(record.wait(*server, closed));
    CHECK(record.all.back().details->code == 1008);
    RawClient busy(server->port());
    busy.upgrade();
    REQUIRE(busy.authenticate());
    record.all.clear();
    const auto reaches_busy = [](const wire::Event& event) {
        return event.conn == 2 && event.payload.view().find("llm_token") != std::string::npos;
    };
    CHECK(record.wait(*server, reaches_busy));
    CHECK_FALSE(record.first(Kind::closed, Dir::none)); // although the other is not gone yet
    const auto close = idle.close_frame();              // it can still read why
    REQUIRE(close);
    CHECK(close->close_code() == 1008);
}

//--- stopping

TEST_CASE("stopping tells every client, each dialect in its own words") {
    for (const Dialect dialect : {Dialect::guide, Dialect::backend}) {
        Record record;
        ServerOptions options = guide();
        options.dialect = dialect;
        options.record = true;
        options.wake = record.wake();
        const auto server = started(options);
        RawClient client(server->port());
        client.upgrade();
        client.message();
        std::thread stopper([&server] { server->stop(); });
        const auto close = client.close_frame();
        if (close) client.send(8, close->payload.substr(0, 2));
        client.read_to_end();
        client.vanish();
        stopper.join();
        REQUIRE(close);
        CHECK(close->close_code() == (dialect == Dialect::guide ? 1001 : 1000));
        if (dialect == Dialect::backend) CHECK(close->close_reason().empty());
        record.drain(*server);
        REQUIRE(record.all.back().kind == Kind::closed);
        CHECK(record.all.back().details->by == wire::By::peer);
        CHECK(record.all.back().details->code == close->close_code());
        CHECK(record.all.back().details->reason == close->close_reason());
        CHECK(record.all.back().details->clean);
    }
}

TEST_CASE("stopping takes under a second in any state") {
    for (int round = 0; round < 20; ++round) {
        ServerOptions options = backend();
        options.rate = round % 2 ? 20000 : 0;
        options.record = round % 4 < 2; // its queue is never popped
        auto server = started(options);
        RawClient silent(server->port());
        RawClient half(server->port());
        half.write("GET / HTTP/1.1\r\n");
        RawClient open(server->port());
        open.upgrade();
        REQUIRE(open.authenticate());
        RawClient unauthenticated(server->port());
        unauthenticated.upgrade();
        RawClient mid_message(server->port());
        mid_message.upgrade();
        mid_message.write(RawClient::client_frame(1, std::string(500, 'x')).substr(0, 100));
        RawClient gone(server->port());
        gone.upgrade();
        gone.vanish();
        open.send_text(command("text_input", {{"text", "hello"}}));
        const auto begin = Clock::now();
        server->stop();
        CHECK(seconds_since(begin) < 1);
        server->stop(); // again: nothing
        server.reset();
        CHECK(open.read_to_end());
        CHECK(half.read_to_end());
        CHECK(silent.read_to_end());
    }
}

TEST_CASE("who has not opened is not waited for") {
    double quickest = 1; // of some, since the machine may be busy
    for (int round = 0; round < 5; ++round) {
        Record record;
        ServerOptions options = guide();
        options.record = true;
        options.wake = record.wake();
        const auto server = started(options);
        RawClient silent(server->port());
        RawClient half(server->port());
        half.write("GET / HTTP/1.1\r\n");
        REQUIRE(record.wait(*server, [](const auto& event) { return event.conn == 2; }));
        const auto begin = Clock::now();
        server->stop();
        quickest = std::min(quickest, seconds_since(begin));
        CHECK(half.read_to_end());
    }
    CHECK(quickest < 0.3);
}

TEST_CASE("starting and stopping at once leaves no thread and no descriptor behind") {
    const auto count = [](const char* folder) {
        const std::filesystem::directory_iterator entries(folder);
        return std::distance(begin(entries), end(entries));
    };
    { const auto first = started(guide()); } // whatever is opened once for good
    const auto descriptors = count("/proc/self/fd"), threads = count("/proc/self/task");
    for (int round = 0; round < 100; ++round) {
        auto server = started(round % 2 ? guide() : backend());
        if (round % 3) server->stop();
    }
    CHECK(count("/proc/self/fd") == descriptors);
    CHECK(count("/proc/self/task") == threads);
}

//--- the record

TEST_CASE("the record has what crossed, seen from the client, in order") {
    Record record;
    ServerOptions options = backend();
    options.record = true;
    options.wake = record.wake();
    options.heartbeat_s = 1000;
    const auto server = started(options);
    RawClient client(server->port());
    client.upgrade("/path", "X-Mine: yes\r\n");
    REQUIRE(client.authenticate());
    const std::string text = command("hello", json::object());
    client.send(1, text.substr(0, 4), false);
    client.send(0, text.substr(4));
    REQUIRE_FALSE(client.message_of("client_message").is_null());
    client.send(9, "p");
    client.frame();
    client.send(2, "\x01\x02");
    client.send(8, "");
    client.read_to_end();
    client.vanish();
    REQUIRE(record.wait(*server, [](const auto& event) { return event.kind == Kind::closed; }));
    CHECK(record.words(1) == std::vector<std::string>{"- connecting", "- request", "- response",
                                                      "- open", "in text", "out text", "in text",
                                                      "in text", "out text", "in text", "out ping",
                                                      "in pong", "out binary", "out close",
                                                      "in close", "- closed"});
    const wire::Event& connecting = record.all[0];
    CHECK(connecting.details->url == server->url());
    CHECK(record.all[1].payload.view().find("GET /path HTTP/1.1\r\n") == 0);
    CHECK(record.all[1].payload.view().find("X-Mine: yes\r\n") != std::string::npos);
    CHECK(record.all[2].details->status == 101);
    CHECK(record.all[3].details->address.find("127.0.0.1:") == 0);
    const wire::Event& fragmented = record.all[8];
    CHECK(fragmented.payload.view() == text);
    CHECK(fragmented.frames == 2);
    CHECK(fragmented.wire_size == text.size() + 12);
    const wire::Event& echo = record.all[9];
    CHECK(echo.frames == 1);
    CHECK(echo.wire_size == echo.payload.size + 4);
    CHECK(record.first(Kind::binary, Dir::out)->payload.view() == "\x01\x02");
    CHECK(record.first(Kind::close, Dir::out)->details->code == 0);
    for (std::size_t i = 0; i < record.all.size(); ++i) {
        CHECK(record.all[i].id == i + 1);
        if (i > 0) CHECK(record.all[i].mono_ns >= record.all[i - 1].mono_ns);
    }
}

TEST_CASE("the record tells a refused request, a lost client and one after the other") {
    Record record;
    ServerOptions options = guide();
    options.record = true;
    options.wake = record.wake();
    const auto server = started(options);
    const auto ended = [](const wire::Event& event) {
        return event.kind == Kind::failed || event.kind == Kind::closed;
    };
    {
        RawClient client(server->port());
        client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        client.read_to_end();
    }
    REQUIRE(record.wait(*server, ended));
    CHECK(record.words(1) ==
          std::vector<std::string>{"- connecting", "- request", "- response", "- failed"});
    CHECK(record.all[2].details->status == 426);
    CHECK(record.all[3].details->error->what == "the server answered 426");
    {
        RawClient client(server->port());
        client.upgrade();
    }
    REQUIRE(record.wait(*server, ended));
    CHECK(record.all.back().conn == 2);
    CHECK_FALSE(record.all.back().details->clean);
    CHECK(record.all.back().details->error->what == "connection lost");
}

TEST_CASE("when the record's queue is not popped the server waits, and nothing is lost") {
    Record record;
    ServerOptions options = guide();
    options.record = true;
    options.rate = 50'000;
    options.wake = record.wake();
    const auto server = started(options);
    RawClient client(server->port());
    client.upgrade();
    // Until it stands still, nobody pops; the client reads all the while.
    const auto deadline = Clock::now() + RawClient::kPatience;
    while (server->events().stats().waits == 0 && Clock::now() < deadline) client.frame(50ms);
    REQUIRE(server->events().stats().waits == 1);
    const std::size_t high = server->events().stats().events;
    CHECK(high < (1u << 16));
    while (client.frame(200ms)) {
    }
    CHECK(server->events().stats().events == high); // it says nothing more
    client.send(9, "first");                        // a read that was under way takes this one
    const auto pong = client.frame();
    REQUIRE(pong);
    CHECK(pong->payload == "first");
    client.send(9, "second"); // this one waits in the kernel

    // As it is popped it goes on, and more comes than had waited.
    REQUIRE(record.wait(*server, [&](const auto&) { return record.all.size() > high + 100; }));
    CHECK(client.frame());
    const auto is_second = [](const wire::Event& event) {
        return event.kind == Kind::ping && event.payload.view() == "second";
    };
    CHECK((std::any_of(record.all.begin(), record.all.end(), is_second) ||
           record.wait(*server, is_second)));
    server->stop();
    record.drain(*server);
    for (std::size_t i = 0; i < record.all.size(); ++i) REQUIRE(record.all[i].id == i + 1);
    CHECK(record.all.back().kind == Kind::closed);
}

TEST_CASE("what does not fit the record's queue waits, and comes out in order") {
    sim::Recorder recorder(true, [] {});
    constexpr std::uint64_t kEvents = (1u << 16) + 5000; // more than the queue has slots
    for (std::uint64_t i = 0; i < kEvents; ++i) recorder.life(1, Kind::note, {});
    CHECK(recorder.full());
    std::uint64_t popped = 0;
    for (bool all = false; !all;) {
        all = recorder.top_up();
        for (wire::Event event; recorder.queue().pop(&event);) REQUIRE(event.id == ++popped);
    }
    CHECK(popped == kEvents);
}
