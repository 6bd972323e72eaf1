// The form of the settings, and what is remembered of a window.
#include "model/settings.h"

#include <doctest/doctest.h>

#include "gui/person.h"
#include "ui/remember.h"

using gui::Person;
using ui::Key;

TEST_CASE("every change in the settings acts at once") {
    Person person;
    person.press(ui::ctrl(Key::comma));
    CHECK(person.sees("over", "Nothing is remembered in the demo."));
    person.click("over/Light");
    CHECK_FALSE(person.model.dark_theme);
    person.click("over/+");
    CHECK(person.model.text_size == doctest::Approx(1.1));
    CHECK(person.sees("over", "110 %"));
    person.click("over/Normal size");
    CHECK(person.model.text_size == 1);
    person.click("over/Since start");
    CHECK(person.ui.panels.log.time == ui::TimeColumn::since_start);
    person.click("over/Answer Coda's challenges by itself");
    CHECK_FALSE(person.only<model::SetAnswerDefault>().on);
    person.click("over/Close the settings");
    CHECK_FALSE(person.has("over/Light"));
}

TEST_CASE("the log's memory is set when it is entered, not with each digit") {
    Person person;
    person.model.settings_path = "/home/me/.config/websocket-debugger/settings.json";
    person.press(ui::ctrl(Key::comma));
    CHECK(person.sees("over", "Remembered in /home/me"));
    person.click("over/Log budget");
    person.press({Key::a, true, false, false});
    person.type("3");
    person.look();
    CHECK(person.sees("over", "A size from 16 MiB"));
    CHECK(person.count<model::SetLogBudget>() == 0);
    person.type(" GiB");
    CHECK(person.count<model::SetLogBudget>() == 0);
    person.press({Key::enter});
    CHECK(person.only<model::SetLogBudget>().bytes == 3ull << 30);
}

TEST_CASE("a window that opens again looks as it was left") {
    model::Settings kept;
    {
        Person person;
        person.drag("splitter/Right column", -100, 0);
        person.press(ui::ctrl(Key::b));
        person.press({Key::t});
        person.press(ui::ctrl_shift(Key::l));
        person.press(ui::ctrl(Key::equal));
        person.press(ui::ctrl(Key::d)); // dials: the address goes to the history
        ui::take_from(person.ui, &kept);
        model::take_from(person.model, &kept);
    }
    const model::ReadSettings read = model::settings_of(model::text_of(kept));
    Person person;
    ui::put_into(person.ui, read.settings);
    model::put_into(person.model, read.settings);
    person.look();
    CHECK(person.ui.layout().inspector.w == doctest::Approx(600).epsilon(0.01));
    CHECK(person.ui.layout().sidebar.empty());
    CHECK(person.ui.panels.log.time == ui::TimeColumn::since_start);
    CHECK_FALSE(person.model.dark_theme);
    CHECK(person.model.text_size == doctest::Approx(1.1));
    person.click("connection/Earlier addresses");
    CHECK(person.has("list/ws://localhost:8765"));
}
