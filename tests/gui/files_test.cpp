// Opening, recording and saving by hand: the forms with their paths, the File menu, the mark in the
// connection bar, progress in the status bar. Actions are performed by app/act on real files.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "app/act.h"
#include "app/drain.h"
#include "app/file_work.h"
#include "base/clock.h"
#include "capture/reader.h"
#include "gui/person.h"

using gui::Person;
using ui::Key;

namespace {

namespace fs = std::filesystem;

/// A person in front of the whole program, but for its window.
struct Desk {
    Desk() {
        char name[] = "/tmp/wsdbg-gui-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        folder = name;
        net::EngineOptions options;
        options.recording_wake = [bell = bell] { bell->ring(); };
        engine = std::make_unique<net::Engine>(options);
        files = std::make_unique<app::FileWork>(*engine, bell, "test 1");
        desktop.files = files.get();
        person.real_clock = true;
        person.model.files.record_folder = folder + "/recordings";
        person.drain = [this] {
            app::drain(person.model, engine->events(), 5 * base::kMillisecond);
            files->work(person.model, 5 * base::kMillisecond);
        };
        person.act = [this](model::Actions& actions) {
            app::act(actions, person.model, *engine, desktop);
        };
    }
    ~Desk() {
        files.reset();
        engine.reset();
        fs::remove_all(folder);
    }
    std::string put(const std::string& name, int messages) const {
        std::ofstream file(folder + "/" + name);
        for (int i = 0; i < messages; ++i)
            file << R"({"t":)" << i << R"(,"conn":1,"dir":"in","kind":"text","data":"{\"type\":\"m)"
                 << i % 2 << R"(\",\"token\":\"s3cr3t-)" << i << "\\\"}\"}\n";
        return folder + "/" + name;
    }
    bool until(const std::function<bool()>& done) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!done()) {
            if (std::chrono::steady_clock::now() > end) return false;
            person.frame();
        }
        return true;
    }
    bool read(std::uint64_t events) {
        return until([&] {
            return person.model.log.size() == events && person.model.files.reading.empty();
        });
    }
    std::string text_of(const std::string& path) const {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    Person person;
    std::string folder;
    std::shared_ptr<capture::Bell> bell = std::make_shared<capture::Bell>();
    std::unique_ptr<net::Engine> engine;
    std::unique_ptr<app::FileWork> files;
    app::Desktop desktop;
};

} // namespace

TEST_CASE("Ctrl+O, a path and Enter open a capture, as a tab of its own") {
    Desk desk;
    Person& person = desk.person;
    const std::string path = desk.put("a.ndjson", 12);
    person.press(ui::ctrl(Key::o));
    person.type(path);
    CHECK(person.sees("over", path + ", "));
    person.press({Key::enter});
    REQUIRE(desk.read(12));
    person.look();
    CHECK_FALSE(person.has("over/Path"));
    CHECK(person.has("log/row 12"));
    CHECK(person.sees("connection", "a.ndjson"));
}

TEST_CASE("a path that cannot be opened is said under it, and Enter leaves the form open") {
    Desk desk;
    Person& person = desk.person;
    person.press(ui::ctrl(Key::o));
    person.type(desk.folder + "/none.ndjson");
    CHECK(person.sees("over", "There is no file of that name"));
    CHECK_FALSE(person.item("over/Open").enabled);
    person.press({Key::enter});
    CHECK(person.has("over/Path"));
    person.type("x"); // the caret is back in the field
    CHECK(ImGui::GetIO().WantTextInput);
    person.press({Key::escape});
    CHECK_FALSE(person.has("over/Path"));
    CHECK(person.model.notices.list.empty());
}

TEST_CASE("Tab completes the path, lists what may follow, and a click takes it") {
    Desk desk;
    Person& person = desk.person;
    fs::create_directory(desk.folder + "/captures");
    desk.put("captures/session-1.ndjson", 3);
    desk.put("captures/session-2.ndjson", 5);
    person.press(ui::ctrl(Key::o));
    person.type(desk.folder + "/cap");
    person.press({Key::tab});
    CHECK(person.ui.panels.overlays.file.path == desk.folder + "/captures/");
    person.press({Key::tab});
    CHECK(person.ui.panels.overlays.file.path == desk.folder + "/captures/session-");
    CHECK(person.has("over/session-1.ndjson"));
    person.click("over/session-2.ndjson");
    CHECK(person.sees("over", desk.folder + "/captures/session-2.ndjson, "));
    person.click("over/Open");
    CHECK(desk.read(5));
}

