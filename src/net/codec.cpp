// The only unit of net that includes websocketpp; compiled as C++17 (g++ 12 refuses its headers as
// C++20). See codec.h for what of it is used.
#include "net/codec.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

#include "base/text.h"
#include "net/utf8_stream.h"

//--- our UTF-8 check in the place of websocketpp's, through its own include guard. Its check looks
//--- at every byte singly, which was two thirds of its cost a small message.

#define UTF8_VALIDATOR_HPP
namespace websocketpp {
namespace utf8_validator {

class validator {
public:
    template <class Iterator>
    bool decode(Iterator begin, Iterator end) {
        return begin == end || stream_.feed(&*begin, static_cast<std::size_t>(end - begin));
    }
    bool complete() { return stream_.complete(); }

private:
    net::Utf8Stream stream_;
};

inline bool validate(const std::string& text) { return base::utf8_valid(text); }

} // namespace utf8_validator
} // namespace websocketpp

#include <websocketpp/common/system_error.hpp>
#include <websocketpp/http/request.hpp>
#include <websocketpp/http/response.hpp>
#include <websocketpp/message_buffer/message.hpp>
#include <websocketpp/processors/hybi13.hpp>

namespace net {
namespace {

namespace wsp = websocketpp;

/// Masks must come from a strong source (RFC 6455 section 5.3): the library's default is a
/// std::random_device, asked for four bytes at a time; this asks for 4 KiB.
class MaskSource {
public:
    std::uint32_t operator()() const {
        if (at_ == kWords) {
            // A mask that can be guessed is worse than no connection: there is nothing to fall back
            // to.
            if (RAND_bytes(reinterpret_cast<unsigned char*>(words_), sizeof words_) != 1)
                std::abort();
            at_ = 0;
        }
        return words_[at_++];
    }

private:
    static constexpr std::size_t kWords = 1024;
    mutable std::uint32_t words_[kWords] = {};
    mutable std::size_t at_ = kWords;
};

/// The library's message, made by a manager that hands the same objects out again: an allocation a
/// message was a fifth of the receiving cost.
template <class Message>
class RecyclingManager : public wsp::lib::enable_shared_from_this<RecyclingManager<Message>> {
public:
    using ptr = wsp::lib::shared_ptr<RecyclingManager>;
    using weak_ptr = wsp::lib::weak_ptr<RecyclingManager>;
    using message_ptr = wsp::lib::shared_ptr<Message>;

    message_ptr get_message() { return get_message(wsp::frame::opcode::text, 0); }

    message_ptr get_message(wsp::frame::opcode::value opcode, std::size_t size) {
        message_ptr& slot = wsp::frame::opcode::is_control(opcode) ? control_ : data_;
        const bool reusable =
            slot && slot.use_count() == 1 && slot->get_raw_payload().capacity() <= kKeepBytes;
        // A length that is only announced takes no memory: what does not come needs none.
        if (!reusable)
            slot = std::make_shared<Message>(this->shared_from_this(), opcode,
                                             std::min(size, kKeepBytes));
        slot->set_opcode(opcode);
        slot->set_fin(true);
        slot->set_prepared(false);
        slot->set_compressed(false);
        slot->get_raw_payload().clear();
        return slot;
    }

    bool recycle(Message*) { return false; }

    /// The message being received, as far as it came.
    const message_ptr& data() const { return data_; }

private:
    static constexpr std::size_t kKeepBytes = 1u << 20;
    message_ptr data_, control_;
};

/// permessage-deflate as websocketpp's processor calls it. What was agreed arrives through
/// negotiate() as the attributes of a response that the Codec itself composed.
class DeflateExtension {
public:
    using Attributes = wsp::http::attribute_list;

