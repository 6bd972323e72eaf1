// wsdbg tail: live events, one line each.
// wsdbg record: the same into a file, quietly.
#include <algorithm>
#include <optional>

#include "app/capture_input.h"
#include "app/filter_argument.h"
#include "app/output.h"
#include "app/terminal.h"
#include "app/wsdbg.h"
#include "app/wsdbg_args.h"
#include "app/wsdbg_session.h"
#include "base/text.h"
#include "capture/line_writer.h"
#include "capture/redact.h"

namespace app {

const char* const kTailHelp =
    R"(Usage: wsdbg tail URL [FILTER] [-o CAPTURE] [--json] [--for S] [--count N] ...
Shows what happens on a WebSocket connection, one line an event, until Ctrl+C.
  FILTER               only what passes (wsdbg query --help)
  -o CAPTURE           also write all of it to a file; --overwrite an old one
  --json               lines of the capture format in place of words
  --redact             replace tokens, passwords and cookies by marks
  --for S, --count N   end after S seconds, after N text and binary messages
)"
#define CONNECTION_HELP                                                                 \
    "Connection:\n"                                                                     \
    "  -H 'Name: value'     a request header (repeatable)\n"                            \
    "  --subprotocol P      offer a subprotocol (repeatable)\n"                         \
    "  --origin O           the Origin header\n"                                        \
    "  --insecure           accept any certificate\n"                                   \
    "  --ca FILE            trust these certificates (PEM)\n"                           \
    "  --cert FILE --key FILE   show this client certificate (PEM)\n"                   \
    "  --no-deflate         do not offer compression\n"                                 \
    "  --no-auth            do not answer Coda's auth_challenge\n"                      \
    "  --ping-interval S    send a Ping every S seconds; 10 s of silence: lost\n"       \
    "  --connect-timeout S  from name lookup to handshake, all together (10)\n"         \
    "  --retry N|forever    attempts after a failure (forever once it was connected)\n" \
    "  --max-message BYTES  the largest message taken (33554432)\n"
    CONNECTION_HELP R"(Example: wsdbg tail ws://localhost:8765 'type == llm_token' -o session.ndjson
)";

const char* const kRecordHelp =
    R"(Usage: wsdbg record URL -o CAPTURE [--for S] [--count N] ...
Writes what happens on a WebSocket connection to a file, until Ctrl+C. What has
happened is in the file within 100 ms, whatever becomes of this program.
  -o CAPTURE           the file (.ndjson); --overwrite: over an old one
  --redact             replace tokens, passwords and cookies by marks
  --for S, --count N   end after S seconds, after N text and binary messages
)" CONNECTION_HELP R"(Example: wsdbg record ws://localhost:8765 -o session.ndjson --for 60
)";
#undef CONNECTION_HELP

namespace {

struct TailOptions {
    LinkArguments link;
    CaptureArguments capture;
    model::Filter filter;
    bool quiet = false; ///< record: the file is all
    bool json = false, redact = false;
    double for_s = 0;        ///< 0: no limit
    std::uint64_t count = 0; ///< 0: no limit
};

/// kDone, or the exit code when it has been told what is wrong.
int read_options(const char* command, const std::vector<std::string>& given, TailOptions* options) {
    Arguments arguments;
    options->link.options.retry_after_open = wire::LinkOptions::kForever;
    options->link.add_to(arguments);
    options->capture.add_to(arguments);
    if (!options->quiet) arguments.flag("--json", &options->json);
    arguments.flag("--redact", &options->redact);
    arguments.number("--for", &options->for_s, 0, 1e9, true);
    arguments.whole("--count", &options->count, 1, std::uint64_t{1} << 62);
    base::Status status = arguments.parse(given);
    if (status) status = options->link.finish(arguments, options->quiet ? 1 : 2);
    if (status && options->quiet && options->capture.path.empty())
        status = base::Error{"-o is missing: the file to write", {}, {}};
    if (status) status = options->capture.finish();
    if (!status) {
        say(std::string(command) + ": " + base::one_line(status.error()));
        return kUsage;
    }
    return take_filter(command, arguments.words(), 1, &options->filter) ? kDone : kUsage;
}

/// Why tail ends, when the connection did not end it.
enum class Stop : std::uint8_t { none, signal, time, count, reader_gone, output_fault };

class Tail {
public:
    Tail(EventPump& pump, const TailOptions& options)
        : pump_(pump), options_(options), session_(pump), muted_(options.quiet) {
        if (!options_.quiet) pump_.watch_hang_up(output_.pipe_fd());
        if (options_.redact) redactor_.emplace();
        if (options.for_s > 0)
            end_ns_ = session_.started().mono_ns + static_cast<std::int64_t>(options.for_s * 1e9);
    }

