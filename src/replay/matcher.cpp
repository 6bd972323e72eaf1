#include "replay/matcher.h"

#include <algorithm>

#include "wire/catalogue.h"

namespace replay {
namespace {

using wire::Verdict;

std::string key_of(std::string_view name, const std::string& value) {
    std::string key(name);
    key += '\0';
    return key += value;
}

/// Worth replacing wherever it stands, not only under the name of an id: nobody writes it by
/// chance. `value` as id_value() gives it.
bool distinct(const std::string& value) {
    return value.size() > 8 && value.front() == '"' && value.find(' ') == std::string::npos;
}

/// A longest run of rising numbers within `values`, as a mark for each value.
std::vector<bool> rising(const std::vector<std::uint64_t>& values) {
    std::vector<std::size_t> tails, before(values.size(), values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto place =
            std::lower_bound(tails.begin(), tails.end(), values[i],
                             [&](std::size_t at, std::uint64_t v) { return values[at] < v; });
        if (place != tails.begin()) before[i] = *(place - 1);
        if (place == tails.end())
            tails.push_back(i);
        else
            *place = i;
    }
    std::vector<bool> kept(values.size());
    for (std::size_t i = tails.empty() ? values.size() : tails.back(); i != values.size();
         i = before[i])
        kept[i] = true;
    return kept;
}

} // namespace

bool expected_at_all(const Body& body) {
    for (const char* type : {"auth_challenge", "auth_result", "replay", "duplicate_message"})
        if (body.type == type) return false;
    const wire::MessageType* const known = wire::find_event(body.type);
    return !known || !known->by_clock;
}

Matcher::Matcher(Rules rules, std::vector<wire::ReplayExpectation>* expectations)
    : rules_(std::move(rules)), rows_(*expectations) {}

//--- expectations

void Matcher::expect(wire::ReplayExpectation row, std::string payload, bool binary) {
    const auto index = static_cast<std::uint32_t>(rows_.size());
    Expected expected;
    const Body body = body_of(payload, binary);
    row.type = body.type;
    expected.binary = binary;
    expected.bucket = fingerprint(body, rules_);
    note_ids(body, index);
    Bucket& bucket = buckets_[expected.bucket];
    expected.before = bucket.last;
    if (bucket.last == kNone)
        bucket.first = index;
    else
        expected_[bucket.last].after = index;
    bucket.last = index;
    expected.payload = std::move(payload);
    expected_.push_back(std::move(expected));
    rows_.push_back(std::move(row));
}

void Matcher::note_ids(const Body& body, std::uint32_t index) {
    for (const JsonNode& node : body.nodes) {
        if (!node.has_key || (node.kind != JsonKind::string && node.kind != JsonKind::number))
            continue;
        const std::string name = text_of(node.key(body.payload));
        if (!id_name(name)) continue;
        const std::string value = id_value(node.raw(body.payload));
        ids_.try_emplace(key_of(name, value), RecordedId{index, name});
        if (distinct(value) && body.type != "llm_token") names_of_ids_.try_emplace(value, name);
    }
}

void Matcher::open(std::size_t end) { opened_ = std::max(opened_, std::min(end, rows_.size())); }

std::size_t Matcher::open_count(std::size_t first, std::size_t end) const {
    return static_cast<std::size_t>(
        std::count_if(rows_.begin() + static_cast<std::ptrdiff_t>(first),
                      rows_.begin() + static_cast<std::ptrdiff_t>(end),
                      [](const auto& row) { return row.verdict == Verdict::open; }));
}

void Matcher::unlink(std::uint32_t index) {
    Expected& expected = expected_[index];
    Bucket& bucket = buckets_[expected.bucket];
    (expected.before == kNone ? bucket.first : expected_[expected.before].after) = expected.after;
    (expected.after == kNone ? bucket.last : expected_[expected.after].before) = expected.before;
    expected.payload = {};
}

//--- messages

std::optional<std::size_t> Matcher::see(const Incoming& message, const Body& body) {
    const std::uint64_t order = ++order_;
    const auto bucket = buckets_.find(fingerprint(body, rules_, &renames_));
    if (bucket != buckets_.end()) {
        int compared = 0;
        for (std::uint32_t i = bucket->second.first; i != kNone && i < opened_;
             i = expected_[i].after) {
            if (++compared > kMostCompared) break;
            ++compared_;
            const Body expected = body_of(expected_[i].payload, expected_[i].binary);
            Renames more;
            if (!agree(expected, body, rules_, renames_, &more)) continue;
            renames_.learn_all(more);
            meet(i, message, order);
            return i;
        }
    }
    keep(message, body, order);
    return std::nullopt;
}

void Matcher::meet(std::uint32_t index, const Incoming& message, std::uint64_t order) {
    wire::ReplayExpectation& row = rows_[index];
    row.verdict = Verdict::met;
    row.got_event = message.event;
    row.got_mono_ns = message.mono_ns;
    expected_[index].got_order = order;
    unlink(index);
}

void Matcher::keep(const Incoming& message, const Body& body, std::uint64_t order) {
    if (kept_bytes_ + message.payload.size() > kMostKept) {
        ++uncounted_extras_;
        return;
    }
    kept_bytes_ += message.payload.size();
    types_[body.type].leftovers.push_back({message.event, message.mono_ns,
                                           std::string(message.payload), message.binary, false,
                                           opened_, order});
}

/// The first of its type that nobody took and that came while this one was open.
const Matcher::Leftover* Matcher::leftover_for(std::uint32_t index) const {
    const auto found = types_.find(rows_[index].type);
    if (found == types_.end()) return nullptr;
    const Type& type = found->second;
    for (std::size_t i = type.first; i < type.leftovers.size(); ++i)
        if (!type.leftovers[i].taken && type.leftovers[i].opened > index) return &type.leftovers[i];
    return nullptr;
}

/// The same, taken. Asked in the order of the expectations: what came before one was open is of no
/// use to those behind it.
Matcher::Leftover* Matcher::take_leftover(std::uint32_t index) {
    const auto found = types_.find(rows_[index].type);
    if (found == types_.end()) return nullptr;
    Type& type = found->second;
    const std::size_t size = type.leftovers.size();
    while (type.first < size && type.leftovers[type.first].opened <= index) ++type.first;
    if (type.first == size) return nullptr;
    type.leftovers[type.first].taken = true;
    return &type.leftovers[type.first++];
}

//--- decisions

void Matcher::decide(std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i)
        if (rows_[i].verdict == Verdict::open) decide_one(static_cast<std::uint32_t>(i));
}

