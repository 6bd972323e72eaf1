// Errors, found as the rows come.
#include <doctest/doctest.h>

#include "model/make_events.h"
#include "model/tally.h"

namespace {

struct Bench {
    test::EventMaker make;
    model::Log log;
    model::Tally tally;

    void text(const std::string& type) { log.append(make.text_in("{\"type\":\"" + type + "\"}")); }
    std::vector<model::EventId> errors() {
        tally.follow(log);
        return {tally.errors().begin(), tally.errors().end()};
    }
};

} // namespace

TEST_CASE("errors are types that say so, failed attempts, faulty ends and refused messages") {
    Bench bench;
    bench.text("llm_token");
    bench.text("tts_error");
    bench.text("error");
    bench.text("tts_error");
    bench.log.append(bench.make.failed("refused"));
    bench.log.append(bench.make.life(wire::Kind::refused));
    bench.log.append(bench.make.life(wire::Kind::closed));
    wire::Event closed = bench.make.life(wire::Kind::closed);
    closed.details->error = base::Error{"connection lost", "", ""};
    bench.log.append(std::move(closed));
    CHECK(bench.errors() == std::vector<model::EventId>{2, 4, 5, 6, 8});
    for (model::EventId id = 1; id < bench.log.end(); ++id) {
        const bool error = id == 2 || id == 4 || id == 5 || id == 6 || id == 8;
        CHECK(model::is_error(bench.log, bench.log.row(id), bench.log.view(id).details) == error);
    }
}

TEST_CASE("a clear forgets them, and what comes then is found") {
    Bench bench;
    bench.text("a_error");
    CHECK(bench.errors().size() == 1);
    bench.log.clear();
    bench.text("a");
    CHECK(bench.errors().empty());
    bench.text("b_error");
    CHECK(bench.errors() == std::vector<model::EventId>{3});
}

TEST_CASE("what is trimmed is no longer among the errors") {
    Bench bench;
    bench.text("a_error");
    for (int i = 0; i < 6; ++i)
        bench.log.append(bench.make.text_in(test::envelope_of_size("x", 900'000)));
    bench.text("a_error");
    CHECK(bench.errors().size() == 2);
    bench.log.set_budget(3u << 20);
    CHECK(bench.errors().size() == 1);
}
