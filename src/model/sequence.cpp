#include "model/sequence.h"

#include <algorithm>
#include <string>

#include "wire/envelope.h"
#include "wire/json_text.h"

namespace model {
namespace {

constexpr std::uint64_t kFarthest = 0xffff; ///< rows between a repeat and what it repeats

EventId id_of(std::uint64_t repeat) { return repeat >> 16; }
template <class Entry>
EventId id_of(const Entry& entry) {
    return entry.id;
}

template <class Table>
auto first_at(const Table& table, EventId id) {
    return std::partition_point(table.begin(), table.end(),
                                [id](const auto& entry) { return id_of(entry) < id; });
}

template <class Table>
auto entry_of(const Table& table, EventId id) {
    const auto at = first_at(table, id);
    return at != table.end() && id_of(*at) == id ? &*at : nullptr;
}

template <class Table>
EventId next_in(const Table& table, EventId id) {
    const auto at = first_at(table, id + 1);
    return at == table.end() ? 0 : id_of(*at);
}

template <class Table>
EventId previous_in(const Table& table, EventId id) {
    const auto at = first_at(table, id);
    return at == table.begin() ? 0 : id_of(*std::prev(at));
}

template <class Table>
void forget(Table& table, EventId below) {
    while (!table.empty() && id_of(table.front()) < below) table.pop_front();
}

} // namespace

/// One connection: where its numbers stand, and its newest events by the hash of their data.
struct Sequence::Link {
    std::uint32_t link = 0;
    std::string url;        ///< of its newest attempt, where it is known
    std::uint32_t conn = 0; ///< the attempt that `seq` is of
    bool any = false;       ///< `seq` is known
    std::int64_t seq = 0;   ///< of the newest numbered event

    /// A ring of events, chained through those whose hashes end with the same bits. Counts instead
    /// of places: what is kWindowEvents or more behind `added` has been written over.
    struct Recent {
        std::uint64_t hash = 0;
        EventId id = 0;
        std::int64_t mono_ns = 0;
        std::int64_t seq = 0;
        std::uint64_t before = 0; ///< count of the next older one in the chain; 0: none
        std::uint32_t data_at = 0, data_size = 0;
        TypeId type = 0;
    };
    std::uint64_t added = 0;
    std::array<Recent, kWindowEvents> ring;
    std::array<std::uint64_t, kWindowEvents> chains{}; ///< counts, from 1; 0: empty

