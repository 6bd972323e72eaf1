// The connection bar: is it connected (left), is anything arriving (right), what is wrong
// (between).
#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "ui/field_text.h"
#include "ui/panels.h"
#include "ui/preview.h"

namespace ui {
namespace {

using model::Connection;
using model::Model;
using wire::Phase;

const wire::LinkState kNoState;

const wire::LinkState& state_of(const Model& model) {
    const Connection* connection = model.current();
    return connection ? connection->state : kNoState;
}

bool busy(Phase phase) {
    return phase == Phase::resolving || phase == Phase::connecting || phase == Phase::securing ||
           phase == Phase::upgrading;
}

void dial(const Model& model, ConnectionPanel& panel, model::Actions& actions) {
    const std::string address = text_from_field(panel.address);
    const std::string url(base::trimmed(address));
    actions.push_back(model::Connect{model.current_link, url});
    panel.edited = false;
    auto& history = panel.history;
    history.erase(std::remove(history.begin(), history.end(), url), history.end());
    history.insert(history.begin(), url);
    if (history.size() > 12) history.pop_back();
}

} // namespace

std::int64_t seconds_left(std::int64_t until_ns, std::int64_t now_ns) {
    return std::max<std::int64_t>(0, (until_ns - now_ns + base::kSecond - 1) / base::kSecond);
}

bool any_certificate(const Connection& connection) {
    return connection.state.insecure || connection.options.insecure;
}

const char* main_button_name(const Model& model) {
    const Phase phase = state_of(model).phase;
    if (phase == Phase::open) return "Disconnect";
    if (phase == Phase::closing) return "End now";
    if (busy(phase) || phase == Phase::waiting) return "Stop";
    return "Connect";
}

void perform_main_button(const Model& model, ConnectionPanel& panel, model::Actions& actions) {
    const Phase phase = state_of(model).phase;
    if (phase == Phase::idle || phase == Phase::failed) {
        dial(model, panel, actions);
    } else {
        actions.push_back(model::Disconnect{model.current_link});
    }
}

StateLook look_of(Phase phase) {
    switch (phase) {
    case Phase::idle: return {Icon::ring, Role::text3};
    case Phase::open: return {Icon::disc, Role::ok};
    case Phase::closing: return {Icon::half_disc, Role::warn};
    case Phase::waiting: return {Icon::ring, Role::warn};
    case Phase::failed: return {Icon::cross, Role::err};
    default: return {Icon::half_disc, Role::accent};
    }
}

void draw_waiting_ring(Frame& f, const Rect& mark, const wire::LinkState& state) {
    const double whole = std::max(0.1, state.retry_cap_s);
    const double left = static_cast<double>(state.retry_at_mono_ns - f.now_mono_ns) / base::kSecond;
    ring_countdown(f, mark, Role::warn, static_cast<float>(std::clamp(left / whole, 0.0, 1.0)));
}

namespace {

/// What stands beside the state's word.
std::string beside_state(Frame& f, const Model& model, const wire::LinkState& state) {
    const std::int64_t gone = model.now.mono_ns - state.since_mono_ns;
    switch (state.phase) {
    case Phase::idle: return "not connected";
    case Phase::open: f.wake_for_duration(state.since_mono_ns); return running_text(gone);
    case Phase::closing: return state.closing_by_us ? "asked by us" : "asked by the server";
    case Phase::waiting: {
        const std::int64_t left =
            std::max<std::int64_t>(0, state.retry_at_mono_ns - model.now.mono_ns);
        f.wake_at(model.now.mono_ns + base::kSecond / 10);
        char text[64];
        std::snprintf(text, sizeof text, "attempt %d, in %.1f s", state.attempt + 1,
                      static_cast<double>(left) / base::kSecond);
        return text;
    }
    case Phase::failed: return state.last_error_phase;
    default:
        f.wake_for_duration(state.since_mono_ns);
        return (state.attempt > 1 ? "attempt " + std::to_string(state.attempt) + ", " : "") +
               (state.address.empty() ? std::string() : state.address + ", ") + running_text(gone);
    }
}

/// Mark, word and what stands beside; returns the x behind it.
float draw_state(Frame& f, const Rect& row, const Model& model, const wire::LinkState& state) {
    const StateLook look = look_of(state.phase);
    const Rect mark{row.x, row.y, f.px(14), row.h};
    if (state.phase == Phase::waiting) {
        draw_waiting_ring(f, mark, state);
    } else {
        icon(f, look.icon, mark, look.role);
    }
    const Role words = state.phase == Phase::idle ? Role::text2 : look.role;
    float x = text_at(f, mark.right() + f.px(5), row, Face::strong, words, word(state.phase));
    x += f.px(10);
    const std::string beside = beside_state(f, model, state);
    const bool numbers =
        state.phase != Phase::idle && state.phase != Phase::closing && state.phase != Phase::failed;
    const Face face = numbers ? Face::mono : Face::words;
    const float least = state.phase == Phase::open ? f.fonts.c * 6 : 0;
    const float end = text_at(f, x, row, face, numbers ? Role::text3 : Role::text2, beside);
    return std::max(end, x + least);
}

/// An opened file says so in the place of a state.
float draw_file(Frame& f, const Rect& row, const Connection& connection) {
    const Rect mark{row.x, row.y, f.px(14), row.h};
    icon(f, Icon::square, mark, Role::accent);
    float x = text_at(f, mark.right() + f.px(5), row, Face::strong, Role::text, "File") + f.px(10);
    const Rect name{x, row.y, std::min(f.px(f.narrow ? 150 : 260), row.w * 0.3f), row.h};
    const std::string shown = connection.file.substr(connection.file.rfind('/') + 1);
    x += text(f, name, Face::mono, Role::text2, shown);
    if (touch(f, name, "Opened file").hovered) tooltip(f, connection.file);
    return x;
}

/// The address of the connection that is shown now; one that was edited and not dialled waits until
/// its connection is shown again.
void follow_connection(const Connection* connection, ConnectionPanel& panel) {
    const std::uint32_t link = connection ? connection->link : 0;
    if (panel.shown_link != link) {
        if (panel.edited) {
            panel.drafts[panel.shown_link] = panel.address;
        } else {
            panel.drafts.erase(panel.shown_link);
        }
        panel.shown_link = link;
        const auto draft = panel.drafts.find(link);
        panel.edited = draft != panel.drafts.end();
        if (panel.edited) {
            panel.address = draft->second;
        } else if (connection) {
            panel.address = field_from_text(connection->options.url);
        }
        if (std::exchange(panel.focus_next, false)) panel.focus_address = true;
    } else if (connection && !panel.edited && !connection->options.url.empty()) {
        panel.address = field_from_text(connection->options.url);
    }
}

/// Earlier addresses, and the way to the options, which belong to an address.
void draw_address_list(Frame& f, const Rect& place, ConnectionPanel& panel) {
    constexpr const char* kOptions = "Headers and options…";
    const Rect arrow{place.right() - f.px(26), place.y + f.px(2), f.px(24), place.h - f.px(4)};
    const bool open = icon_button(f, arrow, Icon::chevron_down, "Earlier addresses", Look::bare);
    std::vector<std::string> items = panel.history;
    items.push_back(kOptions);
    const int picked = list_under(f, place, "Earlier addresses", panel.address, items.data(),
                                  static_cast<int>(items.size()), open);
    if (picked < 0) return;
    if (picked + 1 == static_cast<int>(items.size())) {
        f.ask(Command::connection_options);
        return;
    }
    panel.address = field_from_text(items[static_cast<std::size_t>(picked)]);
    panel.edited = true;
}

void draw_address(Frame& f, const Rect& place, const Model& model, ConnectionPanel& panel,
                  model::Actions& actions) {
    follow_connection(model.current(), panel);
    // A field of its own for each connection: what is typed into one never ends in another.
    ImGui::PushID(static_cast<int>(panel.shown_link));
    const FieldAnswer answer = text_field(f, place,
                                          {.text = &panel.address,
                                           .label = "Address",
                                           .hint = "ws://host:port/path",
                                           .face = Face::mono,
                                           .inset_left = 8,
                                           .inset_right = 28,
                                           .take_focus = panel.focus_address});
    ImGui::PopID();
    panel.focus_address = false;
    if (answer.changed) panel.edited = true;
    if (answer.entered) dial(model, panel, actions);
    draw_address_list(f, place, panel);
}

/// The main button, and Stop beside Retry now; returns the x behind them.
float draw_buttons(Frame& f, float x, const Rect& row, const Model& model, ConnectionPanel& panel,
                   model::Actions& actions) {
    const auto place = [&](const char* name, const std::string& hint) {
        const Rect at = Rect{x, row.y, button_width(f, name, hint), row.h}.middle(f.px(28));
        x = at.right() + f.px(7);
        return at;
    };
    const auto hint_of = [&](Command command) {
        return f.narrow ? std::string() : word(info(command).chord);
    };
    const Phase phase = state_of(model).phase;
    if (phase == Phase::waiting) {
        const std::string hint = hint_of(Command::retry_now);
        if (button(f, place("Retry now", hint), "Retry now", Look::primary, true, hint)) {
            f.ask(Command::retry_now);
        }
        if (button(f, place("Stop", ""), "Stop")) perform_main_button(model, panel, actions);
        return x;
    }
    const char* name = main_button_name(model);
    const std::string hint = hint_of(Command::connect);
    const Look look = phase == Phase::idle || phase == Phase::failed ? Look::primary : Look::normal;
    if (button(f, place(name, hint), name, look, true, hint)) {
        perform_main_button(model, panel, actions);
    }
    return x;
}

/// The stage of Coda's handshake; nothing for other servers.
float draw_stage(Frame& f, float x, const Rect& row, const Model& model) {
    const wire::LinkState& state = state_of(model);
    const auto say = [&](Icon which, Role role, Role words, const std::string& said) {
        icon(f, which, {x, row.y, f.px(14), row.h}, role);
        x = text_at(f, x + f.px(18), row, Face::words, words, said) + f.px(16);
    };
    switch (state.auth) {
    case wire::AuthStage::none: return x;
    case wire::AuthStage::authenticated:
        say(Icon::check, Role::ok, Role::text, "Authenticated");
        break;
    case wire::AuthStage::answered:
        say(Icon::half_disc, Role::accent, Role::text, "Challenge answered");
        break;
    case wire::AuthStage::refused: say(Icon::cross, Role::err, Role::err, "Refused"); break;
    case wire::AuthStage::challenged: {
        const std::int64_t left = seconds_left(state.auth_deadline_mono_ns, model.now.mono_ns);
        if (left > 0) f.wake_at(state.auth_deadline_mono_ns - (left - 1) * base::kSecond);
        say(Icon::triangle, Role::warn, Role::warn,
            "Challenge unanswered, " + std::to_string(left) + " s left");
        const Rect at = Rect{x, row.y, button_width(f, "Answer now"), row.h}.middle(f.px(26));
        if (button(f, at, "Answer now")) f.ask(Command::answer_now);
        x = at.right() + f.px(16);
    }
    }
    return x;
}

/// Ping with its newest round trip; a click asks for another one.
void draw_ping(Frame& f, float x, const Rect& row, const wire::LinkState& state, float room) {
    const std::string rtt =
        state.ping_rtt_ns < 0 ? "not asked" : base::duration_text(state.ping_rtt_ns);
    const Face face = state.ping_rtt_ns < 0 ? Face::words : Face::mono;
    const float word_w = std::ceil(text_width(f, Face::words, "Ping"));
    const float rtt_w = std::ceil(text_width(f, face, rtt));
    const float width = f.px(10) + word_w + f.px(8) + rtt_w + f.px(10);
    if (width > room) return;
    const Rect at = Rect{x - f.px(10), row.y, width, row.h}.middle(f.px(26));
    const Touch area = touch(f, at, "Ping now");
    if (area.hovered) {
        fill(f, at, Role::hover, 1, f.px(4));
        frame_rect(f, at, Role::line2, f.px(4));
        tooltip(f, "Ping now, " + word(info(Command::ping).chord));
    }
    if (area.clicked) f.ask(Command::ping);
    const float end = text_at(f, x, row, Face::words, Role::text2, "Ping") + f.px(8);
    text_at(f, end, row, face, state.ping_rtt_ns < 0 ? Role::text3 : Role::text, rtt);
}

void draw_last_error(Frame& f, Rect row, const wire::LinkState& state) {
    if (!state.last_error) return;
    row.cut_left(text_at(f, row.x, row, Face::words, Role::text3, "Last") + f.px(8) - row.x);
    const std::string said = with_phase(state.last_error_phase, state.last_error->what);
    text(f, row, Face::words, Role::err, sentence(said));
    if (touch(f, row, "Last error").hovered) {
        std::string whole = sentence(base::one_line(*state.last_error));
        if (state.attempt > 1) whole += "\nAttempt " + std::to_string(state.attempt);
        tooltip(f, whole);
    }
}

//--- the right end

struct FlowTexts {
    std::string count, bytes, rate;
};

FlowTexts texts_of(const model::Flow& flow, std::int64_t now) {
    char rate[24];
    const double per_second = flow.per_second(now);
    std::snprintf(rate, sizeof rate, per_second < 100 ? "%.1f /s" : "%.0f /s", per_second);
    return {base::count_text(flow.messages), base::size_text(flow.bytes), rate};
}

/// "↓ 284  51.7 kB  19.5 /s": drawn from the right, in columns that do not move.
void draw_flow(Frame& f, Rect* row, const FlowTexts& texts, bool in) {
    const float c = f.fonts.c;
    text(f, row->cut_right(c * 8), Face::mono, Role::text2, texts.rate, Align::right);
    row->cut_right(c);
    text(f, row->cut_right(c * 7), Face::mono, Role::text2, texts.bytes, Align::right);
    row->cut_right(c);
    const float count = std::max<float>(4, static_cast<float>(texts.count.size())) * c;
    text(f, row->cut_right(count), Face::mono, Role::text, texts.count);
    icon(f, in ? Icon::arrow_down : Icon::arrow_up, row->cut_right(f.px(20)).inset(f.px(3), 0),
         in ? Role::text2 : Role::out);
    row->cut_right(f.px(8));
}

/// The lasting mark that any certificate is accepted: it pushes the counters out, never itself.
void draw_insecure(Frame& f, Rect* row) {
    constexpr const char* kWords = "Any certificate accepted (--insecure)";
    const float width =
        std::ceil(text_width(f, Face::strong, kWords)) + f.px(14) + f.px(6) + 2 * f.px(10);
    const Rect badge = row->cut_right(width).middle(f.px(28));
    fill(f, badge, Role::errfill, 1, f.px(4));
    Rect inside = badge.inset(f.px(10), 0);
    icon(f, Icon::triangle, inside.cut_left(f.px(14)), Role::onaccent);
    inside.cut_left(f.px(6));
    text(f, inside, Face::strong, Role::onaccent, kWords);
    row->cut_right(f.px(12));
}

/// A challenge that stands takes the room of what can be seen elsewhere.
bool is_tight(const Model& model) {
    const wire::LinkState& state = state_of(model);
    return state.phase == Phase::open && state.auth == wire::AuthStage::challenged;
}

/// The recording: on, its file with size and rate; off, a mark to switch it on.
void draw_recording(Frame& f, Rect* row, const Model& model) {
    const wire::RecordingState& state = model.files.record;
    const std::string key = word(info(Command::record).chord);
    row->cut_right(f.px(10));
    if (!model.files.recording && is_tight(model)) return;
    if (!model.files.recording) {
        const Rect place = row->cut_right(button_width(f, "Record") + f.px(20)).middle(f.px(28));
        const Touch area = touch(f, place, "Record");
        if (area.hovered) {
            fill(f, place, Role::hover, 1, f.px(4));
            frame_rect(f, place, Role::line2, f.px(4));
            tooltip(
                f, "Record into a new file, what the log holds first, " + key +
                       (model.files.record_folder.empty() ? "" : "\n" + model.files.record_folder));
        }
        Rect inside = place.inset(f.px(8), 0);
        icon(f, Icon::ring, inside.cut_left(f.px(14)), Role::text2);
        inside.cut_left(f.px(6));
        text(f, inside, Face::words, Role::text2, "Record");
        if (area.clicked) f.ask(Command::record);
        return;
    }
    f.wake_next_second();
    const bool held_up = state.error.has_value();
    const std::string size = base::size_text(state.bytes);
    const std::string rate =
        f.narrow ? "" : base::size_text(static_cast<std::uint64_t>(state.rate)) + "/s";
    const std::string name = f.narrow ? "" : state.file.substr(state.file.rfind('/') + 1);
    const char* const said = held_up ? "Held up" : f.narrow ? "Rec" : "Recording";
    const float c = f.fonts.c;
    const float word_w = std::ceil(text_width(f, Face::strong, said));
    const float name_w =
        name.empty() ? 0
                     : std::min(f.px(200), std::ceil(text_width(f, Face::mono, name))) + f.px(8);
    const float rate_w = rate.empty() ? 0 : c * 9;
    const float width = f.px(8 + 14 + 6 + 8 + 8) + word_w + name_w + c * 7 + rate_w;
    const Rect place = row->cut_right(std::min(width, row->w)).middle(f.px(28));
    const Touch area = touch(f, place, "Stop recording");
    if (area.hovered) {
        fill(f, place, Role::hover, 1, f.px(4));
        frame_rect(f, place, Role::line2, f.px(4));
        std::string whole = "Stop recording, " + key + "\n" + state.file + "\n" +
                            base::count_text(state.events) + " events, " + size;
        if (state.gap > 0) whole += "\n" + base::count_text(state.gap) + " events are missing";
        if (held_up) whole += "\n" + sentence(base::one_line(*state.error));
        tooltip(f, whole);
    }
    Rect inside = place.inset(f.px(8), 0);
    icon(f, held_up ? Icon::triangle : Icon::disc, inside.cut_left(f.px(14)),
         held_up ? Role::warn : Role::err);
    inside.cut_left(f.px(6));
    text(f, inside.cut_left(word_w + 1), Face::strong, held_up ? Role::warn : Role::err, said);
    text(f, inside.cut_right(rate_w), Face::mono, Role::text2, rate, Align::right);
    text(f, inside.cut_right(c * 7), Face::mono, Role::text2, size, Align::right);
    inside.cut_left(f.px(8));
    if (!name.empty()) text(f, inside, Face::mono, Role::text, name);
    if (area.clicked) f.ask(Command::record);
}

void draw_flows(Frame& f, Rect* row, const Model& model) {
    const Connection* connection = model.current();
    if (!connection) return;
    if (any_certificate(*connection)) {
        draw_insecure(f, row);
        return;
    }
    const bool any = connection->in.messages + connection->out.messages > 0;
    if (!any && connection->state.phase != Phase::open) return;
    const std::int64_t now = model.now.mono_ns;
    const FlowTexts out = texts_of(connection->out, now);
    const FlowTexts in = texts_of(connection->in, now);
    draw_flow(f, row, out, false);
    draw_flow(f, row, in, true);
    // The rates are about the last five seconds: they go on falling when nothing comes.
    if (connection->in.per_second(now) + connection->out.per_second(now) > 0.001)
        f.wake_next_second();
}

void draw_right_end(Frame& f, Rect* row, const Model& model) {
    if (!model.files.recording || !is_tight(model)) draw_flows(f, row, model);
    draw_recording(f, row, model);
}

} // namespace

void draw_connection(Frame& f, const Model& model, model::Selection&, ConnectionPanel& panel,
                     model::Actions& actions) {
    fill(f, f.place, Role::bar);
    line_below(f, f.place);
    Rect row = f.place.inset(f.px(10), 0);
    const wire::LinkState& state = state_of(model);
    draw_right_end(f, &row, model);

    //--- from the left
    const Connection* shown = model.current();
    const bool file = shown && !shown->file.empty();
    float x = (file ? draw_file(f, row, *shown) : draw_state(f, row, model, state)) + f.px(14);
    const float wanted = f.px(f.narrow ? 248 : 318);
    const float room = row.right() - x;
    const Rect address =
        Rect{x, row.y, std::min(wanted, std::max(f.px(120), room * 0.5f)), row.h}.middle(f.px(28));
    draw_address(f, address, model, panel, actions);
    x = draw_buttons(f, address.right() + f.px(10), row, model, panel, actions) + f.px(10);

    //--- what is between
    if (state.phase == Phase::open) {
        x = draw_stage(f, x, row, model);
        draw_ping(f, x, row, state, row.right() - x);
    } else if (!file) {
        draw_last_error(f, {x, row.y, row.right() - x, row.h}, state);
    }
}

} // namespace ui
