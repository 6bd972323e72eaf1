#include "replay/outgoing.h"

#include <vector>

#include "base/clock.h"
#include "wire/envelope.h"

namespace replay {
namespace {

/// The name under which a value of a message is an id of the recording; empty: it is none.
std::string name_of_id(const Body& body, const JsonNode& node, const Matcher& matcher) {
    if (node.kind != JsonKind::string && node.kind != JsonKind::number) return {};
    const std::string value = id_value(node.raw(body.payload));
    if (node.has_key) {
        std::string name = text_of(node.key(body.payload));
        const bool known = matcher.recorded_id(name, value) ||
                           (id_name(name) && matcher.renames().new_value(name, value));
        if (known) return name;
    }
    return matcher.name_of_recorded_id(value);
}

std::string epoch_text(std::int64_t wall_ns, bool fraction) {
    std::string text = std::to_string(wall_ns / base::kSecond);
    if (!fraction) return text;
    const std::string micros =
        std::to_string(1'000'000 + wall_ns % base::kSecond / base::kMicrosecond);
    return text + '.' + micros.substr(1);
}

/// The moment in the way that `raw` was written; `raw` itself when it is on no known clock.
std::string renewed(std::string_view raw, std::int64_t wall_ns) {
    const bool fraction = raw.find('.') != std::string_view::npos;
    switch (wire::clock_kind_of(raw, wall_ns)) {
    case wire::ClockKind::iso_zoned: return '"' + base::iso8601_utc_ms(wall_ns) + '"';
    case wire::ClockKind::iso_local: {
        std::string local = base::local_date_clock(wall_ns);
        local[10] = 'T';
        return '"' + local + '"';
    }
    case wire::ClockKind::epoch_s: return epoch_text(wall_ns, fraction);
    case wire::ClockKind::epoch_ms: return std::to_string(wall_ns / base::kMillisecond);
    case wire::ClockKind::monotonic:
    case wire::ClockKind::none: break;
    }
    return std::string(raw);
}

/// The envelope's timestamp: the first member of that name. Null when there is none.
const JsonNode* timestamp_of(const Body& body) {
    if (!body.json || body.nodes[0].kind != JsonKind::object) return nullptr;
    for (std::uint32_t i = 1; i < body.nodes[0].end; i = body.nodes[i].end)
        if (text_of(body.nodes[i].key(body.payload)) == "timestamp") return &body.nodes[i];
    return nullptr;
}

} // namespace

Outgoing outgoing(std::string_view payload, bool binary, Matcher& matcher, std::int64_t wall_ns) {
    Outgoing out;
    const Body body = body_of(payload, binary);
    const JsonNode* const timestamp = timestamp_of(body);
    std::size_t done = 0; ///< bytes of `payload` that were taken over
    const auto put = [&](const JsonNode& node, const std::string& raw) {
        out.payload.append(payload.substr(done, node.at - done)).append(raw);
        done = node.at + node.size;
    };
    for (const JsonNode& node : body.nodes) {
        if (&node == timestamp &&
            node.end == static_cast<std::uint32_t>(&node - &body.nodes[0]) + 1) {
            put(node, renewed(node.raw(payload), wall_ns));
            continue;
        }
        const std::string name = name_of_id(body, node, matcher);
        if (name.empty()) continue;
        const std::string old_value = id_value(node.raw(payload));
        if (!matcher.renames().new_value(name, old_value)) matcher.look_for_id(name, old_value);
        if (const std::string* const value = matcher.renames().new_value(name, old_value)) {
            put(node, raw_of_id(*value));
            matcher.renames().note_sent(old_value, *value);
        } else {
            ++out.stale_ids;
        }
    }
    out.payload.append(payload.substr(done));
    return out;
}

bool needs_ids(std::string_view payload, bool binary, const Matcher& matcher) {
    const Body body = body_of(payload, binary);
    for (const JsonNode& node : body.nodes)
        if (!name_of_id(body, node, matcher).empty()) return true;
    return false;
}

} // namespace replay
