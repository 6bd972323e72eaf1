#include "model/filter_help.h"

#include <algorithm>
#include <variant>

#include "base/text.h"
#include "model/filter.h"
#include "model/filter_lexer.h"
#include "model/filter_parser.h"

namespace model {
namespace {

using Is = Token::Is;

//--- while one types

/// Follows the tokens up to the cursor and keeps where in a term it is.
class Reader {
public:
    explicit Reader(std::string_view text, std::size_t cursor) : lexer_(text), cursor_(cursor) {}

    Typing read() {
        for (;;) {
            const bool expression = place_ == Place::expression;
            const std::size_t before = lexer_.at();
            Token token = expression ? lexer_.expression() : lexer_.next();
            if (token.is == Is::word && !expression && lexer_.path_goes_on()) {
                token.end = lexer_.at();
                token.text = lexer_.text().substr(token.begin, token.end - token.begin);
            }
            // The cursor is in the blanks before it, or in it, or touches it from behind.
            if (token.is == Is::end || cursor_ <= token.begin || cursor_ < token.end ||
                (cursor_ == token.end && can_grow(token)))
                return typing(token, before);
            take(token);
        }
    }

private:
    enum class Place : std::uint8_t {
        term,       ///< a term begins
        behind,     ///< behind a word that may be a field
        not_behind, ///< behind that word and `not`
        value,      ///< behind a comparison
        list,       ///< behind `in`
        in_list,    ///< a value of a list
        list_comma, ///< behind a value of a list
        expression, ///< behind ~
        done,       ///< behind a whole term
    };

    static bool can_grow(const Token& token) {
        return token.is == Is::word || token.is == Is::wrong;
    }

    void take_field(const Token& token) {
        name_ = std::string(token.text);
        place_ = Place::behind;
    }

    void take(const Token& token) {
        switch (place_) {
        case Place::not_behind:
            if (token.word("in")) {
                place_ = Place::list;
                return;
            }
            break;
        case Place::behind:
            if (token.is == Is::compare) {
                place_ = Place::value;
                return;
            }
            if (token.is == Is::tilde) {
                place_ = Place::expression;
                return;
            }
            if (token.word("in") || token.word("not")) {
                place_ = token.text == "in" ? Place::list : Place::not_behind;
                return;
            }
            if (token.is == Is::question) {
                place_ = Place::done;
                return;
            }
            break;
        case Place::list:
            if (token.is == Is::open) {
                place_ = Place::in_list;
                return;
            }
            break;
        case Place::in_list:
        case Place::list_comma:
            place_ = token.is == Is::comma   ? Place::in_list
                     : token.is == Is::close ? Place::done
                                             : Place::list_comma;
            return;
        case Place::value:
        case Place::expression: place_ = Place::done; return;
        case Place::term:
        case Place::done: break;
        }
        take_outside(token);
    }

    void take_outside(const Token& token) {
        const bool joins =
            token.word("and") || token.word("or") || token.word("not") || token.word("in");
        if (token.is == Is::word && !joins)
            take_field(token);
        else
            place_ = token.is == Is::quoted || token.is == Is::close ? Place::done : Place::term;
    }

    Typing typing(const Token& token, std::size_t before) const {
        Typing made;
        const bool inside = cursor_ > token.begin && token.is != Is::end;
        made.begin = inside ? token.begin : cursor_;
        made.end = inside ? token.end : cursor_;
        made.typed = std::string(lexer_.text().substr(made.begin, cursor_ - made.begin));
        const bool touches = before == cursor_ && cursor_ > 0; // no blank before the cursor
        switch (place_) {
        case Place::term:
        case Place::done:
        case Place::behind:
        case Place::not_behind: read_term(token, inside, touches, &made); break;
        case Place::value:
        case Place::in_list: read_value(token, inside, &made); break;
        case Place::list:
        case Place::list_comma:
        case Place::expression: break;
        }
        return made;
    }

    void read_term(const Token& token, bool inside, bool touches, Typing* made) const {
        if (inside && token.is != Is::word) return;
        const bool behind = place_ == Place::behind;
        if (behind && !touches) {
            // `type |`, `type n|`: an operator, or the next term.
            made->what = Typing::What::operation;
            set_field(made);
            return;
        }
        made->what = Typing::What::term;
    }

    void read_value(const Token& token, bool inside, Typing* made) const {
        if (inside && token.is != Is::word && token.is != Is::wrong && token.is != Is::quoted)
            return;
        made->what = Typing::What::value;
        set_field(made);
        made->quoted = !made->typed.empty() && made->typed.front() == '"';
        if (made->quoted) made->typed.erase(0, 1);
    }

    void set_field(Typing* made) const {
        made->field = field_from_name(name_);
        if (made->field != Field::path) return;
        auto path = parse_path(name_);
        if (auto* steps = std::get_if<JsonPath>(&path)) made->path = std::move(*steps);
    }

    Lexer lexer_;
    std::size_t cursor_;
    Place place_ = Place::term;
    std::string name_; ///< of the field
};

} // namespace

Typing typing_at(std::string_view text, std::size_t cursor) {
    return Reader(text, std::min(cursor, text.size())).read();
}

//--- pieces of filter text

namespace {

/// JSON escapes, and every byte that is not UTF-8 as it is.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        switch (c) {
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default: out += c;
        }
    }
    return out + '"';
}

bool is_bare(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_word_byte);
}

/// Whether a bare `text` behind a comparison would be something else than this string.
bool means_more(std::string_view text) {
    std::size_t digits = 0;
    return text == "true" || text == "false" || text == "null" || reads_as_number(text, &digits);
}

bool is_operator(std::string_view text) {
    return text == "and" || text == "or" || text == "not" || text == "in";
}

bool is_plain_name(std::string_view name) {
    return is_bare(name) && name.find_first_of(".[]") == std::string_view::npos;
}

/// A path that without `$` would be something else: an operator, a built-in field, the root.
bool needs_root(const JsonPath& path) {
    if (path.empty() || path.front().is_index || !is_plain_name(path.front().name)) return true;
    const std::string& name = path.front().name;
    return name == "$" ||
           (path.size() == 1 && (is_operator(name) || field_from_name(name) != Field::path));
}

} // namespace

std::string filter_value(std::string_view text) {
    return is_bare(text) && !means_more(text) ? std::string(text) : quoted(text);
}

std::string filter_word(std::string_view text) {
    return is_bare(text) && !is_operator(text) ? std::string(text) : quoted(text);
}

std::string filter_path(const JsonPath& path) {
    std::string out = needs_root(path) ? "$" : "";
    for (const JsonStep& step : path) {
        if (step.is_index) {
            out += '[' + std::to_string(step.index) + ']';
        } else if (is_plain_name(step.name)) {
            if (!out.empty()) out += '.';
            out += step.name;
        } else {
            out += '[' + quoted(step.name) + ']';
        }
    }
    return out;
}

std::string filter_equal(std::string_view field_or_path, std::string_view value) {
    return std::string(field_or_path) + " == " + filter_value(value);
}

std::string filter_and(std::string_view filter, std::string_view term) {
    if (base::trimmed(filter).empty()) return std::string(term);
    // Brackets only where an `or` outside of all others would take the term for its own.
    const Filter::Parsed parsed = Filter::parse(filter);
    const auto* whole = std::get_if<Filter>(&parsed);
    const bool any = whole != nullptr && !whole->everything() &&
                     whole->program().nodes.back().op == FilterNode::Op::any;
    const std::string left(base::trimmed(filter));
    return (any ? "(" + left + ")" : left) + " and " + std::string(term);
}

} // namespace model
