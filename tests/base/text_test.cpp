#include "base/text.h"

#include <doctest/doctest.h>

#include <limits>
#include <random>
#include <string>

namespace {

/// The same question, asked the slow and obvious way: decode by the bit pattern, then look at what
/// came out.
std::size_t slow_utf8_error_offset(const std::string& text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t size = lead < 0x80           ? 1
                                 : (lead >> 5) == 0x6  ? 2
                                 : (lead >> 4) == 0xE  ? 3
                                 : (lead >> 3) == 0x1E ? 4
                                                       : 0;
        if (size == 0 || at + size > text.size()) return at;
        std::uint32_t code = size == 1 ? lead : lead & (0x7Fu >> size);
        for (std::size_t i = 1; i < size; ++i) {
            const auto next = static_cast<unsigned char>(text[at + i]);
            if ((next & 0xC0) != 0x80) return at;
            code = code << 6 | (next & 0x3F);
        }
        const std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
        if (code < smallest[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
            return at;
        at += size;
    }
    return at;
}

std::string json_string(std::string_view text) {
    std::string out;
    base::append_json_string(out, text);
    return out;
}

} // namespace

TEST_CASE("well-formed UTF-8 is what RFC 3629 says") {
    CHECK(base::utf8_valid(""));
    CHECK(base::utf8_valid("plain"));
    CHECK(base::utf8_valid("é – 👍 \u07FF\uFFFF"));
    CHECK(base::utf8_valid(std::string("nul\0inside", 10)));
    CHECK(base::utf8_valid("\xF4\x8F\xBF\xBF")); // U+10FFFF

    CHECK_FALSE(base::utf8_valid("\x80"));
    CHECK_FALSE(base::utf8_valid("\xC0\xAF"));         // a longer form of '/'
    CHECK_FALSE(base::utf8_valid("\xE0\x80\xAF"));     // the same in three
    CHECK_FALSE(base::utf8_valid("\xF0\x80\x80\xAF")); // and four
    CHECK_FALSE(base::utf8_valid("\xED\xA0\x80"));     // a surrogate
    CHECK_FALSE(base::utf8_valid("\xF4\x90\x80\x80")); // U+110000
    CHECK_FALSE(base::utf8_valid("\xF8\x88\x80\x80\x80"));
    CHECK_FALSE(base::utf8_valid("cut \xE2\x82"));
}

TEST_CASE("the offset of a UTF-8 fault is that of its code point's first byte") {
    CHECK(base::utf8_error_offset("abc") == 3);
    CHECK(base::utf8_error_offset("abc\xFFz") == 3);
    CHECK(base::utf8_error_offset("0123456789012345678901234567890123456789\xE2\x82") == 40);
    CHECK(base::utf8_error_offset("é\xE2(\xA1") == 2);
}

TEST_CASE("the fast UTF-8 check agrees with the slow one on random bytes at every alignment") {
    std::mt19937 random(7);
    const unsigned char likely[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
                                    0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF,
                                    0xF0, 0xF4, 0xF5, 0xFF, 0xE2, 0xB0};
    for (int round = 0; round < 20000; ++round) {
        std::string text(random() % 40, 'a');
        for (unsigned spot = random() % 8; spot > 0 && !text.empty(); --spot)
            text[random() % text.size()] = static_cast<char>(likely[random() % sizeof likely]);
        REQUIRE(base::utf8_error_offset(text) == slow_utf8_error_offset(text));
    }
}

TEST_CASE("every code point survives being written and read") {
    for (std::uint32_t code = 0; code <= 0x10FFFF; code += code < 0x1000 ? 1 : 251) {
        if (code >= 0xD800 && code <= 0xDFFF) continue;
        std::string text;
        base::utf8_append(text, code);
        std::size_t at = 0;
        REQUIRE(base::utf8_next(text, &at) == code);
        REQUIRE(at == text.size());
    }
}

TEST_CASE("a byte that is not UTF-8 is stepped over by itself") {
    std::size_t at = 0;
    const std::string text = "\xE2\x82x";
    CHECK(base::utf8_next(text, &at) == 0xFFFFFFFF);
    CHECK(at == 1);
    CHECK(base::utf8_next(text, &at) == 0xFFFFFFFF);
    CHECK(base::utf8_next(text, &at) == 'x');
    CHECK(at == 3);
}

TEST_CASE("hex is written without blanks and read with them") {
    CHECK(base::hex_from_bytes(std::string("\x00\xFF\x10", 3)) == "00ff10");
    std::string bytes;
    CHECK(base::bytes_from_hex("00 FF\n10", &bytes));
    CHECK(bytes == std::string("\x00\xFF\x10", 3));
    CHECK(base::bytes_from_hex("", &bytes));
    CHECK(bytes.empty());
    CHECK_FALSE(base::bytes_from_hex("0", &bytes));
    CHECK_FALSE(base::bytes_from_hex("0 0", &bytes));
    CHECK_FALSE(base::bytes_from_hex("0g", &bytes));
}

TEST_CASE("base64 gives RFC 4648's test vectors, both ways") {
    const char* const pairs[][2] = {{"", ""},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"fooba", "Zm9vYmE="},
                                    {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, coded] : pairs) {
        CHECK(base::base64_from_bytes(plain) == coded);
        std::string bytes = "old";
        CHECK(base::bytes_from_base64(coded, &bytes));
        CHECK(bytes == plain);
    }
}

