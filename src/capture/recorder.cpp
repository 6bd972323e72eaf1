#include "capture/recorder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <ctime>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/text.h"
#include "capture/file_writer.h"
#include "capture/redact.h"

namespace capture {
namespace {

using std::chrono::milliseconds;

/// Between two looks at a busy queue: fewer and larger writes, and the producer never has to wake
/// anybody. With the write itself far below the 100 ms that an event may be on its way.
constexpr milliseconds kBatch(10);
/// Between two looks when nothing happens: is the file still there?
constexpr milliseconds kLook(1000);
/// Between two tries to write to a file that cannot be written.
constexpr milliseconds kRetry(250);
constexpr std::chrono::seconds kSyncEvery(1);
/// What may wait for a disk that does not take it; more is a gap.
constexpr std::uint64_t kMostUnwritten = 1u << 20;
constexpr std::int64_t kRateOver = 500 * base::kMillisecond;

/// Calls fdatasync once a second while there is something new. Beside the thread that writes, for
/// it may take long.
class Syncer {
public:
    Syncer() : thread_([this] { run(); }) {}
    ~Syncer() { finish(); }

    /// Ends with what is still to be synced.
    void finish() {
        if (!thread_.joinable()) return;
        {
            const std::lock_guard lock(mutex_);
            over_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    /// There is something new in the file.
    void dirty(int fd) {
        const std::lock_guard lock(mutex_);
        if (fd_ >= 0) return;
        fd_ = ::fcntl(fd, F_DUPFD_CLOEXEC, 3); // it may be closed here meanwhile
        wake_.notify_one();
    }
    /// errno of the last sync that failed; asked once.
    int take_fault() { return fault_.exchange(0); }

private:
    void run() {
        std::unique_lock lock(mutex_);
        while (!over_ || fd_ >= 0) {
            wake_.wait(lock, [this] { return over_ || fd_ >= 0; });
            wake_.wait_for(lock, kSyncEvery, [this] { return over_; });
            const int fd = std::exchange(fd_, -1);
            if (fd < 0) continue;
            lock.unlock();
            // A pipe or a device has nothing to sync.
            if (::fdatasync(fd) != 0 && errno != EINVAL && errno != EROFS) fault_ = errno;
            ::close(fd);
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    bool over_ = false;
    int fd_ = -1;
    std::atomic<int> fault_{0};
    std::thread thread_;
};

double thread_cpu_s() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

} // namespace

class Recorder::Thread {
public:
    Thread(wire::EventQueue& events, wire::EventQueue& owners, std::shared_ptr<Bell> bell,
           RecorderOptions options, std::unique_ptr<FileWriter> file)
        : events_(events), owners_(owners), bell_(std::move(bell)), options_(std::move(options)),
          file_(std::move(file)), early_over_(!options_.early) {
        state_.file = options_.path;
        state_.bytes = file_->bytes();
        if (options_.redact) redactor_.emplace();
        syncer_.dirty(file_->fd());
        thread_ = std::thread([this] { run(); });
    }
    ~Thread() { finish(); }

    void early_done() {
        early_done_ = true;
        bell_->ring();
    }

    void finish() {
        if (!thread_.joinable()) return;
        finish_ = true;
        bell_->ring();
        thread_.join();
    }

    wire::RecordingState state() const {
        const std::lock_guard lock(mutex_);
        return state_;
    }

private:
    void run() {
        while (!ended_) {
            const bool last_round = finish_; // asked before looking: nothing comes behind it
            const bool took = take_all();
            write();
            publish();
            if (took) {
                // A queue that fills faster than this is emptied without a pause.
                if (!last_round && !full_batch_) bell_->wait(kBatch);
            } else if (last_round) {
                break;
            } else if (events_.arm() && owners_.arm()) {
                bell_->wait(now_.error ? kRetry : kLook);
            }
        }
        take_notes();
        write_notes(true);
        write();
        syncer_.finish();
        told_sync();
        lose(file_->unwritten_lines());
        now_.cpu_s = thread_cpu_s();
        now_.finished = true;
        publish();
    }

    //--- events

    bool take_all() {
        const bool early = early_over_ ? take_notes() : take_early();
        wire::Event event;
        int taken = 0;
        while (!ended_ && taken < kMostAtOnce && events_.pop(&event)) {
            ++taken;
            if (!early_over_)
                held_.push_back(std::move(event));
            else
                take(event);
            event = wire::Event();
        }
        full_batch_ = taken == kMostAtOnce;
        write_notes(false);
        return early || taken > 0;
    }

    /// Before the events: what a note is about is among those, or has been written.
    bool take_notes() {
        wire::Event note;
        bool any = false;
        for (; owners_.pop(&note); any = true) notes_.push_back(std::move(note));
        return any;
    }

    /// Those whose event is in the file; at the end all. Their time is not before what the file
    /// has.
    void write_notes(bool all) {
        while (early_over_ && !notes_.empty()) {
            wire::EventView note = wire::view_of(notes_.front());
            if (!all && note.details != nullptr && note.details->of > last_id_) return;
            note.mono_ns = std::max(note.mono_ns, last_mono_ns_);
            if (redactor_) note = redactor_->redact(note);
            append(note);
            notes_.pop_front();
        }
    }

    bool take_early() {
        if (early_over_) return false;
        const bool last = early_done_ || finish_; // asked first: what is popped then is all
        wire::Event event;
        bool any = false;
        for (; owners_.pop(&event); any = true) {
            if (event.kind == wire::Kind::note && event.details && event.details->of != 0)
                notes_.push_back(std::move(event));
            else
                take(event);
            event = wire::Event();
        }
        if (!last) return any;
        early_over_ = true;
        for (; !held_.empty() && !ended_; held_.pop_front()) take(held_.front());
        return true;
    }

    void take(const wire::Event& event) {
        if (event.kind == wire::Kind::status) {
            ended_ = !event.details; // the producer's last word
            return;
        }
        wire::EventView view = wire::view_of(event);
        last_conn_ = view.conn != 0 ? view.conn : last_conn_;
        last_mono_ns_ = view.mono_ns;
        last_id_ = std::max(last_id_, view.id);
        if (wire::is_message(view.kind)) {
            if (options_.message_limit != 0 && now_.messages >= options_.message_limit) {
                ++now_.left_out;
                return;
            }
            ++now_.messages;
        }
        if (view.kind == wire::Kind::open) ++now_.connections;
        if (redactor_) view = redactor_->redact(view);
        append(view);
    }

    void append(const wire::EventView& view) {
        if (now_.error && (missing_ > 0 || file_->unwritten() > kMostUnwritten)) {
            ++missing_;
            ++now_.gap;
            return;
        }
        ++now_.events;
        const std::uint64_t too_long = file_->too_long();
        if (const base::Status kept = file_->append(view); !kept) fail(kept.error());
        lose(file_->too_long() - too_long);
    }

    //--- the file

    void write() {
        told_sync();
        if (!file_there()) return;
        if (const base::Status kept = file_->flush(); !kept) return fail(kept.error());
        mark_gap();
        recover();
        if (file_->bytes() != synced_bytes_) syncer_.dirty(file_->fd());
        synced_bytes_ = file_->bytes();
    }

    /// False: it was removed and cannot be created again yet.
    bool file_there() {
        const std::int64_t now = base::mono_now_ns();
        if (!now_.error && now < next_look_ns_) return true;
        next_look_ns_ = now + std::chrono::nanoseconds(kLook).count();
        if (!file_->removed()) return true;
        std::uint64_t lost = 0;
        if (const base::Status created = file_->create_again(&lost); !created) {
            fail(created.error());
            return false;
        }
        missing_ += lost;
        lose(lost);
        fail({options_.path + " was removed while it was recorded",
              base::count_text(lost) + (lost == 1 ? " event" : " events") +
                  " went with it; it was created again, and the recording goes on",
              "leave the file where it is until the recording has ended"});
        return true;
    }

    /// Lines that were counted, and are not in the file.
    void lose(std::uint64_t lines) {
        now_.gap += lines;
        now_.events -= std::min(lines, now_.events); // a note of a hole is a line, and no event
    }

    /// The hole that a failing file left, as an event of the file.
    void mark_gap() {
        if (missing_ == 0) return;
        wire::Details details;
        details.gap = std::exchange(missing_, 0);
        details.note = base::count_text(details.gap) +
                       (details.gap == 1 ? " event is" : " events are") +
                       " missing here: " + (now_.error ? now_.error->what : "not written");
        wire::EventView note;
        note.mono_ns = last_mono_ns_ != 0 ? last_mono_ns_ : base::mono_now_ns();
        note.conn = last_conn_;
        note.kind = wire::Kind::note;
        note.details = &details;
        if (const base::Status kept = file_->append(note); !kept) return fail(kept.error());
        if (const base::Status kept = file_->flush(); !kept) fail(kept.error());
    }

    void fail(base::Error error) {
        const bool news = !now_.error || now_.error->what != error.what;
        if (news) {
            ++now_.faults;
            now_.last_error = error;
            announce_ = true;
        }
        now_.error = std::move(error);
    }

    void recover() {
        if (!now_.error || file_->unwritten() > 0) return;
        now_.error.reset();
        announce_ = true;
    }

    void told_sync() {
        const int fault = syncer_.take_fault();
        if (fault == 0) return;
        now_.sync_failed = true; // what was lost then, no later sync brings back
        ++now_.faults;
        now_.last_error = {"the disk did not take " + options_.path, std::strerror(fault),
                           "look at the disk; record to another place"};
        announce_ = true;
    }

    //--- what others see

    void publish() {
        now_.bytes = file_->bytes() - file_->unwritten();
        if (redactor_) now_.hidden = redactor_->found();
        const std::int64_t now = base::mono_now_ns();
        if (now - rate_since_ns_ >= kRateOver) {
            const double seconds = static_cast<double>(now - rate_since_ns_) / 1e9;
            const std::uint64_t more = now_.bytes > rate_bytes_ ? now_.bytes - rate_bytes_ : 0;
            now_.rate = static_cast<double>(more) / seconds;
            rate_since_ns_ = now;
            rate_bytes_ = now_.bytes;
        }
        {
            const std::lock_guard lock(mutex_);
            state_ = now_;
            state_.file = options_.path;
        }
        if ((std::exchange(announce_, false) || now_.finished) && options_.changed)
            options_.changed();
    }

    static constexpr int kMostAtOnce = 4096; ///< between two writes

    wire::EventQueue& events_;
    wire::EventQueue& owners_;
    std::shared_ptr<Bell> bell_;
    const RecorderOptions options_;
    std::unique_ptr<FileWriter> file_;
    std::optional<Redactor> redactor_;
    Syncer syncer_;

    std::atomic<bool> early_done_{false}, finish_{false};
    bool early_over_;
    bool ended_ = false;
    bool full_batch_ = false; ///< of the last look: there may be more already
    std::deque<wire::Event> held_;
    std::uint32_t last_conn_ = 1;
    std::int64_t last_mono_ns_ = 0;
    std::uint64_t last_id_ = 0;     ///< of the events that were taken
    std::deque<wire::Event> notes_; ///< of the owner, until their events are in the file

    wire::RecordingState now_;
    std::uint64_t missing_ = 0; ///< since the last line of the file
    bool announce_ = false;
    std::int64_t next_look_ns_ = 0;
    std::int64_t rate_since_ns_ = base::mono_now_ns();
    std::uint64_t rate_bytes_ = 0, synced_bytes_ = 0;

    mutable std::mutex mutex_;
    wire::RecordingState state_;
    std::thread thread_;
};

Recorder::Recorder() : owner_events_({1u << 12, 16u << 20}) {}
Recorder::~Recorder() = default;

void Recorder::early_done() { thread_->early_done(); }
void Recorder::finish() { thread_->finish(); }
wire::RecordingState Recorder::state() const { return thread_->state(); }

base::Result<std::unique_ptr<Recorder>>
Recorder::start(wire::EventQueue& events, std::shared_ptr<Bell> bell, RecorderOptions options) {
    auto file =
        FileWriter::create(options.path, options.overwrite, options.started, options.program);
    if (!file) return file.error();
    std::unique_ptr<Recorder> recorder(new Recorder());
    recorder->owner_events_.set_wake([bell] { bell->ring(); });
    recorder->thread_ = std::make_unique<Thread>(events, recorder->owner_events_, std::move(bell),
                                                 std::move(options), std::move(file.value()));
    return recorder;
}

} // namespace capture
