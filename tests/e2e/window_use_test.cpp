// The real window, used with keys and mouse against the simulator and against a peer that is played
// byte by byte. What was sent is proved by the other side, what was shown by pixels.
// ctest: timeout=300
#include <doctest/doctest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "e2e/capture_check.h"
#include "e2e/process.h"
#include "e2e/raw_peer.h"
#include "e2e/window_screen.h"

namespace {

using e2e::contains;
using e2e::Display;
using e2e::Process;
using e2e::RawConnection;
using e2e::RawPeer;
using e2e::Window;
using nlohmann::json;

// Where things are in a window of 1280 by 720, from the design's layout.
constexpr int kMarkX = 17, kMarkY = 48;
constexpr e2e::Rgb kOpen = 0x5CC98C, kSelected = 0x223852, kLogGround = 0x1A1D22;

struct Served {
    e2e::Folder folder;
    std::string record = folder / "served.ndjson";
    std::unique_ptr<Process> serve;
    std::string url;

    explicit Served(const char* dialect) {
        serve = std::make_unique<Process>(
            e2e::wsdbg_command({"serve", "--port", "0", "--dialect", dialect, "-o", record}));
        const auto line = serve->line();
        REQUIRE(line.has_value());
        url = line->substr(line->find("ws://"));
    }
    std::vector<json> end() {
        serve->signal(SIGTERM);
        CHECK(serve->wait() == 0);
        return e2e::checked_capture(record);
    }
};

/// What the clients sent, of one type.
std::vector<json> sent_of_type(const std::vector<json>& events, const std::string& type) {
    std::vector<json> found;
    for (const json& event : e2e::of_kind(events, "text", "out")) {
        const json message = json::parse(e2e::bytes_of(event), nullptr, false);
        if (message.is_object() && message.value("type", "") == type) found.push_back(message);
    }
    return found;
}

/// Writes `text` in place of what stands in the editor.
void write(Window& window, const std::string& text) {
    window.key("ctrl+m");
    window.key("ctrl+a");
    window.type(text);
}

/// The window, connected to a peer that the test plays; asked with a ping until it is open.
struct Played {
    RawPeer peer;
    Window window;
    RawConnection connection;

    explicit Played(const Display& display)
        : window(display, {peer.url()}), connection(peer.accept()) {
        connection.upgrade();
        CHECK(display.shows(kMarkX, kMarkY, kOpen));
    }
    std::string next_text() {
        while (const auto frame = connection.frame()) {
            if (frame->opcode == e2e::kText) return frame->payload;
        }
        return {};
    }
};

} // namespace

TEST_CASE("a message that is typed and sent with Ctrl+Enter reaches the server as it was written") {
    const Display display;
    Served served("backend");
    Window window(display, {served.url});
    REQUIRE(display.shows(kMarkX, kMarkY, kOpen));
    REQUIRE(e2e::file_holds(served.record, "auth_result"));
    write(window, R"({"type": "text_input", "data": {"text": "typed by a hand"}})");
    window.key("ctrl+Return");
    REQUIRE(e2e::file_holds(served.record, "typed by a hand"));
    window.key("ctrl+q");
    CHECK(window.process().wait() == 0);

    const std::vector<json> events = served.end();
    const std::vector<json> sent = sent_of_type(events, "text_input");
    REQUIRE(sent.size() == 1);
    CHECK(sent[0]["data"]["text"] == "typed by a hand");
    CHECK(sent[0]["timestamp"].get<std::string>().size() == 24); // put in at sending
    CHECK(sent_of_type(events, "auth_response").size() == 1);    // answered by itself
    const std::vector<json> closed = e2e::of_kind(events, "closed");
    REQUIRE(closed.size() == 1);
    CHECK(closed[0]["code"] == 1001); // the window said good-bye
    CHECK(closed[0]["clean"] == true);
}

TEST_CASE("the guide's dialect: connecting by hand, sending a template, disconnecting") {
    const Display display;
    Served served("guide");
    Window window(display, {});
    window.key("ctrl+u");
    window.key("ctrl+a");
    window.type(served.url);
    window.key("Return");
    REQUIRE(display.shows(kMarkX, kMarkY, kOpen));
    window.key("ctrl+Return"); // the template that stands there
    REQUIRE(e2e::file_holds(served.record, "text_input"));
    window.key("ctrl+d");
    REQUIRE(e2e::file_holds(served.record, "\"closed\""));
    CHECK(display.shows(640, 300, kLogGround));
    window.key("ctrl+q");
    CHECK(window.process().wait() == 0);
    const std::vector<json> events = served.end();
    CHECK(sent_of_type(events, "text_input").size() == 1);
    CHECK(e2e::of_kind(events, "closed").at(0)["code"] == 1000);
}

