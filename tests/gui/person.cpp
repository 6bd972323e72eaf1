#include "gui/person.h"

#include <doctest/doctest.h>

#include "app/act.h"
#include "base/text.h"

namespace gui {
namespace {

const ui::FontFiles& fonts() {
    static const ui::FontFiles files = ui::find_fonts();
    return files;
}

} // namespace

Person::Person(float width, float height, float scale)
    : ui(fonts()), width_(width), height_(height) {
    maker.step_ns = base::kMillisecond;
    model.now.mono_ns = maker.mono_ns;
    model.now.wall_ns = maker.mono_ns + maker.wall_offset_ns;
    ui.probe.recording = true;
    bool rebuilt = false;
    const base::Status ready = ui.prepare(scale, &rebuilt);
    REQUIRE_MESSAGE(ready.ok(), "fonts are missing");
    unsigned char* pixels = nullptr; // the atlas must be built, though nobody draws with it
    int x = 0, y = 0;
    ui.atlas().GetTexDataAsAlpha8(&pixels, &x, &y);
}

model::EventId Person::add(wire::Event event) {
    return model.insight.append(model.log, std::move(event));
}

void Person::add_messages(int count, const std::string& type) {
    for (int i = 0; i < count; ++i) {
        add(maker.text_in("{\"type\":\"" + type +
                          "\",\"data\":{\"token\":\"word\",\"token_index\":" + std::to_string(i) +
                          "},\"timestamp\":\"2026-11-23T01:02:03.456Z\"}"));
    }
}

model::Connection& Person::connect(wire::Phase phase, std::uint32_t link) {
    while (model.connections.size() < link) {
        model::Connection& added = model.connections.emplace_back();
        added.link = added.state.link = static_cast<std::uint32_t>(model.connections.size());
        added.options.url = added.state.url = "ws://localhost:8765";
    }
    model.current_link = link;
    model::Connection& connection = model.connections[link - 1];
    connection.state.phase = phase;
    connection.state.since_mono_ns = model.now.mono_ns;
    return connection;
}

//--- looking

void Person::take_actions(model::Actions& actions) {
    wanted.insert(wanted.end(), actions.begin(), actions.end());
    if (act) {
        act(actions);
    } else {
        act_without_network(actions, model);
    }
    actions.clear();
}

void Person::frame() {
    if (real_clock) {
        model.now = base::stamp_now();
    } else {
        const std::int64_t step = 16 * base::kMillisecond;
        model.now.mono_ns = std::max(model.now.mono_ns, maker.mono_ns) + step;
        model.now.wall_ns = model.now.mono_ns + maker.wall_offset_ns;
    }
    if (drain) {
        drain();
    } else {
        // A person waits until the rows are there.
        const std::int64_t patience = base::mono_now_ns() + 10 * base::kSecond;
        do {
            model::follow_log(model, 50 * base::kMillisecond);
        } while (!model.index.complete() && base::mono_now_ns() < patience);
    }
    selection.repair(model.log);
    model::Actions actions;
    ui.frame(model, selection, actions, width_, height_, 0.016f);
    take_actions(actions);
}

void Person::frames(int count) {
    for (int i = 0; i < count || ui.input.waiting(); ++i) frame();
}

bool Person::sees(std::string_view region, std::string_view part) {
    return ui.probe.shown(region, part) != nullptr;
}

bool Person::has(std::string_view label) { return ui.probe.find(label) != nullptr; }

const ui::Probe::Item& Person::item(std::string_view label) {
    const ui::Probe::Item* found = ui.probe.find(label);
    REQUIRE_MESSAGE(found != nullptr, "not on screen: " << std::string(label));
    return *found;
}

std::string Person::text_of(std::string_view region) {
    std::string all;
    for (const ui::Probe::Text& text : ui.probe.texts()) {
        if (text.region == region) all += text.text + "\n";
    }
    return all;
}

//--- acting

void Person::point_at(std::string_view label) {
    look();
    const ui::Rect rect = item(label).rect;
    ui.input.pointer(rect.mid_x(), rect.mid_y());
    look();
}

void Person::click(std::string_view label) {
    point_at(label);
    ui.input.button(0, true);
    ui.input.button(0, false);
    look();
}

void Person::right_click(std::string_view label) {
    point_at(label);
    ui.input.button(1, true);
    ui.input.button(1, false);
    look();
}

void Person::click_with(std::string_view label, ui::Chord held) {
    ui.input.key(held, true);
    click(label);
    ui.input.key({held.key}, false);
    look();
}

void Person::double_click(std::string_view label) {
    point_at(label);
    for (int i = 0; i < 2; ++i) {
        ui.input.button(0, true);
        ui.input.button(0, false);
    }
    look();
}

void Person::drag(std::string_view label, float dx, float dy) {
    point_at(label);
    const ui::Rect rect = item(label).rect;
    ui.input.button(0, true);
    frames(2);
    ui.input.pointer(rect.mid_x() + dx / 2, rect.mid_y() + dy / 2);
    frames(2);
    ui.input.pointer(rect.mid_x() + dx, rect.mid_y() + dy);
    frames(2);
    ui.input.button(0, false);
    look();
}

void Person::wheel(std::string_view label, float notches) {
    point_at(label);
    ui.input.wheel(0, notches);
    look();
}

void Person::type(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t code_point = base::utf8_next(text, &at);
        if (code_point == '\n') {
            press({ui::Key::enter});
        } else {
            ui.input.character(code_point);
        }
    }
    look();
}

void Person::press(ui::Chord chord) {
    ui.input.key(chord, true);
    ui.input.key({chord.key}, false);
    look();
}

void Person::require_one(int count) { REQUIRE(count == 1); }

void act_without_network(model::Actions& actions, model::Model& model) {
    for (const model::Action& action : actions) {
        if (const auto* filter = std::get_if<model::SetFilter>(&action)) {
            model.index.set_filter(filter->filter, model.log);
        } else if (const auto* find = std::get_if<model::SetFind>(&action)) {
            model.find.set_text(find->text);
        } else if (const auto* mark = std::get_if<model::SetBookmark>(&action)) {
            model.bookmarks.set(mark->event, mark->on);
        } else if (const auto* note = std::get_if<model::SetNote>(&action)) {
            model.bookmarks.set_note(note->event, note->note);
        } else if (const auto* used = std::get_if<model::UseFilter>(&action)) {
            model.filters.used(used->text);
        } else if (const auto* saved = std::get_if<model::SaveFilter>(&action)) {
            model.filters.save(saved->name, saved->text);
        } else if (const auto* forgotten = std::get_if<model::ForgetFilter>(&action)) {
            model.filters.forget(forgotten->name);
        } else if (const auto* theme = std::get_if<model::SetTheme>(&action)) {
            model.dark_theme = theme->dark;
        } else if (const auto* size = std::get_if<model::SetTextSize>(&action)) {
            model.text_size = size->factor;
        } else if (const auto* closed = std::get_if<model::CloseNotice>(&action)) {
            model.notices.close(closed->id);
        } else if (const auto* plot = std::get_if<model::PlotPath>(&action)) {
            REQUIRE(model.plots.add(plot->type, plot->path).ok());
        } else if (const auto* removed = std::get_if<model::RemoveSeries>(&action)) {
            model.plots.remove(removed->line);
        } else if (std::holds_alternative<model::ClearLog>(action)) {
            model.log.clear();
            model.sequence.clear();
            model.insight.clear(model.log);
        }
    }
}

} // namespace gui
