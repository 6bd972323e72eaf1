#include "model/filter.h"

#include <doctest/doctest.h>

#include "model/make_events.h"

using model::Filter;
using model::FilterError;
using model::ListFilter;
using wire::Dir;
using wire::Kind;

namespace {

Filter filter(std::string_view text) {
    Filter::Parsed parsed = Filter::parse(text);
    if (const auto* error = std::get_if<FilterError>(&parsed))
        FAIL(std::string(text) << ": " << error->message);
    return std::get<Filter>(parsed);
}

bool passes(std::string_view text, const wire::Event& event) {
    return filter(text).matches(wire::view_of(event));
}

} // namespace

TEST_CASE("smoke") {
    test::EventMaker make;
    CHECK(passes("type == latency_trace and data.llm_seconds > 1.5",
                 make.text_in(R"({"type":"latency_trace","data":{"llm_seconds":1.75}})")));
    CHECK_FALSE(passes("type == latency_trace and data.llm_seconds > 1.5",
                       make.text_in(R"({"type":"latency_trace","data":{"llm_seconds":1.5}})")));
}
