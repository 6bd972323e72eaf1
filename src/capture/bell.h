// Wakes one sleeping thread. Ring it on any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace capture {

class Bell {
public:
    void ring() {
        const std::lock_guard lock(mutex_);
        rung_ = true;
        bell_.notify_one();
    }
    /// Sleeps until it was rung, at most so long.
    void wait(std::chrono::milliseconds most) {
        std::unique_lock lock(mutex_);
        bell_.wait_for(lock, most, [this] { return rung_; });
        rung_ = false;
    }

private:
    std::mutex mutex_;
    std::condition_variable bell_;
    bool rung_ = false;
};

} // namespace capture
