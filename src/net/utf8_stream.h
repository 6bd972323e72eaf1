// UTF-8 checked piece by piece (RFC 3629), with the answer at the first byte that cannot belong:
// RFC 6455 section 8.1 wants the connection failed at once. Header only: the unit that includes
// websocketpp puts it in the place of the library's own validator, which looks at every byte
// singly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace net {

class Utf8Stream {
public:
    /// Takes the next piece; false when some byte cannot belong, and then for good.
    bool feed(const char* bytes, std::size_t size) {
        std::size_t i = 0;
        while (i < size) {
            if (missing_ == 0) {
                i += ascii_run(bytes + i, size - i);
                if (i == size) break;
                if (!begin(static_cast<unsigned char>(bytes[i++]))) return fail();
            } else {
                const auto byte = static_cast<unsigned char>(bytes[i++]);
                if (byte < low_ || byte > high_) return fail();
                low_ = 0x80;
                high_ = 0xbf;
                --missing_;
            }
        }
        return !failed_;
    }

    /// True when what was fed ends with a whole code point.
    bool complete() const { return missing_ == 0 && !failed_; }

private:
    /// Bytes of ASCII at the beginning, eight at a time.
    static std::size_t ascii_run(const char* bytes, std::size_t size) {
        std::size_t i = 0;
        for (std::uint64_t eight; i + sizeof eight <= size; i += sizeof eight) {
            std::memcpy(&eight, bytes + i, sizeof eight);
            if (eight & 0x8080808080808080u) break;
        }
        while (i < size && static_cast<unsigned char>(bytes[i]) < 0x80) ++i;
        return i;
    }

    /// The first byte of a code point of two bytes or more; narrows what may follow (no overlong
    /// forms, no surrogates, nothing above U+10FFFF).
    bool begin(unsigned char byte) {
        low_ = 0x80;
        high_ = 0xbf;
        if (byte >= 0xc2 && byte <= 0xdf) {
            missing_ = 1;
        } else if (byte >= 0xe0 && byte <= 0xef) {
            missing_ = 2;
            if (byte == 0xe0) low_ = 0xa0;
            if (byte == 0xed) high_ = 0x9f;
        } else if (byte >= 0xf0 && byte <= 0xf4) {
            missing_ = 3;
            if (byte == 0xf0) low_ = 0x90;
            if (byte == 0xf4) high_ = 0x8f;
        } else {
            return false;
        }
        return true;
    }

    bool fail() {
        failed_ = true;
        return false;
    }

    int missing_ = 0;
    unsigned char low_ = 0x80, high_ = 0xbf;
    bool failed_ = false;
};

} // namespace net
