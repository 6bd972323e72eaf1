// Protocol cases of RFC 7692: permessage-deflate.
#include <doctest/doctest.h>
#include <zlib.h>

#include "net/protocol_cases.h"

namespace test {
namespace {

const char* const kInflate = "RFC 7692 section 7.2.2";
const char* const kBits = "RFC 7692 section 6.1";
const char* const kText = "RFC 6455 section 8.1";
const std::string kDeflate = "permessage-deflate";

/// A server's compressor, with nothing of ours in it.
class Packer {
public:
    explicit Packer(int bits = 15, bool forget = false, int level = 6) : forget_(forget) {
        REQUIRE(deflateInit2(&z_, level, Z_DEFLATED, -bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    }
    ~Packer() { deflateEnd(&z_); }
    Packer(const Packer&) = delete;
    Packer& operator=(const Packer&) = delete;

    std::string flush(std::string_view text, int how) {
        std::string out(deflateBound(&z_, text.size()) + 100, '\0');
        z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
        z_.avail_in = static_cast<uInt>(text.size());
        z_.next_out = reinterpret_cast<Bytef*>(out.data());
        z_.avail_out = static_cast<uInt>(out.size());
        ::deflate(&z_, how);
        out.resize(out.size() - z_.avail_out);
        return out;
    }
    /// A message's body: without the trailer.
    std::string pack(std::string_view text) {
        std::string out = flush(text, Z_SYNC_FLUSH);
        out.resize(out.size() - 4);
        if (forget_) deflateReset(&z_);
        return out;
    }

private:
    z_stream z_{};
    bool forget_;
};

std::string packed(std::string_view text) { return Packer().pack(text); }
std::string packed_frame(std::string_view body, int opcode = 1, bool fin = true) {
    return frame_bytes(opcode, body, fin, 4);
}

/// JSON that repeats itself, as Coda's does.
std::string metrics(std::size_t size) {
    std::string text;
    while (text.size() < size)
        text += "{\"type\":\"metrics\",\"n\":" + std::to_string(text.size()) + "}";
    return text.substr(0, size);
}

std::string noise(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t state = 7;
    for (char& byte : bytes)
        byte = static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
    return bytes;
}

Case with(Case one, const std::string& extensions) {
    one.extensions = extensions;
    return one;
}

void add_sizes(std::vector<Case>& all) {
    for (const std::size_t size :
         {0u, 1u, 63u, 64u, 65u, 125u, 126u, 1000u, 65535u, 65536u, 1u << 20}) {
        const std::string text = metrics(size);
        const std::string body = size == 0 ? std::string(1, '\0') : packed(text);
        all.push_back(with(passes("compressed text of " + std::to_string(size) + " bytes",
                                  {packed_frame(body)}, {{1, text}}),
                           kDeflate));
    }
    const std::string random = noise(100'000);
    all.push_back(
        with(passes("what cannot be compressed", {packed_frame(packed(random), 2)}, {{2, random}}),
             kDeflate));
    all.push_back(with(
        passes("a text that is not compressed", {text_frame(metrics(500))}, {{1, metrics(500)}}),
        kDeflate));
}

/// Ten equal messages, in every mode of the context and every window.
void add_windows(std::vector<Case>& all) {
    const auto ten = [](Packer& packer, const std::string& text, Case* one) {
        for (int i = 0; i < 10; ++i) {
            one->bytes.push_back(packed_frame(packer.pack(text)));
            one->answers.push_back({1, text});
        }
    };
    for (const bool server_forgets : {false, true})
        for (const bool client_forgets : {false, true}) {
            Case one;
            one.name = std::string("context kept by ") +
                       (server_forgets   ? client_forgets ? "nobody" : "the client"
                        : client_forgets ? "the server"
                                         : "both");
            one.extensions = kDeflate + (server_forgets ? "; server_no_context_takeover" : "") +
                             (client_forgets ? "; client_no_context_takeover" : "");
            Packer packer(15, server_forgets);
            ten(packer, metrics(3000), &one);
            all.push_back(std::move(one));
        }
    for (int bits = 8; bits <= 15; ++bits) {
        const std::string number = std::to_string(bits);
        Case server;
        server.name = "a window of " + number + " bits at the server";
        server.extensions = kDeflate + "; server_max_window_bits=" + number;
        Packer small(std::max(bits, 9), false);
        if (bits == 8) { // zlib has no such window: what leans on nothing fits every one
            server.bytes = {packed_frame(packed("ab")), packed_frame(packed("cd"))};
            server.answers = {{1, "ab"}, {1, "cd"}};
        } else {
            ten(small, metrics(3000), &server);
        }
        all.push_back(std::move(server));
        Case client;
        client.name = "a window of " + number + " bits at the client";
        client.extensions = kDeflate + "; client_max_window_bits=" + number;
        Packer full;
        ten(full, metrics(3000), &client);
        all.push_back(std::move(client));
    }
    Case quoted;
    quoted.name = "a window in quotes";
    quoted.extensions = kDeflate + "; client_max_window_bits=\"10\"";
    quoted.bytes = {packed_frame(packed(metrics(300)))};
    quoted.answers = {{1, metrics(300)}};
    all.push_back(std::move(quoted));
    Packer keeps;
    std::string leaning = packed_frame(keeps.pack(metrics(300)));
    leaning += packed_frame(keeps.pack(metrics(300)));
    all.push_back(with(fails("a message leans on an earlier one although no context is kept",
                             {leaning}, 1007, "cannot be inflated", kInflate, {{1, metrics(300)}}),
                       kDeflate + "; server_no_context_takeover"));
}

void add_fragments(std::vector<Case>& all) {
    const std::string text = metrics(2000), body = packed(text);
    for (const std::size_t size : {1u, 7u, 100u}) {
        std::string bytes = packed_frame("", 1, false);
        for (std::size_t at = 0; at < body.size(); at += size)
            bytes += more_frame(body.substr(at, size));
        all.push_back(with(passes("compressed text in fragments of " + std::to_string(size),
                                  {bytes + last_frame("")}, {{1, text}}),
                           kDeflate));
    }
    all.push_back(with(passes("a ping between compressed fragments",
                              {packed_frame(body.substr(0, 9), 1, false) + ping_frame("p") +
                               last_frame(body.substr(9))},
                              {{10, "p"}, {1, text}}),
                       kDeflate));
    all.push_back(with(passes("compressed text byte by byte",
                              in_pieces(packed_frame(packed("slow")), 1), {{1, "slow"}}),
                       kDeflate));
    all.push_back(with(
        passes("compressed and plain messages in turn",
               {packed_frame(packed("one")) + text_frame("two") + packed_frame(packed("three"))},
               {{1, "one"}, {1, "two"}, {1, "three"}}),
        kDeflate));
}

/// RFC 7692 section 7.2.3, and blocks that few servers send.
void add_blocks(std::vector<Case>& all) {
    const auto hello = [&](const char* name, const std::string& body) {
        all.push_back(with(passes(name, {packed_frame(body), packed_frame(packed("next"))},
                                  {{1, "Hello"}, {1, "next"}}),
                           kDeflate));
    };
    hello("one compressed block", bytes_of({0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00}));
    hello("a stored block",
          bytes_of({0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00}));
    hello("a block with BFINAL", bytes_of({0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00}));
    hello("two blocks",
          bytes_of({0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00}));
    Packer packer;
    const std::string head = packer.flush("Hel", Z_FULL_FLUSH);
    hello("a full flush in its midst", head + packer.pack("lo"));
    Packer levels(15, false, 0);
    hello("level 0", levels.pack("Hello"));
    all.push_back(with(passes("an empty message as one byte",
                              {packed_frame(std::string(1, '\0')), packed_frame(packed("x"))},
                              {{1, ""}, {1, "x"}}),
                       kDeflate));
}

void add_faults(std::vector<Case>& all) {
    for (const int opcode : {8, 9, 10})
        all.push_back(
            with(fails("RSV1 on control frame " + std::to_string(opcode),
                       {packed_frame("", opcode)}, 1002, "RSV1 is set on a control frame", kBits),
                 kDeflate));
    all.push_back(with(fails("RSV1 on a continuation",
                             {packed_frame(packed("ab").substr(0, 1), 1, false) +
                              packed_frame(packed("ab").substr(1), 0)},
                             1002, "RSV1 is set on a continuation", kBits),
                       kDeflate));
    all.push_back(with(fails("RSV1 on the continuation of a plain message",
                             {first_frame("a") + packed_frame("b", 0)}, 1002,
                             "RSV1 is set on a continuation", kBits),
                       kDeflate));
    all.push_back(with(fails("RSV2 beside RSV1", {frame_bytes(1, packed("x"), true, 6)}, 1002,
                             "RSV2", "RFC 6455 section 5.2"),
                       kDeflate));
    all.push_back(with(fails("a body that is no deflate", {packed_frame("\xff\xff\xff\xff")}, 1007,
                             "cannot be inflated", kInflate),
                       kDeflate));
    Packer keeps;
    keeps.pack(metrics(300));
    all.push_back(
        with(fails("a distance before the beginning", {packed_frame(keeps.pack(metrics(300)))},
                   1007, "cannot be inflated", kInflate),
             kDeflate));
    const std::string whole = packed(metrics(500));
    for (const std::size_t left :
         {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 1})
        all.push_back(
            with(fails("a body cut off behind " + std::to_string(left) + " bytes",
                       {packed_frame(whole.substr(0, left))}, 1007, "cannot be inflated", kInflate),
                 kDeflate));
    for (const char* bad : {"abc\xff", "abc\xe2\x82", "\xed\xa0\x80"})
        all.push_back(with(fails("compressed text that is no UTF-8, " +
                                     std::to_string(std::string_view(bad).size()) + " bytes",
                                 {packed_frame(packed(bad))}, 1007, "not UTF-8", kText),
                           kDeflate));
    all.push_back(with(passes("compressed binary may hold what is no text",
                              {packed_frame(packed("\xff\xfe"), 2)}, {{2, "\xff\xfe"}}),
                       kDeflate));
}

void add_limits(std::vector<Case>& all) {
    const std::string largest(kCaseLimit, 'z');
    all.push_back(with(passes("the largest message, compressed", {packed_frame(packed(largest), 2)},
                              {{2, largest}}),
                       kDeflate));
    const auto too_large = [&](const char* name, const std::string& bytes) {
        all.push_back(
            with(fails(name, {bytes}, 1009, "over the limit", "RFC 6455 section 10.4"), kDeflate));
    };
    too_large("one byte more than the largest message, compressed",
              packed_frame(packed(largest + "z"), 2));
    const std::string bomb = packed(std::string(64u << 20, '\0'));
    too_large("a bomb", packed_frame(bomb, 2));
    std::string pieces = packed_frame("", 2, false);
    for (std::size_t at = 0; at < bomb.size(); at += 1000)
        pieces += more_frame(bomb.substr(at, 1000));
    too_large("a bomb in fragments", pieces);
}

} // namespace

std::vector<Case> deflate_cases() {
    std::vector<Case> all;
    add_sizes(all);
    add_windows(all);
    add_fragments(all);
    add_blocks(all);
    add_faults(all);
    add_limits(all);
    return all;
}

} // namespace test
