#include "sim/recorder.h"

#include "base/clock.h"

namespace sim {
namespace {

constexpr wire::EventQueue::Limits kLimits;

} // namespace

Recorder::Recorder(bool on, std::function<void()> wake) : on_(on), queue_(kLimits) {
    queue_.set_wake(std::move(wake));
}

wire::Event Recorder::stamped(std::uint32_t conn, wire::Dir dir, wire::Kind kind) {
    const base::Stamp now = base::stamp_now();
    wire::Event event;
    event.id = ++last_id_;
    event.mono_ns = now.mono_ns;
    event.wall_ns = now.wall_ns;
    event.conn = conn;
    event.link = conn;
    event.dir = dir;
    event.kind = kind;
    return event;
}

void Recorder::push(wire::Event event) {
    if (!waiting_.empty() || !queue_.try_push(event)) waiting_.push_back(std::move(event));
}

bool Recorder::full() const {
    const wire::QueueStats stats = queue_.stats();
    return !waiting_.empty() || stats.events > kLimits.slots / 2 || stats.bytes > kLimits.bytes / 2;
}

bool Recorder::top_up() {
    while (!waiting_.empty() && queue_.try_push(waiting_.front())) waiting_.pop_front();
    return waiting_.empty();
}

void Recorder::payload(std::uint32_t conn, wire::Dir dir, wire::Kind kind, std::string_view bytes,
                       std::uint32_t frames, std::uint64_t wire_size, int status) {
    if (!on_) return;
    wire::Event event = stamped(conn, dir, kind);
    event.payload = slabs_.append(bytes);
    event.frames = frames;
    event.wire_size = wire_size;
    if (status != 0) {
        event.details = std::make_unique<wire::Details>();
        event.details->status = status;
    }
    push(std::move(event));
}

void Recorder::close(std::uint32_t conn, wire::Dir dir, int code, std::string_view reason) {
    if (!on_) return;
    wire::Event event = stamped(conn, dir, wire::Kind::close);
    event.details = std::make_unique<wire::Details>();
    event.details->code = code;
    event.details->reason = reason;
    push(std::move(event));
}

void Recorder::life(std::uint32_t conn, wire::Kind kind, wire::Details details) {
    if (!on_) return;
    wire::Event event = stamped(conn, wire::Dir::none, kind);
    event.details = std::make_unique<wire::Details>(std::move(details));
    push(std::move(event));
}

} // namespace sim
