#include "net/frame_walk.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "net/peer.h"

namespace {

using Step = net::FrameWalk::Step;

constexpr std::uint64_t kLimit = 1u << 20;

std::string bytes_of(std::initializer_list<int> values) {
    std::string bytes;
    for (const int value : values) bytes.push_back(static_cast<char>(value));
    return bytes;
}

using test::header;

/// Walks headers, each followed by its payload, which is skipped.
struct Walk {
    explicit Walk(bool compression = false, std::uint64_t limit = kLimit)
        : walk(compression, limit) {}

    Step take(const std::string& bytes) {
        std::size_t taken = 0;
        const Step step = walk.take_header(bytes.data(), bytes.size(), &taken);
        if (step == Step::header) {
            CHECK(taken == bytes.size());
            CHECK(walk.header().size == bytes.size());
            walk.skip_payload(walk.payload_left());
        }
        return step;
    }

    /// The fault, told as "code, rule, section, offset".
    void breaks(const std::string& bytes, int code, const std::string& rule,
                const std::string& section, std::uint64_t offset, const std::string& hex) {
        INFO(rule);
        REQUIRE(take(bytes) == Step::fault);
        CHECK(walk.fault().close_code == code);
        CHECK(walk.fault().rule == rule);
        CHECK(walk.fault().section == section);
        CHECK(walk.fault().offset == offset);
        CHECK(walk.fault().bytes == hex);
    }

    net::FrameWalk walk;
};

const char* const kBase = "RFC 6455 section 5.2";
const char* const kDeflate = "RFC 7692 section 6.1";

} // namespace

TEST_CASE("lengths of 7, 16 and 64 bits are read at their borders") {
    for (const std::uint64_t size :
         {0ull, 1ull, 125ull, 126ull, 127ull, 65535ull, 65536ull, 65537ull, 1ull << 20}) {
        Walk walk;
        CHECK(walk.take(header(0x82, size)) == Step::header);
        CHECK(walk.walk.header().payload_size == size);
        CHECK(walk.walk.header().size == (size <= 125 ? 2 : size <= 65535 ? 4 : 10));
        CHECK(walk.walk.header().fin);
        CHECK(walk.walk.header().opcode == 2);
        CHECK_FALSE(walk.walk.header().masked);
        CHECK(walk.walk.offset() == walk.walk.header().size + size);
    }
}

TEST_CASE("a header may be cut at every place") {
    for (const std::uint64_t size : {5ull, 300ull, 70000ull}) {
        const std::string bytes = header(0x01, size);
        for (std::size_t at = 0; at <= bytes.size(); ++at) {
            net::FrameWalk walk(false, kLimit);
            std::size_t taken = 99;
            const Step first = walk.take_header(bytes.data(), at, &taken);
            CHECK(taken == at);
            CHECK(first == (at < bytes.size() ? Step::need_more : Step::header));
            if (at == bytes.size()) continue;
            CHECK(walk.take_header(bytes.data() + at, bytes.size() - at, &taken) == Step::header);
            CHECK(taken == bytes.size() - at);
            CHECK(walk.header().payload_size == size);
            CHECK(walk.payload_left() == size);
            CHECK(walk.header().offset == 0);
            CHECK(walk.offset() == bytes.size());
        }
    }
}

TEST_CASE("it stops behind the header and counts the payload that goes by") {
    net::FrameWalk walk(false, kLimit);
    const std::string bytes = header(0x81, 3) + "abc" + header(0x8a, 0);
    std::size_t taken = 0;
    REQUIRE(walk.take_header(bytes.data(), bytes.size(), &taken) == Step::header);
    CHECK(taken == 2);
    walk.skip_payload(1);
    CHECK(walk.payload_left() == 2);
    walk.skip_payload(2);
    CHECK(walk.payload_left() == 0);
    REQUIRE(walk.take_header(bytes.data() + 5, bytes.size() - 5, &taken) == Step::header);
    CHECK(walk.header().opcode == 10);
    CHECK(walk.header().offset == 5);
    CHECK(walk.header().control());
    CHECK(walk.offset() == 7);
}

