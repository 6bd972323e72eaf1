// Which numbers are drawn against time, and their points: what Coda is known to measure, the round
// trips of our own pings, and any numeric path that the user adds. Follows the log in budgeted
// slices, so a series that is added late is filled from what the log still holds. Written by drain
// and act, read by draw; UI thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/log.h"
#include "model/number_path.h"
#include "model/series.h"

namespace model {

enum class Unit : std::uint8_t { none, seconds, milliseconds, megabytes, percent };

/// "1.20 s", "361 ms", "0 s", "29.6 MB", "12 %", "1,204": about three digits that count, always
/// with the unit; negative ones with U+2212. At most eight characters up to a million.
std::string value_text(double value, Unit unit);

/// One line of a chart.
struct PlotLine {
    std::string name;       ///< "total"
    std::string type, path; ///< what it is made of; both empty for our pings
    Unit unit = Unit::none;
    bool added = false; ///< by the user: can be removed
    Series points;
};

/// What stands in one frame of axes: lines of one unit.
struct Chart {
    std::string title, unit_words; ///< "latency_trace", "seconds"
    Unit unit = Unit::none;
    std::vector<std::uint32_t> lines; ///< their numbers: Plots::line
};

class Plots {
public:
    Plots();

    /// Follows the log for about `budget_ns`. False when events are left to look at.
    bool update(const Log& log, std::int64_t budget_ns);

    /// Adds a line; a path that is drawn already is not added twice. Error: no path of that form.
    base::Status add(const std::string& type, const std::string& path);
    bool drawn(std::string_view type, std::string_view path) const;
    /// Takes away a line that was added. False when there is none with this number.
    bool remove(std::uint32_t line);

    const std::vector<Chart>& charts() const { return charts_; }
    bool has(std::uint32_t number) const { return number < lines_.size() && lines_[number]; }
    /// Precondition: has(number).
    const PlotLine& line(std::uint32_t number) const;
    /// Changes with every add and remove: what was remembered of charts is old.
    std::uint64_t edition() const { return edition_; }

    std::uint64_t memory_bytes() const;

private:
    /// Which messages count for a line: by whether `timestamp` stands beside its number.
    enum class Marker : std::uint8_t { any, absent, present };
    struct Leaf {
        std::uint32_t line = 0;
        std::string key;
        bool itself = false; ///< the parent path leads to the number
        Marker marker = Marker::any;
        std::uint32_t link = 0; ///< of its newest point
    };
    /// Lines whose numbers stand side by side in one object, found with one pass over it.
    struct Feed {
        std::string type;
        NumberPath parent;
        std::vector<Leaf> leaves; ///< at most kMostLeaves
        bool behind = false;      ///< added late: older events are still to be looked at
        EventId next = 1;         ///< while behind: the next one to look at
    };
    static constexpr std::size_t kMostLeaves = 8;

    std::uint32_t add_line(PlotLine&& line, const std::string& title, Unit unit);
    void add_known();
    Feed& known_feed(const std::string& type, const NumberPath& parent);
    void take(Feed& feed, const Log& log, const Row& row);
    void take_leaf(Leaf& leaf, std::string_view raw, const Row& row);
    void take_pong(const Log& log, const Row& row);
    void take_end(const Row& row);
    void take_row(const Log& log, EventId id);
    void catch_up(Feed& feed, const Log& log, std::int64_t until_ns);
    void follow_types(const Log& log);
    void forget_below(EventId id);

    std::vector<std::unique_ptr<PlotLine>> lines_; ///< by number; null: removed
    std::vector<Chart> charts_;
    std::vector<Feed> feeds_;
    std::vector<std::vector<std::uint16_t>> feeds_of_type_; ///< by TypeId
    std::uint32_t ping_line_ = 0, ping_link_ = 0;
    std::uint64_t edition_ = 1;
    EventId first_ = 1, next_ = 1;
};

} // namespace model
