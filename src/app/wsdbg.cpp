#include "app/wsdbg.h"

#include <csignal>

#include "app/event_pump.h"
#include "app/output.h"

namespace app {
namespace {

std::string general_help() {
    std::string text = "Usage: wsdbg COMMAND ...\n"
                       "WebSocketDebugger for terminals and scripts.\n\n";
    for (const Command& command : commands()) {
        std::string name = command.name;
        name.resize(10, ' ');
        text += "  " + name + command.summary + '\n';
    }
    return text + "\n"
                  "  wsdbg COMMAND --help   what a command takes, with an example\n"
                  "  wsdbg --version        which version this is\n\n"
                  "Standard output carries data, standard error words for people.\n"
                  "Exit codes: 0 done, 1 the answer is no, 2 the command line is wrong.\n\n"
                  "Example: wsdbg serve --port 8765 &  wsdbg tail ws://localhost:8765\n";
}

/// Prints one text for people who asked for it.
int print(const std::string& text) {
    auto pump = EventPump::create();
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    Output output;
    output.buffer() = text;
    if (output.flush(*pump.value()) != Output::Flow::failed) return kDone;
    say(output.fault());
    return kNo;
}

bool asks_for_help(const std::string& argument) { return argument == "--help" || argument == "-h"; }

bool asks_for_help(const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments) {
        if (argument == "--") return false;
        if (asks_for_help(argument)) return true;
    }
    return false;
}

int refuse(const std::string& line) {
    say(line + " (wsdbg --help shows the commands)");
    return kUsage;
}

} // namespace

const std::vector<Command>& commands() {
    static const std::vector<Command> all = {
        {"tail", "shows what happens on a connection, one line an event", kTailHelp, run_tail},
        {"record", "writes what happens on a connection to a file", kRecordHelp, run_record},
        {"send", "sends messages, and waits for an answer", kSendHelp, run_send},
        {"query", "prints the events of a capture that pass a filter", kQueryHelp, run_query},
        {"convert", "converts captures from and to HAR, and to CSV", kConvertHelp, run_convert},
        {"replay", "sends a capture's messages again, and tests the replies", kReplayHelp,
         run_replay},
        {"diff", "compares two captures by their structure", kDiffHelp, run_diff},
        {"check", "tries a connection step by step, with a verdict", kCheckHelp, run_check},
        {"echo", "sends every message back until the connection ends", kEchoHelp, run_echo},
        {"serve", "runs the Coda simulator, a WebSocket server to try things on", kServeHelp,
         run_serve},
    };
    return all;
}

int run_wsdbg(const std::vector<std::string>& arguments, const std::string& version) {
    std::signal(SIGPIPE, SIG_IGN); // a reader that goes away is an error code, never a signal
    keep_standard_descriptors();
    const std::string program = "wsdbg " + version;
    if (arguments.empty()) return refuse("a command is missing");
    const std::string& first = arguments.front();
    if (asks_for_help(first)) return print(general_help());
    if (first == "--version") return print(program + '\n');
    if (first.size() > 1 && first.front() == '-') return refuse("there is no option " + first);
    for (const Command& command : commands()) {
        if (first != command.name) continue;
        const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
        if (asks_for_help(rest)) return print(command.help);
        return command.run({rest, program});
    }
    return refuse("there is no command \"" + first + '"');
}

} // namespace app
