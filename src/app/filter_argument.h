// FILTER on a command line. Used by the command's thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/filter.h"
#include "wire/event.h"

namespace app {

/// The words behind the first `before` ones are one filter, in quotes, or none. False: it has been
/// told on standard error, with the place marked; the command ends with kUsage.
bool take_filter(const char* command, const std::vector<std::string>& words, std::size_t before,
                 model::Filter* filter);

/// Two lines: the filter's text, and a mark under what is wrong with it.
std::string marked(const std::string& text, const model::FilterError& error);

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
