// The Replay panel.
//   1. from where and to where     2. transport     3. how it stands     4. the lines
//   5. jumps     6. the whole     7. commands
#include "ui/panel_replay.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>

#include "base/text.h"
#include "ui/field_text.h"
#include "ui/panels.h"
#include "ui/preview.h"

namespace ui {
namespace {

using model::Connection;
using model::Model;
using model::ReplayBoard;
using wire::ReplayExpectation;
using wire::ReplayPace;
using wire::ReplayPhase;
using wire::ReplaySend;
using wire::ReplayState;
using wire::Verdict;

constexpr float kLine = 22;
constexpr const char* kUsual = "ws://localhost:8765";

//--- 1. from where and to where

/// "3 coda.ndjson", "1 localhost:8765".
std::string source_words(const Connection& connection) {
    return std::to_string(connection.link) + " " + label_of(connection);
}

/// Connections of the log that have something to play: each file once.
std::vector<std::uint32_t> sources_of(const Model& model) {
    std::vector<std::uint32_t> links;
    std::set<std::string> files;
    for (const std::uint32_t link : model.tabs()) {
        const Connection& connection = *model.connection(link);
        const bool told = !connection.file.empty() && !files.insert(connection.file).second;
        if (!told && connection.in.messages + connection.out.messages > 0) links.push_back(link);
    }
    return links;
}

/// The first opened file that has messages to send is gathered by itself: that is what it was
/// opened for, more often than not.
void offer_file(const Model& model, ReplayPanel& panel, model::Actions& actions) {
    const ReplayBoard& board = model.replay;
    const bool in_vain = board.source != 0 && board.source == panel.offered && board.state &&
                         board.state->sends.empty();
    if (!in_vain && (panel.offered != 0 || board.source != 0)) return;
    for (const std::uint32_t link : sources_of(model)) {
        const Connection& connection = *model.connection(link);
        if (link <= panel.offered || connection.file.empty() || connection.out.messages == 0)
            continue;
        panel.offered = link;
        actions.push_back(model::LoadReplay{link});
        return;
    }
}

void draw_source(Frame& f, Rect row, const Model& model, model::Actions& actions) {
    const std::vector<std::uint32_t> links = sources_of(model);
    std::vector<std::string> items;
    for (const std::uint32_t link : links) items.push_back(source_words(*model.connection(link)));
    items.emplace_back("Open a capture…");
    const Connection* source = model.connection(model.replay.source);
    const int picked = choice(f, row, "Messages of", source ? source_words(*source) : "choose",
                              items.data(), static_cast<int>(items.size()));
    if (picked < 0) return;
    if (picked + 1 == static_cast<int>(items.size())) {
        f.ask(Command::open_capture);
    } else {
        actions.push_back(model::LoadReplay{links[static_cast<std::size_t>(picked)]});
    }
}

/// Addresses that are at hand: of the connections, and the recorded one.
std::vector<std::string> addresses_of(const Model& model) {
    std::vector<std::string> all;
    const auto add = [&](const std::string& url) {
        if (!url.empty() && std::find(all.begin(), all.end(), url) == all.end()) all.push_back(url);
    };
    const Connection* current = model.live_connection(model.current_link);
    if (current) add(current->options.url);
    for (const std::uint32_t link : model.tabs())
        if (const Connection* connection = model.live_connection(link))
            add(connection->options.url);
    const Connection* source = model.connection(model.replay.source);
    if (source && !source->file.empty()) add(source->state.url);
    if (all.empty()) all.emplace_back(kUsual);
    return all;
}

void draw_target(Frame& f, Rect row, const Model& model, ReplayPanel& panel) {
    const std::vector<std::string> items = addresses_of(model);
    if (panel.address.empty()) panel.address = field_from_text(items.front());
    const Rect arrow{row.right() - f.px(26), row.y + f.px(1), f.px(24), row.h - f.px(2)};
    text_field(f, row,
               {.text = &panel.address,
                .label = "Target address",
                .hint = "ws://host:port/path",
                .inset_right = 28});
    const bool open = icon_button(f, arrow, Icon::chevron_down, "Addresses at hand", Look::bare);
    const int picked = list_under(f, row, "Addresses at hand", panel.address, items.data(),
                                  static_cast<int>(items.size()), open);
    if (picked >= 0) panel.address = field_from_text(items[static_cast<std::size_t>(picked)]);
}

/// The connection with that address, the current one before others; 0: a new one.
std::uint32_t link_of_address(const Model& model, const std::string& url) {
    const Connection* current = model.live_connection(model.current_link);
    if (current && current->options.url == url) return current->link;
    for (const std::uint32_t link : model.tabs()) {
        const Connection* connection = model.live_connection(link);
        if (connection && connection->options.url == url) return link;
    }
    return 0;
}

//--- 2. transport

struct PaceWords {
    const char* words;
    ReplayPace pace;
    double speed;
};
constexpr PaceWords kPaces[] = {
    {"By cause", ReplayPace::cause, 1},        {"Speed ×0.1", ReplayPace::original, 0.1},
    {"Speed ×0.5", ReplayPace::original, 0.5}, {"Speed ×1", ReplayPace::original, 1},
    {"Speed ×2", ReplayPace::original, 2},     {"Speed ×10", ReplayPace::original, 10},
    {"Speed ×100", ReplayPace::original, 100}, {"As fast as possible", ReplayPace::max, 1},
    {"One at a time", ReplayPace::step, 1},
};

const char* pace_words(const model::ReplayWish& wish) {
    for (const PaceWords& each : kPaces)
        if (each.pace == wish.pace &&
            (wish.pace != ReplayPace::original || each.speed == wish.speed))
            return each.words;
    return "Speed";
}

void draw_pace(Frame& f, const Rect& place, const Model& model, ReplayPanel& panel,
               model::Actions& actions) {
    std::vector<std::string> items;
    for (const PaceWords& each : kPaces) items.emplace_back(each.words);
    const int picked = choice(f, place, "Pace", pace_words(panel.wish), items.data(),
                              static_cast<int>(items.size()));
    if (picked < 0) return;
    const PaceWords& chosen = kPaces[picked];
    panel.wish.pace = chosen.pace;
    panel.wish.speed = chosen.speed;
    if (model.replay.running && chosen.pace == ReplayPace::original)
        actions.push_back(model::SetReplaySpeed{chosen.speed});
}

void draw_transport(Frame& f, Rect row, const Model& model, ReplayPanel& panel,
                    model::Actions& actions) {
    const auto press = [&](Command command, Icon which, const char* label) {
        const Rect place = row.cut_left(f.px(30)).middle(f.px(26));
        row.cut_left(f.px(4));
        const bool works = replay_command_works(command, model).value_or(false);
        const std::string key = word(info(command).chord);
        if (icon_button(f, place, which, std::string(label) + ", " + key,
                        command == Command::replay_play ? Look::primary : Look::normal, works))
            f.ask(command);
    };
    const bool plays = model.replay.running && !model.replay.paused;
    press(Command::replay_play, plays ? Icon::pause : Icon::play, plays ? "Pause" : "Play");
    press(Command::replay_next, Icon::step_forward, "Send next");
    press(Command::replay_stop, Icon::square, "Stop");
    row.cut_left(f.px(4));
    draw_pace(f, row.cut_left(f.px(148)).middle(f.px(26)), model, panel, actions);
    row.cut_left(f.px(10));
    bool expect = panel.wish.expect;
    if (check(f, row.cut_left(check_width(f, "Expect")).middle(f.px(26)), "Expect", &expect))
        panel.wish.expect = expect;
    row.cut_left(f.px(10));
    if (!panel.wish.expect) return;
    check(f, row.cut_left(check_width(f, "Strict")).middle(f.px(26)), "Strict", &panel.wish.strict);
}

//--- 3. how it stands

/// The verdicts one beside the other; without their words where those do not fit, with a tooltip.
void draw_verdicts(Frame& f, const Rect& row, const wire::ReplayCounts& counts) {
    const struct {
        Icon icon;
        Role role;
        std::size_t count;
        const char* what;
    } kVerdicts[] = {{Icon::check, Role::ok, counts.met, "met"},
                     {Icon::cross, Role::err, counts.different, "different"},
                     {Icon::cross, Role::err, counts.missing, "missing"},
                     {Icon::triangle, Role::warn, counts.extra, "extra"},
                     {Icon::ring, Role::text3, counts.skipped, "skipped"}};
    float width = 0;
    std::string all;
    for (const auto& each : kVerdicts) {
        if (each.count == 0) continue;
        const std::string count = base::count_text(each.count);
        width +=
            f.px(32) + text_width(f, Face::mono, count) + text_width(f, Face::words, each.what);
        all += (all.empty() ? "" : ", ") + count + " " + each.what;
    }
    const bool worded = width <= row.w + f.px(10);
    float x = row.x;
    for (const auto& each : kVerdicts) {
        if (each.count == 0) continue;
        icon(f, each.icon, {x, row.y, f.px(14), row.h}, each.role);
        x = text_at(f, x + f.px(17), row, Face::mono, each.role, base::count_text(each.count));
        if (worded) x = text_at(f, x + f.px(5), row, Face::words, Role::text2, each.what);
        x += f.px(10);
    }
    if (!worded && touch(f, row, "Verdicts").hovered) tooltip(f, all);
}

void draw_counts(Frame& f, Rect row, const ReplayState& state, const ReplayBoard& board) {
    float x = row.x;
    const bool over =
        !board.running && (state.phase == ReplayPhase::done || state.phase == ReplayPhase::failed);
    if (over && state.expect) {
        const bool good = wire::passed(state);
        x = text_at(f, x, row, Face::strong, good ? Role::ok : Role::err,
                    good ? "Passed" : "Not passed") +
            f.px(12);
    } else if (board.running || over) {
        x = text_at(f, x, row, Face::strong, Role::text,
                    state.phase == ReplayPhase::failed ? "Ended" : word(state.phase)) +
            f.px(12);
    }
    x = text_at(f, x, row, Face::mono, Role::text, base::count_text(state.counts.sent)) + f.px(5);
    x = text_at(f, x, row, Face::words, Role::text2,
                "of " + base::count_text(state.sends.size()) + " sent") +
        f.px(12);
    if (state.expect) draw_verdicts(f, {x, row.y, row.right() - x, row.h}, state.counts);
}

/// What is to be known beside the figures: why it ended, what is odd about the messages.
std::string remark_of(const ReplayBoard& board) {
    if (board.error) return sentence(base::one_line(*board.error));
    if (board.state && board.state->error) return sentence(base::one_line(*board.state->error));
    std::string words;
    for (const std::string& each : board.said) words += (words.empty() ? "" : ". ") + each;
    return words;
}

//--- 4. the lines

bool failing(Verdict verdict) {
    return verdict == Verdict::different || verdict == Verdict::missing;
}

/// Of a message's expectations those that are not met, or all of them.
void add_expectations(const ReplayState& state, std::size_t first, std::size_t end, bool all,
                      std::vector<ReplayLine>& lines) {
    for (std::size_t i = first; i < end; ++i)
        if (all || failing(state.expectations[i].verdict))
            lines.push_back({ReplayLine::Is::expectation, i});
}

void make_lines(const ReplayState& state, ReplayPanel& panel) {
    const wire::ReplayCounts& counts = state.counts;
    const std::uint64_t made_of[] = {reinterpret_cast<std::uintptr_t>(&state), state.next,
                                     counts.sent + counts.met + counts.different + counts.missing +
                                         counts.skipped + counts.extra,
                                     panel.open.size() * 2 + (panel.opening_open ? 1 : 0)};
    if (std::equal(std::begin(made_of), std::end(made_of), panel.made_of)) return;
    std::copy(std::begin(made_of), std::end(made_of), panel.made_of);
    std::vector<ReplayLine>& lines = panel.lines;
    lines.clear();
    if (state.opening_end > 0) {
        lines.push_back({ReplayLine::Is::opening, 0});
        add_expectations(state, 0, state.opening_end, panel.opening_open, lines);
    }
    for (std::size_t i = 0; i < state.sends.size(); ++i) {
        const ReplaySend& send = state.sends[i];
        lines.push_back({ReplayLine::Is::send, i});
        add_expectations(state, send.first_expectation, send.end_expectation,
                         panel.open.count(i) > 0, lines);
    }
    for (std::size_t i = 0; i < state.extras.size(); ++i)
        lines.push_back({ReplayLine::Is::extra, i});
}

struct Standing {
    std::size_t met = 0, failed = 0, open = 0, total = 0;
};

Standing standing_of(const ReplayState& state, std::size_t first, std::size_t end) {
    Standing standing;
    standing.total = end - first;
    for (std::size_t i = first; i < end; ++i) {
        const Verdict verdict = state.expectations[i].verdict;
        standing.met += verdict == Verdict::met;
        standing.failed += failing(verdict);
        standing.open += verdict == Verdict::open;
    }
    return standing;
}

/// "12 met", "3 of 8", "2 failed": what came of a message, at the right.
void draw_standing(Frame& f, Rect* row, const ReplayState& state, std::size_t first,
                   std::size_t end, bool begun) {
    const Standing standing = standing_of(state, first, end);
    std::string words;
    Role role = Role::text3;
    Icon which = Icon::ring;
    if (standing.failed > 0) {
        words = base::count_text(standing.failed) + " of " + base::count_text(standing.total) +
                " not met";
        role = Role::err;
        which = Icon::cross;
    } else if (standing.open > 0 && begun) {
        words = base::count_text(standing.met) + " of " + base::count_text(standing.total);
        role = Role::accent;
        which = Icon::half_disc;
    } else if (standing.open > 0) {
        words = base::count_text(standing.total) + " expected";
    } else if (standing.met > 0) {
        words = base::count_text(standing.met) + " met";
        role = Role::ok;
        which = Icon::check;
    } else {
        return;
    }
    text(f, row->cut_right(std::ceil(text_width(f, Face::words, words)) + 1), Face::words, role,
         words);
    icon(f, which, row->cut_right(f.px(18)), role);
    row->cut_right(f.px(8));
}

void draw_chevron(Frame& f, Rect* row, bool any, bool open) {
    const Rect place = row->cut_left(f.px(18));
    if (any) icon(f, open ? Icon::chevron_down : Icon::chevron_right, place, Role::text2);
}

const char* stage_words(ReplaySend::Stage stage) {
    switch (stage) {
    case ReplaySend::Stage::ordered: return "on its way";
    case ReplaySend::Stage::refused: return "refused";
    case ReplaySend::Stage::skipped: return "skipped";
    default: return "";
    }
}

std::string preview_of_send(const ReplaySend& send) {
    wire::EventView view;
    view.kind = send.binary ? wire::Kind::binary : wire::Kind::text;
    view.dir = wire::Dir::out;
    view.has_payload = true;
    view.payload = send.payload;
    return preview_text(view, 160);
}

} // namespace

//--- 5. jumps

namespace {

/// What was expected and what came, side by side: the inspector's difference of one to the other.
void show_both(const Model& model, model::Selection& selection, Panels& panels,
               std::uint64_t expected, std::uint64_t got) {
    const bool both = model.log.contains(expected) && model.log.contains(got);
    const std::uint64_t shown = model.log.contains(got) ? got : expected;
    if (!model.log.contains(shown)) return;
    selection.only(shown);
    panels.log.show_selected = true;
    if (!both) return;
    panels.inspector.pinned = expected;
    panels.inspector.difference.against_pinned = true;
    panels.inspector.tab = InspectorTab::difference;
}

//--- a line of each kind

void draw_send(Frame& f, Rect row, const Model& model, std::size_t index,
               model::Selection& selection, Panels& panels, model::Actions& actions) {
    const ReplayState& state = *model.replay.state;
    const ReplaySend& send = state.sends[index];
    ReplayPanel& panel = panels.replay;
    const bool waits = send.stage == ReplaySend::Stage::waiting && index >= state.next;
    const std::string number = std::to_string(index + 1);

    //--- whether it is sent
    const Rect box = row.cut_left(f.px(24));
    bool on = send.enabled;
    if (waits) {
        if (check(f, box.middle(f.px(20)), "Send " + number, &on))
            actions.push_back(model::SetReplayEnabled{index, on});
    } else {
        const bool sent = send.stage == ReplaySend::Stage::sent;
        icon(f, sent ? Icon::arrow_up : Icon::ring, box, sent ? Role::out : Role::text3);
    }

    //--- what can be done with it
    const bool hovered = row.contains(ImGui::GetIO().MousePos);
    if (hovered && waits) {
        const Rect edit = row.cut_right(button_width(f, "Edit")).middle(f.px(20));
        if (button(f, edit, "Edit", Look::bare)) open_replay_edit(panels.overlays, model, index);
    } else if (hovered && model.log.contains(send.sent_event)) {
        const Rect show = row.cut_right(button_width(f, "Show")).middle(f.px(20));
        if (button(f, show, "Show", Look::bare)) {
            selection.only(send.sent_event);
            panels.log.show_selected = true;
        }
    }
    const Touch area = touch(f, row, "Message " + number);
    if (area.hovered) fill(f, row, Role::hover, 1, f.px(3));
    const bool any = send.end_expectation > send.first_expectation;
    const bool open = panel.open.count(index) > 0;
    if (area.clicked && any) {
        if (open)
            panel.open.erase(index);
        else
            panel.open.insert(index);
    }
    if (area.double_clicked && waits) open_replay_edit(panels.overlays, model, index);

    //--- what it is
    draw_chevron(f, &row, any, open);
    text(f, row.cut_left(f.fonts.c * 4), Face::mono, Role::text3, number, Align::right);
    row.cut_left(f.px(8));
    const std::string stage = stage_words(send.stage);
    if (!stage.empty()) {
        const bool refused = send.stage == ReplaySend::Stage::refused;
        text(f, row.cut_right(std::ceil(text_width(f, Face::words, stage)) + 1), Face::words,
             refused ? Role::err : Role::text3, stage);
        row.cut_right(f.px(8));
    }
    if (state.expect && send.enabled)
        draw_standing(f, &row, state, send.first_expectation, send.end_expectation, !waits);
    const Role role = send.enabled ? Role::out : Role::text3;
    const std::string type = send.type.empty() ? (send.binary ? "binary" : "text") : send.type;
    text(f, row.cut_left(std::min(row.w * 0.5f, f.fonts.c * 16)), Face::mono, role, type);
    row.cut_left(f.px(8));
    text(f, row, Face::mono_small, send.enabled ? Role::text2 : Role::text3, preview_of_send(send));
    if (area.hovered && !send.why_not.empty()) tooltip(f, send.why_not);
}

std::string difference_words(const ReplayExpectation& row) {
    if (row.verdict == Verdict::missing) return "did not come";
    if (row.differences.empty())
        return row.verdict == Verdict::different ? "came out of order" : "";
    const wire::ReplayDifference& first = row.differences.front();
    std::string words = first.path.empty() ? "payload" : first.path;
    if (first.is == wire::ReplayDifference::Is::added)
        words += " was not expected: " + first.got;
    else if (first.is == wire::ReplayDifference::Is::removed)
        words += " is missing, expected " + first.expected;
    else
        words += ": expected " + first.expected + ", got " + first.got;
    const std::size_t more = row.differences.size() - 1 + row.more_differences;
    if (more > 0) words += ", and " + base::count_text(more) + " more";
    return words;
}

struct VerdictLook {
    Icon icon;
    Role role;
};

VerdictLook look_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::met: return {Icon::check, Role::ok};
    case Verdict::different:
    case Verdict::missing: return {Icon::cross, Role::err};
    default: return {Icon::ring, Role::text3};
    }
}

