#include "net/http_head.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace {

net::HttpHead good(const std::string& text) {
    auto head = net::http_head_from_text(text);
    if (!head.ok()) FAIL(base::one_line(head.error()));
    return head.value();
}

std::string refusal(const std::string& text) {
    auto head = net::http_head_from_text(text);
    INFO(text);
    if (head.ok()) FAIL("taken as status " << head.value().status);
    return base::one_line(head.error());
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a head is read: version, status, reason, headers in order with their values trimmed") {
    const net::HttpHead head = good("HTTP/1.1 101 Switching Protocols\r\n"
                                    "Upgrade: websocket\r\n"
                                    "CONNECTION:Upgrade\r\n"
                                    "X-Empty:\r\n"
                                    "X-Odd!#$:  a: b \t\r\n"
                                    "\r\n");
    CHECK(head.version == "HTTP/1.1");
    CHECK(head.status == 101);
    CHECK(head.reason == "Switching Protocols");
    REQUIRE(head.headers.size() == 4);
    CHECK(head.headers[1].first == "CONNECTION");
    CHECK(head.headers[3].second == "a: b");
    REQUIRE(head.find("connection") != nullptr);
    CHECK(*head.find("connection") == "Upgrade");
    REQUIRE(head.find("x-empty") != nullptr);
    CHECK(head.find("x-empty")->empty());
    CHECK(head.find("Missing") == nullptr);
}

TEST_CASE("a reason may be missing, with its blank or without") {
    CHECK(good("HTTP/1.1 101\r\n\r\n").reason.empty());
    CHECK(good("HTTP/1.1 101 \r\n\r\n").reason.empty());
    CHECK(good("HTTP/1.0 503 a  b\r\n\r\n").reason == "a  b");
}

TEST_CASE("a status line that is none is told with what it says") {
    for (const char* line :
         {"HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 10", "HTTP/1.1 1o1 X", "HTTP/1.1 1011 X",
          "HTTP/1.1  101 X", "HTTP/1.1-101 X", "HTTP/1.x 101 X", "HTTP/1.1 099 X", "HTTP/1.1 000",
          "HTTP/2 200", "http/1.1 200 OK", "ICY 200 OK", ""}) {
        const std::string told = refusal(std::string(line) + "\r\n\r\n");
        CHECK(has(told, "not an HTTP answer"));
        CHECK(has(told, "line 1"));
        CHECK(has(told, std::string("\"") + line + "\""));
        CHECK(has(told, "status line"));
    }
}

TEST_CASE("a header that is none is told with its line") {
    for (const char* line : {"no colon", ": no name", "two words: x", "folded\r\n continued: x",
                             "n\xc3\xa4me: x", "name : x"}) {
        const std::string told =
            refusal(std::string("HTTP/1.1 101 X\r\nUpgrade: websocket\r\n") + line + "\r\n\r\n");
        CHECK(has(told, "not an HTTP answer"));
        CHECK(has(told, "line 3"));
        CHECK(has(told, "Name: value"));
    }
}

TEST_CASE("lines that end with LF alone are told for what they are") {
    CHECK(has(refusal("HTTP/1.1 101 X\nUpgrade: websocket\n\n"), "LF alone"));
    CHECK(has(refusal("HTTP/1.1 101 X\r\nUpgrade: websocket\nX: y\r\n\r\n"), "line 2"));
    CHECK(has(refusal("HTTP/1.1 101 X\r\nUpgrade: websocket\nX: y\r\n\r\n"), "LF alone"));
}

TEST_CASE("a CR or a NUL inside a line is refused, without telling the value") {
    for (const std::string& bad : {std::string("\r"), std::string("\0", 1)}) {
        const std::string told =
            refusal("HTTP/1.1 200 OK\r\nSet-Cookie: secret" + bad + "x\r\n\r\n");
        CHECK(has(told, "line 2"));
        CHECK(has(told, "Set-Cookie"));
        CHECK_FALSE(has(told, "secret"));
    }
}

