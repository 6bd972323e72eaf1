// Events as a network thread would make them, for tests of model and app. Each maker is one
// producer: its own slabs, ids and clock.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "wire/event.h"

namespace test {

/// Random numbers, the same in every run.
struct Dice {
    std::mt19937 random;
    explicit Dice(unsigned seed) : random(seed) {}
    unsigned below(unsigned limit) { return static_cast<unsigned>(random() % limit); }
};

struct EventMaker {
    wire::SlabWriter slabs;
    std::uint64_t next_id = 1;
    std::int64_t mono_ns = 1000 * base::kSecond;
    std::int64_t wall_offset_ns = 1'700'000'000 * base::kSecond;
    std::int64_t step_ns = base::kMillisecond; ///< between two events
    std::uint32_t conn = 1, link = 1;

    wire::Event life(wire::Kind kind) {
        wire::Event event;
        event.id = next_id++;
        mono_ns += step_ns;
        event.mono_ns = mono_ns;
        event.wall_ns = mono_ns + wall_offset_ns;
        event.conn = conn;
        event.link = link;
        event.kind = kind;
        event.details = std::make_unique<wire::Details>();
        return event;
    }

    wire::Event frame(wire::Kind kind, wire::Dir dir, std::string_view payload) {
        wire::Event event = life(kind);
        event.details.reset();
        event.dir = dir;
        event.payload = slabs.append(payload);
        return event;
    }

    wire::Event text_in(std::string_view payload) {
        return frame(wire::Kind::text, wire::Dir::in, payload);
    }
    wire::Event text_out(std::string_view payload) {
        return frame(wire::Kind::text, wire::Dir::out, payload);
    }

    wire::Event failed(std::string what, std::string why = {}, std::string fix = {}) {
        wire::Event event = life(wire::Kind::failed);
        event.details->error = base::Error{std::move(what), std::move(why), std::move(fix)};
        return event;
    }

    wire::Event status(wire::LinkState state) {
        wire::Event event;
        event.kind = wire::Kind::status;
        event.link = state.link;
        event.details = std::make_unique<wire::Details>();
        event.details->link = std::make_unique<wire::LinkState>(std::move(state));
        return event;
    }
};

/// `size` bytes of an envelope whose type is `type` (at least some 60 bytes are needed).
inline std::string envelope_of_size(std::string_view type, std::size_t size) {
    std::string text = "{\"type\":\"" + std::string(type) + "\",\"data\":{\"content\":\"";
    const std::string tail = "\"},\"timestamp\":1.5}";
    while (text.size() + tail.size() < size) text += static_cast<char>('a' + text.size() % 26);
    return text + tail;
}

} // namespace test
