#include "replay/report.h"

#include <algorithm>
#include <cstdio>
#include <unordered_map>

#include "base/clock.h"
#include "base/text.h"

namespace replay {
namespace {

using wire::ReplayDifference;
using wire::ReplayExpectation;
using wire::ReplaySend;
using wire::ReplayState;
using wire::Verdict;

std::string counted(std::size_t count, const char* word) {
    return base::count_text(count) + ' ' + word;
}

std::string name_of_type(const std::string& type) { return type.empty() ? "(no type)" : type; }

/// As much of `text` as fits a line.
std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    return std::string(text.substr(0, most)) + "…";
}

std::string title_of(const ReplayState& state, std::size_t index) {
    constexpr std::size_t kMost = 60;
    const ReplaySend& send = state.sends[index];
    std::string title = std::to_string(index + 1);
    if (!send.type.empty()) title += ' ' + send.type;
    if (send.binary) return title + " (" + base::size_text(send.payload.size()) + ", binary)";
    return title + ' ' + shortened(send.payload, kMost);
}

/// How the expectations of one part ended.
struct Ends {
    std::size_t met = 0, different = 0, missing = 0, skipped = 0;
    void add(const ReplayExpectation& row) {
        if (row.verdict == Verdict::met) ++met;
        if (row.verdict == Verdict::different) ++different;
        if (row.verdict == Verdict::missing) ++missing;
        if (row.verdict == Verdict::skipped) ++skipped;
    }
    bool good() const { return different == 0 && missing == 0; }
};

std::string ends_text(const Ends& ends, std::size_t extras) {
    std::string text = counted(ends.met, "met");
    if (ends.different != 0) text += ", " + counted(ends.different, "different");
    if (ends.missing != 0) text += ", " + counted(ends.missing, "missing");
    if (ends.skipped != 0) text += ", " + counted(ends.skipped, "not awaited");
    if (extras != 0) text += ", " + counted(extras, "extra");
    return text;
}

Ends ends_between(const ReplayState& state, std::size_t first, std::size_t end) {
    Ends ends;
    for (std::size_t i = first; i < end; ++i) ends.add(state.expectations[i]);
    return ends;
}

std::int64_t reply_ns(const ReplaySend& send) {
    if (send.last_reply_mono_ns == 0 || send.sent_mono_ns == 0) return 0;
    return std::max<std::int64_t>(0, send.last_reply_mono_ns - send.sent_mono_ns);
}

std::string difference_text(const ReplayDifference& one) {
    const std::string path = one.path.empty() ? "the message" : one.path;
    switch (one.is) {
    case ReplayDifference::Is::added: return path + ": not expected, got " + one.got;
    case ReplayDifference::Is::removed: return path + ": expected " + one.expected + ", not there";
    case ReplayDifference::Is::changed: break;
    }
    return path + ": expected " + one.expected + ", got " + one.got;
}

std::string extra_text(const wire::ReplayExtra& extra) {
    return "extra " + name_of_type(extra.type) + " (event " + std::to_string(extra.event) +
           " of the session)";
}

} // namespace

std::string send_line(const ReplayState& state, std::size_t index) {
    const ReplaySend& send = state.sends[index];
    const std::string title = title_of(state, index);
    if (send.stage == ReplaySend::Stage::refused) return title + ": " + send.why_not;
    if (send.stage == ReplaySend::Stage::skipped) return title + ": not sent";
    if (!state.expect) return title + ": sent";
    const Ends ends = ends_between(state, send.first_expectation, send.end_expectation);
    std::string line = title + ": " + ends_text(ends, send.extras);
    if (send.last_reply_mono_ns != 0) line += ", " + base::duration_text(reply_ns(send));
    return line;
}

void append_differences(std::vector<std::string>& lines, const ReplayExpectation& row,
                        const Names& names) {
    std::string line = std::string(word(row.verdict)) + ' ' + name_of_type(row.type) + " (event " +
                       std::to_string(row.event) + " of " + names.expected;
    if (row.got_event != 0) line += ", event " + std::to_string(row.got_event) + " of " + names.got;
    lines.push_back(line + ')');
    for (const ReplayDifference& one : row.differences)
        lines.push_back("  " + difference_text(one));
    if (row.more_differences != 0)
        lines.push_back("  and " + counted(row.more_differences, "more differences"));
}

