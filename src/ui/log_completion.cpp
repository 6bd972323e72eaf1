// The two lists under the filter's field: what can be written at the caret, and filters used
// before. Neither takes the focus from the field while one types.
//   1. what is offered     2. its list     3. filters used before
#include "ui/log_completion.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "model/filter_fields.h"
#include "ui/field_text.h"
#include "ui/log_parts.h"

namespace ui {

using model::Model;
using model::Typing;

//--- 1. what is offered

namespace {

constexpr std::size_t kMost = 200;

using Suggestions = std::vector<Suggestion>;

/// Types seen, the most frequent first.
std::vector<const model::TypeInfo*> types_seen(const model::Log& log) {
    std::vector<const model::TypeInfo*> seen;
    for (std::size_t id = 1; id < log.types().size(); ++id) {
        if (log.types()[id].count > 0) seen.push_back(&log.types()[id]);
    }
    std::stable_sort(seen.begin(), seen.end(),
                     [](const auto* a, const auto* b) { return a->count > b->count; });
    return seen;
}

std::string events_text(std::uint64_t count) {
    return base::count_text(count) + (count == 1 ? " event" : " events");
}

void offer_terms(const Model& model, const model::PathBook& paths, Suggestions* out) {
    for (const model::FieldInfo& field : model::filter_fields())
        out->push_back({field.name, field.help});
    for (const model::KnownPath& path : paths.paths()) {
        std::string hint = model::word(path.kind);
        if (!path.example.empty()) hint += ", " + path.example;
        out->push_back({path.text, hint});
    }
    for (const model::TypeInfo* type : types_seen(model.log))
        out->push_back({model::filter_equal("type", type->name), events_text(type->count)});
    out->push_back({"not", "the opposite of what follows"});
}

void offer_operations(const Typing& typing, Suggestions* out) {
    const model::FieldKind kind =
        typing.field == model::Field::path ? model::FieldKind::any : model::info(typing.field).kind;
    for (const model::OperatorInfo& sign : model::filter_operators(kind))
        out->push_back({sign.text, sign.help});
}

/// What stood at a path in the newest message of a type.
void offer_values_of_path(const Typing& typing, const model::PathBook& paths, Suggestions* out) {
    const std::string wanted = model::filter_path(typing.path);
    for (const model::KnownPath& path : paths.paths()) {
        if (path.text != wanted) continue;
        if (path.kind == model::JsonKind::boolean) {
            out->push_back({"true", "true or false"});
            out->push_back({"false", "true or false"});
        } else if (!path.example.empty()) {
            out->push_back({path.example, "as it was last"});
        }
    }
}

void offer_values(const Typing& typing, const Model& model, const model::PathBook& paths,
                  Suggestions* out) {
    switch (typing.field) {
    case model::Field::dir:
    case model::Field::kind:
        for (const std::string_view word : model::filter_words(typing.field))
            out->push_back({std::string(word), ""});
        break;
    case model::Field::type:
        for (const model::TypeInfo* type : types_seen(model.log))
            out->push_back({model::filter_value(type->name), events_text(type->count)});
        break;
    case model::Field::url:
        for (const model::Connection& connection : model.connections)
            out->push_back({model::filter_value(connection.options.url),
                            "connection " + std::to_string(connection.link)});
        break;
    case model::Field::path: offer_values_of_path(typing, paths, out); break;
    default: break;
    }
}

/// Where `typed` stands in it, ASCII letter case ignored: 0 at its beginning, 1 further on, 2 not.
int rank(const Suggestion& one, const std::string& typed) {
    const std::string text = base::ascii_lower(one.text);
    const std::string quoted = '"' + typed;
    if (text.compare(0, typed.size(), typed) == 0) return 0;
    if (text.compare(0, quoted.size(), quoted) == 0) return 0;
    return text.find(typed) == std::string::npos ? 2 : 1;
}

} // namespace

std::vector<Suggestion> suggestions(const Typing& typing, const Model& model,
                                    const model::PathBook& paths) {
    Suggestions all;
    switch (typing.what) {
    case Typing::What::term: offer_terms(model, paths, &all); break;
    case Typing::What::operation: offer_operations(typing, &all); break;
    case Typing::What::value: offer_values(typing, model, paths, &all); break;
    case Typing::What::nothing: break;
    }
    const std::string typed = base::ascii_lower(typing.typed);
    std::erase_if(all, [&](const Suggestion& one) { return rank(one, typed) == 2; });
    std::stable_sort(all.begin(), all.end(), [&](const Suggestion& a, const Suggestion& b) {
        return rank(a, typed) < rank(b, typed);
    });
    if (all.size() > kMost) all.resize(kMost);
    return all;
}

//--- 2. its list

namespace {

constexpr float kLine = 24;
constexpr std::uint64_t kLines = 10;

bool pressed(ImGuiKey key) { return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key)); }

