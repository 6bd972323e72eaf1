// A capture that is read and taken apart on a thread of its own, a few batches ahead of the one who
// looks at its events: so a query takes the time of the slower of the two. Memory is bounded by the
// batches. It never waits for the reading: that wakes it. Owned by the command's thread, which
// leaves the Reader alone meanwhile.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "capture/reader.h"
#include "wire/event.h"
#include "wire/slab.h"

namespace app {

class ReadAhead {
public:
    enum class Next : std::uint8_t { event, none_yet, end };

    /// `stop` is the one that `reader` looks at. `wake` is called on the reading thread, once there
    /// is more after `none_yet`.
    ReadAhead(capture::Reader& reader, capture::StopSign& stop, std::function<void()> wake);
    /// Ends the reading, also before the capture's end.
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    /// The next event, valid until the next call.
    Next next(wire::EventView* event) {
        if (at_ == given_size_)
            if (const Next batch = next_batch(); batch != Next::event) return batch;
        *event = given_->events[at_++];
        return Next::event;
    }

    std::uint64_t bytes_read() const { return given_ ? given_->bytes_read : 0; }
    std::uint64_t bytes_total() const { return given_ ? given_->bytes_total : 0; }

private:
    static constexpr std::size_t kEvents = 1024;
    static constexpr std::size_t kBytes = 256u << 10;

    struct Batch {
        std::vector<wire::EventView> events;
        std::vector<std::unique_ptr<wire::Details>> details;
        std::unique_ptr<char[]> bytes; ///< of the payloads
        std::size_t size = 0, capacity = 0;
        std::uint64_t bytes_read = 0, bytes_total = 0;
    };

    Next next_batch();
    void run();
    bool fill(Batch& batch);
    static bool add(Batch& batch, const wire::EventView& event);

    capture::Reader& reader_;
    capture::StopSign& stop_;
    std::function<void()> wake_;
    //--- the command's thread
    Batch* given_ = nullptr;
    std::size_t at_ = 0, given_size_ = 0;
    //--- the reading thread
    wire::EventView held_; ///< did not fit the last batch
    bool holds_ = false;

    std::array<Batch, 4> batches_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Batch*> empty_, full_;
    bool ended_ = false, stopped_ = false;
    bool wanted_ = false; ///< the command was told `none_yet`
    std::thread thread_;
};

} // namespace app
