#include "ui/ui.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "ui/field_text.h"

namespace ui {

using model::Model;
using model::Selection;

bool command_works(Command command, const Model& model, const Selection& selection) {
    const model::Connection* connection = model.current();
    const wire::Phase phase = connection ? connection->state.phase : wire::Phase::idle;
    const bool open = phase == wire::Phase::open;
    const bool selected = model.log.contains(selection.event);
    if (const auto works = links_command_works(command, model)) return *works;
    if (const auto works = replay_command_works(command, model)) return *works;
    switch (command) {
    case Command::retry_now: return phase == wire::Phase::waiting || phase == wire::Phase::failed;
    case Command::ping:
    case Command::test_message:
    case Command::test_text_input:
    case Command::break_line: return open;
    case Command::auto_answer:
    case Command::frame_detail: return connection != nullptr && connection->file.empty();
    case Command::save_as: return model.log.size() > 0;
    case Command::export_rows: return model.index.size() > 0;
    case Command::answer_now: return open && connection->state.auth == wire::AuthStage::challenged;
    case Command::pause:
    case Command::step_back:
    case Command::step_forward:
    case Command::same_type_back:
    case Command::same_type_forward:
    case Command::other_direction_back:
    case Command::other_direction_forward:
    case Command::previous_error:
    case Command::next_error:
    case Command::previous_same_connection:
    case Command::next_same_connection:
    case Command::go_to:
    case Command::clear: return model.log.size() > 0;
    case Command::next_hit:
    case Command::previous_hit: return model.find.size() > 0;
    case Command::next_bookmark:
    case Command::previous_bookmark: return !model.bookmarks.list.empty();
    case Command::copy_shown: return model.index.size() > 0;
    case Command::send_again: {
        if (!selected) return false;
        const model::Row row = model.log.row(selection.event);
        return row.has_payload && (wire::is_message(row.kind) || row.kind == wire::Kind::refused);
    }
    case Command::clear_filter: return !model.index.filter().everything();
    case Command::demo: return !model.demo;
    case Command::previous_turn:
    case Command::next_turn: return !model.insight.turns.list().empty();
    case Command::copy_row:
    case Command::bookmark:
    case Command::note:
    case Command::to_inspector:
    case Command::pin:
    case Command::tab_1:
    case Command::tab_2:
    case Command::tab_3:
    case Command::tab_4:
    case Command::tab_5:
    case Command::tab_6: return selected;
    case Command::copy_payload: return selected && model.log.row(selection.event).has_payload;
    default: return true;
    }
}

Ui::Ui(FontFiles fonts) : context_(ImGui::CreateContext()), files_(std::move(fonts)) {
    ImGui::SetCurrentContext(context_);
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.ConfigInputTextCursorBlink = false; // a blinking caret would never let the loop sleep
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    map_keys(io);
}

Ui::~Ui() { ImGui::DestroyContext(context_); }

ImFontAtlas& Ui::atlas() {
    ImGui::SetCurrentContext(context_);
    return *ImGui::GetIO().Fonts;
}

base::Status Ui::prepare(float scale, bool* rebuilt) {
    *rebuilt = false;
    if (fonts_.scale == scale) return {};
    base::Result<Fonts> fonts = build_fonts(atlas(), files_, scale);
    if (!fonts.ok()) return fonts.error();
    fonts_ = fonts.value();
    ImGui::GetIO().FontDefault = fonts_.words;
    *rebuilt = true;
    return {};
}

//--- commands ------------------------------------------------------------------------------------

/// What concerns the window alone. False: the command is another's.
bool Ui::perform_view(Command command, const Model& model, model::Actions& actions) {
    const auto show_time = [&](TimeTab tab) {
        splits.time_shown = true;
        panels.time.tab = tab;
    };
    const auto show_lower = [&](LowerTab tab) {
        splits.right_shown = true;
        panels.lower.tab = tab;
    };
    switch (command) {
    case Command::quit: actions.push_back(model::Quit{}); break;
    case Command::theme: actions.push_back(model::SetTheme{!model.dark_theme}); break;
    case Command::larger_text: actions.push_back(model::SetTextSize{model.text_size + 0.1f}); break;
    case Command::smaller_text:
        actions.push_back(model::SetTextSize{model.text_size - 0.1f});
        break;
    case Command::normal_text: actions.push_back(model::SetTextSize{1}); break;
    case Command::sidebar: splits.sidebar_shown = layout_.sidebar.empty() ? 1 : 0; break;
    case Command::time_region: splits.time_shown = !splits.time_shown; break;
    case Command::right_column: splits.right_shown = !splits.right_shown; break;
    case Command::full_screen: full_screen = !full_screen; break;
    case Command::next_region: move_focus(1); break;
    case Command::previous_region: move_focus(-1); break;
    case Command::commands: panels.overlays.show(Overlay::commands); break;
    case Command::keys: panels.overlays.show(Overlay::keys); break;
    case Command::tab_plots: show_time(TimeTab::plots); break;
    case Command::tab_turn: show_time(TimeTab::turn); break;
    case Command::tab_check: show_time(TimeTab::check); break;
    case Command::tab_attempts: show_time(TimeTab::attempts); break;
    case Command::tab_notices: show_time(TimeTab::notices); break;
    case Command::tab_developer: show_time(TimeTab::developer); break;
    case Command::tab_compose: show_lower(LowerTab::compose); break;
    case Command::tab_state: show_lower(LowerTab::state); break;
    case Command::tab_watches: show_lower(LowerTab::watches); break;
    case Command::tab_alarms: show_lower(LowerTab::alarms); break;
    case Command::tab_replay: show_lower(LowerTab::replay); break;
    default: return false;
    }
    return true;
}

namespace {

/// What Coda's own debugger had: a message of no meaning, and a sentence to the assistant.
constexpr const char* kTestMessage =
    R"({"type":"test","data":{"message":"Test message from WebSocketDebugger"}})";
constexpr const char* kTestTextInput =
    R"({"type":"text_input","data":{"text":"Test input from WebSocketDebugger"}})";

} // namespace

/// What is asked of the current connection.
bool Ui::perform_connection(Command command, const Model& model, model::Actions& actions) {
    const std::uint32_t link = model.current_link;
    switch (command) {
    case Command::address:
        panels.connection.focus_address = true;
        input.hold(2);
        break;
    case Command::connect: perform_main_button(model, panels.connection, actions); break;
    case Command::retry_now: actions.push_back(model::RetryNow{link}); break;
    case Command::check:
        splits.time_shown = true;
        panels.time.tab = TimeTab::check;
        perform_check(model, panels.connection.address, panels.check, actions);
        break;
    case Command::ping: actions.push_back(model::PingNow{link}); break;
    case Command::auto_answer:
        actions.push_back(model::SetAutoAuth{link, !model.current()->options.auto_auth});
        break;
    case Command::answer_now: actions.push_back(model::AnswerChallenge{link}); break;
    case Command::demo: actions.push_back(model::StartDemo{}); break;
    case Command::test_message:
        actions.push_back(model::SendMessage{link, false, kTestMessage, true});
        break;
    case Command::test_text_input:
        actions.push_back(model::SendMessage{link, false, kTestTextInput, true});
        break;
    case Command::break_line: actions.push_back(model::BreakLine{link}); break;
    case Command::frame_detail:
        actions.push_back(model::KeepFrameDetail{link, !model.current()->options.frame_detail});
        break;
    default: return false;
    }
    return true;
}

/// What is asked of files and replays.
bool Ui::perform_files(Command command, const Model& model, model::Actions& actions) {
    const auto form = [&](FileForm::Is is) {
        open_file_form(panels.overlays, model, is);
        input.hold(3);
    };
    switch (command) {
    case Command::open_capture: form(FileForm::Is::open); break;
    case Command::save_as: form(FileForm::Is::save); break;
    case Command::export_rows: form(FileForm::Is::export_shown); break;
    case Command::record:
        if (model.files.recording)
            actions.push_back(model::StopRecording{});
        else
            actions.push_back(model::StartRecording{});
        break;
    case Command::replay_play:
    case Command::replay_next:
    case Command::replay_stop:
        splits.right_shown = true;
        panels.lower.tab = LowerTab::replay;
        perform_replay(command, model, panels.replay, actions);
        break;
    default: return false;
    }
    return true;
}

namespace {

struct FocusRegion {
    Focus focus;
    const char* name;
    Rect Layout::*place;
    float head; ///< height of its head, which wears the ring; logical
};
constexpr FocusRegion kFocusRegions[] = {
    {Focus::sidebar, "sidebar", &Layout::sidebar, 30},
    {Focus::log, "log", &Layout::log, 40},
    {Focus::time, "time", &Layout::time, 30},
    {Focus::inspector, "inspector", &Layout::inspector, 40},
    {Focus::lower, "lower", &Layout::lower, 30},
};
static_assert(std::size(kFocusRegions) == static_cast<std::size_t>(Focus::count));

} // namespace

/// To the next region that is on screen. The caret leaves its field: the keys go to the region.
void Ui::move_focus(int step) {
    constexpr int kCount = static_cast<int>(Focus::count);
    int at = static_cast<int>(panels.focus);
    do {
        at = (at + step + kCount) % kCount;
    } while ((layout_.*kFocusRegions[at].place).empty());
    panels.focus = static_cast<Focus>(at);
    panels.focus_shown = true;
    ImGui::SetWindowFocus(nullptr);
}

/// The ring around the head of the region that has the keys; a click with the mouse moves it there
/// and takes the ring away.
void Ui::draw_focus(Frame& f) {
    const ImGuiIO& io = ImGui::GetIO();
    for (const FocusRegion& region : kFocusRegions) {
        const Rect place = layout_.*region.place;
        if (io.MouseClicked[0] && place.contains(io.MousePos)) {
            panels.focus = region.focus;
            panels.focus_shown = false;
        }
        if (!panels.focus_shown || panels.focus != region.focus || place.empty()) continue;
        Rect head = place;
        f.list = ImGui::GetForegroundDrawList();
        frame_rect(f, head.cut_top(f.px(region.head)), Role::accent);
        f.probe.item("focus", region.name, head, place, true);
    }
}

/// Leaves a field or an open menu; only then find, and only then what is selected.
void Ui::escape(Selection& selection, model::Actions& actions) {
    const bool over =
        panels.overlays.open != Overlay::none || ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup);
    const bool typing = ImGui::GetIO().WantTextInput;
    if (!typing && !over && panels.focus_shown && panels.focus != Focus::log) {
        panels.focus = Focus::log; // the arrows go back to the list first
        return;
    }
    bool refocus = false;
    const bool taken = !over && escape_log(panels.log, typing, actions, &refocus);
    if (refocus) input.hold(2);
    if (!typing && !over && !taken) selection.only(0);
    if (!over) ImGui::SetWindowFocus(nullptr);
}

