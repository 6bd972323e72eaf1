#include "model/filter.h"

#include <doctest/doctest.h>

#include "model/make_events.h"

using model::Filter;
using model::Matcher;
using wire::Dir;
using wire::Kind;

namespace {

bool passes(const Filter& filter, const wire::Event& event) {
    return filter.matches(wire::view_of(event));
}

Filter word(std::string text) {
    Filter filter;
    filter.text = std::move(text);
    return filter;
}

} // namespace

TEST_CASE("an empty filter shows everything, and says so") {
    test::EventMaker make;
    CHECK(Filter().everything());
    CHECK(passes(Filter(), make.text_in("{}")));
    CHECK(passes(Filter(), make.life(Kind::open)));
    CHECK_FALSE(word("x").everything());
    Filter some;
    some.dirs = 0x3;
    CHECK_FALSE(some.everything());
    Filter all_there_are;
    all_there_are.kinds = (1u << wire::kKindCount) - 1;
    CHECK(all_there_are.everything());
}

TEST_CASE("a text is looked for in the payload, whatever the case of its letters") {
    test::EventMaker make;
    const wire::Event event = make.text_in(R"({"type":"latency_trace","data":{"note":"Fast"}})");
    CHECK(passes(word("LATENCY"), event));
    CHECK(passes(word("fast\"}"), event));
    CHECK_FALSE(passes(word("slow"), event));
}

TEST_CASE("an event with a payload is not searched in its reason or error") {
    test::EventMaker make;
    wire::Event event = make.frame(Kind::close, Dir::in, "");
    event.details = std::make_unique<wire::Details>();
    event.details->reason = "going away";
    CHECK_FALSE(passes(word("going"), event));
    event.payload = wire::Payload();
    CHECK(passes(word("Going"), event));
}

TEST_CASE("an event without a payload is searched in url, reason, error and note") {
    test::EventMaker make;
    wire::Event event = make.failed("connection REFUSED", "nothing listens", "start the server");
    event.details->url = "ws://localhost:8765/path";
    event.details->reason = "the reason";
    event.details->note = "a note";
    for (const char* text : {"refused", "LISTENS", "start the", "8765/PATH", "Reason", "a note"})
        CHECK_MESSAGE(passes(word(text), event), text);
    event.details->address = "10.0.0.1";
    CHECK_FALSE(passes(word("10.0.0.1"), event));
    wire::Event bare = make.life(Kind::open);
    bare.details.reset();
    CHECK_FALSE(passes(word("x"), bare));
}

TEST_CASE("kind and direction each hide what they do not name") {
    test::EventMaker make;
    Filter only_text;
    only_text.kinds = 1u << static_cast<unsigned>(Kind::text);
    CHECK(passes(only_text, make.text_in("a")));
    CHECK_FALSE(passes(only_text, make.frame(Kind::binary, Dir::in, "a")));
    CHECK_FALSE(passes(only_text, make.life(Kind::note)));

    Filter only_out;
    only_out.dirs = 1u << static_cast<unsigned>(Dir::out);
    CHECK(passes(only_out, make.text_out("a")));
    CHECK_FALSE(passes(only_out, make.text_in("a")));
    CHECK_FALSE(passes(only_out, make.life(Kind::open)));

    only_out.text = "a";
    CHECK(passes(only_out, make.text_out("A")));
    CHECK_FALSE(passes(only_out, make.text_out("b")));
    CHECK_FALSE(Matcher(only_out).may_match(Kind::text, Dir::in));
}

TEST_CASE("a word with other letters is found as it is and in its JSON escapes") {
    test::EventMaker make;
    CHECK(passes(word("caf\xc3\xa9"), make.text_in("\"Caf\xc3\xa9\"")));
    CHECK(passes(word("caf\xc3\xa9"), make.text_in(R"("Caf\u00e9")")));
    CHECK(passes(word("caf\xc3\xa9"), make.text_in(R"("CAF\u00E9")")));
    CHECK_FALSE(passes(word("caf\xc3\xa9"), make.text_in(R"("caf\U00e9")")));
    CHECK_FALSE(passes(word("caf\xc3\xa9"), make.text_in(R"("cafe")")));
    // U+1F44D as a pair of surrogates.
    CHECK(passes(word("\xf0\x9f\x91\x8d"), make.text_in(R"("\ud83d\udc4d")")));
    // A place that is none does not hide the true one behind it.
    CHECK(passes(word("\xc3\xa9"), make.text_in(R"("\U00e9 \u00e9")")));
    // Bytes that are no UTF-8 have no escapes, and are still found as bytes.
    CHECK(passes(word("\xff"), make.frame(Kind::binary, Dir::in, "a\xff")));
}
