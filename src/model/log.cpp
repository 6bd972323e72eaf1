// Index of this file: columns (Chunk) · side tables · Rubbish · Impl: append, look, trim · Log ·
// LogSnapshot.
#include "model/log.h"

#include <algorithm>
#include <cassert>
#include <deque>
#include <functional>
#include <unordered_map>
#include <utility>

#include "base/clock.h"

namespace model {
namespace {

constexpr std::size_t kChunkRows = 4096; // 128 KiB of columns
constexpr std::uint64_t kDefaultBudget = std::uint64_t{2} << 30;
constexpr std::int64_t kClockStepNs = base::kMillisecond;
constexpr std::size_t kMaxTypes = 65'000;
constexpr std::size_t kMaxTypeName = 256;
constexpr const char* kOtherTypes = "(other types)";

/// Memory that a node of the standard library's tables takes beside what is in it. An estimate.
constexpr std::uint64_t kNodeBytes = 40;

//--- columns

struct DetailsEntry {
    EventId id;
    std::unique_ptr<const wire::Details> details;
};

struct RttEntry {
    EventId id;
    std::int64_t ns;
};

/// The rows of kChunkRows ids in a row, 32 bytes each. Left uninitialised: a row is written once,
/// by append, before it is read. A chunk that is full never changes again.
struct Columns {
    std::int64_t mono_ns[kChunkRows];
    std::uint32_t offset[kChunkRows];
    std::uint32_t size[kChunkRows];
    std::uint32_t slab[kChunkRows];      ///< number of the slab; means nothing without kHasPayload
    std::uint32_t stream[kChunkRows];    ///< index into Impl::streams
    std::uint32_t wire_size[kChunkRows]; ///< means nothing with kOdd
    TypeId type[kChunkRows];
    std::uint8_t kind_dir[kChunkRows]; ///< kind in the low four bits, direction above
    std::uint8_t flags[kChunkRows];
};
static_assert(sizeof(Columns) == 32 * kChunkRows, "32 bytes a row");

struct Chunk : Columns {
    std::vector<DetailsEntry> details; ///< of the rows with kHasDetails
    std::vector<RttEntry> rtts;        ///< of the rows with kHasRtt
    std::uint64_t side_bytes = 0;      ///< of both

    std::uint64_t bytes() const { return sizeof(Chunk) + side_bytes; }
};
static_assert(wire::kKindCount <= 16, "a kind fits four bits");

enum Flag : std::uint8_t {
    kHasPayload = 1,
    kHasDetails = 2, ///< an entry in Chunk::details
    kOdd = 4,        ///< frames and wire_size are in Impl::odd
    kHasRtt = 8,     ///< an entry in Chunk::rtts
};

std::uint8_t packed(wire::Kind kind, wire::Dir dir) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(kind) | static_cast<unsigned>(dir) << 4);
}
wire::Kind kind_of(std::uint8_t kind_dir) { return static_cast<wire::Kind>(kind_dir & 0xF); }
wire::Dir dir_of(std::uint8_t kind_dir) { return static_cast<wire::Dir>(kind_dir >> 4); }

//--- side tables: what few rows have, in the order of their ids

struct OddEntry {
    EventId id;
    std::uint32_t frames;
    std::uint64_t wire_size;
};

/// From `id` on, wall clock = monotonic clock + offset.
struct Anchor {
    EventId id;
    std::int64_t offset_ns;
};

/// A connection attempt and the connection it belongs to; counts.conns has the same index.
struct Stream {
    std::uint32_t conn, link;
    std::uint32_t link_at; ///< index into counts.links
    std::string url;       ///< as its `connecting` said; empty before
};

struct SlabEntry {
    wire::SlabShares slab; ///< null: given back, while an older one is still held
    EventId last = 0;      ///< newest row in it
};

std::uint64_t bytes_of(const wire::Slab& slab) {
    return slab.capacity() + wire::kSlabPadding + sizeof(wire::Slab) + sizeof(SlabEntry) +
           kNodeBytes;
}

/// What a string holds outside itself.
std::uint64_t heap_of(const std::string& text) {
    return text.capacity() > 15 ? text.capacity() + 1 : 0;
}

