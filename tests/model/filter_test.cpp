// The filter language, sentence by sentence (README, "Filter").
#include "model/filter.h"

#include <doctest/doctest.h>

#include "model/filter_cases.h"
#include "model/make_events.h"

using model::Filter;
using model::ListFilter;
using test::filter;
using test::passes;
using test::refusal;
using wire::Dir;
using wire::Kind;

namespace {

/// A text message with this payload passes.
bool json(std::string_view text, std::string_view payload) {
    test::EventMaker make;
    return passes(text, make.text_in(payload));
}

} // namespace

//--- everything

TEST_CASE("an empty filter shows everything, and says so") {
    test::EventMaker make;
    for (const char* text : {"", " ", "\t \n"}) {
        CHECK(filter(text).everything());
        CHECK(passes(text, make.text_in("{}")));
        CHECK(passes(text, make.life(Kind::open)));
        CHECK(filter(text).text() == text);
    }
    CHECK(Filter().everything());
    CHECK_FALSE(filter("x").everything());
    CHECK(filter("x") == filter("x"));
    CHECK_FALSE(filter("x") == filter("y"));
}

TEST_CASE("switches beside the filter each hide what they do not name") {
    test::EventMaker make;
    const auto shows = [](const ListFilter& list, const wire::Event& event) {
        return list.matches(wire::view_of(event));
    };
    ListFilter all_there_are;
    all_there_are.kinds = (1u << wire::kKindCount) - 1;
    CHECK(all_there_are.everything());
    ListFilter text;
    text.kinds = 1u << static_cast<unsigned>(Kind::text);
    CHECK_FALSE(text.everything());
    CHECK(shows(text, make.text_in("a")));
    CHECK_FALSE(shows(text, make.frame(Kind::binary, Dir::in, "a")));
    CHECK_FALSE(shows(text, make.life(Kind::note)));
    ListFilter out;
    out.dirs = 1u << static_cast<unsigned>(Dir::out);
    out.filter = filter("a");
    CHECK(shows(out, make.text_out("A")));
    CHECK_FALSE(shows(out, make.text_out("b")));
    CHECK_FALSE(shows(out, make.text_in("a")));
    ListFilter no_tokens;
    no_tokens.hidden_types = {"llm_token", "x"};
    CHECK_FALSE(no_tokens.everything());
    CHECK_FALSE(shows(no_tokens, make.text_in(R"({"type":"llm_token"})")));
    CHECK_FALSE(shows(no_tokens, make.text_in(R"({"t\u0079pe":"llm\u005ftoken"})")));
    CHECK(shows(no_tokens, make.text_in(R"({"type":"llm_result"})")));
    CHECK(shows(no_tokens, make.text_in("llm_token")));
}

//--- words

TEST_CASE("a bare word is found in the payload, whatever the case of its ASCII letters") {
    const char* payload = R"({"type":"latency_trace","data":{"note":"Fast"}})";
    CHECK(json("LATENCY", payload));
    CHECK(json("latency_Trace", payload));
    CHECK_FALSE(json("slow", payload));
    CHECK(json("data:", R"(data:x)"));
    CHECK(json("2.5", "a 2.5 b"));
    CHECK_FALSE(json("2.5", "2.50x 2,5" + 5)); // only as it is written
    CHECK(json("data.x", "see data.x there"));
    CHECK_FALSE(json("data.x", R"({"data":{"x":1}})"));
}

TEST_CASE("quoted words may hold everything, with the escapes of JSON") {
    CHECK(json(R"("fast\"}")", R"({"note":"Fast"}})"));
    CHECK(json(R"("a b")", "xA By"));
    CHECK_FALSE(json(R"("a b")", "b a"));
    CHECK(json(R"("\u0061\n")", "A\n"));
    CHECK(json(R"("and")", "salt AND pepper"));
    CHECK(json(R"("")", "anything"));
    CHECK(json(R"("\ud83d\udc4d")", "\xf0\x9f\x91\x8d"));
}

TEST_CASE("a word runs until a space or a byte that means something") {
    CHECK(json("a(b)", "b a")); // two terms
    CHECK(json("a\"b c\"", "b c a"));
    CHECK_FALSE(json("a\"b c\"", "b a"));
    CHECK(json("{x:y}", "{x:y}")); // braces, colons, slashes are part of it
    CHECK(json("ws://host/p", "ws://host/p"));
    CHECK(json("a.b-c_d#e", "a.b-c_d#e"));
    CHECK(json("a[0]", "a[0]"));
    CHECK(json("data[\"x\"]", "] x data[")); // no comparison: three words
}

