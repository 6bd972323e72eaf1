// The composer's lists: templates and saved messages, what the text is, the fields of its type, a
// name to save it under, and what was sent before.
//   1. a list that opens     2. templates and saved messages     3. fields     4. save
//   5. history     6. the strip
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "ui/field_text.h"
#include "ui/panel_composer.h"
#include "wire/catalogue.h"
#include "wire/envelope.h"

namespace ui {
namespace {

using model::Body;
using model::Draft;
using model::Model;

constexpr float kLine = 24;

//--- 1. a list that opens

/// Where a list of that size opens: under `anchor` where it fits, else above it, never outside.
ImVec2 beside(const Frame& f, const Rect& anchor, float width, float height) {
    const float outer_w = width + f.px(16);
    const float outer_h = height + f.px(16);
    const float x = std::clamp(anchor.x, 0.0f, std::max(0.0f, f.window.w - outer_w));
    const bool below = anchor.bottom() + f.px(2) + outer_h <= f.window.h;
    const float y = below ? anchor.bottom() + f.px(2) : anchor.y - f.px(2) - outer_h;
    return {std::round(x), std::round(std::max(0.0f, y))};
}

Rect next_row(Frame& f, float width, float height) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Rect row{at.x, at.y, width, f.px(height)};
    ImGui::SetCursorScreenPos({at.x, row.bottom()});
    return row;
}

/// What a closed list would hold is not made.
bool opens(const char* id, bool open_now) { return open_now || ImGui::IsPopupOpen(id); }

/// A popup whose rows lie close together; `end_list` only after true.
bool begin_list(Frame& f, const char* id, ImVec2 at, bool open_now, PopupScope* scope) {
    if (!begin_popup(f, id, at, open_now, scope)) return false;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    return true;
}

/// Gives the popup its size: rows that are drawn by hand do not.
void end_list(Frame& f, float width, const PopupScope& scope) {
    ImGui::Dummy({width, 0});
    ImGui::PopStyleVar();
    end_popup(f, scope);
}

void heading(Frame& f, float width, std::string_view words) {
    text(f, next_row(f, width, kLine), Face::strong, Role::text2, words);
}

/// Small words that open a list; underlined by their ground while the pointer is over them.
bool opener(Frame& f, const Rect& rect, std::string_view label, std::string_view hint = {}) {
    const Touch area = touch(f, rect, label);
    if (area.hovered) fill(f, rect, Role::hover, 1, f.px(4));
    Rect inside = rect.inset(f.px(6), 0);
    inside.cut_left(text(f, inside, Face::small, Role::text2, label) + f.px(6));
    if (!hint.empty()) text(f, inside, Face::small, Role::text3, hint);
    return area.clicked;
}

float opener_width(const Frame& f, std::string_view label, std::string_view hint = {}) {
    float width = text_width(f, Face::small, label) + f.px(13);
    if (!hint.empty()) width += f.px(6) + text_width(f, Face::small, hint);
    return std::ceil(width);
}

/// The message in one line.
std::string one_line(const Draft& draft) {
    std::string line;
    bool blank = false;
    for (const char c : draft.text.substr(0, 400)) {
        const bool gap = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!gap || !blank) line += gap ? ' ' : c;
        blank = gap;
    }
    return draft.body == Body::text ? line : std::string(word(draft.body)) + " " + line;
}

//--- 2. templates and saved messages

/// One line to choose; true when it was. `gone`: its cross was pressed.
bool choose_line(Frame& f, const Rect& row, std::string_view label, std::string_view more,
                 float names, bool chosen, bool* gone) {
    Rect inside = row;
    if (gone) {
        const Rect cross = inside.cut_right(f.px(24));
        *gone = icon_button(f, cross, Icon::cross, "Delete " + std::string(label), Look::bare);
    }
    const Touch area = touch(f, inside, label);
    if (area.hovered || chosen) fill(f, inside, area.hovered ? Role::hover : Role::sel, 1, f.px(3));
    inside = inside.inset(f.px(8), 0);
    text(f, inside.cut_left(names), Face::mono, Role::text, label);
    inside.cut_left(f.px(12));
    text(f, inside, Face::small, Role::text3, more);
    return area.clicked;
}

