// Reads the WebSocket entries of a HAR (1.2, with Chrome's `_webSocketMessages`), Chrome's and our
// own, in the order in which things happened. A HAR lists one connection after the other, so its
// events wait in a file without a name until they can be sorted: of each only its time and place
// are held in memory, 32 bytes. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "capture/reader.h"

namespace capture {

/// True when the file holds a HAR and no capture; false, too, when it cannot be read.
bool looks_like_har(const std::string& path);

/// What may be watched and stopped while a HAR is gone through, and stopped while events are read.
struct ReadProgress {
    std::atomic<std::uint64_t> bytes{0}; ///< of a HAR, read so far
    StopSign stop;
};

/// An Error when it is no HAR, is not whole, or holds no WebSocket connection. `progress` may be
/// null, else it outlives the Reader.
base::Result<Reader> open_har(const std::string& path, ReadProgress* progress = nullptr);

/// A capture or a HAR, by what the file holds.
base::Result<Reader> open_any(const std::string& path, ReadProgress* progress = nullptr);

} // namespace capture
