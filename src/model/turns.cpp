#include "model/turns.h"

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace model {
namespace {

constexpr std::int64_t kTail =
    base::kSecond / 2; ///< what comes so soon after the end belongs to it
constexpr std::int64_t kStuck =
    30 * base::kSecond; ///< without an event: what comes is another turn
constexpr EventId kMostEvents = 4096;

std::string_view family(std::string_view type) { return type.substr(0, type.find('_')); }

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace

//--- which events make a turn

Turns::Meaning Turns::meaning_of(std::string_view name) {
    Meaning meaning;
    if (one_of(name, {"text_input", "demo_flow", "stt_start"})) meaning.out = Part::begins;
    if (name == "stt_stop") meaning.out = Part::belongs;
    meaning.echo = name == "client_message";
    meaning.error = name.ends_with("_error") && name != "system_error";
    if (name == "duplicate_message") {
        meaning.in = Part::drops;
    } else if (one_of(name, {"stt_start", "llm_start"})) {
        meaning.in = Part::begins;
    } else if (one_of(name, {"tts_result", "tts_error", "tts_stop", "llm_error", "stt_error",
                             "latency_trace"})) {
        meaning.in = Part::ends;
    } else if (one_of(family(name), {"stt", "llm", "tts", "tool", "conversation", "memory", "mode",
                                     "emotion", "client", "component"})) {
        meaning.in = Part::belongs;
    }
    return meaning;
}

/// The turn that runs on this connection, or has ended just now; null when there is none.
Turn* Turns::running(std::uint32_t link, std::int64_t mono_ns) {
    for (auto turn = turns_.rbegin(); turn != turns_.rend(); ++turn) {
        if (turn->link != link) continue;
        const std::int64_t quiet = mono_ns - turn->ended_ns;
        return quiet <= (turn->over ? kTail : kStuck) ? &*turn : nullptr;
    }
    return nullptr;
}

void Turns::take(const wire::EventView& event, TypeId type, const std::vector<TypeInfo>& types) {
    if (event.kind != wire::Kind::text || type == 0) return;
    while (meanings_.size() <= type) meanings_.push_back(meaning_of(types[meanings_.size()].name));
    const Meaning& meaning = meanings_[type];
    const bool ours = event.dir == wire::Dir::out;
    const Part part = ours ? meaning.out : meaning.in;
    if (part == Part::none) return;

    Turn* turn = running(event.link, event.mono_ns);
    if (part == Part::drops) { // the command that has just begun a turn was dropped
        if (turn != nullptr && turn == &turns_.back() && turn->first == turn->last)
            turns_.pop_back();
        return;
    }
    // A command while a turn runs is ignored by Coda; behind its end it begins the next.
    if (part == Part::begins && (turn == nullptr || turn->over)) {
        turn = &turns_.emplace_back();
        turn->first = event.id;
        turn->link = event.link;
        turn->began_ns = event.mono_ns;
    }
    if (turn == nullptr) return;
    turn->last = event.id;
    turn->ended_ns = event.mono_ns;
    if (!ours && !meaning.echo && turn->first_reply == 0) turn->first_reply = event.id;
    if (!ours && meaning.error) turn->errors += 1;
    if (part == Part::ends) turn->over = true;
}

int Turns::newest_at(EventId moment) const {
    const auto behind =
        std::upper_bound(turns_.begin(), turns_.end(), moment,
                         [](EventId id, const Turn& turn) { return id < turn.first; });
    return static_cast<int>(behind - turns_.begin()) - 1;
}

void Turns::forget_below(EventId id) {
    while (!turns_.empty() && turns_.front().last < id) turns_.pop_front();
}

//--- the waterfall

namespace {

/// "llm" of llm_start, "tool get_weather" of a tool_call, "echo" of a command.
std::string stage_name(const Log& log, EventId asked, PairKind kind) {
    if (kind == PairKind::echo) return "echo";
    const std::string& type = log.types()[log.row(asked).type].name;
    if (type != "tool_call") return std::string(family(type));
    const std::string_view data = wire::read_envelope(log.view(asked).payload).data_raw;
    const std::string name = wire::json_string(wire::json_member(data, "tool_name"));
    return name.empty() ? "tool" : "tool " + name;
}

Stage stage_from(const Log& log, EventId asked, PairKind kind) {
    Stage stage;
    stage.name = stage_name(log, asked, kind);
    stage.from = asked;
    stage.begin_ns = stage.end_ns = log.mono_ns(asked);
    stage.sub_step = stage.name.substr(0, 4) == "tool";
    return stage;
}

/// What has no start of its own: a stroke where it came.
void add_moments(const Log& log, EventId id, const std::string& type, std::vector<Stage>* stages) {
    const std::int64_t at = log.mono_ns(id);
    if (type == "llm_token") {
        for (auto stage = stages->rbegin(); stage != stages->rend(); ++stage) {
            const bool inside = stage->to == 0 || at <= stage->end_ns;
            if (stage->name != "llm" || !inside) continue;
            stage->strokes.push_back(at);
            return;
        }
    }
    if (type == "memory_retrieve" || type == "memory_store") {
        Stage stage;
        stage.name = type;
        stage.to = id;
        stage.begin_ns = stage.end_ns = at;
        stages->push_back(std::move(stage));
    }
}

} // namespace

std::vector<Stage> stages_of(const Turn& turn, const Log& log, const Pairs& pairs) {
    std::vector<Stage> stages;
    const EventId first = std::max(turn.first, log.first());
    const EventId end = std::min({turn.last + 1, log.end(), first + kMostEvents});
    for (EventId id = first; id < end; ++id) {
        const Row row = log.row(id);
        if (row.link != turn.link) continue;
        const Pair* pair = pairs.asked_by(id);
        const bool own = pair && (pair->kind == PairKind::stage || pair->kind == PairKind::echo);
        if (own) {
            Stage stage = stage_from(log, id, pair->kind);
            stage.to = pair->answered;
            stage.end_ns = stage.begin_ns + pair->ns;
            stage.error = log.types()[log.row(pair->answered).type].name.ends_with("_error");
            stages.push_back(std::move(stage));
        } else if (const OpenRequest* open = pairs.waiting(id)) {
            if (open->kind != PairKind::stage) continue;
            Stage stage = stage_from(log, id, open->kind);
            stage.end_ns = turn.ended_ns;
            stages.push_back(std::move(stage));
        } else {
            add_moments(log, id, log.types()[row.type].name, &stages);
        }
    }
    return stages;
}

} // namespace model
