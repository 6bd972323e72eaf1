// A filter that was given on a command line: compiled, or told what is wrong with it. Main thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/filter.h"
#include "wire/event.h"

namespace app {

/// The filter as typed, with carets under its wrong part, each with its line end. What could drive
/// a terminal is escaped.
std::string pointed_at(std::string_view text, const model::FilterError& error);

/// The filter; nothing when it is wrong, which is then said on standard error in three lines.
std::optional<model::Filter> filter_argument(const std::string& command, std::string_view text);

/// The words behind the first `before` ones are one filter, in quotes, or none. False: it has been
/// told on standard error, with the place marked; the command ends with kUsage.
bool take_filter(const char* command, const std::vector<std::string>& words, std::size_t before,
                 model::Filter* filter);

/// What events alone do not know and filters may ask for: the URL of their connection.
class EventContext {
public:
    void fill(wire::EventView* event);

private:
    static constexpr std::size_t kMost = 1u << 16;
    std::vector<std::string> urls_; ///< by conn
    std::uint32_t first_ = 0;       ///< conn of urls_[0]
};

} // namespace app
