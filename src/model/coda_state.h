// What Coda was doing at a moment, told from the last events of its types (PROTOCOL.md). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/log.h"
#include "model/type_history.h"

namespace model {

struct CodaState {
    bool seen = false; ///< something of Coda's had come: else nothing here means anything

    wire::AuthStage handshake = wire::AuthStage::none;
    std::int64_t handshake_ns = -1; ///< from the challenge to its result; -1: not whole
    std::string mode;       ///< of mode_change, else of the last stt_start; empty: not known
    std::string emotion;    ///< of emotion_change; empty: not known
    bool listening = false; ///< stt_start without its end
    bool speaking = false;  ///< tts_start without its end
    EventId last_error = 0; ///< newest *_error; 0: none
    EventId metrics = 0;    ///< newest system_metrics; 0: none
};

/// `last` is what TypeHistory::at gave for the moment; what came before `since_ns`, the beginning
/// of the connection's session, does not count.
CodaState coda_state_at(const Log& log, std::vector<LastOfType> last, std::int64_t since_ns = 0);

/// True when the newest event of the type carries other data than the one before it; without one
/// before it: false.
bool changed(const Log& log, const LastOfType& entry);

} // namespace model
