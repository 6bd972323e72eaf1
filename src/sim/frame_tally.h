// Counts the frames of a client's messages and their bytes on the wire, which websocketpp does not
// tell. Fed with the bytes behind the request's head; one per connection, on the server's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>

namespace sim {

class FrameTally {
public:
    struct Message {
        std::uint32_t frames = 0;
        std::uint64_t wire_size = 0; ///< headers and masking keys included
    };

    /// Returns how many of `bytes` belong to the conversation: all, or those up to the end of the
    /// first Close frame. What stands behind it must not be read any more (RFC 6455 section 5.5.1).
    std::size_t feed(std::string_view bytes);

    /// The oldest message that is complete and was not taken yet; zeros when there is none.
    Message take();

private:
    bool header_complete() const;
    std::size_t header_size() const;
    void begin_payload();
    void end_frame();

    unsigned char header_[14] = {};
    std::size_t header_bytes_ = 0;
    std::uint64_t payload_left_ = 0;
    bool in_payload_ = false;
    bool closed_ = false;
    Message message_;
    std::deque<Message> complete_;
};

} // namespace sim
