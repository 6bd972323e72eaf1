#include "net/url.h"

#include <doctest/doctest.h>

#include <string>

namespace {

net::Url good(const std::string& text) {
    auto url = net::url_from_text(text);
    INFO(text);
    if (!url.ok()) FAIL(base::one_line(url.error()));
    return url.value();
}

/// The whole error; every one says "URL" first (CONTRACT.md).
std::string refusal(const std::string& text) {
    auto url = net::url_from_text(text);
    INFO(text);
    if (url.ok()) FAIL("taken as " << url.value().text());
    CHECK(url.error().what.substr(0, 4) == "URL:");
    return base::one_line(url.error());
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("an address is taken apart: scheme, host, port, path and query") {
    const net::Url url = good("wss://Example.COM:9001/v1/Chat?Room=A%20b&x=//y");
    CHECK(url.secure);
    CHECK(url.host == "example.com");
    CHECK(url.port == 9001);
    CHECK(url.target == "/v1/Chat?Room=A%20b&x=//y");
    CHECK(url.user_info.empty());
    CHECK(url.said.empty());
    CHECK(url.host_header() == "example.com:9001");
    CHECK(url.text() == "wss://example.com:9001/v1/Chat?Room=A%20b&x=//y");
}

TEST_CASE("a scheme may be written in any case") {
    CHECK(good("WS://h").text() == "ws://h/");
    CHECK(good("wSs://h").secure);
    CHECK(good("HTTPS://h").said == std::vector<std::string>{"https:// was taken as wss://"});
}

TEST_CASE("without a port it is 80 for ws and 443 for wss, and the Host header leaves it out") {
    CHECK(good("ws://h").port == 80);
    CHECK(good("wss://h").port == 443);
    CHECK(good("ws://h:").port == 80); // RFC 3986 section 3.2.3
    CHECK(good("ws://h:80/").host_header() == "h");
    CHECK(good("wss://h:443/").host_header() == "h");
    CHECK(good("ws://h:443/").host_header() == "h:443");
    CHECK(good("wss://h:80/").host_header() == "h:80");
}

TEST_CASE("every port from 1 to 65535 is taken and nothing else") {
    CHECK(good("ws://h:1").port == 1);
    CHECK(good("ws://h:65535").port == 65535);
    CHECK(good("ws://h:0008765").port == 8765);
    for (const char* port :
         {"0", "65536", "99999999999999999999", "80a", "+80", "-1", "0x50", "8765."}) {
        const std::string told = refusal(std::string("ws://h:") + port + "/path");
        CHECK(has(told, std::string("port ")));
        CHECK(has(told, port));
    }
}

TEST_CASE("the target is never empty and begins with a slash") {
    CHECK(good("ws://h").target == "/");
    CHECK(good("ws://h/").target == "/");
    CHECK(good("ws://h?token=1").target == "/?token=1");
    CHECK(good("ws://h:80?a/b").target == "/?a/b");
    CHECK(good("ws://h?").target == "/?");
}

TEST_CASE("path and query are sent as given") {
    for (const char* target : {"/a/../b/./c", "/%7euser", "/%zz", "//double", "/?q=[1,2]&r=a@b:c",
                               "/a;b=c,d'e(f)*!$&", "/\xc3\xa9?\xe6\x97\xa5"})
        CHECK(good(std::string("ws://h") + target).target == target);
}

TEST_CASE("an IPv6 address stands in brackets and keeps them where it is written") {
    const net::Url url = good("ws://[::1]:8765/x");
    CHECK(url.host == "::1");
    CHECK(url.port == 8765);
    CHECK(url.ipv6());
    CHECK(url.host_header() == "[::1]:8765");
    CHECK(url.text() == "ws://[::1]:8765/x");
    CHECK(good("wss://[2001:DB8::A]").host_header() == "[2001:db8::a]");
    CHECK(good("ws://[::ffff:127.0.0.1]/").host == "::ffff:127.0.0.1");
    CHECK_FALSE(good("ws://127.0.0.1").ipv6());
}

TEST_CASE("the zone of a link-local address is kept for connecting and not sent") {
    const net::Url url = good("ws://[fe80::1%25eth0]:81/");
    CHECK(url.host == "fe80::1%eth0");
    CHECK(url.host_header() == "[fe80::1]:81"); // RFC 6874 section 4
    CHECK(url.text() == "ws://[fe80::1%25eth0]:81/");
    CHECK(good("ws://[FE80::1%En0]/").host == "fe80::1%En0"); // names of interfaces have a case
    CHECK(has(refusal("ws://[fe80::1%25]/"), "not an IPv6 address"));
    CHECK(has(refusal("ws://[fe80::1%25a%0d%0ab]/"), "not an IPv6 address"));
}

TEST_CASE("brackets without an IPv6 address in them are refused") {
    CHECK(has(refusal("ws://[::1"), "does not close it"));
    CHECK(has(refusal("ws://[localhost]/"), "not an IPv6 address"));
    CHECK(has(refusal("ws://[]/"), "not an IPv6 address"));
    CHECK(has(refusal("ws://[::zz]/"), "not an IPv6 address"));
    CHECK(has(refusal("ws://[::1%00x]/"), "not an IPv6 address"));
    CHECK(has(refusal("ws://[1:2:3]/"), "not an IPv6 address"));
    CHECK(has(refusal("ws://[::1]8765/"), "Write [::1]:port"));
    CHECK(has(refusal("ws://::1:8765/"), "[")); // two colons: it says that brackets are missing
    CHECK(has(refusal("ws://::1/"), "Write [::1]"));
}

TEST_CASE("a fragment is left out and said") {
    const net::Url url = good("ws://h/a?b#part/?@2");
    CHECK(url.target == "/a?b");
    REQUIRE(url.said.size() == 1);
    CHECK(has(url.said[0], "\"#part/?@2\" was left out"));
    CHECK(has(url.said[0], "RFC 6455 section 3"));
    CHECK(good("ws://h#f").target == "/");
    CHECK(good("ws://h#").said.size() == 1);
}

TEST_CASE("http and https are taken as ws and wss and said") {
    const net::Url plain = good("http://h/x");
    CHECK_FALSE(plain.secure);
    CHECK(plain.port == 80);
    CHECK(plain.said == std::vector<std::string>{"http:// was taken as ws://"});
    const net::Url safe = good("https://h/x#f");
    CHECK(safe.secure);
    CHECK(safe.port == 443);
    CHECK(safe.said.size() == 2);
}

TEST_CASE("without a scheme it is refused with the URL to write") {
    CHECK(has(refusal("localhost:8765"), "Write ws://localhost:8765"));
    CHECK(has(refusal("localhost:8765"), "no scheme"));
    CHECK(has(refusal("example.com/chat?x=1"), "Write ws://example.com/chat?x=1"));
    CHECK(has(refusal("//h:1/"), "Write ws://h:1/"));
    CHECK(has(refusal("ws:h"), "Write ws://h"));
    CHECK(has(refusal("wss:/h/x"), "Write wss://h/x"));
    CHECK(has(refusal("://h"), "Write ws://h"));
}

TEST_CASE("a scheme further down, in the query, is not taken for one") {
    const std::string told = refusal("localhost:8765/go?to=http://elsewhere/");
    CHECK(has(told, "no scheme"));
    CHECK(has(told, "Write ws://localhost:8765/go?to=http://elsewhere/"));
}

TEST_CASE("another scheme is refused by its name") {
    const std::string told = refusal("ftp://h:21/file");
    CHECK(has(told, "scheme \"ftp\""));
    CHECK(has(told, "Write ws://h:21/file"));
}

TEST_CASE("user and password are percent-decoded and stay out of the normal form") {
    const net::Url url = good("ws://me:p%40ss%3aw%2Frd@h:81/x");
    CHECK(url.user_info == "me:p@ss:w/rd");
    CHECK(url.host == "h");
    CHECK(url.port == 81);
    CHECK(url.text() == "ws://h:81/x");
    CHECK(url.host_header() == "h:81");
    CHECK(good("ws://a@b:c@h").user_info == "a@b:c"); // the last @ ends it
    CHECK(good("ws://@h").user_info.empty());
    CHECK(good("ws://u:100%@h").user_info == "u:100%"); // not an escape: as it is
    CHECK(good("ws://h/x@y").user_info.empty());
}

TEST_CASE("no refusal tells a password") {
    for (const char* text : {"me:hunter2@h:80", "ftp://me:hunter2@h/", "ws://me:hunter2@h:99999/",
                             "ws://me:hunter2@", "ws://me:hunter2@a:b:c/", "ws://me:hunter2@[::1/",
                             "me:hunter2@h/x@y", "ws:me:hunter2@h", "ws://me:hunter2@h%20/"})
        CHECK_FALSE(has(refusal(text), "hunter2"));
    CHECK(has(refusal("me:hunter2@h:80"), "Write ws://***@h:80"));
}

TEST_CASE("without a host it is refused") {
    for (const char* text : {"ws://", "ws:///x", "ws://:8765", "ws://?x", "ws://#f", "ws://me:pw@"})
        CHECK(has(refusal(text), "no host"));
}

TEST_CASE("an escape in the host cannot smuggle in a line, a port or a path") {
    CHECK(good("ws://%6Cocalhost/").host == "localhost");
    for (const char* host : {"a%0d%0aX-Evil:%20b", "a%00b", "a%3a80", "a%2fb", "a%40b", "a%20b",
                             "a%5bb", "a%23b", "a%3fb", "a%25b"}) {
        INFO(host);
        CHECK(has(refusal(std::string("ws://") + host + "/"), "host"));
    }
}

TEST_CASE("a host that is not ASCII is refused with its way out") {
    const std::string told = refusal("ws://m\xc3\xbcller.example/");
    CHECK(has(told, "host"));
    CHECK(has(told, "xn--"));
}

TEST_CASE("characters that no URL has are refused with their place") {
    CHECK(has(refusal("ws://h/a b"), "character \" \" at place 9"));
    CHECK(has(refusal("ws://h/a\r\nX: y"), "character \"\\r\" at place 9"));
    CHECK(has(refusal(std::string("ws://h/a\0b", 10)), "at place 9"));
    for (const char* c : {"<", ">", "\"", "\\", "^", "`", "{", "|", "}", "\x7f", "\t"})
        CHECK(has(refusal(std::string("ws://h/") + c + "x"), "at place 8"));
}

TEST_CASE("bytes that are not UTF-8 are refused with their place") {
    const std::string told = refusal("ws://h/a\xff");
    CHECK(has(told, "place 9"));
    CHECK(has(told, "UTF-8"));
}

TEST_CASE("blanks around an address are cut off, an empty one is refused") {
    CHECK(good("  ws://h/x\n").text() == "ws://h/x");
    CHECK(has(refusal(""), "empty"));
    CHECK(has(refusal("  \t"), "empty"));
}
