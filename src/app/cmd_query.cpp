// wsdbg query: the events of a capture that pass a filter.
#include <optional>

#include "app/capture_input.h"
#include "app/filter_argument.h"
#include "app/output.h"
#include "app/read_ahead.h"
#include "app/select.h"
#include "app/terminal.h"
#include "app/wsdbg.h"
#include "app/wsdbg_args.h"
#include "capture/har_reader.h"
#include "capture/line_writer.h"
#include "capture/redact.h"

namespace app {

const char* const kQueryHelp =
    R"(Usage: wsdbg query CAPTURE [FILTER] [--count] [--json] [--select FIELD,...]
Prints the events of a capture (.ndjson or .har) that pass a filter.

  --count              print only how many there are
  --json               lines of the capture format in place of words
  --select FIELD,...   CSV of these fields, with a header line
  --redact             replace tokens, passwords and cookies by marks

A filter is a word to be found in the payload, or compares fields:
  latency   "two words"   type == llm_token   size > 2kB   dir == in
  data.llm_seconds > 1.5   text ~ /cpu.*9[0-9]/i   data.error?
  kind in (ping, pong)   not (type == latency_trace or code == 1000)
Fields: dir kind type size conn n t code url note text rtt; any other name is
a path into the payload's JSON: data.items[0].id, $.size, data["odd key"].

Example: wsdbg query session.ndjson 'data.llm_seconds > 1' --select t,type,size
)";

namespace {

struct QueryOptions {
    std::string path;
    model::Filter filter;
    bool count = false, json = false, redact = false;
    std::optional<Select> select;
};

/// kDone, or the exit code when it has been told what is wrong.
int read_options(const std::vector<std::string>& given, QueryOptions* options) {
    Arguments arguments;
    arguments.flag("--count", &options->count);
    arguments.flag("--json", &options->json);
    arguments.flag("--redact", &options->redact);
    arguments.option("--select", [options](const std::string& list) {
        auto select = Select::parse(list);
        if (!select) return select.error().what;
        options->select = std::move(select.value());
        return std::string();
    });
    base::Status parsed = arguments.parse(given);
    if (parsed && arguments.words().empty())
        parsed = base::Error{"the capture is missing, such as session.ndjson", {}, {}};
    if (parsed && options->select && (options->json || options->count))
        parsed = base::Error{"--select prints CSV: it does not go with --json or --count", {}, {}};
    if (!parsed) {
        say("query: " + base::one_line(parsed.error()));
        return kUsage;
    }
    options->path = arguments.words()[0];
    return take_filter("query", arguments.words(), 1, &options->filter) ? kDone : kUsage;
}

class Query {
public:
    Query(EventPump& pump, const QueryOptions& options, capture::Reader& reader,
          capture::StopSign& stop)
        : pump_(pump), options_(options), reader_(reader), stop_(stop), progress_("read") {
        pump_.watch_hang_up(output_.pipe_fd());
        if (options_.redact) redactor_.emplace();
    }

    int run() {
        if (options_.select) output_.buffer() = options_.select->header();
        read();
        if (options_.count && going_) output_.buffer() = std::to_string(passed_) + '\n';
        if (going_) flush();
        progress_.clear();
        return going_ ? tell_reading(reader_, options_.path) : code_;
    }

private:
    static constexpr std::uint64_t kBetweenLooks = 4096;
    static constexpr std::size_t kFlushAt = 256u << 10;

    void read() {
        ReadAhead ahead(reader_, stop_, pump_.wake());
        wire::EventView event;
        for (std::uint64_t seen = 0; going_;) {
            switch (ahead.next(&event)) {
            case ReadAhead::Next::event:
                take(event);
                if (++seen % kBetweenLooks == 0) look(ahead, seen, 0);
                if (output_.buffer().size() >= kFlushAt) flush();
                break;
            case ReadAhead::Next::none_yet: // whoever follows a pipe sees what is there
                if (!output_.buffer().empty() && !options_.count) flush();
                if (going_) look(ahead, seen, EventPump::kNever);
                break;
            case ReadAhead::Next::end: return;
            }
        }
    }

    void take(wire::EventView& event) {
        context_.fill(&event);
        if (!options_.filter.everything() && !options_.filter.matches(event)) return;
        ++passed_;
        if (options_.count) return;
        const std::string_view url = event.url;
        if (redactor_) event = redactor_->redact(event);
        if (redactor_ && options_.select) event.url = url_ = redactor_->text(url);
        if (options_.select)
            options_.select->append(output_.buffer(), event);
        else if (options_.json)
            capture::append_line(output_.buffer(), event, event.id, 0);
        else
            output_.buffer() += row(event, {output_.color(), output_.columns()});
    }

    void look(const ReadAhead& ahead, std::uint64_t seen, std::int64_t until_ns) {
        const Woke woke = pump_.wait(until_ns);
        if (woke == Woke::signal) return end(kNo);
        if (woke == Woke::hung_up) return end(kDone);
        progress_.show(ahead.bytes_read(), ahead.bytes_total(), seen);
    }

    void flush() {
        if (output_.terminal()) progress_.clear();
        switch (output_.flush(pump_)) {
        case Output::Flow::ok: break;
        case Output::Flow::closed: end(kDone); break;
        case Output::Flow::interrupted: end(kNo); break;
        case Output::Flow::failed:
            say(output_.fault());
            end(kNo);
            break;
        }
    }

    void end(int code) {
        going_ = false;
        code_ = code;
    }

    EventPump& pump_;
    const QueryOptions& options_;
    capture::Reader& reader_;
    capture::StopSign& stop_;
    Output output_;
    ProgressLine progress_;
    EventContext context_{asks_for(options_.filter, model::Field::rtt) ||
                          (options_.select && options_.select->has(model::Field::rtt))};
    std::optional<capture::Redactor> redactor_;
    std::string url_;
    std::uint64_t passed_ = 0;
    bool going_ = true;
    int code_ = kDone;
};

} // namespace

int run_query(const Invocation& invocation) {
    QueryOptions options;
    if (const int wrong = read_options(invocation.arguments, &options); wrong != kDone)
        return wrong;
    // Before the pump, which blocks signals: they end what takes long here as they do everywhere.
    capture::ReadProgress reading;
    auto reader = capture::open_any(options.path, &reading);
    if (!reader) {
        say(reader.error());
        return kNo;
    }
    auto pump = EventPump::create();
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    return Query(*pump.value(), options, reader.value(), reading.stop).run();
}

} // namespace app
