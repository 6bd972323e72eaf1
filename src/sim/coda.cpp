#include "sim/coda.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sim/python_json.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace sim {
namespace {

constexpr std::size_t kKeptEvents = 50;
constexpr std::int64_t kDuplicateWindow = 5 * base::kSecond;
constexpr std::size_t kSeenCommands = 1000; ///< the backend forgets the oldest beyond this
constexpr std::size_t kDeepest = 900;       ///< deeper JSON is more than Python's parser takes
constexpr std::size_t kTurnsAtOnce = 256;   ///< guide: beyond this a turn is played at once
constexpr int kSlice = 512;                 ///< steps of one tick, so that sockets are served too
constexpr std::int64_t kRateSlice =
    2 * base::kMillisecond;                              ///< events of --rate come in such groups
constexpr std::int64_t kRateBacklog = base::kSecond / 4; ///< what was missed beyond it is left out

std::int64_t ns_of(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }

/// The raw value of a member; empty when there is none, or `object` is no object. Of a name that
/// comes twice the last counts. Takes all that Python's parser takes: NaN, Infinity, lone
/// surrogates.
std::string_view member_of(std::string_view object, std::string_view name) {
    std::string_view value;
    wire::JsonMembers members(object);
    for (wire::JsonMember member; members.next(&member);)
        if (wire::unescaped_json(member.key_raw) == name) value = member.value_raw;
    return value;
}

std::string string_in(std::string_view object, std::string_view name) {
    const std::string_view value = member_of(object, name);
    if (value.size() < 2 || value.front() != '"') return {};
    return wire::unescaped_json(value.substr(1, value.size() - 2));
}

/// A number as Python reads it, NaN and Infinity included; nothing for other values.
std::optional<double> number_of(std::string_view value) {
    if (value.empty() || std::string_view("-0123456789NI").find(value.front()) == value.npos)
        return {};
    return std::strtod(std::string(value).c_str(), nullptr);
}

/// True when `object` has something under `name` that Python takes for true.
bool truthy(std::string_view object, std::string_view name) {
    const std::string_view value = member_of(object, name);
    if (value.empty() || value == "null" || value == "false" || value == R"("")") return false;
    if (const auto number = number_of(value)) return *number != 0;
    wire::JsonMember first;
    const bool holds = value.front() == '{' || value.front() == '[';
    return !holds || wire::JsonMembers(value).next(&first);
}

/// Nanoseconds between two events of --rate, kept where whole numbers can count them.
double rate_interval_ns(double rate) {
    constexpr double kLongest = 1e15;
    return std::min(1e9 / rate, kLongest);
}

/// What reads as whole JSON that Python's parser would take.
bool readable(const wire::EnvelopeHead& head, std::string_view text) {
    return head.object && head.whole && json_depth(text) <= kDeepest;
}

/// The raw value of `type`, strings and others; empty when there is none.
std::string raw_type(const wire::EnvelopeHead& head, std::string_view text) {
    if (head.has_type) {
        std::string type;
        append_python_string(type, head.type());
        return type;
    }
    const std::string_view type = member_of(text, "type");
    return type.empty() ? std::string() : python_json(type);
}

std::string guide_envelope(std::string_view type, const std::string& data, base::Stamp now) {
    return PythonObject()
        .string("type", type)
        .raw("data", data)
        .string("timestamp", base::iso8601_utc_ms(now.wall_ns))
        .text();
}

} // namespace

Coda::Coda(Options options, Sink sink, base::Stamp started)
    : options_(options), sink_(std::move(sink)), started_(started),
      figures_(options.secret ^ options.seed) {
    heartbeat_ns_ = ns_of(options.heartbeat_s > 0 ? options.heartbeat_s : backend() ? 5 : 2);
    next_heartbeat_ns_ = started.mono_ns + heartbeat_ns_;
    if (options.rate > 0)
        next_rate_ns_ = started.mono_ns + static_cast<std::int64_t>(rate_interval_ns(options.rate));
}

std::int64_t Coda::scaled(std::int64_t ns) const {
    return static_cast<std::int64_t>(static_cast<double>(ns) * options_.turn_scale);
}

std::int64_t Coda::due_of(const Playing& turn) const {
    return turn.began_ns + scaled(turn.steps[turn.next].at_ns);
}

//--- clients come and go

void Coda::opened(ClientId id, base::Stamp now) {
    if (backend()) {
        challenge(id, now);
        return;
    }
    clients_[id].ready = true;
    sink_.send(id, guide_envelope("mode_change", R"({"mode": "idle"})", now));
}

