// permessage-deflate (RFC 7692) over zlib, in the place of websocketpp's own: that one loses all
// messages behind a block with BFINAL, inflates without any limit (its issue 1191), and offers
// client_no_context_takeover without keeping to it (1193). Owned by one codec on the network
// thread. Compiles as C++17.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace net {

/// What the handshake agreed (RFC 7692 section 7.1). Window sizes in bits, 8 to 15.
struct DeflateParams {
    bool agreed = false;
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    int server_max_window_bits = 15;
    int client_max_window_bits = 15;
};

class Inflater {
public:
    enum class Outcome { ok, damaged, too_large };

    /// `forget`: each message begins with an empty window (no context takeover, RFC 7692 section
    /// 7.1.1): one that leans on an earlier one is damaged.
    explicit Inflater(std::uint64_t max_message, bool forget = false);
    ~Inflater();

    /// Inflates a piece of a message onto `out`; `too_large` as soon as `out` would pass the limit.
    /// The last piece of each message is 00 00 ff ff (RFC 7692 section 7.2.2).
    Outcome inflate(const char* bytes, std::size_t size, std::string& out);

    /// The same without keeping it: `before` bytes of the message have come out already, `sink`
    /// gets what comes now in pieces of at most 16 KiB, and ends it (`damaged`) with false.
    using Sink = std::function<bool(const char* bytes, std::size_t size)>;
    Outcome inflate_into(const char* bytes, std::size_t size, std::uint64_t before,
                         const Sink& sink);

    /// Behind the last piece of each message. False when what was inflated does not end where a
    /// block ends: it was cut off, and what it lacks would be taken from the next one.
    bool end_message();

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
    std::uint64_t max_message_;
    bool forget_;
    bool at_block_end_ = true;
    bool after_final_block_ = false; ///< nothing came behind a block with BFINAL yet
};

class Deflater {
public:
    explicit Deflater(const DeflateParams& params);
    ~Deflater();

    /// zlib has no window of 8 bits: then messages go out as they are, which RFC 7692 section 6
    /// allows.
    bool usable() const { return usable_; }
    /// Compresses one whole message onto `out`, its trailing 00 00 ff ff included.
    bool deflate(std::string_view message, std::string& out);

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
    bool usable_ = false;
    bool forget_ = false; ///< client_no_context_takeover
};

} // namespace net
