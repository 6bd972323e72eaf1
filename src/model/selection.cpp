#include "model/selection.h"

#include <algorithm>

namespace model {

bool Selection::in_ranges(EventId id) const {
    const auto at =
        std::lower_bound(ranges.begin(), ranges.end(), id,
                         [](const IdRange& range, EventId x) { return range.last < x; });
    return at != ranges.end() && at->first <= id;
}

void Selection::only(EventId id) {
    event = anchor = id;
    ranges.clear();
}

void Selection::extend(EventId to) {
    if (event == 0) return only(to);
    if (anchor == 0) anchor = event;
    event = to;
    ranges = {{std::min(anchor, to), std::max(anchor, to)}};
}

void Selection::toggle(EventId id) {
    if (event == 0) return only(id);
    if (!several()) ranges = {{event, event}};
    const auto at =
        std::lower_bound(ranges.begin(), ranges.end(), id,
                         [](const IdRange& range, EventId x) { return range.last < x; });
    if (at == ranges.end() || at->first > id) {
        ranges.insert(at, {id, id});
        event = anchor = id;
        return;
    }
    //--- one less: what it leaves of its range, and another one to be the last
    const IdRange whole = *at;
    auto next = ranges.erase(at);
    if (id < whole.last) next = ranges.insert(next, {id + 1, whole.last});
    if (whole.first < id) ranges.insert(next, {whole.first, id - 1});
    if (id != event) return;
    event = anchor = ranges.empty() ? 0 : ranges.back().last;
}

void Selection::repair(const Log& log) {
    const EventId first = log.first();
    while (!ranges.empty() && ranges.front().last < first) ranges.erase(ranges.begin());
    if (!ranges.empty()) ranges.front().first = std::max(ranges.front().first, first);
    if (event < first) only(0);
    if (anchor < first) anchor = event;
    if (hovered < first) hovered = 0;
    if (cursor != 0 && cursor < first) cursor = log.size() > 0 ? first : 0;
}

} // namespace model
