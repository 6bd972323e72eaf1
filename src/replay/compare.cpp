#include "replay/compare.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "wire/catalogue.h"

namespace replay {
namespace {

using wire::FieldClass;
using Is = wire::ReplayDifference::Is;

/// Longer paths and names are in no catalogue: their class follows from the last name alone.
constexpr std::size_t kLongestCataloguedPath = 256;

FieldClass class_of(std::string_view type, std::string_view path, std::string_view last_name) {
    if (path.size() <= kLongestCataloguedPath) return wire::field_class(type, path);
    if (last_name.empty() || last_name.size() > kLongestCataloguedPath) return FieldClass::fixed;
    constexpr std::string_view kEchoed = "data.message_data.";
    const bool echoed = path.substr(0, kEchoed.size()) == kEchoed;
    return wire::field_class(type,
                             (echoed ? "data.message_data.x." : "x.") + std::string(last_name));
}

/// A place in a message while it is walked through: its steps and their text.
class Place {
public:
    void enter(const PathStep& step) {
        sizes_.push_back(text_.size());
        append_step(text_, step);
        steps_.push_back(step);
    }
    void leave() {
        text_.resize(sizes_.back());
        sizes_.pop_back();
        steps_.pop_back();
    }
    const std::string& text() const { return text_; }
    const std::vector<PathStep>& steps() const { return steps_; }
    std::string_view last_name() const {
        return steps_.empty() ? std::string_view() : std::string_view(steps_.back().name);
    }

private:
    std::string text_;
    std::vector<PathStep> steps_;
    std::vector<std::size_t> sizes_;
};

PathStep step_to(const Body& body, const JsonNode& node, std::size_t item) {
    if (node.has_key) return {PathStep::Is::name, text_of(node.key(body.payload)), 0};
    return {PathStep::Is::item, {}, item};
}

bool container(JsonKind kind) { return kind == JsonKind::object || kind == JsonKind::list; }

//--- how values are shown

/// The part of `text` that is worth showing: its beginning, or what stands around `at` when that
/// lies further behind. Cut at whole code points.
std::string excerpt(std::string_view text, std::size_t at) {
    if (text.size() <= kMostValueBytes) return std::string(text);
    constexpr std::size_t kBefore = 40;
    std::size_t begin = at > kMostValueBytes - kBefore ? at - kBefore : 0;
    std::size_t end = std::min(text.size(), begin + kMostValueBytes);
    const auto inside = [&](std::size_t i) {
        return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
    };
    while (begin > 0 && inside(begin)) --begin;
    while (end < text.size() && inside(end)) --end;
    return (begin > 0 ? "…" : "") + std::string(text.substr(begin, end - begin)) +
           (end < text.size() ? "…" : "");
}

std::size_t first_difference(std::string_view a, std::string_view b) {
    const std::size_t size = std::min(a.size(), b.size());
    return static_cast<std::size_t>(
        std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(size), b.begin()).first -
        a.begin());
}

/// A whole payload that is no JSON: as text where it is, else where it differs, in hex.
std::string payload_excerpt(std::string_view payload, std::size_t at) {
    if (base::utf8_valid(payload)) return excerpt(payload, at);
    constexpr std::size_t kShown = 16;
    const std::string hex =
        base::hex_from_bytes(payload.substr(std::min(at, payload.size()), kShown));
    return base::size_text(payload.size()) + ", from byte " + std::to_string(at) + ": " + hex;
}

//--- comparing

class Comparer {
public:
    /// Without `out` it stops at the first difference.
    Comparer(const Body& expected, const Body& got, const Rules& rules, const Renames& renames,
             Differences* out)
        : expected_(expected), got_(got), rules_(rules), renames_(renames), out_(out) {}

    bool run() {
        if (rules_.ignores(expected_.type, place_.steps())) return true;
        if (expected_.binary != got_.binary)
            differ(Is::changed, expected_.binary ? "a binary message" : "a text message",
                   got_.binary ? "a binary message" : "a text message");
        if (done()) return false;
        if (expected_.json && got_.json)
            values(0, 0);
        else if (expected_.payload != got_.payload)
            differ_as_bytes();
        return agrees_;
    }
    Renames& ids() { return ids_; }

private:
    using Index = std::uint32_t;

    /// Further differences need not be looked for.
    bool done() const { return !agrees_ && (!out_ || out_->more >= kMostCounted); }

    void differ(Is is, std::string expected, std::string got) {
        agrees_ = false;
        if (!out_) return;
        if (out_->first.size() < kMostDifferences)
            out_->first.push_back({is, place_.text(), std::move(expected), std::move(got)});
        else
            ++out_->more;
    }

    void differ_as_bytes() {
        const std::size_t at = first_difference(expected_.payload, got_.payload);
        differ(Is::changed, payload_excerpt(expected_.payload, at),
               payload_excerpt(got_.payload, at));
    }

