#include "model/path_book.h"

#include <algorithm>
#include <utility>

#include "model/filter_help.h"
#include "wire/json_text.h"

namespace model {
namespace {

constexpr std::size_t kMostExample = 60;

JsonKind kind_of(std::string_view raw) {
    if (raw.empty()) return JsonKind::none;
    switch (raw[0]) {
    case '{': return JsonKind::object;
    case '[': return JsonKind::list;
    case '"': return JsonKind::string;
    case 't':
    case 'f': return JsonKind::boolean;
    case 'n': return JsonKind::null;
    default: return JsonKind::number;
    }
}

bool holds_others(JsonKind kind) { return kind == JsonKind::object || kind == JsonKind::list; }

/// An object or list that is still to be gone through.
struct Open {
    JsonPath path;
    std::string_view raw;
};

} // namespace

void PathBook::add(KnownPath path) {
    const auto at = std::lower_bound(
        paths_.begin(), paths_.end(), path.text,
        [](const KnownPath& known, const std::string& text) { return known.text < text; });
    if (at != paths_.end() && at->text == path.text) {
        if (at->kind == JsonKind::null) *at = std::move(path); // now it is known what it can be
    } else if (paths_.size() < kMostPaths) {
        paths_.insert(at, std::move(path));
    }
}

/// Level by level, so that what stands near the root is known before the bound is reached. Of a
/// list only its first item: the others look the same.
void PathBook::take(const Log& log, TypeId type) {
    const std::string_view payload = log.view(log.types()[type].last).payload.substr(0, kMostBytes);
    std::vector<Open> open{{{}, payload}};
    std::size_t taken = 0;
    for (std::size_t i = 0; i < open.size() && taken < kMostOfOne; ++i) {
        const Open now = open[i];
        const bool list = kind_of(now.raw) == JsonKind::list;
        wire::JsonMembers members(now.raw);
        for (wire::JsonMember member; taken < kMostOfOne && members.next(&member);) {
            JsonPath path = now.path;
            path.push_back(list ? JsonStep{{}, 0, true}
                                : JsonStep{wire::unescaped_json(member.key_raw), 0, false});
            const JsonKind kind = kind_of(member.value_raw);
            const bool example = !holds_others(kind) && member.value_raw.size() <= kMostExample;
            add({filter_path(path), kind, std::string(example ? member.value_raw : ""), type});
            ++taken;
            const bool deeper = holds_others(kind) && path.size() < std::size_t{kMostDeep};
            if (deeper) open.push_back({std::move(path), member.value_raw});
            if (list) break;
        }
    }
}

bool PathBook::look(const Log& log, int most_types) {
    const std::vector<TypeInfo>& types = log.types();
    seen_.resize(types.size());
    for (std::size_t gone = 0; gone + 1 < types.size(); ++gone, ++next_) {
        if (next_ >= types.size()) next_ = 1;
        const EventId last = types[next_].last;
        if (last == seen_[next_] || !log.contains(last)) continue;
        if (most_types-- == 0) return false;
        seen_[next_] = last;
        take(log, static_cast<TypeId>(next_));
    }
    return true;
}

} // namespace model