std::uint64_t heap_of(const std::optional<base::Error>& error) {
    return error ? heap_of(error->what) + heap_of(error->why) + heap_of(error->fix) : 0;
}

std::uint64_t heap_of(const wire::TlsInfo& tls) {
    std::uint64_t bytes = sizeof tls + heap_of(tls.version) + heap_of(tls.cipher);
    for (const wire::CertificateInfo& each : tls.chain)
        bytes += sizeof each + heap_of(each.subject) + heap_of(each.issuer) + heap_of(each.names) +
                 heap_of(each.from) + heap_of(each.to) + heap_of(each.fingerprint);
    for (const std::string& each : tls.wrong) bytes += sizeof each + heap_of(each);
    return bytes;
}

std::uint64_t bytes_of(const wire::Details& details) {
    return sizeof(DetailsEntry) + sizeof(wire::Details) + heap_of(details.url) +
           heap_of(details.address) + heap_of(details.subprotocol) + heap_of(details.extensions) +
           heap_of(details.reason) + heap_of(details.phase) + heap_of(details.note) +
           heap_of(details.error) + (details.tls ? heap_of(*details.tls) : 0) +
           (details.link ? sizeof(wire::LinkState) : 0) +
           (details.frames ? sizeof(wire::FrameDetail) +
                                 details.frames->frames.capacity() * sizeof(wire::FrameMark)
                           : 0);
}

/// The entry of `id` in a table that is ordered by it; null when there is none.
template <class Table>
const typename Table::value_type* find_entry(const Table& table, EventId id) {
    const auto at = std::lower_bound(
        table.begin(), table.end(), id,
        [](const typename Table::value_type& entry, EventId want) { return entry.id < want; });
    return at != table.end() && at->id == id ? &*at : nullptr;
}

//--- what waits to be given back

struct Rubbish {
    std::vector<wire::SlabShares> slabs;
    std::vector<std::shared_ptr<Chunk>> chunks;
    std::uint64_t bytes = 0;

    bool empty() const { return slabs.empty() && chunks.empty(); }

    /// One slab, or one chunk with its details: some ten microseconds, some hundred when every row
    /// of it has details.
    void give_back_one() {
        if (!slabs.empty()) {
            bytes -= bytes_of(*slabs.back().get());
            slabs.pop_back();
        } else {
            bytes -= chunks.back()->bytes();
            chunks.pop_back();
        }
    }
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>()(text);
    }
};

} // namespace

struct Log::Impl {
    EventId first = 1, end = 1;

    std::deque<std::shared_ptr<Chunk>> chunks;
    std::uint64_t first_chunk =
        0; ///< number of chunks.front(); row `id` is in (id - 1) / kChunkRows

    std::deque<SlabEntry> slabs;  ///< in the order they were first seen
    std::uint32_t first_slab = 0; ///< number of slabs.front(); wraps around
    std::unordered_map<const wire::Slab*, std::uint32_t> slab_numbers;
    const wire::Slab* last_slab = nullptr; ///< of the newest payload, with its number
    std::uint32_t last_slab_number = 0;

    std::deque<OddEntry> odd;
    std::deque<Anchor> anchors;
    std::vector<Stream> streams;
    std::unordered_map<std::uint64_t, std::uint32_t> stream_numbers; ///< by conn and link
    std::unordered_map<std::uint32_t, std::uint32_t> link_numbers;   ///< into counts.links
    std::uint32_t last_stream = 0; ///< of the newest row; means nothing while there is no stream

    std::vector<TypeInfo> types{TypeInfo()};
    std::unordered_map<std::string, TypeId, TextHash, std::equal_to<>> type_numbers;
    std::array<TypeId, 256> types_at_hand{}; ///< a number by some bits of its name
    TypeId other_types = 0; ///< the entry that shares what is too long or too many; 0: none yet
    LogCounts counts;
    std::int64_t start_mono_ns = 0;

    std::uint64_t held = 0; ///< bytes of all above, the rubbish left out
    std::uint64_t budget = kDefaultBudget;
    std::uint64_t trimmed = 0;
    Rubbish rubbish;

