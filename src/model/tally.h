// Which of the log's rows are errors. Takes only the rows that are new. Owned by the Model, follows
// once a frame, UI thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "model/log.h"

namespace model {

/// A type that tells of an error: its name ends in "_error".
bool is_error_type(std::string_view type);

/// True for what a row shows on the ground of errors: such a type, an attempt that failed, a
/// session that ended by a fault, a message that was refused.
bool is_error(const Log& log, const Row& row, const wire::Details* details);

class Tally {
public:
    /// Takes the rows that came since, and forgets what the log has forgotten.
    void follow(const Log& log);

    /// Ids of the errors that are in the log, ascending.
    const std::deque<EventId>& errors() const { return errors_; }

private:
    bool error_at(const Log& log, const Row& row);

    std::deque<EventId> errors_;
    std::vector<std::uint8_t> error_types_; ///< by TypeId: 1 when its name tells of an error
    EventId next_ = 1;                      ///< the first row not looked at yet
};

} // namespace model