void Coda::gone(ClientId client) { clients_.erase(client); }

void Coda::challenge(ClientId id, base::Stamp now) {
    Client& client = clients_[id];
    client.client_id = figures_.hex(8) + "-" + figures_.hex(4) + "-4" + figures_.hex(3) + "-" +
                       "89ab"[figures_.below(4)] + figures_.hex(3) + "-" + figures_.hex(12);
    client.token = client.client_id + ":" + std::to_string(now.wall_ns / base::kSecond) + ":" +
                   figures_.hex(16) + ":" + figures_.hex(64);
    client.auth_deadline_ns = now.mono_ns + ns_of(options_.auth_timeout_s);
    send_bare(id, "auth_challenge",
              PythonObject()
                  .string("token", client.token)
                  .string("message", "Please authenticate with this token")
                  .text());
}

bool Coda::anybody_listens() const {
    return std::any_of(clients_.begin(), clients_.end(),
                       [](const auto& client) { return client.second.ready; });
}

//--- sending

void Coda::send_bare(ClientId client, const char* type, const std::string& data) {
    sink_.send(client, PythonObject().string("type", type).raw("data", data).text());
}

void Coda::broadcast(const std::string& type, const std::string& data, bool kept, base::Stamp now) {
    if (!anybody_listens()) return; // as the backend does: no seq is used up
    std::string text;
    if (backend()) {
        text = PythonObject()
                   .string("version", "1.0")
                   .whole("seq", ++seq_)
                   .number("timestamp", static_cast<double>(now.mono_ns) / 1e9)
                   .string("type", type)
                   .raw("data", data)
                   .text();
        if (kept) kept_.push_back(text);
        if (kept_.size() > kKeptEvents) kept_.pop_front();
    } else {
        text = guide_envelope(type, data, now);
    }
    for (const auto& [id, client] : clients_)
        if (client.ready) sink_.send(id, text);
}

//--- receiving

void Coda::received(ClientId id, std::string_view text, base::Stamp now) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    const wire::EnvelopeHead head = wire::read_envelope(text);
    if (!readable(head, text)) return;
    if (!backend()) {
        guide_command(head.type(), head.data_raw, now);
    } else if (found->second.ready) {
        command(id, found->second, text, now);
    } else if (head.type() == "auth_response") {
        answer_challenge(id, found->second, head.data_raw);
    }
}

/// A token that is no text, or data that is no object, ends the connection as it does in the
/// backend: 1000 without a reason.
void Coda::answer_challenge(ClientId id, Client& client, std::string_view data_raw) {
    if (data_raw.empty()) return;
    const std::string_view given = member_of(data_raw, "token");
    if (data_raw.front() != '{' || (truthy(data_raw, "token") && given.front() != '"')) {
        sink_.close(id, 1000, "");
        clients_.erase(id);
        return;
    }
    const std::string token = string_in(data_raw, "token");
    if (token == client.token) {
        accept(id, client);
    } else if (!token.empty()) {
        send_bare(id, "auth_result",
                  PythonObject()
                      .boolean("success", false)
                      .string("message", "Invalid authentication token")
                      .text());
    }
}

void Coda::accept(ClientId id, Client& client) {
    client.ready = true;
    client.auth_deadline_ns = kNever;
    send_bare(id, "auth_result",
              PythonObject().boolean("success", true).string("client_id", client.client_id).text());
    std::string events = "[";
    for (const std::string& event : kept_) events += (events.size() > 1 ? ", " : "") + event;
    sink_.send(id, PythonObject().string("type", "replay").raw("events", events + "]").text());
}

void Coda::time_out(ClientId id, Client& client) {
    client.auth_deadline_ns = kNever;
    send_bare(id, "auth_result",
              PythonObject()
                  .boolean("success", false)
                  .string("message", "Authentication timeout")
                  .text());
    sink_.close(id, 1000, "");
}

/// The same type with equal data within 5 s, counted from the last time it came.
bool Coda::is_duplicate(ClientId client, const std::string& type, const std::string& data,
                        base::Stamp now) {
    std::erase_if(seen_, [&](const auto& entry) {
        return now.mono_ns - entry.second.mono_ns >= kDuplicateWindow;
    });
    if (seen_.size() > kSeenCommands)
        seen_.erase(std::min_element(seen_.begin(), seen_.end(), [](const auto& a, const auto& b) {
            return a.second.mono_ns < b.second.mono_ns;
        }));
    const std::string all = type + ":" + data;
    Seen& seen = seen_[{std::hash<std::string>()(all), all.size()}];
    seen.mono_ns = now.mono_ns;
    if (++seen.count == 1) return false;
    send_bare(client, "duplicate_message",
              PythonObject().raw("original_type", type).whole("count", seen.count).text());
    return true;
}

