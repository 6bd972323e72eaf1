// The filter language's tokens. What a word means is the parser's business: `in` is an operator or
// a value by where it stands. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/filter_program.h"

namespace model {

struct Token {
    enum class Is : std::uint8_t {
        end,
        word,
        quoted,
        open,
        close,
        comma,
        compare,
        tilde,
        question,
        bang,
        both,   ///< &&
        either, ///< ||
        wrong,
    };
    Is is = Is::end;
    std::size_t begin = 0, end = 0;
    std::string_view text;        ///< as typed
    std::string value;            ///< quoted: with its escapes resolved; wrong: what is wrong
    Compare how = Compare::equal; ///< compare

    bool word(std::string_view which) const { return is == Is::word && text == which; }
};

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::size_t at() const { return at_; }
    void go_to(std::size_t at) { at_ = at; }
    std::string_view text() const { return text_; }

    Token next();
    /// As `next`, without moving.
    Token peek() const {
        Lexer copy(*this);
        return copy.next();
    }

    /// Behind a word that ends in `[`, at a quote: goes on over `"odd key"]` and what follows it of
    /// the same path. False, and not moved, when that is not what stands there.
    bool path_goes_on();

    /// `/expression/flags`, behind blanks: the token is a word (`text` with its slashes), or wrong.
    Token expression();

private:
    Token quoted(std::size_t begin);
    void skip_word();
    std::string_view text_;
    std::size_t at_ = 0;
};

/// Space, tab, line end.
bool is_filter_space(char c);
/// A byte that can be part of a bare word.
bool is_word_byte(char c);
/// A bare word that is a number, or a number with letters behind it. `*digits`: bytes of the
/// number.
bool reads_as_number(std::string_view word, std::size_t* digits);

} // namespace model
