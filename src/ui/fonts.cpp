#include "ui/fonts.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "imgui_freetype.h"
#include "ui/field_text.h"

namespace ui {
namespace {

namespace fs = std::filesystem;

void look_at(const fs::path& path, FontFiles* files) {
    const struct {
        const char* name;
        std::string FontFiles::*slot;
    } kWanted[] = {
        {"Inter-Regular", &FontFiles::inter},
        {"Inter-SemiBold", &FontFiles::inter_semibold},
        {"JetBrainsMono-Regular", &FontFiles::mono},
        {"JetBrainsMono-Bold", &FontFiles::mono_bold},
        {"DejaVuSans", &FontFiles::sans_fallback},
        {"DejaVuSans-Bold", &FontFiles::sans_bold_fallback},
        {"DejaVuSansMono", &FontFiles::mono_fallback},
        {"DejaVuSansMono-Bold", &FontFiles::mono_bold_fallback},
    };
    const std::string extension = path.extension().string();
    if (extension != ".otf" && extension != ".ttf") return;
    const std::string stem = path.stem().string();
    for (const auto& wanted : kWanted) {
        std::string& slot = files->*wanted.slot;
        if (slot.empty() && stem == wanted.name) slot = path.string();
    }
}

void look_in(const fs::path& folder, FontFiles* files) {
    std::error_code failed;
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied,
                                        failed);
    const fs::recursive_directory_iterator end;
    while (!failed && at != end) {
        if (at->is_regular_file(failed)) look_at(at->path(), files);
        at.increment(failed);
    }
}

} // namespace

FontFiles find_fonts(const FontFolders& where) {
    FontFiles files;
    for (const std::string& folder : where.folders) look_in(folder, &files);
    if (files.inter.empty() || files.inter_semibold.empty()) {
        files.missing.emplace_back("Inter (fonts-inter)");
    }
    if (files.mono.empty() || files.mono_bold.empty()) {
        files.missing.emplace_back("JetBrains Mono (fonts-jetbrains-mono)");
    }
    if (files.sans_fallback.empty() || files.mono_fallback.empty()) {
        files.missing.emplace_back("DejaVu (fonts-dejavu-core)");
    }
    return files;
}

namespace {

// What the mono face must show: payloads of any European script, and the signs of the interface.
const ImWchar kMonoRanges[] = {
    0x0020, 0x007E, 0x00A0, 0x024F, // Latin
    0x0370, 0x03FF, 0x0400, 0x045F, // Greek, Cyrillic
    0x2010, 0x2027, 0x2030, 0x203A, // punctuation
    0x20A0, 0x20BF, 0x2190, 0x21FF, // currencies, arrows
    0x2200, 0x2265, 0x2400, 0x2426, // mathematics, pictures of control characters
    0x2500, 0x25FF, 0x2605, 0x2606, 0x26A0, 0x26A0, 0x2713, 0x2717, 0xFFFD, 0xFFFD, 0};
const ImWchar kWordRanges[] = {0x0020, 0x007E, 0x00A0, 0x017F, 0x0370, 0x03FF, 0x0400, 0x045F,
                               0x2010, 0x2027, 0x2030, 0x203A, 0x20AC, 0x20AC, 0x2190, 0x2193,
                               0x21B5, 0x21BB, 0x2212, 0x2212, 0x2264, 0x2265, 0x2400, 0x2426,
                               0x25A0, 0x25A1, 0x25C6, 0x25CB, 0x2605, 0x2605, 0x2713, 0x2717,
                               0x26A0, 0x26A0, 0xFFFD, 0xFFFD, 0};
const ImWchar kFewRanges[] = {0x0020, 0x007E, 0x00A0, 0x017F, 0x2010, 0x2027, 0x2190, 0x2193,
                              0x2212, 0x2212, 0x25A1, 0x25A1, 0x25C6, 0x25C6, 0};

/// One face with the fallback merged in behind it. Merged faces do not overwrite glyphs, so the
/// first one wins.
class Builder {
public:
    Builder(ImFontAtlas& atlas, float scale) : atlas_(atlas), scale_(scale) {}

