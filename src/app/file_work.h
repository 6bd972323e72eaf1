// All that the window does with files beside the log: captures that are opened, the recording, the
// log on its way into a file, a replay. One object for the loop and for act; UI thread; headless.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "app/open_capture.h"
#include "app/recording.h"
#include "app/replaying.h"
#include "app/save_log.h"
#include "base/result.h"
#include "model/model.h"
#include "net/engine.h"

namespace app {

struct FileWork {
    /// `bell` is what EngineOptions::recording_wake of `engine` rings; `wake` wakes the window, on
    /// any thread. `program` is for the heads of files.
    FileWork(net::Engine& engine, std::shared_ptr<capture::Bell> bell, const std::string& program,
             const std::function<void()>& wake = {});

    OpenedCaptures opened;
    LogSaver saver;
    Replaying replaying;
    Recording recording; ///< the last: it ends first, and waits until it is on the disk

    /// An empty path: a new file in `model.files.record_folder`, or the usual one.
    base::Status start_recording(const std::string& path, model::Model& model);
    void stop_recording();
    /// A recording or a file is not written to its end yet.
    bool busy() const { return recording.busy() || saver.busy(); }

    struct Done {
        bool more = false;    ///< work is left: draw another frame
        bool changed = false; ///< something that is shown
    };
    /// Once a frame, after drain, drawn or not. `budget_ns` for each of them.
    Done work(model::Model& model, std::int64_t budget_ns);
    /// When work() has something to do though nothing happens.
    std::int64_t due_ns() const { return replaying.due_ns(); }

private:
    void tell_recording(model::Model& model);

    bool recorded_ = false; ///< a recording is on, or has not ended yet
    std::uint64_t seen_ = 0;
};

} // namespace app
