// A recorded message made fit to be sent again (CONTRACT.md): its envelope timestamp renewed, ids
// that came in the recording replaced by their new values. All else stays byte for byte. Pure but
// for what it notes in the matcher's renames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "replay/matcher.h"

namespace replay {

struct Outgoing {
    std::string payload;
    std::size_t stale_ids = 0; ///< ids of the recording whose new value has not come
};
Outgoing outgoing(std::string_view payload, bool binary, Matcher& matcher, std::int64_t wall_ns);

/// True when some member of `payload` is an id that an expectation of `matcher` brought.
bool needs_ids(std::string_view payload, bool binary, const Matcher& matcher);

} // namespace replay
