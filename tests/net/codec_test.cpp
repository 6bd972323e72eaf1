#include "net/codec.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/peer.h"

namespace {

using Got = net::Codec::Got;
using wire::Kind;

constexpr std::uint64_t kLimit = 64u << 20;

//--- a server's side, with nothing of ours in it

/// One frame of a server: not masked. `first` is FIN, RSV and opcode.
std::string frame(int first, std::string_view payload) {
    return test::header(first, payload.size()) + std::string(payload);
}

std::string text(std::string_view payload) { return frame(0x81, payload); }

std::string packed(std::string_view payload) {
    z_stream z{};
    REQUIRE(deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&z, payload.size()) + 100, '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(payload.data()));
    z.avail_in = static_cast<uInt>(payload.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&z, Z_SYNC_FLUSH) == Z_OK);
    out.resize(out.size() - z.avail_out - 4); // without the trailer
    deflateEnd(&z);
    return out;
}

/// What a server reads of a client's frame.
struct Read {
    int first = 0;
    bool masked = false;
    std::string mask;
    std::string payload; ///< unmasked
    std::size_t size = 0;
};

Read read_frame(std::string_view bytes) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    Read read;
    REQUIRE(bytes.size() >= 2);
    read.first = at(0);
    read.masked = (at(1) & 0x80) != 0;
    std::uint64_t size = at(1) & 0x7f;
    std::size_t head = 2;
    if (size >= 126) {
        const std::size_t wide = size == 126 ? 2 : 8;
        for (size = 0; head < 2 + wide; ++head) size = size << 8 | at(head);
    }
    if (read.masked) {
        read.mask = std::string(bytes.substr(head, 4));
        head += 4;
    }
    REQUIRE(bytes.size() >= head + size);
    read.payload = std::string(bytes.substr(head, size));
    if (read.masked)
        for (std::size_t i = 0; i < size; ++i)
            read.payload[i] = static_cast<char>(read.payload[i] ^ read.mask[i % 4]);
    read.size = head + size;
    return read;
}

//--- what a codec made of a stream

struct Message {
    Kind kind;
    std::string payload;
    std::uint32_t frames;
    std::uint64_t wire_size;
    bool compressed;
};

struct Outcome {
    std::vector<Message> messages;
    Got last = Got::need_more;
    std::size_t taken = 0;
};

/// Feeds `stream` in pieces of `piece` bytes, as a socket would.
Outcome decode_all(net::Codec& codec, const std::string& stream, std::size_t piece = ~0u) {
    Outcome outcome;
    std::string working = stream; // the codec may change it
    for (std::size_t begin = 0; begin < working.size(); begin += piece) {
        piece = std::min(piece, working.size() - begin);
        for (std::size_t at = 0; at < piece;) {
            std::size_t taken = 0;
            outcome.last = codec.decode(working.data() + begin + at, piece - at, &taken);
            REQUIRE(taken <= piece - at);
            at += taken;
            outcome.taken += taken;
            if (outcome.last == Got::fault) return outcome;
            if (outcome.last == Got::need_more) {
                REQUIRE(at == piece);
                continue;
            }
            const net::Decoded& message = codec.message();
            outcome.messages.push_back({message.kind, std::string(message.payload), message.frames,
                                        message.wire_size, message.compressed});
        }
    }
    return outcome;
}

net::Codec plain(std::uint64_t limit = kLimit) { return net::Codec(net::DeflateParams(), limit); }

net::Codec deflating(std::uint64_t limit = kLimit, int client_bits = 15) {
    net::DeflateParams params;
    params.agreed = true;
    params.client_max_window_bits = client_bits;
    return net::Codec(params, limit);
}

