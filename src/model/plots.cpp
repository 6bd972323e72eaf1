// Index of this file: numbers as text · what is known · adding and removing · following the log.
#include "model/plots.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "wire/catalogue.h"
#include "wire/json_text.h"
#include "wire/message_head.h"

namespace model {
namespace {

constexpr const char* kTimestamp = "timestamp";
constexpr std::size_t kMostInChart = 4; ///< as many marks as there are

struct UnitName {
    Unit unit;
    const char* of_catalogue; ///< as wire::Field writes it
    const char* ending;       ///< of a field's name
    const char* words;        ///< behind a chart's title
    const char* sign;         ///< behind a number
};
constexpr UnitName kUnits[] = {
    {Unit::seconds, "s", "_seconds", "seconds", "s"},
    {Unit::milliseconds, "ms", "_ms", "milliseconds", "ms"},
    {Unit::megabytes, "MB", "_mb", "MB", "MB"},
    {Unit::percent, "%", "_percent", "percent", "%"},
};

const UnitName* name_of(Unit unit) {
    for (const UnitName& name : kUnits)
        if (name.unit == unit) return &name;
    return nullptr;
}

Unit unit_of(std::string_view type, std::string_view path) {
    if (const wire::MessageType* known = wire::find_type(type)) {
        for (const wire::Field& field : known->fields) {
            if (field.path != path) continue;
            for (const UnitName& name : kUnits)
                if (field.unit == name.of_catalogue) return name.unit;
        }
    }
    for (const UnitName& name : kUnits)
        if (path.ends_with(name.ending)) return name.unit;
    return Unit::none;
}

/// "llm" for data.llm_seconds: the unit stands behind the numbers.
std::string short_name(const NumberPath& path, Unit unit) {
    const NumberPath::Step& last = path.steps.back();
    std::string name = last.item < 0 ? last.key : "[" + std::to_string(last.item) + "]";
    const UnitName* known = name_of(unit);
    const std::string_view ending = known ? known->ending : "";
    if (name.size() > ending.size() && name.ends_with(ending))
        name.resize(name.size() - ending.size());
    return name;
}

/// What no clock and no gauge can say.
bool impossible(double value, Unit unit) {
    constexpr double kDay = 86'400;
    switch (unit) {
    case Unit::seconds: return value < 0 || value > kDay;
    case Unit::milliseconds: return value < 0 || value > kDay * 1000;
    case Unit::megabytes:
    case Unit::percent: return value < 0;
    case Unit::none: break;
    }
    return false;
}

/// Three digits that count, and no more places than those.
std::string digits_text(double value) {
    const double size = std::fabs(value);
    if (size != 0 && (size >= 1e15 || size < 1e-4)) {
        char text[32];
        std::snprintf(text, sizeof text, "%.2e", value);
        return text;
    }
    std::string text;
    const bool whole = std::fabs(size - std::round(size)) <= size * 1e-9;
    if (size >= 1000 || whole) {
        text = base::count_text(static_cast<std::uint64_t>(std::llround(size)));
    } else {
        char places[48];
        const int digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.1 ? 2 : 4;
        std::snprintf(places, sizeof places, "%.*f", digits, size);
        text = places;
    }
    return (value < 0 ? "−" : "") + text;
}

std::string seconds_text(double seconds) {
    const double size = std::fabs(seconds);
    if (size == 0) return "0 s";
    if (size < 999.5e-9) return digits_text(std::round(seconds * 1e9)) + " ns";
    if (size < 999.5e-6) return digits_text(seconds * 1e6) + " µs";
    if (size < 999.5e-3) return digits_text(seconds * 1e3) + " ms";
    char text[32];
    if (size >= 999.5) return digits_text(seconds) + " s";
    std::snprintf(text, sizeof text, "%.*f s", size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2, size);
    return (seconds < 0 ? "−" : "") + std::string(text);
}

} // namespace

//--- numbers as text -----------------------------------------------------------------------------

std::string value_text(double value, Unit unit) {
    if (unit == Unit::milliseconds) return seconds_text(value / 1000);
    if (unit == Unit::seconds) return seconds_text(value);
    const UnitName* name = name_of(unit);
    return name ? digits_text(value) + " " + name->sign : digits_text(value);
}

//--- what is known -------------------------------------------------------------------------------

Plots::Plots() { add_known(); }

void Plots::add_known() {
    struct Known {
        const char *name, *type, *key;
    };
    const auto chart = [&](const char* title, Unit unit, Marker marker,
                           std::initializer_list<Known> lines) {
        for (const Known& known : lines) {
            PlotLine line;
            line.name = known.name;
            line.type = known.type;
            line.path = std::string("data.") + known.key;
            line.unit = unit;
            Feed& feed = known_feed(line.type, NumberPath{{{"data"}}});
            feed.leaves.push_back(
                {add_line(std::move(line), title, unit), known.key, false, marker});
        }
    };
    constexpr const char *kTrace = "latency_trace", *kMetrics = "system_metrics";
    chart(kTrace, Unit::seconds, Marker::absent,
          {{"total", kTrace, "total_seconds"},
           {"llm", kTrace, "llm_seconds"},
           {"stt", kTrace, "stt_seconds"},
           {"tts", kTrace, "tts_seconds"}});
    chart(kMetrics, Unit::megabytes, Marker::any,
          {{"memory", kMetrics, "memory_mb"}, {"gpu", kMetrics, "gpu_vram_mb"}});
    chart(kMetrics, Unit::percent, Marker::any, {{"cpu", kMetrics, "cpu_percent"}});
    PlotLine ping;
    ping.name = "rtt";
    ping.unit = Unit::seconds;
    ping_line_ = add_line(std::move(ping), "Ping round trip", Unit::seconds);
    // The backend's second kind of trace has a time of its own and knows only one stage: in one
    // line with the first kind it would look like a fault.
    chart("latency_trace with timestamp", Unit::seconds, Marker::present,
          {{"total", kTrace, "total_seconds"}, {"llm", kTrace, "llm_seconds"}});
}

//--- adding and removing -------------------------------------------------------------------------

/// The feed of what Coda is known to send; lines side by side share one.
Plots::Feed& Plots::known_feed(const std::string& type, const NumberPath& parent) {
    for (Feed& feed : feeds_) {
        if (feed.type == type && feed.parent == parent) return feed;
    }
    Feed& feed = feeds_.emplace_back();
    feed.type = type;
    feed.parent = parent;
    return feed;
}

std::uint32_t Plots::add_line(PlotLine&& line, const std::string& title, Unit unit) {
    const auto number = static_cast<std::uint32_t>(lines_.size());
    const bool added = line.added;
    lines_.push_back(std::make_unique<PlotLine>(std::move(line)));
    edition_ += 1;
    for (Chart& chart : charts_) {
        const bool same = chart.title == title && chart.unit == unit &&
                          lines_[chart.lines.front()]->added == added;
        if (same && chart.lines.size() < kMostInChart) {
            chart.lines.push_back(number);
            return number;
        }
    }
    const UnitName* name = name_of(unit);
    charts_.push_back({title, name ? name->words : "", unit, {number}});
    return number;
}

bool Plots::drawn(std::string_view type, std::string_view path) const {
    return std::any_of(lines_.begin(), lines_.end(), [&](const auto& line) {
        return line && line->type == type && line->path == path;
    });
}

base::Status Plots::add(const std::string& type, const std::string& path) {
    auto steps = number_path(path);
    if (!steps.ok()) return steps.error();
    if (drawn(type, path)) return {};
    PlotLine line;
    line.type = type;
    line.path = path;
    line.unit = unit_of(type, path);
    line.name = short_name(steps.value(), line.unit);
    line.added = true;
    Feed feed;
    feed.type = type;
    feed.behind = next_ > first_;
    feed.next = first_;
    // An item of a list is its own object to look into: the whole path leads to the value.
    const Unit unit = line.unit;
    NumberPath::Step last = steps.value().steps.back();
    feed.parent = std::move(steps.value());
    if (last.item < 0) feed.parent.steps.pop_back();
    feed.leaves.push_back({add_line(std::move(line), type, unit), last.key, last.item >= 0});
    feeds_.push_back(std::move(feed));
    feeds_of_type_.clear(); // found anew with the next event
    return {};
}

bool Plots::remove(std::uint32_t number) {
    if (!has(number) || !lines_[number]->added) return false;
    lines_[number].reset();
    feeds_.erase(std::remove_if(feeds_.begin(), feeds_.end(),
                                [&](const Feed& feed) {
                                    return feed.leaves.front().line == number &&
                                           feed.leaves.size() == 1;
                                }),
                 feeds_.end());
    feeds_of_type_.clear();
    for (Chart& chart : charts_) std::erase(chart.lines, number);
    std::erase_if(charts_, [](const Chart& chart) { return chart.lines.empty(); });
    edition_ += 1;
    return true;
}

const PlotLine& Plots::line(std::uint32_t number) const { return *lines_[number]; }

std::uint64_t Plots::memory_bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& line : lines_)
        if (line) bytes += line->points.memory_bytes();
    return bytes;
}

