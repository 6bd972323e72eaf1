#include "model/filter_fields.h"

#include <array>

#include "wire/event.h"

namespace model {
namespace {

const std::vector<FieldInfo> kFields = {
    {Field::type, "type", FieldKind::string, "the message's top-level \"type\""},
    {Field::dir, "dir", FieldKind::word, "in, out, or - for what is neither"},
    {Field::kind, "kind", FieldKind::word,
     "text, binary, ping, pong, close, open, failed and more"},
    {Field::size, "size", FieldKind::bytes, "payload bytes of a frame, after inflation"},
    {Field::text, "text", FieldKind::string, "the payload of text and binary messages"},
    {Field::t, "t", FieldKind::seconds, "time since the start"},
    {Field::rtt, "rtt", FieldKind::seconds, "time since what this event answers"},
    {Field::code, "code", FieldKind::number, "close code, on close and closed"},
    {Field::conn, "conn", FieldKind::number, "number of the connection attempt, from 1"},
    {Field::n, "n", FieldKind::number, "number of the event, from 1"},
    {Field::url, "url", FieldKind::string, "the connection's address"},
    {Field::note, "note", FieldKind::string, "the text of a note"},
};

const FieldInfo kPathInfo = {Field::path, "", FieldKind::any, "a place in the payload's JSON"};

const std::vector<UnitInfo> kByteUnits = {
    {"B", 0, 1, "bytes"},
    {"kB", 3, 1, "1,000 bytes"},
    {"MB", 6, 1, "1,000 kB"},
    {"GB", 9, 1, "1,000 MB"},
    {"KiB", 0, 1024, "1,024 bytes"},
    {"MiB", 0, 1024.0 * 1024, "1,024 KiB"},
    {"GiB", 0, 1024.0 * 1024 * 1024, "1,024 MiB"},
};
const std::vector<UnitInfo> kTimeUnits = {
    {"ns", -9, 1, "nanoseconds"}, {"us", -6, 1, "microseconds"}, {"ms", -3, 1, "milliseconds"},
    {"s", 0, 1, "seconds"},       {"min", 0, 60, "minutes"},
};
const std::vector<UnitInfo> kNoUnits;

const OperatorInfo kEqual{"==", "is"}, kUnequal{"!=", "is there and is not"},
    kLess{"<", "is less than"}, kLessEqual{"<=", "is at most"}, kGreater{">", "is more than"},
    kGreaterEqual{">=", "is at least"}, kIn{"in", "is one of a list: in (a, b)"},
    kNotIn{"not in", "is none of a list: not in (a, b)"},
    kExpression{"~", "holds a regular expression: ~ /cpu.*9/i"}, kPresent{"?", "is there"};

const std::vector<OperatorInfo> kForWords = {kEqual, kUnequal, kIn, kNotIn, kExpression};
const std::vector<OperatorInfo> kForStrings = {kEqual,   kUnequal,     kExpression, kIn,
                                               kNotIn,   kPresent,     kLess,       kLessEqual,
                                               kGreater, kGreaterEqual};
const std::vector<OperatorInfo> kForNumbers = {kGreater, kLess, kGreaterEqual, kLessEqual, kEqual,
                                               kUnequal, kIn,   kNotIn,        kPresent};
const std::vector<OperatorInfo> kForAny = {kEqual,      kUnequal,      kGreater, kLess,
                                           kLessEqual,  kGreaterEqual, kIn,      kNotIn,
                                           kExpression, kPresent};

std::vector<std::string_view> kind_words() {
    std::vector<std::string_view> words;
    for (int k = 0; k < wire::kKindCount; ++k)
        if (static_cast<wire::Kind>(k) != wire::Kind::status)
            words.push_back(wire::word(static_cast<wire::Kind>(k)));
    return words;
}
const std::vector<std::string_view> kKindWords = kind_words();
const std::vector<std::string_view> kDirWords = {"in", "out", "-"};
const std::vector<std::string_view> kNoWords;

} // namespace

const std::vector<FieldInfo>& filter_fields() { return kFields; }

const FieldInfo& info(Field field) {
    for (const FieldInfo& known : kFields)
        if (known.field == field) return known;
    return kPathInfo;
}

Field field_from_name(std::string_view name) {
    for (const FieldInfo& known : kFields)
        if (name == known.name) return known.field;
    return Field::path;
}

const std::vector<UnitInfo>& filter_units(FieldKind kind) {
    switch (kind) {
    case FieldKind::bytes: return kByteUnits;
    case FieldKind::seconds: return kTimeUnits;
    default: return kNoUnits;
    }
}

std::string_view unit_list(FieldKind kind) {
    switch (kind) {
    case FieldKind::bytes: return "B, kB, MB, GB, KiB, MiB and GiB";
    case FieldKind::seconds: return "ns, us, ms, s and min";
    default: return "";
    }
}

const std::vector<OperatorInfo>& filter_operators(FieldKind kind) {
    switch (kind) {
    case FieldKind::word: return kForWords;
    case FieldKind::string: return kForStrings;
    case FieldKind::any: return kForAny;
    default: return kForNumbers;
    }
}

const std::vector<std::string_view>& filter_words(Field field) {
    switch (field) {
    case Field::dir: return kDirWords;
    case Field::kind: return kKindWords;
    default: return kNoWords;
    }
}

} // namespace model