void Ui::perform(Command command, const Model& model, Selection& selection,
                 model::Actions& actions) {
    if (command == Command::none || !command_works(command, model, selection)) return;
    if (perform_view(command, model, actions)) return;
    if (perform_connection(command, model, actions)) return;
    if (perform_files(command, model, actions)) return;
    bool hold_typing = false;
    if (perform_links(command, model, panels, actions, &hold_typing)) {
        if (hold_typing) input.hold(3); // a frame more: the form or the field is made in the next
        return;
    }
    panels.inspector.focused = panels.focus == Focus::inspector;
    if (!inspector_command_works(command, model, selection, panels.inspector)) return;
    if (perform_inspector(command, model, selection, panels.inspector, actions)) return;
    if (perform_time(command, model, selection, panels)) return;
    switch (command) {
    case Command::editor:
        splits.right_shown = true;
        panels.lower.tab = LowerTab::compose;
        panels.composer.focus_editor = true;
        input.hold(2);
        break;
    case Command::choose_template:
        splits.right_shown = true;
        panels.lower.tab = LowerTab::compose;
        panels.composer.open_templates = true;
        break;
    case Command::previous_turn:
    case Command::next_turn:
        splits.time_shown = true;
        panels.time.tab = TimeTab::turn;
        step_turn(model, selection, panels.turn, command == Command::next_turn ? 1 : -1);
        break;
    case Command::format: format_composed(panels.composer); break;
    case Command::send: send_composed(model, panels.composer, actions); break;
    case Command::older_message: step_history(model, panels.composer, true); break;
    case Command::newer_message: step_history(model, panels.composer, false); break;
    case Command::to_inspector:
        splits.right_shown = true;
        panels.focus = Focus::inspector;
        panels.focus_shown = true;
        break;
    case Command::escape: escape(selection, actions); break;
    case Command::filter:
    case Command::completion:
    case Command::find:
    case Command::go_to:
    case Command::note:
        input.hold(3);
        perform_log(command, model, selection, panels.log, actions);
        break;
    default: perform_log(command, model, selection, panels.log, actions); break;
    }
}

