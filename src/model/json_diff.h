// What is different between two JSON texts, by path: added, removed, changed, with the change of
// numbers. Names are matched by name (the k-th of a repeated one with the k-th), items by their
// place; how a value is written does not matter, what it means does (1.0 is 1). Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/json_path.h"

namespace model {

struct JsonChange {
    enum class Is : std::uint8_t { changed, added, removed } is = Is::changed;
    JsonPath path;
    JsonKind was_kind = JsonKind::none, is_kind = JsonKind::none;
    std::string was, now; ///< as they stand, objects and lists too; empty where it is not there
    bool numbers = false; ///< both are
    double by = 0;        ///< numbers: now less was
};

struct JsonDifference {
    std::vector<JsonChange>
        changes; ///< in the order of the newer text, removed ones where they stood
    std::size_t changed = 0, added = 0, removed = 0; ///< values; an object that came is one
    std::size_t equal = 0;                           ///< values that hold no others
    bool capped = false; ///< there are more: changes are listed up to kMostChanges
};
constexpr std::size_t kMostChanges = 10'000;

JsonDifference json_difference(std::string_view was, std::string_view now);

} // namespace model
