// wsdbg tail: live events, one line each.
#include <algorithm>

#include "app/filter_argument.h"
#include "app/output.h"
#include "app/terminal.h"
#include "app/wsdbg.h"
#include "app/wsdbg_args.h"
#include "app/wsdbg_session.h"
#include "base/text.h"
#include "capture/line_writer.h"

namespace app {

const char* const kTailHelp =
    R"(Usage: wsdbg tail URL [FILTER] [-o CAPTURE] [--json] [--for SECONDS] [--count N]
Shows what happens on a WebSocket connection, one line an event, until Ctrl+C.

  FILTER               show only what passes: 'type == llm_result', 'size > 2kB'
  -o CAPTURE           also write it all to a file; --overwrite: over an old one
  --json               lines of the capture format in place of words
  --for SECONDS        end after so long
  --count N            end after N text and binary messages were shown
Connection:
  -H 'Name: value'     a request header (repeatable)
  --subprotocol P      offer a subprotocol (repeatable)
  --origin O           the Origin header
  --insecure           accept any certificate
  --ca FILE            trust these certificates (PEM)
  --cert FILE --key FILE   show this client certificate (PEM)
  --no-deflate         do not offer compression
  --no-auth            do not answer Coda's auth_challenge
  --ping-interval S    send a Ping every S seconds
  --connect-timeout S  from name lookup to handshake, all together (10)
  --retry N|forever    attempts after a failure (forever once it was connected)
  --max-message BYTES  the largest message taken (33554432)

Example: wsdbg tail ws://localhost:8765 'dir == in and data.error?' --count 100
)";

namespace {

struct TailOptions {
    LinkArguments link;
    CaptureArguments capture;
    std::string filter; ///< as given; empty: none
    bool json = false;
    double for_s = 0;        ///< 0: no limit
    std::uint64_t count = 0; ///< 0: no limit
};

base::Status read_options(const std::vector<std::string>& given, TailOptions* options) {
    Arguments arguments;
    options->link.options.retry_after_open = wire::LinkOptions::kForever;
    options->link.add_to(arguments);
    options->capture.add_to(arguments);
    arguments.flag("--json", &options->json);
    arguments.number("--for", &options->for_s, 0, 1e9, true);
    arguments.whole("--count", &options->count, 1, std::uint64_t{1} << 62);
    if (const base::Status parsed = arguments.parse(given); !parsed) return parsed;
    if (const base::Status link = options->link.finish(arguments, 2); !link) return link;
    if (arguments.words().size() > 1) options->filter = arguments.words()[1];
    return options->capture.finish();
}

/// Why tail ends, when the connection did not end it.
enum class Stop : std::uint8_t { none, signal, time, count, reader_gone, output_fault, file_fault };

class Tail {
public:
    Tail(EventPump& pump, const TailOptions& options, model::Filter filter,
         std::unique_ptr<capture::FileWriter> file)
        : pump_(pump), options_(options), filter_(std::move(filter)), file_(std::move(file)),
          session_(pump, options.link.options) {
        pump_.watch_hang_up(output_.pipe_fd());
        if (options.for_s > 0)
            end_ns_ = session_.started().mono_ns + static_cast<std::int64_t>(options.for_s * 1e9);
    }

    int run() {
        while (!session_.over()) {
            drain();
            hand_over();
            if (session_.over()) break;
            sleep();
        }
        end_output();
        say(session_.summary() + told());
        return exit_code();
    }

private:
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
        session_.see(event);
        if (event.kind == wire::Kind::status) return;
        if (wire::is_message(event.kind) && full()) {
            ++beyond_count_; // what still came while the connection was being closed
            return;
        }
        const wire::EventView view = whole_view(event);
        keep(view);
        if (!filter_.matches(view)) return;
        messages_ += wire::is_message(event.kind);
        show(view);
        if (full()) stop(Stop::count);
    }

    /// With all that a filter may ask for. The number is that of the line in a capture of it all.
    wire::EventView whole_view(const wire::Event& event) {
        wire::EventView view = wire::view_of(event);
        if (event.details && !event.details->url.empty()) url_ = event.details->url;
        view.id = ++seen_;
        view.start_mono_ns = session_.started().mono_ns;
        view.url = url_;
        return view;
    }