void Coda::command(ClientId id, const Client& client, std::string_view text, base::Stamp now) {
    const wire::EnvelopeHead head = wire::read_envelope(text);
    const std::string type = raw_type(head, text);
    if (type.empty()) return;
    const std::string data = head.data_raw.empty() ? "{}" : python_json(head.data_raw);
    if (is_duplicate(id, type, data, now)) return;
    broadcast("client_message",
              PythonObject()
                  .string("client_id", client.client_id)
                  .raw("message_type", type)
                  .raw("message_data", data)
                  .text(),
              false, now);
    if (head.has_type) backend_command(head.type(), head.data_raw, now);
}

void Coda::backend_command(const std::string& type, std::string_view data_raw, base::Stamp now) {
    if (type == "text_input") {
        const std::string text = string_in(data_raw, "text");
        if (!text.empty()) start_turn(text, now);
    } else if (type == "demo_flow") {
        start_turn(made_up_sentence(options_.seed), now);
    } else if (type == "stt_start") {
        start_listening(data_raw, now);
    } else if (type == "stt_stop") {
        stop_listening(now);
    } else if (type == "tts_stop") {
        stop_speech(now);
    }
}

void Coda::guide_command(const std::string& type, std::string_view data_raw, base::Stamp now) {
    if (type == "stt_start") {
        broadcast("mode_change", R"({"mode": "listening"})", false, now);
    } else if (type == "stt_stop") {
        start_turn(made_up_sentence(options_.seed), now);
    } else if (type == "text_input" || type == "demo_flow") {
        const std::string text = string_in(data_raw, "text");
        start_turn(text.empty() ? made_up_sentence(options_.seed) : text, now);
    }
}

//--- turns

void Coda::start_turn(std::string_view text, base::Stamp now) {
    Playing playing;
    playing.began_ns = now.mono_ns;
    if (backend()) {
        if (!turns_.empty()) return; // ignored while a turn runs
        Turn turn = backend_turn(text, "push_to_talk", 0, options_.seed, now, progress_, figures_);
        playing.steps = std::move(turn.steps);
        playing.heard_ns = turn.heard_ns;
        playing.speech_ns = turn.speech_ns;
    } else {
        playing.steps = guide_turn(text, options_.seed, figures_);
        if (turns_.size() >= kTurnsAtOnce)
            for (Step& step : playing.steps) step.at_ns = 0;
    }
    turns_.push_back(std::move(playing));
}

void Coda::start_listening(std::string_view data_raw, base::Stamp now) {
    if (!turns_.empty()) return;
    const std::string mode = string_in(data_raw, "mode");
    const double wanted_s = number_of(member_of(data_raw, "duration")).value_or(5);
    const double listen_s = std::isnan(wanted_s) ? 5 : std::clamp(wanted_s, 0.1, 3600.0);
    listen(mode.empty() ? "push_to_talk" : mode, listen_s, truthy(data_raw, "continuous"), now);
}

void Coda::listen(const std::string& mode, double listen_s, bool continuous, base::Stamp now) {
    Turn turn = backend_turn(made_up_sentence(options_.seed), mode, listen_s, options_.seed, now,
                             progress_, figures_);
    Playing playing;
    playing.steps = std::move(turn.steps);
    playing.began_ns = now.mono_ns;
    playing.heard_ns = turn.heard_ns;
    playing.speech_ns = turn.speech_ns;
    playing.listening = true;
    playing.continuous = continuous;
    playing.mode = mode;
    playing.listen_s = listen_s;
    turns_.push_back(std::move(playing));
}

/// What was heard until now is answered at once.
void Coda::stop_listening(base::Stamp now) {
    if (turns_.empty() || !turns_.front().listening) return;
    Playing& turn = turns_.front();
    turn.continuous = false;
    const std::int64_t elapsed = now.mono_ns - turn.began_ns;
    turn.began_ns -= std::max<std::int64_t>(0, scaled(turn.heard_ns) - elapsed);
}

