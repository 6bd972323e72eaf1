// The protocol cases by name: what a server sends, and what a client that reads RFC 6455 and
// RFC 7692 strictly makes of it. The client echoes every message; one table for each part of the
// two documents.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "net/peer.h"

namespace test {

/// The largest message that the client takes in these cases.
constexpr std::size_t kCaseLimit = 2u << 20;

struct Case {
    std::string name;
    /// Written one after the other; the client may answer in between.
    std::vector<std::string> bytes;
    /// Frames that have to come back, in order: echoes and pongs.
    struct Answer {
        int opcode = 1;
        std::string payload;
    };
    std::vector<Answer> answers;
    enum class End {
        open,   ///< it is still open, and closes well
        closes, ///< a clean end; the client answers the server's Close with `code`
        fails,  ///< the client closes with `code`, and tells `rule` and `section`
    };
    End end = End::open;
    int code = 0;
    std::string rule, section;
    std::string extensions; ///< Sec-WebSocket-Extensions of the answer; empty: none
};

/// An answer to the upgrade request, and what becomes of it.
struct HandshakeCase {
    std::string name;
    std::string answer;             ///< ACCEPT stands for the right value
    std::vector<std::string> words; ///< of the error; none: it opens
    std::vector<std::string> subprotocols;
    bool deflate = true;
};

std::vector<Case> framing_cases();
std::vector<Case> length_cases();
std::vector<Case> control_cases();
std::vector<Case> fragment_cases();
std::vector<Case> text_cases();
std::vector<Case> close_cases();
std::vector<Case> deflate_cases();
std::vector<HandshakeCase> handshake_cases();

//--- what they are written with

std::string bytes_of(std::initializer_list<int> values);
inline std::string text_frame(std::string_view payload) { return frame_bytes(1, payload); }
inline std::string binary_frame(std::string_view payload) { return frame_bytes(2, payload); }
inline std::string ping_frame(std::string_view payload) { return frame_bytes(9, payload); }
/// The first frame of a message that goes on.
inline std::string first_frame(std::string_view payload, int opcode = 1) {
    return frame_bytes(opcode, payload, false);
}
inline std::string more_frame(std::string_view payload) { return frame_bytes(0, payload, false); }
inline std::string last_frame(std::string_view payload) { return frame_bytes(0, payload); }
std::string close_bytes(int code, std::string_view reason = {});
/// Cut into pieces of so many bytes.
std::vector<std::string> in_pieces(const std::string& bytes, std::size_t size);

Case passes(std::string name, std::vector<std::string> bytes, std::vector<Case::Answer> answers);
Case fails(std::string name, std::vector<std::string> bytes, int code, std::string rule,
           std::string section, std::vector<Case::Answer> answers = {});
Case closes(std::string name, std::vector<std::string> bytes, int code,
            std::vector<Case::Answer> answers = {});

} // namespace test
