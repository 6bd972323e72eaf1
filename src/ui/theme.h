// Colours and lengths of the window (the palette of the design, both themes). Constant data and
// pure functions; UI thread. One colour has one meaning, and never speaks alone.
#pragma once

#include <cstdint>
#include <string_view>

#include "imgui.h"

namespace ui {

/// What a colour is for. The order is that of the table in theme.cpp.
enum class Role : std::uint8_t {
    bg,    ///< behind everything, splitters
    panel, ///< the ground of a region
    bar,   ///< menu bar, bars, heads of tables, buttons
    field, ///< the ground of what can be typed into
    hover,
    sel,
    line,  ///< between regions and rows
    line2, ///< around controls (decoration)
    text,
    text2,
    text3, ///< the faintest text, also of disabled controls
    accent,
    accentfill, ///< the primary button
    ok,
    warn,
    err,
    errfill, ///< `--insecure`, and nothing else
    out,
    cursor, ///< the cursor in time, and nothing else
    oncur,
    outbg,
    errbg,
    warnbg,
    okbg,
    curbg,
    onaccent,
    // families of types, by the word before the first `_`
    f_conversation,
    f_stt,
    f_llm,
    f_tts,
    f_memory,
    f_tool,
    f_system,
    f_latency,
    f_plain, ///< auth, client, replay, duplicate
    f_life,
};
constexpr int kRoleCount = static_cast<int>(Role::f_life) + 1;

const char* word(Role role);

/// 0xRRGGBB of a role in a theme, as the design's table has it.
std::uint32_t rgb(Role role, bool dark);

/// WCAG 2.1 contrast ratio of two colours 0xRRGGBB, 1 to 21.
double contrast(std::uint32_t a, std::uint32_t b);

struct Theme {
    bool dark = true;

    ImU32 operator[](Role role) const { return color(role); }
    ImU32 color(Role role, float alpha = 1) const;
    ImVec4 vec(Role role) const;

    /// The colour of a message type's name. `life` for what has no type, `ours` for what we sent.
    Role of_type(std::string_view type, bool ours) const;
};

/// Lengths and colours of ImGui's style, made anew from its defaults (`scale`: pixels a logical
/// one).
void apply_style(ImGuiStyle& style, const Theme& theme, float scale);

} // namespace ui