    void changed(std::string_view expected, std::string_view got) {
        agrees_ = false;
        if (!out_) return;
        const std::size_t at = first_difference(expected, got);
        differ(Is::changed, excerpt(expected, at), excerpt(got, at));
    }

    void one_sided(Is is, const Body& body, Index node, std::size_t item) {
        place_.enter(step_to(body, body.nodes[node], item));
        if (!rules_.ignores(expected_.type, place_.steps())) {
            agrees_ = false;
            if (out_) {
                std::string raw = excerpt(body.nodes[node].raw(body.payload), 0);
                const bool added = is == Is::added;
                differ(is, added ? std::string() : raw, added ? raw : std::string());
            }
        }
        place_.leave();
    }

    void values(Index e, Index g) {
        const JsonNode& expected = expected_.nodes[e];
        const JsonNode& got = got_.nodes[g];
        const std::string_view raw = expected.raw(expected_.payload);
        const std::string_view got_raw = got.raw(got_.payload);
        if (expected.kind != got.kind) return changed(raw, got_raw);
        switch (class_of(expected_.type, place_.text(), place_.last_name())) {
        case FieldClass::clock:
        case FieldClass::measured:
        case FieldClass::counter: return; // the kind is all that is compared
        case FieldClass::id:
            if (expected.kind == JsonKind::string || expected.kind == JsonKind::number)
                return ids_agree(raw, got_raw);
            break;
        case FieldClass::fixed: break;
        }
        switch (expected.kind) {
        case JsonKind::object: return objects(e, g);
        case JsonKind::list: return lists(e, g);
        case JsonKind::string:
            if (!same_text(without_quotes(raw), without_quotes(got_raw)) &&
                !(renames_.any_sent() && renames_.was_sent_for(id_value(raw), id_value(got_raw))))
                changed(raw, got_raw);
            return;
        case JsonKind::number:
            if (!numbers_agree(raw, got_raw, rules_.tolerance)) changed(raw, got_raw);
            return;
        case JsonKind::boolean:
            if (raw != got_raw) changed(raw, got_raw);
            return;
        case JsonKind::null: return;
        }
    }

    void ids_agree(std::string_view raw, std::string_view got_raw) {
        const std::string_view name = place_.last_name();
        const std::string old_value = id_value(raw), new_value = id_value(got_raw);
        if (renames_.fits(name, old_value, new_value) && ids_.fits(name, old_value, new_value)) {
            ids_.learn(name, old_value, new_value);
            return;
        }
        if (!out_) {
            agrees_ = false;
            return;
        }
        const std::string* known = renames_.new_value(name, old_value);
        if (!known) known = ids_.new_value(name, old_value);
        std::string expected = excerpt(raw, 0);
        if (known) expected = excerpt(raw_of_id(*known), 0) + ", which is new for " + expected;
        differ(Is::changed, expected,
               excerpt(got_raw, 0) + (known ? "" : ", which is new for another id"));
    }

    void pair(const PathStep& step, Index e, Index g) {
        place_.enter(step);
        if (!rules_.ignores(expected_.type, place_.steps())) values(e, g);
        place_.leave();
    }

    void lists(Index e_list, Index g_list) {
        const Index e_end = expected_.nodes[e_list].end, g_end = got_.nodes[g_list].end;
        Index e = e_list + 1, g = g_list + 1;
        for (std::size_t item = 0; (e < e_end || g < g_end) && !done(); ++item) {
            if (e < e_end && g < g_end)
                pair({PathStep::Is::item, {}, item}, e, g);
            else if (e < e_end)
                one_sided(Is::removed, expected_, e, item);
            else
                one_sided(Is::added, got_, g, item);
            if (e < e_end) e = expected_.nodes[e].end;
            if (g < g_end) g = got_.nodes[g].end;
        }
    }

    /// Members by name, whatever their order; of a repeated name the first is held against the
    /// first, the second against the second.
    void objects(Index e_object, Index g_object) {
        struct Member {
            std::string name;
            Index node;
            bool taken = false;
        };
        std::vector<Member> got;
        for (Index g = g_object + 1; g < got_.nodes[g_object].end; g = got_.nodes[g].end)
            got.push_back({text_of(got_.nodes[g].key(got_.payload)), g});

        // Messages are small: the next member is nearly always the one that is looked for.
        constexpr std::size_t kScanned = 16;
        std::unordered_map<std::string_view, std::vector<std::size_t>> by_name;
        if (got.size() > kScanned)
            for (std::size_t i = got.size(); i-- > 0;) by_name[got[i].name].push_back(i);
        const auto take = [&](const std::string& name) -> Member* {
            if (got.size() > kScanned) {
                const auto found = by_name.find(name);
                if (found == by_name.end() || found->second.empty()) return nullptr;
                Member* const member = &got[found->second.back()];
                found->second.pop_back();
                return member;
            }
            for (Member& member : got)
                if (!member.taken && member.name == name) return &member;
            return nullptr;
        };

        for (Index e = e_object + 1; e < expected_.nodes[e_object].end && !done();
             e = expected_.nodes[e].end) {
            const PathStep step = step_to(expected_, expected_.nodes[e], 0);
            Member* const member = take(step.name);
            if (!member) {
                one_sided(Is::removed, expected_, e, 0);
                continue;
            }
            member->taken = true;
            pair(step, e, member->node);
        }
        for (const Member& member : got)
            if (!member.taken && !done()) one_sided(Is::added, got_, member.node, 0);
    }

