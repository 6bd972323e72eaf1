#include "wire/slab.h"

#include <cstring>
#include <new>

namespace wire {

Slab::Slab(std::size_t capacity)
    : capacity_(capacity), bytes_(static_cast<char*>(::operator new(capacity + kSlabPadding))) {
    std::memset(bytes_ + capacity, 0, kSlabPadding);
}

Slab::~Slab() { ::operator delete(bytes_); }

void SlabRef::drop() noexcept {
    if (slab_ && slab_->holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete slab_;
    slab_ = nullptr;
}

SlabRef SlabShares::give() noexcept {
    constexpr std::uint64_t kMore = 4096;
    if (shares_ == 1) {
        slab_->holders_.fetch_add(kMore, std::memory_order_relaxed);
        shares_ += kMore;
    }
    --shares_;
    SlabRef ref;
    ref.slab_ = slab_;
    return ref;
}

void SlabShares::drop() noexcept {
    if (slab_ && slab_->holders_.fetch_sub(shares_, std::memory_order_acq_rel) == shares_)
        delete slab_;
    slab_ = nullptr;
    shares_ = 0;
}

Payload SlabWriter::append(std::string_view bytes) {
    if (!current_ || bytes.size() > current_.get()->capacity() - used_) {
        if (bytes.size() > kSlabBytes) {
            auto* own = new Slab(bytes.size());
            std::memcpy(own->bytes_, bytes.data(), bytes.size());
            return {SlabRef(own), 0, static_cast<std::uint32_t>(bytes.size())};
        }
        writable_ = new Slab(kSlabBytes);
        current_ = SlabShares(SlabRef(writable_));
        used_ = 0;
    }
    if (!bytes.empty()) std::memcpy(writable_->bytes_ + used_, bytes.data(), bytes.size());
    Payload payload{current_.give(), static_cast<std::uint32_t>(used_),
                    static_cast<std::uint32_t>(bytes.size())};
    used_ += bytes.size();
    return payload;
}

} // namespace wire
