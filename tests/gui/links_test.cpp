// Connections side by side: the strip, the forms, and two live ones against two simulators, whose
// own records prove what each was sent.
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
using ui::Rect;
using wire::Phase;

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
    void wait() {
        std::unique_lock lock(mutex);
        rung.wait_for(lock, std::chrono::milliseconds(20), [&] { return rang; });
        rang = false;
    }
};

/// Somebody in front of the window, and two simulators to talk to.
struct Visit {
    Bell bell;
    std::unique_ptr<sim::Server> servers[2];
    std::vector<wire::Event> crossed[2]; ///< what each has seen
    net::Engine engine;
    app::Desktop desktop;
    Person person;

    Visit() : engine({{}, [this] { bell.ring(); }}) {
        for (auto& server : servers) {
            sim::ServerOptions options;
            options.record = true;
            options.turn_scale = 0.05;
            options.wake = [this] { bell.ring(); };
            auto started = sim::Server::start(options);
            REQUIRE(started.ok());
            server = std::move(started.value());
        }
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
        for (look(); !so(); look()) {
            REQUIRE(std::chrono::steady_clock::now() < deadline);
            if (engine.events().arm()) bell.wait();
        }
        person.look();
    }
    void look() {
        person.frame();
        for (int i = 0; i < 2; ++i) {
            wire::Event event;
            while (servers[i]->events().pop(&event)) {
                crossed[i].push_back(std::move(event));
                event = wire::Event();
            }
        }
    }
    void until_seen(const char* region, const char* part) {
        until([&] { return person.sees(region, part); });
    }
    /// How many frames of that kind server `which` got from us with `part` in them.
    int got(int which, wire::Kind kind, const std::string& part = "") const {
        int count = 0;
        for (const wire::Event& event : crossed[which]) {
            const std::string payload(event.payload.view());
            count += event.kind == kind && event.dir == wire::Dir::out &&
                     payload.find(part) != std::string::npos;
        }
        return count;
    }
    const wire::Event* close_got(int which) const {
        for (const wire::Event& event : crossed[which])
            if (event.kind == wire::Kind::close && event.dir == wire::Dir::out) return &event;
        return nullptr;
    }
    void dial(const std::string& url) {
        person.press(ui::ctrl(Key::u));
        person.press({Key::a, true, false, false});
        person.type(url);
        person.press({Key::enter});
        until_seen("connection", "Open");
    }
    void dial_both() {
        dial(servers[0]->url());
        person.press(ui::ctrl(Key::n));
        person.type(servers[1]->url()); // the caret is in the address
        person.press({Key::enter});
        until([&] { return person.model.tabs().size() == 2 && phase(2) == Phase::open; });
    }
    Phase phase(std::uint32_t link) { return person.model.connection(link)->state.phase; }
    void send(const std::string& text) {
        person.click("composer/Editor");
        person.press({Key::a, true, false, false});
        person.type("{\"type\": \"text_input\", \"data\": {\"text\": \"" + text + "\"}}");
        person.press(ui::ctrl(Key::enter));
    }
};

/// Connections without a network behind them.
void add_connections(Person& person, std::uint32_t count) {
    for (std::uint32_t link = 1; link <= count; ++link) {
        model::Connection& added = person.connect(Phase::idle, link);
        added.options.url = "ws://host-" + std::to_string(link) + ":8765";
    }
    person.model.current_link = 1;
}

} // namespace

TEST_CASE("two live connections side by side: each is sent its own, and both are in one log") {
    Visit visit;
    Person& person = visit.person;
    visit.dial_both();
    CHECK(person.sees("tabs", "1"));
    CHECK(person.sees("tabs", "open"));
    CHECK(person.sees("log", "Con"));

    visit.send("to the second");
    visit.until([&] { return visit.got(1, wire::Kind::text, "to the second") == 1; });
    person.press(ui::ctrl(Key::n1));
    CHECK(person.model.current_link == 1);
    visit.send("to the first");
    visit.until([&] { return visit.got(0, wire::Kind::text, "to the first") == 1; });
    CHECK(visit.got(0, wire::Kind::text, "to the second") == 0);
    CHECK(visit.got(1, wire::Kind::text, "to the first") == 0);
    CHECK(person.model.connection(1)->out.messages == 1);
    CHECK(person.model.connection(2)->out.messages == 1);

    //--- closing the second ends it with a closing handshake; its events stay
    const std::uint64_t before = person.model.log.size();
    person.press(ui::ctrl(Key::n2));
    person.press(ui::ctrl(Key::w));
    CHECK(person.model.tabs() == std::vector<std::uint32_t>{1});
    CHECK(person.model.current_link == 1);
    visit.until([&] { return visit.close_got(1) != nullptr; });
    CHECK(visit.close_got(1)->details->code == 1000);
    CHECK(person.model.log.size() >= before);
    CHECK_FALSE(person.has("tabs/Connection 2"));
    CHECK(visit.phase(1) == Phase::open);
    CHECK(person.model.notices.open_count() == 0);
}

