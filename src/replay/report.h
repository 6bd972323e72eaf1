// What a replay says at its end: for people, and as JUnit XML for CI. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/replay_state.h"

namespace replay {

/// "3 text_input {"text":…}: 52 met, 1 different, 1.17 s": one message that was sent, in a line.
std::string send_line(const wire::ReplayState& state, std::size_t send);

/// The first expectations that were not met, with where they differ, a line each; extras too.
std::vector<std::string> difference_lines(const wire::ReplayState& state, std::size_t most = 20);

/// How the two sides are called.
struct Names {
    const char* expected = "the recording";
    const char* got = "the session";
};
/// Lines about one expectation that was not met.
void append_differences(std::vector<std::string>& lines, const wire::ReplayExpectation& row,
                        const Names& names = Names());

/// "3 messages sent; of 157 expected 155 met, 1 different, 1 missing; 2 extra".
std::string counts_line(const wire::ReplayState& state);

struct JunitHead {
    std::string name; ///< of the test suite: the capture's file name
    std::int64_t started_wall_ns = 0;
    double seconds = 0;
};

/// One test suite with one test case a message that is sent: the time to its last reply, what was
/// not met in the failure's text. A replay that did not come so far has failures too. Expectations
/// of the opening are told by the first case. Well-formed XML 1.0 whatever the messages hold.
std::string junit_xml(const wire::ReplayState& state, const JunitHead& head);

} // namespace replay
