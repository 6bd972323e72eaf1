// Whether two messages agree, and where they do not: by path, with the catalogue's field classes
// (CONTRACT.md, "How replay and diff compare"). Works on the text as it was sent. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "replay/json_index.h"
#include "replay/renames.h"
#include "replay/rules.h"
#include "wire/replay_state.h"

namespace replay {

/// A message made ready for comparing. Looks at a payload that somebody else owns.
struct Body {
    std::string_view payload;
    bool binary = false;
    bool json = false;           ///< else it is compared byte for byte
    std::string type;            ///< the top-level `type`, if it is a string; the first counts
    std::vector<JsonNode> nodes; ///< empty when it is no JSON
};
Body body_of(std::string_view payload, bool binary);

/// The same number for all messages that may agree with each other, whatever their ids are; most
/// that do not agree have another. `renames`: what was sent in the place of what was recorded, for
/// a message of the session; null for one of the recording.
std::uint64_t fingerprint(const Body& body, const Rules& rules, const Renames* renames = nullptr);

/// True when `got` agrees with `expected` under `renames`; `*more` then holds the ids that this
/// needs beside those known.
bool agree(const Body& expected, const Body& got, const Rules& rules, const Renames& renames,
           Renames* more);

struct Differences {
    std::vector<wire::ReplayDifference> first; ///< at most kMostDifferences, values cut
    std::size_t more = 0;                      ///< counted, up to kMostCounted
    Renames ids;                               ///< those that fitted all the same
};
constexpr std::size_t kMostDifferences = 20;
constexpr std::size_t kMostCounted = 10'000;
constexpr std::size_t kMostValueBytes = 160; ///< of a value that is shown

/// Where `got` differs from `expected`; nothing exactly when they agree.
Differences differences(const Body& expected, const Body& got, const Rules& rules,
                        const Renames& renames);

} // namespace replay
