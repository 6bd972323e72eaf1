#include "app/filter_argument.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <variant>

#include "app/output.h"
#include "app/terminal.h"

namespace app {

std::string pointed_at(std::string_view text, const model::FilterError& error) {
    const std::string before = shown_text(text.substr(0, error.begin));
    const std::string wrong = shown_text(text.substr(error.begin, error.end - error.begin));
    const std::string behind = shown_text(text.substr(error.end));
    std::string lines = "  " + before + wrong + behind + "\n  ";
    lines.append(display_width(before), ' ');
    lines.append(std::max<std::size_t>(1, display_width(wrong)), '^');
    return lines + '\n';
}

std::optional<model::Filter> filter_argument(const std::string& command, std::string_view text) {
    model::Filter::Parsed parsed = model::Filter::parse(text);
    if (auto* filter = std::get_if<model::Filter>(&parsed)) return std::move(*filter);
    const model::FilterError& error = std::get<model::FilterError>(parsed);
    say(command + ": the filter is wrong: " + error.message);
    std::fputs(pointed_at(text, error).c_str(), stderr);
    return std::nullopt;
}

} // namespace app
