#include "ui/input.h"

#include <cfloat>

namespace ui {
namespace {

struct Mapped {
    ImGuiKey theirs;
    Key ours;
};
// ImGui's named keys, without those that only keyboard navigation would use.
constexpr Mapped kMapped[] = {
    {ImGuiKey_Tab, Key::tab},
    {ImGuiKey_LeftArrow, Key::left},
    {ImGuiKey_RightArrow, Key::right},
    {ImGuiKey_UpArrow, Key::up},
    {ImGuiKey_DownArrow, Key::down},
    {ImGuiKey_PageUp, Key::page_up},
    {ImGuiKey_PageDown, Key::page_down},
    {ImGuiKey_Home, Key::home},
    {ImGuiKey_End, Key::end},
    {ImGuiKey_Insert, Key::insert},
    {ImGuiKey_Delete, Key::del},
    {ImGuiKey_Backspace, Key::backspace},
    {ImGuiKey_Enter, Key::enter},
    {ImGuiKey_KeyPadEnter, Key::keypad_enter},
    {ImGuiKey_A, Key::a},
    {ImGuiKey_C, Key::c},
    {ImGuiKey_V, Key::v},
    {ImGuiKey_X, Key::x},
    {ImGuiKey_Y, Key::y},
    {ImGuiKey_Z, Key::z},
};

/// What a field cannot hold in 16 bits goes in as two surrogates (see typed_half).
void add_character(ImGuiIO& io, std::uint32_t code_point) {
    if (code_point > 0xFFFF) {
        io.AddInputCharacter(0xD800 + ((code_point - 0x10000) >> 10));
        io.AddInputCharacter(0xDC00 + (code_point & 0x3FF));
    } else {
        io.AddInputCharacter(code_point);
    }
}

/// A key that ImGui acts upon. A letter does so only with Ctrl; without it, it is typed.
bool edits(const Chord& chord) {
    const bool letter = chord.key >= Key::a && chord.key <= Key::z;
    if (letter && !chord.ctrl) return false;
    for (const Mapped& mapped : kMapped) {
        if (mapped.ours == chord.key) return true;
    }
    return false;
}

/// X11 tells of a modifier's own key with the modifiers as they were before it.
Chord with_own_modifier(Chord chord, bool down) {
    if (chord.key == Key::left_ctrl || chord.key == Key::right_ctrl) chord.ctrl = down;
    if (chord.key == Key::left_shift || chord.key == Key::right_shift) chord.shift = down;
    if (chord.key == Key::left_alt || chord.key == Key::right_alt) chord.alt = down;
    return chord;
}

} // namespace

struct InputQueue::Taken {
    bool moved = false, button = false, wheel = false, key = false, character = false;
    std::array<bool, kKeyCount> changed{};
    Command command = Command::none;
    bool any() const { return moved || button || wheel || key || character; }
};

void map_keys(ImGuiIO& io) {
    for (int& index : io.KeyMap) index = -1;
    for (const Mapped& mapped : kMapped) {
        io.KeyMap[mapped.theirs] = static_cast<int>(mapped.ours);
    }
}

void InputQueue::pointer(float x, float y) {
    if (!events_.empty() && events_.back().what == InputEvent::What::pointer) {
        events_.back().x = x;
        events_.back().y = y;
        return;
    }
    events_.push_back({.what = InputEvent::What::pointer, .x = x, .y = y});
}

void InputQueue::button(int which, bool down) {
    if (which < 0 || which > 2) return;
    events_.push_back({.what = InputEvent::What::button, .button = which, .down = down});
}

void InputQueue::wheel(float x, float y) {
    events_.push_back({.what = InputEvent::What::wheel, .x = x, .y = y});
}

void InputQueue::key(const Chord& told, bool down, bool repeat) {
    const Chord chord = with_own_modifier(told, down);
    events_.push_back(
        {.what = InputEvent::What::key, .down = down, .repeat = repeat, .chord = chord});
}

void InputQueue::character(std::uint32_t code_point) {
    events_.push_back({.what = InputEvent::What::character, .code_point = code_point});
}

void InputQueue::focus(bool gained) {
    events_.push_back({.what = InputEvent::What::focus, .down = gained});
}

bool InputQueue::held() const {
    for (const bool down : buttons_) {
        if (down) return true;
    }
    for (const Mapped& mapped : kMapped) {
        if (down_[static_cast<std::size_t>(mapped.ours)]) return true;
    }
    return false;
}

Command InputQueue::feed(ImGuiIO& io) {
    Taken taken;
    const bool holding = hold_ > 0;
    if (holding) --hold_;
    while (!events_.empty() && taken.command == Command::none) {
        const InputEvent& event = events_.front();
        using What = InputEvent::What;
        if (holding && (event.what == What::character || event.what == What::key)) break;
        if (!take(io, event, &taken)) break;
        events_.pop_front();
    }
    return taken.command;
}

/// False when the event must wait for the next frame.
bool InputQueue::take(ImGuiIO& io, const InputEvent& event, Taken* taken) {
    switch (event.what) {
    case InputEvent::What::pointer:
        if (taken->button || taken->wheel || taken->key) return false;
        io.MousePos = {event.x, event.y};
        return taken->moved = true;
    case InputEvent::What::button:
        if (taken->button || taken->key || taken->character) return false;
        io.MouseDown[event.button] = event.down;
        buttons_[static_cast<std::size_t>(event.button)] = event.down;
        return taken->button = true;
    case InputEvent::What::wheel:
        if (taken->button || taken->key) return false;
        io.MouseWheel += event.y;
        io.MouseWheelH += event.x;
        return taken->wheel = true;
    case InputEvent::What::key: return take_key(io, event, taken);
    case InputEvent::What::character:
        if (swallow_) return true;
        if (taken->key || taken->button) return false;
        add_character(io, event.code_point);
        return taken->character = true;
    case InputEvent::What::focus:
        if (taken->any()) return false;
        down_.fill(false);
        buttons_.fill(false);
        for (bool& down : io.KeysDown) down = false;
        for (bool& down : io.MouseDown) down = false;
        io.KeyCtrl = io.KeyShift = io.KeyAlt = io.KeySuper = false;
        if (!event.down) io.MousePos = {-FLT_MAX, -FLT_MAX};
        return true;
    }
    return true;
}

bool InputQueue::take_key(ImGuiIO& io, const InputEvent& event, Taken* taken) {
    const auto index = static_cast<std::size_t>(event.chord.key);
    const Command command = event.down ? command_of(event.chord, io.WantTextInput) : Command::none;
    const bool matters = command != Command::none || edits(event.chord);
    if (matters && (taken->character || taken->button)) return false;
    // A key and what is held beside it must stay for the whole frame that first sees it.
    const bool other_mods = io.KeyCtrl != event.chord.ctrl || io.KeyShift != event.chord.shift ||
                            io.KeyAlt != event.chord.alt;
    if (taken->changed[index] || (taken->key && other_mods)) return false;

    io.KeyCtrl = event.chord.ctrl;
    io.KeyShift = event.chord.shift;
    io.KeyAlt = event.chord.alt;
    swallow_ = command != Command::none;
    if (command != Command::none) {
        taken->command = command; // ours: ImGui does not see it
        return true;
    }
    if (event.repeat) return true; // ImGui repeats by itself
    if (event.down && !edits(event.chord)) return true;
    if (io.KeysDown[index] != event.down) {
        io.KeysDown[index] = event.down;
        down_[index] = event.down;
        taken->changed[index] = true;
        taken->key = true;
    }
    return true;
}

} // namespace ui
