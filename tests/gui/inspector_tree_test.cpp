// The inspector's tree, by mouse and keys.
#include <doctest/doctest.h>

#include <chrono>

#include "gui/person.h"

using gui::Person;
using ui::Key;

namespace {

constexpr const char* kTrace =
    R"({"version":"1.0","seq":279,"timestamp":3622.004,"type":"latency_trace","data":{"timestamp":1700001000.5,"stt_seconds":-1.25,"llm_seconds":0.34995150566101074,"list":[1,{"deep":"found \u00e9"}],"big":12345678901234567890,"llm_seconds":2}})";

/// Somebody who looks at such a message.
struct Reader : Person {
    explicit Reader(const char* payload = kTrace, float width = 1600, float height = 900)
        : Person(width, height) {
        add(maker.text_in(payload));
        click("log/row 1");
    }
    std::string chosen() { return ui.panels.inspector.tree.chosen_path; }
};

} // namespace

TEST_CASE(
    "names, values as they were sent, sizes, and what the catalogue knows stand in the tree") {
    Reader reader;
    for (const char* part :
         {"seq", "279", "\"1.0\"", "{6}", "[2]", "[1]", "0.34995150566101074",
          "12345678901234567890", "monotonic, s", "name repeated", "impossible, below 0"}) {
        CAPTURE(part);
        CHECK(reader.sees("inspector", part));
    }
    CHECK(reader.sees("inspector", "\"found é\""));
    CHECK(reader.sees("inspector", "epoch, s"));
}

TEST_CASE("a chevron folds and unfolds, and stays so for the next event of the type") {
    Reader reader;
    CHECK(reader.sees("inspector", "deep"));
    reader.double_click("inspector/node data.list");
    CHECK_FALSE(reader.sees("inspector", "deep"));
    reader.add(reader.maker.text_in(kTrace));
    reader.click("log/row 2");
    CHECK_FALSE(reader.sees("inspector", "deep"));
    CHECK(reader.chosen() == "data.list");
    reader.double_click("inspector/node data.list");
    CHECK(reader.sees("inspector", "deep"));
}

TEST_CASE("Enter goes into it: arrows walk, fold and unfold, until the list has them again") {
    Reader reader;
    reader.add(reader.maker.text_in("{}"));
    reader.look();
    reader.press({Key::enter});
    for (int i = 0; i < 5; ++i) reader.press({Key::down});
    CHECK(reader.chosen() == "data");
    CHECK(reader.selection.event == 1);
    reader.press({Key::left});
    CHECK_FALSE(reader.sees("inspector", "llm_seconds"));
    reader.press({Key::right});
    CHECK(reader.sees("inspector", "llm_seconds"));
    reader.press({Key::right});
    CHECK(reader.chosen() == "data.timestamp");
    reader.press({Key::left});
    CHECK(reader.chosen() == "data");
    reader.press({Key::end});
    CHECK(reader.chosen() == "data.llm_seconds");
    reader.press({Key::home});
    CHECK(reader.chosen() == "version");
    reader.press({Key::up});
    CHECK(reader.chosen() == "version");
    reader.click("log/row 1");
    reader.press({Key::down});
    CHECK(reader.selection.event == 2);
}

TEST_CASE("the path and the value of a field are copied by key, by word and by menu") {
    Reader reader;
    reader.click("inspector/node data.list[1].deep");
    reader.press({Key::y});
    CHECK(reader.only<model::CopyText>().text == "data.list[1].deep");
    reader.forget();
    reader.press(ui::shift(Key::y));
    CHECK(reader.only<model::CopyText>().text == "found é");
    reader.forget();
    reader.click("inspector/node seq");
    reader.click("inspector/Copy");
    CHECK(reader.only<model::CopyText>().text == "279");
}

