#include "ui/panel_check.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ui/widgets.h"
#include "wire/trouble.h"

namespace ui {
namespace {

using model::Model;
using wire::CheckMark;
using wire::CheckState;
using wire::CheckStep;

/// A row of the list: a step that was done, or one that was not reached.
struct Row {
    std::string name;
    const CheckStep* step = nullptr; ///< null: not reached
};

/// Steps that not every connection goes through: listed once they are met.
bool always_met(std::string_view name, const CheckState& state) {
    if (name == "TLS handshake") return state.url.rfind("wss:", 0) == 0;
    return name != "authentication" && name != "other addresses";
}

std::vector<Row> rows_of(const CheckState& state) {
    std::vector<Row> rows;
    for (const CheckStep& step : state.steps) rows.push_back({step.name, &step});
    std::size_t next = 0;
    const std::size_t count = std::size(wire::kCheckSteps);
    for (std::size_t i = 0; i < count; ++i)
        if (!state.steps.empty() && state.steps.back().name == wire::kCheckSteps[i]) next = i + 1;
    for (std::size_t i = next; i < count; ++i)
        if (always_met(wire::kCheckSteps[i], state))
            rows.push_back({wire::kCheckSteps[i], nullptr});
    return rows;
}

struct MarkLook {
    Icon icon;
    Role role;
};

MarkLook look_of(const CheckStep* step) {
    if (!step) return {Icon::ring, Role::text3};
    switch (step->mark) {
    case CheckMark::passed: return {Icon::check, Role::ok};
    case CheckMark::warned: return {Icon::triangle, Role::warn};
    case CheckMark::failed: return {Icon::cross, Role::err};
    case CheckMark::running: break;
    }
    return {Icon::half_disc, Role::accent};
}

/// The step to show: the one that was clicked, else the first that failed, else the newest.
const CheckStep* shown_step(const CheckState& state, const CheckPanel& panel) {
    if (state.steps.empty()) return nullptr;
    const auto count = static_cast<int>(state.steps.size());
    if (panel.chosen >= 0 && panel.chosen < count)
        return &state.steps[static_cast<std::size_t>(panel.chosen)];
    for (const CheckStep& step : state.steps)
        if (step.mark == CheckMark::failed) return &step;
    return &state.steps.back();
}

//--- the list

void draw_row(Frame& f, Rect row, const Row& entry, bool chosen, int index, CheckPanel& panel) {
    const MarkLook look = look_of(entry.step);
    const bool failed = entry.step && entry.step->mark == CheckMark::failed;
    const Touch area = touch(f, row, "Step " + entry.name);
    if (failed || chosen || area.hovered)
        fill(f, row, failed ? Role::errbg : chosen ? Role::sel : Role::hover);
    if (chosen) fill(f, {row.x, row.y, f.px(3), row.h}, failed ? Role::err : Role::accent);
    if (area.clicked && entry.step) {
        panel.chosen = index;
        panel.help = false;
    }
    row = row.inset(f.px(12), 0);
    icon(f, look.icon, row.cut_left(f.px(14)), look.role);
    row.cut_left(f.px(10));
    text(f, row.cut_left(f.px(160)), failed ? Face::strong : Face::words,
         entry.step ? Role::text : Role::text3, sentence(entry.name));
    const Rect time = row.cut_left(f.fonts.c * 9);
    row.cut_left(f.px(14));
    if (!entry.step) {
        text(f, row, Face::words, Role::text3, "not reached");
        return;
    }
    if (entry.step->mark == CheckMark::running) {
        f.wake_for_duration(entry.step->began_mono_ns);
        text(f, time, Face::mono, Role::text2,
             running_text(f.now_mono_ns - entry.step->began_mono_ns), Align::right);
        text(f, row, Face::words, Role::accent, "under way");
        return;
    }
    if (entry.name != "URL")
        text(f, time, Face::mono, Role::text2, base::duration_text(entry.step->took_ns),
             Align::right);
    bool cut = false;
    const Role role = failed                                  ? Role::err
                      : entry.step->mark == CheckMark::warned ? Role::warn
                                                              : Role::text2;
    text(f, row, Face::words, role, entry.step->said, Align::left, &cut);
    if (cut && area.hovered) tooltip(f, entry.step->said);
}

void draw_steps(Frame& f, Rect place, const CheckState& state, CheckPanel& panel) {
    place.cut_top(f.px(4));
    const std::vector<Row> rows = rows_of(state);
    const CheckStep* const shown = panel.help ? nullptr : shown_step(state, panel);
    // A check that goes on is followed to its newest step.
    const auto fit = static_cast<std::uint64_t>(std::max(1.0f, place.h / f.px(kInspectorRow)));
    const std::uint64_t met = state.steps.size();
    if (std::exchange(panel.followed, met) != met && panel.chosen < 0)
        panel.steps.first = met > fit ? met - fit : 0;
    place = scrolled(f, place, "Steps' scroll bar", rows.size(), &panel.steps);
    for (std::uint64_t i = 0; i < panel.steps.shown && panel.steps.first + i < rows.size(); ++i) {
        const auto at = static_cast<std::size_t>(panel.steps.first + i);
        draw_row(f, place.cut_top(f.px(kInspectorRow)), rows[at],
                 rows[at].step && rows[at].step == shown, static_cast<int>(at), panel);
    }
}

//--- what is known of one step, or the guide's list

class Page {
public:
    Page(const Frame& f, float width)
        : face_(f.fonts.words), width_(width),
          columns_(static_cast<std::size_t>(std::max(8.0f, width / f.fonts.c))) {}