TEST_CASE("the end of a head is its empty line") {
    const std::string head = "HTTP/1.1 101 X\r\nA: b\r\n\r\n";
    for (std::size_t size = 0; size < head.size(); ++size)
        CHECK(net::head_end(head.substr(0, size)) == std::string::npos);
    CHECK(net::head_end(head) == head.size());
    CHECK(net::head_end(head + "\r\n\r\nbody") == head.size());
    CHECK(net::head_end("HTTP/1.1 101 X\r\n\r\n") == 18);
    // With LF alone it is told at once, instead of waiting for an end that never comes.
    CHECK(net::head_end("HTTP/1.1 101 X\nA: b\n\nrest") == 21);
    CHECK(net::head_end("HTTP/1.1 101 X\nA: b\n\r\n") == 22);
}

TEST_CASE("what cannot be HTTP is seen at its first wrong byte") {
    const std::string beginning = "HTTP/1.1 101";
    for (std::size_t size = 0; size <= beginning.size(); ++size) {
        CHECK(net::may_be_http(beginning.substr(0, size)));
        if (size >= 7) continue; // "HTTP/1." is what is looked at
        std::string wrong = beginning.substr(0, size) + "?";
        CHECK_FALSE(net::may_be_http(wrong));
        CHECK_FALSE(net::may_be_http(wrong + "and more"));
    }
    CHECK_FALSE(net::may_be_http("HTTP/2"));
    CHECK_FALSE(net::may_be_http("http/1.1"));
}

TEST_CASE("a next step for what is not HTTP") {
    CHECK(has(net::guess_of_not_http(std::string("\x15\x03\x03\x00\x02\x02\x46", 7)), "wss://"));
    CHECK(has(net::guess_of_not_http(std::string("\x16\x03\x01", 3)), "TLS"));
    CHECK(has(net::guess_of_not_http("SSH-2.0-OpenSSH_9.2\r\n"), "SSH"));
    CHECK(has(net::guess_of_not_http("HTTP/2 200"), "HTTP"));
    CHECK(has(net::guess_of_not_http("220 mail.example ESMTP"), "mail"));
    CHECK(has(net::guess_of_not_http("?"), "port"));
    CHECK(has(net::guess_of_not_http(""), "port"));
}

TEST_CASE("headers of one name are joined and counted, whatever their case") {
    const net::HttpHead head = good("HTTP/1.1 101 X\r\nVia: a\r\nUpgrade: x\r\nVIA: b, c\r\n\r\n");
    CHECK(head.joined("via") == "a, b, c");
    CHECK(head.count("Via") == 2);
    CHECK(head.joined("none").empty());
    CHECK(head.count("none") == 0);
}

TEST_CASE("a token is found in a list, in any case, and never as part of another") {
    const net::HttpHead head =
        good("HTTP/1.1 101 X\r\nConnection: keep-alive , UPGRADE\r\nUpgrade: websocket-ish\r\n"
             "Via: \"a, upgrade\"\r\nUpgrade: WebSocket\r\n\r\n");
    CHECK(head.has_token("connection", "Upgrade"));
    CHECK(head.has_token("Connection", "keep-alive"));
    CHECK_FALSE(head.has_token("Connection", "keep"));
    CHECK(head.has_token("Upgrade", "websocket")); // the second of the name
    CHECK_FALSE(head.has_token("Via", "upgrade"));
}

TEST_CASE("splitting leaves quoted parts whole and empty ones out") {
    using Parts = std::vector<std::string>;
    CHECK(net::split_outside_quotes("a, b ,,c", ',') == Parts{"a", "b", "c"});
    CHECK(net::split_outside_quotes("a; x=\"1;2\"; y", ';') == Parts{"a", "x=\"1;2\"", "y"});
    CHECK(net::split_outside_quotes("a=\"\\\",\", b", ',') == Parts{"a=\"\\\",\"", "b"});
    CHECK(net::split_outside_quotes("", ',').empty());
    CHECK(net::split_outside_quotes(" , ;", ',') == Parts{";"});
    CHECK(net::split_outside_quotes("a, \"never closed, b", ',') ==
          Parts{"a", "\"never closed, b"});
    CHECK(net::split_outside_quotes("\"\\", ',') == Parts{"\"\\"});
}