    bool full() const { return options_.count != 0 && messages_ >= options_.count; }

    void keep(const wire::EventView& view) {
        if (file_ && stop_ != Stop::file_fault)
            if (const base::Status kept = file_->append(view); !kept) lose_file(kept.error());
    }

    void show(const wire::EventView& view) {
        if (muted_) {
            ++lost_;
            return;
        }
        if (options_.json)
            capture::append_line(output_.buffer(), view, view.id, session_.started().mono_ns);
        else
            output_.buffer() += row(view, {output_.color(), output_.columns()});
    }

    /// Both outputs get what they are to have before anything is waited for.
    void hand_over() {
        if (file_ && stop_ != Stop::file_fault)
            if (const base::Status kept = file_->flush(); !kept) lose_file(kept.error());
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
        switch (pump_.wait(session_.events(), next_deadline())) {
        case Woke::signal: stop(Stop::signal); break;
        case Woke::hung_up: stop(Stop::reader_gone); break;
        case Woke::deadline: at_deadline(); break;
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
            muted_ = true;
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
        if (stop_ == Stop::none || why == Stop::file_fault || why == Stop::output_fault)
            stop_ = why;
        if (!session_.stopping() || again) session_.stop();
    }

    void lose_file(const base::Error& error) {
        say(error);
        stop(Stop::file_fault);
    }

    /// What is still in the buffer. Without a signal its reader may be as slow as it likes.
    void end_output() {
        pump_.watch_hang_up(-1);
        if (!muted_ && output_.flush(pump_, patience_ns_) == Output::Flow::interrupted)
            muted_ = true;
        if (muted_ && stop_ == Stop::signal)
            say("nobody read standard output: its last " +
                base::size_text(output_.buffer().size()) + " and " + counted(lost_, "event") +
                " after that were not written");
    }

    std::string told() const {
        std::string text;
        if (file_) text += ", " + counted(file_->lines(), "event") + " in " + file_->path();
        if (beyond_count_ != 0)
            text += ", " + base::count_text(beyond_count_) + " more while closing";
        return text;
    }

    int exit_code() const {
        switch (stop_) {
        case Stop::signal:
        case Stop::count:
        case Stop::reader_gone: return kDone;
        case Stop::time:
            if (session_.ever_open()) return kDone;
            say("not connected within the " +
                base::duration_text(end_ns_ - session_.started().mono_ns) + " of --for");
            return kNo;
        case Stop::output_fault:
        case Stop::file_fault: return kNo;
        case Stop::none: break;
        }
        return session_.ended_well() ? kDone : kNo;
    }

    EventPump& pump_;
    const TailOptions& options_;
    model::Filter filter_;
    std::unique_ptr<capture::FileWriter> file_;
    Output output_;
    Session session_;
    std::int64_t end_ns_ = EventPump::kNever; ///< of --for
    Stop stop_ = Stop::none;
    std::int64_t patience_ns_ = EventPump::kNever; ///< with a slow reader, once a signal came
    bool muted_ = false;                           ///< standard output takes nothing more
    std::uint64_t lost_ = 0;                       ///< events that were not written to it
    std::uint64_t seen_ = 0;                       ///< events, shown or not
    std::uint64_t messages_ = 0;                   ///< shown
    std::string url_;                              ///< of the newest attempt
    std::uint64_t beyond_count_ = 0;
};

} // namespace

int run_tail(const Invocation& invocation) {
    TailOptions options;
    if (const base::Status read = read_options(invocation.arguments, &options); !read) {
        say("tail: " + base::one_line(read.error()));
        return kUsage;
    }
    const std::optional<model::Filter> filter = filter_argument("tail", options.filter);
    if (!filter) return kUsage;
    auto pump = EventPump::create(); // before any thread, which inherits its signal mask
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    std::unique_ptr<capture::FileWriter> file;
    if (!options.capture.path.empty()) {
        auto created = capture::FileWriter::create(options.capture.path, options.capture.overwrite,
                                                   base::stamp_now(), invocation.program);
        if (!created) {
            say(created.error());
            return kNo;
        }
        file = std::move(created.value());
    }
    say_before_connecting(options.link.options);
    return Tail(*pump.value(), options, *filter, std::move(file)).run();
}

} // namespace app
