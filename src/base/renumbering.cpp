#include "base/renumbering.h"

#include <algorithm>

namespace base {

void Renumbering::add(std::uint64_t from, std::uint64_t to) {
    const bool onwards = steps_.empty() || from > last_from_;
    const bool same_step = !steps_.empty() && from - last_from_ == to - last_to_;
    if (!onwards || full_) return;
    full_ = !same_step && steps_.size() == kMost;
    if (full_) return;
    if (!same_step) steps_.push_back({from, to});
    last_from_ = from;
    last_to_ = to;
}

std::uint64_t Renumbering::to_of(std::uint64_t from) const {
    const auto next =
        std::upper_bound(steps_.begin(), steps_.end(), from,
                         [](std::uint64_t value, const Step& step) { return value < step.from; });
    if (next == steps_.begin() || from > last_from_) return 0;
    const Step& step = *(next - 1);
    const std::uint64_t to = step.to + (from - step.from);
    // Between the last event of a step and the first of the next there is none.
    return to <= (next == steps_.end() ? last_to_ : next->to - 1) ? to : 0;
}

std::uint64_t Renumbering::from_of(std::uint64_t to) const {
    const auto next =
        std::upper_bound(steps_.begin(), steps_.end(), to,
                         [](std::uint64_t value, const Step& step) { return value < step.to; });
    if (next == steps_.begin() || to > last_to_) return 0;
    const Step& step = *(next - 1);
    const std::uint64_t from = step.from + (to - step.to);
    return from <= (next == steps_.end() ? last_from_ : next->from - 1) ? from : 0;
}

} // namespace base
