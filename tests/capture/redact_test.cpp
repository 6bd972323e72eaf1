#include "capture/redact.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using capture::Redactor;
using nlohmann::json;

constexpr Redactor::Key kKey{1, 2};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string redacted(const std::string& text) { return Redactor(kKey).text(text); }

/// The secret goes, and what stands around it stays.
void check_gone(const std::string& text, const std::string& secret) {
    const std::string shown = redacted(text);
    CHECK_MESSAGE(!contains(shown, secret), text << " became " << shown);
    CHECK_MESSAGE(contains(shown, "redacted-"), text << " became " << shown);
}

void check_kept(const std::string& text) { CHECK(redacted(text) == text); }

const std::string kJwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0";

} // namespace

TEST_CASE("the hash is SipHash-2-4, by the vectors of its authors") {
    const Redactor::Key key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    CHECK(capture::siphash(key, "") == 0x726fdb47dd0e0e31);
    CHECK(capture::siphash(key, std::string("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16", 15)) ==
          0xa129ca6149be45e5);
}

TEST_CASE("equal values have equal marks, others have not, and another run has others") {
    Redactor one(kKey);
    const std::string first = one.text(R"({"token":"abc"})");
    CHECK(first == one.text(R"({"token":"abc"})"));
    CHECK(first != one.text(R"({"token":"abd"})"));
    CHECK(Redactor().text(R"({"token":"abc"})") != Redactor().text(R"({"token":"abc"})"));
    // The same token in a header, a URL and a message has one mark.
    const std::string mark = json::parse(first).at("token").get<std::string>();
    CHECK(contains(one.text("Authorization: Bearer abc\r\n"), mark));
    CHECK(contains(one.text("ws://host/?access_token=abc&x=1"), mark));
    CHECK(contains(one.text("ws://host/?access_token=%61bc"), mark));
    CHECK(contains(one.subprotocols("bearer, abc"), mark));
}

TEST_CASE("headers with secrets lose their values, and others keep theirs") {
    check_gone("GET / HTTP/1.1\r\nAuthorization: Basic dXNlcjpwYXNz\r\nHost: a\r\n",
               "dXNlcjpwYXNz");
    check_gone("Proxy-Authorization: Digest username=\"joe\"\r\n", "joe");
    check_gone("Cookie: sid=S3CRET; theme=dark\r\n", "S3CRET");
    check_gone("set-cookie: sid=S3CRET; Path=/; HttpOnly\r\n", "S3CRET");
    check_gone("X-Api-Key: S3CRET\r\n", "S3CRET");
    CHECK(contains(redacted("Set-Cookie: sid=S3CRET; Path=/\r\n"), "; Path=/\r\n"));
    check_kept(
        "GET /chat HTTP/1.1\r\nHost: a:1\r\nSec-WebSocket-Key: VT4aXwkHW+/7pxgLQBDNjg==\r\n");
    check_kept("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: abc=\r\n");
}

TEST_CASE("bearer subprotocols lose what they carry") {
    check_gone("Sec-WebSocket-Protocol: chat, bearer.S3CRET\r\n", "S3CRET");
    check_gone("Sec-WebSocket-Protocol: bearer, S3CRET\r\n", "S3CRET");
    check_gone("Sec-WebSocket-Protocol: base64url.bearer.authorization.k8s.io.S3CRET\r\n",
               "S3CRET");
    check_gone("Sec-WebSocket-Protocol: access_token, S3CRET\r\n", "S3CRET");
    check_kept("Sec-WebSocket-Protocol: chat, graphql-transport-ws\r\n");
}

TEST_CASE("URLs lose user and password and the parameters that say secret") {
    check_gone("wss://joe:S3CRET@host/path", "S3CRET");
    check_gone("wss://joe:S3CRET@host/path", "joe");
    CHECK(contains(redacted("wss://joe:S3CRET@host/path"), "@host/path"));
    for (const char* name : {"token", "access_token", "apikey", "api_key", "api-key", "auth",
                             "signature", "sig", "password", "client_secret", "X-Amz-Signature"})
        check_gone(std::string("wss://host/?a=1&") + name + "=S3CRET&b=2", "S3CRET");
    CHECK(contains(redacted("wss://host/?token=S3CRET&b=2#x"), "&b=2#x"));
    check_gone("GET /chat?token=S3CRET HTTP/1.1\r\nHost: a\r\n", "S3CRET");
    check_kept("wss://host:8765/path?author=me&page=2");
    check_kept("ws://host/@user");
}