    bool is_implemented() const { return true; }
    bool is_enabled() const { return inflater_ != nullptr; }
    std::string generate_offer() const { return {}; }
    std::pair<wsp::lib::error_code, std::string> negotiate(const Attributes& attributes) {
        const auto limit = attributes.find("limit");
        const bool forget = attributes.count("forget") > 0;
        inflater_ = std::make_unique<Inflater>(std::stoull(limit->second), forget);
        return {};
    }
    wsp::lib::error_code init(bool) { return {}; }
    wsp::lib::error_code compress(const std::string&, std::string&) {
        return make_error_code(wsp::processor::error::general); // the Codec compresses by itself
    }
    wsp::lib::error_code decompress(const std::uint8_t* bytes, std::size_t size, std::string& out) {
        switch (inflater_->inflate(reinterpret_cast<const char*>(bytes), size, out)) {
        case Inflater::Outcome::ok: return {};
        case Inflater::Outcome::too_large:
            return make_error_code(wsp::processor::error::message_too_big);
        case Inflater::Outcome::damaged: break;
        }
        return make_error_code(wsp::processor::error::general);
    }
    bool end_message() { return inflater_->end_message(); }

private:
    std::unique_ptr<Inflater> inflater_;
};

using Message = wsp::message_buffer::message<RecyclingManager>;
using Manager = RecyclingManager<Message>;

/// All that the processor asks of a config.
struct Config {
    using request_type = wsp::http::parser::request;
    using response_type = wsp::http::parser::response;
    using message_type = Message;
    using con_msg_manager_type = Manager;
    using rng_type = MaskSource;
    using permessage_deflate_type = DeflateExtension;
    static const bool enable_extensions = true;
    static const std::size_t max_message_size = 32u << 20; // set anew for each codec
};

struct Processor : wsp::processor::hybi13<Config> {
    using hybi13<Config>::hybi13;
    bool inflated_whole() { return m_permessage_deflate.end_message(); }
};

constexpr std::size_t kCompressFrom = 64; ///< smaller messages gain nothing

} // namespace

struct Codec::Impl {
    Impl(const DeflateParams& deflate_params, std::uint64_t max_message)
        : manager(std::make_shared<Manager>()), processor(false, false, manager, masks),
          walk(deflate_params.agreed, max_message),
          walk_out(deflate_params.agreed, ~std::uint64_t{0}, Side::client),
          deflater(deflate_params), limit(max_message) {
        // The walk and the inflater hold the limit. The library adds what is inflated to what is
        // not.
        processor.set_max_message_size(std::numeric_limits<std::size_t>::max());
        if (!deflate_params.agreed) return;
        wsp::http::parser::response agreed;
        agreed.append_header("Sec-WebSocket-Extensions",
                             "permessage-deflate; limit=" + std::to_string(max_message) +
                                 (deflate_params.server_no_context_takeover ? "; forget" : ""));
        processor.negotiate_extensions(agreed);
    }

    std::size_t decode_plain(const char* bytes, std::size_t size);
    void count_frame();
    Got consume(std::uint8_t* bytes, std::size_t size);
    Got finish();
    Got fail(const wsp::lib::error_code& error);
    std::size_t append(int first, std::string_view payload, std::string& out);
    std::uint64_t place_of(std::size_t at) const;

