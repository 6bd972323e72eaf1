#include "app/read_ahead.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace app {
namespace {

constexpr std::size_t kPadding = wire::kSlabPadding; // as behind every payload

} // namespace

ReadAhead::ReadAhead(capture::Reader& reader, capture::StopSign& stop, std::function<void()> wake)
    : reader_(reader), stop_(stop), wake_(std::move(wake)) {
    for (Batch& batch : batches_) empty_.push_back(&batch);
    thread_ = std::thread([this] { run(); });
}

ReadAhead::~ReadAhead() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    stop_.raise();
    changed_.notify_all();
    thread_.join();
}

ReadAhead::Next ReadAhead::next_batch() {
    const std::lock_guard lock(mutex_);
    if (given_ != nullptr) {
        empty_.push_back(given_);
        changed_.notify_all();
    }
    given_ = nullptr;
    at_ = given_size_ = 0;
    if (full_.empty()) {
        wanted_ = !ended_;
        return ended_ ? Next::end : Next::none_yet;
    }
    given_ = full_.front();
    full_.pop_front();
    given_size_ = given_->events.size();
    return Next::event;
}

void ReadAhead::run() {
    for (bool more = true; more;) {
        Batch* batch = nullptr;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopped_ || !empty_.empty(); });
            if (stopped_) break;
            batch = empty_.front();
            empty_.pop_front();
        }
        more = fill(*batch);
        const std::lock_guard lock(mutex_);
        (batch->events.empty() ? empty_ : full_).push_back(batch);
        ended_ = !more;
        if (std::exchange(wanted_, false)) wake_();
    }
}

/// Until the batch is full, or the next event would have to be waited for. False: the capture has
/// no more.
bool ReadAhead::fill(Batch& batch) {
    batch.events.clear();
    batch.details.clear();
    batch.size = 0;
    if (batch.capacity > kBytes) { // one large payload does not keep its memory
        batch.bytes.reset();
        batch.capacity = 0;
    }
    bool more = true;
    while (batch.events.size() < kEvents) {
        if (!holds_ && !batch.events.empty() && reader_.would_wait()) break;
        if (!holds_) more = reader_.next(&held_);
        if (!more) break;
        holds_ = !add(batch, held_);
        if (holds_) break;
    }
    batch.bytes_read = reader_.bytes_read();
    batch.bytes_total = reader_.bytes_total();
    return more;
}

/// False: the batch is full.
bool ReadAhead::add(Batch& batch, const wire::EventView& event) {
    if (event.payload.size() + kPadding > batch.capacity - batch.size) {
        if (!batch.events.empty()) return false;
        batch.capacity = std::max(kBytes, event.payload.size() + kPadding);
        batch.bytes.reset(new char[batch.capacity]());
    }
    wire::EventView& kept = batch.events.emplace_back(event);
    char* const bytes = batch.bytes.get() + batch.size;
    if (!event.payload.empty()) std::memcpy(bytes, event.payload.data(), event.payload.size());
    kept.payload = std::string_view(bytes, event.payload.size());
    batch.size += event.payload.size();
    if (event.details == nullptr) return true;
    batch.details.push_back(std::make_unique<wire::Details>(*event.details));
    kept.details = batch.details.back().get();
    return true;
}

} // namespace app
