#include "sim/frame_tally.h"

#include <algorithm>

namespace sim {

std::size_t FrameTally::header_size() const {
    const unsigned size = header_[1] & 0x7f;
    const std::size_t length = size == 126 ? 2 : size == 127 ? 8 : 0;
    return 2 + length + ((header_[1] & 0x80) != 0 ? 4 : 0);
}

bool FrameTally::header_complete() const {
    return header_bytes_ >= 2 && header_bytes_ >= header_size();
}

void FrameTally::begin_payload() {
    const unsigned size = header_[1] & 0x7f;
    const std::size_t length = size == 126 ? 2 : size == 127 ? 8 : 0;
    payload_left_ = length == 0 ? size : 0;
    for (std::size_t i = 0; i < length; ++i) payload_left_ = payload_left_ << 8 | header_[2 + i];
    in_payload_ = true;
    const bool data = (header_[0] & 0x08) == 0;
    if (data) {
        message_.frames += 1;
        message_.wire_size += header_bytes_ + payload_left_;
    }
}

void FrameTally::end_frame() {
    const unsigned opcode = header_[0] & 0x0f;
    if (opcode == 0x8) closed_ = true;
    if (opcode < 0x8 && (header_[0] & 0x80) != 0) {
        complete_.push_back(message_);
        message_ = {};
    }
    header_bytes_ = 0;
    in_payload_ = false;
}

std::size_t FrameTally::feed(std::string_view bytes) {
    std::size_t at = 0;
    while (!closed_) {
        if (in_payload_) {
            const std::uint64_t part = std::min<std::uint64_t>(payload_left_, bytes.size() - at);
            at += static_cast<std::size_t>(part);
            payload_left_ -= part;
            if (payload_left_ > 0) break;
            end_frame();
        } else {
            if (at == bytes.size()) break;
            header_[header_bytes_++] = static_cast<unsigned char>(bytes[at++]);
            if (header_complete()) begin_payload();
        }
    }
    return at;
}

FrameTally::Message FrameTally::take() {
    if (complete_.empty()) return {};
    const Message message = complete_.front();
    complete_.pop_front();
    return message;
}

} // namespace sim
