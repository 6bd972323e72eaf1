#include "app/window.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "app/act.h"
#include "app/compose.h"
#include "app/drain.h"
#include "app/file_work.h"
#include "app/gl_canvas.h"
#include "app/path_look.h"
#include "app/settings_file.h"
#include "app/window_desk.h"
#include "base/clock.h"
#include "capture/bell.h"
#include "imgui.h"
#include "net/engine.h"
#include "sim/server.h"
#include "ui/field_text.h"
#include "ui/remember.h"
#include "ui/ui.h"

namespace app {
namespace {

constexpr std::int64_t kDrainBudget = 6 * base::kMillisecond;
constexpr std::int64_t kFileBudget = 4 * base::kMillisecond; ///< for each of reading and writing
constexpr std::int64_t kFrame = base::kSecond / 60;
constexpr int kSettle = 3; ///< frames after a change, until ImGui has come to rest
constexpr std::int64_t kPictureAfter = 2 * base::kSecond;
constexpr std::int64_t kGoodbye = base::kSecond / 2; ///< for closing handshakes at the end

void complain(const base::Error& error) {
    std::fprintf(stderr, "websocket-debugger: %s\n", base::one_line(error).c_str());
}

/// Everything that lives as long as the window, in the order that it must be taken down again.
struct Program {
    WindowArguments arguments;
    std::unique_ptr<Desk> desk;
    std::unique_ptr<ui::Ui> ui;
    std::unique_ptr<Canvas> canvas;
    std::unique_ptr<sim::Server> demo;
    std::unique_ptr<net::Engine> engine;
    std::unique_ptr<FileWork> file_work;
    Desktop desktop;
    std::unique_ptr<SettingsFile> settings_file;
    model::Settings settings; ///< as read; what nothing here stands for is written as it was
    model::Model model;
    model::Selection selection;
    model::Actions actions;

    std::int64_t started_ns = 0;
    std::int64_t last_frame_ns = 0;
    std::uint64_t frames = 0;
    int settle = kSettle;
    double spent_ms = 0; ///< since the figure in the status bar was last renewed
    int spent_frames = 0;
    std::int64_t renewed_ns = 0;
    int exit_code = 0;