//--- following the log ---------------------------------------------------------------------------

void Plots::take_leaf(Leaf& leaf, std::string_view raw, const Row& row) {
    PlotLine& line = *lines_[leaf.line];
    // Another connection's: no line leads there.
    if (std::exchange(leaf.link, row.link) != row.link) line.points.break_here();
    double value = 0;
    if (number_from_raw(raw, &value)) {
        line.points.append({row.mono_ns, value, row.id}, impossible(value, line.unit));
    } else {
        line.points.break_here(); // the message came without its number
    }
}

namespace {

/// The object that the numbers stand in. Where it is `data`, as in all of Coda's messages, it is
/// found by the fast walk over the envelope.
std::string_view object_at(std::string_view payload, const NumberPath& parent) {
    const bool data = parent.steps.size() == 1 && parent.steps[0].key == "data";
    return data ? wire::read_message_head(payload).data_raw(payload) : raw_at(payload, parent);
}

} // namespace

void Plots::take(Feed& feed, const Log& log, const Row& row) {
    const std::string_view object = object_at(log.view(row.id).payload, feed.parent);
    if (feed.leaves.front().itself) {
        take_leaf(feed.leaves.front(), object, row);
        return;
    }
    std::array<std::string_view, kMostLeaves> found;
    const std::size_t count = std::min(feed.leaves.size(), found.size());
    bool marked = false;
    wire::JsonMembers members(object);
    for (wire::JsonMember member; members.next(&member);) {
        if (member.key_raw == kTimestamp) marked = true;
        for (std::size_t i = 0; i < count; ++i)
            if (found[i].empty() && wire::json_key_is(member.key_raw, feed.leaves[i].key))
                found[i] = member.value_raw;
    }
    for (std::size_t i = 0; i < count; ++i) {
        Leaf& leaf = feed.leaves[i];
        if (leaf.marker != Marker::any && (leaf.marker == Marker::present) != marked) continue;
        take_leaf(leaf, found[i], row);
    }
}

