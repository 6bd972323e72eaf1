#include "net/utf8_stream.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace {

bool whole(std::string_view text) {
    net::Utf8Stream stream;
    return stream.feed(text.data(), text.size()) && stream.complete();
}

/// The answer for `text` in two pieces, cut at `at`.
bool in_two(std::string_view text, std::size_t at) {
    net::Utf8Stream stream;
    return stream.feed(text.data(), at) && stream.feed(text.data() + at, text.size() - at) &&
           stream.complete();
}

/// How many bytes it takes, fed one by one, until the stream says no; the size if it never does.
std::size_t refused_at(std::string_view text) {
    net::Utf8Stream stream;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (!stream.feed(text.data() + i, 1)) return i;
    return text.size();
}

std::string utf8(std::uint32_t code_point) {
    std::string text;
    base::utf8_append(text, code_point);
    return text;
}

} // namespace

TEST_CASE("every code point is taken, whole and cut at every place") {
    std::size_t wrong = 0;
    for (std::uint32_t point = 0; point <= 0x10ffff; ++point) {
        if (point >= 0xd800 && point <= 0xdfff) continue;
        const std::string text = utf8(point);
        for (std::size_t at = 0; at <= text.size(); ++at) wrong += !in_two(text, at);
    }
    CHECK(wrong == 0);
}

TEST_CASE("all beginnings of two bytes are judged as base::utf8_valid judges them") {
    std::size_t wrong = 0;
    for (unsigned first = 0; first < 256; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            const std::string pair = {static_cast<char>(first), static_cast<char>(second)};
            wrong += whole(pair) != base::utf8_valid(pair);
            wrong += in_two(pair, 1) != base::utf8_valid(pair);
            // As a beginning: it may stand if some end makes it good.
            bool possible = false;
            for (const char* end :
                 {"", "\x80", "\x80\x80", "\xa0\x80", "\x80\x80\x80", "\x90\x80\x80"})
                possible = possible || base::utf8_valid(pair + end);
            net::Utf8Stream stream;
            wrong += stream.feed(pair.data(), 2) != possible;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE(
    "overlong forms, surrogates and what lies above U+10FFFF are refused at their second byte") {
    CHECK(refused_at("\xc0\x80") == 0); // can only begin an overlong form
    CHECK(refused_at("\xc1\xbf") == 0);
    CHECK(refused_at("\xe0\x9f\xbf") == 1);
    CHECK(refused_at("\xf0\x8f\xbf\xbf") == 1);
    CHECK(refused_at("\xed\xa0\x80") == 1);     // U+D800
    CHECK(refused_at("\xed\xbf\xbf") == 1);     // U+DFFF
    CHECK(refused_at("\xf4\x90\x80\x80") == 1); // U+110000
    CHECK(refused_at("\xf5\x80\x80\x80") == 0);
    CHECK(refused_at("\xff") == 0);
    CHECK(refused_at("\x80") == 0);
    CHECK(refused_at("a\xe2\x82") == 3);
    CHECK(refused_at("a\xe2\x82"
                     "b") == 3);
}

TEST_CASE("the first byte that cannot belong is told in whatever piece it comes") {
    const std::string text = "some words of ASCII, then \xe2\x82\xac and \xf0\x9f\x98";
    const std::string bad = text + "X and more words";
    for (std::size_t at = 0; at <= bad.size(); ++at) {
        net::Utf8Stream stream;
        const bool first = stream.feed(bad.data(), at);
        CHECK(first == (at <= text.size()));
        CHECK_FALSE(stream.feed(bad.data() + at, bad.size() - at));
        CHECK_FALSE(stream.complete());
    }
}

TEST_CASE("once refused it stays refused") {
    net::Utf8Stream stream;
    CHECK_FALSE(stream.feed("\xff", 1));
    CHECK_FALSE(stream.feed("good", 4));
    CHECK_FALSE(stream.feed("", 0));
    CHECK_FALSE(stream.complete());
}

TEST_CASE("a text that ends inside a code point is not complete") {
    for (const char* cut : {"\xc3", "\xe2\x82", "\xf0\x9f", "\xf0\x9f\x98", "abcdefgh\xe2"}) {
        net::Utf8Stream stream;
        CHECK(stream.feed(cut, std::string_view(cut).size()));
        CHECK_FALSE(stream.complete());
    }
    net::Utf8Stream nothing;
    CHECK(nothing.complete());
}

TEST_CASE("it agrees with base::utf8_valid on random bytes in random pieces") {
    std::mt19937 source(20260101);
    const auto random = [&] { return static_cast<std::uint32_t>(source()); };
    // Bytes that matter come often: borders of every range, and ASCII for the fast path.
    const std::string borders("\x00\x41\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed"
                              "\xee\xef\xf0\xf1\xf3\xf4\xf5\xff",
                              25);
    std::size_t wrong = 0, valid = 0;
    for (int round = 0; round < 200'000; ++round) {
        std::string text;
        for (unsigned parts = random() % 6; parts > 0; --parts) {
            switch (random() % 4) {
            case 0: text += std::string(random() % 20, 'a'); break;
            case 1: text += utf8(random() % 0xd800); break;
            case 2: text += utf8(0x10000 + random() % 0x100000); break;
            default: text += borders[random() % borders.size()];
            }
        }
        net::Utf8Stream stream;
        bool good = true;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t piece = std::min<std::size_t>(1 + random() % 9, text.size() - at);
            good = stream.feed(text.data() + at, piece) && good;
            at += piece;
        }
        good = good && stream.complete();
        wrong += good != base::utf8_valid(text);
        valid += good;
    }
    CHECK(wrong == 0);
    CHECK(valid > 20'000); // or the comparison would say little
    CHECK(valid < 180'000);
}
