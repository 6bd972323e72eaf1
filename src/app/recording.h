// Recording in the window: switches it on and off, and hands over what the log holds of before. UI
// thread; headless. The recorder's own thread runs behind it. It never keeps a frame waiting.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "capture/recorder.h"
#include "model/model.h"
#include "net/engine.h"
#include "wire/file_state.h"

namespace app {

class Recording {
public:
    /// `bell` is what EngineOptions::recording_wake of `engine` rings. `program` is for the first
    /// line. `changed` wakes the window, on the recorder's thread; it may be empty.
    Recording(net::Engine& engine, std::shared_ptr<capture::Bell> bell, std::string program,
              std::function<void()> changed = {});
    /// Ends a recording; waits until it is on the disk.
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    /// From the oldest event that the log holds on, marks and notes included. Refused while another
    /// one is on or ending.
    base::Status start(const std::string& path, bool overwrite, const model::Model& model);
    /// The event's mark or note was set, changed or taken away: the file is told, too, when it has
    /// the event.
    void mark(const model::Model& model, model::EventId event);
    /// No more events; what is under way is still written.
    void stop();

    /// Once a frame, after drain: hands over what the log holds, for about `budget_ns`; tells of
    /// faults as notices. True while work is left: draw another frame.
    bool work(model::Model& model, std::int64_t budget_ns);

    bool on() const { return recorder_ != nullptr && !stopping_; }
    bool busy() const { return recorder_ != nullptr; }          ///< on, or still ending
    bool hands_over() const { return busy() && !handed_over_; } ///< what the log holds, by its ids
    /// Of the one that is on, or of the last one.
    wire::RecordingState state() const;

private:
    bool hand_over(const model::Model& model, std::int64_t until_ns);
    bool hand_over_one(const model::Model& model, model::EventId id);
    bool hand_over_notes();
    bool tell_missing(const model::Model& model, std::uint64_t count);
    void tell(model::Model& model);

    net::Engine& engine_;
    std::shared_ptr<capture::Bell> bell_;
    std::string program_;
    std::function<void()> changed_;

    std::unique_ptr<capture::Recorder> recorder_;
    bool stopping_ = false;
    bool handed_over_ = true;
    std::uint64_t missing_ = 0;     ///< events that the log had trimmed before
    model::EventId next_ = 0;       ///< of the log, to be handed over
    std::deque<wire::Event> notes_; ///< on their way to the recorder
    wire::SlabWriter slabs_;
    wire::RecordingState last_;
    std::uint64_t faults_told_ = 0;
};

} // namespace app