void draw_expectation(Frame& f, Rect row, const Model& model, std::size_t index,
                      model::Selection& selection, Panels& panels) {
    const ReplayExpectation& expected = model.replay.state->expectations[index];
    row.cut_left(f.px(60));
    const Touch area = touch(f, row, "Expectation " + std::to_string(index + 1));
    if (area.hovered) fill(f, row, Role::hover, 1, f.px(3));
    if (area.clicked) show_both(model, selection, panels, expected.event, expected.got_event);
    const VerdictLook look = look_of(expected.verdict);
    icon(f, look.icon, row.cut_left(f.px(14)), look.role);
    row.cut_left(f.px(6));
    const std::string type = expected.type.empty() ? "message" : expected.type;
    const float width = std::min(row.w * 0.45f, std::ceil(text_width(f, Face::mono, type)) + 1);
    text(f, row.cut_left(width), Face::mono, f.theme.of_type(expected.type, false), type);
    row.cut_left(f.px(8));
    const std::string words = difference_words(expected);
    bool cut = false;
    text(f, row, Face::words, failing(expected.verdict) ? Role::text : Role::text3,
         words.empty() ? word(expected.verdict) : words, Align::left, &cut);
    if (!area.hovered) return;
    std::string whole = words.empty() ? word(expected.verdict) : words;
    for (std::size_t i = 1; i < expected.differences.size(); ++i) {
        ReplayExpectation one;
        one.verdict = expected.verdict;
        one.differences = {expected.differences[i]};
        whole += "\n" + difference_words(one);
    }
    if (expected.got_event != 0) whole += "\nClick: both in the inspector's Difference";
    if (cut || expected.got_event != 0) tooltip(f, whole);
}

