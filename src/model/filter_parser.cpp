// Index of this file: values · the parser: or, and, not, terms · what is made of a term · nodes.
//
//   or      = and { ("or" | "||") and }
//   and     = not { ["and" | "&&"] not }
//   not     = ("not" | "!") not | "(" or ")" | term
//   term    = field compare value | field ["not"] "in" list | field "~" /expression/ | field "?"
//           | word | quoted
#include "model/filter_parser.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <optional>
#include <utility>

#include <re2/re2.h>

#include "base/text.h"
#include "model/filter_lexer.h"

namespace model {
namespace {

using Op = FilterNode::Op;
using Is = Token::Is;

/// Brackets and `not`s inside one another: more is no filter that anybody wrote.
constexpr int kDeepest = 200;

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

//--- values

/// "301.205" with a unit of 10^-3 is the number 0.301205, rounded once.
double scaled(std::string_view number, const UnitInfo& unit) {
    if (unit.exponent == 0) return json_number(number) * unit.factor;
    std::size_t e = std::min(number.find_first_of("eE"), number.size());
    long exponent = 0;
    if (e < number.size()) {
        const char* first = number.data() + e + 1;
        if (*first == '+') ++first;
        if (std::from_chars(first, number.data() + number.size(), exponent).ec != std::errc())
            return json_number(number); // far beyond double either way
    }
    const std::string shifted =
        std::string(number.substr(0, e)) + "e" + std::to_string(exponent + unit.exponent);
    return json_number(shifted) * unit.factor;
}

Literal string_literal(std::string_view text) {
    Literal literal;
    literal.string = text;
    return literal;
}

Literal number_literal(double number) {
    Literal literal;
    literal.kind = Scalar::Kind::number;
    literal.number = number;
    return literal;
}

/// Bytes that a payload holds, or a backslash, when the term about a path is true for it: the
/// string it is equal to, what its expression needs, or the last name of the path.
TextSearch rare_bytes(const FilterNode& term) {
    if (term.op == Op::matches && !term.expression.plain.empty()) return term.expression.plain;
    const bool one_string = term.op == Op::compare && term.how == Compare::equal &&
                            term.values.size() == 1 &&
                            term.values.front().kind == Scalar::Kind::string;
    if (one_string) return TextSearch('"' + term.values.front().string + '"', LetterCase::minded);
    for (auto step = term.path.rbegin(); step != term.path.rend(); ++step)
        if (!step->is_index) return TextSearch('"' + step->name + '"', LetterCase::minded);
    return TextSearch();
}

//--- the parser

class Parser {
public:
    explicit Parser(std::string_view text) : lexer_(text) { program_.text = std::string(text); }

    std::variant<FilterProgram, FilterError> parse() {
        if (lexer_.peek().is == Is::end) return std::move(program_);
        std::uint32_t root = 0;
        if (!any(&root)) return std::move(error_);
        const Token rest = lexer_.peek();
        if (rest.is != Is::end) {
            unexpected(rest);
            return std::move(error_);
        }
        finish(root);
        return std::move(program_);
    }

private:
    // Each step returns false with `error_` set, or puts a node and gives its number.
    bool any(std::uint32_t* node);
    bool all(std::uint32_t* node);
    bool one(std::uint32_t* node);
    bool bracketed(const Token& open, std::uint32_t* node);
    bool term(std::uint32_t* node);
    bool field_term(const Token& field, std::uint32_t* node);
    bool word_term(std::string_view word, std::uint32_t* node);
    bool read_field(const Token& name, FilterNode* term);
    bool read_compare(FilterNode* term);
    bool read_list(const Token& in, FilterNode* term);
    bool read_expression(FilterNode* term);
    bool read_value(const Token& behind, FilterNode* term);
    bool value_of(const Token& token, FilterNode* term);
    bool number_of(const Token& token, std::size_t digits, FilterNode* term);
    void finish_words(FilterNode* term) const;

    bool field_follows();
    bool starts_term(const Token& token) const;
    bool wrong(const Token& token, std::string why) {
        return wrong(token.begin, token.end, std::move(why));
    }
    bool wrong(std::size_t begin, std::size_t end, std::string why);
    bool unexpected(const Token& token);
    Token take() {
        last_ = lexer_.next();
        return last_;
    }
    std::uint32_t put(FilterNode node);
    std::uint32_t put_group(Op op, std::vector<std::uint32_t> children);
    void finish(std::uint32_t root);
    void collect_marks(std::uint32_t node);

