#include "net/frame_walk.h"

#include <utility>

#include "base/text.h"
#include "wire/close_code.h"

namespace net {
namespace {

std::string hex_of(const unsigned char* bytes, std::size_t size) {
    static const char digits[] = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        if (i) text.push_back(' ');
        text.push_back(digits[bytes[i] >> 4]);
        text.push_back(digits[bytes[i] & 0xf]);
    }
    return text;
}

/// The most that deflate makes of `size` bytes, generously: five bytes a stored block.
std::uint64_t deflated_at_most(std::uint64_t size) {
    const std::uint64_t more = size / 256 + 1024;
    return size > ~std::uint64_t{0} - more ? ~std::uint64_t{0} : size + more;
}

constexpr std::uint8_t kContinuation = 0, kFirstReservedData = 3, kFirstReservedControl = 0xb;

} // namespace

FrameWalk::FrameWalk(bool compression, std::uint64_t max_message, Side side)
    : compression_(compression), max_message_(max_message), side_(side) {}

std::size_t FrameWalk::header_size() const {
    if (header_.size < 2) return 2;
    const unsigned length = header_.bytes[1] & 0x7f;
    return 2u +
           (length == 126   ? 2u
            : length == 127 ? 8u
                            : 0u) +
           (header_.bytes[1] & 0x80 ? 4u : 0u);
}

FrameWalk::Step FrameWalk::take_header(const char* bytes, std::size_t size, std::size_t* taken) {
    *taken = 0;
    if (fault_.close_code != 0) return Step::fault;
    if (header_done_) {
        header_ = FrameHeader();
        header_.offset = offset_;
        header_done_ = false;
    }
    while (*taken < size) {
        header_.bytes[header_.size++] = static_cast<unsigned char>(bytes[(*taken)++]);
        ++offset_;
        if (header_.size == 1 && !first_byte_legal()) return Step::fault;
        if (header_.size == 2 && !second_byte_legal()) return Step::fault;
        if (header_.size < 2 || header_.size < header_size()) continue;
        if (!length_legal()) return Step::fault;
        header_done_ = true;
        payload_left_ = header_.payload_size;
        if (!header_.control()) in_message_ = !header_.fin;
        return Step::header;
    }
    return Step::need_more;
}

FrameWalk::Plain FrameWalk::plain_at(const char* bytes, std::size_t size) const {
    if (size < 2 || !between_messages()) return {};
    const auto byte = [bytes](std::size_t i) -> std::size_t {
        return static_cast<unsigned char>(bytes[i]);
    };
    if (byte(0) != 0x81 && byte(0) != 0x82) return {}; // FIN with text or binary
    Plain plain{2, byte(1), byte(0) == 0x81};
    if (plain.payload == 126 && size >= 4) {
        plain = {4, byte(2) << 8 | byte(3), plain.text};
        if (plain.payload < 126) return {};
    } else if (plain.payload >= 126) { // eight bytes of length, or a mask
        return {};
    }
    const bool whole = plain.payload <= size - plain.header && plain.payload <= max_message_;
    return whole && fault_.close_code == 0 ? plain : Plain{};
}

void FrameWalk::skip_plain(const Plain& plain) {
    header_.fin = true;
    header_.rsv = 0;
    header_.opcode = plain.text ? 1 : 2;
    header_.masked = false;
    header_.payload_size = plain.payload;
    header_.offset = offset_;
    header_.size = plain.header;
    offset_ += plain.header + plain.payload;
}

void FrameWalk::skip_payload(std::uint64_t size) {
    payload_left_ -= size;
    offset_ += size;
}

bool FrameWalk::refuse(int code, std::string rule, const char* section, std::size_t at) {
    fault_.close_code = code;
    fault_.rule = std::move(rule);
    fault_.section = section;
    fault_.offset = header_.offset + at;
    fault_.bytes = hex_of(header_.bytes, header_.size);
    return false;
}

