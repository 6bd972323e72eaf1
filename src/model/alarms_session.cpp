// Alarms about a session as a whole: what `seq` tells, and which types come.
#include <algorithm>

#include "base/text.h"
#include "model/alarms.h"
#include "model/alarms_parts.h"
#include "wire/catalogue.h"

namespace model {

using namespace alarms;

namespace {

const std::string kHole = "seq hole", kRestart = "seq restart", kRepeats = "repeats",
                  kUnknown = "unknown types", kNever = "types never seen";

constexpr std::size_t kMostNamed = 6; ///< types that a sentence names

std::string whole(std::int64_t number) {
    return (number < 0 ? "−" : "") + base::count_text(number < 0
                                                          ? 0 - static_cast<std::uint64_t>(number)
                                                          : static_cast<std::uint64_t>(number));
}

/// "a, b and 3 more".
std::string listed(const std::vector<std::string>& names) {
    std::string text;
    const std::size_t shown = std::min(names.size(), kMostNamed);
    for (std::size_t i = 0; i < shown; ++i)
        text += (i == 0                                    ? ""
                 : i + 1 == shown && shown == names.size() ? " and "
                                                           : ", ") +
                base::escape_for_terminal(names[i].substr(0, 60));
    if (names.size() > shown) text += " and " + std::to_string(names.size() - shown) + " more";
    return text;
}

void tell_hole(const SequenceMark& mark, const Row& row, Notices& notices) {
    base::Error told;
    told.what = "seq " + whole(mark.missing_from) +
                (mark.missing() == 1 ? "" : " to " + whole(mark.missing_to)) + " missing, " +
                base::count_text(mark.missing()) + (mark.missing() == 1 ? " event" : " events");
    told.why = number(row.id) + " has the next one that came; TCP loses nothing on the way, so " +
               "they were not sent to this connection";
    told.fix = "look at the backend's log for a broadcast that failed";
    notices.alarm(Severity::warning, row.link, kHole, std::move(told), row.mono_ns, row.id);
}

void tell_restart(const SequenceMark& mark, const Row& row, Notices& notices) {
    base::Error told;
    told.what = "seq began anew behind " + whole(mark.seq_before);
    told.why = number(row.id) + " is not above the one before it: the backend restarted, or "
                                "another one answers at this address";
    told.fix = "what it knew of the conversation may be gone";
    notices.alarm(Severity::warning, row.link, kRestart, std::move(told), row.mono_ns, row.id);
}

} // namespace

//--- seq

void Alarms::take_sequence(const Sequence& sequence, const Log& log, EventId from, EventId to,
                           Notices& notices) {
    const auto each = [&](SequenceKind kind, const auto& tell) {
        for (EventId id = sequence.next(kind, from - 1); id != 0 && id < to;
             id = sequence.next(kind, id))
            tell(log.row(id));
    };
    each(SequenceKind::hole,
         [&](const Row& row) { tell_hole(sequence.mark_of(row.id), row, notices); });
    each(SequenceKind::restart,
         [&](const Row& row) { tell_restart(sequence.mark_of(row.id), row, notices); });
    EventId newest = 0;
    each(SequenceKind::repeat, [&](const Row& row) {
        if (repeats_.of_type.size() <= row.type) repeats_.of_type.resize(row.type + std::size_t{1});
        repeats_.of_type[row.type] += 1;
        repeats_.all += 1;
        newest = row.id;
    });
    if (newest != 0) tell_repeats(log, newest, notices);
}

/// Coda itself sends some events twice: told, never with a raised voice.
void Alarms::tell_repeats(const Log& log, EventId newest, Notices& notices) {
    std::vector<std::pair<std::uint64_t, std::string>> types;
    for (std::size_t type = 0; type < repeats_.of_type.size(); ++type)
        if (repeats_.of_type[type] != 0)
            types.emplace_back(repeats_.of_type[type], log.types()[type].name);
    std::stable_sort(types.begin(), types.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> names;
    for (const auto& [count, name] : types) names.push_back(name + " ×" + base::count_text(count));
    base::Error told;
    told.what = base::count_text(repeats_.all) +
                (repeats_.all == 1 ? " exact repeat" : " exact repeats") + " of other events";
    told.why = listed(names) + ": the same type and data with another seq within a second, " +
               "the newest in " + number(newest);
    told.fix = "fold them with R";
    notices.keep_quietly(0, kRepeats, std::move(told), log.mono_ns(newest), newest);
}

//--- types

/// A type that this connection brought for the first time. What the catalogue does not know is
/// told only where the rest is Coda's: other servers have types of their own.
void Alarms::take_new_type(const wire::EventView& event, const std::string& type,
                           Notices& notices) {
    constexpr int kSurelyCoda = 3;
    Seen& seen = seen_on(event.link);
    if (const wire::MessageType* known = wire::find_event(type)) {
        seen.known += 1;
        seen.backend = seen.backend || known->where == wire::Where::backend;
    } else {
        if (seen.unknown.empty()) seen.first_unknown = event.id;
        seen.unknown.push_back(type);
    }
    if (seen.unknown.empty() || seen.known < kSurelyCoda) return;
    const std::size_t count = seen.unknown.size();
    if (count > static_cast<std::size_t>(seen.known)) return;
    base::Error told;
    told.what = std::to_string(count) + (count == 1 ? " type" : " types") +
                " that the catalogue does not know: " + listed(seen.unknown);
    told.why =
        "the rest of this connection is Coda's; " + number(seen.first_unknown) + " was the first";
    told.fix = "the backend may be newer than this program: look at its fields in the tree";
    notices.keep_quietly(event.link, kUnknown, std::move(told), event.mono_ns, seen.first_unknown);
}

/// After a whole turn of the real backend: what the guide's dashboards wait for, and it never
/// sends.
void Alarms::tell_never_seen(const wire::EventView& event, const std::vector<TypeInfo>& types,
                             Notices& notices) {
    Seen& seen = seen_on(event.link);
    if (seen.told_never || !seen.backend) return;
    seen.told_never = true;
    const auto came = [&](std::string_view name) {
        for (std::size_t type = 0; type < seen.types.size() && type < types.size(); ++type)
            if (seen.types[type] && types[type].name == name) return true;
        return false;
    };
    std::vector<std::string> never;
    for (const wire::MessageType& known : wire::catalogue())
        if (!known.command && known.where == wire::Where::guide && !came(known.name))
            never.emplace_back(known.name);
    if (never.empty()) return;
    base::Error told;
    told.what = listed(never) + " never came";
    told.why = "the guide tells dashboards to wait for them; this backend sends other types";
    told.fix = "a dashboard that shows none of it is not at fault";
    notices.keep_quietly(event.link, kNever, std::move(told), event.mono_ns, event.id);
}

} // namespace model
