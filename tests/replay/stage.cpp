#include "replay/stage.h"

#include <algorithm>
#include <doctest/doctest.h>

namespace replay_tests {

replay::Recording recording_of(const std::vector<Line>& lines, replay::RecordingMaker maker) {
    std::uint64_t id = 0;
    for (const Line& line : lines) {
        wire::EventView event;
        event.id = ++id;
        event.mono_ns = static_cast<std::int64_t>(line.at_s * 1e9);
        event.conn = line.conn;
        event.dir = line.direction == '>' ? wire::Dir::out : wire::Dir::in;
        event.kind = wire::Kind::text;
        event.has_payload = true;
        event.payload = line.payload;
        REQUIRE(maker.add(event).ok());
    }
    return maker.take();
}

std::string text_input(const std::string& text) {
    return R"({"type":"text_input","data":{"text":")" + text + R"("}})";
}
std::string turn(const std::string& role, const std::string& content) {
    return R"({"type": "conversation_turn", "data": {"role": ")" + role + R"(", "content": ")" +
           content + R"(", "turn_id": 1}})";
}
std::string store(const std::string& id, const std::string& content) {
    return R"({"type": "memory_store", "data": {"memory_id": ")" + id + R"(", "content": ")" +
           content + R"("}})";
}

Stage::Stage(const std::vector<Line>& lines, replay::PlaySettings settings)
    : player(recording_of(lines), std::move(settings)) {}

void Stage::event(wire::Kind kind, wire::Dir dir, const std::string& payload,
                  const wire::Details* details) {
    wire::EventView event;
    event.id = ++id_;
    event.mono_ns = now_ns_;
    event.conn = 1;
    event.dir = dir;
    event.kind = kind;
    event.has_payload = wire::is_message(kind) || kind == wire::Kind::refused;
    event.payload = payload;
    event.details = details;
    player.see(event);
}

void Stage::open() {
    event(wire::Kind::open, wire::Dir::none, "");
    ask();
}

void Stage::open_and_pass() {
    open();
    wait(0.3);
}

void Stage::in(const std::string& payload) {
    event(wire::Kind::text, wire::Dir::in, payload);
    ask();
}

void Stage::ask() {
    for (;;) {
        replay::Order order = player.next({now_ns_, kWall});
        if (order.is == replay::Order::Is::wait) return;
        if (order.is == replay::Order::Is::end) {
            CHECK_FALSE(ended); // it is said once
            ended = true;
            return;
        }
        sent.push_back(order.payload);
        sent_at_s.push_back(now_s());
        if (confirms) event(wire::Kind::text, wire::Dir::out, order.payload);
    }
}

void Stage::wait(double seconds) {
    const std::int64_t until = now_ns_ + static_cast<std::int64_t>(seconds * 1e9);
    while (player.due_ns() <= until) {
        // A player that asks for a moment that has passed and then does nothing would hang a
        // program.
        REQUIRE(player.due_ns() > now_ns_);
        now_ns_ = player.due_ns();
        ask();
    }
    now_ns_ = until;
    ask();
}

std::string Stage::verdicts() const {
    std::string text;
    for (const auto& row : player.state().expectations)
        text += (text.empty() ? "" : " ") + std::string(word(row.verdict));
    return text;
}

replay::PlaySettings by_cause() {
    replay::PlaySettings settings;
    settings.pace = wire::ReplayPace::cause;
    settings.expect = true;
    return settings;
}

replay::PlaySettings by_clock(double speed) {
    replay::PlaySettings settings;
    settings.speed = speed;
    return settings;
}

} // namespace replay_tests
