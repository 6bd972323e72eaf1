#include "app/filter_argument.h"

#include <unistd.h>

#include <algorithm>

#include "app/output.h"
#include "app/terminal.h"

namespace app {

std::string marked(const std::string& text, const model::FilterError& error) {
    const std::size_t begin = std::min(error.begin, text.size());
    const std::size_t end = std::clamp(error.end, begin, text.size());
    const auto columns = [&](std::size_t from, std::size_t to) {
        return display_width(shown_text(std::string_view(text).substr(from, to - from)));
    };
    std::string mark(columns(0, begin), ' ');
    mark += '^';
    const std::size_t width = columns(begin, end);
    if (width > 1) mark.append(width - 1, '~');
    return "  " + shown_text(text) + "\n  " + mark + '\n';
}

bool take_filter(const char* command, const std::vector<std::string>& words, std::size_t before,
                 model::Filter* filter) {
    if (words.size() > before + 1) {
        say(std::string(command) + ": \"" + words[before + 1] +
            "\" is too much: write the filter as one word, in quotes");
        return false;
    }
    if (words.size() <= before) return true;
    const std::string& text = words[before];
    model::Filter::Parsed parsed = model::Filter::parse(text);
    if (const auto* error = std::get_if<model::FilterError>(&parsed)) {
        say(std::string(command) + ": the filter is wrong: " + error->message);
        const std::string lines = marked(text, *error);
        // Nobody can be told when standard error itself does not work.
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, lines.data(), lines.size());
        return false;
    }
    *filter = std::get<model::Filter>(std::move(parsed));
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
