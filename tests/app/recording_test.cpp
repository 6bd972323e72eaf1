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
#include <vector>

#include "app/drain.h"
#include "app/open_capture.h"
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

TEST_CASE("marks and notes are in the file, behind what they are about, also those taken away") {
    Bench bench;
    // A file that was opened first: the log's numbers are not the engine's.
    model::Connection& opened = bench.model->connections.emplace_back();
    opened.link = 2;
    opened.file = "old.ndjson";
    for (int i = 0; i < 5; ++i) {
        wire::Event event;
        event.link = 2;
        event.kind = wire::Kind::text;
        event.mono_ns = 1;
        app::take_event(*bench.model, std::move(event));
    }
    model::Log& log = bench.model->log;
    model::Bookmarks& marks = bench.model->bookmarks;
    REQUIRE(bench.frames_until([&] { return log.size() >= 50; }));
    marks.set_note(log.first() + 20, "from before");
    marks.set_note(log.first() + 2, "of the opened file");
    const std::string path = bench.folder + "/a.ndjson";
    REQUIRE(bench.recording->start(path, false, *bench.model).ok());
    REQUIRE(bench.frames_until([&] { return bench.recording->state().events >= 150; }));
    const auto mark = [&](model::EventId event, const char* note) {
        if (note != nullptr)
            marks.set_note(event, note);
        else
            marks.set(event, false);
        bench.recording->mark(*bench.model, event);
    };
    const model::EventId newest = log.end() - 1;
    const std::string expected[] = {std::string(log.view(log.first() + 20).payload),
                                    std::string(log.view(newest).payload),
                                    std::string(log.view(log.first() + 30).payload)};
    mark(newest, "while it runs");
    mark(log.first() + 30, "in two minds");
    mark(log.first() + 30, nullptr);
    // At once, and not only at the end.
    REQUIRE(bench.frames_until([&] {
        auto reader = capture::Reader::open(path);
        REQUIRE(reader.ok());
        bool found = false;
        for (wire::EventView event; reader.value().next(&event);)
            found = found || (event.details && event.details->unmarked);
        return found;
    }));
    mark(newest, "changed last");
    bench.recording->stop();
    REQUIRE(bench.frames_until([&] { return !bench.recording->busy(); }));

    auto reader = capture::Reader::open(path);
    REQUIRE(reader.ok());
    std::vector<std::string> payloads;
    std::vector<std::string> found;
    std::int64_t last_ns = 0;
    for (wire::EventView event; reader.value().next(&event);) {
        CHECK(event.mono_ns >= last_ns);
        last_ns = event.mono_ns;
        const bool note = event.kind == wire::Kind::note;
        if (note) {
            REQUIRE(event.details);
            REQUIRE(event.details->of != 0);
            REQUIRE(event.details->of <= payloads.size());
            found.push_back(std::string(event.payload) + "|" +
                            (event.details->unmarked ? "off|" : "on|") +
                            payloads[event.details->of - 1]);
        }
        payloads.emplace_back(event.payload);
    }
    CHECK(found == std::vector<std::string>{"from before|on|" + expected[0],
                                            "while it runs|on|" + expected[1],
                                            "in two minds|on|" + expected[2],
                                            "the mark was taken away|off|" + expected[2],
                                            "changed last|on|" + expected[1]});
    CHECK(payloads.size() == bench.recording->state().events);

    // Opened again it has the marks that stood at the end.
    app::OpenedCaptures files;
    model::Model again;
    files.open(path);
    const auto end = std::chrono::steady_clock::now() + kDeadline;
    while (files.busy() && std::chrono::steady_clock::now() < end) files.drain(again, kBudget);
    REQUIRE(again.bookmarks.list.size() == 2);
    CHECK(again.bookmarks.list[0].note == "from before");
    CHECK(again.log.view(again.bookmarks.list[0].event).payload == expected[0]);
    CHECK(again.bookmarks.list[1].note == "changed last");
    CHECK(again.log.view(again.bookmarks.list[1].event).payload == expected[1]);
}

TEST_CASE("marks set before the recorder has what the log held are in the file, too") {
    Bench bench;
    model::Log& log = bench.model->log;
    REQUIRE(bench.frames_until([&] { return log.size() >= 50; }));
    const std::string path = bench.folder + "/a.ndjson";
    REQUIRE(bench.recording->start(path, false, *bench.model).ok());
    for (const model::EventId event : {log.first() + 3, log.first() + 40}) {
        bench.model->bookmarks.set_note(event, "early");
        bench.recording->mark(*bench.model, event);
    }
    bench.recording->stop(); // before anything was handed over
    REQUIRE(bench.frames_until([&] { return !bench.recording->busy(); }));
    auto reader = capture::Reader::open(path);
    REQUIRE(reader.ok());
    std::vector<std::uint64_t> of;
    for (wire::EventView event; reader.value().next(&event);)
        if (event.details && event.details->of != 0) of.push_back(event.details->of);
    CHECK(of == std::vector<std::uint64_t>{4, 41});
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