TEST_CASE("an event with a payload is not searched in its reason or error") {
    test::EventMaker make;
    wire::Event event = make.frame(Kind::close, Dir::in, "");
    event.details = std::make_unique<wire::Details>();
    event.details->reason = "going away";
    CHECK_FALSE(passes("going", event));
    event.payload = wire::Payload();
    CHECK(passes("Going", event));
}

TEST_CASE("an event without a payload is searched in url, reason, error and note") {
    test::EventMaker make;
    wire::Event event = make.failed("connection REFUSED", "nothing listens", "start the server");
    event.details->url = "ws://localhost:8765/path";
    event.details->reason = "the reason";
    event.details->note = "a note";
    for (const char* text :
         {"refused", "LISTENS", "\"start the\"", "8765/PATH", "Reason", "\"a note\""})
        CHECK_MESSAGE(passes(text, event), text);
    event.details->address = "10.0.0.1";
    CHECK_FALSE(passes("10.0.0.1", event));
    wire::Event bare = make.life(Kind::open);
    bare.details.reset();
    CHECK_FALSE(passes("x", bare));
    CHECK(passes("not x", bare));
}

TEST_CASE("a word with other letters is found as it is and in its JSON escapes") {
    CHECK(json("caf\xc3\xa9", "\"Caf\xc3\xa9\""));
    CHECK(json("caf\xc3\xa9", R"("Caf\u00e9")"));
    CHECK(json("caf\xc3\xa9", R"("CAF\u00E9")"));
    CHECK_FALSE(json("caf\xc3\xa9", R"("caf\U00e9")"));
    CHECK_FALSE(json("caf\xc3\xa9", R"("cafe")"));
    CHECK_FALSE(json("caf\xc3\xa9", "CAF\xc3\x89")); // only ASCII letters match in either case
    CHECK(json("\xf0\x9f\x91\x8d", R"("\ud83d\udc4d")"));
    // A place that is none does not hide the true one behind it.
    CHECK(json("\xc3\xa9", R"("\U00e9 \u00e9")"));
    // Bytes that are no UTF-8 have no escapes, and are still found as bytes.
    test::EventMaker make;
    CHECK(passes("\xff", make.frame(Kind::binary, Dir::in, "a\xff")));
}

//--- and, or, not

TEST_CASE("terms side by side mean and; not binds tightest, then and, then or") {
    const auto on = [](std::string_view text, std::string_view letters) {
        return json(text, letters);
    };
    CHECK(on("a b", "b a"));
    CHECK_FALSE(on("a b", "a"));
    CHECK(on("a or b and c", "a"));
    CHECK_FALSE(on("a or b and c", "b"));
    CHECK(on("a or b c", "a"));
    CHECK(on("b and c or a", "a"));
    CHECK_FALSE(on("(a or b) and c", "a"));
    CHECK(on("(a or b) c", "b c"));
    CHECK(on("not a or b", "a b"));
    CHECK_FALSE(on("not (a or b)", "b"));
    CHECK_FALSE(on("not a b", "a b"));
    CHECK(on("not a b", "b"));
    CHECK(on("not not a", "a"));
    CHECK(on("a not b", "a"));
    CHECK_FALSE(on("a not b", "a b"));
    CHECK(on("((((a))))", "a"));
}

TEST_CASE("the operators have signs too, and are words in lower case only") {
    CHECK(json("a&&b||!a", "c"));
    CHECK_FALSE(json("a && b", "a"));
    CHECK(json("a || b", "b"));
    CHECK(json("! a", "b"));
    CHECK(json("!a b", "b"));
    CHECK(json("a AND b", "a b and"));
    CHECK_FALSE(json("a AND b", "a b"));
    CHECK_FALSE(json("NOT a", "b"));
}

TEST_CASE("behind a comparison and in lists every word is a value") {
    test::EventMaker make;
    CHECK(passes("dir == in", make.text_in("")));
    CHECK(json("x == and", R"({"x":"and"})"));
    CHECK(json("x==or", R"({"x":"or"})"));
    CHECK(json("x in (not, in)", R"({"x":"in"})"));
    CHECK(json("x == not and y == in", R"({"x":"not","y":"in"})"));
}

//--- fields

