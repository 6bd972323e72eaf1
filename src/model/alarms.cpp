#include "model/alarms.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "base/clock.h"
#include "base/text.h"
#include "model/alarms_parts.h"
#include "model/model.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace model {

using namespace alarms;

namespace {

const std::string kLatency = "impossible latency";
const std::string kTraces = "traces disagree";
const std::string kDuplicate = "duplicates";

constexpr double kAbsurdSeconds = 3600; ///< nothing that Coda measures takes an hour
constexpr std::size_t kMostErrorText = 200;

/// A JSON number; false for null, strings and all else.
bool read_number(std::string_view raw, double* value) {
    if (raw.empty() || (raw[0] != '-' && (raw[0] < '0' || raw[0] > '9'))) return false;
    *value = std::strtod(std::string(raw).c_str(), nullptr);
    return std::isfinite(*value);
}

std::string_view data_of(const wire::EventView& event) {
    return wire::read_envelope(event.payload).data_raw;
}

} // namespace

Alarms::Pulse& Alarms::pulse_of(std::uint32_t link) {
    if (pulses_.size() <= link) pulses_.resize(link + 1);
    return pulses_[link];
}

Alarms::Seen& Alarms::seen_on(std::uint32_t link) {
    if (seen_.size() <= link) seen_.resize(link + 1);
    return seen_[link];
}

void Alarms::look_at(std::int64_t mono_ns) { next_look_ns_ = std::min(next_look_ns_, mono_ns); }

//--- what an event tells at once

void Alarms::take_heartbeat(const wire::EventView& event, Pulse& pulse, Notices& notices) {
    if (pulse.last_ns != 0) {
        const std::int64_t gap = event.mono_ns - pulse.last_ns;
        // Nobody watched, as when a file is read: told now that it is over.
        if (pulse.period_ns != 0 && !pulse.missing && gap >= late_after(pulse.period_ns)) {
            base::Error told;
            told.what = "heartbeat was missing for " + one_decimal(seconds(gap)) + " s";
            told.why = "no system_metrics came before " + number(event.id) + "; they came every " +
                       one_decimal(seconds(pulse.period_ns)) + " s until then";
            told.fix = "look at what the backend did in that time";
            notices.alarm_quietly(event.link, kHeartbeat, std::move(told), event.mono_ns, event.id);
            mark(event.id);
        }
        // The usual time: slow to grow, so that one that came late does not become the rule; two
        // that come at once, as an event and its repeat, say nothing of it.
        constexpr std::int64_t kAtOnceNs = 200 * base::kMillisecond;
        if (gap >= kAtOnceNs)
            pulse.period_ns = pulse.period_ns == 0 || gap < pulse.period_ns
                                  ? gap
                                  : pulse.period_ns + (gap - pulse.period_ns) / 8;
    }
    pulse.last_ns = event.mono_ns;
    if (pulse.missing) notices.close_topic(event.link, kHeartbeat);
    pulse.missing = false;
}

/// Negative and absurd values, and two traces of one reply that do not say the same.
void Alarms::take_latency(const wire::EventView& event, Pulse& pulse, Notices& notices) {
    double total = 0;
    wire::JsonMembers members(data_of(event));
    for (wire::JsonMember at; members.next(&at);) {
        double value = 0;
        if (!at.key_raw.ends_with("_seconds") || !read_number(at.value_raw, &value)) continue;
        if (at.key_raw == "total_seconds") total = value;
        if (value >= 0 && value <= kAbsurdSeconds) continue;
        char text[32];
        std::snprintf(text, sizeof text, "%.3f s", value);
        base::Error told;
        told.what = "impossible latency";
        told.why =
            std::string(at.key_raw) + " is " + text + " in latency_trace, " + number(event.id);
        told.fix = "do not trust this trace: its clocks do not go together";
        // Coda's own traces have it in sessions where all is well: it asks for no attention.
        notices.alarm_quietly(event.link, kLatency, std::move(told), event.mono_ns, event.id);
        mark(event.id);
        break;
    }
    const bool one_reply = pulse.trace != 0 && event.mono_ns - pulse.trace_ns < base::kSecond;
    if (one_reply && std::fabs(total - pulse.trace_total) > 0.1) {
        base::Error told;
        told.what = "the latency traces of one reply disagree";
        char text[96];
        std::snprintf(text, sizeof text, "total_seconds is %.3f s in event %llu and %.3f s in %llu",
                      pulse.trace_total, static_cast<unsigned long long>(pulse.trace), total,
                      static_cast<unsigned long long>(event.id));
        told.why = text;
        told.fix = "compare them: each part of the backend measures for itself";
        notices.alarm_quietly(event.link, kTraces, std::move(told), event.mono_ns, event.id);
    }
    pulse.trace = event.id;
    pulse.trace_ns = event.mono_ns;
    pulse.trace_total = total;
}

