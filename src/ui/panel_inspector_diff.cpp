// The inspector's difference: the selected event against the one before it of the same type, or
// against a pinned one.
//   1. against which     2. words of a change     3. rows     4. the whole
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/text.h"
#include "model/field_check.h"
#include "ui/panel_inspector.h"
#include "ui/preview.h"
#include "wire/catalogue.h"
#include "wire/envelope.h"
#include "wire/json_text.h"

namespace ui {
namespace {

using model::EventId;
using model::JsonChange;
using model::JsonKind;
using model::Model;

//--- 1. against which

/// The newest event before `of` with its type, kind, direction and connection; 0 when there is
/// none among the last two million.
EventId previous_of(const Model& model, EventId of) {
    constexpr EventId kFarthest = 2'000'000;
    const model::Row own = model.log.row(of);
    const EventId first = std::max(model.log.first(), of - std::min(of, kFarthest));
    for (EventId id = of; id-- > first;) {
        if (model.log.kind(id) != own.kind || model.log.dir(id) != own.dir) continue;
        const model::Row row = model.log.row(id);
        if (row.type == own.type && row.link == own.link) return id;
    }
    return 0;
}

EventId against(const DifferenceView& view, const InspectorPanel& panel) {
    return view.against_pinned && panel.pinned != 0 ? panel.pinned : view.previous;
}

bool begins_json(std::string_view payload) {
    const std::size_t first = payload.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (payload[first] == '{' || payload[first] == '[');
}

void make(const Model& model, const wire::EventView& event, InspectorPanel& panel) {
    DifferenceView& view = panel.difference;
    if (view.previous_of != event.id) {
        view.previous_of = event.id;
        view.previous = previous_of(model, event.id);
    }
    if (!model.log.contains(view.previous)) view.previous = 0;
    const EventId other = against(view, panel);
    if (view.made_for == event.id && view.made_against == other) return;
    view.made_for = event.id;
    view.made_against = other;
    view.scroll.first = 0;
    view.difference = {};
    if (other == 0) return;
    const std::string_view was = model.log.view(other).payload, now = event.payload;
    view.json = begins_json(was) && begins_json(now);
    if (view.json) {
        view.difference = model::json_difference(was, now);
    } else {
        const auto place = std::mismatch(
            was.begin(),
            was.begin() + static_cast<std::ptrdiff_t>(std::min(was.size(), now.size())),
            now.begin());
        view.differs_at = static_cast<std::size_t>(place.first - was.begin());
    }
}

//--- 2. words of a change

/// A number as it stands, shortened to what can be read: 0.3153350353240967 becomes 0.315.
std::string number_words(std::string_view raw, std::string_view unit) {
    const bool whole = raw.find_first_of(".eE") == std::string_view::npos;
    std::string out(raw);
    if (!whole && raw.size() > 8) {
        char text[40];
        const double value = model::json_number(raw);
        // Of a clock's large numbers the end is what changes.
        std::snprintf(text, sizeof text, std::fabs(value) >= 1000 ? "%.3f" : "%.4g", value);
        out = text;
    }
    return unit.empty() ? out : out + " " + std::string(unit);
}

std::string value_words(std::string_view raw, JsonKind kind, std::string_view unit) {
    if (kind == JsonKind::number) return number_words(raw, unit);
    if (kind == JsonKind::object) return raw == "{}" ? "{}" : "{…}";
    if (kind == JsonKind::list) return raw == "[]" ? "[]" : "[…]";
    const std::string_view shown = raw.substr(0, 400);
    return kind == JsonKind::string ? wire::unescaped_json(shown) : std::string(shown);
}

/// "+38", "+14 ms", "-2.03 s".
std::string change_words(const JsonChange& change, std::string_view unit) {
    if (change.is == JsonChange::Is::added) return "added";
    if (change.is == JsonChange::Is::removed) return "removed";
    if (!change.numbers) return change.was_kind == change.is_kind ? "" : "other kind";
    const char* const sign = change.by > 0 ? "+" : "";
    if (unit == "s" && std::fabs(change.by) < 1e8)
        return sign + base::duration_text(std::llround(change.by * 1e9));
    char text[40];
    std::snprintf(text, sizeof text, "%s%.6g", sign, change.by);
    return unit.empty() ? text : std::string(text) + " " + std::string(unit);
}

struct FieldWords {
    std::string_view unit;
    wire::FieldClass cls = wire::FieldClass::fixed;
};

FieldWords words_of(const std::string& type, const std::string& path) {
    FieldWords words;
    words.cls = wire::field_class(type, path);
    const wire::MessageType* known = wire::find_type(type);
    const wire::Field* field = known ? wire::find_field(*known, path) : nullptr;
    if (field) words.unit = field->unit;
    return words;
}

//--- 3. rows

struct Columns {
    Rect mark, path, was, is, change;
};

Columns columns_of(const Frame& f, Rect row) {
    Columns columns;
    row.cut_left(f.px(12));
    row.cut_right(f.px(8));
    columns.mark = row.cut_left(f.px(18));
    const float c = f.fonts.c;
    columns.change = row.cut_right(std::min(c * 11, row.w * 0.22f));
    columns.is = row.cut_right(std::min(c * 13, row.w * 0.3f));
    row.cut_right(f.px(6));
    columns.was = row.cut_right(std::min(c * 13, row.w * 0.42f));
    row.cut_right(f.px(6));
    columns.path = row;
    columns.is.cut_left(f.px(6));
    columns.change.cut_left(f.px(6));
    return columns;
}

void draw_heads(Frame& f, Rect row) {
    fill(f, row, Role::bar);
    row.cut_right(f.px(14)); // in line with the rows, which end at the bar
    const Columns columns = columns_of(f, row);
    text(f, columns.path, Face::small, Role::text2, "Path");
    text(f, columns.was, Face::small, Role::text2, "Was", Align::right);
    text(f, columns.is, Face::small, Role::text2, "Is", Align::right);
    text(f, columns.change, Face::small, Role::text2, "Change", Align::right);
}

/// A cell that shows all of it under the pointer when it was cut.
void cell(Frame& f, const Rect& rect, Role role, std::string_view shown, std::string_view whole,
          Align align) {
    bool cut = false;
    text(f, rect, Face::mono, role, shown, align, &cut);
    const bool under = rect.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered();
    if (under && (cut || shown != whole) && !whole.empty()) tooltip(f, whole, Face::mono);
}

void draw_change(Frame& f, const Rect& row, const JsonChange& change, const std::string& type) {
    using Is = JsonChange::Is;
    const std::string path = model::path_text(change.path);
    const FieldWords words = words_of(type, path);
    const bool wrong = change.is_kind == JsonKind::number &&
                       model::impossible(words.cls, model::json_number(change.now));
    if (wrong) fill(f, row, Role::warnbg);
    const Columns columns = columns_of(f, row);
    const char* const mark = change.is == Is::added ? "+" : change.is == Is::removed ? "−" : "~";
    const Role mark_role = change.is == Is::added     ? Role::ok
                           : change.is == Is::removed ? Role::err
                           : wrong                    ? Role::warn
                                                      : Role::text2;
    text(f, columns.mark, Face::mono, mark_role, mark);
    cell(f, columns.path, wrong ? Role::warn : Role::text2, path, path, Align::left);
    cell(f, columns.was, Role::text3, value_words(change.was, change.was_kind, words.unit),
         change.was, Align::right);
    cell(f, columns.is, wrong ? Role::warn : Role::text,
         value_words(change.now, change.is_kind, words.unit), change.now, Align::right);
    const std::string by = change_words(change, words.unit);
    cell(f, columns.change, wrong ? Role::warn : mark_role, by, by, Align::right);
}

std::string count_words(const model::JsonDifference& difference) {
    std::string words = base::count_text(difference.changed) + " changed (~), " +
                        base::count_text(difference.added) + " added (+), " +
                        base::count_text(difference.removed) + " removed (−), " +
                        base::count_text(difference.equal) + " equal and hidden";
    if (difference.capped) words += "; not all are listed";
    return words;
}

//--- 4. the whole

/// Two buttons of which one is on.
bool choice_button(Frame& f, const Rect& rect, std::string_view label, bool on, bool enabled) {
    const Touch area = touch(f, rect, label);
    fill(f, rect, on ? Role::sel : area.hovered && enabled ? Role::hover : Role::bar, 1, f.px(4));
    frame_rect(f, rect, on ? Role::accent : Role::line2, f.px(4));
    text(f, rect.inset(f.px(8), 0), Face::words, enabled ? Role::text : Role::text3, label,
         Align::center);
    return area.clicked && enabled;
}

void draw_against(Frame& f, Rect row, const Model& model, const wire::EventView& event,
                  InspectorPanel& panel) {
    DifferenceView& view = panel.difference;
    line_below(f, row);
    row = row.inset(f.px(12), 0);
    const EventId other = against(view, panel);
    if (other != 0) {
        const std::string ids = "#" + std::to_string(other) + " → #" + std::to_string(event.id);
        text(f, row.cut_right(text_width(f, Face::mono, ids) + 1), Face::mono, Role::text3, ids);
        row.cut_right(f.px(8));
    }
    row.cut_left(text(f, row, Face::words, Role::text2, "Against") + f.px(10));
    const bool pinned = view.against_pinned && panel.pinned != 0;
    const std::string pin =
        panel.pinned != 0 ? "Pinned #" + std::to_string(panel.pinned) : std::string("Pin this");
    const float pin_width = text_width(f, Face::words, pin) + f.px(18);
    std::string previous =
        "Previous " + std::string(type_or_kind(model.log, model.log.row(event.id)));
    const float most = row.w - pin_width - f.px(6);
    if (text_width(f, Face::words, previous) + f.px(18) > most) previous = "Previous";
    const float previous_width = text_width(f, Face::words, previous) + f.px(18);
    if (choice_button(f, row.cut_left(previous_width).middle(f.px(22)), previous,
                      !pinned && view.previous != 0, view.previous != 0))
        view.against_pinned = false;
    row.cut_left(f.px(6));
    if (choice_button(f, row.cut_left(pin_width).middle(f.px(22)), pin, pinned, true)) {
        if (panel.pinned == 0) {
            f.ask(Command::pin);
        } else {
            view.against_pinned = true;
        }
    }
}

void draw_bytes(Frame& f, Rect rest, const Model& model, const wire::EventView& event,
                const DifferenceView& view) {
    const std::string_view was = model.log.view(view.made_against).payload;
    const std::string words =
        was == event.payload
            ? "The payloads are equal, " + base::size_text(was.size()) + "."
            : "The payloads are not both JSON objects or lists. They differ from byte " +
                  base::count_text(view.differs_at) + " on: " + base::size_text(was.size()) +
                  " became " + base::size_text(event.payload.size()) + ".";
    text_wrapped(f, rest.inset(f.px(12), f.px(8)), Face::words, Role::text2, words, f.px(21));
}

} // namespace

void draw_inspector_difference(Frame& f, const InspectorContent& content) {
    InspectorPanel& panel = content.panel;
    const Model& model = content.model;
    make(model, content.event, panel);
    DifferenceView& view = panel.difference;
    Rect rest = content.place;
    draw_against(f, rest.cut_top(f.px(34)), model, content.event, panel);
    if (view.made_against == 0) {
        empty_state(f, rest, "Nothing to compare with",
                    "None of this type came before. P pins one for others.");
        return;
    }
    if (view.made_against == content.event.id) {
        empty_state(f, rest, "This is the pinned event", "Select another to compare with it.");
        return;
    }
    if (!view.json) {
        draw_bytes(f, rest, model, content.event, view);
        return;
    }
    draw_heads(f, rest.cut_top(f.px(24)));
    const model::Row row = model.log.row(content.event.id);
    const std::string& type = model.log.types()[row.type].name;
    const std::uint64_t total = view.difference.changes.size() + 1; // the counts are the last row
    rest = scrolled(f, rest, "Difference scroll bar", total, &view.scroll);
    for (std::uint64_t i = 0; i < view.scroll.shown && view.scroll.first + i < total; ++i) {
        const auto at = static_cast<std::size_t>(view.scroll.first + i);
        const Rect line = rest.cut_top(f.px(kInspectorRow));
        if (at < view.difference.changes.size()) {
            draw_change(f, line, view.difference.changes[at], type);
        } else {
            Rect counts = line;
            counts.cut_left(f.px(30));
            text(f, counts, Face::words, Role::text3, count_words(view.difference));
        }
    }
}

} // namespace ui
