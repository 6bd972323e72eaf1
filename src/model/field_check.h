// A message held against what the catalogue says of its type: which fields are missing, of another
// kind, or not in the table, and which clock a timestamp is on. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/json_tree.h"
#include "wire/catalogue.h"

namespace model {

/// True when a value of `kind` may stand where the catalogue says `wanted`.
bool kind_fits(wire::FieldKind wanted, JsonKind kind, std::string_view raw, bool optional);

struct MessageFault {
    enum class Is : std::uint8_t {
        missing,    ///< the catalogue has it, and it is not optional
        other_kind, ///< it is there, of a kind that was not expected
        impossible, ///< a measured time or size below 0
        unknown,    ///< it is there, and not in the catalogue
    } is = Is::missing;
    std::string path;
    std::string words; ///< "a number was expected, this is a string"
};
/// In the order of the catalogue, then what it does not know in the order sent; at most 200.
std::vector<MessageFault> check_fields(const wire::MessageType& type, const JsonTree& tree);

/// A value that cannot be: a measured one below zero.
bool impossible(wire::FieldClass cls, double value);

/// What a timestamp says against the local clock at its arrival: "monotonic, s",
/// "ISO 8601, 0.5 ms behind", "epoch, s, 0.55 s ahead"; empty when the value is no timestamp.
std::string clock_words(std::string_view timestamp_raw, std::int64_t arrival_wall_ns);

} // namespace model
