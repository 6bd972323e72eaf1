// The panel of the check: run by key against a real server and against none, followed, stopped,
// read, copied.
// ctest: threads
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "app/act.h"
#include "gui/person.h"
#include "net/engine.h"
#include "sim/server.h"
#include "wire/trouble.h"

using gui::Person;
using ui::Key;

namespace {

constexpr std::chrono::seconds kPatience{20};

/// Somebody in front of a window whose checks are real.
struct Checker {
    std::mutex mutex;
    std::condition_variable rung;
    bool rang = false;
    net::Engine engine;
    std::string clipboard;
    app::Desktop desktop; ///< its check ends before what it calls
    Person person;

    Checker() {
        desktop.checking.wake = [this] {
            const std::lock_guard lock(mutex);
            rang = true;
            rung.notify_one();
        };
        desktop.set_clipboard = [this](const std::string& text) { clipboard = text; };
        person.real_clock = true;
        person.drain = [this] { app::take_check(person.model, desktop.checking); };
        person.act = [this](model::Actions& actions) {
            app::act(actions, person.model, engine, desktop);
        };
        person.press(ui::alt(Key::n3));
    }

    void run_against(const std::string& url) {
        person.ui.panels.connection.address = url;
        person.ui.panels.connection.edited = true;
        person.press(ui::ctrl(Key::t));
    }

    template <class Wanted>
    bool until(Wanted wanted) {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        while (std::chrono::steady_clock::now() < end) {
            person.frame();
            if (wanted(person.model.check)) {
                person.look();
                return true;
            }
            std::unique_lock lock(mutex);
            rung.wait_for(lock, std::chrono::milliseconds(20), [&] { return rang; });
            rang = false;
        }
        return false;
    }
    /// Somewhere in the text at the right, however long it is; then it stands at its begin again.
    bool reads(const std::string& part) {
        bool found = false;
        for (int page = 0; page < 40 && !found; ++page) {
            found = person.sees("time", part);
            person.ui.panels.check.text.first += 3;
            person.look();
        }
        person.ui.panels.check.text.first = 0;
        person.look();
        return found;
    }
    bool over() {
        return until([](const wire::CheckState& state) { return state.ran() && !state.running; });
    }
};

/// Takes connections and says nothing.
struct Silent {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    std::uint16_t port = 0;
    Silent() {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
        REQUIRE(listen(fd, 4) == 0);
        socklen_t size = sizeof at;
        getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
        port = ntohs(at.sin_port);
    }
    ~Silent() { close(); }
    void close() {
        if (fd >= 0) ::close(fd);
        fd = -1;
    }
    std::string url() const { return "ws://127.0.0.1:" + std::to_string(port) + "/"; }
};

} // namespace

TEST_CASE("before the first check the panel says what it takes, with a button") {
    Person person;
    person.press(ui::alt(Key::n3));
    CHECK(person.sees("time", "Not run"));
    CHECK(person.sees("time", "It takes about 3 s and opens its own connection."));
    person.click("time/Run check");
    CHECK(person.only<model::RunCheck>().url == "ws://localhost:8765");
}

TEST_CASE("a connection that works has a check at every step") {
    sim::ServerOptions options;
    options.dialect = sim::Dialect::backend;
    auto server = sim::Server::start(options);
    REQUIRE(server.ok());
    Checker it;
    it.run_against(server.value()->url());
    CHECK(it.person.sees("time", "Stop check"));
    REQUIRE(it.over());
    CHECK(it.person.model.check.ok());
    it.person.wheel("time/Step ping", 20); // it was followed to its end
    for (const char* step : {"URL", "Name lookup", "TCP connect", "HTTP answer"})
        CHECK_MESSAGE(it.person.sees("time", step), std::string(step));
    CHECK_FALSE(it.person.sees("time", "TLS handshake")); // there was none
    it.person.wheel("time/Step URL", -20);
    CHECK(it.person.sees("time", "Authentication"));
    CHECK(it.person.sees("time", "5 answered"));
    CHECK(it.person.sees("time", "Closing handshake"));
    CHECK(it.person.sees("time", "It works"));

    it.person.click("time/Step ping");
    CHECK(it.person.sees("time", "Evidence of ping"));
    CHECK(it.person.sees("time", "round_trip"));

    it.person.click("time/Copy report");
    CHECK(it.clipboard.find("✓ Authentication") != std::string::npos);
    CHECK(it.clipboard.find("It works") != std::string::npos);
}

TEST_CASE("where it failed stands what, why and what to do, and what was not reached") {
    Silent gone;
    gone.close();
    Checker it;
    it.run_against(gone.url());
    REQUIRE(it.over());
    CHECK(it.person.sees("time", "TCP connect to 127.0.0.1 port"));
    CHECK(it.person.sees("time", "Failed at TCP connect"));
    CHECK(it.reads("Why"));
    CHECK(it.reads("What to do"));
    CHECK(it.person.sees("time", "not reached"));
    it.person.wheel("time/Step URL", -40);
    CHECK(it.person.sees("time", "Closing handshake"));

    SUBCASE("again, against a server this time") {
        auto server = sim::Server::start({});
        REQUIRE(server.ok());
        it.person.ui.panels.connection.address = server.value()->url();
        it.person.click("time/Check again");
        REQUIRE(it.over());
        CHECK(it.person.model.check.ok());
    }
    SUBCASE("the guide's list of troubles is answered, too") {
        it.person.click("time/Troubles");
        CHECK(it.person.sees("time", "Is the backend running?"));
        CHECK(it.reads("assert f is self._write_fut"));
        it.person.click("time/Show evidence");
        CHECK(it.person.sees("time", "What to do")); // first
    }
}

TEST_CASE("a check can be stopped while a step is under way") {
    Silent silent;
    Checker it;
    it.run_against(silent.url());
    REQUIRE(it.until([](const wire::CheckState& state) {
        return !state.steps.empty() && state.steps.back().name == "HTTP answer";
    }));
    CHECK(it.person.sees("time", "under way"));
    it.person.click("time/Stop check");
    REQUIRE(it.over());
    CHECK(it.person.model.check.stopped);
    CHECK(it.person.sees("time", "Check again"));
    CHECK_FALSE(it.person.sees("time", "under way"));
}

TEST_CASE("the key shows the panel wherever one is") {
    Person person;
    person.press(ui::alt(Key::n6));
    person.press(ui::ctrl(Key::t));
    CHECK(person.ui.panels.time.tab == ui::TimeTab::check);
    CHECK(person.count<model::RunCheck>() == 1);
}
