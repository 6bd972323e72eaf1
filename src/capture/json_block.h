// 64 bytes of text at a time, for what reads and writes JSON strings. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace capture {

constexpr std::size_t kBlock = 64;

/// Bit i: byte i is a quote, a backslash or a control character. Reads a whole block.
inline std::uint64_t specials(const char* at) {
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i control = _mm_set1_epi8(0x1F);
    std::uint64_t mask = 0;
    for (unsigned i = 0; i < 4; ++i) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * i));
        const __m128i found = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
            _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
        mask |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(found)))
                << (16 * i);
    }
    return mask;
#else
    std::uint64_t mask = 0;
    for (unsigned i = 0; i < kBlock; ++i) {
        const auto byte = static_cast<unsigned char>(at[i]);
        if (byte < 0x20 || byte == '"' || byte == '\\') mask |= std::uint64_t{1} << i;
    }
    return mask;
#endif
}

/// Bit i: byte i is DEL, or may begin a C1 control character (U+0080 to U+009F).
inline std::uint64_t drives_terminal(const char* at) {
#if defined(__SSE2__)
    const __m128i del = _mm_set1_epi8(0x7F);
    const __m128i lead = _mm_set1_epi8(static_cast<char>(0xC2));
    std::uint64_t mask = 0;
    for (unsigned i = 0; i < 4; ++i) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * i));
        const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, del), _mm_cmpeq_epi8(bytes, lead));
        mask |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(found)))
                << (16 * i);
    }
    return mask;
#else
    std::uint64_t mask = 0;
    for (unsigned i = 0; i < kBlock; ++i)
        if (at[i] == 0x7F || static_cast<unsigned char>(at[i]) == 0xC2)
            mask |= std::uint64_t{1} << i;
    return mask;
#endif
}

/// Copies `size` bytes (up to a block), and up to 15 more of both.
inline void copy_piece(char* to, const char* from, std::size_t size) {
    std::memcpy(to, from, 16);
    for (std::size_t done = 16; done < size; done += 16) std::memcpy(to + done, from + done, 16);
}

} // namespace capture