    std::shared_ptr<Manager> manager;
    MaskSource masks;
    Processor processor;
    FrameWalk walk;
    FrameWalk walk_out; ///< over what goes out
    Deflater deflater;
    Message::ptr delivered;
    Decoded message;
    Fault fault;
    std::uint32_t data_frames = 0;    ///< of the message under way
    std::uint64_t data_wire_size = 0; ///< the same, headers included
    std::uint64_t data_size = 0;      ///< the same, without
    std::uint64_t limit;
};

Codec::Codec(const DeflateParams& deflate, std::uint64_t max_message)
    : impl_(std::make_unique<Impl>(deflate, max_message)) {}
Codec::~Codec() = default;

const Decoded& Codec::message() const { return impl_->message; }
const Fault& Codec::fault() const { return impl_->fault; }
std::uint64_t Codec::bytes_in() const { return impl_->walk.offset(); }
std::uint64_t Codec::bytes_out() const { return impl_->walk_out.offset(); }
bool Codec::between_messages() const { return impl_->walk.between_messages(); }

Codec::Got Codec::decode(char* bytes, std::size_t size, std::size_t* taken) {
    Impl& codec = *impl_;
    codec.delivered.reset();
    *taken = 0;
    if (codec.fault.close_code != 0) return Got::fault;
    *taken = codec.decode_plain(bytes, size);
    if (*taken > 0) return Got::message;
    auto* const begin = reinterpret_cast<std::uint8_t*>(bytes);
    while (*taken < size) {
        Got got = Got::need_more;
        std::size_t from = *taken;
        if (codec.walk.payload_left() == 0) {
            std::size_t header_bytes = 0;
            const auto step = codec.walk.take_header(bytes + *taken, size - *taken, &header_bytes);
            *taken += header_bytes;
            if (step == FrameWalk::Step::need_more) return Got::need_more;
            if (step == FrameWalk::Step::fault) {
                codec.fault = codec.walk.fault();
                return Got::fault;
            }
            codec.count_frame();
            // In one piece, header and payload are handed on together; else the header's copy
            // first.
            FrameHeader header = codec.walk.header();
            if (header_bytes < header.size) {
                got = codec.consume(header.bytes, header.size);
                from = *taken;
            }
        }
        if (got != Got::need_more) return got;
        const std::uint64_t piece =
            std::min<std::uint64_t>(codec.walk.payload_left(), size - *taken);
        codec.walk.skip_payload(piece);
        *taken += static_cast<std::size_t>(piece);
        if (*taken > from) got = codec.consume(begin + from, *taken - from);
        if (got != Got::need_more) return got;
    }
    return Got::need_more;
}

/// A plain frame where it lies, without the library: nothing of it has to be undone, so that its
/// payload is copied once only, into its slab. Gives its size; 0: it is none, or its text is not
/// UTF-8 and the way through the library says where.
std::size_t Codec::Impl::decode_plain(const char* bytes, std::size_t size) {
    const FrameWalk::Plain plain = walk.plain_at(bytes, size);
    if (plain.header == 0) return 0;
    const std::string_view payload(bytes + plain.header, plain.payload);
    if (plain.text && !base::utf8_valid(payload)) return 0;
    walk.skip_plain(plain);
    message.kind = plain.text ? wire::Kind::text : wire::Kind::binary;
    message.payload = payload;
    message.frames = 1;
    message.wire_size = plain.header + plain.payload;
    message.compressed = false;
    return plain.header + plain.payload;
}

void Codec::Impl::count_frame() {
    const FrameHeader& header = walk.header();
    if (header.control()) return;
    if (header.opcode != 0) data_frames = 0, data_wire_size = 0, data_size = 0;
    ++data_frames;
    data_wire_size += header.size + header.payload_size;
    data_size += header.payload_size;
}

/// Hands the processor bytes of one frame, whose header was walked.
Codec::Got Codec::Impl::consume(std::uint8_t* bytes, std::size_t size) {
    wsp::lib::error_code error;
    try {
        processor.consume(bytes, size, error);
    } catch (const std::exception&) { // the library makes room for what a header announces
        error = make_error_code(wsp::processor::error::message_too_big);
    }
    if (error) return fail(error);
    return processor.ready() ? finish() : Got::need_more;
}

Codec::Got Codec::Impl::finish() {
    delivered = processor.get_message();
    const FrameHeader& header = walk.header();
    const auto opcode = delivered->get_opcode();
    message.payload = delivered->get_payload();
    message.compressed = delivered->get_compressed();
    if (wsp::frame::opcode::is_control(opcode)) {
        message.kind = opcode == wsp::frame::opcode::ping   ? wire::Kind::ping
                       : opcode == wsp::frame::opcode::pong ? wire::Kind::pong
                                                            : wire::Kind::close;
        message.frames = 1;
        message.wire_size = header.size + header.payload_size;
        return Got::message;
    }
    message.kind = opcode == wsp::frame::opcode::text ? wire::Kind::text : wire::Kind::binary;
    message.frames = data_frames;
    message.wire_size = data_wire_size;
    if (message.compressed && !processor.inflated_whole())
        return fail(make_error_code(wsp::processor::error::general));
    // websocketpp asks whether a text ends inside a code point by the opcode of its *last* frame,
    // which is not `text` when the message was fragmented; and never looks at what came out of the
    // inflater last.
    if (message.kind == wire::Kind::text && (data_frames > 1 || message.compressed) &&
        !base::utf8_valid(message.payload))
        return fail(make_error_code(wsp::processor::error::invalid_utf8));
    return Got::message;
}

/// Where byte `at` of the message under way stands in the stream. Of a byte in an earlier frame, or
/// of an inflated one, that is where the payload of the newest frame begins; as it is when memory
/// ends at a control frame, or before there is a message at all.
std::uint64_t Codec::Impl::place_of(std::size_t at) const {
    const FrameHeader& header = walk.header();
    const std::uint64_t payload = header.offset + header.size;
    const Message* const data = manager->data().get();
    if (!data || header.control() || data->get_compressed()) return payload;
    const std::uint64_t before = data_size - header.payload_size;
    return at < before ? payload : payload + (at - before);
}

/// What the processor found behind a legal header: text, compression or size.
Codec::Got Codec::Impl::fail(const wsp::lib::error_code& error) {
    namespace perror = wsp::processor::error;
    fault = Fault();
    fault.offset = place_of(0);
    if (error == make_error_code(perror::invalid_utf8)) {
        const std::string& payload = manager->data()->get_raw_payload();
        const std::size_t at = base::utf8_error_offset(payload);
        fault.close_code = 1007;
        fault.rule = "a text message is not UTF-8 (its byte " + std::to_string(at) + ")";
        fault.section = "RFC 6455 section 8.1";
        fault.offset = place_of(at);
        fault.bytes = base::hex_from_bytes(std::string_view(payload).substr(at, 4));
    } else if (error == make_error_code(perror::message_too_big)) {
        fault.close_code = 1009;
        fault.rule = "a message grows over the limit of " + std::to_string(limit) +
                     " bytes, or over what memory holds";
        fault.section = "RFC 6455 section 10.4";
    } else {
        // The only other thing that can fail behind a header that the walk let through.
        fault.close_code = 1007;
        fault.rule = "a compressed message cannot be inflated";
        fault.section = "RFC 7692 section 7.2.2";
    }
    return Got::fault;
}

//--- sending: frames are written where they go; the library copies a message three times

namespace {

/// Eight bytes at a time, wherever they lie.
void mask_bytes(char* bytes, std::size_t size, const unsigned char* key) {
    unsigned char twice[8];
    for (std::size_t i = 0; i < 8; ++i) twice[i] = key[i % 4];
    std::uint64_t wide = 0;
    std::memcpy(&wide, twice, sizeof wide);
    std::size_t at = 0;
    for (; at + sizeof wide <= size; at += sizeof wide) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, bytes + at, sizeof eight);
        eight ^= wide;
        std::memcpy(bytes + at, &eight, sizeof eight);
    }
    for (; at < size; ++at)
        bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ key[at % 4]);
}