void Matcher::decide_one(std::uint32_t index) {
    wire::ReplayExpectation& row = rows_[index];
    row.verdict = Verdict::missing;
    if (const Leftover* const leftover = take_leftover(index)) {
        const Body expected = body_of(expected_[index].payload, expected_[index].binary);
        const Body got = body_of(leftover->payload, leftover->binary);
        Differences found = differences(expected, got, rules_, renames_);
        // None differs only beyond kMostCompared.
        row.verdict = found.first.empty() ? Verdict::met : Verdict::different;
        row.got_event = leftover->event;
        row.got_mono_ns = leftover->mono_ns;
        row.differences = std::move(found.first);
        row.more_differences = found.more;
        expected_[index].got_order = leftover->order;
        renames_.learn_all(found.ids);
    }
    unlink(index);
}

void Matcher::decide_order(std::size_t first, std::size_t end) {
    std::vector<std::size_t> met;
    std::vector<std::uint64_t> orders;
    for (std::size_t i = first; i < end; ++i) {
        if (rows_[i].verdict != Verdict::met) continue;
        met.push_back(i);
        orders.push_back(expected_[i].got_order);
    }
    const std::vector<bool> kept = rising(orders);
    std::size_t before = met.size(); ///< the last that stands at its place
    for (std::size_t i = 0; i < met.size(); ++i) {
        if (kept[i]) {
            before = i;
            continue;
        }
        const bool early = before != met.size() && orders[i] < orders[before];
        std::size_t other = before;
        if (!early) // it came behind one that stands after it
            for (other = i + 1; !kept[other];) ++other;
        const wire::ReplayExpectation& neighbour = rows_[met[other]];
        const std::string name = (neighbour.type.empty() ? "the message" : neighbour.type) +
                                 " of event " + std::to_string(neighbour.event);
        wire::ReplayExpectation& row = rows_[met[i]];
        row.verdict = Verdict::different;
        row.differences.push_back({wire::ReplayDifference::Is::changed, "(order)",
                                   (early ? "after " : "before ") + name,
                                   early ? "before it" : "after it"});
    }
}

void Matcher::skip(std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) {
        if (rows_[i].verdict != Verdict::open) continue;
        rows_[i].verdict = Verdict::skipped;
        unlink(static_cast<std::uint32_t>(i));
    }
}

std::vector<wire::ReplayExtra> Matcher::take_extras() {
    std::vector<wire::ReplayExtra> extras;
    for (auto& [type, held] : types_) {
        for (const Leftover& leftover : held.leftovers)
            if (!leftover.taken) extras.push_back({leftover.event, type, 0});
        held = {};
    }
    kept_bytes_ = 0;
    std::sort(extras.begin(), extras.end(),
              [](const auto& a, const auto& b) { return a.event < b.event; });
    return extras;
}

//--- ids

bool Matcher::recorded_id(std::string_view name, const std::string& old_value) const {
    return ids_.count(key_of(name, old_value)) != 0;
}

std::string Matcher::name_of_recorded_id(const std::string& old_value) const {
    const auto found = names_of_ids_.find(old_value);
    return found == names_of_ids_.end() ? std::string() : found->second;
}

void Matcher::look_for_id(std::string_view name, const std::string& old_value) {
    const auto found = ids_.find(key_of(name, old_value));
    if (found == ids_.end() || rows_[found->second.expectation].verdict != Verdict::open) return;
    const std::uint32_t index = found->second.expectation;
    if (index >= opened_) return;
    if (const Leftover* const leftover = leftover_for(index)) {
        const Body expected = body_of(expected_[index].payload, expected_[index].binary);
        const Body got = body_of(leftover->payload, leftover->binary);
        renames_.learn_all(differences(expected, got, rules_, renames_).ids);
    }
}

} // namespace replay
