#include "ui/panel_alarms.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "ui/notice_look.h"

namespace ui {
namespace {

using model::Model;
using model::Notice;

constexpr float kRow = 64; ///< a head and two lines of evidence

/// Standing ones first, the most severe of them first, then the newest.
std::vector<const Notice*> alarms_of(const Model& model) {
    std::vector<const Notice*> alarms;
    for (const Notice& notice : model.notices.list)
        if (notice.alarm) alarms.push_back(&notice);
    std::stable_sort(alarms.begin(), alarms.end(), [](const Notice* a, const Notice* b) {
        if (a->open != b->open) return a->open;
        if (a->severity != b->severity) return a->severity > b->severity;
        return a->last_mono_ns > b->last_mono_ns;
    });
    return alarms;
}

/// One action at the right; the row loses its width.
void draw_action(Frame& f, Rect* row, const Model& model, const Notice& notice,
                 model::Selection& selection, LogPanel& log, model::Actions& actions) {
    const std::string number = std::to_string(notice.event);
    const bool challenge = notice.topic == model::kChallengeTopic && notice.open;
    if (!challenge && !model.log.contains(notice.event)) return;
    const std::string label = challenge ? "Answer now" : "Show " + number;
    const Rect place = row->cut_right(button_width(f, label));
    row->cut_right(f.px(10));
    if (!button(f, {place.x, place.y + f.px(8), place.w, f.px(24)}, label)) return;
    if (challenge) {
        actions.push_back(model::AnswerChallenge{notice.link});
    } else {
        selection.event = notice.event;
        log.show_selected = true;
    }
}

void draw_row(Frame& f, const Rect& row, const Model& model, const Notice& notice,
              model::Selection& selection, LogPanel& log, model::Actions& actions) {
    const SeverityLook look = look_of(notice.severity);
    line_below(f, row);
    Rect inside = row.inset(f.px(12), 0);
    draw_action(f, &inside, model, notice, selection, log, actions);
    inside.cut_top(f.px(7));
    icon(f, look.icon, {inside.x, inside.y, f.px(14), f.px(18)},
         notice.open ? look.role : Role::text3);
    inside.cut_left(f.px(24));
    std::string what = sentence(notice.text.what);
    if (notice.times > 1)
        what += "  ×" + base::count_text(static_cast<std::uint64_t>(notice.times));
    if (notice.link != 0 && model.connections.size() > 1)
        what = "Connection " + std::to_string(notice.link) + ": " + what;
    bool what_cut = false, evidence_cut = false;
    text(f, inside.cut_top(f.px(18)), Face::strong, notice.open ? look.role : Role::text2, what,
         Align::left, &what_cut);
    std::string evidence = evidence_of(notice);
    if (!notice.open) {
        f.wake_for_duration(notice.last_mono_ns);
        evidence +=
            (evidence.empty() ? "" : " ") + std::string("Last ") +
            running_text(std::max<std::int64_t>(0, model.now.mono_ns - notice.last_mono_ns)) +
            " ago.";
    }
    text_wrapped(f, inside, Face::words, notice.open ? Role::text : Role::text3, evidence, f.px(18),
                 &evidence_cut);
    if ((what_cut || evidence_cut) && row.contains(ImGui::GetIO().MousePos) &&
        ImGui::IsWindowHovered())
        tooltip(f, what + "\n" + evidence);
}

/// What is looked at and has nothing to say now.
std::string quiet_text(const Model& model) {
    const auto stands = [&](std::string_view part) {
        for (const Notice& notice : model.notices.list)
            if (notice.alarm && notice.open && notice.topic.find(part) != std::string::npos)
                return true;
        return false;
    };
    const struct {
        const char* topic;
        const char* name;
    } kWatched[] = {{"challenge", "handshake"},   {"heartbeat", "heartbeat"}, {"no echo", "echoes"},
                    {"no result", "results"},     {"latency", "latency"},     {"seq", "sequence"},
                    {"duplicates", "duplicates"}, {"_error", "errors"}};
    std::string quiet;
    for (const auto& watched : kWatched)
        if (!stands(watched.topic))
            quiet += (quiet.empty() ? "" : ", ") + std::string(watched.name);
    return quiet;
}

} // namespace

void draw_alarms(Frame& f, const Model& model, model::Selection& selection, AlarmsPanel& panel,
                 LogPanel& log, model::Actions& actions) {
    Rect rest = f.place;
    const std::vector<const Notice*> alarms = alarms_of(model);
    const std::string quiet = quiet_text(model);
    if (alarms.empty()) {
        empty_state(f, rest, "Nothing wrong", "Watched: " + quiet + ".");
        return;
    }
    Rect foot = rest.cut_bottom(f.px(28)).inset(f.px(12), 0);
    if (!quiet.empty()) text(f, foot, Face::words, Role::text3, "Watched and quiet: " + quiet);
    const Rect bar = rest.cut_right(f.px(14));
    const auto rows = static_cast<std::uint64_t>(std::max(1.0f, rest.h / f.px(kRow)));
    const auto total = static_cast<std::uint64_t>(alarms.size());
    wheel_scroll(rest, 1, total > rows ? total - rows : 0, &panel.first);
    for (std::uint64_t i = panel.first; i < total && i < panel.first + rows; ++i) {
        draw_row(f, rest.cut_top(f.px(kRow)), model, *alarms[static_cast<std::size_t>(i)],
                 selection, log, actions);
    }
    scroll_bar(f, bar, "Alarms' scroll bar", &panel.bar, &panel.first, rows, total);
}

} // namespace ui
