#include "wire/header_check.h"

#include <doctest/doctest.h>

using wire::HeaderOwner;

TEST_CASE("a header's name is a token, and its value stays one line") {
    CHECK(wire::is_token("X-Client"));
    CHECK(wire::is_token("!#$%&'*+-.^_`|~09azAZ"));
    for (const char* wrong : {"", "two words", "colon:", "caf\xC3\xA9", "a\tb", "(x)"}) {
        CAPTURE(wrong);
        CHECK_FALSE(wire::is_token(wrong));
    }
    CHECK(wire::is_header_value("anything, \"quoted\"\tand tabbed"));
    CHECK(wire::is_header_value(""));
    CHECK_FALSE(wire::is_header_value("a\r\nB: c"));
    CHECK_FALSE(wire::is_header_value(std::string_view("a\0b", 3)));
}

TEST_CASE("the headers of the handshake have their owners, in any case of letters") {
    CHECK(wire::owner_of_header("sec-websocket-KEY") == HeaderOwner::handshake);
    CHECK(wire::owner_of_header("Upgrade") == HeaderOwner::handshake);
    CHECK(wire::owner_of_header("Sec-WebSocket-Protocol") == HeaderOwner::subprotocols);
    CHECK(wire::owner_of_header("Sec-WebSocket-Extensions") == HeaderOwner::deflate);
    CHECK(wire::owner_of_header("ORIGIN") == HeaderOwner::origin);
    CHECK(wire::owner_of_header("Authorization") == HeaderOwner::user);
}

TEST_CASE("headers that carry secrets are known by their names") {
    for (const char* secret : {"authorization", "Cookie", "Proxy-Authorization", "X-Api-Key",
                               "X-Auth-Token", "x-session-id"}) {
        CAPTURE(secret);
        CHECK(wire::is_secret_header(secret));
    }
    CHECK_FALSE(wire::is_secret_header("X-Client"));
    CHECK_FALSE(wire::is_secret_header("Accept-Language"));
}