TEST_CASE("files of before are in the File menu and in the form") {
    Desk desk;
    Person& person = desk.person;
    person.model.files.recent = {desk.put("new.ndjson", 2), desk.put("old.ndjson", 7)};
    person.press(ui::ctrl(Key::o));
    CHECK(person.has("over/" + desk.folder + "/old.ndjson"));
    person.press({Key::escape});
    person.click("menu/File");
    CHECK(person.has("menu/File/recent new.ndjson"));
    person.click("menu/File/recent old.ndjson");
    REQUIRE(desk.read(7));
    CHECK(person.model.files.recent[0] == desk.folder + "/old.ndjson");
}

TEST_CASE("↓ and Enter open a file of before, and go on into a folder") {
    Desk desk;
    Person& person = desk.person;
    const std::string path = desk.put("a.ndjson", 3);
    fs::create_directory(desk.folder + "/inner");
    desk.person.model.files.recent = {desk.folder + "/gone.ndjson", path};
    person.press(ui::ctrl(Key::o));
    person.press({Key::down});
    person.press({Key::down});
    person.press({Key::enter});
    REQUIRE(desk.read(3));
    CHECK_FALSE(person.has("over/Path"));

    person.press(ui::ctrl(Key::o));
    person.type(desk.folder + "/");
    person.press({Key::tab});
    REQUIRE(desk.until([&] { return person.has("over/inner/"); }));
    while (person.ui.panels.overlays.file.names.at(static_cast<std::size_t>(
               std::max(0, person.ui.panels.overlays.file.chosen))) != "inner/" ||
           person.ui.panels.overlays.file.chosen < 0)
        person.press({Key::down});
    person.press({Key::enter});
    CHECK(person.ui.panels.overlays.file.path == desk.folder + "/inner/");
}

TEST_CASE("two captures stand side by side in one log, each with its tab") {
    Desk desk;
    Person& person = desk.person;
    for (const char* name : {"a.ndjson", "b.ndjson"}) {
        person.press(ui::ctrl(Key::o));
        person.type(desk.put(name, 4));
        person.press({Key::enter});
    }
    REQUIRE(desk.read(8));
    person.look();
    CHECK(person.sees("tabs", "a.ndjson"));
    CHECK(person.sees("tabs", "b.ndjson"));
    CHECK(person.sees("tabs", "opened file"));
    person.click("tabs/Connection 1");
    CHECK(person.sees("connection", "a.ndjson"));
}

