#include "model/type_history.h"

#include <algorithm>

namespace model {
namespace {

constexpr std::uint64_t kInterval = 4096;  ///< rows between two snapshots
constexpr std::uint64_t kRowsPerType = 16; ///< with many types they are further apart

} // namespace

/// So far apart that snapshots weigh little beside the rows, whatever number of types a server
/// makes up.
std::uint64_t TypeHistory::interval() const {
    return std::max(kInterval, kRowsPerType * static_cast<std::uint64_t>(now_.size()));
}

void TypeHistory::note(std::vector<LastOfType>& types, EventId id, TypeId type) {
    if (type == 0) return;
    if (types.size() <= type) types.resize(static_cast<std::size_t>(type) + 1);
    LastOfType& entry = types[type];
    entry.type = type;
    entry.before = entry.last;
    entry.last = id;
    entry.count += 1;
}

void TypeHistory::take(EventId id, TypeId type) {
    if (snapshots_.empty() || id - snapshots_.back().until >= interval()) {
        snapshots_.push_back({id, id, now_});
        snapshot_types_ += now_.size();
    }
    note(now_, id, type);
    end_ = id + 1;
}

void TypeHistory::passed(EventId id) {
    if (snapshots_.empty()) return;
    Snapshot& newest = snapshots_.back();
    if (end_ <= newest.until) {
        newest.until = id;
    } else if (id - newest.until >= interval()) {
        snapshots_.push_back({id, id, now_});
        snapshot_types_ += now_.size();
    }
}

/// 0: it is none of this connection's.
TypeId TypeHistory::type_at(const Log& log, EventId id) const {
    const Row row = log.row(id);
    return row.link == link_ || link_ == 0 ? row.type : TypeId{0};
}

/// Notes which rows of [from, end) are the newest of their types; counts nothing.
void TypeHistory::note_newest(const Log& log, EventId from, EventId end,
                              std::vector<LastOfType>* types) const {
    for (EventId id = from; id < end; ++id) {
        const TypeId type = type_at(log, id);
        if (type == 0) continue;
        if (types->size() <= type) types->resize(static_cast<std::size_t>(type) + 1);
        LastOfType& entry = (*types)[type];
        entry.type = type;
        entry.before = entry.last;
        entry.last = id;
    }
}

/// From the snapshot behind the moment, backwards: of the one before it, rows are gone.
std::vector<LastOfType> TypeHistory::from_behind(const Log& log, std::size_t behind,
                                                 EventId end) const {
    const bool last = behind == snapshots_.size();
    std::vector<LastOfType> types = last ? now_ : snapshots_[behind].types;
    for (LastOfType& entry : types) entry.last = entry.before = 0;
    const EventId known = last ? end_ : snapshots_[behind].id;
    for (EventId id = end; id < known; ++id) {
        const TypeId type = type_at(log, id);
        if (type != 0) types[type].count -= 1;
    }
    note_newest(log, log.first(), std::min(end, known), &types);
    // What the log has taken and this has not seen yet.
    for (EventId id = std::max(known, log.first()); id < end; ++id)
        note(types, id, type_at(log, id));
    return types;
}

std::vector<LastOfType> TypeHistory::at(const Log& log, EventId moment) const {
    const auto behind =
        std::upper_bound(snapshots_.begin(), snapshots_.end(), moment,
                         [](EventId id, const Snapshot& snapshot) { return id < snapshot.id; });
    if (behind == snapshots_.begin() || moment < log.first()) return {};
    const EventId end = std::min(moment + 1, log.end());
    const Snapshot& snapshot = *std::prev(behind);
    std::vector<LastOfType> types;
    if (snapshot.until < log.first()) {
        types = from_behind(log, static_cast<std::size_t>(behind - snapshots_.begin()), end);
    } else {
        types = snapshot.types;
        for (EventId id = std::max(snapshot.id, std::min(snapshot.until, end)); id < end; ++id)
            note(types, id, type_at(log, id));
    }
    const auto gone = [&](const LastOfType& entry) { return entry.last < log.first(); };
    types.erase(std::remove_if(types.begin(), types.end(), gone), types.end());
    for (LastOfType& entry : types)
        if (entry.before < log.first()) entry.before = 0;
    std::sort(types.begin(), types.end(),
              [](const LastOfType& a, const LastOfType& b) { return a.last > b.last; });
    return types;
}

void TypeHistory::forget_below(EventId id) {
    // The newest snapshot at or below `id` is the one that the oldest rows left are told from.
    while (snapshots_.size() > 1 && snapshots_[1].id <= id) {
        snapshot_types_ -= snapshots_.front().types.size();
        snapshots_.pop_front();
    }
}

void TypeHistory::clear() { *this = TypeHistory(link_); }

std::uint64_t TypeHistory::memory_bytes() const {
    return (snapshot_types_ + now_.capacity()) * sizeof(LastOfType) +
           snapshots_.size() * sizeof(Snapshot);
}

} // namespace model
