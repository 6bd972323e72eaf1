#include "model/text_search.h"

#include <array>
#include <cstring>

#include "base/text.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace model {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

constexpr std::array<char, 256> lower_table() {
    std::array<char, 256> table{};
    for (int i = 0; i < 256; ++i)
        table[static_cast<std::size_t>(i)] = static_cast<char>(i >= 'A' && i <= 'Z' ? i + 32 : i);
    return table;
}
constexpr auto kLower = lower_table();

char lower(char c) { return kLower[static_cast<unsigned char>(c)]; }

/// How common a byte is in JSON messages of English words; what is not here is rare (0).
constexpr std::array<unsigned char, 256> commonness_table() {
    constexpr std::string_view kRareToCommon =
        "zqjxkvw%/()+ybfghpu98765432mdlcr}{1-.nsoi0at_e:, \"";
    std::array<unsigned char, 256> table{};
    for (std::size_t i = 0; i < kRareToCommon.size(); ++i)
        table[static_cast<unsigned char>(kRareToCommon[i])] = static_cast<unsigned char>(i + 1);
    return table;
}
constexpr auto kCommonness = commonness_table();

unsigned char commonness(char c) { return kCommonness[static_cast<unsigned char>(c)]; }

/// Position of the rarest byte of `word`, `but` left out.
std::size_t rarest(const std::string& word, std::size_t but) {
    std::size_t best = but == 0 ? 1 : 0;
    for (std::size_t i = best + 1; i < word.size(); ++i)
        if (i != but && commonness(word[i]) < commonness(word[best])) best = i;
    return best;
}

} // namespace

TextSearch::TextSearch(std::string_view word, LetterCase letters)
    : word_(letters == LetterCase::minded ? std::string(word) : base::ascii_lower(word)),
      letters_(letters) {
    if (word_.empty()) return;
    const auto probe = [this](std::size_t at) {
        const bool folds = letters_ == LetterCase::ignored && is_lower(word_[at]);
        return Probe{at, word_[at], static_cast<char>(folds ? 0x20 : 0)};
    };
    const std::size_t first = rarest(word_, word_.size());
    const std::size_t second = word_.size() > 1 ? rarest(word_, first) : first;
    near_ = probe(first < second ? first : second);
    far_ = probe(first < second ? second : first);
}

bool TextSearch::here(const char* text) const {
    if (letters_ == LetterCase::minded) return std::memcmp(text, word_.data(), word_.size()) == 0;
    for (std::size_t i = 0; i < word_.size(); ++i)
        if (lower(text[i]) != word_[i]) return false;
    return true;
}

/// For short texts, and for machines without SSE2.
std::size_t TextSearch::find_plain(std::string_view text, std::size_t from) const {
    for (std::size_t i = from; i + word_.size() <= text.size(); ++i)
        if ((text[i + near_.at] | near_.fold) == near_.byte && here(text.data() + i)) return i;
    return kNotFound;
}

#if defined(__SSE2__)

std::size_t TextSearch::find(std::string_view text, std::size_t from) const {
    if (word_.empty()) return from <= text.size() ? from : kNotFound;
    if (from > text.size() || text.size() - from < word_.size()) return kNotFound;
    const std::size_t reach = far_.at + 16; // bytes that one step of 16 beginnings looks at
    if (text.size() - from < reach) return find_plain(text, from);

    const __m128i near_byte = _mm_set1_epi8(near_.byte), near_fold = _mm_set1_epi8(near_.fold);
    const __m128i far_byte = _mm_set1_epi8(far_.byte), far_fold = _mm_set1_epi8(far_.fold);
    const auto load = [&](std::size_t at) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    };
    // The last step is moved back so that it ends with the text; it looks at some bytes again.
    const std::size_t last_step = text.size() - reach;
    const std::size_t last_start = text.size() - word_.size();
    for (std::size_t i = from;; i = i + 16 < last_step ? i + 16 : last_step) {
        const __m128i near = _mm_or_si128(load(i + near_.at), near_fold);
        const __m128i far = _mm_or_si128(load(i + far_.at), far_fold);
        auto hits = static_cast<unsigned>(_mm_movemask_epi8(
            _mm_and_si128(_mm_cmpeq_epi8(near, near_byte), _mm_cmpeq_epi8(far, far_byte))));
        for (; hits != 0; hits &= hits - 1) {
            const std::size_t start = i + static_cast<std::size_t>(__builtin_ctz(hits));
            if (start <= last_start && here(text.data() + start)) return start;
        }
        if (i == last_step) return kNotFound;
    }
}

#else

std::size_t TextSearch::find(std::string_view text, std::size_t from) const {
    if (word_.empty()) return from <= text.size() ? from : kNotFound;
    return find_plain(text, from);
}

#endif

} // namespace model
