// What a panel draws with during one frame: colours, faces, its place, and where it notes what must
// happen next. Made by the root for each region in turn; gone with the frame.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "imgui.h"
#include "ui/fonts.h"
#include "ui/keys.h"
#include "ui/probe.h"
#include "ui/rect.h"
#include "ui/theme.h"

namespace ui {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

struct Frame {
    const Theme& theme;
    const Fonts& fonts;
    Probe& probe;
    float scale = 1;     ///< pixels a logical one
    bool narrow = false; ///< hints and names leave the bars
    std::int64_t now_mono_ns = 0;

    Rect window;             ///< all of it
    std::string_view region; ///< name of the region that draws
    Rect place;              ///< its rectangle
    ImDrawList* list = nullptr;
    float alpha = 1; ///< of what is drawn; less for what is not now

    Command key = Command::none;      ///< the command that a key asked for in this frame
    std::vector<Command> asked;       ///< commands that buttons and menus asked for
    std::int64_t wake_at_ns = kNever; ///< when something shown changes by itself

    /// A length of the design in whole pixels.
    float px(float logical) const { return std::round(logical * scale); }
    float hairline() const { return std::max(1.0f, std::floor(scale)); }
    ImU32 color(Role role, float part = 1) const { return theme.color(role, alpha * part); }
    void ask(Command command) { asked.push_back(command); }
    /// Never sooner than in a tenth of a second: a moment that has passed already would make the
    /// window draw without a pause.
    void wake_at(std::int64_t mono_ns) {
        const std::int64_t soonest = now_mono_ns + 100'000'000;
        wake_at_ns = std::min(wake_at_ns, std::max(mono_ns, soonest));
    }
    /// Something is on screen that changes each second. All of it changes at once, on the whole
    /// seconds of the clock: one frame a second, however many there are.
    void wake_next_second() { wake_on_second(now_mono_ns + 1); }
    /// A running time is on screen: the next whole second, or minute when it is over one.
    void wake_for_duration(std::int64_t since_mono_ns) {
        const std::int64_t minute = 60 * kSecond;
        const std::int64_t gone = now_mono_ns - since_mono_ns;
        if (gone < minute) return wake_next_second();
        wake_on_second(since_mono_ns + (gone / minute + 1) * minute);
    }

private:
    static constexpr std::int64_t kSecond = 1'000'000'000;
    void wake_on_second(std::int64_t mono_ns) {
        wake_at((mono_ns + kSecond - 1) / kSecond * kSecond);
    }
};

} // namespace ui
