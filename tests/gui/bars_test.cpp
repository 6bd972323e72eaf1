// The connection bar, the notice strip, the sidebar, the menus and the status bar.
#include <doctest/doctest.h>

#include "gui/person.h"

using gui::Person;
using ui::Key;
using wire::Phase;

namespace {

base::Error refused() {
    return {"nothing listens on localhost:8765: refused", "the port is closed",
            "start the backend"};
}

} // namespace

TEST_CASE("the bar says in words what the connection does, with the right button") {
    const struct {
        Phase phase;
        const char* word;
        const char* button;
    } kStates[] = {{Phase::idle, "Idle", "Connect"},
                   {Phase::resolving, "Resolving", "Stop"},
                   {Phase::connecting, "Connecting", "Stop"},
                   {Phase::securing, "Securing", "Stop"},
                   {Phase::upgrading, "Upgrading", "Stop"},
                   {Phase::open, "Open", "Disconnect"},
                   {Phase::closing, "Closing", "End now"},
                   {Phase::waiting, "Waiting to retry", "Retry now"},
                   {Phase::failed, "Failed", "Connect"}};
    for (const auto& state : kStates) {
        Person person;
        person.connect(state.phase);
        person.look();
        CAPTURE(state.word);
        CHECK(person.sees("connection", state.word));
        CHECK(person.has(std::string("connection/") + state.button));
    }
}

TEST_CASE("the address that stands in the field is dialled, by button, by Enter and by key") {
    Person person;
    person.press(ui::ctrl(Key::u));
    person.press({Key::a, true, false, false});
    person.type("ws://example.test:9");
    person.press({Key::enter});
    CHECK(person.only<model::Connect>().url == "ws://example.test:9");
    person.forget();
    person.click("connection/Connect");
    CHECK(person.only<model::Connect>().url == "ws://example.test:9");
    CHECK(person.only<model::Connect>().link == 0);
    person.forget();
    person.press(ui::ctrl(Key::d));
    CHECK(person.count<model::Connect>() == 1);
}

TEST_CASE("a known connection is dialled anew under its own number") {
    Person person;
    person.connect(Phase::failed);
    person.click("connection/Connect");
    CHECK(person.only<model::Connect>().link == 1);
}

TEST_CASE("an open one is closed; one that waits is tried now or stopped") {
    Person person;
    person.connect(Phase::open);
    person.click("connection/Disconnect");
    CHECK(person.only<model::Disconnect>().link == 1);
    person.forget();
    person.connect(Phase::waiting);
    person.click("connection/Retry now");
    CHECK(person.count<model::RetryNow>() == 1);
    person.click("connection/Stop");
    CHECK(person.count<model::Disconnect>() == 1);
    person.press(ui::ctrl(Key::r));
    CHECK(person.count<model::RetryNow>() == 2);
}

TEST_CASE("earlier addresses are offered again") {
    Person person;
    person.press(ui::ctrl(Key::d));
    person.click("connection/Earlier addresses");
    CHECK(person.has("list/ws://localhost:8765"));
    person.ui.panels.connection.address = "ws://other";
    person.click("list/ws://localhost:8765");
    CHECK(person.ui.panels.connection.address == "ws://localhost:8765");
}

TEST_CASE("the last error stands beside it, with its remedy in the tooltip") {
    Person person;
    model::Connection& connection = person.connect(Phase::failed);
    connection.state.last_error = refused();
    connection.state.last_error_phase = "TCP connect";
    person.look();
    CHECK(person.sees("connection", "TCP connect: nothing listens on localhost:8765: refused"));
    person.point_at("connection/Last error");
    CHECK(person.sees("tooltip", "Start the backend"));
}

TEST_CASE("the stage of Coda's handshake is told; an unanswered challenge with its seconds") {
    Person person;
    model::Connection& connection = person.connect(Phase::open);
    connection.state.auth = wire::AuthStage::authenticated;
    person.look();
    CHECK(person.sees("connection", "Authenticated"));
    connection.state.auth = wire::AuthStage::challenged;
    connection.state.auth_deadline_mono_ns = person.model.now.mono_ns + 12 * base::kSecond;
    person.look();
    CHECK(person.sees("connection", "Challenge unanswered, 12 s left"));
    person.click("connection/Answer now");
    CHECK(person.count<model::AnswerChallenge>() == 1);
    connection.state.auth_deadline_mono_ns = person.model.now.mono_ns - 5 * base::kSecond;
    person.look(); // past its deadline no moment to come is waited for, let alone one gone by
    CHECK(person.sees("connection", "Challenge unanswered, 0 s left"));
    CHECK(person.ui.wake_at_ns() >= person.model.now.mono_ns + base::kSecond / 10);
    connection.state.auth = wire::AuthStage::refused;
    person.look();
    CHECK(person.sees("connection", "Refused"));
}

