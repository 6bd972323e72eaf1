// The attempts of the current connection, newest first: when, with what result, why, and how long
// it waited then.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "ui/panels.h"
#include "ui/preview.h"

namespace ui {
namespace {

using model::Attempt;
using model::Model;
using Result = Attempt::Result;

constexpr float kRow = 22;

struct ResultLook {
    const char* word;
    Icon icon;
    Role role;
};

ResultLook look_of(Result result) {
    switch (result) {
    case Result::running: return {"under way", Icon::half_disc, Role::accent};
    case Result::open: return {"open", Icon::disc, Role::ok};
    case Result::failed: return {"failed", Icon::cross, Role::err};
    case Result::closed: return {"closed", Icon::ring, Role::text2};
    case Result::lost: return {"lost", Icon::cross, Role::err};
    case Result::stopped: return {"stopped", Icon::ring, Role::text2};
    }
    return {"", Icon::ring, Role::text2};
}

/// A row's cells, left to right; the reason has what is left over.
struct Cells {
    Rect time, number, result, took, reason, next;
};

Cells cells_of(const Frame& f, const Rect& row) {
    const float c = f.fonts.c;
    Rect rest = row.inset(f.px(12), 0);
    Cells cells;
    cells.time = rest.cut_left(c * 13);
    cells.number = rest.cut_left(c * 8);
    rest.cut_left(f.px(14));
    cells.result = rest.cut_left(f.px(110));
    cells.took = rest.cut_left(c * 11);
    rest.cut_left(f.px(14));
    cells.next = rest.cut_right(c * 15); // "29.12 of 30 s"
    rest.cut_right(f.px(10));
    cells.reason = rest;
    return cells;
}

void draw_head(Frame& f, const Rect& row) {
    const Cells cells = cells_of(f, row);
    text(f, cells.time, Face::small, Role::text2, "Time");
    text(f, cells.number, Face::small, Role::text2, "Attempt", Align::right);
    text(f, cells.result, Face::small, Role::text2, "Result");
    text(f, cells.took, Face::small, Role::text2, "Lasted", Align::right);
    text(f, cells.reason, Face::small, Role::text2, "Reason");
    text(f, cells.next, Face::small, Role::text2, "Next after", Align::right);
}

/// Until it failed; of a session, how long it was open.
std::string lasted(Frame& f, const Attempt& attempt) {
    const std::int64_t from =
        attempt.opened_mono_ns != 0 ? attempt.opened_mono_ns : attempt.began_mono_ns;
    if (attempt.ended_mono_ns != 0) return base::duration_text(attempt.ended_mono_ns - from);
    f.wake_for_duration(from);
    return running_text(f.now_mono_ns - from);
}

std::string next_text(const Attempt& attempt) {
    if (attempt.delay_s < 0) return "";
    char text[48];
    if (attempt.delay_cap_s > 0)
        std::snprintf(text, sizeof text, "%.2f of %g s", attempt.delay_s, attempt.delay_cap_s);
    else
        std::snprintf(text, sizeof text, "%.2f s", attempt.delay_s);
    return text;
}

/// "12 events missed before it (seq 41 to 52), 9 of them replayed"
std::string missed_words(const model::MissedBetween* missed) {
    if (missed == nullptr) return "";
    const std::uint64_t count = missed->count();
    std::string words =
        base::count_text(count) + (count == 1 ? " event" : " events") + " missed before it (seq ";
    words += std::to_string(missed->from);
    if (count > 1) words += " to " + std::to_string(missed->to);
    words += "), ";
    return words + (missed->replayed == 0 ? "none" : base::count_text(missed->replayed)) +
           " of them replayed";
}

/// Why it ended, and what was missed before it.
std::string reason_words(const Attempt& attempt, const model::MissedBetween* missed) {
    std::string words = with_phase(attempt.phase, attempt.reason);
    const std::string more = missed_words(missed);
    if (!words.empty() && !more.empty()) words += "; ";
    return sentence(words + more);
}

void draw_row(Frame& f, const Rect& row, const Attempt& attempt, const model::MissedBetween* missed,
              model::Selection& selection, LogPanel& log) {
    const bool selected = selection.event != 0 && selection.event == attempt.event;
    const Touch area = touch(f, row, "Attempt " + std::to_string(attempt.conn));
    if (selected || area.hovered) fill(f, row, selected ? Role::sel : Role::hover);
    if (selected) fill(f, {row.x, row.y, f.px(3), row.h}, Role::accent);
    const ResultLook look = look_of(attempt.result);
    const Cells cells = cells_of(f, row);
    text(f, cells.time, Face::mono, Role::text, base::local_clock(attempt.began_wall_ns));
    text(f, cells.number, Face::mono, Role::text2, std::to_string(attempt.number), Align::right);
    Rect result = cells.result;
    icon(f, look.icon, result.cut_left(f.px(14)), look.role);
    result.cut_left(f.px(6));
    text(f, result, Face::words, look.role, look.word);
    text(f, cells.took, Face::mono, Role::text2, lasted(f, attempt), Align::right);
    bool cut = false;
    const std::string reason = reason_words(attempt, missed);
    text(f, cells.reason, Face::words, Role::text, reason, Align::left, &cut);
    text(f, cells.next, Face::mono, Role::text2, next_text(attempt), Align::right);
    if (area.hovered && (cut || !attempt.remedy.empty())) {
        tooltip(f, reason + (attempt.remedy.empty() ? "" : "\n" + sentence(attempt.remedy)));
    }
    if (!area.clicked) return;
    selection.event = attempt.event;
    log.show_selected = true;
}

} // namespace

void draw_attempts(Frame& f, const Model& model, model::Selection& selection, AttemptsPanel& panel,
                   LogPanel& log) {
    const model::Connection* connection = model.current();
    Rect place = f.place;
    if (!connection || connection->attempts.empty()) {
        empty_state(f, place, "No attempts yet",
                    "Each try to connect is listed here with its result.");
        return;
    }
    const std::vector<Attempt>& attempts = connection->attempts;
    if (attempts.size() == 1 && attempts[0].result == Result::open) {
        empty_state(f, place, "Connected at the first attempt",
                    "Each further one is listed here with its result.");
        return;
    }
    Rect head = place.cut_top(f.px(24));
    fill(f, head, Role::bar);
    line_below(f, head);
    head.cut_right(f.px(14)); // in line with the rows, which end at the bar
    draw_head(f, head);
    const Rect bar = place.cut_right(f.px(14));
    const auto total = static_cast<std::uint64_t>(attempts.size());
    const std::uint64_t shown =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(place.h / f.px(kRow)));
    wheel_scroll(place, 3, total > shown ? total - shown : 0, &panel.first);
    for (std::uint64_t i = panel.first; i < panel.first + shown && i < total; ++i) {
        const Attempt& attempt = attempts[static_cast<std::size_t>(total - 1 - i)];
        draw_row(f, place.cut_top(f.px(kRow)), attempt,
                 model.sequence.missed_before(connection->link, attempt.conn), selection, log);
    }
    scroll_bar(f, bar, "Attempts' scroll bar", &panel.bar, &panel.first, shown, total);
}

} // namespace ui
