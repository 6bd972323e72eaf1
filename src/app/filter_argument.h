// A filter that was given on a command line: compiled, or told what is wrong with it. Main thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/filter.h"

namespace app {

/// The filter as typed, with carets under its wrong part, each with its line end. What could drive
/// a terminal is escaped.
std::string pointed_at(std::string_view text, const model::FilterError& error);

/// The filter; nothing when it is wrong, which is then said on standard error in three lines.
std::optional<model::Filter> filter_argument(const std::string& command, std::string_view text);

} // namespace app
