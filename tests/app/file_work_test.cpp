// Files as the window's Actions ask for them.
#include "app/file_work.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "app/act.h"
#include "app/drain.h"
#include "base/clock.h"
#include "capture/reader.h"
#include "sim/server.h"

namespace {

namespace fs = std::filesystem;

constexpr auto kDeadline = std::chrono::seconds(30);
constexpr std::int64_t kBudget = 5 * base::kMillisecond;

struct Bench {
    Bench() {
        char name[] = "/tmp/wsdbg-files-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        folder = name;
        model->files.record_folder = folder + "/recordings";
        net::EngineOptions options;
        options.recording_wake = [bell = bell] { bell->ring(); };
        engine = std::make_unique<net::Engine>(options);
        files = std::make_unique<app::FileWork>(*engine, bell, "test 1");
        desktop.files = files.get();
        model->now = base::stamp_now();
    }
    ~Bench() {
        files.reset();
        engine.reset();
        fs::remove_all(folder);
    }
    void frame() {
        model->now = base::stamp_now();
        app::drain(*model, engine->events(), kBudget);
        files->work(*model, kBudget);
        app::act(actions, *model, *engine, desktop);
    }
    bool frames_until(const std::function<bool()>& done) {
        const auto end = std::chrono::steady_clock::now() + kDeadline;
        while (!done()) {
            if (std::chrono::steady_clock::now() > end) return false;
            frame();
            std::this_thread::yield();
        }
        return true;
    }
    void act(model::Action action) {
        actions.push_back(std::move(action));
        frame();
    }
    const model::Notice* notice(const std::string& topic) const {
        for (const model::Notice& each : model->notices.list)
            if (each.topic == topic && each.open) return &each;
        return nullptr;
    }

    std::string folder;
    std::shared_ptr<capture::Bell> bell = std::make_shared<capture::Bell>();
    std::unique_ptr<net::Engine> engine;
    std::unique_ptr<app::FileWork> files;
    std::unique_ptr<model::Model> model = std::make_unique<model::Model>();
    model::Actions actions;
    app::Desktop desktop;
};

} // namespace

TEST_CASE("record makes a new file in its folder, with what the log holds first, and says where") {
    Bench bench;
    sim::ServerOptions serve;
    serve.rate = 200;
    auto server = sim::Server::start(serve);
    REQUIRE(server.ok());
    bench.act(model::Connect{0, server.value()->url()});
    REQUIRE(bench.frames_until([&] { return bench.model->log.size() >= 30; }));
    bench.act(model::StartRecording{});
    CHECK(bench.model->files.recording);
    REQUIRE(bench.frames_until([&] { return bench.model->files.record.events >= 100; }));
    const std::string file = bench.model->files.record.file;
    CHECK(fs::path(file).parent_path() == bench.folder + "/recordings");
    bench.act(model::StopRecording{});
    CHECK_FALSE(bench.model->files.recording);
    REQUIRE(bench.frames_until([&] { return bench.notice("recorded") != nullptr; }));
    CHECK(bench.notice("recorded")->text.what.find(file) != std::string::npos);
    CHECK(bench.model->files.recent == std::vector<std::string>{file});
    auto reader = capture::Reader::open(file);
    REQUIRE(reader.ok());
    wire::EventView first;
    REQUIRE(reader.value().next(&first));
    CHECK(first.kind == wire::Kind::connecting); // of before it was switched on
}

TEST_CASE(
    "a recording that cannot begin is a notice with a remedy, and leaves nothing switched on") {
    Bench bench;
    std::ofstream(bench.folder + "/recordings") << "a file in the way";
    bench.act(model::StartRecording{});
    CHECK_FALSE(bench.model->files.recording);
    REQUIRE(bench.notice("record") != nullptr);
    CHECK_FALSE(bench.notice("record")->text.fix.empty());
    fs::remove(bench.folder + "/recordings");
    bench.act(model::StartRecording{});
    CHECK(bench.model->files.recording);
    CHECK(bench.notice("record") == nullptr);
}

