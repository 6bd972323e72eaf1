#include "model/alarms.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "base/clock.h"
#include "base/text.h"
#include "model/model.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace model {
namespace {

const std::string kHeartbeat = "heartbeat";
const std::string kLatency = "impossible latency";
const std::string kTraces = "traces disagree";

constexpr double kAbsurdSeconds = 3600; ///< nothing that Coda measures takes an hour
constexpr std::size_t kMostErrorText = 200;

double seconds(std::int64_t ns) { return static_cast<double>(ns) / base::kSecond; }

std::string one_decimal(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

std::string number(EventId id) { return "event " + std::to_string(id); }

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

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

void Alarms::look_at(std::int64_t mono_ns) { next_look_ns_ = std::min(next_look_ns_, mono_ns); }

//--- what an event tells at once

void Alarms::take_heartbeat(const wire::EventView& event, Pulse& pulse, Notices& notices) {
    if (pulse.last_ns != 0) {
        const std::int64_t gap = event.mono_ns - pulse.last_ns;
        // The usual time: slow to grow, so that one that came late does not become the rule.
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
        if (!ends_with(at.key_raw, "_seconds") || !read_number(at.value_raw, &value)) continue;
        if (at.key_raw == "total_seconds") total = value;
        if (value >= 0 && value <= kAbsurdSeconds) continue;
        char text[32];
        std::snprintf(text, sizeof text, "%.3f s", value);
        base::Error told;
        told.what = "impossible latency";
        told.why =
            std::string(at.key_raw) + " is " + text + " in latency_trace, " + number(event.id);
        notices.alarm(Severity::warning, event.link, kLatency, std::move(told), event.mono_ns,
                      event.id);
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
    std::string message;
    wire::JsonMembers members(data_of(event));
    for (wire::JsonMember at; members.next(&at);) {
        if (at.key_raw == "message" && at.value_raw.size() >= 2)
            message = wire::unescaped_json(
                at.value_raw.substr(1, std::min(at.value_raw.size() - 2, kMostErrorText)));
    }
    base::Error told;
    told.what = type + ", " + number(event.id);
    told.why = base::escape_for_terminal(message);
    notices.alarm(Severity::error, event.link, type, std::move(told), event.mono_ns, event.id);
}

void Alarms::take(const wire::EventView& event, TypeId type, const std::vector<TypeInfo>& types,
                  Notices& notices) {
    if (event.kind == wire::Kind::connecting) pulse_of(event.link) = {};
    if (event.kind != wire::Kind::text || type == 0 || event.dir != wire::Dir::in) return;
    while (parts_.size() <= type) {
        const std::string& name = types[parts_.size()].name;
        parts_.push_back(name == "system_metrics"    ? Part::heartbeat
                         : name == "client_message"  ? Part::echo
                         : name == "latency_trace"   ? Part::latency
                         : ends_with(name, "_error") ? Part::error
                                                     : Part::none);
    }
    switch (parts_[type]) {
    case Part::none: break;
    case Part::heartbeat: take_heartbeat(event, pulse_of(event.link), notices); break;
    case Part::echo: pulse_of(event.link).echoes = true; break;
    case Part::latency: take_latency(event, pulse_of(event.link), notices); break;
    case Part::error: take_error(event, types[type].name, notices); break;
    }
}

//--- what stands while time goes by

void Alarms::watch_heartbeat(std::int64_t now, const Connection& connection, Notices& notices) {
    Pulse& pulse = pulse_of(connection.link);
    if (connection.state.phase != wire::Phase::open) {
        if (pulse.missing) notices.close_topic(connection.link, kHeartbeat);
        pulse.missing = false;
        return;
    }
    if (pulse.period_ns == 0) return;
    const std::int64_t late = std::max(2 * pulse.period_ns, pulse.period_ns + 3 * base::kSecond);
    const std::int64_t gone = now - pulse.last_ns;
    if (gone < late) {
        look_at(pulse.last_ns + late);
        return;
    }
    base::Error told;
    told.what = "heartbeat missing for " + std::to_string(gone / base::kSecond) + " s";
    told.why =
        "system_metrics came every " + one_decimal(seconds(pulse.period_ns)) + " s until then";
    told.fix = "look whether the backend still runs, and at its own log";
    if (pulse.missing) {
        notices.renew(connection.link, kHeartbeat, std::move(told));
    } else {
        notices.alarm(Severity::warning, connection.link, kHeartbeat, std::move(told), now);
        pulse.missing = true;
    }
    look_at(now + base::kSecond);
}

/// Requests that have waited too long; what was told and is answered since goes.
void Alarms::watch_requests(std::int64_t now, const std::vector<Connection>& connections,
                            const Pairs& pairs, const Log& log, Notices& notices) {
    // Nothing comes any more in an opened file: what waited there waits for nobody.
    const auto of_file = [&](std::uint32_t link) {
        return link != 0 && link <= connections.size() && !connections[link - 1].file.empty();
    };
    const auto answered = [&](const Late& late) {
        if (pairs.waiting(late.asked) != nullptr) return false;
        notices.close_topic(late.link, late.topic);
        return true;
    };
    late_.erase(std::remove_if(late_.begin(), late_.end(), answered), late_.end());
    for (const OpenRequest& open : pairs.open()) {
        const bool echo = open.kind == PairKind::echo;
        if (open.given_up || (!echo && open.kind != PairKind::stage)) continue;
        if (of_file(open.link)) continue;
        if (echo && !pulse_of(open.link).echoes) continue;
        const std::string& type = log.types()[log.row(open.asked).type].name;
        if (type == "conversation_start") continue; // it lasts as long as the conversation
        const double limit = echo ? kEchoSeconds : kResultSeconds;
        const std::int64_t due =
            open.asked_mono_ns + static_cast<std::int64_t>(limit * base::kSecond);
        if (now < due) {
            look_at(due);
            continue;
        }
        base::Error told;
        const std::string age = one_decimal(seconds(now - open.asked_mono_ns));
        told.what = type + (echo ? " without echo for " : " without a result for ") + age + " s";
        told.why = number(open.asked);
        told.fix =
            echo ? "Coda echoes what it accepts: it may be busy with a turn, or have dropped it"
                 : "look at the backend's own log for what became of it";
        const std::string topic = (echo ? "no echo " : "no result ") + type;
        const bool known = std::any_of(late_.begin(), late_.end(),
                                       [&](const Late& late) { return late.asked == open.asked; });
        if (known) {
            notices.renew(open.link, topic, std::move(told));
        } else {
            late_.push_back({open.asked, topic, open.link});
            notices.alarm(Severity::warning, open.link, topic, std::move(told), now, open.asked);
        }
        look_at(now + base::kSecond);
    }
}

void Alarms::watch(std::int64_t now_mono_ns, const std::vector<Connection>& connections,
                   const Pairs& pairs, const Log& log, Notices& notices) {
    next_look_ns_ = std::numeric_limits<std::int64_t>::max();
    for (const Connection& connection : connections)
        watch_heartbeat(now_mono_ns, connection, notices);
    watch_requests(now_mono_ns, connections, pairs, log, notices);
}

} // namespace model
