// The place of a number in a message, as the filter language writes it, and reading it there
// without building a tree. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace model {

/// A path below the payload's root: `data.items[0].id`, `data["odd key"]`.
struct NumberPath {
    struct Step {
        std::string key;        ///< of an object
        std::int64_t item = -1; ///< of a list; -1: `key` counts
        friend bool operator==(const Step&, const Step&) = default;
    };
    std::vector<Step> steps;
    friend bool operator==(const NumberPath&, const NumberPath&) = default;
};

/// Errors: an empty path, a name or a bracket that does not end.
base::Result<NumberPath> number_path(std::string_view text);

/// The value at `path` as it stands; empty when there is none. Of a name that comes twice the first
/// counts; escaped names are found.
std::string_view raw_at(std::string_view json, const NumberPath& path);

/// True when `raw` is a JSON number that a double can hold.
bool number_from_raw(std::string_view raw, double* value);

} // namespace model
