#include "net/handshake.h"

#include <doctest/doctest.h>

#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"

namespace {

const std::string kKey = "dGhlIHNhbXBsZSBub25jZQ=="; // RFC 6455 section 1.3
const std::string kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

net::Url url(const std::string& text) {
    auto url = net::url_from_text(text);
    REQUIRE(url.ok());
    return url.value();
}

std::string request(const std::string& address, const wire::LinkOptions& options = {}) {
    return net::compose_request(url(address), options, kKey);
}

std::string answer(const std::string& extra = {}) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           kAccept + "\r\n" + extra + "\r\n";
}

base::Result<net::Agreement> check(const std::string& head, const wire::LinkOptions& options = {}) {
    auto read = net::http_head_from_text(head);
    REQUIRE(read.ok());
    return net::check_answer(read.value(), options, kKey);
}

net::Agreement good(const std::string& head, const wire::LinkOptions& options = {}) {
    auto agreement = check(head, options);
    INFO(head);
    if (!agreement.ok()) FAIL(base::one_line(agreement.error()));
    return agreement.value();
}

std::string refusal(const std::string& head, const wire::LinkOptions& options = {}) {
    auto agreement = check(head, options);
    INFO(head);
    if (agreement.ok()) FAIL("it was accepted");
    return base::one_line(agreement.error());
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string without(std::string text, const std::string& part) {
    const std::size_t at = text.find(part);
    REQUIRE(at != std::string::npos);
    return text.erase(at, part.size());
}

std::string replaced(std::string text, const std::string& part, const std::string& by) {
    const std::size_t at = text.find(part);
    REQUIRE(at != std::string::npos);
    return text.replace(at, part.size(), by);
}

} // namespace

//--- the request

TEST_CASE("the request is this, byte for byte") {
    CHECK(request("ws://localhost:8765") == "GET / HTTP/1.1\r\n"
                                            "Host: localhost:8765\r\n"
                                            "Upgrade: websocket\r\n"
                                            "Connection: Upgrade\r\n"
                                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                            "Sec-WebSocket-Version: 13\r\n"
                                            "Sec-WebSocket-Extensions: permessage-deflate; "
                                            "client_max_window_bits\r\n"
                                            "User-Agent: WebSocketDebugger\r\n"
                                            "\r\n");
    wire::LinkOptions options;
    options.deflate = false;
    options.subprotocols = {"chat.v2", "chat"};
    options.origin = "https://app.example";
    options.headers = {{"X-One", "1"}, {"Cookie", "a=b; c=d"}};
    CHECK(request("wss://u:p%40@[::1]:9/a/b?c=d#e", options) ==
          "GET /a/b?c=d HTTP/1.1\r\n"
          "Host: [::1]:9\r\n"
          "Upgrade: websocket\r\n"
          "Connection: Upgrade\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
          "Sec-WebSocket-Version: 13\r\n"
          "Sec-WebSocket-Protocol: chat.v2, chat\r\n"
          "User-Agent: WebSocketDebugger\r\n"
          "Origin: https://app.example\r\n"
          "Authorization: Basic dTpwQA==\r\n"
          "X-One: 1\r\n"
          "Cookie: a=b; c=d\r\n"
          "\r\n");
}

TEST_CASE("the query goes out without a path, and default ports stay out of Host") {
    CHECK(has(request("ws://h?token=x"), "GET /?token=x HTTP/1.1\r\nHost: h\r\n"));
    CHECK(has(request("wss://h:443/"), "Host: h\r\n"));
}

TEST_CASE("a header of the user replaces ours of that name and stands last") {
    wire::LinkOptions options;
    options.headers = {
        {"host", "other.example"}, {"USER-AGENT", "mine"}, {"Authorization", "Bearer t"}};
    options.origin = "https://a";
    const std::string text = request("ws://u:p@h/", options);
    CHECK_FALSE(has(text, "Host: h"));
    CHECK_FALSE(has(text, "WebSocketDebugger"));
    CHECK_FALSE(has(text, "Basic"));
    CHECK(has(text, "Origin: https://a\r\nhost: other.example\r\nUSER-AGENT: mine\r\n"
                    "Authorization: Bearer t\r\n\r\n"));
}

TEST_CASE("a header that the user gives twice goes out twice") {
    wire::LinkOptions options;
    options.headers = {{"X-Tag", "one"}, {"X-Other", "o"}, {"x-tag", "two"}};
    CHECK(has(request("ws://h/", options), "X-Tag: one\r\nX-Other: o\r\nx-tag: two\r\n\r\n"));
}

