// The messages of a running Coda backend, row by row, as PROTOCOL.md says they are to be read.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gui/person.h"
#include "ui/preview.h"

using gui::Person;
using nlohmann::json;

namespace {

struct Line {
    std::string payload;
    json message;
    bool out = false;
};

std::vector<Line> recorded() {
    // The running backend's, where it is at hand; else the simulator's.
    const std::string source = std::getenv("WD_SOURCE_DIR");
    std::ifstream file(source + "/../shared/captures/coda-turns.ndjson");
    if (!file.good()) file.open(source + "/assets/captures/simulator-turns.ndjson");
    REQUIRE(file.good());
    std::vector<Line> lines;
    for (std::string text; std::getline(file, text);) {
        const json event = json::parse(text);
        if (event.value("kind", "") != "text") continue;
        const std::string payload = event.at("data");
        lines.push_back({payload, json::parse(payload, nullptr, false), event.at("dir") == "out"});
    }
    REQUIRE(lines.size() > 250);
    return lines;
}

} // namespace

TEST_CASE("each recorded row shows its type, its size and the first field of its data") {
    Person person(2400, 900);
    for (const Line& line : recorded()) {
        CAPTURE(line.payload);
        const model::EventId id = person.add(line.out ? person.maker.text_out(line.payload)
                                                      : person.maker.text_in(line.payload));
        person.selection.event = id;
        person.frame();
        REQUIRE(person.has("log/row " + std::to_string(id)));
        const model::Row row = person.model.log.row(id);
        CHECK(ui::type_or_kind(person.model.log, row) == line.message.at("type"));
        CHECK(row.size == line.payload.size());
        const std::string preview = ui::preview_text(person.model.log.view(id), 400);
        if (line.message.contains("data") && !line.message["data"].empty()) {
            // Parsed by another reader, which orders names: any of them begins the preview.
            bool begins = false;
            for (const auto& [key, value] : line.message["data"].items())
                begins = begins || preview.substr(0, key.size() + 1) == key + " ";
            CHECK(begins);
        }
    }
}

TEST_CASE("no recorded row or text shows damage, and no clock of Coda's becomes 1970") {
    Person person;
    for (const Line& line : recorded()) {
        person.selection.event = person.add(person.maker.text_in(line.payload));
        person.frame();
        for (const ui::Probe::Text& text : person.ui.probe.texts()) {
            if (text.region != "log" && text.region != "inspector") continue;
            const ui::Shown shown = ui::shown_text(person.ui.atlas().Fonts[3], text.text);
            CHECK(shown.damaged.empty());
            CHECK(text.text.find("1970-") == std::string::npos);
        }
        if (line.message.contains("seq"))
            CHECK(person.sees("inspector", std::to_string(line.message["seq"].get<long>())));
        if (line.message.contains("timestamp") && line.message["timestamp"].is_number())
            CHECK(person.sees("inspector", "monotonic, s"));
    }
}
