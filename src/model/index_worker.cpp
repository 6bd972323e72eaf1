#include "model/index_worker.h"

#include <algorithm>
#include <atomic>
#include <utility>

namespace model {
namespace {

/// Rows handed over at once: a screenful is found in the first.
constexpr EventId kPieceRows = 4096;

} // namespace

struct IndexWorker::Job {
    std::shared_ptr<const LogSnapshot> snapshot;
    std::shared_ptr<const Matcher> matcher;
    std::atomic<bool> cancelled{false};
    std::atomic<EventId> first; ///< rows below it are of no use
    bool started = false;
};

IndexWorker::~IndexWorker() {
    stop();
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        quit_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void IndexWorker::set_wake(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

void IndexWorker::start(std::shared_ptr<const LogSnapshot> snapshot,
                        std::shared_ptr<const Matcher> matcher) {
    stop();
    auto job = std::make_shared<Job>();
    job->first = snapshot->first();
    job->snapshot = std::move(snapshot);
    job->matcher = std::move(matcher);
    {
        const std::lock_guard lock(mutex_);
        job_ = std::move(job);
    }
    if (thread_.joinable())
        changed_.notify_one();
    else
        thread_ = std::thread([this] { run(); });
}

void IndexWorker::stop() {
    std::vector<Found> old; // given back without the lock
    std::shared_ptr<Job> job;
    const std::lock_guard lock(mutex_);
    if (job_) job_->cancelled = true;
    job = std::exchange(job_, nullptr);
    old.swap(found_);
    taken_ = 0;
}

void IndexWorker::forget_below(EventId id) {
    const std::lock_guard lock(mutex_);
    if (job_) job_->first = std::max<EventId>(job_->first, id);
}

bool IndexWorker::take(Found* found) {
    const std::lock_guard lock(mutex_);
    if (taken_ == found_.size()) return false;
    *found = std::move(found_[taken_++]);
    if (taken_ == found_.size()) {
        found_.clear();
        taken_ = 0;
    }
    return true;
}

bool IndexWorker::has_found() const {
    const std::lock_guard lock(mutex_);
    return taken_ != found_.size();
}

void IndexWorker::run() {
    for (;;) {
        std::shared_ptr<Job> job;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return quit_ || (job_ && !job_->started); });
            if (quit_) return;
            job = job_;
            job->started = true;
        }
        work(job);
        // The last reference may go here: gigabytes are given back on this thread.
        job->snapshot.reset();
    }
}

void IndexWorker::work(const std::shared_ptr<Job>& job) {
    const LogSnapshot& rows = *job->snapshot;
    for (EventId to = rows.end(); to > rows.first();) {
        const EventId low = std::max<EventId>(rows.first(), job->first);
        if (to <= low) return;
        // Pieces end where chunks do.
        Found found;
        found.to = to;
        found.from = std::max(low, (to - 2) / kPieceRows * kPieceRows + 1);
        for (EventId id = found.from; id < to; ++id) {
            if (job->cancelled.load(std::memory_order_relaxed)) return;
            if (job->matcher->passes(rows.view(id), rows.type(id)))
                found.offsets.push_back(static_cast<std::uint32_t>(id - found.from));
        }
        to = found.from;
        hand_over(job, std::move(found));
    }
}

void IndexWorker::hand_over(const std::shared_ptr<Job>& job, Found found) {
    std::function<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        if (job_ != job) return;
        if (taken_ == found_.size()) wake = wake_;
        found_.push_back(std::move(found));
    }
    if (wake) wake();
}

} // namespace model
