#include "model/filter_help.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "model/filter_cases.h"
#include "model/make_events.h"

using model::Field;
using model::Typing;
using What = Typing::What;

namespace {

/// The cursor stands at the | of `text`.
struct At {
    std::string text;
    Typing typing;
    explicit At(std::string marked) {
        const std::size_t cursor = marked.find('|');
        text = marked.erase(cursor, 1);
        typing = model::typing_at(text, cursor);
    }
    std::string replaced() const { return text.substr(typing.begin, typing.end - typing.begin); }
};

bool json(const std::string& text, std::string_view payload) {
    test::EventMaker make;
    return test::passes(text, make.text_in(payload));
}

} // namespace

TEST_CASE("the tables name each field once, with help") {
    std::vector<std::string> names;
    for (const model::FieldInfo& field : model::filter_fields()) {
        CHECK(model::field_from_name(field.name) == field.field);
        CHECK(std::string(field.help) != "");
        CHECK_FALSE(model::filter_operators(field.kind).empty());
        CHECK(std::find(names.begin(), names.end(), field.name) == names.end());
        names.push_back(field.name);
    }
    CHECK(names.size() == model::kFieldCount - 1); // all but path
    CHECK(model::field_from_name("data") == Field::path);
    CHECK(model::filter_units(model::FieldKind::bytes).size() == 7);
    CHECK(model::filter_units(model::FieldKind::any).empty());
    CHECK(model::filter_words(Field::kind).size() == wire::kKindCount - 1);
}

TEST_CASE("what is being typed, and what a completion would replace") {
    struct Case {
        const char* text;
        What what;
        const char* replaced;
        const char* typed;
        Field field;
    };
    const Case kCases[] = {
        {"|", What::term, "", "", Field::path},
        {"ty|", What::term, "ty", "ty", Field::path},
        {"t|y", What::term, "ty", "t", Field::path},
        {"data.|", What::term, "data.", "data.", Field::path},
        {"type |", What::operation, "", "", Field::type},
        {"type == |", What::value, "", "", Field::type},
        {"type == la|t", What::value, "lat", "la", Field::type},
        {"type ==|", What::value, "", "", Field::type},
        {"type == \"la|", What::value, "\"la", "la", Field::type},
        {"dir in (|", What::value, "", "", Field::dir},
        {"dir in (in, o|)", What::value, "o", "o", Field::dir},
        {"dir in (in|, o)", What::value, "in", "in", Field::dir},
        {"dir not in (|", What::value, "", "", Field::dir},
        {"type == a |", What::term, "", "", Field::path},
        {"type == a and |", What::term, "", "", Field::path},
        {"type == a and si|", What::term, "si", "si", Field::path},
        {"(si|", What::term, "si", "si", Field::path},
        {"not si|", What::term, "si", "si", Field::path},
        {"data.x > |", What::value, "", "", Field::path},
        {"text ~ /ab|c/", What::nothing, "/abc/", "/ab", Field::path},
        {"\"quo|ted\"", What::nothing, "\"quoted\"", "\"quo", Field::path},
        {"data[\"odd key\"] == |", What::value, "", "", Field::path},
    };
    for (const Case& each : kCases) {
        CAPTURE(std::string(each.text));
        const At at(each.text);
        CHECK(at.typing.what == each.what);
        CHECK(at.replaced() == each.replaced);
        CHECK(at.typing.typed == each.typed);
        if (each.what == What::value || each.what == What::operation)
            CHECK(at.typing.field == each.field);
    }
    CHECK(At("data[\"odd key\"].x == |").typing.path ==
          model::JsonPath{{"data", 0, false}, {"odd key", 0, false}, {"x", 0, false}});
    CHECK(At("type == \"a|").typing.quoted);
}

TEST_CASE("values and words are quoted where they have to be") {
    for (const char* text : {"latency", "a b", "5", "3f2a", "true", "null", "in", "and", "", "\"",
                             "back\\slash", "a(b)", "line\nend", "caf\xc3\xa9", "-", "1.5", "x?"}) {
        CAPTURE(std::string(text));
        std::string payload = "{\"x\":";
        base::append_json_string(payload, text);
        CHECK(json("x == " + model::filter_value(text), payload + "}"));
        CHECK(json(model::filter_word(text), "... " + std::string(text) + " ..."));
    }
    CHECK(model::filter_value("latency_trace") == "latency_trace");
    CHECK(model::filter_value("in") == "in");
    CHECK(model::filter_word("in") == "\"in\"");
    CHECK(model::filter_value("5") == "\"5\"");
    CHECK(model::filter_equal("type", "a b") == "type == \"a b\"");
}

TEST_CASE("a path is written so that it is read as the same") {
    using model::JsonPath;
    const std::vector<std::pair<JsonPath, std::string>> kCases = {
        {{{"data", 0, false}, {"x", 0, false}}, "data.x"},
        {{{"data", 0, false}, {{}, 2, true}, {"id", 0, false}}, "data[2].id"},
        {{{"size", 0, false}}, "$.size"},
        {{{"size", 0, false}, {"x", 0, false}}, "size.x"},
        {{{"and", 0, false}}, "$.and"},
        {{{"odd key", 0, false}}, "$[\"odd key\"]"},
        {{{"data", 0, false}, {"a.b", 0, false}}, "data[\"a.b\"]"},
        {{{"", 0, false}}, "$[\"\"]"},
        {{{"$", 0, false}}, "$.$"},
        {{{{}, 0, true}}, "$[0]"},
        {{}, "$"},
    };
    for (const auto& [path, text] : kCases) {
        CHECK(model::filter_path(path) == text);
        const model::Filter compiled = test::filter(text + "?");
        CHECK(compiled.text() == text + "?");
    }
    CHECK(json(model::filter_path({{"a\"b\\c\n", 0, false}}) + " == 1", R"({"a\"b\\c\n":1})"));
}

TEST_CASE("a term is added with and, whatever stands there") {
    CHECK(model::filter_and("", "type == a") == "type == a");
    CHECK(model::filter_and("  ", "b") == "b");
    CHECK(model::filter_and("x", "b") == "x and b");
    CHECK(model::filter_and("x or y", "b") == "(x or y) and b");
    CHECK(model::filter_and("(x or y)", "b") == "((x or y)) and b");
    CHECK(model::filter_and("x (y or z) ", "b") == "x (y or z) and b");
}
