// A place in a JSON text, and the value that stands there. It reads the text from left to right up
// to that value and no further, builds no tree, never recurses, and finds nothing behind a fault.
// Of a name that comes twice the first counts; escaped names are found; NaN, Infinity and lone
// surrogates are taken as Python writes them. Pure; any thread; reads no byte outside the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace model {

struct JsonStep {
    std::string name;        ///< of a member
    std::uint64_t index = 0; ///< of an item, when `is_index`
    bool is_index = false;
    friend bool operator==(const JsonStep&, const JsonStep&) = default;
};

/// From the root on; no step: the root.
using JsonPath = std::vector<JsonStep>;

enum class JsonKind : std::uint8_t { none, null, boolean, number, string, object, list };

const char* word(JsonKind kind); ///< "string", "number", …; none: "no JSON"

/// A value as it stands: numbers and words whole, strings without their quotes; of objects and
/// lists the bracket.
struct JsonValue {
    JsonKind kind = JsonKind::none;
    std::string_view raw;
    bool escaped = false; ///< a string that has escapes
};

/// Kind `none` when it is not there.
JsonValue find_json(std::string_view text, const JsonPath& path);

/// A JSON number, or NaN, Infinity, -Infinity. What is beyond double is infinity; below it zero.
double json_number(std::string_view raw);

/// Length of the JSON number that `text` begins with; 0 when it begins with none. NaN and Infinity
/// are none here.
std::size_t json_number_length(std::string_view text);

} // namespace model