void draw_extra(Frame& f, Rect row, const Model& model, std::size_t index,
                model::Selection& selection, Panels& panels) {
    const wire::ReplayExtra& extra = model.replay.state->extras[index];
    row.cut_left(f.px(60));
    const Touch area = touch(f, row, "Extra " + std::to_string(index + 1));
    if (area.hovered) fill(f, row, Role::hover, 1, f.px(3));
    if (area.clicked) show_both(model, selection, panels, 0, extra.event);
    icon(f, Icon::triangle, row.cut_left(f.px(14)), Role::warn);
    row.cut_left(f.px(6));
    const std::string type = extra.type.empty() ? "message" : extra.type;
    const float x = text_at(f, row.x, row, Face::mono, f.theme.of_type(extra.type, false), type);
    row.cut_left(x - row.x + f.px(8));
    text(f, row, Face::words, Role::text2, "nothing expected it");
}

void draw_opening(Frame& f, Rect row, const Model& model, ReplayPanel& panel) {
    const ReplayState& state = *model.replay.state;
    row.cut_left(f.px(24));
    const Touch area = touch(f, row, "Before the first message");
    if (area.hovered) fill(f, row, Role::hover, 1, f.px(3));
    if (area.clicked) panel.opening_open = !panel.opening_open;
    draw_chevron(f, &row, true, panel.opening_open);
    row.cut_left(f.fonts.c * 4 + f.px(8));
    if (state.expect) draw_standing(f, &row, state, 0, state.opening_end, model.replay.running);
    text(f, row, Face::words, Role::text2, "Before the first message");
}

