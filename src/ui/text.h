// Text on screen: any bytes, cut to their place, with nothing shown that is not there. Payloads are
// data and never a format string. UI thread, inside a frame.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ui/frame.h"

namespace ui {

enum class Face : std::uint8_t { words, small, strong, mono, mono_strong, mono_small };
ImFont* font_of(const Frame& f, Face face);

enum class Align : std::uint8_t { left, right, center };

/// What can be drawn of `raw`: control characters as ␊ ␍ ␉ ␀ and their like, code points that no
/// face has (and all over U+FFFF) as □, bytes that are not UTF-8 as �.
struct Shown {
    std::string text;
    bool boxed = false;               ///< something is shown as □
    std::vector<std::size_t> damaged; ///< offsets in `text` of each � that stands for a bad byte
    std::size_t used = 0;             ///< bytes of `raw` that it stands for
};
/// Looks at no more than `most_chars` code points.
Shown shown_text(const ImFont* font, std::string_view raw, std::size_t most_chars = 4096);

/// "U+1F44D" for each code point of `raw` that is shown as □; at most six.
std::string boxed_names(const ImFont* font, std::string_view raw);

float text_width(const Frame& f, Face face, std::string_view shown);

/// Draws one line in the middle of `box`'s height, cut with … when it is wider than the box.
/// Returns the width drawn. `cut` tells whether it was cut.
float text(Frame& f, const Rect& box, Face face, Role role, std::string_view raw,
           Align align = Align::left, bool* cut = nullptr);

/// One line that is never cut and begins at `x`; returns the x behind it.
float text_at(Frame& f, float x, const Rect& row, Face face, Role role, std::string_view raw);

/// Words broken into lines of at most `box.w`; returns the height used. Draws nothing below `box`:
/// where the lines do not fit, the last one is cut with …, and `cut` tells.
float text_wrapped(Frame& f, const Rect& box, Face face, Role role, std::string_view raw,
                   float line_height, bool* cut = nullptr);

/// A tooltip with `raw` in it, wrapped; at most a few kilobytes of it.
void tooltip(Frame& f, std::string_view raw, Face face = Face::words);

/// The first letter as a capital, when the first word is one of plain letters: errors are kept as
/// parts of sentences and shown as sentences.
std::string sentence(std::string_view words);

/// A time that runs: "14 s", "3 min", "2 h 03 min"; as coarse as it is repainted.
std::string running_text(std::int64_t ns);

//--- shapes
void fill(Frame& f, const Rect& rect, Role role, float alpha = 1, float rounding = 0);
void frame_rect(Frame& f, const Rect& rect, Role role, float rounding = 0, float thickness = 1);
void line_below(Frame& f, const Rect& rect, Role role = Role::line); ///< inside, at its lower edge
void line_above(Frame& f, const Rect& rect, Role role = Role::line);

enum class Icon : std::uint8_t {
    play,
    pause,
    funnel,
    magnifier,
    chevron_down,
    chevron_right,
    check,
    cross,
    triangle,
    ring,
    small_ring,
    disc,
    half_disc,
    diamond,
    copy,
    line_plot,
    arrow_down,
    arrow_up,
    square,
    to_first,
    step_back,
    step_forward,
    to_last,
};
/// Drawn from lines in a box of 14 around the middle of `rect`.
void icon(Frame& f, Icon which, const Rect& rect, Role role);
/// A ring that empties: `left` from 1 to 0.
void ring_countdown(Frame& f, const Rect& rect, Role role, float left);

} // namespace ui