TEST_CASE("Filter by this adds the field and its value to the filter that is in force") {
    Reader reader;
    reader.click("inspector/node type");
    reader.press({Key::f});
    CHECK(reader.only<model::SetFilter>().filter.filter.text() == "type == latency_trace");
    reader.forget();
    reader.click("inspector/node seq");
    reader.click("inspector/Filter");
    const auto filter = reader.only<model::SetFilter>().filter;
    CHECK(filter.filter.text() == "type == latency_trace and seq == 279");
    CHECK(filter.filter.matches(reader.model.log.view(1)));
    reader.forget();
    reader.click("inspector/node data.list");
    reader.press({Key::f});
    CHECK(reader.only<model::SetFilter>().filter.filter.text().find("data.list?") !=
          std::string::npos);
    CHECK(reader.model.index.size() == 1);
}

TEST_CASE("Watch this asks for the field of the type, as the filter language writes it") {
    Reader reader;
    reader.click("inspector/node data.llm_seconds");
    reader.press({Key::w});
    CHECK(reader.only<model::WatchPath>().type == "latency_trace");
    CHECK(reader.only<model::WatchPath>().path == "data.llm_seconds");
}

TEST_CASE("a search finds names and values, opens what they stand in, and goes on with Enter") {
    Reader reader;
    reader.double_click("inspector/node data.list");
    reader.click("inspector/Search");
    reader.type("FOUND");
    CHECK(reader.chosen() == "data.list[1].deep");
    CHECK(reader.sees("inspector", "1 of 1"));
    reader.press({Key::a, true, false, false});
    reader.type("seconds");
    CHECK(reader.sees("inspector", "1 of 3"));
    reader.press({Key::enter});
    CHECK(reader.sees("inspector", "2 of 3"));
    reader.type("nowhere"); // the caret stayed, with all selected
    CHECK(reader.ui.panels.inspector.tree.wanted == "nowhere");
    CHECK(reader.ui.panels.inspector.tree.hits.empty());
}

TEST_CASE("what is not strict JSON is shown as far as it goes, and the place is told") {
    Reader reader(R"({"a":1,"b":NaN,"c":[1,2)");
    CHECK(reader.sees("inspector", "NaN"));
    CHECK(reader.sees("inspector", "[2]"));
    CHECK(reader.sees("inspector", "Not strict JSON: line 1, column 12"));
}

TEST_CASE("text that is no JSON stands as text in the place of the tree") {
    Reader reader("hello\nworld");
    CHECK(reader.sees("inspector", "hello"));
    CHECK(reader.sees("inspector", "␊"));
}

TEST_CASE("the node at hand is what Filter, Plot and Watch are about") {
    Reader reader;
    CHECK(ui::node_at_hand(reader.model, reader.ui.panels.inspector).path.empty());
    reader.click("inspector/node data.llm_seconds");
    const ui::NodeAtHand node = ui::node_at_hand(reader.model, reader.ui.panels.inspector);
    CHECK(node.type == "latency_trace");
    CHECK(model::path_text(node.path) == "data.llm_seconds");
    CHECK(node.kind == model::JsonKind::number);
    CHECK(node.value == "0.34995150566101074");
}

TEST_CASE("ten thousand fields and more are scrolled through without building the tree again") {
    std::string many = "{\"data\":{";
    for (int i = 0; i < 60'000; ++i)
        many += (i ? ",\"field_" : "\"field_") + std::to_string(i) + "\":" + std::to_string(i);
    many += "}}";
    Reader reader(many.c_str());
    CHECK(reader.sees("inspector", "{60,000}"));
    reader.double_click("inspector/node data"); // so many begin closed
    reader.press({Key::end});
    CHECK(reader.sees("inspector", "field_59999"));
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) reader.wheel("inspector/node data.field_59999", 0);
    reader.frames(20);
    const auto took = std::chrono::steady_clock::now() - began;
    MESSAGE("frames of a tree with 60,000 fields: "
            << std::chrono::duration_cast<std::chrono::microseconds>(took).count() / 140 << " µs");
}
