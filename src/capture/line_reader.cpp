#include "capture/line_reader.h"

#include <algorithm>
#include <optional>

#include "base/clock.h"
#include "base/text.h"
#include "capture/json_scan.h"
#include "wire/json_text.h"

namespace capture {
namespace {

using wire::Kind;

constexpr std::string_view kCapture = "websocket-debugger";

bool is_blank(const char* line, std::size_t size) {
    return std::all_of(line, line + size,
                       [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
}

/// A word out of a file, safe and short enough for a sentence.
std::string quoted(std::string_view word) {
    constexpr std::size_t kMost = 40;
    const bool long_word = word.size() > kMost;
    return '"' + base::escape_for_terminal(word.substr(0, kMost)) + (long_word ? "…\"" : "\"");
}

} // namespace

/// One line while it is read.
struct LineReader::Members {
    JsonScan scan;
    std::size_t size; ///< of the line: no string in it is longer
    std::string_view name;
    bool has_t = false, has_conn = false, has_dir = false, has_kind = false;
    bool is_first_line = false;
    std::optional<JsonScan> version, program, started; ///< where their values stand
    std::string unescaped_name; ///< what `name` views when it was spelled with escapes
    bool unescaped = false;
    std::string wrong; ///< a value that is JSON, and means nothing
};

LineReader::LineReader() = default;
LineReader::~LineReader() = default;

void LineReader::reserve(std::size_t size) {
    if (capacity_ >= size) return;
    capacity_ = std::max(size, capacity_ + capacity_ / 2);
    payload_.reset(new char[capacity_ + kScanPadding]);
}

wire::Details& LineReader::detail() {
    if (!details_) details_ = std::make_unique<wire::Details>();
    if (!has_details_) *details_ = wire::Details();
    has_details_ = true;
    return *details_;
}

std::unique_ptr<wire::Details> LineReader::take_details() {
    if (!has_details_) return nullptr;
    has_details_ = false;
    event_.details = nullptr;
    return std::move(details_);
}

LineKind LineReader::fault(std::string what) {
    what_ = std::move(what);
    return LineKind::fault;
}

LineKind LineReader::read(const char* line, std::size_t size, bool utf8) {
    event_ = wire::EventView();
    n_ = 0;
    has_details_ = false;
    cut_off_ = false;
    if (utf8 && usual_line(line, size)) return LineKind::event;
    return any_line(line, size, utf8);
}

LineKind LineReader::any_line(const char* line, std::size_t size, bool utf8) {
    if (is_blank(line, size)) return LineKind::blank;
    Members in{JsonScan(line), size, {}};
    bool whole = in.scan.expect('{');
    if (whole && !in.scan.take('}')) {
        do whole = member(in);
        while (whole && in.scan.take(','));
        whole = whole && in.scan.expect('}');
    }
    if (!in.wrong.empty()) return fault(std::move(in.wrong));
    if (whole && !in.scan.at_end()) whole = in.scan.fail("there is more behind its end");
    if (!whole) {
        cut_off_ = in.scan.ran_out();
        return fault("it is not JSON: byte " + std::to_string(in.scan.offset() + 1) + ", " +
                     in.scan.fault());
    }
    if (!utf8 && !base::utf8_valid(std::string_view(line, size)))
        return fault("it is not UTF-8: byte " +
                     std::to_string(base::utf8_error_offset(std::string_view(line, size)) + 1));
    if (in.is_first_line) return begin(in);
    if (const char* name = missing(in)) return fault(std::string("\"") + name + "\" is missing");
    if (has_details_) event_.details = details_.get();
    return LineKind::event;
}

const char* LineReader::missing(const Members& in) const {
    if (!in.has_kind) return "kind";
    if (!in.has_t) return "t";
    if (!in.has_conn) return "conn";
    if (!in.has_dir) return "dir";
    // A close may say all it has by its code and reason.
    const bool bytes = wire::is_frame(event_.kind) || event_.kind == Kind::refused;
    const bool needed = bytes && event_.kind != Kind::close;
    return needed && !event_.has_payload ? "data" : nullptr;
}

/// A text or binary message just as line_writer writes it, without a look at each member by itself:
/// that takes half of the time. False: it is anything else, maybe damaged; what was set by then
/// does not count.
bool LineReader::usual_line(const char* line, std::size_t size) {
    std::uint64_t whole_s = 0, decimals = 0, conn = 0, frames = 1, wire_size = 0;
    std::size_t count = 0;
    JsonScan scan(line);
    if (!scan.take("{\"n\":") || !scan.take_digits(&n_, &count)) return false;
    if (!scan.take(",\"t\":") || !scan.take_digits(&whole_s, &count) || count > 7) return false;
    if (!scan.take(".") || !scan.take_digits(&decimals, &count) || count > 9) return false;
    for (; count < 9; ++count) decimals *= 10;
    if (!scan.take(",\"conn\":") || !scan.take_digits(&conn, &count)) return false;
    if (conn == 0 || conn > 0xFFFFFFFF || !scan.take(",\"dir\":\"")) return false;
    const bool received = scan.take("in\",\"kind\":\"");
    if (!received && !scan.take("out\",\"kind\":\"")) return false;
    const bool text = scan.take("text\",\"data\":");
    if (!text && !scan.take("binary\",\"data\":")) return false;
    reserve(size);
    std::size_t payload_size = 0;
    if (!scan.string(payload_.get(), &payload_size)) return false;
    if (scan.take(",\"frames\":") && (!scan.take_digits(&frames, &count) || count > 9))
        return false;
    if (scan.take(",\"wire_size\":") && !scan.take_digits(&wire_size, &count)) return false;
    if (!scan.take("}\n")) return false;
    event_.mono_ns = static_cast<std::int64_t>(whole_s * 1'000'000'000 + decimals);
    event_.conn = static_cast<std::uint32_t>(conn);
    event_.dir = received ? wire::Dir::in : wire::Dir::out;
    event_.kind = text ? Kind::text : Kind::binary;
    event_.frames = static_cast<std::uint32_t>(frames);
    event_.wire_size = wire_size;
    event_.payload = std::string_view(payload_.get(), payload_size);
    return event_.has_payload = true;
}

/// One member with its value. False: a fault of the scan, or `in.wrong`.
bool LineReader::member(Members& in) {
    in.unescaped = false;
    if (!in.scan.name(&in.name) || !in.scan.expect(':')) return false;
    if (in.scan.null()) return true; // as if it were not there
    if (in.scan.fault() != nullptr) return false;
    return frequent_member(in);
}

bool LineReader::frequent_member(Members& in) {
    const std::string_view name = in.name;
    std::uint64_t number = 0;
    std::string_view read;
    if (name == "n") return in.scan.whole(&n_);
    if (name == "t") return in.has_t = in.scan.seconds(&event_.mono_ns);
    if (name == "conn") {
        if (!in.scan.whole(&number)) return false;
        in.has_conn = number > 0 && number <= 0xFFFFFFFF;
        event_.conn = static_cast<std::uint32_t>(number);
        return in.has_conn || in.scan.fail("conn is no number of a connection");
    }
    if (name == "dir") {
        if (!word(in, &read)) return false;
        const auto dir = wire::dir_from_word(read);
        in.has_dir = dir.has_value();
        if (!dir) in.wrong = "dir is " + quoted(read) + ", not in, out or -";
        event_.dir = dir.value_or(wire::Dir::none);
        return in.has_dir;
    }
    if (name == "kind") {
        if (!word(in, &read)) return false;
        const auto kind = wire::kind_from_word(read);
        in.has_kind = kind.has_value();
        if (!kind) in.wrong = "the kind " + quoted(read) + " is not known";
        event_.kind = kind.value_or(Kind::note);
        return in.has_kind;
    }
    if (name == "data") return payload(in, false);
    if (name == "b64") return payload(in, true);
    if (name == "frames") {
        if (!in.scan.whole(&number)) return false;
        event_.frames = static_cast<std::uint32_t>(std::min<std::uint64_t>(number, 0xFFFFFFFF));
        return true;
    }
    if (name == "wire_size") return in.scan.whole(&event_.wire_size);
    return detail_member(in);
}

bool LineReader::payload(Members& in, bool base64) {
    reserve(in.size);
    std::size_t size = 0;
    if (!(base64 ? in.scan.base64(payload_.get(), &size) : in.scan.string(payload_.get(), &size)))
        return false;
    event_.payload = std::string_view(payload_.get(), size);
    return event_.has_payload = true;
}

/// A string of the format's own, in place until the next one.
bool LineReader::word(Members& in, std::string_view* word) {
    if (words_capacity_ < in.size) {
        words_capacity_ = std::max<std::size_t>(in.size, 1024);
        words_.reset(new char[words_capacity_ + kScanPadding]);
    }
    std::size_t size = 0;
    if (!in.scan.string(words_.get(), &size)) return false;
    *word = std::string_view(words_.get(), size);
    return true;
}

bool LineReader::text(Members& in, std::string* out) {
    std::string_view read;
    if (!word(in, &read)) return false;
    out->assign(read);
    return true;
}

bool LineReader::detail_member(Members& in) {
    const std::string_view name = in.name;
    const auto small_number = [&in](int* out) {
        std::uint64_t number = 0;
        if (!in.scan.whole(&number)) return false;
        *out = static_cast<int>(std::min<std::uint64_t>(number, 0x7FFFFFFF));
        return true;
    };
    if (name == "url") return text(in, &detail().url);
    if (name == "address") return text(in, &detail().address);
    if (name == "subprotocol") return text(in, &detail().subprotocol);
    if (name == "extensions") return text(in, &detail().extensions);
    if (name == "status") return small_number(&detail().status);
    if (name == "attempt") return small_number(&detail().attempt);
    if (name == "delay") return in.scan.real(&detail().delay_s);
    if (name == "code") return small_number(&detail().code);
    if (name == "reason") return text(in, &detail().reason);
    if (name == "clean") return in.scan.boolean(&detail().clean);
    if (name == "phase") return text(in, &detail().phase);
    if (name == "of") return in.scan.whole(&detail().of);
    if (name == "gap") return in.scan.whole(&detail().gap);
    if (name == "unmarked") return in.scan.boolean(&detail().unmarked);
    if (name == "error") return error(in);
    if (name == "rtt") return in.scan.seconds(&detail().rtt_ns);
    if (name == "by") {
        std::string_view who;
        if (!word(in, &who)) return false;
        detail().by = who == "us"     ? wire::By::us
                      : who == "peer" ? wire::By::peer
                                      : wire::By::nobody;
        return true;
    }
    if (name == "link") {
        std::uint64_t number = 0;
        if (!in.scan.whole(&number)) return false;
        event_.link = static_cast<std::uint32_t>(std::min<std::uint64_t>(number, 0xFFFFFFFF));
        return true;
    }
    return rare_member(in);
}

/// Those of a first line, and those that nobody knows. What only a first line may mean is kept for
/// later: in an event it may be anything.
bool LineReader::rare_member(Members& in) {
    // Spelled with escapes: read once, since what comes out may have a backslash itself.
    if (!in.unescaped && in.name.find('\\') != std::string_view::npos) {
        in.unescaped = true;
        in.unescaped_name = wire::unescaped_json(in.name);
        in.name = in.unescaped_name;
        return frequent_member(in);
    }
    const JsonScan value = in.scan;
    if (in.name == "version") in.version = value;
    if (in.name == "program") in.program = value;
    if (in.name == "started") in.started = value;
    std::string_view read;
    if (in.name != "capture" || !in.scan.peek('"')) return in.scan.skip();
    if (!word(in, &read)) return false;
    in.is_first_line = in.is_first_line || read == kCapture;
    return true;
}

LineKind LineReader::begin(Members& in) {
    beginning_ = Beginning();
    std::string_view read;
    if (in.version && !in.version->whole(&beginning_.version))
        return fault("the version of the capture is not a number");
    if (in.program) {
        in.scan = *in.program;
        if (word(in, &read)) beginning_.program = read;
    }
    if (in.started) {
        in.scan = *in.started;
        beginning_.started_known = word(in, &read) && read.substr(0, 4) >= "1970" &&
                                   read.substr(0, 4) < "2200" &&
                                   base::wall_ns_from_iso8601(read, &beginning_.started_wall_ns);
    }
    return LineKind::first_line;
}

bool LineReader::error(Members& in) {
    base::Error& error = detail().error.emplace();
    if (!in.scan.expect('{')) return false;
    if (in.scan.take('}')) return true;
    do {
        if (!in.scan.name(&in.name) || !in.scan.expect(':') || !error_member(in, &error))
            return false;
    } while (in.scan.take(','));
    return in.scan.expect('}');
}

bool LineReader::error_member(Members& in, base::Error* error) {
    if (in.scan.null()) return true;
    if (in.name == "what") return text(in, &error->what);
    if (in.name == "why") return text(in, &error->why);
    if (in.name == "fix") return text(in, &error->fix);
    return in.scan.skip();
}

} // namespace capture
