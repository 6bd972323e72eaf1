// Protocol cases of RFC 6455: frames, lengths, control frames, fragments, text, closing.
#include "net/protocol_cases.h"

#include <algorithm>

namespace test {

//--- what they are written with

std::string bytes_of(std::initializer_list<int> values) {
    std::string bytes;
    for (const int value : values) bytes.push_back(static_cast<char>(value));
    return bytes;
}

std::string close_bytes(int code, std::string_view reason) {
    return frame_bytes(8, bytes_of({code >> 8, code & 0xff}) + std::string(reason));
}

std::vector<std::string> in_pieces(const std::string& bytes, std::size_t size) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < bytes.size(); at += size)
        pieces.push_back(bytes.substr(at, size));
    return pieces;
}

Case passes(std::string name, std::vector<std::string> bytes, std::vector<Case::Answer> answers) {
    Case one;
    one.name = std::move(name);
    one.bytes = std::move(bytes);
    one.answers = std::move(answers);
    return one;
}

Case fails(std::string name, std::vector<std::string> bytes, int code, std::string rule,
           std::string section, std::vector<Case::Answer> answers) {
    Case one = passes(std::move(name), std::move(bytes), std::move(answers));
    one.end = Case::End::fails;
    one.code = code;
    one.rule = std::move(rule);
    one.section = std::move(section);
    return one;
}

Case closes(std::string name, std::vector<std::string> bytes, int code,
            std::vector<Case::Answer> answers) {
    Case one = passes(std::move(name), std::move(bytes), std::move(answers));
    one.end = Case::End::closes;
    one.code = code;
    return one;
}

namespace {

const char* const k52 = "RFC 6455 section 5.2";
const char* const k54 = "RFC 6455 section 5.4";
const char* const k55 = "RFC 6455 section 5.5";
const char* const k551 = "RFC 6455 section 5.5.1";
const char* const k74 = "RFC 6455 section 7.4";
const char* const k81 = "RFC 6455 section 8.1";
const char* const kLimitSection = "RFC 6455 section 10.4";

std::string word(int opcode) {
    switch (opcode) {
    case 0: return "continuation";
    case 1: return "text";
    case 2: return "binary";
    case 8: return "close";
    case 9: return "ping";
    default: return "pong";
    }
}

std::string number(std::size_t value) { return std::to_string(value); }

} // namespace

//--- frames (section 5.2)

