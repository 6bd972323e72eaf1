// Index: the HAR as a stream of pieces; from a piece to lines; merging the connections.
#include "capture/har_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <streambuf>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "capture/json_scan.h"
#include "capture/line_reader.h"
#include "capture/line_writer.h"
#include "capture/spool.h"

namespace capture {
namespace {

using nlohmann::json;
using wire::Kind;

//--- the file as a stream -------------------------------------------------------------------------

class FileStream : public std::streambuf {
public:
    FileStream(int fd, ReadProgress* progress) : fd_(fd), progress_(progress) {}
    ~FileStream() override { ::close(fd_); }
    bool cancelled() const { return progress_ != nullptr && progress_->stop.raised(); }

protected:
    int_type underflow() override {
        if (cancelled()) return traits_type::eof();
        ssize_t got = 0;
        do got = ::read(fd_, buffer_, sizeof buffer_);
        while (got < 0 && errno == EINTR);
        if (got <= 0) return traits_type::eof();
        if (progress_ != nullptr) progress_->bytes += static_cast<std::uint64_t>(got);
        setg(buffer_, buffer_, buffer_ + got);
        return traits_type::to_int_type(buffer_[0]);
    }

private:
    int fd_;
    ReadProgress* progress_;
    char buffer_[64u << 10];
};

//--- the HAR as a stream of pieces ----------------------------------------------------------------

/// Who is told of what is in a HAR while it is read.
struct Pieces {
    virtual ~Pieces() = default;
    virtual void log_member(const std::string& name, const json& value) = 0; ///< plain values
    virtual bool message(const json& message) = 0;                           ///< false: stop
    virtual bool event(const json& event) = 0;
    virtual bool entry(const json& entry) = 0; ///< at its end, without messages and events
};

/// nlohmann's SAX interface. Builds a tree only of what is small: an entry without its messages and
/// bodies, one message at a time.
class HarSax {
public:
    explicit HarSax(Pieces& pieces) : pieces_(pieces) {}

    // The names are the interface's.
    bool null() { return value(nullptr); }
    bool boolean(bool v) { return value(v); }
    bool number_integer(json::number_integer_t v) { return value(v); }
    bool number_unsigned(json::number_unsigned_t v) { return value(v); }
    bool number_float(json::number_float_t v, const std::string&) { return value(v); }
    bool string(std::string& v) {
        // Bodies of pages and scripts: nobody here needs them.
        if (v.size() > kLongWord && place() == Place::entry) return value(nullptr);
        return value(std::move(v));
    }
    bool binary(json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(json::object()); }
    bool start_array(std::size_t) { return open(json::array()); }
    bool key(std::string& name) {
        keys_.back() = name;
        return true;
    }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool parse_error(std::size_t at, const std::string&, const json::exception&) {
        fault_at_ = at;
        return false;
    }

    std::size_t fault_at() const { return fault_at_; }
    bool has_entries() const { return has_entries_; }

private:
    static constexpr std::size_t kLongWord = 64u << 10;
    static constexpr std::size_t kDeepest = 200;

    /// Where the reading is: outside what is collected, in an entry, in one of its items.
    enum class Place { outside, entry, item };
    Place place() const {
        if (keys_.size() > 5 && item_list()) return Place::item;
        return in_entry() ? Place::entry : Place::outside;
    }
    // keys_: "" | log | entries | (item) …, one for each level that is open.
    bool in_entry() const {
        return keys_.size() >= 4 && keys_[0] == "log" && keys_[1] == "entries";
    }
    bool item_list() const {
        return in_entry() && (keys_[3] == "_webSocketMessages" || keys_[3] == "_events");
    }

    bool open(json container) {
        if (keys_.size() >= kDeepest) return false;
        if (keys_.size() == 2 && keys_[0] == "log" && keys_[1] == "entries") has_entries_ = true;
        keys_.emplace_back();
        // Levels: 1 the HAR, 2 log, 3 entries, 4 an entry, 5 its list of messages, 6 a message.
        const bool entry_begins = in_entry() && keys_.size() == 4;
        const bool item_begins = keys_.size() == 6 && item_list();
        if (entry_begins || item_begins || !open_.empty()) {
            if (keys_.size() == 5 && item_list()) return true; // the list itself is not kept
            open_.push_back(std::move(container));
        }
        return true;
    }

    bool close() {
        const std::size_t level = keys_.size();
        const bool list_ends = level == 5 && item_list();
        const bool item_ends = level == 6 && item_list();
        const bool entry_ends = level == 4 && in_entry();
        keys_.pop_back();
        if (list_ends || open_.empty()) return true;
        json done = std::move(open_.back());
        open_.pop_back();
        if (item_ends) return keys_[3] == "_events" ? pieces_.event(done) : pieces_.message(done);
        if (entry_ends) return pieces_.entry(done);
        return put(std::move(done));
    }

