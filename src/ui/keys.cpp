#include "ui/keys.h"

#include <array>

namespace ui {
namespace {

constexpr std::array<CommandInfo, kCommandCount> kCommands = {{
    {Command::none, "", {}, KeyGroup::program, Menu::none},
    {Command::open_capture, "Open capture…", ctrl(Key::o), KeyGroup::file, Menu::file},
    {Command::save_as, "Save the log as…", ctrl(Key::s), KeyGroup::file, Menu::file},
    {Command::export_rows, "Export the rows shown…", ctrl(Key::e), KeyGroup::file, Menu::file},
    {Command::record, "Record", ctrl_shift(Key::r), KeyGroup::file, Menu::file, true},
    {Command::quit, "Quit", ctrl(Key::q), KeyGroup::program, Menu::file, true},
    {Command::theme, "Light theme", ctrl_shift(Key::l), KeyGroup::program, Menu::view},
    {Command::larger_text, "Larger text", ctrl(Key::equal), KeyGroup::program, Menu::view, true},
    {Command::smaller_text, "Smaller text", ctrl(Key::minus), KeyGroup::program, Menu::view},
    {Command::normal_text, "Normal text size", ctrl(Key::n0), KeyGroup::program, Menu::view},
    {Command::sidebar, "Sidebar", ctrl(Key::b), KeyGroup::program, Menu::view, true},
    {Command::time_region, "Timeline and plots", ctrl(Key::j), KeyGroup::program, Menu::view},
    {Command::right_column, "Inspector and composer", ctrl(Key::i), KeyGroup::program, Menu::view},
    {Command::next_region, "Next region", {Key::f6}, KeyGroup::program, Menu::view},
    {Command::previous_region, "Previous region", shift(Key::f6), KeyGroup::program, Menu::view},
    {Command::time_column, "Next kind of time column", {Key::t}, KeyGroup::log, Menu::view, true},
    {Command::full_screen, "Full screen", {Key::f11}, KeyGroup::program, Menu::view, true},
    {Command::settings, "Settings…", ctrl(Key::comma), KeyGroup::program, Menu::view},
    {Command::tab_plots, "Plots", alt(Key::n1), KeyGroup::inspector, Menu::view, true},
    {Command::tab_turn, "Turn", alt(Key::n2), KeyGroup::inspector, Menu::view},
    {Command::tab_check, "Check", alt(Key::n3), KeyGroup::inspector, Menu::view},
    {Command::tab_attempts, "Attempts", alt(Key::n4), KeyGroup::inspector, Menu::view},
    {Command::tab_notices, "Notices", alt(Key::n5), KeyGroup::inspector, Menu::view},
    {Command::tab_developer, "Developer", alt(Key::n6), KeyGroup::inspector, Menu::view},
    {Command::tab_compose, "Compose", alt_shift(Key::n1), KeyGroup::inspector, Menu::view, true},
    {Command::tab_state, "State", alt_shift(Key::n2), KeyGroup::inspector, Menu::view},
    {Command::tab_watches, "Watches", alt_shift(Key::n3), KeyGroup::inspector, Menu::view},
    {Command::tab_alarms, "Alarms", alt_shift(Key::n4), KeyGroup::inspector, Menu::view},
    {Command::tab_replay, "Replay", alt_shift(Key::n5), KeyGroup::inspector, Menu::view},
    {Command::address, "Edit the address", ctrl(Key::u), KeyGroup::connection, Menu::connection},
    {Command::connect, "Connect", ctrl(Key::d), KeyGroup::connection, Menu::connection},
    {Command::close_with_code, "Close with a code…", ctrl_shift(Key::d), KeyGroup::connection,
     Menu::connection},
    {Command::retry_now, "Retry now", ctrl(Key::r), KeyGroup::connection, Menu::connection},
    {Command::check, "Check the connection", ctrl(Key::t), KeyGroup::connection, Menu::connection},
    {Command::new_connection, "New connection", ctrl(Key::n), KeyGroup::connection,
     Menu::connection, true},
    {Command::close_connection, "Close the connection's tab", ctrl(Key::w), KeyGroup::connection,
     Menu::connection},
    {Command::duplicate_connection,
     "Duplicate the connection",
     {},
     KeyGroup::connection,
     Menu::connection},
    {Command::rename_connection,
     "Rename the connection…",
     {Key::f2},
     KeyGroup::connection,
     Menu::connection},
    {Command::connection_options,
     "Headers and options…",
     {},
     KeyGroup::connection,
     Menu::connection},
    {Command::link_1, "Connection 1", ctrl(Key::n1), KeyGroup::connection, Menu::none},
    {Command::link_2, "Connection 2", ctrl(Key::n2), KeyGroup::connection, Menu::none},
    {Command::link_3, "Connection 3", ctrl(Key::n3), KeyGroup::connection, Menu::none},
    {Command::link_4, "Connection 4", ctrl(Key::n4), KeyGroup::connection, Menu::none},
    {Command::link_5, "Connection 5", ctrl(Key::n5), KeyGroup::connection, Menu::none},
    {Command::link_6, "Connection 6", ctrl(Key::n6), KeyGroup::connection, Menu::none},
    {Command::link_7, "Connection 7", ctrl(Key::n7), KeyGroup::connection, Menu::none},
    {Command::link_8, "Connection 8", ctrl(Key::n8), KeyGroup::connection, Menu::none},
    {Command::link_9, "Connection 9", ctrl(Key::n9), KeyGroup::connection, Menu::none},
    {Command::auto_answer, "Answer challenges automatically", ctrl_shift(Key::a),
     KeyGroup::connection, Menu::connection, true},
    {Command::answer_now, "Answer the challenge now", {}, KeyGroup::connection, Menu::connection},
    {Command::pause, "Pause, play", {Key::space}, KeyGroup::time, Menu::session},
    {Command::live, "Back to live", ctrl(Key::l), KeyGroup::time, Menu::session},
    {Command::step_back, "Step back", {Key::left}, KeyGroup::time, Menu::session, true},
    {Command::step_forward, "Step forward", {Key::right}, KeyGroup::time, Menu::session},
    {Command::step_mode, "Next step mode", {Key::m}, KeyGroup::time, Menu::session},
    {Command::same_type_back, "Previous of the same type", shift(Key::left), KeyGroup::time,
     Menu::session},
    {Command::same_type_forward, "Next of the same type", shift(Key::right), KeyGroup::time,
     Menu::session},
    {Command::other_direction_back, "Previous of the other direction", alt(Key::left),
     KeyGroup::time, Menu::session},
    {Command::other_direction_forward, "Next of the other direction", alt(Key::right),
     KeyGroup::time, Menu::session},
    {Command::previous_error, "Previous error", shift(Key::e), KeyGroup::time, Menu::session},
    {Command::next_error, "Next error", {Key::e}, KeyGroup::time, Menu::session},
    {Command::previous_same_connection, "Previous on this connection", shift(Key::c),
     KeyGroup::time, Menu::session},
    {Command::next_same_connection,
     "Next on this connection",
     {Key::c},
     KeyGroup::time,
     Menu::session},
    {Command::slower, "Play slower", {Key::comma}, KeyGroup::time, Menu::session},
    {Command::faster, "Play faster", {Key::period}, KeyGroup::time, Menu::session},
    {Command::filter, "Filter the log", ctrl_shift(Key::f), KeyGroup::log, Menu::session, true},
    {Command::clear_filter, "Clear the filter", {}, KeyGroup::log, Menu::session},
    {Command::completion, "Complete the filter", ctrl(Key::space), KeyGroup::log, Menu::none},
    {Command::find, "Find in the log", ctrl(Key::f), KeyGroup::log, Menu::session},
    {Command::next_hit, "Next hit", {Key::f3}, KeyGroup::log, Menu::session},
    {Command::previous_hit, "Previous hit", shift(Key::f3), KeyGroup::log, Menu::session},
    {Command::go_to, "Go to a row or time…", ctrl(Key::g), KeyGroup::log, Menu::session},
    {Command::clear, "Clear the log", ctrl_shift(Key::k), KeyGroup::log, Menu::session, true},
    {Command::fold_repeats, "Fold repeats", {Key::r}, KeyGroup::log, Menu::session},
    {Command::demo, "Start the demo", {}, KeyGroup::program, Menu::session, true},
    {Command::row_up, "Row above", {Key::up}, KeyGroup::log, Menu::none},
    {Command::row_down, "Row below", {Key::down}, KeyGroup::log, Menu::none},
    {Command::page_up, "Page above", {Key::page_up}, KeyGroup::log, Menu::none},
    {Command::page_down, "Page below", {Key::page_down}, KeyGroup::log, Menu::none},
    {Command::first_row, "Oldest row", {Key::home}, KeyGroup::log, Menu::none},
    {Command::last_row, "Newest row", {Key::end}, KeyGroup::log, Menu::none},
    {Command::to_inspector, "To the inspector", {Key::enter}, KeyGroup::log, Menu::inspect},
    {Command::copy_row, "Copy row", ctrl(Key::c), KeyGroup::log, Menu::inspect, true},
    {Command::copy_payload, "Copy payload", ctrl_shift(Key::c), KeyGroup::log, Menu::inspect},
    {Command::copy_shown, "Copy the rows shown", {}, KeyGroup::log, Menu::inspect},
    {Command::send_again,
     "Send again",
     {Key::enter, true, true, false},
     KeyGroup::log,
     Menu::inspect},
    {Command::bookmark, "Bookmark", {Key::b}, KeyGroup::log, Menu::inspect, true},
    {Command::note, "Note…", {Key::n}, KeyGroup::log, Menu::inspect},
    {Command::next_bookmark, "Next bookmark", {Key::f4}, KeyGroup::log, Menu::inspect},
    {Command::previous_bookmark, "Previous bookmark", shift(Key::f4), KeyGroup::log, Menu::inspect},
    {Command::tab_1, "Tree", {Key::n1}, KeyGroup::inspector, Menu::inspect, true},
    {Command::tab_2, "Raw", {Key::n2}, KeyGroup::inspector, Menu::inspect},
    {Command::tab_3, "Hex", {Key::n3}, KeyGroup::inspector, Menu::inspect},
    {Command::tab_4, "Difference", {Key::n4}, KeyGroup::inspector, Menu::inspect},
    {Command::tab_5, "Wire", {Key::n5}, KeyGroup::inspector, Menu::inspect},
    {Command::tab_6, "About", {Key::n6}, KeyGroup::inspector, Menu::inspect},
    {Command::copy_path, "Copy path", {Key::y}, KeyGroup::inspector, Menu::inspect, true},
    {Command::copy_value, "Copy value", shift(Key::y), KeyGroup::inspector, Menu::inspect},
    {Command::previous_turn,
     "Previous turn",
     {Key::left_bracket},
     KeyGroup::inspector,
     Menu::inspect},
    {Command::next_turn, "Next turn", {Key::right_bracket}, KeyGroup::inspector, Menu::inspect},
    {Command::pin, "Pin for difference", {Key::p}, KeyGroup::inspector, Menu::inspect},
    {Command::filter_node,
     "Filter by this field",
     {Key::f},
     KeyGroup::inspector,
     Menu::inspect,
     true},
    {Command::plot_node, "Plot this field", {Key::g}, KeyGroup::inspector, Menu::inspect},
    {Command::watch_node, "Watch this field", {Key::w}, KeyGroup::inspector, Menu::inspect},
    {Command::editor, "Edit a message", ctrl(Key::m), KeyGroup::composer, Menu::tools},
    {Command::choose_template, "Choose a template", ctrl_shift(Key::m), KeyGroup::composer,
     Menu::tools},
    {Command::format, "Format the message", ctrl_shift(Key::i), KeyGroup::composer, Menu::tools},
    {Command::send, "Send the message", ctrl(Key::enter), KeyGroup::composer, Menu::tools},
    {Command::older_message, "Earlier message sent", alt(Key::up), KeyGroup::composer, Menu::tools},
    {Command::newer_message, "Later message sent", alt(Key::down), KeyGroup::composer, Menu::tools},
    {Command::ping, "Ping now", ctrl(Key::p), KeyGroup::connection, Menu::tools, true},
    {Command::control_frame, "Send a Ping or Pong…", {}, KeyGroup::connection, Menu::tools},
    {Command::reconnect, "Reconnect", {}, KeyGroup::connection, Menu::tools},
    {Command::test_message, "Send a test message", {}, KeyGroup::connection, Menu::tools},
    {Command::test_text_input, "Send a test text_input", {}, KeyGroup::connection, Menu::tools},
    {Command::break_line, "Break the line on purpose", {}, KeyGroup::connection, Menu::tools},
    {Command::frame_detail, "Keep frame detail", {}, KeyGroup::connection, Menu::tools},
    {Command::zoom_in, "Zoom the plots in", {Key::equal}, KeyGroup::plots, Menu::tools, true},
    {Command::zoom_out, "Zoom the plots out", {Key::minus}, KeyGroup::plots, Menu::tools},
    {Command::zoom_fit, "Fit the plots", {Key::n0}, KeyGroup::plots, Menu::tools},
    {Command::log_scale, "Linear or logarithmic", {Key::l}, KeyGroup::plots, Menu::tools},
    {Command::line_style, "Lines, steps or points", {Key::s}, KeyGroup::plots, Menu::tools},
    {Command::distribution, "Distribution", {Key::h}, KeyGroup::plots, Menu::tools},
    {Command::hold_plots, "Hold the plots", {Key::k}, KeyGroup::plots, Menu::tools},
    {Command::replay_play, "Replay, pause", {Key::f5}, KeyGroup::replay, Menu::tools, true},
    {Command::replay_next,
     "Send the next of the replay",
     {Key::f10},
     KeyGroup::replay,
     Menu::tools},
    {Command::replay_stop, "Stop the replay", shift(Key::f5), KeyGroup::replay, Menu::tools},
    {Command::commands, "Commands…", ctrl(Key::k), KeyGroup::program, Menu::help},
    {Command::keys, "Keys…", {Key::f1}, KeyGroup::program, Menu::help},
    {Command::escape,
     "Leave the field, then deselect",
     {Key::escape},
     KeyGroup::program,
     Menu::none},
}};

constexpr bool in_order() {
    for (int i = 0; i < kCommandCount; ++i) {
        if (static_cast<int>(kCommands[static_cast<std::size_t>(i)].command) != i) return false;
    }
    return true;
}
static_assert(in_order(), "the table's rows stand in the order of Command");

constexpr bool one_meaning_each() {
    for (const CommandInfo& a : kCommands) {
        for (const CommandInfo& b : kCommands) {
            if (a.command != b.command && a.chord.key != Key::none && a.chord == b.chord)
                return false;
        }
    }
    return true;
}
static_assert(one_meaning_each(), "no chord stands for two commands");

std::string key_word(Key key) {
    if (key >= Key::a && key <= Key::z) {
        return std::string(
            1, static_cast<char>('A' + static_cast<int>(key) - static_cast<int>(Key::a)));
    }
    if (key >= Key::n0 && key <= Key::n9) {
        return std::to_string(static_cast<int>(key) - static_cast<int>(Key::n0));
    }
    if (key >= Key::f1 && key <= Key::f12) {
        return "F" + std::to_string(1 + static_cast<int>(key) - static_cast<int>(Key::f1));
    }
    switch (key) {
    case Key::tab: return "Tab";
    case Key::left: return "←";
    case Key::right: return "→";
    case Key::up: return "↑";
    case Key::down: return "↓";
    case Key::page_up: return "Page up";
    case Key::page_down: return "Page down";
    case Key::home: return "Home";
    case Key::end: return "End";
    case Key::insert: return "Insert";
    case Key::del: return "Delete";
    case Key::backspace: return "Backspace";
    case Key::space: return "Space";
    case Key::enter:
    case Key::keypad_enter: return "Enter";
    case Key::escape: return "Esc";
    case Key::comma: return ",";
    case Key::period: return ".";
    case Key::minus: return "−";
    case Key::equal: return "=";
    case Key::left_bracket: return "[";
    case Key::right_bracket: return "]";
    default: return "";
    }
}

} // namespace

std::string word(const Chord& chord) {
    std::string out;
    if (chord.key == Key::none) return out;
    if (chord.ctrl) out += "Ctrl+";
    if (chord.alt) out += "Alt+";
    if (chord.shift) out += "Shift+";
    return out + key_word(chord.key);
}

bool bare(const Chord& chord) {
    const bool function_key = chord.key >= Key::f1 && chord.key <= Key::f12;
    return !chord.ctrl && !chord.alt && !function_key && chord.key != Key::escape;
}

const char* word(Menu menu) {
    switch (menu) {
    case Menu::file: return "File";
    case Menu::view: return "View";
    case Menu::connection: return "Connection";
    case Menu::session: return "Session";
    case Menu::inspect: return "Inspect";
    case Menu::tools: return "Tools";
    case Menu::help: return "Help";
    case Menu::none: break;
    }
    return "";
}

const char* word(KeyGroup group) {
    switch (group) {
    case KeyGroup::program: return "Program";
    case KeyGroup::file: return "File";
    case KeyGroup::connection: return "Connection";
    case KeyGroup::log: return "Log";
    case KeyGroup::time: return "Time";
    case KeyGroup::inspector: return "Inspector and tabs";
    case KeyGroup::composer: return "Composer";
    case KeyGroup::plots: return "Plots";
    case KeyGroup::replay: return "Replay";
    }
    return "";
}

const CommandInfo& info(Command command) { return kCommands[static_cast<std::size_t>(command)]; }

Command command_of(const Chord& chord, bool field_has_focus) {
    Chord wanted = chord;
    if (wanted.key == Key::keypad_enter) wanted.key = Key::enter;
    if (wanted.key == Key::equal) wanted.shift = false; // + is typed with Shift on some layouts
    if (field_has_focus && wanted == ctrl(Key::c)) return Command::none; // the field's own copy
    for (const CommandInfo& entry : kCommands) {
        if (entry.chord.key == Key::none || !(entry.chord == wanted)) continue;
        return field_has_focus && bare(wanted) ? Command::none : entry.command;
    }
    return Command::none;
}

} // namespace ui