TEST_CASE("closing with a code sends that code and reason, and a wrong one is not sent") {
    Visit visit;
    Person& person = visit.person;
    visit.dial(visit.servers[0]->url());
    person.press(ui::ctrl_shift(Key::d));
    person.press({Key::a, true, false, false});
    person.type("1005");
    person.look();
    CHECK(person.sees("over", "May not be sent; 1000-1003, 1007-1014 and 3000-4999 may"));
    CHECK_FALSE(person.item("over/Close it").enabled);
    person.press({Key::a, true, false, false});
    person.type("4001");
    person.click("over/Close reason");
    person.type(std::string(124, 'x'));
    person.look();
    CHECK(person.sees("over", "124 bytes; a Close frame has room for 123"));
    person.press({Key::a, true, false, false});
    person.type("enough for today");
    person.look();
    CHECK(person.sees("over", "16 of 123 bytes"));
    person.click("over/Close it");
    visit.until([&] { return visit.close_got(0) != nullptr; });
    CHECK(visit.close_got(0)->details->code == 4001);
    CHECK(visit.close_got(0)->details->reason == "enough for today");
    visit.until_seen("connection", "Idle");
    person.press(ui::ctrl_shift(Key::d)); // nothing to close any more
    CHECK_FALSE(person.has("over/Close it"));
}

TEST_CASE("the tools that test a connection reach the server") {
    Visit visit;
    Person& person = visit.person;
    visit.dial(visit.servers[0]->url());
    const auto choose = [&](const char* entry) {
        person.click("menu/Tools");
        person.click(std::string("menu/Tools/") + entry);
    };
    choose("Ping now");
    visit.until([&] { return visit.got(0, wire::Kind::ping) == 1; });
    visit.until([&] { return person.model.connection(1)->state.ping_rtt_ns >= 0; });
    choose("Send a test message");
    visit.until([&] { return visit.got(0, wire::Kind::text, "\"test\"") == 1; });
    choose("Send a test text_input");
    visit.until([&] { return visit.got(0, wire::Kind::text, "Test input from") == 1; });

    choose("Reconnect");
    visit.until([&] { return visit.close_got(0) != nullptr; });
    CHECK(visit.close_got(0)->details->code == 1000);
    const auto attempts = [&] { return person.model.connection(1)->attempts; };
    visit.until([&] { return attempts().size() == 2 && visit.phase(1) == Phase::open; });
    CHECK(person.model.notices.open_count() == 0);

    choose("Keep frame detail");
    choose("Send a test message");
    visit.until([&] { return visit.got(0, wire::Kind::text, "\"test\"") == 2; });
    const auto kept = [&] {
        for (model::EventId id = person.model.log.first(); id < person.model.log.end(); ++id) {
            const wire::EventView event = person.model.log.view(id);
            if (event.dir == wire::Dir::out && event.details && event.details->frames) return id;
        }
        return model::EventId{0};
    };
    visit.until([&] { return kept() != 0; });
    CHECK(person.model.log.view(kept()).details->frames->frames.at(0).masked);

    choose("Break the line on purpose");
    visit.until([&] { return attempts().size() >= 3 && visit.phase(1) == Phase::open; });
    using Result = model::Attempt::Result;
    CHECK(attempts()[0].result == Result::closed);
    CHECK(attempts()[1].result == Result::stopped); // it was we who cut it
    CHECK(attempts()[1].delay_s >= 0);
    person.press(ui::alt(Key::n4));
    CHECK(person.sees("time", "By us, 1000 (Normal closure)"));
    CHECK(person.sees("time", "stopped"));
    person.click("time/Attempt 2");
    CHECK(person.selection.event == attempts()[1].event);
}