//--- regions -------------------------------------------------------------------------------------

namespace {

/// "Edit in composer" was chosen on a row.
void edit_row_in_composer(const Model& model, Panels& panels) {
    const model::EventId id = std::exchange(panels.log.edit, model::EventId{0});
    if (!model.log.contains(id)) return;
    const wire::EventView event = model.log.view(id);
    edit_in_composer(panels.composer, event.payload, event.kind == wire::Kind::binary);
    panels.lower.tab = LowerTab::compose;
}

/// One table of all regions: where each is, and who draws it.
struct Region {
    const char* name;
    Rect Layout::*place;
    ImGuiWindowFlags flags;
    void (*draw)(Frame&, const Model&, Selection&, Panels&, model::Actions&);
};

using A = model::Actions;
constexpr Region kRegions[] = {
    {"menu", &Layout::menu, ImGuiWindowFlags_MenuBar,
     [](Frame& f, const Model& m, Selection& s, Panels& p, A& a) {
         draw_menu(f, m, s, p.menu, p.inspector, a);
     }},
    {"tabs", &Layout::tabs, 0,
     [](Frame& f, const Model& m, Selection&, Panels& p, A& a) { draw_links(f, m, p, a); }},
    {"connection", &Layout::connection, 0,
     [](Frame& f, const Model& m, Selection& s, Panels& p, A& a) {
         draw_connection(f, m, s, p.connection, a);
     }},
    {"notice", &Layout::notice, 0,
     [](Frame& f, const Model& m, Selection& s, Panels& p, A& a) {
         draw_notice(f, m, s, p.log, a);
     }},
    {"sidebar", &Layout::sidebar, 0,
     [](Frame& f, const Model& m, Selection& s, Panels& p, A& a) {
         draw_sidebar(f, m, s, p.sidebar, p.log, a);
     }},
    {"log", &Layout::log, 0,
     [](Frame& f, const Model& m, Selection& s, Panels& p, A& a) {
         draw_log(f, m, s, p.log, a);
         edit_row_in_composer(m, p);
     }},
    {"time", &Layout::time, 0,
     [](Frame& f, const Model& m, Selection& s, Panels& p, A& a) { draw_time(f, m, s, p, a); }},
    {"inspector", &Layout::inspector, 0,
     [](Frame& f, const Model& m, Selection& s, Panels& p, A& a) {
         p.inspector.focused = p.focus == Focus::inspector;
         draw_inspector(f, m, s, p.inspector, a);
     }},
    {"lower", &Layout::lower, 0,
     [](Frame& f, const Model& m, Selection& s, Panels& p, A& a) { draw_lower(f, m, s, p, a); }},
    {"status", &Layout::status, 0,
     [](Frame& f, const Model& m, Selection&, Panels&, A& a) { draw_status(f, m, a); }},
};

constexpr ImGuiWindowFlags kStill =
    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse |
    ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
    ImGuiWindowFlags_NoBackground; // each region fills its own ground, once

} // namespace

