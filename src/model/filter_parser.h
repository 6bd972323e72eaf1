// From text to program. For model/filter.cpp; everybody else uses Filter::parse.
#pragma once

#include <string_view>
#include <variant>

#include "model/filter.h"
#include "model/filter_program.h"

namespace model {

std::variant<FilterProgram, FilterError> parse_filter(std::string_view text);

/// `text` as a path: data.items[0].id, $.size, data["odd key"]. Places in the error are in `text`.
std::variant<JsonPath, FilterError> parse_path(std::string_view text);

} // namespace model
