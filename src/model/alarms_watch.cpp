// Alarms about what stands while time goes by: a heartbeat that does not come, requests that
// nothing answers.
#include <algorithm>

#include "model/alarms.h"
#include "model/alarms_parts.h"
#include "model/model.h"

namespace model {

using namespace alarms;

void Alarms::watch_heartbeat(std::int64_t now, const Connection& connection, Notices& notices) {
    Pulse& pulse = pulse_of(connection.link);
    if (connection.state.phase != wire::Phase::open) {
        if (pulse.missing) notices.close_topic(connection.link, kHeartbeat);
        pulse.missing = false;
        return;
    }
    if (pulse.period_ns == 0) return;
    const std::int64_t late = late_after(pulse.period_ns);
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

/// What was told, and is answered since or will never be, goes.
void Alarms::close_answered(const Pairs& pairs, Notices& notices) {
    std::vector<Late> over;
    std::erase_if(late_, [&](const Late& late) {
        const OpenRequest* open = pairs.waiting(late.asked);
        if (open != nullptr && !open->given_up) return false;
        over.push_back(late);
        return true;
    });
    for (const Late& gone : over) {
        const bool another = std::any_of(late_.begin(), late_.end(), [&](const Late& late) {
            return late.link == gone.link && late.topic == gone.topic;
        });
        if (!another) notices.close_topic(gone.link, gone.topic);
    }
}

namespace {

/// When what was started last showed that it goes on: a reply's tokens stand between its start and
/// its result, which may be far apart. `type` is the X_start.
std::int64_t newest_sign(const OpenRequest& open, const std::string& type, const Log& log) {
    const std::string_view stem = std::string_view(type).substr(0, type.rfind('_') + 1);
    EventId newest = open.asked;
    for (const TypeInfo& each : log.types())
        if (each.last > newest && each.name.starts_with(stem) && log.contains(each.last) &&
            log.row(each.last).link == open.link)
            newest = each.last;
    return log.contains(newest) ? log.mono_ns(newest) : open.asked_mono_ns;
}

} // namespace

void Alarms::tell_late(const OpenRequest& open, const std::string& type, std::int64_t now,
                       Notices& notices) {
    const bool echo = open.kind == PairKind::echo;
    base::Error told;
    const std::string age = one_decimal(seconds(now - open.asked_mono_ns));
    told.what = type + (echo ? " without echo for " : " without a result for ") + age + " s";
    told.why = number(open.asked);
    told.fix = echo ? "Coda echoes what it accepts: it may be busy with a turn, or have dropped it"
                    : "look at the backend's own log for what became of it";
    const std::string topic = (echo ? "no echo " : "no result ") + type;
    const bool known = std::any_of(late_.begin(), late_.end(),
                                   [&](const Late& late) { return late.asked == open.asked; });
    if (known) {
        notices.renew(open.link, topic, std::move(told));
        return;
    }
    late_.push_back({open.asked, topic, open.link});
    notices.alarm(Severity::warning, open.link, topic, std::move(told), now, open.asked);
    mark(open.asked);
}

/// Requests that have waited too long. On a connection that was read from a file, time ends with
/// its newest event.
void Alarms::watch_requests(std::int64_t now, const std::vector<Connection>& connections,
                            const Pairs& pairs, const Log& log, Notices& notices) {
    close_answered(pairs, notices);
    for (const OpenRequest& open : pairs.open()) {
        const bool echo = open.kind == PairKind::echo;
        if (open.given_up || (!echo && open.kind != PairKind::stage)) continue;
        if (echo && !pulse_of(open.link).echoes) continue;
        const std::string& type = log.types()[log.row(open.asked).type].name;
        if (type == "conversation_start") continue; // it lasts as long as the conversation
        const bool of_file = open.link != 0 && open.link <= connections.size() &&
                             !connections[open.link - 1].file.empty();
        const std::int64_t moment = of_file ? pulse_of(open.link).newest_ns : now;
        const double limit = echo ? kEchoSeconds : kResultSeconds;
        const auto limit_ns = static_cast<std::int64_t>(limit * base::kSecond);
        std::int64_t due = open.asked_mono_ns + limit_ns;
        if (moment >= due && !echo) due = newest_sign(open, type, log) + limit_ns;
        if (moment >= due) tell_late(open, type, moment, notices);
        if (!of_file) look_at(moment < due ? due : now + base::kSecond);
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
