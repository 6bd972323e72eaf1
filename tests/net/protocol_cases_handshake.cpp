// Protocol cases of the opening handshake: RFC 6455 section 4, RFC 7692 section 7.1, and HTTP.
#include "net/protocol_cases.h"

namespace test {
namespace {

const std::string kStatus = "HTTP/1.1 101 Switching Protocols\r\n";
const std::string kUpgrade = "Upgrade: websocket\r\n";
const std::string kConnection = "Connection: Upgrade\r\n";
const std::string kAccept = "Sec-WebSocket-Accept: ACCEPT\r\n";
const std::string kAll = kStatus + kUpgrade + kConnection + kAccept;

HandshakeCase opens(std::string name, std::string answer) {
    HandshakeCase one;
    one.name = std::move(name);
    one.answer = std::move(answer);
    return one;
}

HandshakeCase refused(std::string name, std::string answer, std::vector<std::string> words) {
    HandshakeCase one = opens(std::move(name), std::move(answer));
    one.words = std::move(words);
    return one;
}

HandshakeCase offering(HandshakeCase one, std::vector<std::string> subprotocols) {
    one.subprotocols = std::move(subprotocols);
    return one;
}

void add_good(std::vector<HandshakeCase>& all) {
    all.push_back(opens("the plain answer", kAll + "\r\n"));
    all.push_back(opens("names in lower case", kStatus +
                                                   "upgrade: websocket\r\nconnection: upgrade\r\n"
                                                   "sec-websocket-accept: ACCEPT\r\n\r\n"));
    all.push_back(
        opens("values in upper case",
              kStatus + "Upgrade: WEBSOCKET\r\nConnection: UPGRADE\r\n" + kAccept + "\r\n"));
    all.push_back(opens("no blank behind the colons", kStatus +
                                                          "Upgrade:websocket\r\n"
                                                          "Connection:Upgrade\r\n"
                                                          "Sec-WebSocket-Accept:ACCEPT\r\n\r\n"));
    all.push_back(opens("blanks around the values", kStatus +
                                                        "Upgrade:  websocket \r\n"
                                                        "Connection:\tUpgrade\t\r\n"
                                                        "Sec-WebSocket-Accept:  ACCEPT  \r\n\r\n"));
    all.push_back(
        opens("Connection with more words",
              kStatus + kUpgrade + "Connection: keep-alive, Upgrade\r\n" + kAccept + "\r\n"));
    all.push_back(opens("Connection twice", kStatus + kUpgrade + "Connection: keep-alive\r\n" +
                                                kConnection + kAccept + "\r\n"));
    all.push_back(opens("another reason",
                        "HTTP/1.1 101 Fine\r\n" + kUpgrade + kConnection + kAccept + "\r\n"));
    all.push_back(
        opens("no reason", "HTTP/1.1 101 \r\n" + kUpgrade + kConnection + kAccept + "\r\n"));
    all.push_back(opens("headers of others", kAll + "Server: x\r\nDate: today\r\nX-A: b\r\n\r\n"));
    all.push_back(
        opens("headers in another order", kStatus + kAccept + kConnection + kUpgrade + "\r\n"));
    all.push_back(
        opens("a head of 30,000 bytes", kAll + "X-Long: " + std::string(30'000, 'x') + "\r\n\r\n"));
    all.push_back(offering(
        opens("a subprotocol that was offered", kAll + "Sec-WebSocket-Protocol: chat\r\n\r\n"),
        {"super", "chat"}));
    all.push_back(offering(opens("no subprotocol although some were offered", kAll + "\r\n"),
                           {"super", "chat"}));
    for (const char* extension :
         {"permessage-deflate", "permessage-deflate; server_no_context_takeover",
          "permessage-deflate; client_no_context_takeover",
          "permessage-deflate; server_max_window_bits=8",
          "permessage-deflate; client_max_window_bits=15",
          "permessage-deflate ;  server_max_window_bits = 10 ; client_no_context_takeover"})
        all.push_back(opens(std::string("the extension ") + extension,
                            kAll + "Sec-WebSocket-Extensions: " + extension + "\r\n\r\n"));
}

void add_headers(std::vector<HandshakeCase>& all) {
    all.push_back(
        refused("no Upgrade", kStatus + kConnection + kAccept + "\r\n", {"Upgrade", "none"}));
    all.push_back(refused("a wrong Upgrade",
                          kStatus + "Upgrade: h2c\r\n" + kConnection + kAccept + "\r\n",
                          {"Upgrade", "websocket", "h2c"}));
    all.push_back(refused("an Upgrade that only begins well",
                          kStatus + "Upgrade: websocket2\r\n" + kConnection + kAccept + "\r\n",
                          {"Upgrade", "websocket2"}));
    all.push_back(
        refused("no Connection", kStatus + kUpgrade + kAccept + "\r\n", {"Connection", "none"}));
    all.push_back(refused("a wrong Connection",
                          kStatus + kUpgrade + "Connection: close\r\n" + kAccept + "\r\n",
                          {"Connection", "Upgrade", "close"}));
    all.push_back(refused("no Sec-WebSocket-Accept", kStatus + kUpgrade + kConnection + "\r\n",
                          {"Sec-WebSocket-Accept", "none"}));
    all.push_back(refused("a wrong Sec-WebSocket-Accept",
                          kStatus + kUpgrade + kConnection +
                              "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
                          {"Sec-WebSocket-Accept", "AAAA"}));
    all.push_back(refused("an empty Sec-WebSocket-Accept",
                          kStatus + kUpgrade + kConnection + "Sec-WebSocket-Accept:\r\n\r\n",
                          {"Sec-WebSocket-Accept"}));
    all.push_back(refused("Sec-WebSocket-Accept twice", kAll + kAccept + "\r\n",
                          {"Sec-WebSocket-Accept", "twice"}));
    all.push_back(refused("a subprotocol nobody offered",
                          kAll + "Sec-WebSocket-Protocol: chat\r\n\r\n", {"subprotocol", "chat"}));
    all.push_back(
        offering(refused("another subprotocol than was offered",
                         kAll + "Sec-WebSocket-Protocol: other\r\n\r\n", {"subprotocol", "other"}),
                 {"chat"}));
    all.push_back(
        offering(refused("two subprotocols", kAll + "Sec-WebSocket-Protocol: chat, super\r\n\r\n",
                         {"subprotocol"}),
                 {"chat", "super"}));
    all.push_back(offering(refused("a subprotocol in another case",
                                   kAll + "Sec-WebSocket-Protocol: CHAT\r\n\r\n", {"subprotocol"}),
                           {"chat"}));
}

void add_extensions(std::vector<HandshakeCase>& all) {
    const std::pair<const char*, const char*> bad[] = {
        {"x-mux", "x-mux"},
        {"permessage-deflate, x-mux", "x-mux"},
        {"permessage-deflate, permessage-deflate", "twice"},
        {"permessage-deflate; foo", "foo"},
        {"permessage-deflate; server_max_window_bits=7", "server_max_window_bits"},
        {"permessage-deflate; server_max_window_bits=16", "server_max_window_bits"},
        {"permessage-deflate; server_max_window_bits", "server_max_window_bits"},
        {"permessage-deflate; server_max_window_bits=08", "server_max_window_bits"},
        {"permessage-deflate; server_max_window_bits=x", "server_max_window_bits"},
        {"permessage-deflate; client_max_window_bits", "client_max_window_bits"},
        {"permessage-deflate; client_max_window_bits=7", "client_max_window_bits"},
        {"permessage-deflate; client_max_window_bits=100", "client_max_window_bits"},
        {"permessage-deflate; server_no_context_takeover=1", "server_no_context_takeover"},
        {"permessage-deflate; client_no_context_takeover=yes", "client_no_context_takeover"},
        {"permessage-deflate; server_no_context_takeover; server_no_context_takeover", "twice"},
        {"permessage-deflate; server_max_window_bits=10; server_max_window_bits=10", "twice"}};
    for (const auto& [extension, word] : bad)
        all.push_back(refused(std::string("the extension ") + extension,
                              kAll + "Sec-WebSocket-Extensions: " + extension + "\r\n\r\n",
                              {"extension", word}));
    HandshakeCase off = refused("permessage-deflate although it was not offered",
                                kAll + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
                                {"extension", "none was offered"});
    off.deflate = false;
    all.push_back(std::move(off));
}

void add_http(std::vector<HandshakeCase>& all) {
    for (const char* status :
         {"200 OK", "204 No Content", "400 Bad Request", "401 Unauthorized", "403 Forbidden",
          "404 Not Found", "407 Proxy Authentication Required", "426 Upgrade Required",
          "429 Too Many Requests", "500 Internal Server Error", "502 Bad Gateway",
          "503 Service Unavailable", "100 Continue"})
        all.push_back(refused(std::string("status ") + status,
                              "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 0\r\n\r\n",
                              {std::string(status).substr(0, 3)}));
    for (const char* status : {"301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent"})
        all.push_back(
            refused(std::string("status ") + status,
                    "HTTP/1.1 " + std::string(status) + "\r\nLocation: /there?a=b\r\n\r\n",
                    {std::string(status).substr(0, 3), "/there?a=b"}));
    all.push_back(
        refused("HTTP/1.0",
                "HTTP/1.0 101 Switching Protocols\r\n" + kUpgrade + kConnection + kAccept + "\r\n",
                {"HTTP"}));
    all.push_back(refused("not HTTP", "SSH-2.0-OpenSSH_9.2\r\n", {"not an HTTP answer"}));
    all.push_back(
        refused("a frame in the place of the answer", text_frame("hello"), {"not an HTTP answer"}));
    all.push_back(refused("a header without a colon", kAll + "nonsense\r\n\r\n", {"header"}));
    all.push_back(refused("a header over two lines", kAll + "X-A: b\r\n c\r\n\r\n", {"header"}));
    all.push_back(refused("a blank before the colon", kAll + "X-A : b\r\n\r\n", {"header"}));
    all.push_back(refused("a head without end", kAll + "X: " + std::string(80'000, 'x'),
                          {"header", "limit"}));
    all.push_back(refused("an empty answer", "", {"closed by the server", "after 0 bytes"}));
    all.push_back(refused("half an answer", kStatus + "Upgr", {"closed by the server", "after "}));
}

} // namespace

std::vector<HandshakeCase> handshake_cases() {
    std::vector<HandshakeCase> all;
    add_good(all);
    add_headers(all);
    add_extensions(all);
    add_http(all);
    return all;
}

} // namespace test
