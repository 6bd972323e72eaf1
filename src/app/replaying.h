// A replay in the window: gathers the messages of a connection of the log, plays them to a session,
// and holds what comes back against what came then. The player decides; this is its log, its
// connection and its clock. UI thread; headless. Never keeps a frame waiting: what takes long is
// done in slices, or by a thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/actions.h"
#include "model/model.h"
#include "net/engine.h"
#include "replay/player.h"
#include "replay/recording.h"

namespace app {

class Replaying {
public:
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

    /// `wake` wakes the window, on the thread that prepares a replay.
    explicit Replaying(net::Engine& engine, std::function<void()> wake = {});
    ~Replaying();
    Replaying(const Replaying&) = delete;
    Replaying& operator=(const Replaying&) = delete;

    /// Gathers what the log holds of `source`; of a file, of all its connections. Ends a replay
    /// that runs. An Error when there is no such connection.
    base::Status load(std::uint32_t source, model::Model& model);
    /// An Error when there is nothing to play.
    base::Status playable() const;
    /// Plays what was gathered to `target`, which the caller has ordered to be dialled, or dialled
    /// anew, just now. Error: as playable().
    base::Status start(std::uint32_t target, const model::ReplayWish& wish, model::Model& model);
    void pause(bool on, model::Model& model);
    void step();
    void stop(model::Model& model);
    void set_speed(double speed);
    void set_enabled(std::size_t send, bool on);
    void edit(std::size_t send, std::string payload);

    /// Once a frame, after drain: goes on with what is under way, for about `budget_ns` of
    /// gathering. True while work is left: draw another frame.
    bool work(model::Model& model, std::int64_t budget_ns);
    /// The ids of rows are about to change: looks at what has happened by now.
    void follow_log(model::Model& model) {
        if (running_ && player_) follow(model);
    }
    /// They have changed: what was there before `next` has been looked at.
    void follow_from(model::EventId next) { follow_ = next; }
    /// When work() has something to do though nothing happens.
    std::int64_t due_ns() const;
    /// Changes whenever work() has changed what is shown.
    std::uint64_t changes() const { return changes_; }

private:
    bool gather(model::Model& model, std::int64_t until_ns);
    void say_about(const replay::Recording& recording, model::Model& model) const;
    void prepare();
    void take_prepared(model::Model& model);
    void follow(model::Model& model);
    void see(const wire::EventView& event);
    void advance(const model::Model& model);
    void end_without_session(const model::Model& model);
    void show(model::Model& model);

    net::Engine& engine_;
    std::function<void()> wake_;

    //--- gathering
    std::optional<replay::RecordingMaker> maker_;
    std::uint32_t source_ = 0;
    std::string file_; ///< of the source; empty: it is no file
    model::EventId next_ = 0, end_ = 0;

    //--- what was gathered, and what was changed since
    std::shared_ptr<const replay::Recording> recording_;
    std::vector<bool> enabled_;                ///< by message
    std::map<std::size_t, std::string> edits_; ///< by message

    //--- the player; before it begins it shows what would be sent
    std::future<std::unique_ptr<replay::Player>> prepared_;
    std::unique_ptr<replay::Player> player_;
    model::ReplayWish wish_;
    bool running_ = false; ///< asked to begin, and not over
    std::uint32_t target_ = 0;
    std::uint32_t conn_ = 0;             ///< the attempt that is followed; 0: it has not begun
    model::EventId follow_ = 0;          ///< the next event of the log to be looked at
    std::optional<base::Error> failure_; ///< of the newest attempt
    bool paused_ = false;
    int steps_ = 0;        ///< asked for before the player was ready
    bool held_up_ = false; ///< too much waits to be sent
    std::uint64_t changes_ = 0, shown_ = 0;
};

} // namespace app