TEST_CASE("a payload is copied from the log and pasted into a message byte for byte, emoji too") {
    const Display display;
    Played played(display);
    const std::string hard =
        "{\"type\":\"x\",\"data\":{\"t\":\"caf\xC3\xA9 \xF0\x9F\x91\x8D \\ud83d\\ude00 100%s\",\"n\":1.50}}";
    CHECK(played.connection.send(e2e::frame_bytes(e2e::kText, hard)));
    // Its row is the newest: below connecting, request, response and open.
    const int row_y = 26 + 44 + 40 + 26 + 24 + 4 * 22 + 11;
    e2e::Picture before = display.picture();
    while (before.at(280, row_y) == before.at(280, row_y + 22)) {
        bool text = false;
        for (int x = 267; x < 300; ++x) text = text || before.at(x, row_y) != kLogGround;
        if (text) break;
        before = display.picture();
    }
    played.window.click(400, row_y);
    REQUIRE(display.shows(240, row_y - 8, kSelected));
    played.window.key("ctrl+shift+c");
    played.window.key("ctrl+m");
    played.window.key("ctrl+a");
    played.window.key("ctrl+v");
    played.window.click(1093, 514); // Envelope off: exactly what stands there
    played.window.key("ctrl+Return");
    CHECK(played.next_text() == hard);
}

TEST_CASE("a recorded session arrives in the window byte for byte") {
    const Display display;
    Played played(display);
    // The running backend's, where it is at hand; else the simulator's.
    const std::string source = e2e::path_of("WD_SOURCE_DIR");
    std::ifstream file(source + "/../shared/captures/coda-turns.ndjson");
    if (!file.good()) file.open(source + "/assets/captures/simulator-turns.ndjson");
    std::vector<std::string> payloads;
    std::string wire;
    for (std::string line; std::getline(file, line);) {
        const json event = json::parse(line);
        if (event.value("kind", "") != "text" || event.value("dir", "") != "in") continue;
        payloads.push_back(event["data"]);
        wire += e2e::frame_bytes(e2e::kText, payloads.back());
    }
    REQUIRE(payloads.size() > 250);
    CHECK(played.connection.send(wire));
    // Each is copied where it stands in the log and sent back from the composer. The automatic
    // answer to the recorded challenge comes first; what is sent makes a row itself, so each is
    // found from the top: four rows of the handshake, then the session.
    CHECK(contains(played.next_text(), "auth_response"));
    played.window.click(1093, 514); // Envelope off
    const std::size_t kFirst = 0, kLater = 20;
    for (const std::size_t which : {kFirst, kLater}) {
        played.window.key("Escape");
        played.window.key("Home");
        // The answer stands behind the challenge, which is the first.
        const std::size_t down = 4 + which + (which > 0 ? 1 : 0);
        for (std::size_t i = 0; i < down; ++i) played.window.key("Down");
        played.window.key("ctrl+shift+c");
        write(played.window, "x");
        played.window.key("ctrl+a");
        played.window.key("ctrl+v");
        played.window.key("ctrl+Return");
        CHECK(played.next_text() == payloads[which]);
    }
}

TEST_CASE("what is no JSON is not sent, and is underlined where it is wrong") {
    const Display display;
    Played played(display);
    write(played.window, "{\"type\" 1}");
    CHECK(display.shows(908 + 7 * 8 + 4, 555 + 4 + 16 - 1, 0xFF8A80));
    played.window.key("ctrl+Return");
    write(played.window, "{\"type\": 1}");
    played.window.key("ctrl+Return");
    CHECK(json::parse(played.next_text())["type"] == 1); // the first that came is the right one
}

TEST_CASE("the theme is switched by key, and every part of the window follows") {
    const Display display;
    Window window(display, {});
    REQUIRE(display.shows(640, 5, 0x21252B));
    window.key("ctrl+shift+l");
    CHECK(display.shows(640, 5, 0xF4F5F7));
    CHECK(display.shows(300, 600, 0xFFFFFF));
    CHECK(display.shows(1000, 400, 0xFFFFFF));
}

