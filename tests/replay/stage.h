// A recording written by hand, and a connection played by hand: time, events and orders without any
// socket. Owned by a test.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "replay/player.h"

namespace replay_tests {

/// One message of a recording: '>' was sent, '<' came; `at_s` since its start.
struct Line {
    char direction = '>';
    std::string payload;
    double at_s = 0;
    std::uint32_t conn = 1;
};

/// Events are numbered from 1, in order.
replay::Recording recording_of(const std::vector<Line>& lines,
                               replay::RecordingMaker maker = replay::RecordingMaker());

std::string text_input(const std::string& text);                       ///< a command
std::string turn(const std::string& role, const std::string& content); ///< conversation_turn
std::string store(const std::string& id, const std::string& content);  ///< memory_store

class Stage {
public:
    Stage(const std::vector<Line>& lines, replay::PlaySettings settings);

    void open();          ///< the connection opens
    void open_and_pass(); ///< and no challenge comes
    void in(const std::string& payload);
    void event(wire::Kind kind, wire::Dir dir, const std::string& payload,
               const wire::Details* details = nullptr);
    void wait(double seconds); ///< in the steps that the player asks for
    void ask();                ///< what is to be done now

    const wire::ReplayState& state() const { return player.state(); }
    std::string verdicts() const; ///< "met missing", in order
    double now_s() const { return static_cast<double>(now_ns_ - kStart) / 1e9; }

    replay::Player player;
    std::vector<std::string> sent;
    std::vector<double> sent_at_s;
    bool ended = false;
    bool confirms = true; ///< what is ordered goes out at once
    static constexpr std::int64_t kWall = 1'795'396'181'500'000'000; ///< 2026-11-23T01:09:41.5Z

private:
    static constexpr std::int64_t kStart = 1'000'000'000;
    std::int64_t now_ns_ = kStart;
    std::uint64_t id_ = 0;
};

replay::PlaySettings by_cause();
replay::PlaySettings by_clock(double speed = 1);

} // namespace replay_tests