    /// "Why: …"
    void part(const std::string& name, Role role, const std::string& words) {
        if (words.empty()) return;
        append_words(lines_, name + ": " + words, role, Face::words, fit());
    }
    void words(std::string_view text, Role role, Face face = Face::words) {
        append_words(lines_, text, role, face, fit());
    }
    void pair(const std::string& name, std::string_view value) {
        append_text(lines_, name, Role::text3, columns_);
        append_text(lines_, value, Role::text, columns_);
    }
    void gap() { append_text(lines_, "", Role::text, columns_); }
    const TextLines& lines() const { return lines_; }

private:
    std::function<std::size_t(std::string_view)> fit() const {
        return [this](std::string_view text) {
            const char* const end = text.data() + text.size();
            const char* const stop = face_->CalcWordWrapPositionA(1, text.data(), end, width_);
            return std::max<std::size_t>(1, static_cast<std::size_t>(stop - text.data()));
        };
    }

    TextLines lines_;
    ImFont* face_;
    float width_;
    std::size_t columns_;
};

void say_step(Page& page, const CheckStep& step, const CheckState& state) {
    if (step.error) {
        const bool in_verdict =
            !state.running && state.error && state.error->what == step.error->what;
        if (!in_verdict)
            page.part("What", step.mark == CheckMark::failed ? Role::err : Role::warn,
                      step.error->what);
        page.part("What to do", Role::ok, step.error->fix);
        page.part("Why", Role::text, step.error->why);
        page.gap();
    }
    page.words("Evidence of " + step.name, Role::text2, Face::strong);
    std::string before;
    for (const auto& [name, value] : step.evidence)
        page.pair(std::exchange(before, name) == name ? "" : name, value);
    if (step.evidence.empty())
        page.words(step.mark == CheckMark::running ? "Under way" : step.said, Role::text2);
}

void say_troubles(Page& page) {
    std::string_view group;
    for (const wire::Trouble& trouble : wire::troubles()) {
        if (group != trouble.group) {
            if (!group.empty()) page.gap();
            page.words(trouble.group, Role::text2, Face::strong);
            group = trouble.group;
        }
        page.words(trouble.symptom, Role::accent);
        page.words(sentence(trouble.why) + ". " + sentence(trouble.fix) + ".", Role::text);
    }
}

void draw_text(Frame& f, Rect place, const CheckState& state, CheckPanel& panel) {
    place = place.inset(f.px(12), f.px(6));
    const CheckStep* const step = shown_step(state, panel);
    Page page(f, place.w - f.px(14));
    if (panel.help)
        say_troubles(page);
    else if (step)
        say_step(page, *step, state);
    const std::string about = panel.help ? "help" : step ? step->name : "";
    if (std::exchange(panel.text_of, about) != about) panel.text.first = 0;
    place = scrolled(f, place, "Evidence's scroll bar", page.lines().size(), &panel.text);
    for (std::uint64_t i = 0; i < panel.text.shown && panel.text.first + i < page.lines().size();
         ++i)
        draw_text_line(f, place.cut_top(f.px(kInspectorRow)), page.lines(), panel.text.first + i);
}

//--- buttons

std::string hint_of(Command command, const Frame& f) {
    return f.narrow ? "" : word(info(command).chord);
}

/// At the right end of the verdict's row, which loses their width.
void draw_buttons(Frame& f, Rect* row, const CheckState& state, CheckPanel& panel,
                  model::Actions& actions) {
    row->cut_right(f.px(8));
    const auto place = [&](float width) {
        const Rect at = row->cut_right(width).middle(f.px(22));
        row->cut_right(f.px(8));
        return at;
    };
    const char* const help = panel.help ? "Show evidence" : "Troubles";
    if (button(f, place(button_width(f, help)), help)) panel.help = !panel.help;
    if (button(f, place(button_width(f, "Copy report")), "Copy report", Look::normal,
               !state.running))
        actions.push_back(model::CopyCheckReport{});
    const char* const run = state.running ? "Stop check" : "Check again";
    const std::string hint = hint_of(Command::check, f);
    if (button(f, place(button_width(f, run, hint)), run, Look::normal, true, hint))
        f.ask(Command::check);
}

void draw_not_run(Frame& f, const Rect& place) {
    Rect row = empty_state(f, place, "Not run", "It takes about 3 s and opens its own connection.");
    const std::string hint = hint_of(Command::check, f);
    const float width = button_width(f, "Run check", hint);
    row.x += std::max(0.0f, std::round((row.w - width) / 2));
    if (button(f, row.cut_left(width), "Run check", Look::primary, true, hint))
        f.ask(Command::check);
}

/// How it stands, in one line over all.
void draw_verdict(Frame& f, Rect row, const CheckState& state) {
    std::int64_t took_ns = 0;
    for (const CheckStep& step : state.steps) took_ns += step.took_ns;
    Icon mark = Icon::half_disc;
    Role role = Role::accent;
    std::string words = "Under way", more = state.url;
    if (state.stopped) {
        mark = Icon::ring, role = Role::text2, words = "Stopped before its end";
    } else if (state.ok()) {
        mark = Icon::check, role = Role::ok, words = "It works";
        more += "  " + base::duration_text(took_ns);
    } else if (!state.running && state.error) {
        mark = Icon::cross, role = Role::err, words = "Failed at " + state.phase;
        more = state.error->what;
    }
    row = row.inset(f.px(12), 0);
    icon(f, mark, row.cut_left(f.px(14)), role);
    row.cut_left(f.px(10));
    text(f, row.cut_left(text_width(f, Face::strong, words)), Face::strong, role, words);
    row.cut_left(f.px(12));
    bool cut = false;
    text(f, row, Face::words, Role::text2, more, Align::left, &cut);
    if (cut && touch(f, row, "Verdict").hovered) tooltip(f, more);
}

} // namespace

void perform_check(const Model& model, const std::string& address, CheckPanel& panel,
                   model::Actions& actions) {
    if (model.check.running) {
        actions.push_back(model::StopCheck{});
        return;
    }
    panel.chosen = -1;
    panel.help = false;
    panel.steps.first = panel.text.first = 0;
    actions.push_back(model::RunCheck{model.current_link, address});
}

void draw_check(Frame& f, const Model& model, CheckPanel& panel, model::Actions& actions) {
    const CheckState& state = model.check;
    if (!state.ran()) return draw_not_run(f, f.place);
    Rect rest = f.place;
    Rect verdict = rest.cut_top(f.px(30));
    line_below(f, verdict);
    draw_buttons(f, &verdict, state, panel, actions);
    draw_verdict(f, verdict, state);
    Rect right = rest.cut_right(std::round(rest.w * 0.42f));
    Rect edge = right;
    fill(f, edge.cut_left(f.hairline()), Role::line);
    draw_steps(f, rest, state, panel);
    draw_text(f, right, state, panel);
}

} // namespace ui