/// The header of a masked frame (RFC 6455 section 5.2), its length in the shortest form.
std::string header_of(int first, std::uint64_t size, std::uint32_t key) {
    std::string header(1, static_cast<char>(first));
    const auto put = [&](std::uint64_t value, int bytes) {
        for (int i = bytes - 1; i >= 0; --i) header.push_back(static_cast<char>(value >> (8 * i)));
    };
    if (size <= 125) {
        put(0x80 | size, 1);
    } else if (size <= 0xffff) {
        put(0x80 | 126, 1);
        put(size, 2);
    } else {
        put(0x80 | 127, 1);
        put(size, 8);
    }
    put(key, 4);
    return header;
}

} // namespace

/// Its header is walked, too, before it leaves: no frame goes out that breaks a rule.
std::size_t Codec::Impl::append(int first, std::string_view payload, std::string& out) {
    const std::string header = header_of(first, payload.size(), masks());
    std::size_t taken = 0;
    if (walk_out.take_header(header.data(), header.size(), &taken) != FrameWalk::Step::header)
        return 0;
    walk_out.skip_payload(payload.size());
    out += header;
    const std::size_t at = out.size();
    out += payload;
    mask_bytes(out.data() + at, payload.size(), walk_out.header().bytes + header.size() - 4);
    return header.size() + payload.size();
}

std::size_t Codec::encode_message(bool binary, std::string_view payload, std::string& out) {
    Impl& codec = *impl_;
    if (!binary && !base::utf8_valid(payload)) return 0;
    const int first = 0x80 | (binary ? 2 : 1);
    std::string packed;
    if (payload.size() >= kCompressFrom && codec.deflater.deflate(payload, packed)) {
        packed.resize(packed.size() - 4); // 00 00 ff ff (RFC 7692 section 7.2.1)
        return codec.append(first | 0x40, packed, out);
    }
    return codec.append(first, payload, out);
}

std::size_t Codec::encode_control(wire::Kind kind, std::string_view payload, std::string& out) {
    if (payload.size() > 125) return 0; // RFC 6455 section 5.5
    const int opcode = kind == wire::Kind::ping ? 9 : kind == wire::Kind::pong ? 0xa : 8;
    return impl_->append(0x80 | opcode, payload, out);
}

} // namespace net
