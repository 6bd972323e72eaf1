#include "app/open_capture.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>

#include "app/drain.h"
#include "base/clock.h"
#include "base/text.h"
#include "capture/bell.h"
#include "capture/har_reader.h"
#include "capture/reader.h"

namespace app {
namespace {

/// A queue that is as full as this is looked at again so soon.
constexpr std::chrono::milliseconds kRoom(2);
constexpr std::int64_t kBetweenReports = 50 * base::kMillisecond;
constexpr wire::EventQueue::Limits kQueue{1u << 14, 32u << 20};

} // namespace

class FileLoader::Thread {
public:
    Thread(std::string path, base::Stamp clock, std::function<void()> wake)
        : queue(kQueue), path_(std::move(path)), clock_(clock), wake_(std::move(wake)) {
        progress_.file = path_;
        queue.set_wake(wake_);
        thread_ = std::thread([this] { run(); });
    }
    ~Thread() {
        cancel();
        thread_.join();
    }

    void cancel() {
        reading_.stop.raise();
        bell_.ring();
    }
    wire::FileProgress progress() const {
        const std::lock_guard lock(mutex_);
        wire::FileProgress state = progress_;
        if (state.events == 0 && !state.finished) state.bytes = reading_.bytes; // sorting a HAR
        return state;
    }

    wire::EventQueue queue;

private:
    void run() {
        wire::FileProgress state = progress();
        std::error_code unknown;
        const auto size = std::filesystem::file_size(path_, unknown);
        if (!unknown) state.total = size;
        report(state);
        auto reader = capture::open_any(path_, &reading_);
        if (reader)
            read(reader.value(), &state);
        else
            state.error = reader.error();
        state.cancelled = reading_.stop.raised();
        if (state.cancelled) state.error.reset();
        state.finished = true;
        report(state);
        if (wake_) wake_();
    }

    void read(capture::Reader& reader, wire::FileProgress* state) {
        const std::int64_t began_ns = base::mono_now_ns();
        std::int64_t reported_ns = 0;
        wire::Event event;
        while (reader.next(&event)) {
            // As this program's clocks would have shown it: rows of several files compare.
            event.mono_ns = event.wall_ns - (clock_.wall_ns - clock_.mono_ns);
            while (!queue.try_push(event)) {
                bell_.wait(kRoom);
                if (reading_.stop.raised()) return;
            }
            if (const std::int64_t at = base::mono_now_ns(); at - reported_ns > kBetweenReports) {
                reported_ns = at;
                look(reader, at - began_ns, state);
                report(*state);
            }
        }
        look(reader, base::mono_now_ns() - began_ns, state);
        if (!reader.failed()) state->error = reader.failed().error();
        for (const std::string& warning : reader.warnings()) state->words.push_back(warning);
        for (const capture::Damage& damage : reader.damage())
            state->words.push_back("line " + std::to_string(damage.line) +
                                   " was left out: " + damage.what);
    }

    static void look(const capture::Reader& reader, std::int64_t took_ns,
                     wire::FileProgress* state) {
        state->bytes = reader.bytes_read();
        state->total = reader.bytes_total();
        state->events = reader.events();
        state->damaged = reader.damaged_lines();
        state->rate = took_ns > 0
                          ? static_cast<double>(state->bytes) * 1e9 / static_cast<double>(took_ns)
                          : 0;
    }

    void report(const wire::FileProgress& state) {
        const std::lock_guard lock(mutex_);
        progress_ = state;
    }

