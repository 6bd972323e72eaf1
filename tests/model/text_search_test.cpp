#include "model/text_search.h"

#include <doctest/doctest.h>

#include <cctype>
#include <cstring>
#include <memory>
#include <string>

#include "model/make_events.h"

using model::TextSearch;

namespace {

/// The same by the plainest means.
std::size_t slow_find(std::string_view text, std::string_view word, std::size_t from) {
    const auto same = [](char a, char b) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
        return lower(a) == lower(b);
    };
    for (std::size_t i = from; i + word.size() <= text.size(); ++i) {
        std::size_t k = 0;
        while (k < word.size() && same(text[i + k], word[k])) ++k;
        if (k == word.size()) return i;
    }
    return TextSearch::kNotFound;
}

/// A copy in memory of exactly its size, so that the address sanitizer sees a byte too many.
struct Exact {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
    explicit Exact(std::string_view text) : bytes(new char[text.size()]), size(text.size()) {
        std::memcpy(bytes.get(), text.data(), text.size());
    }
    std::string_view view() const { return {bytes.get(), size}; }
};

} // namespace

TEST_CASE("a word is found in either case of its ASCII letters") {
    const TextSearch search("Latency");
    CHECK(search.find("the latency_trace of it") == 4);
    CHECK(search.find("THE LATENCY OF IT, AND MORE TEXT BEHIND") == 4);
    CHECK(search.find("late ncy latenc") == TextSearch::kNotFound);
    CHECK(search.find("latency, latency", 1) == 9);
    CHECK_FALSE(search.found_in(""));
}

TEST_CASE("the empty word is found everywhere") {
    CHECK(TextSearch().find("abc") == 0);
    CHECK(TextSearch("").find("abc", 3) == 3);
    CHECK(TextSearch("").find("abc", 4) == TextSearch::kNotFound);
}

TEST_CASE("only letters are folded: signs that differ by the same bit are not") {
    for (const auto& [word, text] : {std::pair{"{", "["}, {"`", "@"}, {"~", "^"}, {"[", "{"}}) {
        CHECK_FALSE(TextSearch(word).found_in(text));
        const std::string longer = std::string(40, 'x') + text + std::string(40, 'x');
        CHECK_FALSE(TextSearch(word).found_in(longer));
        CHECK(TextSearch(text).find(longer) == 40);
    }
}

TEST_CASE("bytes that are not ASCII match only themselves, and NUL is a byte like any other") {
    CHECK(TextSearch("\xc3\xa9").found_in("caf\xc3\xa9"));
    CHECK_FALSE(TextSearch("\xc3\xa9").found_in("CAF\xc3\x89"));
    CHECK(TextSearch(std::string_view("\0b", 2)).find(std::string_view("a\0B", 3)) == 1);
}

TEST_CASE("a word at each place of a text of each length is found, and no byte outside is read") {
    const std::string word = "Needle!";
    for (std::size_t size = 0; size < 80; ++size) {
        const Exact none(std::string(size, 'e'));
        CHECK(TextSearch(word).find(none.view()) == TextSearch::kNotFound);
        for (std::size_t at = 0; at + word.size() <= size; ++at) {
            std::string text(size, 'e');
            text.replace(at, word.size(), "nEEDLE!");
            const Exact exact(text);
            REQUIRE(TextSearch(word).find(exact.view()) == at);
        }
    }
}

TEST_CASE("thousands of random searches agree with the plain one") {
    test::Dice dice(7);
    const auto text_of = [&](std::size_t size) {
        std::string text;
        for (std::size_t i = 0; i < size; ++i) text += "aAbB{[\xc3 "[dice.below(8)];
        return text;
    };
    int found = 0;
    for (int i = 0; i < 20'000; ++i) {
        const Exact text(text_of(dice.below(120)));
        const std::string word = text_of(1 + dice.below(5));
        const std::size_t from = dice.below(20);
        const std::size_t expected = slow_find(text.view(), word, from);
        REQUIRE(TextSearch(word).find(text.view(), from) == expected);
        found += expected != TextSearch::kNotFound;
    }
    CHECK(found > 2'000); // both answers were asked for
    CHECK(found < 18'000);
}
