#include "replay/capture_diff.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "replay/matcher.h"
#include "replay/report.h"

namespace replay {
namespace {

using wire::Verdict;

constexpr std::size_t kBeforeFirst = wire::ReplayExpectation::kBeforeFirst;

void count(DiffSide& side) {
    for (const wire::ReplayExpectation& row : side.rows) {
        if (row.verdict == Verdict::met) ++side.counts.met;
        if (row.verdict == Verdict::different) ++side.counts.different;
        if (row.verdict == Verdict::missing) ++side.counts.missing;
    }
    side.counts.extra = side.extras.size() + side.uncounted_extras;
}

void finish(Matcher& matcher, DiffSide& side) {
    matcher.decide(0, side.rows.size());
    side.extras = matcher.take_extras();
    side.uncounted_extras = matcher.uncounted_extras();
    count(side);
}

/// For each message that `b` sent: up to which message of `a` its replies may belong.
std::vector<std::size_t> diff_sent(const Recording& a, const Recording& b, const Rules& rules,
                                   DiffSide& side) {
    Matcher matcher(rules, &side.rows);
    for (std::size_t i = 0; i < a.sends.size(); ++i) {
        wire::ReplayExpectation row;
        row.event = a.sends[i].event;
        row.send = i;
        matcher.expect(std::move(row), a.sends[i].payload, a.sends[i].binary);
    }
    matcher.open(a.sends.size());
    for (const RecordedSend& sent : b.sends)
        matcher.see({sent.event, sent.at_ns, sent.payload, sent.binary},
                    body_of(sent.payload, sent.binary));
    finish(matcher, side);

    std::unordered_map<std::uint64_t, std::size_t> counterparts; ///< by event of `b`
    for (const wire::ReplayExpectation& row : side.rows)
        if (row.got_event != 0) counterparts[row.got_event] = row.send + 1;
    std::vector<std::size_t> reached;
    std::size_t most = 0;
    for (const RecordedSend& sent : b.sends) {
        const auto found = counterparts.find(sent.event);
        if (found != counterparts.end()) most = std::max(most, found->second);
        reached.push_back(most);
    }
    return reached;
}

void diff_received(const Recording& a, const Recording& b, const Rules& rules,
                   const std::vector<std::size_t>& reached, DiffSide& side) {
    Matcher matcher(rules, &side.rows);
    // What authentication gave the one is what it gave the other, from connection to connection.
    for (std::size_t i = 0; i < std::min(a.auth_ids.size(), b.auth_ids.size()); ++i)
        if (a.auth_ids[i].first == b.auth_ids[i].first)
            matcher.renames().learn(a.auth_ids[i].first, a.auth_ids[i].second,
                                    b.auth_ids[i].second);
    std::vector<std::size_t> ends(a.sends.size() + 1); ///< of the replies to each message, and 0
    for (const RecordedReply& reply : a.replies) {
        wire::ReplayExpectation row;
        row.event = reply.event;
        row.send = reply.send;
        ends[reply.send == kBeforeFirst ? 0 : reply.send + 1] = side.rows.size() + 1;
        matcher.expect(std::move(row), reply.payload, reply.binary);
    }
    for (std::size_t i = 1; i < ends.size(); ++i) ends[i] = std::max(ends[i], ends[i - 1]);
    for (const RecordedReply& reply : b.replies) {
        matcher.open(ends[reply.send == kBeforeFirst ? 0 : reached[reply.send]]);
        matcher.see({reply.event, 0, reply.payload, reply.binary},
                    body_of(reply.payload, reply.binary));
    }
    finish(matcher, side);
}

void append_side(std::vector<std::string>& lines, const DiffSide& side, const char* direction,
                 std::size_t most) {
    std::vector<std::string> found;
    std::size_t told = 0;
    for (const wire::ReplayExpectation& row : side.rows) {
        if (row.verdict != Verdict::different && row.verdict != Verdict::missing) continue;
        if (told++ < most) append_differences(found, row, {"the first", "the second"});
    }
    for (const wire::ReplayExtra& extra : side.extras)
        if (told++ < most)
            found.push_back("extra " + (extra.type.empty() ? "(no type)" : extra.type) +
                            " (event " + std::to_string(extra.event) + " of the second)");
    for (const std::string& line : found)
        lines.push_back(line.front() == ' ' ? line : direction + line);
    told += side.uncounted_extras;
    if (told > most)
        lines.push_back(std::string(direction) + "and " + base::count_text(told - most) + " more");
}

} // namespace

bool CaptureDiff::same() const {
    const auto good = [](const wire::ReplayCounts& counts) {
        return counts.different == 0 && counts.missing == 0 && counts.extra == 0;
    };
    return good(sent.counts) && good(received.counts);
}

CaptureDiff diff(const Recording& a, const Recording& b, const Rules& rules) {
    CaptureDiff found;
    const std::vector<std::size_t> reached = diff_sent(a, b, rules, found.sent);
    diff_received(a, b, rules, reached, found.received);
    return found;
}

std::vector<std::string> lines_of(const CaptureDiff& diff, std::size_t most) {
    std::vector<std::string> lines;
    append_side(lines, diff.sent, "out ", most);
    append_side(lines, diff.received, "in  ", most);
    return lines;
}

std::string counts_line(const CaptureDiff& diff) {
    const wire::ReplayCounts &sent = diff.sent.counts, &received = diff.received.counts;
    const std::size_t all = diff.sent.rows.size() + diff.received.rows.size();
    std::string line = "of " + base::count_text(all) + (all == 1 ? " message " : " messages ") +
                       base::count_text(sent.met + received.met) + " agree";
    const auto add = [&line](std::size_t count, const char* word) {
        if (count != 0) line += ", " + base::count_text(count) + word;
    };
    add(sent.different + received.different, " different");
    add(sent.missing + received.missing, " missing");
    add(sent.extra + received.extra, " extra");
    return line;
}

} // namespace replay