void Plots::take_pong(const Log& log, const Row& row) {
    const wire::Details* details = log.view(row.id).details;
    if (details == nullptr || details->rtt_ns < 0) return;
    PlotLine& line = *lines_[ping_line_];
    if (ping_link_ != row.link) line.points.break_here();
    ping_link_ = row.link;
    const double seconds = static_cast<double>(details->rtt_ns) / base::kSecond;
    line.points.append({row.mono_ns, seconds, row.id}, impossible(seconds, line.unit));
}

/// A session is over: no line goes on into the next one.
void Plots::take_end(const Row& row) {
    for (const Feed& feed : feeds_) {
        if (feed.behind) continue;
        for (const Leaf& leaf : feed.leaves)
            if (leaf.link == row.link) lines_[leaf.line]->points.break_here();
    }
    if (ping_link_ == row.link) lines_[ping_line_]->points.break_here();
}

void Plots::take_row(const Log& log, EventId id) {
    const Row row = log.row(id);
    if (row.type != 0) {
        for (const std::uint16_t feed : feeds_of_type_[row.type])
            if (!feeds_[feed].behind) take(feeds_[feed], log, row);
    } else if (row.kind == wire::Kind::pong) {
        take_pong(log, row);
    } else if (row.kind == wire::Kind::closed || row.kind == wire::Kind::failed) {
        take_end(row);
    }
}

/// A line that was added late: from the oldest event to where the others are.
void Plots::catch_up(Feed& feed, const Log& log, std::int64_t until_ns) {
    constexpr int kPiece = 512;
    while (feed.next < next_) {
        for (int i = 0; i < kPiece && feed.next < next_; ++i, ++feed.next) {
            const Row row = log.row(feed.next);
            if (row.type != 0 && log.types()[row.type].name == feed.type) take(feed, log, row);
            const bool ends = row.kind == wire::Kind::closed || row.kind == wire::Kind::failed;
            for (const Leaf& leaf : feed.leaves)
                if (ends && row.link == leaf.link) lines_[leaf.line]->points.break_here();
        }
        if (base::mono_now_ns() >= until_ns) break;
    }
    feed.behind = feed.next < next_;
}

/// Which feeds each type goes to, for types that have been seen since the last time.
void Plots::follow_types(const Log& log) {
    while (feeds_of_type_.size() < log.types().size()) {
        const std::string& name = log.types()[feeds_of_type_.size()].name;
        std::vector<std::uint16_t>& feeds = feeds_of_type_.emplace_back();
        for (std::size_t i = 0; i < feeds_.size(); ++i)
            if (feeds_[i].type == name) feeds.push_back(static_cast<std::uint16_t>(i));
    }
}

void Plots::forget_below(EventId id) {
    first_ = id;
    next_ = std::max(next_, id);
    for (Feed& feed : feeds_) feed.next = std::max(feed.next, id);
    for (const auto& line : lines_)
        if (line) line->points.forget_below(id);
}

bool Plots::update(const Log& log, std::int64_t budget_ns) {
    constexpr int kPiece = 256; // between two looks at the clock
    if (log.first() > first_) forget_below(log.first());
    follow_types(log);
    const std::int64_t until = base::mono_now_ns() + budget_ns;
    bool behind = false;
    for (Feed& feed : feeds_) {
        if (feed.behind) catch_up(feed, log, until - budget_ns / 2);
        behind |= feed.behind;
    }
    while (next_ < log.end()) {
        for (int i = 0; i < kPiece && next_ < log.end(); ++i) take_row(log, next_++);
        if (base::mono_now_ns() >= until) break;
    }
    return !behind && next_ == log.end();
}

} // namespace model
