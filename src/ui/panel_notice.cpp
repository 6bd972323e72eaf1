// The notice strip: the newest of the most severe things that the user must know, with its evidence
// and its remedy. It pushes, never covers, and never goes by itself.
#include "ui/notice_look.h"
#include "ui/panels.h"

namespace ui {

SeverityLook look_of(model::Severity severity) {
    switch (severity) {
    case model::Severity::error: return {Role::err, Role::errbg, Icon::cross};
    case model::Severity::warning: return {Role::warn, Role::warnbg, Icon::triangle};
    case model::Severity::info: break;
    }
    return {Role::accent, Role::bar, Icon::ring};
}

std::string evidence_of(const model::Notice& notice) {
    std::string out = sentence(notice.text.why);
    if (!out.empty() && !notice.text.fix.empty()) out += ". ";
    out += sentence(notice.text.fix);
    if (!out.empty()) out += ".";
    return out;
}

namespace {

/// The current connection does not come to be open: the check says where and why.
bool is_failing(const model::Model& model, const model::Notice& notice) {
    const model::Connection* current = model.current();
    if (!current || notice.link != current->link || notice.topic != "connection") return false;
    const wire::Phase phase = current->state.phase;
    return phase == wire::Phase::failed || phase == wire::Phase::waiting;
}

/// Buttons at the right end; the row loses their width.
void draw_actions(Frame& f, Rect* row, const model::Model& model, const model::Notice& notice,
                  model::Selection& selection, LogPanel& log, model::Actions& actions) {
    const Rect close = row->cut_right(f.px(22)).middle(f.px(22));
    if (icon_button(f, close, Icon::cross, "Close notice", Look::bare)) {
        actions.push_back(model::CloseNotice{notice.id});
    }
    const int more = model.notices.open_count() - 1;
    if (more > 0) {
        const std::string words = std::to_string(more) + " more";
        const std::string hint = f.narrow ? "" : word(info(Command::tab_notices).chord);
        row->cut_right(f.px(8));
        const Rect place = row->cut_right(button_width(f, words, hint)).middle(f.px(22));
        if (button(f, place, words, Look::normal, true, hint)) f.ask(Command::tab_notices);
    }
    if (model.log.contains(notice.event)) {
        row->cut_right(f.px(8));
        const Rect show = row->cut_right(button_width(f, "Show event")).middle(f.px(22));
        if (button(f, show, "Show event")) {
            selection.event = notice.event;
            log.show_selected = true;
        }
    }
    if (is_failing(model, notice)) {
        row->cut_right(f.px(8));
        const std::string hint = f.narrow ? "" : word(info(Command::check).chord);
        const Rect check = row->cut_right(button_width(f, "Check", hint)).middle(f.px(22));
        if (button(f, check, "Check", Look::normal, true, hint)) f.ask(Command::check);
    }
    row->cut_right(f.px(10));
}

} // namespace

void draw_notice(Frame& f, const model::Model& model, model::Selection& selection, LogPanel& log,
                 model::Actions& actions) {
    const model::Notice* notice = model.notices.top();
    if (!notice) return;
    const SeverityLook look = look_of(notice->severity);
    fill(f, f.place, look.ground);
    fill(f, {f.place.x, f.place.y, f.px(3), f.place.h}, look.role);
    line_below(f, f.place);
    Rect row = f.place.inset(f.px(11), 0);
    draw_actions(f, &row, model, *notice, selection, log, actions);
    icon(f, look.icon, row.cut_left(f.px(14)), look.role);
    row.cut_left(f.px(8));

    bool cut = false;
    bool what_cut = false;
    const std::string what = sentence(notice->text.what);
    const Rect whole = row;
    row.cut_left(text(f, row, Face::strong, look.role, what, Align::left, &what_cut) + f.px(12));
    std::string evidence = evidence_of(*notice);
    if (notice->times > 1) evidence += "  ×" + std::to_string(notice->times);
    text(f, row, Face::words, Role::text, evidence, Align::left, &cut);
    if (touch(f, whole, "Notice").hovered && (cut || what_cut)) tooltip(f, what + "\n" + evidence);
}

} // namespace ui
