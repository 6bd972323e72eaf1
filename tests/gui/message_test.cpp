// Reading a message in the inspector, writing one in the composer.
#include <doctest/doctest.h>

#include "gui/person.h"

using gui::Person;
using ui::Key;
using wire::Phase;

namespace {

const ui::Chord kSend = ui::ctrl(Key::enter);

/// Puts the caret into the editor and `text` in place of all that stands there.
void write(Person& person, const std::string& text) {
    person.click("composer/Editor");
    person.press({Key::a, true, false, false});
    person.press({Key::backspace});
    person.type(text);
}

} // namespace

TEST_CASE("the inspector shows a message as a tree and raw, with what is known of it") {
    Person person;
    person.add(person.maker.text_in(
        R"({"version":"1.0","seq":279,"timestamp":3622.004,"type":"latency_trace","data":{"llm_seconds":1.50}})"));
    person.look();
    CHECK(person.sees("inspector", "Select an event to see its fields."));
    person.click("log/row 1");
    CHECK(person.sees("inspector", "latency_trace"));
    CHECK(person.sees("inspector", "#1"));
    CHECK(person.sees("inspector", "279"));
    CHECK(person.sees("inspector", "monotonic, s"));
    CHECK(person.sees("inspector", "llm_seconds"));
    CHECK(person.sees("inspector", "1.50"));
    person.click("inspector/Raw");
    CHECK(person.sees("inspector", R"({"version":"1.0","seq":279,)"));
    person.press({Key::n6});
    CHECK(person.sees("inspector", "An event from the backend"));
    CHECK(person.sees("inspector", "data.llm_seconds"));
    person.click("inspector/Copy payload");
    CHECK(person.count<model::CopyText>() == 1);
}

TEST_CASE("an ISO timestamp is told with its offset, a monotonic one never as a date") {
    Person person;
    person.add_messages(1);
    person.click("log/row 1");
    CHECK(person.sees("inspector", "ISO 8601"));
    CHECK_FALSE(person.sees("inspector", "1970"));
}

TEST_CASE("a failed attempt is told as what, why and what to do") {
    Person person;
    person.add(
        person.maker.failed("the server answered 503", "its models are loading", "wait a minute"));
    person.click("log/row 1");
    CHECK(person.sees("inspector", "The server answered 503"));
    CHECK(person.sees("inspector", "Its models are loading"));
    CHECK(person.sees("inspector", "What to do"));
    CHECK(person.sees("inspector", "Wait a minute"));
}

TEST_CASE("heads of a handshake are shown line by line, secrets only when asked for") {
    Person person;
    wire::Event request = person.maker.frame(
        wire::Kind::request, wire::Dir::none,
        "GET / HTTP/1.1\r\nHost: coda.lan\r\nAuthorization: Bearer abc\r\nCookie: id=7\r\n\r\n");
    person.add(std::move(request));
    person.click("log/row 1");
    CHECK(person.sees("inspector", "Host: coda.lan"));
    CHECK(person.sees("inspector", "Authorization: ***"));
    CHECK_FALSE(person.sees("inspector", "Bearer abc"));
    person.click("inspector/Raw");
    CHECK_FALSE(person.sees("inspector", "Bearer abc"));
    person.click("inspector/Show secrets");
    CHECK(person.sees("inspector", "Authorization: Bearer abc"));
}

