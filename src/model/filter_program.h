// What the parser of the filter language makes and the evaluator runs: a tree in one vector, each
// node's children before it, the cheapest first. Immutable once made; for model/filter*.cpp and
// model/matcher only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/filter_fields.h"
#include "model/json_path.h"
#include "model/text_search.h"
#include "wire/event.h"

namespace re2 {
class RE2;
}

namespace model {

enum class Compare : std::uint8_t { equal, unequal, less, less_equal, greater, greater_equal };

/// A value as somebody wrote it, or as it stands in an event.
struct Scalar {
    enum class Kind : std::uint8_t { absent, null, boolean, number, string, other };
    Kind kind = Kind::absent;
    bool boolean = false;
    double number = 0;
    std::string_view string;
};

/// A Scalar that owns its string.
struct Literal {
    Scalar::Kind kind = Scalar::Kind::string;
    bool boolean = false;
    double number = 0; ///< t and rtt: seconds; size: bytes
    std::string string;

    Scalar view() const { return {kind, boolean, number, string}; }
};

/// The rule of CONTRACT.md: two kinds, nothing, NaN, objects and lists make it false.
bool compare(const Scalar& left, Compare how, const Scalar& right);

/// What `field` is in `event`; all but dir and kind, whose values are words, and `path`. `scratch`
/// holds what has to be unescaped.
Scalar value_of(Field field, const wire::EventView& event, std::string* scratch);

/// A word to be found, in both forms it may have.
struct Search {
    TextSearch plain;
    TextSearch escaped; ///< its non-ASCII as JSON escapes, since Coda writes it so; or empty

    explicit Search(std::string_view word = {});
    bool found_in(std::string_view text) const;
};

/// A regular expression, run as a search for bytes where it is nothing else.
struct Expression {
    std::shared_ptr<const re2::RE2> re; ///< null: `plain` is all of it
    TextSearch plain;                   ///< what a text must hold to match; empty: nothing

    bool found_in(std::string_view text) const;
};

/// Of an expression that compiled, and of the text it was compiled from.
Expression make_expression(std::string_view pattern, bool any_case,
                           std::shared_ptr<const re2::RE2> re);

struct FilterNode {
    enum class Op : std::uint8_t {
        all,     ///< of the children
        any,     ///< of the children
        negated, ///< the one child
        search,
        compare, ///< `field` against any of `values` in the way `how`
        matches, ///< `field` against `expression`
        present, ///< `field` is there
        one_of,  ///< dir and kind: bit `value` of `mask`
    };
    Op op = Op::all;
    Field field = Field::path;
    Compare how = Compare::equal;
    std::uint8_t cost = 0;       ///< 0: columns only … 5: an expression over the payload
    std::uint32_t mask = 0;      ///< one_of
    std::uint32_t type_term = 0; ///< number among the terms about `type` only; from 0
    std::vector<std::uint32_t> children;
    std::vector<Literal> values;
    JsonPath path;
    TextSearch rare; ///< path: bytes without which, and without a backslash, it cannot hold
    Search search;
    Expression expression;

    /// It is about `field`.
    bool is_term() const {
        return op == Op::compare || op == Op::matches || op == Op::present || op == Op::one_of;
    }
};

struct FilterProgram {
    std::string text;
    std::vector<FilterNode> nodes; ///< the last is the root; none: everything passes
    std::uint32_t type_terms = 0;
    std::vector<TextSearch> marks;
};

/// What is known of an event's type without looking into it.
struct KnownType {
    /// truth[term] of each term about `type`; null: not known, the payload has to be asked.
    const std::uint8_t* truth = nullptr;
};

bool run(const FilterProgram& program, const wire::EventView& event, KnownType type = {});

/// One term about `type` alone, for a type that is known.
bool holds_for_type(const FilterNode& term, const Scalar& type);

} // namespace model
