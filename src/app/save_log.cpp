#include "app/save_log.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "app/capture_output.h"
#include "app/path_look.h"
#include "base/clock.h"
#include "base/text.h"
#include "capture/bell.h"
#include "wire/event_queue.h"

namespace app {
namespace {

const std::string kTopic = "save";
constexpr wire::EventQueue::Limits kQueue{1u << 14, 32u << 20};
constexpr int kBetweenLooks = 64;

base::Error not_saved(const std::string& path, std::string why, std::string fix) {
    return {path + " was not written", std::move(why), std::move(fix)};
}

} // namespace

//--- the worker -----------------------------------------------------------------------------------

class LogSaver::Worker {
public:
    Worker(std::unique_ptr<Replacement> out, CaptureOutput::Options options, std::string path,
           bool overwrite, std::function<void()> wake)
        : queue(kQueue), out_(std::move(out)), output_(*out_, std::move(options)),
          overwrite_(overwrite), wake_(std::move(wake)) {
        progress_.file = std::move(path);
        queue.set_wake([this] { bell_.ring(); });
        thread_ = std::thread([this] { run(); });
    }
    ~Worker() {
        cancel();
        thread_.join();
    }

    void all_is_there() {
        all_ = true;
        bell_.ring();
    }
    void cancel() {
        cancelled_ = true;
        bell_.ring();
    }
    wire::FileProgress progress() const {
        const std::lock_guard lock(mutex_);
        return progress_;
    }
    std::uint64_t secrets() const { return secrets_; } ///< once finished

    wire::EventQueue queue;

private:
    void run() {
        base::Status done = write_all();
        if (done && !output_.begun()) done = output_.begin(base::wall_now_ns());
        if (done && !cancelled_) done = output_.end();
        if (done && !cancelled_) done = out_->finish(overwrite_);
        secrets_ = output_.secrets();
        const std::uint64_t bytes = out_->bytes();
        out_.reset(); // what is not finished is gone before it is told
        {
            const std::lock_guard lock(mutex_);
            progress_.bytes = bytes;
            progress_.cancelled = cancelled_;
            if (!done && !cancelled_) progress_.error = done.error();
            progress_.finished = true;
        }
        if (wake_) wake_();
    }

    base::Status write_all() {
        constexpr std::chrono::milliseconds kPatience(100);
        wire::Event event;
        for (std::uint64_t n = 0; !cancelled_;) {
            const bool all = all_; // before: what was pushed until then is seen
            if (!queue.pop(&event)) {
                if (all) return {};
                if (wake_) wake_(); // there is room for more
                if (queue.arm()) bell_.wait(kPatience);
                continue;
            }
            base::Status put;
            if (!output_.begun()) put = output_.begin(event.wall_ns - event.mono_ns);
            if (put) put = output_.append(wire::view_of(event));
            if (!put) return put;
            if (++n % 256 == 0) {
                const std::lock_guard lock(mutex_);
                progress_.bytes = out_->bytes();
            }
        }
        return {};
    }