std::vector<std::string> difference_lines(const ReplayState& state, std::size_t most) {
    std::vector<std::string> lines;
    std::size_t told = 0, untold = 0;
    for (const ReplayExpectation& row : state.expectations) {
        if (row.verdict != Verdict::different && row.verdict != Verdict::missing) continue;
        if (told++ < most)
            append_differences(lines, row);
        else
            ++untold;
    }
    std::size_t extras_told = 0;
    for (const wire::ReplayExtra& extra : state.extras) {
        if (told + extras_told >= most) break;
        lines.push_back(extra_text(extra));
        ++extras_told;
    }
    untold += state.counts.extra - extras_told;
    if (untold != 0) lines.push_back("and " + counted(untold, "more"));
    return lines;
}

std::string counts_line(const ReplayState& state) {
    const wire::ReplayCounts& counts = state.counts;
    std::string line = counted(counts.sent, counts.sent == 1 ? "message sent" : "messages sent");
    if (counts.sent < state.sends.size()) line += " of " + base::count_text(state.sends.size());
    if (state.expect) {
        Ends ends;
        for (const ReplayExpectation& row : state.expectations) ends.add(row);
        line += "; of " + counted(state.expectations.size(), "expected ");
        line += ends_text(ends, 0);
        if (counts.extra != 0) line += "; " + counted(counts.extra, "extra");
    }
    if (state.stale_ids != 0)
        line +=
            "; " + counted(state.stale_ids, "ids sent as recorded: their new values had not come");
    return line;
}

//--- JUnit ----------------------------------------------------------------------------------------

namespace {

/// XML 1.0 takes tab, line end and what is not a control; the rest is written as \xNN.
void append_xml(std::string& out, std::string_view text) {
    constexpr const char* kHex = "0123456789abcdef";
    const auto append_byte = [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        out.append("\\x").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
    };
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = at;
        const std::uint32_t c = base::utf8_next(text, &at);
        const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFE || c == 0xFFFF;
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\t': out += "&#9;"; break;
        case '\n': out += "&#10;"; break;
        default:
            if (control || c == 0xFFFFFFFF)
                for (const char byte : text.substr(start, at - start)) append_byte(byte);
            else
                out.append(text.substr(start, at - start));
        }
    }
}

void append_attribute(std::string& out, const char* name, std::string_view value) {
    out.append(" ").append(name).append("=\"");
    append_xml(out, value);
    out += '"';
}

std::string seconds_text(double seconds) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.6f", std::max(0.0, seconds));
    return buffer;
}

/// Why a case fails: a sentence and the lines under it. Nothing when it does not.
struct Failure {
    std::string message;
    std::vector<std::string> lines;
    std::size_t untold = 0;
};

class Junit {
public:
    Junit(const ReplayState& state, const JunitHead& head) : state_(state), head_(head) {
        for (const wire::ReplayExtra& extra : state.extras) {
            if (extra.send == ReplayExpectation::kBeforeFirst)
                opening_extras_.push_back(&extra);
            else
                extras_[extra.send].push_back(&extra);
        }
    }

    std::string xml() {
        std::string cases;
        for (std::size_t i = 0; i < state_.sends.size(); ++i) add_case(cases, i);
        if (state_.sends.empty()) add_opening_case(cases);
        std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
        out += "<testsuite";
        append_attribute(out, "name", head_.name);
        append_attribute(out, "tests", std::to_string(count_));
        append_attribute(out, "failures", std::to_string(failures_));
        append_attribute(out, "errors", "0");
        append_attribute(out, "skipped", std::to_string(skipped_));
        append_attribute(out, "time", seconds_text(head_.seconds));
        append_attribute(out, "timestamp",
                         base::iso8601_utc_ms(head_.started_wall_ns).substr(0, 19));
        return out + ">\n" + cases + "</testsuite>\n</testsuites>\n";
    }

private:
    static constexpr std::size_t kMostRows = 50;

