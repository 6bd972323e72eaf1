// The composer as somebody uses it: templates, fields, variables, history, saved messages, bytes,
// files, repeats. What the network then does is in app's compose_test.
#include <doctest/doctest.h>

#include "gui/person.h"

using gui::Person;
using model::Body;
using ui::Key;
using wire::Phase;

namespace {

const ui::Chord kSend = ui::ctrl(Key::enter);
const ui::Chord kOlder = ui::alt(Key::up), kNewer = ui::alt(Key::down);

void write(Person& person, const std::string& text) {
    person.click("composer/Editor");
    person.press({Key::a, true, false, false});
    person.press({Key::backspace});
    person.type(text);
}
const std::string& text_of(Person& person) { return person.ui.panels.composer.text; }

model::Draft sent_before(const std::string& text) {
    model::Draft draft;
    draft.text = text;
    return draft;
}

} // namespace

TEST_CASE("each command of the catalogue is a template, and its fields are explained") {
    Person person;
    person.click("composer/Template");
    CHECK(person.sees("list", "Starts speech-to-text."));
    person.click("list/stt_start");
    CHECK(text_of(person).find("\"stt_start\"") != std::string::npos);
    person.click("composer/Fields");
    CHECK(person.sees("list", "data.duration"));
    CHECK(person.sees("list", "number, s, optional"));
    CHECK(person.sees("list", "How long to listen"));
    CHECK(person.sees("list", "{{counter}}"));
    person.press({Key::escape});
    person.look();
    CHECK_FALSE(person.sees("list", "data.duration"));
}

TEST_CASE("a template chosen once more begins anew, and once more brings the draft back") {
    Person person;
    write(person, "{\"type\":\"mine\"}");
    person.press({Key::escape});
    for (int i = 0; i < 2; ++i) {
        person.click("composer/Template");
        person.click("list/text_input");
        CHECK((text_of(person) == "{\"type\":\"mine\"}") == (i == 1));
    }
}

TEST_CASE("variables are shown with what they will be before they are sent, and can be off") {
    Person person;
    person.connect(Phase::open);
    person.model.next_message.counter = 41;
    write(person, "{\"n\": {{counter}}, \"t\": \"{{now}}\"}");
    CHECK(person.sees("composer", "{{counter}}"));
    CHECK(person.sees("composer", "41"));
    CHECK(person.sees("composer", "time of sending"));
    CHECK(person.sees("composer", "Valid JSON"));
    person.point_at("composer/What is sent");
    CHECK(person.sees("tooltip", "{\"n\": 41, \"t\": \"20"));
    person.click("composer/Variables");
    CHECK(person.sees("composer", "Line 1, column 8"));
    person.click("composer/Variables");
    person.press(kSend);
    CHECK(person.only<model::SendComposed>().draft.variables);
}

TEST_CASE("a word in braces that is no variable is told, and can be sent") {
    Person person;
    person.connect(Phase::open);
    write(person, "{\"n\": \"{{contuer}}\"}");
    CHECK(person.sees("composer", "{{contuer}} is no variable: it is sent as it stands"));
    CHECK(person.item("composer/Send").enabled);
}

TEST_CASE("the place of a fault is underlined, behind emoji too") {
    Person person;
    write(person, "{\"a\": \"x\"\n \"b\"}");
    const float plain = person.item("composer/Fault").rect.x;
    CHECK(person.sees("composer", "Line 2, column 2: expected , or }"));
    write(person, "{\"a\": \"x\", \"\xF0\x9F\x91\x8D\" 1}");
    CHECK(person.sees("composer", "Line 1, column 16: expected :"));
    CHECK(person.item("composer/Fault").rect.x > plain + 5 * 7);
}

TEST_CASE("Make unique goes with the message, and refuses data that is no object") {
    Person person;
    person.connect(Phase::open);
    person.click("composer/Make unique");
    person.press(kSend);
    CHECK(person.only<model::SendComposed>().draft.unique);
    write(person, "{\"data\": 1}");
    CHECK(person.sees("composer", "data is no object"));
    CHECK_FALSE(person.item("composer/Send").enabled);
}

//--- history

