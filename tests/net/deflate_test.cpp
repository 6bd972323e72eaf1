#include "net/deflate.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

namespace {

using Outcome = net::Inflater::Outcome;

constexpr std::uint64_t kLimit = 64u << 20;
const std::string kTrailer("\x00\x00\xff\xff", 4);

/// A server's side, made with zlib and nothing of ours.
class Packer {
public:
    explicit Packer(int bits = 15, int level = Z_DEFAULT_COMPRESSION) {
        REQUIRE(deflateInit2(&z_, level, Z_DEFLATED, -bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    }
    ~Packer() { deflateEnd(&z_); }

    /// As if these had gone through it already.
    void remember(const std::string& sent) {
        deflateSetDictionary(&z_, reinterpret_cast<const Bytef*>(sent.data()),
                             static_cast<uInt>(sent.size()));
    }

    /// As it travels: without the trailer that a sync flush leaves.
    std::string pack(const std::string& text) {
        std::string out = flushed(text, Z_SYNC_FLUSH);
        out.resize(out.size() - 4);
        return out;
    }
    std::string flushed(const std::string& text, int flush) {
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
        z_.avail_in = static_cast<uInt>(text.size());
        std::string out;
        char piece[4096];
        do {
            z_.next_out = reinterpret_cast<Bytef*>(piece);
            z_.avail_out = sizeof piece;
            ::deflate(&z_, flush);
            out.append(piece, sizeof piece - z_.avail_out);
        } while (z_.avail_out == 0);
        return out;
    }

private:
    z_stream z_{};
};

/// One whole message as a codec hands it on: in pieces, then the trailer.
struct Unpacked {
    Outcome outcome = Outcome::ok;
    bool whole = false;
    std::string text;
};

Unpacked unpack(net::Inflater& inflater, const std::string& packed, std::size_t piece = ~0u) {
    Unpacked result;
    for (std::size_t at = 0; at < packed.size() && result.outcome == Outcome::ok; at += piece) {
        piece = std::min(piece, packed.size() - at);
        result.outcome = inflater.inflate(packed.data() + at, piece, result.text);
    }
    if (result.outcome == Outcome::ok)
        result.outcome = inflater.inflate(kTrailer.data(), kTrailer.size(), result.text);
    result.whole = inflater.end_message();
    return result;
}

std::string taken(net::Inflater& inflater, const std::string& packed, std::size_t piece = ~0u) {
    const Unpacked result = unpack(inflater, packed, piece);
    CHECK(result.outcome == Outcome::ok);
    CHECK(result.whole);
    return result.text;
}

std::string packed_by(net::Deflater& deflater, const std::string& text) {
    std::string out;
    REQUIRE(deflater.deflate(text, out));
    REQUIRE(out.size() >= 4);
    CHECK(out.substr(out.size() - 4) == kTrailer);
    out.resize(out.size() - 4);
    return out;
}

std::string telemetry(int i) {
    return R"({"type":"system_metrics","data":{"cpu_percent":)" + std::to_string(i * 37 % 100) +
           R"(,"note":"the quick brown fox"},"timestamp":"2026-01-01T00:00:0)" +
           std::to_string(i % 10) + R"(Z"})";
}

std::string noise(std::size_t size) {
    std::mt19937 random(7);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

net::DeflateParams params(int client_bits = 15, bool forget = false) {
    net::DeflateParams params;
    params.agreed = true;
    params.client_max_window_bits = client_bits;
    params.client_no_context_takeover = forget;
    return params;
}

} // namespace