void draw_lines(Frame& f, Rect place, const Model& model, model::Selection& selection,
                Panels& panels, model::Actions& actions) {
    ReplayPanel& panel = panels.replay;
    make_lines(*model.replay.state, panel);
    const Rect bar = place.cut_right(f.px(14));
    place.cut_right(f.px(6));
    const auto shown = static_cast<std::uint64_t>(std::max(1.0f, place.h / f.px(kLine)));
    const auto total = static_cast<std::uint64_t>(panel.lines.size());
    const std::uint64_t most = total > shown ? total - shown : 0;
    panel.first = std::min(panel.first, most);
    wheel_scroll(place, 3, most, &panel.first);
    // A click may make the list anew: it is drawn as it was.
    const std::vector<ReplayLine> lines(
        panel.lines.begin() + static_cast<std::ptrdiff_t>(panel.first),
        panel.lines.begin() + static_cast<std::ptrdiff_t>(std::min(total, panel.first + shown)));
    for (const ReplayLine& line : lines) {
        const Rect row = place.cut_top(f.px(kLine));
        switch (line.is) {
        case ReplayLine::Is::opening: draw_opening(f, row, model, panel); break;
        case ReplayLine::Is::send:
            draw_send(f, row, model, line.index, selection, panels, actions);
            break;
        case ReplayLine::Is::expectation:
            draw_expectation(f, row, model, line.index, selection, panels);
            break;
        case ReplayLine::Is::extra: draw_extra(f, row, model, line.index, selection, panels); break;
        }
    }
    if (total > shown)
        scroll_bar(f, bar, "Replay's scroll bar", &panel.bar, &panel.first, shown, total);
}