TEST_CASE("reserved bits are named, with the offset of the frame in the stream") {
    Walk second;
    REQUIRE(second.take(header(0x82, 1000)) == Step::header);
    second.breaks(bytes_of({0xa1}), 1002, "RSV2 is set", kBase, 1004, "a1");
    Walk().breaks(bytes_of({0x91, 0}), 1002, "RSV3 is set", kBase, 0, "91");
    Walk().breaks(bytes_of({0xc1, 0}), 1002, "RSV1 is set and no extension was agreed", kBase, 0,
                  "c1");
    Walk(true).breaks(bytes_of({0xf1, 0}), 1002, "RSV2 is set", kBase, 0, "f1");
}

TEST_CASE("with compression RSV1 may stand on the first frame of a message and nowhere else") {
    Walk walk(true);
    CHECK(walk.take(header(0xc1, 10)) == Step::header);
    CHECK(walk.walk.header().rsv == 4);
    CHECK(walk.take(header(0x42, 10)) == Step::header);
    CHECK(walk.take(header(0x89, 0)) == Step::header);
    CHECK(walk.take(header(0x00, 10)) == Step::header);
    walk.breaks(bytes_of({0xc0, 1}), 1002, "RSV1 is set on a continuation frame", kDeflate, 38,
                "c0");
    for (const int control : {0xc8, 0xc9, 0xca})
        Walk(true).breaks(bytes_of({control}), 1002, "RSV1 is set on a control frame", kDeflate, 0,
                          control == 0xc8   ? "c8"
                          : control == 0xc9 ? "c9"
                                            : "ca");
}

TEST_CASE("all sixteen opcodes: six are known, ten are reserved") {
    for (int opcode = 0; opcode < 16; ++opcode) {
        INFO(opcode);
        Walk walk;
        if (opcode == 0) REQUIRE(walk.take(header(0x01, 0)) == Step::header);
        const Step step = walk.take(header(0x80 | opcode, 0));
        const bool known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
        CHECK(step == (known ? Step::header : Step::fault));
        if (known) continue;
        CHECK(walk.walk.fault().rule == "reserved opcode " + std::to_string(opcode));
        CHECK(walk.walk.fault().close_code == 1002);
        CHECK(walk.walk.fault().section == kBase);
    }
}

TEST_CASE("control frames are neither fragmented nor longer than 125 bytes") {
    const char* const section = "RFC 6455 section 5.5";
    for (const int opcode : {8, 9, 10}) {
        CHECK(Walk().take(header(0x80 | opcode, 125)) == Step::header);
        Walk().breaks(bytes_of({opcode}), 1002, "a control frame is fragmented", section, 0,
                      "0" + std::string(1, "89a"[opcode - 8]));
    }
    Walk().breaks(header(0x89, 126), 1002, "a control frame is longer than 125 bytes", section, 1,
                  "89 7e");
    Walk().breaks(header(0x88, 70000), 1002, "a control frame is longer than 125 bytes", section, 1,
                  "88 7f");
}

TEST_CASE("messages do not run into each other") {
    const char* const section = "RFC 6455 section 5.4";
    Walk().breaks(bytes_of({0x80, 0}), 1002, "a continuation frame with no message to continue",
                  section, 0, "80");
    Walk ended;
    REQUIRE(ended.take(header(0x01, 4)) == Step::header);
    REQUIRE(ended.take(header(0x80, 4)) == Step::header);
    ended.breaks(bytes_of({0x00}), 1002, "a continuation frame with no message to continue",
                 section, 12, "00");
    Walk begun;
    REQUIRE(begun.take(header(0x02, 4)) == Step::header);
    REQUIRE(begun.take(header(0x8a, 0)) == Step::header); // a control frame in between may stand
    begun.breaks(bytes_of({0x81, 0}), 1002, "a new message began before the last one ended",
                 section, 8, "81");
}