/// A window over the others that takes neither focus nor keys.
bool begin_list(Frame& f, const char* id, const Rect& place, PopupScope* scope) {
    ImGui::SetNextWindowPos(place.min());
    ImGui::SetNextWindowSize({place.w, place.h});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, f.hairline());
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, f.px(6));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, f.color(Role::panel));
    ImGui::PushStyleColor(ImGuiCol_Border, f.color(Role::line2));
    ImGui::Begin(id, nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                     ImGuiWindowFlags_NoFocusOnAppearing);
    ImGui::PopStyleColor(2);
    ImGui::PopStyleVar(3);
    scope->list = std::exchange(f.list, ImGui::GetWindowDrawList());
    scope->region = std::exchange(f.region, "list");
    scope->place = std::exchange(f.place, place);
    return true;
}

void end_list(Frame& f, const PopupScope& scope) {
    f.list = scope.list;
    f.region = scope.region;
    f.place = scope.place;
    ImGui::End();
}

/// One line of it. The field is active meanwhile, so items here are looked at by hand.
bool suggestion_line(Frame& f, const Rect& row, const Suggestion& one, float text_width, bool lit) {
    f.probe.item(f.region, one.text, row, f.place, true);
    const bool under = row.contains(ImGui::GetIO().MousePos) &&
                       ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
    if (under || lit) fill(f, row, lit ? Role::sel : Role::hover, 1, f.px(3));
    Rect inside = row.inset(f.px(8), 0);
    text(f, inside.cut_left(text_width), Face::mono, Role::text, one.text);
    inside.cut_left(f.px(16));
    text(f, inside, Face::small, Role::text3, one.hint);
    return under && ImGui::IsMouseClicked(ImGuiMouseButton_Left);
}

/// Filters with names, then those used before, newest first.
std::vector<Suggestion> filters_before(const model::FilterMemory& memory) {
    std::vector<Suggestion> all;
    for (const model::SavedFilter& saved : memory.saved_filters)
        all.push_back({saved.text, saved.name});
    for (const std::string& used : memory.filter_history) all.push_back({used, ""});
    return all;
}

/// What was picked stands in the field, with the caret behind it, and the field keeps the focus.
void take_suggestion(Frame& f, const Typing& typing, const Suggestion& one, LogPanel& panel) {
    std::string text = text_from_field(panel.filter_text);
    std::string put = one.text;
    const bool more = typing.what != Typing::What::value && put.find("==") == std::string::npos;
    const bool blank_there = typing.end < text.size() && text[typing.end] == ' ';
    if (more && !blank_there) put += ' ';
    text.replace(typing.begin, typing.end - typing.begin, put);
    panel.filter_text = field_from_text(text);
    panel.filter.put_text = panel.filter_text;
    const std::size_t caret = typing.begin + put.size();
    panel.filter.put_caret =
        static_cast<int>(field_from_text(std::string_view(text).substr(0, caret)).size());
    panel.filter.completion.open = more;
    panel.filter.completion.asked = panel.filter.completion.history = false;
    panel.filter.completion.chosen = -1;
    f.ask(Command::filter);
}

/// ↑ and ↓ do nothing in a field of one line.
void move_chosen(Completion& list, int count) {
    if (pressed(ImGuiKey_DownArrow)) list.chosen = std::min(list.chosen + 1, count - 1);
    if (pressed(ImGuiKey_UpArrow)) list.chosen = std::max(list.chosen - 1, 0);
    list.chosen = std::min(list.chosen, count - 1);
    if (list.chosen < 0) return;
    const auto chosen = static_cast<std::uint64_t>(list.chosen);
    list.first = std::min(list.first, chosen);
    if (chosen >= list.first + kLines) list.first = chosen - kLines + 1;
}

/// Opens by itself while a word is being typed, and closes where nothing can be said.
void open_or_close(const FieldAnswer& answer, const Typing& typing,
                   const std::vector<Suggestion>& offered, Completion& list) {
    if (answer.changed) {
        list.open = !typing.typed.empty() || typing.what == Typing::What::operation;
        list.chosen = list.asked ? 0 : -1;
        list.first = 0;
    }
    const bool whole = offered.size() == 1 && offered[0].text == typing.typed;
    if (offered.empty() || whole) list.open = list.asked = list.history = false;
}

