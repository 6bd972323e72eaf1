#include "wire/link_state.h"

namespace wire {

const char* word(Phase phase) {
    switch (phase) {
    case Phase::idle: return "Idle";
    case Phase::resolving: return "Resolving";
    case Phase::connecting: return "Connecting";
    case Phase::securing: return "Securing";
    case Phase::upgrading: return "Upgrading";
    case Phase::open: return "Open";
    case Phase::closing: return "Closing";
    case Phase::waiting: return "Waiting to retry";
    case Phase::failed: return "Failed";
    }
    return "";
}

const char* word(AuthStage stage) {
    switch (stage) {
    case AuthStage::none: return "";
    case AuthStage::challenged: return "challenged";
    case AuthStage::answered: return "answered";
    case AuthStage::authenticated: return "authenticated";
    case AuthStage::refused: return "refused";
    }
    return "";
}

} // namespace wire
