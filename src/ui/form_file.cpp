// Opening a capture, saving the log, exporting the rows shown: one form with a path. What is at the
// path is asked with an Action and read from the Model: this folder touches no file.
//   1. what the form is for     2. what is known of the path     3. the list     4. the whole
#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "ui/field_text.h"
#include "ui/forms.h"
#include "ui/panels.h"

namespace ui {
namespace {

using Is = FileForm::Is;
using model::Model;
using model::PathLook;

constexpr float kLine = 24;

//--- 1. what the form is for

const char* title_of(Is is) {
    switch (is) {
    case Is::open: return "Open a capture";
    case Is::save: return "Save the log";
    case Is::export_shown: break;
    }
    return "Export the rows shown";
}

/// What the end of a name says; empty: nothing that can be written.
const char* format_words(const std::string& path) {
    const std::string lower = base::ascii_lower(path);
    const auto ends = [&](std::string_view end) {
        return lower.size() > end.size() &&
               lower.compare(lower.size() - end.size(), end.size(), end) == 0;
    };
    if (ends(".ndjson")) return "a capture";
    if (ends(".har")) return "HAR 1.2, for a browser's developer tools";
    if (ends(".csv")) return "a table";
    return "";
}

/// A name that tells what is in it, for the current folder.
std::string first_name(const Model& model, Is is) {
    const model::Connection* connection = model.current();
    std::string name = connection ? label_of(*connection) : "session";
    for (const char* end : {".ndjson", ".har"})
        if (name.size() > 7 && name.ends_with(end)) name.resize(name.rfind('.'));
    std::string when = base::local_date_clock(model.now.wall_ns, 0);
    std::string out;
    for (const char c : name + (is == Is::save ? "_" : "_rows_") + when) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
        out += plain ? c : c == ' ' ? '_' : '-';
    }
    return out + ".ndjson";
}

//--- 2. what is known of the path

struct Verdict {
    bool ready = false;
    bool replaces = false; ///< something of that name is there
    Icon icon = Icon::ring;
    Role role = Role::text3;
    std::string words;
};

Verdict wrong(std::string words) {
    return {false, false, Icon::cross, Role::err, std::move(words)};
}

Verdict verdict_of_open(const PathLook& look) {
    if (!look.not_readable.empty()) return wrong(look.not_readable);
    return {true, false, Icon::check, Role::ok, look.path + ", " + base::size_text(look.size)};
}

Verdict verdict_of_write(const PathLook& look) {
    if (!look.not_writable.empty()) return wrong(look.not_writable);
    const std::string format = format_words(look.path);
    if (format.empty()) return wrong("Let the name end in .ndjson, .har or .csv: it says as what");
    if (!look.there) return {true, false, Icon::check, Role::ok, "As " + format + ": " + look.path};
    return {true, true, Icon::triangle, Role::warn,
            "A file of that name is there, " + base::size_text(look.size) +
                ": it will be replaced"};
}

Verdict verdict_of(const Model& model, const FileForm& form) {
    const std::string text = text_from_field(form.path);
    if (text.empty()) return {false, false, Icon::ring, Role::text3, "Tab completes the path"};
    const PathLook& look = model.files.look;
    if (look.folder && look.text == text && text.back() == '/')
        return {false, false, Icon::ring, Role::text3, "A folder: Tab lists what is in it"};
    if (look.text != text) return {false, false, Icon::ring, Role::text3, "Looking …"};
    if (form.is == Is::open) return verdict_of_open(look);
    if (model.files.writing)
        return wrong(model.files.writing->file + " is still being written: wait, or cancel it");
    return verdict_of_write(look);
}

void ask(FileForm& form, bool complete, model::Actions& actions) {
    form.looked_at = text_from_field(form.path);
    actions.push_back(model::LookAtPath{form.looked_at, complete});
}

/// What Tab has found stands in the field now.
void take_completion(const Model& model, FileForm& form) {
    const PathLook& look = model.files.look;
    if (look.completion == form.completed) return;
    form.completed = look.completion;
    form.names.clear();
    if (look.candidates.size() > 1) form.names = look.candidates;
    form.first = 0;
    if (look.text != text_from_field(form.path) || look.completed == look.text) return;
    form.path = field_from_text(look.completed);
    form.put = true;
}

//--- 3. the list

/// The part of the path that the names on the list go behind.
std::string folder_part(const std::string& text) {
    const std::size_t slash = text.rfind('/');
    return slash == std::string::npos ? "" : text.substr(0, slash + 1);
}

/// A line of the list was clicked: a folder goes on, a file stands there.
void put_path(FileForm& form, const std::string& text, model::Actions& actions) {
    form.path = field_from_text(text);
    form.put = form.take_focus = true;
    form.names.clear();
    form.chosen = -1;
    ask(form, text.ends_with('/'), actions);
}

/// ↓ and ↑ choose a line, ↑ on the first one goes back to the field.
void move_chosen(FileForm& form, std::uint64_t shown, std::uint64_t total) {
    if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_DownArrow))) ++form.chosen;
    if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_UpArrow))) --form.chosen;
    form.chosen = std::clamp(form.chosen, -1, static_cast<int>(total) - 1);
    if (form.chosen < 0) return;
    const auto chosen = static_cast<std::size_t>(form.chosen);
    if (chosen < form.first) form.first = chosen;
    if (chosen >= form.first + shown) form.first = chosen + 1 - shown;
}

