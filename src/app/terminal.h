// Events as rows for eyes: one line each, with everything in it that could drive a terminal
// escaped. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "wire/event.h"

namespace app {

struct RowStyle {
    bool color = false; ///< ANSI colours: one for each family of types, as in the window
    int columns = 0;    ///< rows are cut to so many displayed columns; 0: not cut
};

/// "01:09:54.655 ↓ text   llm_token             138 B  token "hel"  token_index 3", with its line
/// end. Life events are sentences. `status` gives nothing.
std::string row(const wire::EventView& event, const RowStyle& style);

/// Columns that a terminal shows `text` in: 0 for combining marks, 2 for wide letters and emoji.
std::size_t display_width(std::string_view text);

/// As much of `text` as fits `columns`; when something is left out it ends in "…".
std::string cut_to_width(std::string_view text, std::size_t columns);

/// As base::escape_for_terminal; code points that change the direction or the order of what is
/// shown, or that break lines, become \u{202e}.
std::string shown_text(std::string_view text);

/// How a session ended, as a sentence: "closed by the server, 1001 Going away, reason "bye"".
std::string ending_sentence(const wire::Details& details);

} // namespace app
