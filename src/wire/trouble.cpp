#include "wire/trouble.h"

namespace wire {

const std::vector<Trouble>& troubles() {
    static const std::vector<Trouble> all = {
        {"Connection failures", "Is the backend running?",
         "TCP connect says refused where nothing listens, and a silent HTTP answer means that the "
         "backend runs and still loads its models",
         "start the backend and wait until it has loaded; the check then goes through",
         "TCP connect,HTTP answer", ""},
        {"Connection failures", "Is something listening on 8765?",
         "TCP connect names the ports of this machine that have a listener, and what it speaks",
         "use the port that the backend's log names: ws://localhost:8765 unless it was changed",
         "TCP connect", ""},
        {"Connection failures", "Is it the network or a firewall?",
         "an address that neither takes nor refuses the connection is cut off on the way; one that "
         "refuses is reached",
         "try it on the backend's own machine first, then open the port in the firewall",
         "TCP connect", ""},
        {"Message not received", "Is the format right?",
         "Coda ignores what is no JSON object with a type, and says nothing to it",
         "compose it here: {\"type\": …, \"data\": {…}, \"timestamp\": …}; the editor shows faults",
         "session", ""},
        {"Message not received", "Is the connection open?",
         "a connection may be open while its auth_challenge stands unanswered: then every command is "
         "ignored",
         "look at Authentication in the check, and at the stage beside the address", "session", ""},
        {"Message not received", "Are there errors on the console?",
         "what the backend could not do comes as system_error, llm_error and the like, or stands only "
         "in its own log",
         "filter for  type ~ /error/  and read the backend's console", "session,closing handshake",
         ""},
        {"asyncio errors in the backend", "AssertionError: assert f is self._write_fut",
         "asyncio on Windows (ProactorEventLoop) writes to a socket that is just closing: known, and "
         "mostly harmless",
         "ignore it; if connections are lost with it, let the backend use "
         "WindowsSelectorEventLoopPolicy or a newer Python",
         "", "assert f is self._write_fut"},
    };
    return all;
}

const Trouble* trouble_in_text(std::string_view said) {
    for (const Trouble& trouble : troubles())
        if (*trouble.text && said.find(trouble.text) != std::string_view::npos) return &trouble;
    return nullptr;
}

std::vector<const Trouble*> troubles_of_phase(std::string_view phase) {
    std::vector<const Trouble*> found;
    if (phase.empty()) return found;
    for (const Trouble& trouble : troubles()) {
        std::string_view rest = trouble.phases;
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            if (rest.substr(0, comma) == phase) {
                found.push_back(&trouble);
                break;
            }
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
    }
    return found;
}

} // namespace wire
