// wsdbg serve: the Coda simulator, and what crosses it in a capture.
#include <utility>

#include "app/output.h"
#include "app/wsdbg.h"
#include "app/wsdbg_args.h"
#include "base/text.h"
#include "capture/recorder.h"
#include "sim/server.h"

namespace app {

const char* const kServeHelp =
    R"(Usage: wsdbg serve [--port P] [--host H] [--dialect guide|backend] ...
Runs the Coda simulator, a WebSocket server to try clients on, until Ctrl+C.
It prints "listening ws://HOST:PORT" once it accepts connections.

  --port P            the port to listen on (8765); 0: a free one
  --host H            the address to listen on (127.0.0.1)
  --dialect guide     as Coda's guide describes it (this is the default)
  --dialect backend   as the real backend behaves: authentication, seq, repeats
  --rate N            N more events a second, beside what commands cause (0);
                      from 0.001 to 1000000
  --seed N            same seed, same text_input: same events (1)
  -o CAPTURE          write what crosses to a file (.ndjson), seen from the
                      clients; --overwrite: over an old one

Example: wsdbg serve --port 0 --dialect backend -o served.ndjson
)";

namespace {

constexpr double kLeastRate = 0.001; ///< events a second; rarer ones nobody waits for

struct ServeOptions {
    sim::ServerOptions server;
    CaptureArguments capture;
};

std::string take_dialect(const std::string& given, sim::Dialect* dialect) {
    if (given == "guide")
        *dialect = sim::Dialect::guide;
    else if (given == "backend")
        *dialect = sim::Dialect::backend;
    else
        return "\"" + given + "\" is not a dialect: write guide or backend";
    return {};
}

base::Status read_options(const std::vector<std::string>& given, ServeOptions* options) {
    Arguments arguments;
    sim::ServerOptions& server = options->server;
    std::uint64_t port = 8765;
    options->capture.add_to(arguments);
    arguments.whole("--port", &port, 0, 65535);
    arguments.text("--host", &server.host);
    arguments.option("--dialect",
                     [&server](const std::string& v) { return take_dialect(v, &server.dialect); });
    arguments.number("--rate", &server.rate, 0, 1e6);
    arguments.whole("--seed", &server.seed, 0, ~std::uint64_t{0});
    if (const base::Status parsed = arguments.parse(given); !parsed) return parsed;
    if (server.rate > 0 && server.rate < kLeastRate)
        return base::Error{"--rate: write 0, or a number from 0.001 to 1000000", {}, {}};
    if (!arguments.words().empty())
        return base::Error{
            "\"" + arguments.words()[0] + "\" is too much: serve takes options only", {}, {}};
    server.port = static_cast<std::uint16_t>(port);
    server.record = !options->capture.path.empty();
    return options->capture.finish();
}

/// Serves until a signal comes, while a recorder keeps what crosses.
class Serve {
public:
    Serve(EventPump& pump, sim::Server& server, capture::Recorder* recorder)
        : pump_(pump), server_(server), recorder_(recorder) {}

    int run() {
        output_.buffer() = "listening " + server_.url() + "\n";
        // A reader who goes away after this line has what it wanted: the server stays.
        if (output_.flush(pump_) == Output::Flow::failed) {
            say(output_.fault());
            return kNo;
        }
        while (pump_.wait(EventPump::kNever) != Woke::signal) tell_faults();
        server_.stop();
        if (recorder_ == nullptr) { // nothing is recorded, and so nothing was counted
            say("stopped");
            return kDone;
        }
        // The last Close frames, as the recorder makes room for them.
        while (!server_.top_up()) (void)pump_.wait(base::mono_now_ns() + base::kMillisecond);
        recorder_->finish();
        tell_faults();
        const wire::RecordingState state = recorder_->state();
        std::string words = "stopped: " + counted(state.connections, "client") + ", " +
                            counted(state.messages, "message") + ", " +
                            counted(state.events, "event") + " in " + state.file;
        if (state.gap != 0) words += " (" + base::count_text(state.gap) + " missing)";
        say(words);
        return wire::whole(state) ? kDone : kNo;
    }

private:
    void tell_faults() {
        if (recorder_ == nullptr) return;
        const wire::RecordingState state = recorder_->state();
        if (state.faults != std::exchange(faults_told_, state.faults)) say(state.last_error);
    }

    EventPump& pump_;
    sim::Server& server_;
    capture::Recorder* recorder_;
    Output output_;
    std::uint64_t faults_told_ = 0;
};

} // namespace

int run_serve(const Invocation& invocation) {
    ServeOptions options;
    if (const base::Status read = read_options(invocation.arguments, &options); !read) {
        say("serve: " + base::one_line(read.error()));
        return kUsage;
    }
    auto pump = EventPump::create(); // before any thread, which inherits its signal mask
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    capture::RecorderOptions recording;
    recording.path = options.capture.path;
    recording.overwrite = options.capture.overwrite;
    recording.started = base::stamp_now();
    recording.program = invocation.program;
    recording.changed = pump.value()->wake();
    const auto bell = std::make_shared<capture::Bell>();
    options.server.wake = [bell] { bell->ring(); };
    auto server = sim::Server::start(options.server);
    if (!server) {
        say(server.error());
        return kNo;
    }
    std::unique_ptr<capture::Recorder> recorder;
    if (options.server.record) {
        auto started = capture::Recorder::start(server.value()->events(), bell, recording);
        if (!started) {
            say(started.error());
            return kNo;
        }
        recorder = std::move(started.value());
    }
    return Serve(*pump.value(), *server.value(), recorder.get()).run();
}

} // namespace app
