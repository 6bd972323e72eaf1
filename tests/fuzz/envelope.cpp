// wire::read_envelope and model::find_json on any bytes. On what nlohmann::json takes for JSON they
// say what it says; on everything else they never crash and never read outside.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "model/json_path.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace {

using nlohmann::json;

void expect(bool what) {
    if (!what) std::abort();
}

struct Exact {
    std::unique_ptr<char[]> bytes;
    std::string_view view;
    explicit Exact(std::string_view text) : bytes(new char[text.size()]) {
        if (!text.empty()) std::memcpy(bytes.get(), text.data(), text.size());
        view = {bytes.get(), text.size()};
    }
};

/// The first of a repeated name counts; nlohmann keeps the last, so repeats are taken out.
std::optional<json> parse_without_repeats(std::string_view text) {
    if (text.find('\0') != text.npos) return std::nullopt; // which nlohmann takes for the end
    bool repeats = false;
    std::vector<std::vector<std::string>> names;
    const auto look = [&](int, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::object_start) names.emplace_back();
        if (event == json::parse_event_t::object_end) names.pop_back();
        if (event == json::parse_event_t::key) {
            for (const std::string& name : names.back()) repeats = repeats || name == parsed;
            names.back().push_back(parsed.get<std::string>());
        }
        return true;
    };
    json root = json::parse(text, look, false);
    if (root.is_discarded() || repeats) return std::nullopt;
    return root;
}

void check_value(const model::JsonValue& value, const json& expected) {
    switch (value.kind) {
    case model::JsonKind::none: expect(false); break;
    case model::JsonKind::null: expect(expected.is_null()); break;
    case model::JsonKind::boolean: expect(expected == (value.raw == "true")); break;
    case model::JsonKind::number:
        expect(expected.is_number());
        expect(expected.get<double>() == model::json_number(value.raw));
        break;
    case model::JsonKind::string:
        expect(expected ==
               (value.escaped ? wire::unescaped_json(value.raw) : std::string(value.raw)));
        break;
    case model::JsonKind::object: expect(expected.is_object()); break;
    case model::JsonKind::list: expect(expected.is_array()); break;
    }
}

void check_members(std::string_view text, const json& at, model::JsonPath& path) {
    check_value(model::find_json(text, path), at);
    if (path.size() > 8) return;
    if (at.is_object()) {
        for (const auto& [name, value] : at.items()) {
            path.push_back({name, 0, false});
            check_members(text, value, path);
            path.pop_back();
        }
    } else if (at.is_array()) {
        for (std::size_t i = 0; i < at.size(); ++i) {
            path.push_back({{}, i, true});
            check_members(text, at[i], path);
            path.pop_back();
        }
        path.push_back({{}, at.size(), true});
        expect(model::find_json(text, path).kind == model::JsonKind::none);
        path.pop_back();
    }
}

void check_envelope(const wire::EnvelopeHead& head, const json& root) {
    expect(head.whole && head.strict_json);
    expect(head.object == root.is_object());
    const bool has_type = root.is_object() && root.contains("type") && root["type"].is_string();
    expect(head.has_type == has_type);
    if (has_type) expect(head.type() == root["type"].get<std::string>());
    const bool has_data = root.is_object() && root.contains("data");
    expect(head.data_raw.empty() != has_data);
    if (has_data) expect(json::parse(head.data_raw) == root["data"]);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 4096) return 0;
    const Exact input(std::string_view(reinterpret_cast<const char*>(data), size));
    const wire::EnvelopeHead head = wire::read_envelope(input.view);
    const model::JsonValue type = model::find_json(input.view, {{"type", 0, false}});
    // Both find the same type wherever it stands before a fault.
    expect(head.has_type == (type.kind == model::JsonKind::string));
    if (head.has_type) expect(head.type_raw == type.raw);
    (void)head.type();
    (void)wire::read_auth_frame(input.view, head);
    if (const std::optional<json> root = parse_without_repeats(input.view)) {
        check_envelope(head, *root);
        model::JsonPath path;
        check_members(input.view, *root, path);
    }
    return 0;
}
