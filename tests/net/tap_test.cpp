// The tap: what it notes of each frame, which byte broke which rule, and that on random streams cut
// at random places it sees what the codec sees.
// ctest: timeout=300
#include "net/tap.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <random>
#include <string>

#include "net/peer.h"
#include "net/tap_against_codec.h"

using test::frame_bytes;
using Got = net::Tap::Got;

namespace {

net::DeflateParams deflate(bool forget = false) {
    net::DeflateParams params;
    params.agreed = true;
    params.server_no_context_takeover = forget;
    return params;
}

/// A server's side of permessage-deflate, with nothing of ours in it.
class Packer {
public:
    explicit Packer(bool forget) : forget_(forget) {
        REQUIRE(deflateInit2(&z_, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    }
    ~Packer() { deflateEnd(&z_); }
    Packer(const Packer&) = delete;
    Packer& operator=(const Packer&) = delete;

    std::string pack(std::string_view text) {
        if (text.empty()) return std::string(1, '\0'); // RFC 7692 section 7.2.3.6
        std::string out(deflateBound(&z_, text.size()) + 100, '\0');
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
        z_.avail_in = static_cast<uInt>(text.size());
        z_.next_out = reinterpret_cast<Bytef*>(out.data());
        z_.avail_out = static_cast<uInt>(out.size());
        REQUIRE(::deflate(&z_, Z_SYNC_FLUSH) == Z_OK);
        out.resize(out.size() - z_.avail_out - 4); // without the trailer
        if (forget_) deflateReset(&z_);
        return out;
    }

private:
    z_stream z_{};
    bool forget_;
};

struct Tapped {
    net::Tap tap;
    std::vector<net::Tap::Message> messages;

    explicit Tapped(const net::Tap::Options& options = {}) : tap(options) {}
    Got take(const std::string& bytes, std::int64_t at = 0) {
        Got got = Got::need_more;
        for (std::size_t from = 0; from < bytes.size();) {
            std::size_t taken = 0;
            got = tap.take(bytes.data() + from, bytes.size() - from, at, &taken);
            from += taken;
            if (got == Got::fault) return got;
            if (got == Got::message) messages.push_back(std::move(tap.message()));
        }
        return got;
    }
};

net::Tap::Options with(const net::DeflateParams& params, std::uint64_t limit = 1u << 20) {
    net::Tap::Options options;
    options.deflate = params;
    options.max_message = limit;
    return options;
}

} // namespace

//--- what it notes

TEST_CASE(
    "each fragment is noted with its time, its bits and its place, control frames between too") {
    Tapped it;
    CHECK(it.take(frame_bytes(1, "one ", false), 100) == Got::need_more);
    CHECK(it.take(frame_bytes(9, "ping"), 200) == Got::message);
    CHECK(it.take("\x80", 300) == Got::need_more);
    CHECK(it.take("\x05t", 400) == Got::need_more);
    CHECK(it.take("hree", 500) == Got::message);
    REQUIRE(it.messages.size() == 2);
    CHECK(it.messages[0].kind == wire::Kind::ping);
    CHECK(it.messages[0].detail.frames.size() == 1);
    const wire::FrameDetail& text = it.messages[1].detail;
    REQUIRE(text.frames.size() == 3);
    CHECK(text.size == 9);
    CHECK(text.wire_body == 9);
    CHECK_FALSE(text.compressed);
    CHECK_FALSE(text.frames[0].fin());
    CHECK(text.frames[0].opcode() == 1);
    CHECK(text.frames[0].began_ns == 100);
    CHECK(text.frames[1].opcode() == 9);
    CHECK(text.frames[1].offset == 6);
    CHECK(text.frames[2].fin());
    CHECK(text.frames[2].opcode() == 0);
    CHECK(text.frames[2].offset == 12);
    CHECK(text.frames[2].payload_size == 5);
    CHECK(text.frames[2].head_size == 2);
    CHECK(text.frames[2].began_ns == 400); // its head was whole
    CHECK(text.frames[2].ended_ns == 500);
}

TEST_CASE("of our own bytes the mask is noted, and what lies under it is read") {
    net::Tap::Options options;
    options.side = net::Side::client;
    options.keep_payload = true;
    for (const std::size_t size : {0u, 5u, 300u, 70'000u}) {
        Tapped it(options);
        net::Codec codec(net::DeflateParams(), ~0ull);
        std::string out;
        codec.encode_message(false, std::string(size, 'a'), out);
        codec.encode_control(wire::Kind::pong, "why", out);
        CHECK(it.take(out) == Got::message);
        REQUIRE(it.messages.size() == 2);
        CHECK((it.messages[0].payload == std::string(size, 'a')));
        CHECK(it.messages[1].payload == "why");
        const wire::FrameMark& frame = it.messages[0].detail.frames.at(0);
        CHECK(frame.masked);
        std::string key = out.substr(frame.head_size - 4u, 4);
        for (int i = 0; i < 4; ++i)
            CHECK(static_cast<unsigned char>(key[static_cast<std::size_t>(i)]) ==
                  (frame.mask >> (24 - 8 * i) & 0xff));
    }
}

TEST_CASE("a frame of ours without a mask would be told") {
    net::Tap::Options options;
    options.side = net::Side::client;
    Tapped it(options);
    CHECK(it.take(frame_bytes(1, "bare")) == Got::fault);
    CHECK(it.tap.fault().rule == "the client did not mask a frame");
    CHECK(it.tap.fault().section == "RFC 6455 section 5.1");
}

TEST_CASE("compressed and inflated sizes are noted, in both modes of the context") {
    for (const bool forget : {false, true}) {
        Packer packer(forget);
        Tapped it(with(deflate(forget)));
        const std::string text(5000, 'x'), first = packer.pack(text), second = packer.pack(text);
        it.take(frame_bytes(1, first, true, 4) + frame_bytes(1, second.substr(0, 3), false, 4) +
                frame_bytes(0, second.substr(3)));
        REQUIRE(it.messages.size() == 2);
        for (const net::Tap::Message& message : it.messages) {
            CHECK(message.detail.compressed);
            CHECK(message.detail.size == 5000);
            CHECK(message.detail.frames[0].rsv(1));
            CHECK_FALSE(message.detail.frames[0].rsv(2));
        }
        CHECK(it.messages[0].detail.wire_body == first.size());
        CHECK(it.messages[1].detail.wire_body == second.size());
        CHECK((first.size() == second.size()) == forget);
    }
}

TEST_CASE("a message of a million fragments keeps 64 of them: the first ones and the last") {
    Tapped it;
    const std::string empty = frame_bytes(0, "", false);
    std::string burst;
    for (int i = 0; i < 10'000; ++i) burst += empty;
    it.take(frame_bytes(1, "", false));
    for (int i = 0; i < 100; ++i) it.take(burst, i);
    it.take(frame_bytes(0, "!"), 1000);
    REQUIRE(it.messages.size() == 1);
    const wire::FrameDetail& detail = it.messages[0].detail;
    CHECK(detail.frames.size() == 64);
    CHECK(detail.left_out == 1'000'002 - 64);
    CHECK(detail.frames.back().fin());
    CHECK(detail.frames.back().ended_ns == 1000);
    CHECK(detail.frames.back().offset == 2 * 1'000'001);
}

TEST_CASE(
    "begun in the midst of a stream it counts from there, and says what it cannot look into") {
    Packer packer(false);
    packer.pack("what went before");
    net::Tap::Options options = with(deflate());
    options.begin_at = 777;
    Tapped it(options);
    const std::string packed = packer.pack("what went before, again");
    CHECK(it.take(frame_bytes(1, packed, true, 4) + frame_bytes(1, "plain")) == Got::message);
    REQUIRE(it.messages.size() == 2);
    CHECK_FALSE(it.messages[0].inflated);
    CHECK(it.messages[0].detail.wire_body == packed.size());
    CHECK(it.messages[0].detail.frames[0].offset == 777);
    CHECK(it.messages[1].inflated);
    CHECK(it.messages[1].detail.size == 5);
}

//--- which byte broke which rule

TEST_CASE(
    "the byte that breaks a text is told at its place in the stream, over frames and pieces") {
    struct Case {
        std::string stream;
        std::uint64_t byte, offset;
    };
    const std::string before = frame_bytes(1, "abc\xe2", false) + frame_bytes(9, "ping");
    const Case cases[] = {
        {frame_bytes(1, "ab\xff"), 2, 4},
        {frame_bytes(1, "ab\xe2\x82"), 2, 4},                    // ends inside
        {before + frame_bytes(0, "\x28"), 3, 5},                 // broken in the next frame
        {before + frame_bytes(0, "\x82\xac\xc0"), 6, 6 + 6 + 4}, // whole there, broken behind
        {before + frame_bytes(0, "\x82"), 3, 5},
    };
    for (const Case& one : cases) {
        for (std::size_t piece = 1; piece <= one.stream.size(); ++piece) {
            Tapped it;
            Got got = Got::need_more;
            for (std::size_t at = 0; at < one.stream.size() && got != Got::fault; at += piece)
                got = it.take(one.stream.substr(at, piece));
            REQUIRE(got == Got::fault);
            CHECK(it.tap.fault().close_code == 1007);
            CHECK(it.tap.fault().rule ==
                  "a text message is not UTF-8 (its byte " + std::to_string(one.byte) + ")");
            CHECK(it.tap.fault().offset == one.offset);
        }
    }
}

TEST_CASE("a Close is held against its rules, each at its byte") {
    const auto fault = [](const std::string& body) {
        Tapped it;
        CHECK(it.take(frame_bytes(1, "x") + frame_bytes(8, body)) == Got::fault);
        return it.tap.fault();
    };
    CHECK(fault("x").offset == 5);
    CHECK(fault("x").section == "RFC 6455 section 5.5.1");
    CHECK(fault(std::string("\x00\x00", 2)).section == "RFC 6455 section 7.4");
    CHECK(fault("\x03\xed").close_code == 1002); // 1005
    CHECK(fault("\x03\xe8ok\xff").offset == 5 + 2 + 2);
    CHECK(fault("\x03\xe8ok\xff").close_code == 1007);
}

TEST_CASE("a message that leans on an earlier one where none was to be kept is told") {
    Packer keeps(false);
    const std::string text(300, 'y');
    std::string stream = frame_bytes(1, keeps.pack(text), true, 4);
    stream += frame_bytes(1, keeps.pack(text), true, 4);
    Tapped honest(with(deflate(false)));
    CHECK(honest.take(stream) == Got::message);
    Tapped other(with(deflate(true)));
    CHECK(other.take(stream) == Got::fault);
    CHECK(other.messages.size() == 1);
    CHECK(other.tap.fault().close_code == 1007);
    net::Codec codec(deflate(true), 1u << 20); // and the codec sees it the same way
    CHECK(test::seen_by_codec(deflate(true), 1u << 20, stream, {}).fault.close_code == 1007);
}

TEST_CASE("a bomb ends at the limit, and nothing of it is kept") {
    Packer packer(false);
    Tapped it(with(deflate()));
    CHECK(it.take(frame_bytes(2, packer.pack(std::string(64u << 20, '\0')), true, 4)) ==
          Got::fault);
    CHECK(it.tap.fault().close_code == 1009);
}

//--- against the codec

namespace {

/// Streams as servers send them, and damaged ones.
class Streams {
public:
    explicit Streams(unsigned seed) : random_(seed), packer_(false), forgetful_(true) {}

    std::size_t below(std::size_t end) { return random_() % end; }

    std::string next(const net::DeflateParams& params) {
        std::string stream;
        for (std::size_t i = below(12) + 1; i > 0; --i) stream += message(params);
        if (below(3) == 0)
            stream += frame_bytes(8, below(2) ? "\x03\xe8"
                                                "bye"
                                              : "");
        if (below(2)) damage(stream);
        return stream;
    }

    test::Cuts cuts(std::size_t size) {
        test::Cuts all(below(20));
        for (std::size_t& cut : all) cut = below(size + 1);
        std::sort(all.begin(), all.end());
        return all;
    }

private:
    std::string text() {
        static const char* const kPieces[] = {
            "a",    "{\"type\":\"x\"}", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x91\x8d", "latency",
            "\xff", "\xe2\x82"};
        std::string all;
        const std::size_t good = below(20) == 0 ? 8 : 6;
        for (std::size_t i = below(below(8) == 0 ? 400 : 12); i > 0; --i)
            all += kPieces[below(good)];
        return all;
    }

    std::string message(const net::DeflateParams& params) {
        const bool binary = below(2) != 0;
        const bool packed = params.agreed && below(2) != 0;
        std::string body = text();
        if (packed) body = (params.server_no_context_takeover ? forgetful_ : packer_).pack(body);
        std::string stream;
        int opcode = binary ? 2 : 1;
        std::size_t at = 0;
        for (std::size_t left = below(4); left > 0; --left) {
            const std::size_t piece = below(body.size() - at + 1);
            stream += frame_bytes(opcode, body.substr(at, piece), false, packed && opcode ? 4 : 0);
            opcode = 0;
            at += piece;
            if (below(3) == 0)
                stream += frame_bytes(9 + static_cast<int>(below(2)), text().substr(0, 50));
        }
        return stream + frame_bytes(opcode, body.substr(at), true, packed && opcode ? 4 : 0);
    }

    void damage(std::string& stream) {
        for (std::size_t i = below(3) + 1; i > 0; --i)
            stream[below(stream.size())] = static_cast<char>(random_());
        if (below(4) == 0) stream.resize(below(stream.size()) + 1);
    }

    std::mt19937 random_;
    Packer packer_, forgetful_;
};

} // namespace

TEST_CASE("on random streams, cut at random places, the tap sees what the codec sees") {
    std::size_t messages = 0, faults = 0;
    for (unsigned seed = 0; seed < 4000; ++seed) {
        Streams streams(seed);
        net::DeflateParams params = deflate(seed % 3 == 2);
        params.agreed = seed % 3 != 0;
        const std::uint64_t limit = seed % 5 == 0 ? 200 : 1u << 20;
        const std::string stream = streams.next(params);
        const test::Cuts cuts = streams.cuts(stream.size());
        const test::Seen codec = test::seen_by_codec(params, limit, stream, cuts);
        const test::Seen tap = test::seen_by_tap(params, limit, stream, cuts);
        const std::string other = test::difference(codec, tap);
        CAPTURE(seed);
        CAPTURE(codec.fault.rule);
        CAPTURE(tap.fault.rule);
        REQUIRE(other == "");
        messages += tap.items.size();
        faults += tap.fault.close_code != 0;
    }
    CHECK(messages > 10'000); // of both kinds there were many
    CHECK(faults > 1'000);
    MESSAGE(messages << " messages, " << faults << " faults");
}
