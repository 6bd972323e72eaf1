#include "model/field_check.h"

#include <cstdlib>

#include "base/text.h"
#include "wire/envelope.h"

namespace model {
namespace {

constexpr std::size_t kMostFaults = 200;

std::string article(std::string_view kind) {
    const bool vowel = kind.find_first_of("aeiou") == 0;
    return (vowel ? "an " : "a ") + std::string(kind);
}

std::string expected(const wire::Field& field) {
    switch (field.kind) {
    case wire::FieldKind::boolean: return "true or false";
    case wire::FieldKind::any: return "anything";
    default: return article(wire::word(field.kind));
    }
}

/// True when some node stands at the field's path.
bool is_there(const std::vector<std::string>& paths, const wire::Field& field) {
    for (const std::string& path : paths)
        if (wire::match_field(field.path, path) == wire::PathMatch::exact) return true;
    return false;
}

/// True for what the catalogue lists, for what stands below it, and for what it stands below.
bool is_known(const wire::MessageType& type, const std::string& path) {
    if (path == "$" || path == "type" || path == "data" || path == "timestamp" || path == "seq" ||
        path == "version")
        return true;
    for (const wire::Field& field : type.fields) {
        if (wire::match_field(field.path, path) != wire::PathMatch::none) return true;
        // A field of the table lies below this node: "data.stats.turns" below "data.stats".
        std::string_view prefix = field.path;
        for (std::size_t dot = prefix.rfind('.'); dot != std::string_view::npos;
             dot = prefix.rfind('.')) {
            prefix = prefix.substr(0, dot);
            if (wire::match_field(prefix, path) == wire::PathMatch::exact) return true;
        }
    }
    return false;
}

} // namespace

bool kind_fits(wire::FieldKind wanted, JsonKind kind, std::string_view raw, bool optional) {
    if (optional && kind == JsonKind::null) return true;
    switch (wanted) {
    case wire::FieldKind::string: return kind == JsonKind::string;
    case wire::FieldKind::whole:
        return kind == JsonKind::number && raw.find_first_of(".eEN") == std::string_view::npos;
    case wire::FieldKind::number: return kind == JsonKind::number;
    case wire::FieldKind::boolean: return kind == JsonKind::boolean;
    case wire::FieldKind::object: return kind == JsonKind::object;
    case wire::FieldKind::list: return kind == JsonKind::list;
    case wire::FieldKind::any: return true;
    }
    return true;
}

bool impossible(wire::FieldClass cls, double value) {
    return cls == wire::FieldClass::measured && value < 0;
}

std::vector<MessageFault> check_fields(const wire::MessageType& type, const JsonTree& tree) {
    using Is = MessageFault::Is;
    std::vector<MessageFault> faults;
    std::vector<std::string> paths;
    std::vector<MessageFault> unknown;
    std::uint32_t below_unknown = 0; // nodes up to here stand below one that is told already
    for (std::uint32_t i = 0; i < tree.nodes.size() && i < 20'000; ++i) {
        const JsonNode& node = tree.nodes[i];
        const std::string path = path_text(tree.path(i));
        if (const wire::Field* field = wire::find_field(type, path)) {
            const std::string_view raw = tree.value_raw(node);
            if (!kind_fits(field->kind, node.kind, raw, field->optional)) {
                const char* const is = word(node.kind);
                const bool bare = node.kind == JsonKind::null || node.kind == JsonKind::boolean;
                faults.push_back({Is::other_kind, path,
                                  expected(*field) + " was expected, this is " +
                                      (bare ? std::string(is) : article(is))});
            } else if (node.kind == JsonKind::number && impossible(field->cls, json_number(raw))) {
                faults.push_back({Is::impossible, path, "impossible, below 0"});
            }
        } else if (i >= below_unknown && !is_known(type, path)) {
            unknown.push_back({Is::unknown, path, "not in the catalogue"});
            below_unknown = node.end;
        }
        paths.push_back(path);
    }
    for (const wire::Field& field : type.fields) {
        // What only the guide or only the backend sends may be missing from the other's.
        const bool pattern = field.path.find('*') != std::string_view::npos;
        // What only one of the two descriptions has may be missing in the other's messages.
        const bool of_one = type.where == wire::Where::both && field.where != wire::Where::both;
        if (field.optional || of_one || pattern || is_there(paths, field)) continue;
        faults.push_back({Is::missing, std::string(field.path), expected(field) + " is missing"});
    }
    faults.insert(faults.end(), unknown.begin(), unknown.end());
    if (faults.size() > kMostFaults) faults.resize(kMostFaults);
    return faults;
}

std::string clock_words(std::string_view timestamp_raw, std::int64_t arrival_wall_ns) {
    const wire::ClockKind kind = wire::clock_kind_of(timestamp_raw, arrival_wall_ns);
    if (kind == wire::ClockKind::none) return {};
    std::string words = wire::word(kind);
    std::int64_t wall_ns = 0;
    if (!wire::wall_ns_of(timestamp_raw, arrival_wall_ns, &wall_ns)) return words;
    const std::int64_t ahead = wall_ns - arrival_wall_ns;
    return words + ", " + base::duration_text(std::llabs(ahead)) +
           (ahead > 0 ? " ahead" : " behind");
}

} // namespace model
