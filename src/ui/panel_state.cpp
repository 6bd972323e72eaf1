// State and watches at the cursor in time.
//   1. the moment     2. Coda's state     3. the last of each type     4. watches
#include "ui/panel_state.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/clock.h"
#include "base/text.h"
#include "model/coda_state.h"
#include "model/json_path.h"
#include "ui/preview.h"
#include "wire/catalogue.h"

namespace ui {
namespace {

using model::EventId;
using model::LastOfType;
using model::Model;
using model::Selection;

constexpr float kRow = 20, kNames = 96;

//--- 1. the moment

/// The event that counts as now, and its time; live: the newest one, and the clock.
struct Moment {
    EventId event = 0;
    std::int64_t mono_ns = 0;
    bool live = true;
    std::uint32_t link = 0;    ///< the connection that is shown
    std::int64_t since_ns = 0; ///< when its session began; 0: not known
    bool connected = true;     ///< as far as one can tell
};

/// The session of the moment's connection, as the timeline has it.
void find_session(const Model& model, Moment* moment) {
    const auto& lives = model.timeline.lives();
    if (moment->link == 0 || moment->link > lives.size()) return;
    for (const model::LifeSpan& span : lives[moment->link - 1]) {
        if (span.from_ns > moment->mono_ns) break;
        if (span.life == model::Life::connecting) moment->since_ns = span.from_ns;
        moment->connected = span.life != model::Life::closed && span.life != model::Life::waiting;
    }
}

Moment moment_of(const Model& model, const Selection& selection) {
    Moment moment{model.log.end() - 1, model.now.mono_ns, true, model.current_link};
    if (!selection.live() && model.log.contains(selection.cursor)) {
        moment.event = selection.cursor;
        moment.mono_ns = model.log.mono_ns(selection.cursor);
        moment.live = false;
    }
    // Without a connection of its own, what there is of others.
    const std::vector<model::TypeHistory>& all = model.insight.histories;
    for (std::uint32_t link = 0; model.connection(moment.link) == nullptr && link < all.size();
         ++link)
        if (!all[link].empty()) moment.link = link;
    find_session(model, &moment);
    return moment;
}

/// Behind a heading, where there are several: ", 2 localhost:8765".
std::string of_link(const Model& model, const Moment& moment) {
    const model::Connection* const connection = model.connection(moment.link);
    if (model.tabs().size() < 2 || connection == nullptr) return {};
    return ", " + std::to_string(moment.link) + " " + label_of(*connection);
}

/// What is not now says so.
void draw_band(Frame& f, Rect* rest, const Model& model, const Moment& moment, const char* name) {
    if (moment.live) return;
    Rect band = rest->cut_top(f.px(24));
    fill(f, band, Role::curbg);
    fill(f, {band.x, band.y, f.px(3), band.h}, Role::cursor);
    band = band.inset(f.px(12), 0);
    char at[48];
    std::snprintf(at, sizeof at, "%.3f s, not now",
                  static_cast<double>(moment.mono_ns - model.log.start_mono_ns()) / base::kSecond);
    text(f, band.cut_right(text_width(f, Face::mono, at) + f.px(2)), Face::mono, Role::text2, at,
         Align::right);
    text(f, band, Face::words, Role::cursor, name);
}

void show(Selection& selection, LogPanel& log, EventId event) {
    selection.event = event;
    log.show_selected = true;
}

//--- 2. Coda's state

/// One line: its name, and the rest of the row for what is said.
Rect named_row(Frame& f, Rect* rest, const char* name) {
    Rect row = rest->cut_top(f.px(kRow)).inset(f.px(12), 0);
    text(f, row.cut_left(f.px(kNames)), Face::words, Role::text2, name);
    return row;
}

void draw_handshake(Frame& f, Rect* rest, const model::CodaState& state, bool connected) {
    Rect row = named_row(f, rest, "Handshake");
    if (!connected) {
        text(f, row, Face::words, Role::text3, "Not connected");
        return;
    }
    const auto say = [&](Icon which, Role role, const std::string& words) {
        icon(f, which, row.cut_left(f.px(14)), role);
        row.cut_left(f.px(5));
        text(f, row, Face::words, role, words);
    };
    switch (state.handshake) {
    case wire::AuthStage::none: text(f, row, Face::words, Role::text3, "No challenge came"); break;
    case wire::AuthStage::challenged:
        say(Icon::triangle, Role::warn, "Challenge unanswered");
        break;
    case wire::AuthStage::answered: say(Icon::half_disc, Role::accent, "Challenge answered"); break;
    case wire::AuthStage::refused: say(Icon::cross, Role::err, "Refused"); break;
    case wire::AuthStage::authenticated:
        say(Icon::check, Role::ok,
            "Authenticated after " + base::duration_text(state.handshake_ns));
        break;
    }
}

/// The turn as it was known at that moment: the same pass, over its events until then.
model::Turn turn_at(const Model& model, const model::Turn& turn, const Moment& moment) {
    constexpr model::EventId kMostEvents = 4096;
    if (moment.event >= turn.last || !model.log.contains(turn.first)) return turn;
    model::Turns until;
    const model::EventId end = std::min(moment.event + 1, turn.first + kMostEvents);
    for (model::EventId id = turn.first; id < end; ++id)
        until.take(model.log.view(id), model.log.type(id), model.log.types());
    for (const model::Turn& each : until.list())
        if (each.first == turn.first) return each;
    return turn;
}

std::string turn_text(const model::Turn& it, int turn) {
    const std::string took = base::duration_text(it.ended_ns - it.began_ns);
    std::string words = std::to_string(turn + 1) + ", ";
    words += it.over ? "ended after " + took : "in progress for " + took;
    if (it.errors > 0) {
        words += ", " + std::to_string(it.errors) + (it.errors == 1 ? " error" : " errors");
    }
    return words;
}

/// The stages of a turn side by side, as wide as they took.
void draw_stages(Frame& f, Rect* rest, const Model& model, const model::Turn& turn,
                 const Moment& moment) {
    Rect row = named_row(f, rest, "Stages").middle(f.px(16));
    const std::vector<model::Stage> stages = model::stages_of(turn, model.log, model.insight.pairs);
    const double whole =
        static_cast<double>(std::max<std::int64_t>(1, turn.ended_ns - turn.began_ns));
    for (model::Stage stage : stages) {
        if (stage.to > moment.event) { // its end is still to come
            stage.to = 0;
            stage.end_ns = moment.mono_ns;
            stage.error = false;
        }
        if (stage.sub_step || stage.from == 0 || stage.from > moment.event || stage.name == "echo")
            continue;
        const auto x_of = [&](std::int64_t ns) {
            const double part = static_cast<double>(ns - turn.began_ns) / whole;
            return row.x + std::round(row.w * static_cast<float>(std::clamp(part, 0.0, 1.0)));
        };
        const Rect bar{x_of(stage.begin_ns), row.y,
                       std::max(f.px(2), x_of(stage.end_ns) - x_of(stage.begin_ns) - f.px(1)),
                       row.h};
        const Role role = stage.error ? Role::err : f.theme.of_type(stage.name, false);
        fill(f, bar, role, 0.35f);
        fill(f, {bar.x, bar.bottom() - f.px(2), bar.w, f.px(2)}, role);
        const std::string words =
            stage.name + " " +
            (stage.error ? "error" : base::duration_text(stage.end_ns - stage.begin_ns));
        if (text_width(f, Face::mono_small, words) + f.px(8) < bar.w)
            text(f, bar.inset(f.px(4), 0), Face::mono_small, Role::text, words);
    }
}

void draw_mode(Frame& f, Rect* rest, const model::CodaState& state) {
    const Rect row = named_row(f, rest, "Mode");
    std::string words = state.mode.empty() ? "" : state.mode + ", ";
    words += state.listening ? "listening" : "not listening";
    words += state.speaking ? ", speaking" : ", not speaking";
    if (!state.emotion.empty()) words += ", " + state.emotion;
    text(f, row, Face::words, Role::text, words);
}

void draw_last_error(Frame& f, Rect* rest, const Model& model, const Moment& moment,
                     const model::CodaState& state, Selection& selection, LogPanel& log) {
    Rect row = named_row(f, rest, "Last error");
    if (state.last_error == 0) {
        text(f, row, Face::words, Role::text3, "None");
        return;
    }
    const model::Row error = model.log.row(state.last_error);
    const std::string words = model.log.types()[error.type].name + " #" + std::to_string(error.id) +
                              ", " + base::duration_text(moment.mono_ns - error.mono_ns) +
                              " before";
    icon(f, Icon::cross, row.cut_left(f.px(14)), Role::err);
    row.cut_left(f.px(5));
    if (touch(f, row, "Last error").clicked) show(selection, log, error.id);
    text(f, row, Face::words, Role::err, words);
}

void draw_coda(Frame& f, Rect* rest, const Model& model, const Moment& moment,
               const model::CodaState& state, Selection& selection, LogPanel& log) {
    rest->cut_top(f.px(6));
    draw_handshake(f, rest, state, moment.connected);
    const auto& turns = model.insight.turns.list();
    int turn = model.insight.turns.newest_at(moment.event);
    while (turn >= 0 && turns[static_cast<std::size_t>(turn)].link != moment.link) --turn;
    const Rect row = named_row(f, rest, "Turn");
    if (turn < 0) {
        text(f, row, Face::words, Role::text3, "None yet");
    } else {
        const model::Turn it = turn_at(model, turns[static_cast<std::size_t>(turn)], moment);
        text(f, row, Face::words, it.errors > 0 ? Role::err : Role::text, turn_text(it, turn));
        draw_stages(f, rest, model, it, moment);
    }
    if (moment.connected) draw_mode(f, rest, state);
    draw_last_error(f, rest, model, moment, state, selection, log);
    rest->cut_top(f.px(6));
}

//--- what was asked, and nothing has answered

/// Oldest first, each with its age; the row leads to it.
void draw_waiting(Frame& f, Rect* rest, const Model& model, const Moment& moment,
                  Selection& selection, LogPanel& log) {
    constexpr std::size_t kMost = 4;
    std::vector<model::OpenRequest> open = model.insight.pairs.open_at(moment.event);
    std::erase_if(open, [&](const model::OpenRequest& each) {
        // A server that echoes nothing leaves all commands so; a conversation may last.
        const bool echo = each.kind == model::PairKind::echo;
        return each.given_up || !model.log.contains(each.asked) ||
               model.log.row(each.asked).link != moment.link ||
               (echo && !model.insight.pairs.echoes_come()) ||
               type_or_kind(model.log, model.log.row(each.asked)) == "conversation_start";
    });
    for (std::size_t i = 0; i < open.size() && i < kMost; ++i) {
        Rect row = named_row(f, rest, i == 0 ? "Waiting for" : "");
        const model::Row asked = model.log.row(open[i].asked);
        const std::string name = std::string(type_or_kind(model.log, asked));
        const Touch area = touch(f, row, "Waiting " + std::to_string(asked.id));
        if (area.hovered) selection.hovered = asked.id;
        if (area.hovered) fill(f, row, Role::hover);
        if (area.clicked) show(selection, log, asked.id);
        std::string words = "the answer to " + name + " #" + std::to_string(asked.id) + ", " +
                            base::duration_text(moment.mono_ns - asked.mono_ns);
        if (i + 1 == kMost && open.size() > kMost)
            words += ", and " + base::count_text(open.size() - kMost) + " more";
        text(f, row, Face::words, Role::text, words);
        if (moment.live) f.wake_for_duration(asked.mono_ns);
    }
}

//--- 3. the last of each type

struct Columns {
    Rect mark, type, ago, count, fields;
};

Columns columns_of(const Frame& f, Rect row) {
    Columns at;
    row.cut_left(f.px(12));
    at.mark = row.cut_left(f.px(14));
    at.type = row.cut_left(f.fonts.c * 22);
    at.ago = row.cut_left(f.fonts.c * 9);
    at.count = row.cut_left(f.fonts.c * 8);
    row.cut_left(f.px(12));
    at.fields = row;
    return at;
}

void draw_heads(Frame& f, const Rect& row, const std::string& of) {
    fill(f, row, Role::bar);
    line_below(f, row);
    const Columns at = columns_of(f, row);
    text(f, {at.type.x, at.type.y, at.type.w + f.fonts.c * 5, at.type.h}, Face::small, Role::text2,
         "Last of each type" + of);
    text(f, at.ago, Face::small, Role::text2, "Ago", Align::right);
    text(f, at.count, Face::small, Role::text2, "Count", Align::right);
    text(f, at.fields, Face::small, Role::text2, "Leading fields, ~ changed");
}

void draw_type(Frame& f, const Rect& row, const Model& model, const LastOfType& entry,
               const Moment& moment, Selection& selection, LogPanel& log) {
    const std::string& name = model.log.types()[entry.type].name;
    const Touch area = touch(f, row, name);
    if (entry.last == selection.event) {
        fill(f, row, Role::sel);
    } else if (area.hovered || entry.last == selection.hovered) {
        fill(f, row, Role::hover);
    }
    if (area.hovered) selection.hovered = entry.last;
    if (area.clicked) show(selection, log, entry.last);
    const Columns at = columns_of(f, row);
    const model::Row last = model.log.row(entry.last);
    const bool error = is_error(model.log, last, nullptr);
    const Role role = error ? Role::err : f.theme.of_type(name, last.dir == wire::Dir::out);
    icon(f, error ? Icon::cross : Icon::square, {at.mark.x - f.px(3), row.y, f.px(14), row.h},
         role);
    text(f, at.type, Face::mono, role, name);
    text(f, at.ago, Face::mono, Role::text2, base::duration_text(moment.mono_ns - last.mono_ns),
         Align::right);
    text(f, at.count, Face::mono, Role::text2, base::count_text(entry.count), Align::right);
    Rect fields = at.fields;
    const Rect mark = fields.cut_left(f.fonts.c * 2);
    if (model::changed(model.log, entry)) text(f, mark, Face::mono, Role::accent, "~");
    const auto most = static_cast<std::size_t>(fields.w / f.fonts.c) + 4;
    text(f, fields, Face::mono, Role::text, preview_text(model.log.view(entry.last), most));
}

} // namespace

void draw_state(Frame& f, const Model& model, Selection& selection, StatePanel& panel,
                LogPanel& log) {
    Rect rest = f.place;
    const Moment moment = moment_of(model, selection);
    const std::vector<LastOfType> last =
        model.insight.history(moment.link).at(model.log, moment.event);
    if (last.empty()) {
        empty_state(f, rest, "No state yet", "The last event of every type stands here.");
        return;
    }
    draw_band(f, &rest, model, moment, "State at the cursor");
    const model::CodaState state = model::coda_state_at(model.log, last, moment.since_ns);
    if (state.seen) draw_coda(f, &rest, model, moment, state, selection, log);
    draw_waiting(f, &rest, model, moment, selection, log);
    draw_heads(f, rest.cut_top(f.px(24)), of_link(model, moment));
    if (moment.live) f.wake_for_duration(model.log.mono_ns(last.front().last));

    const Rect bar = rest.cut_right(f.px(14));
    const auto rows = static_cast<std::uint64_t>(std::max(1.0f, rest.h / f.px(kRow)));
    const auto total = static_cast<std::uint64_t>(last.size());
    wheel_scroll(rest, 3, total > rows ? total - rows : 0, &panel.first);
    for (std::uint64_t i = panel.first; i < total && i < panel.first + rows; ++i) {
        draw_type(f, rest.cut_top(f.px(kRow)), model, last[static_cast<std::size_t>(i)], moment,
                  selection, log);
    }
    scroll_bar(f, bar, "State's scroll bar", &panel.bar, &panel.first, rows, total);
}

//--- 4. watches

namespace {

/// The value as it stands in the event; empty when it is not there.
std::string value_in(const Model& model, EventId event, const model::JsonPath& path) {
    if (event == 0) return {};
    const model::JsonValue value = model::find_json(model.log.view(event).payload, path);
    switch (value.kind) {
    case model::JsonKind::none: return {};
    case model::JsonKind::object: return "{…}";
    case model::JsonKind::list: return "[…]";
    case model::JsonKind::string: return "\"" + std::string(value.raw) + "\"";
    default: return std::string(value.raw);
    }
}

/// Behind a number: " MB", or nothing.
std::string unit_of(const model::Watch& watch) {
    const wire::MessageType* const known = wire::find_type(watch.type);
    const wire::Field* const field = known ? wire::find_field(*known, watch.path_text) : nullptr;
    return field && !field->unit.empty() ? ' ' + std::string(field->unit) : std::string();
}

/// "+1.5" between two numbers, "was …" between anything else that differs.
std::string change_text(const std::string& was, const std::string& is) {
    if (was.empty() || was == is) return {};
    if (model::json_number_length(was) != was.size() || model::json_number_length(is) != is.size())
        return "was " + was;
    char text[40];
    std::snprintf(text, sizeof text, "%+.6g", model::json_number(is) - model::json_number(was));
    return text;
}

void draw_watch(Frame& f, Rect row, const Model& model, const model::Watch& watch,
                const std::vector<LastOfType>& last, Selection& selection, LogPanel& log,
                model::Actions& actions) {
    const std::string name = watch.type + ": " + watch.path_text;
    const Touch area = touch(f, {row.x, row.y, row.w - f.px(60), row.h}, name);
    if (area.hovered) fill(f, row, Role::hover);
    const model::TypeId type = model.log.type_of(watch.type);
    const auto entry = std::find_if(last.begin(), last.end(), [&](const LastOfType& at) {
        return type != 0 && at.type == type;
    });
    Rect inside = row.inset(f.px(12), 0);
    const Rect close = inside.cut_right(f.px(18)).middle(f.px(18));
    if (icon_button(f, close, Icon::cross, "Remove " + name, Look::bare))
        actions.push_back(model::RemoveWatch{watch.type, watch.path_text});
    inside.cut_right(f.px(8));
    const Rect plot = inside.cut_right(f.px(18)).middle(f.px(18));
    if (icon_button(f, plot, Icon::line_plot, "Plot " + name, Look::bare)) {
        actions.push_back(model::PlotPath{watch.type, watch.path_text});
        f.ask(Command::tab_plots);
    }
    inside.cut_right(f.px(8));
    const float named = std::ceil(text_width(f, Face::mono, name)) + 1;
    const float most = std::max(std::floor(inside.w * 0.5f), inside.w - f.px(150));
    text(f, inside.cut_left(std::min(named, most)), Face::mono, Role::text2, name);
    inside.cut_left(f.px(14));
    if (entry == last.end()) {
        text(f, inside, Face::words, Role::text3, "not seen yet");
        return;
    }
    if (area.clicked) show(selection, log, entry->last);
    const std::string is = value_in(model, entry->last, watch.path);
    const std::string was = value_in(model, entry->before, watch.path);
    if (is.empty()) {
        text(f, inside, Face::words, Role::text3, "not in the last one");
        return;
    }
    const bool number = model::json_number_length(is) == is.size();
    inside.cut_left(text(f, inside, Face::mono, Role::text, number ? is + unit_of(watch) : is) +
                    f.px(14));
    text(f, inside, Face::mono, Role::accent, change_text(was, is));
}

} // namespace

void draw_watches(Frame& f, const Model& model, Selection& selection, WatchesPanel& panel,
                  LogPanel& log, model::Actions& actions) {
    Rect rest = f.place;
    if (model.watches.empty()) {
        empty_state(f, rest, "No watches", "Choose Watch on any field of the tree.");
        return;
    }
    const Moment moment = moment_of(model, selection);
    draw_band(f, &rest, model, moment, "Watches at the cursor");
    rest.cut_top(f.px(6));
    const std::vector<LastOfType> last =
        model.insight.history(moment.link).at(model.log, moment.event);
    const Rect bar = rest.cut_right(f.px(14));
    const auto rows = static_cast<std::uint64_t>(std::max(1.0f, rest.h / f.px(24)));
    const auto total = static_cast<std::uint64_t>(model.watches.size());
    wheel_scroll(rest, 1, total > rows ? total - rows : 0, &panel.first);
    for (std::uint64_t i = panel.first; i < total && i < panel.first + rows; ++i) {
        draw_watch(f, rest.cut_top(f.px(24)), model, model.watches[static_cast<std::size_t>(i)],
                   last, selection, log, actions);
    }
    scroll_bar(f, bar, "Watches' scroll bar", &panel.bar, &panel.first, rows, total);
}

} // namespace ui