    bool value(json v) {
        if (!open_.empty() && !(keys_.size() == 5 && item_list())) return put(std::move(v));
        if (keys_.size() == 2 && keys_[0] == "log") pieces_.log_member(keys_[1], v);
        return true;
    }

    bool put(json v) {
        json& into = open_.back();
        if (into.is_array())
            into.push_back(std::move(v));
        else
            into[keys_.back()] = std::move(v);
        return true;
    }

    Pieces& pieces_;
    std::vector<std::string> keys_;
    std::vector<json> open_;
    std::size_t fault_at_ = 0;
    bool has_entries_ = false;
};

//--- from pieces to lines -------------------------------------------------------------------------

const std::string kNone;

const std::string& text_of(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get_ref<const std::string&>()
                                                       : kNone;
}

const json& part_of(const json& object, const char* name) {
    static const json kEmpty = json::object();
    const auto found = object.find(name);
    return found != object.end() && found->is_object() ? *found : kEmpty;
}

std::uint64_t count_of(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::int64_t ns_of_seconds(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number()) return 0;
    const double seconds = found->get<double>();
    // To the microsecond: a double of seconds since 1970 holds no more.
    return std::fabs(seconds) < 7e9 ? std::llround(seconds * 1e6) * 1000 : 0;
}

base::Error temporary_error() {
    return {"cannot write to a temporary file", std::strerror(errno),
            "make room there, or set TMPDIR to another place"};
}

/// Appends through `pending`; `last`: all of it has to be in the file then.
base::Status append_to(int fd, std::string* pending, std::string_view bytes, std::uint64_t* size,
                       bool last) {
    constexpr std::size_t kWriteAt = 1u << 20;
    pending->append(bytes);
    *size += bytes.size();
    if (pending->size() < kWriteAt && !last) return {};
    for (std::size_t done = 0; done < pending->size();) {
        const ssize_t now = ::write(fd, pending->data() + done, pending->size() - done);
        if (now < 0 && errno != EINTR) return temporary_error();
        if (now > 0) done += static_cast<std::size_t>(now);
    }
    pending->clear();
    return {};
}

/// A line that waits for its place: all lines are sorted by time once the last has been read.
struct Waiting {
    std::int64_t t_ns = 0; ///< since the first time that was met
    std::uint64_t n = 0;   ///< its number in the capture that it came from; 0: not said
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

/// Writes what it is told as lines of a capture into a file without a name.
class HarLines : public Pieces {
public:
    explicit HarLines(int fd) : fd_(fd) {}
    ~HarLines() override { ::close(fd_); }

    void log_member(const std::string& name, const json& value) override {
        // Whole, and of an age that leaves room for what is added to it.
        if (name == "_started_ns" && value.is_number_integer())
            started_ns_ = std::clamp<std::int64_t>(value.get<std::int64_t>(), 0, kLatestNs);
    }

    bool message(const json& message) override {
        const std::string& type = text_of(message, "type");
        if (type != "send" && type != "receive") return true; // Chrome has "error", too
        wire::EventView event = blank();
        event.dir = type == "send" ? wire::Dir::out : wire::Dir::in;
        const std::uint64_t opcode = count_of(message, "opcode");
        event.kind = kind_of(opcode);
        event.has_payload = true;
        const std::string& data = text_of(message, "data");
        const std::string& exact = text_of(message, "_b64");
        bytes_.clear();
        // What says it is base64 and is not is kept as it stands.
        const bool encoded = opcode != 1 || !exact.empty();
        if (!encoded || !base::bytes_from_base64(exact.empty() ? data : exact, &bytes_))
            bytes_ = data;
        event.payload = bytes_;
        event.mono_ns = time_of(message);
        event.id = count_of(message, "_n");
        event.frames =
            static_cast<std::uint32_t>(std::max<std::uint64_t>(1, count_of(message, "_frames")));
        event.wire_size = count_of(message, "_wire_size");
        return put(event);
    }

    bool event(const json& event) override {
        if (!event.is_object()) return true;
        ours_ = true;
        std::string line = event.dump(-1, ' ', false, json::error_handler_t::replace);
        const std::size_t size = line.size();
        line += '\n';
        line.append(kScanPadding, '\0');
        if (line_.read(line.data(), size, true) != LineKind::event) {
            return true; // written by somebody else under this name
        }
        wire::EventView view = line_.event();
        view.conn = conn_;
        view.id = line_.n();
        if (__builtin_add_overflow(view.mono_ns, started_ns_, &view.mono_ns))
            view.mono_ns = started_ns_;
        return put(view);
    }