TEST_CASE("dir and kind know the words of their tables") {
    test::EventMaker make;
    CHECK(passes("dir == in", make.text_in("")));
    CHECK(passes("dir = out", make.text_out("")));
    CHECK(passes("dir == -", make.life(Kind::open)));
    CHECK(passes("dir != -", make.text_in("")));
    CHECK(passes("dir in (in, -)", make.life(Kind::open)));
    CHECK_FALSE(passes("dir not in (in, -)", make.life(Kind::open)));
    CHECK(passes("kind == \"ping\"", make.frame(Kind::ping, Dir::in, "")));
    CHECK(passes("kind ~ /^p[io]ng$/", make.frame(Kind::pong, Dir::in, "")));
    CHECK(passes("kind?", make.life(Kind::retry)));
    for (int k = 0; k < wire::kKindCount - 1; ++k) {
        const auto kind = static_cast<Kind>(k);
        const std::string word = wire::word(kind);
        CHECK(passes("kind == " + word, make.life(kind)));
        CHECK_FALSE(passes("kind != " + word, make.life(kind)));
        CHECK_FALSE(passes("kind not in (" + word + ")", make.life(kind)));
        CHECK_FALSE(
            passes("kind == " + word, make.life(kind == Kind::note ? Kind::open : Kind::note)));
    }
    CHECK(refusal("dir == up").where == "up");
    CHECK(refusal("kind in (ping, pang)").where == "pang");
    CHECK(refusal("kind == status").where == "status");
    CHECK(refusal("kind == \"Text\"").where == "\"Text\"");
    CHECK(refusal("dir == 5").where == "5");
    CHECK(refusal("dir < IN").where == "IN");
}

TEST_CASE("type is the payload's top-level type, if it is a string") {
    CHECK(json("type == latency_trace", R"({"type":"latency_trace"})"));
    CHECK_FALSE(json("type == latency_trace", R"({"data":{"type":"latency_trace"}})"));
    CHECK_FALSE(json("type == 5", R"({"type":5})"));
    CHECK_FALSE(json("type?", R"({"type":5})"));
    CHECK(json("not type?", R"({"type":null})"));
    CHECK(json("$.type == 5", R"({"type":5})"));
    CHECK(json("type in (a, b)", R"({"type":"b"})"));
    CHECK(json("type not in (a, b)", R"({"type":"c"})"));
    CHECK(json("type != a", R"({"type":"c"})"));
    CHECK_FALSE(json("type != a", R"({})"));
    CHECK(json("type ~ /_trace$/", R"({"type":"latency_trace"})"));
    CHECK(json("type < b", R"({"type":"a"})"));
    CHECK(json("type == \"true\"", R"({"type":"true"})"));
    CHECK_FALSE(json("type == true", R"({"type":"true"})"));
    test::EventMaker make;
    CHECK(passes("type == a", make.frame(Kind::binary, Dir::in, R"({"type":"a"})")));
    wire::Event refused = make.frame(Kind::refused, Dir::out, R"({"type":"a"})");
    CHECK(passes("type == a", refused));
    CHECK_FALSE(passes("type?", make.life(Kind::open)));
}

TEST_CASE("size is the payload's bytes, absent for life events, with its units") {
    test::EventMaker make;
    const wire::Event kilo = make.text_in(std::string(1000, 'x'));
    CHECK(passes("size == 1000", kilo));
    CHECK(passes("size == 1kB", kilo));
    CHECK(passes("size == 1000B", kilo));
    CHECK(passes("size < 1KiB", kilo));
    CHECK(passes("size == 0.001MB", kilo));
    CHECK(passes("size > 0.9kB", kilo));
    CHECK(passes("size == 1e3", kilo));
    CHECK(passes("size < 1GB", kilo));
    CHECK(passes("size < 1MiB and size < 1GiB", kilo));
    CHECK(passes("size == 1KiB", make.text_in(std::string(1024, 'x'))));
    CHECK(passes("size == 0", make.frame(Kind::ping, Dir::in, "")));
    CHECK(passes("size in (3, 4B)", make.frame(Kind::binary, Dir::in, "abc")));
    CHECK_FALSE(passes("size?", make.life(Kind::open)));
    CHECK_FALSE(passes("size?", make.frame(Kind::refused, Dir::out, "abc")));
    CHECK_FALSE(passes("size?", make.frame(Kind::request, Dir::out, "GET /")));
    CHECK_FALSE(passes("size == abc", kilo)); // two kinds
    CHECK_FALSE(passes("size != abc", kilo));
    CHECK(passes("not (size == \"1kB\")", kilo));
    CHECK(refusal("size > 2kb").where == "kb");
    CHECK(refusal("size > 2KB").where == "KB");
    CHECK(refusal("size > 2s").where == "s");
    CHECK(refusal("size ~ /1/").where == "~");
}

