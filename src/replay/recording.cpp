#include "replay/recording.h"

#include <algorithm>

#include "base/text.h"
#include "capture/har_reader.h"
#include "replay/matcher.h"
#include "wire/envelope.h"
#include "wire/replay_state.h"

namespace replay {
namespace {

constexpr std::size_t kBeforeFirst = wire::ReplayExpectation::kBeforeFirst;

base::Error too_large(const std::string& what) {
    return {"the capture is too large to be held", what,
            "let a filter choose a part of it, or cut it with wsdbg query"};
}

} // namespace

base::Status RecordingMaker::add(const wire::EventView& event) {
    last_mono_ns_ = std::max(last_mono_ns_, event.mono_ns);
    if (event.kind == wire::Kind::refused) ++made_.refused;
    const bool kept = !keep_ || keep_(event);
    const bool crossed = event.dir == wire::Dir::in || event.dir == wire::Dir::out;
    return wire::is_message(event.kind) && crossed ? add_message(event, kept) : base::Status();
}

base::Status RecordingMaker::add_message(const wire::EventView& event, bool kept) {
    if (connections_.empty()) first_connection_ = event.conn;
    Connection& connection = connections_[event.conn];
    if (note_auth(event)) return {};
    if (!kept) ++made_.left_out;
    if (event.dir == wire::Dir::out) {
        connection.sent = true;
        connection.owner_kept = kept;
    }
    if (!kept || !connection.owner_kept) return {};
    if (made_.sends.size() + made_.replies.size() >= kMostRecordedMessages)
        return too_large("more than " + base::count_text(kMostRecordedMessages) + " messages");
    if (event.dir == wire::Dir::out)
        add_send(event, connection);
    else
        add_reply(event, connection);
    if (bytes_ > kMostRecordedBytes)
        return too_large("more than " + base::size_text(kMostRecordedBytes) + " of messages");
    return {};
}

/// True when the event is part of an authentication, which a replay does afresh.
bool RecordingMaker::note_auth(const wire::EventView& event) {
    if (event.kind != wire::Kind::text) return false;
    const wire::EnvelopeHead head = wire::read_envelope(event.payload);
    bool& challenged = connections_[event.conn].challenged;
    if (event.dir == wire::Dir::out) return challenged && head.type() == "auth_response";
    const wire::AuthFrame frame = wire::read_auth_frame(event.payload, head);
    const auto note = [this](const char* name, const std::string& value) {
        if (!value.empty() && made_.auth_ids.size() < kMostRecordedMessages)
            made_.auth_ids.emplace_back(name, '"' + value);
    };
    if (frame.is == wire::AuthFrame::Is::challenge) {
        challenged = true;
        note("token", frame.token);
    }
    if (frame.is == wire::AuthFrame::Is::accepted) note("client_id", frame.client_id);
    return frame.is != wire::AuthFrame::Is::nothing;
}

void RecordingMaker::end_silence(std::int64_t mono_ns) {
    std::int64_t& silence =
        made_.sends.empty() ? made_.opening_silence_ns : made_.sends.back().silence_ns;
    // Until now it holds the moment of the last expected message.
    silence = std::max<std::int64_t>(0, mono_ns - silence);
}

void RecordingMaker::add_send(const wire::EventView& event, Connection& connection) {
    end_silence(event.mono_ns);
    connection.owner = made_.sends.size();
    made_.sends.push_back({event.id, std::string(event.payload), event.kind == wire::Kind::binary,
                           event.mono_ns, event.mono_ns});
    bytes_ += event.payload.size();
}

void RecordingMaker::add_reply(const wire::EventView& event, const Connection& connection) {
    const bool binary = event.kind == wire::Kind::binary;
    if (!expected_at_all(body_of(event.payload, binary))) return;
    std::size_t send = connection.sent ? connection.owner : kBeforeFirst;
    if (!connection.sent && event.conn != first_connection_) {
        if (one_connection_) {
            ++made_.other_openings;
            return;
        }
        if (!made_.sends.empty()) send = made_.sends.size() - 1;
    }
    made_.replies.push_back({event.id, std::string(event.payload), binary, send});
    bytes_ += event.payload.size();
    (made_.sends.empty() ? made_.opening_silence_ns : made_.sends.back().silence_ns) =
        event.mono_ns;
}

Recording RecordingMaker::take() {
    end_silence(last_mono_ns_);
    made_.connections = connections_.size();
    // Replies of connections side by side come mixed.
    std::stable_sort(made_.replies.begin(), made_.replies.end(),
                     [](const RecordedReply& a, const RecordedReply& b) {
                         return a.send + 1 < b.send + 1; // kBeforeFirst + 1 is 0
                     });
    return std::move(made_);
}

base::Result<Recording> read_recording(const std::string& path, RecordingMaker maker,
                                       std::vector<std::string>* said, bool* damaged) {
    base::Result<capture::Reader> reader = capture::open_any(path);
    if (!reader) return reader.error();
    wire::EventView event;
    while (reader.value().next(&event))
        if (const base::Status added = maker.add(event); !added) return added.error();
    if (const base::Status& failed = reader.value().failed(); !failed) return failed.error();
    for (const std::string& warning : reader.value().warnings())
        said->push_back(path + ": " + warning);
    for (const capture::Damage& damage : reader.value().damage())
        said->push_back(path + ", line " + base::count_text(damage.line) + ": " + damage.what);
    const std::uint64_t lost = reader.value().damaged_lines();
    if (lost > reader.value().damage().size())
        said->push_back(path + ": " + base::count_text(lost) + " damaged lines in all");
    *damaged = lost != 0;
    return maker.take();
}

} // namespace replay
