#include "net/tap.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace net {
namespace {

/// What a compressed message leaves out at its end (RFC 7692 section 7.2.2).
constexpr std::string_view kTrailer("\x00\x00\xff\xff", 4);
constexpr std::uint8_t kText = 1, kClose = 8, kPing = 9;

wire::Kind kind_of(int opcode) {
    switch (opcode) {
    case kText: return wire::Kind::text;
    case kClose: return wire::Kind::close;
    case kPing: return wire::Kind::ping;
    case 0xa: return wire::Kind::pong;
    default: return wire::Kind::binary;
    }
}

bool leans_on_the_past(const Tap::Options& options) {
    return options.side == Side::server ? !options.deflate.server_no_context_takeover
                                        : !options.deflate.client_no_context_takeover;
}

void mark(wire::FrameDetail& detail, const wire::FrameMark& frame) {
    if (detail.frames.size() < wire::FrameDetail::kKept) {
        detail.frames.push_back(frame);
    } else {
        detail.frames.back() = frame;
        ++detail.left_out;
    }
}

} // namespace

Tap::Tap(const Options& options)
    : options_(options), walk_(options.deflate.agreed, options.max_message, options.side) {
    walk_.begin_at(options.begin_at);
    if (options.deflate.agreed && (options.begin_at == 0 || !leans_on_the_past(options)))
        inflater_ = std::make_unique<Inflater>(options.max_message, !leans_on_the_past(options));
}

Tap::~Tap() = default;

Tap::Got Tap::take(const char* bytes, std::size_t size, std::int64_t mono_ns, std::size_t* taken) {
    *taken = 0;
    if (fault_.close_code != 0) return Got::fault;
    while (*taken < size) {
        if (!in_frame_) {
            std::size_t header = 0;
            const auto step = walk_.take_header(bytes + *taken, size - *taken, &header);
            *taken += header;
            if (step == FrameWalk::Step::need_more) return Got::need_more;
            if (step == FrameWalk::Step::fault) {
                fault_ = walk_.fault();
                return Got::fault;
            }
            begin_frame(mono_ns);
        }
        const auto piece =
            static_cast<std::size_t>(std::min<std::uint64_t>(walk_.payload_left(), size - *taken));
        if (piece > 0 && !take_payload(bytes + *taken, piece)) return Got::fault;
        walk_.skip_payload(piece);
        *taken += piece;
        if (walk_.payload_left() > 0) return Got::need_more;
        const Got got = end_frame(mono_ns);
        if (got != Got::need_more) return got;
    }
    return Got::need_more;
}

//--- frames

void Tap::begin_frame(std::int64_t mono_ns) {
    const FrameHeader& header = walk_.header();
    in_frame_ = true;
    unmasked_ = body_taken_ = 0;
    frame_ = wire::FrameMark();
    frame_.offset = header.offset;
    frame_.payload_size = header.payload_size;
    frame_.began_ns = mono_ns;
    frame_.first = header.bytes[0];
    frame_.head_size = static_cast<std::uint8_t>(header.size);
    frame_.masked = header.masked;
    for (std::size_t i = header.size - 4; header.masked && i < header.size; ++i)
        frame_.mask = frame_.mask << 8 | header.bytes[i];
    if (header.control()) {
        message_ = Message();
        message_.kind = kind_of(header.opcode);
    } else if (!in_message_) {
        in_message_ = true;
        data_ = Message();
        data_.kind = kind_of(header.opcode);
        data_.detail.compressed = frame_.rsv(1);
        data_.inflated = !data_.detail.compressed || inflater_ != nullptr;
        size_ = 0;
        utf8_ = Utf8Stream();
    }
}

Tap::Got Tap::end_frame(std::int64_t mono_ns) {
    in_frame_ = false;
    frame_.ended_ns = mono_ns;
    if (in_message_) mark(data_.detail, frame_);
    if (walk_.header().control()) {
        mark(message_.detail, frame_);
        message_.detail.wire_body = message_.detail.size = frame_.payload_size;
        const std::uint64_t body_at = frame_.offset + frame_.head_size;
        if (message_.kind == wire::Kind::close &&
            close_body_fault(message_.payload, body_at, &fault_))
            return Got::fault;
        return Got::message;
    }
    data_.detail.wire_body += frame_.payload_size;
    if (!frame_.fin()) return Got::need_more;
    in_message_ = false;
    if (!end_message()) return Got::fault;
    data_.detail.size = size_;
    message_ = std::move(data_);
    return Got::message;
}

