// No alarm is raised where all is well: on an hour of the simulator, whose clock is run fast, and
// on captures of healthy sessions.
// ctest: timeout=300
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "app/drain.h"
#include "base/clock.h"
#include "capture/reader.h"
#include "model/make_events.h"
#include "model/model.h"
#include "sim/coda.h"
#include "wire/envelope.h"

using base::kMillisecond;
using base::kSecond;

namespace {

/// All alarms that ever asked for attention; the list shows only how things stand.
struct Listener {
    std::vector<std::string> raised;

    void look(const model::Model& model) {
        for (const model::Notice& notice : model.notices.list) {
            if (!notice.alarm || !notice.open) continue;
            if (std::find(raised.begin(), raised.end(), notice.text.what) == raised.end())
                raised.push_back(notice.text.what);
        }
    }
};

/// The simulator and a client of it, without sockets: time passes as fast as it is told to.
struct Hour {
    model::Model model;
    test::EventMaker maker;
    Listener heard;
    std::vector<std::string> waiting; ///< for the client
    sim::Coda coda;

    explicit Hour(sim::Dialect dialect, double rate = 0)
        : coda({.dialect = dialect, .rate = rate},
               {[this](sim::ClientId, std::string_view text) { waiting.emplace_back(text); },
                [](sim::ClientId, int, std::string_view) {}, [] { return false; }},
               now()) {
        maker.step_ns = 0;
        app::take_event(model, maker.life(wire::Kind::connecting));
        wire::LinkState open;
        open.link = 1;
        open.phase = wire::Phase::open;
        app::take_event(model, maker.status(open));
        app::take_event(model, maker.life(wire::Kind::open));
        coda.opened(1, now());
        receive();
    }
    base::Stamp now() const { return {maker.mono_ns, maker.mono_ns + maker.wall_offset_ns}; }

    void receive() {
        std::vector<std::string> come;
        come.swap(waiting);
        for (const std::string& text : come) {
            app::take_event(model, maker.text_in(text));
            const wire::EnvelopeHead head = wire::read_envelope(text);
            if (head.type() != "auth_challenge") continue;
            send(R"({"type":"auth_response","data":)" + std::string(head.data_raw) + "}");
        }
    }
    void send(const std::string& text) {
        app::take_event(model, maker.text_out(text));
        coda.received(1, text, now());
    }
    void pass(std::int64_t ns) {
        const std::int64_t until = maker.mono_ns + ns;
        while (maker.mono_ns < until) {
            maker.mono_ns = std::clamp(coda.next_due_ns(), maker.mono_ns + 1,
                                       std::min(until, maker.mono_ns + kSecond));
            coda.tick(now());
            receive();
            model.now = now();
            model::follow_log(model, kSecond);
            heard.look(model);
        }
    }
};

void check_quiet(const Listener& heard) {
    for (const std::string& words : heard.raised) {
        CAPTURE(words);
        CHECK(words.empty());
    }
}

std::vector<std::string> captures() {
    const std::string source = std::getenv("WD_SOURCE_DIR");
    std::vector<std::string> found;
    // The second lies beside the project where it is developed.
    for (const char* path :
         {"/assets/captures/simulator-turns.ndjson", "/../shared/captures/coda-turns.ndjson"})
        if (std::ifstream(source + path).good()) found.push_back(source + path);
    return found;
}

} // namespace

TEST_CASE("an hour of the simulated backend, with a turn a minute, raises no alarm") {
    Hour hour(sim::Dialect::backend);
    for (int minute = 0; minute < 60; ++minute) {
        hour.send(R"({"type":"text_input","data":{"text":"what time is it, )" +
                  std::to_string(minute) + R"("}})");
        hour.pass(60 * kSecond);
    }
    CHECK(hour.model.log.size() > 3000);
    CHECK(hour.model.insight.turns.list().size() >= 60);
    check_quiet(hour.heard);
}

TEST_CASE("an hour of the guide's dialect, listening and speaking, raises no alarm") {
    Hour hour(sim::Dialect::guide);
    for (int minute = 0; minute < 60; ++minute) {
        hour.send(R"({"type":"stt_start","data":{}})");
        hour.pass(5 * kSecond);
        hour.send(R"({"type":"stt_stop","data":{}})");
        hour.pass(55 * kSecond);
    }
    CHECK(hour.model.log.size() > 1500);
    check_quiet(hour.heard);
}

TEST_CASE("an hour of the backend whose heartbeat stops, and that loses events, does raise some") {
    Hour hour(sim::Dialect::backend);
    hour.pass(60 * kSecond);
    check_quiet(hour.heard);
    hour.send(R"({"type":"text_input","data":{"text":"what time is it? fail"}})");
    hour.pass(10 * kSecond);
    hour.waiting.clear();
    hour.send(R"({"type":"demo_flow","data":{"text":"x"}})");
    hour.waiting.clear(); // its echo is lost
    hour.pass(30 * kSecond);
    const auto raised = [&](const std::string& part) {
        return std::any_of(
            hour.heard.raised.begin(), hour.heard.raised.end(),
            [&](const std::string& words) { return words.find(part) != std::string::npos; });
    };
    CHECK(raised("_error"));
    CHECK(raised("missing, 1 event"));
    CHECK(raised("demo_flow without echo"));
}

TEST_CASE("captures of healthy sessions raise no alarm") {
    REQUIRE_FALSE(captures().empty());
    for (const std::string& path : captures()) {
        CAPTURE(path);
        auto reader = capture::Reader::open(path);
        REQUIRE(reader.ok());
        model::Model model;
        Listener heard;
        wire::Event event;
        while (reader.value().next(&event)) {
            model.now = {event.mono_ns, event.wall_ns};
            app::take_event(model, std::move(event));
            model::follow_log(model, kSecond);
            heard.look(model);
            event = wire::Event();
        }
        CHECK(model.log.size() > 250);
        // What these two hold of real errors is told, and nothing else.
        for (const std::string& words : heard.raised) {
            CAPTURE(words);
            CHECK(words.find("_error") != std::string::npos);
        }
    }
}
