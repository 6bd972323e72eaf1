// What tail and echo share: one connection from dialling to its end, what is told of it on standard
// error, the capture beside it, and how the program's exit code follows. Owned by the command's
// thread; the engine's thread runs behind it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/event_pump.h"
#include "base/clock.h"
#include "base/result.h"
#include "capture/recorder.h"
#include "net/engine.h"
#include "wire/event.h"

namespace app {

/// Messages of one direction.
struct Tally {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};

class Session {
public:
    explicit Session(EventPump& pump, wire::EventQueue::Limits queue = wire::EventQueue::Limits());

    /// Before dial(): all that happens goes into a file, too. `started` is filled in here.
    base::Status record(capture::RecorderOptions options);
    /// `options` have been checked.
    void dial(const wire::LinkOptions& options);

    net::Engine& engine() { return engine_; }
    wire::EventQueue& events() { return engine_.events(); }
    static constexpr std::uint32_t kLink = 1;

    /// Gives what has happened to `take`, so much of it that the outside is looked at in between.
    /// True when nothing was left.
    template <class Take>
    bool take_events(Take&& take) {
        constexpr int kBatch = 256;
        wire::Event event;
        for (int i = 0; i < kBatch; ++i) {
            if (!events().pop(&event)) return true;
            take(event);
        }
        return false;
    }

    /// After the end: gives what had come by now and was not taken.
    template <class Take>
    void take_rest(Take&& take) {
        wire::Event event;
        for (std::uint64_t left = events().stats().events; left > 0 && events().pop(&event); --left)
            take(event);
    }

    /// So many bytes are not yet sent that no more should be given; the pump is woken once few are
    /// left.
    bool held_up();
    static constexpr std::uint64_t kHighBytes = 8u << 20; ///< that are many

    /// Every event, in order: keeps what follows and says errors on standard error.
    void see(const wire::Event& event);

    /// Ends the connection with a closing handshake; asked again, without one; a third time, it is
    /// not waited for.
    void stop();
    bool stopping() const { return stops_ > 0; }

    bool over() const;                                      ///< nothing more will come
    std::int64_t give_up_ns() const { return give_up_ns_; } ///< over by then at the latest
    bool ever_open() const { return ever_open_; }
    /// It ended with a closing handshake and with 1000, 1001 or no code.
    bool ended_well() const { return ended_well_; }

    //--- the file
    /// What is new to tell of it: it cannot be written, or can be again.
    std::optional<std::string> recording_news();
    wire::RecordingState recording() const;
    /// Whole, and on the disk; says what went wrong with that.
    void end_recording();
    /// ", 12 events in session.ndjson"; "" without a file.
    std::string recording_summary() const;
    bool recording_whole() const; ///< nothing that was to be in it is missing

    base::Stamp started() const { return started_; }
    /// "12 messages in (3.4 kB), 2 out (90 B), 5.0 s".
    std::string summary() const;

private:
    void see_end(const wire::Event& event);

    base::Stamp started_ = base::stamp_now();
    std::shared_ptr<capture::Bell> bell_ = std::make_shared<capture::Bell>();
    net::Engine engine_;
    std::function<void()> wake_;
    std::unique_ptr<capture::Recorder> recorder_; ///< ends before the engine does
    std::uint64_t faults_told_ = 0;
    bool fault_stands_ = false;
    Tally in_, out_;
    wire::Phase phase_ = wire::Phase::idle;
    bool dialled_ = false;
    bool ever_open_ = false;
    bool ended_well_ = false;
    int stops_ = 0;
    std::int64_t give_up_ns_ = EventPump::kNever;
};

/// Words for what the user should know before anything happens: how the URL was taken, --insecure.
void say_before_connecting(const wire::LinkOptions& options);

} // namespace app
