#include "ui/fonts.h"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("without any font there is one clear error, not a crash") {
    const ui::FontFiles none = ui::find_fonts({{"/nonexistent"}});
    CHECK_FALSE(none.any());
    CHECK(none.missing.size() == 3);
    ImFontAtlas atlas;
    const auto built = ui::build_fonts(atlas, none, 1);
    REQUIRE_FALSE(built.ok());
    CHECK(built.error().what.find("font") != std::string::npos);
    CHECK(built.error().fix.find("fonts-dejavu-core") != std::string::npos);
}

TEST_CASE("DejaVu alone is enough, and what is missing is named") {
    ui::FontFiles files = ui::find_fonts();
    files.inter.clear();
    files.inter_semibold.clear();
    files.mono.clear();
    files.mono_bold.clear();
    ImFontAtlas atlas;
    const auto built = ui::build_fonts(atlas, files, 1);
    REQUIRE(built.ok());
    CHECK(built.value().words != nullptr);
    CHECK(built.value().mono->FindGlyphNoFallback('x') != nullptr);
}

TEST_CASE("a font file that has gone is stood in for") {
    ui::FontFiles files = ui::find_fonts();
    files.inter = "/nonexistent/Inter.otf";
    ImFontAtlas atlas;
    CHECK(ui::build_fonts(atlas, files, 1).ok());
}

TEST_CASE("the faces are of the design's sizes at every scale, with what the other faces lack") {
    const ui::FontFiles files = ui::find_fonts();
    for (const float scale : {1.0f, 1.5f, 2.0f}) {
        ImFontAtlas atlas;
        const auto built = ui::build_fonts(atlas, files, scale);
        REQUIRE(built.ok());
        const ui::Fonts& fonts = built.value();
        CHECK(fonts.words->FontSize == 16 * scale);
        CHECK(fonts.small->FontSize == 14 * scale);
        CHECK(fonts.c == (scale == 1 ? 7 : scale == 2 ? 15 : 11));
        for (const ImWchar c : std::u16string(u"↑↓…×◆□µ␊�")) {
            CAPTURE(c);
            CHECK(fonts.mono->FindGlyphNoFallback(c) != nullptr);
        }
        CHECK(fonts.mono->FallbackChar == 0x25A1);
    }
}
