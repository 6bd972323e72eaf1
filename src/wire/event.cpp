#include "wire/event.h"

#include <array>

namespace wire {
namespace {

constexpr std::array<const char*, kKindCount> kKindWords = {
    "text", "binary", "ping",   "pong",  "close",   "connecting", "request", "response",
    "open", "failed", "closed", "retry", "refused", "note",       "status"};
static_assert(static_cast<int>(Kind::status) + 1 == kKindCount, "a word for each kind");

constexpr std::array<const char*, 3> kDirWords = {"in", "out", "-"};

} // namespace

const char* word(Dir dir) { return kDirWords[static_cast<std::size_t>(dir)]; }
const char* word(Kind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }

const char* word(By by) {
    switch (by) {
    case By::us: return "us";
    case By::peer: return "peer";
    case By::nobody: break;
    }
    return "-";
}

std::optional<Dir> dir_from_word(std::string_view word) {
    for (std::size_t i = 0; i < kDirWords.size(); ++i)
        if (word == kDirWords[i]) return static_cast<Dir>(i);
    return std::nullopt;
}

std::optional<Kind> kind_from_word(std::string_view word) {
    for (std::size_t i = 0; i < kKindWords.size(); ++i)
        if (word == kKindWords[i] && static_cast<Kind>(i) != Kind::status)
            return static_cast<Kind>(i);
    return std::nullopt;
}

EventView view_of(const Event& event) {
    EventView view;
    view.id = event.id;
    view.mono_ns = event.mono_ns;
    view.wall_ns = event.wall_ns;
    view.conn = event.conn;
    view.link = event.link;
    view.dir = event.dir;
    view.kind = event.kind;
    view.frames = event.frames;
    view.wire_size = event.wire_size;
    view.has_payload = event.payload.present();
    view.payload = event.payload.view();
    view.details = event.details.get();
    if (event.details) view.rtt_ns = event.details->rtt_ns;
    return view;
}

Event copy_of(const EventView& view, SlabWriter& slabs) {
    Event event;
    event.id = view.id;
    event.mono_ns = view.mono_ns;
    event.wall_ns = view.wall_ns;
    event.conn = view.conn;
    event.link = view.link;
    event.dir = view.dir;
    event.kind = view.kind;
    event.frames = view.frames;
    event.wire_size = view.wire_size;
    if (view.has_payload) event.payload = slabs.append(view.payload);
    if (view.details) event.details = std::make_unique<Details>(*view.details);
    return event;
}

Event copy_of(const Event& event) {
    Event copy;
    copy.id = event.id;
    copy.mono_ns = event.mono_ns;
    copy.wall_ns = event.wall_ns;
    copy.conn = event.conn;
    copy.link = event.link;
    copy.dir = event.dir;
    copy.kind = event.kind;
    copy.frames = event.frames;
    copy.wire_size = event.wire_size;
    copy.payload = event.payload;
    if (event.details) copy.details = std::make_unique<Details>(*event.details);
    return copy;
}

} // namespace wire