    void fill(Failure& failure, std::size_t first, std::size_t end, std::size_t extras,
              const std::vector<const wire::ReplayExtra*>& extra_rows) const {
        if (!state_.expect) return;
        const Ends ends = ends_between(state_, first, end);
        const bool bad_extras = state_.strict && extras != 0;
        if (ends.good() && !bad_extras) return;
        if (!failure.message.empty()) failure.message += "; ";
        failure.message += ends_text(ends, extras);
        std::size_t told = 0;
        for (std::size_t i = first; i < end; ++i) {
            const ReplayExpectation& row = state_.expectations[i];
            if (row.verdict != Verdict::different && row.verdict != Verdict::missing) continue;
            if (told++ < kMostRows)
                append_differences(failure.lines, row);
            else
                ++failure.untold;
        }
        for (const wire::ReplayExtra* extra : extra_rows) {
            if (told++ < kMostRows)
                failure.lines.push_back(extra_text(*extra));
            else
                ++failure.untold;
        }
    }

    void add_opening(Failure& failure) const {
        fill(failure, 0, state_.opening_end, state_.opening_extras, opening_extras_);
    }

    void add_case(std::string& out, std::size_t index) {
        const ReplaySend& send = state_.sends[index];
        Failure failure;
        const bool never = send.stage != ReplaySend::Stage::sent;
        if (never && (state_.error || send.enabled)) failure.message = not_sent_text(send);
        if (index == 0) add_opening(failure);
        const auto extras = extras_.find(index);
        static const std::vector<const wire::ReplayExtra*> kNone;
        fill(failure, send.first_expectation, send.end_expectation, send.extras,
             extras == extras_.end() ? kNone : extras->second);
        // A session that ended too early is the affair of the message that was sent last.
        if (state_.error && failure.message.empty() && index + 1 == state_.next)
            failure.message = base::one_line(*state_.error);
        const bool skipped = never && failure.message.empty();
        append_case(out, title_of(state_, index), reply_ns(send), failure, skipped);
    }

    void add_opening_case(std::string& out) {
        Failure failure;
        if (state_.error) failure.message = base::one_line(*state_.error);
        add_opening(failure);
        append_case(out, "what comes by itself", 0, failure, false);
    }

    std::string not_sent_text(const ReplaySend& send) const {
        std::string text = "not sent";
        if (!send.why_not.empty()) return text + ": " + send.why_not;
        if (state_.error) text += ": " + base::one_line(*state_.error);
        return text;
    }

    void append_case(std::string& out, const std::string& name, std::int64_t ns,
                     const Failure& failure, bool skipped) {
        ++count_;
        out += "<testcase";
        append_attribute(out, "classname", head_.name);
        append_attribute(out, "name", name);
        append_attribute(out, "time", seconds_text(static_cast<double>(ns) / 1e9));
        if (skipped) {
            ++skipped_;
            out += "><skipped/></testcase>\n";
        } else if (failure.message.empty()) {
            out += "/>\n";
        } else {
            ++failures_;
            out += ">\n<failure";
            append_attribute(out, "message", failure.message);
            append_attribute(out, "type", "replay");
            out += ">";
            std::string text;
            for (const std::string& line : failure.lines) text += line + '\n';
            if (failure.untold != 0) text += "and " + counted(failure.untold, "more") + '\n';
            append_xml(out, text);
            out += "</failure>\n</testcase>\n";
        }
    }

    const ReplayState& state_;
    const JunitHead& head_;
    std::vector<const wire::ReplayExtra*> opening_extras_;
    std::unordered_map<std::size_t, std::vector<const wire::ReplayExtra*>> extras_;
    std::size_t count_ = 0, failures_ = 0, skipped_ = 0;
};

} // namespace

std::string junit_xml(const ReplayState& state, const JunitHead& head) {
    return Junit(state, head).xml();
}

} // namespace replay