TEST_CASE("t and rtt are times, plain in seconds, with their units") {
    test::EventMaker make;
    wire::Event event = make.text_in("{}");
    wire::EventView view = wire::view_of(event);
    view.start_mono_ns = view.mono_ns - 301'205'000;
    for (const char* text : {"t == 0.301205", "t == 301.205ms", "t == 301205us", "t == 301205000ns",
                             "t > 0.3s", "t < 1min", "t != 1", "t == 3.01205e-1"})
        CHECK_MESSAGE(filter(text).matches(view), text);
    view.start_mono_ns = view.mono_ns - 60 * base::kSecond;
    CHECK(filter("t == 1min").matches(view));
    CHECK_FALSE(filter("rtt?").matches(view));
    CHECK_FALSE(filter("rtt < 5").matches(view));
    CHECK(filter("not rtt < 5").matches(view));
    view.rtt_ns = 21'000;
    CHECK(filter("rtt == 21us").matches(view));
    CHECK(filter("rtt?").matches(view));
    CHECK(refusal("t > 5m").where == "m");
    CHECK(refusal("rtt > 5kB").where == "kB");
    CHECK(refusal("t > 5\xc2\xb5s").where == "\xc2\xb5s");

    wire::Event pong = make.frame(Kind::pong, Dir::in, "");
    pong.details = std::make_unique<wire::Details>();
    CHECK_FALSE(passes("rtt?", pong));
    pong.details->rtt_ns = 5'000'000;
    CHECK(passes("rtt == 5ms", pong));
}

TEST_CASE("conn, n, code, url and note") {
    test::EventMaker make;
    make.conn = 7;
    wire::Event event = make.text_in("{}");
    event.id = 42;
    CHECK(passes("conn == 7 and n == 42", event));
    CHECK(passes("n > 41 n < 43 n in (1, 42)", event));
    CHECK(refusal("n > 5kB").where == "5kB");
    CHECK_FALSE(passes("code?", event));

    wire::Event close = make.frame(Kind::close, Dir::in, "");
    close.details = std::make_unique<wire::Details>();
    CHECK_FALSE(passes("code?", close)); // none was received
    close.details->code = 1001;
    CHECK(passes("code == 1001", close));
    wire::Event closed = make.life(Kind::closed);
    closed.details->code = 1000;
    CHECK(passes("code in (1000, 1001)", closed));
    wire::Event failed = make.failed("x");
    failed.details->code = 1000;
    CHECK_FALSE(passes("code?", failed));

    wire::EventView view = wire::view_of(event);
    CHECK_FALSE(filter("url?").matches(view));
    view.url = "ws://localhost:8765/a?b";
    CHECK(filter("url == \"ws://localhost:8765/a?b\"").matches(view));
    CHECK(filter("url ~ /LOCAL/i").matches(view));
    CHECK(filter("url != ws://localhost:8765").matches(view));

    wire::Event note = make.life(Kind::note);
    note.details->note = "here it broke";
    CHECK(passes("note == \"here it broke\"", note));
    CHECK(passes("note ~ /broke$/", note));
    CHECK(passes("note == there", make.frame(Kind::note, Dir::none, "there")));
    CHECK_FALSE(passes("note?", make.life(Kind::note)));
    CHECK_FALSE(passes("note?", event));
}

TEST_CASE("text is the payload of text and binary") {
    test::EventMaker make;
    CHECK(passes("text == abc", make.text_in("abc")));
    CHECK(passes("text ~ /^a.c$/", make.frame(Kind::binary, Dir::in, "abc")));
    CHECK_FALSE(passes("text?", make.frame(Kind::ping, Dir::in, "abc")));
    CHECK_FALSE(passes("text ~ /b/", make.life(Kind::open)));
    CHECK(passes("text == \"\"", make.text_in("")));
    CHECK_FALSE(passes("text == 5", make.text_in("5")));
}

//--- paths