TEST_CASE("a long file shows how far it is, and a click on the cross ends the reading") {
    Desk desk;
    Person& person = desk.person;
    const std::string path = desk.put("long.ndjson", 400'000);
    person.press(ui::ctrl(Key::o));
    person.type(path);
    person.ui.input.key({Key::enter}, true);
    person.ui.input.key({Key::enter}, false);
    REQUIRE(desk.until([&] { return person.has("status/Cancel Reading"); }));
    CHECK(person.sees("status", "Reading long.ndjson"));
    const ui::Rect cross = person.item("status/Cancel Reading").rect;
    person.ui.input.pointer(cross.mid_x(), cross.mid_y());
    person.frame();
    person.ui.input.button(0, true);
    person.ui.input.button(0, false);
    REQUIRE(desk.until([&] { return person.model.files.reading.empty(); }));
    CHECK(person.model.log.size() < 400'000);
    REQUIRE(person.model.notices.top() != nullptr);
    CHECK(person.model.notices.top()->text.what.find("cancelled") != std::string::npos);
}

TEST_CASE("damaged lines are counted in the strip") {
    Desk desk;
    Person& person = desk.person;
    const std::string path = desk.put("a.ndjson", 3);
    std::ofstream(path, std::ios::app)
        << "nonsense\nmore of it\n{\"t\":9,\"conn\":1,\"dir\":\"in\","
           "\"kind\":\"text\",\"data\":\"last\"}\n";
    person.press(ui::ctrl(Key::o));
    person.type(path);
    person.press({Key::enter});
    REQUIRE(desk.read(4));
    person.look();
    CHECK(person.sees("notice", "2 damaged lines of " + path));
}

TEST_CASE("Ctrl+S writes the whole log, by the name's end") {
    Desk desk;
    Person& person = desk.person;
    person.add_messages(30);
    person.press(ui::ctrl(Key::s));
    CHECK(person.sees("over", "30 events"));
    CHECK(person.ui.panels.overlays.file.path.ends_with(".ndjson")); // a name is proposed
    person.type(desk.folder + "/a.pdf");                             // in its place
    CHECK(person.sees("over", "Let the name end in .ndjson, .har or .csv"));
    for (int i = 0; i < 4; ++i) person.press({Key::backspace});
    person.type(".har");
    CHECK(person.sees("over", "As HAR 1.2"));
    person.press({Key::enter});
    REQUIRE(desk.until([&] { return fs::exists(desk.folder + "/a.har"); }));
    REQUIRE(desk.until([&] { return !person.model.files.writing; }));
    person.look();
    CHECK(person.sees("notice", "30 lines written to " + desk.folder + "/a.har"));
}

TEST_CASE("a file that is there is replaced only after it was said") {
    Desk desk;
    Person& person = desk.person;
    person.add_messages(3);
    const std::string path = desk.put("a.ndjson", 1);
    person.press(ui::ctrl(Key::s));
    person.type(path);
    CHECK(person.sees("over", "A file of that name is there"));
    CHECK(person.sees("over", "it will be replaced"));
    CHECK_FALSE(person.has("over/Save"));
    person.click("over/Replace");
    REQUIRE(desk.until([&] { return desk.text_of(path).find("llm_token") != std::string::npos; }));
}

TEST_CASE("Ctrl+E exports the rows that the filter lets pass, and its box is ticked") {
    Desk desk;
    Person& person = desk.person;
    person.press(ui::ctrl(Key::o));
    person.type(desk.put("a.ndjson", 20));
    person.press({Key::enter});
    REQUIRE(desk.read(20));
    person.press(ui::ctrl_shift(Key::f));
    person.type("type == m1");
    person.press({Key::enter});
    person.press({Key::escape});
    REQUIRE(desk.until([&] { return person.model.index.size() == 10; }));
    person.press(ui::ctrl(Key::e));
    CHECK(person.sees("over", "10 of 20 events"));
    person.type(desk.folder + "/out.ndjson");
    person.press({Key::enter});
    REQUIRE(desk.until([&] { return fs::exists(desk.folder + "/out.ndjson"); }));
    const std::string text = desk.text_of(desk.folder + "/out.ndjson");
    CHECK(std::count(text.begin(), text.end(), '\n') == 11);
    CHECK(text.find("s3cr3t") == std::string::npos);
    CHECK(text.find("redacted-") != std::string::npos);
    REQUIRE(desk.until([&] { return !person.model.files.writing; }));

    // Unticked, all is written, and that is said before and after.
    person.press(ui::ctrl(Key::e));
    person.type(desk.folder + "/open.ndjson");
    person.click("over/Redact secrets");
    CHECK(person.sees("over", "are written as they are"));
    person.click("over/Export");
    REQUIRE(desk.until([&] { return fs::exists(desk.folder + "/open.ndjson"); }));
    CHECK(desk.text_of(desk.folder + "/open.ndjson").find("s3cr3t") != std::string::npos);
    REQUIRE(desk.until([&] { return !person.model.files.writing; }));
    person.look();
    CHECK(person.sees("notice", "10 lines written"));
}

TEST_CASE("Ctrl+Shift+R records, and the bar shows file, size and rate; a click stops it") {
    Desk desk;
    Person& person = desk.person;
    CHECK_FALSE(person.sees("connection", "Recording"));
    person.press(ui::ctrl_shift(Key::r));
    CHECK(person.sees("connection", "Recording"));
    const std::string file = person.model.files.record.file;
    CHECK(file.rfind(desk.folder + "/recordings/", 0) == 0);
    CHECK(person.sees("connection", ".ndjson"));
    CHECK(person.sees("connection", "/s"));
    person.click("menu/File");
    CHECK(person.has("menu/File/Stop recording"));
    person.press({Key::escape});
    person.click("connection/Stop recording");
    REQUIRE(desk.until([&] { return !desk.files->recording.busy(); }));
    person.look();
    CHECK(person.has("connection/Record"));
    CHECK(person.sees("notice", file));
    CHECK(fs::exists(file));
}

TEST_CASE("in a narrow window the recording is \"Rec\" with its size, and nothing is cut off") {
    for (const float width : {1280.f, 1600.f}) {
        Person person(width, width * 9 / 16);
        model::Connection& connection = person.connect(wire::Phase::open);
        connection.state.auth = wire::AuthStage::authenticated;
        connection.in.add(person.model.now.mono_ns, 100);
        person.model.files.recording = true;
        person.model.files.record.file = "/tmp/2026-11-26_08-31-05.ndjson";
        person.model.files.record.bytes = 123'456'789;
        person.look();
        CAPTURE(width);
        CHECK(person.sees("connection", width < 1400 ? "Rec" : "Recording"));
        CHECK(person.sees("connection", "123 MB"));
        const ui::Rect mark = person.item("connection/Stop recording").rect;
        CHECK(mark.x > person.item("connection/Disconnect").rect.right());
        for (const ui::Probe::Text& text : person.ui.probe.texts())
            if (text.region == "connection" && text.rect.x >= mark.x) CHECK_FALSE(text.cut);
    }
}

TEST_CASE("a recording that is held up says so in the bar") {
    Person person;
    person.model.files.recording = true;
    person.model.files.record.file = "/tmp/a.ndjson";
    person.model.files.record.error = base::Error{"the disk is full", "", "make room"};
    person.look();
    CHECK(person.sees("connection", "Held up"));
}