    //--- where a row is
    const Chunk& chunk(EventId id) const {
        assert(id >= first && id < end);
        return *chunks[static_cast<std::size_t>((id - 1) / kChunkRows - first_chunk)];
    }
    static std::size_t slot(EventId id) { return static_cast<std::size_t>((id - 1) % kChunkRows); }
    const SlabEntry& slab_entry(std::uint32_t number) const { return slabs[number - first_slab]; }

    //--- append
    Chunk& chunk_for(EventId id);
    std::uint32_t slab_number(wire::SlabRef&& slab);
    std::uint32_t link_at(std::uint32_t link);
    std::uint32_t stream_number(std::uint32_t conn, std::uint32_t link);
    TypeId new_type(std::string_view name);
    TypeId type_number(std::string_view name);
    TypeId type_at_hand(std::string_view name);
    TypeId type_of(const wire::Event& event);
    void note_clock(EventId id, std::int64_t offset_ns);
    void note_url(std::uint32_t stream, const wire::Details& seen);
    void count(const wire::Event& event, std::uint32_t stream, TypeId type, EventId id);

    //--- trim
    void fit_budget();
    EventId end_of_oldest_slab() const;
    void forget_below(EventId id);
    void forget_slabs_below(EventId id);
    void throw_away(SlabEntry& entry);
};

//--- append

Chunk& Log::Impl::chunk_for(EventId id) {
    const std::uint64_t number = (id - 1) / kChunkRows;
    if (chunks.empty()) first_chunk = number;
    if (number - first_chunk == chunks.size()) {
        chunks.emplace_back(new Chunk);
        held += sizeof(Chunk);
    }
    return *chunks.back();
}

std::uint32_t Log::Impl::slab_number(wire::SlabRef&& slab) {
    if (slab.get() == last_slab) {
        slabs[last_slab_number - first_slab].slab.take(std::move(slab));
        return last_slab_number;
    }
    const auto next = static_cast<std::uint32_t>(first_slab + slabs.size());
    const auto [at, is_new] = slab_numbers.try_emplace(slab.get(), next);
    last_slab = slab.get();
    last_slab_number = at->second;
    if (is_new) {
        held += bytes_of(*slab.get());
        slabs.push_back({wire::SlabShares(std::move(slab)), 0});
    } else {
        slabs[last_slab_number - first_slab].slab.take(std::move(slab));
    }
    return last_slab_number;
}

/// Where a connection's events are counted. Asked once for each attempt.
std::uint32_t Log::Impl::link_at(std::uint32_t link) {
    const auto next = static_cast<std::uint32_t>(counts.links.size());
    const auto [at, is_new] = link_numbers.try_emplace(link, next);
    if (is_new) {
        counts.links.push_back({link, 0, 0});
        held += sizeof(ConnectionCount) + sizeof(link) + kNodeBytes;
    }
    return at->second;
}

std::uint32_t Log::Impl::stream_number(std::uint32_t conn, std::uint32_t link) {
    if (!streams.empty() && streams[last_stream].conn == conn && streams[last_stream].link == link)
        return last_stream;
    const std::uint64_t key = std::uint64_t{conn} << 32 | link;
    const auto [at, is_new] =
        stream_numbers.try_emplace(key, static_cast<std::uint32_t>(streams.size()));
    if (is_new) {
        streams.push_back({conn, link, link_at(link), {}});
        counts.conns.push_back({link, conn, 0});
        held += sizeof(Stream) + sizeof(ConnectionCount) + sizeof(key) + kNodeBytes;
    }
    last_stream = at->second;
    return last_stream;
}

TypeId Log::Impl::new_type(std::string_view name) {
    types.push_back({std::string(name), 0, 0});
    held += sizeof(TypeInfo) + heap_of(types.back().name);
    return static_cast<TypeId>(types.size() - 1);
}

TypeId Log::Impl::type_number(std::string_view name) {
    if (const auto at = type_numbers.find(name); at != type_numbers.end()) return at->second;
    if (name.size() > kMaxTypeName || type_numbers.size() >= kMaxTypes) {
        if (other_types == 0) other_types = new_type(kOtherTypes);
        return other_types;
    }
    const TypeId number = new_type(name);
    type_numbers.emplace(std::string(name), number);
    held += sizeof(std::string) + heap_of(types.back().name) + kNodeBytes;
    return number;
}