TEST_CASE("any other name is a path from the payload's root") {
    const char* payload = R"({"data":{"items":[{"id":1},{"id":"b"}],"odd key":3,"and":4,
        "a.b":5,"":6},"size":"big","x-y":7,"0":8,"Type":"t","in":9,"$":10,"$ref":11})";
    for (const char* text :
         {"data.items[0].id == 1", "data.items[1].id == b", "data[\"odd key\"] == 3",
          "data.and == 4", "data[\"a.b\"] == 5", "data[\"\"] == 6", "$.size == big", "x-y == 7",
          "0 == 8", "Type == t", "$.in == 9", "$.$ == 10", "$[\"$\"] == 10", "$ref == 11",
          "$[\"data\"][\"items\"][0][\"id\"] == 1", "data [\"x\"] or data?", "$?",
          "data[\"odd\\u0020key\"] > 2", "data[\"items\"][1].id?"})
        CHECK_MESSAGE(json(text, payload), std::string(text));
    for (const char* text : {"data.items[2].id?", "data.items.id?", "data.items[0][0]?", "data[0]?",
                             "x?", "data.items[0].id.x?", "size == big", "$ == 1", "[0]?"})
        CHECK_MESSAGE(!json(text, payload), std::string(text));
    CHECK(json("[1] == 5", "[4, 5]"));
    CHECK(json("$[1][0] == 6", "[4,[6]]"));
    CHECK(json("$ == 5", " 5 "));
    CHECK(json("$ == abc", "\"abc\""));
    CHECK_FALSE(json("x == 5", "[5]"));
    test::EventMaker make;
    CHECK(passes("x == 5", make.frame(Kind::refused, Dir::out, R"({"x":5})")));
    CHECK_FALSE(passes("x == 5", make.life(Kind::open)));
}

TEST_CASE("a wrong path is refused where it is wrong") {
    CHECK(refusal("data. == 1").where == ".");
    CHECK(refusal("data..x == 1").where == "..");
    CHECK(refusal(".x == 1").where == ".");
    CHECK(refusal("data[x] == 1").where == "[x]");
    CHECK(refusal("data[-1] == 1").where == "[-1]");
    CHECK(refusal("data[*] == 1").where == "[*]");
    CHECK(refusal("data[1 == 1").where == "[1");
    CHECK(refusal("data[1]x == 1").where == "x");
    CHECK(refusal("data]x == 1").where == "]");
    CHECK(refusal("$.. == 1").where == "..");
    CHECK(refusal("data[99999999999999999999] == 1").where == "[99999999999999999999]");
    CHECK(refusal("\"x\" == 1").where == "\"x\"");
}

TEST_CASE("? asks whether the path is there, null too") {
    CHECK(json("data.error?", R"({"data":{"error":null}})"));
    CHECK(json("data.error ?", R"({"data":{"error":[]}})"));
    CHECK_FALSE(json("data.error?", R"({"data":{}})"));
    CHECK(json("a? b?", R"({"a":NaN,"b":{}})"));
    CHECK_FALSE(json("not a? or b?", R"({"a":1})"));
}

//--- values and comparing

TEST_CASE("comparisons of numbers") {
    const char* payload = R"({"num":1.5,"neg":-2,"big":9007199254740992,"e":1e3,"z":-0.0})";
    for (const char* text : {"num == 1.5", "num = 1.50", "num == 15e-1", "num != 1", "num < 2",
                             "num <= 1.5", "num > 1.4", "num >= 1.5", "neg == -2", "neg < -1.5",
                             "big == 9007199254740992", "big != 9007199254740991", "e == 1000",
                             "z == 0", "num in (1, 1.5)", "num not in (1, 2)", "num<2", "num>=1.5"})
        CHECK_MESSAGE(json(text, payload), std::string(text));
    for (const char* text :
         {"num != 1.5", "num < 1.5", "num > 1.5", "num <= 1.4", "num == \"1.5\"", "num != \"1.5\"",
          "num == abc", "num != abc", "num < abc", "num == true", "num == null", "num != null",
          "missing == 1", "missing != 1"})
        CHECK_MESSAGE(!json(text, payload), std::string(text));
    CHECK(json("not (missing == 1)", payload));
    CHECK(json("not (num == abc)", payload));
    CHECK(json("not missing != 1", payload));
}

TEST_CASE("whole numbers are exact up to 2^53, and what is beyond double is infinity") {
    CHECK(json("x == 9007199254740993", R"({"x":9007199254740992})")); // both round to 2^53
    CHECK_FALSE(json("x == 9007199254740991", R"({"x":9007199254740990})"));
    CHECK(json("x == 1e400", R"({"x":1e999})"));
    CHECK(json("x == 1e400", R"({"x":Infinity})"));
    CHECK(json("x == -1e400", R"({"x":-Infinity})"));
    CHECK(json("x > 1e308", R"({"x":Infinity})"));
    CHECK(json("x == 1e400", "{\"x\":" + std::string(400, '9') + "}"));
    CHECK(json("x == 0", R"({"x":1e-999})"));
    CHECK(json("x == 0", "{\"x\":0." + std::string(400, '0') + "1}"));
    CHECK(json("x == 0", R"({"x":0e999999999999999999999})"));
    CHECK(json("x == 0.1", R"({"x":0.1000})"));
    CHECK(json("x == 1.7976931348623157e308", R"({"x":179769313486231570e291})"));
}

