// wsdbg's commands, without its main(): so that tests can run them. One process, one command.
#pragma once

#include <string>
#include <vector>

namespace app {

// Exit codes of every command (CONTRACT.md).
constexpr int kDone = 0;  ///< done
constexpr int kNo = 1;    ///< it ran, and the answer is no
constexpr int kUsage = 2; ///< the command line is wrong

/// What a command is given.
struct Invocation {
    std::vector<std::string> arguments; ///< behind the command's name
    std::string program;                ///< "wsdbg 0.1.0", for captures
};

/// One row of the table of commands.
struct Command {
    const char* name;
    const char* summary; ///< a line of `wsdbg --help`
    const char* help;    ///< fits a screen: 24 lines of 80 columns, with an example
    int (*run)(const Invocation& invocation);
};

/// All commands there are; a name that is not among them is refused.
const std::vector<Command>& commands();

/// The whole program: `arguments` without the program's own name.
int run_wsdbg(const std::vector<std::string>& arguments, const std::string& version);

// The commands, each in its own file (cmd_*.cpp).
int run_tail(const Invocation& invocation);
int run_check(const Invocation& invocation);
int run_echo(const Invocation& invocation);
int run_send(const Invocation& invocation);
int run_replay(const Invocation& invocation);
int run_diff(const Invocation& invocation);
int run_serve(const Invocation& invocation);
int run_record(const Invocation& invocation);
int run_query(const Invocation& invocation);
int run_convert(const Invocation& invocation);
extern const char* const kTailHelp;
extern const char* const kCheckHelp;
extern const char* const kEchoHelp;
extern const char* const kSendHelp;
extern const char* const kReplayHelp;
extern const char* const kDiffHelp;
extern const char* const kServeHelp;
extern const char* const kRecordHelp;
extern const char* const kQueryHelp;
extern const char* const kConvertHelp;

} // namespace app
