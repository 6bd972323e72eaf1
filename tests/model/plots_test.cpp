#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "model/make_events.h"
#include "model/model.h"

using model::Unit;

namespace {

struct Session {
    model::Model model;
    test::EventMaker maker;

    void in(const std::string& payload) { model.log.append(maker.text_in(payload)); }
    void trace(double total, const std::string& more = "") {
        in(R"({"type":"latency_trace","data":{"stt_seconds":0.3,"llm_seconds":0.35,"tts_seconds":0.15,)"
           R"("total_seconds":)" +
           std::to_string(total) + more + "}}");
    }
    void follow() {
        while (!model::follow_log(model, base::kMillisecond)) {
        }
    }
    const model::PlotLine& line(const std::string& type, const std::string& name) {
        follow();
        for (const model::Chart& chart : model.plots.charts())
            for (const std::uint32_t number : chart.lines)
                if (model.plots.line(number).type == type && model.plots.line(number).name == name)
                    return model.plots.line(number);
        FAIL("no line " << name);
        return model.plots.line(0);
    }
};

double number_in(const std::string& json, const char* path) {
    auto steps = model::number_path(path);
    REQUIRE(steps.ok());
    double value = std::numeric_limits<double>::quiet_NaN();
    model::number_from_raw(model::raw_at(json, steps.value()), &value);
    return value;
}

} // namespace

TEST_CASE("a number is found by its path, however it is written") {
    const std::string json =
        R"({"type":"x","data":{"a":1.5,"items":[{"id":7},{"id":-8e2}],"odd key":3,"b\u0063":4,"a":9}})";
    CHECK(number_in(json, "data.a") == 1.5); // of two the first
    CHECK(number_in(json, "$.data.a") == 1.5);
    CHECK(number_in(json, "data.items[1].id") == -800);
    CHECK(number_in(json, "data[\"odd key\"]") == 3);
    CHECK(number_in(json, "data.bc") == 4);
    CHECK(number_in("[5,6]", "[1]") == 6);
}

TEST_CASE("what is no finite number is none") {
    for (const char* value :
         {"NaN", "Infinity", "-Infinity", "\"1\"", "true", "null", "{}", "1e999"}) {
        CAPTURE(value);
        double number = 0;
        CHECK_FALSE(model::number_from_raw(value, &number));
    }
}

TEST_CASE("a wrong path is refused with what is wrong with it") {
    for (const char* path : {"", "a..b", "a[", "a[x]", "a[\"b\"", "a."}) {
        CAPTURE(path);
        CHECK_FALSE(model::number_path(path).ok());
    }
}

TEST_CASE("values are written with three digits and their unit") {
    CHECK(model::value_text(0.802, Unit::seconds) == "802 ms");
    CHECK(model::value_text(-1.2, Unit::seconds) == "−1.20 s");
    CHECK(model::value_text(0, Unit::seconds) == "0 s");
    CHECK(model::value_text(0.9999, Unit::seconds) == "1.00 s");
    CHECK(model::value_text(41e-6, Unit::seconds) == "41 µs");
    CHECK(model::value_text(12.3, Unit::milliseconds) == "12.3 ms");
    CHECK(model::value_text(29.62109375, Unit::megabytes) == "29.6 MB");
    CHECK(model::value_text(104, Unit::percent) == "104 %");
    CHECK(model::value_text(1204, Unit::none) == "1,204");
}

TEST_CASE("Coda's traces and metrics are drawn as they come, and our pings") {
    Session session;
    session.trace(0.8);
    session.trace(0.7, ",\"timestamp\":1795396195.36");
    session.in(
        R"({"type":"system_metrics","data":{"memory_mb":29.6,"cpu_percent":3,"gpu_vram_mb":0}})");
    wire::Event pong = session.maker.life(wire::Kind::pong);
    pong.dir = wire::Dir::in;
    pong.details->rtt_ns = 410'000;
    session.model.log.append(std::move(pong));
    const model::Series& total = session.line("latency_trace", "total").points;
    REQUIRE(total.size() == 1); // the trace with a time of its own is another chart's
    CHECK(total.at(0).value == doctest::Approx(0.8));
    CHECK(total.at(0).event == 1);
    CHECK(session.line("system_metrics", "cpu").points.size() == 1);
    CHECK(session.line("system_metrics", "memory").points.value(0) == doctest::Approx(29.6));
    CHECK(session.line("", "rtt").points.value(0) == doctest::Approx(0.00041));
}

TEST_CASE("a negative latency is marked as impossible") {
    Session session;
    session.trace(0.8);
    session.trace(-1.2);
    CHECK(session.line("latency_trace", "total").points.next_impossible(0) == 1);
    CHECK(session.line("latency_trace", "llm").points.impossible_count(0, 2) == 0);
}

TEST_CASE("a line ends where the session ended, and where the number is missing") {
    Session session;
    session.trace(0.8);
    session.model.log.append(session.maker.life(wire::Kind::closed));
    session.trace(0.9);
    session.in(R"({"type":"latency_trace","data":{"total_seconds":NaN,"llm_seconds":1}})");
    session.trace(0.7);
    const model::Series& total = session.line("latency_trace", "total").points;
    REQUIRE(total.size() == 3);
    CHECK(total.broken_before(1));
    CHECK(total.broken_before(2));
    CHECK_FALSE(session.line("latency_trace", "llm").points.broken_before(2));
}

TEST_CASE("a path that is added late is filled from the log, in order, and goes on") {
    Session session;
    for (int i = 0; i < 5000; ++i)
        session.in(R"({"type":"x","data":{"v":)" + std::to_string(i) + "}}");
    session.follow();
    REQUIRE(session.model.plots.add("x", "data.v").ok());
    session.model.plots.update(session.model.log, 0); // one slice only
    session.in(R"({"type":"x","data":{"v":5000}})");
    const model::Series& points = session.line("x", "v").points;
    REQUIRE(points.size() == 5001);
    for (model::Series::At at = 0; at < 5001; ++at)
        CHECK(points.value(at) == static_cast<double>(at));
}

TEST_CASE("a line is added once, removed once, and what is known stays") {
    Session session;
    model::Plots& plots = session.model.plots;
    const std::size_t charts = plots.charts().size();
    CHECK(plots.add("x", "data.v_seconds").ok());
    CHECK(plots.add("x", "data.v_seconds").ok());
    CHECK(plots.charts().size() == charts + 1);
    CHECK(plots.charts().back().unit == Unit::seconds);
    const std::uint32_t line = plots.charts().back().lines.front();
    CHECK(plots.remove(line));
    CHECK_FALSE(plots.remove(line));
    CHECK_FALSE(plots.remove(plots.charts().front().lines.front()));
    CHECK(plots.charts().size() == charts);
    CHECK_FALSE(plots.add("x", "").ok());
}

TEST_CASE("points go with their events") {
    Session session;
    for (int i = 0; i < 100; ++i) session.trace(i);
    session.follow();
    session.model.log.clear();
    CHECK(session.line("latency_trace", "total").points.size() == 0);
    session.trace(5);
    CHECK(session.line("latency_trace", "total").points.size() == 1);
}
