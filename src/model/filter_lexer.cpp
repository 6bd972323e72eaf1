#include "model/filter_lexer.h"

#include "base/text.h"
#include "model/json_path.h"
#include "wire/json_text.h"

namespace model {
namespace {

/// Whether the backslash at `text[at]` begins an escape that JSON knows; its length in `*size`.
bool json_escape(std::string_view text, std::size_t at, std::size_t* size) {
    if (at + 1 >= text.size()) return false;
    const char kind = text[at + 1];
    *size = kind == 'u' ? 6 : 2;
    if (kind != 'u') return std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos;
    if (at + 6 > text.size()) return false;
    return text.substr(at + 2, 4).find_first_not_of("0123456789abcdefABCDEF") ==
           std::string_view::npos;
}

} // namespace

bool is_filter_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_word_byte(char c) {
    return !is_filter_space(c) &&
           std::string_view("(),=!<>~&|\"?").find(c) == std::string_view::npos;
}

bool reads_as_number(std::string_view word, std::size_t* digits) {
    *digits = json_number_length(word);
    if (*digits == 0 || *digits == word.size()) return *digits != 0;
    const char c = static_cast<char>(word[*digits] | 0x20);
    return (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80) != 0;
}

void Lexer::skip_word() {
    while (at_ < text_.size() && is_word_byte(text_[at_])) ++at_;
}

Token Lexer::next() {
    while (at_ < text_.size() && is_filter_space(text_[at_])) ++at_;
    const std::size_t begin = at_;
    const auto token = [&](Token::Is is, std::size_t size, Compare how = Compare::equal) {
        at_ = begin + size;
        return Token{is, begin, at_, text_.substr(begin, size), {}, how};
    };
    const auto wrong = [&](const char* why) {
        Token made = token(Token::Is::wrong, 1);
        made.value = why;
        return made;
    };
    if (begin == text_.size()) return token(Token::Is::end, 0);
    const char c = text_[begin];
    const char following = begin + 1 < text_.size() ? text_[begin + 1] : '\0';
    switch (c) {
    case '"': return quoted(begin);
    case '(': return token(Token::Is::open, 1);
    case ')': return token(Token::Is::close, 1);
    case ',': return token(Token::Is::comma, 1);
    case '?': return token(Token::Is::question, 1);
    case '~': return token(Token::Is::tilde, 1);
    case '=': return token(Token::Is::compare, following == '=' ? 2 : 1, Compare::equal);
    case '!':
        if (following == '=') return token(Token::Is::compare, 2, Compare::unequal);
        return token(Token::Is::bang, 1);
    case '<':
        if (following == '=') return token(Token::Is::compare, 2, Compare::less_equal);
        return token(Token::Is::compare, 1, Compare::less);
    case '>':
        if (following == '=') return token(Token::Is::compare, 2, Compare::greater_equal);
        return token(Token::Is::compare, 1, Compare::greater);
    case '&':
        if (following == '&') return token(Token::Is::both, 2);
        return wrong("a single & means nothing: write `and` or &&, or put the text in quotes");
    case '|':
        if (following == '|') return token(Token::Is::either, 2);
        return wrong("a single | means nothing: write `or` or ||, or put the text in quotes");
    default: skip_word(); return token(Token::Is::word, at_ - begin);
    }
}

Token Lexer::quoted(std::size_t begin) {
    Token token;
    token.begin = begin;
    const auto wrong = [&](std::size_t from, std::size_t to, std::string why) {
        at_ = text_.size();
        return Token{Token::Is::wrong, from, to, text_.substr(from, to - from), std::move(why)};
    };
    const auto unclosed = [&] {
        return wrong(begin, text_.size(), "the closing quote is missing");
    };
    std::size_t at = begin + 1;
    for (std::size_t size = 0; at < text_.size() && text_[at] != '"'; at += size) {
        size = 1;
        if (text_[at] != '\\') continue;
        if (!json_escape(text_, at, &size)) {
            if (at + 1 == text_.size()) return unclosed();
            size = at + 1;
            base::utf8_next(text_, &size);
            return wrong(at, size, "this escape is not one of JSON's: write \\\\ for a backslash");
        }
    }
    if (at >= text_.size()) return unclosed();
    token.is = Token::Is::quoted;
    token.value = wire::unescaped_json(text_.substr(begin + 1, at - begin - 1));
    at_ = token.end = at + 1;
    token.text = text_.substr(begin, at_ - begin);
    return token;
}

bool Lexer::path_goes_on() {
    const std::size_t began = at_;
    while (at_ > 0 && at_ < text_.size() && text_[at_ - 1] == '[' && text_[at_] == '"') {
        if (quoted(at_).is != Token::Is::quoted || at_ == text_.size() || text_[at_] != ']') {
            at_ = began;
            return false;
        }
        skip_word();
    }
    return at_ != began;
}

/// It ends at the first slash that is neither escaped nor in [brackets].
Token Lexer::expression() {
    while (at_ < text_.size() && is_filter_space(text_[at_])) ++at_;
    const std::size_t begin = at_;
    Token token;
    token.begin = begin;
    if (begin == text_.size() || text_[begin] != '/') {
        token = next();
        token.is = Token::Is::wrong;
        token.value = "an expression between slashes belongs behind ~, as in text ~ /cpu.*9/i";
        return token;
    }
    bool in_brackets = false;
    std::size_t at = begin + 1;
    for (; at < text_.size() && (in_brackets || text_[at] != '/'); ++at) {
        if (text_[at] == '\\') {
            ++at;
        } else if (!in_brackets && text_[at] == '[') {
            in_brackets = true;
            if (at + 1 < text_.size() && text_[at + 1] == '^') ++at;
            if (at + 1 < text_.size() && text_[at + 1] == ']') ++at; // there it means itself
        } else if (text_[at] == ']') {
            in_brackets = false;
        }
    }
    if (at >= text_.size()) {
        at_ = text_.size();
        return {Token::Is::wrong, begin, at_, text_.substr(begin),
                in_brackets ? "the expression has a [ that is never closed"
                            : "the slash that closes the expression is missing"};
    }
    at_ = at + 1;
    skip_word();
    return {Token::Is::word, begin, at_, text_.substr(begin, at_ - begin), {}};
}

} // namespace model