/// Names that the path may go on with, or files of before. `entered`: Enter takes the chosen one;
/// true when it did.
bool draw_list(Frame& f, Rect place, const Model& model, FileForm& form, bool entered,
               model::Actions& actions) {
    const bool names = !form.names.empty();
    const std::vector<std::string> lines = names ? form.names : model.files.recent;
    if (lines.empty()) return false;
    text(f, place.cut_top(f.px(24)), Face::small, Role::text3,
         names ? "It goes on with" : "Opened or saved before");
    const auto shown = static_cast<std::uint64_t>(std::max(1.0f, place.h / f.px(kLine)));
    const auto total = static_cast<std::uint64_t>(lines.size());
    const Rect bar = place.cut_right(f.px(14));
    move_chosen(form, shown, total);
    std::uint64_t first = form.first;
    wheel_scroll(place, 3, total > shown ? total - shown : 0, &first);
    for (std::uint64_t i = first; i < first + shown && i < total; ++i) {
        const std::string& line = lines[static_cast<std::size_t>(i)];
        const Rect row = place.cut_top(f.px(kLine));
        const Touch area = touch(f, row, line);
        const bool chosen = static_cast<int>(i) == form.chosen;
        if (chosen || area.hovered) fill(f, row, chosen ? Role::sel : Role::hover, 1, f.px(3));
        text(f, row.inset(f.px(8), 0), Face::mono, Role::text, line);
        if (!area.clicked && !(chosen && entered)) continue;
        const std::string path = names ? folder_part(text_from_field(form.path)) + line : line;
        put_path(form, path, actions);
        form.entered = entered && !path.ends_with('/'); // Enter goes on to open or write it
        return true;
    }
    if (total > shown) scroll_bar(f, bar, "Paths' scroll bar", &form.bar, &first, shown, total);
    form.first = static_cast<std::size_t>(first);
    return false;
}

//--- 4. the whole

void go(const Model& model, const FileForm& form, const Verdict& verdict, model::Actions& actions) {
    const std::string& path = model.files.look.path;
    if (form.is == Is::open) {
        actions.push_back(model::OpenCapture{path});
    } else {
        actions.push_back(
            model::SaveLog{path, form.is == Is::export_shown, form.redact, verdict.replaces});
    }
}