TEST_CASE("drawing only what changed leaves no traces: the picture is that of a whole redraw") {
    const Display display;
    Played played(display);
    for (int i = 0; i < 30; ++i) {
        CHECK(played.connection.send(
            e2e::frame_bytes(e2e::kText, "{\"type\":\"x\",\"data\":{\"n\":1}}")));
    }
    Window& window = played.window;
    window.click(400, 300); // a row
    window.click(70, 13);   // a menu over it, and away again
    window.key("Escape");
    window.key("ctrl+b");
    window.key("ctrl+b");
    write(window, "{\"a\": [1, 2]}");
    window.key("ctrl+shift+i");
    window.key("ctrl+shift+m");
    window.key("Escape");
    window.key("Escape");
    window.key("Up");
    window.key("ctrl+p");
    REQUIRE(played.connection.frame().has_value()); // the keys before it have been taken
    window.click(640, 90);                          // nowhere, so that no caret and no hover differ
    // Bars with running times are left out: rows from below the connection bar to the status bar.
    const auto middle = [&] {
        const e2e::Picture picture = display.picture();
        return picture.pixels.substr(1280 * 3 * 70, 1280 * 3 * (696 - 70));
    };
    std::string parts = middle();
    for (std::string next = middle(); next != parts; next = middle()) parts = next; // at rest
    window.key("ctrl+shift+l"); // there and back: everything is drawn anew
    REQUIRE(display.shows(640, 5, 0xF4F5F7));
    window.key("ctrl+shift+l");
    REQUIRE(display.shows(640, 5, 0x21252B));
    bool same = false;
    for (int look = 0; look < 20 && !same; ++look) same = middle() == parts;
    CHECK(same);
}

TEST_CASE("space pauses the log, and events go on coming") {
    const Display display;
    Played played(display);
    played.window.click(640, 500); // the log has the keys
    played.window.key("space");
    CHECK(display.shows(1, 120, 0xFF8AC6)); // the band of the cursor in time
    for (int i = 0; i < 50; ++i) {
        CHECK(played.connection.send(e2e::frame_bytes(e2e::kText, "{\"type\":\"x\"}")));
    }
    played.window.key("ctrl+p");
    const auto frame = played.connection.frame(); // the socket is drained all the same
    REQUIRE(frame.has_value());
    CHECK(frame->opcode == e2e::kPing);
    played.window.key("ctrl+l");
    CHECK(display.shows(1, 120, kLogGround));
}

TEST_CASE("an idle window sleeps") {
    const Display display;
    Window window(display, {});
    REQUIRE(display.shows(640, 5, 0x21252B));
    // How often its threads went to sleep: a thread that draws again and again does so 60 times a
    // second, whatever this machine's speed. (What it costs: bench_idle.)
    const auto sleeps = [&] {
        long sum = 0;
        const std::string tasks = "/proc/" + std::to_string(window.process().pid()) + "/task";
        for (const auto& task : std::filesystem::directory_iterator(tasks)) {
            std::ifstream status(task.path() / "status");
            for (std::string word; status >> word;) {
                if (word == "voluntary_ctxt_switches:" && status >> word) sum += std::stol(word);
            }
        }
        return sum;
    };
    const auto in_three_seconds = [&] {
        const long before = sleeps();
        CHECK_FALSE(window.process().line(e2e::Seconds(3)).has_value()); // it prints nothing
        return sleeps() - before;
    };
    in_three_seconds(); // its last frames after the start
    CHECK(in_three_seconds() <= 100);
}

TEST_CASE("a flood leaves the window usable, and no message is lost") {
    const Display display;
    Played played(display);
    std::string flood;
    for (int i = 0; i < 20'000; ++i) {
        flood += e2e::frame_bytes(e2e::kText, "{\"type\":\"llm_token\",\"data\":{\"token\":\"" +
                                                  std::to_string(i) + "\"}}");
    }
    CHECK(played.connection.send(flood));
    // End, copy, paste, send: the newest row is the last of the flood.
    const std::string last = "{\"type\":\"llm_token\",\"data\":{\"token\":\"19999\"}}";
    std::string got;
    for (int attempt = 0; attempt < 20 && got != last; ++attempt) {
        played.window.key("Escape");
        played.window.key("End");
        played.window.key("ctrl+shift+c");
        write(played.window, "x");
        played.window.key("ctrl+a");
        played.window.key("ctrl+v");
        if (attempt == 0) played.window.click(1093, 514);
        played.window.key("ctrl+Return");
        got = played.next_text();
    }
    CHECK(got == last);
}
