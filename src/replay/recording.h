// A capture as a replay needs it: what is sent, and what was expected after each. A fold over the
// capture's events; pure, holds the payloads. Owned by whoever plays or compares it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "capture/reader.h"
#include "wire/event.h"

namespace replay {

/// A message that was sent.
struct RecordedSend {
    std::uint64_t event = 0;
    std::string payload;
    bool binary = false;
    std::int64_t at_ns = 0;      ///< the capture's monotonic clock
    std::int64_t silence_ns = 0; ///< between the last expected message after it and what followed
};

/// A message that came and that replays look at.
struct RecordedReply {
    std::uint64_t event = 0;
    std::string payload;
    bool binary = false;
    std::size_t send = 0; ///< index into `sends`; wire::ReplayExpectation::kBeforeFirst
};

struct Recording {
    std::vector<RecordedSend> sends;
    std::vector<RecordedReply> replies;
    /// What authentication gave, by name: it is given anew in the session.
    std::vector<std::pair<std::string, std::string>> auth_ids;
    std::int64_t opening_silence_ns = 0;
    std::size_t connections = 0;    ///< that have messages
    std::size_t other_openings = 0; ///< messages that other connections opened with, left out
    std::size_t left_out = 0;       ///< messages that the filter did not let pass
    std::size_t refused = 0;        ///< messages that were not sent when it was recorded
};

/// Larger captures are refused: a replay holds what it expects in memory.
constexpr std::size_t kMostRecordedMessages = 2'000'000;
constexpr std::size_t kMostRecordedBytes = std::size_t{1} << 30;

class RecordingMaker {
public:
    /// Asked for every event, in order: true for those that take part. Empty: all do.
    using Keep = std::function<bool(const wire::EventView&)>;
    /// `one_connection`: it is to be played on one, so that what other connections than the first
    /// opened with cannot come again. Else that belongs to whatever was sent before it.
    explicit RecordingMaker(Keep keep = {}, bool one_connection = true)
        : keep_(std::move(keep)), one_connection_(one_connection) {}

    /// The next event of the capture. An Error when the capture is too large.
    base::Status add(const wire::EventView& event);
    Recording take();

private:
    struct Connection {
        bool challenged = false;
        bool sent = false;      ///< a message, whether it takes part or not
        bool owner_kept = true; ///< the one sent last takes part, and so do its replies
        std::size_t owner = 0;  ///< index into `sends`; behind the last one: none yet
    };

    base::Status add_message(const wire::EventView& event, bool kept);
    void add_send(const wire::EventView& event, Connection& connection);
    void add_reply(const wire::EventView& event, const Connection& connection);
    bool note_auth(const wire::EventView& event);
    void end_silence(std::int64_t mono_ns);

    Keep keep_;
    bool one_connection_;
    Recording made_;
    std::unordered_map<std::uint32_t, Connection> connections_; ///< by number
    std::uint32_t first_connection_ = 0;
    std::size_t bytes_ = 0;
    std::int64_t last_mono_ns_ = 0;
};

/// Reads a whole capture. `said` gets what the user should know: damaged lines, several
/// connections. An Error when it cannot be read or is too large; `*damaged` when lines were lost.
base::Result<Recording> read_recording(const std::string& path, RecordingMaker maker,
                                       std::vector<std::string>* said, bool* damaged);

} // namespace replay
