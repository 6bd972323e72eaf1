// wsdbg echo: every text and binary message goes back, same opcode and bytes. The engine itself
// answers, as the messages come: so that what came before a Close, or before what breaks a rule,
// goes back before it is closed, and a peer that does not read is held up, never stored.
#include "app/output.h"
#include "app/wsdbg.h"
#include "app/wsdbg_args.h"
#include "app/wsdbg_session.h"

namespace app {

const char* const kEchoHelp =
    R"(Usage: wsdbg echo URL ...
Sends every text and binary message back, same opcode and bytes, until the
connection ends or Ctrl+C. Exit code 0: it ended with 1000, 1001 or no code.

  -H 'Name: value'     a request header (repeatable)
  --subprotocol P      offer a subprotocol (repeatable)
  --origin O           the Origin header
  --insecure           accept any certificate
  --ca FILE            trust these certificates (PEM)
  --cert FILE --key FILE   show this client certificate (PEM)
  --no-deflate         do not offer compression
  --no-auth            for scripts: echo never answers Coda's auth_challenge
  --ping-interval S    send a Ping every S seconds; 10 s of silence: lost
  --connect-timeout S  from name lookup to handshake, all together (10)
  --retry N|forever    attempts until it is connected (0); it never reconnects
  --max-message BYTES  the largest message taken (33554432)

Example: wsdbg echo wss://localhost:9001/case?n=1 --ca test-ca.pem
)";

namespace {

constexpr std::size_t kQueueBytes = 16u << 20;

base::Status read_options(const std::vector<std::string>& given, wire::LinkOptions* options) {
    Arguments arguments;
    LinkArguments link;
    link.add_to(arguments);
    if (const base::Status parsed = arguments.parse(given); !parsed) return parsed;
    if (const base::Status finished = link.finish(arguments); !finished) return finished;
    *options = link.options;
    options->auto_auth = false;
    options->retry_after_open = 0;
    options->echo = true;
    // One message of the largest size on top of what the engine holds: nothing is refused.
    options->max_send_queue = (16u << 20) + options->max_message;
    return {};
}

class Echo {
public:
    Echo(EventPump& pump, const wire::LinkOptions& options)
        : pump_(pump), session_(pump, {std::size_t{1} << 14, kQueueBytes}) {
        session_.dial(options);
    }

    int run() {
        while (!session_.over()) {
            drain();
            if (!session_.over()) sleep();
        }
        if (refused_ != 0)
            say(counted(refused_, "message") + " not sent back: the connection was ending");
        say(session_.summary());
        return stopped_by_signal_ || session_.ended_well() ? kDone : kNo;
    }

private:
    /// At most so many events before signals are looked at again.
    static constexpr int kBatch = 256;

    void drain() {
        wire::Event event;
        for (int i = 0; i < kBatch && session_.events().pop(&event); ++i) {
            session_.see(event);
            if (event.kind == wire::Kind::refused) ++refused_;
        }
    }

    void sleep() {
        const Woke woke = pump_.wait(session_.events(), session_.give_up_ns());
        if (woke != Woke::signal) return;
        stopped_by_signal_ = true;
        session_.stop();
    }

    EventPump& pump_;
    Session session_;
    std::uint64_t refused_ = 0;
    bool stopped_by_signal_ = false;
};

} // namespace

int run_echo(const Invocation& invocation) {
    wire::LinkOptions options;
    if (const base::Status read = read_options(invocation.arguments, &options); !read) {
        say("echo: " + base::one_line(read.error()));
        return kUsage;
    }
    auto pump = EventPump::create(); // before any thread, which inherits its signal mask
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    say_before_connecting(options);
    return Echo(*pump.value(), options).run();
}

} // namespace app
