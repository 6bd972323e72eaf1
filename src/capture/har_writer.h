// Writes a capture as HAR 1.2 with Chrome's `_webSocketMessages`, as DevTools imports it: one entry
// an attempt to connect. What HAR has no place for goes in members that begin with `_`, so that
// har_reader.h brings everything back: `_events` of an entry are lines of the capture format.
// An entry can only be written when its connection is over, and connections overlap: their events
// wait in a file without a name. Memory is bounded whatever they hold. Owned by one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "capture/spool.h"
#include "wire/event.h"

namespace capture {

class HarWriter {
public:
    /// `started_wall_ns`: t 0 of the events that follow. `program` as in a first line.
    static base::Result<std::unique_ptr<HarWriter>> create(std::int64_t started_wall_ns,
                                                           std::string program);
    base::Status append(const wire::EventView& event);
    /// The whole HAR, in pieces, to `sink`; the end.
    using Sink = std::function<base::Status(std::string_view)>;
    base::Status finish(const Sink& sink);

private:
    /// What is kept of a connection in memory.
    struct Entry {
        std::uint32_t conn = 0;
        std::string url, address, request, response, error;
        int status = 0;
        std::int64_t first_mono_ns = 0, first_wall_ns = 0, last_mono_ns = 0;
        std::int64_t request_mono_ns = -1, response_mono_ns = -1;
        Spool::Stream messages, events;
    };

    explicit HarWriter(std::int64_t started_wall_ns, std::string program)
        : started_wall_ns_(started_wall_ns), program_(std::move(program)) {}
    Entry& entry_of(const wire::EventView& event);
    void take_life(Entry& entry, const wire::EventView& event);
    base::Status write_entry(Entry& entry, const Sink& sink);

    std::int64_t started_wall_ns_;
    std::string program_;
    std::unique_ptr<Spool> spool_;
    std::map<std::uint32_t, Entry> entries_;
    std::string piece_;
};

} // namespace capture
