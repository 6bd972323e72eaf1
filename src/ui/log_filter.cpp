// The log's filter bar: funnel, text, chips, count; under it what is wrong with the text.
#include <cmath>
#include <cstdio>
#include <utility>
#include <variant>

#include "base/text.h"
#include "ui/field_text.h"
#include "ui/log_parts.h"

namespace ui {

using model::Model;

namespace {

constexpr float kBar = 40, kErrorLine = 22;

//--- chips and count

struct DirChip {
    wire::Dir dir;
    const char* name;
    Icon icon;
    Role role;
};
constexpr DirChip kDirChips[] = {
    {wire::Dir::in, "In", Icon::arrow_down, Role::text2},
    {wire::Dir::out, "Out", Icon::arrow_up, Role::out},
    {wire::Dir::none, "Life", Icon::diamond, Role::text3},
};

void toggle_dir(const Model& model, wire::Dir dir, model::Actions& actions) {
    model::ListFilter filter = model.index.filter();
    filter.dirs = static_cast<std::uint8_t>(filter.dirs ^ (1u << static_cast<unsigned>(dir)));
    actions.push_back(model::SetFilter{filter});
}

/// "294", "3.6 M": how much there is, while the exact number changes under the eye.
std::string rounded_count(std::uint64_t count) {
    if (count < 1'000'000) return base::count_text(count);
    char text[32];
    std::snprintf(text, sizeof text, "%.1f M", static_cast<double>(count) / 1e6);
    return text;
}

std::string shown_of_total(const Model& model) {
    const std::uint64_t total = model.log.size();
    const std::string shown = base::count_text(model.index.size());
    if (model.index.complete()) return shown + " of " + base::count_text(total);
    char percent[8];
    std::snprintf(percent, sizeof percent, "%.0f %%", model.index.progress() * 100);
    return "at least " + shown + " of " + rounded_count(total) + ", " + percent;
}

/// Cuts count and chips off the right end of the row.
void draw_right_end(Frame& f, Rect* row, const Model& model, model::Actions& actions) {
    const std::string shown = shown_of_total(model);
    const float count_width = std::max(f.fonts.c * 14, std::ceil(text_width(f, Face::mono, shown)));
    const bool roomy = row->w > f.px(420);
    if (roomy || row->w > count_width + f.px(120)) {
        text(f, row->cut_right(count_width), Face::mono, Role::text2, shown, Align::right);
        row->cut_right(f.px(12));
    }
    const int chips = f.narrow ? 2 : 3;
    for (int i = chips - 1; i >= 0; --i) {
        const DirChip& dir = kDirChips[i];
        const auto bit = static_cast<std::size_t>(dir.dir);
        const std::uint64_t count = model.log.counts().dir[bit];
        const float width = chip_width(f, dir.name, count);
        if (row->w < width + f.px(140)) continue; // the field comes first
        const bool on = (model.index.filter().dirs >> bit & 1) != 0;
        if (chip(f, row->cut_right(width), dir.icon, dir.role, dir.name, count, on)) {
            toggle_dir(model, dir.dir, actions);
        }
        row->cut_right(f.px(i == 0 ? 9 : 7));
    }
}

//--- the text

/// The byte of the field before which byte `at` of the true text stands.
std::size_t place_in_field(const std::string& text, std::size_t at) {
    return field_from_text(std::string_view(text).substr(0, at)).size();
}

/// A line of 2 px under the part that is wrong.
void underline_error(Frame& f, const FieldAnswer& field, const LogPanel& panel) {
    const model::FilterError& error = *panel.filter.error;
    const std::string text = text_from_field(panel.filter_text);
    const std::string_view shown = panel.filter_text;
    const auto x_of = [&](std::size_t at) {
        return field.text_x + text_width(f, Face::mono, shown.substr(0, place_in_field(text, at)));
    };
    const float end = std::max(x_of(error.end), x_of(error.begin) + f.fonts.c);
    const float left = std::max(x_of(error.begin), field.inside.x);
    const float right = std::min(end, field.inside.right());
    if (right <= left) return;
    const Rect line{std::round(left), field.inside.bottom() - f.px(5), std::round(right - left),
                    f.px(2)};
    fill(f, line, Role::err);
    f.probe.item(f.region, "Wrong part", line, f.place, true);
}

void draw_error(Frame& f, Rect line, const Model& model, const LogPanel& panel) {
    line = line.inset(f.px(11), 0);
    icon(f, Icon::cross, line.cut_left(f.px(14)), Role::err);
    line.cut_left(f.px(6));
    const std::string& in_force = model.index.filter().filter.text();
    const std::string still =
        in_force.empty() ? "All events are shown until it is right" : "Still in force: " + in_force;
    bool cut = false, still_cut = false;
    const std::string message = sentence(panel.filter.error->message);
    const Rect whole = line;
    const float most = std::round(line.w * 0.45f);
    const Rect right =
        line.cut_right(std::min(most, std::ceil(text_width(f, Face::words, still)) + f.px(1)));
    line.cut_right(f.px(16));
    text(f, line, Face::words, Role::err, message, Align::left, &cut);
    text(f, right, Face::words, Role::text2, still, Align::left, &still_cut);
    if ((cut || still_cut) && whole.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered())
        tooltip(f, message + "\n" + still);
}

bool can_clear(const Model& model, const LogPanel& panel) {
    return !panel.filter_text.empty() || !model.index.filter().everything();
}

/// Cross and chevron inside the field.
void draw_field_buttons(Frame& f, const Rect& field, const Model& model, LogPanel& panel) {
    Rect row = field.inset(f.px(4), f.px(3));
    if (icon_button(f, row.cut_right(f.px(20)), Icon::chevron_down, "Filters used before",
                    Look::bare)) {
        panel.filter.list = {};
        panel.filter.list.open_now = true;
    }
    if (!can_clear(model, panel)) return;
    if (icon_button(f, row.cut_right(f.px(20)), Icon::cross, "Clear filter", Look::bare)) {
        panel.filter_text.clear();
        f.ask(Command::clear_filter);
    }
}

FieldAnswer draw_field(Frame& f, const Rect& field, const Model& model, LogPanel& panel) {
    FilterBar& bar = panel.filter;
    const FieldAnswer answer =
        text_field(f, field,
                   {.text = &panel.filter_text,
                    .label = "Filter",
                    .hint = "Filter, e.g.  type == latency_trace and data.llm_seconds > 1.5",
                    .face = Face::mono,
                    .inset_left = 28,
                    .inset_right = can_clear(model, panel) ? 46.0f : 26.0f,
                    .take_focus = panel.focus_filter,
                    .put_caret = bar.put_caret,
                    .put_text = bar.put_text ? &*bar.put_text : nullptr,
                    .takes_tab = true});
    panel.focus_filter = false;
    if (answer.caret_put) {
        bar.put_caret = -1;
        bar.put_text.reset();
    }
    if (answer.focused) bar.caret = answer.caret;
    icon(f, Icon::funnel, {field.x + f.px(8), field.y, f.px(14), field.h}, Role::text2);
    return answer;
}

/// A filter that was worked with goes into the history when the field is left.
void note_use(const LogPanel& panel, model::Actions& actions) {
    const std::string text = text_from_field(panel.filter_text);
    if (!panel.filter.error && !base::trimmed(text).empty())
        actions.push_back(model::UseFilter{text});
}

} // namespace

void put_filter(LogPanel& panel, const std::string& text) {
    panel.filter_text = field_from_text(text);
}

void check_filter(const Model& model, LogPanel& panel, model::Actions& actions) {
    FilterBar& bar = panel.filter;
    const std::string wanted = text_from_field(panel.filter_text);
    if (wanted == bar.checked && wanted == panel.filter_sent) return;
    if (wanted == bar.checked && bar.error) return;
    bar.checked = wanted;
    bar.error.reset();
    model::Filter::Parsed parsed = model::Filter::parse(wanted);
    if (auto* error = std::get_if<model::FilterError>(&parsed)) {
        bar.error = std::move(*error);
        return; // the last good one stays in force
    }
    if (wanted == panel.filter_sent) return;
    panel.filter_sent = wanted;
    model::ListFilter filter = model.index.filter();
    filter.filter = std::get<model::Filter>(std::move(parsed));
    actions.push_back(model::SetFilter{std::move(filter)});
}

float filter_bar_height(const Frame& f, const LogPanel& panel) {
    return f.px(kBar) + (panel.filter.error ? f.px(kErrorLine) : 0);
}

void draw_filter_bar(Frame& f, const Rect& place, const Model& model, LogPanel& panel,
                     model::Actions& actions) {
    fill(f, place, Role::bar);
    line_below(f, place);
    Rect rest = place;
    Rect row = rest.cut_top(f.px(kBar)).middle(f.px(26)).inset(f.px(9), 0);
    draw_right_end(f, &row, model, actions);

    // A filter that somebody else set is taken over.
    const std::string& in_force = model.index.filter().filter.text();
    if (in_force != panel.filter_sent)
        panel.filter_text = field_from_text(panel.filter_sent = in_force);
    const bool was_focused = panel.filter.focused;
    const FieldAnswer answer = draw_field(f, row, model, panel);
    panel.filter.focused = answer.focused;
    if (panel.filter.error) underline_error(f, answer, panel);
    draw_field_buttons(f, row, model, panel);
    if (panel.filter.error && rest.h > 0) draw_error(f, rest, model, panel);

    Rect above_list = row; // what is wrong stays in sight
    if (panel.filter.error && rest.h > 0) above_list.h = rest.bottom() - row.y;
    draw_completion(f, above_list, answer, model, panel);
    draw_filter_list(f, row, model, panel, actions);
    check_filter(model, panel, actions);
    if (was_focused && !answer.focused && !panel.focus_filter) note_use(panel, actions);
}

} // namespace ui
