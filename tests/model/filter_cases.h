// Filters in tests: compiled, tried on an event, refused.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <variant>

#include "model/filter.h"

namespace test {

inline model::Filter filter(std::string_view text) {
    model::Filter::Parsed parsed = model::Filter::parse(text);
    if (const auto* error = std::get_if<model::FilterError>(&parsed))
        FAIL(std::string(text) << ": " << error->message);
    return std::get<model::Filter>(parsed);
}

inline model::ListFilter list_filter(std::string_view text) {
    model::ListFilter list;
    list.filter = filter(text);
    return list;
}

inline bool passes(std::string_view text, const wire::Event& event) {
    return filter(text).matches(wire::view_of(event));
}

struct Refusal {
    std::string where; ///< the part that is marked
    std::string message;
};

inline Refusal refusal(std::string_view text) {
    const model::Filter::Parsed parsed = model::Filter::parse(text);
    const auto* error = std::get_if<model::FilterError>(&parsed);
    REQUIRE_MESSAGE(error != nullptr, std::string(text) << " is not refused");
    REQUIRE(error->begin < error->end);
    REQUIRE(error->end <= text.size());
    return {std::string(text.substr(error->begin, error->end - error->begin)), error->message};
}

} // namespace test
