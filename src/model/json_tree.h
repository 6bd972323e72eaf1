// A JSON text as a flat list of nodes, in the order they stand: what a tree on the screen and a
// comparison walk. Holds its own copy of the text; numbers, escapes and repeated names stay as they
// were sent. Tolerant: what is no JSON becomes nodes as far as it can be read. Never recurses. Pure
// values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/json_path.h"

namespace model {

struct JsonNode {
    JsonKind kind = JsonKind::none;          ///< none: a word that is no JSON
    std::uint32_t parent = 0;                ///< of the root: itself
    std::uint32_t end = 0;                   ///< the first node behind it and all below it
    std::uint32_t children = 0;              ///< members or items, directly below
    std::uint32_t depth = 0;                 ///< of the root 0
    bool item = false;                       ///< it stands in a list, at `index`
    std::uint32_t index = 0;                 ///< its place among its parent's children
    std::uint32_t key = 0, key_size = 0;     ///< between its quotes, in `text`
    std::uint32_t value = 0, value_size = 0; ///< as it stands, quotes and braces included

    bool holds() const { return kind == JsonKind::object || kind == JsonKind::list; }
};

struct JsonTree {
    std::string text;
    std::vector<JsonNode> nodes; ///< the root first; empty: nothing stands there
    bool strict = false;         ///< all of it is one JSON value, by RFC 8259
    bool capped = false;         ///< not all was read: the text or the nodes were too many

    std::string_view key_raw(const JsonNode& node) const {
        return std::string_view(text).substr(node.key, node.key_size);
    }
    std::string_view value_raw(const JsonNode& node) const {
        return std::string_view(text).substr(node.value, node.value_size);
    }
    std::string key(const JsonNode& node) const; ///< with its escapes resolved
    JsonPath path(std::uint32_t node) const;
};

constexpr std::size_t kMostTreeBytes = 4u << 20;
constexpr std::size_t kMostTreeNodes = 300'000;
JsonTree json_tree(std::string_view text, std::size_t most_bytes = kMostTreeBytes,
                   std::size_t most_nodes = kMostTreeNodes);

/// "data.items[0].id", as the catalogue writes it; the root is "$".
std::string path_text(const JsonPath& path);

} // namespace model
