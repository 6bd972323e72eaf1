#include "model/json_diff.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "model/json_tree.h"
#include "wire/json_text.h"

namespace model {
namespace {

constexpr std::uint32_t kNone = ~0u;

/// Walks two trees side by side. What is below a pair is put on a stack, so that depth costs no
/// calls.
class Comparison {
public:
    Comparison(const JsonTree& was, const JsonTree& now) : was_(was), now_(now) {}

    JsonDifference run() {
        if (!was_.nodes.empty() || !now_.nodes.empty())
            pairs_.push_back({was_.nodes.empty() ? kNone : 0, now_.nodes.empty() ? kNone : 0});
        while (!pairs_.empty()) {
            const Pair pair = pairs_.back();
            pairs_.pop_back();
            compare(pair);
        }
        out_.capped = out_.capped || was_.capped || now_.capped;
        return std::move(out_);
    }

private:
    struct Pair {
        std::uint32_t was = kNone, now = kNone;
    };

    void compare(const Pair& pair) {
        if (pair.was == kNone || pair.now == kNone) {
            note(pair);
            return;
        }
        const JsonNode& was = was_.nodes[pair.was];
        const JsonNode& now = now_.nodes[pair.now];
        if (was.kind != now.kind) {
            note(pair);
        } else if (was.holds()) {
            was.kind == JsonKind::object ? match_members(pair) : match_items(pair);
        } else if (same_value(was, now)) {
            ++out_.equal;
        } else {
            note(pair);
        }
    }

    bool same_value(const JsonNode& was, const JsonNode& now) const {
        const std::string_view a = was_.value_raw(was), b = now_.value_raw(now);
        if (a == b) return true;
        if (was.kind == JsonKind::string) return wire::unescaped_json(a) == wire::unescaped_json(b);
        if (was.kind != JsonKind::number) return false;
        // Whole numbers beyond 2^53 are not the same because a double cannot tell them apart.
        const bool whole = a.find_first_of(".eE") == std::string_view::npos &&
                           b.find_first_of(".eE") == std::string_view::npos;
        return !whole && json_number(a) == json_number(b);
    }

    /// The pairs of one object or list, in order; put on the stack so that the first is taken next.
    void push(std::vector<Pair>& below) {
        pairs_.insert(pairs_.end(), below.rbegin(), below.rend());
    }

    void match_items(const Pair& pair) {
        std::vector<Pair> below;
        std::uint32_t a = pair.was + 1, b = pair.now + 1;
        const std::uint32_t a_end = was_.nodes[pair.was].end, b_end = now_.nodes[pair.now].end;
        while (a < a_end || b < b_end) {
            below.push_back({a < a_end ? a : kNone, b < b_end ? b : kNone});
            if (a < a_end) a = was_.nodes[a].end;
            if (b < b_end) b = now_.nodes[b].end;
        }
        push(below);
    }

    /// Removed members stand behind the one that was before them.
    void match_members(const Pair& pair) {
        std::unordered_map<std::string, std::vector<std::uint32_t>> by_name;
        const std::uint32_t a_end = was_.nodes[pair.was].end, b_end = now_.nodes[pair.now].end;
        for (std::uint32_t b = pair.now + 1; b < b_end; b = now_.nodes[b].end)
            by_name[now_.key(now_.nodes[b])].push_back(b);
        std::unordered_map<std::uint32_t, std::uint32_t> partner; // of nodes of `now`
        std::unordered_map<std::string, std::size_t> taken;
        std::vector<std::pair<std::uint32_t, std::uint32_t>> removed; // behind which, what
        std::uint32_t last = kNone;
        for (std::uint32_t a = pair.was + 1; a < a_end; a = was_.nodes[a].end) {
            const std::string name = was_.key(was_.nodes[a]);
            const auto found = by_name.find(name);
            const std::size_t which = taken[name]++;
            if (found != by_name.end() && which < found->second.size()) {
                last = found->second[which];
                partner[last] = a;
            } else {
                removed.emplace_back(last, a);
            }
        }
        std::vector<Pair> below;
        const auto add_removed = [&](std::uint32_t behind) {
            for (const auto& [after, node] : removed)
                if (after == behind) below.push_back({node, kNone});
        };
        if (!removed.empty()) add_removed(kNone);
        for (std::uint32_t b = pair.now + 1; b < b_end; b = now_.nodes[b].end) {
            const auto found = partner.find(b);
            below.push_back({found == partner.end() ? kNone : found->second, b});
            if (!removed.empty() && removed.size() < 1000) add_removed(b);
        }
        if (removed.size() >= 1000) // many: their places do not matter, their number does
            for (const auto& [after, node] : removed)
                if (after != kNone) below.push_back({node, kNone});
        push(below);
    }

    void note(const Pair& pair) {
        using Is = JsonChange::Is;
        JsonChange change;
        change.is = pair.was == kNone ? Is::added : pair.now == kNone ? Is::removed : Is::changed;
        std::size_t& count = change.is == Is::added     ? out_.added
                             : change.is == Is::removed ? out_.removed
                                                        : out_.changed;
        ++count;
        if (out_.changes.size() >= kMostChanges) {
            out_.capped = true;
            return;
        }
        change.path = pair.now != kNone ? now_.path(pair.now) : was_.path(pair.was);
        if (pair.was != kNone) {
            change.was = was_.value_raw(was_.nodes[pair.was]);
            change.was_kind = was_.nodes[pair.was].kind;
        }
        if (pair.now != kNone) {
            change.now = now_.value_raw(now_.nodes[pair.now]);
            change.is_kind = now_.nodes[pair.now].kind;
        }
        change.numbers = change.was_kind == JsonKind::number && change.is_kind == JsonKind::number;
        if (change.numbers) change.by = json_number(change.now) - json_number(change.was);
        out_.changes.push_back(std::move(change));
    }

    const JsonTree& was_;
    const JsonTree& now_;
    std::vector<Pair> pairs_;
    JsonDifference out_;
};

} // namespace

JsonDifference json_difference(std::string_view was, std::string_view now) {
    const JsonTree before = json_tree(was), after = json_tree(now);
    return Comparison(before, after).run();
}

} // namespace model
