// Headers and options of a connection.
//   1. texts to fields and back     2. parts     3. headers and messages
//   4. the other options     5. the whole
#include <algorithm>

#include "ui/field_text.h"
#include "ui/forms.h"
#include "ui/panels.h"

namespace ui {
namespace {

using model::FormFault;
using model::LinkField;
using model::LinkForm;

constexpr std::size_t kMostRows = 40;

//--- 1. texts to fields and back

LinkForm mapped(const LinkForm& form, std::string (*through)(std::string_view)) {
    LinkForm out = form;
    for (auto& [name, value] : out.headers) {
        name = through(name);
        value = through(value);
    }
    for (std::string& message : out.preamble) message = through(message);
    for (std::string LinkForm::*each :
         {&LinkForm::subprotocols, &LinkForm::origin, &LinkForm::ping_interval,
          &LinkForm::connect_timeout, &LinkForm::retry_first, &LinkForm::retry_after_open,
          &LinkForm::max_message, &LinkForm::ca_file, &LinkForm::cert_file, &LinkForm::key_file}) {
        out.*each = through(out.*each);
    }
    return out;
}

//--- 2. parts

const FormFault* fault_at(const std::vector<FormFault>& faults, LinkField field,
                          std::size_t row = 0) {
    for (const FormFault& fault : faults) {
        if (fault.field == field && fault.row == row) return &fault;
    }
    return nullptr;
}

void draw_fault(Frame& f, Rect* column, const FormFault* fault, float indent) {
    if (!fault) return;
    Rect line = column->cut_top(f.px(19));
    line.cut_left(indent);
    icon(f, Icon::cross, line.cut_left(f.px(14)), Role::err);
    line.cut_left(f.px(4));
    text(f, line, Face::small, Role::err, fault->text);
}

void heading(Frame& f, Rect* column, std::string_view words, std::string_view beside) {
    const Rect row = column->cut_top(f.px(24));
    const float x = text_at(f, row.x, row, Face::strong, Role::text2, words) + f.px(10);
    text(f, {x, row.y, row.right() - x, row.h}, Face::small, Role::text3, beside);
}

//--- 3. headers and messages

/// A list of rows that grows by a button and scrolls by the wheel.
struct RowList {
    const char* one;  ///< what a row is called: "header"
    const char* more; ///< the button
    LinkField field;
    std::size_t* first; ///< first row on screen
    int* focus;         ///< the row that was just added; -1: none
};

/// `draw_row(line, row, take_focus)` draws the fields of one row.
template <class Rows, class DrawRow>
void draw_rows(Frame& f, Rect column, Rows& rows, const RowList& list,
               const std::vector<FormFault>& faults, const DrawRow& draw_row) {
    // A fault takes a line of its own, so that rows are counted as they are drawn.
    const float high = f.px(49);
    column.cut_bottom(f.px(34)); // for the button below the last row
    const std::size_t total = rows.size();
    const auto whole = static_cast<std::size_t>(std::max(0.f, column.h) / high);
    const std::size_t furthest = total > whole ? total - whole : 0;
    std::uint64_t first = *list.first;
    wheel_scroll(column, 1, furthest, &first);
    *list.first = static_cast<std::size_t>(first);
    if (*list.focus >= 0) *list.first = std::max(*list.first, furthest);
    std::size_t gone = total;
    std::size_t i = *list.first;
    for (; i < total && column.h >= high; ++i) {
        const std::string number = std::to_string(i + 1);
        Rect line = column.cut_top(f.px(30)).middle(f.px(26));
        const Rect drop = line.cut_right(f.px(26));
        line.cut_right(f.px(4));
        draw_row(line, i, static_cast<int>(i) == *list.focus);
        if (icon_button(f, drop, Icon::cross, "Remove " + std::string(list.one) + " " + number,
                        Look::bare))
            gone = i;
        draw_fault(f, &column, fault_at(faults, list.field, i), 0);
    }
    *list.focus = -1;
    if (gone < total) rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(gone));
    Rect add = Rect{column.x, column.y, column.w, f.px(34)}.middle(f.px(26));
    const Rect place = add.cut_left(button_width(f, list.more));
    if (button(f, place, list.more, Look::normal, total < kMostRows)) {
        rows.emplace_back();
        *list.focus = static_cast<int>(rows.size()) - 1;
    }
    add.cut_left(f.px(10));
    const std::size_t hidden = *list.first + (total - i);
    if (hidden > 0)
        text(f, add, Face::small, Role::text3, std::to_string(hidden) + " more, the wheel scrolls");
}

void draw_headers(Frame& f, Rect column, OptionsForm& state, const std::vector<FormFault>& faults) {
    heading(f, &column, "Request headers", "");
    Rect foot = column.cut_bottom(f.px(44));
    text(f, foot.cut_top(f.px(20)), Face::small, Role::text3,
         "Authorization, Cookie and other secrets stay in this session:");
    text(f, foot.cut_top(f.px(20)), Face::small, Role::text3,
         "they are not written to the settings.");
    const auto draw_row = [&](Rect line, std::size_t row, bool take_focus) {
        auto& [name, value] = state.form.headers[row];
        const std::string number = std::to_string(row + 1);
        const Rect left = line.cut_left(std::floor(line.w * 0.4f));
        line.cut_left(f.px(6));
        text_field(f, left,
                   {.text = &name,
                    .label = "Header name " + number,
                    .hint = "Name",
                    .take_focus = take_focus});
        text_field(f, line, {.text = &value, .label = "Header value " + number, .hint = "value"});
    };
    draw_rows(
        f, column, state.form.headers,
        {"header", "Add a header", LinkField::headers, &state.first_header, &state.focus_header},
        faults, draw_row);
}

void draw_preamble(Frame& f, Rect column, OptionsForm& state,
                   const std::vector<FormFault>& faults) {
    heading(f, &column, "Preamble", "text messages, sent after every open before anything else");
    const auto draw_row = [&](const Rect& line, std::size_t row, bool take_focus) {
        text_field(f, line,
                   {.text = &state.form.preamble[row],
                    .label = "Preamble message " + std::to_string(row + 1),
                    .hint = "{\"type\": …}",
                    .take_focus = take_focus});
    };
    draw_rows(f, column, state.form.preamble,
              {"preamble message", "Add a message", LinkField::preamble, &state.first_message,
               &state.focus_message},
              faults, draw_row);
}

//--- 4. the other options

struct Options {
    Frame& f;
    Rect* column;
    const std::vector<FormFault>& faults;