TEST_CASE("NaN makes every comparison false") {
    for (const char* text : {"x == 1", "x != 1", "x < 1", "x > 1", "x == NaN", "x in (1)"})
        CHECK_MESSAGE(!json(text, R"({"x":NaN})"), text);
    CHECK(json("x?", R"({"x":NaN})"));
    CHECK(json("y == 1", R"({"x":NaN,"y":1})"));
    CHECK(json("x == NaN", R"({"x":"NaN"})")); // a bare word is a string
}

TEST_CASE("comparisons of strings are exact, and their order is that of the code points") {
    CHECK(json("x == abc", R"({"x":"abc"})"));
    CHECK_FALSE(json("x == abc", R"({"x":"Abc"})"));
    CHECK(json("x == \"a b\"", R"({"x":"a b"})"));
    CHECK(json("x == \"caf\\u00e9\"", "{\"x\":\"caf\xc3\xa9\"}"));
    CHECK(json("x == caf\xc3\xa9", R"({"x":"caf\u00e9"})"));
    CHECK(json("x == \"a\\\"b\"", R"({"x":"a\"b"})"));
    CHECK(json("x == \"\"", R"({"x":""})"));
    CHECK(json("x == \"1.5\"", R"({"x":"1.5"})"));
    CHECK_FALSE(json("x == 1.5", R"({"x":"1.5"})"));
    CHECK(json("x < b", R"({"x":"a"})"));
    CHECK(json("x < a", R"({"x":"Z"})"));
    CHECK(json("x < ab", R"({"x":"a"})"));
    CHECK(json("x >= abc", R"({"x":"abc"})"));
    // U+FF61 comes before U+1F44D, whatever UTF-16 says.
    CHECK(json("x < \"\xf0\x9f\x91\x8d\"", R"({"x":"\uff61"})"));
    CHECK(json("x == \"\\u0041\"", R"({"x":"A"})"));
    CHECK(json("x == \"\xef\xbf\xbd\"", R"({"x":"\ud800"})"));
    CHECK(json("x == \"\xef\xbf\xbd\xef\xbf\xbd\"", R"({"x":"\ud800\ud800"})"));
}

TEST_CASE("true, false and null are values of their own; objects and lists compare with nothing") {
    const char* payload = R"({"yes":true,"f":false,"nil":null,"o":{},"l":[1],"s":"true"})";
    for (const char* text : {"yes == true", "f == false", "yes != false", "nil == null",
                             "s == \"true\"", "s != \"false\"", "yes in (null, true)"})
        CHECK_MESSAGE(json(text, payload), std::string(text));
    for (const char* text :
         {"yes == false", "yes != true", "s == true", "yes == \"true\"", "nil != null",
          "nil == false", "yes < true", "f < true", "nil <= null", "o == null", "o != null",
          "l == 1", "l != 1", "o == \"{}\"", "yes != null", "nil != 1"})
        CHECK_MESSAGE(!json(text, payload), std::string(text));
    CHECK(json("not (o == 1)", payload));
}

TEST_CASE("numbers with letters behind them are refused where the field has no units") {
    CHECK(refusal("data.id == 3f2a").where == "3f2a");
    CHECK(refusal("data.id == 5s").where == "5s");
    CHECK(refusal("x in (1, 2kB)").where == "2kB");
    CHECK(refusal("code == 1e").where == "1e");
    CHECK(refusal("type == 3d").where == "3d");
    CHECK(json("data.id == \"3f2a\"", R"({"data":{"id":"3f2a"}})"));
    // Not letters: words.
    CHECK(json("x == 10.0.0.1", R"({"x":"10.0.0.1"})"));
    CHECK(json("x == 2023-06-01", R"({"x":"2023-06-01"})"));
    CHECK(json("x == 007", R"({"x":"007"})"));
    CHECK(json("x == +5", R"({"x":"+5"})"));
    CHECK(json("x == -", R"({"x":"-"})"));
    CHECK(json("x == .5", R"({"x":".5"})"));
    CHECK(json("x == a1", R"({"x":"a1"})"));
}

