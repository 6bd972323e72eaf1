// The fields of the filter language: their names, kinds and units, for the parser and for the help
// while one types. Constant tables; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace model {

enum class Field : std::uint8_t {
    dir,
    kind,
    type,
    size,
    conn,
    n,
    t,
    code,
    url,
    note,
    text,
    rtt,
    path, ///< any other name: a place in the payload's JSON
};
constexpr int kFieldCount = 13;

/// What can stand behind a comparison with the field.
enum class FieldKind : std::uint8_t { word, string, number, bytes, seconds, any };

struct FieldInfo {
    Field field = Field::path;
    const char* name = "";
    FieldKind kind = FieldKind::any;
    const char* help = ""; ///< one line
};

/// The built-in ones, in the order they are offered. `path` is not among them.
const std::vector<FieldInfo>& filter_fields();
const FieldInfo& info(Field field);
/// Field::path when the name is not built in.
Field field_from_name(std::string_view name);

struct UnitInfo {
    const char* name = "";
    int exponent = 0;  ///< a value is its number × 10^exponent …
    double factor = 1; ///< … × factor
    const char* help = "";
};
/// The units of a kind of field; none for most.
const std::vector<UnitInfo>& filter_units(FieldKind kind);
/// "B, kB, MB, GB, KiB, MiB and GiB".
std::string_view unit_list(FieldKind kind);

struct OperatorInfo {
    const char* text = "";
    const char* help = "";
};
/// What can follow a field of this kind, in the order it is offered.
const std::vector<OperatorInfo>& filter_operators(FieldKind kind);

/// The words that `dir` and `kind` know.
const std::vector<std::string_view>& filter_words(Field field);

} // namespace model
