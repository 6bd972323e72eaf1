// Regular expressions: what every match must hold, so that most texts need no expression to be run.
#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "model/filter_program.h"

namespace model {
namespace {

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0x80) == 0; });
}

/// A letter that RE2 takes for another one when case is ignored: k is also the Kelvin sign, s the
/// long s.
bool folds_beyond_ascii(char c) {
    const char lower = static_cast<char>(c | 0x20);
    return lower == 'k' || lower == 's';
}

/// The longest run of plain characters that every match of `pattern` must hold; `*whole`: the
/// pattern is nothing else. Says nothing rather than something wrong.
std::string must_hold(std::string_view pattern, bool any_case, bool* whole) {
    constexpr std::string_view kSpecial = "\\^$.|?*+()[]{}";
    *whole = pattern.find_first_of(kSpecial) == std::string_view::npos && is_ascii(pattern);
    if (pattern.find_first_of("|(") != std::string_view::npos) *whole = false;
    std::string best, run;
    const auto end_run = [&] {
        if (run.size() > best.size()) best = run;
        run.clear();
    };
    if (pattern.find_first_of("|(") == std::string_view::npos) {
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            const char c = pattern[i];
            if (c == '?' || c == '*' || c == '{') {
                if (!run.empty()) run.pop_back(); // that one may be missing
                end_run();
                if (c == '{') i = std::min(pattern.find('}', i), pattern.size());
            } else if (c == '\\') {
                end_run();
                if (++i < pattern.size() &&
                    std::string_view("pPQx01234567").find(pattern[i]) != std::string_view::npos)
                    break; // takes more characters with it
            } else if (c == '[') {
                end_run();
                break; // where a class ends is RE2's to know
            } else if (kSpecial.find(c) != std::string_view::npos || !is_ascii({&c, 1}) ||
                       (any_case && folds_beyond_ascii(c))) {
                end_run();
            } else {
                run += c;
            }
        }
        end_run();
    }
    if (*whole && best != pattern) *whole = false;
    return best;
}

} // namespace

Expression make_expression(std::string_view pattern, bool any_case,
                           std::shared_ptr<const re2::RE2> re) {
    Expression made;
    bool whole = false;
    const std::string plain = must_hold(pattern, any_case, &whole);
    made.plain = TextSearch(plain, any_case ? LetterCase::ignored : LetterCase::minded);
    if (!whole || plain.empty()) made.re = std::move(re);
    return made;
}

bool Expression::found_in(std::string_view text) const {
    if (!plain.empty() && !plain.found_in(text)) return false;
    return re == nullptr || re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *re);
}

} // namespace model
