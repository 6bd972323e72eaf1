// The settings: every change acts at once.
#include <cmath>
#include <iterator>

#include "base/text.h"
#include "model/settings.h"
#include "ui/forms.h"
#include "ui/panels.h"

namespace ui {
namespace {

constexpr float kLabels = 170;

Rect setting(Frame& f, Rect* place, std::string_view label) {
    Rect row = place->cut_top(f.px(36)).middle(f.px(26));
    text(f, row.cut_left(f.px(kLabels)), Face::words, Role::text2, label);
    return row;
}

/// Words side by side, one of them chosen; the index that was clicked, or -1.
int one_of(Frame& f, Rect row, const char* const* words, int count, int chosen) {
    int picked = -1;
    for (int i = 0; i < count; ++i) {
        const Rect place = row.cut_left(button_width(f, words[i]) + f.px(18));
        row.cut_left(f.px(6));
        const Touch area = touch(f, place, words[i]);
        fill(f, place,
             i == chosen    ? Role::sel
             : area.hovered ? Role::hover
                            : Role::bar,
             1, f.px(4));
        frame_rect(f, place, i == chosen ? Role::accent : Role::line2, f.px(4));
        Rect inside = place.inset(f.px(8), 0);
        if (i == chosen) icon(f, Icon::check, inside.cut_left(f.px(16)), Role::accent);
        text(f, inside, Face::words, Role::text, words[i], Align::center);
        if (area.clicked) picked = i;
    }
    return picked;
}

void draw_text_size(Frame& f, Rect row, const model::Model& model) {
    const Rect less = row.cut_left(f.px(30));
    if (button(f, less, "−", Look::normal, model.text_size > model::kLeastText + 0.01f))
        f.ask(Command::smaller_text);
    const std::string percent = std::to_string(std::lround(model.text_size * 100)) + " %";
    text(f, row.cut_left(f.px(64)), Face::mono, Role::text, percent, Align::center);
    const Rect more = row.cut_left(f.px(30));
    if (button(f, more, "+", Look::normal, model.text_size < model::kMostText - 0.01f))
        f.ask(Command::larger_text);
    row.cut_left(f.px(8));
    if (button(f, row.cut_left(button_width(f, "Normal size")), "Normal size"))
        f.ask(Command::normal_text);
    row.cut_left(f.px(10));
    text(f, row, Face::small, Role::text3, "Ctrl+=  Ctrl+−  Ctrl+0");
}

/// Acts when it is entered or left, not with each digit: 2 on the way to 2 GiB would trim the log.
void draw_budget(Frame& f, Rect row, Rect below, const model::Model& model, SettingsForm& form,
                 model::Actions& actions) {
    if (!form.budget_edited) form.budget = model::text_from_bytes(model.log.budget());
    const FieldAnswer answer = text_field(
        f, row.cut_left(f.px(130)), {.text = &form.budget, .label = "Log budget", .hint = "2 GiB"});
    form.budget_edited = form.budget_edited || answer.changed;
    row.cut_left(f.px(10));
    text(f, row, Face::small, Role::text3,
         "it holds " + base::size_text(model.log.memory_bytes()) +
             "; the oldest go when it is full");
    std::uint64_t bytes = 0;
    const bool good = model::bytes_from_text(form.budget, &bytes) && bytes >= model::kLeastBudget &&
                      bytes <= model::kMostBudget;
    if (!good) {
        below.cut_left(f.px(kLabels));
        icon(f, Icon::cross, below.cut_left(f.px(14)), Role::err);
        below.cut_left(f.px(4));
        text(f, below, Face::small, Role::err, "A size from 16 MiB to 1024 GiB, such as 2 GiB");
    }
    if (!form.budget_edited || !(answer.entered || !answer.focused)) return;
    if (good) actions.push_back(model::SetLogBudget{bytes});
    if (good || !answer.focused) form.budget_edited = !good;
}

} // namespace

void open_settings(Overlays& overlays, const model::Model& model) {
    overlays.show(Overlay::settings);
    overlays.settings.budget = model::text_from_bytes(model.log.budget());
}

bool draw_settings_form(Frame& f, Rect place, const model::Model& model, Panels& panels,
                        SettingsForm& form, model::Actions& actions) {
    Rect head = place.cut_top(f.px(28));
    const Rect close = head.cut_right(f.px(26)).middle(f.px(26));
    text(f, head, Face::strong, Role::text, "Settings");
    place.cut_top(f.px(6));

    constexpr const char* kThemes[] = {"Dark", "Light"};
    const int theme = one_of(f, setting(f, &place, "Theme"), kThemes,
                             static_cast<int>(std::size(kThemes)), model.dark_theme ? 0 : 1);
    if (theme >= 0) actions.push_back(model::SetTheme{theme == 0});
    draw_text_size(f, setting(f, &place, "Text size"), model);

    constexpr const char* kTimes[] = {"Clock", "Since start", "Since previous"};
    const int time = one_of(f, setting(f, &place, "Time in the log"), kTimes,
                            static_cast<int>(std::size(kTimes)), static_cast<int>(panels.log.time));
    if (time >= 0) panels.log.time = static_cast<TimeColumn>(time);

    const Rect budget = setting(f, &place, "Memory for the log");
    draw_budget(f, budget, place.cut_top(f.px(20)), model, form, actions);

    const Rect answer = setting(f, &place, "New connections");
    constexpr const char* kAnswer = "Answer Coda's challenges by itself";
    bool on = model.auto_answer;
    if (check(f, Rect(answer).cut_left(check_width(f, kAnswer)), kAnswer, &on))
        actions.push_back(model::SetAnswerDefault{on});

    place.cut_top(f.px(10));
    text(f, place.cut_top(f.px(20)), Face::small, Role::text3,
         model.settings_path.empty() ? "Nothing is remembered in the demo."
                                     : "Remembered in " + model.settings_path);
    return icon_button(f, close, Icon::cross, "Close the settings", Look::bare);
}

} // namespace ui
