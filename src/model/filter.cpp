#include "model/filter.h"

#include <algorithm>
#include <utility>

#include "model/filter_parser.h"
#include "model/filter_program.h"
#include "wire/envelope.h"

namespace model {
namespace {

constexpr std::uint32_t kAllKinds = (1u << static_cast<unsigned>(wire::Kind::status)) - 1;
constexpr std::uint8_t kAllDirs = 0x7;

const std::shared_ptr<const FilterProgram>& empty_program() {
    static const auto program = std::make_shared<const FilterProgram>();
    return program;
}

bool type_is_hidden(const ListFilter& filter, const wire::EventView& event) {
    if (filter.hidden_types.empty() || event.kind != wire::Kind::text) return false;
    const wire::EnvelopeHead head = wire::read_envelope(event.payload);
    return head.has_type && std::find(filter.hidden_types.begin(), filter.hidden_types.end(),
                                      head.type()) != filter.hidden_types.end();
}

} // namespace

Filter::Filter() : program_(empty_program()) {}

Filter::Parsed Filter::parse(std::string_view text) {
    auto parsed = parse_filter(text);
    if (auto* error = std::get_if<FilterError>(&parsed)) return std::move(*error);
    return Filter(
        std::make_shared<const FilterProgram>(std::move(std::get<FilterProgram>(parsed))));
}

const std::string& Filter::text() const { return program_->text; }
bool Filter::everything() const { return program_->nodes.empty(); }
bool Filter::matches(const wire::EventView& event) const { return run(*program_, event); }
const std::vector<TextSearch>& Filter::marks() const { return program_->marks; }

bool ListFilter::everything() const {
    return filter.everything() && (kinds & kAllKinds) == kAllKinds &&
           (dirs & kAllDirs) == kAllDirs && hidden_types.empty() && only_link == 0;
}

bool ListFilter::matches(const wire::EventView& event) const {
    return (kinds >> static_cast<unsigned>(event.kind) & 1u) != 0 &&
           (dirs >> static_cast<unsigned>(event.dir) & 1u) != 0 &&
           (only_link == 0 || event.link == only_link) && !type_is_hidden(*this, event) &&
           filter.matches(event);
}

} // namespace model
