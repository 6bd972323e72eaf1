// Index of this file: stepping · playing · commands · the row.
#include "ui/transport.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "ui/move_cursor.h"

namespace ui {
namespace {

using model::EventId;
using model::Model;
using model::Selection;
using model::StepMode;

constexpr std::uint64_t kRowsAFrame = 100'000; ///< looked at by a search before the frame goes on

//--- stepping

/// Where a step starts: the cursor, else what is selected, else the newest event.
EventId start_of_step(const Model& model, const Selection& selection) {
    if (model.log.contains(selection.cursor)) return selection.cursor;
    if (model.log.contains(selection.event)) return selection.event;
    return model.log.size() == 0 ? 0 : model.log.end() - 1;
}

void search_on(const Model& model, Selection& selection, Transport& transport, LogPanel& log) {
    const EventId found = model::go_on(model, transport.step, kRowsAFrame);
    if (found != 0) {
        set_cursor(model, selection, log, found);
    } else if (!transport.step.running) {
        transport.ended =
            std::string(transport.step.forward ? "No later event" : "No earlier event");
        if (transport.step.mode != StepMode::any)
            transport.ended += std::string(" (") + model::word(transport.step.mode) + ")";
    }
}

void begin_step(StepMode mode, bool forward, const Model& model, Selection& selection,
                Transport& transport, LogPanel& log) {
    transport.playing = false;
    transport.step = model::step_from(model, mode, forward, start_of_step(model, selection));
    if (transport.step.running) search_on(model, selection, transport, log);
}

//--- playing

void go_live(Selection& selection, Transport& transport, LogPanel& log) {
    transport.playing = false;
    selection.cursor = 0;
    log.follow = true;
}

void pause_or_play(const Model& model, Selection& selection, Transport& transport, LogPanel& log) {
    if (model.log.size() == 0) return;
    if (selection.live()) {
        pause_at_newest(model, selection, log);
    } else if (transport.playing) {
        transport.playing = false;
    } else if (selection.cursor + 1 >= model.log.end()) {
        go_live(selection, transport, log); // nothing is left to play: what comes next is now
    } else {
        const EventId from = std::max(selection.cursor, model.log.first());
        transport.playing = true;
        transport.session_ns = model.log.mono_ns(from);
        transport.at_ns = model.now.mono_ns;
        transport.played = selection.cursor;
    }
}

void play_on(Frame& f, const Model& model, Selection& selection, Transport& transport,
             LogPanel& log) {
    if (selection.live() || model.log.size() == 0) {
        transport.playing = false;
        return;
    }
    if (selection.cursor != transport.played && model.log.contains(selection.cursor)) {
        transport.session_ns = model.log.mono_ns(selection.cursor); // somebody moved it: from there
        transport.at_ns = model.now.mono_ns;
    }
    const double speed = kSpeeds[transport.speed];
    const auto gone = static_cast<double>(model.now.mono_ns - transport.at_ns) * speed;
    transport.session_ns += static_cast<std::int64_t>(gone);
    transport.at_ns = model.now.mono_ns;
    const EventId next = model.log.first_at(transport.session_ns + 1);
    if (next >= model.log.end()) {
        go_live(selection, transport, log);
        return;
    }
    const EventId now = std::max(next - 1, model.log.first());
    if (now != selection.cursor) set_cursor(model, selection, log, now);
    transport.played = now;
    // In silence nothing moves until the next event is due.
    const auto due = static_cast<double>(model.log.mono_ns(next) - transport.session_ns) / speed;
    f.wake_at(model.now.mono_ns + static_cast<std::int64_t>(std::min(due, 1e15)));
}

} // namespace

//--- commands ------------------------------------------------------------------------------------

bool perform_transport(Command command, const Model& model, Selection& selection,
                       Transport& transport, LogPanel& log) {
    const auto step = [&](StepMode mode, bool forward) {
        transport.ended.clear();
        begin_step(mode, forward, model, selection, transport, log);
    };
    const int fastest = static_cast<int>(std::size(kSpeeds)) - 1;
    switch (command) {
    case Command::pause:
        transport.ended.clear();
        transport.step.running = false;
        pause_or_play(model, selection, transport, log);
        break;
    case Command::live: go_live(selection, transport, log); break;
    case Command::step_back: step(transport.mode, false); break;
    case Command::step_forward: step(transport.mode, true); break;
    case Command::step_mode:
        transport.mode = static_cast<StepMode>((static_cast<int>(transport.mode) + 1) %
                                               static_cast<int>(StepMode::count));
        break;
    case Command::same_type_back: step(StepMode::same_type, false); break;
    case Command::same_type_forward: step(StepMode::same_type, true); break;
    case Command::other_direction_back: step(StepMode::other_direction, false); break;
    case Command::other_direction_forward: step(StepMode::other_direction, true); break;
    case Command::previous_error: step(StepMode::error, false); break;
    case Command::next_error: step(StepMode::error, true); break;
    case Command::previous_same_connection: step(StepMode::connection, false); break;
    case Command::next_same_connection: step(StepMode::connection, true); break;
    case Command::slower: transport.speed = std::max(0, transport.speed - 1); break;
    case Command::faster: transport.speed = std::min(fastest, transport.speed + 1); break;
    default: return false;
    }
    return true;
}

void run_transport(Frame& f, const Model& model, Selection& selection, Transport& transport,
                   LogPanel& log) {
    // A cursor whose event went with the oldest ones stands at the oldest that is left.
    if (!selection.live() && !model.log.contains(selection.cursor)) {
        if (model.log.size() == 0) {
            go_live(selection, transport, log);
        } else if (selection.cursor < model.log.first()) {
            selection.cursor = model.log.first();
        }
    }
    if (transport.step.running) {
        search_on(model, selection, transport, log);
        f.wake_at(f.now_mono_ns);
    }
    if (transport.playing) play_on(f, model, selection, transport, log);
}

//--- the row -------------------------------------------------------------------------------------

namespace {

std::string speed_words(double speed) {
    char words[16];
    std::snprintf(words, sizeof words, "×%g", speed);
    return words;
}

/// "00:14.7", "1:02:30".
std::string session_words(std::int64_t ns) {
    const long long tenths = std::max<std::int64_t>(0, ns / (base::kSecond / 10));
    char words[40];
    if (tenths < 36000) {
        std::snprintf(words, sizeof words, "%02lld:%02lld.%lld", tenths / 600, tenths / 10 % 60,
                      tenths % 10);
    } else {
        std::snprintf(words, sizeof words, "%lld:%02lld:%02lld", tenths / 36000, tenths / 600 % 60,
                      tenths / 10 % 60);
    }
    return words;
}

void draw_buttons(Frame& f, Rect* row, const Model& model, Selection& selection,
                  Transport& transport, LogPanel& log) {
    const bool any = model.log.size() > 0;
    const EventId cursor = selection.cursor;
    const bool before = any && (selection.live() || cursor > model.log.first());
    const bool later = any && !selection.live() && cursor + 1 < model.log.end();
    const bool plays = selection.live() || transport.playing;
    const auto place = [&] {
        const Rect at = row->cut_left(f.px(26)).middle(f.px(22));
        row->cut_left(f.px(1));
        return at;
    };
    if (icon_button(f, place(), Icon::to_first, "To the oldest event", Look::bare, before))
        set_cursor(model, selection, log, model.log.first());
    if (icon_button(f, place(), Icon::step_back, "Step back (←)", Look::bare, before))
        f.ask(Command::step_back);
    const Rect middle = place();
    if (plays) fill(f, middle, Role::sel, 1, f.px(4));
    const char* name = plays ? "Pause (Space)" : "Play (Space)";
    if (icon_button(f, middle, plays ? Icon::pause : Icon::play, name, Look::bare, any))
        f.ask(Command::pause);
    if (icon_button(f, place(), Icon::step_forward, "Step forward (→)", Look::bare, later))
        f.ask(Command::step_forward);
    if (icon_button(f, place(), Icon::to_last, "To the newest event", Look::bare, later))
        set_cursor(model, selection, log, model.log.end() - 1);
}

void draw_choices(Frame& f, Rect* row, Transport& transport) {
    row->cut_left(f.px(7));
    const std::string now = speed_words(kSpeeds[transport.speed]);
    const Rect speed = row->cut_left(button_width(f, "×100")).middle(f.px(22));
    std::string speeds[std::size(kSpeeds)];
    for (std::size_t i = 0; i < std::size(kSpeeds); ++i) speeds[i] = speed_words(kSpeeds[i]);
    const bool open_speeds = button(f, speed, now);
    const int fast = list_under(f, speed, "Speed", now, speeds,
                                static_cast<int>(std::size(kSpeeds)), open_speeds);
    if (fast >= 0) transport.speed = fast;

    row->cut_left(f.px(7));
    std::string modes[static_cast<std::size_t>(StepMode::count)];
    float width = 0;
    for (std::size_t i = 0; i < std::size(modes); ++i) {
        modes[i] = model::word(static_cast<StepMode>(i));
        width = std::max(width, button_width(f, "Step: " + modes[i]));
    }
    const std::string mode = std::string("Step: ") + model::word(transport.mode);
    const Rect step = row->cut_left(button_width(f, mode)).middle(f.px(22));
    if (step.w < button_width(f, mode)) return;
    const bool open_modes = button(f, step, mode);
    const int picked = list_under(f, step, "Step mode", model::word(transport.mode), modes,
                                  static_cast<int>(std::size(modes)), open_modes);
    if (picked >= 0) transport.mode = static_cast<StepMode>(picked);
}

} // namespace

void draw_transport(Frame& f, const Rect& place, const Model& model, Selection& selection,
                    Transport& transport, LogPanel& log) {
    f.region = "transport";
    fill(f, place, Role::bar);
    line_below(f, place);
    Rect row = place.inset(f.px(8), 0);
    draw_buttons(f, &row, model, selection, transport, log);
    draw_choices(f, &row, transport);
    if (model.log.size() == 0) return;

    //--- from the right: the session, then the cursor in what is left
    const std::string session =
        "Session " + session_words(newest_ns(model) - model.log.start_mono_ns());
    const float width = std::ceil(text_width(f, Face::mono, session));
    if (row.w > width + f.px(16)) {
        text(f, row.cut_right(width + 1), Face::mono, Role::text2, session, Align::right);
    }
    row.cut_left(f.px(12));
    row.cut_right(f.px(12));
    const auto piece = [&](Face face, Role role, const std::string& words) {
        const float wide = std::ceil(text_width(f, face, words)) + 1;
        if (wide > row.w) {
            row.w = 0;
            return;
        }
        text(f, row.cut_left(wide), face, role, words);
        row.cut_left(f.px(10));
    };
    if (!selection.live() && model.log.contains(selection.cursor)) {
        const std::int64_t at = model.log.mono_ns(selection.cursor);
        piece(Face::mono, Role::cursor, "Cursor " + since_start_words(model, at));
        piece(Face::mono, Role::text2, base::local_clock(model.log.wall_ns(selection.cursor), 3));
    }
    if (transport.step.running) piece(Face::words, Role::text2, "Looking …");
    if (!transport.ended.empty()) piece(Face::words, Role::text2, transport.ended);
}

} // namespace ui