    int run(const std::string& program) {
        if (const base::Status opened = record(program); !opened) {
            say(opened.error());
            return kNo;
        }
        say_before_connecting(options_.link.options);
        session_.dial(options_.link.options);
        while (!session_.over()) {
            drain();
            hand_over();
            if (session_.over()) break;
            sleep();
        }
        end_output();
        session_.end_recording();
        progress_.clear();
        say(session_.summary() + told());
        return exit_code();
    }

private:
    base::Status record(const std::string& program) {
        if (options_.capture.path.empty()) return {};
        capture::RecorderOptions recorder;
        recorder.path = options_.capture.path;
        recorder.overwrite = options_.capture.overwrite;
        recorder.program = program;
        recorder.redact = options_.redact;
        // With a filter it is decided here which messages are counted, and the file holds all.
        if (options_.filter.everything()) recorder.message_limit = options_.count;
        return session_.record(std::move(recorder));
    }

    /// At most so many events before signals and the clock are looked at again.
    static constexpr int kBatch = 256;
    static constexpr std::size_t kFlushAt = 64u << 10;
    static constexpr std::int64_t kLastWordsNs = base::kSecond;

    void drain() {
        wire::Event event;
        for (int i = 0; i < kBatch; ++i) {
            if (!muted_ && output_.buffer().size() >= kFlushAt) return;
            if (!session_.events().pop(&event)) return;
            take(event);
        }
    }

    void take(const wire::Event& event) {
        if (wire::is_message(event.kind) && full()) { // what still came while it was being closed
            session_.see(event);
            ++beyond_count_;
            return;
        }
        progress_clear_for(event);
        session_.see(event);
        if (event.kind == wire::Kind::status) return;
        wire::EventView view = wire::view_of(event);
        view.start_mono_ns = session_.started().mono_ns;
        context_.fill(&view);
        if (!options_.filter.everything() && !options_.filter.matches(view)) return;
        if (wire::is_message(event.kind)) ++messages_;
        show(view);
        if (full()) stop(Stop::count);
    }

    bool full() const { return options_.count != 0 && messages_ >= options_.count; }

    void show(wire::EventView view) {
        if (options_.quiet) return;
        if (muted_) {
            ++lost_;
            return;
        }
        if (redactor_) view = redactor_->redact(view);
        if (options_.json)
            lines_.append(output_.buffer(), view);
        else
            output_.buffer() += row(view, {output_.color(), output_.columns()});
    }

    /// Words on standard error are not written behind the progress.
    void progress_clear_for(const wire::Event& event) {
        if (event.kind == wire::Kind::failed || event.kind == wire::Kind::closed) progress_.clear();
    }

    void hand_over() {
        if (const auto news = session_.recording_news()) {
            progress_.clear();
            say(*news);
        }
        if (options_.quiet) {
            const wire::RecordingState state = session_.recording();
            progress_.show(state.bytes, 0, state.events);
        }
        if (!muted_) react(output_.flush(pump_, std::min(next_deadline(), patience_ns_)));
    }

    void react(Output::Flow flow) {
        switch (flow) {
        case Output::Flow::ok: break;
        case Output::Flow::closed: stop(Stop::reader_gone); break;
        case Output::Flow::interrupted: at_interruption(); break;
        case Output::Flow::failed:
            say(output_.fault());
            stop(Stop::output_fault);
            break;
        }
    }

    void sleep() {
        const bool shows_progress = options_.quiet && progress_.on_terminal();
        const std::int64_t look_ns =
            shows_progress ? base::mono_now_ns() + base::kSecond / 2 : EventPump::kNever;
        switch (pump_.wait(session_.events(), std::min(next_deadline(), look_ns))) {
        case Woke::signal: stop(Stop::signal); break;
        case Woke::hung_up: stop(Stop::reader_gone); break;
        case Woke::deadline:
            if (base::mono_now_ns() >= next_deadline()) at_deadline();
            break;
        case Woke::wake:
        case Woke::ready: break;
        }
    }

