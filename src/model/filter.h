// The filter language (README, "Filter"): a text, compiled once into a program that says of any
// event whether it passes. A Filter never changes and is cheap to copy; any thread may use it. It
// never runs a text that it does not understand: that is a FilterError with its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/text_search.h"
#include "wire/event.h"

namespace model {

struct FilterProgram;

/// Why a text is no filter, and which part of it: bytes [begin, end), never empty unless the text
/// is.
struct FilterError {
    std::string message; ///< "size knows the units B, kB, MB, GB, KiB, MiB and GiB, not \"kb\""
    std::size_t begin = 0, end = 0;
};

class Filter {
public:
    using Parsed = std::variant<Filter, FilterError>;

    /// Passes everything, as the empty text does.
    Filter();

    static Parsed parse(std::string_view text);

    const std::string& text() const; ///< as it was given to `parse`
    bool everything() const;         ///< nothing can fail to pass

    /// The one meaning of a filter. The view's url, rtt and start have to be filled in where a
    /// filter may ask for them. Reads no byte outside the view.
    bool matches(const wire::EventView& event) const;

    /// What to mark in a payload that passes: the words that are searched for and not negated,
    /// each as typed and, where it has another, in its form with JSON escapes.
    const std::vector<TextSearch>& marks() const;

    /// For who scans many rows (model/matcher.h).
    const FilterProgram& program() const { return *program_; }

    /// Two filters are equal when their texts are.
    friend bool operator==(const Filter& a, const Filter& b) {
        return a.program_ == b.program_ || a.text() == b.text();
    }

private:
    explicit Filter(std::shared_ptr<const FilterProgram> program) : program_(std::move(program)) {}
    std::shared_ptr<const FilterProgram> program_;
};

/// What the list of events shows: a filter, and the switches beside it. All that is given must
/// hold.
struct ListFilter {
    Filter filter;
    std::uint32_t kinds = ~0u;             ///< bit k: Kind k is shown
    std::uint8_t dirs = 0x7;               ///< bit d: Dir d is shown
    std::vector<std::string> hidden_types; ///< of text messages; in any order
    std::uint32_t only_link = 0;           ///< only events of this connection; 0: of all

    bool everything() const;
    bool matches(const wire::EventView& event) const;
    friend bool operator==(const ListFilter&, const ListFilter&) = default;
};

} // namespace model