/// FIN, reserved bits, opcode, and whether such a frame may stand here.
bool FrameWalk::first_byte_legal() {
    const unsigned char byte = header_.bytes[0];
    header_.fin = (byte & 0x80) != 0;
    header_.rsv = static_cast<std::uint8_t>((byte >> 4) & 0x7);
    header_.opcode = byte & 0xf;

    if (header_.rsv & 0x3)
        return refuse(1002, header_.rsv & 0x2 ? "RSV2 is set" : "RSV3 is set",
                      "RFC 6455 section 5.2", 0);
    if ((header_.rsv & 0x4) && !compression_)
        return refuse(1002, "RSV1 is set and no extension was agreed", "RFC 6455 section 5.2", 0);
    if ((header_.rsv & 0x4) && header_.control())
        return refuse(1002, "RSV1 is set on a control frame", "RFC 7692 section 6.1", 0);
    if ((header_.rsv & 0x4) && header_.opcode == kContinuation)
        return refuse(1002, "RSV1 is set on a continuation frame", "RFC 7692 section 6.1", 0);
    if ((header_.opcode >= kFirstReservedData && header_.opcode < 8) ||
        header_.opcode >= kFirstReservedControl)
        return refuse(1002, "reserved opcode " + std::to_string(header_.opcode),
                      "RFC 6455 section 5.2", 0);
    if (header_.control() && !header_.fin)
        return refuse(1002, "a control frame is fragmented", "RFC 6455 section 5.5", 0);
    if (header_.opcode == kContinuation && !in_message_)
        return refuse(1002, "a continuation frame with no message to continue",
                      "RFC 6455 section 5.4", 0);
    if (!header_.control() && header_.opcode != kContinuation && in_message_)
        return refuse(1002, "a new message began before the last one ended", "RFC 6455 section 5.4",
                      0);
    return true;
}

/// The mask bit and the short length.
bool FrameWalk::second_byte_legal() {
    header_.masked = (header_.bytes[1] & 0x80) != 0;
    if (header_.control() && (header_.bytes[1] & 0x7f) > 125)
        return refuse(1002, "a control frame is longer than 125 bytes", "RFC 6455 section 5.5", 1);
    if (header_.masked == (side_ == Side::client)) return true;
    return refuse(1002,
                  header_.masked ? "the server masked a frame" : "the client did not mask a frame",
                  "RFC 6455 section 5.1", 1);
}

/// What the length tells, once the header is whole.
bool FrameWalk::length_legal() {
    const unsigned length = header_.bytes[1] & 0x7f;
    const std::size_t wide = length == 126 ? 2 : length == 127 ? 8 : 0;
    header_.payload_size = wide ? 0 : length;
    for (std::size_t i = 0; i < wide; ++i)
        header_.payload_size = header_.payload_size << 8 | header_.bytes[2 + i];

    if (wide == 8 && (header_.payload_size >> 63))
        return refuse(1002, "the highest bit of the 64-bit length is set", "RFC 6455 section 5.2",
                      2);
    if ((wide == 2 && header_.payload_size < 126) || (wide == 8 && header_.payload_size <= 0xffff))
        return refuse(1002, "the length is not in its shortest form", "RFC 6455 section 5.2", 2);
    if (header_.control()) return true;

    if (header_.opcode != kContinuation) {
        message_size_ = 0;
        message_limit_ = header_.rsv ? deflated_at_most(max_message_) : max_message_;
    }
    if (header_.payload_size > message_limit_ - message_size_)
        return refuse(1009,
                      "a message of more than " + std::to_string(max_message_) +
                          " bytes (this frame says " + std::to_string(header_.payload_size) + ")",
                      "RFC 6455 section 10.4", wide ? 2 : 1);
    message_size_ += header_.payload_size;
    return true;
}

bool close_body_fault(std::string_view body, std::uint64_t offset, Fault* fault) {
    const auto byte = [body](std::size_t i) { return static_cast<unsigned char>(body[i]); };
    const auto tell = [&](int code, std::string rule, const char* section, std::size_t at) {
        *fault = {code, std::move(rule), section, offset + at,
                  base::hex_from_bytes(body.substr(at, 8))};
        return true;
    };
    if (body.empty()) return false;
    if (body.size() == 1)
        return tell(1002, "a Close frame has a body of one byte", "RFC 6455 section 5.5.1", 0);
    const int code = byte(0) << 8 | byte(1);
    if (!wire::close_code_sendable(code))
        return tell(1002,
                    "a Close frame has the code " + std::to_string(code) + ", which never travels",
                    "RFC 6455 section 7.4", 0);
    const std::string_view reason = body.substr(2);
    if (base::utf8_valid(reason)) return false;
    return tell(1007, "the reason of a Close frame is not UTF-8", "RFC 6455 section 5.5.1",
                2 + base::utf8_error_offset(reason));
}

} // namespace net
