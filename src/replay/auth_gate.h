// When the first message may be sent (CONTRACT.md): when auth_result says success, if an
// auth_challenge came within 0.3 s of the opening; otherwise when that time is over. Told what
// happens; reads no clock. Owned by whoever sends.
#pragma once

#include <cstdint>
#include <string>

#include "wire/event.h"

namespace replay {

class AuthGate {
public:
    static constexpr std::int64_t kChallengeNs = 300'000'000;
    /// The server gives up after 30 s (PROTOCOL.md) and says so; longer is not waited.
    static constexpr std::int64_t kAnswerNs = 32'000'000'000;
    static constexpr std::int64_t kNever = INT64_MAX;

    enum class Stage : std::uint8_t {
        closed,     ///< the connection is not open yet
        listening,  ///< open: a challenge may come
        challenged, ///< it came; the answer is awaited
        passed,     ///< messages may be sent
        refused,    ///< auth_result said no: nothing may be sent
    };

    void see(const wire::EventView& event);
    /// At `mono_ns`, when all that happened before it was told.
    void tick(std::int64_t mono_ns);
    /// When tick() has something to do; kNever: not before something happens.
    std::int64_t due_ns() const;

    Stage stage() const { return stage_; }
    bool challenged() const { return challenged_; }
    const std::string& client_id() const { return client_id_; } ///< from auth_result
    const std::string& token() const { return token_; }         ///< from the challenge
    const std::string& why() const { return why_; } ///< refused: what the server said, or our words

private:
    Stage stage_ = Stage::closed;
    bool challenged_ = false;
    std::int64_t since_ns_ = 0; ///< the opening; then the challenge
    std::string client_id_, token_, why_;
};

} // namespace replay