/// The same, mostly with one comparison and no hashing: a log has few types and many rows.
TypeId Log::Impl::type_at_hand(std::string_view name) {
    if (name.empty()) return type_number(name);
    const auto byte = [name](std::size_t i) { return static_cast<unsigned char>(name[i]); };
    const std::size_t bits =
        name.size() * 5 + byte(0) + byte(name.size() / 2) * 3u + byte(name.size() - 1) * 7u;
    TypeId& at_hand = types_at_hand[bits % types_at_hand.size()];
    if (at_hand == 0 || types[at_hand].name != name) at_hand = type_number(name);
    return at_hand;
}

TypeId Log::Impl::type_of(const wire::Event& event) {
    if (event.kind != wire::Kind::text || !event.payload.present()) return 0;
    const std::string_view payload = event.payload.view();
    const wire::MessageHead head = event.head.read ? event.head : wire::read_message_head(payload);
    if (!head.has_type) return 0;
    return head.type_escaped ? type_number(head.type(payload))
                             : type_at_hand(head.type_raw(payload));
}

void Log::Impl::note_clock(EventId id, std::int64_t offset_ns) {
    if (!anchors.empty()) {
        const std::int64_t step = offset_ns - anchors.back().offset_ns;
        if (step <= kClockStepNs && step >= -kClockStepNs) return;
    }
    anchors.push_back({id, offset_ns});
    held += sizeof(Anchor);
}

void Log::Impl::note_url(std::uint32_t stream, const wire::Details& seen) {
    if (seen.url.empty()) return;
    held += heap_of(seen.url) - heap_of(streams[stream].url);
    streams[stream].url = seen.url;
}

void Log::Impl::count(const wire::Event& event, std::uint32_t stream, TypeId type, EventId id) {
    counts.conns[stream].count += 1;
    counts.links[streams[stream].link_at].count += 1;
    counts.kind[static_cast<std::size_t>(event.kind)] += 1;
    counts.dir[static_cast<std::size_t>(event.dir)] += 1;
    TypeInfo& info = types[type];
    info.count += 1;
    info.last = id;
}

//--- trim

void Log::Impl::throw_away(SlabEntry& entry) {
    const std::uint64_t bytes = bytes_of(*entry.slab.get());
    held -= bytes;
    rubbish.bytes += bytes;
    slab_numbers.erase(entry.slab.get());
    if (last_slab == entry.slab.get()) last_slab = nullptr;
    rubbish.slabs.push_back(std::move(entry.slab));
}

void Log::Impl::forget_slabs_below(EventId id) {
    for (SlabEntry& entry : slabs)
        if (entry.slab && entry.last < id) throw_away(entry);
    while (!slabs.empty() && !slabs.front().slab) {
        slabs.pop_front();
        ++first_slab;
    }
}

/// Rows below `id` go, with all that only they refer to. Nothing is counted here.
void Log::Impl::forget_below(EventId id) {
    first = id;
    while (!chunks.empty() && (first == end || (first_chunk + 1) * kChunkRows < first)) {
        held -= chunks.front()->bytes();
        rubbish.bytes += chunks.front()->bytes();
        rubbish.chunks.push_back(std::move(chunks.front()));
        chunks.pop_front();
        ++first_chunk;
    }
    forget_slabs_below(id);
    while (!odd.empty() && odd.front().id < id) {
        odd.pop_front();
        held -= sizeof(OddEntry);
    }
    // The newest anchor at or below `id` is the one that holds there.
    while (anchors.size() > 1 && anchors[1].id <= id) {
        anchors.pop_front();
        held -= sizeof(Anchor);
    }
}

/// One behind the newest row of the slab whose rows end first; `end` when there is none.
EventId Log::Impl::end_of_oldest_slab() const {
    EventId oldest = end;
    for (const SlabEntry& entry : slabs)
        if (entry.slab) oldest = std::min(oldest, entry.last + 1);
    return oldest;
}

void Log::Impl::fit_budget() {
    while (held > budget) {
        EventId to = end_of_oldest_slab();
        // Only the slab that is being filled is left: rows without payload are what weighs.
        if (to >= end) to = std::min((first_chunk + 1) * kChunkRows + 1, end - 1);
        if (to <= first) return;
        trimmed += to - first;
        forget_below(to);
    }
}

