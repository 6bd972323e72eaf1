// Find counts what a plain walk over the rows would count, whatever happens to log and filter.
#include <doctest/doctest.h>

#include <variant>

#include "model/filter_help.h"
#include "model/find.h"
#include "model/make_events.h"

using model::EventId;

namespace {

model::ListFilter list_filter(const std::string& text) {
    model::ListFilter made;
    made.filter = std::get<model::Filter>(model::Filter::parse(text));
    return made;
}

struct Bench {
    test::EventMaker make;
    model::Log log;
    model::Find find;
    model::ListFilter shown;

    void settle() {
        do {
            find.update(log, shown, base::kMillisecond);
        } while (!find.complete());
    }
    std::vector<EventId> found() {
        std::vector<EventId> ids;
        EventId id = 0;
        for (std::uint64_t i = 0; i < find.size(); ++i) {
            id = find.next(id);
            ids.push_back(id);
        }
        return ids;
    }
    std::vector<EventId> plainly(const std::string& text) const {
        std::vector<EventId> ids;
        const model::ListFilter word = list_filter(model::filter_word(text));
        for (EventId id = log.first(); id < log.end(); ++id) {
            const wire::EventView view = log.view(id);
            if (shown.matches(view) && word.matches(view)) ids.push_back(id);
        }
        return ids;
    }
};

} // namespace

TEST_CASE("hits are the rows that the filter shows and that hold the text") {
    Bench bench;
    for (const char* text : {"mini", "other", "a MINI b", "mini hidden"})
        bench.log.append(bench.make.text_in(text));
    bench.find.set_text("mini");
    bench.settle();
    CHECK(bench.found() == std::vector<EventId>{1, 3, 4});
    CHECK(bench.find.number_of(3) == 2);
    CHECK(bench.find.number_of(2) == 0);
    CHECK(bench.find.next(4) == 1);
    CHECK(bench.find.previous(1) == 4);
    bench.shown = list_filter("not hidden");
    bench.settle();
    CHECK(bench.found() == std::vector<EventId>{1, 3});
    bench.find.set_text("");
    bench.settle();
    CHECK(bench.find.size() == 0);
    CHECK(bench.find.next(1) == 0);
    CHECK(bench.find.complete());
}

TEST_CASE("a text that looks like a filter is only a text") {
    Bench bench;
    bench.log.append(bench.make.text_in("type == x or \"y\""));
    bench.log.append(bench.make.text_in("type"));
    for (const char* text : {"type == x", "or \"y\"", "(", "not", "== x or \""}) {
        CAPTURE(text);
        bench.find.set_text(text);
        bench.settle();
        CHECK(bench.found() == bench.plainly(text));
    }
    bench.find.set_text("== x or");
    bench.settle();
    CHECK(bench.found() == std::vector<EventId>{1});
}

TEST_CASE(
    "after random events, trims, clears, texts and filters the hits are those of a plain walk") {
    test::Dice dice(11);
    Bench bench;
    const char* const kTexts[] = {"mini", "a", "", "type", "x y"};
    const char* const kFilters[] = {"", "mini", "type == b", "a or mini"};
    std::string text;
    bench.log.set_budget(6u << 20);
    for (int round = 0; round < 300; ++round) {
        switch (dice.below(8)) {
        case 0: bench.find.set_text(text = kTexts[dice.below(5)]); break;
        case 1: bench.shown = list_filter(kFilters[dice.below(4)]); break;
        case 2:
            if (dice.below(20) == 0) bench.log.clear();
            break;
        case 3: bench.shown.dirs = static_cast<std::uint8_t>(1 + dice.below(7)); break;
        default:
            for (unsigned i = dice.below(60); i > 0; --i) {
                std::string payload =
                    dice.below(3) == 0 ? "{\"type\":\"b\",\"t\":\"mini\"}" : "x y";
                if (dice.below(30) == 0) payload += std::string(200'000, 'q');
                bench.log.append(dice.below(2) == 0 ? bench.make.text_in(payload)
                                                    : bench.make.text_out(payload));
            }
        }
        bench.settle();
        if (text.empty()) {
            CHECK(bench.find.size() == 0);
        } else {
            REQUIRE(bench.found() == bench.plainly(text));
        }
    }
}