void Ui::draw_regions(Frame& f, const Model& model, Selection& selection, model::Actions& actions) {
    for (const Region& region : kRegions) {
        f.place = layout_.*region.place;
        if (f.place.empty()) continue;
        f.region = region.name;
        ImGui::SetCursorScreenPos(f.place.min());
        const bool menu = (region.flags & ImGuiWindowFlags_MenuBar) != 0;
        // The height of a menu bar follows from the padding at its beginning.
        if (menu) ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {f.px(10), f.px(5)});
        ImGui::BeginChild(region.name, {f.place.w, f.place.h}, false, kStill | region.flags);
        if (menu) ImGui::PopStyleVar();
        f.list = ImGui::GetWindowDrawList();
        f.alpha = 1;
        region.draw(f, model, selection, panels, actions);
        ImGui::EndChild();
    }
}

bool Ui::splitter_between(Frame& f, const Rect& rect, const char* name, bool vertical,
                          float* fraction, float* position) {
    if (rect.empty()) return false;
    bool reset = false;
    const bool moved = splitter(f, rect, name, vertical, position, &reset);
    if (reset) *fraction = -1;
    return moved;
}

void Ui::draw_splitters(Frame& f, const LayoutWish& wish) {
    f.region = "splitter";
    f.list = ImGui::GetWindowDrawList();
    float at = 0;
    if (splitter_between(f, layout_.split_sidebar, "Sidebar", true, &splits.sidebar, &at)) {
        drag_sidebar(wish, at, &splits);
    }
    if (splitter_between(f, layout_.split_right, "Right column", true, &splits.right, &at)) {
        drag_right(wish, at, &splits);
    }
    if (splitter_between(f, layout_.split_lower, "Lower right", false, &splits.lower, &at)) {
        drag_lower(wish, layout_, at, &splits);
    }
    if (splitter_between(f, layout_.split_time, "Time", false, &splits.time, &at)) {
        drag_time(wish, layout_, at, &splits);
    }
}

