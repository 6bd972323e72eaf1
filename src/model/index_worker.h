// The thread that looks for the rows of a log that pass a filter, newest chunk first. It reads a
// snapshot and never the log. Owned by an Index; every function is called on the Index's thread. It
// sleeps when there is nothing to look for, and starts with the first job.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "model/log.h"
#include "model/matcher.h"

namespace model {

class IndexWorker {
public:
    /// Rows [from, to) were looked at: those of them that pass, ascending, as offsets from `from`.
    struct Found {
        EventId from = 1, to = 1;
        std::vector<std::uint32_t> offsets;
    };

    IndexWorker() = default;
    ~IndexWorker();
    IndexWorker(const IndexWorker&) = delete;
    IndexWorker& operator=(const IndexWorker&) = delete;

    /// Called on the worker's thread when there is something to take after there was nothing.
    void set_wake(std::function<void()> wake);

    /// Looks at the rows of `snapshot`; whatever was looked for before is forgotten.
    void start(std::shared_ptr<const LogSnapshot> snapshot, std::shared_ptr<const Matcher> matcher);
    void stop();
    /// Rows below `id` are of no use any more.
    void forget_below(EventId id);

    /// The next find, from the newest rows to the oldest, without holes; false when there is none
    /// yet.
    bool take(Found* found);
    bool has_found() const;

private:
    struct Job;
    void run();
    void work(const std::shared_ptr<Job>& job);
    void hand_over(const std::shared_ptr<Job>& job, Found found);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<Job> job_; ///< null: nothing to look for
    std::vector<Found> found_; ///< of `job_`; taken from `taken_` on
    std::size_t taken_ = 0;
    std::function<void()> wake_;
    bool quit_ = false;
    std::thread thread_;
};

} // namespace model