TEST_CASE("messages inflate one after the other, cut into pieces of any size") {
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 1000u, ~0u}) {
        Packer packer;
        net::Inflater inflater(kLimit);
        for (int i = 0; i < 50; ++i)
            REQUIRE(taken(inflater, packer.pack(telemetry(i)), piece) == telemetry(i));
        REQUIRE(taken(inflater, packer.pack(noise(100'000)), piece) == noise(100'000));
        REQUIRE(taken(inflater, packer.pack(std::string(500'000, 'x')), piece) ==
                std::string(500'000, 'x'));
    }
}

TEST_CASE("the examples of RFC 7692 section 7.2.3 inflate to Hello") {
    net::Inflater inflater(kLimit);
    const auto hello = [&](std::string_view bytes) { return taken(inflater, std::string(bytes)); };
    CHECK(hello({"\xf2\x48\xcd\xc9\xc9\x07\x00", 7}) == "Hello"); // one block
    CHECK(hello({"\xf2\x00\x11\x00\x00", 5}) == "Hello");         // from the window
    CHECK(hello({"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11}) == "Hello");         // stored
    CHECK(hello({"\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8}) == "Hello");                      // BFINAL
    CHECK(hello({"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13}) == "Hello"); // two
    CHECK(hello({"\x00", 1}).empty());
}

TEST_CASE("behind a block with BFINAL the messages go on, with the same window") {
    net::Inflater inflater(kLimit);
    CHECK(taken(inflater, std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8)) == "Hello");
    // Nothing but a reference to what the final block left in the window.
    CHECK(taken(inflater, std::string("\xf2\x00\x11\x00\x00", 5)) == "Hello");
    std::string sent;
    for (int i = 0; i < 40; ++i) { // every other message ends with a final block
        Packer packer;
        packer.remember(sent);
        const std::string packed =
            i % 2 == 0 ? packer.flushed(telemetry(i), Z_FINISH) + '\0' : packer.pack(telemetry(i));
        CHECK(taken(inflater, packed, i % 3 == 0 ? 3 : ~0u) == telemetry(i));
        if (i > 10) CHECK(packed.size() < 40); // it does lean on the window
        sent += telemetry(i);
    }
}

TEST_CASE("a final block in the middle of a message does not end it") {
    for (const std::size_t piece : {1u, 5u, ~0u}) {
        net::Inflater inflater(kLimit);
        Packer first, second, third;
        const std::string packed = first.flushed("one ", Z_FINISH) +
                                   second.flushed("two ", Z_FINISH) + third.pack("three");
        CHECK(taken(inflater, packed, piece) == "one two three");
        CHECK(taken(inflater, Packer().pack("four"), piece) == "four");
    }
}

TEST_CASE("a final block at the very end of a message is understood without the empty one") {
    net::Inflater inflater(kLimit);
    for (int i = 0; i < 3; ++i)
        CHECK(taken(inflater, Packer().flushed("Hello", Z_FINISH)) == "Hello");
    CHECK(taken(inflater, Packer().pack("next")) == "next");
}

TEST_CASE("the limit is the limit: exactly so much passes, one byte more does not") {
    for (const std::size_t size : {0u, 1u, 16383u, 16384u, 16385u, 100'000u}) {
        net::Inflater inflater(size);
        CHECK(taken(inflater, Packer().pack(std::string(size, 'a'))).size() == size);
        net::Inflater tighter(size);
        CHECK(unpack(tighter, Packer().pack(std::string(size + 1, 'a'))).outcome ==
              Outcome::too_large);
    }
}

TEST_CASE("a bomb of 1 MiB that inflates to 1 GiB stops at the limit, with little memory") {
    const std::string piece = Packer(15, 9).flushed(std::string(1u << 20, '\0'), Z_FULL_FLUSH);
    std::string bomb;
    for (int i = 0; i < 1024; ++i) bomb += piece;
    REQUIRE(bomb.size() > 500'000);
    net::Inflater inflater(4u << 20);
    std::string out;
    CHECK(inflater.inflate(bomb.data(), bomb.size(), out) == Outcome::too_large);
    CHECK(out.size() <= 4u << 20);
    CHECK(out.capacity() <= 8u << 20);
}

TEST_CASE("damaged data is told") {
    for (const std::string& packed : {std::string("\x07", 1), std::string("\xff\xff\xff\xff\xff"),
                                      std::string("\x00\x05\x00\x00\x00Hello", 10)}) {
        net::Inflater inflater(kLimit);
        CHECK(unpack(inflater, packed).outcome == Outcome::damaged);
    }
    net::Inflater no_window(kLimit); // a reference to before the beginning
    CHECK(unpack(no_window, std::string("\xf2\x00\x11\x00\x00", 5)).outcome == Outcome::damaged);
}

TEST_CASE("a message that was cut off is never whole") {
    const std::string packed = Packer().pack(telemetry(1) + telemetry(2));
    for (std::size_t size = 0; size < packed.size(); ++size) {
        net::Inflater inflater(kLimit);
        const Unpacked result = unpack(inflater, packed.substr(0, size));
        INFO(size);
        CHECK_FALSE((result.outcome == Outcome::ok && result.whole));
    }
}

TEST_CASE("random damage never passes the limit and never breaks the inflater") {
    std::mt19937 random(11);
    const std::string good = Packer().pack(noise(300) + std::string(3000, 'z') + telemetry(3));
    for (int round = 0; round < 5000; ++round) {
        std::string packed = good;
        for (int i = 0; i < 3; ++i) packed[random() % packed.size()] = static_cast<char>(random());
        net::Inflater inflater(10'000);
        CHECK(unpack(inflater, packed, 1 + random() % 50).text.size() <= 10'000);
    }
}

TEST_CASE("what is deflated here inflates there, for every window of 9 to 15 bits") {
    for (int bits = 9; bits <= 15; ++bits) {
        INFO(bits);
        net::Deflater deflater(params(bits));
        REQUIRE(deflater.usable());
        z_stream z{};
        REQUIRE(inflateInit2(&z, -bits) == Z_OK); // a peer that has no larger window
        for (int i = 0; i < 40; ++i) {
            const std::string text =
                i % 4 == 0 ? noise(3000) + noise(3000) + telemetry(i) : telemetry(i);
            std::string packed = packed_by(deflater, text) + kTrailer;
            std::string out(text.size() + 100, '\0');
            z.next_in = reinterpret_cast<Bytef*>(packed.data());
            z.avail_in = static_cast<uInt>(packed.size());
            z.next_out = reinterpret_cast<Bytef*>(out.data());
            z.avail_out = static_cast<uInt>(out.size());
            REQUIRE(inflate(&z, Z_SYNC_FLUSH) == Z_OK);
            out.resize(out.size() - z.avail_out);
            REQUIRE(out == text);
        }
        inflateEnd(&z);
    }
}

TEST_CASE(
    "with context takeover a repeated message shrinks to almost nothing; without it does not") {
    net::Deflater keeping(params());
    const std::size_t first = packed_by(keeping, telemetry(5)).size();
    CHECK(packed_by(keeping, telemetry(5)).size() < first / 4);

    net::Deflater forgetting(params(15, true));
    const std::string one = packed_by(forgetting, telemetry(5));
    const std::string two = packed_by(forgetting, telemetry(5));
    CHECK(one == two);
    for (const std::string& packed : {one, two}) { // each inflates by itself
        net::Inflater inflater(kLimit);
        CHECK(taken(inflater, packed) == telemetry(5));
    }
}

TEST_CASE("a window of 8 bits, or no agreement, means that nothing is deflated") {
    for (const net::DeflateParams& none : {params(8), net::DeflateParams()}) {
        net::Deflater deflater(none);
        CHECK_FALSE(deflater.usable());
        std::string out = "as it was";
        CHECK_FALSE(deflater.deflate(telemetry(1), out));
        CHECK(out == "as it was");
    }
}

TEST_CASE("large messages and messages that cannot be compressed come back whole") {
    net::Deflater deflater(params());
    net::Inflater inflater(kLimit);
    for (const std::size_t size : {1u, 16383u, 16384u, 65536u, 1u << 20, 5u << 20}) {
        CHECK(taken(inflater, packed_by(deflater, noise(size))) == noise(size));
        CHECK(taken(inflater, packed_by(deflater, std::string(size, 'q'))) ==
              std::string(size, 'q'));
    }
}
