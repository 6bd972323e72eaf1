// Every key and every menu entry does what it promises: each is pressed, and picked from its menu,
// in a window where it can work, and something must come of it.
// ctest: timeout=300
#include <doctest/doctest.h>

#include <map>

#include "gui/person.h"

using gui::Person;
using ui::Command;
using ui::Key;

namespace {

/// A session with all that a command could act upon: two connections, messages of both directions,
/// errors, an event selected in the middle.
void fill_scene(Person& person) {
    person.add_messages(40, "llm_token");
    person.add(person.maker.text_out(R"({"type":"text_input","data":{"text":"hello"}})"));
    person.add(person.maker.text_in(R"({"type":"tts_error","data":{"message":"no","n":1.5}})"));
    person.add_messages(40, "llm_token");
    person.add(person.maker.text_out(R"({"type":"text_input","data":{"text":"again"}})"));
    person.add(person.maker.text_in(R"({"type":"tts_error","data":{"message":"no","n":2.5}})"));
    person.add_messages(40, "llm_token");
    person.connect(wire::Phase::open, 9); // all nine have a tab, the fifth is the current one
    person.connect(wire::Phase::open, 5);
    person.selection.event = 60;
    person.look();
}

//--- what some commands need beyond the scene

void find_tokens(Person& p) {
    p.press(ui::ctrl(Key::f));
    p.type("token");
    p.press({Key::enter});
    p.press({Key::escape});
}
void mark_two(Person& p) {
    p.model.bookmarks.set(10, true);
    p.model.bookmarks.set(100, true);
}
/// A number of the tree is chosen.
void choose_node(Person& p) {
    p.click("log/row 120");
    p.press({Key::enter});
    for (int i = 0; i < 4; ++i) p.press({Key::down});
}
void two_turns(Person& p) {
    for (int i = 0; i < 2; ++i) {
        p.maker.mono_ns += 2 * base::kSecond;
        p.add(p.maker.text_out(R"({"type":"text_input","data":{}})"));
        p.add(p.maker.text_in(R"({"type":"tts_result","data":{}})"));
    }
    p.look();
}
void sent_twice(Person& p) {
    for (const char* text : {"one", "two"})
        p.model.composer.history.push_back(model::draft_of_message(
            R"({"type":"x","data":")" + std::string(text) + R"("})", false));
}

/// Two messages to be played; nobody plays them.
void load_replay(Person& p) {
    static const wire::ReplayState state = [] {
        wire::ReplayState made;
        made.sends.resize(2);
        return made;
    }();
    p.model.replay.source = 5;
    p.model.replay.state = &state;
}

using Prepare = void (*)(Person&);
const std::map<Command, Prepare>& preparations() {
    static const std::map<Command, Prepare> table = {
        {Command::retry_now,
         [](Person& p) { p.connect(wire::Phase::waiting, 5).state.retry_at_mono_ns = 1ll << 60; }},
        {Command::answer_now,
         [](Person& p) {
             p.connect(wire::Phase::open, 5).state.auth = wire::AuthStage::challenged;
         }},
        {Command::live, [](Person& p) { p.press({Key::space}); }},
        {Command::normal_text, [](Person& p) { p.press(ui::ctrl(Key::equal)); }},
        {Command::clear_filter,
         [](Person& p) {
             p.press(ui::ctrl_shift(Key::f));
             p.type("token");
             p.press({Key::escape});
         }},
        {Command::format,
         [](Person& p) {
             p.ui.panels.composer.text = R"({"type":"x","data":{}})";
             p.ui.panels.composer.replaced = true;
         }},
        {Command::last_row, [](Person& p) { p.press({Key::home}); }},
        {Command::row_up, [](Person& p) { p.click("log/row 120"); }},
        {Command::link_5, [](Person& p) { p.connect(wire::Phase::open, 6); }},
        {Command::tab_plots, [](Person& p) { p.press(ui::alt(Key::n6)); }},
        {Command::tab_compose, [](Person& p) { p.press(ui::alt_shift(Key::n4)); }},
        {Command::tab_1, [](Person& p) { p.press({Key::n2}); }},
        {Command::next_hit, find_tokens},
        {Command::previous_hit, find_tokens},
        {Command::next_bookmark, mark_two},
        {Command::previous_bookmark, mark_two},
        {Command::fold_repeats,
         [](Person& p) {
             for (int seq = 1; seq < 6; ++seq)
                 p.add(p.maker.text_in(R"({"seq":)" + std::to_string(seq) +
                                       R"(,"type":"llm_token","data":{"token":"again"}})"));
         }},
        {Command::copy_path, choose_node},
        {Command::copy_value, choose_node},
        {Command::filter_node, choose_node},
        {Command::plot_node, choose_node},
        {Command::watch_node, choose_node},
        {Command::previous_turn, two_turns},
        {Command::next_turn,
         [](Person& p) {
             two_turns(p);
             p.press({Key::left_bracket});
         }},
        {Command::replay_play, load_replay},
        {Command::replay_next, load_replay},
        {Command::replay_stop,
         [](Person& p) {
             load_replay(p);
             p.model.replay.running = true;
         }},
        {Command::older_message, sent_twice},
        {Command::newer_message,
         [](Person& p) {
             sent_twice(p);
             p.press(ui::alt(Key::up));
             p.press(ui::alt(Key::up));
         }},
    };
    return table;
}

void prepare(Person& person, Command command) {
    fill_scene(person);
    const auto at = preparations().find(command);
    if (at != preparations().end()) at->second(person);
    person.look();
}

/// All that a command could change, in one text.
std::string fingerprint(Person& person) {
    person.look();
    std::string all;
    for (const ui::Probe::Text& text : person.ui.probe.texts()) {
        if (text.region == "menu") continue; // an open menu is no answer
        all += text.region + ":" + text.text + "\n";
    }
    for (const ui::Probe::Item& item : person.ui.probe.items()) {
        if (item.label.rfind("menu/", 0) == 0) continue;
        all += item.label + (item.enabled ? "+" : "-") + std::to_string(item.rect.x) + "," +
               std::to_string(item.rect.y) + "\n";
    }
    all += std::to_string(person.selection.event) + " " + std::to_string(person.selection.cursor) +
           " " + std::to_string(person.wanted.size()) + " " +
           std::to_string(person.ui.full_screen) +
           std::to_string(static_cast<int>(person.ui.panels.focus)) +
           std::to_string(ImGui::GetIO().WantTextInput) +
           std::to_string(person.ui.panels.inspector.pinned) + person.ui.panels.composer.text;
    return all;
}

/// Where a person would see that nothing more can come of it.
bool works(Person& person, Command command) {
    return ui::command_works(command, person.model, person.selection);
}

} // namespace

