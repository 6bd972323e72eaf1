// Paths as they are written in filters.
#include <algorithm>
#include <charconv>
#include <utility>

#include "model/filter_lexer.h"
#include "model/filter_parser.h"

namespace model {

std::variant<JsonPath, FilterError> parse_path(std::string_view text) {
    JsonPath path;
    std::size_t at = 0;
    const auto wrong = [&](std::size_t begin, std::size_t end, std::string why) {
        return FilterError{std::move(why), begin, std::min(std::max(end, begin + 1), text.size())};
    };
    bool name_due = true; // at the beginning and behind a dot
    if (text.substr(0, 1) == "$" && (text.size() == 1 || text[1] == '.' || text[1] == '[')) {
        at = 1;
        name_due = false;
    }
    while (at < text.size() || name_due) {
        if (at < text.size() && text[at] == '[' && (!name_due || at == 0)) {
            const std::size_t open = at++;
            if (at < text.size() && text[at] == '"') {
                Lexer lexer(text);
                lexer.go_to(at);
                const Token key = lexer.next();
                if (key.is != Token::Is::quoted) return FilterError{key.value, key.begin, key.end};
                path.push_back({key.value, 0, false});
                at = lexer.at();
            } else {
                JsonStep step{{}, 0, true};
                const char* const end = text.data() + text.size();
                const auto [last, error] = std::from_chars(text.data() + at, end, step.index);
                if (error != std::errc())
                    return wrong(open, std::min(text.find(']', at), text.size() - 1) + 1,
                                 "in a path, brackets hold an item's number or a quoted name: "
                                 "[0] or [\"odd key\"]");
                path.push_back(std::move(step));
                at = static_cast<std::size_t>(last - text.data());
            }
            if (at >= text.size() || text[at] != ']')
                return wrong(open, at + 1, "this [ needs its ]");
            ++at;
            name_due = false;
            continue;
        }
        if (!name_due) {
            if (text[at] != '.')
                return wrong(at, text.size(), "behind ] a path goes on with a dot or another [");
            ++at;
            name_due = true;
            continue;
        }
        const std::size_t end = std::min(text.find_first_of(".[]", at), text.size());
        if (end == at)
            return wrong(at > 0 ? at - 1 : 0, at + 1,
                         "a name is missing in this path; odd ones are written data[\"odd key\"]");
        if (end < text.size() && text[end] == ']') return wrong(end, end + 1, "this ] has no [");
        path.push_back({std::string(text.substr(at, end - at)), 0, false});
        at = end;
        name_due = false;
    }
    return path;
}

} // namespace model
