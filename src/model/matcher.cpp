#include "model/matcher.h"

#include <algorithm>

namespace model {

bool Matcher::is_hidden(const std::string& name) const {
    const std::vector<std::string>& hidden = filter_.hidden_types;
    return std::find(hidden.begin(), hidden.end(), name) != hidden.end();
}

void Matcher::learn(const Log& log) {
    const std::vector<TypeInfo>& types = log.types();
    const FilterProgram& program = filter_.filter.program();
    other_ = log.other_types();
    if (types_ == types.size()) return;
    truth_.resize(types.size() * program.type_terms);
    for (std::size_t id = types_; id < types.size(); ++id) {
        shown_.push_back(id == 0 || !is_hidden(types[id].name));
        Scalar type;
        type.kind = id == 0 ? Scalar::Kind::absent : Scalar::Kind::string;
        type.string = types[id].name;
        for (const FilterNode& term : program.nodes)
            if (term.field == Field::type && term.is_term())
                truth_[id * program.type_terms + term.type_term] = holds_for_type(term, type);
    }
    types_ = types.size();
}

bool Matcher::passes(const wire::EventView& event, TypeId type) const {
    if ((filter_.kinds >> static_cast<unsigned>(event.kind) & 1u) == 0 ||
        (filter_.dirs >> static_cast<unsigned>(event.dir) & 1u) == 0 ||
        (filter_.only_link != 0 && filter_.only_link != event.link))
        return false;
    // The log knows the types of text messages only, and of those not every name.
    if (event.kind != wire::Kind::text || (type != 0 && type == other_))
        return filter_.matches(event);
    if (shown_[type] == 0) return false;
    return run(filter_.filter.program(), event,
               {truth_.data() + std::size_t{type} * filter_.filter.program().type_terms});
}

} // namespace model