void Alarms::take_error(const wire::EventView& event, const std::string& type, Notices& notices) {
    const std::string message = wire::json_string(wire::json_member(data_of(event), "message"));
    base::Error told;
    told.what = type + ", " + number(event.id);
    told.why = base::escape_for_terminal(
        message.substr(0, base::utf8_error_offset(message.substr(0, kMostErrorText))));
    told.fix = type.starts_with("tool")     ? "look at the tool's parameters in its tool_call"
               : type.starts_with("system") ? "look at the backend's own log"
                                            : "";
    notices.alarm(Severity::error, event.link, type, std::move(told), event.mono_ns, event.id);
}

/// A command of ours that had no effect.
void Alarms::take_duplicate(const wire::EventView& event, Notices& notices) {
    const std::string type = wire::json_string(wire::json_member(data_of(event), "original_type"));
    base::Error told;
    told.what = (type.empty() ? "a command" : base::escape_for_terminal(type.substr(0, 60))) +
                " was dropped as a duplicate";
    told.why = "Coda takes the same type and data again within 5 s for a repeat; " +
               number(event.id) + " says so";
    told.fix = "wait 5 s, or tick Make unique in the composer: it makes the data differ";
    notices.alarm(Severity::warning, event.link, kDuplicate, std::move(told), event.mono_ns,
                  event.id);
    mark(event.id);
}

Alarms::Part Alarms::part_of(std::string_view type) {
    if (type == "system_metrics") return Part::heartbeat;
    if (type == "client_message") return Part::echo;
    if (type == "latency_trace") return Part::latency;
    if (type == "duplicate_message") return Part::duplicate;
    return type.ends_with("_error") ? Part::error : Part::none;
}

void Alarms::take(const wire::EventView& event, TypeId type, const std::vector<TypeInfo>& types,
                  Notices& notices) {
    if (event.kind == wire::Kind::connecting) pulse_of(event.link) = {};
    Pulse& pulse = pulse_of(event.link);
    pulse.newest_ns = event.mono_ns;
    if (event.kind != wire::Kind::text || type == 0 || event.dir != wire::Dir::in) return;
    while (parts_.size() <= type) parts_.push_back(part_of(types[parts_.size()].name));
    Seen& seen = seen_on(event.link);
    if (seen.types.size() <= type) seen.types.resize(types.size());
    if (!seen.types[type]) {
        seen.types[type] = true;
        take_new_type(event, types[type].name, notices);
    }
    switch (parts_[type]) {
    case Part::none: break;
    case Part::heartbeat: take_heartbeat(event, pulse, notices); break;
    case Part::echo: pulse.echoes = true; break;
    case Part::latency:
        take_latency(event, pulse, notices);
        tell_never_seen(event, types, notices);
        break;
    case Part::error: take_error(event, types[type].name, notices); break;
    case Part::duplicate: take_duplicate(event, notices); break;
    }
}

//--- marks

void Alarms::mark(EventId event) {
    constexpr std::size_t kMostMarks = 100'000;
    if (event != 0 && marks_.size() < kMostMarks) marks_.insert(event);
}

EventId Alarms::next_mark(EventId event) const {
    const auto at = marks_.upper_bound(event);
    return at == marks_.end() ? 0 : *at;
}

void Alarms::clear() {
    marks_.clear();
    repeats_ = {};
}

void Alarms::forget_below(EventId id) { marks_.erase(marks_.begin(), marks_.lower_bound(id)); }

} // namespace model