TEST_CASE("a user without a password still makes valid Basic credentials") {
    CHECK(
        has(request("ws://token@h/"), "Authorization: Basic " + base::base64_from_bytes("token:")));
    CHECK(has(request("ws://:p@h/"), "Authorization: Basic " + base::base64_from_bytes(":p")));
}

TEST_CASE("no option can smuggle a line into the request") {
    const auto refused = [](const wire::LinkOptions& options) {
        const base::Status status = net::check_request_options(options);
        if (status.ok()) FAIL("it was taken");
        CHECK_FALSE(status.error().what.empty());
        CHECK(status.error().what.find('\n') == std::string::npos);
        CHECK(status.error().what.find('\r') == std::string::npos);
    };
    for (const std::string& bad : {std::string("a\r\nX: y"), std::string("a\nb"),
                                   std::string("a\rb"), std::string("a\0b", 3)}) {
        wire::LinkOptions value, name, origin, subprotocol;
        value.headers = {{"X", bad}};
        refused(value);
        name.headers = {{bad, "v"}};
        refused(name);
        origin.origin = bad;
        refused(origin);
        subprotocol.subprotocols = {bad};
        refused(subprotocol);
    }
    for (const char* name : {"", "two words", "tab\tbed", "colon:", "Name: value"}) {
        wire::LinkOptions options;
        options.headers = {{name, "v"}};
        refused(options);
    }
    for (const char* name : {"", "a,b", "a b", "a;b", "a\"b", "a\tb"}) {
        wire::LinkOptions options;
        options.subprotocols = {"fine", name};
        refused(options);
    }
    wire::LinkOptions twice;
    twice.subprotocols = {"a", "b", "a"};
    refused(twice);
}

TEST_CASE("headers that make the handshake are not the user's, in any case of letters") {
    for (const char* name : {"Upgrade", "connection", "SEC-WEBSOCKET-KEY", "Sec-WebSocket-Version",
                             "Sec-WebSocket-Extensions", "sec-websocket-protocol"}) {
        wire::LinkOptions options;
        options.headers = {{name, "x"}};
        const base::Status status = net::check_request_options(options);
        REQUIRE_FALSE(status.ok());
        CHECK(has(status.error().what, name));
    }
    wire::LinkOptions options;
    options.headers = {{"Host", "h"}, {"Authorization", "Bearer x: y"}, {"X-Utf8", "\xc3\xa9"}};
    options.subprotocols = {"soap", "graphql-ws", "v1.json"};
    CHECK(net::check_request_options(options).ok());
}

TEST_CASE("no refusal of an option tells a secret") {
    wire::LinkOptions options;
    options.headers = {{"Authorization", "Bearer hunter2\r\n"}};
    CHECK_FALSE(has(base::one_line(net::check_request_options(options).error()), "hunter2"));
}

TEST_CASE("keys are sixteen random bytes, each time others") {
    std::set<std::string> keys;
    for (int i = 0; i < 100; ++i) {
        const std::string key = net::random_key();
        std::string bytes;
        CHECK(base::bytes_from_base64(key, &bytes));
        CHECK(bytes.size() == 16);
        keys.insert(key);
    }
    CHECK(keys.size() == 100);
}

TEST_CASE("the accept value of the RFC's example key") {
    CHECK(net::accept_for_key(kKey) == kAccept);
}

//--- the answer

TEST_CASE("a plain good answer is taken") {
    const net::Agreement agreement = good(answer());
    CHECK(agreement.subprotocol.empty());
    CHECK(agreement.extensions.empty());
    CHECK_FALSE(agreement.deflate.agreed);
    good(replaced(answer(), "Upgrade: websocket", "uPGRADE: WebSocket"));
    good(replaced(answer(), "Connection: Upgrade", "Connection: keep-alive, upgrade"));
    good(answer("Server: x\r\nSet-Cookie: a=b\r\n"));
}