std::vector<Case> framing_cases() {
    std::vector<Case> all;
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        const std::string rule = "reserved opcode " + number(static_cast<std::size_t>(opcode));
        all.push_back(fails(rule, {frame_bytes(opcode, "")}, 1002, rule, k52));
        all.push_back(fails(rule + " behind a message",
                            {text_frame("before") + frame_bytes(opcode, "x")}, 1002, rule, k52,
                            {{1, "before"}}));
    }
    for (const int opcode : {1, 2, 8, 9, 10}) {
        for (int rsv = 1; rsv < 8; ++rsv) {
            const std::string bits = {static_cast<char>('0' + (rsv >> 2 & 1)),
                                      static_cast<char>('0' + (rsv >> 1 & 1)),
                                      static_cast<char>('0' + (rsv & 1))};
            all.push_back(fails("reserved bits " + bits + " on a " + word(opcode),
                                {frame_bytes(opcode, "", true, rsv)}, 1002, "RSV", k52));
        }
    }
    for (int rsv = 1; rsv < 8; ++rsv)
        all.push_back(
            fails("reserved bits on a continuation, " + number(static_cast<std::size_t>(rsv)),
                  {first_frame("a") + frame_bytes(0, "b", true, rsv)}, 1002, "RSV", k52));
    for (const int opcode : {1, 2, 8, 9, 10})
        all.push_back(fails("a masked " + word(opcode),
                            {bytes_of({0x80 | opcode, 0x80, 1, 2, 3, 4})}, 1002,
                            "the server masked a frame", "RFC 6455 section 5.1"));
    all.push_back(fails("a masked continuation",
                        {first_frame("a") + bytes_of({0x80, 0x81, 1, 2, 3, 4, 5})}, 1002,
                        "the server masked a frame", "RFC 6455 section 5.1"));
    all.push_back(passes("two messages in one segment", {text_frame("one") + binary_frame("two")},
                         {{1, "one"}, {2, "two"}}));
    std::string many;
    std::vector<Case::Answer> echoes;
    for (std::size_t i = 0; i < 500; ++i) {
        many += text_frame(number(i));
        echoes.push_back({1, number(i)});
    }
    all.push_back(passes("five hundred messages in one segment", {many}, echoes));
    all.push_back(passes("a message byte by byte", in_pieces(text_frame("byte by byte"), 1),
                         {{1, "byte by byte"}}));
    all.push_back(passes("a head of ten bytes, byte by byte",
                         in_pieces(binary_frame(std::string(70'000, 'x')), 6'999),
                         {{2, std::string(70'000, 'x')}}));
    return all;
}

//--- lengths (section 5.2)

std::vector<Case> length_cases() {
    std::vector<Case> all;
    for (const int opcode : {1, 2})
        for (const std::size_t size :
             {0u, 1u, 2u, 124u, 125u, 126u, 127u, 128u, 65534u, 65535u, 65536u, 65537u, 1u << 20}) {
            const std::string payload(size, opcode == 1 ? 'a' : '\xfe');
            all.push_back(passes(word(opcode) + " of " + number(size) + " bytes",
                                 {frame_bytes(opcode, payload)}, {{opcode, payload}}));
        }
    const std::string largest(kCaseLimit, 'm');
    all.push_back(
        passes("the largest message that is taken", {binary_frame(largest)}, {{2, largest}}));
    const auto wide = [](int first, bool eight, std::uint64_t size) {
        std::string bytes = bytes_of({first, eight ? 127 : 126});
        for (int shift = eight ? 56 : 8; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<char>(size >> shift & 0xff));
        return bytes;
    };
    for (const int opcode : {1, 2}) {
        for (const std::uint64_t size : {0u, 1u, 125u})
            all.push_back(fails(number(size) + " bytes of " + word(opcode) + " in 16 bits",
                                {wide(0x80 | opcode, false, size)}, 1002, "shortest form", k52));
        for (const std::uint64_t size : {0u, 125u, 126u, 65535u})
            all.push_back(fails(number(size) + " bytes of " + word(opcode) + " in 64 bits",
                                {wide(0x80 | opcode, true, size)}, 1002, "shortest form", k52));
        for (const std::uint64_t size : {1ull << 63, ~0ull})
            all.push_back(
                fails("the highest bit of a " + word(opcode) + "'s length, " + number(size),
                      {wide(0x80 | opcode, true, size)}, 1002, "highest bit", k52));
        for (const std::uint64_t size : {kCaseLimit + 1ull, 1ull << 62, (1ull << 63) - 1})
            all.push_back(fails("a " + word(opcode) + " of " + number(size) + " bytes is announced",
                                {wide(0x80 | opcode, true, size)}, 1009, "a message of more than",
                                kLimitSection));
    }
    all.push_back(fails("fragments that are too large together",
                        {first_frame(std::string(kCaseLimit, 'x'), 2) + more_frame("x")}, 1009,
                        "a message of more than", kLimitSection));
    all.push_back(passes("fragments that fit exactly together",
                         {first_frame(largest.substr(1), 2) + last_frame("m")}, {{2, largest}}));
    return all;
}

//--- control frames (section 5.5)

std::vector<Case> control_cases() {
    std::vector<Case> all;
    for (const std::size_t size : {0u, 1u, 124u, 125u}) {
        const std::string payload(size, '\xff');
        all.push_back(
            passes("a ping of " + number(size) + " bytes", {ping_frame(payload)}, {{10, payload}}));
        all.push_back(passes("a pong of " + number(size) + " bytes that nobody asked for",
                             {frame_bytes(10, payload)}, {}));
    }
    std::string ten;
    std::vector<Case::Answer> pongs;
    for (std::size_t i = 0; i < 10; ++i) {
        ten += ping_frame(number(i));
        pongs.push_back({10, number(i)});
    }
    all.push_back(passes("ten pings at once", {ten}, pongs));
    all.push_back(passes("ten pings byte by byte", in_pieces(ten, 1), pongs));
    all.push_back(
        passes("a pong, then a ping", {frame_bytes(10, "no") + ping_frame("yes")}, {{10, "yes"}}));
    for (const int opcode : {8, 9, 10}) {
        all.push_back(fails("a " + word(opcode) + " of 126 bytes",
                            {frame_bytes(opcode, std::string(126, 'x'))}, 1002,
                            "longer than 125 bytes", k55));
        all.push_back(fails("a " + word(opcode) + " of 70,000 bytes",
                            {header(0x80 | opcode, 70'000)}, 1002, "longer than 125 bytes", k55));
        all.push_back(fails("a " + word(opcode) + " whose short length is written long",
                            {bytes_of({0x80 | opcode, 126, 0, 5})}, 1002, "longer than 125 bytes",
                            k55));
        all.push_back(fails("a " + word(opcode) + " in fragments",
                            {frame_bytes(opcode, "x", false)}, 1002,
                            "a control frame is fragmented", k55));
    }
    all.push_back(fails("a continuation of a ping", {ping_frame("a") + last_frame("b")}, 1002,
                        "no message to continue", k54, {{10, "a"}}));
    return all;
}

//--- fragments (section 5.4)

std::vector<Case> fragment_cases() {
    std::vector<Case> all;
    for (const std::size_t count : {2u, 3u, 10u, 100u, 1000u}) {
        for (const int opcode : {1, 2}) {
            std::string bytes = first_frame("0", opcode), whole = "0";
            for (std::size_t i = 1; i < count; ++i) {
                whole += number(i);
                bytes += i + 1 < count ? more_frame(number(i)) : last_frame(number(i));
            }
            all.push_back(passes(word(opcode) + " in " + number(count) + " fragments", {bytes},
                                 {{opcode, whole}}));
        }
    }
    all.push_back(
        passes("the first fragment is empty", {first_frame("") + last_frame("x")}, {{1, "x"}}));
    all.push_back(passes("a fragment in the midst is empty",
                         {first_frame("a") + more_frame("") + last_frame("b")}, {{1, "ab"}}));
    all.push_back(
        passes("the last fragment is empty", {first_frame("x") + last_frame("")}, {{1, "x"}}));
    all.push_back(passes("all fragments are empty",
                         {first_frame("") + more_frame("") + last_frame("")}, {{1, ""}}));
    all.push_back(passes("a ping between fragments",
                         {first_frame("a") + ping_frame("p") + last_frame("b")},
                         {{10, "p"}, {1, "ab"}}));
    all.push_back(passes("pings between all fragments, byte by byte",
                         in_pieces(first_frame("a") + ping_frame("1") + more_frame("b") +
                                       ping_frame("2") + last_frame("c"),
                                   1),
                         {{10, "1"}, {10, "2"}, {1, "abc"}}));
    all.push_back(passes("a pong between fragments",
                         {first_frame("a") + frame_bytes(10, "p") + last_frame("b")}, {{1, "ab"}}));
    all.push_back(closes("a close between fragments ends the message unfinished",
                         {first_frame("a") + close_bytes(1000)}, 1000));
    all.push_back(
        passes("a fragmented message behind another",
               {first_frame("a") + last_frame("b") + first_frame("c", 2) + last_frame("d")},
               {{1, "ab"}, {2, "cd"}}));
    for (const bool fin : {true, false}) {
        const std::string how = fin ? ", final" : ", to be continued";
        const char* const rule = "no message to continue";
        const char* const runs = "before the last one ended";
        all.push_back(
            fails("a continuation of nothing" + how, {frame_bytes(0, "x", fin)}, 1002, rule, k54));
        all.push_back(fails("a continuation behind a whole message" + how,
                            {text_frame("a") + frame_bytes(0, "x", fin)}, 1002, rule, k54,
                            {{1, "a"}}));
        all.push_back(fails("a continuation behind the last fragment" + how,
                            {first_frame("a") + last_frame("b") + frame_bytes(0, "x", fin)}, 1002,
                            rule, k54, {{1, "ab"}}));
        all.push_back(fails("a text inside a message" + how,
                            {first_frame("a") + frame_bytes(1, "x", fin)}, 1002, runs, k54));
        all.push_back(fails("a binary inside a text" + how,
                            {first_frame("a") + frame_bytes(2, "x", fin)}, 1002, runs, k54));
        all.push_back(fails("a text inside a binary" + how,
                            {first_frame("a", 2) + frame_bytes(1, "x", fin)}, 1002, runs, k54));
        all.push_back(fails("a text inside a message, behind a ping" + how,
                            {first_frame("a") + ping_frame("p") + frame_bytes(1, "x", fin)}, 1002,
                            runs, k54, {{10, "p"}}));
    }
    return all;
}

//--- text (section 8.1)

std::vector<Case> text_cases() {
    std::vector<Case> all;
    const std::pair<const char*, std::string> good[] = {
        {"U+0000", std::string(1, '\0')},
        {"U+007F", "\x7f"},
        {"U+0080", "\xc2\x80"},
        {"U+07FF", "\xdf\xbf"},
        {"U+0800", "\xe0\xa0\x80"},
        {"U+D7FF", "\xed\x9f\xbf"},
        {"U+E000", "\xee\x80\x80"},
        {"U+FEFF", "\xef\xbb\xbf"},
        {"U+FFFD", "\xef\xbf\xbd"},
        {"U+FFFE", "\xef\xbf\xbe"},
        {"U+FFFF", "\xef\xbf\xbf"},
        {"U+10000", "\xf0\x90\x80\x80"},
        {"U+1FFFF", "\xf0\x9f\xbf\xbf"},
        {"U+10FFFF", "\xf4\x8f\xbf\xbf"},
        {"Greek", "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5"},
        {"emoji", "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd"}};
    for (const auto& [name, text] : good) {
        all.push_back(passes(std::string(name) + " as text", {text_frame(text)}, {{1, text}}));
        all.push_back(passes(std::string(name) + " in fragments of a byte", {[&, text = text] {
                                 std::string bytes = first_frame("");
                                 for (const char byte : text) bytes += more_frame({&byte, 1});
                                 return bytes + last_frame("");
                             }()},
                             {{1, text}}));
    }
    const std::pair<const char*, const char*> bad[] = {
        {"a continuation byte alone", "\x80"},
        {"the last continuation byte alone", "\xbf"},
        {"an overlong form of two bytes", "\xc0\x80"},
        {"an overlong form of two bytes, the last", "\xc1\xbf"},
        {"an overlong form of three bytes", "\xe0\x80\x80"},
        {"an overlong form of three bytes, the last", "\xe0\x9f\xbf"},
        {"an overlong form of four bytes", "\xf0\x80\x80\x80"},
        {"an overlong form of four bytes, the last", "\xf0\x8f\xbf\xbf"},
        {"a high surrogate", "\xed\xa0\x80"},
        {"a low surrogate", "\xed\xbf\xbf"},
        {"a pair of surrogates", "\xed\xa0\x80\xed\xb0\x80"},
        {"a code point above U+10FFFF", "\xf4\x90\x80\x80"},
        {"a form that begins with F5", "\xf5\x80\x80\x80"},
        {"a form of five bytes", "\xf8\x88\x80\x80\x80"},
        {"a form of six bytes", "\xfc\x84\x80\x80\x80\x80"},
        {"the byte FE", "\xfe"},
        {"the byte FF", "\xff"},
        {"two bytes of which the second is ASCII", "\xc3("},
        {"three bytes of which the second is ASCII", "\xe2(\xa1"},
        {"three bytes of which the third is ASCII", "\xe2\x82("},
        {"four bytes of which the fourth is ASCII", "\xf0\x90\x80("},
        {"Latin-1", "na\xefve"}};
    for (const auto& [name, text] : bad) {
        all.push_back(
            fails(name, {text_frame(std::string("ok ") + text + " more")}, 1007, "not UTF-8", k81));
        all.push_back(fails(std::string(name) + ", in fragments",
                            {first_frame("ok ") + more_frame(text) + last_frame(" more")}, 1007,
                            "not UTF-8", k81));
        // Refused at the first bad byte: the rest of the frame never comes.
        all.push_back(fails(std::string(name) + ", in a message that never ends",
                            {header(0x01, 1000) + "ok " + text + "...."}, 1007, "not UTF-8", k81));
    }
    for (const char* cut : {"\xc3", "\xe2", "\xe2\x82", "\xf0", "\xf0\x9f", "\xf0\x9f\x91"}) {
        const std::string size = number(std::string_view(cut).size()) + " of " +
                                 (cut[0] == '\xc3'   ? "2"
                                  : cut[0] == '\xe2' ? "3"
                                                     : "4") +
                                 " bytes";
        all.push_back(fails("a text that ends behind " + size,
                            {text_frame("first") + text_frame(std::string("ab") + cut)}, 1007,
                            "not UTF-8 (its byte 2)", k81, {{1, "first"}}));
        all.push_back(fails("a fragmented text that ends behind " + size,
                            {first_frame("ab") + last_frame(cut)}, 1007, "not UTF-8 (its byte 2)",
                            k81));
        all.push_back(fails("a text that ends behind " + size + ", its last fragment empty",
                            {first_frame(std::string("ab") + cut) + last_frame("")}, 1007,
                            "not UTF-8 (its byte 2)", k81));
    }
    all.push_back(passes("binary may hold what is no text", {binary_frame("\xff\xc0\x80")},
                         {{2, "\xff\xc0\x80"}}));
    all.push_back(passes("a code point around a ping",
                         {first_frame("\xe2\x82") + ping_frame("\xff") + last_frame("\xac")},
                         {{10, "\xff"}, {1, "\xe2\x82\xac"}}));
    return all;
}

//--- closing (sections 5.5.1 and 7.4)

std::vector<Case> close_cases() {
    std::vector<Case> all;
    for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
                           3000, 3999, 4000, 4999})
        all.push_back(closes("close " + number(static_cast<std::size_t>(code)),
                             {close_bytes(code, "because")}, code));
    for (const int code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
        all.push_back(fails("close with the code " + number(static_cast<std::size_t>(code)),
                            {close_bytes(code)}, 1002,
                            "the code " + number(static_cast<std::size_t>(code)), k74));
    all.push_back(closes("a close without a body", {frame_bytes(8, "")}, 0));
    all.push_back(fails("a close with a body of one byte", {frame_bytes(8, "x")}, 1002,
                        "a body of one byte", k551));
    all.push_back(closes("a close with no reason", {close_bytes(1000)}, 1000));
    all.push_back(closes("a close with a reason of 123 bytes",
                         {close_bytes(1000, std::string(123, 'r'))}, 1000));
    all.push_back(
        closes("a close with a reason in Greek", {close_bytes(1001, "\xce\xba\xcf\x83")}, 1001));
    for (const char* reason : {"\xff", "ok\xe2\x82", "\xed\xa0\x80"})
        all.push_back(fails("a close whose reason is no UTF-8, " +
                                number(std::string_view(reason).size()) + " bytes",
                            {close_bytes(1000, reason)}, 1007, "reason of a Close frame", k551));
    all.push_back(closes("a close byte by byte", in_pieces(close_bytes(1000, "slow"), 1), 1000));
    all.push_back(closes("a message, then a close, in one segment",
                         {text_frame("a last word") + close_bytes(1000)}, 1000,
                         {{1, "a last word"}}));
    all.push_back(closes("a ping, then a close, in one segment",
                         {ping_frame("p") + close_bytes(1000)}, 1000, {{10, "p"}}));
    all.push_back(closes("behind a close nothing is answered",
                         {close_bytes(1000) + text_frame("late") + ping_frame("late")}, 1000));
    all.push_back(closes("behind a close garbage is not looked at",
                         {close_bytes(1000) + "\xff\xff\xff"}, 1000));
    all.push_back(
        closes("a second close is not answered", {close_bytes(1000) + close_bytes(1001)}, 1000));
    const std::string large(256 * 1024, 'e');
    all.push_back(closes("a large message goes back before its close is answered",
                         {text_frame(large) + close_bytes(1000)}, 1000, {{1, large}}));
    return all;
}

} // namespace test
