// Writes what happens into a capture file, on a thread of its own, fed by a queue of its own beside
// the screen's. Owned by whoever started it (the UI thread, a command); state() may be asked on any
// thread. What happened is in the kernel's hands within 100 ms, and so survives the end of this
// program, and on the disk within about a second (fdatasync, on a second thread, because it may
// take longer than that). It never makes anybody wait for a failing disk: what cannot be written is
// counted, told in state(), and marked in the file by a note with `gap` once writing works again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "capture/bell.h"
#include "wire/event_queue.h"
#include "wire/file_state.h"

namespace capture {

struct RecorderOptions {
    std::string path;
    bool overwrite = false;
    base::Stamp started; ///< t 0
    std::string program; ///< for the first line
    bool redact = false;
    std::uint64_t message_limit = 0; ///< text and binary messages that are written; 0: all
    bool early = false;              ///< events from before come first: see owner_events()
    /// Called on the recorder's thread when an error comes or goes, and at the end.
    std::function<void()> changed;
};

class Recorder {
public:
    /// Creates the file (see FileWriter) and begins to take events from `events`, which this alone
    /// pops from now on; `status` events but one with nothing in it, which ends the recording, are
    /// passed over. `bell` is what the producer of `events` rings (EventQueue::set_wake).
    static base::Result<std::unique_ptr<Recorder>>
    start(wire::EventQueue& events, std::shared_ptr<Bell> bell, RecorderOptions options);
    /// As finish().
    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// What the owner adds, from one thread. Begun late, first what happened before the first of
    /// `events`, in order, then early_done(); until then `events` are held in memory. From then on
    /// notes: each is written behind the event that it is about.
    wire::EventQueue& owner_events() { return owner_events_; }
    void early_done();

    /// Writes what is in the queues, waits until it is on the disk, ends the thread.
    void finish();

    wire::RecordingState state() const;

private:
    class Thread;
    Recorder();

    wire::EventQueue owner_events_;
    std::unique_ptr<Thread> thread_;
};

} // namespace capture
