// What Coda says and when, in both dialects of PROTOCOL.md, without any socket: messages come in,
// time is told to it, messages go out through two functions. Owned by the simulator's server, on
// its thread; reads no clock of its own.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "sim/server.h"
#include "sim/turn.h"

namespace sim {

/// A client, as the server numbers them.
using ClientId = std::uint32_t;

class Coda {
public:
    struct Options {
        Dialect dialect = Dialect::guide;
        double rate = 0;
        std::uint64_t seed = 1;
        double auth_timeout_s = 30;
        double heartbeat_s = 0; ///< 0: the dialect's own
        double turn_scale = 1;
        std::uint64_t secret = 0; ///< for tokens and ids; differs from run to run
    };
    /// Where messages go. None may call back into Coda.
    struct Sink {
        std::function<void(ClientId, std::string_view text)> send;
        std::function<void(ClientId, int code, std::string_view reason)> close;
        std::function<bool()> behind; ///< a client does not keep up: what comes by rate waits
    };
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

    Coda(Options options, Sink sink, base::Stamp started);

    void opened(ClientId client, base::Stamp now);
    /// A text message of a client. Binary ones mean nothing to Coda.
    void received(ClientId client, std::string_view text, base::Stamp now);
    void gone(ClientId client);

    /// Does what is due, at most a slice of it at once.
    void tick(base::Stamp now);
    /// When `tick` has something to do, on the monotonic clock; kNever: nothing is planned.
    std::int64_t next_due_ns() const;

private:
    struct Client {
        std::string token, client_id;
        bool ready = false; ///< authenticated, or in the guide's dialect simply there
        std::int64_t auth_deadline_ns = kNever;
    };
    struct Playing {
        std::vector<Step> steps;
        std::size_t next = 0;
        std::int64_t began_ns = 0;
        std::int64_t heard_ns = 0; ///< within the turn, see sim::Turn
        std::int64_t speech_ns = 0;
        bool listening = false; ///< began with stt_start; stt_stop ends the listening
        bool continuous = false;
        std::string mode;
        double listen_s = 0;
    };
    struct Seen {
        std::int64_t mono_ns = 0;
        std::int64_t count = 0;
    };

    bool backend() const { return options_.dialect == Dialect::backend; }
    std::int64_t scaled(std::int64_t ns) const;
    std::int64_t due_of(const Playing& turn) const;

    bool anybody_listens() const;

    //--- sending
    void send_bare(ClientId client, const char* type, const std::string& data);
    void broadcast(const std::string& type, const std::string& data, bool kept, base::Stamp now);

    //--- the backend's handshake and commands
    void challenge(ClientId client, base::Stamp now);
    void answer_challenge(ClientId id, Client& client, std::string_view data_raw);
    void accept(ClientId id, Client& client);
    void time_out(ClientId id, Client& client);
    bool is_duplicate(ClientId client, const std::string& type, const std::string& data,
                      base::Stamp now);
    void command(ClientId id, const Client& client, std::string_view text, base::Stamp now);
    void guide_command(const std::string& type, std::string_view data_raw, base::Stamp now);
    void backend_command(const std::string& type, std::string_view data_raw, base::Stamp now);

    //--- turns
    void start_turn(std::string_view text, base::Stamp now);
    void start_listening(std::string_view data_raw, base::Stamp now);
    void listen(const std::string& mode, double listen_s, bool continuous, base::Stamp now);
    void stop_listening(base::Stamp now);
    void stop_speech(base::Stamp now);
    void play_next(Playing& turn, base::Stamp now);
    void end_turns(base::Stamp now);

    //--- what comes by the clock
    void heartbeat(base::Stamp now);
    void rate_events(base::Stamp now);

    Options options_;
    Sink sink_;
    base::Stamp started_;
    Random figures_;
    std::map<ClientId, Client> clients_;
    std::vector<Playing> turns_; ///< the backend has one at most
    Progress progress_;
    std::int64_t seq_ = 0;
    std::deque<std::string> kept_;
    /// Commands of the last 5 s, by hash and size of type and data: they may be megabytes.
    std::map<std::pair<std::size_t, std::size_t>, Seen> seen_;
    std::int64_t heartbeat_ns_ = 0;
    std::int64_t next_heartbeat_ns_ = 0;
    std::vector<Step> rotation_;
    std::size_t rotation_next_ = 0;
    std::int64_t next_rate_ns_ = kNever;
};

} // namespace sim
