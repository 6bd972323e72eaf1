// From the numbers that events have in one place to those they have in another: both count up, and
// differ by the same but for some steps. Owned by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace base {

class Renumbering {
public:
    /// The next event. A `from` that is not above the one before it is not found again.
    void add(std::uint64_t from, std::uint64_t to);
    /// 0: no event that was added has that number.
    std::uint64_t to_of(std::uint64_t from) const;
    std::uint64_t from_of(std::uint64_t to) const; ///< the other way
    std::uint64_t last_from() const { return last_from_; }

private:
    static constexpr std::size_t kMost = 1u << 16; ///< steps that are kept, whatever a file holds
    struct Step {
        std::uint64_t from, to;
    };
    std::vector<Step> steps_;
    std::uint64_t last_from_ = 0, last_to_ = 0;
    bool full_ = false; ///< what came since is not found
};

} // namespace base
