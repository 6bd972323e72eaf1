// Random filters on random documents: the compiled filter against a slow, plain evaluator over
// nlohmann::json. Taken out is what CONTRACT.md names as different: names that come twice, NaN and
// its like, lone surrogates, payloads that are no JSON.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include "base/text.h"
#include "model/filter_cases.h"
#include "model/filter_help.h"
#include "model/make_events.h"

using nlohmann::json;
using test::Dice;

namespace {

const std::vector<std::string> kNames = {"a",       "b",        "type", "size",
                                         "odd key", "\xc3\xa9", "x.y",  ""};
const std::vector<std::string> kStrings = {
    "a",           "b",   "alpha", "Alpha",     "",      "a b",
    "caf\xc3\xa9", "5",   "true",  "say \"x\"", "1.5\n", "\xf0\x9f\x91\x8d",
    "back\\slash", "\x7f"};
const std::vector<std::string> kNumbers = {"0",
                                           "1",
                                           "-1",
                                           "1.5",
                                           "1.50",
                                           "2",
                                           "1e3",
                                           "1000",
                                           "0.1",
                                           "-0",
                                           "15e-1",
                                           "1E+3",
                                           "9007199254740992",
                                           "9007199254740991",
                                           "1e308",
                                           "0.30000000000000004"};

template <class T>
const T& pick(Dice& dice, const std::vector<T>& from) {
    return from[dice.below(static_cast<unsigned>(from.size()))];
}

//--- documents

std::string blanks(Dice& dice) {
    static const std::vector<std::string> kBlanks = {"", "", "", " ", "\n", "\t "};
    return pick(dice, kBlanks);
}

/// A JSON string, some of its characters as escapes.
std::string written(Dice& dice, const std::string& text) {
    std::string out = "\"";
    const unsigned how = dice.below(4);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t from = at;
        const std::uint32_t point = base::utf8_next(text, &at);
        char escape[16];
        if (how == 0 && point < 0x10000 && dice.below(2) == 0) {
            std::snprintf(escape, sizeof escape, dice.below(2) ? "\\u%04x" : "\\u%04X",
                          static_cast<unsigned>(point));
            out += escape;
        } else if (how == 1 && point >= 0x10000) {
            const std::uint32_t rest = point - 0x10000;
            std::snprintf(escape, sizeof escape, "\\u%04x\\u%04x",
                          static_cast<unsigned>(0xD800 + (rest >> 10)),
                          static_cast<unsigned>(0xDC00 + (rest & 0x3FF)));
            out += escape;
        } else {
            std::string quoted;
            base::append_json_string(quoted, std::string_view(text).substr(from, at - from));
            out += quoted.substr(1, quoted.size() - 2);
        }
    }
    return out + '"';
}

std::string value(Dice& dice, int depth);

std::string object(Dice& dice, int depth) {
    std::string out = "{";
    std::vector<std::string> names = kNames;
    for (unsigned left = dice.below(6); left > 0; --left) {
        const std::size_t which = dice.below(static_cast<unsigned>(names.size()));
        if (out.size() > 1) out += ",";
        out += blanks(dice) + written(dice, names[which]) + blanks(dice) + ":" + blanks(dice) +
               value(dice, depth + 1) + blanks(dice);
        names.erase(names.begin() + static_cast<std::ptrdiff_t>(which));
    }
    return out + "}";
}

std::string list(Dice& dice, int depth) {
    std::string out = "[";
    for (unsigned left = dice.below(4); left > 0; --left) {
        if (out.size() > 1) out += ",";
        out += blanks(dice) + value(dice, depth + 1) + blanks(dice);
    }
    return out + "]";
}

std::string value(Dice& dice, int depth) {
    switch (dice.below(depth > 3 ? 6 : 9)) {
    case 0: return "null";
    case 1: return dice.below(2) ? "true" : "false";
    case 2:
    case 3: return pick(dice, kNumbers);
    case 4:
    case 5: return written(dice, pick(dice, kStrings));
    case 6: return list(dice, depth);
    default: return object(dice, depth);
    }
}

//--- filters, as a tree that is written down and evaluated by itself

struct Plain {
    enum class Is { all, any, negated, search, compare, in, not_in, present, expression };
    Is is = Is::search;
    std::vector<Plain> parts;
    std::string field; ///< built in; empty: `path`
    model::JsonPath path;
    std::string how;
    std::vector<json> values;
    std::string text; ///< search, expression
    bool any_case = false;
};

model::JsonPath random_path(Dice& dice) {
    model::JsonPath path;
    for (unsigned left = 1 + dice.below(3); left > 0; --left) {
        if (dice.below(4) == 0)
            path.push_back({{}, dice.below(3), true});
        else
            path.push_back({pick(dice, kNames), 0, false});
    }
    return path;
}

json random_value(Dice& dice) {
    switch (dice.below(6)) {
    case 0: return nullptr;
    case 1: return dice.below(2) == 0;
    case 2:
    case 3: return json::parse(pick(dice, kNumbers));
    default: return pick(dice, kStrings);
    }
}

