#include "ui/text_lines.h"

#include <cstdio>

#include "base/text.h"

namespace ui {
namespace {

/// Puts pieces into lines of at most `columns` characters.
class Breaker {
public:
    Breaker(TextLines& lines, std::size_t columns)
        : lines_(lines), columns_(columns < 8 ? 8 : columns) {}

    void new_line() {
        lines_.lines.push_back(static_cast<std::uint32_t>(lines_.pieces.size()));
        used_ = 0;
    }

    void put(std::string_view text, Role role) {
        std::size_t at = 0;
        while (at < text.size()) {
            std::size_t end = at;
            const bool line_ends = fill_line(text, &end);
            add(text.substr(at, end - at), role);
            at = end;
            if (line_ends) {
                ++at; // the line end itself is not shown
                new_line();
            } else if (at < text.size()) {
                new_line();
            }
        }
    }

private:
    /// Moves `*end` behind what still fits into the line; true when a line end stands there.
    bool fill_line(std::string_view text, std::size_t* end) {
        while (*end < text.size()) {
            if (text[*end] == '\n') return true;
            if (used_ >= columns_) return false;
            base::utf8_next(text, end);
            ++used_;
        }
        return false;
    }

    void add(std::string_view piece, Role role) {
        if (piece.empty()) return;
        const auto offset = static_cast<std::uint32_t>(lines_.text.size());
        lines_.text.append(piece);
        lines_.pieces.push_back(
            {offset, static_cast<std::uint32_t>(piece.size()), role, Face::mono});
    }

    TextLines& lines_;
    std::size_t columns_;
    std::size_t used_ = 0;
};

} // namespace

void append_text(TextLines& lines, std::string_view text, Role role, std::size_t columns) {
    Breaker breaker(lines, columns);
    breaker.new_line();
    breaker.put(text, role);
}

void append_words(TextLines& lines, std::string_view words, Role role, Face face,
                  const std::function<std::size_t(std::string_view)>& fit) {
    do {
        const std::string_view line = words.substr(0, fit(words));
        const auto offset = static_cast<std::uint32_t>(lines.text.size());
        lines.lines.push_back(static_cast<std::uint32_t>(lines.pieces.size()));
        lines.text.append(line);
        lines.pieces.push_back({offset, static_cast<std::uint32_t>(line.size()), role, face});
        words.remove_prefix(line.size());
        while (!words.empty() && words.front() == ' ') words.remove_prefix(1);
    } while (!words.empty());
}

void append_hex(TextLines& lines, std::string_view bytes, std::size_t columns) {
    const std::size_t in_row = columns >= 8 + 2 + 16 * 3 + 2 + 16 ? 16 : 8;
    Breaker breaker(lines, 200);
    for (std::size_t row = 0; row < bytes.size(); row += in_row) {
        const std::string_view part = bytes.substr(row, in_row);
        char offset[32];
        std::snprintf(offset, sizeof offset, "%08zx  ", row);
        std::string hex;
        std::string chars;
        for (const char byte : part) {
            hex += base::hex_from_bytes({&byte, 1}) + " ";
            chars += byte >= 0x20 && byte < 0x7F ? byte : '.';
        }
        hex.resize(in_row * 3 + 1, ' ');
        breaker.new_line();
        breaker.put(offset, Role::text3);
        breaker.put(hex, Role::text);
        breaker.put(chars, Role::text2);
    }
}

} // namespace ui
