#include "model/number_path.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "wire/json_text.h"

namespace model {
namespace {

base::Error wrong(std::string_view text, std::string why) {
    return {"'" + std::string(text) + "' is no path", std::move(why),
            "write it as data.items[0].id or data[\"odd key\"]"};
}

/// One step in brackets; `*at` stands behind the opening one, and is moved behind the closing one.
bool bracket(std::string_view text, std::size_t* at, NumberPath::Step* step) {
    if (*at < text.size() && text[*at] == '"') {
        std::size_t end = *at + 1;
        while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
        if (end + 1 >= text.size() || text[end + 1] != ']') return false;
        step->key = wire::unescaped_json(text.substr(*at + 1, end - *at - 1));
        *at = end + 2;
        return true;
    }
    const std::size_t end = text.find(']', *at);
    if (end == std::string_view::npos) return false;
    const char* last = text.data() + end;
    const auto read = std::from_chars(text.data() + *at, last, step->item);
    *at = end + 1;
    return read.ec == std::errc() && read.ptr == last && step->item >= 0;
}

} // namespace

base::Result<NumberPath> number_path(std::string_view text) {
    NumberPath path;
    std::string_view rest = text;
    if (rest.substr(0, 2) == "$.") rest.remove_prefix(2);
    for (std::size_t at = 0; at < rest.size();) {
        NumberPath::Step step;
        if (rest[at] == '[') {
            at += 1;
            if (!bracket(rest, &at, &step))
                return wrong(text, "a bracket does not end as it should");
        } else {
            if (rest[at] == '.' && !path.steps.empty()) ++at;
            const std::size_t end = std::min(rest.find_first_of(".[", at), rest.size());
            if (end == at) return wrong(text, "a name is missing in it");
            step.key = rest.substr(at, end - at);
            at = end;
        }
        path.steps.push_back(std::move(step));
    }
    if (path.steps.empty()) return wrong(text, "it is empty");
    return path;
}

namespace {

std::string_view item_of(std::string_view list, std::int64_t item) {
    wire::JsonMembers members(list);
    wire::JsonMember member;
    for (std::int64_t i = 0; members.next(&member); ++i) {
        const bool keyed = member.key_raw.data() != nullptr; // it is an object
        if (i == item) return keyed ? std::string_view() : member.value_raw;
    }
    return {};
}

} // namespace

std::string_view raw_at(std::string_view json, const NumberPath& path) {
    std::string_view value = json;
    for (const NumberPath::Step& step : path.steps) {
        value = step.item < 0 ? wire::json_member(value, step.key) : item_of(value, step.item);
        if (value.empty()) return {};
    }
    return value;
}

bool number_from_raw(std::string_view raw, double* value) {
    if (raw.empty()) return false;
    const char first = raw[0] == '-' && raw.size() > 1 ? raw[1] : raw[0];
    if (first < '0' || first > '9') return false; // NaN, Infinity, words, strings, lists
    const auto read = std::from_chars(raw.data(), raw.data() + raw.size(), *value);
    return read.ec == std::errc() && read.ptr == raw.data() + raw.size() && std::isfinite(*value);
}

} // namespace model
