// The parts of the log's panel, each a file: log_filter, log_completion, log_head, log_rows,
// log_bar, log_menu, and what they share. For panel_log.cpp and its parts only. UI thread.
#pragma once

#include <string>

#include "ui/panel_log.h"

namespace ui {

//--- where the list stands (panel_log.cpp)

/// The first row on screen, by position.
std::uint64_t first_row(const model::Model& model, const LogPanel& panel);
/// What it is when the newest row is the last on screen.
std::uint64_t newest_first_row(const model::Model& model, const LogPanel& panel);
void scroll_to(const model::Model& model, const model::Selection& selection, LogPanel& panel,
               std::uint64_t row);
/// False: the filter hides it, or the log has it no longer.
bool row_shown(const model::Model& model, model::EventId event);
/// Selects it alone and brings it on screen; what the filter hides is told in the head.
void show_event(const model::Model& model, model::Selection& selection, LogPanel& panel,
                model::EventId event);

//--- filter bar (log_filter.cpp), with its lists (log_completion.cpp)
float filter_bar_height(const Frame& f, const LogPanel& panel);
void draw_filter_bar(Frame& f, const Rect& place, const model::Model& model, LogPanel& panel,
                     model::Actions& actions);
/// Sends the text of the field when it is a filter, and keeps what is wrong with it otherwise.
void check_filter(const model::Model& model, LogPanel& panel, model::Actions& actions);
/// Another text into the field.
void put_filter(LogPanel& panel, const std::string& text);

/// The list under the field while it is open; `field` as it was drawn in this frame.
void draw_completion(Frame& f, const Rect& field, const FieldAnswer& answer,
                     const model::Model& model, LogPanel& panel);
/// The list of filters used before, under `field`.
void draw_filter_list(Frame& f, const Rect& field, const model::Model& model, LogPanel& panel,
                      model::Actions& actions);

//--- head (log_head.cpp)
void draw_log_head(Frame& f, const Rect& place, const model::Model& model,
                   model::Selection& selection, LogPanel& panel, model::Actions& actions);

//--- columns and rows (log_rows.cpp)
struct Columns {
    Rect mark, con, number, time, since, dir, type, size, preview, pair;
};
/// Widths are counted in characters of the mono face, so that nothing moves with the scale. Where
/// there is no room the least telling columns are left out: they are empty then.
Columns columns_of(const Frame& f, Rect row, bool with_con, bool long_numbers);
void draw_column_heads(Frame& f, const Rect& place, const Columns& columns, LogPanel& panel);
void draw_rows(Frame& f, const Rect& place, const Columns& columns, const model::Model& model,
               model::Selection& selection, LogPanel& panel, model::Actions& actions);

//--- scroll bar (log_bar.cpp)
void draw_log_bar(Frame& f, const Rect& bar, const model::Model& model,
                  const model::Selection& selection, LogPanel& panel, std::uint64_t first);

//--- what a right click on a row offers, and copying (log_menu.cpp)
void draw_row_menu(Frame& f, bool open_now, const model::Model& model, model::Selection& selection,
                   LogPanel& panel, model::Actions& actions);
/// Rows, or payloads alone, of all that is selected; many are limited, and that is said.
void copy_selected(const model::Model& model, const model::Selection& selection, bool payloads,
                   model::Actions& actions);
void copy_shown(const model::Model& model, model::Actions& actions);

} // namespace ui
