// One word looked for in many texts: ASCII letters match in either case unless it is minded, every
// other byte only itself. Made once for a word, then used on any number of texts. Pure; any thread
// may use its own copy. It knows nothing of JSON or of UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace model {

enum class LetterCase : std::uint8_t { ignored, minded };

class TextSearch {
public:
    static constexpr std::size_t kNotFound = std::string_view::npos;

    /// The empty word: found at once in every text.
    TextSearch() = default;
    explicit TextSearch(std::string_view word, LetterCase letters = LetterCase::ignored);

    bool empty() const { return word_.empty(); }
    std::size_t size() const { return word_.size(); }

    /// Offset of the first occurrence that begins at or after `from`; kNotFound when there is none.
    /// Reads no byte outside `text`.
    std::size_t find(std::string_view text, std::size_t from = 0) const;
    bool found_in(std::string_view text) const { return find(text) != kNotFound; }

private:
    bool here(const char* text) const;
    std::size_t find_plain(std::string_view text, std::size_t from) const;

    /// A byte of the word that is looked for first: text byte x fits when (x | fold) == byte.
    struct Probe {
        std::size_t at = 0;
        char byte = 0;
        char fold = 0; ///< 0x20 for a letter whose case does not matter, else 0
    };

    std::string word_; ///< its ASCII letters in lower case unless case is minded
    LetterCase letters_ = LetterCase::ignored;
    Probe near_, far_; ///< its two rarest bytes, near_.at <= far_.at
};

} // namespace model
