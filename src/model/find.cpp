#include "model/find.h"

#include <variant>

#include "model/filter_help.h"

namespace model {
namespace {

/// A text made by filter_word or filter_and is always a filter; a damaged one would show all.
Filter parsed(const std::string& text) {
    const Filter::Parsed made = Filter::parse(text);
    const Filter* filter = std::get_if<Filter>(&made);
    return filter ? *filter : Filter();
}

} // namespace

void Find::set_text(const std::string& text) {
    if (text == text_) return;
    text_ = text;
    word_ = text.empty() ? Filter() : parsed(filter_word(text));
    stale_ = true;
}

void Find::update(const Log& log, const ListFilter& shown, std::int64_t budget_ns) {
    if (stale_ || !(shown == shown_)) {
        stale_ = false;
        shown_ = shown;
        ListFilter both = shown;
        if (text_.empty()) {
            both = ListFilter(); // passes everything: costs nothing
        } else {
            both.filter = parsed(filter_and(shown.filter.text(), filter_word(text_)));
        }
        hits_.set_filter(both, log);
    }
    hits_.update(log, budget_ns);
}

bool Find::is_hit(EventId id) const {
    const std::uint64_t at = position_of(id);
    return at < size() && hits_.at(at) == id;
}

std::uint64_t Find::number_of(EventId id) const { return is_hit(id) ? position_of(id) + 1 : 0; }

EventId Find::next(EventId id) const {
    if (size() == 0) return 0;
    const std::uint64_t at = hits_.position_of(id + 1);
    return hits_.at(at < size() ? at : 0);
}

EventId Find::previous(EventId id) const {
    if (size() == 0) return 0;
    const std::uint64_t at = hits_.position_of(id);
    return hits_.at((at == 0 ? size() : at) - 1);
}

} // namespace model
