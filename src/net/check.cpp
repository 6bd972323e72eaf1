#include "net/check.h"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <csignal>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/devlog.h"
#include "net/check_run.h"

namespace net {

struct Check::Thread {
    Thread(CheckOptions given, std::function<void()> told)
        : options(std::move(given)), changed(std::move(told)), work(asio::make_work_guard(io)) {
        shown.url = options.link.url;
        shown.running = true;
        thread = std::thread([this] { run(); });
    }
    ~Thread() {
        stop();
        thread.join();
    }

    void stop() {
        stopped = true;
        asio::post(io, [] {}); // wakes whoever waits in there
    }

    void run() {
        // A write to a line that is gone must be an error code, not the end of the program.
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        try {
            CheckRun(options, io, stopped, [this](const wire::CheckState& state) {
                publish(state);
            }).run();
        } catch (const std::exception& exception) {
            // Nothing here throws on purpose; whoever waits must learn of the end all the same.
            base::devlog("check", exception.what());
            wire::CheckState state = copy();
            state.running = false;
            state.error = base::Error{"the check could not go on", exception.what(), {}};
            publish(state);
        }
    }

    void publish(const wire::CheckState& state) {
        {
            const std::lock_guard<std::mutex> lock(mutex);
            shown = state;
            fresh = true;
        }
        if (changed) changed();
    }

    wire::CheckState copy() const {
        const std::lock_guard<std::mutex> lock(mutex);
        return shown;
    }

    const CheckOptions options;
    const std::function<void()> changed;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work;
    std::atomic<bool> stopped{false};
    mutable std::mutex mutex; ///< guards `shown`
    wire::CheckState shown;
    bool fresh = false; ///< guarded too: nobody was told of `shown`
    std::thread thread;
};

Check::Check(CheckOptions options, std::function<void()> changed)
    : thread_(std::make_unique<Thread>(std::move(options), std::move(changed))) {}
Check::~Check() = default;

wire::CheckState Check::state() const { return thread_->copy(); }

std::optional<wire::CheckState> Check::news() {
    const std::lock_guard<std::mutex> lock(thread_->mutex);
    if (!std::exchange(thread_->fresh, false)) return std::nullopt;
    return thread_->shown;
}

void Check::stop() { thread_->stop(); }

} // namespace net
