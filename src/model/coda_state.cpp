#include "model/coda_state.h"

#include <algorithm>
#include <initializer_list>

#include "wire/catalogue.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace model {
namespace {

/// Looks types up by name among the last of each.
class Lasts {
public:
    Lasts(const Log& log, const std::vector<LastOfType>& last) : log_(log), last_(last) {}

    EventId of(std::string_view name) const {
        const TypeId type = log_.type_of(name);
        if (type == 0) return 0;
        for (const LastOfType& entry : last_)
            if (entry.type == type) return entry.last;
        return 0;
    }
    EventId newest(std::initializer_list<std::string_view> names) const {
        EventId id = 0;
        for (const std::string_view name : names) id = std::max(id, of(name));
        return id;
    }
    /// A member of the event's `data`, as it stands; empty: none.
    std::string_view raw(EventId id, std::string_view name) const {
        if (id == 0) return {};
        return wire::json_member(wire::read_envelope(log_.view(id).payload).data_raw, name);
    }
    std::string text(EventId id, std::string_view name) const {
        return wire::json_string(raw(id, name));
    }

private:
    const Log& log_;
    const std::vector<LastOfType>& last_;
};

void read_handshake(const Log& log, const Lasts& lasts, CodaState* state) {
    const EventId challenge = lasts.of("auth_challenge");
    if (challenge == 0) return;
    const EventId response = lasts.of("auth_response");
    const EventId result = lasts.of("auth_result");
    state->handshake = wire::AuthStage::challenged;
    if (response > challenge) state->handshake = wire::AuthStage::answered;
    if (result < challenge) return;
    const bool accepted = lasts.raw(result, "success") == "true";
    state->handshake = accepted ? wire::AuthStage::authenticated : wire::AuthStage::refused;
    state->handshake_ns = log.mono_ns(result) - log.mono_ns(challenge);
}

} // namespace

CodaState coda_state_at(const Log& log, std::vector<LastOfType> last, std::int64_t since_ns) {
    std::erase_if(last,
                  [&](const LastOfType& entry) { return log.mono_ns(entry.last) < since_ns; });
    CodaState state;
    const Lasts lasts(log, last);
    for (const LastOfType& entry : last) {
        const std::string& name = log.types()[entry.type].name;
        if (wire::find_type(name) != nullptr) state.seen = true;
        if (name.ends_with("_error")) state.last_error = std::max(state.last_error, entry.last);
    }
    read_handshake(log, lasts, &state);
    state.mode = lasts.text(lasts.of("mode_change"), "mode");
    const EventId heard = lasts.of("stt_start");
    if (state.mode.empty()) state.mode = lasts.text(heard, "mode");
    state.emotion = lasts.text(lasts.of("emotion_change"), "emotion");
    state.listening = heard > lasts.newest({"stt_result", "stt_error", "stt_stop"});
    state.speaking = lasts.of("tts_start") > lasts.newest({"tts_result", "tts_error", "tts_stop"});
    state.metrics = lasts.of("system_metrics");
    return state;
}

bool changed(const Log& log, const LastOfType& entry) {
    if (entry.before == 0) return false;
    const auto data = [&](EventId id) {
        const std::string_view payload = log.view(id).payload;
        const std::string_view raw = wire::read_envelope(payload).data_raw;
        return raw.empty() ? payload : raw;
    };
    return data(entry.last) != data(entry.before);
}

} // namespace model