//--- Log

Log::Log() : impl_(std::make_unique<Impl>()) {}
Log::~Log() = default;

EventId Log::append(wire::Event&& event) {
    assert(event.kind != wire::Kind::status);
    Impl& m = *impl_;
    if (!m.rubbish.empty()) m.rubbish.give_back_one();

    const EventId id = m.end;
    Chunk& chunk = m.chunk_for(id);
    const std::size_t slot = Impl::slot(id);
    const TypeId type = m.type_of(event);
    std::uint8_t flags = 0;

    chunk.mono_ns[slot] = event.mono_ns;
    chunk.size[slot] = event.payload.size;
    chunk.offset[slot] = event.payload.offset;
    const std::uint32_t stream = m.stream_number(event.conn, event.link);
    chunk.stream[slot] = stream;
    chunk.type[slot] = type;
    chunk.kind_dir[slot] = packed(event.kind, event.dir);
    chunk.wire_size[slot] = static_cast<std::uint32_t>(event.wire_size);
    chunk.slab[slot] = 0;
    if (event.payload.present()) {
        flags |= kHasPayload;
        const std::uint32_t number = m.slab_number(std::move(event.payload.slab));
        chunk.slab[slot] = number;
        m.slabs[number - m.first_slab].last = id;
    }
    if (event.frames != 1 || event.wire_size > UINT32_MAX) {
        flags |= kOdd;
        m.odd.push_back({id, event.frames, event.wire_size});
        m.held += sizeof(OddEntry);
    }
    m.count(event, stream, type, id);
    m.note_clock(id, event.wall_ns - event.mono_ns);
    if (event.details) {
        flags |= kHasDetails;
        m.note_url(chunk.stream[slot], *event.details);
        const std::uint64_t bytes = bytes_of(*event.details);
        m.held += bytes;
        chunk.side_bytes += bytes;
        chunk.details.push_back({id, std::move(event.details)});
    }
    chunk.flags[slot] = flags;
    if (m.start_mono_ns == 0) m.start_mono_ns = event.mono_ns;

    m.end = id + 1;
    if (m.held > m.budget) m.fit_budget();
    return id;
}

void Log::set_rtt(EventId id, std::int64_t rtt_ns) {
    Impl& m = *impl_;
    assert(id + 1 == m.end);
    Chunk& chunk = *m.chunks.back();
    chunk.flags[Impl::slot(id)] |= kHasRtt;
    chunk.rtts.push_back({id, rtt_ns});
    chunk.side_bytes += sizeof(RttEntry);
    m.held += sizeof(RttEntry);
}

EventId Log::first() const { return impl_->first; }
EventId Log::end() const { return impl_->end; }

Row Log::row(EventId id) const {
    const Chunk& chunk = impl_->chunk(id);
    const std::size_t slot = Impl::slot(id);
    const Stream& stream = impl_->streams[chunk.stream[slot]];
    Row row;
    row.id = id;
    row.mono_ns = chunk.mono_ns[slot];
    row.size = chunk.size[slot];
    row.conn = stream.conn;
    row.link = stream.link;
    row.type = chunk.type[slot];
    row.kind = kind_of(chunk.kind_dir[slot]);
    row.dir = dir_of(chunk.kind_dir[slot]);
    row.has_payload = (chunk.flags[slot] & kHasPayload) != 0;
    return row;
}