Plain term(Dice& dice) {
    static const std::vector<std::string> kHow = {"==", "!=", "<", "<=", ">", ">=", "="};
    static const std::vector<std::string> kWords = {"a",   "ALPHA", "5", "\xc3\xa9",
                                                    "a b", "\"x",   "\\"};
    static const std::vector<std::string> kExpressions = {"^a",    "a|b", "l.h", "^$",
                                                          "[0-9]", "\\s", "PH"};
    static const std::vector<std::string> kFields = {"type", "size", "n", "text"};
    Plain made;
    if (dice.below(4) == 0) {
        made.text = pick(dice, kWords);
        return made;
    }
    if (dice.below(3) == 0)
        made.field = pick(dice, kFields);
    else
        made.path = random_path(dice);
    switch (dice.below(6)) {
    case 0: made.is = Plain::Is::present; break;
    case 1: made.is = dice.below(2) ? Plain::Is::in : Plain::Is::not_in; break;
    case 2:
        if (made.field != "size" && made.field != "n") {
            made.is = Plain::Is::expression;
            made.text = pick(dice, kExpressions);
            made.any_case = dice.below(2) == 0;
            return made;
        }
        [[fallthrough]];
    default: made.is = Plain::Is::compare; made.how = pick(dice, kHow);
    }
    const unsigned values = made.is == Plain::Is::compare ? 1 : 1 + dice.below(3);
    for (unsigned i = 0; i < values; ++i) made.values.push_back(random_value(dice));
    return made;
}

Plain random_filter(Dice& dice, int depth) {
    if (depth > 3 || dice.below(3) == 0) return term(dice);
    Plain made;
    made.is = static_cast<Plain::Is>(dice.below(3));
    const unsigned parts = made.is == Plain::Is::negated ? 1 : 2 + dice.below(3);
    for (unsigned i = 0; i < parts; ++i) made.parts.push_back(random_filter(dice, depth + 1));
    return made;
}

//--- written down, with no more parentheses than it needs

std::string literal(Dice& dice, const json& value) {
    if (!value.is_string()) return value.dump();
    return dice.below(2) ? model::filter_value(value.get<std::string>())
                         : written(dice, value.get<std::string>());
}

std::string text_of(Dice& dice, const Plain& filter);

std::string part_of(Dice& dice, const Plain& filter, bool loose) {
    const std::string text = text_of(dice, filter);
    return loose || dice.below(5) == 0 ? "(" + text + ")" : text;
}

std::string list_of(Dice& dice, const Plain& filter) {
    std::string text = "(";
    for (const json& value : filter.values)
        text += (text.size() > 1 ? ", " : "") + literal(dice, value);
    return text + ")";
}

std::string text_of(Dice& dice, const Plain& filter) {
    using Is = Plain::Is;
    static const std::vector<std::string> kAnd = {" and ", " && ", " "}, kOr = {" or ", " || "};
    std::string text;
    if (filter.is == Is::any || filter.is == Is::all) {
        for (const Plain& part : filter.parts) {
            const bool any = filter.is == Is::any;
            if (!text.empty()) text += pick(dice, any ? kOr : kAnd);
            text += part_of(dice, part, !any && part.is == Is::any);
        }
        return text;
    }
    if (filter.is == Is::negated) {
        const Plain& part = filter.parts.front();
        return (dice.below(2) ? "not " : "! ") +
               part_of(dice, part, part.is == Is::any || part.is == Is::all);
    }
    if (filter.is == Is::search) return model::filter_word(filter.text);
    const std::string name = filter.field.empty() ? model::filter_path(filter.path) : filter.field;
    switch (filter.is) {
    case Is::present: return name + "?";
    case Is::in: return name + " in " + list_of(dice, filter);
    case Is::not_in: return name + " not in " + list_of(dice, filter);
    case Is::expression: return name + " ~ /" + filter.text + (filter.any_case ? "/i" : "/");
    default: return name + " " + filter.how + " " + literal(dice, filter.values.front());
    }
}

//--- what it means, plainly

struct Message {
    const wire::EventView& view;
    json root;
};

/// The value of the field; nothing when it is not there.
std::optional<json> value_of(const Plain& term, const Message& message) {
    if (term.field == "size") return message.view.payload.size();
    if (term.field == "n") return message.view.id;
    if (term.field == "text") return std::string(message.view.payload);
    if (term.field == "type") {
        if (!message.root.is_object() || !message.root.contains("type")) return std::nullopt;
        const json& type = message.root["type"];
        return type.is_string() ? std::optional<json>(type) : std::nullopt;
    }
    const json* at = &message.root;
    for (const model::JsonStep& step : term.path) {
        if (step.is_index) {
            if (!at->is_array() || step.index >= at->size()) return std::nullopt;
            at = &(*at)[step.index];
        } else {
            if (!at->is_object() || !at->contains(step.name)) return std::nullopt;
            at = &(*at)[step.name];
        }
    }
    return *at;
}

