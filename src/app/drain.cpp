#include "app/drain.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "wire/close_code.h"

namespace app {
namespace {

using model::Attempt;
using model::Connection;
using model::EventId;
using model::Model;
using model::Severity;

// What notices are about (Notice::topic): one of each a connection.
const std::string kTopicConnection = "connection";
const std::string kTopicSend = "send";
const std::string kTopicSendQueue = "send queue";
const std::string kTopicQueue = "queue";
const std::string kTopicChallenge = model::kChallengeTopic;
const std::string kTopicAuth = "authentication";
const std::string kTopicTooEarly = "sent before authentication";
const std::string kTopicInsecure = "any certificate accepted";

constexpr std::size_t kEventsPerClock = 64; ///< taken between two looks at the clock

/// An automatic answer takes a moment: a challenge is called unanswered only after it.
constexpr std::int64_t kAnswerTakesNs = base::kSecond;

std::string named(std::uint32_t link) { return "connection " + std::to_string(link); }

/// The connection of that number, made known when it is not.
Connection* connection_of(Model& model, std::uint32_t link) {
    if (link == 0) return nullptr;
    while (model.connections.size() < link) {
        Connection& added = model.connections.emplace_back();
        added.link = added.state.link = static_cast<std::uint32_t>(model.connections.size());
    }
    Connection& found = model.connections[link - 1];
    if (model.current_link == 0 && !found.closed) model.current_link = link;
    return &found;
}

//--- states

void tell_refusal(Model& model, const wire::LinkState& state) {
    base::Error text;
    text.what = "the server refused the authentication";
    text.why = state.auth_message;
    text.fix = "look at the auth_response that was sent; a wrong token may be tried again";
    model.notices.tell(Severity::error, state.link, kTopicAuth, std::move(text), model.now.mono_ns);
}

void take_status(Model& model, wire::LinkState&& state) {
    Connection* connection = connection_of(model, state.link);
    if (connection == nullptr) return;
    const wire::LinkState before = std::exchange(connection->state, std::move(state));
    const wire::LinkState& now = connection->state;
    if (connection->closed) return; // nobody is told of what was closed

    if (now.auth == wire::AuthStage::refused && before.auth != wire::AuthStage::refused)
        tell_refusal(model, now);
    if (now.auth == wire::AuthStage::authenticated) model.notices.close_topic(now.link, kTopicAuth);
    if (now.auth != wire::AuthStage::challenged || now.phase != wire::Phase::open)
        model.notices.close_topic(now.link, kTopicChallenge);
    if (now.send_queue_bytes == 0 || now.phase != wire::Phase::open)
        model.notices.close_topic(now.link, kTopicSendQueue);
}

//--- events that somebody must be told of

/// What drain needs of an event after the log has taken it.
struct Seen {
    EventId id = 0;
    std::int64_t mono_ns = 0, wall_ns = 0;
    std::uint32_t link = 0, conn = 0;
    std::uint32_t size = 0;
    wire::Kind kind = wire::Kind::note;
    wire::Dir dir = wire::Dir::none;
    const wire::Details* details = nullptr; ///< the log owns it now
};

void tell_failed(Model& model, const Seen& seen) {
    base::Error text;
    if (seen.details && seen.details->error) {
        text = *seen.details->error;
    } else {
        text.what = named(seen.link) + " failed";
        if (seen.details) text.why = seen.details->phase;
    }
    model.notices.tell(Severity::error, seen.link, kTopicConnection, std::move(text), seen.mono_ns,
                       seen.id);
}

/// The peer ended an open session for a reason of its own: not an error of the line, but nothing
/// that should pass unseen.
void tell_closed_by_peer(Model& model, const Seen& seen) {
    const int code = seen.details->code;
    base::Error text;
    text.what = "the server closed " + named(seen.link) + " with " + std::to_string(code) + " (" +
                wire::close_code_name(code) + ")";
    text.why = seen.details->reason.empty() ? wire::close_code_meaning(code)
                                            : base::escape_for_terminal(seen.details->reason);
    model.notices.tell(Severity::warning, seen.link, kTopicConnection, std::move(text),
                       seen.mono_ns, seen.id);
}

void take_end(Model& model, const Connection& connection, const Seen& seen) {
    if (connection.ended_by_user || connection.closed) return;
    if (seen.kind == wire::Kind::failed) {
        const bool stopped = seen.details && seen.details->by == wire::By::us;
        if (!stopped) tell_failed(model, seen);
        return;
    }
    if (!seen.details) return;
    if (seen.details->error) {
        tell_failed(model, seen);
        return;
    }
    const int code = seen.details->code;
    const bool usual = code == 0 || code == 1000 || code == 1001 || code == 1005;
    if (seen.details->by == wire::By::peer && !usual) tell_closed_by_peer(model, seen);
}

void tell_refused(Model& model, const Seen& seen) {
    const bool queue_full = seen.details && seen.details->phase == "send queue";
    base::Error text;
    if (seen.details && seen.details->error) text = *seen.details->error;
    if (text.what.empty()) text.what = "a message was not sent";
    model.notices.tell(queue_full ? Severity::warning : Severity::error, seen.link,
                       queue_full ? kTopicSendQueue : kTopicSend, std::move(text), seen.mono_ns,
                       seen.id);
}

/// A command that crossed a standing challenge: the server drops it without a word.
void tell_sent_too_early(Model& model, Connection& connection, const Seen& seen) {
    const model::TypeId type = model.log.row(seen.id).type;
    if (model.log.types()[type].name == "auth_response") return;
    connection.sent_before_auth += 1;
    const std::uint64_t count = connection.sent_before_auth;
    base::Error text;
    text.what = base::count_text(count) + (count == 1 ? " message" : " messages") +
                " sent before authentication: nothing will happen";
    text.why =
        std::string("the server's auth_challenge is ") +
        (connection.state.auth == wire::AuthStage::challenged ? "unanswered" : "not yet accepted") +
        ", and until then it ignores everything without a reply";
    text.fix = "answer the challenge, then send again";
    model.notices.alarm(Severity::warning, seen.link, kTopicTooEarly, std::move(text), seen.mono_ns,
                        seen.id);
    model.insight.alarms.mark(seen.id);
}

void take_frame(Model& model, Connection& connection, const Seen& seen) {
    const bool message = wire::is_message(seen.kind);
    if (seen.dir == wire::Dir::in) {
        connection.last_in_mono_ns = seen.mono_ns;
        if (message) connection.in.add(seen.mono_ns, seen.size);
        return;
    }
    if (!message) return;
    connection.out.add(seen.mono_ns, seen.size);
    if (model::commands_are_ignored(connection.state)) tell_sent_too_early(model, connection, seen);
}

/// The session goes over a line whose other end nobody has proven.
void tell_insecure(Model& model, const Seen& seen) {
    if (!seen.details || !seen.details->tls) return;
    base::Error text;
    text.what = "any certificate accepted on " + named(seen.link) + " (--insecure)";
    for (const std::string& wrong : seen.details->tls->wrong)
        text.why += (text.why.empty() ? "" : "; ") + wrong;
    if (text.why.empty()) text.why = "this one would have been accepted anyway";
    text.fix = "what you see may not come from the server that was meant: mend the certificate, or "
               "give the CA that signed it";
    model.notices.alarm(Severity::error, seen.link, kTopicInsecure, std::move(text), seen.mono_ns,
                        seen.id);
}

/// A server that takes the connection and ends it at once: how long it stood says so. The back-off
/// goes on, as net has it (Backoff::kStableSeconds).
constexpr std::int64_t kAtOnce = base::kSecond;

void tell_at_once(Attempt& attempt) {
    const std::int64_t stood = attempt.ended_mono_ns - attempt.opened_mono_ns;
    const bool by_us = attempt.result == Attempt::Result::stopped;
    if (attempt.opened_mono_ns == 0 || stood >= kAtOnce || by_us) return;
    attempt.reason += ", " + base::duration_text(stood) + " after it was opened";
    if (attempt.remedy.empty())
        attempt.remedy = "it accepts and at once closes: read the server's own log; the delays go "
                         "on growing meanwhile";
}

//--- attempts

/// How a session that was open came to its end.
void end_session(Attempt& attempt, const wire::Details& details) {
    if (details.error) {
        attempt.result =
            details.by == wire::By::us ? Attempt::Result::stopped : Attempt::Result::lost;
        attempt.reason = details.error->what;
        attempt.remedy = details.error->fix;
        return;
    }
    attempt.result = Attempt::Result::closed;
    const char* by = details.by == wire::By::peer ? "by the server, " : "by us, ";
    attempt.reason = std::string(details.by == wire::By::nobody ? "" : by) +
                     (details.code == 0 ? "no code" : std::to_string(details.code)) + " (" +
                     wire::close_code_name(details.code) + ")";
    if (!details.reason.empty()) attempt.reason += ", " + details.reason;
}

void end_attempt(Attempt& attempt, const wire::Details& details) {
    const bool stopped = details.by == wire::By::us;
    attempt.result = stopped ? Attempt::Result::stopped : Attempt::Result::failed;
    attempt.phase = details.phase;
    if (!details.error) return;
    attempt.reason = details.error->what;
    attempt.remedy = details.error->fix;
}

/// Keeps the list of attempts, which is told by the events of a connection's life alone.
void note_attempt(Connection& connection, const Seen& seen) {
    std::vector<Attempt>& attempts = connection.attempts;
    if (seen.kind == wire::Kind::connecting) {
        if (attempts.size() >= model::kMostAttempts) attempts.erase(attempts.begin());
        Attempt& begun = attempts.emplace_back();
        begun.number = seen.details ? seen.details->attempt : 0;
        begun.conn = seen.conn;
        begun.began_mono_ns = seen.mono_ns;
        begun.began_wall_ns = seen.wall_ns;
        begun.event = seen.id;
        return;
    }
    if (attempts.empty() || attempts.back().conn != seen.conn || !seen.details) return;
    Attempt& attempt = attempts.back();
    if (seen.kind == wire::Kind::retry) {
        attempt.delay_s = seen.details->delay_s;
        attempt.delay_cap_s = seen.details->delay_cap_s;
        return;
    }
    if (seen.kind == wire::Kind::open) {
        attempt.result = Attempt::Result::open;
        attempt.opened_mono_ns = seen.mono_ns;
    } else if (seen.kind == wire::Kind::failed) {
        attempt.ended_mono_ns = seen.mono_ns;
        end_attempt(attempt, *seen.details);
    } else if (seen.kind == wire::Kind::closed) {
        attempt.ended_mono_ns = seen.mono_ns;
        end_session(attempt, *seen.details);
        if (seen.details->by == wire::By::peer) tell_at_once(attempt);
    } else {
        return;
    }
    attempt.event = seen.id;
}

void take_life_event(Model& model, Connection& connection, const Seen& seen) {
    note_attempt(connection, seen);
    switch (seen.kind) {
    case wire::Kind::connecting:
        if (seen.details) model.sequence.connecting(seen.link, seen.details->url);
        connection.sent_before_auth = 0;
        connection.ended_by_user = false;
        break;
    case wire::Kind::open:
        connection.remembered = true;
        connection.last_in_mono_ns = 0;
        model.notices.close_topic(seen.link, kTopicConnection);
        model.notices.close_topic(seen.link, kTopicAuth);
        if (connection.state.insecure)
            tell_insecure(model, seen);
        else
            model.notices.close_topic(seen.link, kTopicInsecure);
        break;
    case wire::Kind::failed:
    case wire::Kind::closed: take_end(model, connection, seen); break;
    case wire::Kind::refused: tell_refused(model, seen); break;
    default: break;
    }
}

/// What an opened file's connection shows of itself.
void take_file_event(Connection& connection, const Seen& seen) {
    if (seen.kind == wire::Kind::connecting && seen.details)
        connection.state.url = seen.details->url;
    if (!wire::is_message(seen.kind)) return;
    model::Flow& flow = seen.dir == wire::Dir::out ? connection.out : connection.in;
    flow.add(seen.mono_ns, seen.size);
}

} // namespace

bool told_by_drain(std::string_view topic) {
    return topic == kTopicChallenge || topic == kTopicTooEarly || topic == kTopicInsecure;
}

EventId append_event(Model& model, wire::Event&& event) {
    if (event.kind == wire::Kind::text && !event.head.read)
        event.head = wire::read_message_head(event.payload.view());
    const wire::MessageHead head = event.head;
    const EventId id = model.insight.append(model.log, std::move(event));
    if (head.has_seq) model.sequence.add(model.log, id, head);
    return id;
}

void clear_log(Model& model, std::uint64_t trimmed) {
    model.log.clear(trimmed);
    model.sequence.clear();
    model.insight.clear(model.log);
    model::follow_log(model, 0);
}

void take_event(Model& model, wire::Event&& event) {
    if (event.kind == wire::Kind::status) {
        // Here the order holds: what net emitted before is in the log, and the rest is to come.
        if (event.details && event.details->recorded_from != 0)
            model.recorded_from = model.log.end();
        if (event.details && event.details->link)
            take_status(model, std::move(*event.details->link));
        return;
    }
    Seen seen;
    seen.mono_ns = event.mono_ns;
    seen.wall_ns = event.wall_ns;
    seen.link = event.link;
    seen.conn = event.conn;
    seen.size = event.payload.size;
    seen.kind = event.kind;
    seen.dir = event.dir;
    seen.details = event.details.get();
    const std::uint64_t number = event.id;
    seen.id = append_event(model, std::move(event));

    Connection* connection = connection_of(model, seen.link);
    if (connection != nullptr && !connection->file.empty())
        return take_file_event(*connection, seen);
    model.engine_ids.add(seen.id, number);
    if (connection == nullptr) return;
    if (wire::is_frame(seen.kind)) {
        take_frame(model, *connection, seen);
    } else {
        take_life_event(model, *connection, seen);
    }
}

//--- the challenge that stands while time goes by

namespace {

base::Error challenge_text(const Connection& connection, std::int64_t now_mono_ns) {
    const std::int64_t left_ns = connection.state.auth_deadline_mono_ns - now_mono_ns;
    const std::int64_t left_s =
        std::max<std::int64_t>(0, (left_ns + base::kSecond - 1) / base::kSecond);
    const auto limit_s = static_cast<std::int64_t>(wire::kAuthTimeoutSeconds);
    base::Error text;
    text.what = "challenge unanswered, " + std::to_string(left_s) + " s left";
    text.why = named(connection.link) + " was asked " +
               std::to_string(std::max<std::int64_t>(0, limit_s - left_s)) +
               " s ago and is closed after " + std::to_string(limit_s) +
               " s; the automatic answer " +
               (connection.state.auto_auth ? "did not go out" : "is off");
    text.fix = "answer now";
    return text;
}

/// Tells of an unanswered challenge once, then keeps the seconds in the text right.
void watch_challenges(Model& model) {
    const std::int64_t now = model.now.mono_ns;
    for (Connection& connection : model.connections) {
        if (connection.closed) continue;
        const wire::LinkState& state = connection.state;
        if (state.auth != wire::AuthStage::challenged || state.phase != wire::Phase::open) continue;
        const auto limit_ns = static_cast<std::int64_t>(wire::kAuthTimeoutSeconds) * base::kSecond;
        const std::int64_t asked = state.auth_deadline_mono_ns - limit_ns;
        if (state.auto_auth && now - asked < kAnswerTakesNs) continue;
        if (connection.told_challenge_mono_ns == state.auth_deadline_mono_ns) {
            model.notices.renew(connection.link, kTopicChallenge, challenge_text(connection, now));
        } else {
            connection.told_challenge_mono_ns = state.auth_deadline_mono_ns;
            model.notices.alarm(Severity::warning, connection.link, kTopicChallenge,
                                challenge_text(connection, now), now);
        }
    }
}

/// The queue was full: the server was made to wait. Told, because its times are then not its own.
void watch_queue(Model& model, const wire::QueueStats& stats) {
    if (stats.waits == std::exchange(model.vitals.queue, stats).waits) return;
    base::Error text;
    text.what = "the network was read more slowly for a moment";
    text.why = "events came faster than the screen took them, " + base::count_text(stats.waits) +
               (stats.waits == 1 ? " time" : " times") +
               " so far: the server had to wait, and nothing was lost";
    model.notices.tell(Severity::info, 0, kTopicQueue, std::move(text), model.now.mono_ns);
}

/// The queue is emptied all the same: no server waits for a file. How a connection stands is shown
/// at once.
std::size_t hold_events(Model& model, wire::EventQueue& events) {
    std::size_t taken = 0;
    for (; wire::Event* const event = events.front(); ++taken) {
        const bool state = event->kind == wire::Kind::status && event->details &&
                           event->details->link && event->details->recorded_from == 0;
        if (state)
            take_status(model, std::move(*event->details->link));
        else
            model.held.push_back(std::move(*event));
        events.pop_front();
    }
    return taken;
}

/// Pops until the queue is empty or the time has come. The number of events taken.
std::size_t take_events(Model& model, wire::EventQueue& events, std::int64_t until_ns) {
    std::size_t taken = 0;
    for (; !model.held.empty(); model.held.pop_front()) {
        take_event(model, std::move(model.held.front()));
        if (++taken % kEventsPerClock != 0 || base::mono_now_ns() < until_ns) continue;
        model.held.pop_front();
        return taken;
    }
    while (wire::Event* const event = events.front()) {
        take_event(model, std::move(*event));
        events.pop_front();
        if (++taken % kEventsPerClock == 0 && base::mono_now_ns() >= until_ns) break;
    }
    return taken;
}

} // namespace

DrainResult drain(Model& model, wire::EventQueue& events, std::int64_t budget_ns, bool hold) {
    const std::int64_t begin = base::mono_now_ns();
    DrainResult result;
    result.events = hold ? hold_events(model, events)
                         : take_events(model, events, begin + budget_ns - budget_ns / 4);
    model.sequence.forget_below(model.log.first());
    watch_challenges(model);
    watch_queue(model, events.stats());

    // What is left of the budget, and always a part of it: a flood must not hold up the index.
    const std::int64_t left = std::max(begin + budget_ns - base::mono_now_ns(), budget_ns / 4);
    const bool followed = model::follow_log(model, left);
    const bool to_give_back = model.log.reclaim(left / 4);
    const bool waiting = !hold && (model.vitals.queue.events > 0 || !model.held.empty());
    result.more = waiting || !followed || to_give_back;
    return result;
}

} // namespace app