    bool entry(const json& entry) override {
        const bool websocket = text_of(entry, "_resourceType") == "websocket" || any_ ||
                               text_of(part_of(entry, "request"), "url").substr(0, 2) == "ws";
        if (websocket) {
            if (!ours_ && !add_life(entry)) return false;
            ++conn_;
        }
        any_ = ours_ = false;
        return true;
    }

    std::uint32_t connections() const { return conn_ - 1; }
    const base::Status& failed() const { return failed_; }

    /// Everything once more, in order, as one capture in another file without a name.
    base::Result<int> sorted();

private:
    static constexpr std::int64_t kLatestNs = 7'000'000'000'000'000'000; ///< the year 2191

    static Kind kind_of(std::uint64_t opcode) {
        switch (opcode) {
        case 1: return Kind::text;
        case 8: return Kind::close;
        case 9: return Kind::ping;
        case 10: return Kind::pong;
        default: return Kind::binary;
        }
    }

    wire::EventView blank() const {
        wire::EventView event;
        event.conn = conn_;
        return event;
    }

    std::int64_t time_of(const json& message) const {
        const auto exact = message.find("_t_ns");
        if (started_ns_ != 0 && exact != message.end() && exact->is_number_integer())
            return started_ns_ + std::clamp<std::int64_t>(exact->get<std::int64_t>(),
                                                          -1'000'000'000'000'000,
                                                          100'000'000'000'000'000);
        return ns_of_seconds(message, "time");
    }

    /// `event.mono_ns` is on the wall clock here.
    bool put(wire::EventView event) {
        any_ = true;
        if (first_ns_ == 0) first_ns_ = event.mono_ns;
        // Times may be anything; those of a capture lie within three years.
        constexpr std::int64_t kFar = 90'000'000 * base::kSecond;
        std::int64_t since_ns = 0;
        if (__builtin_sub_overflow(event.mono_ns, first_ns_, &since_ns)) since_ns = 0;
        event.mono_ns = std::clamp(since_ns, -kFar, kFar);
        text_.clear();
        append_line(text_, event, std::max<std::uint64_t>(event.id, 1), 0);
        waiting_.push_back({event.mono_ns, event.id, written_, text_.size()});
        failed_ = append_to(fd_, &pending_, text_, &written_, false);
        return failed_.ok();
    }

    /// What Chrome's entry tells of the connection's life. Its lines come last; merging sorts them.
    bool add_life(const json& entry) {
        std::int64_t began_ns = 0;
        if (!base::wall_ns_from_iso8601(text_of(entry, "startedDateTime"), &began_ns))
            began_ns = first_ns_;
        began_ns = std::min(began_ns, kLatestNs);
        const json& request = part_of(entry, "request");
        const json& response = part_of(entry, "response");
        const json& timings = part_of(entry, "timings");
        wire::Details details;
        details.url = text_of(request, "url");
        const auto emit = [&](Kind kind, std::int64_t at_ns, std::string_view payload) {
            wire::EventView event = blank();
            event.kind = kind;
            event.mono_ns = at_ns;
            event.has_payload = !payload.empty();
            event.payload = payload;
            event.details = &details;
            return put(event);
        };
        const auto after = [&](const char* part) {
            const auto found = timings.find(part);
            const double ms =
                found != timings.end() && found->is_number() ? found->get<double>() : 0;
            return ms > 0 && ms < 1e9 ? std::llround(ms * 1e6) : 0LL;
        };
        const std::int64_t asked_ns = began_ns + after("blocked") + after("dns") + after("connect");
        const std::int64_t answered_ns = asked_ns + after("send") + after("wait");
        if (!emit(Kind::connecting, began_ns, {})) return false;
        if (!emit(Kind::request, asked_ns,
                  head_of(request,
                          text_of(request, "method") + ' ' + path_of(details.url) + " HTTP/1.1")))
            return false;
        details.status =
            static_cast<int>(std::min<std::uint64_t>(count_of(response, "status"), 999));
        if (details.status == 0) return true;
        if (!emit(Kind::response, answered_ns,
                  head_of(response, "HTTP/1.1 " + std::to_string(details.status) + ' ' +
                                        text_of(response, "statusText"))))
            return false;
        if (details.status != 101) return true;
        details.address = text_of(entry, "serverIPAddress");
        return emit(Kind::open, answered_ns, {});
    }

    static std::string path_of(const std::string& url) {
        const std::size_t host = url.find("://");
        const std::size_t path = host == std::string::npos ? host : url.find('/', host + 3);
        return path == std::string::npos ? "/" : url.substr(path);
    }

    static std::string head_of(const json& side, std::string head) {
        head += "\r\n";
        const auto headers = side.find("headers");
        if (headers != side.end() && headers->is_array())
            for (const json& header : *headers)
                if (header.is_object())
                    head += text_of(header, "name") + ": " + text_of(header, "value") + "\r\n";
        return head;
    }

    int fd_;
    std::string pending_; ///< not in the file yet
    std::uint64_t written_ = 0;
    std::vector<Waiting> waiting_;
    std::uint32_t conn_ = 1;
    bool any_ = false;  ///< the entry had messages
    bool ours_ = false; ///< the entry has its life in `_events`
    std::int64_t started_ns_ = 0, first_ns_ = 0;
    LineReader line_;
    std::string bytes_, text_;
    base::Status failed_;
};

base::Result<int> HarLines::sorted() {
    if (failed_) failed_ = append_to(fd_, &pending_, {}, &written_, true);
    if (!failed_) return failed_.error();
    std::stable_sort(waiting_.begin(), waiting_.end(), [](const Waiting& a, const Waiting& b) {
        return a.t_ns != b.t_ns ? a.t_ns < b.t_ns : a.n < b.n;
    });
    const auto file = nameless_file();
    if (!file) return file.error();
    // The first line says whole milliseconds: t 0 is where one begins.
    std::int64_t begin_ns = waiting_.empty() ? 0 : waiting_.front().t_ns;
    begin_ns -= (first_ns_ + begin_ns) % base::kMillisecond;
    std::string out = first_line(first_ns_ + begin_ns, "HAR"), line;
    std::uint64_t size = 0;
    LineWriter writer(begin_ns);
    for (const Waiting& one : waiting_) {
        line.resize(one.size + kScanPadding);
        const ssize_t got = ::pread(fd_, line.data(), one.size, static_cast<off_t>(one.offset));
        if (got != static_cast<ssize_t>(one.size) ||
            line_.read(line.data(), one.size - 1, true) != LineKind::event) {
            ::close(file.value());
            return temporary_error();
        }
        wire::EventView event = line_.event();
        event.id = line_.n();
        writer.append(out, event);
        const base::Status put = append_to(file.value(), &pending_, out, &size, false);
        out.clear();
        if (!put) {
            ::close(file.value());
            return put.error();
        }
    }
    if (const base::Status put = append_to(file.value(), &pending_, out, &size, true); !put) {
        ::close(file.value());
        return put.error();
    }
    ::lseek(file.value(), 0, SEEK_SET);
    return file.value();
}

base::Error har_error(const std::string& path, int number) {
    return {"cannot read " + path, std::strerror(number),
            number == ENOENT ? "check the name" : "choose a file that can be read"};
}

} // namespace

bool looks_like_har(const std::string& path) {
    // A pipe is read once: it is a capture.
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return false;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    char begin[256];
    const ssize_t got = ::read(fd, begin, sizeof begin);
    ::close(fd);
    std::string_view text(begin, got > 0 ? static_cast<std::size_t>(got) : 0);
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    const auto skip_blanks = [&text] {
        while (!text.empty() && std::strchr(" \t\r\n", text.front()) != nullptr)
            text.remove_prefix(1);
    };
    skip_blanks();
    if (text.empty() || text.front() != '{') return false;
    text.remove_prefix(1);
    skip_blanks();
    return text.substr(0, 5) == "\"log\"";
}

base::Result<Reader> open_har(const std::string& path, ReadProgress* progress) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return har_error(path, errno);
    FileStream file(fd, progress); // closes it
    struct stat about {};
    if (::fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) return har_error(path, EISDIR);
    const auto waiting = nameless_file();
    if (!waiting) return waiting.error();
    HarLines lines(waiting.value());
    HarSax sax(lines);
    std::istream stream(&file);
    const bool whole = json::sax_parse(stream, &sax);
    if (file.cancelled()) return base::Error{path + " was not read to its end", "cancelled", {}};
    if (!lines.failed()) return lines.failed().error();
    if (!whole)
        return base::Error{path + " is not a whole HAR",
                           "it stops being JSON at byte " + base::count_text(sax.fault_at()),
                           "export it again"};
    if (!sax.has_entries())
        return base::Error{path + " is no HAR", "it has no log with entries",
                           "give a capture (.ndjson) or a HAR (.har)"};
    if (lines.connections() == 0)
        return base::Error{path + " has no WebSocket connection in it",
                           "none of its entries has messages or a ws:// address",
                           "open DevTools before the page connects, then export again"};
    const auto sorted = lines.sorted();
    if (!sorted) return sorted.error();
    ReaderOptions options;
    options.stop = progress ? &progress->stop : nullptr;
    return Reader::open_fd(sorted.value(), options);
}

base::Result<Reader> open_any(const std::string& path, ReadProgress* progress) {
    if (looks_like_har(path)) return open_har(path, progress);
    ReaderOptions options;
    options.stop = progress ? &progress->stop : nullptr;
    return Reader::open(path, options);
}

} // namespace capture
