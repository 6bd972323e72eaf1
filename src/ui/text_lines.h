// A long text cut into lines that fit a width, coloured by what it is: what the inspector scrolls
// through. Made once for a text and a width, drawn line by line. Pure; UI thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/text.h"
#include "ui/theme.h"

namespace ui {

struct TextLines {
    struct Piece {
        std::uint32_t offset = 0, size = 0; ///< in `text`
        Role role = Role::text;
        Face face = Face::mono;
    };
    std::string text;
    std::vector<Piece> pieces;
    std::vector<std::uint32_t> lines; ///< index of each line's first piece

    std::uint64_t size() const { return lines.size(); }
};

/// Appends `text` in one colour; line ends in it begin new lines, and so does every `columns`
/// characters. Begins a new line itself.
void append_text(TextLines& lines, std::string_view text, Role role, std::size_t columns);

/// Appends words in the proportional face, broken between them. `fit` says how many bytes of what
/// is left go into one line (at least one).
void append_words(TextLines& lines, std::string_view words, Role role, Face face,
                  const std::function<std::size_t(std::string_view)>& fit);

/// Appends bytes as offset, hex and characters, as many in a row as fit (8 or 16).
void append_hex(TextLines& lines, std::string_view bytes, std::size_t columns);

} // namespace ui
