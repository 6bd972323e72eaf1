// The composer.
//   1. drafts, and going from one to another     2. the message that is made of it
//   3. what the user does     4. verdict and buttons     5. the whole
#include "ui/panel_composer.h"

#include <utility>

#include "base/text.h"
#include "ui/field_text.h"
#include "wire/catalogue.h"
#include "wire/envelope.h"

namespace ui {

using model::Body;
using model::Draft;
using model::Model;

namespace {

constexpr std::string_view kFirstTemplate = "text_input";
constexpr std::size_t kMostEdited = 512u << 10; ///< bytes: a larger field is slow to type in

//--- 1. drafts

void put(ComposerPanel& panel, const Draft& draft) {
    panel.text = field_from_text(draft.text);
    panel.body = draft.body;
    panel.envelope = draft.envelope;
    panel.unique = draft.unique;
    panel.variables = draft.variables;
    panel.file_text = draft.file_text;
    panel.replaced = true;
    panel.made_once = false;
    panel.told.clear();
}

/// The message as the editor begins with it: type and data of the catalogue's sample.
Draft template_draft(const wire::MessageType& type) {
    const wire::EnvelopeHead head = wire::read_envelope(type.sample);
    const std::string data(head.data_raw.empty() ? "{}" : head.data_raw);
    Draft draft;
    draft.text =
        wire::pretty_json("{\"type\":\"" + std::string(type.name) + "\",\"data\":" + data + "}");
    return draft;
}

} // namespace

Draft draft_of(const ComposerPanel& panel) {
    return {panel.body,      text_from_field(panel.text),
            panel.envelope,  panel.unique,
            panel.variables, panel.file_text};
}

void show_draft(ComposerPanel& panel, std::string source, std::string title, const Draft& draft) {
    const Draft now = draft_of(panel);
    if (source == panel.source) {
        // Chosen once more: from the beginning, and once more brings back what was written.
        Draft& aside = panel.drafts["aside, " + source];
        if (aside == Draft{}) aside = draft;
        const Draft next = std::exchange(aside, now);
        put(panel, next);
        return;
    }
    if (!panel.source.empty()) panel.drafts[panel.source] = now;
    const auto left = panel.drafts.find(source);
    put(panel, left == panel.drafts.end() ? draft : left->second);
    panel.source = std::move(source);
    panel.title = std::move(title);
}

void choose_template(ComposerPanel& panel, std::string_view name) {
    const wire::MessageType* type = wire::find_command(name);
    if (!type) return;
    panel.back = 0;
    show_draft(panel, "template " + std::string(name), std::string(name), template_draft(*type));
}

namespace {

/// The same bytes written as another body; the text as it stands when that cannot be.
std::string rewritten(const Draft& draft, Body to) {
    Draft plain = draft;
    plain.envelope = plain.unique = plain.variables = false;
    const model::Made made = model::make_message(plain, {});
    if (made.error) return draft.text;
    if (to == Body::hex) return model::hex_lines(made.payload);
    if (to == Body::base64) return base::base64_from_bytes(made.payload);
    return base::utf8_valid(made.payload) ? made.payload : draft.text;
}

} // namespace

void change_body(ComposerPanel& panel, Body to) {
    if (to == panel.body) return;
    // A path and a message are two texts: each waits for the other's end.
    const std::string message = panel.source + ", message", path = panel.source + ", path";
    Draft next = draft_of(panel);
    if (to == Body::file) {
        panel.drafts[message] = next;
        next.text = panel.drafts[path].text;
    } else if (panel.body == Body::file) {
        panel.drafts[path] = next;
        const Draft& left = panel.drafts[message];
        next.text = left.body == to ? left.text : rewritten(left, to);
    } else {
        next.text = rewritten(next, to);
    }
    next.body = to;
    put(panel, next);
}

//--- 2. the message that is made of it

void make_composed(const Model& model, ComposerPanel& panel) {
    const Draft& of = panel.made_of;
    const bool same = panel.made_once && panel.made_text == panel.text && of.body == panel.body &&
                      of.envelope == panel.envelope && of.unique == panel.unique &&
                      of.variables == panel.variables && of.file_text == panel.file_text &&
                      panel.made_with.counter == model.next_message.counter &&
                      panel.made_with.uuid == model.next_message.uuid;
    if (same) return;
    if (panel.made_once && panel.made_text != panel.text) panel.told.clear();
    panel.made_once = true;
    panel.made_text = panel.text;
    panel.made_of = draft_of(panel);
    panel.made_with = model.next_message;
    model::Values values = model.next_message;
    values.wall_ns = model.now.wall_ns;
    if (values.uuid.empty()) values.uuid = model::uuid_from_random(0, 0);
    panel.made = model::make_message(panel.made_of, values);
    panel.has_variables =
        panel.body == Body::text && !model::expand(panel.made_of.text, values).pieces.empty();
    const std::string_view written = panel.made_of.text;
    if (panel.made.fault)
        panel.fault_at = field_from_text(written.substr(0, panel.made.fault->offset)).size();
}

namespace {

/// What Repeat asks for; false when a field of it is wrong.
bool read_repeat(const ComposerPanel& panel, std::uint64_t* times, std::int64_t* every_ns,
                 std::string* fault) {
    if (!model::times_from_text(panel.times, times)) {
        *fault = "Repeat: write a number of times, or nothing for no end";
    } else if (!model::interval_from_text(panel.every, every_ns)) {
        *fault = "Repeat: write a time such as 100 ms, 2 s or 1 min, at most a day";
    } else if (*times == 0 && *every_ns < base::kMillisecond) {
        *fault = "Repeat: without an end it needs a pause of at least 1 ms";
    }
    return fault->empty();
}

/// What is wrong with the message itself; empty when it can be sent.
std::string fault_of(const Model& model, const ComposerPanel& panel) {
    if (panel.made.fault && panel.made.error) return panel.made.error->what;
    if (panel.text.empty())
        return panel.body == Body::file ? "Write the path of a file" : "Nothing to send";
    if (panel.body == Body::file) {
        if (model.file_look.path != panel.made_of.text) return "Looking at the file";
        if (model.file_look.error) {
            const base::Error& error = *model.file_look.error;
            return sentence(error.why.empty() ? error.what : error.what + ": " + error.why);
        }
        return {}; // its bytes are read when they are sent
    }
    return panel.made.error ? panel.made.error->what : std::string();
}

} // namespace

model::SendCheck check_composed(const Model& model, ComposerPanel& panel) {
    make_composed(model, panel);
    const std::string fault = fault_of(model, panel);
    if (!fault.empty()) return {false, fault};
    std::uint64_t times = 0;
    std::int64_t every_ns = 0;
    std::string repeat_fault;
    if (!read_repeat(panel, &times, &every_ns, &repeat_fault)) return {false, repeat_fault};
    const model::SendCheck can = model::check_send(model.current(), model.now.mono_ns);
    if (!can.allowed) return {false, "Cannot send: " + can.what};
    if (!can.what.empty()) return can;
    if (panel.made.fault) return {true, "No JSON: it is sent as it stands"};
    if (!panel.made.expanded.unknown.empty())
        return {true, panel.made.expanded.unknown + " is no variable: it is sent as it stands"};
    return {};
}

//--- 3. what the user does

void send_composed(const Model& model, ComposerPanel& panel, model::Actions& actions) {
    if (model.repeat.running || !check_composed(model, panel).allowed) return;
    std::uint64_t times = 1;
    std::int64_t every_ns = 0;
    std::string fault;
    read_repeat(panel, &times, &every_ns, &fault);
    if (times == 1) {
        actions.push_back(model::SendComposed{model.current_link, panel.made_of});
    } else {
        actions.push_back(model::StartRepeat{model.current_link, panel.made_of, times, every_ns});
    }
    if (panel.back > 0) panel.back = 1; // what was sent is the newest of the history now
}

void format_composed(ComposerPanel& panel) {
    const std::string pretty = field_from_text(model::formatted(draft_of(panel)));
    if (pretty == panel.text) return; // also when it is wrong: the line under the editor says where
    panel.text = pretty;
    panel.replaced = true;
}

namespace {

/// The key of one entry of the history; no two entries are equal.
std::string history_source(const Draft& draft) {
    std::string flags;
    for (const bool on : {draft.envelope, draft.unique, draft.variables, draft.file_text})
        flags += on ? '1' : '0';
    return "sent " + std::string(word(draft.body)) + flags + draft.text;
}

} // namespace

void show_history(const Model& model, ComposerPanel& panel, std::size_t back) {
    const std::vector<Draft>& history = model.composer.history;
    if (back > history.size() || back == panel.back) return;
    if (panel.back == 0) {
        panel.home = panel.source;
        panel.home_title = panel.title;
    }
    panel.back = back;
    if (back == 0) {
        show_draft(panel, panel.home, panel.home_title, {});
        return;
    }
    const Draft& draft = history[history.size() - back];
    show_draft(panel, history_source(draft), "sent before", draft);
}

void step_history(const Model& model, ComposerPanel& panel, bool older) {
    if (!older) {
        if (panel.back > 0) show_history(model, panel, panel.back - 1);
        return;
    }
    // What was just sent still stands in the editor: that would be no step.
    const std::vector<Draft>& history = model.composer.history;
    const bool shown = panel.back == 0 && !history.empty() && history.back() == draft_of(panel);
    show_history(model, panel, panel.back + (shown ? 2 : 1));
}

bool edit_in_composer(ComposerPanel& panel, std::string_view bytes, bool binary) {
    const bool hex = binary || !base::utf8_valid(bytes);
    if (bytes.size() * (hex ? 3 : 1) > kMostEdited) {
        panel.told = "Too large to edit: " + base::size_text(bytes.size());
        panel.told_fault = true;
        return false;
    }
    panel.back = 0;
    show_draft(panel, "log " + std::to_string(++panel.edited), "from the log",
               model::draft_of_message(bytes, binary));
    panel.focus_editor = true;
    return true;
}

namespace {

//--- 4. verdict and buttons

std::string ready_words(const ComposerPanel& panel) {
    switch (panel.body) {
    case Body::text: return "Valid JSON";
    case Body::hex: return "Valid hex";
    case Body::base64: return "Valid base64";
    case Body::file: return "File found";
    }
    return {};
}

std::string size_words(const Frame& f, const Model& model, const ComposerPanel& panel) {
    if (panel.body == Body::file) {
        return base::size_text(model.file_look.size) + ", sent as " +
               (panel.file_text ? "text" : "binary");
    }
    std::string words = base::size_text(panel.made.payload.size());
    if (panel.body != Body::text) return words + ", sent as binary";
    if (panel.envelope) words += " with its envelope";
    const bool room = !f.narrow && model.connections.size() < 2;
    if (panel.envelope && room) words += ", timestamp set at sending";
    return words;
}

/// Which connection it goes to, once there is a choice.
std::string target_words(const Model& model) {
    const model::Connection* connection = model.current();
    if (!connection || !connection->file.empty() || model.connections.size() < 2) return {};
    return "to " + std::to_string(connection->link) + ", " + label_of(*connection);
}

void draw_target(Frame& f, Rect* row, const Model& model) {
    const std::string target = target_words(model);
    if (target.empty()) return;
    const float width = std::min(std::ceil(text_width(f, Face::words, target)), row->w * 0.4f);
    bool cut = false;
    const Rect place = row->cut_right(width + f.px(1));
    text(f, place, Face::words, Role::text2, target, Align::left, &cut);
    if (cut && touch(f, place, "Target").hovered) tooltip(f, target);
    row->cut_right(f.px(10));
}

std::string repeat_words(const model::Repeat& repeat) {
    std::string words = "Repeating";
    if (repeat.every_ns > 0) words += " every " + base::duration_text(repeat.every_ns);
    return words + " on connection " + std::to_string(repeat.link);
}

void draw_ready(Frame& f, Rect row, const Model& model, ComposerPanel& panel) {
    icon(f, Icon::check, row.cut_left(f.px(14)), Role::ok);
    row.cut_left(f.px(5));
    const bool told = !panel.told.empty();
    const std::string words = told ? panel.told : ready_words(panel);
    const Rect whole = row;
    row.cut_left(text(f, row, Face::words, Role::ok, words) + f.px(12));
    text(f, row, Face::words, Role::text3, size_words(f, model, panel));
    if (panel.body == Body::file || !touch(f, whole, "What is sent").hovered) return;
    const std::string& payload = panel.made.payload;
    tooltip(
        f, panel.made.binary ? model::hex_lines(std::string_view(payload).substr(0, 256)) : payload,
        Face::mono);
}

/// Always one line under the editor: may it be sent, and what is it.
void draw_verdict(Frame& f, Rect row, const Model& model, ComposerPanel& panel,
                  const model::SendCheck& check) {
    draw_target(f, &row, model);
    const auto say = [&](Icon which, Role role, std::string_view words) {
        icon(f, which, row.cut_left(f.px(14)), role);
        row.cut_left(f.px(5));
        bool cut = false;
        text(f, row, Face::words, role, words, Align::left, &cut);
        if (cut && touch(f, row, "Verdict").hovered) tooltip(f, words);
    };
    const bool wrong = !check.allowed && check.what.rfind("Cannot send", 0) != 0;
    if (panel.told_fault && !panel.told.empty()) {
        say(Icon::cross, Role::err, panel.told);
    } else if (wrong) {
        say(Icon::cross, Role::err, check.what);
    } else if (model.repeat.running) {
        say(Icon::half_disc, Role::accent, repeat_words(model.repeat));
    } else if (!check.what.empty()) {
        say(Icon::triangle, Role::warn, check.what);
    } else {
        draw_ready(f, row, model, panel);
    }
}

/// What the variables will be; and whether they are variables at all.
void draw_values(Frame& f, Rect row, const Model& model, ComposerPanel& panel) {
    check(f, row.cut_left(check_width(f, "Variables")), "Variables", &panel.variables);
    row.cut_left(f.px(14));
    std::string tip;
    const Rect whole = row;
    for (int i = 0; i < model::kVariableCount; ++i) {
        const auto variable = static_cast<model::Variable>(i);
        if (!panel.variables || !panel.made.expanded.uses(variable)) continue;
        model::Values values = model.next_message;
        values.wall_ns = model.now.wall_ns;
        const bool clock = variable == model::Variable::now || variable == model::Variable::now_ms;
        const std::string value = clock ? "time of sending" : text_of(variable, values);
        tip += std::string(word(variable)) + " " + text_of(variable, values) + ", " +
               meaning(variable) + "\n";
        row.cut_left(text(f, row, Face::mono_small, Role::text3, word(variable)) + f.px(6));
        const Rect place = row.cut_left(
            std::min(row.w, text_width(f, clock ? Face::small : Face::mono_small, value) + 1));
        text(f, place, clock ? Face::small : Face::mono_small, Role::text2, value);
        row.cut_left(f.px(14));
    }
    if (!tip.empty() && touch(f, whole, "Values").hovered) tooltip(f, tip);
}

/// Its words change while it runs, so it has a name of its own.
void draw_stop(Frame& f, const Rect& rect, std::string_view words, model::Actions& actions) {
    const Touch stop = touch(f, rect, "Stop repeating");
    fill(f, rect, stop.held ? Role::sel : stop.hovered ? Role::hover : Role::bar, 1, f.px(4));
    frame_rect(f, rect, Role::accent, f.px(4));
    text(f, rect, Face::words, Role::text, words, Align::center);
    if (stop.clicked) actions.push_back(model::StopRepeat{});
}

std::string stop_words(const model::Repeat& repeat) {
    const std::string sent = "Stop, " + base::count_text(repeat.sent);
    return repeat.times == 0 ? sent : sent + " of " + base::count_text(repeat.times);
}

void draw_repeat(Frame& f, Rect row, ComposerPanel& panel) {
    const auto words = [&](std::string_view label) {
        row.cut_left(text(f, row, Face::words, Role::text2, label) + f.px(6));
    };
    words("Repeat");
    text_field(f, row.cut_left(f.px(f.narrow ? 44 : 46)).middle(f.px(26)),
               {.text = &panel.times, .label = "Times", .hint = "∞"});
    row.cut_left(f.px(6));
    words(f.narrow ? "every" : "times, every");
    text_field(f, row.cut_left(f.px(62)).middle(f.px(26)),
               {.text = &panel.every, .label = "Every", .hint = "0 ms"});
}

void draw_buttons(Frame& f, Rect row, const Model& model, ComposerPanel& panel,
                  const model::SendCheck& check, model::Actions& actions) {
    const std::string hint = f.narrow ? "" : word(info(Command::send).chord);
    const float send_width = button_width(f, "Send", hint);
    const float format_width = button_width(f, "Format");
    if (panel.body != Body::file) {
        const Rect format = row.cut_right(format_width).middle(f.px(26));
        const bool able = !panel.made.fault && !panel.text.empty();
        if (button(f, format, "Format", Look::normal, able)) f.ask(Command::format);
        row.cut_right(f.px(8));
    }
    if (model.repeat.running) {
        const std::string words = stop_words(model.repeat);
        const float width = std::max(send_width, button_width(f, words));
        draw_stop(f, row.cut_left(width), words, actions);
        return;
    }
    const Rect send = row.cut_left(send_width);
    if (button(f, send, "Send", Look::primary, check.allowed, hint)) f.ask(Command::send);
    row.cut_left(f.px(14));
    draw_repeat(f, row, panel);
}

//--- 5. the whole

void draw_top_row(Frame& f, Rect row, const Model& model, ComposerPanel& panel,
                  model::Actions& actions) {
    draw_composer_templates(f, row.cut_left(f.px(136)), model, panel, actions);
    row.cut_left(f.px(14));
    const auto option = [&](const char* label, bool* on) {
        check(f, row.cut_left(check_width(f, label)), label, on);
        row.cut_left(f.px(14));
    };
    if (panel.body == Body::text) {
        option("Envelope", &panel.envelope);
        option("Make unique", &panel.unique);
    } else if (panel.body == Body::file) {
        option("Send as text", &panel.file_text);
    } else {
        text(f, row, Face::small, Role::text3, "sent as one binary message");
    }
}

void ask_about_file(ComposerPanel& panel, model::Actions& actions) {
    if (panel.body != Body::file || panel.text.empty()) return;
    const std::string path = text_from_field(panel.text);
    if (path == panel.looked_at) return;
    panel.looked_at = path;
    actions.push_back(model::LookAtFile{path});
}

} // namespace

void draw_composer(Frame& f, const Model& model, model::Selection&, ComposerPanel& panel,
                   model::Actions& actions) {
    if (panel.source.empty()) choose_template(panel, kFirstTemplate);
    fill(f, f.place, Role::panel);
    Rect rest = f.place.inset(f.px(12), 0);
    rest.cut_top(f.px(8));
    draw_top_row(f, rest.cut_top(f.px(26)), model, panel, actions);
    rest.cut_top(f.px(5));
    draw_composer_strip(f, rest.cut_top(f.px(22)), model, panel, actions);
    rest.cut_top(f.px(3));

    //--- from below: buttons, verdict, values; the editor takes the rest
    rest.cut_bottom(f.px(12));
    const Rect buttons = rest.cut_bottom(f.px(30));
    rest.cut_bottom(f.px(2));
    const Rect verdict = rest.cut_bottom(f.px(26));
    if (panel.has_variables) draw_values(f, rest.cut_bottom(f.px(22)), model, panel);
    draw_composer_editor(f, rest, panel);
    ask_about_file(panel, actions);
    const model::SendCheck check = check_composed(model, panel);
    draw_verdict(f, verdict, model, panel, check);
    draw_buttons(f, buttons, model, panel, check, actions);
}

} // namespace ui