    std::int64_t next_deadline() const {
        return session_.stopping() ? session_.give_up_ns() : end_ns_;
    }
    /// A signal or the clock came while the reader was slow. After a signal the reader has little
    /// time left: the end is not to wait for it. Without one nothing is left out.
    void at_interruption() {
        const std::int64_t now = base::mono_now_ns();
        if (now >= patience_ns_)
            mute_slow();
        else if (now >= next_deadline())
            at_deadline();
        else
            stop(Stop::signal);
    }
    /// While stopping the deadline is the session's own: it is over then.
    void at_deadline() {
        if (!session_.stopping()) stop(Stop::time);
    }

    void stop(Stop why) {
        if (why == Stop::reader_gone) pump_.watch_hang_up(-1);
        if (why == Stop::reader_gone || why == Stop::output_fault) muted_ = true;
        if (why == Stop::signal && patience_ns_ == EventPump::kNever)
            patience_ns_ = base::mono_now_ns() + kLastWordsNs;
        const bool again = why == Stop::signal;
        if (stop_ == Stop::none || why == Stop::output_fault) stop_ = why;
        if (!session_.stopping() || again) session_.stop();
    }

    /// What had come by the end and was not shown yet, and what is in the buffer. Without a signal
    /// its reader may be as slow as it likes.
    void end_output() {
        pump_.watch_hang_up(-1);
        session_.take_rest([this](const wire::Event& event) {
            take(event);
            if (output_.buffer().size() >= kFlushAt) write_out();
        });
        write_out();
        if (cut_)
            say("nobody read standard output: its last " +
                base::size_text(output_.buffer().size()) + " and " + counted(lost_, "event") +
                " after that were not written");
    }

    void write_out() {
        while (!muted_ && !output_.buffer().empty()) {
            const Output::Flow flow = output_.flush(pump_, patience_ns_);
            if (flow == Output::Flow::interrupted && patience_ns_ == EventPump::kNever)
                patience_ns_ = base::mono_now_ns() + kLastWordsNs;
            else if (flow == Output::Flow::interrupted)
                mute_slow();
            else
                react(flow);
        }
    }

    /// The reader of standard output is not waited for any more.
    void mute_slow() { muted_ = cut_ = true; }

    std::string told() const {
        std::string text = session_.recording_summary();
        if (beyond_count_ != 0)
            text += ", " + base::count_text(beyond_count_) + " more while closing";
        return text;
    }

    int exit_code() const {
        if (!session_.recording_whole()) return kNo;
        switch (stop_) {
        case Stop::signal:
        case Stop::count:
        case Stop::reader_gone: return kDone;
        case Stop::time:
            if (session_.ever_open()) return kDone;
            say("not connected within the " +
                base::duration_text(end_ns_ - session_.started().mono_ns) + " of --for");
            return kNo;
        case Stop::output_fault: return kNo;
        case Stop::none: break;
        }
        return session_.ended_well() ? kDone : kNo;
    }

    EventPump& pump_;
    const TailOptions& options_;
    Output output_;
    ProgressLine progress_{"recorded"};
    Session session_;
    EventContext context_{asks_for(options_.filter, model::Field::rtt)};
    std::optional<capture::Redactor> redactor_;
    capture::LineWriter lines_{session_.started().mono_ns};
    std::int64_t end_ns_ = EventPump::kNever; ///< of --for
    Stop stop_ = Stop::none;
    std::int64_t patience_ns_ = EventPump::kNever; ///< with a slow reader, once a signal came
    bool muted_;                                   ///< standard output takes nothing more
    bool cut_ = false;                             ///< because its reader was too slow
    std::uint64_t lost_ = 0;                       ///< events that were not written to it
    std::uint64_t messages_ = 0;
    std::uint64_t beyond_count_ = 0;
};

int run(const char* command, const Invocation& invocation, bool quiet) {
    TailOptions options;
    options.quiet = quiet;
    if (const int wrong = read_options(command, invocation.arguments, &options); wrong != kDone)
        return wrong;
    auto pump = EventPump::create(); // before any thread, which inherits its signal mask
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    return Tail(*pump.value(), options).run(invocation.program);
}

} // namespace

int run_tail(const Invocation& invocation) { return run("tail", invocation, false); }
int run_record(const Invocation& invocation) { return run("record", invocation, true); }

} // namespace app
