// What a filter means: one function over EventView, for the window, the terminal and the tests.
// Pure; any thread may use its own copy.
#pragma once

#include <cstdint>
#include <string>

#include "model/text_search.h"
#include "wire/event.h"

namespace model {

/// A text to be found and kinds and directions to be shown. All that is given must hold.
struct Filter {
    std::string text; ///< found in the payload, ASCII letter case ignored; in an event without a
                      ///< payload in its url, reason, error and note; empty: everything passes
    std::uint32_t kinds = ~0u; ///< bit k: Kind k is shown
    std::uint8_t dirs = 0x7;   ///< bit d: Dir d is shown

    bool everything() const;
    /// For one event. Who looks at many makes a Matcher.
    bool matches(const wire::EventView& event) const;
    friend bool operator==(const Filter&, const Filter&) = default;
};

/// A filter made ready for many events.
class Matcher {
public:
    Matcher() : Matcher(Filter()) {}
    explicit Matcher(const Filter& filter);

    /// The cheap part, without looking at the payload: false means that the event cannot pass.
    bool may_match(wire::Kind kind, wire::Dir dir) const {
        return (kinds_ >> static_cast<unsigned>(kind) & 1u) != 0 &&
               (dirs_ >> static_cast<unsigned>(dir) & 1u) != 0;
    }
    /// True when `may_match` decides alone.
    bool needs_no_text() const { return plain_.empty(); }
    bool matches(const wire::EventView& event) const;

private:
    bool text_in(std::string_view text) const;
    bool escapes_in(std::string_view text) const;
    bool text_in_details(const wire::Details& details) const;

    std::uint32_t kinds_;
    std::uint8_t dirs_;
    TextSearch plain_;
    TextSearch
        escaped_; ///< the same with non-ASCII as JSON escapes, since Coda writes it so; or empty
};

} // namespace model
