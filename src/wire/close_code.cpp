#include "wire/close_code.h"

#include <array>

namespace wire {
namespace {

struct CodeWords {
    int code;
    const char* name;
    const char* meaning;
};

// RFC 6455 section 7.4.1 and the IANA registry "WebSocket Close Code Number".
constexpr std::array<CodeWords, 19> kCodes = {{
    {1000, "Normal closure",
     "The session ended as intended; with Coda it also follows an authentication that timed out or "
     "was malformed."},
    {1001, "Going away",
     "The endpoint is leaving: a server that shuts down, or a page that was left; connect again."},
    {1002, "Protocol error",
     "The other side found a frame that breaks the protocol (RFC 6455); look at the last frames "
     "before it."},
    {1003, "Unsupported data",
     "The other side cannot take this kind of message; try text instead of binary, or the other "
     "way round."},
    {1004, "Reserved", "Reserved by RFC 6455 without a meaning; it must not be sent."},
    {1005, "No code received",
     "The Close frame had no code in it; this number itself never travels."},
    {1006, "Connection lost",
     "The connection ended without a Close frame; this number itself never travels. Look for a "
     "crash of the peer, a proxy, or the network."},
    {1007, "Invalid payload data",
     "A message did not fit its type, most often text that is not valid UTF-8; check the last "
     "message sent."},
    {1008, "Policy violation",
     "The other side refuses a message for a reason of its own; its reason text and its log say "
     "which."},
    {1009, "Message too big",
     "A message was larger than the other side takes; Coda's backend takes up to 10 MiB. Send "
     "smaller ones."},
    {1010, "Mandatory extension",
     "The client needed an extension that the server did not agree to."},
    {1011, "Internal error",
     "The server met an error of its own and could not go on; its log says which."},
    {1012, "Service restart", "The server restarts; connect again after a few seconds."},
    {1013, "Try again later", "The server is overloaded; wait before you connect again."},
    {1014, "Bad gateway",
     "A gateway got an invalid answer from the server behind it; check that server."},
    {1015, "TLS failed",
     "The TLS handshake failed; this number itself never travels. Check the certificate."},
    {3000, "Unauthorized", "The server wants credentials, or did not accept these."},
    {3003, "Forbidden", "The server knows who you are and does not allow this."},
    {3008, "Timeout", "The server waited too long for something from this side."},
}};

const CodeWords* find_code(int code) {
    for (const CodeWords& words : kCodes)
        if (words.code == code) return &words;
    return nullptr;
}

int known_number(int code) { return code == 0 ? 1005 : code; }

} // namespace

const char* close_code_name(int code) {
    code = known_number(code);
    if (const CodeWords* words = find_code(code)) return words->name;
    if (code >= 1016 && code <= 2999) return "reserved for the protocol";
    if (code >= 3000 && code <= 3999) return "library or framework";
    if (code >= 4000 && code <= 4999) return "private use";
    return "not a close code";
}

std::string close_code_meaning(int code) {
    code = known_number(code);
    if (const CodeWords* words = find_code(code)) return words->meaning;
    if (code >= 1016 && code <= 2999)
        return "Kept for later versions of the protocol and its extensions; nothing registered "
               "uses this number.";
    if (code >= 3000 && code <= 3999)
        return "Given by a library or framework of the other side; its documentation says what it "
               "means.";
    if (code >= 4000 && code <= 4999)
        return "Agreed between this server and its clients; the server's documentation says what it "
               "means.";
    return "Outside 1000 to 4999, which RFC 6455 section 7.4.2 does not allow; the other side is at "
           "fault.";
}

bool close_code_sendable(int code) {
    if (code >= 3000 && code <= 4999) return true;
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

} // namespace wire
