// Index of this file: comparing · words · what a field is in an event · terms · the
// tree.
#include <cmath>
#include <cstring>

#include "base/clock.h"
#include "base/text.h"
#include "model/filter_program.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace model {
namespace {

using Op = FilterNode::Op;

//--- comparing

template <class T>
bool holds(const T& left, Compare how, const T& right) {
    switch (how) {
    case Compare::equal: return left == right;
    case Compare::unequal: return left != right;
    case Compare::less: return left < right;
    case Compare::less_equal: return left <= right;
    case Compare::greater: return left > right;
    case Compare::greater_equal: return left >= right;
    }
    return false;
}

bool only_equality(Compare how) { return how == Compare::equal || how == Compare::unequal; }

} // namespace

bool compare(const Scalar& left, Compare how, const Scalar& right) {
    if (left.kind != right.kind) return false;
    switch (left.kind) {
    case Scalar::Kind::absent:
    case Scalar::Kind::other: return false;
    case Scalar::Kind::null: return how == Compare::equal;
    case Scalar::Kind::boolean:
        return only_equality(how) && holds(left.boolean, how, right.boolean);
    case Scalar::Kind::number:
        return !std::isnan(left.number) && !std::isnan(right.number) &&
               holds(left.number, how, right.number);
    // Bytes of UTF-8 are in the order of the code points.
    case Scalar::Kind::string: return holds(left.string, how, right.string);
    }
    return false;
}

//--- words

namespace {

void append_escape(std::string& out, std::uint32_t unit) {
    constexpr char kDigits[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(unit >> shift) & 0xF];
}

/// `word` with its non-ASCII code points as JSON escapes; empty when there are none, or when it is
/// not UTF-8 and so has no such form.
std::string json_escaped(std::string_view word) {
    std::string out;
    bool any = false;
    for (std::size_t at = 0; at < word.size();) {
        const std::uint32_t point = base::utf8_next(word, &at);
        if (point == 0xFFFFFFFF) return {};
        any = any || point >= 0x80;
        if (point < 0x80) {
            out += static_cast<char>(point);
        } else if (point < 0x10000) {
            append_escape(out, point);
        } else {
            append_escape(out, 0xD800 + ((point - 0x10000) >> 10));
            append_escape(out, 0xDC00 + ((point - 0x10000) & 0x3FF));
        }
    }
    return any ? out : std::string();
}

/// The search takes `\U` for `\u`, which JSON does not have: such a place is passed over.
bool escapes_in(const TextSearch& escaped, std::string_view text) {
    for (std::size_t at = escaped.find(text); at != TextSearch::kNotFound;
         at = escaped.find(text, at + 1)) {
        if (text.substr(at, escaped.size()).find("\\U") == std::string_view::npos) return true;
    }
    return false;
}

} // namespace

Search::Search(std::string_view word) : plain(word), escaped(json_escaped(word)) {}

bool Search::found_in(std::string_view text) const {
    return plain.found_in(text) || (!escaped.empty() && escapes_in(escaped, text));
}

//--- what a field is in an event

namespace {

Scalar number(double value) {
    Scalar made;
    made.kind = Scalar::Kind::number;
    made.number = value;
    return made;
}
Scalar number(std::uint64_t value) { return number(static_cast<double>(value)); }
Scalar seconds(std::int64_t ns) {
    return number(static_cast<double>(ns) / static_cast<double>(base::kSecond));
}
Scalar string(std::string_view value) {
    Scalar made;
    made.kind = Scalar::Kind::string;
    made.string = value;
    return made;
}

Scalar code_of(const wire::EventView& event) {
    const bool has = event.kind == wire::Kind::close || event.kind == wire::Kind::closed;
    if (!has || event.details == nullptr || event.details->code == 0) return {};
    return number(static_cast<double>(event.details->code));
}

Scalar note_of(const wire::EventView& event) {
    if (event.kind != wire::Kind::note) return {};
    if (event.details != nullptr && !event.details->note.empty())
        return string(event.details->note);
    return event.has_payload ? string(event.payload) : Scalar();
}

/// Frames have a size also when they are empty; a note's text is its payload.
Scalar size_of(const wire::EventView& event) {
    const bool note = event.kind == wire::Kind::note && event.has_payload;
    if (!wire::is_frame(event.kind) && !note) return {};
    return number(std::uint64_t{event.payload.size()});
}

/// Text frames are UTF-8, the protocol sees to it. Others may hold anything, and what is not UTF-8
/// is not JSON from there on.
std::string_view json_of(const wire::EventView& event) {
    if (event.kind == wire::Kind::text) return event.payload;
    return event.payload.substr(0, base::utf8_error_offset(event.payload));
}

Scalar type_of(const wire::EventView& event, std::string* scratch) {
    if (!event.has_payload) return {};
    const wire::EnvelopeHead head = wire::read_envelope(json_of(event));
    if (!head.has_type) return {};
    if (!head.type_escaped) return string(head.type_raw);
    *scratch = head.type();
    return string(*scratch);
}

Scalar scalar_of(const JsonValue& value, std::string* scratch) {
    Scalar made;
    switch (value.kind) {
    case JsonKind::none: break;
    case JsonKind::null: made.kind = Scalar::Kind::null; break;
    case JsonKind::boolean:
        made.kind = Scalar::Kind::boolean;
        made.boolean = value.raw == "true";
        break;
    case JsonKind::number: return number(json_number(value.raw));
    case JsonKind::string:
        if (!value.escaped) return string(value.raw);
        *scratch = wire::unescaped_json(value.raw);
        return string(*scratch);
    case JsonKind::object:
    case JsonKind::list: made.kind = Scalar::Kind::other; break;
    }
    return made;
}

} // namespace