/// The words where no list can be.
void draw_nothing(Frame& f, const Rect& place, const Model& model) {
    const ReplayBoard& board = model.replay;
    if (board.loading) {
        char percent[32] = "";
        if (board.to_look > 0)
            std::snprintf(percent, sizeof percent, "%.0f %% of the log",
                          100.0 * static_cast<double>(board.looked) /
                              static_cast<double>(board.to_look));
        empty_state(f, place, "Gathering the messages", percent);
    } else if (board.running) {
        empty_state(f, place, "Getting ready", "What is expected is being read.");
    } else {
        empty_state(f, place, "Nothing to replay", "Choose whose messages are sent again.");
    }
}

} // namespace

//--- 6. the whole

void draw_replay(Frame& f, const Model& model, model::Selection& selection, Panels& panels,
                 model::Actions& actions) {
    ReplayPanel& panel = panels.replay;
    const ReplayBoard& board = model.replay;
    Rect rest = f.place;
    offer_file(model, panel, actions);
    if (board.source == 0 && sources_of(model).empty()) {
        Rect row = empty_state(f, rest, "Nothing to replay", "Open a capture to replay it.");
        const float width = button_width(f, "Open capture");
        row.x += std::max(0.0f, std::round((row.w - width) / 2));
        if (button(f, row.cut_left(width), "Open capture", Look::primary))
            f.ask(Command::open_capture);
        return;
    }
    rest = rest.inset(f.px(12), 0);
    rest.cut_top(f.px(6));
    Rect row = rest.cut_top(f.px(30));
    const float words = text_width(f, Face::words, "to");
    const float half = std::floor((row.w - words - f.px(16)) / 2);
    draw_source(f, row.cut_left(half).middle(f.px(26)), model, actions);
    row.cut_left(f.px(8));
    text(f, row.cut_left(words + 1), Face::words, Role::text2, "to");
    row.cut_left(f.px(8));
    draw_target(f, row.middle(f.px(26)), model, panel);
    draw_transport(f, rest.cut_top(f.px(32)), model, panel, actions);
    if (board.state == nullptr) {
        const std::string remark = remark_of(board);
        if (!remark.empty())
            text_wrapped(f, rest.cut_top(f.px(40)), Face::words,
                         board.error ? Role::err : Role::text2, remark, f.px(18));
        draw_nothing(f, rest, model);
        return;
    }
    draw_counts(f, rest.cut_top(f.px(24)), *board.state, board);
    const std::string remark = remark_of(board);
    if (!remark.empty()) {
        const Rect line = rest.cut_top(f.px(20));
        bool cut = false;
        text(f, line, Face::words, board.state->error ? Role::err : Role::text3, remark,
             Align::left, &cut);
        if (cut && touch(f, line, "Remark").hovered) tooltip(f, remark);
    }
    if (board.running && !board.paused) f.wake_at(f.now_mono_ns + 250'000'000);
    draw_lines(f, rest, model, selection, panels, actions);
}

//--- 7. commands

std::optional<bool> replay_command_works(Command command, const Model& model) {
    const ReplayBoard& board = model.replay;
    const bool loaded = board.state != nullptr && !board.loading && !board.state->sends.empty();
    switch (command) {
    case Command::replay_play: return loaded || board.running;
    case Command::replay_next: return loaded;
    case Command::replay_stop: return board.running;
    default: return std::nullopt;
    }
}

void perform_replay(Command command, const Model& model, ReplayPanel& panel,
                    model::Actions& actions) {
    const ReplayBoard& board = model.replay;
    if (command == Command::replay_stop) {
        actions.push_back(model::StopReplay{});
        return;
    }
    const bool next = command == Command::replay_next;
    if (!board.running) {
        const std::string typed = text_from_field(panel.address);
        std::string url(base::trimmed(typed));
        if (url.empty()) url = addresses_of(model).front();
        const std::uint32_t link = link_of_address(model, url);
        actions.push_back(model::StartReplay{link, url, panel.wish});
        if (next) actions.push_back(model::PauseReplay{true});
    } else if (!next) {
        actions.push_back(model::PauseReplay{!board.paused});
    }
    if (next) actions.push_back(model::StepReplay{});
}

} // namespace ui
