#include "app/recording.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/text.h"

namespace app {
namespace {

const std::string kTopic = "recording";

} // namespace

Recording::Recording(net::Engine& engine, std::shared_ptr<capture::Bell> bell, std::string program,
                     std::function<void()> changed)
    : engine_(engine), bell_(std::move(bell)), program_(std::move(program)),
      changed_(std::move(changed)) {}

Recording::~Recording() {
    if (recorder_) recorder_->finish();
}

base::Status Recording::start(const std::string& path, bool overwrite, const model::Model& model) {
    if (recorder_)
        return base::Error{"recording to " + last_.file + " has not ended yet",
                           stopping_ ? "its last events are being written" : "it is on",
                           stopping_ ? "try again in a moment" : "stop it first"};
    capture::RecorderOptions options;
    options.path = path;
    options.overwrite = overwrite;
    options.program = program_;
    options.early = true;
    options.changed = changed_;
    options.started = base::stamp_now();
    if (model.log.size() > 0) {
        options.started.mono_ns = model.log.mono_ns(model.log.first());
        options.started.wall_ns = model.log.wall_ns(model.log.first());
    }
    auto recorder = capture::Recorder::start(engine_.recording_events(), bell_, options);
    if (!recorder) return recorder.error();
    recorder_ = std::move(recorder.value());
    last_ = recorder_->state();
    stopping_ = handed_over_ = false;
    missing_ = model.log.trimmed();
    faults_told_ = 0;
    next_ = model.log.first();
    notes_.clear();
    for (const model::Bookmark& each : model.bookmarks.list) mark(model, each.event);
    engine_.record(true); // its events tell from which one on: Model::recorded_from
    return {};
}

void Recording::stop() {
    if (!on()) return;
    if (handed_over_) (void)hand_over_notes();
    stopping_ = true;
    engine_.record(false);
}

wire::RecordingState Recording::state() const { return recorder_ ? recorder_->state() : last_; }

bool Recording::work(model::Model& model, std::int64_t budget_ns) {
    if (!recorder_) return false;
    const bool more = !handed_over_ && hand_over(model, base::mono_now_ns() + budget_ns);
    if (handed_over_) (void)hand_over_notes();
    last_ = recorder_->state();
    tell(model);
    if (!last_.finished) return more;
    recorder_.reset();
    model.recorded_from = 0;
    return false;
}

/// True while there is more to hand over.
bool Recording::hand_over(const model::Model& model, std::int64_t until_ns) {
    if (model.recorded_from == 0) return false; // the network thread has not answered yet
    constexpr int kBetweenLooks = 64;
    if (!tell_missing(model, missing_)) return true;
    missing_ = 0;
    for (int i = 0; next_ < model.recorded_from; ++i) {
        if (next_ < model.log.first()) { // trimmed or cleared meanwhile
            const model::EventId to = std::min(model.log.first(), model.recorded_from);
            if (!tell_missing(model, to - next_)) return true;
            next_ = to;
            continue;
        }
        if (i % kBetweenLooks == kBetweenLooks - 1 && base::mono_now_ns() >= until_ns) return true;
        if (!hand_over_one(model, next_)) return true;
        ++next_;
    }
    if (!hand_over_notes()) return true;
    recorder_->early_done();
    handed_over_ = true;
    return false;
}

/// False: the recorder has no room for more right now.
bool Recording::hand_over_one(const model::Model& model, model::EventId id) {
    const model::Row row = model.log.row(id);
    const model::Connection* connection = model.connection(row.link);
    if (connection != nullptr && !connection->file.empty()) return true; // not ours: it was opened
    wire::Event event = wire::copy_of(model.log.view(id), slabs_);
    event.id = model.engine_ids.to_of(id); // as those that come from the engine itself
    if (event.details && event.details->of != 0)
        event.details->of = model.engine_ids.to_of(event.details->of);
    return recorder_->owner_events().try_push(event);
}

void Recording::mark(const model::Model& model, model::EventId id) {
    if (!on() || !model.log.contains(id)) return;
    const std::uint64_t number = model.engine_ids.to_of(id);
    if (number == 0) return; // of a file, and not in this one
    const model::Bookmark* const mark = model.bookmarks.find(id);
    wire::Event note;
    note.mono_ns = base::mono_now_ns();
    note.conn = model.log.row(id).conn;
    note.kind = wire::Kind::note;
    note.details = std::make_unique<wire::Details>();
    note.details->of = number;
    note.details->unmarked = mark == nullptr;
    note.details->note = mark ? mark->note : "the mark was taken away";
    notes_.push_back(std::move(note));
}

/// False: the recorder has no room for more right now.
bool Recording::hand_over_notes() {
    while (!notes_.empty() && recorder_->owner_events().try_push(notes_.front()))
        notes_.pop_front();
    return notes_.empty();
}

bool Recording::tell_missing(const model::Model& model, std::uint64_t count) {
    if (count == 0) return true;
    wire::Event note;
    note.mono_ns = model.log.size() > 0 ? model.log.mono_ns(model.log.first()) : model.now.mono_ns;
    note.conn = 1;
    note.details = std::make_unique<wire::Details>();
    note.details->gap = count;
    note.details->note = base::count_text(count) + (count == 1 ? " event is" : " events are") +
                         " missing here: the log no longer held them";
    return recorder_->owner_events().try_push(note);
}

void Recording::tell(model::Model& model) {
    if (last_.faults != std::exchange(faults_told_, last_.faults))
        model.notices.tell(model::Severity::error, 0, kTopic, last_.last_error, model.now.mono_ns);
    else if (wire::whole(last_))
        model.notices.close_topic(0, kTopic);
}

} // namespace app
