#include "model/tally.h"

#include <algorithm>

namespace model {

bool is_error_type(std::string_view type) {
    constexpr std::string_view kError = "_error";
    return type.size() > kError.size() && type.substr(type.size() - kError.size()) == kError;
}

bool is_error(const Log& log, const Row& row, const wire::Details* details) {
    switch (row.kind) {
    case wire::Kind::failed:
    case wire::Kind::refused: return true;
    case wire::Kind::closed: return details != nullptr && details->error.has_value();
    default: return row.type != 0 && is_error_type(log.types()[row.type].name);
    }
}

void Tally::follow(const Log& log) {
    while (!errors_.empty() && errors_.front() < log.first()) errors_.pop_front();
    for (next_ = std::max(next_, log.first()); next_ < log.end(); ++next_) {
        const Row row = log.row(next_);
        if (error_at(log, row)) errors_.push_back(next_);
    }
}

/// Names are looked at once: a million rows have a handful of types.
bool Tally::error_at(const Log& log, const Row& row) {
    if (row.kind == wire::Kind::closed) return is_error(log, row, log.view(row.id).details);
    if (row.type == 0) return is_error(log, row, nullptr);
    for (std::size_t id = error_types_.size(); id < log.types().size(); ++id) {
        error_types_.push_back(is_error_type(log.types()[id].name) ? 1 : 0);
    }
    return error_types_[row.type] != 0;
}

} // namespace model