TEST_CASE("in asks for one of a list") {
    CHECK(json("x in (a, b)", R"({"x":"b"})"));
    CHECK(json("x in(a,b)", R"({"x":"a"})"));
    CHECK_FALSE(json("x in (a, b)", R"({"x":"c"})"));
    CHECK(json("x not in (a, b)", R"({"x":"c"})"));
    CHECK(json("x not in (a)", R"({})")); // not (x in (a))
    CHECK(json("x in (1, \"b\", true, null)", R"({"x":null})"));
    CHECK(refusal("x in ()").where == "()");
    CHECK(refusal("x in (a,)").where == ")");
    CHECK(refusal("x in (,a)").where == ",");
    CHECK(refusal("x in (a b)").where == "b");
    CHECK(refusal("x in (a").where == "(");
    CHECK(refusal("x in a").where == "a");
    CHECK(refusal("x in").where == "in");
    CHECK(refusal("x in ((a))").where == "(");
    CHECK(refusal("in (a)").where == "in");
}

//--- expressions

TEST_CASE("~ looks for a regular expression, anywhere in the text") {
    CHECK(json("text ~ /cpu.*9[0-9]/i", "the CPU is at 95"));
    CHECK_FALSE(json("text ~ /cpu.*9[0-9]/", "the CPU is at 95"));
    CHECK(json("data.x ~ /^a+$/", R"({"data":{"x":"aaa"}})"));
    CHECK(json("data.x ~ /b c/", R"({"data":{"x":"a\u0062 c"}})"));
    CHECK_FALSE(json("data.x ~ /5/", R"({"data":{"x":5}})"));
    CHECK_FALSE(json("data.x ~ /x/", R"({"data":{}})"));
    CHECK(json("text~/a\\/b/", "a/b"));
    CHECK(json("text ~ /[/]/", "a/b"));
    CHECK(json("text ~ /[^]/]x/", "ax"));
    CHECK(json("text ~ //", "anything"));
    CHECK(json("text ~ /a|b/ and text ~ /c/", "bc"));
    CHECK(json("(text ~ /a/)", "a"));
    CHECK(json("text ~ /a b/i b", "A b"));
    CHECK(json("text ~ /\xc3\xa9+/", "\xc3\xa9\xc3\xa9"));
    CHECK(json("text ~ /kelvin/i", "\xe2\x84\xaa"
                                   "ELVIN")); // RE2 folds beyond ASCII
    CHECK(json("text ~ /\\x61b/", "ab"));
    CHECK(json("text ~ /ab?c/", "ac"));
    CHECK(json("text ~ /ab{0}c/", "ac"));
    CHECK(json("text ~ /a\\Q.b\\E/", "a.b"));
    CHECK(json("text ~ /\\pLx/", "ax"));
    CHECK(json("text ~ /(?i)AB/", "ab"));
}

TEST_CASE("a wrong expression is refused where it is wrong") {
    CHECK(refusal("text ~ /a(b/").where.find("a(b") != std::string::npos);
    CHECK(refusal("text ~ /a**/").where == "**");
    CHECK(refusal("text ~ /[b-a]/").where == "b-a");
    CHECK(refusal("text ~ /abc").where == "/abc");
    CHECK(refusal("text ~ /[abc/").where == "/[abc/");
    CHECK(refusal("text ~ abc").where == "abc");
    CHECK(refusal("text ~").where == "~");
    CHECK(refusal("text ~ \"abc\"").where == "\"abc\"");
    CHECK(refusal("text ~ /a/x").where == "x");
    CHECK(refusal("text ~ /a/ig").where == "ig");
    CHECK(refusal("n ~ /1/").where == "~");
    CHECK(refusal("rtt ~ /1/").where == "~");
}

//--- JSON as it comes

TEST_CASE("of a name that comes twice the first counts") {
    CHECK(json("x == 1", R"({"x":1,"x":2})"));
    CHECK_FALSE(json("x == 2", R"({"x":1,"x":2})"));
    CHECK_FALSE(json("x.y == 2", R"({"x":1,"x":{"y":2}})"));
    CHECK(json("type == a", R"({"type":"a","type":"b"})"));
    CHECK_FALSE(json("type?", R"({"type":1,"type":"b"})"));
}

TEST_CASE("escaped names are found") {
    CHECK(json("type == a", R"({"t\u0079pe":"a"})"));
    CHECK(json("data.x == 1", R"({"d\u0061ta":{"\u0078":1}})"));
    CHECK(json("data.x == abc", R"({"data":{"x":"\u0061bc"}})"));
    CHECK(json("x ~ /abc/", R"({"x":"\u0061bc"})"));
    CHECK(json("x == 1", R"({"\u0078":1,"x":2})"));
}