/// The speech ends here; its result and the traces follow as if it had been played.
void Coda::stop_speech(base::Stamp now) {
    broadcast("tts_stop", R"({"reason": "user_interrupt"})", true, now);
    for (Playing& turn : turns_) {
        if (turn.next == 0 || turn.steps[turn.next - 1].at_ns < turn.speech_ns) continue;
        std::size_t last = turn.next;
        while (last < turn.steps.size() &&
               turn.steps[last].type == std::string_view("tts_progress"))
            ++last;
        turn.steps.erase(turn.steps.begin() + static_cast<std::ptrdiff_t>(turn.next),
                         turn.steps.begin() + static_cast<std::ptrdiff_t>(last));
        const std::int64_t elapsed = now.mono_ns - turn.began_ns;
        if (turn.next < turn.steps.size())
            turn.began_ns -=
                std::max<std::int64_t>(0, scaled(turn.steps[turn.next].at_ns) - elapsed);
    }
}

void Coda::play_next(Playing& turn, base::Stamp now) {
    const Step& step = turn.steps[turn.next++];
    broadcast(step.type, step.data, step.kept, now);
}

void Coda::end_turns(base::Stamp now) {
    const auto over = [](const Playing& turn) { return turn.next == turn.steps.size(); };
    std::optional<Playing> again;
    for (Playing& turn : turns_)
        if (over(turn) && turn.continuous) again = std::move(turn);
    std::erase_if(turns_, [&](const Playing& turn) { return over(turn) || turn.steps.empty(); });
    if (again) listen(again->mode, again->listen_s, true, now);
}

//--- what comes by the clock

void Coda::heartbeat(base::Stamp now) {
    // Beats that were slept through are not made up for.
    while (next_heartbeat_ns_ <= now.mono_ns) next_heartbeat_ns_ += heartbeat_ns_;
    PythonObject data;
    data.number("memory_mb", std::round(figures_.between(980, 1100) * 10) / 10)
        .number("cpu_percent", std::round(figures_.between(2, 110) * 10) / 10);
    if (backend()) data.whole("gpu_vram_mb", 0);
    data.number("uptime_seconds", static_cast<double>(now.mono_ns - started_.mono_ns) / 1e9);
    broadcast("system_metrics", data.text(), false, now);
}

/// The turn's types in rotation, as many as are due.
void Coda::rate_events(base::Stamp now) {
    const double interval_ns = rate_interval_ns(options_.rate);
    if (!anybody_listens() || sink_.behind()) {
        next_rate_ns_ = now.mono_ns + static_cast<std::int64_t>(interval_ns);
        return;
    }
    next_rate_ns_ = std::max(next_rate_ns_, now.mono_ns - kRateBacklog);
    const auto due =
        static_cast<std::int64_t>(static_cast<double>(now.mono_ns - next_rate_ns_) / interval_ns) +
        1;
    const std::int64_t count = std::min<std::int64_t>(due, kSlice);
    for (std::int64_t i = 0; i < count; ++i) {
        if (rotation_next_ == rotation_.size()) {
            const std::string text = made_up_sentence(options_.seed);
            rotation_ = backend() ? backend_turn(text, "push_to_talk", 0, options_.seed, now,
                                                 progress_, figures_)
                                        .steps
                                  : guide_turn(text, options_.seed, figures_);
            rotation_next_ = 0;
        }
        const Step& step = rotation_[rotation_next_++];
        broadcast(step.type, step.data, step.kept, now);
    }
    next_rate_ns_ += static_cast<std::int64_t>(static_cast<double>(count) * interval_ns);
}

std::int64_t Coda::next_due_ns() const {
    std::int64_t due = next_heartbeat_ns_;
    for (const Playing& turn : turns_) due = std::min(due, due_of(turn));
    for (const auto& [id, client] : clients_) due = std::min(due, client.auth_deadline_ns);
    if (next_rate_ns_ != kNever) due = std::min(due, next_rate_ns_ + kRateSlice);
    return due;
}

void Coda::tick(base::Stamp now) {
    for (int i = 0; i < kSlice; ++i) {
        Playing* first = nullptr;
        for (Playing& turn : turns_)
            if (due_of(turn) <= now.mono_ns && (!first || due_of(turn) < due_of(*first)))
                first = &turn;
        if (!first) break;
        play_next(*first, now);
        if (first->next == first->steps.size()) end_turns(now);
    }
    for (auto& [id, client] : clients_)
        if (client.auth_deadline_ns <= now.mono_ns) time_out(id, client);
    if (next_heartbeat_ns_ <= now.mono_ns) heartbeat(now);
    if (next_rate_ns_ <= now.mono_ns) rate_events(now);
}

} // namespace sim
