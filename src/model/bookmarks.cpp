#include "model/bookmarks.h"

#include <algorithm>
#include <utility>

namespace model {
namespace {

template <class List>
auto place_of(List& list, EventId event) {
    return std::lower_bound(list.begin(), list.end(), event,
                            [](const Bookmark& mark, EventId id) { return mark.event < id; });
}

} // namespace

const Bookmark* Bookmarks::find(EventId event) const {
    const auto at = place_of(list, event);
    return at != list.end() && at->event == event ? &*at : nullptr;
}

void Bookmarks::set(EventId event, bool on) {
    const auto at = place_of(list, event);
    const bool there = at != list.end() && at->event == event;
    if (on && !there) list.insert(at, {event, {}});
    if (!on && there) list.erase(at);
}

void Bookmarks::set_note(EventId event, std::string note) {
    set(event, true);
    place_of(list, event)->note = std::move(note);
}

EventId Bookmarks::next(EventId event) const {
    if (list.empty()) return 0;
    const auto at = place_of(list, event + 1);
    return at == list.end() ? list.front().event : at->event;
}

EventId Bookmarks::behind(EventId event) const {
    const auto at = place_of(list, event + 1);
    return at == list.end() ? 0 : at->event;
}

EventId Bookmarks::previous(EventId event) const {
    if (list.empty()) return 0;
    const auto at = place_of(list, event);
    return at == list.begin() ? list.back().event : std::prev(at)->event;
}

void Bookmarks::forget_below(EventId first) {
    const auto end = place_of(list, first);
    trimmed += static_cast<std::uint64_t>(end - list.begin());
    list.erase(list.begin(), end);
}

} // namespace model