    bool gone(std::uint64_t count) const { return count == 0 || count + kWindowEvents <= added; }
    Recent& at(std::uint64_t count) { return ring[count % kWindowEvents]; }
};

Sequence::Sequence() = default;
Sequence::~Sequence() = default;

Sequence::Link& Sequence::link_of(std::uint32_t link) {
    for (const auto& known : links_)
        if (known->link == link) return *known;
    links_.push_back(std::make_unique<Link>());
    links_.back()->link = link;
    return *links_.back();
}

void Sequence::connecting(std::uint32_t number, std::string_view url) {
    Link& link = link_of(number);
    if (link.url != url) link.any = false;
    link.url = url;
}

void Sequence::add(const Log& log, EventId id, const wire::MessageHead& head) {
    if (!head.has_seq) return;
    const Row row = log.row(id);
    if (row.dir != wire::Dir::in || row.kind != wire::Kind::text) return;
    Link& link = link_of(row.link);
    follow(link, log, row, head.seq);
    if (head.data_size > 0) look_for_repeat(link, log, row, head);
}

//--- holes and restarts

namespace {

/// How many events with numbers in [from, to] stand in the `replay` that came shortly before `row`
/// in the same attempt (PROTOCOL.md part 2: it comes before all live events).
std::uint64_t replayed_before(const Log& log, const Row& row, std::int64_t from, std::int64_t to) {
    constexpr EventId kFarBack = 64;
    const EventId last = std::max(log.first(), row.id > kFarBack ? row.id - kFarBack : 0);
    for (EventId id = row.id; id-- > last;) {
        const Row before = log.row(id);
        if (before.link != row.link || before.conn != row.conn) continue;
        if (before.dir != wire::Dir::in || log.types()[before.type].name != "replay") continue;
        std::uint64_t count = 0;
        wire::JsonMembers events(wire::json_member(log.view(id).payload, "events"));
        for (wire::JsonMember event; events.next(&event);) {
            const wire::EnvelopeHead head = wire::read_envelope(event.value_raw);
            if (head.has_seq && head.seq >= from && head.seq <= to) ++count;
        }
        return count;
    }
    return 0;
}

} // namespace

void Sequence::follow(Link& link, const Log& log, const Row& row, std::int64_t seq) {
    const EventId id = row.id;
    const bool first = !link.any || link.conn != row.conn;
    if (link.any && first && seq > link.seq && seq - 1 > link.seq) {
        missed_.push_back({id, row.link, row.conn, link.seq + 1, seq - 1,
                           replayed_before(log, row, link.seq + 1, seq - 1)});
    } else if (link.any && seq <= link.seq) {
        restarts_.push_back({id, link.seq});
        counts_.of[static_cast<std::size_t>(SequenceKind::restart)] += 1;
    } else if (!first && seq - 1 != link.seq) {
        holes_.push_back({id, link.seq + 1, seq - 1});
        counts_.of[static_cast<std::size_t>(SequenceKind::hole)] += 1;
        counts_.missing +=
            static_cast<std::uint64_t>(seq) - static_cast<std::uint64_t>(link.seq) - 1;
    }
    link.any = true;
    link.conn = row.conn;
    link.seq = seq;
}

//--- repeats

void Sequence::look_for_repeat(Link& link, const Log& log, const Row& row,
                               const wire::MessageHead& head) {
    const auto data_of = [&log](EventId id, std::uint32_t at, std::uint32_t size) {
        return log.view(id).payload.substr(at, size);
    };
    std::uint64_t& chain = link.chains[head.data_hash % kWindowEvents];
    for (std::uint64_t count = chain; !link.gone(count); count = link.at(count).before) {
        const Link::Recent& old = link.at(count);
        if (row.mono_ns - old.mono_ns > kWindowNs || row.id - old.id > kFarthest) break;
        if (old.hash != head.data_hash || old.type != row.type || old.seq == head.seq ||
            old.data_size != head.data_size || !log.contains(old.id))
            continue;
        if (data_of(old.id, old.data_at, old.data_size) !=
            data_of(row.id, head.data_at, head.data_size))
            continue;
        repeats_.push_back(row.id << 16 | (row.id - old.id));
        counts_.of[static_cast<std::size_t>(SequenceKind::repeat)] += 1;
        break;
    }
    const std::uint64_t before = chain;
    chain = ++link.added;
    link.at(chain) = {head.data_hash, row.id,       row.mono_ns,    head.seq,
                      before,         head.data_at, head.data_size, row.type};
}

//--- looking

SequenceMark Sequence::mark_of(EventId id) const {
    SequenceMark mark;
    if (const Hole* hole = entry_of(holes_, id)) {
        mark.hole = true;
        mark.missing_from = hole->from;
        mark.missing_to = hole->to;
    }
    if (const Restart* restart = entry_of(restarts_, id)) {
        mark.restart = true;
        mark.seq_before = restart->before;
    }
    if (const Repeat* repeat = entry_of(repeats_, id)) {
        mark.repeat = true;
        mark.repeat_of = id - (*repeat & kFarthest);
    }
    return mark;
}

const MissedBetween* Sequence::missed_before(std::uint32_t link, std::uint32_t conn) const {
    for (const MissedBetween& each : missed_)
        if (each.link == link && each.conn == conn) return &each;
    return nullptr;
}

EventId Sequence::next(SequenceKind kind, EventId id) const {
    switch (kind) {
    case SequenceKind::hole: return next_in(holes_, id);
    case SequenceKind::restart: return next_in(restarts_, id);
    case SequenceKind::repeat: return next_in(repeats_, id);
    }
    return 0;
}

EventId Sequence::previous(SequenceKind kind, EventId id) const {
    switch (kind) {
    case SequenceKind::hole: return previous_in(holes_, id);
    case SequenceKind::restart: return previous_in(restarts_, id);
    case SequenceKind::repeat: return previous_in(repeats_, id);
    }
    return 0;
}

//--- forgetting

void Sequence::forget_below(EventId id) {
    forget(holes_, id);
    forget(restarts_, id);
    forget(repeats_, id);
    forget(missed_, id);
}

void Sequence::reset() {
    clear();
    links_.clear();
}

void Sequence::clear() {
    holes_.clear();
    restarts_.clear();
    repeats_.clear();
    missed_.clear();
    counts_ = SequenceCounts();
}

} // namespace model
