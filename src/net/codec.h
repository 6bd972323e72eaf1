// Frames to messages and back (RFC 6455 section 5, RFC 7692). The one place in net that knows
// websocketpp: of it we use the protocol processor (hybi13) and its message buffers, not its
// connections and transports, whose faults are in the parts left out. Owned by one session on the
// network thread. Compiles as C++17; knows no socket and no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/deflate.h"
#include "net/frame_walk.h"
#include "wire/event.h"

namespace net {

/// A whole message or control frame. `payload` is valid until the next decode(), and as long as the
/// bytes that were decoded stay where they are.
struct Decoded {
    wire::Kind kind = wire::Kind::text; ///< text, binary, ping, pong or close
    std::string_view payload;           ///< unmasked and inflated
    std::uint32_t frames = 1;
    std::uint64_t wire_size = 0; ///< of all its frames, headers included
    bool compressed = false;
};

class Codec {
public:
    /// `max_message`: bytes of one message at most, on the wire and inflated; above it is a Fault
    /// with close code 1009.
    Codec(const DeflateParams& deflate, std::uint64_t max_message);
    ~Codec();

    enum class Got { need_more, message, fault };

    /// Takes bytes from the peer up to the end of one message; `*taken` says how many. The bytes
    /// may be changed (they are the library's working space). After `fault` nothing more is
    /// decoded.
    Got decode(char* bytes, std::size_t size, std::size_t* taken);
    const Decoded& message() const;
    const Fault& fault() const;
    std::uint64_t bytes_in() const;  ///< decoded so far
    std::uint64_t bytes_out() const; ///< encoded so far
    /// Nothing of a message that comes is under way.
    bool between_messages() const;

    /// Each appends a masked frame to `out` and gives the bytes it takes; 0: refused, which is so
    /// for text that is not UTF-8 and for control payloads over 125 bytes. Each frame is walked
    /// before it is appended.
    std::size_t encode_message(bool binary, std::string_view payload, std::string& out);
    /// `kind`: ping, pong or close; for a Close the payload is its body.
    std::size_t encode_control(wire::Kind kind, std::string_view payload, std::string& out);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace net
