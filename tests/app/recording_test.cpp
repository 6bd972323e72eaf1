// Recording as the window does it: a live engine against the simulator, drain, and a file.
#include "app/recording.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "app/drain.h"
#include "base/clock.h"
#include "capture/reader.h"
#include "sim/server.h"

namespace {

constexpr auto kDeadline = std::chrono::seconds(30);
constexpr std::int64_t kBudget = 5 * base::kMillisecond;

struct Bench {
    Bench() {
        char name[] = "/tmp/wsdbg-recording-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        folder = name;
        sim::ServerOptions serve;
        serve.port = 0;
        serve.rate = 200;
        auto started = sim::Server::start(serve);
        REQUIRE(started.ok());
        server = std::move(started.value());
        net::EngineOptions options;
        options.recording_wake = [bell = bell] { bell->ring(); };
        engine = std::make_unique<net::Engine>(options);
        recording = std::make_unique<app::Recording>(*engine, bell, "test 1");
        wire::LinkOptions link;
        link.url = server->url();
        model->connections.emplace_back().link = 1;
        engine->connect(1, link);
    }
    ~Bench() {
        recording.reset();
        engine.reset();
        std::filesystem::remove_all(folder);
    }

    bool frames_until(const std::function<bool()>& done) {
        const auto end = std::chrono::steady_clock::now() + kDeadline;
        while (!done()) {
            if (std::chrono::steady_clock::now() > end) return false;
            model->now = base::stamp_now();
            app::drain(*model, engine->events(), kBudget);
            recording->work(*model, kBudget);
            std::this_thread::yield();
        }
        return true;
    }

    std::string folder;
    std::unique_ptr<sim::Server> server;
    std::shared_ptr<capture::Bell> bell = std::make_shared<capture::Bell>();
    std::unique_ptr<net::Engine> engine;
    std::unique_ptr<app::Recording> recording;
    std::unique_ptr<model::Model> model = std::make_unique<model::Model>();
};

} // namespace

TEST_CASE("recording begun late has what the log holds first, then all that follows, once") {
    Bench bench;
    REQUIRE(bench.frames_until([&] { return bench.model->log.size() >= 50; }));
    const std::string path = bench.folder + "/a.ndjson";
    REQUIRE(bench.recording->start(path, false, *bench.model).ok());
    CHECK(bench.recording->on());
    CHECK_FALSE(bench.recording->start(path, false, *bench.model).ok());
    REQUIRE(bench.frames_until([&] { return bench.recording->state().events >= 150; }));
    bench.recording->stop();
    CHECK_FALSE(bench.recording->on());
    REQUIRE(bench.frames_until([&] { return !bench.recording->busy(); }));
    CHECK(bench.recording->state().finished);
    CHECK(bench.recording->state().gap == 0);

    auto reader = capture::Reader::open(path);
    REQUIRE(reader.ok());
    std::uint64_t count = 0;
    for (wire::EventView event; reader.value().next(&event); ++count) {
        const model::EventId id = bench.model->log.first() + count;
        REQUIRE(bench.model->log.contains(id)); // in the log's order, none left out
        const wire::EventView shown = bench.model->log.view(id);
        CHECK(event.kind == shown.kind);
        CHECK(event.payload == shown.payload);
    }
    CHECK(count >= 150);
    CHECK(count == bench.recording->state().events);
}

TEST_CASE("a recording can be begun again after it has ended, and a second file is whole") {
    Bench bench;
    for (const char* name : {"/a.ndjson", "/b.ndjson"}) {
        const std::string path = bench.folder + name;
        REQUIRE(bench.recording->start(path, false, *bench.model).ok());
        REQUIRE(bench.frames_until([&] { return bench.recording->state().messages >= 20; }));
        bench.recording->stop();
        REQUIRE(bench.frames_until([&] { return !bench.recording->busy(); }));
        auto reader = capture::Reader::open(path);
        REQUIRE(reader.ok());
        wire::EventView event;
        REQUIRE(reader.value().next(&event));
        CHECK(event.kind == wire::Kind::connecting);
    }
}

TEST_CASE("events that the log no longer holds are a gap in the file") {
    Bench bench;
    REQUIRE(bench.frames_until([&] { return bench.model->log.size() >= 50; }));
    const std::string path = bench.folder + "/a.ndjson";
    REQUIRE(bench.recording->start(path, false, *bench.model).ok());
    const std::uint64_t cleared = bench.model->log.size();
    bench.model->log.clear(); // before they were handed over
    REQUIRE(bench.frames_until([&] { return bench.recording->state().events >= 20; }));
    bench.recording->stop();
    REQUIRE(bench.frames_until([&] { return !bench.recording->busy(); }));
    auto reader = capture::Reader::open(path);
    REQUIRE(reader.ok());
    wire::Event first;
    REQUIRE(reader.value().next(&first));
    CHECK(first.kind == wire::Kind::note);
    CHECK(first.details->gap == cleared);
}

TEST_CASE("a file that cannot be created is refused, and a fault while recording is a notice") {
    Bench bench;
    const auto refused = bench.recording->start(bench.folder + "/no/a.ndjson", false, *bench.model);
    REQUIRE_FALSE(refused.ok());
    CHECK_FALSE(refused.error().why.empty());
    const std::string path = bench.folder + "/a.ndjson";
    REQUIRE(bench.recording->start(path, false, *bench.model).ok());
    std::filesystem::remove(path);
    const auto fault =
        [&]() -> const model::Notice* { // alarms of the session are not about the file
        for (const model::Notice& notice : bench.model->notices.list)
            if (!notice.alarm) return &notice;
        return nullptr;
    };
    REQUIRE(bench.frames_until([&] { return fault() != nullptr; }));
    CHECK(fault()->text.what.find("removed") != std::string::npos);
}
