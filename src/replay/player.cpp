#include "replay/player.h"

#include <algorithm>

#include "base/text.h"
#include "replay/outgoing.h"
#include "wire/envelope.h"

namespace replay {
namespace {

using wire::ReplayPace;
using wire::ReplayPhase;
using wire::Verdict;

constexpr std::size_t kBeforeFirst = wire::ReplayExpectation::kBeforeFirst;
constexpr std::size_t kMostExtras = 1'000;
/// With --strict nothing more may come: so long it has to be silent, as in the recording, but
/// within these bounds.
constexpr std::int64_t kLeastSilence = 1 * base::kSecond;
constexpr std::int64_t kMostSilence = 3 * base::kSecond;
/// Coda drops what repeats within this time (PROTOCOL.md). What was further apart in the recording
/// is kept so far apart.
constexpr std::int64_t kRepeatWindow = 5'100 * base::kMillisecond;

std::size_t segment_of(std::size_t send) { return send == kBeforeFirst ? 0 : send + 1; }

std::int64_t ns_of(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }

/// What Coda compares when it looks for repeats.
std::string repeat_key(std::string_view payload) {
    const wire::EnvelopeHead head = wire::read_envelope(payload);
    if (!head.has_type) return {};
    return std::string(head.type_raw) + '\0' + std::string(head.data_raw);
}

} // namespace

Player::Player(Recording recording, PlaySettings settings)
    : settings_(std::move(settings)), matcher_(settings_.rules, &state_.expectations) {
    state_.pace = settings_.pace;
    state_.speed = settings_.speed;
    state_.expect = settings_.expect;
    state_.strict = settings_.strict;
    auth_ids_ = std::move(recording.auth_ids);
    silences_.push_back(recording.opening_silence_ns);
    open_left_.resize(recording.sends.size() + 1);

    for (RecordedSend& recorded : recording.sends) {
        Send send;
        send.event = recorded.event;
        send.binary = recorded.binary;
        send.at_ns = recorded.at_ns - recording.sends.front().at_ns;
        send.type = body_of(recorded.payload, recorded.binary).type;
        send.payload = std::move(recorded.payload);
        state_.sends.push_back(std::move(send));
        silences_.push_back(recorded.silence_ns);
    }
    std::size_t segment = 0;
    const auto begin_segment = [&](std::size_t next) {
        for (; segment < next; ++segment) {
            const std::size_t here = state_.expectations.size();
            if (segment == 0)
                state_.opening_end = here;
            else
                state_.sends[segment - 1].end_expectation = here;
            if (segment < state_.sends.size()) state_.sends[segment].first_expectation = here;
        }
    };
    for (RecordedReply& reply : recording.replies) {
        begin_segment(segment_of(reply.send));
        wire::ReplayExpectation row;
        row.event = reply.event;
        row.send = reply.send;
        matcher_.expect(std::move(row), std::move(reply.payload), reply.binary);
        ++open_left_[segment];
    }
    begin_segment(segment_count());
    matcher_.open(state_.opening_end);

    for (const auto& [name, value] : auth_ids_) matcher_.renames().learn_alias(name, value, value);
    matches_ = settings_.expect;
    for (const Send& send : state_.sends)
        if (!matches_) matches_ = needs_ids(send.payload, send.binary, matcher_);
    matcher_.renames().clear();
}

std::size_t Player::first_of(std::size_t segment) const {
    return segment == 0 ? 0 : state_.sends[segment - 1].first_expectation;
}
std::size_t Player::end_of(std::size_t segment) const {
    return segment == 0 ? state_.opening_end : state_.sends[segment - 1].end_expectation;
}
std::int64_t Player::silence_of(std::size_t segment) const {
    return std::clamp(silences_[segment], kLeastSilence, kMostSilence);
}

//--- what happens ---------------------------------------------------------------------------------

void Player::see(const wire::EventView& event) {
    if (over_ || event.kind == wire::Kind::status) return;
    gate_.see(event);
    switch (event.kind) {
    case wire::Kind::open: state_.phase = ReplayPhase::authenticating; break;
    case wire::Kind::text:
    case wire::Kind::binary:
        if (event.dir == wire::Dir::out)
            see_sent(event);
        else if (matches_)
            see_message(event);
        break;
    case wire::Kind::refused: see_refused(event); break;
    case wire::Kind::failed:
    case wire::Kind::closed: see_end(event); break;
    default: break;
    }
}

void Player::see_sent(const wire::EventView& event) {
    // What the engine sends by itself, an auth_response, is not among them.
    if (ordered_.empty() || ordered_.front().payload != event.payload) return;
    Send& send = state_.sends[ordered_.front().send];
    send.stage = Send::Stage::sent;
    send.sent_event = event.id;
    send.sent_mono_ns = event.mono_ns;
    ++state_.counts.sent;
    ordered_.pop_front();
}

void Player::see_refused(const wire::EventView& event) {
    if (ordered_.empty() || ordered_.front().payload != event.payload) return;
    Send& send = state_.sends[ordered_.front().send];
    send.stage = Send::Stage::refused;
    base::Error error{"a message was not sent", "", ""};
    if (event.details && event.details->error) error = *event.details->error;
    send.why_not = base::one_line(error);
    fail(std::move(error));
}

void Player::see_message(const wire::EventView& event) {
    const bool binary = event.kind == wire::Kind::binary;
    const Body body = body_of(event.payload, binary);
    if (!expected_at_all(body)) return;
    last_message_ns_ = event.mono_ns;
    const auto met = matcher_.see({event.id, event.mono_ns, event.payload, binary}, body);
    if (!met) return;
    const std::size_t send = state_.expectations[*met].send;
    const std::size_t segment = segment_of(send);
    ++state_.counts.met;
    if (send != kBeforeFirst) state_.sends[send].last_reply_mono_ns = event.mono_ns;
    if (--open_left_[segment] == 0 && segment == current_) met_ns_ = event.mono_ns;
}

void Player::see_end(const wire::EventView& event) {
    const bool all_sent = next_enabled() == state_.sends.size() && ordered_.empty();
    const bool all_met =
        !settings_.expect || std::all_of(open_left_.begin(), open_left_.end(),
                                         [](std::size_t left) { return left == 0; });
    if (begun_ && all_sent && all_met) {
        finish();
        return;
    }
    base::Error error{"the connection ended before the replay did", "", ""};
    if (event.details && event.details->error) {
        error = *event.details->error;
    } else if (event.kind == wire::Kind::closed && event.details) {
        const wire::Details& details = *event.details;
        error.why = details.by == wire::By::us ? "closed from here" : "closed by the server";
        if (details.code != 0) error.why += ", code " + std::to_string(details.code);
        if (!details.reason.empty()) error.why += ", reason \"" + details.reason + '"';
    }
    fail(std::move(error));
}

//--- what is to be done ---------------------------------------------------------------------------

void Player::wait_until(std::int64_t mono_ns) { due_ns_ = std::min(due_ns_, mono_ns); }

Order Player::next(base::Stamp now) {
    if (over_) return {};
    now_ns_ = now.mono_ns;
    gate_.tick(now.mono_ns);
    due_ns_ = gate_.due_ns();
    if (gate_.stage() == AuthGate::Stage::refused) {
        fail({"the authentication failed, nothing was sent", gate_.why(), ""});
        return {Order::Is::end, false, {}};
    }
    if (gate_.stage() != AuthGate::Stage::passed) return {};
    if (!begun_) begin(now.mono_ns);
    return settings_.pace == ReplayPace::cause ? next_by_cause(now) : next_by_clock(now);
}

void Player::begin(std::int64_t now) {
    begun_ = true;
    state_.phase = paused_ ? ReplayPhase::paused : ReplayPhase::playing;
    for (const auto& [name, value] : auth_ids_) {
        const std::string& fresh = name == "token" ? gate_.token() : gate_.client_id();
        if (!fresh.empty()) matcher_.renames().learn_alias(name, value, '"' + fresh);
    }
    deadline_ns_ = now + ns_of(settings_.within_s);
    if (open_left_[0] == 0) met_ns_ = now;
}

/// The first message that is to be sent; those before it that are not are skipped.
std::size_t Player::next_enabled() {
    std::size_t& next = state_.next;
    for (; next < state_.sends.size() && !state_.sends[next].enabled; ++next) {
        Send& send = state_.sends[next];
        send.stage = Send::Stage::skipped;
        send.decided = true;
        matcher_.skip(send.first_expectation, send.end_expectation);
        state_.counts.skipped += open_left_[next + 1];
        open_left_[next + 1] = 0;
    }
    return next;
}

Order Player::next_by_cause(base::Stamp now) {
    if (current_open_ && !current_decided(now.mono_ns)) return {};
    if (current_open_) decide_segment(current_);
    current_open_ = false;
    const std::size_t send = next_enabled();
    if (send == state_.sends.size()) return ordered_.empty() ? finish() : Order{};
    if (paused_ && steps_ == 0) return {};
    const std::int64_t due = repeat_due_ns(send);
    if (now.mono_ns < due && steps_ == 0) {
        wait_until(due);
        return {};
    }
    current_ = send + 1;
    current_open_ = true;
    met_ns_ = open_left_[current_] == 0 ? now.mono_ns : 0;
    deadline_ns_ = now.mono_ns + ns_of(settings_.within_s);
    return order_send(send, now);
}

bool Player::current_decided(std::int64_t now) {
    if (open_left_[current_] == 0) return silent(now);
    wait_until(deadline_ns_);
    return now >= deadline_ns_;
}

/// With --strict: nothing came for a while after all that was expected.
bool Player::silent(std::int64_t now) {
    // The first message goes out as soon as it may: what the server says unasked may go on.
    if (!settings_.strict || current_ == 0) return true;
    const std::int64_t since = std::max(met_ns_, last_message_ns_);
    const std::int64_t until =
        std::min(since + silence_of(current_), met_ns_ + ns_of(settings_.within_s) + kLeastSilence);
    wait_until(until);
    return now >= until;
}

Order Player::next_by_clock(base::Stamp now) {
    const std::size_t send = next_enabled();
    if (send == state_.sends.size()) {
        if (!ordered_.empty()) return {};
        if (!settings_.expect) return finish();
        const bool all_met = std::all_of(open_left_.begin(), open_left_.end(),
                                         [](std::size_t left) { return left == 0; });
        if (all_met && met_ns_ == 0) met_ns_ = now.mono_ns;
        if (!all_met) wait_until(deadline_ns_);
        if (!(all_met ? silent(now.mono_ns) : now.mono_ns >= deadline_ns_)) return {};
        return finish();
    }
    const bool asked = steps_ > 0;
    if (!asked && (paused_ || settings_.pace == ReplayPace::step)) return {};
    if (settings_.pace == ReplayPace::original) {
        const std::int64_t at = state_.sends[send].at_ns;
        const std::int64_t before = current_ == 0 ? at : state_.sends[current_ - 1].at_ns;
        const double gap = static_cast<double>(std::max<std::int64_t>(0, at - before));
        if (current_ == 0 && clock_ns_ == 0) clock_ns_ = now.mono_ns;
        const double scaled = std::min(gap / state_.speed, 1e18);
        const std::int64_t due = clock_ns_ + static_cast<std::int64_t>(scaled);
        if (!asked && now.mono_ns < due) {
            wait_until(due);
            return {};
        }
        clock_ns_ = asked ? now.mono_ns : due;
    }
    current_ = send + 1;
    met_ns_ = 0;
    deadline_ns_ = now.mono_ns + ns_of(settings_.within_s);
    return order_send(send, now);
}

/// Coda drops an equal message within five seconds; in the recording it did not.
std::int64_t Player::repeat_due_ns(std::size_t send) const {
    if (!gate_.challenged()) return 0;
    const auto before = sent_.find(repeat_key(state_.sends[send].payload));
    if (before == sent_.end() || before->first.empty()) return 0;
    const std::int64_t gap = state_.sends[send].at_ns - before->second.at_ns;
    return gap < kRepeatWindow ? 0 : before->second.now_ns + kRepeatWindow;
}

Order Player::order_send(std::size_t index, base::Stamp now) {
    Send& send = state_.sends[index];
    Outgoing out = outgoing(send.payload, send.binary, matcher_, now.wall_ns);
    state_.stale_ids += out.stale_ids;
    send.stage = Send::Stage::ordered;
    if (steps_ > 0) --steps_;
    if (gate_.challenged()) sent_[repeat_key(send.payload)] = {now.mono_ns, send.at_ns};
    matcher_.open(send.end_expectation);
    ordered_.push_back({index, out.payload});
    ++state_.next;
    // What is due next is asked for at once.
    due_ns_ = now.mono_ns;
    return {Order::Is::send, send.binary, std::move(out.payload)};
}

//--- verdicts -------------------------------------------------------------------------------------

std::size_t Player::met_count(std::size_t segment) const {
    const auto rows = state_.expectations.begin();
    return static_cast<std::size_t>(std::count_if(
        rows + static_cast<std::ptrdiff_t>(first_of(segment)),
        rows + static_cast<std::ptrdiff_t>(end_of(segment)),
        [](const wire::ReplayExpectation& row) { return row.verdict == Verdict::met; }));
}

void Player::decide_segment(std::size_t segment) {
    bool& decided = segment == 0 ? opening_decided_ : state_.sends[segment - 1].decided;
    if (decided) return;
    decided = true;
    open_left_[segment] = 0;
    if (!settings_.expect) return;
    const std::size_t first = first_of(segment), end = end_of(segment);
    const std::size_t met_before = met_count(segment);
    matcher_.decide(first, end);
    if (settings_.strict_order) matcher_.decide_order(first, end);
    state_.counts.met += met_count(segment) - met_before;
    for (std::size_t i = first; i < end; ++i) {
        const wire::ReplayExpectation& row = state_.expectations[i];
        if (row.verdict == Verdict::missing) ++state_.counts.missing;
        if (row.verdict == Verdict::different) ++state_.counts.different;
    }
    take_extras(segment);
}

void Player::take_extras(std::size_t segment) {
    for (wire::ReplayExtra& extra : matcher_.take_extras()) {
        ++state_.counts.extra;
        extra.send = segment == 0 ? kBeforeFirst : segment - 1;
        ++(segment == 0 ? state_.opening_extras : state_.sends[segment - 1].extras);
        if (state_.extras.size() < kMostExtras) state_.extras.push_back(std::move(extra));
    }
}

Order Player::finish() {
    over_ = true;
    for (std::size_t segment = 0; segment < segment_count(); ++segment) decide_segment(segment);
    state_.counts.extra += matcher_.uncounted_extras();
    state_.phase = ReplayPhase::done;
    return {Order::Is::end, false, {}};
}

void Player::fail(base::Error error) {
    over_ = true;
    for (std::size_t segment = 0; segment < segment_count(); ++segment) {
        const bool reached = segment == 0 ? begun_ : segment <= state_.next;
        if (reached) {
            decide_segment(segment);
        } else if (open_left_[segment] > 0) {
            matcher_.skip(first_of(segment), end_of(segment));
            state_.counts.skipped += open_left_[segment];
            open_left_[segment] = 0;
        }
    }
    for (Send& send : state_.sends)
        if (send.stage == Send::Stage::waiting) send.stage = Send::Stage::skipped;
    state_.phase = ReplayPhase::failed;
    state_.error = std::move(error);
}

void Player::stop(base::Error why) {
    if (!over_) fail(std::move(why));
}

//--- transport ------------------------------------------------------------------------------------

void Player::pause() {
    if (paused_ || over_) return;
    paused_ = true;
    paused_ns_ = now_ns_;
    if (begun_) state_.phase = ReplayPhase::paused;
}

void Player::resume() {
    if (!paused_ || over_) return;
    paused_ = false;
    if (clock_ns_ != 0) clock_ns_ += now_ns_ - paused_ns_;
    if (begun_) state_.phase = ReplayPhase::playing;
}

void Player::step() { ++steps_; }

void Player::set_speed(double speed) {
    if (speed > 0) state_.speed = speed;
}

void Player::set_enabled(std::size_t send, bool enabled) {
    if (send < state_.sends.size() && send >= state_.next) state_.sends[send].enabled = enabled;
}

void Player::edit(std::size_t send, std::string payload) {
    if (send >= state_.sends.size() || send < state_.next) return;
    state_.sends[send].type = body_of(payload, state_.sends[send].binary).type;
    state_.sends[send].payload = std::move(payload);
}

} // namespace replay
