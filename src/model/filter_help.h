// Help for who writes a filter, a person or a panel: what is being typed and what a completion
// would replace, and pieces of filter text that mean what they should. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/filter_fields.h"
#include "model/json_path.h"

namespace model {

//--- while one types

struct Typing {
    enum class What : std::uint8_t {
        nothing,   ///< inside something finished: a number, a text in quotes, an expression
        term,      ///< a field's name, a path, or a word to search for; `field` is not set
        operation, ///< what can follow `field`
        value,     ///< of `field`
    };
    What what = What::nothing;
    Field field = Field::path;      ///< operation, value
    JsonPath path;                  ///< operation, value: of Field::path
    std::size_t begin = 0, end = 0; ///< bytes of the text that a completion replaces
    std::string typed;              ///< what stands there up to the cursor, without a quote
    bool quoted = false;            ///< value: a quote was opened
};

/// What stands at the `cursor` (a byte offset) of a text that may be half a filter.
Typing typing_at(std::string_view text, std::size_t cursor);

//--- pieces of filter text

/// A value that is this string: bare where that is enough, else in quotes.
std::string filter_value(std::string_view text);
/// A term that searches for this text: bare where that is enough, else in quotes.
std::string filter_word(std::string_view text);
/// data.items[0].id, $.size, data["odd key"].
std::string filter_path(const JsonPath& path);
/// "type == latency_trace".
std::string filter_equal(std::string_view field_or_path, std::string_view value);
/// `filter` and `term`, whatever the first is made of: "(a or b) and term".
std::string filter_and(std::string_view filter, std::string_view term);

} // namespace model