TEST_CASE("each fault names its header, what was expected and what came") {
    const auto fault = [](const std::string& head, const char* name, const std::string& expected,
                          const std::string& came) {
        const std::string told = refusal(head);
        INFO(told);
        CHECK(has(told, name));
        CHECK(has(told, "expected " + expected));
        CHECK(has(told, "received " + came));
    };
    fault(without(answer(), "Upgrade: websocket\r\n"), "Upgrade", "\"websocket\"", "none");
    fault(replaced(answer(), "Upgrade: websocket", "Upgrade: h2c"), "Upgrade", "\"websocket\"",
          "\"h2c\"");
    fault(without(answer(), "Connection: Upgrade\r\n"), "Connection", "\"Upgrade\"", "none");
    fault(replaced(answer(), "Connection: Upgrade", "Connection: close"), "Connection",
          "\"Upgrade\"", "\"close\"");
    fault(without(answer(), "Sec-WebSocket-Accept: " + kAccept + "\r\n"), "Sec-WebSocket-Accept",
          "\"" + kAccept + "\"", "none");
    fault(replaced(answer(), kAccept, "AAAAAAAAAAAAAAAAAAAAAAAAAAA="), "Sec-WebSocket-Accept",
          "\"" + kAccept + "\"", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAA=\"");
    fault(replaced(answer(), kAccept, "S3PPLMBITXAQ9KYGZZHZRBK+XOO="), "Sec-WebSocket-Accept",
          "\"" + kAccept + "\"", "\"S3PPLMBITXAQ9KYGZZHZRBK+XOO=\"");
    fault(replaced(answer(), kAccept, "\x1b[31m"), "Sec-WebSocket-Accept", "\"" + kAccept + "\"",
          "\"\\x1b[31m\"");
    CHECK(
        has(refusal(answer("Sec-WebSocket-Accept: " + kAccept + "\r\n")), "Sec-WebSocket-Accept"));
    CHECK(has(refusal(answer("Sec-WebSocket-Accept: other\r\n")), "twice"));
}

TEST_CASE("a subprotocol that was offered is taken, in its own case, and none is fine too") {
    wire::LinkOptions options;
    options.subprotocols = {"chat.v2", "chat"};
    CHECK(good(answer("Sec-WebSocket-Protocol: chat\r\n"), options).subprotocol == "chat");
    CHECK(good(answer(), options).subprotocol.empty());
    for (const char* wrong :
         {"Sec-WebSocket-Protocol: Chat\r\n", "Sec-WebSocket-Protocol: other\r\n",
          "Sec-WebSocket-Protocol: chat.v2, chat\r\n", "Sec-WebSocket-Protocol:\r\n",
          "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat.v2\r\n"}) {
        const std::string told = refusal(answer(wrong), options);
        CHECK(has(told, "subprotocol"));
        CHECK(has(told, "Sec-WebSocket-Protocol"));
        CHECK(has(told, "expected one of \"chat.v2, chat\""));
    }
}

TEST_CASE("a subprotocol nobody asked for is refused") {
    const std::string told = refusal(answer("Sec-WebSocket-Protocol: surprise\r\n"));
    CHECK(has(told, "subprotocol"));
    CHECK(has(told, "expected none"));
    CHECK(has(told, "\"surprise\""));
}

TEST_CASE("an extension nobody asked for is refused") {
    wire::LinkOptions plain;
    plain.deflate = false;
    for (const wire::LinkOptions& options : {plain, wire::LinkOptions()}) {
        const std::string told =
            refusal(answer("Sec-WebSocket-Extensions: x-webkit-mux\r\n"), options);
        CHECK(has(told, "extension"));
        CHECK(has(told, "Sec-WebSocket-Extensions"));
        CHECK(has(told, "\"x-webkit-mux\""));
        CHECK(has(told, "expected "));
    }
    const std::string told =
        refusal(answer("Sec-WebSocket-Extensions: permessage-deflate\r\n"), plain);
    CHECK(has(told, "expected none"));
    CHECK(has(refusal(answer("Sec-WebSocket-Extensions: permessage-deflate, x-mux\r\n")), "x-mux"));
    CHECK(good(answer("Sec-WebSocket-Extensions:\r\n")).extensions.empty());
}

TEST_CASE("what permessage-deflate agreed is read") {
    const auto agreed = [](const std::string& parameters) {
        return good(answer("Sec-WebSocket-Extensions: permessage-deflate" + parameters + "\r\n"))
            .deflate;
    };
    net::DeflateParams params = agreed("");
    CHECK(params.agreed);
    CHECK_FALSE(params.server_no_context_takeover);
    CHECK_FALSE(params.client_no_context_takeover);
    CHECK(params.server_max_window_bits == 15);
    CHECK(params.client_max_window_bits == 15);
    params = agreed("; server_no_context_takeover;client_no_context_takeover ; "
                    "server_max_window_bits=10; client_max_window_bits = \"9\"");
    CHECK(params.server_no_context_takeover);
    CHECK(params.client_no_context_takeover);
    CHECK(params.server_max_window_bits == 10);
    CHECK(params.client_max_window_bits == 9);
    for (int bits = 8; bits <= 15; ++bits)
        CHECK(agreed("; client_max_window_bits=" + std::to_string(bits)).client_max_window_bits ==
              bits);
    CHECK(
        good(answer("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=12\r\n"))
            .extensions == "permessage-deflate; client_max_window_bits=12");
}

