// The frames of one message as they crossed the line (RFC 6455 section 5.2): what the tap keeps
// when it is asked to, for whoever wants to see what a library hides. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wire {

struct FrameMark {
    std::uint64_t offset = 0;       ///< of its first byte in its stream, behind the handshake
    std::uint64_t payload_size = 0; ///< as it crossed, compressed where it was
    std::int64_t began_ns = 0;      ///< monotonic: its head was whole
    std::int64_t ended_ns = 0;      ///< its last byte was here; both on their way out: it was made
    std::uint32_t mask = 0;         ///< the key, first byte highest
    std::uint8_t first = 0;     ///< FIN, RSV1 to RSV3 and opcode, as they stand in its first byte
    std::uint8_t head_size = 0; ///< 2 to 14
    bool masked = false;

    bool fin() const { return (first & 0x80) != 0; }
    bool rsv(int number) const { return (first >> (7 - number) & 1) != 0; } ///< 1, 2 or 3
    int opcode() const { return first & 0xf; }
};

struct FrameDetail {
    /// Of a message of more frames the first ones and the last are kept.
    static constexpr std::size_t kKept = 64;

    /// In their order, the control frames that came in its midst included.
    std::vector<FrameMark> frames;
    std::uint64_t left_out = 0; ///< frames between the last but one and the last of them
    std::uint64_t wire_body =
        0;                   ///< payload bytes of its own frames on the wire: its compressed size
    std::uint64_t size = 0;  ///< inflated
    bool compressed = false; ///< RSV1 of its first frame (RFC 7692 section 6)
};

} // namespace wire
