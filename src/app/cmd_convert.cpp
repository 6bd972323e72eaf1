// wsdbg convert: a capture into another format, through a temporary file beside it.
#include "app/capture_input.h"
#include "app/capture_output.h"
#include "app/output.h"
#include "app/read_ahead.h"
#include "app/wsdbg.h"
#include "app/wsdbg_args.h"
#include "base/text.h"
#include "capture/har_reader.h"

namespace app {

const char* const kConvertHelp =
    R"(Usage: wsdbg convert IN OUT [--redact]
Converts a capture; the names' ends say from what and into what:

  .ndjson   a capture of this program
  .har      HAR 1.2 with WebSocket messages, as Chrome's DevTools export and
            import it; what HAR has no place for is in members named _...
  .csv      a table for spreadsheets (OUT only)

  --redact  replace tokens, passwords and cookies by marks; equal values keep
            equal marks. Without it, HAR and CSV say how many were written

An OUT that is there is replaced once all is written; a failure leaves it as
it was. Damaged lines of IN are left out and told, and the exit code is 1.

Example: wsdbg convert session.ndjson session.har --redact
)";

namespace {

struct ConvertOptions {
    std::string in, out;
    CaptureFormat format = CaptureFormat::none; ///< of `out`
    bool redact = false;
};

base::Error wrong(std::string line) { return {std::move(line), {}, {}}; }

base::Status read_options(const std::vector<std::string>& given, ConvertOptions* options) {
    Arguments arguments;
    arguments.flag("--redact", &options->redact);
    if (const base::Status parsed = arguments.parse(given); !parsed) return parsed;
    const auto& words = arguments.words();
    if (words.size() < 2) return wrong("IN and OUT are needed, such as session.ndjson session.har");
    if (words.size() > 2) return wrong("\"" + words[2] + "\" is too much: there are IN and OUT");
    options->in = words[0];
    options->out = words[1];
    options->format = format_of(options->out);
    const CaptureFormat from = format_of(options->in);
    if (from == CaptureFormat::none || from == CaptureFormat::csv)
        return wrong("cannot tell how to read \"" + options->in +
                     "\": its name has to end in "
                     ".ndjson or .har");
    if (options->format == CaptureFormat::none)
        return wrong("cannot tell how to write \"" + options->out +
                     "\": its name has to end in .ndjson, .har or .csv");
    return {};
}

class Convert {
public:
    Convert(EventPump& pump, const ConvertOptions& options, capture::Reader& reader,
            capture::StopSign& stop, Replacement& out, std::string program)
        : pump_(pump), options_(options), reader_(reader), stop_(stop), out_(out),
          // HAR and CSV are made to be given away: what they tell is counted.
          written_(out, {options.format, options.redact, options.format != CaptureFormat::ndjson,
                         std::move(program)}),
          progress_("converted") {}

    base::Status run() {
        if (const base::Status done = read(); !done) return done;
        if (!reader_.failed()) return reader_.failed();
        if (const base::Status begun = begin(); !begun) return begun;
        if (const base::Status ended = written_.end(); !ended) return ended;
        progress_.clear();
        return out_.finish();
    }

    std::uint64_t secrets() const { return written_.secrets(); }
    void clear() { progress_.clear(); }

private:
    static constexpr std::uint64_t kBetweenLooks = 4096;

    base::Status read() {
        ReadAhead ahead(reader_, stop_, pump_.wake());
        wire::EventView event;
        for (;;) {
            const ReadAhead::Next next = ahead.next(&event);
            if (next == ReadAhead::Next::end) return {};
            if (next == ReadAhead::Next::event)
                if (const base::Status put = take(event); !put) return put;
            const bool waits = next == ReadAhead::Next::none_yet;
            if (waits || seen_ % kBetweenLooks == 0)
                if (const base::Status on = look(ahead, waits ? EventPump::kNever : 0); !on)
                    return on;
        }
    }

    /// Waits for the first event: only then the reader knows when all began.
    base::Status begin() {
        return written_.begun() ? base::Status() : written_.begin(reader_.started_wall_ns());
    }

    base::Status take(const wire::EventView& event) {
        ++seen_;
        if (const base::Status begun = begin(); !begun) return begun;
        return written_.append(event);
    }

    base::Status look(const ReadAhead& ahead, std::int64_t until_ns) {
        progress_.show(ahead.bytes_read(), ahead.bytes_total(), seen_);
        if (pump_.wait(until_ns) != Woke::signal) return {};
        return base::Error{"stopped by a signal", options_.out + " is as it was", {}};
    }

    EventPump& pump_;
    const ConvertOptions& options_;
    capture::Reader& reader_;
    capture::StopSign& stop_;
    Replacement& out_;
    CaptureOutput written_;
    ProgressLine progress_;
    std::uint64_t seen_ = 0; ///< events
};

void tell_secrets(const ConvertOptions& options, std::uint64_t secrets) {
    if (options.redact)
        say(counted(secrets, "secret") + " replaced by marks");
    else if (options.format != CaptureFormat::ndjson)
        say(counted(secrets, "secret") + " written to " + options.out +
            (secrets == 1 ? ": --redact hides it" : ": --redact hides them"));
}

} // namespace

int run_convert(const Invocation& invocation) {
    ConvertOptions options;
    if (const base::Status read = read_options(invocation.arguments, &options); !read) {
        say("convert: " + base::one_line(read.error()));
        return kUsage;
    }
    // Before the pump, which blocks signals: they end what takes long here as they do everywhere.
    capture::ReadProgress reading;
    auto reader = capture::open_any(options.in, &reading);
    if (!reader) {
        say(reader.error());
        return kNo;
    }
    auto pump = EventPump::create();
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    auto out = Replacement::create(options.out);
    if (!out) {
        say(out.error());
        return kNo;
    }
    Convert convert(*pump.value(), options, reader.value(), reading.stop, *out.value(),
                    invocation.program);
    if (const base::Status done = convert.run(); !done) {
        convert.clear();
        say(done.error());
        return kNo;
    }
    tell_secrets(options, convert.secrets());
    return tell_reading(reader.value(), options.in);
}

} // namespace app
