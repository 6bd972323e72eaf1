// wsdbg diff: two captures held against each other, by the rules of a replay.
#include <optional>

#include "app/output.h"
#include "app/replay_args.h"
#include "app/terminal.h"
#include "app/wsdbg.h"
#include "replay/capture_diff.h"

namespace app {

const char* const kDiffHelp =
    R"(Usage: wsdbg diff CAPTURE_A CAPTURE_B [--ignore PATH]... [--tolerance R]
Compares the messages of two captures by structure and prints what differs.
Exit code 0: they agree, 1: they differ or cannot be read.

Clocks, measured times and counters of Coda's messages need only be of the same
kind, ids only be renamed consistently; order counts between a message that was
sent and its replies. Authentication and what comes by the clock is left out.

  --ignore PATH        do not compare what lies under it (repeatable):
                       data.items[*].id, data["odd name"], or only in one type:
                       latency_trace:data.tool_seconds
  --tolerance R        numbers a, b agree when |a-b| <= R * max(|a|,|b|) (0)

Example: wsdbg diff monday.ndjson tuesday.ndjson --ignore data.model
)";

namespace {

constexpr std::size_t kMostTold = 100;

struct DiffOptions {
    std::string first, second;
    RulesArguments rules;
};

base::Status read_options(const std::vector<std::string>& given, DiffOptions* options) {
    Arguments arguments;
    options->rules.add_to(arguments);
    if (const base::Status parsed = arguments.parse(given); !parsed) return parsed;
    const std::vector<std::string>& words = arguments.words();
    if (words.size() < 2)
        return base::Error{
            "two captures are needed, and " +
                (words.empty() ? std::string("none is") : "only \"" + words[0] + "\" is") +
                " given",
            {},
            {}};
    if (words.size() > 2)
        return base::Error{"\"" + words[2] + "\" is too much: there are two captures", {}, {}};
    options->first = words[0];
    options->second = words[1];
    return {};
}

bool read(const std::string& path, std::optional<replay::Recording>* recording, bool* damaged) {
    std::vector<std::string> said;
    bool lost = false;
    base::Result<replay::Recording> made =
        replay::read_recording(path, replay::RecordingMaker({}, false), &said, &lost);
    for (const std::string& line : said) say(line);
    *damaged = *damaged || lost;
    if (!made) {
        say(made.error());
        return false;
    }
    *recording = std::move(made.value());
    return true;
}

} // namespace

int run_diff(const Invocation& invocation) {
    DiffOptions options;
    if (const base::Status read = read_options(invocation.arguments, &options); !read) {
        say("diff: " + base::one_line(read.error()));
        return kUsage;
    }
    std::optional<replay::Recording> a, b;
    bool damaged = false;
    if (!read(options.first, &a, &damaged) || !read(options.second, &b, &damaged)) return kNo;
    const replay::CaptureDiff found = replay::diff(*a, *b, options.rules.rules);

    Output output;
    for (const std::string& line : replay::lines_of(found, kMostTold))
        output.buffer() += shown_text(line) + '\n';
    auto pump = EventPump::create();
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    if (output.flush(*pump.value()) == Output::Flow::failed) {
        say(output.fault());
        return kNo;
    }
    say(replay::counts_line(found));
    return found.same() && !damaged ? kDone : kNo;
}

} // namespace app