TEST_CASE("binary is shown as hex, and a large payload says how much of it is shown") {
    Person person;
    person.add(person.maker.frame(wire::Kind::binary, wire::Dir::in,
                                  std::string_view("\x00\x01hello", 7)));
    person.add(person.maker.text_in(std::string(400'000, 'a')));
    person.click("log/row 1");
    CHECK(person.sees("inspector", "00 01 68 65 6c 6c 6f"));
    person.click("log/row 2");
    person.ui.panels.inspector.text.scroll.first = 1'000'000;
    person.look();
    CHECK(person.sees("inspector", "of 400 kB"));
}

TEST_CASE("a large text whose cut falls into a character is still shown as text") {
    Person person;
    for (int before = 0; before < 4; ++before) {
        std::string text(static_cast<std::size_t>(before), 'a');
        while (text.size() < 300'000) text += "\xF0\x9F\x91\x8D";
        person.add(person.maker.text_in(text));
        person.click("log/row " + std::to_string(before + 1));
        CHECK_FALSE(person.sees("inspector", "f0 9f 91 8d"));
    }
}

TEST_CASE("the composer begins with a template of the catalogue and sends it with Ctrl+Enter") {
    Person person;
    person.connect(Phase::open);
    person.look();
    CHECK(person.sees("composer", "Valid JSON"));
    person.press(kSend);
    const model::SendComposed sent = person.only<model::SendComposed>();
    CHECK(sent.draft.text.find("\"text_input\"") != std::string::npos);
    CHECK(sent.draft.envelope);
    CHECK(sent.link == 1);
    CHECK(sent.draft.body == model::Body::text);
}

TEST_CASE("Ctrl+Enter sends from inside the editor, what was just typed too, and the text stays") {
    Person person;
    person.connect(Phase::open);
    write(person, "{\"type\":\"a\"}");
    person.ui.input.character(' ');
    person.ui.input.key(kSend, true);
    person.ui.input.key({Key::enter}, false);
    person.look();
    CHECK(person.only<model::SendComposed>().draft.text == "{\"type\":\"a\"} ");
    CHECK(person.ui.panels.composer.text == "{\"type\":\"a\"} ");
    person.type("x");
    CHECK(person.ui.panels.composer.text == "{\"type\":\"a\"} x"); // the focus stayed
}

TEST_CASE("what is no JSON is told with its line and column while it is typed") {
    Person person;
    person.connect(Phase::open);
    write(person, "{\n\"type\": \"x\"\n\"data\": 1}");
    CHECK(person.sees("composer", "Line 3, column 1: expected , or }"));
    CHECK_FALSE(person.item("composer/Send").enabled);
    person.press(kSend);
    CHECK(person.count<model::SendComposed>() == 0);
}

TEST_CASE("without the envelope even what is no JSON can be sent, and it is said") {
    Person person;
    person.connect(Phase::open);
    write(person, "hello");
    person.click("composer/Envelope");
    CHECK(person.sees("composer", "No JSON: it is sent as it stands"));
    person.click("composer/Send");
    CHECK(person.only<model::SendComposed>().draft.text == "hello");
    CHECK_FALSE(person.only<model::SendComposed>().draft.envelope);
}

TEST_CASE("Send is disabled with the reason beside it while nothing is connected") {
    Person person;
    person.look();
    CHECK(person.sees("composer", "Cannot send: not connected"));
    CHECK_FALSE(person.item("composer/Send").enabled);
    person.click("composer/Send");
    CHECK(person.count<model::SendComposed>() == 0);
    person.connect(Phase::waiting);
    person.look();
    CHECK(person.sees("composer", "Cannot send: connection 1 is waiting to retry"));
}

TEST_CASE("a command before authentication is warned of, and can be sent") {
    Person person;
    person.connect(Phase::open).state.auth = wire::AuthStage::challenged;
    person.look();
    CHECK(person.sees("composer", "Will be ignored: not authenticated yet"));
    CHECK(person.item("composer/Send").enabled);
}

TEST_CASE("another template keeps the draft of the one before") {
    Person person;
    write(person, "{\"type\":\"mine\"}");
    person.press({Key::escape});
    person.click("composer/Template");
    person.click("list/stt_start");
    CHECK(person.ui.panels.composer.text.find("stt_start") != std::string::npos);
    person.click("composer/Template");
    person.click("list/text_input");
    CHECK(person.ui.panels.composer.text == "{\"type\":\"mine\"}");
}

TEST_CASE("Format indents what was typed, with the focus in the editor too") {
    Person person;
    write(person, "{\"a\":[1,2]}");
    person.press(ui::ctrl_shift(Key::i));
    CHECK(person.ui.panels.composer.text == "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
    person.press({Key::end, true, false, false});
    person.type(" ");
    CHECK(person.ui.panels.composer.text.back() == ' ');
}

TEST_CASE("the keys of an editor work: new lines, undo, select all") {
    Person person;
    write(person, "one\ntwo");
    CHECK(person.ui.panels.composer.text == "one\ntwo");
    CHECK(person.sees("composer", "2"));
    person.press({Key::z, true, false, false});
    CHECK(person.ui.panels.composer.text != "one\ntwo");
}
