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

bool take_filter(const char* command, const std::vector<std::string>& words, std::size_t before,
                 model::Filter* filter) {
    if (words.size() > before + 1) {
        say(std::string(command) + ": \"" + words[before + 1] +
            "\" is too much: write the filter as one word, in quotes");
        return false;
    }
    if (words.size() <= before) return true;
    std::optional<model::Filter> read = filter_argument(command, words[before]);
    if (!read) return false;
    *filter = std::move(*read);
    return true;
}

void EventContext::fill(wire::EventView* event) {
    if (event->kind == wire::Kind::connecting && event->details != nullptr) {
        if (urls_.size() >= kMost || event->conn < first_ || event->conn - first_ > kMost) {
            urls_.clear(); // absurd numbers, or a session without end: the oldest are let go
            first_ = event->conn;
        }
        const std::size_t at = event->conn - first_;
        if (urls_.size() <= at) urls_.resize(at + 1);
        urls_[at] = event->details->url;
    }
    const bool known = event->conn >= first_ && event->conn - first_ < urls_.size();
    if (event->url.empty() && known) event->url = urls_[event->conn - first_];
}

} // namespace app
