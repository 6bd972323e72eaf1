// Closing with a code, and the name of a connection.
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
