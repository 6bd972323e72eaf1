// Index of this file: what an event is · following the log · looking up · lives.
#include "model/timeline.h"

#include <algorithm>
#include <cassert>
#include <string_view>

#include "base/clock.h"
#include "model/tally.h"
#include "wire/envelope.h"

namespace model {
namespace {

constexpr std::uint8_t kErrorBit = 0x80;
constexpr std::uint8_t kUntypedCode = 26, kSentCode = 27, kLifeCode = 28;
constexpr std::uint8_t kPingInCode = 29, kPingOutCode = 30;
constexpr std::uint8_t kNothing = 31; ///< before the first event that is known

constexpr std::uint64_t kRun = 32; ///< events under one entry of the lowest level
constexpr std::uint64_t kFan = 16;

constexpr std::uint64_t run_size(int level) {
    std::uint64_t size = kRun;
    for (int i = 0; i < level; ++i) size *= kFan;
    return size;
}

Traits traits_of(std::uint8_t code) {
    const std::uint8_t number = code & 0x1F;
    if (number == kNothing) return 0;
    if (number == kPingInCode) return kUntyped | kPing;
    if (number == kPingOutCode) return kSent | kPing;
    const Traits one = Traits{1} << number;
    if ((code & kErrorBit) == 0) return one;
    return one & kReceived ? one | kError | kReceivedError : one | kError;
}

/// Only a closed one tells by its details.
bool error_of(const Log& log, const Row& row) {
    const bool closed = row.kind == wire::Kind::closed;
    return is_error(log, row, closed ? log.view(row.id).details : nullptr);
}

} // namespace

//--- what an event is ----------------------------------------------------------------------------

std::int8_t Timeline::family_of(const std::string& type) {
    const std::string_view word = std::string_view(type).substr(0, type.find('_'));
    for (std::size_t i = 0; i < families_.size(); ++i)
        if (families_[i].word == word) return static_cast<std::int8_t>(i);
    if (families_.size() < kFamilies) families_.push_back({std::string(word), type, 0});
    return static_cast<std::int8_t>(families_.size() - 1);
}

const Timeline::TypeNote& Timeline::note_of(const Log& log, TypeId type) {
    if (type >= types_.size()) types_.resize(log.types().size());
    TypeNote& note = types_[type];
    if (note.family < 0) {
        const std::string& name = log.types()[type].name;
        note.family = family_of(name);
        note.error = is_error_type(name);
        note.auth = name == "auth_challenge" || name == "auth_result";
    }
    return note;
}

std::uint8_t Timeline::code_of(const Log& log, const Row& row) {
    if (!wire::is_frame(row.kind)) {
        return error_of(log, row) ? kLifeCode | kErrorBit : kLifeCode;
    }
    const bool ours = row.dir == wire::Dir::out;
    if (row.kind == wire::Kind::ping || row.kind == wire::Kind::pong)
        return ours ? kPingOutCode : kPingInCode;
    if (ours) return kSentCode;
    if (row.type == 0) return kUntypedCode;
    const TypeNote& note = note_of(log, row.type);
    families_[static_cast<std::size_t>(note.family)].count += 1;
    const auto code = static_cast<std::uint8_t>(note.family);
    return note.error ? code | kErrorBit : code;
}

//--- following the log ---------------------------------------------------------------------------

/// `ends`: the ordinal behind what is added.
void Timeline::raise(int level, Traits traits, std::uint64_t ends) {
    Level& here = levels_[static_cast<std::size_t>(level)];
    here.open |= traits;
    if (ends % run_size(level) != 0) return;
    here.runs.push_back(here.open);
    if (level + 1 < kLevels) raise(level + 1, here.open, ends);
    here.open = 0;
}

void Timeline::add(const Log& log, EventId id) {
    const Row row = log.row(id);
    if ((id - 1) % kRun == 0) marks_.push_back(sum_);
    const std::uint8_t code = code_of(log, row);
    codes_.push_back(code);
    const Traits traits = traits_of(code);
    raise(0, traits, id);
    end_ = id + 1;
    if (traits & kSent) {
        sum_.sent += 1;
        sum_.sent_bytes += row.size;
    } else if (traits & kReceived) {
        sum_.received += 1;
        sum_.received_bytes += row.size;
    }
    if (!wire::is_frame(row.kind)) {
        note_life(row);
    } else if (row.type != 0 && row.dir == wire::Dir::in && types_[row.type].auth) {
        note_auth(log, row);
    }
}

/// Nothing is known before `id`.
void Timeline::begin_at(EventId id) {
    first_ = end_ = id;
    base_ = (id - 1) / kRun * kRun;
    codes_.assign(static_cast<std::size_t>(id - 1 - base_), kNothing);
    marks_.clear();
    if ((id - 1) % kRun != 0) marks_.push_back(sum_);
    for (int i = 0; i < kLevels; ++i) {
        Level& level = levels_[static_cast<std::size_t>(i)];
        level.runs.clear();
        level.open = 0;
        level.first = base_ / run_size(i);
    }
}

void Timeline::forget_below(EventId id) {
    if (id >= end_) {
        begin_at(id);
        return;
    }
    first_ = id;
    while (base_ + kRun <= first_ - 1) {
        codes_.erase(codes_.begin(), codes_.begin() + kRun);
        marks_.pop_front();
        base_ += kRun;
    }
    for (int i = 0; i < kLevels; ++i) {
        Level& level = levels_[static_cast<std::size_t>(i)];
        while (!level.runs.empty() && (level.first + 1) * run_size(i) <= first_ - 1) {
            level.runs.pop_front();
            ++level.first;
        }
    }
}

bool Timeline::update(const Log& log, std::int64_t budget_ns) {
    constexpr int kPiece = 512; // between two looks at the clock
    if (log.first() > first_) {
        forget_below(log.first());
        const std::int64_t oldest = log.size() == 0 ? INT64_MAX : log.mono_ns(log.first());
        for (std::deque<LifeSpan>& spans : lives_)
            while (spans.size() > 1 && spans[1].from_ns <= oldest) spans.pop_front();
    }
    const std::int64_t until = base::mono_now_ns() + budget_ns;
    while (end_ < log.end()) {
        for (int i = 0; i < kPiece && end_ < log.end(); ++i) add(log, end_);
        if (base::mono_now_ns() >= until) break;
    }
    return end_ == log.end();
}

//--- looking up ----------------------------------------------------------------------------------

Traits Timeline::traits_at(std::uint64_t ordinal) const {
    return traits_of(codes_[static_cast<std::size_t>(ordinal - base_)]);
}

Traits Timeline::traits(EventId from, EventId to) const {
    std::uint64_t at = std::max(from, first_) - 1;
    const std::uint64_t end = std::min(to, end_) - 1;
    Traits all = 0;
    while (at < end) {
        int level = -1;
        while (level + 1 < kLevels && at % run_size(level + 1) == 0 &&
               at + run_size(level + 1) <= end) {
            ++level;
        }
        if (level < 0) {
            all |= traits_at(at);
            at += 1;
        } else {
            const Level& here = levels_[static_cast<std::size_t>(level)];
            all |= here.runs[static_cast<std::size_t>(at / run_size(level) - here.first)];
            at += run_size(level);
        }
    }
    return all;
}

/// Steps over the largest runs that have none of `wanted`.
EventId Timeline::next(EventId id, Traits wanted) const {
    std::uint64_t at = std::max(id + 1, first_) - 1;
    const std::uint64_t end = end_ - 1;
    while (at < end) {
        std::uint64_t step = 0;
        for (int i = 0; i < kLevels; ++i) {
            const std::uint64_t size = run_size(i);
            if (at % size != 0 || at + size > end) break;
            const Level& level = levels_[static_cast<std::size_t>(i)];
            if (level.runs[static_cast<std::size_t>(at / size - level.first)] & wanted) break;
            step = size;
        }
        if (step == 0 && (traits_at(at) & wanted)) return at + 1;
        at += std::max<std::uint64_t>(step, 1);
    }
    return 0;
}

EventId Timeline::previous(EventId id, Traits wanted) const {
    std::uint64_t end = std::min(id, end_) - 1; // ordinals below it are looked at
    const std::uint64_t first = first_ - 1;
    while (end > first && end != UINT64_MAX) {
        std::uint64_t step = 0;
        for (int i = 0; i < kLevels; ++i) {
            const std::uint64_t size = run_size(i);
            if (end % size != 0 || end < first + size) break;
            const Level& level = levels_[static_cast<std::size_t>(i)];
            if (level.runs[static_cast<std::size_t>(end / size - 1 - level.first)] & wanted) break;
            step = size;
        }
        if (step == 0 && (traits_at(end - 1) & wanted)) return end;
        end -= std::max<std::uint64_t>(step, 1);
    }
    return 0;
}

/// The rows one by one; they must be in the log.
Amount Timeline::amount_of(const Log& log, EventId from, EventId to) const {
    Amount amount;
    for (EventId id = from; id < to; ++id) {
        const Traits traits = traits_at(id - 1);
        if (traits & kReceived) {
            amount.received += 1;
            amount.received_bytes += log.row(id).size;
        } else if (traits & kSent) {
            amount.sent += 1;
            amount.sent_bytes += log.row(id).size;
        }
    }
    return amount;
}

Amount Timeline::before(const Log& log, EventId id) const {
    id = std::clamp(id, first_, end_);
    if (id == end_) return sum_;
    const std::uint64_t run = (id - 1) / kRun;
    const auto mark = static_cast<std::size_t>(run - base_ / kRun);
    const EventId begins = run * kRun + 1;
    if (begins >= first_) {
        Amount at = marks_[mark];
        const Amount more = amount_of(log, begins, id);
        at.received += more.received;
        at.received_bytes += more.received_bytes;
        at.sent += more.sent;
        at.sent_bytes += more.sent_bytes;
        return at;
    }
    // The run's first events are forgotten: from its end back.
    const EventId ends = std::min(begins + kRun, end_);
    Amount at = ends == end_ ? sum_ : marks_[mark + 1];
    const Amount less = amount_of(log, id, ends);
    at.received -= less.received;
    at.received_bytes -= less.received_bytes;
    at.sent -= less.sent;
    at.sent_bytes -= less.sent_bytes;
    return at;
}

int Timeline::rarest(Traits traits) const {
    int found = -1;
    for (int i = 0; i < family_count(); ++i) {
        if ((traits >> i & 1) == 0) continue;
        if (found < 0 || families_[static_cast<std::size_t>(i)].count <
                             families_[static_cast<std::size_t>(found)].count)
            found = i;
    }
    return found;
}

std::uint64_t Timeline::memory_bytes() const {
    std::uint64_t bytes = codes_.size() + marks_.size() * sizeof(Amount);
    for (const Level& level : levels_) bytes += level.runs.size() * sizeof(Traits);
    for (const std::deque<LifeSpan>& spans : lives_) bytes += spans.size() * sizeof(LifeSpan);
    return bytes;
}

//--- lives ---------------------------------------------------------------------------------------

void Timeline::set_life(std::uint32_t link, std::int64_t mono_ns, Life life) {
    if (link == 0) return;
    if (link > lives_.size()) lives_.resize(link);
    std::deque<LifeSpan>& spans = lives_[link - 1];
    if (!spans.empty() && spans.back().life == life) return;
    spans.push_back({mono_ns, life});
}

void Timeline::note_life(const Row& row) {
    switch (row.kind) {
    case wire::Kind::connecting: set_life(row.link, row.mono_ns, Life::connecting); break;
    case wire::Kind::open: set_life(row.link, row.mono_ns, Life::open); break;
    case wire::Kind::closed:
    case wire::Kind::failed: set_life(row.link, row.mono_ns, Life::closed); break;
    case wire::Kind::retry: set_life(row.link, row.mono_ns, Life::waiting); break;
    default: break;
    }
}

void Timeline::note_auth(const Log& log, const Row& row) {
    const std::string_view payload = log.view(row.id).payload;
    const wire::AuthFrame frame = wire::read_auth_frame(payload, wire::read_envelope(payload));
    using Is = wire::AuthFrame::Is;
    if (frame.is == Is::challenge || frame.is == Is::refused)
        set_life(row.link, row.mono_ns, Life::unauthenticated);
    if (frame.is == Is::accepted) set_life(row.link, row.mono_ns, Life::open);
}

} // namespace model
