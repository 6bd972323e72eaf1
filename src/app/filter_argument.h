// A filter that was given on a command line: compiled, or told what is wrong with it. Main thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/filter.h"
#include "model/filter_fields.h"
#include "model/pairs.h"
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

/// The filter looks at that field.
bool asks_for(const model::Filter& filter, model::Field field);

/// What events alone do not know and filters may ask for: the URL of their connection, and the time
/// since what they answer. Takes all events, in order.
class EventContext {
public:
    /// Times cost a look into every message: only where they are asked for.
    explicit EventContext(bool times) : times_(times) {}
    void fill(wire::EventView* event);

private:
    static constexpr std::size_t kMost = 1u << 16;
    void fill_time(wire::EventView* event);
    model::TypeId type_of(const wire::EventView& event);

    std::vector<std::string> urls_; ///< by conn
    std::uint32_t first_ = 0;       ///< conn of urls_[0]
    bool times_;
    model::Pairs pairs_;
    std::vector<model::TypeInfo> types_{1}; ///< as in a Log: 0 is no type
    std::unordered_map<std::string, model::TypeId> numbers_;
};

} // namespace app
