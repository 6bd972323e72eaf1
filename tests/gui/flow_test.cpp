// A whole visit, headless: the real panels on the real engine against the simulator, whose own
// record proves what was sent.
// ctest: threads
#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "app/act.h"
#include "app/drain.h"
#include "gui/person.h"
#include "net/engine.h"
#include "sim/server.h"

using gui::Person;
using ui::Key;

namespace {

constexpr std::chrono::seconds kPatience{20};

/// Wakes whoever waits for an event of another thread.
struct Bell {
    std::mutex mutex;
    std::condition_variable rung;
    bool rang = false;
    void ring() {
        const std::lock_guard lock(mutex);
        rang = true;
        rung.notify_one();
    }
    void wait(std::chrono::milliseconds most) {
        std::unique_lock lock(mutex);
        rung.wait_for(lock, most, [&] { return rang; });
        rang = false;
    }
};

/// Somebody in front of the window with a network behind it, and a simulator to talk to.
struct Visit {
    Bell bell;
    std::unique_ptr<sim::Server> server;
    net::Engine engine;
    app::Desktop desktop;
    std::string clipboard;
    Person person;

    explicit Visit(sim::Dialect dialect, float width = 1600)
        : engine({{}, [this] { bell.ring(); }}), person(width) {
        sim::ServerOptions options;
        options.dialect = dialect;
        options.record = true;
        options.turn_scale = 0.05;
        options.wake = [this] { bell.ring(); };
        auto started = sim::Server::start(options);
        REQUIRE(started.ok());
        server = std::move(started.value());
        desktop.set_clipboard = [this](const std::string& text) { clipboard = text; };
        desktop.start_demo = [this]() -> base::Result<std::string> { return server->url(); };
        person.real_clock = true;
        person.drain = [this] {
            app::drain(person.model, engine.events(), 5 * base::kMillisecond);
        };
        person.act = [this](model::Actions& actions) {
            app::act(actions, person.model, engine, desktop);
        };
    }

    /// Frames until it is so; the test fails when it is not in time.
    template <class So>
    void until(So so) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        for (person.frame(); !so(); person.frame()) {
            REQUIRE(std::chrono::steady_clock::now() < deadline);
            if (engine.events().arm()) bell.wait(std::chrono::milliseconds(20));
        }
        person.look();
    }
    void until_seen(const char* region, const char* part) {
        until([&] { return person.sees(region, part); });
    }

    /// The payload of the first message from us, in the simulator's own record, that holds `part`.
    std::string received(const std::string& part) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        while (std::chrono::steady_clock::now() < deadline) {
            wire::Event event;
            while (server->events().pop(&event)) {
                const std::string payload(event.payload.view());
                const bool ours = event.dir == wire::Dir::out && event.kind == wire::Kind::text;
                if (ours && payload.find(part) != std::string::npos) return payload;
            }
            if (server->events().arm()) bell.wait(std::chrono::milliseconds(20));
        }
        return {};
    }
    void dial() {
        person.press(ui::ctrl(Key::u));
        person.press({Key::a, true, false, false});
        person.type(server->url());
        person.press({Key::enter});
        until_seen("connection", "Open");
    }
};

} // namespace

TEST_CASE("connect, look, filter, select, write, send, disconnect: the guide's dialect") {
    Visit visit(sim::Dialect::guide);
    Person& person = visit.person;
    visit.dial();
    visit.until_seen("log", "mode_change");

    //--- write and send
    person.click("composer/Editor");
    person.press({Key::a, true, false, false});
    person.type("{\"type\": \"text_input\", \"data\": {\"text\": \"hello from the test\"}}");
    person.press(ui::ctrl(Key::enter));
    const std::string received = visit.received("hello from the test");
    CHECK(received.find("\"text_input\"") != std::string::npos);
    CHECK(received.find("\"timestamp\": \"20") != std::string::npos);
    visit.until_seen("log", "latency_trace");

    //--- filter and select
    person.click("log/Filter");
    person.type("latency_trace");
    person.press({Key::escape});
    visit.until([&] { return person.model.index.complete() && person.model.index.size() > 0; });
    const std::string row = "log/row " + std::to_string(person.model.index.at(0));
    person.click(row);
    CHECK(person.sees("inspector", "latency_trace"));
    CHECK(person.sees("inspector", "llm_seconds"));
    person.press(ui::ctrl_shift(Key::c));
    CHECK(visit.clipboard.find("\"latency_trace\"") != std::string::npos);

    //--- ping, and away
    person.press(ui::ctrl(Key::p));
    visit.until([&] { return person.model.connections[0].state.ping_rtt_ns >= 0; });
    person.click("connection/Disconnect");
    visit.until_seen("connection", "Idle");
    CHECK(person.sees("composer", "Cannot send: connection 1 is not connected"));
}

TEST_CASE("the backend's challenge is answered by itself, and the stage is on screen") {
    Visit visit(sim::Dialect::backend);
    visit.dial();
    visit.until_seen("connection", "Authenticated");
    CHECK(visit.person.sees("log", "auth_challenge"));
    CHECK(visit.person.sees("log", "auth_response"));
    visit.person.press(ui::ctrl(Key::enter));
    CHECK_FALSE(visit.received("\"text_input\"").empty());
    visit.until_seen("log", "client_message");
}

TEST_CASE("with the automatic answer off the challenge is told, warned of, and answered by hand") {
    Visit visit(sim::Dialect::backend);
    Person& person = visit.person;
    person.connect(wire::Phase::idle).options.auto_auth = false;
    visit.dial();
    visit.until_seen("connection", "Challenge unanswered");
    CHECK(person.sees("composer", "Will be ignored: not authenticated yet"));
    person.click("connection/Answer now");
    visit.until_seen("connection", "Authenticated");
}

TEST_CASE(
    "a port where nothing listens is told with phase, reason and countdown, and can be stopped") {
    Visit visit(sim::Dialect::guide);
    Person& person = visit.person;
    const std::string url = visit.server->url();
    visit.server.reset();
    person.press(ui::ctrl(Key::u));
    person.press({Key::a, true, false, false});
    person.type(url);
    person.press({Key::enter});
    visit.until_seen("connection", "Waiting to retry");
    CHECK(person.sees("connection", "attempt "));
    CHECK(person.sees("connection", "refused"));
    CHECK(person.sees("notice", "refused"));
    CHECK(person.sees("log", "failed"));
    person.click("connection/Stop");
    visit.until([&] { return person.has("connection/Connect"); });
}

TEST_CASE("the demo starts from the empty log and its events flow") {
    Visit visit(sim::Dialect::backend);
    visit.person.click("log/Start demo");
    visit.until_seen("connection", "Authenticated");
    CHECK(visit.person.sees("log", "auth_result"));
    CHECK(visit.person.model.demo);
}
