// Replays as the window plays them: a capture opened into the log, Actions as the panel makes them,
// a real engine against the simulator.
// ctest: timeout=300
#include "app/replaying.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "app/act.h"
#include "app/drain.h"
#include "app/file_work.h"
#include "base/clock.h"
#include "sim/server.h"

namespace {

using wire::ReplayPace;
using wire::ReplayPhase;
using wire::ReplaySend;

constexpr std::int64_t kBudget = 5 * base::kMillisecond;

/// The program without its window.
struct Bench {
    Bench() {
        char name[] = "/tmp/wsdbg-replaying-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
        folder = name;
        sim::ServerOptions serve;
        serve.dialect = sim::Dialect::guide;
        auto started = sim::Server::start(serve);
        REQUIRE(started.ok());
        server = std::move(started.value());
        net::EngineOptions options;
        options.wake = wake();
        options.recording_wake = [bell = bell] { bell->ring(); };
        engine = std::make_unique<net::Engine>(options);
        files = std::make_unique<app::FileWork>(*engine, bell, "test 1", wake());
        desktop.files = files.get();
    }
    ~Bench() {
        files.reset();
        engine.reset();
        std::filesystem::remove_all(folder);
    }
    std::function<void()> wake() {
        return [this] {
            const std::lock_guard lock(mutex);
            rung = true;
            changed.notify_all();
        };
    }

    bool frame() {
        model->now = base::stamp_now();
        const bool more = app::drain(*model, engine->events(), kBudget).more;
        const bool work = files->work(*model, kBudget).more;
        app::act(actions, *model, *engine, desktop);
        return more || work;
    }
    /// Draws frames as the window does: when something has come, or is due.
    bool wait_for(const std::function<bool()>& done) {
        const std::int64_t deadline = base::mono_now_ns() + 60 * base::kSecond;
        for (;;) {
            const bool more = frame();
            if (done()) return true;
            const std::int64_t now = base::mono_now_ns();
            if (now > deadline) return false;
            if (more || !engine->events().arm()) continue;
            const std::int64_t until = std::min({deadline, files->due_ns(), now + base::kSecond});
            std::unique_lock lock(mutex);
            changed.wait_for(lock, std::chrono::nanoseconds(std::max<std::int64_t>(0, until - now)),
                             [this] { return rung; });
            rung = false;
        }
    }
    void act(model::Action action) {
        actions.push_back(std::move(action));
        frame();
    }
    /// Opens a capture and gathers its messages.
    void load(const std::string& path) {
        act(model::OpenCapture{path});
        REQUIRE(wait_for([&] { return model->current_link != 0; }));
        act(model::LoadReplay{model->current_link});
        REQUIRE(wait_for([&] { return model->replay.state != nullptr; }));
    }
    bool over() {
        return wait_for([&] { return model->replay.state && !model->replay.running; });
    }
    const wire::ReplayState& state() const { return *model->replay.state; }

    std::string folder;
    std::mutex mutex;
    std::condition_variable changed;
    bool rung = false;
    std::unique_ptr<sim::Server> server;
    std::shared_ptr<capture::Bell> bell = std::make_shared<capture::Bell>();
    std::unique_ptr<net::Engine> engine;
    std::unique_ptr<app::FileWork> files;
    std::unique_ptr<model::Model> model = std::make_unique<model::Model>();
    model::Actions actions;
    app::Desktop desktop;
};

std::string example() {
    return std::string(std::getenv("WD_SOURCE_DIR")) + "/assets/replays/guide-text-input.ndjson";
}

/// The example with one expectation changed.
std::string changed_example(const std::string& folder) {
    std::ifstream in(example());
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const std::string was = R"(\"role\":\"user\")";
    const std::size_t at = text.find(was);
    REQUIRE(at != std::string::npos);
    text.replace(at, was.size(), R"(\"role\":\"nobody\")");
    std::ofstream(folder + "/changed.ndjson") << text;
    return folder + "/changed.ndjson";
}

} // namespace

TEST_CASE("the example plays green in a session of its own, each verdict with its events") {
    Bench bench;
    bench.load(example());
    CHECK(bench.state().sends.size() == 1);
    CHECK_FALSE(bench.model->replay.running);
    bench.act(model::StartReplay{0, bench.server->url(), {}});
    CHECK(bench.model->replay.running);
    REQUIRE(bench.over());
    CHECK(bench.state().phase == ReplayPhase::done);
    CHECK(wire::passed(bench.state()));
    CHECK(bench.state().counts.sent == 1);
    CHECK(bench.state().counts.met == bench.state().expectations.size());
    for (const wire::ReplayExpectation& each : bench.state().expectations) {
        // Both are rows of the log: of the file, and of the session.
        REQUIRE(bench.model->log.contains(each.event));
        REQUIRE(bench.model->log.contains(each.got_event));
        CHECK(bench.model->log.row(each.event).link == 1);
        CHECK(bench.model->log.row(each.got_event).link == bench.model->replay.target);
        CHECK(bench.model->log.row(each.event).type == bench.model->log.row(each.got_event).type);
    }
    CHECK(bench.model->connection(bench.model->replay.target)->state.phase == wire::Phase::open);
}

TEST_CASE("a planted change is a difference with its path, and both of its events") {
    Bench bench;
    bench.load(changed_example(bench.folder));
    model::ReplayWish wish;
    bench.act(model::StartReplay{0, bench.server->url(), wish});
    REQUIRE(bench.over());
    CHECK_FALSE(wire::passed(bench.state()));
    REQUIRE(bench.state().counts.different == 1);
    for (const wire::ReplayExpectation& each : bench.state().expectations) {
        if (each.verdict != wire::Verdict::different) continue;
        REQUIRE(each.differences.size() == 1);
        CHECK(each.differences[0].path == "data.role");
        CHECK(each.differences[0].expected == "\"nobody\"");
        CHECK(each.differences[0].got == "\"user\"");
        CHECK(bench.model->log.view(each.got_event).payload.find("\"user\"") !=
              std::string_view::npos);
    }
}

