#include "replay/rules.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using replay::ignored_path_from_text;
using replay::PathStep;

namespace {

std::string path_text(const std::vector<PathStep>& steps) {
    std::string text;
    for (const PathStep& step : steps) replay::append_step(text, step);
    return text;
}

std::string fault_of(const std::string& text) {
    const auto read = ignored_path_from_text(text);
    return read.ok() ? "" : read.error().what;
}

} // namespace

TEST_CASE("paths are read as they are written in a report") {
    for (const char* text : {"data", "data.items[0].id", "data.items[*].id", R"(data["odd key"])",
                             R"(["a.b"].c)", R"(["quote\"d"])", R"([""])", "events[*]", "[3][4]"}) {
        const auto read = ignored_path_from_text(text);
        CAPTURE(text);
        REQUIRE(read.ok());
        CHECK(read.value().type.empty());
        CHECK(path_text(read.value().steps) == text);
    }
    CHECK(path_text(ignored_path_from_text("$.size").value().steps) == "size");
    CHECK(ignored_path_from_text("$").value().steps.empty());
    const auto typed = ignored_path_from_text("latency_trace:data.tool_seconds");
    REQUIRE(typed.ok());
    CHECK(typed.value().type == "latency_trace");
    CHECK(path_text(typed.value().steps) == "data.tool_seconds");
    CHECK(ignored_path_from_text(R"(data["a:b"])").value().type.empty());
}

TEST_CASE("a wrong path is refused with the part at fault") {
    CHECK(fault_of("").find("the path is missing") != std::string::npos);
    CHECK(fault_of(":data").find("type before the :") != std::string::npos);
    CHECK(fault_of("t:").find("the path is missing") != std::string::npos);
    CHECK(fault_of("data.").find("at its end") != std::string::npos);
    CHECK(fault_of("data..x").find("a name is missing") != std::string::npos);
    CHECK(fault_of("data[").find("has no ]") != std::string::npos);
    CHECK(fault_of("data[x]").find("[x] is no item") != std::string::npos);
    CHECK(fault_of("data[-1]").find("is no item") != std::string::npos);
    CHECK(fault_of("data[0]x").find("expected . or [") != std::string::npos);
    CHECK(fault_of("data[\"x]").find("has no \"]") != std::string::npos);
}

TEST_CASE("numbers agree within the tolerance, relative to the larger one") {
    using replay::numbers_agree;
    CHECK(numbers_agree("1.0", "1", 0));
    CHECK_FALSE(numbers_agree("1.0", "1.0000001", 0));
    CHECK(numbers_agree("100", "110", 0.1));
    CHECK(numbers_agree("110", "100", 0.1));
    CHECK_FALSE(numbers_agree("100", "112", 0.1));
    CHECK(numbers_agree("-100", "-91", 0.1));
    CHECK_FALSE(numbers_agree("-1", "1", 0.5));
    CHECK(numbers_agree("-1", "1", 2));
    CHECK(numbers_agree("0", "0.0", 0.1));
    CHECK_FALSE(numbers_agree("0", "0.001", 0.5));
    CHECK(numbers_agree("NaN", "NaN", 0.5));
    CHECK_FALSE(numbers_agree("NaN", "1", 0.5));
    CHECK(numbers_agree("1e400", "1e400", 0.5));
    CHECK_FALSE(numbers_agree("1e400", "2e400", 0.5));
}
