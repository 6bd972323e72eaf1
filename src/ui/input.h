// Mouse, keys and characters on their way into a frame. The window (or a test) pushes them as they
// come; each frame takes as many as one frame can tell apart. Without this a key that goes down and
// up between two frames would never be seen (Dear ImGui 1.86 looks at states, not at events).
// UI thread only.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "imgui.h"
#include "ui/keys.h"

namespace ui {

struct InputEvent {
    enum class What : std::uint8_t { pointer, button, wheel, key, character, focus } what;
    float x = 0, y = 0;  ///< pointer: pixels; wheel: notches
    int button = 0;      ///< 0 left, 1 right, 2 middle
    bool down = false;   ///< button, key; focus: gained
    bool repeat = false; ///< key: held, told again by the system
    Chord chord;         ///< key
    std::uint32_t code_point = 0;
};

class InputQueue {
public:
    void pointer(float x, float y);
    void button(int which, bool down);
    void wheel(float x, float y);
    void key(const Chord& chord, bool down, bool repeat = false);
    void character(std::uint32_t code_point);
    void focus(bool gained);

    /// Before ImGui's new frame: hands over what this frame can take, and gives the commands that
    /// were asked for by key (at most one a frame).
    Command feed(ImGuiIO& io);

    bool waiting() const { return !events_.empty(); } ///< another frame is due at once
    bool held() const; ///< a key or button is down: ImGui repeats keys and drags by frames

    /// The next `frames` frames take no characters: a field that was just asked to take the focus
    /// needs so long.
    void hold(int frames) { hold_ = frames; }

private:
    struct Taken;
    bool take(ImGuiIO& io, const InputEvent& event, Taken* taken);
    bool take_key(ImGuiIO& io, const InputEvent& event, Taken* taken);

    std::deque<InputEvent> events_;
    std::array<bool, kKeyCount> down_{};
    std::array<bool, 3> buttons_{};
    int hold_ = 0;
    bool swallow_ = false; ///< the key that was told last was a command: it types nothing
};

/// Tells ImGui which of our keys are its own; once for each context.
void map_keys(ImGuiIO& io);

} // namespace ui