    const std::string path_;
    const base::Stamp clock_;
    std::function<void()> wake_;
    capture::ReadProgress reading_;
    capture::Bell bell_;
    mutable std::mutex mutex_;
    wire::FileProgress progress_;
    std::thread thread_;
};

FileLoader::FileLoader(std::string path, base::Stamp clock, std::function<void()> wake)
    : thread_(std::make_unique<Thread>(std::move(path), clock, std::move(wake))) {}
FileLoader::~FileLoader() = default;
wire::EventQueue& FileLoader::events() { return thread_->queue; }
void FileLoader::cancel() { thread_->cancel(); }
wire::FileProgress FileLoader::progress() const { return thread_->progress(); }

//--- all that were opened -------------------------------------------------------------------------

void OpenedCaptures::open(const std::string& path, bool show) {
    File file;
    file.path = path;
    file.show = show;
    file.progress.file = path;
    file.loader = std::make_unique<FileLoader>(path, clock_, wake_);
    files_.push_back(std::move(file));
}

void OpenedCaptures::cancel(const model::Model& model, std::uint32_t link) {
    if (model.connection(link) == nullptr) return;
    for (File& file : files_)
        for (const std::uint32_t own : file.links)
            if (own == link && file.loader) file.loader->cancel();
}

void OpenedCaptures::cancel(const std::string& path) {
    for (File& file : files_)
        if (file.path == path && file.loader) file.loader->cancel();
}

bool OpenedCaptures::drain(model::Model& model, std::int64_t budget_ns, bool ids_may_change) {
    for (File& file : files_) {
        if (!file.loader) continue;
        file.progress = file.loader->progress(); // before: all of it is queued
        file.finished = file.progress.finished;
    }
    const bool more = take(model, base::mono_now_ns() + budget_ns, ids_may_change);
    for (File& file : files_) {
        file.progress.link = file.links.empty() ? 0 : file.links.front();
        if (!file.loader || !file.finished || file.loader->events().front() != nullptr) continue;
        file.loader.reset();
        tell(model, file);
    }
    merging_ = merging_ && busy();
    return more;
}

/// Whose next event is the oldest; null when there is none now. `*wait`: one of the files that are
/// still read has nothing yet, and what it has next may be older.
OpenedCaptures::File* OpenedCaptures::oldest(bool* wait) {
    File* found = nullptr;
    for (File& file : files_) {
        if (!file.loader) continue;
        const wire::Event* next = file.loader->events().front();
        if (next == nullptr) {
            *wait = *wait || !file.finished;
        } else if (found == nullptr || next->mono_ns < found->loader->events().front()->mono_ns) {
            found = &file;
        }
    }
    return found;
}

/// True when the time was up before all was taken that could be.
bool OpenedCaptures::take(model::Model& model, std::int64_t until_ns, bool ids_may_change) {
    constexpr int kBetweenLooks = 64;
    for (int i = 1;; ++i) {
        bool wait = false;
        File* const file = oldest(&wait);
        if (wait || (file == nullptr && !merge_.active())) break;
        const std::int64_t next_ns = file ? file->loader->events().front()->mono_ns : INT64_MAX;
        const bool older = model.log.size() > 0 && next_ns < model.log.mono_ns(model.log.end() - 1);
        // Once for each file: one whose own times step back stays as it is.
        const bool begins = older && !file->merged;
        if (begins && !merge_.active()) {
            if (!ids_may_change) return true;
            merge_.begin(model);
            merging_ = true;
            for (File& each : files_) {
                each.merged = true;
                each.ids_before = std::exchange(each.ids, {});
            }
        }
        // A file that was opened meanwhile waits until the log is whole again.
        if (merge_.active() && (merge_.next_mono_ns() <= next_ns || !file->merged))
            follow(merge_.take_one(model));
        else
            take_one(model, *file);
        if (i % kBetweenLooks == 0 && base::mono_now_ns() >= until_ns) return true;
    }
    // The next one that has read something wakes the window, and is then asked.
    bool armed = true;
    for (File& file : files_)
        if (file.loader && !file.finished && file.loader->events().front() == nullptr)
            armed = file.loader->events().arm() && armed;
    return !armed;
}

namespace {

/// A note about an event is a bookmark that somebody saved; one about a hole is the recorder's.
void take_note(model::Model& model, const wire::Event& event) {
    constexpr std::size_t kMost = 4096; // bytes
    if (event.kind != wire::Kind::note || !event.details || event.details->of == 0) return;
    if (event.details->gap != 0 || !model.log.contains(event.details->of)) return;
    if (event.details->unmarked) return model.bookmarks.set(event.details->of, false);
    std::string text = event.details->note;
    if (event.payload.present()) text = std::string(event.payload.view().substr(0, kMost));
    text.resize(base::utf8_error_offset(text));
    model.bookmarks.set_note(event.details->of, std::move(text));
}

} // namespace

/// Later notes of a file that is still being read are about the new ids, too.
void OpenedCaptures::follow(const LogMerge::Moved& moved) {
    for (File& file : files_) {
        if (!file.loader) continue;
        if (std::find(file.links.begin(), file.links.end(), moved.link) == file.links.end())
            continue;
        if (const std::uint64_t n = file.ids_before.from_of(moved.before); n != 0)
            file.ids.add(n, moved.now);
    }
}

void OpenedCaptures::take_one(model::Model& model, File& file) {
    wire::Event event = std::move(*file.loader->events().front());
    file.loader->events().pop_front();
    const std::size_t at = event.link == 0 ? 0 : event.link - 1;
    while (file.links.size() <= at) {
        model::Connection& added = model.connections.emplace_back();
        added.link = added.state.link = static_cast<std::uint32_t>(model.connections.size());
        added.file = file.path;
        file.links.push_back(added.link);
        if (file.show) model.files.show = model.log.end();
        if (std::exchange(file.show, false) || model.current_link == 0)
            model.current_link = added.link;
    }
    event.link = file.links[at];
    file.ids.add(event.id, model.log.end());
    if (event.details && event.details->of != 0)
        event.details->of = file.ids.to_of(event.details->of);
    take_note(model, event);
    take_event(model, std::move(event));
}

void OpenedCaptures::tell(model::Model& model, const File& file) {
    const wire::FileProgress& state = file.progress;
    const std::uint32_t link = file.links.empty() ? 0 : file.links.front();
    const std::string topic = "file " + file.path;
    if (state.error) {
        model.notices.tell(model::Severity::error, link, topic, *state.error, model.now.mono_ns);
        return;
    }
    model.files.used(file.path);
    if (state.cancelled) {
        model.notices.tell(
            model::Severity::info, link, topic,
            {"reading " + file.path + " was cancelled",
             "the first " + base::count_text(state.events) + " events are in the log", ""},
            model.now.mono_ns);
        return;
    }
    if (state.words.empty()) return;
    base::Error text;
    text.what = state.damaged == 0 ? file.path + " was read with a word"
                                   : base::count_text(state.damaged) +
                                         (state.damaged == 1 ? " damaged line" : " damaged lines") +
                                         " of " + file.path + " left out";
    constexpr std::size_t kWordsShown = 3;
    for (std::size_t i = 0; i < state.words.size() && i < kWordsShown; ++i)
        text.why += (i == 0 ? "" : "; ") + state.words[i];
    model.notices.tell(model::Severity::warning, link, topic, std::move(text), model.now.mono_ns);
}

std::vector<wire::FileProgress> OpenedCaptures::progress() const {
    std::vector<wire::FileProgress> all;
    for (const File& file : files_) all.push_back(file.progress);
    return all;
}

std::vector<wire::FileProgress> OpenedCaptures::reading() const {
    std::vector<wire::FileProgress> all;
    for (const File& file : files_)
        if (file.loader) all.push_back(file.progress);
    return all;
}

bool OpenedCaptures::busy() const { return merge_.active() || any_read(); }

bool OpenedCaptures::any_read() const {
    return std::any_of(files_.begin(), files_.end(),
                       [](const File& file) { return file.loader != nullptr; });
}

} // namespace app
