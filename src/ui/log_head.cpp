// The log's head: live or the cursor's band at the left, buttons or find at the right, and the
// forms for "go to" and notes that hang under it.
//   1. words     2. find     3. buttons     4. forms     5. the whole
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "model/go_to.h"
#include "ui/field_text.h"
#include "ui/log_parts.h"
#include "ui/time_view.h"

namespace ui {

using model::EventId;
using model::Model;
using model::Selection;

namespace {

//--- 1. words

void draw_paused_words(Frame& f, Rect row, const Model& model, EventId cursor) {
    icon(f, Icon::pause, row.cut_left(f.px(14)), Role::cursor);
    row.cut_left(f.px(8));
    const std::uint64_t end = model.log.end();
    const std::uint64_t newer = end > cursor + 1 ? end - cursor - 1 : 0;
    std::string at = "Paused";
    if (model.log.contains(cursor))
        at += " at " + since_start_words(model, model.log.mono_ns(cursor));
    row.cut_left(text(f, row, Face::strong, Role::cursor, at) + f.px(10));
    row.cut_left(text(f, row, Face::words, Role::text,
                      "event " + base::count_text(cursor) + " of " + base::count_text(end - 1)) +
                 f.px(10));
    const std::string more = newer == 0 ? "nothing newer yet"
                                        : base::count_text(newer) +
                                              (newer == 1 ? " newer event" : " newer events") +
                                              ", still arriving";
    text(f, row, Face::words, Role::text2, more);
}

void draw_live_words(Frame& f, Rect row, const Model& model, const LogPanel& panel) {
    const Rect mark = row.cut_left(f.px(14));
    f.list->AddCircleFilled({std::round(mark.mid_x()), std::round(mark.mid_y())}, f.px(3),
                            f.color(Role::text2), 16);
    row.cut_left(f.px(9));
    row.cut_left(text(f, row, Face::strong, Role::text, "Live") + f.px(10));
    std::string how = "following the newest";
    if (!panel.follow) {
        const std::uint64_t below = newest_first_row(model, panel) - first_row(model, panel);
        how = base::count_text(below) + " newer below, End follows";
    }
    if (model.log.trimmed() > 0)
        how += ", " + base::count_text(model.log.trimmed()) + " oldest trimmed";
    if (const std::uint64_t missing = model.sequence.counts().missing; missing > 0)
        how += ", " + base::count_text(missing) + " missing in seq";
    if (panel.fold) how += ", repeats folded";
    text(f, row, Face::words, Role::text2, how);
}

//--- 2. find

/// "77 of 77", "at least 1,204", "no hit".
std::string hits_text(const Model& model, const FindBar& find) {
    const model::Find& hits = model.find;
    if (hits.text().empty()) return {};
    if (hits.size() == 0) return hits.complete() ? "no hit" : "looking";
    const std::string total = (hits.complete() ? "" : "at least ") + base::count_text(hits.size());
    const std::uint64_t number = hits.number_of(find.current);
    return number == 0 ? total : base::count_text(number) + " of " + total;
}

/// The nearest hit at or above what is looked at becomes the current one of a new text.
void choose_hit(const Model& model, const Selection& selection, LogPanel& panel) {
    FindBar& find = panel.find;
    if (!find.choose || model.find.text() != find.sent) return;
    if (model.find.size() == 0) {
        find.choose = !model.find.complete();
        find.current = 0;
        return;
    }
    const std::uint64_t last = first_row(model, panel) + panel.rows_shown;
    const std::uint64_t size = model.index.size();
    const EventId below = selection.event != 0 ? selection.event
                          : last < size        ? model.index.at(last)
                                               : model.log.end();
    find.current = model.find.previous(below + 1);
    if (find.current > below) find.current = model.find.next(below);
    find.choose = false;
}

/// Cuts the find field with its count and arrows off the right end.
void draw_find(Frame& f, Rect* row, const Model& model, const Selection& selection, LogPanel& panel,
               model::Actions& actions) {
    FindBar& find = panel.find;
    if (icon_button(f, row->cut_right(f.px(22)).middle(f.px(22)), Icon::cross, "Close find",
                    Look::bare)) {
        find.open = false;
    }
    row->cut_right(f.px(4));
    const bool some = model.find.size() > 0;
    if (icon_button(f, row->cut_right(f.px(22)).middle(f.px(22)), Icon::arrow_down, "Next hit",
                    Look::bare, some))
        f.ask(Command::next_hit);
    if (icon_button(f, row->cut_right(f.px(22)).middle(f.px(22)), Icon::arrow_up, "Previous hit",
                    Look::bare, some))
        f.ask(Command::previous_hit);
    row->cut_right(f.px(4));
    const std::string hits = hits_text(model, find);
    const float least = f.narrow ? f.fonts.c * 9 : f.fonts.c * 10;
    const float width = std::max(least, std::ceil(text_width(f, Face::mono, hits)));
    if (row->w > width + f.px(140))
        text(f, row->cut_right(width), Face::mono, some ? Role::text : Role::text2, hits,
             Align::left);
    row->cut_right(f.px(10));
    const Rect field =
        row->cut_right(std::min(f.px(row->w > f.px(500) ? 180 : 128), row->w)).middle(f.px(22));
    row->cut_right(f.px(12));
    const FieldAnswer answer = text_field(f, field,
                                          {.text = &find.text,
                                           .label = "Find",
                                           .hint = "Find",
                                           .face = Face::mono,
                                           .inset_left = 28,
                                           .take_focus = find.take_focus});
    find.take_focus = false;
    icon(f, Icon::magnifier, {field.x + f.px(8), field.y, f.px(14), field.h}, Role::text2);
    const std::string wanted = text_from_field(find.text);
    if (wanted != find.sent) {
        find.sent = wanted;
        find.choose = true;
        actions.push_back(model::SetFind{wanted});
    }
    choose_hit(model, selection, panel);
    if (!answer.entered) return;
    f.ask(ImGui::GetIO().KeyShift ? Command::previous_hit : Command::next_hit);
    f.ask(Command::find); // the field keeps the focus
}

//--- 3. buttons

/// Cuts them off the right end, as many as leave room for the words.
void draw_buttons(Frame& f, Rect* row, const Model& model) {
    const struct {
        Command command;
        const char* name;
        bool hint;
    } kButtons[] = {{Command::find, "Find", true},
                    {Command::pause, "Pause", true},
                    {Command::clear, "Clear", false}};
    if (model.log.size() == 0) return;
    for (const auto& entry : kButtons) {
        const std::string hint = f.narrow || !entry.hint ? "" : word(info(entry.command).chord);
        const float width = button_width(f, entry.name, hint);
        if (row->w < width + f.px(230)) return;
        const Rect place = row->cut_right(width).middle(f.px(22));
        if (button(f, place, entry.name, Look::bare, true, hint)) f.ask(entry.command);
    }
    row->cut_right(f.px(8));
}

void draw_back_to_live(Frame& f, Rect* row) {
    const std::string hint = f.narrow ? "" : word(info(Command::live).chord);
    const Rect live = row->cut_right(button_width(f, "Back to live", hint)).middle(f.px(22));
    if (button(f, live, "Back to live", Look::normal, true, hint)) f.ask(Command::live);
    row->cut_right(f.px(8));
}

/// What is selected and has no row; clearing the filter shows it.
void draw_hidden(Frame& f, Rect row, EventId event, LogPanel& panel) {
    row.cut_left(text(f, row, Face::words, Role::warn,
                      "#" + std::to_string(event) + " is selected, and hidden by the filter") +
                 f.px(10));
    const float width = button_width(f, "Show it");
    if (row.w < width || !button(f, row.cut_left(width).middle(f.px(22)), "Show it")) return;
    f.ask(Command::clear_filter);
    panel.show_selected = true;
}

//--- 4. forms

/// A field with a heading and a line under it; true when Enter was pressed in it.
bool draw_form(Frame& f, const Rect& under, const char* id, RowForm& form, const char* heading,
               const char* hint, const std::string& foot, PopupScope* scope, bool* open) {
    const ImVec2 at{under.x + f.px(8), under.bottom() + f.px(2)};
    *open = begin_popup(f, id, at, std::exchange(form.open_now, false), scope);
    if (!*open) return false;
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    Rect place{corner.x, corner.y, f.px(430), f.px(78)};
    const float width = place.w;
    text(f, place.cut_top(f.px(22)), Face::strong, Role::text, heading);
    const FieldAnswer answer = text_field(f, place.cut_top(f.px(26)),
                                          {.text = &form.text,
                                           .label = heading,
                                           .hint = hint,
                                           .face = Face::mono,
                                           .take_focus = std::exchange(form.take_focus, false)});
    if (answer.changed) form.problem.clear();
    place.cut_top(f.px(4));
    text(f, place.cut_top(f.px(22)), Face::small, form.problem.empty() ? Role::text3 : Role::err,
         form.problem.empty() ? foot : form.problem);
    ImGui::SetCursorScreenPos(corner);
    ImGui::Dummy({width, f.px(78)});
    return answer.entered;
}

void draw_go_to(Frame& f, const Rect& under, const Model& model, Selection& selection,
                LogPanel& panel) {
    RowForm& form = panel.go_to;
    PopupScope scope;
    bool open = false;
    const bool entered =
        draw_form(f, under, "go to", form, "Go to", "123   12.5 s   01:09:54",
                  "A row, a time since the start, or a time of day.", &scope, &open);
    if (!open) return;
    if (entered) {
        const model::GoTo found = model::go_to(model.log, text_from_field(form.text));
        form.problem = found.problem;
        form.take_focus = true;
        if (found.event != 0) {
            const std::uint64_t at = model.index.position_of(found.event);
            if (at < model.index.size()) {
                show_event(model, selection, panel, model.index.at(at));
                ImGui::CloseCurrentPopup();
            } else {
                form.problem = "The filter hides it and all rows behind it.";
            }
        }
    }
    end_popup(f, scope);
}

void draw_note(Frame& f, const Rect& under, RowForm& form, model::Actions& actions) {
    PopupScope scope;
    bool open = false;
    const std::string heading = "Note on event " + base::count_text(form.event);
    const bool entered =
        draw_form(f, under, "note", form, heading.c_str(), "What is to be remembered",
                  "Enter keeps it. It marks the row, too.", &scope, &open);
    if (!open) return;
    if (entered) {
        actions.push_back(model::SetNote{form.event, text_from_field(form.text)});
        ImGui::CloseCurrentPopup();
    }
    end_popup(f, scope);
}

} // namespace

//--- 5. the whole

void draw_log_head(Frame& f, const Rect& place, const Model& model, Selection& selection,
                   LogPanel& panel, model::Actions& actions) {
    const bool live = selection.live();
    fill(f, place, live ? Role::panel : Role::curbg);
    line_below(f, place);
    if (!live) fill(f, {place.x, place.y, f.px(3), place.h}, Role::cursor);
    Rect row = place.inset(f.px(9), 0);
    if (!live) draw_back_to_live(f, &row);
    if (panel.find.open) {
        draw_find(f, &row, model, selection, panel, actions);
    } else if (live) {
        draw_buttons(f, &row, model);
    }
    const EventId chosen = selection.event;
    const bool hidden = chosen != 0 && model.log.contains(chosen) && model.index.complete() &&
                        !row_shown(model, chosen);
    if (live && hidden) {
        draw_hidden(f, row, chosen, panel);
    } else if (live) {
        draw_live_words(f, row, model, panel);
    } else {
        draw_paused_words(f, row, model, selection.cursor);
    }
    draw_go_to(f, place, model, selection, panel);
    draw_note(f, place, panel.note, actions);
}

} // namespace ui