TEST_CASE("a Ping and a Pong by hand reach the server with their payload") {
    Visit visit;
    Person& person = visit.person;
    visit.dial(visit.servers[0]->url());
    person.click("menu/Tools");
    person.click("menu/Tools/Send a Ping or Pong…");
    person.type("are you there"); // the payload has the caret
    person.look();
    CHECK(person.sees("over", "13 of 125 bytes"));
    person.press({Key::enter});
    visit.until([&] { return visit.got(0, wire::Kind::ping, "are you there") == 1; });
    CHECK_FALSE(person.has("over/Send it")); // done

    person.click("menu/Tools");
    person.click("menu/Tools/Send a Ping or Pong…");
    person.click("over/Pong");
    person.click("over/Hex");
    person.click("over/Control payload");
    person.type("41 4");
    person.look();
    CHECK_FALSE(person.item("over/Send it").enabled);
    person.type("2");
    person.look();
    CHECK(person.sees("over", "2 of 125 bytes"));
    person.click("over/Send it");
    visit.until([&] { return visit.got(0, wire::Kind::pong, "AB") == 1; });

    person.click("menu/Tools");
    person.click("menu/Tools/Send a Ping or Pong…");
    person.type(std::string(126, 'x'));
    person.look();
    CHECK(person.sees("over", "126 bytes; a control frame has room for 125"));
    person.press({Key::enter});
    CHECK(person.has("over/Send it")); // nothing is sent, nothing is lost
    person.click("over/Close");
    CHECK_FALSE(person.has("over/Send it"));
}

TEST_CASE("the preamble of the form is sent after every open, before anything else") {
    Visit visit;
    Person& person = visit.person;
    visit.dial(visit.servers[0]->url());
    person.click("connection/Earlier addresses");
    person.click("list/Headers and options…");
    person.click("over/Add a message");
    person.look();
    person.type("{\"type\": \"subscribe\", \"data\": {}}"); // it has the caret
    person.click("over/Save and reconnect");
    visit.until([&] { return visit.got(0, wire::Kind::text, "\"subscribe\"") == 1; });
    visit.until([&] { return visit.phase(1) == Phase::open; });
    person.click("menu/Tools");
    person.click("menu/Tools/Break the line on purpose");
    visit.until([&] { return visit.got(0, wire::Kind::text, "\"subscribe\"") == 2; });
    model::EventId open = 0;
    const model::Log& log = person.model.log;
    visit.until([&] {
        for (open = log.end() - 1; open > log.first(); --open)
            if (log.kind(open) == wire::Kind::open) break;
        for (model::EventId id = open; id < log.end(); ++id)
            if (log.row(id).dir == wire::Dir::out) return true;
        return false;
    });
    for (model::EventId id = open; id < log.end(); ++id) {
        if (log.row(id).dir != wire::Dir::out) continue;
        CHECK(log.view(id).payload.find("subscribe") != std::string_view::npos);
        break;
    }
}

TEST_CASE("options of the form are those of the next attempt: the server sees the header") {
    Visit visit;
    Person& person = visit.person;
    visit.dial(visit.servers[0]->url());
    CHECK(person.model.connection(1)->options.deflate);
    person.click("connection/Earlier addresses");
    person.click("list/Headers and options…");
    person.type("X-Client");
    person.click("over/Header value 1");
    person.type("the test");
    person.click("over/Offer compression (permessage-deflate)");
    person.click("over/Save and reconnect");
    visit.until([&] {
        return person.model.connection(1)->attempts.size() == 2 && visit.phase(1) == Phase::open;
    });
    std::string request;
    for (model::EventId id = person.model.log.first(); id < person.model.log.end(); ++id) {
        if (person.model.log.kind(id) == wire::Kind::request)
            request = person.model.log.view(id).payload;
    }
    CHECK(request.find("X-Client: the test\r\n") != std::string::npos);
    CHECK(request.find("permessage-deflate") == std::string::npos);
}

