// The same bytes of a server through the tap and through the codec with websocketpp behind it: both
// have to see the same messages and the same fault. Used by the random test and by the fuzzer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "net/codec.h"
#include "net/tap.h"

namespace test {

struct Seen {
    struct Item {
        wire::Kind kind = wire::Kind::text;
        std::string payload;
        std::uint64_t frames = 1, wire_size = 0; ///< frames 0: not all were kept
        bool compressed = false;

        bool operator==(const Item& other) const {
            const bool known = frames != 0 && other.frames != 0;
            return kind == other.kind && payload == other.payload &&
                   compressed == other.compressed &&
                   (!known || (frames == other.frames && wire_size == other.wire_size));
        }
    };
    std::vector<Item> items;
    net::Fault fault; ///< close_code 0: none
};

/// `cuts`: where the stream is cut into reads, in rising order.
using Cuts = std::vector<std::size_t>;

/// Feeds pieces to `take(bytes, size, &taken)`, which gives false at a fault.
template <class Take>
void feed(const std::string& stream, const Cuts& cuts, Take take) {
    for (std::size_t at = 0, cut = 0; at < stream.size();) {
        while (cut < cuts.size() && cuts[cut] <= at) ++cut;
        const std::size_t end =
            cut < cuts.size() ? std::min(cuts[cut], stream.size()) : stream.size();
        while (at < end) {
            std::size_t taken = 0;
            if (!take(at, end - at, &taken)) return;
            at += taken;
        }
    }
}

inline Seen seen_by_codec(const net::DeflateParams& deflate, std::uint64_t limit,
                          const std::string& stream, const Cuts& cuts) {
    Seen seen;
    net::Codec codec(deflate, limit);
    std::string working = stream; // the library may change it
    feed(stream, cuts, [&](std::size_t at, std::size_t size, std::size_t* taken) {
        const auto got = codec.decode(working.data() + at, size, taken);
        if (got == net::Codec::Got::fault) seen.fault = codec.fault();
        if (got == net::Codec::Got::message) {
            const net::Decoded& message = codec.message();
            // Of a Close the session checks the body.
            if (message.kind == wire::Kind::close &&
                net::close_body_fault(message.payload, codec.bytes_in() - message.payload.size(),
                                      &seen.fault))
                return false;
            seen.items.push_back({message.kind, std::string(message.payload), message.frames,
                                  message.wire_size, message.compressed});
        }
        return got != net::Codec::Got::fault;
    });
    return seen;
}

inline Seen seen_by_tap(const net::DeflateParams& deflate, std::uint64_t limit,
                        const std::string& stream, const Cuts& cuts) {
    Seen seen;
    net::Tap::Options options;
    options.deflate = deflate;
    options.max_message = limit;
    options.keep_payload = true;
    net::Tap tap(options);
    feed(stream, cuts, [&](std::size_t at, std::size_t size, std::size_t* taken) {
        const auto got = tap.take(stream.data() + at, size, static_cast<std::int64_t>(at), taken);
        if (got == net::Tap::Got::fault) seen.fault = tap.fault();
        if (got == net::Tap::Got::message) {
            const wire::FrameDetail& detail = tap.message().detail;
            Seen::Item item{tap.message().kind, tap.message().payload, 0, 0, detail.compressed};
            const bool control = !wire::is_message(item.kind);
            for (const wire::FrameMark& frame : detail.frames) {
                if (!control && frame.opcode() >= 8) continue; // came in its midst
                ++item.frames;
                item.wire_size += frame.head_size + frame.payload_size;
            }
            if (detail.left_out > 0) item.frames = 0;
            seen.items.push_back(std::move(item));
        }
        return got != net::Tap::Got::fault;
    });
    return seen;
}

/// What they do not agree on; empty: nothing.
inline std::string difference(const Seen& codec, const Seen& tap) {
    const std::size_t both = std::min(codec.items.size(), tap.items.size());
    for (std::size_t i = 0; i < both; ++i)
        if (!(codec.items[i] == tap.items[i])) return "message " + std::to_string(i);
    if (codec.items.size() != tap.items.size()) return "number of messages";
    // The tap looks at text as it is inflated, the codec a piece at a time: what is wrong first may
    // be hidden from it by what is wrong behind it in the same piece.
    const bool first_bad_byte = tap.fault.section == "RFC 6455 section 8.1";
    if (codec.fault.close_code != tap.fault.close_code &&
        !(first_bad_byte && codec.fault.close_code == 1009))
        return "close code " + std::to_string(codec.fault.close_code) + " and " +
               std::to_string(tap.fault.close_code);
    // The same for a compressed text that is cut off, and whose text is, too.
    const bool cut_off = codec.fault.close_code == 1007 && tap.fault.close_code == 1007 &&
                         tap.fault.section == "RFC 7692 section 7.2.2";
    if (codec.fault.section != tap.fault.section && !first_bad_byte && !cut_off)
        return codec.fault.section + " and " + tap.fault.section;
    return {};
}

} // namespace test