    const Body& expected_;
    const Body& got_;
    const Rules& rules_;
    const Renames& renames_;
    Differences* out_;
    Place place_;
    Renames ids_; ///< of this message, beside those known
    bool agrees_ = true;
};

//--- fingerprints

std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
    return value ^ (value >> 31);
}

std::uint64_t hash_of(std::string_view text) { return mixed(std::hash<std::string_view>()(text)); }

class Fingerprint {
public:
    Fingerprint(const Body& body, const Rules& rules, const Renames* renames)
        : body_(body), rules_(rules), renames_(renames) {}

    std::uint64_t run() {
        if (rules_.ignores(body_.type, place_.steps())) return hash_of(body_.type);
        const std::uint64_t content = body_.json ? value(0) : hash_of(body_.payload);
        return mixed(content ^ (body_.binary ? 0x9e37 : 0)) ^ hash_of(body_.type);
    }

private:
    std::uint64_t value(std::uint32_t index) {
        const JsonNode& node = body_.nodes[index];
        const std::uint64_t kind = static_cast<std::uint64_t>(node.kind) + 1;
        const FieldClass cls = class_of(body_.type, place_.text(), place_.last_name());
        const bool by_kind =
            cls == FieldClass::clock || cls == FieldClass::measured || cls == FieldClass::counter;
        if (by_kind || (cls == FieldClass::id && !container(node.kind))) return mixed(kind);
        const std::string_view raw = node.raw(body_.payload);
        switch (node.kind) {
        case JsonKind::object:
        case JsonKind::list: return mixed(kind) + children(index);
        case JsonKind::string: return mixed(kind ^ string(raw));
        case JsonKind::number:
            return rules_.tolerance > 0 ? mixed(kind)
                                        : mixed(kind ^ hash_of(canonical_number(raw)));
        default: return mixed(kind ^ hash_of(raw));
        }
    }

    std::uint64_t string(std::string_view raw) const {
        if (renames_ && renames_->any_sent())
            if (const std::string* const old = renames_->old_of_sent(id_value(raw)))
                return hash_of(*old);
        return hash_of(id_value(raw));
    }

    /// Members in any order give the same sum; items do not.
    std::uint64_t children(std::uint32_t parent) {
        std::uint64_t sum = 0;
        std::size_t item = 0;
        for (std::uint32_t i = parent + 1; i < body_.nodes[parent].end; i = body_.nodes[i].end) {
            const PathStep step = step_to(body_, body_.nodes[i], item++);
            place_.enter(step);
            if (!rules_.ignores(body_.type, place_.steps())) {
                const std::uint64_t name =
                    step.is == PathStep::Is::name ? hash_of(step.name) : mixed(step.item + 1);
                sum += mixed(name ^ value(i));
            }
            place_.leave();
        }
        return sum;
    }

    const Body& body_;
    const Rules& rules_;
    const Renames* renames_;
    Place place_;
};

} // namespace

Body body_of(std::string_view payload, bool binary) {
    Body body;
    body.payload = payload;
    body.binary = binary;
    body.json = index_json(payload, &body.nodes);
    if (!body.json) body.nodes.clear();
    if (!body.json || body.nodes[0].kind != JsonKind::object) return body;
    for (std::uint32_t i = 1; i < body.nodes[0].end; i = body.nodes[i].end) {
        const JsonNode& node = body.nodes[i];
        if (text_of(node.key(payload)) != "type") continue;
        if (node.kind == JsonKind::string) body.type = text_of(without_quotes(node.raw(payload)));
        break;
    }
    return body;
}

std::uint64_t fingerprint(const Body& body, const Rules& rules, const Renames* renames) {
    return Fingerprint(body, rules, renames).run();
}

bool agree(const Body& expected, const Body& got, const Rules& rules, const Renames& renames,
           Renames* more) {
    Comparer comparer(expected, got, rules, renames, nullptr);
    const bool agrees = comparer.run();
    if (agrees && more) *more = std::move(comparer.ids());
    return agrees;
}

Differences differences(const Body& expected, const Body& got, const Rules& rules,
                        const Renames& renames) {
    Differences found;
    Comparer comparer(expected, got, rules, renames, &found);
    comparer.run();
    found.ids = std::move(comparer.ids());
    return found;
}

} // namespace replay
