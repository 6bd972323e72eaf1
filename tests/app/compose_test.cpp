// The composer's Actions on the real engine: what the simulator received.
// ctest: threads
#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <unistd.h>

#include "app/act.h"
#include "app/compose.h"
#include "app/drain.h"
#include "net/engine.h"
#include "sim/server.h"

namespace {

using base::kMillisecond;
using base::kSecond;

/// A folder of its own, gone with the test.
struct Folder {
    std::filesystem::path path;
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "compose-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string file(const char* name, const std::string& bytes) const {
        const std::string whole = (path / name).string();
        std::FILE* out = std::fopen(whole.c_str(), "wb");
        REQUIRE(out != nullptr);
        std::fwrite(bytes.data(), 1, bytes.size(), out);
        std::fclose(out);
        return whole;
    }
};

/// The window's loop without the window, connected to a simulator that records.
struct Loop {
    std::mutex mutex;
    std::condition_variable rung;
    bool rang = false;
    std::unique_ptr<sim::Server> server;
    net::Engine engine;
    model::Model model;
    app::Desktop desktop;
    std::vector<wire::Event> received; ///< messages of ours, as the simulator read them

    Loop() : engine({{}, [this] { ring(); }}) {
        sim::ServerOptions options;
        options.record = true;
        options.wake = [this] { ring(); };
        auto started = sim::Server::start(options);
        REQUIRE(started.ok());
        server = std::move(started.value());
        act(model::Connect{0, server->url()});
        REQUIRE(wait_for([&] { return model.connections[0].state.phase == wire::Phase::open; }));
    }
    void ring() {
        const std::lock_guard lock(mutex);
        rang = true;
        rung.notify_one();
    }
    void frame() {
        model.now = base::stamp_now();
        app::drain(model, engine.events(), 5 * kMillisecond);
        app::advance_repeat(model, engine);
        wire::Event event;
        while (server && server->events().pop(&event)) {
            if (event.dir == wire::Dir::out && is_message(event.kind))
                received.push_back(std::move(event));
            event = wire::Event();
        }
    }
    /// Frames until it is so, woken by events and by the repeat alone; false after ten seconds.
    bool wait_for(const std::function<bool()>& so) {
        const std::int64_t deadline = base::mono_now_ns() + 10 * kSecond;
        for (frame(); !so(); frame()) {
            if (base::mono_now_ns() > deadline) return false;
            const bool idle = engine.events().arm() && (!server || server->events().arm());
            std::int64_t until = deadline;
            if (model.repeat.running) until = std::min(until, model.repeat.wake_at());
            std::unique_lock lock(mutex);
            if (idle && !rang)
                rung.wait_for(lock, std::chrono::nanoseconds(until - base::mono_now_ns()),
                              [&] { return rang; });
            rang = false;
        }
        return true;
    }
    void act(model::Action action) {
        model::Actions actions;
        actions.push_back(std::move(action));
        model.now = base::stamp_now();
        app::act(actions, model, engine, desktop);
    }
    bool got(std::size_t count) {
        return wait_for([&] { return received.size() >= count; });
    }
    std::string text(std::size_t i) const { return std::string(received[i].payload.view()); }
    std::string notice(const std::string& topic) const {
        const std::vector<model::Notice>& list = model.notices.list;
        for (auto notice = list.rbegin(); notice != list.rend(); ++notice)
            if (notice->topic == topic && notice->open) return base::one_line(notice->text);
        return {};
    }
};

model::Draft draft(std::string text, model::Body body = model::Body::text) {
    model::Draft made;
    made.text = std::move(text);
    made.body = body;
    made.envelope = false;
    return made;
}

} // namespace