    base::Status open();
    void read_settings();
    model::Settings settings_now() const;
    void write_settings_when_due();
    void dial_first();
    void tell_of_fonts(const ui::FontFiles& files);
    base::Result<std::string> start_demo();
    void run();
    bool frame();
    void present(const Desk::Size& size);
    void renew_frame_time();
    bool picture_due() const;
    double seconds_to_sleep(bool busy);
    void say_goodbye();
    void finish_files();
};

const char* get_clipboard(void* desk) {
    static std::string text; // ImGui wants it to stay until the next call
    text = ui::field_from_text(static_cast<Desk*>(desk)->clipboard());
    return text.c_str();
}

void set_clipboard(void* desk, const char* text) {
    static_cast<Desk*>(desk)->set_clipboard(ui::text_from_field(text));
}

base::Status Program::open() {
    const ui::FontFiles files = ui::find_fonts();
    if (!files.any()) {
        return base::Error{"no window can be opened: no usable font was found",
                           "neither Inter nor DejaVu is in the system's font folders",
                           "install fonts-inter, fonts-jetbrains-mono and fonts-dejavu-core"};
    }
    model.now = base::stamp_now();
    read_settings();
    const model::WindowPlace& at = settings.place;
    auto opened = Desk::open("WebSocketDebugger", {at.x, at.y, at.width, at.height, at.maximised});
    if (!opened.ok()) return opened.error();
    desk = std::move(opened.value());
    ui = std::make_unique<ui::Ui>(files);
    ui::put_into(*ui, settings);
    desk->feed(&ui->input);
    ImGuiIO& io = ImGui::GetIO();
    io.ClipboardUserData = desk.get();
    io.GetClipboardTextFn = get_clipboard;
    io.SetClipboardTextFn = set_clipboard;
    canvas = std::make_unique<Canvas>();
    const base::Status drawn = canvas->start([this] { desk->swap(); });
    if (!drawn.ok()) return drawn;
    bool rebuilt = false;
    const base::Status fonts = ui->prepare(desk->size().scale * model.text_size, &rebuilt);
    if (!fonts.ok()) return fonts;
    canvas->take_fonts(ui->atlas());

    const auto bell = std::make_shared<capture::Bell>();
    net::EngineOptions options;
    options.queue = kScreenQueue;
    options.wake = Desk::wake;
    options.recording_wake = [bell] { bell->ring(); };
    engine = std::make_unique<net::Engine>(options);
    file_work = std::make_unique<FileWork>(*engine, bell, arguments.program, Desk::wake);
    desktop.files = file_work.get();
    model.files.record_folder = recordings_folder();
    model.index.set_wake(Desk::wake);
    model.find.set_wake(Desk::wake);
    desktop.set_clipboard = [this](const std::string& text) { desk->set_clipboard(text); };
    desktop.start_demo = [this] { return start_demo(); };
    desktop.checking.wake = Desk::wake;
    tell_of_fonts(files);
    return {};
}

//--- settings

/// The demo neither reads nor writes the user's.
void Program::read_settings() {
    settings_file = std::make_unique<SettingsFile>(arguments.demo ? "" : settings_folder());
    std::optional<base::Error> told;
    settings = settings_file->load(&told);
    if (told) {
        model.notices.tell(model::Severity::warning, 0, "settings", *told, model.now.mono_ns);
    }
    if (settings_file->keeps()) model.settings_path = settings_file->path();
    model::put_into(model, settings);
}

model::Settings Program::settings_now() const {
    model::Settings now = settings;
    model::take_from(model, &now);
    ui::take_from(*ui, &now);
    const Desk::Place at = desk->place();
    now.place = {at.x, at.y, at.width, at.height, at.maximised};
    return now;
}

void Program::write_settings_when_due() {
    const base::Status done =
        settings_file->write_when_due(base::mono_now_ns(), [this] { return settings_now(); });
    if (done.ok()) return;
    model.notices.tell(model::Severity::warning, 0, "settings", done.error(), model.now.mono_ns);
    settle = kSettle;
}

void Program::tell_of_fonts(const ui::FontFiles& files) {
    if (files.missing.empty()) return;
    std::string names;
    for (const std::string& name : files.missing) names += (names.empty() ? "" : ", ") + name;
    model.notices.tell(model::Severity::info, 0, "fonts",
                       {"a font is missing, others stand in for it", names, "install it"},
                       model.now.mono_ns);
}

/// The window's own Coda: the real backend's dialect, with a turn's events flowing by themselves.
base::Result<std::string> Program::start_demo() {
    if (demo) return demo->url();
    sim::ServerOptions options;
    options.dialect = sim::Dialect::backend;
    options.rate = 3;
    auto started = sim::Server::start(options);
    if (!started.ok()) return started.error();
    demo = std::move(started.value());
    return demo->url();
}

//--- one frame

bool Program::picture_due() const {
    if (arguments.screenshot.empty()) return false;
    if (arguments.frames > 0) return frames + 1 >= arguments.frames;
    return model.now.mono_ns - started_ns >= kPictureAfter;
}

void Program::present(const Desk::Size& size) {
    const bool picture = picture_due();
    const bool anyway = desk->damaged() || picture;
    desk->set_cursor(ImGui::GetMouseCursor());
    if (!canvas->draw(ImGui::GetDrawData(), anyway)) return;
    if (picture) {
        const base::Status saved = canvas->save_png(arguments.screenshot, size.width, size.height);
        if (!saved.ok()) {
            complain(saved.error());
            exit_code = 1;
        }
        if (arguments.frames == 0) model.quit = true;
    }
    desk->swap();
    if (settle == 0) settle = 1;
}

/// The figure in the status bar is a mean that is renewed once a second, before a frame: one that
/// changed behind each would be a change to draw another one for.
void Program::renew_frame_time() {
    if (spent_frames == 0 || model.now.mono_ns - renewed_ns < base::kSecond) return;
    model.vitals.frame_ms = spent_ms / spent_frames;
    renewed_ns = model.now.mono_ns;
    spent_ms = 0;
    spent_frames = 0;
}

/// Drain, draw, act, present. True when another frame is due at once.
bool Program::frame() {
    model.now = base::stamp_now();
    const std::int64_t began = model.now.mono_ns;
    DrainResult drained = drain(model, engine->events(), kDrainBudget, file_work->opened.merging());
    const FileWork::Done worked = file_work->work(model, kFileBudget);
    if (const model::EventId first = std::exchange(model.files.show, 0)) {
        selection.only(first);
        selection.cursor = 0;
        ui->panels.log.show_selected = true;
    }
    drained.more = drained.more || worked.more;
    selection.repair(model.log);
    advance_repeat(model, *engine); // also of a window that nobody sees
    // A picture that was asked for is drawn of a minimised window too: the program ends with it.
    const bool visible = desk->visible() || arguments.frames > 0 || picture_due();
    if (!visible) {
        act(actions, model, *engine, desktop); // what waits for the end of a connection
        return drained.more;
    }
    if (take_check(model, desktop.checking)) settle = kSettle;
    for (std::string& path : desk->dropped())
        actions.push_back(model::OpenCapture{std::move(path)});
    if (drained.events > 0 || worked.changed || desk->touched() || ui->input.held() ||
        !actions.empty())
        settle = kSettle;
    const bool due = settle > 0 || drained.more || model.now.mono_ns >= ui->wake_at_ns() ||
                     arguments.frames > 0 || picture_due();
    if (!due) return false;
    if (settle > 0) --settle;
    settings_file->touch(began);

    const Desk::Size size = desk->size();
    bool rebuilt = false;
    const float scale = std::round(size.scale * model.text_size * 100) / 100;
    const base::Status fonts = ui->prepare(scale, &rebuilt);
    if (!fonts.ok()) {
        complain(fonts.error());
        exit_code = 1;
        model.quit = true;
        return false;
    }
    if (rebuilt) canvas->take_fonts(ui->atlas());
    renew_frame_time();
    const double since = static_cast<double>(began - last_frame_ns) / base::kSecond;
    last_frame_ns = began;
    ui->frame(model, selection, actions, static_cast<float>(size.width),
              static_cast<float>(size.height), static_cast<float>(std::min(since, 1.0)));
    spent_ms += static_cast<double>(base::mono_now_ns() - began) / base::kMillisecond;
    ++spent_frames;
    const bool acted = !actions.empty();
    act(actions, model, *engine, desktop);
    selection.repair(model.log);
    if (acted) settle = kSettle;
    desk->set_full_screen(ui->full_screen);
    present(size);
    ++frames;
    return drained.more || settle > 0 || ui->input.waiting() || ui->input.held();
}

//--- the loop

/// How long to wait for events before the next frame. Without a screen that sets the pace, frames
/// are kept to 60 a second here; typing never waits.
double Program::seconds_to_sleep(bool busy) {
    const std::int64_t now = base::mono_now_ns();
    if (busy || arguments.frames > 0) {
        if (ui->input.waiting()) return 0;
        return static_cast<double>(std::max<std::int64_t>(0, last_frame_ns + kFrame - now)) /
               base::kSecond;
    }
    if (!engine->events().arm()) return 0;
    std::int64_t until = now + 3600 * base::kSecond;
    if (desk->visible()) until = std::min(until, ui->wake_at_ns());
    if (model.repeat.running) until = std::min(until, model.repeat.wake_at());
    until = std::min(until, file_work->due_ns());
    until = std::min(until, settings_file->due_ns());
    if (!arguments.screenshot.empty()) until = std::min(until, started_ns + kPictureAfter);
    return std::max(0.0005, static_cast<double>(until - now) / base::kSecond);
}

/// A remembered connection to that address is taken again, with its options. The usual address is
/// tried once: where nothing listens, that is told and left at that.
void Program::dial_first() {
    if (arguments.demo) {
        actions.push_back(model::StartDemo{});
        return;
    }
    const bool usual = arguments.url.empty();
    if (usual && !arguments.captures.empty()) return; // whoever opens a file wants to read it
    const std::string url = usual ? kUsualUrl : arguments.url;
    std::uint32_t link = 0;
    for (const model::Connection& each : model.connections) {
        const bool chosen = each.link == model.current_link;
        if (each.options.url == url && (link == 0 || chosen)) link = each.link;
    }
    actions.push_back(model::Connect{link, url, !usual});
}

void Program::run() {
    started_ns = last_frame_ns = base::mono_now_ns();
    for (const std::string& path : arguments.captures)
        actions.push_back(model::OpenCapture{path, arguments.url.empty() && !arguments.demo});
    dial_first();
    model.now = base::stamp_now();
    act(actions, model, *engine, desktop);
    while (!model.quit && !desk->close_asked()) {
        const bool busy = frame();
        write_settings_when_due();
        if (arguments.frames > 0 && frames >= arguments.frames) break;
        desk->wait(seconds_to_sleep(busy));
    }
    say_goodbye();
}

/// What is being written is written to its end: that was asked for, and takes seconds at most.
void Program::finish_files() {
    file_work->stop_recording();
    while (file_work->busy()) {
        model.now = base::stamp_now();
        drain(model, engine->events(), kDrainBudget, file_work->opened.merging());
        if (!file_work->work(model, kFileBudget).more) desk->wait(0.01);
    }
    for (const model::Notice& notice : model.notices.list)
        if (notice.severity == model::Severity::error && notice.topic == "save")
            complain(notice.text);
}

/// Open connections get a closing handshake (1001, going away), but the user does not wait for it.
void Program::say_goodbye() {
    const base::Status kept = settings_file->write(settings_now());
    if (!kept.ok()) complain(kept.error());
    desk->hide();
    bool open = false;
    for (const model::Connection& connection : model.connections) {
        if (connection.state.phase != wire::Phase::open) continue;
        engine->disconnect(connection.link, 1001);
        open = true;
    }
    const std::int64_t until = base::mono_now_ns() + kGoodbye;
    while (open && base::mono_now_ns() < until) {
        model.now = base::stamp_now();
        drain(model, engine->events(), kDrainBudget);
        file_work->work(model, kFileBudget); // a recording gets what the log still held
        open = std::any_of(model.connections.begin(), model.connections.end(), [](const auto& c) {
            return c.state.phase == wire::Phase::open || c.state.phase == wire::Phase::closing;
        });
        if (open && engine->events().arm()) desk->wait(0.05);
    }
    desktop.checking.check.reset();
    finish_files();
    file_work.reset();
    engine.reset();
    demo.reset();
}

} // namespace

int run_window(const WindowArguments& arguments) {
    Program program;
    program.arguments = arguments;
    const base::Status opened = program.open();
    if (!opened.ok()) {
        complain(opened.error());
        return 1;
    }
    program.run();
    program.canvas.reset();
    return program.exit_code;
}

} // namespace app