std::string noise(std::size_t size, unsigned seed = 3) {
    std::mt19937 random(seed);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

std::string letters(std::size_t size) {
    std::string all;
    while (all.size() < size)
        all += "{\"type\":\"metrics\",\"n\":" + std::to_string(all.size()) + "}";
    return all.substr(0, size);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

//--- receiving

TEST_CASE("messages of all sizes arrive as they were sent, with their size on the wire") {
    for (const std::size_t size :
         {0u, 1u, 2u, 124u, 125u, 126u, 127u, 128u, 65534u, 65535u, 65536u, 65537u, 3'000'000u}) {
        INFO(size);
        net::Codec codec = plain();
        const std::string stream = text(letters(size)) + frame(0x82, noise(size));
        const Outcome got = decode_all(codec, stream);
        REQUIRE(got.messages.size() == 2);
        CHECK(got.messages[0].kind == Kind::text);
        CHECK(got.messages[0].payload == letters(size));
        CHECK(got.messages[1].kind == Kind::binary);
        CHECK(got.messages[1].payload == noise(size));
        for (const Message& message : got.messages) {
            CHECK(message.frames == 1);
            CHECK(message.wire_size == stream.size() / 2);
            CHECK_FALSE(message.compressed);
        }
        CHECK(codec.bytes_in() == stream.size());
    }
}

TEST_CASE("a stream may be cut at every place") {
    const std::string stream = text("Hello") + frame(0x01, "frag") + frame(0x89, "ping") +
                               frame(0x00, "men") + frame(0x80, "ted \xe2\x82\xac") +
                               frame(0x82, letters(300)) + frame(0x8a, "") +
                               frame(0x88, "\x03\xe8"
                                           "bye");
    for (std::size_t at = 0; at <= stream.size(); ++at) {
        INFO(at);
        net::Codec codec = plain();
        std::vector<Message> messages = decode_all(codec, stream.substr(0, at)).messages;
        for (Message& message : decode_all(codec, stream.substr(at)).messages)
            messages.push_back(std::move(message));
        REQUIRE(messages.size() == 6);
        CHECK(messages[0].payload == "Hello");
        CHECK(messages[1].kind == Kind::ping);
        CHECK(messages[1].payload == "ping");
        CHECK(messages[1].wire_size == 6);
        CHECK(messages[2].payload == "fragmented \xe2\x82\xac");
        CHECK(messages[2].frames == 3);
        CHECK(messages[2].wire_size == 6 + 5 + 9);
        CHECK(messages[3].kind == Kind::binary);
        CHECK(messages[3].payload == letters(300));
        CHECK(messages[4].kind == Kind::pong);
        CHECK(messages[4].payload.empty());
        CHECK(messages[5].kind == Kind::close);
        CHECK(messages[5].payload == "\x03\xe8"
                                     "bye");
    }
}

TEST_CASE("byte by byte, the same messages come as all at once") {
    for (const std::size_t piece : {1u, 2u, 3u, 5u, 1000u}) {
        net::Codec codec = deflating();
        std::string stream;
        for (int i = 0; i < 30; ++i) {
            stream += text(letters(static_cast<std::size_t>(i) * 9));
            stream += frame(0xc1, packed(letters(static_cast<std::size_t>(i) * 11)));
        }
        const Outcome got = decode_all(codec, stream, piece);
        REQUIRE(got.messages.size() == 60);
        for (std::size_t i = 0; i < 30; ++i) {
            CHECK(got.messages[2 * i].payload == letters(i * 9));
            CHECK(got.messages[2 * i + 1].payload == letters(i * 11));
        }
    }
}

TEST_CASE("it stops behind one message and leaves the rest") {
    net::Codec codec = plain();
    std::string stream = text("one") + text("two") + "\x81";
    std::size_t taken = 0;
    CHECK(codec.decode(stream.data(), stream.size(), &taken) == Got::message);
    CHECK(taken == 5);
    CHECK(codec.message().payload == "one");
    CHECK(codec.decode(stream.data() + 5, stream.size() - 5, &taken) == Got::message);
    CHECK(taken == 5);
    CHECK(codec.message().payload == "two");
    CHECK(codec.decode(stream.data() + 10, 1, &taken) == Got::need_more);
    CHECK(taken == 1);
    CHECK(codec.decode(stream.data(), 0, &taken) == Got::need_more);
    CHECK(taken == 0);
}

TEST_CASE("a message never shows bytes of an earlier one") {
    net::Codec codec = deflating();
    const std::string stream = text(std::string(5000, 'A')) + text("b") + frame(0x82, "") +
                               frame(0xc1, packed("cc")) + frame(0x89, std::string(125, 'P')) +
                               frame(0x89, "q") + frame(0x01, "d") + frame(0x80, "") +
                               frame(0x82, noise(3'000'000)) + text("e") + text("");
    std::vector<std::string> payloads;
    for (const Message& message : decode_all(codec, stream).messages)
        payloads.push_back(message.payload.size() < 10 ? message.payload : "long");
    CHECK(payloads ==
          std::vector<std::string>{"long", "b", "", "cc", "long", "q", "d", "long", "e", ""});
}

TEST_CASE("a message under way survives the control frames between its frames") {
    net::Codec codec = plain();
    std::string stream = frame(0x02, "");
    std::string expected;
    for (int i = 0; i < 100; ++i) {
        const std::string piece = noise(static_cast<std::size_t>(i), static_cast<unsigned>(i));
        expected += piece;
        stream += frame(0x00, piece) + frame(0x89, std::to_string(i)) + frame(0x8a, "");
    }
    stream += frame(0x80, "");
    const Outcome got = decode_all(codec, stream, 17);
    REQUIRE(got.messages.size() == 201);
    CHECK(got.messages.back().payload == expected);
    CHECK(got.messages.back().frames == 102);
    CHECK(got.messages[0].payload == "0");
    CHECK(got.messages[198].payload == "99");
}

TEST_CASE("ten thousand empty frames are one message") {
    net::Codec codec = plain();
    std::string stream = frame(0x01, "");
    for (int i = 0; i < 10'000; ++i) stream += frame(0x00, "");
    const Outcome got = decode_all(codec, stream + frame(0x80, "!"));
    REQUIRE(got.messages.size() == 1);
    CHECK(got.messages[0].payload == "!");
    CHECK(got.messages[0].frames == 10'002);
    CHECK(got.messages[0].wire_size == 2 * 10'002 + 1);
}

//--- text that is none

TEST_CASE(
    "text that is not UTF-8 is told with its byte, its place in the stream and close code 1007") {
    net::Codec codec = plain();
    const Outcome got = decode_all(codec, frame(0x82, "12345678") + text("abc\xff"
                                                                         "defgh"));
    CHECK(got.last == Got::fault);
    CHECK(got.messages.size() == 1);
    CHECK(codec.fault().close_code == 1007);
    CHECK(codec.fault().section == "RFC 6455 section 8.1");
    CHECK(has(codec.fault().rule, "not UTF-8"));
    CHECK(has(codec.fault().rule, "byte 3"));
    CHECK(codec.fault().offset == 10 + 2 + 3);
    CHECK(codec.fault().bytes.substr(0, 2) == "ff");
}

TEST_CASE("a bad byte is told as soon as it is there, before the message is whole") {
    for (std::size_t piece = 1; piece < 12; ++piece) {
        net::Codec codec = plain();
        const std::string whole = text("good so far \xed\xa0\x80 and more to come");
        const Outcome got = decode_all(codec, whole.substr(0, 16), piece);
        INFO(piece);
        CHECK(got.last == Got::fault);
        CHECK(has(codec.fault().rule, "byte 12"));
        CHECK(codec.fault().offset == 14);
    }
}

TEST_CASE("text may be cut between frames inside a code point, but not end there") {
    const std::string euro = "\xe2\x82\xac";
    for (std::size_t at = 0; at <= euro.size(); ++at) {
        net::Codec codec = plain();
        const Outcome got =
            decode_all(codec, frame(0x01, euro.substr(0, at)) + frame(0x80, euro.substr(at)));
        REQUIRE(got.messages.size() == 1);
        CHECK(got.messages[0].payload == euro);
    }
    const std::vector<std::string> cut = {
        text("ab\xe2\x82"),                                            // one frame
        frame(0x01, "ab") + frame(0x80, "\xe2\x82"),                   // what websocketpp lets pass
        frame(0x01, "ab\xe2") + frame(0x89, "") + frame(0x80, "\x82"), //
        frame(0x01, "ab\xe2\x82") + frame(0x00, "") + frame(0x80, ""), //
    };
    for (const std::string& stream : cut) {
        net::Codec codec = plain();
        const Outcome got = decode_all(codec, stream);
        CHECK(got.last == Got::fault);
        CHECK(codec.fault().close_code == 1007);
        CHECK(has(codec.fault().rule, "byte 2"));
        CHECK(codec.fault().offset <= stream.size());
    }
}

TEST_CASE("the place of a bad byte in a later frame counts all that came before it") {
    net::Codec codec = plain();
    const std::string before = frame(0x01, "abc") + frame(0x89, "ping");
    decode_all(codec, before + frame(0x80, "de\xc0"));
    CHECK(has(codec.fault().rule, "byte 5"));
    CHECK(codec.fault().offset == before.size() + 2 + 2);
}

TEST_CASE("binary takes every byte, and the text after it is judged by itself") {
    net::Codec codec = plain();
    const Outcome got = decode_all(codec, frame(0x82, "\xff\xfe\xe2\x82") + text("ok"));
    CHECK(got.last == Got::message);
    CHECK(got.messages.size() == 2);
}

//--- compression

TEST_CASE("compressed messages arrive inflated, whole and in fragments") {
    for (const std::size_t size : {0u, 1u, 100u, 70'000u, 1'000'000u}) {
        for (const std::string& payload : {letters(size), noise(size)}) {
            const int opcode = payload == letters(size) ? 1 : 2;
            const std::string body = packed(payload);
            const std::size_t cut = body.size() / 3;
            net::Codec codec = deflating();
            const Outcome got = decode_all(
                codec, frame(0xc0 | opcode, body) + frame(0x40 | opcode, body.substr(0, cut)) +
                           frame(0x89, "between") + frame(0x00, body.substr(cut, cut)) +
                           frame(0x80, body.substr(2 * cut)));
            REQUIRE(got.messages.size() == 3);
            CHECK(got.messages[0].payload == payload);
            CHECK(got.messages[0].compressed);
            CHECK(got.messages[0].wire_size == frame(0, body).size());
            CHECK(got.messages[1].kind == Kind::ping);
            CHECK_FALSE(got.messages[1].compressed);
            CHECK(got.messages[2].payload == payload);
            CHECK(got.messages[2].frames == 3);
        }
    }
}

TEST_CASE("with compression agreed, a message may still come as it is") {
    net::Codec codec = deflating();
    const Outcome got =
        decode_all(codec, frame(0xc1, packed("one")) + text("two") + frame(0xc1, packed("three")));
    REQUIRE(got.messages.size() == 3);
    CHECK(got.messages[1].payload == "two");
    CHECK_FALSE(got.messages[1].compressed);
    CHECK(got.messages[2].payload == "three");
}

TEST_CASE("after a block with BFINAL no message is lost") {
    net::Codec codec = deflating();
    const std::string final_hello("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8);
    std::string stream;
    for (int i = 0; i < 5; ++i) stream += frame(0xc1, final_hello) + frame(0xc1, packed("next"));
    const Outcome got = decode_all(codec, stream, 3);
    REQUIRE(got.messages.size() == 10);
    for (std::size_t i = 0; i < 10; ++i)
        CHECK(got.messages[i].payload == (i % 2 == 0 ? "Hello" : "next"));
}

TEST_CASE("a compressed message that was cut off is told, not handed on as if it were whole") {
    const std::string body = packed(letters(500));
    for (std::size_t size = 0; size < body.size(); ++size) {
        INFO(size);
        net::Codec codec = deflating();
        const Outcome got = decode_all(codec, frame(0xc2, body.substr(0, size)));
        CHECK(got.last == Got::fault);
        CHECK(got.messages.empty());
        CHECK(codec.fault().close_code == 1007);
        CHECK(has(codec.fault().section, "RFC 7692 section 7.2"));
    }
}

TEST_CASE("damaged data is told with close code 1007 and its frame's place") {
    net::Codec codec = deflating();
    const Outcome got = decode_all(codec, text("first") + frame(0xc1, "\xff\xff\xff\xff"));
    CHECK(got.last == Got::fault);
    CHECK(codec.fault().close_code == 1007);
    CHECK(has(codec.fault().rule, "cannot be inflated"));
    CHECK(has(codec.fault().section, "RFC 7692"));
    CHECK(codec.fault().offset == 7 + 2);
}

TEST_CASE("text that is not UTF-8 is found behind compression too") {
    for (const char* bad : {"abc\xff", "abc\xe2\x82"}) {
        net::Codec codec = deflating();
        const Outcome got = decode_all(codec, frame(0xc1, packed(bad)));
        CHECK(got.last == Got::fault);
        CHECK(codec.fault().close_code == 1007);
        CHECK(has(codec.fault().rule, "byte 3"));
    }
}

TEST_CASE("a bomb stops at the limit with close code 1009") {
    net::Codec codec = deflating(1u << 20);
    std::string bomb = packed(std::string(100u << 20, '\0'));
    REQUIRE(bomb.size() < 200'000);
    const Outcome got = decode_all(codec, frame(0xc2, bomb));
    CHECK(got.last == Got::fault);
    CHECK(codec.fault().close_code == 1009);
    CHECK(has(codec.fault().rule, "1048576"));
    CHECK(codec.fault().section == "RFC 6455 section 10.4");
}

TEST_CASE("the limit is of the inflated message: what fits exactly passes however it is packed") {
    const std::string payload = noise(100'000); // grows by packing
    const std::string body = packed(payload);
    REQUIRE(body.size() > payload.size());
    for (const std::size_t cut :
         {std::size_t{0}, std::size_t{1}, body.size() / 2, body.size() - 1}) {
        net::Codec codec = deflating(payload.size());
        const Outcome got =
            decode_all(codec, frame(0x42, body.substr(0, cut)) + frame(0x80, body.substr(cut)));
        INFO(cut);
        REQUIRE(got.messages.size() == 1);
        CHECK(got.messages[0].payload == payload);
        net::Codec tighter = deflating(payload.size() - 1);
        decode_all(tighter, frame(0xc2, body));
        CHECK(tighter.fault().close_code == 1009);
    }
}

TEST_CASE("a huge length that is announced takes no memory before it comes") {
    net::Codec codec = plain(~0ull);
    const std::string head("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10);
    CHECK(decode_all(codec, head + "abc").last == Got::need_more); // no exception
    net::Codec second = plain(~0ull);
    std::string rest = head;
    rest[0] = '\x80';
    const Outcome got = decode_all(second, frame(0x02, "abc") + rest + "def");
    CHECK(got.last != Got::message);
}

TEST_CASE("after a fault nothing more is decoded") {
    net::Codec codec = plain();
    decode_all(codec, frame(0xa1, "bad"));
    CHECK(codec.fault().rule == "RSV2 is set");
    CHECK(codec.fault().close_code == 1002);
    std::string more = text("good");
    std::size_t taken = 99;
    CHECK(codec.decode(more.data(), more.size(), &taken) == Got::fault);
    CHECK(taken == 0);
    CHECK(codec.fault().rule == "RSV2 is set");

    net::Codec other = plain();
    decode_all(other, text("\xff"));
    CHECK(other.decode(more.data(), more.size(), &taken) == Got::fault);
}

TEST_CASE("messages before a fault in the same bytes are delivered first") {
    net::Codec codec = plain();
    const Outcome got = decode_all(codec, text("one") + text("two") + frame(0x83, ""));
    CHECK(got.last == Got::fault);
    CHECK(got.messages.size() == 2);
    CHECK(codec.fault().offset == 10);
}

TEST_CASE("noise is never more than a fault") {
    for (unsigned seed = 0; seed < 300; ++seed) {
        net::Codec codec = deflating(10'000);
        decode_all(codec, noise(500, seed), 1 + seed % 60);
        // Noise behind a legal head of each kind.
        net::Codec second = deflating(10'000);
        decode_all(second, frame(0xc1 + static_cast<int>(seed % 2), noise(100, seed)), 7);
    }
}

//--- sending

TEST_CASE("messages of all sizes go out masked, and unmask to what was sent") {
    for (const std::size_t size : {0u, 1u, 3u, 125u, 126u, 127u, 65535u, 65536u, 2'000'000u}) {
        INFO(size);
        net::Codec codec = plain();
        std::string out = "what waits already;";
        const std::size_t before = out.size();
        const std::size_t first = codec.encode_message(false, letters(size), out);
        CHECK(out.size() == before + first);
        const std::size_t second = codec.encode_message(true, noise(size), out);
        CHECK(out.size() == before + first + second);
        const Read one = read_frame(std::string_view(out).substr(before));
        CHECK(one.first == 0x81);
        CHECK(one.masked);
        CHECK(one.payload == letters(size));
        CHECK(one.size == first);
        const Read two = read_frame(std::string_view(out).substr(before + first));
        CHECK(two.first == 0x82);
        CHECK(two.payload == noise(size));
        CHECK(two.size == second);
        CHECK(first == size + 4 + (size <= 125 ? 2 : size <= 65535 ? 4 : 10));
    }
}

TEST_CASE("every frame has a mask of its own, from connection to connection too") {
    std::set<std::string> masks;
    for (int connection = 0; connection < 3; ++connection) {
        net::Codec codec = plain();
        std::string out;
        for (int i = 0; i < 1500; ++i) codec.encode_message(true, "x", out); // over one refill
        codec.encode_control(Kind::ping, "x", out);
        for (std::size_t at = 0; at < out.size();) {
            const Read read = read_frame(std::string_view(out).substr(at));
            masks.insert(read.mask);
            at += read.size;
        }
    }
    CHECK(masks.size() >= 4500); // four random bytes may meet once, not often
}

TEST_CASE("text that is not UTF-8 is refused and nothing goes out") {
    net::Codec codec = deflating();
    for (const std::string& bad :
         {std::string("\xff"), std::string("ab\xe2\x82"), std::string(200, 'a') + "\xc0\x80"}) {
        std::string out = "kept";
        CHECK(codec.encode_message(false, bad, out) == 0);
        CHECK(out == "kept");
        CHECK(codec.encode_message(true, bad, out) > 0);
    }
}

TEST_CASE("control frames hold at most 125 bytes") {
    net::Codec codec = plain();
    const std::pair<Kind, int> kinds[] = {
        {Kind::close, 0x88}, {Kind::ping, 0x89}, {Kind::pong, 0x8a}};
    for (const auto& [kind, first] : kinds) {
        for (const std::size_t size : {0u, 1u, 2u, 124u, 125u}) {
            std::string out;
            CHECK(codec.encode_control(kind, noise(size), out) == size + 6);
            const Read read = read_frame(out);
            CHECK(read.first == first);
            CHECK(read.masked);
            CHECK(read.payload == noise(size));
            CHECK(read.size == out.size());
        }
        std::string out = "kept";
        CHECK(codec.encode_control(kind, noise(126), out) == 0);
        CHECK(codec.encode_control(kind, noise(100'000), out) == 0);
        CHECK(out == "kept");
    }
}

TEST_CASE("what goes out compressed inflates at the server, in the window it asked for") {
    for (const int bits : {9, 12, 15}) {
        net::Codec codec = deflating(kLimit, bits);
        z_stream z{};
        REQUIRE(inflateInit2(&z, -bits) == Z_OK);
        std::string out;
        const std::vector<std::string> texts = {letters(100), letters(64), letters(40'000),
                                                letters(100)};
        for (const std::string& payload : texts) codec.encode_message(false, payload, out);
        std::size_t at = 0, last_size = 0;
        for (const std::string& payload : texts) {
            const Read read = read_frame(std::string_view(out).substr(at));
            CHECK(read.first == 0xc1);
            std::string body = read.payload + std::string("\x00\x00\xff\xff", 4);
            std::string text(payload.size() + 100, '\0');
            z.next_in = reinterpret_cast<Bytef*>(body.data());
            z.avail_in = static_cast<uInt>(body.size());
            z.next_out = reinterpret_cast<Bytef*>(text.data());
            z.avail_out = static_cast<uInt>(text.size());
            REQUIRE(inflate(&z, Z_SYNC_FLUSH) == Z_OK);
            text.resize(text.size() - z.avail_out);
            CHECK(text == payload);
            at += read.size;
            last_size = read.payload.size();
        }
        CHECK(at == out.size());
        if (bits == 15) CHECK(last_size < 40); // the window was kept
        inflateEnd(&z);
    }
}

TEST_CASE("small messages, and those with no usable window, go out as they are") {
    net::Codec codec = deflating();
    std::string out;
    codec.encode_message(false, "tiny", out);
    CHECK(read_frame(out).first == 0x81);
    net::Codec eight_bits = deflating(kLimit, 8);
    out.clear();
    eight_bits.encode_message(false, letters(5000), out);
    CHECK(read_frame(out).first == 0x81);
    CHECK(read_frame(out).payload == letters(5000));
}
