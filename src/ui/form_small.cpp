// Closing with a code, a Ping or Pong by hand, and the name of a connection.
#include <charconv>

#include "base/text.h"
#include "ui/field_text.h"
#include "ui/forms.h"
#include "ui/panels.h"
#include "wire/close_code.h"

namespace ui {
namespace {

void draw_fault(Frame& f, const Rect& line, std::string_view fault, std::string_view otherwise) {
    if (fault.empty()) {
        text(f, line, Face::small, Role::text3, otherwise);
        return;
    }
    Rect row = line;
    icon(f, Icon::cross, row.cut_left(f.px(14)), Role::err);
    row.cut_left(f.px(4));
    text(f, row, Face::small, Role::err, fault);
}

/// "Going away": what the code stands for, while it is one.
std::string meaning_of(std::string_view code) {
    code = base::trimmed(code);
    if (code.empty()) return "No code is sent";
    int number = 0;
    std::from_chars(code.data(), code.data() + code.size(), number);
    return wire::close_code_name(number);
}

} // namespace

void open_close_code(Overlays& overlays, std::uint32_t link) {
    overlays.show(Overlay::close_code);
    overlays.close_code.link = link;
}

bool draw_close_form(Frame& f, Rect place, const model::Model& model, CloseForm& form,
                     bool just_opened, model::Actions& actions) {
    const model::Connection* connection = model.connection(form.link);
    text(f, place.cut_top(f.px(28)), Face::strong, Role::text,
         "Close connection " + std::to_string(form.link) + " with a code");
    const std::string reason = text_from_field(form.reason);
    const model::CloseFaults faults = model::faults_of_close(form.code, reason);
    const float labels = f.px(80);

    Rect row = place.cut_top(f.px(32)).middle(f.px(26));
    text(f, row.cut_left(labels), Face::words, Role::text2, "Code");
    bool entered =
        text_field(
            f, row.cut_left(f.px(90)),
            {.text = &form.code, .label = "Close code", .hint = "none", .take_focus = just_opened})
            .entered;
    row.cut_left(f.px(10));
    draw_fault(f, row, faults.code, meaning_of(form.code));

    row = place.cut_top(f.px(32)).middle(f.px(26));
    text(f, row.cut_left(labels), Face::words, Role::text2, "Reason");
    entered = text_field(f, row, {.text = &form.reason, .label = "Close reason", .hint = "none"})
                  .entered ||
              entered;
    row = place.cut_top(f.px(20));
    row.cut_left(labels);
    draw_fault(f, row, faults.reason,
               std::to_string(reason.size()) + " of " + std::to_string(model::kMostReason) +
                   " bytes");

    place.cut_top(f.px(8));
    row = place.cut_top(f.px(30));
    row.cut_left(labels);
    const bool open = connection && connection->state.phase == wire::Phase::open;
    const bool ready = faults.none() && open;
    const Rect close = row.cut_left(button_width(f, "Close it")).middle(f.px(28));
    const bool clicked = button(f, close, "Close it", Look::primary, ready);
    row.cut_left(f.px(8));
    const Rect cancel = row.cut_left(button_width(f, "Cancel")).middle(f.px(28));
    if (button(f, cancel, "Cancel")) return true;
    row.cut_left(f.px(10));
    if (!open) text(f, row, Face::words, Role::warn, "It is no longer open");
    if (!ready || !(clicked || entered)) return false;
    int code = 0;
    const std::string_view typed = base::trimmed(form.code);
    std::from_chars(typed.data(), typed.data() + typed.size(), code);
    actions.push_back(model::Disconnect{form.link, code, reason});
    return true;
}

void open_control_frame(Overlays& overlays, std::uint32_t link) {
    overlays.show(Overlay::control);
    overlays.control.link = link;
}

bool draw_control_form(Frame& f, Rect place, const model::Model& model, ControlForm& form,
                       bool just_opened, model::Actions& actions) {
    constexpr std::size_t kMost = 125; // RFC 6455 section 5.5
    const model::Connection* connection = model.connection(form.link);
    text(f, place.cut_top(f.px(28)), Face::strong, Role::text,
         "Send a Ping or Pong on connection " + std::to_string(form.link));
    const std::string typed = text_from_field(form.payload);
    const base::Result<std::string> bytes =
        form.hex ? model::bytes_of_hex(typed) : base::Result<std::string>(typed);
    std::string fault;
    if (!bytes)
        fault = bytes.error().what;
    else if (bytes.value().size() > kMost)
        fault = std::to_string(bytes.value().size()) + " bytes; a control frame has room for 125";
    const float labels = f.px(80);

    Rect row = place.cut_top(f.px(32)).middle(f.px(26));
    text(f, row.cut_left(labels), Face::words, Role::text2, "Frame");
    bool ping = !form.pong;
    if (check(f, row.cut_left(check_width(f, "Ping")), "Ping", &ping)) form.pong = false;
    row.cut_left(f.px(14));
    if (check(f, row.cut_left(check_width(f, "Pong")), "Pong", &form.pong)) form.pong = true;
    row.cut_left(f.px(14));
    text(f, row, Face::small, Role::text3,
         form.pong ? "One that the server did not ask for" : "Its Pong tells the round trip");

    row = place.cut_top(f.px(32)).middle(f.px(26));
    text(f, row.cut_left(labels), Face::words, Role::text2, "Payload");
    const Rect hex = row.cut_right(check_width(f, "Hex"));
    row.cut_right(f.px(10));
    const bool entered = text_field(f, row,
                                    {.text = &form.payload,
                                     .label = "Control payload",
                                     .hint = form.pong ? "none" : "one that nobody can guess",
                                     .take_focus = just_opened})
                             .entered;
    check(f, hex, "Hex", &form.hex);
    row = place.cut_top(f.px(20));
    row.cut_left(labels);
    draw_fault(f, row, fault, std::to_string(bytes ? bytes.value().size() : 0) + " of 125 bytes");

    place.cut_top(f.px(8));
    row = place.cut_top(f.px(30));
    row.cut_left(labels);
    const bool open = connection && connection->state.phase == wire::Phase::open;
    const bool ready = fault.empty() && open;
    const Rect send = row.cut_left(button_width(f, "Send it")).middle(f.px(28));
    const bool clicked = button(f, send, "Send it", Look::primary, ready);
    row.cut_left(f.px(8));
    const Rect close = row.cut_left(button_width(f, "Close")).middle(f.px(28));
    if (button(f, close, "Close")) return true;
    row.cut_left(f.px(10));
    if (!open) text(f, row, Face::words, Role::warn, "It is no longer open");
    if (!ready || !(clicked || entered)) return false;
    if (form.pong)
        actions.push_back(model::PongNow{form.link, bytes.value()});
    else
        actions.push_back(model::PingNow{form.link, bytes.value()});
    return true;
}

void open_rename(Overlays& overlays, const model::Model& model, std::uint32_t link) {
    const model::Connection* connection = model.connection(link);
    if (!connection) return;
    overlays.show(Overlay::rename);
    overlays.rename.link = link;
    overlays.rename.name = field_from_text(connection->name);
    model::Connection unnamed;
    unnamed.options.url = connection->options.url;
    overlays.rename.usual = label_of(unnamed);
}

bool draw_rename_form(Frame& f, Rect place, RenameForm& form, bool just_opened,
                      model::Actions& actions) {
    text(f, place.cut_top(f.px(28)), Face::strong, Role::text,
         "Name of connection " + std::to_string(form.link));
    Rect row = place.cut_top(f.px(32)).middle(f.px(26));
    const Rect save = row.cut_right(button_width(f, "Save"));
    row.cut_right(f.px(8));
    const bool entered = text_field(f, row,
                                    {.text = &form.name,
                                     .label = "Connection name",
                                     .hint = form.usual,
                                     .face = Face::words,
                                     .take_focus = just_opened})
                             .entered;
    if (!button(f, save, "Save", Look::primary) && !entered) return false;
    actions.push_back(model::RenameConnection{form.link, text_from_field(form.name)});
    return true;
}

} // namespace ui