TEST_CASE("what is no JSON has no fields behind the fault") {
    for (const char* payload :
         {R"({"a":tru,"x":1})", R"({"a":01,"x":1})", R"({"a":"\q","x":1})",
          "{\"a\":\"\n\",\"x\":1}", R"({"a":[1,],"x":1})", R"({"a":{,},"x":1})", R"({"a" 1,"x":1})",
          R"({a:1,"x":1})", R"({"a":1 "x":1})", R"({"a":.5,"x":1})", R"({"a":1.,"x":1})",
          R"({"a":+1,"x":1})", R"({"a":'1',"x":1})", R"({"a":nan,"x":1})",
          R"({"a":"\u12g4","x":1})", R"(x{"x":1})", R"({"a":[1}],"x":1})", R"({"a":,"x":1})",
          R"({,"x":1})"}) {
        CHECK_MESSAGE(!json("x?", payload), payload);
        CHECK_MESSAGE(!json("x == 1", payload), payload);
    }
    test::EventMaker make;
    CHECK_FALSE(passes("x?", make.frame(Kind::binary, Dir::in, "{\"a\":\"\xff\",\"x\":1}")));
}

TEST_CASE("nested deeply, and long") {
    const std::string deep(100'000, '[');
    CHECK_FALSE(json("x == 1", "{\"a\":" + deep));
    CHECK(json("x == 1", "{\"a\":" + deep + std::string(100'000, ']') + ",\"x\":1}"));
    std::string mixed = "1";
    for (int i = 0; i < 500; ++i)
        mixed = i % 3 ? "[" + mixed + "]" : "{\"k\":" + mixed + ",\"l\":[]}";
    CHECK(json("x == 1", "{\"a\":" + mixed + ",\"x\":1}"));
    CHECK_FALSE(json("x == 1", "{\"a\":" + mixed + "],\"x\":1}"));
}

//--- what is wrong, and where

TEST_CASE("a wrong filter is refused with the place marked") {
    const struct {
        const char* text;
        const char* where;
    } kCases[] = {
        {"a and", "and"},
        {"a or", "or"},
        {"not", "not"},
        {"a and or b", "or"},
        {"or a", "or"},
        {"and", "and"},
        {"a && && b", "&&"},
        {"(a", "("},
        {"(a or (b)", "("},
        {"a)", ")"},
        {"()", "()"},
        {"( )", "( )"},
        {"(a or)", ")"},
        {"== 5", "=="},
        {"a == ", "=="},
        {"a == == b", "=="},
        {"a == b == c", "=="},
        {"a === b", "="},
        {"a => b", ">"},
        {"a == (b)", "("},
        {"a == )", ")"},
        {"a < > b", ">"},
        {"a, b", ","},
        {"[1,2,3]", ","},
        {"a & b", "&"},
        {"a | b", "|"},
        {"? a", "?"},
        {"a == b?", "?"},
        {"~ /x/", "~"},
        {"\"abc", "\"abc"},
        {"a == \"abc", "\"abc"},
        {"\"a\\qb\"", "\\q"},
        {"\"a\\u12\"", "\\u"},
        {"\"a\\", "\"a\\"},
        {"\"a\\\"", "\"a\\\""},
        {"\"x\" == 1", "\"x\""},
        {"\"x\"?", "\"x\""},
    };
    for (const auto& [text, where] : kCases) {
        CAPTURE(text);
        const test::Refusal refused = refusal(text);
        CHECK(refused.where == where);
        CHECK_FALSE(refused.message.empty());
    }
    CHECK(refusal(std::string(1000, '(') + "a").where == "(");
    CHECK(refusal(std::string(1000, '!') + "a").where == "!");
    // Side by side there may be as many as one likes.
    std::string many = "a";
    for (int i = 0; i < 20'000; ++i) many += " or b";
    CHECK(json(many, "b"));
}

//--- marks

TEST_CASE("what is searched for and not negated is to be marked") {
    const auto found = [](std::string_view text, std::string_view in) {
        int marks = 0;
        const Filter compiled = filter(text);
        for (const model::TextSearch& mark : compiled.marks()) marks += mark.found_in(in);
        return marks;
    };
    CHECK(filter("type == a and size > 5").marks().empty());
    CHECK(found("latency or (cpu and not disk)", "LATENCY cpu disk") == 2);
    CHECK(found("caf\xc3\xa9", R"(caf\u00e9)") == 1);
    CHECK(filter("\"\"").marks().empty());
}