/// How much would be written.
std::string amount_words(const Model& model, Is is) {
    if (is == Is::save) return base::count_text(model.log.size()) + " events";
    std::string words = base::count_text(model.index.size()) + " of " +
                        base::count_text(model.log.size()) + " events";
    if (!model.index.complete()) words = "at least " + words;
    return words;
}

} // namespace

void open_file_form(Overlays& overlays, const Model& model, FileForm::Is is) {
    overlays.show(Overlay::file);
    FileForm& form = overlays.file;
    form.is = is;
    form.completed = model.files.look.completion;
    form.redact = is == Is::export_shown;
    if (is != Is::open) form.path = field_from_text(first_name(model, is));
}

bool draw_file_form(Frame& f, Rect place, const Model& model, FileForm& form, bool just_opened,
                    model::Actions& actions) {
    Rect head = place.cut_top(f.px(28));
    if (form.is != Is::open)
        text(f, head.cut_right(f.px(300)), Face::words, Role::text3, amount_words(model, form.is),
             Align::right);
    text(f, head, Face::strong, Role::text, title_of(form.is));

    //--- the path
    take_completion(model, form);
    const std::string put = form.path;
    const FieldAnswer answer =
        text_field(f, place.cut_top(f.px(32)).middle(f.px(28)),
                   {.text = &form.path,
                    .label = "Path",
                    .hint = form.is == Is::open ? "a capture (.ndjson) or a HAR (.har)"
                                                : "a name that ends in .ndjson, .har or .csv",
                    .take_focus = just_opened || std::exchange(form.take_focus, false),
                    .put_caret = form.put ? static_cast<int>(put.size()) : -1,
                    .put_text = form.put ? &put : nullptr,
                    .takes_tab = true});
    if (answer.caret_put) form.put = false;
    if (answer.changed && !answer.caret_put) {
        form.names.clear();
        form.chosen = -1;
    }
    const std::string typed = text_from_field(form.path);
    if (answer.tab)
        ask(form, true, actions);
    else if (form.looked_at != typed || (just_opened && !typed.empty()))
        ask(form, false, actions);

    //--- what is known of it
    const Verdict verdict = verdict_of(model, form);
    Rect line = place.cut_top(f.px(24));
    icon(f, verdict.icon, line.cut_left(f.px(14)), verdict.role);
    line.cut_left(f.px(6));
    text(f, line, Face::words, verdict.role == Role::ok ? Role::text2 : verdict.role,
         verdict.words);

    //--- buttons
    place.cut_top(f.px(6));
    Rect row = place.cut_top(f.px(30));
    const char* const name = form.is == Is::open           ? "Open"
                             : verdict.replaces            ? "Replace"
                             : form.is == Is::export_shown ? "Export"
                                                           : "Save";
    const Rect main = row.cut_left(button_width(f, name)).middle(f.px(28));
    const bool clicked = button(f, main, name, Look::primary, verdict.ready);
    row.cut_left(f.px(8));
    const Rect cancel = row.cut_left(button_width(f, "Cancel")).middle(f.px(28));
    if (button(f, cancel, "Cancel")) return true;
    row.cut_left(f.px(16));
    if (form.is != Is::open) {
        constexpr const char* kRedact = "Redact secrets";
        check(f, row.cut_left(check_width(f, kRedact)).middle(f.px(26)), kRedact, &form.redact);
        row.cut_left(f.px(8));
        text(f, row, Face::small, form.redact ? Role::text3 : Role::warn,
             form.redact ? "tokens, passwords and cookies become marks"
                         : "tokens, passwords and cookies are written as they are");
    }
    place.cut_top(f.px(6));
    if (draw_list(f, place, model, form, answer.entered, actions)) return false;
    if (answer.entered) form.take_focus = true;
    const bool known = model.files.look.text == typed;
    const bool wanted = clicked || answer.entered || form.entered;
    form.entered = wanted && !known && !typed.empty();
    if (!wanted || !verdict.ready) return false;
    go(model, form, verdict, actions);
    return true;
}

} // namespace ui