    std::unique_ptr<Replacement> out_;
    CaptureOutput output_;
    const bool overwrite_;
    std::function<void()> wake_;
    capture::Bell bell_;
    std::atomic<bool> all_{false}, cancelled_{false};
    std::uint64_t secrets_ = 0;
    mutable std::mutex mutex_;
    wire::FileProgress progress_;
    std::thread thread_;
};

LogSaver::LogSaver(std::string program, std::function<void()> wake)
    : program_(std::move(program)), wake_(std::move(wake)) {}
LogSaver::~LogSaver() = default;

wire::FileProgress LogSaver::progress() const { return last_; }

void LogSaver::cancel() {
    if (worker_) worker_->cancel();
}

//--- the beginning --------------------------------------------------------------------------------

base::Status LogSaver::start(const model::SaveLog& wish, const model::Model& model) {
    const std::string path = absolute_path(wish.path);
    if (worker_)
        return not_saved(path, last_.file + " is still being written",
                         "wait until it is done, or cancel it");
    const CaptureFormat format = format_of(path);
    if (format == CaptureFormat::none)
        return not_saved(path, "its name does not say as what",
                         "let it end in .ndjson, .har or .csv");
    if (!wish.overwrite && ::access(path.c_str(), F_OK) == 0)
        return not_saved(path, "a file of that name is there",
                         "choose another name, or say that it is to be replaced");
    auto out = Replacement::create(path);
    if (!out) return out.error();

    wish_ = wish;
    wish_.path = path;
    first_ = model.log.first();
    end_ = model.log.end();
    rows_.reset();
    shown_.clear();
    marks_ = model.bookmarks.list;
    at_ = written_ = 0;
    missing_ = wish.shown_only ? 0 : model.log.trimmed();
    mark_due_ = chosen_ = false;
    numbers_ = {};
    conns_.clear();
    conns_taken_.clear();
    started_mono_ns_ = 0;
    if (wish_.shown_only) {
        rows_ = std::make_unique<model::Index>();
        if (wake_) rows_->set_wake(wake_);
        rows_->set_filter(model.index.filter(), model.log);
    }
    CaptureOutput::Options options;
    options.format = format;
    options.redact = wish.redact;
    // What is made to be given away says what it tells.
    options.count_secrets = wish.shown_only || format != CaptureFormat::ndjson;
    options.program = program_;
    last_ = {};
    last_.file = path;
    last_.total = end_ - first_;
    worker_ = std::make_unique<Worker>(std::move(out.value()), std::move(options), path,
                                       wish.overwrite, wake_);
    return {};
}

//--- frame by frame -------------------------------------------------------------------------------

bool LogSaver::work(model::Model& model, std::int64_t budget_ns) {
    if (!worker_) return false;
    const std::int64_t until_ns = base::mono_now_ns() + budget_ns;
    bool more = false;
    wire::FileProgress now = worker_->progress();
    if (!now.finished) {
        if (!chosen_) chosen_ = find_rows(model, budget_ns / 2);
        more = chosen_ ? hand_over(model, until_ns) : rows_ && rows_->busy();
    }
    last_.bytes = now.bytes;
    last_.events = at_;
    last_.error = now.error;
    last_.cancelled = now.cancelled;
    last_.finished = now.finished;
    if (!now.finished) return more;
    tell_end(model);
    worker_.reset();
    rows_.reset();
    shown_ = {};
    return false;
}

/// True once it is known which rows are written, in the order of the log.
bool LogSaver::find_rows(const model::Model& model, std::int64_t budget_ns) {
    if (rows_) {
        rows_->update(model.log, budget_ns);
        if (!rows_->complete() || !rows_->shows_filter()) return false;
        shown_.reserve(rows_->size());
        for (std::uint64_t i = 0; i < rows_->size() && rows_->at(i) < end_; ++i)
            shown_.push_back(rows_->at(i));
        last_.total = shown_.size();
        rows_.reset();
    }
    leave_out_told(model);
    return true;
}

/// Marks whose note is a row of its own that is written, too, as those of captures that were
/// opened.
void LogSaver::leave_out_told(const model::Model& model) {
    std::uint64_t left = model.log.counts().kind[static_cast<std::size_t>(wire::Kind::note)];
    if (marks_.empty()) return;
    std::map<model::EventId, std::string> told; // the newest about each
    for (model::EventId id = std::max(first_, model.log.first()); left > 0 && id < end_; ++id) {
        if (model.log.kind(id) != wire::Kind::note) continue;
        --left;
        const bool written =
            !wish_.shown_only || std::binary_search(shown_.begin(), shown_.end(), id);
        const wire::EventView note = model.log.view(id);
        if (!written || note.details == nullptr || note.details->of == 0) continue;
        told[note.details->of] = note.has_payload ? std::string(note.payload) : note.details->note;
    }
    std::erase_if(marks_, [&](const model::Bookmark& mark) {
        const auto found = told.find(mark.event);
        return found != told.end() && found->second == mark.note;
    });
}

/// True while there is room and time for more.
bool LogSaver::hand_over(const model::Model& model, std::int64_t until_ns) {
    const std::uint64_t total = wish_.shown_only ? shown_.size() : end_ - first_;
    for (int n = 1;; ++n) {
        if (at_ >= total) {
            if (missing_ > 0 && !put_missing(model)) return false;
            worker_->all_is_there();
            return false;
        }
        if (n % kBetweenLooks == 0 && base::mono_now_ns() >= until_ns) return true;
        const model::EventId id = wish_.shown_only ? shown_[at_] : first_ + at_;
        if (!model.log.contains(id)) { // trimmed or cleared meanwhile
            if (!mark_due_) ++missing_;
            ++at_;
            mark_due_ = false;
            continue;
        }
        if (missing_ > 0 && !put_missing(model)) return false;
        if (!mark_due_ && !put(model, id)) return false;
        mark_due_ = true;
        if (!put_mark(model, id)) return false;
        mark_due_ = false;
        ++at_;
    }
}

bool LogSaver::push(wire::Event& event) {
    if (written_ == 0) started_mono_ns_ = event.mono_ns;
    event.id = written_ + 1;
    event.mono_ns -= started_mono_ns_;
    if (worker_->queue.try_push(event)) {
        ++written_;
        return true;
    }
    return false;
}

bool LogSaver::put(const model::Model& model, model::EventId id) {
    const wire::EventView view = model.log.view(id);
    wire::Event event;
    event.mono_ns = view.mono_ns;
    event.wall_ns = view.wall_ns;
    event.conn = conn_of(view.link, view.conn);
    event.link = view.link;
    event.dir = view.dir;
    event.kind = view.kind;
    event.frames = view.frames;
    event.wire_size = view.wire_size;
    if (view.has_payload) event.payload = slabs_.append(view.payload);
    if (view.details) event.details = std::make_unique<wire::Details>(*view.details);
    if (event.details && event.details->of != 0)
        event.details->of = numbers_.to_of(event.details->of);
    if (!push(event)) return false;
    numbers_.add(id, written_);
    return true;
}

/// A bookmark is a note about the line before it.
bool LogSaver::put_mark(const model::Model& model, model::EventId id) {
    const auto mark = std::lower_bound(
        marks_.begin(), marks_.end(), id,
        [](const model::Bookmark& each, model::EventId wanted) { return each.event < wanted; });
    if (mark == marks_.end() || mark->event != id) return true;
    const model::Row row = model.log.row(id);
    wire::Event note;
    note.mono_ns = row.mono_ns;
    note.wall_ns = model.log.wall_ns(id);
    note.conn = conn_of(row.link, row.conn);
    note.link = row.link;
    note.kind = wire::Kind::note;
    note.details = std::make_unique<wire::Details>();
    note.details->of = written_;
    note.details->note = mark->note;
    return push(note);
}

bool LogSaver::put_missing(const model::Model& model) {
    wire::Event note;
    note.mono_ns = model.log.size() > 0 ? model.log.mono_ns(model.log.first()) : model.now.mono_ns;
    note.wall_ns = model.now.wall_ns - (model.now.mono_ns - note.mono_ns);
    note.conn = 1;
    note.kind = wire::Kind::note;
    note.details = std::make_unique<wire::Details>();
    note.details->gap = missing_;
    note.details->note = base::count_text(missing_) +
                         (missing_ == 1 ? " event is" : " events are") +
                         " missing here: the log no longer held them";
    if (!push(note)) return false;
    missing_ = 0;
    return true;
}

/// Its own number, unless another connection of the log has that one already.
std::uint32_t LogSaver::conn_of(std::uint32_t link, std::uint32_t conn) {
    std::uint32_t& number = conns_[{link, conn}];
    if (number != 0) return number;
    const auto taken = [&](std::uint32_t wanted) {
        return wanted < conns_taken_.size() && conns_taken_[wanted];
    };
    number = std::max(conn, 1u);
    constexpr std::uint32_t kFar = 1u << 20; // numbers of a damaged file are not believed
    if (taken(number) || number > kFar)
        for (number = 1; taken(number);) ++number;
    if (conns_taken_.size() <= number) conns_taken_.resize(number + 1);
    conns_taken_[number] = true;
    return number;
}

//--- the end --------------------------------------------------------------------------------------

void LogSaver::tell_end(model::Model& model) {
    if (last_.cancelled) {
        model.notices.tell(model::Severity::info, 0, kTopic,
                           {last_.file + " was not written", "the writing was cancelled", ""},
                           model.now.mono_ns);
        return;
    }
    if (last_.error) {
        model.notices.tell(model::Severity::error, 0, kTopic, *last_.error, model.now.mono_ns);
        return;
    }
    base::Error said;
    said.what = base::count_text(written_) + (written_ == 1 ? " line" : " lines") + " written to " +
                last_.file;
    said.why = base::size_text(last_.bytes);
    const std::uint64_t secrets = worker_->secrets();
    const std::string count = base::count_text(secrets) + (secrets == 1 ? " secret" : " secrets");
    if (wish_.redact) said.why += ", " + count + " replaced by marks";
    const bool tells = !wish_.redact && secrets > 0;
    if (tells) {
        said.why += ", " + count + " in it";
        said.fix = "tick Redact secrets before you give it away";
    }
    model.notices.tell(tells ? model::Severity::warning : model::Severity::info, 0, kTopic,
                       std::move(said), model.now.mono_ns);
    model.files.used(last_.file);
}

} // namespace app
