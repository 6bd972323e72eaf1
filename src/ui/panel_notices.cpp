// The list of notices: everything that was told, newest first, repeats folded, each with why and
// what to do.
#include "ui/panel_notices.h"

#include <algorithm>

#include "base/clock.h"
#include "base/text.h"
#include "ui/notice_look.h"

namespace ui {
namespace {

using model::Model;
using model::Notice;

constexpr float kRow = 44; ///< two lines of words

/// "since 12 s", "×14, last 3 s ago".
std::string when_text(Frame& f, const Model& model, const Notice& notice) {
    f.wake_for_duration(notice.last_mono_ns);
    const std::string ago =
        running_text(std::max<std::int64_t>(0, model.now.mono_ns - notice.last_mono_ns)) + " ago";
    if (notice.times <= 1) return ago;
    return "×" + base::count_text(static_cast<std::uint64_t>(notice.times)) + ", last " + ago;
}

/// Close, and the way to the event; the row loses their width.
void draw_actions(Frame& f, Rect* row, const Model& model, const Notice& notice,
                  model::Selection& selection, LogPanel& log, model::Actions& actions) {
    const std::string number = " " + std::to_string(notice.id);
    const Rect close = row->cut_right(f.px(22)).middle(f.px(22));
    if (notice.open && icon_button(f, close, Icon::cross, "Close notice" + number, Look::bare)) {
        actions.push_back(model::CloseNotice{notice.id});
    }
    if (!model.log.contains(notice.event)) return;
    row->cut_right(f.px(8));
    const std::string label = "Show event " + std::to_string(notice.event);
    const Rect show = row->cut_right(button_width(f, label)).middle(f.px(22));
    if (button(f, show, label)) {
        selection.event = notice.event;
        log.show_selected = true;
    }
}

void draw_row(Frame& f, Rect row, const Model& model, const Notice& notice,
              model::Selection& selection, LogPanel& log, model::Actions& actions) {
    const SeverityLook look = look_of(notice.severity);
    if (notice.open) {
        fill(f, row, look.ground);
        fill(f, {row.x, row.y, f.px(3), row.h}, look.role);
    }
    line_below(f, row);
    Rect inside = row.inset(f.px(12), 0);
    inside.cut_left(f.px(3));
    draw_actions(f, &inside, model, notice, selection, log, actions);
    inside.cut_right(f.px(12));
    const std::string when = when_text(f, model, notice);
    const float slot = std::max(text_width(f, Face::mono_small, when), f.fonts.c * 10);
    text(f, inside.cut_right(slot), Face::mono_small, Role::text3, when, Align::right);
    inside.cut_right(f.px(12));
    icon(f, look.icon, inside.cut_left(f.px(14)), look.role);
    inside.cut_left(f.px(8));

    inside = inside.middle(f.px(40));
    std::string what = sentence(notice.text.what);
    if (notice.link != 0 && model.connections.size() > 1) {
        what = std::to_string(notice.link) + "  " + what;
    }
    bool cut = false;
    bool evidence_cut = false;
    const Rect whole = inside;
    text(f, inside.cut_top(f.px(20)), Face::strong, notice.open ? look.role : Role::text2, what,
         Align::left, &cut);
    const std::string evidence = evidence_of(notice);
    text(f, inside, Face::words, notice.open ? Role::text : Role::text3, evidence, Align::left,
         &evidence_cut);
    const std::string label = "Notice " + std::to_string(notice.id);
    if (touch(f, whole, label).hovered && (cut || evidence_cut)) {
        tooltip(f, what + "\n" + evidence);
    }
}

} // namespace

void draw_notices(Frame& f, const Model& model, model::Selection& selection, NoticesPanel& panel,
                  LogPanel& log, model::Actions& actions) {
    const std::vector<Notice>& list = model.notices.list;
    Rect place = f.place;
    if (list.empty()) {
        empty_state(f, place, "No notices", "What goes wrong is told here, with what to do.");
        return;
    }
    const Rect bar = place.cut_right(f.px(14));
    const std::uint64_t rows =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(place.h / f.px(kRow)));
    const auto total = static_cast<std::uint64_t>(list.size());
    const std::uint64_t most = total > rows ? total - rows : 0;
    wheel_scroll(place, 1, most, &panel.first);

    for (std::uint64_t i = 0; i < rows && panel.first + i < total; ++i) {
        const Notice& notice = list[static_cast<std::size_t>(total - 1 - panel.first - i)];
        draw_row(f, place.cut_top(f.px(kRow)), model, notice, selection, log, actions);
    }
    scroll_bar(f, bar, "Notices' scroll bar", &panel.bar, &panel.first, rows, total);
}

} // namespace ui
