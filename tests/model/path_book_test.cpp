// Places in payloads that were seen, for the completion of filters.
#include <doctest/doctest.h>

#include <variant>

#include "model/filter.h"
#include "model/make_events.h"
#include "model/path_book.h"

namespace {

struct Bench {
    test::EventMaker make;
    model::Log log;
    model::PathBook book;

    void look() {
        while (!book.look(log, 3)) {
        }
    }
    const model::KnownPath* known(const std::string& text) {
        for (const model::KnownPath& path : book.paths())
            if (path.text == text) return &path;
        return nullptr;
    }
};

} // namespace

TEST_CASE("paths are known with what stands there, as a filter writes them") {
    Bench bench;
    bench.log.append(bench.make.text_in(
        R"({"type":"a","data":{"n":1.5,"on":true,"list":[{"id":"x"},{"other":2}],"odd key":null}})"));
    bench.look();
    REQUIRE(bench.known("data.n") != nullptr);
    CHECK(bench.known("data.n")->kind == model::JsonKind::number);
    CHECK(bench.known("data.n")->example == "1.5");
    CHECK(bench.known("data.on")->kind == model::JsonKind::boolean);
    CHECK(bench.known("data.list")->kind == model::JsonKind::list);
    CHECK(bench.known("data.list[0].id")->example == "\"x\"");
    CHECK(bench.known("data.list[1].other") == nullptr);
    CHECK(bench.known("data[\"odd key\"]") != nullptr);
    for (const model::KnownPath& path : bench.book.paths()) {
        CAPTURE(path.text);
        CHECK(std::holds_alternative<model::Filter>(model::Filter::parse(path.text + "?")));
    }
}

TEST_CASE("the newest message of each type is looked at once") {
    Bench bench;
    bench.log.append(bench.make.text_in(R"({"type":"a","x":null})"));
    bench.look();
    CHECK(bench.known("x")->kind == model::JsonKind::null);
    bench.log.append(bench.make.text_in(R"({"type":"a","x":3,"y":4})"));
    bench.look();
    CHECK(bench.known("x")->kind == model::JsonKind::number); // null told nothing
    CHECK(bench.known("y") != nullptr);
}

TEST_CASE("it stays within its bounds, whatever comes") {
    Bench bench;
    std::string many = "{\"type\":\"many\"";
    for (int i = 0; i < 1000; ++i) many += ",\"k" + std::to_string(i) + "\":0";
    bench.log.append(bench.make.text_in(many + "}"));
    bench.log.append(bench.make.text_in("{\"type\":\"deep\",\"d\":" + std::string(5000, '[')));
    bench.log.append(bench.make.text_in("{\"type\":\"cut\",\"a\":{\"b\":"));
    for (int i = 0; i < 40; ++i) {
        std::string odd = "{\"type\":\"t" + std::to_string(i) + "\"";
        for (int k = 0; k < 190; ++k) odd += ",\"p" + std::to_string(i * 1000 + k) + "\":1";
        bench.log.append(bench.make.text_in(odd + "}"));
    }
    bench.look();
    CHECK(bench.book.paths().size() <= model::PathBook::kMostPaths);
    CHECK(bench.book.paths().size() > 1000);
    bench.log.clear();
    CHECK(bench.book.look(bench.log, 3));
}