    void field(const char* label, std::string* text_in_it, LinkField which, const char* hint) {
        Rect line = column->cut_top(f.px(29)).middle(f.px(25));
        const float indent = f.px(148);
        text(f, line.cut_left(indent), Face::words, Role::text2, label);
        text_field(f, line, {.text = text_in_it, .label = label, .hint = hint});
        draw_fault(f, column, fault_at(faults, which), indent);
    }
    void toggle(const char* label, bool* on) {
        Rect line = column->cut_top(f.px(26));
        check(f, line.cut_left(check_width(f, label)), label, on);
    }
};

void draw_options(Frame& f, Rect column, LinkForm& form, const std::vector<FormFault>& faults) {
    heading(f, &column, "Handshake", "");
    Options o{f, &column, faults};
    o.field("Subprotocols", &form.subprotocols, LinkField::subprotocols, "none; words with commas");
    o.field("Origin", &form.origin, LinkField::origin, "none is sent");
    o.toggle("Offer compression (permessage-deflate)", &form.deflate);
    o.toggle("Answer Coda's challenges by itself", &form.auto_auth);
    o.field("Connect time-out, s", &form.connect_timeout, LinkField::connect_timeout, "10");
    o.field("Attempts at first", &form.retry_first, LinkField::retry_first, "forever");
    o.field("Attempts after a loss", &form.retry_after_open, LinkField::retry_after_open,
            "forever");
    column.cut_top(f.px(4));
    heading(f, &column, "Session", "");
    o.field("Ping every, s", &form.ping_interval, LinkField::ping_interval, "0 sends none");
    o.toggle("Answer Pings; off to try the server's time-out", &form.answer_pings);
    o.field("Largest message", &form.max_message, LinkField::max_message, "32 MiB");
    column.cut_top(f.px(4));
    heading(f, &column, "TLS", "files are PEM");
    o.field("CA certificates", &form.ca_file, LinkField::ca_file, "those of the system");
    o.field("Client certificate", &form.cert_file, LinkField::cert_file, "none");
    o.field("Its key", &form.key_file, LinkField::key_file, "none");
    o.toggle("Accept any certificate, in this session (--insecure)", &form.insecure);
}

//--- 5. the whole

/// True when it is done.
bool draw_buttons(Frame& f, Rect row, const model::Model& model, OptionsForm& state,
                  const LinkForm& form, std::size_t faults, model::Actions& actions) {
    const model::Connection* connection = model.connection(state.link);
    const bool idle = !connection || connection->state.phase == wire::Phase::idle ||
                      connection->state.phase == wire::Phase::failed;
    const auto put = [&](const char* label, Look look, bool enabled) {
        const Rect place = row.cut_left(button_width(f, label)).middle(f.px(28));
        row.cut_left(f.px(8));
        return button(f, place, label, look, enabled);
    };
    const bool save = put("Save", Look::primary, faults == 0);
    const bool dial = !idle && put("Save and reconnect", Look::normal, faults == 0);
    const bool cancel = put("Cancel", Look::normal, true);
    row.cut_left(f.px(6));
    if (faults > 0) {
        text(f, row, Face::words, Role::err,
             faults == 1 ? "One field is wrong" : std::to_string(faults) + " fields are wrong");
    } else {
        text(f, row, Face::small, Role::text3, "Counts from the next attempt on.");
    }
    if (save || dial) {
        actions.push_back(model::SetOptions{state.link, model::with_form(state.base, form)});
        if (dial) actions.push_back(model::Reconnect{state.link});
    }
    return save || dial || cancel;
}

} // namespace