bool compares(const json& a, const std::string& how, const json& b) {
    const auto ordered = [&](auto left, auto right) {
        if (how == "<") return left < right;
        if (how == "<=") return left <= right;
        if (how == ">") return left > right;
        if (how == ">=") return left >= right;
        return how == "!=" ? left != right : left == right;
    };
    if (a.is_number() && b.is_number()) return ordered(a.get<double>(), b.get<double>());
    if (a.is_string() && b.is_string()) return ordered(a.get<std::string>(), b.get<std::string>());
    const bool equality = how == "==" || how == "=" || how == "!=";
    if (a.is_boolean() && b.is_boolean()) return equality && ordered(a.get<bool>(), b.get<bool>());
    return a.is_null() && b.is_null() && (how == "==" || how == "=");
}

bool holds_word(std::string_view payload, const std::string& word) {
    const auto in = [&](const std::string& form) {
        return base::ascii_lower(payload).find(base::ascii_lower(form)) != std::string::npos;
    };
    return in(word) || (word == "\xc3\xa9" && in("\\u00e9"));
}

bool holds(const Plain& filter, const Message& message) {
    using Is = Plain::Is;
    const auto part_holds = [&](const Plain& part) { return holds(part, message); };
    const std::vector<Plain>& parts = filter.parts;
    if (filter.is == Is::all) return std::all_of(parts.begin(), parts.end(), part_holds);
    if (filter.is == Is::any) return std::any_of(parts.begin(), parts.end(), part_holds);
    if (filter.is == Is::negated) return !part_holds(parts.front());
    if (filter.is == Is::search) return holds_word(message.view.payload, filter.text);
    const std::optional<json> value = value_of(filter, message);
    if (filter.is == Is::present) return value.has_value();
    if (filter.is == Is::expression) {
        const re2::RE2 re((filter.any_case ? "(?i)" : "") + filter.text);
        return value && value->is_string() && re2::RE2::PartialMatch(value->get<std::string>(), re);
    }
    if (filter.is == Is::compare) return value && compares(*value, filter.how, filter.values[0]);
    const bool found =
        value && std::any_of(filter.values.begin(), filter.values.end(),
                             [&](const json& v) { return compares(*value, "==", v); });
    return filter.is == Is::in ? found : !found;
}

} // namespace

TEST_CASE("the compiled filter says what a plain evaluator says") {
    Dice dice(11);
    test::EventMaker make;
    std::vector<wire::Event> events;
    std::vector<json> roots;
    for (int i = 0; i < 400; ++i) {
        events.push_back(make.text_in(
            blanks(dice) + (i % 20 == 0 ? value(dice, 0) : object(dice, 0)) + blanks(dice)));
        roots.push_back(json::parse(events.back().payload.view()));
    }
    int passed = 0, refused = 0;
    for (int round = 0; round < 4000; ++round) {
        const Plain plain = random_filter(dice, 0);
        const std::string text = text_of(dice, plain);
        CAPTURE(text);
        const model::Filter compiled = test::filter(text);
        for (int i = 0; i < 25; ++i) {
            const std::size_t which = dice.below(static_cast<unsigned>(events.size()));
            const wire::EventView view = wire::view_of(events[which]);
            const bool expected = holds(plain, {view, roots[which]});
            ++(expected ? passed : refused);
            CAPTURE(std::string(view.payload));
            REQUIRE(compiled.matches(view) == expected);
        }
    }
    CHECK(passed > 10'000);
    CHECK(refused > 10'000);
}

TEST_CASE("any bytes are a filter or are refused with a place in them") {
    Dice dice(12);
    const std::vector<std::string> kPieces = {
        "type", "data.x", "==",   "!=", "<",     "(",  ")", "in",  "not", "and",
        "or",   "~",      "/a[/", "?",  "\"q\"", "\"", ",", "1.5", "3kB", "$",
        "[0]",  "[\"",    " ",    " ",  " ",     "&&", "|", "\\",  "\xff"};
    test::EventMaker make;
    const wire::Event event = make.text_in(R"({"type":"a","data":{"x":[1,"b"]}})");
    int good = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (unsigned left = dice.below(12); left > 0; --left) text += pick(dice, kPieces);
        CAPTURE(text);
        const model::Filter::Parsed parsed = model::Filter::parse(text);
        if (const auto* error = std::get_if<model::FilterError>(&parsed)) {
            REQUIRE(error->begin < error->end);
            REQUIRE(error->end <= text.size());
            REQUIRE_FALSE(error->message.empty());
        } else {
            ++good;
            (void)std::get<model::Filter>(parsed).matches(wire::view_of(event));
        }
        for (int i = 0; i < 3; ++i) {
            const std::size_t cursor = dice.below(static_cast<unsigned>(text.size()) + 2);
            const model::Typing typing = model::typing_at(text, cursor);
            REQUIRE(typing.begin <= typing.end);
            REQUIRE(typing.end <= text.size());
        }
    }
    CHECK(good > 500);
}
