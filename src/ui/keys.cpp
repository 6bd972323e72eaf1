#include "ui/keys.h"

#include <array>

namespace ui {
namespace {

constexpr std::array<CommandInfo, kCommandCount> kCommands = {{
    {Command::none, "", {}, Menu::none},
    {Command::quit, "Quit", ctrl(Key::q), Menu::file},

    {Command::theme, "Light theme", ctrl_shift(Key::l), Menu::view},
    {Command::larger_text, "Larger text", ctrl(Key::equal), Menu::view, true},
    {Command::smaller_text, "Smaller text", ctrl(Key::minus), Menu::view},
    {Command::normal_text, "Normal text size", ctrl(Key::n0), Menu::view},
    {Command::sidebar, "Sidebar", ctrl(Key::b), Menu::view, true},
    {Command::right_column, "Inspector and composer", ctrl(Key::i), Menu::view},
    {Command::time_column,
     "Time as clock, since start, since previous",
     {Key::t},
     Menu::view,
     true},
    {Command::full_screen, "Full screen", {Key::f11}, Menu::view, true},

    {Command::address, "Edit the address", ctrl(Key::u), Menu::connection},
    {Command::connect, "Connect", ctrl(Key::d), Menu::connection},
    {Command::retry_now, "Retry now", ctrl(Key::r), Menu::connection},
    {Command::ping, "Ping now", ctrl(Key::p), Menu::connection, true},
    {Command::auto_answer, "Answer challenges automatically", ctrl_shift(Key::a), Menu::connection,
     true},
    {Command::answer_now, "Answer the challenge now", {}, Menu::connection},

    {Command::pause, "Pause the log", {Key::space}, Menu::session},
    {Command::live, "Back to live", ctrl(Key::l), Menu::session},
    {Command::clear, "Clear the log", ctrl_shift(Key::k), Menu::session},
    {Command::filter, "Filter the log", ctrl_shift(Key::f), Menu::session, true},
    {Command::clear_filter, "Clear the filter", {}, Menu::session},
    {Command::demo, "Start the demo", {}, Menu::session, true},
    {Command::row_up, "Row above", {Key::up}, Menu::none},
    {Command::row_down, "Row below", {Key::down}, Menu::none},
    {Command::page_up, "Page above", {Key::page_up}, Menu::none},
    {Command::page_down, "Page below", {Key::page_down}, Menu::none},
    {Command::first_row, "Oldest row", {Key::home}, Menu::none},
    {Command::last_row, "Newest row", {Key::end}, Menu::none},

    {Command::copy_row, "Copy row", ctrl(Key::c), Menu::inspect},
    {Command::copy_payload, "Copy payload", ctrl_shift(Key::c), Menu::inspect},
    {Command::tab_1, "Pretty", {Key::n1}, Menu::inspect, true},
    {Command::tab_2, "Raw", {Key::n2}, Menu::inspect},
    {Command::tab_3, "About", {Key::n3}, Menu::inspect},

    {Command::editor, "Edit a message", ctrl(Key::m), Menu::tools},
    {Command::choose_template, "Choose a template", ctrl_shift(Key::m), Menu::tools},
    {Command::format, "Format the message", ctrl_shift(Key::i), Menu::tools},
    {Command::send, "Send the message", ctrl(Key::enter), Menu::tools},
    {Command::break_line, "Break the line on purpose", {}, Menu::tools, true},

    {Command::escape, "Leave the field, then deselect", {Key::escape}, Menu::none},
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
    case Menu::none: break;
    }
    return "";
}

const CommandInfo& info(Command command) { return kCommands[static_cast<std::size_t>(command)]; }

Command command_of(const Chord& chord, bool field_has_focus) {
    Chord wanted = chord;
    if (wanted.key == Key::keypad_enter) wanted.key = Key::enter;
    if (field_has_focus && wanted == ctrl(Key::c)) return Command::none; // the field's own copy
    for (const CommandInfo& entry : kCommands) {
        if (entry.chord.key == Key::none || !(entry.chord == wanted)) continue;
        return field_has_focus && bare(wanted) ? Command::none : entry.command;
    }
    return Command::none;
}

} // namespace ui