namespace {

/// What is added to the monotonic clock for the wall clock.
std::int64_t clock_offset(const std::deque<Anchor>& anchors, EventId id) {
    if (id >= anchors.back().id) return anchors.back().offset_ns;
    const auto behind = std::upper_bound(anchors.begin(), anchors.end(), id,
                                         [](EventId want, const Anchor& a) { return want < a.id; });
    return std::prev(behind)->offset_ns;
}

/// How it crossed the wire.
void add_wire(wire::EventView& view, const Chunk& chunk, const std::deque<OddEntry>& odd) {
    const auto slot = static_cast<std::size_t>((view.id - 1) % kChunkRows);
    view.wire_size = chunk.wire_size[slot];
    if (!(chunk.flags[slot] & kOdd)) return;
    const OddEntry& entry = *find_entry(odd, view.id);
    view.frames = entry.frames;
    view.wire_size = entry.wire_size;
}

/// What a chunk and its stream tell of a row.
wire::EventView view_in(const Chunk& chunk, EventId id, const std::vector<Stream>& streams) {
    const auto slot = static_cast<std::size_t>((id - 1) % kChunkRows);
    const Stream& stream = streams[chunk.stream[slot]];
    wire::EventView view;
    view.id = id;
    view.mono_ns = chunk.mono_ns[slot];
    view.conn = stream.conn;
    view.link = stream.link;
    view.url = stream.url;
    view.kind = kind_of(chunk.kind_dir[slot]);
    view.dir = dir_of(chunk.kind_dir[slot]);
    if (chunk.flags[slot] & kHasDetails) {
        view.details = find_entry(chunk.details, id)->details.get();
        view.rtt_ns = view.details->rtt_ns;
    }
    if (chunk.flags[slot] & kHasRtt) view.rtt_ns = find_entry(chunk.rtts, id)->ns;
    return view;
}

void add_payload(wire::EventView& view, const Chunk& chunk, const wire::Slab& slab) {
    const auto slot = static_cast<std::size_t>((view.id - 1) % kChunkRows);
    view.has_payload = true;
    view.payload = std::string_view(slab.bytes() + chunk.offset[slot], chunk.size[slot]);
}

} // namespace

wire::EventView Log::view(EventId id) const {
    const Impl& m = *impl_;
    const Chunk& chunk = m.chunk(id);
    const std::size_t slot = Impl::slot(id);
    const std::uint8_t flags = chunk.flags[slot];
    wire::EventView view = view_in(chunk, id, m.streams);
    view.wall_ns = wall_ns(id);
    view.start_mono_ns = m.start_mono_ns;
    add_wire(view, chunk, m.odd);
    if (flags & kHasPayload) add_payload(view, chunk, *m.slab_entry(chunk.slab[slot]).slab.get());
    return view;
}

std::int64_t Log::mono_ns(EventId id) const { return impl_->chunk(id).mono_ns[Impl::slot(id)]; }

std::int64_t Log::wall_ns(EventId id) const {
    return mono_ns(id) + clock_offset(impl_->anchors, id);
}

wire::Kind Log::kind(EventId id) const {
    return kind_of(impl_->chunk(id).kind_dir[Impl::slot(id)]);
}
TypeId Log::type(EventId id) const { return impl_->chunk(id).type[Impl::slot(id)]; }
wire::Dir Log::dir(EventId id) const { return dir_of(impl_->chunk(id).kind_dir[Impl::slot(id)]); }