Scalar value_of(Field field, const wire::EventView& event, std::string* scratch) {
    switch (field) {
    case Field::type: return type_of(event, scratch);
    case Field::size: return size_of(event);
    case Field::conn: return number(std::uint64_t{event.conn});
    case Field::n: return number(event.id);
    case Field::t: return seconds(event.mono_ns - event.start_mono_ns);
    case Field::code: return code_of(event);
    case Field::url: return event.url.empty() ? Scalar() : string(event.url);
    case Field::note: return note_of(event);
    case Field::text:
        return wire::is_message(event.kind) && event.has_payload ? string(event.payload) : Scalar();
    case Field::rtt: return event.rtt_ns < 0 ? Scalar() : seconds(event.rtt_ns);
    case Field::dir:
    case Field::kind:
    case Field::path: break;
    }
    return {};
}

//--- terms

namespace {

bool search_holds(const Search& search, const wire::EventView& event) {
    if (event.has_payload) return search.found_in(event.payload);
    if (event.details == nullptr) return search.plain.empty();
    const wire::Details& details = *event.details;
    if (search.found_in(details.url) || search.found_in(details.reason) ||
        search.found_in(details.note))
        return true;
    if (!details.error) return false;
    return search.found_in(details.error->what) || search.found_in(details.error->why) ||
           search.found_in(details.error->fix);
}

bool holds_for(const FilterNode& term, const Scalar& value) {
    if (term.op == Op::present) return value.kind != Scalar::Kind::absent;
    if (term.op == Op::matches)
        return value.kind == Scalar::Kind::string && term.expression.found_in(value.string);
    for (const Literal& literal : term.values)
        if (compare(value, term.how, literal.view())) return true;
    return false;
}

/// False: no value that makes the term true can stand in `json`. A name or a string stands there
/// byte for byte, unless it is written with escapes.
bool path_may_hold(const FilterNode& term, std::string_view json) {
    if (term.rare.empty() || term.rare.found_in(json)) return true;
    return std::memchr(json.data(), '\\', json.size()) != nullptr;
}

bool path_holds(const FilterNode& term, const wire::EventView& event) {
    if (!event.has_payload) return false;
    if (!path_may_hold(term, event.payload)) return false;
    const JsonValue value = find_json(json_of(event), term.path);
    if (value.kind == JsonKind::none) return false;
    std::string scratch;
    return holds_for(term, scalar_of(value, &scratch));
}

bool term_holds(const FilterNode& term, const wire::EventView& event, KnownType type) {
    if (term.op == Op::search) return search_holds(term.search, event);
    switch (term.field) {
    case Field::dir: return (term.mask >> static_cast<unsigned>(event.dir) & 1) != 0;
    case Field::kind: return (term.mask >> static_cast<unsigned>(event.kind) & 1) != 0;
    case Field::path: return path_holds(term, event);
    case Field::type:
        if (type.truth != nullptr) return type.truth[term.type_term] != 0;
        break;
    default: break;
    }
    std::string scratch;
    return holds_for(term, value_of(term.field, event, &scratch));
}

//--- the tree

struct Run {
    const std::vector<FilterNode>& nodes;
    const wire::EventView& event;
    KnownType type;

    /// Depth is bounded by the parser.
    bool holds(const FilterNode& node) const {
        switch (node.op) {
        case Op::all:
            for (const std::uint32_t child : node.children)
                if (!holds(nodes[child])) return false;
            return true;
        case Op::any:
            for (const std::uint32_t child : node.children)
                if (holds(nodes[child])) return true;
            return false;
        case Op::negated: return !holds(nodes[node.children.front()]);
        default: return term_holds(node, event, type);
        }
    }
};

} // namespace

bool run(const FilterProgram& program, const wire::EventView& event, KnownType type) {
    if (program.nodes.empty()) return true;
    return Run{program.nodes, event, type}.holds(program.nodes.back());
}

bool holds_for_type(const FilterNode& term, const Scalar& type) { return holds_for(term, type); }

} // namespace model
