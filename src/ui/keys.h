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
constexpr Chord shift(Key key) { return {key, false, true, false}; }
constexpr Chord alt(Key key) { return {key, false, false, true}; }
constexpr Chord alt_shift(Key key) { return {key, false, true, true}; }

/// "Ctrl+Shift+K", "Space", "F1"; empty for no key.
std::string word(const Chord& chord);

/// Works only while no text field has the focus: bare keys and those with Shift that would type.
bool bare(const Chord& chord);

/// Everything that a key, a menu or the palette can ask for, in the order of its table.
enum class Command : std::uint8_t {
    none,
    // File
    open_capture,
    save_as,
    export_rows,
    record,
    quit,
    // View
    theme,
    larger_text,
    smaller_text,
    normal_text,
    sidebar,
    time_region,
    right_column,
    next_region,
    previous_region,
    time_column,
    full_screen,
    settings,
    tab_plots,
    tab_turn,
    tab_check,
    tab_attempts,
    tab_notices,
    tab_developer,
    tab_compose,
    tab_state,
    tab_watches,
    tab_alarms,
    tab_replay,
    // Connection
    address,
    connect,
    close_with_code,
    retry_now,
    check,
    new_connection,
    close_connection,
    duplicate_connection,
    rename_connection,
    connection_options,
    link_1,
    link_2,
    link_3,
    link_4,
    link_5,
    link_6,
    link_7,
    link_8,
    link_9,
    auto_answer,
    answer_now,
    // Session
    pause,
    live,
    step_back,
    step_forward,
    step_mode,
    same_type_back,
    same_type_forward,
    other_direction_back,
    other_direction_forward,
    previous_error,
    next_error,
    previous_same_connection,
    next_same_connection,
    slower,
    faster,
    filter,
    clear_filter,
    completion,
    find,
    next_hit,
    previous_hit,
    go_to,
    clear,
    fold_repeats,
    demo,
    row_up,
    row_down,
    page_up,
    page_down,
    first_row,
    last_row,
    // Inspect
    to_inspector,
    copy_row,
    copy_payload,
    copy_shown,
    send_again,
    bookmark,
    note,
    next_bookmark,
    previous_bookmark,
    tab_1,
    tab_2,
    tab_3,
    tab_4,
    tab_5,
    tab_6,
    copy_path,
    copy_value,
    previous_turn,
    next_turn,
    pin,
    filter_node,
    plot_node,
    watch_node,
    // Tools: the composer, tests of the connection, plots, replay
    editor,
    choose_template,
    format,
    send,
    older_message,
    newer_message,
    ping,
    control_frame,
    reconnect,
    test_message,
    test_text_input,
    break_line,
    frame_detail,
    zoom_in,
    zoom_out,
    zoom_fit,
    log_scale,
    line_style,
    distribution,
    hold_plots,
    replay_play,
    replay_next,
    replay_stop,
    // Help
    commands,
    keys,
    // anywhere
    escape,
    count
};
constexpr int kCommandCount = static_cast<int>(Command::count);

enum class Menu : std::uint8_t { none, file, view, connection, session, inspect, tools, help };
constexpr Menu kMenus[] = {Menu::file,    Menu::view,  Menu::connection, Menu::session,
                           Menu::inspect, Menu::tools, Menu::help};
const char* word(Menu menu);

/// Which group of the list of keys it stands in (UI.md's table).
enum class KeyGroup : std::uint8_t {
    program,
    file,
    connection,
    log,
    time,
    inspector,
    composer,
    plots,
    replay
};
constexpr int kKeyGroupCount = static_cast<int>(KeyGroup::replay) + 1;
const char* word(KeyGroup group);

struct CommandInfo {
    Command command = Command::none;
    const char* name = ""; ///< as the menu shows it
    Chord chord;
    KeyGroup group = KeyGroup::program;
    Menu menu = Menu::none;
    bool group_begins = false; ///< a line stands above it in the menu
};

const CommandInfo& info(Command command);

/// The command of a chord; `none` when there is none, or when it is bare and `field_has_focus`.
Command command_of(const Chord& chord, bool field_has_focus);

} // namespace ui
