#include "replay/auth_gate.h"

#include "wire/envelope.h"

namespace replay {

void AuthGate::see(const wire::EventView& event) {
    if (event.kind == wire::Kind::open && stage_ == Stage::closed) {
        stage_ = Stage::listening;
        since_ns_ = event.mono_ns;
        return;
    }
    const bool waits = stage_ == Stage::listening || stage_ == Stage::challenged;
    if (!waits || event.kind != wire::Kind::text || event.dir != wire::Dir::in) return;
    const wire::AuthFrame frame =
        wire::read_auth_frame(event.payload, wire::read_envelope(event.payload));
    switch (frame.is) {
    case wire::AuthFrame::Is::nothing: break;
    case wire::AuthFrame::Is::challenge:
        if (stage_ == Stage::listening && event.mono_ns - since_ns_ > kChallengeNs) break;
        stage_ = Stage::challenged;
        challenged_ = true;
        since_ns_ = event.mono_ns;
        token_ = frame.token;
        break;
    case wire::AuthFrame::Is::accepted:
        stage_ = Stage::passed;
        client_id_ = frame.client_id;
        break;
    case wire::AuthFrame::Is::refused:
        stage_ = Stage::refused;
        why_ = frame.message.empty() ? "auth_result said no" : frame.message;
        break;
    }
}

void AuthGate::tick(std::int64_t mono_ns) {
    if (mono_ns < due_ns()) return;
    if (stage_ == Stage::listening) {
        stage_ = Stage::passed;
    } else if (stage_ == Stage::challenged) {
        stage_ = Stage::refused;
        why_ = "timed out: no auth_result for 32 s after auth_challenge";
    }
}

std::int64_t AuthGate::due_ns() const {
    if (stage_ == Stage::listening) return since_ns_ + kChallengeNs;
    if (stage_ == Stage::challenged) return since_ns_ + kAnswerNs;
    return kNever;
}

} // namespace replay
