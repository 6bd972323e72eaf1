#include "app/read_ahead.h"

#include <algorithm>
#include <cstring>

namespace app {
namespace {

constexpr std::size_t kPadding = wire::kSlabPadding; // as behind every payload

} // namespace

ReadAhead::ReadAhead(capture::Reader& reader) : reader_(reader) {
    for (Batch& batch : batches_) empty_.push_back(&batch);
    thread_ = std::thread([this] { run(); });
}

ReadAhead::~ReadAhead() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

bool ReadAhead::next_batch() {
    std::unique_lock lock(mutex_);
    if (given_ != nullptr) {
        empty_.push_back(given_);
        changed_.notify_all();
    }
    given_ = nullptr;
    at_ = given_size_ = 0;
    changed_.wait(lock, [this] { return ended_ || !full_.empty(); });
    if (full_.empty()) return false;
    given_ = full_.front();
    full_.pop_front();
    given_size_ = given_->events.size();
    return true;
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
        if (!batch->events.empty()) full_.push_back(batch);
        ended_ = !more;
        changed_.notify_all();
    }
}

/// False: the capture has no more.
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