TEST_CASE("ping now asks for one, and the round trip is shown") {
    Person person;
    model::Connection& connection = person.connect(Phase::open);
    person.click("connection/Ping now");
    CHECK(person.count<model::PingNow>() == 1);
    connection.state.ping_rtt_ns = 410 * base::kMicrosecond;
    person.look();
    CHECK(person.sees("connection", "410 µs"));
    person.press(ui::ctrl(Key::p));
    CHECK(person.count<model::PingNow>() == 2);
}

TEST_CASE("counts, bytes and rates of both directions stand at the right") {
    Person person;
    model::Connection& connection = person.connect(Phase::open);
    for (int i = 0; i < 284; ++i) connection.in.add(person.model.now.mono_ns, 182);
    connection.out.add(person.model.now.mono_ns, 618);
    person.look();
    CHECK(person.sees("connection", "284"));
    CHECK(person.sees("connection", "51.7 kB"));
    CHECK(person.sees("connection", "618 B"));
    CHECK(person.sees("connection", "/s"));
}

TEST_CASE("accepting any certificate is said in red for as long as it lasts") {
    Person person(1280, 720);
    person.connect(Phase::open).state.insecure = true;
    person.look();
    CHECK(person.sees("connection", "Any certificate accepted (--insecure)"));
}

TEST_CASE("the strip shows the most severe notice with its remedy until it is closed") {
    Person person;
    person.model.notices.tell(model::Severity::warning, 1, "a",
                              {"a warning", "of little weight", ""}, 1);
    person.model.notices.tell(model::Severity::error, 1, "b", refused(), 2);
    person.look();
    CHECK(person.sees("notice", "Nothing listens on localhost:8765: refused"));
    CHECK(person.sees("notice", "The port is closed. Start the backend."));
    CHECK(person.sees("notice", "1 more"));
    person.click("notice/Close notice");
    CHECK(person.sees("notice", "A warning"));
    person.click("notice/Close notice");
    CHECK(person.text_of("notice").empty());
}

TEST_CASE("a connection that fails is checked from its notice") {
    Person person;
    model::Connection& connection = person.connect(Phase::failed);
    connection.options.url = "ws://localhost:8765";
    person.model.notices.tell(model::Severity::error, 1, "connection", refused(), 2);
    person.click("notice/Check");
    CHECK(person.only<model::RunCheck>().url == "ws://localhost:8765");
    person.model.connections[0].state.phase = Phase::open;
    person.look();
    CHECK_FALSE(person.has("notice/Check"));
}

TEST_CASE("a notice leads to its event") {
    Person person;
    person.add_messages(300);
    person.model.notices.tell(model::Severity::error, 1, "b", refused(), 2, 5);
    person.click("notice/Show event");
    CHECK(person.selection.event == 5);
    CHECK(person.has("log/row 5"));
}

TEST_CASE("the sidebar counts directions, kinds and types, and a click filters") {
    Person person;
    person.add_messages(12, "llm_token");
    person.add_messages(2, "tts_error");
    person.add(person.maker.frame(wire::Kind::ping, wire::Dir::in, ""));
    person.look();
    const std::string all = person.text_of("sidebar");
    CHECK(all.find("llm_token") != std::string::npos);
    CHECK(all.find("tts_error") < all.find("llm_token")); // errors first
    CHECK(person.sees("sidebar", "2 seen"));
    person.click("sidebar/ping, pong");
    CHECK(person.sees("log", "1 of 15"));
    person.click("sidebar/ping, pong");
    person.click("sidebar/tts_error");
    CHECK(person.ui.panels.log.filter_text == "type == tts_error");
    CHECK(person.sees("log", "2 of 15"));
    person.click("sidebar/tts_error");
    CHECK(person.sees("log", "15 of 15"));
    person.click("sidebar/Connection life");
    CHECK(person.model.index.filter().dirs == 4);
}

TEST_CASE("all types are counted, also those beyond the list, and a clear forgets them") {
    Person person;
    for (int i = 0; i < 600; ++i) person.add_messages(1, "type_" + std::to_string(i));
    person.look();
    CHECK(person.sees("sidebar", "600 seen"));
    person.model.log.clear();
    person.look();
    CHECK(person.sees("sidebar", "0 seen"));
    person.add_messages(600, "type_7");
    person.look();
    CHECK(person.sees("sidebar", "1 seen"));
}

