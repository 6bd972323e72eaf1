// Keys, chords and the commands that they stand for. The window's own names of keys: this folder
// knows no GLFW. Constant data and pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>

namespace ui {

enum class Key : std::uint8_t {
    none,
    tab,
    left,
    right,
    up,
    down,
    page_up,
    page_down,
    home,
    end,
    insert,
    del,
    backspace,
    space,
    enter,
    keypad_enter,
    escape,
    a,
    b,
    c,
    d,
    e,
    f,
    g,
    h,
    i,
    j,
    k,
    l,
    m,
    n,
    o,
    p,
    q,
    r,
    s,
    t,
    u,
    v,
    w,
    x,
    y,
    z,
    n0,
    n1,
    n2,
    n3,
    n4,
    n5,
    n6,
    n7,
    n8,
    n9,
    f1,
    f2,
    f3,
    f4,
    f5,
    f6,
    f7,
    f8,
    f9,
    f10,
    f11,
    f12,
    comma,
    period,
    minus,
    equal,
    left_bracket,
    right_bracket,
    left_ctrl,
    right_ctrl,
    left_shift,
    right_shift,
    left_alt,
    right_alt,
    count
};
constexpr int kKeyCount = static_cast<int>(Key::count);

/// A key with what is held beside it.
struct Chord {
    Key key = Key::none;
    bool ctrl = false, shift = false, alt = false;
    friend bool operator==(const Chord&, const Chord&) = default;
};
constexpr Chord ctrl(Key key) { return {key, true, false, false}; }
constexpr Chord ctrl_shift(Key key) { return {key, true, true, false}; }

/// "Ctrl+Shift+K", "Space", "F1"; empty for no key.
std::string word(const Chord& chord);

/// Works only while no text field has the focus: bare keys and those with Shift that would type.
bool bare(const Chord& chord);

/// Everything that a key or a menu can ask for.
enum class Command : std::uint8_t {
    none,
    // File
    quit,
    // View
    theme,
    larger_text,
    smaller_text,
    normal_text,
    sidebar,
    right_column,
    time_column,
    full_screen,
    // Connection
    address,
    connect,
    retry_now,
    ping,
    auto_answer,
    answer_now,
    // Session
    pause,
    live,
    clear,
    filter,
    clear_filter,
    demo,
    row_up,
    row_down,
    page_up,
    page_down,
    first_row,
    last_row,
    // Inspect
    copy_row,
    copy_payload,
    tab_1,
    tab_2,
    tab_3,
    // composer
    editor,
    choose_template,
    format,
    send,
    // Tools
    break_line,
    // anywhere
    escape,
    count
};
constexpr int kCommandCount = static_cast<int>(Command::count);

enum class Menu : std::uint8_t { none, file, view, connection, session, inspect, tools };
const char* word(Menu menu);

struct CommandInfo {
    Command command = Command::none;
    const char* name = ""; ///< as the menu shows it
    Chord chord;
    Menu menu = Menu::none;
    bool group_begins = false; ///< a line stands above it in the menu
};

const CommandInfo& info(Command command);

/// The command of a chord; `none` when there is none, or when it is bare and `field_has_focus`.
Command command_of(const Chord& chord, bool field_has_focus);

} // namespace ui
