// A passive decoder of the raw bytes of one direction of a WebSocket (RFC 6455, RFC 7692), beneath
// websocketpp and independent of it. It notes what a library hides (each fragment with its time,
// the control frames between them, masks, reserved bits, compressed sizes), and holds every byte
// against the rules by itself. It changes no byte, and keeps no payload unless asked to: 64 frames
// a message and what an inflater needs. Owned by one session, network thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/deflate.h"
#include "net/frame_walk.h"
#include "net/utf8_stream.h"
#include "wire/event.h"
#include "wire/frame_detail.h"

namespace net {

class Tap {
public:
    struct Options {
        Side side = Side::server;                      ///< whose bytes
        DeflateParams deflate;                         ///< as agreed
        std::uint64_t max_message = ~std::uint64_t{0}; ///< bytes; above it is a Fault with 1009
        /// Where in the stream it begins: between two messages. Begun in its midst, messages whose
        /// compression leans on what went before are walked and not inflated.
        std::uint64_t begin_at = 0;
        bool keep_payload = false;
    };

    /// A message or control frame that is whole.
    struct Message {
        wire::Kind kind = wire::Kind::text;
        wire::FrameDetail detail;
        bool inflated = true; ///< false: compressed and not looked into; `detail.size` is not known
        std::string payload;  ///< unmasked and inflated, if it is kept; of control frames always
    };

    explicit Tap(const Options& options);
    ~Tap();

    enum class Got { need_more, message, fault };

    /// Takes bytes up to the end of one message or control frame; `*taken` says how many. They
    /// came, or went, at `mono_ns`. After `fault` nothing more is taken.
    Got take(const char* bytes, std::size_t size, std::int64_t mono_ns, std::size_t* taken);

    /// Valid until the next take(); may be moved from.
    Message& message() { return message_; }
    const Fault& fault() const { return fault_; }
    std::uint64_t offset() const { return walk_.offset(); }

private:
    void begin_frame(std::int64_t mono_ns);
    bool take_payload(const char* bytes, std::size_t size);
    bool take_body(std::string_view body);
    bool inflate(std::string_view body);
    bool take_text(std::string_view body);
    bool tell_text();
    Got end_frame(std::int64_t mono_ns);
    bool end_message();
    bool tell(int code, std::string rule, const char* section, std::uint64_t offset);
    bool looks_inside() const;

    const Options options_;
    FrameWalk walk_;
    Fault fault_;
    Message message_;

    //--- the frame under way
    bool in_frame_ = false;
    wire::FrameMark frame_;
    std::uint64_t unmasked_ = 0;   ///< bytes of its payload, for the place in its mask
    std::uint64_t body_taken_ = 0; ///< the same, for places in a text

    //--- the data message under way
    bool in_message_ = false;
    Message data_;
    std::uint64_t size_ = 0; ///< of it, inflated, so far
    Utf8Stream utf8_;
    std::uint64_t point_at_ = 0; ///< the byte of the message at which its newest code point begins
    std::uint64_t point_offset_ = 0;     ///< the same in the stream
    std::unique_ptr<Inflater> inflater_; ///< null: nothing is inflated
};

} // namespace net