TEST_CASE("deflate parameters that RFC 7692 does not allow fail the handshake") {
    const std::pair<const char*, const char*> cases[] = {
        {"; surprise", "surprise"},
        {"; surprise=1", "surprise"},
        {"; Server_No_Context_Takeover", "Server_No_Context_Takeover"},
        {"; server_no_context_takeover; server_no_context_takeover", "twice"},
        {"; client_max_window_bits=10; client_max_window_bits=10", "twice"},
        {"; client_max_window_bits=10; client_max_window_bits = 11", "twice"},
        {"; client_max_window_bits=7", "\"7\""},
        {"; client_max_window_bits=16", "\"16\""},
        {"; client_max_window_bits=x", "\"x\""},
        {"; client_max_window_bits=010", "\"010\""},
        {"; client_max_window_bits=09", "\"09\""},
        {"; client_max_window_bits=+9", "\"+9\""},
        {"; client_max_window_bits=", "\"\""},
        {"; client_max_window_bits", "no value"},
        {"; server_max_window_bits", "no value"},
        {"; server_max_window_bits=7", "\"7\""},
        {"; server_max_window_bits=16", "\"16\""},
        {"; server_max_window_bits=-8", "\"-8\""},
        {"; server_no_context_takeover=1", "\"1\""},
        {"; client_no_context_takeover=true", "\"true\""},
        {", permessage-deflate", "twice"},
    };
    for (const auto& [parameters, evidence] : cases) {
        const std::string told = refusal(answer(
            std::string("Sec-WebSocket-Extensions: permessage-deflate") + parameters + "\r\n"));
        INFO(told);
        CHECK(has(told, "extension"));
        CHECK(has(told, "Sec-WebSocket-Extensions"));
        CHECK(has(told, "expected "));
        CHECK(has(told, evidence));
        CHECK(has(told, "RFC 7692"));
    }
    const std::string two_headers = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                                    "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    CHECK(has(refusal(answer(two_headers)), "twice"));
}

//--- a status that is not 101

TEST_CASE("every status but 101 is told by its number and its reason") {
    for (const char* status :
         {"200 OK", "204 No Content", "400 Bad Request", "403 Forbidden", "404 Not Found",
          "407 Proxy", "418 I'm a teapot", "426 Upgrade Required", "500 Oops", "502 Bad Gateway",
          "100 Continue", "999 Odd"}) {
        const std::string told = refusal(std::string("HTTP/1.1 ") + status + "\r\n\r\n");
        CHECK(has(told, std::string("the server answered ") + status));
    }
    CHECK(has(refusal("HTTP/1.1 500\r\n\r\n"), "answered 500"));
    CHECK(has(refusal("HTTP/1.1 500 \x1b[2J\r\n\r\n"), "\\x1b[2J"));
}

TEST_CASE("a redirect is told with its whole Location, and not followed") {
    const std::string place = "https://elsewhere.example/" + std::string(500, 'p') + "?q=1";
    for (const char* status : {"301 Moved", "302 Found", "307 T", "308 P"}) {
        const std::string told =
            refusal(std::string("HTTP/1.1 ") + status + "\r\nLocation: " + place + "\r\n\r\n");
        CHECK(has(told, std::string(status).substr(0, 3)));
        CHECK(has(told, place));
        CHECK(has(told, "not followed"));
    }
    CHECK_FALSE(
        has(refusal("HTTP/1.1 503 Busy\r\nLocation: /x\r\nRetry-After: 7\r\n\r\n"), "redirect"));
    CHECK(has(refusal("HTTP/1.1 304 Not Modified\r\n\r\n"), "304"));
}

TEST_CASE("what it says of waiting and of credentials is handed on") {
    CHECK(has(refusal("HTTP/1.1 503 Busy\r\nRetry-After: 120\r\n\r\n"), "Retry-After 120"));
    CHECK(has(refusal("HTTP/1.1 429 Slow\r\nRetry-After: 3\r\n\r\n"), "Retry-After 3"));
    CHECK(has(refusal("HTTP/1.1 503 Busy\r\n\r\n"), "Wait"));
    const std::string wants = refusal("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
                                      "WWW-Authenticate: Bearer\r\n\r\n");
    CHECK(has(wants, "Basic realm=\"x\", Bearer"));
    CHECK(has(wants, "Authorization"));
    const std::string version =
        refusal("HTTP/1.1 426 U\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8, 7\r\n\r\n");
    CHECK(has(version, "\"websocket\""));
    CHECK(has(version, "\"8, 7\""));
}

TEST_CASE("no answer's cookie is told") {
    for (const char* status : {"200 OK", "302 Found", "401 No", "503 Busy"})
        CHECK_FALSE(has(refusal(std::string("HTTP/1.1 ") + status +
                                "\r\nSet-Cookie: sid=hunter2\r\nLocation: /x\r\n\r\n"),
                        "hunter2"));
}