Rect place_of_list(const Frame& f, const Rect& field, const FieldAnswer& answer,
                   std::string_view before, float width, std::uint64_t lines) {
    const float height = f.px(kLine) * static_cast<float>(lines) + f.px(8);
    float x = answer.text_x + text_width(f, Face::mono, before) - f.px(9);
    x = std::max(field.x, std::min(x, f.window.right() - width - f.px(8)));
    return {std::round(x), field.bottom() + f.px(2), std::min(width, f.window.w - f.px(16)),
            height};
}

} // namespace

void draw_completion(Frame& f, const Rect& field, const FieldAnswer& answer, const Model& model,
                     LogPanel& panel) {
    Completion& list = panel.filter.completion;
    const bool entered = answer.entered;
    if (!answer.focused && !entered && !list.open) return;
    if (answer.changed) list.history = false;
    if (answer.focused && !list.open && panel.filter_text.empty() && pressed(ImGuiKey_DownArrow)) {
        list.open = list.asked = list.history = true;
        list.chosen = -1;
    }
    if (!list.open && !answer.changed) return;
    list.paths.look(model.log, 16);
    const std::string text_now = text_from_field(panel.filter_text);
    const std::string_view in_field = panel.filter_text;
    const auto caret_in_field = static_cast<std::size_t>(std::max(0, panel.filter.caret));
    const std::size_t caret = text_from_field(in_field.substr(0, caret_in_field)).size();
    Typing typing = model::typing_at(text_now, caret);
    if (list.history) {
        typing = Typing();
        typing.what = Typing::What::value;
        typing.end = text_now.size();
    }
    const std::vector<Suggestion> offered =
        list.history ? filters_before(model.filters) : suggestions(typing, model, list.paths);
    open_or_close(answer, typing, offered, list);
    const int count = static_cast<int>(offered.size());
    list.lines = list.open ? count : 0;
    if (!list.open) return;
    move_chosen(list, count);
    if (answer.tab || (entered && list.chosen >= 0)) {
        take_suggestion(f, typing, offered[static_cast<std::size_t>(std::max(0, list.chosen))],
                        panel);
        return;
    }
    if (entered) {
        list.open = list.asked = list.history = false;
        return;
    }

    //--- draw it
    float widest = 0, widest_hint = 0;
    for (const Suggestion& one : offered) {
        widest = std::max(widest, text_width(f, Face::mono, one.text));
        widest_hint = std::max(widest_hint, text_width(f, Face::small, one.hint));
    }
    widest = std::min(std::ceil(widest), f.px(420));
    const float width = widest + std::min(std::ceil(widest_hint), f.px(300)) + f.px(56);
    const auto total = static_cast<std::uint64_t>(count);
    const std::uint64_t lines = std::min(total, kLines);
    const std::string before = field_from_text(std::string_view(text_now).substr(0, typing.begin));
    const Rect place = place_of_list(f, field, answer, before, width, lines);
    PopupScope scope;
    begin_list(f, "completion", place, &scope);
    Rect rest = place.inset(f.px(4), f.px(4));
    wheel_scroll(place, 3, total - lines, &list.first);
    if (total > lines)
        scroll_bar(f, rest.cut_right(f.px(10)), "Completion's scroll bar", &list.bar, &list.first,
                   lines, total);
    int picked = -1;
    for (std::uint64_t i = list.first; i < list.first + lines && i < total; ++i) {
        const Suggestion& one = offered[static_cast<std::size_t>(i)];
        const bool lit = static_cast<int>(i) == list.chosen;
        if (suggestion_line(f, rest.cut_top(f.px(kLine)), one, widest, lit))
            picked = static_cast<int>(i);
    }
    const bool keep = place.contains(ImGui::GetIO().MousePos) || list.bar.dragging;
    end_list(f, scope);
    if (picked >= 0) {
        take_suggestion(f, typing, offered[static_cast<std::size_t>(picked)], panel);
    } else if (!answer.focused && !panel.focus_filter && panel.filter.put_caret < 0) {
        list.open = list.asked = list.history = false;
        if (keep) f.ask(Command::filter); // the click went to the list's own bar
    }
}

//--- 3. filters used before