TEST_CASE("a masked frame is told by its second byte") {
    Walk().breaks(bytes_of({0x81, 0x85, 1, 2, 3, 4}), 1002, "the server masked a frame",
                  "RFC 6455 section 5.1", 1, "81 85");
}

TEST_CASE("a length that is not in its shortest form is refused") {
    const char* const rule = "the length is not in its shortest form";
    Walk().breaks(bytes_of({0x82, 126, 0, 125}), 1002, rule, kBase, 2, "82 7e 00 7d");
    Walk().breaks(bytes_of({0x82, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff}), 1002, rule, kBase, 2,
                  "82 7f 00 00 00 00 00 00 ff ff");
    Walk().breaks(bytes_of({0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0}), 1002,
                  "the highest bit of the 64-bit length is set", kBase, 2,
                  "82 7f 80 00 00 00 00 00 00 00");
}

TEST_CASE("a message over the limit is told by its header, before a byte of it is kept") {
    const char* const section = "RFC 6455 section 10.4";
    Walk exact(false, 1000);
    CHECK(exact.take(header(0x82, 1000)) == Step::header);
    exact.breaks(header(0x82, 1001), 1009,
                 "a message of more than 1000 bytes (this frame says 1001)", section, 1006,
                 "82 7e 03 e9");
    Walk(false, 100)
        .breaks(header(0x82, 101), 1009, "a message of more than 100 bytes (this frame says 101)",
                section, 1, "82 65");
    Walk().breaks(bytes_of({0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), 1009,
                  "a message of more than 1048576 bytes (this frame says 9223372036854775807)",
                  section, 2, "82 7f 7f ff ff ff ff ff ff ff");
}

TEST_CASE("the frames of a message count together, control frames between them do not") {
    Walk walk(false, 1000);
    REQUIRE(walk.take(header(0x02, 600)) == Step::header);
    REQUIRE(walk.take(header(0x89, 125)) == Step::header);
    REQUIRE(walk.take(header(0x00, 400)) == Step::header);
    REQUIRE(walk.take(header(0x80, 0)) == Step::header);
    REQUIRE(walk.take(header(0x02, 999)) == Step::header); // counts from the start again
    REQUIRE(walk.take(header(0x00, 1)) == Step::header);
    CHECK(walk.take(header(0x80, 1)) == Step::fault);
    CHECK(walk.walk.fault().close_code == 1009);
}

TEST_CASE("a compressed message may be somewhat larger on the wire than it is inflated") {
    Walk walk(true, 1000);
    CHECK(walk.take(header(0xc2, 2000)) == Step::header);
    CHECK(walk.take(header(0x82, 1000)) == Step::header);
    CHECK(walk.take(header(0xc2, 1'000'000)) == Step::fault);
    CHECK(walk.walk.fault().close_code == 1009);
    CHECK(Walk(true, 1000).take(header(0x82, 1001)) == Step::fault);
    CHECK(Walk(true, ~0ull).take(header(0xc2, 1u << 30)) == Step::header);
}

TEST_CASE("without a limit every legal length passes") {
    net::FrameWalk walk(false, ~0ull);
    const std::string bytes = bytes_of({0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
    std::size_t taken = 0;
    CHECK(walk.take_header(bytes.data(), bytes.size(), &taken) == Step::header);
    CHECK(walk.payload_left() == 0x7fffffffffffffffull);
}

TEST_CASE("after a fault nothing more is taken") {
    Walk walk;
    REQUIRE(walk.take(bytes_of({0x82, 126, 0, 1})) == Step::fault);
    const std::uint64_t offset = walk.walk.offset();
    const std::string more(100, '\x81');
    for (int i = 0; i < 20; ++i) {
        std::size_t taken = 99;
        CHECK(walk.walk.take_header(more.data(), more.size(), &taken) == Step::fault);
        CHECK(taken == 0);
    }
    CHECK(walk.walk.offset() == offset);
    CHECK(walk.walk.fault().rule == "the length is not in its shortest form");
}
