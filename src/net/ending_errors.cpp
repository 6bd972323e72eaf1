#include "net/ending_errors.h"

#include <asio/error.hpp>
#include <asio/ssl/error.hpp>

#include <string>

#include "net/opening_errors.h"

namespace net {

bool is_end(const std::error_code& error) {
    return error == asio::error::eof || error == asio::ssl::error::stream_truncated;
}

bool is_reset(const std::error_code& error) {
    return error == asio::error::connection_reset || error == asio::error::broken_pipe;
}

base::Error lost_error(const std::error_code& error) {
    const char* const log = "read the server's own log";
    if (is_end(error))
        return {"connection lost: TCP was closed by the server without a Close frame",
                "the server or a proxy in between ended it", log};
    if (is_reset(error))
        return {"connection lost: reset by the server",
                "its program ended or crashed, or a proxy in between cut the line", log};
    if (error == asio::error::timed_out)
        return {"connection lost: timed out in the session, by the system's own time limit of TCP",
                "the server's host acknowledged nothing any more",
                "check the network in between, and whether the server's host is up"};
    return {"connection lost: " + error.message(), {}, log};
}

base::Error fault_error(const Fault& fault, bool told) {
    return {"the server broke the protocol: " + fault.rule,
            fault.section + ", at byte " + std::to_string(fault.offset) + " behind the handshake" +
                (fault.bytes.empty() ? "" : " (" + fault.bytes + ")") +
                (told ? "; closed with code " + std::to_string(fault.close_code)
                      : "; our Close had gone out before"),
            fault.close_code == 1009 ? "raise the limit of a message, or send smaller ones"
                                     : "mend the server"};
}

base::Error no_close_error(double seconds) {
    return {"timed out after " + seconds_text(seconds) + " in the closing handshake",
            "no Close frame came from the server", "read the server's own log"};
}

} // namespace net
