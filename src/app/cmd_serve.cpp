// wsdbg serve: the Coda simulator, and what crosses it in a capture.
#include "app/output.h"
#include "app/wsdbg.h"
#include "app/wsdbg_args.h"
#include "capture/file_writer.h"
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

/// Serves until a signal comes, and keeps what crosses.
class Serve {
public:
    Serve(EventPump& pump, sim::Server& server, std::unique_ptr<capture::FileWriter> file)
        : pump_(pump), server_(server), file_(std::move(file)) {}

    int run() {
        output_.buffer() = "listening " + server_.url() + "\n";
        // A reader who goes away after this line has what it wanted: the server stays.
        if (output_.flush(pump_) == Output::Flow::failed) {
            say(output_.fault());
            return kNo;
        }
        while (!fault_) {
            drain(kBatch);
            if (pump_.wait(server_.events(), EventPump::kNever) == Woke::signal) break;
        }
        server_.stop(); // with the last Close frames in its queue
        while (!drain(kBatch))
            if (fault_) break;
        // Without a file nothing is recorded, and so nothing was counted.
        say(!file_
                ? "stopped"
                : "stopped: " + counted(clients_, "client") + ", " + counted(messages_, "message") +
                      ", " + counted(file_->lines(), "event") + " in " + file_->path());
        return fault_ ? kNo : kDone;
    }

private:
    static constexpr int kBatch = 1024;

    /// True when nothing was left.
    bool drain(int most) {
        wire::Event event;
        bool empty = true;
        for (int i = 0; i < most; ++i) {
            empty = !server_.events().pop(&event);
            if (empty) break;
            take(event);
        }
        if (file_ && !fault_) keep(file_->flush());
        return empty;
    }

    void take(const wire::Event& event) {
        if (event.kind == wire::Kind::status) return;
        if (event.kind == wire::Kind::open) ++clients_;
        if (wire::is_message(event.kind)) ++messages_;
        if (file_ && !fault_) keep(file_->append(wire::view_of(event)));
    }

    void keep(const base::Status& kept) {
        if (kept) return;
        say(kept.error());
        fault_ = true;
    }

    EventPump& pump_;
    sim::Server& server_;
    std::unique_ptr<capture::FileWriter> file_;
    Output output_;
    std::uint64_t clients_ = 0;
    std::uint64_t messages_ = 0;
    bool fault_ = false;
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
    const base::Stamp started = base::stamp_now();
    options.server.wake = pump.value()->wake();
    auto server = sim::Server::start(options.server);
    if (!server) {
        say(server.error());
        return kNo;
    }
    std::unique_ptr<capture::FileWriter> file;
    if (!options.capture.path.empty()) {
        auto created = capture::FileWriter::create(options.capture.path, options.capture.overwrite,
                                                   started, invocation.program);
        if (!created) {
            say(created.error());
            return kNo;
        }
        file = std::move(created.value());
    }
    return Serve(*pump.value(), *server.value(), std::move(file)).run();
}

} // namespace app
