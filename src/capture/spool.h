// Streams of bytes that wait in one file without a name: each is appended to bit by bit, and read
// once, as a whole. Memory is bounded by kHeld whatever they hold. Owned by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace capture {

/// A new file that no other program sees and that goes with its descriptor; in TMPDIR, or /tmp.
base::Result<int> nameless_file();

class Spool {
public:
    /// One stream. It lives no longer than its spool.
    class Stream {
        friend class Spool;
        struct Piece {
            std::uint64_t offset, size;
        };
        std::vector<Piece> pieces_; ///< in the file
        std::string tail_;          ///< not there yet
        bool known_ = false;
    };

    static base::Result<std::unique_ptr<Spool>> create();
    ~Spool();
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    base::Status append(Stream& stream, std::string_view bytes);
    /// In pieces, from its beginning.
    base::Status read(const Stream& stream,
                      const std::function<base::Status(std::string_view)>& take);
    static bool empty(const Stream& stream) {
        return stream.pieces_.empty() && stream.tail_.empty();
    }

private:
    static constexpr std::size_t kHeld = 8u << 20; ///< tails of all streams
    explicit Spool(int fd) : fd_(fd) {}
    base::Status write_out(Stream& stream);

    int fd_;
    std::uint64_t size_ = 0;
    std::size_t held_ = 0;
    std::vector<Stream*> streams_; ///< those with a tail
};

} // namespace capture
