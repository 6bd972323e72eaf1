// A JSON text cut into its values, in the order sent, repeated names included. Nothing is
// converted: numbers, escapes and names stay as they stand in the text. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace replay {

enum class JsonKind : std::uint8_t { object, list, string, number, boolean, null };
const char* word(JsonKind kind); ///< "an object", "a list", "a string", …

/// One value. The values inside a container follow it, up to `end`.
struct JsonNode {
    JsonKind kind = JsonKind::null;
    bool has_key = false;
    std::uint32_t key_at = 0, key_size = 0; ///< between its quotes, escapes as they stand
    std::uint32_t at = 0, size = 0;         ///< the value as it stands, quotes and braces included
    std::uint32_t end = 0;                  ///< index of the node behind its last

    std::string_view key(std::string_view text) const { return text.substr(key_at, key_size); }
    std::string_view raw(std::string_view text) const { return text.substr(at, size); }
};

constexpr std::size_t kDeepestJson = 512;
constexpr std::size_t kMostJsonNodes = std::size_t{1} << 20;

/// Cuts `text` into `nodes`, the root first. False when it is not one JSON value in UTF-8 (RFC
/// 8259, and NaN and Infinity as Python writes them), is nested deeper than kDeepestJson, or holds
/// more values than kMostJsonNodes.
bool index_json(std::string_view text, std::vector<JsonNode>* nodes);

/// The text that a string node or a key means.
std::string text_of(std::string_view raw_without_quotes);
inline std::string_view without_quotes(std::string_view raw) {
    return raw.substr(1, raw.size() - 2);
}

/// Two raw strings mean the same text. Where that cannot be told (lone surrogates), only the same
/// bytes do.
bool same_text(std::string_view a, std::string_view b);

/// A number's value as text, the same for 1, 1.0 and 10e-1, however many digits it has.
std::string canonical_number(std::string_view raw);

} // namespace replay