TEST_CASE("the strip is there with two connections or more, and pushes") {
    Person person;
    add_connections(person, 1);
    person.look();
    CHECK(person.ui.layout().tabs.empty());
    const float before = person.ui.layout().connection.y;
    add_connections(person, 2);
    person.look();
    CHECK(person.ui.layout().connection.y == before + 30);
    CHECK(person.sees("tabs", "host-1:8765"));
    CHECK(person.sees("tabs", "not connected"));
    person.click("tabs/Connection 2");
    CHECK(person.only<model::SelectLink>().link == 2);
    person.click("tabs/New connection");
    CHECK(person.only<model::AddConnection>().like == 0);
}

TEST_CASE("a tab tells state and countdown in words, and marks --insecure") {
    Person person;
    add_connections(person, 3);
    model::Connection& waiting = person.model.connections[1];
    waiting.state.phase = Phase::waiting;
    waiting.state.retry_at_mono_ns = person.model.now.mono_ns + 4200 * base::kMillisecond;
    waiting.state.retry_cap_s = 8;
    model::Connection& asked = person.model.connections[2];
    asked.state.phase = Phase::open;
    asked.state.auth = wire::AuthStage::challenged;
    asked.state.auth_deadline_mono_ns = person.model.now.mono_ns + 12 * base::kSecond;
    asked.options.insecure = true;
    person.look();
    CHECK(person.sees("tabs", "waiting to retry,"));
    CHECK((person.sees("tabs", "4.2 s") || person.sees("tabs", "4.1 s")));
    CHECK(person.sees("tabs", "challenge unanswered,"));
    CHECK(person.sees("tabs", "12 s"));
    CHECK(person.ui.wake_at_ns() <= person.model.now.mono_ns + base::kSecond / 10);
    person.point_at("tabs/Connection 3");
    CHECK(person.sees("tooltip", "Any certificate accepted"));
}

TEST_CASE("a right click on a tab renames, duplicates and closes that one") {
    Person person;
    add_connections(person, 3);
    const auto menu = [&](const char* line) {
        person.point_at("tabs/Connection 2");
        person.ui.input.button(1, true);
        person.ui.input.button(1, false);
        person.look();
        person.click(std::string("list/") + line);
    };
    menu("Duplicate");
    CHECK(person.only<model::AddConnection>().like == 2);
    menu("Close");
    CHECK(person.only<model::CloseConnection>().link == 2);
    menu("Rename…");
    person.type("the lab");
    person.press({Key::enter});
    CHECK(person.only<model::RenameConnection>().link == 2);
    CHECK(person.only<model::RenameConnection>().name == "the lab");
    person.press({Key::f2});
    CHECK(person.sees("over", "Name of connection 1"));
    person.press({Key::escape});
    CHECK_FALSE(person.has("over/Save"));
}

TEST_CASE("ten connections: the strip scrolls, and the chosen one is brought into view") {
    Person person(1280, 720);
    add_connections(person, 10);
    person.look();
    CHECK(person.has("tabs/Connection 1"));
    CHECK_FALSE(person.has("tabs/Connection 10"));
    person.model.current_link = 10;
    person.look();
    CHECK(person.has("tabs/Connection 10"));
    CHECK_FALSE(person.has("tabs/Connection 1"));
    person.wheel("tabs/Connection 10", 9);
    CHECK(person.has("tabs/Connection 1"));
    person.click("tabs/→");
    CHECK_FALSE(person.has("tabs/Connection 1"));
    CHECK(person.has("tabs/Connection 2"));
    for (const ui::Probe::Item& item : person.ui.probe.items()) {
        if (item.label.rfind("tabs/", 0) != 0) continue;
        CAPTURE(item.label);
        CHECK(item.rect.inside(person.ui.layout().tabs));
        for (const ui::Probe::Item& other : person.ui.probe.items()) {
            if (&other == &item || other.label.rfind("tabs/", 0) != 0) continue;
            CHECK_FALSE(item.rect.overlaps(other.rect));
        }
    }
    person.press(ui::ctrl(Key::n9));
    CHECK(person.only<model::SelectLink>().link == 9);
}

TEST_CASE("numbers choose the connection that shows them; a number that is gone, the tab there") {
    Person person;
    add_connections(person, 4);
    person.model.connections[0].closed = true;
    person.model.current_link = 3;
    person.press(ui::ctrl(Key::n2));
    CHECK(person.only<model::SelectLink>().link == 2);
    person.forget();
    person.press(ui::ctrl(Key::n1)); // gone: the first tab is 2
    CHECK(person.only<model::SelectLink>().link == 2);
    person.forget();
    person.press(ui::ctrl(Key::n7));
    CHECK(person.count<model::SelectLink>() == 0);
}

