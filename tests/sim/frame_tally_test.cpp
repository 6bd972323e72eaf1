#include "sim/frame_tally.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <random>
#include <string>
#include <vector>

using sim::FrameTally;

namespace {

/// A masked frame as a client sends it; the mask is left at zero.
std::string frame(int opcode, std::size_t size, bool fin = true) {
    std::string bytes(1, static_cast<char>((fin ? 0x80 : 0) | opcode));
    if (size < 126) {
        bytes += static_cast<char>(0x80 | size);
    } else if (size < 65536) {
        bytes += static_cast<char>(0x80 | 126);
        bytes += static_cast<char>(size >> 8);
        bytes += static_cast<char>(size);
    } else {
        bytes += static_cast<char>(0x80 | 127);
        for (int shift = 56; shift >= 0; shift -= 8)
            bytes += static_cast<char>(static_cast<std::uint64_t>(size) >> shift);
    }
    return bytes + std::string(4, '\0') + std::string(size, 'x');
}

} // namespace

TEST_CASE("a message is counted with its headers, however many frames it has") {
    FrameTally tally;
    const std::string one = frame(1, 5);
    CHECK(tally.feed(one) == one.size());
    const std::string three =
        frame(2, 200, false) + frame(9, 3) + frame(0, 0, false) + frame(0, 70'000);
    CHECK(tally.feed(three) == three.size());
    const FrameTally::Message first = tally.take();
    CHECK(first.frames == 1);
    CHECK(first.wire_size == one.size());
    const FrameTally::Message second = tally.take();
    CHECK(second.frames == 3);
    CHECK(second.wire_size == three.size() - frame(9, 3).size());
    CHECK(tally.take().frames == 0);
}

TEST_CASE("nothing behind a Close belongs to the conversation") {
    FrameTally tally;
    const std::string kept = frame(1, 10) + frame(8, 2);
    CHECK(tally.feed(kept + frame(1, 10)) == kept.size());
    CHECK(tally.feed("more") == 0);
}

TEST_CASE("it does not matter where the bytes are cut") {
    std::mt19937 random(5);
    for (int round = 0; round < 300; ++round) {
        std::string bytes;
        std::vector<std::uint64_t> sizes;
        for (int i = 0; i < 8; ++i) {
            const std::size_t size = random() % 3 ? random() % 130 : random() % 70'000;
            sizes.push_back(frame(1, size).size());
            bytes += frame(1, size);
        }
        FrameTally tally;
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t part = std::min<std::size_t>(
                bytes.size() - at, random() % 2 ? 1 + random() % 20 : 1 + random() % 5000);
            CHECK(tally.feed(std::string_view(bytes).substr(at, part)) == part);
            at += part;
        }
        for (const std::uint64_t size : sizes) CHECK(tally.take().wire_size == size);
        CHECK(tally.take().frames == 0);
    }
}
