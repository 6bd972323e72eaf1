// The faces of the window, from the system's folders: words in Inter, numbers, times, types and
// payloads in JetBrains Mono, what both lack from DejaVu. Owned by the UI thread; rebuilt between
// frames when the content scale changes. Carries no file of its own.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "imgui.h"

namespace ui {

/// Where fonts are looked for.
struct FontFolders {
    std::vector<std::string> folders = {"/usr/share/fonts", "/usr/local/share/fonts"};
};

struct FontFiles {
    std::string inter, inter_semibold, mono, mono_bold; ///< empty: not found
    std::string sans_fallback, sans_bold_fallback, mono_fallback, mono_bold_fallback; ///< DejaVu
    std::vector<std::string> missing; ///< in words, for a notice

    bool any() const { return !inter.empty() || !sans_fallback.empty(); }
};
FontFiles find_fonts(const FontFolders& where = {});

struct Fonts {
    ImFont* words = nullptr;       ///< Inter Regular 16
    ImFont* small = nullptr;       ///< Inter Regular 14
    ImFont* strong = nullptr;      ///< Inter SemiBold 16
    ImFont* mono = nullptr;        ///< JetBrains Mono Regular 16
    ImFont* mono_strong = nullptr; ///< JetBrains Mono Bold 16
    ImFont* mono_small = nullptr;  ///< JetBrains Mono Regular 14, for numbers in small text
    float c = 7;                   ///< measured advance of a character of `mono`, in pixels
    float scale = 0;               ///< pixels a logical one that they were built for
};

/// Clears the atlas and builds all faces at `scale`. The texture must be made anew afterwards.
/// Fails when there is no usable font at all: one clear sentence.
base::Result<Fonts> build_fonts(ImFontAtlas& atlas, const FontFiles& files, float scale);

} // namespace ui