struct Offer {
    const wire::MessageType* type = nullptr; ///< a template
    const model::SavedMessage* saved = nullptr;
    std::string_view name() const { return type ? type->name : std::string_view(saved->name); }
};

std::vector<Offer> offers(const Model& model, bool saved) {
    std::vector<Offer> out;
    if (saved) {
        for (const model::SavedMessage& message : model.composer.saved)
            out.push_back({nullptr, &message});
        return out;
    }
    for (const wire::MessageType& type : wire::catalogue())
        if (type.command) out.push_back({&type, nullptr});
    return out;
}

} // namespace

void draw_composer_templates(Frame& f, const Rect& button, const Model& model, ComposerPanel& panel,
                             model::Actions& actions) {
    const Touch area = touch(f, button, "Template");
    fill(f, button, area.hovered ? Role::hover : Role::field, 1, f.px(4));
    frame_rect(f, button, area.hovered ? Role::text3 : Role::line2, f.px(4));
    Rect inside = button.inset(f.px(8), 0);
    icon(f, Icon::chevron_down, inside.cut_right(f.px(14)), Role::text2);
    bool cut = false;
    text(f, inside, Face::mono, Role::text, panel.title, Align::left, &cut);
    if (area.hovered && cut) tooltip(f, panel.title);

    const bool open_now = std::exchange(panel.open_templates, false) || area.clicked;
    if (!opens("composer's templates", open_now)) return;
    std::vector<Offer> all = offers(model, false);
    const std::size_t templates = all.size();
    for (const Offer& offer : offers(model, true)) all.push_back(offer);
    const float width = f.px(400);
    const auto lines = static_cast<float>(all.size() + (all.size() > templates ? 2 : 1));
    float names = f.px(60);
    for (const Offer& offer : all)
        names = std::max(names, text_width(f, Face::mono, offer.name()) + 1);
    names = std::min(names, width / 2);
    PopupScope scope;
    const ImVec2 at = beside(f, button, width, lines * f.px(kLine));
    if (!begin_list(f, "composer's templates", at, open_now, &scope)) return;
    heading(f, width, "Templates");
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i == templates) heading(f, width, "Saved");
        const Offer& offer = all[i];
        const std::string name(offer.name());
        const std::string more =
            offer.type ? std::string(offer.type->description) : one_line(offer.saved->draft);
        const std::string source = (offer.type ? "template " : "saved ") + name;
        bool gone = false;
        ImGui::PushID(static_cast<int>(i));
        if (choose_line(f, next_row(f, width, kLine), name, more, names, source == panel.source,
                        offer.saved ? &gone : nullptr)) {
            if (offer.type) {
                choose_template(panel, name);
            } else {
                panel.back = 0;
                show_draft(panel, source, name, offer.saved->draft);
            }
            ImGui::CloseCurrentPopup();
        }
        ImGui::PopID();
        if (gone) actions.push_back(model::DeleteSaved{name});
    }
    end_list(f, width, scope);
}