TEST_CASE("a file that cannot be opened is a notice, one that is open already is shown") {
    Bench bench;
    bench.act(model::OpenCapture{bench.folder + "/none.ndjson"});
    REQUIRE(bench.notice("open") != nullptr);
    CHECK(bench.notice("open")->text.why == "There is no file of that name");
    std::ofstream(bench.folder + "/a.ndjson")
        << R"({"capture":"websocket-debugger","version":1,"started":"2026-11-23T01:02:03.456Z"})"
           "\n"
           R"({"t":1,"conn":1,"dir":"in","kind":"text","data":"x"})"
           "\n";
    bench.act(model::OpenCapture{bench.folder + "/a.ndjson"});
    CHECK(bench.notice("open") == nullptr);
    REQUIRE(bench.frames_until(
        [&] { return bench.model->log.size() == 1 && bench.model->files.reading.empty(); }));
    CHECK(bench.model->files.show == bench.model->log.first());
    bench.model->files.show = 0; // the window has shown it
    bench.act(model::AddConnection{});
    CHECK(bench.model->current_link == 2);
    bench.act(model::OpenCapture{bench.folder + "/a.ndjson"});
    CHECK(bench.model->current_link == 1);
    CHECK(bench.model->files.show == bench.model->log.first());
    CHECK(bench.frames_until([&] { return bench.model->files.reading.empty(); }));
    CHECK(bench.model->log.size() == 1);
}

TEST_CASE("a file opened again stands in the log once, whatever became of its tab and its rows") {
    Bench bench;
    const std::string path = bench.folder + "/a.ndjson";
    std::ofstream(path) << R"({"t":1,"conn":1,"dir":"in","kind":"text","data":"x"})"
                           "\n";
    const auto read = [&] {
        return bench.frames_until(
            [&] { return bench.model->log.size() > 0 && bench.model->files.reading.empty(); });
    };
    bench.act(model::OpenCapture{path});
    bench.act(model::OpenCapture{path}); // while it is read
    REQUIRE(read());
    CHECK(bench.model->log.size() == 1);
    bench.act(model::CloseConnection{1});
    CHECK(bench.model->tabs().empty());
    bench.act(model::OpenCapture{path});
    CHECK(bench.model->tabs() == std::vector<std::uint32_t>{1}); // its rows were there still
    CHECK(bench.frames_until([&] { return bench.model->files.reading.empty(); }));
    CHECK(bench.model->log.size() == 1);
    bench.act(model::ClearLog{});
    bench.act(model::OpenCapture{path});
    REQUIRE(read());
    CHECK(bench.model->log.size() == 1);
    CHECK(bench.model->tabs() == std::vector<std::uint32_t>{2});
}

TEST_CASE("an opened file is no connection: it is not dialled, and its address makes a new one") {
    Bench bench;
    sim::ServerOptions serve;
    auto server = sim::Server::start(serve);
    REQUIRE(server.ok());
    std::ofstream(bench.folder + "/a.ndjson")
        << R"({"t":1,"conn":1,"dir":"in","kind":"text","data":"x"})"
           "\n";
    bench.act(model::OpenCapture{bench.folder + "/a.ndjson"});
    REQUIRE(bench.frames_until([&] { return bench.model->log.size() == 1; }));
    bench.act(model::PingNow{1});
    REQUIRE(bench.notice("action") != nullptr);
    CHECK(bench.notice("action")->text.why.find("opened file") != std::string::npos);
    bench.act(model::Connect{1, server.value()->url()});
    REQUIRE(bench.model->connections.size() == 2);
    CHECK(bench.model->current_link == 2);
    CHECK(bench.model->connection(1)->options.url.empty());
    CHECK(bench.frames_until(
        [&] { return bench.model->connection(2)->state.phase == wire::Phase::open; }));
    bench.act(model::CloseConnection{1});
    CHECK(bench.model->tabs() == std::vector<std::uint32_t>{2});
}

TEST_CASE("the log is saved by an action, and what keeps it from it is told") {
    Bench bench;
    std::ofstream(bench.folder + "/a.ndjson")
        << R"({"t":1,"conn":1,"dir":"in","kind":"text","data":"x"})"
           "\n";
    bench.act(model::OpenCapture{bench.folder + "/a.ndjson"});
    REQUIRE(bench.frames_until([&] { return bench.model->log.size() == 1; }));
    bench.act(model::SaveLog{bench.folder + "/b.har"});
    REQUIRE(bench.frames_until([&] { return fs::exists(bench.folder + "/b.har"); }));
    REQUIRE(bench.frames_until([&] { return !bench.model->files.writing; }));
    bench.act(model::SaveLog{bench.folder + "/b.har"});
    REQUIRE(bench.notice("save") != nullptr);
    CHECK(bench.notice("save")->text.why.find("is there") != std::string::npos);
}