namespace {

/// A line with a filter; true when it was picked. `*forget`: its cross was clicked.
bool filter_line(Frame& f, const Rect& row, const std::string& name, const std::string& filter,
                 bool* forget) {
    Rect line = row;
    if (forget && icon_button(f, line.cut_right(f.px(24)).middle(f.px(20)), Icon::cross,
                              "Forget " + name, Look::bare))
        *forget = true;
    const Touch area = touch(f, line, name.empty() ? filter : name);
    if (area.hovered) fill(f, row, Role::hover, 1, f.px(3));
    line = line.inset(f.px(8), 0);
    if (!name.empty()) {
        line.cut_left(text(f, line, Face::strong, Role::text, name) + f.px(12));
    }
    bool cut = false;
    text(f, line, Face::mono, name.empty() ? Role::text : Role::text2, filter, Align::left, &cut);
    if (cut && area.hovered) tooltip(f, filter, Face::mono);
    return area.clicked;
}

Rect next_line(const Frame& f, float width) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    return {at.x, at.y, width, f.px(kLine)};
}

void line_done(const Rect& row) { ImGui::SetCursorScreenPos({row.x, row.bottom()}); }

/// "Save this filter": a line that becomes a field for its name.
void draw_naming(Frame& f, float width, const std::string& filter, FilterList& list,
                 model::Actions& actions) {
    const Rect row = next_line(f, width);
    if (!list.naming) {
        const bool possible = !filter.empty();
        const Touch area = touch(f, row, "Save this filter…");
        if (area.hovered && possible) fill(f, row, Role::hover, 1, f.px(3));
        text(f, row.inset(f.px(8), 0), Face::words, possible ? Role::text : Role::text3,
             "Save this filter…");
        line_done(row);
        if (area.clicked && possible) list.naming = list.take_focus = true;
        return;
    }
    Rect line = row;
    const Rect save = line.cut_right(button_width(f, "Save"));
    line.cut_right(f.px(6));
    const FieldAnswer answer = text_field(f, line,
                                          {.text = &list.name,
                                           .label = "Name of the filter",
                                           .hint = "Its name",
                                           .face = Face::words,
                                           .take_focus = list.take_focus});
    list.take_focus = false;
    const bool named = !base::trimmed(text_from_field(list.name)).empty();
    if ((button(f, save, "Save", Look::primary, named) || answer.entered) && named) {
        actions.push_back(
            model::SaveFilter{std::string(base::trimmed(text_from_field(list.name))), filter});
        ImGui::CloseCurrentPopup();
    }
    line_done(row);
}

} // namespace

void draw_filter_list(Frame& f, const Rect& field, const Model& model, LogPanel& panel,
                      model::Actions& actions) {
    FilterList& list = panel.filter.list;
    const bool open_now = std::exchange(list.open_now, false);
    PopupScope scope;
    const ImVec2 at{field.x, field.bottom() + f.px(2)};
    if (!begin_popup(f, "filters used before", at, open_now, &scope)) return;
    const model::FilterMemory& memory = model.filters;
    const float width = std::max(f.px(300), std::min(field.w - f.px(16), f.px(560)));
    const std::string current = panel.filter.error ? std::string() : panel.filter_sent;
    const std::size_t used = std::min<std::size_t>(memory.filter_history.size(), 12);
    const std::string* picked = nullptr;
    int i = 0;
    const auto line = [&](const std::string& name, const std::string& filter, bool* forget) {
        const Rect row = next_line(f, width);
        ImGui::PushID(i);
        if (filter_line(f, row, name, filter, forget)) picked = &filter;
        ImGui::PopID();
        line_done(row);
        ++i;
    };
    for (const model::SavedFilter& saved : memory.saved_filters) {
        bool forget = false;
        line(saved.name, saved.text, &forget);
        if (forget) actions.push_back(model::ForgetFilter{saved.name});
    }
    for (std::size_t at_history = 0; at_history < used; ++at_history)
        line({}, memory.filter_history[at_history], nullptr);
    if (i == 0) {
        const Rect row = next_line(f, width);
        text(f, row.inset(f.px(8), 0), Face::words, Role::text2,
             "No filter yet. Those that were used stand here.");
        line_done(row);
    }
    draw_naming(f, width, current, list, actions);
    if (picked) {
        put_filter(panel, *picked);
        actions.push_back(model::UseFilter{*picked});
        ImGui::CloseCurrentPopup();
    }
    end_popup(f, scope);
}

} // namespace ui
