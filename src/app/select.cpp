#include "app/select.h"

#include <cstdio>
#include <cstdlib>

#include "base/clock.h"
#include "base/text.h"
#include "capture/csv_writer.h"
#include "model/filter.h"
#include "model/filter_program.h"
#include "wire/json_text.h"

namespace app {
namespace {

/// Cut at commas, but for those inside of data["odd,key"].
std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> parts(1);
    bool quoted = false;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i] == '"') quoted = !quoted;
        if (quoted && list[i] == '\\' && i + 1 < list.size()) parts.back() += list[i++];
        if (list[i] == ',' && !quoted)
            parts.emplace_back();
        else
            parts.back() += list[i];
    }
    return parts;
}

std::string seconds_text(std::int64_t ns) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%s%lld.%09lld", ns < 0 ? "-" : "",
                  static_cast<long long>(std::llabs(ns / base::kSecond)),
                  static_cast<long long>(std::llabs(ns % base::kSecond)));
    return buffer;
}

/// An object or a list as it stands, from its bracket in `text` to the one that closes it.
std::string_view whole_value(std::string_view text, std::string_view bracket) {
    const auto begin = static_cast<std::size_t>(bracket.data() - text.data());
    wire::JsonTokens tokens(text.substr(begin));
    std::size_t depth = 0;
    for (wire::JsonToken token; tokens.next(&token);) {
        if (token.part == wire::JsonPart::open) ++depth;
        if (token.part == wire::JsonPart::close && --depth == 0)
            return text.substr(begin, token.offset + token.size);
    }
    return text.substr(begin);
}

std::string json_field(std::string_view payload, const model::JsonPath& path) {
    const model::JsonValue value = model::find_json(payload, path);
    switch (value.kind) {
    case model::JsonKind::none: return {};
    case model::JsonKind::string:
        return value.escaped ? wire::unescaped_json(value.raw) : std::string(value.raw);
    case model::JsonKind::object:
    case model::JsonKind::list: return std::string(whole_value(payload, value.raw));
    default: return std::string(value.raw);
    }
}

/// As the filter sees it; times with all their decimals.
std::string built_in(model::Field field, const wire::EventView& event) {
    using model::Field;
    using Kind = model::Scalar::Kind;
    switch (field) {
    case Field::dir: return wire::word(event.dir);
    case Field::kind: return wire::word(event.kind);
    case Field::t: return seconds_text(event.mono_ns - event.start_mono_ns);
    case Field::rtt: return event.rtt_ns < 0 ? std::string() : seconds_text(event.rtt_ns);
    default: break;
    }
    std::string scratch;
    const model::Scalar value = model::value_of(field, event, &scratch);
    if (value.kind == Kind::string) return std::string(value.string);
    if (value.kind != Kind::number) return {};
    return std::to_string(static_cast<std::uint64_t>(value.number)); // sizes, numbers, codes
}

} // namespace

base::Result<Select> Select::parse(std::string_view list) {
    Select select;
    for (const std::string& part : split(list)) {
        Column column;
        column.name = base::trimmed(part);
        column.field = model::field_from_name(column.name);
        if (column.field == model::Field::path) {
            const model::Filter::Parsed parsed = model::Filter::parse(column.name + "?");
            const auto* filter = std::get_if<model::Filter>(&parsed);
            const auto* nodes = filter ? &filter->program().nodes : nullptr;
            if (column.name.empty() || nodes == nullptr || nodes->size() != 1 ||
                nodes->front().op != model::FilterNode::Op::present ||
                nodes->front().field != model::Field::path)
                return base::Error{"\"" + column.name +
                                       "\" is not a field: write names such as type, size or "
                                       "data.items[0].id, with commas between",
                                   {},
                                   {}};
            column.path = nodes->front().path;
        }
        select.columns_.push_back(std::move(column));
    }
    return select;
}

bool Select::has(model::Field field) const {
    for (const Column& column : columns_)
        if (column.field == field) return true;
    return false;
}

std::string Select::header() const {
    std::string line;
    for (const Column& column : columns_) {
        if (&column != &columns_.front()) line += ',';
        capture::append_csv(line, column.name);
    }
    return line + '\n';
}

void Select::append(std::string& out, const wire::EventView& event) const {
    for (const Column& column : columns_) {
        if (&column != &columns_.front()) out += ',';
        std::string value;
        if (column.field != model::Field::path)
            value = built_in(column.field, event);
        else if (event.has_payload)
            value = json_field(event.payload, column.path);
        // CSV is text: bytes that are none are shown as on a terminal.
        capture::append_csv(out,
                            base::utf8_valid(value) ? value : base::escape_for_terminal(value));
    }
    out += '\n';
}

} // namespace app