TEST_CASE("an address that was edited and not dialled waits with its connection") {
    Person person;
    add_connections(person, 2);
    person.press(ui::ctrl(Key::u));
    person.press({Key::a, true, false, false});
    person.type("ws://half-typed");
    person.model.current_link = 2;
    person.look();
    CHECK(person.ui.panels.connection.address == "ws://host-2:8765");
    person.model.current_link = 1;
    person.look();
    CHECK(person.ui.panels.connection.address == "ws://half-typed");
    person.click("connection/Connect");
    CHECK(person.only<model::Connect>().url == "ws://half-typed");
    CHECK(person.only<model::Connect>().link == 1);
}

TEST_CASE("the options' form checks every field and saves nothing that is wrong") {
    for (const float width : {1280.0f, 1600.0f}) {
        Person person(width, width == 1280 ? 720.0f : 900.0f);
        add_connections(person, 1);
        person.click("menu/Connection");
        person.click("menu/Connection/Headers and options…");
        CHECK(person.sees("over", "of connection 1, host-1:8765"));
        CHECK(person.sees("over", "not written to the settings"));
        person.type("two words");
        person.look();
        CHECK(person.sees("over", "A header's name is one word"));
        for (const char* field : {"Connect time-out, s", "Attempts at first",
                                  "Attempts after a loss", "Largest message", "Ping every, s"}) {
            person.click(std::string("over/") + field);
            person.press({Key::a, true, false, false});
            person.type("much");
        }
        person.click("over/Subprotocols");
        person.type("a:b");
        person.click("over/Its key");
        person.type("k.pem");
        person.look();
        CHECK(person.sees("over", "8 fields are wrong"));
        CHECK_FALSE(person.item("over/Save").enabled);
        for (const ui::Probe::Item& item : person.ui.probe.items()) { // all of them on screen
            if (item.label.rfind("over/", 0) == 0) CHECK(item.rect.inside(item.clip, 1));
        }
        for (const ui::Probe::Text& text : person.ui.probe.texts()) {
            CAPTURE(text.text);
            if (text.region == "over") CHECK_FALSE(text.cut);
        }
        person.click("over/Save");
        CHECK(person.count<model::SetOptions>() == 0);
        person.click("log/Filter"); // a stray click loses nothing
        CHECK(person.has("over/Save"));
        person.press({Key::escape});
        person.press({Key::escape});
        CHECK_FALSE(person.has("over/Save"));
    }
}

TEST_CASE("what the form saves is what was typed, and --insecure is said in red at once") {
    Person person;
    add_connections(person, 1);
    person.click("menu/Connection");
    person.click("menu/Connection/Headers and options…");
    person.type("Authorization");
    person.press({Key::tab}); // to its value
    person.type("Bearer \xF0\x9F\x91\x8D");
    person.click("over/Add a header");
    person.look();
    person.type("X-Two"); // its name has the caret
    person.click("over/Largest message");
    person.press({Key::a, true, false, false});
    person.type("1 GiB");
    person.click("over/Accept any certificate, in this session (--insecure)");
    person.click("over/Save");
    const wire::LinkOptions options = person.only<model::SetOptions>().options;
    CHECK(options.url == "ws://host-1:8765");
    REQUIRE(options.headers.size() == 2);
    CHECK(options.headers[0].second == "Bearer \xF0\x9F\x91\x8D");
    CHECK(options.headers[1].first == "X-Two");
    CHECK(options.max_message == 1u << 30);
    CHECK(options.insecure);
    person.model.connections[0].options = options;
    person.look();
    CHECK(person.sees("connection", "Any certificate accepted (--insecure)"));
}

TEST_CASE("attempts: the empty states say so") {
    Person person;
    person.press(ui::alt(Key::n4));
    CHECK(person.sees("time", "No attempts yet"));
    model::Connection& connection = person.connect(Phase::open);
    model::Attempt attempt;
    attempt.number = 1;
    attempt.result = model::Attempt::Result::open;
    connection.attempts.push_back(attempt);
    person.look();
    CHECK(person.sees("time", "Connected at the first attempt"));
}
