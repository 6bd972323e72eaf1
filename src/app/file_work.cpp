#include "app/file_work.h"

#include <utility>

#include "app/path_look.h"
#include "base/clock.h"
#include "base/text.h"

namespace app {

FileWork::FileWork(net::Engine& engine, std::shared_ptr<capture::Bell> bell,
                   const std::string& program, const std::function<void()>& wake)
    : opened(wake), saver(program, wake), replaying(engine, wake),
      recording(engine, std::move(bell), program, wake) {}

base::Status FileWork::start_recording(const std::string& path, model::Model& model) {
    std::string file = absolute_path(path);
    if (file.empty()) {
        std::string& folder = model.files.record_folder;
        if (folder.empty()) folder = recordings_folder();
        if (base::Status made = make_folder(folder); !made) return made;
        file = recording_path(folder, model.now.wall_ns);
    }
    base::Status begun = recording.start(file, false, model);
    if (begun) {
        model.files.recording = recorded_ = true;
        model.files.record = recording.state();
        model.notices.close_topic(0, "record");
    }
    return begun;
}

void FileWork::stop_recording() { recording.stop(); }

FileWork::Done FileWork::work(model::Model& model, std::int64_t budget_ns) {
    Done done;
    //--- reading
    const std::uint64_t events = model.log.end();
    const std::size_t reading = model.files.reading.size();
    const bool ids_may_change = !saver.busy() && !recording.hands_over();
    const bool merging = opened.merging();
    if (!merging && opened.busy()) replaying.follow_log(model); // before ids change
    if (opened.busy()) done.more = opened.drain(model, budget_ns, ids_may_change);
    model.merging = opened.merging();
    // What a replay has gathered had other ids: it looks at the log anew once that is whole.
    if (merging != opened.merging() && model.replay.loading)
        (void)replaying.load(model.replay.source, model);
    if (merging != opened.merging()) replaying.follow_from(model.log.end());
    if (opened.busy() || reading > 0) model.files.reading = opened.reading();
    if (model.log.end() != events) done.more = !model::follow_log(model, budget_ns) || done.more;
    done.changed = model.log.end() != events || reading != model.files.reading.size();

    //--- recording
    if (recorded_) {
        done.more = recording.work(model, budget_ns) || done.more;
        model.files.recording = recording.on();
        model.files.record = recording.state();
        if (!recording.busy()) {
            tell_recording(model);
            done.changed = true;
        }
    }

    //--- writing
    if (saver.busy()) {
        done.more = saver.work(model, budget_ns) || done.more;
        model.files.writing.reset();
        if (saver.busy()) model.files.writing = saver.progress();
        done.changed = true;
    }

    //--- replay
    if (!opened.merging()) done.more = replaying.work(model, budget_ns) || done.more;
    done.changed = std::exchange(seen_, replaying.changes()) != replaying.changes() || done.changed;
    return done;
}

/// Where it is: the name is not one that the user has chosen.
void FileWork::tell_recording(model::Model& model) {
    recorded_ = false;
    const wire::RecordingState& state = model.files.record;
    base::Error said;
    said.what = "recorded " + base::count_text(state.events) +
                (state.events == 1 ? " event" : " events") + " in " + state.file;
    said.why = base::size_text(state.bytes);
    if (state.gap > 0)
        said.why += ", " + base::count_text(state.gap) +
                    (state.gap == 1 ? " event is missing" : " events are missing");
    model.notices.tell(state.gap > 0 ? model::Severity::warning : model::Severity::info, 0,
                       "recorded", std::move(said), model.now.mono_ns);
    model.files.used(state.file);
}

} // namespace app