//--- payloads

/// True where the payload of the frame under way has to be read, not only counted.
bool Tap::looks_inside() const {
    return options_.keep_payload || walk_.header().control() ||
           (data_.inflated && (data_.kind == wire::Kind::text || data_.detail.compressed));
}

bool Tap::take_payload(const char* bytes, std::size_t size) {
    if (!looks_inside()) {
        size_ += size;
        return true;
    }
    if (!frame_.masked) return take_body({bytes, size});
    char piece[4096];
    for (std::size_t at = 0; at < size;) {
        const std::size_t part = std::min(sizeof piece, size - at);
        for (std::size_t i = 0; i < part; ++i, ++unmasked_)
            piece[i] = static_cast<char>(static_cast<unsigned char>(bytes[at + i]) ^
                                         (frame_.mask >> (24 - 8 * (unmasked_ % 4)) & 0xff));
        if (!take_body({piece, part})) return false;
        at += part;
    }
    return true;
}

bool Tap::take_body(std::string_view body) {
    if (walk_.header().control()) {
        message_.payload.append(body);
        return true;
    }
    if (data_.detail.compressed) return !data_.inflated || inflate(body);
    if (data_.kind == wire::Kind::text && !take_text(body)) return false;
    if (options_.keep_payload) data_.payload.append(body);
    size_ += body.size();
    body_taken_ += body.size();
    return true;
}

bool Tap::inflate(std::string_view body) {
    const auto outcome = inflater_->inflate_into(
        body.data(), body.size(), size_, [this](const char* bytes, std::size_t size) {
            const std::string_view piece(bytes, size);
            if (data_.kind == wire::Kind::text && !take_text(piece)) return false;
            if (options_.keep_payload) data_.payload.append(piece);
            size_ += size;
            return true;
        });
    if (outcome == Inflater::Outcome::ok) return true;
    if (fault_.close_code != 0) return false; // told already: it was text and is no UTF-8
    const std::uint64_t place = frame_.offset + frame_.head_size;
    if (outcome == Inflater::Outcome::too_large)
        return tell(1009,
                    "a message inflates to more than " + std::to_string(options_.max_message) +
                        " bytes",
                    "RFC 6455 section 10.4", place);
    return tell(1007, "a compressed message cannot be inflated", "RFC 7692 section 7.2.2", place);
}

/// The next bytes of a text. Of what is wrong, the place is where its code point begins: exact in
/// the stream, but for inflated text, whose place is that of its frame's payload.
bool Tap::take_text(std::string_view body) {
    const bool inflated = data_.detail.compressed;
    const std::uint64_t payload_at = frame_.offset + frame_.head_size;
    const auto point_begins = [&](std::size_t i) {
        point_at_ = size_ + i;
        point_offset_ = payload_at + (inflated ? 0 : body_taken_ + i);
    };
    Utf8Stream before = utf8_;
    if (utf8_.feed(body.data(), body.size())) {
        for (std::size_t i = body.size(); !utf8_.complete() && i-- > 0;) {
            if ((static_cast<unsigned char>(body[i]) & 0xc0) == 0x80) continue;
            point_begins(i);
            break;
        }
        return true;
    }
    std::size_t i = 0;
    for (; i < body.size(); ++i) {
        if (before.complete()) point_begins(i);
        if (!before.feed(body.data() + i, 1)) break;
    }
    tell_text();
    fault_.bytes = base::hex_from_bytes(body.substr(i, 4));
    return false;
}

bool Tap::tell_text() {
    return tell(1007, "a text message is not UTF-8 (its byte " + std::to_string(point_at_) + ")",
                "RFC 6455 section 8.1", point_offset_);
}

bool Tap::end_message() {
    if (!data_.inflated) return true;
    if (data_.detail.compressed) {
        if (!inflate(kTrailer)) return false;
        if (!inflater_->end_message())
            return tell(1007, "a compressed message cannot be inflated", "RFC 7692 section 7.2.2",
                        frame_.offset + frame_.head_size);
    }
    if (data_.kind == wire::Kind::text && !utf8_.complete()) return tell_text();
    return true;
}

bool Tap::tell(int code, std::string rule, const char* section, std::uint64_t offset) {
    fault_.close_code = code;
    fault_.rule = std::move(rule);
    fault_.section = section;
    fault_.offset = offset;
    return false;
}

} // namespace net