void Ui::frame(const Model& model, Selection& selection, model::Actions& actions, float width,
               float height, float seconds_since_last) {
    ImGui::SetCurrentContext(context_);
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {width, height};
    io.DeltaTime = std::max(1e-5f, seconds_since_last);
    theme_.dark = model.dark_theme;
    if (styled_scale_ != fonts_.scale || styled_dark_ != theme_.dark) {
        apply_style(ImGui::GetStyle(), theme_, fonts_.scale);
        styled_scale_ = fonts_.scale;
        styled_dark_ = theme_.dark;
    }

    LayoutWish wish;
    wish.width = width;
    wish.height = height;
    wish.scale = fonts_.scale;
    wish.tabs = model.tabs().size() >= 2;
    wish.notice = model.notices.top() != nullptr;
    layout_ = layout_of(wish, splits);
    panels.menu.right_shown = splits.right_shown;
    panels.menu.sidebar_shown = !layout_.sidebar.empty();
    panels.menu.time_shown = splits.time_shown;
    panels.menu.full_screen = full_screen;

    probe.begin();
    Frame f{theme_, fonts_, probe};
    f.scale = fonts_.scale;
    f.narrow = layout_.narrow;
    f.window = {0, 0, width, height};
    f.now_mono_ns = model.now.mono_ns;
    f.wake_at(model.insight.alarms.next_look_ns());
    f.key = input.feed(io);
    ImGui::NewFrame();
    perform(f.key, model, selection, actions);
    run_transport(f, model, selection, panels.time.transport, panels.log);
    settle(f, model, selection, panels.time.view);

    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({width, height});
    ImGui::Begin("WebSocketDebugger", nullptr,
                 kStill | ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoBringToFrontOnFocus);
    draw_splitters(f, wish);
    draw_regions(f, model, selection, actions);
    ImGui::End();
    draw_focus(f);
    draw_overlays(f, model, selection, panels, actions);
    draw_imgui_tools(panels.developer);
    for (const Command command : f.asked) perform(command, model, selection, actions);
    ImGui::Render();
    wake_at_ns_ = f.wake_at_ns;
}

} // namespace ui
