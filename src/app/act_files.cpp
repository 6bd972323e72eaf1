#include "app/act_files.h"

#include <utility>

#include "app/path_look.h"

namespace app {
namespace {

/// Its oldest row; 0: none is in the log.
model::EventId first_of(const model::Log& log, std::uint32_t link) {
    for (model::EventId id = log.first(); id < log.end(); ++id)
        if (log.row(id).link == link) return id;
    return 0;
}

} // namespace

void FileActs::refuse(const char* topic, base::Error text) const {
    model.notices.tell(model::Severity::error, 0, topic, std::move(text), model.now.mono_ns);
}

bool FileActs::there(const char* topic) const {
    if (work) return true;
    refuse(topic, {"nothing was done with files", "they are not part of this program", ""});
    return false;
}

/// False, and the user is told why, while a part of the log's rows is out of it.
bool FileActs::in_order(const char* topic) const {
    if (!work->opened.merging()) return true;
    refuse(topic, {"the log is still being put in the order of time",
                   "a file that was opened is older than what it held", "try again in a moment"});
    return false;
}

void FileActs::operator()(model::OpenCapture& action) const {
    if (!there("open")) return;
    const model::PathLook look = look_at_path(action.path, false);
    if (!look.not_readable.empty() || look.path.empty()) {
        refuse("open", {"cannot open " + (look.path.empty() ? "a file" : look.path),
                        look.path.empty() ? "its name is empty" : look.not_readable,
                        "choose a capture (.ndjson) or a HAR (.har)"});
        return;
    }
    model.notices.close_topic(0, "open");
    if (show_opened(look.path)) return;
    work->opened.open(look.path, action.show);
    model.files.reading = work->opened.reading();
}

/// True when the file is open already: that one is shown, with its tab if that was closed. A second
/// time it would stand twice in the log.
bool FileActs::show_opened(const std::string& path) const {
    const auto reading = work->opened.reading();
    const bool is_read = std::any_of(reading.begin(), reading.end(),
                                     [&](const auto& each) { return each.file == path; });
    model::EventId first = 0;
    for (model::Connection& each : model.connections) {
        if (each.file != path) continue;
        const model::EventId of_this = first_of(model.log, each.link);
        if (of_this == 0 && !is_read) { // its rows were cleared: it is read anew
            each.closed = true;
            continue;
        }
        each.closed = false;
        if (first != 0 || of_this == 0) continue;
        first = of_this;
        model.current_link = each.link;
    }
    if (first != 0) model.files.show = first;
    return first != 0 || is_read;
}

void FileActs::operator()(model::CancelFile& action) const {
    if (!there("open")) return;
    work->opened.cancel(action.file);
    if (work->saver.busy() && work->saver.progress().file == action.file) work->saver.cancel();
}

void FileActs::operator()(model::LookAtPath& action) const {
    const std::uint64_t before = model.files.look.completion;
    model.files.look = look_at_path(action.text, action.complete);
    model.files.look.completion = before + (action.complete ? 1 : 0);
}

void FileActs::operator()(model::StartRecording& action) const {
    if (!there("record") || !in_order("record")) return;
    if (const base::Status begun = work->start_recording(action.path, model); !begun)
        refuse("record", begun.error());
}

void FileActs::operator()(model::StopRecording&) const {
    if (!there("record")) return;
    work->stop_recording();
    model.files.recording = false;
}

void FileActs::operator()(model::SaveLog& action) const {
    if (!there("save") || !in_order("save")) return;
    model.notices.close_topic(0, "save");
    if (const base::Status begun = work->saver.start(action, model); !begun) {
        refuse("save", begun.error());
    } else {
        model.files.writing = work->saver.progress();
    }
}

void FileActs::operator()(model::LoadReplay& action) const {
    if (!there("replay")) return;
    if (const base::Status begun = work->replaying.load(action.source, model); !begun)
        refuse("replay", begun.error());
}

bool FileActs::may_replay() const {
    if (!there("replay") || !in_order("replay")) return false;
    const base::Status ready = work->replaying.playable();
    if (!ready) refuse("replay", ready.error());
    return ready.ok();
}

void FileActs::start_replay(std::uint32_t target, const model::ReplayWish& wish) const {
    if (const base::Status begun = work->replaying.start(target, wish, model); !begun)
        refuse("replay", begun.error());
    else
        model.notices.close_topic(0, "replay");
}

void FileActs::operator()(model::PauseReplay& action) const {
    if (there("replay")) work->replaying.pause(action.on, model);
}
void FileActs::operator()(model::StepReplay&) const {
    if (there("replay")) work->replaying.step();
}
void FileActs::operator()(model::StopReplay&) const {
    if (there("replay")) work->replaying.stop(model);
}
void FileActs::operator()(model::SetReplaySpeed& action) const {
    if (there("replay")) work->replaying.set_speed(action.speed);
}
void FileActs::operator()(model::SetReplayEnabled& action) const {
    if (there("replay")) work->replaying.set_enabled(action.send, action.on);
}
void FileActs::operator()(model::EditReplay& action) const {
    if (there("replay")) work->replaying.edit(action.send, std::move(action.payload));
}

} // namespace app