TEST_CASE("types under the pointer stay where they are until it goes") {
    Person person;
    person.add_messages(3, "often");
    person.add_messages(2, "seldom");
    person.look();
    const auto above = [&](const char* first, const char* second) {
        return person.item(std::string("sidebar/") + first).rect.y <
               person.item(std::string("sidebar/") + second).rect.y;
    };
    CHECK(above("often", "seldom"));
    person.point_at("sidebar/seldom");
    person.add_messages(5, "seldom");
    person.look();
    CHECK(above("often", "seldom"));
    person.add_messages(1, "new");
    person.look();
    CHECK(person.has("sidebar/new")); // a type that was not there is seen at once
    person.point_at("log/row 3");
    person.add_messages(1, "seldom");
    person.look();
    CHECK(above("seldom", "often"));
}

TEST_CASE("known types that nobody sent are named at the foot") {
    Person person;
    person.look();
    CHECK(person.sees("sidebar", "conversation_message"));
    CHECK(person.sees("sidebar", "mode_change"));
    person.add_messages(1, "mode_change");
    person.look();
    CHECK(person.sees("sidebar", "1 seen"));
    CHECK(person.text_of("sidebar").rfind("mode_change") <
          person.text_of("sidebar").find("Known, not seen"));
}

TEST_CASE("menu entries show their keys and do what they say") {
    Person person;
    person.click("menu/View");
    person.click("menu/View/Light theme");
    CHECK_FALSE(person.model.dark_theme);
    person.click("menu/View");
    CHECK(person.has("menu/View/Dark theme"));
    person.press({Key::escape});
    CHECK_FALSE(person.has("menu/View/Dark theme"));
    person.click("menu/File");
    person.click("menu/File/Quit");
    CHECK(person.count<model::Quit>() == 1);
}

TEST_CASE("menu entries that would do nothing are not lit") {
    Person person;
    person.click("menu/Tools");
    CHECK_FALSE(person.item("menu/Tools/Ping now").enabled);
    CHECK(person.item("menu/Tools/Edit a message").enabled);
    person.click("menu/Tools/Ping now");
    CHECK(person.count<model::PingNow>() == 0);
}

TEST_CASE("sidebar and right column fold by key, and the text grows") {
    Person person;
    person.look();
    CHECK(person.ui.layout().sidebar.w > 0);
    person.press(ui::ctrl(Key::b));
    CHECK(person.ui.layout().sidebar.w == 0);
    person.press(ui::ctrl(Key::i));
    CHECK(person.ui.layout().inspector.w == 0);
    person.press(ui::ctrl(Key::equal));
    CHECK(person.only<model::SetTextSize>().factor == doctest::Approx(1.1));
}

TEST_CASE("splitters are dragged, and a double click gives the default back") {
    Person person;
    person.drag("splitter/Right column", -100, 0);
    CHECK(person.ui.layout().inspector.w > 580);
    person.double_click("splitter/Right column");
    CHECK(person.ui.layout().inspector.w == 500);
    person.drag("splitter/Lower right", 0, -60);
    CHECK(person.ui.layout().lower.h > 320);
}

TEST_CASE("the status bar tells events, memory of its budget, and the queue") {
    Person person;
    person.add_messages(3);
    person.model.vitals.queue.events_high = 19;
    person.look();
    CHECK(person.sees("status", "3 events"));
    CHECK(person.sees("status", " of 2 GiB"));
    CHECK(person.sees("status", "Queue 0, highest 19, waits 0"));
}

TEST_CASE("a running duration asks for a frame a second, later one a minute; idle asks for none") {
    Person person;
    person.look();
    CHECK(person.ui.wake_at_ns() == ui::kNever);
    model::Connection& connection = person.connect(Phase::open);
    connection.in.messages = 1;
    person.look();
    std::int64_t wait = person.ui.wake_at_ns() - person.model.now.mono_ns;
    CHECK(wait > 0);
    CHECK(wait <= base::kSecond);
    connection.state.since_mono_ns = person.model.now.mono_ns - 90 * base::kSecond;
    person.look();
    wait = person.ui.wake_at_ns() - person.model.now.mono_ns;
    CHECK(wait > base::kSecond);
    CHECK(wait <= 61 * base::kSecond);
    // All that runs changes in the same frame.
    CHECK(person.ui.wake_at_ns() % base::kSecond == 0);
}
