// The small vocabulary that every panel is made of. Each item notes its rectangle under
// "region/label", so that tests click by label. Rectangles are given: a panel lays itself out, a
// widget only draws and answers. UI thread, inside a frame.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ui/text.h"

namespace ui {

enum class Look : std::uint8_t { normal, primary, bare };

/// A button with its key as a faint hint behind the words. True when it was clicked.
bool button(Frame& f, const Rect& rect, std::string_view label, Look look = Look::normal,
            bool enabled = true, std::string_view hint = {});
/// The width that such a button wants.
float button_width(const Frame& f, std::string_view label, std::string_view hint = {});

/// A button with an icon alone; `label` is its name for the tooltip and for tests.
bool icon_button(Frame& f, const Rect& rect, Icon which, std::string_view label,
                 Look look = Look::normal, bool enabled = true);

/// A toggle with an icon, a word and a live count: on: filled; off: empty and struck through.
bool chip(Frame& f, const Rect& rect, Icon which, Role icon_role, std::string_view label,
          std::uint64_t count, bool on);
float chip_width(const Frame& f, std::string_view label, std::uint64_t count);

/// A box with its words; clicking turns it.
bool check(Frame& f, const Rect& rect, std::string_view label, bool* on);
float check_width(const Frame& f, std::string_view label);

struct TabName {
    const char* name = "";
    int badge = 0; ///< a number in a ring behind the name; 0: none
    Role badge_role = Role::warn;
};
/// Tabs in a row; returns the one that is chosen now.
int tabs(Frame& f, const Rect& rect, const TabName* names, int count, int chosen);
/// What is left of a row of such tabs behind the last one.
Rect behind_tabs(const Frame& f, const Rect& rect, const TabName* names, int count);

struct Field {
    std::string* text = nullptr;
    std::string_view label; ///< for tests and ids
    std::string_view hint;  ///< stands there while it is empty
    Face face = Face::mono;
    float inset_left = 6; ///< logical; more where an icon stands inside
    float inset_right = 6;
    bool take_focus = false; ///< the caret goes there now, with all selected
    int put_caret = -1;      ///< the caret goes to this byte, with nothing selected, once focused
    const std::string* put_text = nullptr; ///< replaces the text at the same time
    bool takes_tab = false; ///< Tab is told in the answer and does not lead to the next field
};
struct FieldAnswer {
    bool changed = false, entered = false, focused = false;
    bool tab = false;       ///< pressed; only with `takes_tab`
    int caret = -1;         ///< byte that the caret stands before; -1: not focused
    bool caret_put = false; ///< `put_caret` was done
    float text_x = 0;       ///< where the text begins, scrolled as it is
    Rect inside;            ///< what of the text can be seen
};
/// What every field calls for each character that is typed: lets emoji in (field_text.h).
int filter_typed(ImGuiInputTextCallbackData* data);
FieldAnswer text_field(Frame& f, const Rect& rect, const Field& field);

/// An area that answers clicks without drawing anything.
struct Touch {
    bool hovered = false, clicked = false, double_clicked = false, held = false;
    bool right_clicked = false;
};
Touch touch(Frame& f, const Rect& rect, std::string_view label);

/// A list that hangs under `rect` once it was opened. Returns the index picked, or -1.
int list_under(Frame& f, const Rect& rect, std::string_view label, std::string_view chosen,
               const std::string* items, int count, bool open_now);

/// A list that opens under `rect`: a button with the chosen words. Returns the index picked, or -1.
int choice(Frame& f, const Rect& rect, std::string_view label, std::string_view shown,
           const std::string* items, int count, bool open_now = false);

/// A popup: opened at `at` when `open_now`, closed by a click elsewhere and by Esc. While it is
/// open, what is drawn goes into it, under the region's name "list". `end_popup` only after true.
struct PopupScope {
    ImDrawList* list = nullptr;
    std::string_view region;
    Rect place;
};
bool begin_popup(Frame& f, const char* id, ImVec2 at, bool open_now, PopupScope* scope);
void end_popup(Frame& f, const PopupScope& scope);

/// One line of a menu that was opened by a right click; closes the popup and gives true when it was
/// picked. `hint`: its key.
bool menu_line(Frame& f, float width, std::string_view label, std::string_view hint = {},
               bool enabled = true);
/// A menu that opens under the pointer on a right click (`open_now`). Returns the index picked, or
/// -1. An empty label is a line between groups.
struct MenuLine {
    std::string label, hint;
    bool enabled = true;
};
int context_menu(Frame& f, const char* id, bool open_now, const MenuLine* lines, int count);

/// Between two regions. `position` follows the pointer while it is dragged; true then. A double
/// click gives `*reset`.
bool splitter(Frame& f, const Rect& rect, std::string_view label, bool vertical, float* position,
              bool* reset);

/// A scroll bar over more rows than a float can count. True when `*first` was moved.
struct BarState {
    bool dragging = false;
    float grabbed_at = 0;
};
bool scroll_bar(Frame& f, const Rect& rect, std::string_view label, BarState* state,
                std::uint64_t* first, std::uint64_t shown, std::uint64_t total);

/// The wheel over `place` moves `*first` by `rows` a notch; it never passes `most`.
void wheel_scroll(const Rect& place, std::uint64_t rows, std::uint64_t most, std::uint64_t* first);

/// Words in the middle of an empty region: what it is, and what would fill it. Returns the row
/// below, where buttons may stand.
Rect empty_state(Frame& f, const Rect& rect, std::string_view what, std::string_view then);

} // namespace ui