    ImFont* add(const std::string& file, const std::string& fallback, float size,
                const ImWchar* ranges) {
        ImFont* font = nullptr;
        const float pixels = std::round(size * scale_);
        if (!file.empty()) font = load(file, pixels, ranges, false);
        if (!font) return fallback.empty() ? nullptr : load(fallback, pixels, ranges, false);
        if (!fallback.empty()) load(fallback, std::round(pixels * 0.92f), ranges, true);
        return font;
    }

private:
    ImFont* load(const std::string& file, float pixels, const ImWchar* ranges, bool merge) {
        ImFontConfig config;
        config.MergeMode = merge;
        config.PixelSnapH = true;
        config.OversampleH = config.OversampleV = 1;
        // Read here, because ImGui's own reading stops the program over a file that has gone.
        std::ifstream in(file, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in),
                                std::istreambuf_iterator<char>()};
        if (bytes.empty()) return nullptr;
        void* owned = ImGui::MemAlloc(bytes.size()); // the atlas frees it
        std::memcpy(owned, bytes.data(), bytes.size());
        return atlas_.AddFontFromMemoryTTF(owned, static_cast<int>(bytes.size()), pixels, &config,
                                           ranges);
    }

    ImFontAtlas& atlas_;
    float scale_;
};

/// A pair that stands for one character in a field (field_text.h) is one □ wide.
void hide_second_halves(ImFont& font) {
    for (std::uint32_t c = kPairSecond; c < kPairPrivate; ++c) {
        font.AddGlyph(nullptr, static_cast<ImWchar>(c), 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
}

const std::string& first_of(const std::string& a, const std::string& b) {
    return a.empty() ? b : a;
}

} // namespace

base::Result<Fonts> build_fonts(ImFontAtlas& atlas, const FontFiles& files, float scale) {
    const base::Error none{"no usable font was found",
                           "neither Inter nor DejaVu is in the system's font folders",
                           "install the packages fonts-inter, fonts-jetbrains-mono and "
                           "fonts-dejavu-core"};
    if (!files.any()) return none;
    atlas.Clear();
    atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    atlas.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    atlas.TexDesiredWidth = scale > 1.4f ? 2048 : 1024;
    atlas.TexGlyphPadding = 1;

    const std::string& sans = files.sans_fallback;
    const std::string& sans_bold = first_of(files.sans_bold_fallback, sans);
    const std::string& mono = first_of(files.mono_fallback, sans);
    const std::string& mono_bold = first_of(files.mono_bold_fallback, mono);
    const std::string& mono_face = first_of(files.mono, files.mono_fallback);
    Builder builder(atlas, scale);
    Fonts fonts;
    fonts.words = builder.add(files.inter, sans, 16, kWordRanges);
    fonts.small = builder.add(files.inter, sans, 14, kFewRanges);
    fonts.strong = builder.add(files.inter_semibold, sans_bold, 16, kFewRanges);
    fonts.mono = builder.add(first_of(mono_face, files.inter), mono, 16, kMonoRanges);
    fonts.mono_strong = builder.add(files.mono_bold, mono_bold, 16, kFewRanges);
    fonts.mono_small = builder.add(first_of(mono_face, files.inter), mono, 14, kFewRanges);
    if (!fonts.words || !fonts.strong || !fonts.small || !fonts.mono || !atlas.Build()) return none;
    if (!fonts.mono_strong) fonts.mono_strong = fonts.mono;
    if (!fonts.mono_small) fonts.mono_small = fonts.small;

    for (ImFont* font : {fonts.words, fonts.mono}) hide_second_halves(*font);
    for (ImFont* font : atlas.Fonts) {
        if (!font->FindGlyphNoFallback(0x25A1)) continue;
        font->FallbackChar = 0x25A1; // what no face has is shown as □, never as ? or U+FFFD
        font->BuildLookupTable();
    }
    fonts.c = fonts.mono->GetCharAdvance('0');
    fonts.scale = scale;
    return fonts;
}

} // namespace ui
