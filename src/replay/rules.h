// What a comparison leaves out and how exact it is: --ignore and --tolerance. Plain data; any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace replay {

/// One step of a path from the payload's root.
struct PathStep {
    enum class Is : std::uint8_t { name, item, any_name, any_item };
    Is is = Is::name;
    std::string name;     ///< name, escapes resolved
    std::size_t item = 0; ///< item, from 0
    friend bool operator==(const PathStep&, const PathStep&) = default;
};

/// Appends a step to the text of a path: `.name`, `["odd name"]`, `[3]`.
void append_step(std::string& path, const PathStep& step);

/// A path that is not compared, with all that lies under it.
struct IgnoredPath {
    std::string type; ///< only in messages of this type; empty: in all
    std::vector<PathStep> steps;

    bool matches(std::string_view message_type, const std::vector<PathStep>& path) const;
};

/// Reads `[type:]path`: names with dots between, `["odd name"]`, `[0]`, `[*]` any item, `*` any
/// name, `$` (alone or as `$.`) the root. The Error's `what` names the part at fault.
base::Result<IgnoredPath> ignored_path_from_text(std::string_view text);

struct Rules {
    std::vector<IgnoredPath> ignored;
    double tolerance = 0; ///< numbers a, b agree when |a-b| <= tolerance * max(|a|,|b|)

    bool ignores(std::string_view type, const std::vector<PathStep>& path) const;
};

/// Two raw JSON numbers agree. With tolerance 0 they must be the same number, to the last digit.
bool numbers_agree(std::string_view a, std::string_view b, double tolerance);

} // namespace replay
