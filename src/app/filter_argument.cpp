#include "app/filter_argument.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <variant>

#include "app/output.h"
#include "app/terminal.h"
#include "model/filter_program.h"
#include "wire/envelope.h"

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
    if (times_) fill_time(event);
}

void EventContext::fill_time(wire::EventView* event) {
    constexpr std::uint64_t kRemembered = 1u << 18; // answers that come later have no time
    const std::int64_t ns = pairs_.take(*event, type_of(*event), types_);
    if (ns >= 0) event->rtt_ns = ns;
    if (event->id % kMost == 0 && event->id > kRemembered)
        pairs_.forget_below(event->id - kRemembered);
}

model::TypeId EventContext::type_of(const wire::EventView& event) {
    if (event.kind != wire::Kind::text) return 0;
    const wire::EnvelopeHead head = wire::read_envelope(event.payload);
    if (!head.has_type) return 0;
    const auto [found, added] = numbers_.try_emplace(head.type(), 0);
    if (added && types_.size() < kMost - 1) {
        found->second = static_cast<model::TypeId>(types_.size());
        types_.push_back({head.type(), 0, 0});
    }
    return found->second;
}

bool asks_for(const model::Filter& filter, model::Field field) {
    for (const model::FilterNode& node : filter.program().nodes) {
        const bool reads = node.op == model::FilterNode::Op::compare ||
                           node.op == model::FilterNode::Op::matches ||
                           node.op == model::FilterNode::Op::present;
        if (reads && node.field == field) return true;
    }
    return false;
}

} // namespace app
