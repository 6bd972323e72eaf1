// Holds a message against its entry in the catalogue; for the tests of wire and of sim.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "wire/catalogue.h"

namespace catalogue_check {

inline bool is_kind(const nlohmann::json& value, wire::FieldKind kind) {
    switch (kind) {
    case wire::FieldKind::string: return value.is_string();
    case wire::FieldKind::whole: return value.is_number_integer();
    case wire::FieldKind::number: return value.is_number();
    case wire::FieldKind::boolean: return value.is_boolean();
    case wire::FieldKind::object: return value.is_object();
    case wire::FieldKind::list: return value.is_array();
    case wire::FieldKind::any: return true;
    }
    return false;
}

/// All values that a path leads to.
inline std::vector<const nlohmann::json*> values_at(const nlohmann::json& root, std::string path) {
    std::vector<const nlohmann::json*> here = {&root};
    for (std::size_t at; (at = path.find("[*]")) != std::string::npos;) path.replace(at, 3, ".[]");
    std::istringstream steps(path);
    for (std::string step; std::getline(steps, step, '.');) {
        std::vector<const nlohmann::json*> next;
        for (const nlohmann::json* value : here) {
            if ((step == "*" && value->is_object()) || (step == "[]" && value->is_array())) {
                for (const nlohmann::json& child : *value) next.push_back(&child);
            } else if (value->is_object() && value->contains(step)) {
                next.push_back(&value->at(step));
            }
        }
        here = next;
    }
    return here;
}

inline bool lists_name(const wire::MessageType& type, const std::string& path) {
    for (const wire::Field& field : type.fields)
        if (field.path == path) return true;
    return false;
}

/// What is wrong with a message, held against its type; empty: nothing.
inline std::string faults(const nlohmann::json& message, const wire::MessageType& type) {
    std::string found;
    const bool backend = message.contains("version") || type.where == wire::Where::backend;
    for (const wire::Field& field : type.fields) {
        const std::vector<const nlohmann::json*> values =
            values_at(message, std::string(field.path));
        const bool expected = field.where == wire::Where::both ||
                              field.where == (backend ? wire::Where::backend : wire::Where::guide);
        if (values.empty() && !field.optional && expected)
            found += "no " + std::string(field.path) + "; ";
        for (const nlohmann::json* value : values)
            if (!is_kind(*value, field.kind) && !(field.optional && value->is_null()))
                found += std::string(field.path) + " is " + value->dump() + "; ";
    }
    if (message.contains("data"))
        for (const auto& member : message["data"].items())
            if (!lists_name(type, "data." + member.key()))
                found += "unknown " + member.key() + "; ";
    static const std::set<std::string> kEnvelope = {"type", "data", "timestamp", "version", "seq"};
    for (const auto& member : message.items())
        if (!kEnvelope.count(member.key()) && !lists_name(type, member.key()))
            found += "unknown " + member.key() + "; ";
    return found;
}

} // namespace catalogue_check
