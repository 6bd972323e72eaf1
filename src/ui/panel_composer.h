// The composer: what to send, whether it is right, and whether it can go now. UI thread.
// What it remembers (history, saved messages) and a running repeat are in the Model; here is only
// what stands in the editor, and drafts that were left for something else.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "model/actions.h"
#include "model/compose.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/widgets.h"

namespace ui {

struct ComposerPanel {
    //--- what stands in the editor
    std::string text; ///< as a field holds it (field_text.h)
    model::Body body = model::Body::text;
    bool envelope = true;
    bool unique = false;
    bool variables = true;
    bool file_text = false;
    std::string times = "1"; ///< of Repeat; empty: until it is stopped
    std::string every = "0 ms";

    //--- where it came from, and what was left behind
    std::string source; ///< "template text_input", "saved hello", "sent …": one key, one draft
    std::string title;  ///< what the list's button says: the template's or the saved name
    std::map<std::string, model::Draft> drafts; ///< by source: what was typed is never lost
    std::string home;       ///< the source that was left for the history; empty: not in it
    std::string home_title; ///< and its title
    std::size_t back = 0;   ///< steps back in the history; 0: not in it
    int edited = 0;         ///< messages that came from the log so far

    //--- the editor
    bool focus_editor = false;
    bool editor_has_focus = false;
    bool replaced = false; ///< the text was replaced by something else than typing
    int caret = 0;         ///< byte offset, as last drawn
    int caret_line = -1;   ///< the line that was last scrolled to

    //--- lists
    bool open_templates = false;
    bool open_history = false;
    std::uint64_t history_first = 0;
    BarState history_bar;
    std::string save_as;     ///< the name that is being typed
    std::string told;        ///< a word to the user until the text changes: "Saved as hello"
    bool told_fault = false; ///< it says what was not done

    //--- what was last made of it
    model::Draft made_of;
    std::string made_text; ///< the field's text then
    model::Values made_with;
    bool made_once = false;
    model::Made made;
    bool has_variables = false; ///< some stand in the text, whether they are put in or not
    std::string looked_at;      ///< the file that was asked about
    std::size_t fault_at = 0;   ///< of `made.fault`, in `text`
};
void draw_composer(Frame& f, const model::Model& model, model::Selection& selection,
                   ComposerPanel& panel, model::Actions& actions);

/// What Ctrl+Enter does: sends once, or begins to repeat.
void send_composed(const model::Model& model, ComposerPanel& panel, model::Actions& actions);
void format_composed(ComposerPanel& panel);
/// Steps through what was sent: one back, or one forth (past the newest: what was being written).
void step_history(const model::Model& model, ComposerPanel& panel, bool older);
/// Goes to what was sent `back` messages ago, 1 the newest; 0: to what was being written.
void show_history(const model::Model& model, ComposerPanel& panel, std::size_t back);
/// A message of the log, to be changed and sent; binary as hex. What stood there is kept. False,
/// with words in the composer, when it is too large for the editor.
bool edit_in_composer(ComposerPanel& panel, std::string_view bytes, bool binary);

/// Whether Send works now, and what is to be said about it either way.
model::SendCheck check_composed(const model::Model& model, ComposerPanel& panel);

//--- between the composer's own files

/// What stands in the editor as the Model knows it.
model::Draft draft_of(const ComposerPanel& panel);
/// Puts a draft into the editor under a source; what stood there is kept under its own.
void show_draft(ComposerPanel& panel, std::string source, std::string title,
                const model::Draft& draft);
void choose_template(ComposerPanel& panel, std::string_view name);
/// Text, hex, base64 or a file: what is written is taken along where it means the same.
void change_body(ComposerPanel& panel, model::Body to);
/// Makes the message anew when the draft or what it is made with has changed.
void make_composed(const model::Model& model, ComposerPanel& panel);

/// panel_composer_editor.cpp: the text with its line numbers, or the path of a file.
void draw_composer_editor(Frame& f, const Rect& place, ComposerPanel& panel);
/// panel_composer_lists.cpp: the row between the message's settings and the editor: what the text
/// is, the fields of its type, saved messages, history.
void draw_composer_strip(Frame& f, const Rect& row, const model::Model& model, ComposerPanel& panel,
                         model::Actions& actions);
void draw_composer_templates(Frame& f, const Rect& button, const model::Model& model,
                             ComposerPanel& panel, model::Actions& actions);

} // namespace ui