namespace {

//--- 3. fields

struct FieldRow {
    std::string name, kind, more;
};

std::vector<FieldRow> field_rows(const wire::MessageType& type) {
    std::vector<FieldRow> rows;
    for (const wire::Field& field : type.fields) {
        std::string kind = wire::word(field.kind);
        if (!field.unit.empty()) kind += ", " + std::string(field.unit);
        if (field.optional) kind += ", optional";
        std::string more = sentence(field.description);
        if (field.where == wire::Where::guide) more += " (the guide only)";
        if (field.where == wire::Where::backend) more += " (the backend only)";
        rows.push_back({std::string(field.path), std::move(kind), std::move(more)});
    }
    return rows;
}

float widest(const Frame& f, Face face, const std::vector<FieldRow>& rows,
             std::string FieldRow::*part) {
    float width = 0;
    for (const FieldRow& row : rows) width = std::max(width, text_width(f, face, row.*part));
    return std::ceil(width) + f.px(14);
}

void draw_field_rows(Frame& f, float width, const std::vector<FieldRow>& rows) {
    const float names = widest(f, Face::mono, rows, &FieldRow::name);
    const float kinds = widest(f, Face::small, rows, &FieldRow::kind);
    for (const FieldRow& field : rows) {
        Rect row = next_row(f, width, 21);
        text(f, row.cut_left(names), Face::mono, Role::text, field.name);
        text(f, row.cut_left(kinds), Face::small, Role::f_latency, field.kind);
        bool cut = false;
        text(f, row, Face::small, Role::text2, field.more, Align::left, &cut);
        if (cut && touch(f, row, field.name).hovered) tooltip(f, field.more);
    }
}

/// What the catalogue knows of the type that stands in the text, and the variables.
void draw_fields(Frame& f, const Rect& anchor, ComposerPanel& panel, bool open_now) {
    if (!opens("composer's fields", open_now)) return;
    const std::string name = wire::read_envelope(panel.made_of.text).type();
    const wire::MessageType* type = wire::find_command(name);
    const std::vector<FieldRow> fields = type ? field_rows(*type) : std::vector<FieldRow>();
    std::vector<FieldRow> variables;
    for (int i = 0; i < model::kVariableCount; ++i) {
        const auto variable = static_cast<model::Variable>(i);
        variables.push_back({word(variable), "", sentence(meaning(variable))});
    }
    const float width = std::min(f.px(560), f.window.w - f.px(40));
    const float height = f.px(kLine) * 2 + f.px(21) * 2 + f.px(8) +
                         f.px(21) * static_cast<float>(fields.size() + variables.size());
    PopupScope scope;
    if (!begin_list(f, "composer's fields", beside(f, anchor, width, height), open_now, &scope))
        return;
    heading(f, width, type ? std::string(name) : "No command of Coda's");
    text(f, next_row(f, width, 21), Face::small, Role::text2,
         type ? type->description
              : "Coda's backend repeats a type that it does not know to all clients, and does "
                "nothing else.");
    if (type && fields.empty())
        text(f, next_row(f, width, 21), Face::small, Role::text3, "It has no fields: data is {}.");
    draw_field_rows(f, width, fields);
    next_row(f, width, 8);
    heading(f, width, "Variables, put in at sending, also inside strings");
    draw_field_rows(f, width, variables);
    end_list(f, width, scope);
}

//--- 4. save

void save(ComposerPanel& panel, model::Actions& actions) {
    const std::string name(base::trimmed(text_from_field(panel.save_as)));
    if (name.empty()) return;
    actions.push_back(model::SaveMessage{name, draft_of(panel)});
    panel.drafts[panel.source] = draft_of(panel);
    panel.source = "saved " + name;
    panel.title = name;
    panel.told = "Saved as " + name;
    panel.told_fault = false;
    ImGui::CloseCurrentPopup();
}

void draw_save(Frame& f, const Rect& anchor, const Model& model, ComposerPanel& panel,
               bool open_now, model::Actions& actions) {
    if (open_now) {
        const bool saved = panel.source.rfind("saved ", 0) == 0;
        panel.save_as = saved ? panel.title : std::string();
    }
    const std::string name(base::trimmed(text_from_field(panel.save_as)));
    const bool known = model.composer.find(name) != nullptr;
    const char* const label = known ? "Replace" : "Save";
    const float width = f.px(280);
    PopupScope scope;
    if (!begin_list(f, "composer's save", beside(f, anchor, width, f.px(30)), open_now, &scope))
        return;
    Rect row = next_row(f, width, 28);
    const Rect at = row.cut_right(std::max(button_width(f, "Replace"), button_width(f, "Save")));
    row.cut_right(f.px(8));
    const FieldAnswer answer = text_field(f, row,
                                          {.text = &panel.save_as,
                                           .label = "Name",
                                           .hint = "Save under this name",
                                           .take_focus = ImGui::IsWindowAppearing()});
    const bool pressed = button(f, at, label, Look::primary, !name.empty());
    if (pressed || answer.entered) save(panel, actions);
    end_list(f, width, scope);
}

//--- 5. history

void draw_history(Frame& f, const Rect& anchor, const Model& model, ComposerPanel& panel,
                  bool open_now, model::Actions& actions) {
    const std::vector<Draft>& history = model.composer.history;
    const std::uint64_t total = history.size();
    const std::uint64_t shown = std::min<std::uint64_t>(total, 12);
    if (open_now) panel.history_first = 0;
    const float width = std::min(f.px(460), f.window.w - f.px(40));
    const float height =
        f.px(kLine) * static_cast<float>(std::max<std::uint64_t>(1, shown) + (total > 0 ? 1 : 0));
    PopupScope scope;
    if (!begin_list(f, "composer's history", beside(f, anchor, width, height), open_now, &scope))
        return;
    if (total == 0) {
        text(f, next_row(f, width, kLine), Face::words, Role::text2,
             "What is sent from here stands in this list.");
    }
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Rect list{at.x, at.y, width, f.px(kLine) * static_cast<float>(shown)};
    wheel_scroll(list, 3, total - shown, &panel.history_first);
    if (total > shown) {
        scroll_bar(f, {list.right() - f.px(14), list.y, f.px(14), list.h}, "History's scroll bar",
                   &panel.history_bar, &panel.history_first, shown, total);
        ImGui::SetCursorScreenPos(at);
    }
    for (std::uint64_t i = panel.history_first; i < panel.history_first + shown; ++i) {
        const Draft& draft = history[total - 1 - i];
        Rect row = next_row(f, width, kLine);
        if (total > shown) row.cut_right(f.px(18));
        const Touch area = touch(f, row, "sent " + std::to_string(i + 1));
        const bool chosen = panel.back == i + 1;
        if (area.hovered || chosen)
            fill(f, row, area.hovered ? Role::hover : Role::sel, 1, f.px(3));
        text(f, row.inset(f.px(8), 0), Face::mono, Role::text, one_line(draft));
        if (!area.clicked) continue;
        show_history(model, panel, static_cast<std::size_t>(i) + 1);
        ImGui::CloseCurrentPopup();
    }
    if (total > 0 && menu_line(f, width, "Forget what was sent")) {
        actions.push_back(model::ForgetHistory{});
        panel.back = 0;
    }
    end_list(f, width, scope);
}

//--- 6. the strip

/// Text, Hex, Base64, File: one of them.
void draw_bodies(Frame& f, Rect* row, ComposerPanel& panel) {
    constexpr const char* kNames[] = {"Text", "Hex", "Base64", "File"};
    static_assert(std::size(kNames) == model::kBodyCount);
    Rect all{row->x, row->y, 0, row->h};
    for (int i = 0; i < model::kBodyCount; ++i) {
        const Rect part =
            row->cut_left(std::ceil(text_width(f, Face::small, kNames[i])) + f.px(16));
        const bool chosen = panel.body == static_cast<Body>(i);
        const Touch area = touch(f, part, kNames[i]);
        if (chosen || area.hovered) fill(f, part, chosen ? Role::sel : Role::hover, 1, f.px(4));
        text(f, part, Face::small, chosen ? Role::text : Role::text2, kNames[i], Align::center);
        if (area.clicked) change_body(panel, static_cast<Body>(i));
        all.w += part.w;
    }
    frame_rect(f, all, Role::line2, f.px(4));
}

} // namespace

void draw_composer_strip(Frame& f, const Rect& place, const Model& model, ComposerPanel& panel,
                         model::Actions& actions) {
    Rect row = place;
    draw_bodies(f, &row, panel);
    const std::string hint = f.narrow ? "" : word(info(Command::older_message).chord);
    const Rect history = row.cut_right(opener_width(f, "History", hint));
    const bool open_history = opener(f, history, "History", hint) || panel.open_history;
    panel.open_history = false;
    const Rect save_at = row.cut_right(opener_width(f, "Save"));
    const bool open_save = opener(f, save_at, "Save");
    const Rect fields = row.cut_right(opener_width(f, "Fields"));
    const bool open_fields = panel.body == Body::text && opener(f, fields, "Fields");
    draw_history(f, history, model, panel, open_history, actions);
    draw_save(f, save_at, model, panel, open_save, actions);
    draw_fields(f, fields, panel, open_fields);
}

} // namespace ui