TEST_CASE("an open connection is closed and dialled anew, so that each replay begins alike") {
    Bench bench;
    bench.act(model::Connect{0, bench.server->url()});
    REQUIRE(bench.wait_for(
        [&] { return bench.model->connection(1)->state.phase == wire::Phase::open; }));
    bench.act(model::OpenCapture{example()});
    REQUIRE(bench.wait_for([&] { return bench.model->current_link == 2; }));
    bench.act(model::LoadReplay{2});
    REQUIRE(bench.wait_for([&] { return bench.model->replay.state != nullptr; }));
    const std::uint32_t conn = bench.model->connection(1)->state.conn;
    for (int round = 0; round < 2; ++round) {
        bench.act(model::StartReplay{1, bench.server->url(), {}});
        REQUIRE(bench.over());
        CHECK(wire::passed(bench.state()));
    }
    CHECK(bench.model->connection(1)->state.conn == conn + 2);
}

TEST_CASE("what is unticked is not sent, and what was edited is sent as edited") {
    Bench bench;
    std::ifstream in(example());
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    text += R"({"t":9,"conn":1,"dir":"out","kind":"text","data":"{\"type\":\"second\"}"})"
            "\n";
    std::ofstream(bench.folder + "/two.ndjson") << text;
    bench.load(bench.folder + "/two.ndjson");
    REQUIRE(bench.state().sends.size() == 2);
    bench.act(model::SetReplayEnabled{0, false});
    bench.act(model::EditReplay{1, R"({"type":"third"})"});
    model::ReplayWish wish;
    wish.pace = ReplayPace::max;
    wish.expect = false;
    bench.act(model::StartReplay{0, bench.server->url(), wish});
    REQUIRE(bench.over());
    CHECK(bench.state().counts.sent == 1);
    CHECK(bench.state().sends[0].stage == ReplaySend::Stage::skipped);
    const std::uint64_t sent = bench.state().sends[1].sent_event;
    REQUIRE(bench.model->log.contains(sent));
    CHECK(bench.model->log.view(sent).payload.find("third") != std::string_view::npos);
}

TEST_CASE("one at a time: nothing goes out before it is asked for, and a pause holds it up") {
    Bench bench;
    bench.load(example());
    model::ReplayWish wish;
    // As F10 does from rest.
    bench.actions.push_back(model::StartReplay{0, bench.server->url(), wish});
    bench.actions.push_back(model::PauseReplay{true});
    bench.frame();
    REQUIRE(bench.wait_for([&] {
        return bench.model->replay.state && bench.model->replay.state->phase == ReplayPhase::paused;
    }));
    CHECK(bench.model->replay.paused);
    CHECK(bench.state().counts.sent == 0);
    bench.act(model::StepReplay{});
    REQUIRE(bench.wait_for([&] { return bench.state().counts.sent == 1; }));
    bench.act(model::PauseReplay{false});
    REQUIRE(bench.over());
    CHECK(wire::passed(bench.state()));
}

TEST_CASE("a replay can be stopped, and says so; the connection stays") {
    Bench bench;
    bench.load(example());
    bench.actions.push_back(model::StartReplay{0, bench.server->url(), {}});
    bench.actions.push_back(model::PauseReplay{true});
    bench.frame();
    REQUIRE(bench.wait_for([&] {
        return bench.model->replay.state && bench.model->replay.state->phase == ReplayPhase::paused;
    }));
    bench.act(model::StopReplay{});
    CHECK_FALSE(bench.model->replay.running);
    CHECK(bench.state().phase == ReplayPhase::failed);
    CHECK(bench.state().error->what == "stopped by you");
    CHECK(bench.model->connection(bench.model->replay.target)->state.phase == wire::Phase::open);
}

TEST_CASE("what a session of the log sent can be played again, without a file") {
    Bench bench;
    bench.act(model::Connect{0, bench.server->url()});
    REQUIRE(bench.wait_for(
        [&] { return bench.model->connection(1)->state.phase == wire::Phase::open; }));
    bench.act(model::SendMessage{1, false, R"({"type":"text_input","data":{"text":"hello"}})"});
    REQUIRE(bench.wait_for([&] { return bench.model->connection(1)->in.messages >= 5; }));
    bench.act(model::LoadReplay{1});
    REQUIRE(bench.wait_for([&] { return bench.model->replay.state != nullptr; }));
    REQUIRE(bench.state().sends.size() == 1);
    CHECK(bench.state().expectations.size() > 0);
}

TEST_CASE("where nothing listens the replay ends with the reason") {
    Bench bench;
    bench.load(example());
    bench.act(model::AddConnection{});
    wire::LinkOptions options;
    options.url = "ws://127.0.0.1:1";
    options.retry_first = 0;
    bench.act(model::SetOptions{bench.model->current_link, options});
    bench.act(model::StartReplay{bench.model->current_link, options.url, {}});
    REQUIRE(bench.over());
    CHECK(bench.state().phase == ReplayPhase::failed);
    CHECK(base::one_line(*bench.state().error).find("refused") != std::string::npos);
}

TEST_CASE("there is a word for each thing that cannot be played") {
    Bench bench;
    bench.act(model::LoadReplay{7});
    REQUIRE(bench.model->notices.list.size() == 1);
    bench.act(model::StartReplay{0, bench.server->url(), {}});
    REQUIRE(bench.model->notices.list.size() >= 1);
    const base::Error& told = bench.model->notices.list.back().text;
    CHECK(told.why == "there is no message to send");
}