EventId Log::first_at(std::int64_t mono_ns) const {
    EventId low = first(), high = end();
    while (low < high) {
        const EventId middle = low + (high - low) / 2;
        if (this->mono_ns(middle) < mono_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const std::vector<TypeInfo>& Log::types() const { return impl_->types; }

TypeId Log::other_types() const { return impl_->other_types; }

TypeId Log::type_of(std::string_view name) const {
    const auto at = impl_->type_numbers.find(name);
    return at == impl_->type_numbers.end() ? TypeId{0} : at->second;
}

const LogCounts& Log::counts() const { return impl_->counts; }
std::int64_t Log::start_mono_ns() const { return impl_->start_mono_ns; }

std::uint64_t Log::memory_bytes() const { return impl_->held + impl_->rubbish.bytes; }

void Log::set_budget(std::uint64_t bytes) {
    impl_->budget = bytes;
    impl_->fit_budget();
}

std::uint64_t Log::budget() const { return impl_->budget; }
std::uint64_t Log::trimmed() const { return impl_->trimmed; }

void Log::clear(std::uint64_t trimmed) {
    Impl& m = *impl_;
    m.forget_below(m.end);
    m.counts.kind = {};
    m.counts.dir = {};
    for (ConnectionCount& link : m.counts.links) link.count = 0;
    for (ConnectionCount& conn : m.counts.conns) conn.count = 0;
    for (TypeInfo& type : m.types) {
        type.count = 0;
        type.last = 0;
    }
    m.start_mono_ns = 0;
    m.trimmed = trimmed;
}

bool Log::reclaim(std::int64_t budget_ns) {
    Rubbish& rubbish = impl_->rubbish;
    if (rubbish.empty()) return false;
    const std::int64_t until = base::mono_now_ns() + budget_ns;
    do {
        rubbish.give_back_one();
    } while (!rubbish.empty() && base::mono_now_ns() < until);
    return !rubbish.empty();
}

//--- LogSnapshot

struct LogSnapshot::Impl {
    std::vector<std::shared_ptr<const Chunk>> chunks;
    std::uint64_t first_chunk = 0;
    std::vector<wire::SlabRef> slabs;
    std::uint32_t first_slab = 0;
    std::vector<Stream> streams;
    std::int64_t start_mono_ns = 0;
    std::deque<OddEntry> odd; ///< these two only with all rows
    std::deque<Anchor> anchors;

    const Chunk& chunk(EventId id) const {
        return *chunks[static_cast<std::size_t>((id - 1) / kChunkRows - first_chunk)];
    }
};

LogSnapshot::LogSnapshot() : impl_(std::make_unique<Impl>()) {}
LogSnapshot::~LogSnapshot() = default;

std::shared_ptr<LogSnapshot> Log::rows_until(EventId end) const {
    const Impl& m = *impl_;
    auto made = std::make_shared<LogSnapshot>();
    LogSnapshot::Impl& copy = *made->impl_;
    made->first_ = m.first;
    made->end_ = end;
    copy.first_chunk = m.first_chunk;
    copy.first_slab = m.first_slab;
    copy.start_mono_ns = m.start_mono_ns;
    if (made->first_ == made->end_) return made;
    const std::uint64_t end_chunk = (made->end_ - 2) / kChunkRows + 1;
    copy.chunks.assign(m.chunks.begin(),
                       m.chunks.begin() + static_cast<std::ptrdiff_t>(end_chunk - m.first_chunk));
    copy.slabs.reserve(m.slabs.size());
    for (const SlabEntry& entry : m.slabs) copy.slabs.push_back(entry.slab.one_more());
    copy.streams = m.streams;
    return made;
}

std::shared_ptr<const LogSnapshot> Log::snapshot() const {
    const EventId whole = (end() - 1) / kChunkRows * kChunkRows + 1;
    return rows_until(std::max(first(), whole));
}

std::shared_ptr<const LogSnapshot> Log::take_all(std::uint64_t trimmed) {
    const std::shared_ptr<LogSnapshot> all = rows_until(end());
    all->impl_->odd = impl_->odd;
    all->impl_->anchors = impl_->anchors;
    clear(trimmed);
    return all;
}

wire::EventView LogSnapshot::view(EventId id) const {
    const Chunk& chunk = impl_->chunk(id);
    const auto slot = static_cast<std::size_t>((id - 1) % kChunkRows);
    wire::EventView view = view_in(chunk, id, impl_->streams);
    view.start_mono_ns = impl_->start_mono_ns;
    if (chunk.flags[slot] & kHasPayload)
        add_payload(view, chunk, *impl_->slabs[chunk.slab[slot] - impl_->first_slab].get());
    return view;
}

wire::Event LogSnapshot::event(EventId id) const {
    const Chunk& chunk = impl_->chunk(id);
    const auto slot = static_cast<std::size_t>((id - 1) % kChunkRows);
    wire::EventView view = view_in(chunk, id, impl_->streams);
    add_wire(view, chunk, impl_->odd);
    view.wall_ns = view.mono_ns + clock_offset(impl_->anchors, id);
    wire::SlabWriter none; // there is no payload to copy yet
    wire::Event event = wire::copy_of(view, none);
    if (chunk.flags[slot] & kHasPayload)
        event.payload = {impl_->slabs[chunk.slab[slot] - impl_->first_slab], chunk.offset[slot],
                         chunk.size[slot]};
    return event;
}

std::int64_t LogSnapshot::mono_ns(EventId id) const {
    return impl_->chunk(id).mono_ns[static_cast<std::size_t>((id - 1) % kChunkRows)];
}

TypeId LogSnapshot::type(EventId id) const {
    return impl_->chunk(id).type[static_cast<std::size_t>((id - 1) % kChunkRows)];
}

} // namespace model