TEST_CASE("Alt+Up and Alt+Down go through what was sent, and the draft waits at the end") {
    Person person;
    person.connect(Phase::open);
    person.model.composer.history = {sent_before("{\"a\":1}"), sent_before("{\"a\":2}")};
    write(person, "{\"mine\":1}");
    person.press(kOlder);
    CHECK(text_of(person) == "{\"a\":2}");
    person.press(kOlder);
    person.press(kOlder); // there is none before it
    CHECK(text_of(person) == "{\"a\":1}");
    person.press(kNewer);
    CHECK(text_of(person) == "{\"a\":2}");
    person.press({Key::end, true, false, false});
    person.type(" "); // changed on the way: kept as well
    person.press(kNewer);
    CHECK(text_of(person) == "{\"mine\":1}");
    person.press(kNewer);
    CHECK(text_of(person) == "{\"mine\":1}");
    person.press(kOlder);
    CHECK(text_of(person) == "{\"a\":2} ");
}

TEST_CASE("what was just sent is skipped by the first step back") {
    Person person;
    person.connect(Phase::open);
    write(person, "{\"b\":1}");
    person.press(kSend);
    person.model.composer.history = {sent_before("{\"a\":1}"),
                                     person.only<model::SendComposed>().draft};
    person.press(kOlder);
    CHECK(text_of(person) == "{\"a\":1}");
}

TEST_CASE("the list of what was sent shows the newest first, scrolls, and is forgotten on demand") {
    Person person;
    person.click("composer/History");
    CHECK(person.sees("list", "What is sent from here stands in this list."));
    person.press({Key::escape});
    for (int i = 0; i < 30; ++i)
        person.model.composer.history.push_back(sent_before("{\"n\":\n" + std::to_string(i) + "}"));
    person.click("composer/History");
    CHECK(person.sees("list", "{\"n\": 29}"));
    CHECK_FALSE(person.sees("list", "{\"n\": 5}"));
    person.wheel("list/sent 5", -10);
    CHECK(person.sees("list", "{\"n\": 0}"));
    person.click("list/sent 30");
    CHECK(text_of(person) == "{\"n\":\n0}");
    person.click("composer/History");
    person.click("list/Forget what was sent");
    CHECK(person.count<model::ForgetHistory>() == 1);
}

//--- saved messages

TEST_CASE("a message is saved by name, chosen and deleted") {
    Person person;
    write(person, "{\"hello\":1}");
    person.press({Key::escape});
    person.click("composer/Save");
    person.type("greeting");
    person.press({Key::enter});
    const auto saved = person.only<model::SaveMessage>();
    CHECK(saved.name == "greeting");
    CHECK(saved.draft.text == "{\"hello\":1}");
    person.model.composer.save(saved.name, saved.draft);

    person.click("composer/Template");
    person.click("list/demo_flow");
    CHECK(text_of(person).find("demo_flow") != std::string::npos);
    person.click("composer/Template");
    CHECK(person.sees("list", "Saved"));
    person.click("list/greeting");
    CHECK(text_of(person) == "{\"hello\":1}");
    CHECK(person.sees("composer", "greeting"));

    person.click("composer/Save");
    CHECK(person.has("list/Replace"));
    person.press({Key::escape});
    person.click("composer/Template");
    person.click("list/Delete greeting");
    CHECK(person.only<model::DeleteSaved>().name == "greeting");
}

//--- bytes and files

TEST_CASE("hex and base64 go as binary, with their faults told, and text is taken along") {
    Person person;
    person.connect(Phase::open);
    write(person, "hello");
    person.click("composer/Hex");
    CHECK(text_of(person) == "68 65 6c 6c 6f");
    CHECK(person.sees("composer", "5 B, sent as binary"));
    person.click("composer/Base64");
    CHECK(text_of(person) == "aGVsbG8=");
    person.click("composer/Text");
    CHECK(text_of(person) == "hello");
    person.click("composer/Hex");
    write(person, "00 0x");
    CHECK(person.sees("composer", "is no hex digit"));
    CHECK_FALSE(person.item("composer/Send").enabled);
    write(person, "00ff");
    person.press(kSend);
    CHECK(person.only<model::SendComposed>().draft.body == Body::hex);
}