TEST_CASE("JSON members that say secret lose their values, however deep") {
    for (const char* name : {"token", "accessToken", "refresh_token", "password", "passwd",
                             "apiKey", "api_key", "clientSecret", "auth", "signature", "SECRET"})
        check_gone(std::string(R"({"type":"x","data":{")") + name + R"(":"S3CRET"}})", "S3CRET");
    check_gone(R"({"token":12345678})", "12345678");
    check_gone(R"({"auth":{"user":"u","deep":["S3CRET"]}})", "S3CRET");
    check_gone(R"({"tok\u0065n":"S3CRET"})", "S3CRET");
    check_gone(R"({"token":"S3CRET","x":NaN})", "S3CRET");
    check_gone(R"({"x":1,"token":"S3CRET)", "S3CRET"); // cut off
    check_gone(R"({"inner":"{\"token\":\"S3CRET\"}"})", "S3CRET");
    check_gone(R"({"url":"wss://joe:S3CRET@host/"})", "S3CRET");
    check_gone(R"(["Authorization: Bearer S3CRETS3CRET"])", "S3CRETS3CRET");
    check_kept(
        R"({"type":"x","max_tokens":512,"token_index":3,"authenticated":true,"author":"me"})");
    check_kept(R"({"a": [1, 2.50, "x\u00e9", null], "b":{}})");
}

TEST_CASE("JWTs are found wherever they stand") {
    check_gone(kJwt, kJwt);
    check_gone("see " + kJwt + ".", kJwt);
    check_gone(R"({"anything":")" + kJwt + "\"}", kJwt);
    check_gone("Sec-WebSocket-Protocol: x." + kJwt + "\r\n", kJwt);
    check_gone(std::string("\xFF\x00binary", 8) + kJwt, kJwt);
    check_kept("eyJust a word. or two.");
}

TEST_CASE("what is a mark already is neither replaced nor counted again") {
    Redactor redactor(kKey);
    const std::string once = redactor.text(R"({"token":"abc","password":"x"})");
    CHECK(redactor.found() == 2);
    Redactor other(Redactor::Key{3, 4});
    CHECK(other.text(once) == once);
    CHECK(other.found() == 0);
}

TEST_CASE("an event is redacted in its payload and in all its details") {
    wire::Details details;
    details.url = "wss://joe:S3CRET@host/?token=S3CRET";
    details.subprotocol = "bearer.S3CRET";
    details.reason = "bad token=S3CRET";
    details.note = "Cookie: a=S3CRET";
    details.error =
        base::Error{"answered", "wss://a:S3CRET@b/", "pass -H 'Authorization: Bearer S3CRET'"};
    wire::EventView event;
    event.kind = wire::Kind::connecting;
    event.has_payload = true;
    event.payload = R"({"password":"S3CRET"})";
    event.details = &details;
    Redactor redactor(kKey);
    const wire::EventView shown = redactor.redact(event);
    const std::string all = std::string(shown.payload) + shown.details->url +
                            shown.details->subprotocol + shown.details->reason +
                            shown.details->note + base::one_line(*shown.details->error);
    CHECK_MESSAGE(!contains(all, "S3CRET"), all);
    CHECK(redactor.found() >= 8);
}

TEST_CASE("sixty planted secrets: none is left with redaction, and all are there without") {
    // % stands for the secret.
    const std::vector<std::string> places = {
        "Authorization: Bearer %\r\n",
        "authorization: Basic %\r\n",
        "Authorization: %\r\n",
        "Proxy-Authorization: Basic %\r\n",
        "Cookie: a=1; sid=%\r\n",
        "Cookie: %\r\n",
        "Set-Cookie: sid=%; Path=/; Secure\r\n",
        "X-Auth-Token: %\r\n",
        "Sec-WebSocket-Protocol: bearer, %\r\n",
        "Sec-WebSocket-Protocol: chat, authorization.bearer.%\r\n",
        "wss://joe:%@host/path",
        "wss://%:x@host/",
        "wss://host/?token=%",
        "wss://host/?a=1&api_key=%&b=2",
        "wss://host/?apikey=%#x",
        "wss://host/?X-Signature=%",
        "GET /?password=% HTTP/1.1\r\nHost: a\r\n",
        R"({"token":"%"})",
        R"({"data":{"accessToken":"%"}})",
        R"({"a":[{"b":{"client_secret":"%"}}]})",
        R"({"password":"%","x":1})",
        R"({"api_key": "%"})",
        R"({"auth":{"user":"u","key":"%"}})",
        R"({"signature":["%"]})",
        R"({"text":"{\"token\":\"%\"}"})",
        R"({"link":"https://a/?secret=%"})",
        R"({"link":"https://joe:%@a/"})",
        R"({"say":"Bearer %"})",
        R"({"type":"x","passwd":"%)",
        "login ok, token=% for joe"};
    Redactor redactor(kKey);
    std::string shown, plain;
    std::vector<std::string> secrets;
    for (int i = 0; i < 60; ++i) {
        secrets.push_back("S3cr3t" + std::to_string(1000 + i));
        std::string text = places[static_cast<std::size_t>(i) % places.size()];
        text.replace(text.find('%'), 1, secrets.back());
        plain += text + "\n";
        shown += redactor.text(text) + "\n";
    }
    for (const std::string& secret : secrets) {
        CHECK_MESSAGE(contains(plain, secret), secret);
        CHECK_MESSAGE(!contains(shown, secret), secret << " in " << shown);
    }
    CHECK(redactor.found() >= 60);
}

TEST_CASE("hostile texts cost no more than their length") {
    for (const std::string& piece :
         {std::string("eyJ"), std::string("eyJ."), std::string("://"), std::string("bearer "),
          std::string("a="), std::string("token"), std::string("[\""), std::string("{\"token\":["),
          std::string("\\\"")}) {
        std::string text;
        while (text.size() < 2'000'000) text += piece;
        CHECK_FALSE(redacted(text).empty()); // the deadline of the test program is the check
    }
}
