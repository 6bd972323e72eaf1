// wsdbg convert: a capture into another format, through a temporary file beside it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "app/capture_input.h"
#include "app/output.h"
#include "app/wsdbg.h"
#include "app/wsdbg_args.h"
#include "base/text.h"
#include "capture/csv_writer.h"
#include "capture/har_reader.h"
#include "capture/har_writer.h"
#include "capture/line_writer.h"
#include "capture/redact.h"

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

enum class Format : std::uint8_t { none, ndjson, har, csv };

Format format_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::size_t point = path.rfind('.');
    if (point == std::string::npos || (slash != std::string::npos && point < slash))
        return Format::none;
    const std::string end = base::ascii_lower(path.substr(point));
    if (end == ".ndjson") return Format::ndjson;
    if (end == ".har") return Format::har;
    if (end == ".csv") return Format::csv;
    return Format::none;
}

struct ConvertOptions {
    std::string in, out;
    Format format = Format::none; ///< of `out`
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
    const Format from = format_of(options->in);
    if (from == Format::none || from == Format::csv)
        return wrong("cannot tell how to read \"" + options->in +
                     "\": its name has to end in "
                     ".ndjson or .har");
    if (options->format == Format::none)
        return wrong("cannot tell how to write \"" + options->out +
                     "\": its name has to end in .ndjson, .har or .csv");
    return {};
}

/// A file that takes the place of another one when it is whole, and else leaves no trace.
class Replacement {
public:
    static base::Result<std::unique_ptr<Replacement>> create(const std::string& path) {
        std::unique_ptr<Replacement> made(new Replacement());
        // Through a link to the file itself, which keeps its name.
        char resolved[PATH_MAX];
        made->path_ = ::realpath(path.c_str(), resolved) != nullptr ? resolved : path;
        struct stat about {};
        if (::stat(made->path_.c_str(), &about) == 0 && !S_ISREG(about.st_mode))
            return base::Error{path + " is not a file", "it cannot be replaced",
                               "give the name of a file"};
        made->temporary_ = made->path_ + ".XXXXXX";
        made->fd_ = ::mkostemp(made->temporary_.data(), O_CLOEXEC);
        if (made->fd_ < 0) {
            made->temporary_.clear();
            return base::Error{"cannot create a file beside " + path, std::strerror(errno),
                               "choose a place that can be written"};
        }
        return made;
    }
    ~Replacement() {
        if (fd_ >= 0) ::close(fd_);
        if (!temporary_.empty()) ::unlink(temporary_.c_str());
    }
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;

    base::Status write(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t now = ::write(fd_, bytes.data(), bytes.size());
            if (now < 0 && errno != EINTR) return fault("cannot write beside ");
            if (now > 0) bytes.remove_prefix(static_cast<std::size_t>(now));
        }
        return {};
    }
    base::Status finish() {
        if (::fdatasync(fd_) != 0 && errno != EINVAL) return fault("cannot write beside ");
        if (::rename(temporary_.c_str(), path_.c_str()) != 0) return fault("cannot replace ");
        temporary_.clear();
        return {};
    }

private:
    Replacement() = default;
    base::Error fault(const char* what) const {
        return {what + path_, std::strerror(errno),
                "make room, or choose another place; what was there is as it was"};
    }

    std::string path_, temporary_;
    int fd_ = -1;
};

class Convert {
public:
    Convert(EventPump& pump, const ConvertOptions& options, capture::Reader& reader,
            Replacement& out, std::string program)
        : pump_(pump), options_(options), reader_(reader), out_(out), program_(std::move(program)),
          progress_("converted") {}

    base::Status run() {
        if (const base::Status begun = begin(); !begun) return begun;
        wire::EventView event;
        std::uint64_t seen = 0;
        while (reader_.next(&event)) {
            if (const base::Status put = take(event); !put) return put;
            if (++seen % kBetweenLooks == 0)
                if (const base::Status on = look(); !on) return on;
        }
        if (!reader_.failed()) return reader_.failed();
        if (const base::Status ended = end(); !ended) return ended;
        progress_.clear();
        return out_.finish();
    }

    std::uint64_t secrets() const { return redactor_.found(); }
    void clear() { progress_.clear(); }

private:
    static constexpr std::uint64_t kBetweenLooks = 4096;
    static constexpr std::size_t kWriteAt = 256u << 10;

    base::Status begin() {
        if (options_.format == Format::csv) buffer_ = capture::csv_header();
        if (options_.format == Format::har) {
            auto har = capture::HarWriter::create(reader_.started_wall_ns(), program_);
            if (!har) return har.error();
            har_ = std::move(har.value());
        }
        return {};
    }

    base::Status take(const wire::EventView& event) {
        // The first line waits for the first event: only then the reader knows when all began.
        if (options_.format == Format::ndjson && lines_.lines() == 0)
            buffer_ = capture::first_line(reader_.started_wall_ns(), program_);
        const wire::EventView safe = options_.redact || warns() ? redactor_.redact(event) : event;
        const wire::EventView& shown = options_.redact ? safe : event;
        if (har_) return har_->append(shown);
        if (options_.format == Format::csv)
            capture::append_csv_row(buffer_, shown);
        else
            lines_.append(buffer_, shown);
        return buffer_.size() >= kWriteAt ? flush() : base::Status();
    }

    base::Status end() {
        if (har_) return har_->finish([this](std::string_view piece) { return out_.write(piece); });
        if (options_.format == Format::ndjson && lines_.lines() == 0)
            buffer_ = capture::first_line(reader_.started_wall_ns(), program_);
        return flush();
    }

    base::Status flush() {
        const base::Status written = out_.write(buffer_);
        buffer_.clear();
        return written;
    }

    base::Status look() {
        progress_.show(reader_.bytes_read(), reader_.bytes_total(), reader_.events());
        if (pump_.wait(0) != Woke::signal) return {};
        return base::Error{"stopped by a signal", options_.out + " is as it was", {}};
    }

    /// HAR and CSV are made to be given away: what they tell is counted.
    bool warns() const { return options_.format != Format::ndjson; }

    EventPump& pump_;
    const ConvertOptions& options_;
    capture::Reader& reader_;
    Replacement& out_;
    std::string program_;
    ProgressLine progress_;
    capture::Redactor redactor_;
    std::unique_ptr<capture::HarWriter> har_;
    capture::LineWriter lines_{0};
    std::string buffer_;
};

void tell_secrets(const ConvertOptions& options, std::uint64_t secrets) {
    if (options.redact)
        say(counted(secrets, "secret") + " replaced by marks");
    else if (options.format != Format::ndjson)
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
    auto pump = EventPump::create();
    if (!pump) {
        say(pump.error());
        return kNo;
    }
    auto reader = capture::open_any(options.in);
    if (!reader) {
        say(reader.error());
        return kNo;
    }
    auto out = Replacement::create(options.out);
    if (!out) {
        say(out.error());
        return kNo;
    }
    Convert convert(*pump.value(), options, reader.value(), *out.value(), invocation.program);
    if (const base::Status done = convert.run(); !done) {
        convert.clear();
        say(done.error());
        return kNo;
    }
    tell_secrets(options, convert.secrets());
    return tell_reading(reader.value(), options.in);
}

} // namespace app
