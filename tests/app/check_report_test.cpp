#include "app/check_report.h"

#include <doctest/doctest.h>

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

wire::CheckState one_step(wire::CheckMark mark) {
    wire::CheckState state;
    state.url = "wss://coda.lan/";
    state.steps.push_back({"TLS handshake", mark, 0, 6'800'000, "TLSv1.3", {}, {}});
    return state;
}

} // namespace

TEST_CASE("--insecure is a line of every report, of one that went well too") {
    wire::CheckState state = one_step(wire::CheckMark::passed);
    CHECK_FALSE(has(app::report_text(state), "--insecure"));
    state.insecure = true;
    CHECK(has(app::report_text(state), "It works\n  Any certificate was accepted (--insecure)"));
    state.phase = "TLS handshake";
    state.error = base::Error{"it failed", "so", "mend it"};
    CHECK(has(app::report_text(state), "Any certificate was accepted (--insecure)"));
}

TEST_CASE("what a server says cannot drive the terminal, and colours are asked for") {
    wire::CheckState state = one_step(wire::CheckMark::failed);
    state.steps[0].said = "evil \x1b[31m";
    const std::string plain = app::step_lines(state.steps[0], false);
    CHECK_FALSE(has(plain, "\x1b"));
    CHECK(has(app::step_lines(state.steps[0], true), "\x1b[1;31m"));
    CHECK(has(plain, "6.80 ms"));
}

TEST_CASE("evidence of one name is a list in the object, and a verdict stands in every one") {
    wire::CheckState state = one_step(wire::CheckMark::passed);
    state.steps[0].evidence = {{"wrong", "a"}, {"wrong", "b"}, {"version", "TLSv1.3"}};
    const std::string line = app::check_json(state);
    CHECK(has(line, R"("wrong":["a","b"])"));
    CHECK(has(line, R"("version":"TLSv1.3")"));
    CHECK(has(line, R"("verdict":"ok","phase":null,"error":null)"));
    state.stopped = true;
    CHECK(has(app::check_json(state), R"("verdict":"failed")"));
}
