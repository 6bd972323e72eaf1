#include "capture/reader.h"

#include <fcntl.h>
#include <poll.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "base/renumbering.h"
#include "base/text.h"
#include "capture/json_scan.h"
#include "capture/line_reader.h"
#include "wire/slab.h"

namespace capture {
namespace {

constexpr std::size_t kBuffer = 256u << 10;
constexpr std::size_t kDamageKept = 100;
constexpr std::size_t kWarningsKept = 100;
constexpr std::uint64_t kVersion = 1;

/// Times of a file may be anything.
std::int64_t plus(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(a, b, &sum)) return sum;
    return a < 0 ? std::numeric_limits<std::int64_t>::min()
                 : std::numeric_limits<std::int64_t>::max();
}

std::uint32_t plus(std::uint32_t a, std::uint32_t b) {
    const std::uint64_t sum = std::uint64_t{a} + b;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, 0xFFFFFFFF));
}

std::string too_long(std::size_t most) { return "it is longer than " + base::size_text(most); }

/// Bytes of the mark that some editors put before the first line.
std::size_t byte_order_mark(std::string_view text) {
    return text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
}

base::Error version_error(std::uint64_t version) {
    return {"the capture is of version " + std::to_string(version), "this program reads version 1",
            "read it with the program that wrote it, or a newer one"};
}

} // namespace

//--- numbers of one session and of those joined to it ---------------------------------------------

namespace {

/// The number of a connection of the file as the user knows it, from 1, without holes.
class Links {
public:
    std::uint32_t of_event(const wire::EventView& event) {
        if (event.kind == wire::Kind::connecting && event.link > 1 && event.conn < kMost) {
            if (by_conn_.size() <= event.conn) by_conn_.resize(event.conn + 1u);
            by_conn_[event.conn] = numbered(event.link);
        }
        if (by_conn_.empty() && known_.size() == 1) return 1; // as in nearly all files
        const std::uint32_t found = event.conn < by_conn_.size() ? by_conn_[event.conn] : 0;
        return found == 0 ? numbered(1) : found;
    }
    std::uint32_t count() const { return static_cast<std::uint32_t>(known_.size()); }

private:
    static constexpr std::uint32_t kMost = 1u << 20;
    static constexpr std::size_t kMostLinks = 1024;

    std::uint32_t numbered(std::uint32_t link) {
        const auto found = std::find(known_.begin(), known_.end(), link);
        if (found != known_.end()) return static_cast<std::uint32_t>(found - known_.begin()) + 1;
        if (known_.size() < kMostLinks) known_.push_back(link);
        return static_cast<std::uint32_t>(known_.size());
    }

    std::vector<std::uint32_t> known_;   ///< numbers in the file, in the order they came
    std::vector<std::uint32_t> by_conn_; ///< 0: not said
};

/// Where a session's times and numbers begin.
struct Session {
    bool begun = false;
    bool readable = true; ///< false: it is of a later version
    bool started_known = false;
    std::int64_t started_wall_ns = 0;
    std::int64_t mono_base_ns = 0;
    std::uint32_t conn_base = 0, link_base = 0;
    Links links;
    base::Renumbering numbers; ///< n to id
};

} // namespace

//--- the file -------------------------------------------------------------------------------------