TEST_CASE("every key does something") {
    for (int i = 1; i < ui::kCommandCount; ++i) {
        const ui::CommandInfo& entry = ui::info(static_cast<Command>(i));
        if (entry.chord.key == Key::none) continue;
        CAPTURE(std::string(entry.name));
        Person person;
        prepare(person, entry.command);
        REQUIRE_MESSAGE(works(person, entry.command), "it cannot work in this scene");
        const std::string before = fingerprint(person);
        person.press(entry.chord);
        const bool same = fingerprint(person) == before;
        CHECK_MESSAGE(!same, "nothing came of its key");
    }
}

TEST_CASE("every menu entry shows its key and does something") {
    for (int i = 1; i < ui::kCommandCount; ++i) {
        const ui::CommandInfo& entry = ui::info(static_cast<Command>(i));
        if (entry.menu == ui::Menu::none) continue;
        CAPTURE(std::string(entry.name));
        Person person;
        prepare(person, entry.command);
        REQUIRE_MESSAGE(works(person, entry.command), "it cannot work in this scene");
        const std::string before = fingerprint(person);
        person.click(std::string("menu/") + ui::word(entry.menu));
        const ui::Probe::Item* line = nullptr;
        const std::string prefix = std::string("menu/") + ui::word(entry.menu) + "/";
        const std::string name = ui::menu_name(entry.command, person.model);
        line = person.ui.probe.find(prefix + name);
        REQUIRE_MESSAGE(line != nullptr, "it is not in its menu");
        CHECK(line->enabled);
        person.click(prefix + name);
        const bool same = fingerprint(person) == before;
        CHECK_MESSAGE(!same, "nothing came of it");
    }
}

TEST_CASE("bare keys are typed, not obeyed, while a field has the focus") {
    for (int i = 1; i < ui::kCommandCount; ++i) {
        const ui::CommandInfo& entry = ui::info(static_cast<Command>(i));
        if (entry.chord.key == Key::none || !ui::bare(entry.chord)) continue;
        CAPTURE(std::string(entry.name));
        CHECK(ui::command_of(entry.chord, true) == Command::none);
        CHECK(ui::command_of(entry.chord, false) == entry.command);
    }
}

TEST_CASE("the menu lights Filter, Plot and Watch only for a field that is chosen") {
    Person person;
    person.add(person.maker.text_in(R"({"type":"a","data":{"x":1,"word":"b"}})"));
    person.selection.event = 1;
    person.look();
    person.click("menu/Inspect");
    CHECK_FALSE(person.item("menu/Inspect/Filter by this field").enabled);
    CHECK_FALSE(person.item("menu/Inspect/Plot this field").enabled);
    CHECK_FALSE(person.item("menu/Inspect/Watch this field").enabled);
}
