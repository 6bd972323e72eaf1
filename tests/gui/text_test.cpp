// Any bytes on screen: nothing is shown that is not there, nothing that is there vanishes.
#include "ui/text.h"

#include <doctest/doctest.h>

#include "gui/person.h"
#include "ui/preview.h"
#include "ui/text_lines.h"

namespace {

const ImFont* mono() {
    static gui::Person person; // keeps the atlas
    return person.ui.atlas().Fonts[3];
}

std::string shown(std::string_view raw) { return ui::shown_text(mono(), raw).text; }

std::string preview(std::string_view payload) {
    test::EventMaker maker;
    const wire::Event event = maker.text_in(payload);
    return ui::preview_text(wire::view_of(event), 200);
}

} // namespace

TEST_CASE("control characters are shown as their pictures") {
    CHECK(shown("a\nb\r\tc") == "a␊b␍␉c");
    CHECK(shown(std::string_view("\0\x1b[31m\x7f", 7)) == "␀␛[31m␡");
}

TEST_CASE("what no face has is a box with its code point, never U+FFFD") {
    const ui::Shown thumb = ui::shown_text(mono(), "ok \xF0\x9F\x91\x8D");
    CHECK(thumb.text == "ok □");
    CHECK(thumb.boxed);
    CHECK(thumb.damaged.empty());
    CHECK(ui::boxed_names(mono(), "\xF0\x9F\x91\x8D \xE4\xB8\xAD") == "U+1F44D, U+4E2D");
    CHECK(shown("é ü € → ≥ Ж λ") == "é ü € → ≥ Ж λ");
}

TEST_CASE("bytes that are no UTF-8 are marked, one by one") {
    const ui::Shown bad = ui::shown_text(mono(), "a\xFF\xC3(");
    CHECK(bad.text == "a��(");
    CHECK(bad.damaged.size() == 2);
    CHECK(bad.damaged[0] == 1);
}

TEST_CASE("a preview shows the fields of data in the order sent, with their text resolved") {
    CHECK(
        preview(R"({"type":"x","data":{"b":1.50,"a":"caf\u00e9","c":{"k":1,"l":2},"d":[1,2]}})") ==
        "b 1.50  a \"café\"  c {k, l}  d [2 items]");
    CHECK(preview(R"({"type":"replay","events":[]})") == "events [0 items]");
    CHECK(preview("hello %s %n") == "hello %s %n");
    CHECK(preview(R"({"a":1})") == R"({"a":1})");
    CHECK(preview(R"({"type":"x","data":17})") == "data 17");
}

TEST_CASE("a preview never cuts a code point in two") {
    std::string payload = "{\"type\":\"x\",\"data\":{\"t\":\"";
    for (int i = 0; i < 4000; ++i) payload += "é";
    payload += "\"}}";
    for (const std::size_t most : {10u, 11u, 12u, 13u}) {
        test::EventMaker maker;
        const wire::Event event = maker.text_in(payload);
        const std::string text = ui::preview_text(wire::view_of(event), most);
        CHECK(ui::shown_text(mono(), text).damaged.empty());
    }
}

TEST_CASE("life is told in sentences") {
    test::EventMaker maker;
    wire::Event retry = maker.life(wire::Kind::retry);
    retry.details->attempt = 6;
    retry.details->delay_s = 5.88;
    retry.details->delay_cap_s = 8;
    CHECK(ui::preview_text(wire::view_of(retry), 200) ==
          "attempt 6 in 5.88 s (random, up to 8.00 s)");
    wire::Event closed = maker.life(wire::Kind::closed);
    closed.details->code = 1000;
    closed.details->by = wire::By::peer;
    CHECK(ui::preview_text(wire::view_of(closed), 200) == "by the server, 1000 Normal closure");
    closed.details->code = 0;
    CHECK(ui::preview_text(wire::view_of(closed), 200) == "by the server, no code received");
}

TEST_CASE("long texts are broken into lines, and no character of them is lost") {
    ui::TextLines lines;
    ui::append_text(lines, "{\n  \"k\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaé\",\n  \"n\": 1\n}",
                    ui::Role::text, 20);
    CHECK(lines.size() == 6);
    std::string all;
    for (const auto& piece : lines.pieces) all += lines.text.substr(piece.offset, piece.size);
    CHECK(all == "{  \"k\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaé\",  \"n\": 1}");
    ui::TextLines hex;
    ui::append_hex(hex, std::string_view("\x00\x01 abcdefgh", 11), 60);
    CHECK(hex.size() == 2);
    CHECK(hex.text.find("00000008  66 67 68") != std::string::npos);
}