    Lexer lexer_;
    FilterProgram program_;
    FilterError error_;
    Token last_;
    int depth_ = 0;
};

bool Parser::wrong(std::size_t begin, std::size_t end, std::string why) {
    error_ = {std::move(why), begin, end};
    return false;
}

/// A token that cannot stand where it stands.
bool Parser::unexpected(const Token& token) {
    const std::string shown(token.text);
    switch (token.is) {
    case Is::wrong: return wrong(token, token.value);
    case Is::end: {
        if (last_.is == Is::end) return wrong(token, "a term is missing");
        return wrong(last_, "a term is missing behind " + in_quotes(last_.text));
    }
    case Is::close: return wrong(token, "this ) closes nothing");
    case Is::comma:
        return wrong(token, "a comma stands in a list only, as in kind in (ping, pong)");
    case Is::compare:
    case Is::tilde:
    case Is::question:
        return wrong(token, "a field is missing before " + shown + ", as in type == latency_trace");
    case Is::both:
    case Is::either: return wrong(token, "a term is missing before " + shown);
    case Is::word:
        if (token.text == "in")
            return wrong(token, "a field is missing before \"in\", as in kind in (ping, pong)");
        return wrong(token, "a term is missing before " + in_quotes(shown));
    default: return wrong(token, in_quotes(shown) + " cannot stand here");
    }
}

bool Parser::starts_term(const Token& token) const {
    switch (token.is) {
    case Is::word: return token.text != "or" && token.text != "and" && token.text != "in";
    case Is::quoted:
    case Is::open:
    case Is::bang: return true;
    default: return false;
    }
}

bool Parser::any(std::uint32_t* node) {
    std::vector<std::uint32_t> children;
    for (;;) {
        children.emplace_back();
        if (!all(&children.back())) return false;
        const Token token = lexer_.peek();
        if (token.is != Is::either && !token.word("or")) break;
        take();
    }
    *node = put_group(Op::any, std::move(children));
    return true;
}

bool Parser::all(std::uint32_t* node) {
    std::vector<std::uint32_t> children;
    for (;;) {
        children.emplace_back();
        if (!one(&children.back())) return false;
        const Token token = lexer_.peek();
        if (token.is == Is::both || token.word("and"))
            take();
        else if (!starts_term(token))
            break;
    }
    *node = put_group(Op::all, std::move(children));
    return true;
}

bool Parser::one(std::uint32_t* node) {
    const Token token = lexer_.peek();
    const bool negation = token.is == Is::bang || (token.word("not"));
    if (token.is != Is::open && !negation) return term(node);
    if (depth_ == kDeepest) return wrong(token, "this is nested too deeply");
    take();
    ++depth_;
    if (negation) {
        std::uint32_t inner = 0;
        if (!one(&inner)) return false;
        FilterNode made;
        made.op = Op::negated;
        made.cost = program_.nodes[inner].cost;
        made.children = {inner};
        *node = put(std::move(made));
    } else if (!bracketed(token, node)) {
        return false;
    }
    --depth_;
    return true;
}

bool Parser::bracketed(const Token& open, std::uint32_t* node) {
    const Token first = lexer_.peek();
    if (first.is == Is::close)
        return wrong(open.begin, first.end, "there is nothing between these parentheses");
    if (first.is == Is::end) return wrong(open, "this ( is never closed");
    if (!any(node)) return false;
    const Token close = lexer_.peek();
    if (close.is == Is::end) return wrong(open, "this ( is never closed");
    if (close.is != Is::close) return unexpected(close);
    take();
    return true;
}

/// Whether the word that was just read is a field.
bool Parser::field_follows() {
    Lexer ahead(lexer_);
    const Token token = ahead.next();
    if (token.is == Is::compare || token.is == Is::tilde || token.is == Is::question) return true;
    return token.word("in") || (token.word("not") && ahead.next().word("in"));
}

bool Parser::term(std::uint32_t* node) {
    if (!starts_term(lexer_.peek())) return unexpected(lexer_.peek());
    Token token = take();
    if (token.is == Is::quoted) {
        if (field_follows() && lexer_.peek().is != Is::word)
            return wrong(token, "a text in quotes is no field; a name with odd characters is "
                                "written $[\"odd name\"]");
        return word_term(token.value, node);
    }
    const std::size_t behind = lexer_.at();
    if (token.text.back() == '[' && lexer_.path_goes_on()) {
        if (field_follows()) {
            token.end = lexer_.at();
            token.text = lexer_.text().substr(token.begin, token.end - token.begin);
            last_ = token;
            return field_term(token, node);
        }
        lexer_.go_to(behind);
    }
    return field_follows() ? field_term(token, node) : word_term(token.text, node);
}

bool Parser::word_term(std::string_view word, std::uint32_t* node) {
    FilterNode made;
    made.op = Op::search;
    made.search = Search(word);
    made.cost = 3;
    *node = put(std::move(made));
    return true;
}

//--- what is made of a term

std::uint8_t cost_of(Field field) {
    switch (field) {
    case Field::type: return 1;
    case Field::url:
    case Field::note: return 2;
    case Field::text: return 3;
    case Field::path: return 4;
    default: return 0;
    }
}

bool Parser::read_field(const Token& name, FilterNode* term) {
    term->field = field_from_name(name.text);
    term->cost = cost_of(term->field);
    if (term->field != Field::path) return true;
    auto path = parse_path(name.text);
    if (const auto* error = std::get_if<FilterError>(&path))
        return wrong(name.begin + error->begin, name.begin + error->end, error->message);
    term->path = std::move(std::get<JsonPath>(path));
    return true;
}

bool Parser::field_term(const Token& name, std::uint32_t* node) {
    FilterNode term;
    if (!read_field(name, &term)) return false;
    const Token token = take();
    bool negated = false, read = false;
    if (token.is == Is::question) {
        term.op = Op::present;
        read = true;
    } else if (token.is == Is::tilde) {
        term.op = Op::matches;
        read = read_expression(&term);
    } else if (token.is == Is::compare) {
        term.op = Op::compare;
        term.how = token.how;
        read = read_value(token, &term);
    } else {
        negated = token.text == "not";
        term.op = Op::compare;
        read = read_list(negated ? take() : token, &term);
    }
    if (!read) return false;
    finish_words(&term);
    if (term.field == Field::path) term.rare = rare_bytes(term);
    if (term.field == Field::type) term.type_term = program_.type_terms++;
    *node = put(std::move(term));
    if (!negated) return true;
    FilterNode made;
    made.op = Op::negated;
    made.cost = program_.nodes[*node].cost;
    made.children = {*node};
    *node = put(std::move(made));
    return true;
}

bool Parser::read_value(const Token& behind, FilterNode* term) {
    const Token token = take();
    if (token.is == Is::wrong) return wrong(token, token.value);
    if (token.is == Is::end)
        return wrong(behind, "a value is missing behind " + std::string(behind.text));
    return value_of(token, term);
}

bool Parser::read_list(const Token& in, FilterNode* term) {
    const Token open = take();
    if (open.is == Is::wrong) return wrong(open, open.value);
    if (open.is != Is::open)
        return wrong(open.is == Is::end ? in : open,
                     "\"in\" is followed by a list in parentheses, as in kind in (ping, pong)");
    if (lexer_.peek().is == Is::close)
        return wrong(open.begin, take().end, "a list needs at least one value");
    for (;;) {
        const Token token = take();
        if (token.is == Is::end) return wrong(open, "this ( is never closed");
        if (token.is == Is::wrong) return wrong(token, token.value);
        if (!value_of(token, term)) return false;
        const Token behind = take();
        if (behind.is == Is::close) return true;
        if (behind.is == Is::end) return wrong(open, "this ( is never closed");
        if (behind.is == Is::wrong) return wrong(behind, behind.value);
        if (behind.is != Is::comma)
            return wrong(behind, "between the values of a list stands a comma");
    }
}

bool Parser::value_of(const Token& token, FilterNode* term) {
    if (token.is != Is::word && token.is != Is::quoted)
        return wrong(token, "a value is missing before " + std::string(token.text) +
                                ": a word, a number or a text in quotes");
    const std::vector<std::string_view>& words = filter_words(term->field);
    const std::string_view word =
        token.is == Is::quoted ? std::string_view(token.value) : token.text;
    if (!words.empty()) {
        if (std::find(words.begin(), words.end(), word) == words.end()) {
            std::string known;
            for (const std::string_view each : words)
                known += (known.empty() ? "" : ", ") + std::string(each);
            return wrong(token, std::string(info(term->field).name) + " is never " +
                                    in_quotes(word) + "; it is one of " + known);
        }
        term->values.push_back(string_literal(word));
        return true;
    }
    if (token.is == Is::quoted) {
        term->values.push_back(string_literal(word));
        return true;
    }
    if (word == "true" || word == "false" || word == "null") {
        Literal literal;
        literal.kind = word == "null" ? Scalar::Kind::null : Scalar::Kind::boolean;
        literal.boolean = word == "true";
        term->values.push_back(std::move(literal));
        return true;
    }
    std::size_t digits = 0;
    if (reads_as_number(word, &digits)) return number_of(token, digits, term);
    term->values.push_back(string_literal(word));
    return true;
}

/// A token that begins with a number of `digits` bytes: it is that, with or without a unit.
bool Parser::number_of(const Token& token, std::size_t digits, FilterNode* term) {
    const std::string_view number = token.text.substr(0, digits), name = token.text.substr(digits);
    if (name.empty()) {
        term->values.push_back(number_literal(json_number(number)));
        return true;
    }
    const FieldKind kind = info(term->field).kind;
    for (const UnitInfo& unit : filter_units(kind)) {
        if (name != unit.name) continue;
        term->values.push_back(number_literal(scaled(number, unit)));
        return true;
    }
    if (!filter_units(kind).empty())
        return wrong(token.begin + digits, token.end,
                     std::string(info(term->field).name) + " knows the units " +
                         std::string(unit_list(kind)) + ", not " + in_quotes(name));
    return wrong(token, in_quotes(token.text) +
                            " is neither a number nor a word; as a text it is "
                            "written in quotes: \"" +
                            std::string(token.text) + "\"");
}

bool Parser::read_expression(FilterNode* term) {
    const FieldInfo& field = info(term->field);
    if (field.kind == FieldKind::number || field.kind == FieldKind::bytes ||
        field.kind == FieldKind::seconds)
        return wrong(last_, std::string(field.name) + " is a number: ~ looks into texts only");
    const Token tilde = last_;
    const Token token = last_ = lexer_.expression();
    if (token.begin == token.end)
        return wrong(tilde, "an expression between slashes is missing behind ~");
    if (token.is == Is::wrong) return wrong(token, token.value);
    const std::size_t slash = token.text.rfind('/');
    const std::string_view flags = token.text.substr(slash + 1);
    if (!flags.empty() && flags != "i")
        return wrong(token.begin + slash + 1, token.end,
                     "behind an expression only i (ignore case) can stand, not " +
                         in_quotes(flags));
    const std::string_view pattern = token.text.substr(1, slash - 1);
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(flags.empty());
    const auto re =
        std::make_shared<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (!re->ok()) {
        const std::size_t at =
            re->error_arg().empty() ? pattern.npos : pattern.find(re->error_arg());
        const std::size_t begin = at == pattern.npos ? token.begin : token.begin + 1 + at;
        const std::size_t end = at == pattern.npos ? token.end : begin + re->error_arg().size();
        return wrong(begin, end, "this is no regular expression: " + re->error());
    }
    term->expression = make_expression(pattern, !flags.empty(), re);
    if (term->field == Field::text || term->field == Field::path) term->cost = 5;
    return true;
}

/// dir and kind have few words: what a term says of each is worked out here.
void Parser::finish_words(FilterNode* term) const {
    const std::vector<std::string_view>& words = filter_words(term->field);
    if (words.empty()) return;
    for (std::size_t i = 0; i < words.size(); ++i) {
        bool holds = term->op == Op::present;
        if (term->op == Op::matches) holds = term->expression.found_in(words[i]);
        for (const Literal& value : term->values)
            holds = holds ||
                    compare({Scalar::Kind::string, false, 0, words[i]}, term->how, value.view());
        if (holds) term->mask |= 1u << i;
    }
    term->op = Op::one_of;
}

//--- nodes

std::uint32_t Parser::put(FilterNode node) {
    program_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(program_.nodes.size() - 1);
}

/// One child is its own group. The cheap ones go first: the order does not change what holds.
std::uint32_t Parser::put_group(Op op, std::vector<std::uint32_t> children) {
    if (children.size() == 1) return children.front();
    const auto cost = [&](std::uint32_t child) { return program_.nodes[child].cost; };
    std::stable_sort(children.begin(), children.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return cost(a) < cost(b); });
    FilterNode group;
    group.op = op;
    group.cost = cost(children.back());
    group.children = std::move(children);
    return put(std::move(group));
}

void Parser::finish(std::uint32_t root) {
    assert(root + 1 == program_.nodes.size()); // whatever holds others is put behind them
    collect_marks(root);
}

void Parser::collect_marks(std::uint32_t number) {
    const FilterNode& node = program_.nodes[number];
    if (node.op == Op::negated) return;
    if (node.op == Op::search) {
        if (!node.search.plain.empty()) program_.marks.push_back(node.search.plain);
        if (!node.search.escaped.empty()) program_.marks.push_back(node.search.escaped);
    }
    for (const std::uint32_t child : node.children) collect_marks(child);
}

} // namespace

std::variant<FilterProgram, FilterError> parse_filter(std::string_view text) {
    return Parser(text).parse();
}

} // namespace model
