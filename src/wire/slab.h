// Where payload bytes live, once, from the socket to the screen. A producing thread fills slabs of
// 1 MiB in order; an Event refers to a piece of one. Whoever holds a SlabRef keeps the whole slab.
// Filled by one thread; what an Event refers to never changes again, so any thread may read it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wire {

constexpr std::size_t kSlabBytes = 1u << 20;
/// Bytes behind the last payload that may be read (simdjson reads up to 64 bytes past the text).
constexpr std::size_t kSlabPadding = 64;

/// One piece of memory with a count of its holders. Made by SlabWriter only.
class Slab {
public:
    const char* bytes() const { return bytes_; }
    std::size_t capacity() const { return capacity_; } ///< without the padding

private:
    friend class SlabRef;
    friend class SlabShares;
    friend class SlabWriter;
    explicit Slab(std::size_t capacity);
    ~Slab();
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;

    std::atomic<std::uint64_t> holders_{0};
    std::size_t capacity_;
    char* bytes_;
};

/// A counted reference to a slab. Copy and drop on any thread.
class SlabRef {
public:
    SlabRef() = default;
    SlabRef(const SlabRef& other) noexcept : slab_(other.slab_) { hold(); }
    SlabRef(SlabRef&& other) noexcept : slab_(other.slab_) { other.slab_ = nullptr; }
    SlabRef& operator=(const SlabRef& other) noexcept {
        SlabRef copy(other);
        return *this = static_cast<SlabRef&&>(copy);
    }
    SlabRef& operator=(SlabRef&& other) noexcept {
        if (this != &other) {
            drop();
            slab_ = other.slab_;
            other.slab_ = nullptr;
        }
        return *this;
    }
    ~SlabRef() { drop(); }

    const Slab* get() const { return slab_; }
    explicit operator bool() const { return slab_ != nullptr; }
    friend bool operator==(const SlabRef& a, const SlabRef& b) { return a.slab_ == b.slab_; }

private:
    friend class SlabShares;
    friend class SlabWriter;
    explicit SlabRef(Slab* slab) noexcept : slab_(slab) { hold(); }
    void hold() noexcept {
        if (slab_) slab_->holders_.fetch_add(1, std::memory_order_relaxed);
    }
    void drop() noexcept;

    Slab* slab_ = nullptr;
};

/// Many references to one slab, counted in one piece: a thread that gives thousands of them away,
/// or gathers them, touches the count that all threads share once in a while only. One thread.
class SlabShares {
public:
    SlabShares() = default;
    explicit SlabShares(SlabRef&& first) noexcept : slab_(first.slab_), shares_(slab_ ? 1 : 0) {
        first.slab_ = nullptr;
    }
    SlabShares(SlabShares&& other) noexcept : slab_(other.slab_), shares_(other.shares_) {
        other.slab_ = nullptr;
        other.shares_ = 0;
    }
    SlabShares& operator=(SlabShares&& other) noexcept {
        if (this != &other) {
            drop();
            slab_ = other.slab_;
            shares_ = other.shares_;
            other.slab_ = nullptr;
            other.shares_ = 0;
        }
        return *this;
    }
    ~SlabShares() { drop(); }

    const Slab* get() const { return slab_; }
    explicit operator bool() const { return slab_ != nullptr; }

    /// Gives one away. Precondition: there is a slab.
    SlabRef give() noexcept;
    /// One more reference; none when there is no slab.
    SlabRef one_more() const noexcept { return SlabRef(slab_); }
    /// Takes one in. Precondition: of the same slab.
    void take(SlabRef&& ref) noexcept {
        ++shares_;
        ref.slab_ = nullptr;
    }

private:
    void drop() noexcept;

    Slab* slab_ = nullptr;
    std::uint64_t shares_ = 0; ///< of the slab's holders; at least one while there is a slab
};

/// Bytes of one event: `size` bytes at `offset` of the slab. No slab: an event without a payload,
/// which is not the same as an empty payload.
struct Payload {
    SlabRef slab;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;

    bool present() const { return static_cast<bool>(slab); }
    std::string_view view() const {
        return slab ? std::string_view(slab.get()->bytes() + offset, size) : std::string_view();
    }
};

/// Copies payloads into slabs, one after the other. Owned by one producing thread.
class SlabWriter {
public:
    /// Copies `bytes` (at most 4 GiB - 1). What does not fit what is left of a slab starts a new
    /// one; what is larger than a slab gets one of its own size.
    Payload append(std::string_view bytes);

private:
    SlabShares current_;
    Slab* writable_ = nullptr; ///< the same slab, for writing
    std::size_t used_ = 0;
};

} // namespace wire
