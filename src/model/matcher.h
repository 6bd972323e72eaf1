// A ListFilter made ready for the rows of a log: what it says of each type is worked out once, so
// that rows of most filters are decided without a look at their payloads. A copy belongs to one
// thread; `passes` may run on many at once.
#pragma once

#include <cstdint>
#include <vector>

#include "model/filter.h"
#include "model/filter_program.h"
#include "model/log.h"

namespace model {

class Matcher {
public:
    Matcher() = default;
    explicit Matcher(const ListFilter& filter) : filter_(filter) {}

    /// Takes in the types that the log has seen since. Before the first row, and before any row
    /// that is newer than the last call.
    void learn(const Log& log);

    /// As ListFilter::matches, for a row of the log with its type.
    bool passes(const wire::EventView& event, TypeId type) const;

private:
    bool is_hidden(const std::string& name) const;

    ListFilter filter_;
    TypeId other_ = 0;                ///< the entry of types that have none of their own
    std::size_t types_ = 0;           ///< learned so far
    std::vector<std::uint8_t> truth_; ///< of each type, what each term about it says
    std::vector<std::uint8_t> shown_; ///< of each type
};

} // namespace model