TEST_CASE("a file is named by its path, asked about, and its fault is told") {
    Person person;
    person.connect(Phase::open);
    person.look();
    const std::string before = text_of(person);
    person.click("composer/File");
    CHECK(person.sees("composer", "Write the path of a file"));
    person.type("/tmp/x");
    CHECK(person.count<model::LookAtFile>() > 0);
    person.model.file_look = {"/tmp/x", 43'100, {}};
    person.look();
    CHECK(person.sees("composer", "43.1 kB, sent as binary"));
    person.click("composer/Send as text");
    CHECK(person.sees("composer", "43.1 kB, sent as text"));
    person.model.file_look.error = base::Error{"/tmp/x is a folder", "", "name a file in it"};
    person.look();
    CHECK(person.sees("composer", "/tmp/x is a folder"));
    CHECK_FALSE(person.item("composer/Send").enabled);
    person.click("composer/Text");
    CHECK(text_of(person) == before);
}

//--- repeats

TEST_CASE("Send begins a repeat when there is one to begin, and its faults are told before") {
    Person person;
    person.connect(Phase::open);
    person.double_click("composer/Times");
    person.type("100");
    person.double_click("composer/Every");
    person.press({Key::a, true, false, false});
    person.type("250 ms");
    person.press({Key::escape});
    person.click("composer/Send");
    const auto repeat = person.only<model::StartRepeat>();
    CHECK(repeat.times == 100);
    CHECK(repeat.every_ns == 250 * base::kMillisecond);
    CHECK(person.count<model::SendComposed>() == 0);

    person.click("composer/Times");
    person.press({Key::a, true, false, false});
    person.press({Key::backspace});
    person.click("composer/Every");
    person.press({Key::a, true, false, false});
    person.type("0");
    CHECK(person.sees("composer", "without an end it needs a pause"));
    CHECK_FALSE(person.item("composer/Send").enabled);
    person.press({Key::a, true, false, false});
    person.type("often");
    CHECK(person.sees("composer", "write a time such as 100 ms"));
}

TEST_CASE("while it repeats the button stops it and counts, and typing goes on") {
    Person person;
    person.connect(Phase::open);
    person.model.repeat.running = true;
    person.model.repeat.link = 1;
    person.model.repeat.times = 100;
    person.model.repeat.sent = 41;
    person.model.repeat.every_ns = 250 * base::kMillisecond;
    person.look();
    CHECK(person.sees("composer", "Stop, 41 of 100"));
    CHECK(person.sees("composer", "Repeating every 250 ms on connection 1"));
    CHECK_FALSE(person.has("composer/Send"));
    person.press(kSend);
    CHECK(person.count<model::SendComposed>() == 0);
    write(person, "{\"n\":1}");
    CHECK(text_of(person) == "{\"n\":1}");
    person.click("composer/Stop repeating");
    CHECK(person.count<model::StopRepeat>() == 1);
    person.model.repeat.times = 0;
    person.look();
    CHECK(person.sees("composer", "Stop, 41"));
    CHECK_FALSE(person.sees("composer", "Stop, 41 of"));
}

//--- where it goes, and what comes from the log

TEST_CASE("the connection it goes to is named as soon as there are two") {
    Person person;
    person.connect(Phase::open);
    person.look();
    CHECK_FALSE(person.sees("composer", "to 1"));
    person.connect(Phase::open, 2).options.url = "wss://u:p@coda.lan:8765/x?y";
    person.look();
    CHECK(person.sees("composer", "to 2, coda.lan:8765"));
    CHECK_FALSE(person.sees("composer", "u:p"));
    person.press(kSend);
    CHECK(person.only<model::SendComposed>().link == 2);
}

TEST_CASE("a message of the log comes into the editor, and what stood there is kept") {
    Person person;
    write(person, "{\"mine\":1}");
    CHECK(
        ui::edit_in_composer(person.ui.panels.composer, "{\"type\":\"\xF0\x9F\x91\x8D\"}", false));
    person.look();
    CHECK(ui::draft_of(person.ui.panels.composer).text == "{\"type\":\"\xF0\x9F\x91\x8D\"}");
    CHECK(ui::edit_in_composer(person.ui.panels.composer, std::string_view("\x00\x01", 2), true));
    person.look();
    CHECK(text_of(person) == "00 01");
    CHECK_FALSE(ui::edit_in_composer(person.ui.panels.composer, std::string(1 << 20, 'x'), false));
    CHECK(text_of(person) == "00 01");
    person.look();
    CHECK(person.sees("composer", "Too large to edit: 1"));
    person.click("composer/Template");
    person.click("list/text_input");
    CHECK(text_of(person) == "{\"mine\":1}");
}
