// Captures and HARs that were opened beside the live connections: each is read by a thread of its
// own into a queue of its own, and its events come into the log as connections of the model, while
// it is still being read. Several that are read side by side are merged by their times. UI thread,
// but for the reading; headless.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/log_merge.h"
#include "base/clock.h"
#include "base/renumbering.h"
#include "model/model.h"
#include "wire/event_queue.h"
#include "wire/file_state.h"

namespace app {

/// One file that is being read. Its owner pops `events()`; the destructor ends the reading.
class FileLoader {
public:
    /// `clock`: one moment on both of this program's clocks. `wake` is called on the reading
    /// thread, when there is something to pop and at the end.
    FileLoader(std::string path, base::Stamp clock, std::function<void()> wake);
    ~FileLoader();
    FileLoader(const FileLoader&) = delete;
    FileLoader& operator=(const FileLoader&) = delete;

    /// `link` and `conn` as in the file; times on this program's clocks, as if it had been there.
    wire::EventQueue& events();
    void cancel(); ///< what was read stays
    wire::FileProgress progress() const;

private:
    class Thread;
    std::unique_ptr<Thread> thread_;
};

class OpenedCaptures {
public:
    /// `wake` wakes the window.
    explicit OpenedCaptures(std::function<void()> wake = {}) : wake_(std::move(wake)) {}

    /// Begins to read. What is wrong with the file comes as a notice. `show`: its first connection
    /// becomes the current one, and its first event Files::show.
    void open(const std::string& path, bool show = false);
    /// Ends the reading of the file that `link` belongs to.
    void cancel(const model::Model& model, std::uint32_t link);
    /// Ends the reading of the file of that name.
    void cancel(const std::string& path);

    /// Once a frame, beside drain(): takes what was read, for about `budget_ns`, into the log, of
    /// files that are read side by side in the order of their times; makes connections known; tells
    /// of damage as notices. True while there is more to take. When what it takes is older than
    /// the log, the log's rows are merged with it; not while somebody counts on their ids.
    bool drain(model::Model& model, std::int64_t budget_ns, bool ids_may_change = true);
    /// The log is being put in the order of time: what happens now must wait (drain's `hold`).
    bool merging() const { return merging_; }
    void forget_rows() { merge_ = LogMerge(); } ///< the log is cleared: what is out of it goes, too

    /// Of every file that was opened, in that order.
    std::vector<wire::FileProgress> progress() const;
    /// Of those that are not yet read to their end.
    std::vector<wire::FileProgress> reading() const;
    bool busy() const; ///< one is read, or the log is still being merged

private:
    struct File {
        std::string path;
        std::unique_ptr<FileLoader> loader; ///< null: read to its end, and all of it taken
        std::vector<std::uint32_t> links;   ///< of the model, by link in the file
        base::Renumbering ids;              ///< from events of the file to those of the log
        base::Renumbering ids_before; ///< while the log is put in order: to those that had been
        wire::FileProgress progress;
        bool show = false;
        bool merged = false;   ///< the log was merged since it was opened
        bool finished = false; ///< read to its end: what is in the queue is all
    };
    File* oldest(bool* wait);
    bool any_read() const;
    bool take(model::Model& model, std::int64_t until_ns, bool ids_may_change);
    void follow(const LogMerge::Moved& moved);
    void take_one(model::Model& model, File& file);
    void tell(model::Model& model, const File& file);

    std::function<void()> wake_;
    const base::Stamp clock_ = base::stamp_now(); ///< the same for all files: their times compare
    std::vector<File> files_;
    LogMerge merge_;
    bool merging_ = false; ///< until all files that are read now are read to their end
};

} // namespace app