void open_options(Overlays& overlays, const model::Model& model) {
    overlays.show(Overlay::options);
    const model::Connection* connection = model.live_connection(model.current_link);
    OptionsForm& state = overlays.options;
    state.title = "Headers and options";
    state.base.retry_first = state.base.retry_after_open = wire::LinkOptions::kForever;
    state.base.auto_auth = model.auto_answer;
    if (connection) {
        state.link = connection->link;
        state.base = connection->options;
        state.title +=
            " of connection " + std::to_string(connection->link) + ", " + label_of(*connection);
    }
    state.form = mapped(model::form_of(state.base), field_from_text);
    if (state.form.headers.empty()) state.form.headers.emplace_back();
}

bool draw_options_form(Frame& f, Rect place, const model::Model& model, OptionsForm& state,
                       bool just_opened, model::Actions& actions) {
    text(f, place.cut_top(f.px(28)), Face::strong, Role::text, state.title);
    place.cut_top(f.px(4));
    const Rect foot = place.cut_bottom(f.px(36));
    if (just_opened) state.focus_header = 0;
    const LinkForm form = mapped(state.form, text_from_field);
    const std::vector<FormFault> faults = model::faults_of(form);
    Rect left = place.cut_left(std::floor((place.w - f.px(28)) * 0.5f));
    place.cut_left(f.px(28));
    const Rect messages = left.cut_bottom(std::floor(left.h * 0.38f));
    draw_headers(f, left, state, faults);
    draw_preamble(f, messages, state, faults);
    draw_options(f, place, state.form, faults);
    return draw_buttons(f, foot, model, state, form, faults.size(), actions);
}

} // namespace ui
