#include "model/json_tree.h"

#include <algorithm>

#include "base/text.h"
#include "wire/json_text.h"

namespace model {
namespace {

JsonKind kind_of_word(std::string_view word) {
    if (word == "null") return JsonKind::null;
    if (word == "true" || word == "false") return JsonKind::boolean;
    return JsonKind::none;
}

JsonKind kind_of(const wire::JsonToken& token, std::string_view piece) {
    switch (token.part) {
    case wire::JsonPart::string: return JsonKind::string;
    case wire::JsonPart::number: return JsonKind::number;
    case wire::JsonPart::literal: return kind_of_word(piece);
    case wire::JsonPart::open: return piece == "{" ? JsonKind::object : JsonKind::list;
    default: return JsonKind::none;
    }
}

/// Puts tokens into nodes, with the brackets that are open at hand.
class Builder {
public:
    Builder(JsonTree& tree, std::size_t most) : tree_(tree), most_(most) {}

    /// False when nothing more belongs to the value.
    bool take(const wire::JsonToken& token) {
        switch (token.part) {
        case wire::JsonPart::comma:
        case wire::JsonPart::colon: return true;
        case wire::JsonPart::key:
            key_ = static_cast<std::uint32_t>(token.offset) + 1;
            key_size_ = static_cast<std::uint32_t>(token.size) - 2;
            return true;
        case wire::JsonPart::close: return close(token.offset + token.size);
        default: return add(token);
        }
    }

    /// What was never closed ends with the text.
    void finish() {
        while (!open_.empty()) close(tree_.text.size());
    }

private:
    bool add(const wire::JsonToken& token) {
        if (tree_.nodes.size() >= most_) {
            tree_.capped = true;
            return false;
        }
        JsonNode node;
        const auto own = static_cast<std::uint32_t>(tree_.nodes.size());
        node.kind = kind_of(token, std::string_view(tree_.text).substr(token.offset, token.size));
        node.value = static_cast<std::uint32_t>(token.offset);
        node.value_size = static_cast<std::uint32_t>(token.size);
        node.end = own + 1;
        if (!open_.empty()) {
            JsonNode& parent = tree_.nodes[open_.back()];
            node.parent = open_.back();
            node.depth = static_cast<std::uint32_t>(open_.size());
            node.index = parent.children++;
            node.item = parent.kind == JsonKind::list;
            node.key = node.item ? 0 : key_;
            node.key_size = node.item ? 0 : key_size_;
        }
        key_ = key_size_ = 0;
        tree_.nodes.push_back(node);
        if (token.part == wire::JsonPart::open) open_.push_back(own);
        return !open_.empty();
    }

    bool close(std::size_t end) {
        if (open_.empty()) return false;
        JsonNode& node = tree_.nodes[open_.back()];
        node.value_size = static_cast<std::uint32_t>(end) - node.value;
        node.end = static_cast<std::uint32_t>(tree_.nodes.size());
        open_.pop_back();
        return !open_.empty();
    }

    JsonTree& tree_;
    std::size_t most_;
    std::vector<std::uint32_t> open_;
    std::uint32_t key_ = 0, key_size_ = 0;
};

} // namespace

std::string JsonTree::key(const JsonNode& node) const {
    return wire::unescaped_json(key_raw(node));
}

JsonPath JsonTree::path(std::uint32_t node) const {
    JsonPath steps;
    for (std::uint32_t at = node; at != 0 && at < nodes.size(); at = nodes[at].parent) {
        JsonStep step;
        step.is_index = nodes[at].item;
        if (step.is_index) {
            step.index = nodes[at].index;
        } else {
            step.name = key(nodes[at]);
        }
        steps.push_back(std::move(step));
    }
    std::reverse(steps.begin(), steps.end());
    return steps;
}

JsonTree json_tree(std::string_view text, std::size_t most_bytes, std::size_t most_nodes) {
    JsonTree tree;
    tree.capped = text.size() > most_bytes;
    tree.text = text.substr(0, most_bytes);
    tree.strict = !tree.capped && !wire::find_json_fault(tree.text);
    Builder builder(tree, most_nodes);
    wire::JsonTokens tokens(tree.text);
    for (wire::JsonToken token; tokens.next(&token);) {
        if (!builder.take(token)) break;
    }
    builder.finish();
    return tree;
}

namespace {

bool plain_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '$' || (c & 0x80) != 0;
    });
}

} // namespace

std::string path_text(const JsonPath& path) {
    std::string out;
    for (const JsonStep& step : path) {
        if (step.is_index) {
            out += "[" + std::to_string(step.index) + "]";
        } else if (plain_name(step.name)) {
            out += (out.empty() ? "" : ".") + step.name;
        } else {
            out += out.empty() ? "$[" : "[";
            base::append_json_string(out, step.name);
            out += "]";
        }
    }
    return out.empty() ? "$" : out;
}

} // namespace model
