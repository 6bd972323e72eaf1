// wsdbg check: the connection, step by step, with a verdict.
#include "app/check_report.h"
#include "app/output.h"
#include "app/wsdbg.h"
#include "app/wsdbg_args.h"
#include "app/wsdbg_session.h"
#include "net/check.h"
#include "net/url.h"

namespace app {

const char* const kCheckHelp =
    R"(Usage: wsdbg check URL [--json] ...
Tries the connection step by step and says what works, what does not, why, and
what to do. At most four TCP connections, one at a time; a few seconds.
Exit code 0: it works; 1: it does not.

  --json               one object: url, verdict, phase, error, steps
  -H 'Name: value'     a request header (repeatable)
  --subprotocol P      offer a subprotocol (repeatable)
  --origin O           the Origin header
  --insecure           go on with any certificate, and say what is wrong with it
  --ca FILE            trust these certificates (PEM)
  --cert FILE --key FILE   show this client certificate (PEM)
  --no-deflate         do not offer compression
  --no-auth            do not answer Coda's auth_challenge
  --connect-timeout S  from name lookup to handshake, all together (10)
  --max-message BYTES  the largest message taken (33554432)
  --retry, --ping-interval   for scripts: a check tries once and pings itself

Example: wsdbg check ws://localhost:8765
)";

namespace {

struct CheckArguments {
    LinkArguments link;
    bool json = false;
};

base::Status read_options(const std::vector<std::string>& given, CheckArguments* read,
                          std::string* url) {
    Arguments arguments;
    read->link.add_to(arguments);
    arguments.flag("--json", &read->json);
    if (const base::Status parsed = arguments.parse(given); !parsed) return parsed;
    if (arguments.words().size() == 1) *url = arguments.words().front();
    return read->link.finish(arguments);
}

bool url_at_fault(const std::string& url) { return !net::url_from_text(url).ok(); }

wire::CheckState refused_url(const std::string& url, const base::Error& error) {
    wire::CheckState state;
    state.url = net::url_without_secrets(url);
    state.phase = "URL";
    state.error = error;
    state.steps.push_back({"URL", wire::CheckMark::failed, 0, 0, error.what, {}, error});
    return state;
}

/// Prints what is new of it.
class Report {
public:
    Report(EventPump& pump, bool json) : pump_(pump), json_(json) {}

    Output::Flow show(const wire::CheckState& state) {
        if (json_ && state.running) return Output::Flow::ok;
        std::string& text = output_.buffer();
        if (json_) {
            text += check_json(state);
        } else {
            if (!head_) text += "Check of " + state.url + "\n";
            head_ = true;
            for (; steps_ < state.steps.size(); ++steps_) {
                const wire::CheckStep& step = state.steps[steps_];
                if (step.mark == wire::CheckMark::running) break;
                text += step_lines(step, output_.color());
            }
            if (!state.running) text += verdict_lines(state, output_.color());
        }
        const Output::Flow flow = output_.flush(pump_);
        if (flow == Output::Flow::failed) say(output_.fault());
        return flow;
    }

private:
    EventPump& pump_;
    Output output_;
    const bool json_;
    bool head_ = false;
    std::size_t steps_ = 0;
};

int run(EventPump& pump, const CheckArguments& given) {
    Report report(pump, given.json);
    net::CheckOptions options;
    options.link = given.link.options;
    net::Check check(std::move(options), pump.wake());
    for (bool stopping = false;;) {
        const wire::CheckState state = check.state();
        const Output::Flow flow = report.show(state);
        // A signal is taken by whoever waits first; what was to be written then is written next.
        const bool signalled = flow == Output::Flow::interrupted && !stopping;
        if (flow != Output::Flow::ok && !signalled) return kNo;
        if (!state.running && !signalled) {
            if (state.error) say(*state.error);
            if (state.stopped) say("stopped before it was through");
            return state.ok() ? kDone : kNo;
        }
        if (signalled || pump.wait(EventPump::kNever) == Woke::signal) {
            stopping = true;
            check.stop();
        }
    }
}

} // namespace

int run_check(const Invocation& invocation) {
    CheckArguments given;
    std::string url;
    const base::Status read = read_options(invocation.arguments, &given, &url);
    if (!read && (!given.json || url.empty() || !url_at_fault(url))) {
        say("check: " + base::one_line(read.error()));
        return kUsage;
    }
    auto pump = EventPump::create(); // before any thread, which inherits its signal mask
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    if (!read) { // the object comes also when it is the URL that is wrong
        say("check: " + base::one_line(read.error()));
        Report(*pump.value(), true).show(refused_url(url, read.error()));
        return kUsage;
    }
    say_before_connecting(given.link.options);
    return run(*pump.value(), given);
}

} // namespace app