struct Reader::Impl {
    Impl(int file, ReaderOptions given) : fd(file), options(given) {}
    ~Impl() {
        if (fd >= 0) ::close(fd);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    enum class Filled : std::uint8_t { more, nothing, end };

    base::Status start();
    bool advance();
    Filled fill();
    ssize_t read_some();
    bool ready(bool wait) const;
    bool stopped() const { return options.stop != nullptr && options.stop->raised(); }
    bool make_room();
    Filled at_file_end();
    void look_at_size();
    void take_over_skipped();
    void find_lines(std::size_t fresh_from);
    bool take_line(const char* text, std::size_t size, bool utf8, bool last);
    bool take_rest();
    void begin_session(const Beginning& beginning);
    void take_first_line(const Beginning& beginning);
    void begin_unsaid_session();
    bool place_event();
    void tell_damage(std::string what);
    void warn(std::string what) {
        if (warnings.size() < kWarningsKept) warnings.push_back(std::move(what));
    }

    int fd;
    ReaderOptions options;
    LineReader line;
    wire::EventView view;
    wire::SlabWriter slabs;

    std::unique_ptr<char[]> buffer;
    std::size_t capacity = 0;
    std::size_t begin = 0, lines_end = 0, end = 0; ///< taken | whole lines | a part of one
    bool utf8 = false;                             ///< of the whole lines
    bool skipping = false;                         ///< inside a line that is too long
    bool over = false;
    bool regular = true; ///< a file, which never makes anybody wait
    std::uint64_t bytes_read = 0, bytes_total = 0;

    Session session;
    bool first_started_known = false;
    std::int64_t first_started_ns = 0;
    std::int64_t last_mono_ns = 0;
    std::uint32_t conn_most = 0, link_most = 0;
    std::uint64_t line_number = 0, last_id = 0;

    base::Status failed;
    std::uint64_t damaged_lines = 0;
    std::vector<Damage> damage;
    std::vector<std::string> warnings;
};

/// So much that the first line can be asked for its version.
base::Status Reader::Impl::start() {
    look_at_size();
    Filled filled = Filled::more;
    while (lines_end == begin && filled == Filled::more && failed) filled = fill();
    if (!failed) return failed;
    std::size_t at = begin + byte_order_mark({buffer.get() + begin, lines_end - begin});
    while (at < lines_end && (buffer[at] == '\n' || buffer[at] == '\r')) ++at;
    if (at == lines_end) return {};
    const auto* newline =
        static_cast<const char*>(std::memchr(buffer.get() + at, '\n', lines_end - at));
    const auto size = static_cast<std::size_t>(newline - (buffer.get() + at));
    if (line.read(buffer.get() + at, size, utf8) != LineKind::first_line) return {};
    if (line.beginning().version > kVersion) return version_error(line.beginning().version);
    first_started_ns = line.beginning().started_wall_ns; // for who asks before the first event
    return {};
}

bool Reader::Impl::advance() {
    while (failed && !over && !stopped()) {
        while (begin < lines_end) {
            const char* const text = buffer.get() + begin;
            const auto* newline =
                static_cast<const char*>(std::memchr(text, '\n', lines_end - begin));
            const auto size = static_cast<std::size_t>(newline - text);
            begin += size + 1;
            if (take_line(text, size, utf8, false)) return true;
        }
        switch (fill()) {
        case Filled::more: break;
        case Filled::nothing: return false;
        case Filled::end: over = true; return take_rest();
        }
    }
    return false;
}

/// Room behind what is there. False: the line that has begun is too long.
bool Reader::Impl::make_room() {
    if (begin > 0) {
        std::memmove(buffer.get(), buffer.get() + begin, end - begin);
        end -= begin;
        lines_end = begin = 0;
    }
    if (end < capacity) return true;
    if (end > options.max_line) return false;
    capacity =
        std::min(capacity == 0 ? kBuffer : capacity * 2, std::max(options.max_line, kBuffer) + 1);
    std::unique_ptr<char[]> larger(new char[capacity + kScanPadding + 1]);
    if (end > 0) std::memcpy(larger.get(), buffer.get(), end);
    // What is never written is read by the scan, which looks a block ahead.
    std::memset(larger.get() + end, 0, capacity + kScanPadding + 1 - end);
    buffer = std::move(larger);
    return true;
}

Reader::Impl::Filled Reader::Impl::fill() {
    if (fd < 0) return Filled::end;
    if (!make_room()) {
        skipping = true;
        begin = lines_end = end = 0;
    }
    const ssize_t got = read_some();
    if (stopped()) return Filled::nothing;
    if (got < 0) {
        failed = base::Error{"the capture could not be read on", std::strerror(errno),
                             "copy it to another place and read it there"};
        return Filled::end;
    }
    if (got == 0) return at_file_end();
    const std::size_t fresh_from = end;
    end += static_cast<std::size_t>(got);
    bytes_read += static_cast<std::uint64_t>(got);
    find_lines(fresh_from);
    return Filled::more;
}

/// As read(2), but a pipe is waited for only until the stop.
ssize_t Reader::Impl::read_some() {
    for (;;) {
        if (!regular && !ready(true)) return 0;
        const ssize_t got = ::read(fd, buffer.get() + end, capacity - end);
        if (got >= 0 || (errno != EINTR && errno != EAGAIN)) return got;
    }
}

/// False: there is nothing to read now, or the stop came first.
bool Reader::Impl::ready(bool wait) const {
    pollfd fds[] = {{fd, POLLIN, 0},
                    {options.stop != nullptr ? options.stop->fd() : -1, POLLIN, 0}};
    while (!stopped() && ::poll(fds, 2, wait ? -1 : 0) < 0 && errno == EINTR) {
    }
    return fds[0].revents != 0 && !stopped();
}

void Reader::Impl::find_lines(std::size_t fresh_from) {
    if (skipping) take_over_skipped();
    fresh_from = std::max(fresh_from, begin);
    const std::string_view fresh(buffer.get() + fresh_from, end - fresh_from);
    const std::size_t last = fresh.rfind('\n');
    if (last == std::string_view::npos) return;
    lines_end = fresh_from + last + 1;
    utf8 = simdjson::validate_utf8(buffer.get() + begin, lines_end - begin);
}

/// Drops what still belongs to a line that is too long.
void Reader::Impl::take_over_skipped() {
    const auto* newline = static_cast<const char*>(std::memchr(buffer.get(), '\n', end));
    if (newline == nullptr) {
        end = 0;
        return;
    }
    begin = lines_end = static_cast<std::size_t>(newline - buffer.get()) + 1;
    skipping = false;
    ++line_number;
    tell_damage(too_long(options.max_line));
}

void Reader::Impl::look_at_size() {
    struct stat about {};
    if (fd < 0 || ::fstat(fd, &about) != 0) return;
    regular = S_ISREG(about.st_mode);
    if (regular) bytes_total = static_cast<std::uint64_t>(about.st_size);
}

Reader::Impl::Filled Reader::Impl::at_file_end() {
    if (!options.follow) return Filled::end;
    look_at_size();
    if (bytes_total == 0 || bytes_total >= bytes_read) return Filled::nothing;
    warn("the file became shorter while it was followed: it is read again from its beginning");
    if (::lseek(fd, 0, SEEK_SET) != 0) return Filled::nothing;
    begin = lines_end = end = 0;
    bytes_read = 0;
    line_number = 0;
    skipping = false;
    return Filled::more;
}

//--- lines ----------------------------------------------------------------------------------------

/// True when it gave an event. `last`: nothing follows, not even a line end.
bool Reader::Impl::take_line(const char* text, std::size_t size, bool checked, bool last) {
    if (size > options.max_line) {
        ++line_number;
        tell_damage(too_long(options.max_line));
        return false;
    }
    const std::size_t mark = ++line_number == 1 ? byte_order_mark({text, size}) : 0;
    text += mark;
    size -= mark;
    switch (line.read(text, size, checked)) {
    case LineKind::event: return place_event();
    case LineKind::blank: return false;
    case LineKind::first_line: take_first_line(line.beginning()); return false;
    case LineKind::fault: break;
    }
    if (last && line.cut_off())
        warn("the last line, " + base::count_text(line_number) +
             ", is half-written and was left out: its writer was stopped");
    else if (session.readable)
        tell_damage(line.what());
    return false;
}

bool Reader::Impl::take_rest() {
    if (skipping) {
        ++line_number;
        tell_damage(too_long(options.max_line));
        return false;
    }
    if (begin == end) return false;
    buffer[end] = '\n';
    return take_line(buffer.get() + begin, end - begin, false, true);
}

void Reader::Impl::take_first_line(const Beginning& beginning) {
    begin_session(beginning);
    if (!session.readable) tell_damage(base::one_line(version_error(beginning.version)));
    if (!session.started_known) warn("a first line does not say when its capture was started");
}

void Reader::Impl::begin_session(const Beginning& beginning) {
    Session next;
    next.begun = true;
    next.conn_base = conn_most;
    next.link_base = link_most;
    next.readable = beginning.version <= kVersion;
    next.started_known = beginning.started_known;
    next.started_wall_ns = beginning.started_wall_ns;
    const bool is_first = !session.begun;
    if (is_first) {
        first_started_known = next.started_known;
        first_started_ns = next.started_wall_ns;
    } else {
        next.mono_base_ns = first_started_known && next.started_known
                                ? next.started_wall_ns - first_started_ns
                                : last_mono_ns;
    }
    session = std::move(next);
}

/// A file cut by hand, or written by one.
void Reader::Impl::begin_unsaid_session() {
    begin_session({});
    warn("there is no first line: it is read as version 1, and when it was started is not known");
}

bool Reader::Impl::place_event() {
    if (!session.readable) return false;
    if (!session.begun) begin_unsaid_session();
    view = line.event();
    view.id = ++last_id;
    session.numbers.add(line.n() != 0 ? line.n() : session.numbers.last_from() + 1, view.id);
    if (view.details) view.rtt_ns = view.details->rtt_ns;
    view.wall_ns = plus(session.started_wall_ns, view.mono_ns);
    view.mono_ns = last_mono_ns = plus(session.mono_base_ns, view.mono_ns);
    view.link = plus(session.link_base, session.links.of_event(view));
    link_most = std::max(link_most, session.link_base + session.links.count());
    view.conn = plus(session.conn_base, view.conn);
    conn_most = std::max(conn_most, view.conn);
    if (wire::Details* const details = line.details())
        if (details->of != 0) details->of = session.numbers.to_of(details->of);
    return true;
}

void Reader::Impl::tell_damage(std::string what) {
    ++damaged_lines;
    if (damage.size() < kDamageKept) damage.push_back({line_number, std::move(what)});
}

//--- Reader ---------------------------------------------------------------------------------------

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

base::Result<Reader> Reader::started(std::unique_ptr<Impl> impl) {
    if (base::Status begun = impl->start(); !begun) return begun.error();
    return Reader(std::move(impl));
}

base::Result<Reader> Reader::open(const std::string& path, ReaderOptions options) {
    const auto unreadable = [&path](int number) {
        return base::Error{"cannot read " + path, std::strerror(number),
                           number == ENOENT ? "check the name" : "choose a file that can be read"};
    };
    // Without waiting for who opens the other end of a pipe: reading waits for that.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return unreadable(errno);
    auto impl = std::make_unique<Impl>(fd, options);
    struct stat about {};
    if (::fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) return unreadable(EISDIR);
    auto reader = started(std::move(impl));
    if (reader) return reader;
    base::Error error = reader.error();
    error.what += " (" + path + ")";
    return error;
}

base::Result<Reader> Reader::open_fd(int fd, ReaderOptions options) {
    return started(std::make_unique<Impl>(fd, options));
}

base::Result<Reader> Reader::over(std::string_view text, ReaderOptions options) {
    auto impl = std::make_unique<Impl>(-1, options);
    impl->capacity = text.size();
    impl->buffer.reset(new char[text.size() + kScanPadding + 1]());
    std::memcpy(impl->buffer.get(), text.data(), text.size());
    impl->end = impl->bytes_read = impl->bytes_total = text.size();
    impl->find_lines(0);
    return started(std::move(impl));
}

bool Reader::next(wire::EventView* event) {
    if (!impl_->advance()) return false;
    *event = impl_->view;
    return true;
}

bool Reader::next(wire::Event* event) {
    if (!impl_->advance()) return false;
    const wire::EventView& view = impl_->view;
    event->id = view.id;
    event->mono_ns = view.mono_ns;
    event->wall_ns = view.wall_ns;
    event->conn = view.conn;
    event->link = view.link;
    event->dir = view.dir;
    event->kind = view.kind;
    event->frames = view.frames;
    event->wire_size = view.wire_size;
    event->payload = view.has_payload ? impl_->slabs.append(view.payload) : wire::Payload();
    event->details = impl_->line.take_details();
    return true;
}

bool Reader::would_wait() const {
    return impl_->begin == impl_->lines_end && !impl_->regular && !impl_->ready(false);
}

const base::Status& Reader::failed() const { return impl_->failed; }
std::uint64_t Reader::damaged_lines() const { return impl_->damaged_lines; }
const std::vector<Damage>& Reader::damage() const { return impl_->damage; }
const std::vector<std::string>& Reader::warnings() const { return impl_->warnings; }
std::int64_t Reader::started_wall_ns() const { return impl_->first_started_ns; }
std::uint64_t Reader::bytes_read() const { return impl_->bytes_read; }
std::uint64_t Reader::bytes_total() const { return impl_->bytes_total; }
std::uint64_t Reader::events() const { return impl_->last_id; }

} // namespace capture
