// The log: filter bar, head, column heads, rows, bar. UI thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/actions.h"
#include "model/model.h"
#include "ui/frame.h"
#include "ui/widgets.h"

namespace ui {

enum class TimeColumn : std::uint8_t { clock, since_start, since_previous };
struct LogPanel {
    std::string filter_text;
    std::string filter_sent; ///< the text of the last SetFilter
    bool focus_filter = false;
    TimeColumn time = TimeColumn::clock;

    bool follow = true;           ///< the newest row is at the bottom
    model::EventId top = 0;       ///< not following: the row at the top (ids survive a rebuild)
    bool show_selected = false;   ///< scroll until the selected row is on screen
    std::uint64_t rows_shown = 1; ///< whole rows on screen, as last drawn
    BarState bar;
};
void draw_log(Frame& f, const model::Model& model, model::Selection& selection, LogPanel& panel,
              model::Actions& actions);
/// Keys and buttons that act on the log.
void perform_log(Command command, const model::Model& model, model::Selection& selection,
                 LogPanel& panel, model::Actions& actions);
/// The filter in force with the text replaced; nothing when the text is no filter.
std::optional<model::ListFilter> with_text(const model::ListFilter& filter,
                                           const std::string& text);

} // namespace ui
