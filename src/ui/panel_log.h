// The log: filter bar, head with find, column heads, rows, bar. UI thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/actions.h"
#include "model/model.h"
#include "model/path_book.h"
#include "ui/frame.h"
#include "ui/widgets.h"

namespace ui {

enum class TimeColumn : std::uint8_t { clock, since_start, since_previous };

/// What the filter bar offers while one types.
struct Completion {
    bool open = false;
    bool asked = false;   ///< by Ctrl+Space: Enter takes the line that is lit
    bool history = false; ///< filters used before, by the arrow down in the empty field
    int chosen = -1;      ///< the line that is lit; -1: none
    int lines = 0;        ///< as last drawn
    std::uint64_t first = 0;
    BarState bar;
    model::PathBook paths;
};

/// The list of filters used before and of those with names.
struct FilterList {
    bool open_now = false;
    bool naming = false; ///< the form that gives the filter a name
    bool take_focus = false;
    std::string name;
};

struct FilterBar {
    std::string checked; ///< the text that `error` is about
    std::optional<model::FilterError> error;
    bool focused = false; ///< in the frame before
    int caret = -1;       ///< byte in the field, as last drawn
    int put_caret = -1;   ///< the caret goes there once the field has the focus again
    std::optional<std::string> put_text; ///< and this text into it
    Completion completion;
    FilterList list;
};

struct FindBar {
    bool open = false;
    bool take_focus = false;
    std::string text;           ///< as the field has it
    std::string sent;           ///< the text of the last SetFind
    model::EventId current = 0; ///< the hit that is framed
    bool choose = false;        ///< a new text: the nearest hit above becomes the current one
};

/// A small form that hangs over the rows.
struct RowForm {
    bool open_now = false;
    bool take_focus = false;
    std::string text, problem;
    model::EventId event = 0; ///< the note's
};

/// The ticks and strokes in the scroll bar: made anew a few times a second at most.
struct BarMarks {
    enum Mark : std::uint8_t { hit = 1, error = 2, bookmark = 4 };
    struct Line {
        std::uint8_t marks = 0;
        float density = 0; ///< 0 to 1
    };
    std::vector<Line> lines; ///< from the top, each two logical pixels high
    std::uint64_t made_of[6] = {};
    std::int64_t made_mono_ns = 0;
};

struct LogPanel {
    std::string filter_text; ///< as the field has it
    std::string filter_sent; ///< the text of the last SetFilter
    bool focus_filter = false;
    FilterBar filter;
    FindBar find;
    RowForm go_to, note;
    TimeColumn time = TimeColumn::clock;
    bool fold = false; ///< repeats are shown as one row with their number

    bool follow = true;           ///< the newest row is at the bottom
    model::EventId top = 0;       ///< not following: the row at the top (ids survive a rebuild)
    bool show_selected = false;   ///< scroll until the selected row is on screen
    std::uint64_t rows_shown = 1; ///< whole rows on screen, as last drawn
    model::EventId edit = 0;      ///< asked for: its payload into the composer
    BarState bar;
    BarMarks bar_marks;
};
void draw_log(Frame& f, const model::Model& model, model::Selection& selection, LogPanel& panel,
              model::Actions& actions);
/// Keys and buttons that act on the log.
void perform_log(Command command, const model::Model& model, model::Selection& selection,
                 LogPanel& panel, model::Actions& actions);
/// What Esc means to the log. True: it was something, and nothing else is to happen.
/// `*refocus`: the filter's field keeps the focus.
bool escape_log(LogPanel& panel, bool typing, model::Actions& actions, bool* refocus);
/// The filter in force with the text replaced; nothing when the text is no filter.
std::optional<model::ListFilter> with_text(const model::ListFilter& filter,
                                           const std::string& text);

} // namespace ui
