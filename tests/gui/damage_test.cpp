// Only what changed is drawn again, and all of it.
#include "ui/damage.h"

#include <doctest/doctest.h>

#include "gui/person.h"

using gui::Person;
using ui::Rect;

namespace {

struct Watched {
    Person person;
    ui::Damage damage;
    Watched() {
        person.model.vitals.frame_ms = 1;
        person.look();
        taken();
    }
    Rect taken() { return damage.take(*ImGui::GetDrawData()); }
};

} // namespace

TEST_CASE("the first frame is drawn whole, the same again not at all") {
    Person person;
    person.look();
    ui::Damage damage;
    const Rect all = damage.take(*ImGui::GetDrawData());
    CHECK(all.w == 1600);
    CHECK(all.h == 900);
    person.frame();
    CHECK(damage.take(*ImGui::GetDrawData()).empty());
    damage.forget();
    person.frame();
    CHECK(damage.take(*ImGui::GetDrawData()).w == 1600);
}

TEST_CASE("a number that changes is all that is drawn again") {
    Watched watched;
    watched.person.model.vitals.frame_ms = 2;
    watched.person.frame();
    const Rect changed = watched.taken();
    CHECK_FALSE(changed.empty());
    CHECK(changed.inside(watched.person.ui.layout().status));
    CHECK(changed.w < 120);
}

TEST_CASE("where something was before is drawn again too") {
    Watched watched;
    Person& person = watched.person;
    person.model.vitals.frame_ms = 123;
    person.look();
    const Rect before = person.ui.probe.shown("status", "Frame 123")->rect;
    watched.taken();
    person.model.vitals.frame_ms = 2; // shorter, and aligned at the right
    person.frame();
    CHECK(person.ui.probe.shown("status", "Frame 2")->rect.x > before.x + 4);
    CHECK(watched.taken().x <= before.x + 3); // but for the blank pixels left of its first letter
}

TEST_CASE("what vanishes is drawn over, and what comes is drawn") {
    Watched watched;
    Person& person = watched.person;
    person.press({ui::Key::b, true, false, false});
    CHECK(person.ui.layout().sidebar.empty());
    const Rect folded = watched.taken();
    CHECK(folded.x == 0);
    CHECK(folded.h > 700);
    person.click("menu/File"); // a list of its own, over the others
    const Rect opened = watched.taken();
    const Rect quit = person.item("menu/File/Quit").rect;
    CHECK(quit.inside(opened));
    person.press({ui::Key::escape});
    CHECK(quit.inside(watched.taken()));
}

TEST_CASE("rows that come change the log, its counts, and nothing at the right") {
    Watched watched;
    Person& person = watched.person;
    person.add_messages(1);
    person.look();
    watched.taken();
    person.add_messages(1);
    person.look();
    const Rect changed = watched.taken();
    CHECK(person.item("log/row 2").rect.inside(changed, -1));
    CHECK(changed.right() <= person.ui.layout().inspector.x);
}

TEST_CASE("another size draws everything") {
    Person person;
    person.look();
    ui::Damage damage;
    damage.take(*ImGui::GetDrawData());
    model::Actions actions;
    person.ui.frame(person.model, person.selection, actions, 1280, 720, 0.016f);
    CHECK(damage.take(*ImGui::GetDrawData()).w == 1280);
}

TEST_CASE("clipped to a part, nothing reaches beyond it") {
    Person person;
    person.add_messages(100);
    person.look();
    ImDrawData& data = *ImGui::GetDrawData();
    const Rect part{100, 200, 300, 50};
    ui::clip_to(data, part);
    for (int i = 0; i < data.CmdListsCount; ++i) {
        for (const ImDrawCmd& command : data.CmdLists[i]->CmdBuffer) {
            const ImVec4& clip = command.ClipRect;
            const bool nothing = clip.z <= clip.x || clip.w <= clip.y;
            const Rect rect{clip.x, clip.y, clip.z - clip.x, clip.w - clip.y};
            CHECK((nothing || rect.inside(part)));
        }
    }
}