TEST_CASE("base64 of all byte values survives the way there and back") {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    for (std::size_t size = 0; size <= all.size(); ++size) {
        std::string back;
        REQUIRE(base::bytes_from_base64(base::base64_from_bytes(all.substr(0, size)), &back));
        REQUIRE(back == all.substr(0, size));
    }
}

TEST_CASE("base64 that is not strict is refused") {
    std::string bytes;
    for (const char* wrong :
         {"Zg", "Zg=", "Zg==Zg==", "Z===", "====", "Zh==", "Zm9=", "Zm 9v", "Zm-_", "=Zg=", "Zg=a"})
        CHECK_FALSE_MESSAGE(base::bytes_from_base64(wrong, &bytes), wrong);
}

TEST_CASE("a JSON string escapes what it must and leaves the rest readable") {
    CHECK(json_string("") == "\"\"");
    CHECK(json_string("é 👍 /") == "\"é 👍 /\"");
    CHECK(json_string("say \"\\\"") == R"("say \"\\\"")");
    CHECK(json_string("\b\f\n\r\t") == R"("\b\f\n\r\t")");
    CHECK(json_string(std::string("\0\x1f\x1b", 3)) == R"("\u0000\u001f\u001b")");
}

TEST_CASE("a JSON string has nothing in it that drives a terminal") {
    CHECK(json_string("\x7F") == R"("\u007f")");
    CHECK(json_string("\u009b31m") == R"("\u009b31m")");
    CHECK(json_string("\u00a0") == "\"\u00a0\""); // behind C1
}

TEST_CASE("text for a terminal keeps what can be seen and escapes what drives it") {
    CHECK(base::escape_for_terminal("é 👍") == "é 👍");
    CHECK(base::escape_for_terminal("\x1b[31m\a") == "\\x1b[31m\\x07");
    CHECK(base::escape_for_terminal("a\n\t\rb") == "a\\n\\t\\rb");
    CHECK(base::escape_for_terminal("\u009b31m\u0085") == "\\x9b31m\\x85");
    CHECK(base::escape_for_terminal("\x7F") == "\\x7f");
    CHECK(base::escape_for_terminal("\x9b\xC3z\xE2\x82") == "\\x9b\\xc3z\\xe2\\x82");
    CHECK(base::escape_for_terminal(std::string("\0", 1)) == "\\x00");
}

TEST_CASE("sizes have at most four characters of number") {
    CHECK(base::size_text(0) == "0 B");
    CHECK(base::size_text(390) == "390 B");
    CHECK(base::size_text(999) == "999 B");
    CHECK(base::size_text(1000) == "1.0 kB");
    CHECK(base::size_text(51'700) == "51.7 kB");
    CHECK(base::size_text(99'949) == "99.9 kB");
    CHECK(base::size_text(99'950) == "100 kB");
    CHECK(base::size_text(999'499) == "999 kB");
    CHECK(base::size_text(999'500) == "1.0 MB");
    CHECK(base::size_text(2'100'000) == "2.1 MB");
    CHECK(base::size_text(std::numeric_limits<std::uint64_t>::max()) == "18.4 EB");
}

TEST_CASE("durations are written as a person would say them") {
    CHECK(base::duration_text(0) == "0 ns");
    CHECK(base::duration_text(850) == "850 ns");
    CHECK(base::duration_text(21'400) == "21 µs");
    CHECK(base::duration_text(999'499) == "999 µs");
    CHECK(base::duration_text(999'500) == "1.00 ms");
    CHECK(base::duration_text(49'800'000) == "49.8 ms");
    CHECK(base::duration_text(390'000'000) == "390 ms");
    CHECK(base::duration_text(999'500'000) == "1.00 s");
    CHECK(base::duration_text(1'170'000'000) == "1.17 s");
    CHECK(base::duration_text(12'400'000'000) == "12.4 s");
    CHECK(base::duration_text(59'949'000'000) == "59.9 s");
    CHECK(base::duration_text(59'950'000'000) == "1 min 00 s");
    CHECK(base::duration_text(185'000'000'000) == "3 min 05 s");
    CHECK(base::duration_text(3'599'600'000'000) == "1 h 00 min");
    CHECK(base::duration_text(7'380'000'000'000) == "2 h 03 min");
    CHECK(base::duration_text(-1'170'000'000) == "−1.17 s");
    CHECK(base::duration_text(std::numeric_limits<std::int64_t>::min()) == "−2562047 h 47 min");
}

TEST_CASE("counts have a comma at each thousand") {
    CHECK(base::count_text(0) == "0");
    CHECK(base::count_text(999) == "999");
    CHECK(base::count_text(1204) == "1,204");
    CHECK(base::count_text(1'000'000) == "1,000,000");
}

TEST_CASE("letter case is a matter of ASCII only") {
    CHECK(base::ascii_lower("Sec-WebSocket-É") == "sec-websocket-É");
    CHECK(base::ascii_iequal("Upgrade", "uPGRADE"));
    CHECK_FALSE(base::ascii_iequal("Upgrade", "Upgrad"));
    CHECK_FALSE(base::ascii_iequal("É", "é"));
    CHECK(base::trimmed(" \t a b\r\n") == "a b");
    CHECK(base::trimmed("  ").empty());
}
