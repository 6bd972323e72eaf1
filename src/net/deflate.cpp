#include "net/deflate.h"

#include <zlib.h>

#include <string_view>

namespace net {

struct Inflater::Stream {
    z_stream z{};
};

Inflater::Inflater(std::uint64_t max_message, bool forget)
    : stream_(std::make_unique<Stream>()), max_message_(max_message), forget_(forget) {
    // 15 bits inflate every smaller window too.
    if (inflateInit2(&stream_->z, -15) != Z_OK) stream_.reset();
}

Inflater::~Inflater() {
    if (stream_) inflateEnd(&stream_->z);
}

namespace {

/// A block with BFINAL ends zlib's stream but not the message or the window (RFC 7692 section
/// 7.2.3.4): begin anew with the same window.
bool resume_behind_final_block(z_stream& z) {
    Bytef window[32768];
    uInt size = 0;
    return inflateGetDictionary(&z, window, &size) == Z_OK && inflateReset(&z) == Z_OK &&
           (size == 0 || inflateSetDictionary(&z, window, size) == Z_OK);
}

/// What zlib says of its place: all bits used up, and the next thing is the head of a block.
bool stands_between_blocks(const z_stream& z) { return (z.data_type & (128 | 63)) == 128; }

/// Ends each compressed message and does not travel.
constexpr std::string_view kTrailer("\x00\x00\xff\xff", 4);

} // namespace

Inflater::Outcome Inflater::inflate(const char* bytes, std::size_t size, std::string& out) {
    return inflate_into(bytes, size, out.size(), [&out](const char* piece, std::size_t made) {
        out.append(piece, made);
        return true;
    });
}

Inflater::Outcome Inflater::inflate_into(const char* bytes, std::size_t size, std::uint64_t before,
                                         const Sink& sink) {
    if (!stream_) return Outcome::damaged;
    if (size == 0) return Outcome::ok;
    if (after_final_block_) {
        after_final_block_ = false;
        // An empty block should stand behind a final one, whose end the trailer is. Servers that
        // leave it out are understood: nothing is missing.
        if (std::string_view(bytes, size) == kTrailer) return Outcome::ok;
    }
    z_stream& z = stream_->z;
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes));
    z.avail_in = static_cast<uInt>(size);
    char piece[16384];
    for (;;) {
        z.next_out = reinterpret_cast<Bytef*>(piece);
        z.avail_out = sizeof piece;
        const int result = ::inflate(&z, Z_SYNC_FLUSH);
        const std::size_t made = sizeof piece - z.avail_out;
        before += made;
        if (before > max_message_) return Outcome::too_large;
        if (made > 0 && !sink(piece, made)) return Outcome::damaged;
        if (result == Z_STREAM_END) {
            if (!resume_behind_final_block(z)) return Outcome::damaged;
            at_block_end_ = true;
            after_final_block_ = z.avail_in == 0;
            if (after_final_block_) return Outcome::ok;
            continue;
        }
        if (result != Z_OK && result != Z_BUF_ERROR) return Outcome::damaged;
        at_block_end_ = stands_between_blocks(z);
        if (z.avail_in == 0 && z.avail_out != 0) return Outcome::ok;
        if (result == Z_BUF_ERROR && made == 0) return Outcome::damaged; // no progress
    }
}

bool Inflater::end_message() {
    if (forget_ && stream_) inflateReset(&stream_->z);
    return at_block_end_;
}

struct Deflater::Stream {
    z_stream z{};
};

Deflater::Deflater(const DeflateParams& params)
    : stream_(std::make_unique<Stream>()), forget_(params.client_no_context_takeover) {
    const int bits = params.client_max_window_bits;
    usable_ = params.agreed && bits >= 9 &&
              deflateInit2(&stream_->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -bits, 8,
                           Z_DEFAULT_STRATEGY) == Z_OK;
    if (!usable_) stream_.reset();
}

Deflater::~Deflater() {
    if (stream_) deflateEnd(&stream_->z);
}

bool Deflater::deflate(std::string_view message, std::string& out) {
    if (!usable_) return false;
    z_stream& z = stream_->z;
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
    z.avail_in = static_cast<uInt>(message.size());
    char piece[16384];
    do {
        z.next_out = reinterpret_cast<Bytef*>(piece);
        z.avail_out = sizeof piece;
        if (::deflate(&z, Z_SYNC_FLUSH) == Z_STREAM_ERROR) return false;
        out.append(piece, sizeof piece - z.avail_out);
    } while (z.avail_out == 0);
    if (forget_) deflateReset(&z);
    return true;
}

} // namespace net