TEST_CASE("what was composed is sent with its variables and remembered as it was written") {
    Loop loop;
    loop.act(model::SendComposed{1, draft(R"({"n":{{counter}},"id":"{{uuid}}"})")});
    loop.act(model::SendComposed{1, draft(R"({"n":{{counter}},"id":"{{uuid}}"})")});
    REQUIRE(loop.got(2));
    CHECK(loop.text(0).find(R"({"n":1,"id":")") == 0);
    CHECK(loop.text(1).find(R"({"n":2,"id":")") == 0);
    CHECK(loop.text(0).substr(8) != loop.text(1).substr(8));
    REQUIRE(loop.model.composer.history.size() == 1);
    CHECK(loop.model.composer.history[0].text == R"({"n":{{counter}},"id":"{{uuid}}"})");
}

TEST_CASE("the uuid that stands on the screen before is the one that is sent") {
    Loop loop;
    const std::string shown = loop.model.next_message.uuid;
    CHECK(shown.size() == 36);
    loop.act(model::SendComposed{1, draft("{{uuid}}")});
    REQUIRE(loop.got(1));
    CHECK(loop.text(0) == shown);
    CHECK(loop.model.next_message.uuid != shown);
}

TEST_CASE("bytes go as one binary message, from hex, base64 and files") {
    Loop loop;
    const Folder folder;
    const std::string bytes("\x00\xff\r\n\x80", 5);
    loop.act(model::SendComposed{1, draft("00ff 0d0a 80", model::Body::hex)});
    loop.act(model::SendComposed{1, draft("AP8NCoA=", model::Body::base64)});
    loop.act(model::SendComposed{1, draft(folder.file("x", bytes), model::Body::file)});
    model::Draft text = draft(folder.file("t", "hello"), model::Body::file);
    text.file_text = true;
    loop.act(model::SendComposed{1, text});
    REQUIRE(loop.got(4));
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(loop.text(i) == bytes);
        CHECK(loop.received[i].kind == wire::Kind::binary);
    }
    CHECK(loop.text(3) == "hello");
    CHECK(loop.received[3].kind == wire::Kind::text);
}

TEST_CASE("a file that cannot be sent is told with what, why and what to do, and nothing goes") {
    const Folder folder;
    const auto error = [](const std::string& path, std::uint64_t most = 100) {
        const auto read = app::read_message_file(path, most);
        REQUIRE_FALSE(read.ok());
        return base::one_line(read.error());
    };
    const std::string missing = (folder.path / "missing").string();
    CHECK(error(missing).find("there is no file " + missing) == 0);
    CHECK(error(folder.path.string()).find("is a folder") != std::string::npos);
    CHECK(error("/dev/zero").find("is no ordinary file") != std::string::npos);
    CHECK(error(folder.file("large", std::string(101, 'x'))).find("too large: it has 101 B") !=
          std::string::npos);
    CHECK(app::read_message_file(folder.file("empty", "")).value().empty());

    Loop loop;
    loop.act(model::SendComposed{1, draft(missing, model::Body::file)});
    CHECK(loop.notice("send").find("there is no file") != std::string::npos);
    CHECK(loop.model.composer.history.empty());
    loop.act(model::LookAtFile{folder.file("y", "12345")});
    CHECK(loop.model.file_look.size == 5);
    CHECK_FALSE(loop.model.file_look.error);
    loop.act(model::LookAtFile{missing});
    CHECK(loop.model.file_look.error);
}

TEST_CASE("what is wrong is told again at sending, though the screen had checked it") {
    Loop loop;
    model::Draft bad = draft("{");
    bad.envelope = true;
    loop.act(model::SendComposed{1, bad});
    CHECK(loop.notice("send").find("Line 1, column 2") != std::string::npos);
    loop.act(model::SendComposed{1, draft("0g", model::Body::hex)});
    CHECK(loop.notice("send").find("no hex digit") != std::string::npos);
    loop.act(model::SendComposed{7, draft("{}")});
    CHECK(loop.notice("send").find("not connected") != std::string::npos);
    CHECK(loop.model.composer.history.empty());
}

TEST_CASE("100 messages are sent one after the other, each with its own number") {
    Loop loop;
    loop.act(model::StartRepeat{1, draft("{{counter}}"), 100, 0});
    REQUIRE(loop.got(100));
    for (std::size_t i = 0; i < 100; ++i) CHECK(loop.text(i) == std::to_string(i + 1));
    CHECK_FALSE(loop.model.repeat.running);
    CHECK(loop.model.repeat.sent == 100);
    CHECK(loop.model.composer.history.size() == 1);
}

TEST_CASE("large messages wait for the line: none is refused and none is lost") {
    Loop loop;
    loop.act(model::StartRepeat{1, draft(std::string(300'000, 'x')), 100, 0});
    REQUIRE(loop.got(100));
    CHECK(loop.notice("send").empty());
    CHECK(loop.model.log.counts().kind[static_cast<std::size_t>(wire::Kind::refused)] == 0);
}

TEST_CASE("with a pause they come by the clock, until it is stopped") {
    Loop loop;
    loop.act(model::StartRepeat{1, draft("tick"), 0, 20 * kMillisecond});
    REQUIRE(loop.got(5));
    const std::int64_t took = loop.received[4].mono_ns - loop.received[0].mono_ns;
    CHECK(took > 60 * kMillisecond);
    CHECK(loop.model.repeat.running);
    loop.act(model::StopRepeat{});
    const std::uint64_t sent = loop.model.repeat.sent;
    loop.act(model::SendComposed{1, draft("after")});
    REQUIRE(loop.wait_for(
        [&] { return !loop.received.empty() && loop.text(loop.received.size() - 1) == "after"; }));
    CHECK(loop.received.size() == sent + 1);
    CHECK(loop.notice("repeat").empty());
}

TEST_CASE("a repeat ends with its connection, with a notice that says how far it came") {
    Loop loop;
    loop.act(model::StartRepeat{1, draft("tick"), 1000, 10 * kMillisecond});
    REQUIRE(loop.got(3));
    loop.server.reset();
    REQUIRE(loop.wait_for([&] { return !loop.model.repeat.running; }));
    const std::string notice = loop.notice("repeat");
    CHECK(notice.find("repeating ended after ") == 0);
    CHECK(notice.find(" of 1,000 messages") != std::string::npos);
    CHECK(notice.find("connection 1 is") != std::string::npos);
}

TEST_CASE("a repeat does not go on in a new session that came between two frames") {
    Loop loop;
    loop.act(model::StartRepeat{1, draft("tick"), 1000, 10 * kMillisecond});
    REQUIRE(loop.got(1));
    loop.model.repeat.conn += 1; // as if it had begun in another one
    REQUIRE(loop.wait_for([&] { return !loop.model.repeat.running; }));
    CHECK(loop.notice("repeat").find("there is a new one") != std::string::npos);
}

TEST_CASE("without an end and without a pause nothing begins") {
    Loop loop;
    loop.act(model::StartRepeat{1, draft("x"), 0, 0});
    CHECK_FALSE(loop.model.repeat.running);
    CHECK(loop.notice("send").find("needs a pause") != std::string::npos);
}

TEST_CASE("saved messages and the history are changed by Actions") {
    Loop loop;
    loop.act(model::SaveMessage{"a", draft("1")});
    CHECK(loop.model.composer.find("a")->draft.text == "1");
    loop.act(model::DeleteSaved{"a"});
    CHECK(loop.model.composer.saved.empty());
    loop.act(model::SendComposed{1, draft("x")});
    CHECK(loop.model.composer.history.size() == 1);
    loop.act(model::ForgetHistory{});
    CHECK(loop.model.composer.history.empty());
}
