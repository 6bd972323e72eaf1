// Somebody in front of the window, without a window: sees what is drawn, clicks on labels, types.
// Runs the very frames that the program runs, only that nobody sends them to OpenGL.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/make_events.h"
#include "model/model.h"
#include "ui/ui.h"

namespace gui {

class Person {
public:
    explicit Person(float width = 1600, float height = 900, float scale = 1);

    //--- what the window is about; a test fills it
    model::Model model;
    model::Selection selection;
    test::EventMaker maker;
    ui::Ui ui;

    /// Called with the Actions of each frame, as app::act is; kept in `wanted` too, when it is not
    /// set the Actions are only kept.
    std::function<void(model::Actions&)> act;
    /// Called before each frame, as app::drain is.
    std::function<void()> drain;
    model::Actions wanted; ///< all Actions since the last `forget`
    bool real_clock = false;

    model::EventId add(wire::Event event);
    /// `count` events of one type, one a millisecond.
    void add_messages(int count, const std::string& type = "llm_token");
    model::Connection& connect(wire::Phase phase, std::uint32_t link = 1);

    //--- looking
    void frame();
    void look() { frames(3); } ///< until the screen has come to rest
    void frames(int count);
    bool sees(std::string_view region, std::string_view part);
    bool has(std::string_view label);
    const ui::Probe::Item& item(std::string_view label); ///< fails the test when it is not there
    std::string text_of(std::string_view region);        ///< all texts of a region, one a line

    //--- acting
    void point_at(std::string_view label);
    void click(std::string_view label);
    void double_click(std::string_view label);
    void right_click(std::string_view label);
    /// With Shift or Ctrl held.
    void click_with(std::string_view label, ui::Chord held);
    void drag(std::string_view label, float dx, float dy);
    void wheel(std::string_view label, float notches);
    void type(std::string_view text);
    void press(ui::Chord chord);

    void forget() { wanted.clear(); }
    /// The only Action of that kind since `forget`; fails the test when there is none or several.
    template <class A>
    A only() {
        const A* found = nullptr;
        int count = 0;
        for (const model::Action& action : wanted) {
            if (const A* one = std::get_if<A>(&action)) {
                found = one;
                ++count;
            }
        }
        require_one(count);
        return *found;
    }
    template <class A>
    int count() const {
        int count = 0;
        for (const model::Action& action : wanted) count += std::holds_alternative<A>(action);
        return count;
    }

private:
    static void require_one(int count);
    void take_actions(model::Actions& actions);
    float width_, height_;
};

/// Performs what needs no network: the Actions that change the Model alone.
void act_without_network(model::Actions& actions, model::Model& model);

} // namespace gui
